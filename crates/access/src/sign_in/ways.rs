//! What opens an account besides its password: one row for each passkey, app and recovery code. Every row is bound by a digest in the entry that added it.

use crate::actor::{self, Actor};
use crate::answer::{Fault, Mistake, No};
use crate::desk::{Desk, Office};
use crate::permit::permit_office;
use ledger::commitment::detail;
use ledger::entry::Entry;
use ledger::entry::EntryKind;
use ledger::names::{ActorId, Moment};
use policy::{OfficeAct, SignIn, Way};
use store::{Change, Value};

/// The longest name of a credential, in characters.
const LABEL: usize = 60;
/// A way that is one person's has an end to how often it is had.
const MOST: usize = 20;

/// A credential, as its holder sees it in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Its id in 32 hexadecimal digits; it opens nothing.
    pub id: String,
    /// What it is.
    pub way: Way,
    /// What its holder calls it.
    pub label: String,
    /// Since when.
    pub made_at: Moment,
    /// When it was used last, as far as that is remembered.
    pub used_at: Option<Moment>,
}

/// A credential that was found by what it is known by.
pub(crate) struct Known {
    pub(crate) id: [u8; 16],
    pub(crate) actor: ActorId,
    pub(crate) matter: Vec<u8>,
}

/// A credential to be added.
pub(crate) struct New {
    pub(crate) id: [u8; 16],
    actor: ActorId,
    way: Way,
    label: String,
    known_by: Vec<u8>,
    matter: Vec<u8>,
    salt: [u8; 32],
    row: String,
}

impl New {
    /// One of whoever is at the desk.
    pub(crate) fn of(desk: &Desk, way: Way, label: &str, known_by: Vec<u8>, matter: Vec<u8>) -> Result<Self, No> {
        Self::of_actor(desk, desk.actor()?.id, way, label, known_by, matter)
    }

    /// One of somebody.
    pub(crate) fn of_actor(
        desk: &Desk,
        actor: ActorId,
        way: Way,
        label: &str,
        known_by: Vec<u8>,
        matter: Vec<u8>,
    ) -> Result<Self, No> {
        let label = label.trim().to_owned();
        if label.chars().count() > LABEL || label.chars().any(char::is_control) {
            return Err(Mistake::new(
                "label",
                format!("名前は{LABEL}文字以内にしてください。"),
                format!("A name has at most {LABEL} characters."),
                format!("Tên có tối đa {LABEL} ký tự."),
            )
            .into());
        }
        let (id, salt) = (desk.chance().id(desk.now()), desk.chance().bytes());
        let row = bound(
            &salt,
            &Row {
                id: &id,
                actor: actor.as_bytes(),
                way: way.code(),
                label: &label,
                known_by: &known_by,
                matter: &matter,
            },
        );
        Ok(Self { id, actor, way, label, known_by, matter, salt, row })
    }
}

/// The columns of a credential that never change.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// Its id.
    pub id: &'a [u8],
    /// Whose it is.
    pub actor: &'a [u8],
    /// What it is.
    pub way: &'a str,
    /// What its holder calls it.
    pub label: &'a str,
    /// By what it is found.
    pub known_by: &'a [u8],
    /// What proves it.
    pub matter: &'a [u8],
}

/// The digest by which the entry that added a credential binds it, in hexadecimal.
#[must_use]
pub fn bound(salt: &[u8; 32], row: &Row<'_>) -> String {
    let text = format!(
        "{}\u{0}{}\u{0}{}\u{0}{}\u{0}{}\u{0}{}",
        hex::encode(row.id),
        hex::encode(row.actor),
        row.way,
        row.label,
        hex::encode(row.known_by),
        hex::encode(row.matter)
    );
    hex::encode(detail(salt, text.as_bytes()))
}

/// How people sign in, by the policy in force, or as it is where there is none.
pub(crate) fn rules(office: &Office, now: Moment) -> SignIn {
    office.in_force(now).map(|enacted| enacted.policy.sign_in().clone()).unwrap_or_default()
}

/// That the policy allows a way.
pub(crate) fn must_be_allowed(desk: &Desk, way: Way) -> Result<(), No> {
    if rules(desk.office(), desk.now()).allows(way) { Ok(()) } else { Err(not_allowed()) }
}

pub(crate) fn not_allowed() -> No {
    Mistake::new(
        "way",
        "この方法でのサインインは、方針で認められていません。",
        "The policy does not allow signing in this way.",
        "Chính sách không cho phép đăng nhập bằng cách này.",
    )
    .into()
}

/// Commits credentials, and the end of others, under one entry. A credential that somebody has already is not added.
pub(crate) async fn add(desk: &Desk, new: Vec<New>, old: Vec<[u8; 16]>) -> Result<u64, No> {
    let actor = new.first().map_or(desk.actor()?.id, |new| new.actor);
    let ids: Vec<String> = old.iter().map(hex::encode).collect();
    let made: Vec<serde_json::Value> = new
        .iter()
        .map(|new| serde_json::json!({ "id": hex::encode(new.id), "way": new.way.code(), "row": new.row }))
        .collect();
    let details = serde_json::json!({ "actor": actor.to_string(), "made": made, "ended": ids });
    let entry = desk.entry(EntryKind::CredentialAdded, desk.act_id());
    let mut act = desk.act_with_detail(entry, &details)?;
    for id in old {
        act = act.with(ending(id, desk.now()));
    }
    for new in new {
        act = act.with(insert(new, desk.now()));
    }
    // Whoever owed a second factor has one now.
    act = act.with(Change::new("UPDATE session SET owes = 0 WHERE actor = $1", vec![actor.into()]));
    let index = desk.commit(act).await?.index();
    desk.office().seen.forget();
    Ok(index)
}

fn insert(new: New, now: Moment) -> Change {
    let sql = "INSERT INTO credential (id, actor, way, label, known_by, matter, made_at, ended_at, salt, idx) \
               SELECT $1, $2, $3, $4, $5, $6, CAST($7 AS BIGINT), NULL, $8, CAST($9 AS BIGINT) WHERE NOT EXISTS \
               (SELECT 1 FROM credential o WHERE o.way = $3 AND o.known_by = $5 AND o.ended_at IS NULL)";
    let values = vec![
        new.id.into(),
        new.actor.into(),
        new.way.code().into(),
        new.label.into(),
        new.known_by.into(),
        new.matter.into(),
        now.into(),
        new.salt.into(),
        Value::EntryIndex,
    ];
    Change::new(sql, values).exactly(1)
}

/// The end of an open credential.
pub(crate) fn ending(id: [u8; 16], now: Moment) -> Change {
    let sql = "UPDATE credential SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
    Change::new(sql, vec![id.into(), now.into()]).exactly(1)
}

/// The open credentials of whoever is at the desk, oldest first. Recovery codes are counted, not listed.
///
/// # Errors
/// [`No::Missing`] when nobody has signed in.
pub async fn list(desk: &Desk) -> Result<(Vec<Credential>, usize), No> {
    let all = of(desk.office(), desk.actor()?.id).await?;
    let (codes, listed): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.way == Way::RecoveryCode);
    Ok((listed, codes.len()))
}

/// The open credentials of an account, oldest first.
pub(crate) async fn of(office: &Office, actor: ActorId) -> Result<Vec<Credential>, Fault> {
    let sql = "SELECT c.id, c.way, c.label, c.made_at, u.at FROM credential c LEFT JOIN credential_use u ON u.credential = c.id \
               WHERE c.actor = $1 AND c.ended_at IS NULL ORDER BY c.made_at, c.id";
    let bad = |_| Fault::Damaged("credential");
    office
        .store()
        .read(sql, vec![actor.into()])
        .await?
        .iter()
        .map(|row| {
            Ok(Credential {
                id: hex::encode(row.bytes(0).map_err(bad)?),
                way: row.text(1).map_err(bad)?.parse().map_err(|_| Fault::Damaged("credential.way"))?,
                label: row.text(2).map_err(bad)?.to_owned(),
                made_at: row.moment(3).map_err(bad)?,
                used_at: row.maybe_moment(4).map_err(bad)?,
            })
        })
        .collect()
}

/// What an account has beside a password that the policy allows.
pub(crate) async fn second_of(office: &Office, rules: &SignIn, actor: ActorId) -> Result<Vec<Way>, Fault> {
    let mut ways: Vec<Way> = of(office, actor).await?.into_iter().map(|one| one.way).collect();
    ways.retain(|way| rules.allows(*way));
    ways.sort_unstable();
    ways.dedup();
    Ok(if ways.iter().any(|way| way.is_second()) { ways } else { Vec::new() })
}

/// The ids of an account's open credentials of one way.
pub(crate) async fn open_ids(office: &Office, actor: ActorId, way: Way) -> Result<Vec<[u8; 16]>, Fault> {
    Ok(matters(office, actor, way).await?.into_iter().map(|(id, _)| id).collect())
}

/// The ids of an account's open credentials of one way, with what proves them.
pub(crate) async fn matters(office: &Office, actor: ActorId, way: Way) -> Result<Vec<([u8; 16], Vec<u8>)>, Fault> {
    let sql = "SELECT id, matter FROM credential WHERE actor = $1 AND way = $2 AND ended_at IS NULL ORDER BY id";
    let bad = |_| Fault::Damaged("credential");
    let rows = office.store().read(sql, vec![actor.into(), way.code().into()]).await?;
    rows.iter().map(|row| Ok((row.array(0).map_err(bad)?, row.bytes(1).map_err(bad)?.to_vec()))).collect()
}

/// By what an account's open credentials of one way are known.
pub(crate) async fn known_by(office: &Office, actor: ActorId, way: Way) -> Result<Vec<Vec<u8>>, Fault> {
    let sql = "SELECT known_by FROM credential WHERE actor = $1 AND way = $2 AND ended_at IS NULL ORDER BY id";
    let rows = office.store().read(sql, vec![actor.into(), way.code().into()]).await?;
    rows.iter().map(|row| Ok(row.bytes(0).map_err(|_| Fault::Damaged("credential"))?.to_vec())).collect()
}

/// The open credential that is known by this.
pub(crate) async fn known(office: &Office, way: Way, known_by: &[u8]) -> Result<Option<Known>, Fault> {
    let sql = "SELECT id, actor, matter FROM credential WHERE way = $1 AND known_by = $2 AND ended_at IS NULL";
    let bad = |_| Fault::Damaged("credential");
    let rows = office.store().read(sql, vec![way.code().into(), known_by.to_vec().into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(Known {
        id: row.array(0).map_err(bad)?,
        actor: ActorId::from_bytes(row.array(1).map_err(bad)?),
        matter: row.bytes(2).map_err(bad)?.to_vec(),
    }))
}

/// That whoever is at the desk may have one more.
pub(crate) async fn room(desk: &Desk) -> Result<(), No> {
    if list(desk).await?.0.len() < MOST {
        return Ok(());
    }
    Err(Mistake::new(
        "label",
        format!("登録は{MOST}件までです。使わないものを削除してください。"),
        format!("There are {MOST} already. Remove those you do not use."),
        format!("Đã có {MOST} mục. Hãy xóa những mục không dùng."),
    )
    .into())
}

/// Ends one credential of whoever is at the desk.
///
/// # Errors
/// [`No::Missing`] if they have no open one of this id; [`No::ProofNeeded`].
pub async fn end(desk: &Desk, id: &str) -> Result<u64, No> {
    desk.fresh()?;
    let (held, _) = list(desk).await?;
    let found = held.iter().find(|one| one.id == id).ok_or(No::Missing)?;
    let id = hex::decode(&found.id).ok().and_then(|id| id.try_into().ok()).ok_or(Fault::Damaged("credential.id"))?;
    let entry = desk.entry(EntryKind::CredentialEnded, desk.act_id());
    end_all(desk, entry, desk.actor()?, vec![id]).await
}

/// Takes every credential from somebody who lost them, and lets them sign in by their password alone until they have new ones, for
/// as long as the policy says. Their sessions end.
///
/// # Errors
/// [`No::Refusal`] unless the actor administers accounts, [`No::Missing`] if there is no such open account, [`No::Mistake`] on
/// `login` for one's own.
pub async fn reset(desk: &Desk, login: &str) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::GrantAccess).await?;
    let holder = actor::find(desk.office(), login, desk.now()).await?.ok_or(No::Missing)?;
    if desk.actor()?.id == holder.id {
        return Err(Mistake::new(
            "login",
            "ご自分の二つ目の確認方法は、アカウントの画面で変更してください。",
            "Change your own second factor on the page of your account.",
            "Hãy đổi yếu tố thứ hai của chính mình ở trang tài khoản.",
        )
        .into());
    }
    let ids = of(desk.office(), holder.id).await?;
    let ids = ids.iter().filter_map(|one| hex::decode(&one.id).ok()?.try_into().ok()).collect();
    let entry = permit.entry(desk, EntryKind::CredentialEnded);
    end_all(desk, entry, &holder, ids).await
}

async fn end_all(desk: &Desk, entry: Entry, holder: &Actor, ids: Vec<[u8; 16]>) -> Result<u64, No> {
    let reset = desk.actor()?.id != holder.id;
    let ended: Vec<String> = ids.iter().map(hex::encode).collect();
    let details = serde_json::json!({ "actor": holder.id.to_string(), "ended": ended, "reset": reset });
    let mut act = desk.act_with_detail(entry, &details)?;
    for id in ids {
        act = act.with(ending(id, desk.now()));
    }
    if reset {
        act = act
            .with(Change::new("UPDATE actor SET second_by = NULL WHERE id = $1", vec![holder.id.into()]))
            .with(Change::new("DELETE FROM session WHERE actor = $1", vec![holder.id.into()]));
    }
    let index = desk.commit(act).await?.index();
    desk.office().seen.forget();
    Ok(index)
}
