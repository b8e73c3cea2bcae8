//! Tokens for programs: narrow, for named operations only, with an end, kept as a hash.

use crate::actor::Actor;
use crate::answer::{Fault, Mistake, No};
use crate::desk::{Desk, Office};
use crate::permit::permit_office;
use crate::session::{Key, Session, digest, look_up};
use ledger::commitment::detail;
use ledger::entry::EntryKind;
use ledger::names::Moment;
use policy::OfficeAct;
use std::collections::BTreeSet;
use store::{Change, Value};

/// A token of somebody, as its holder sees it in a list. The token itself is kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The first 16 hexadecimal digits of the hash it is known by; they tell tokens apart and open nothing.
    pub id: String,
    /// What it is for.
    pub label: String,
    /// Since when.
    pub created_at: Moment,
    /// Until when.
    pub ends_at: Moment,
    /// The operations it was made for.
    pub may: BTreeSet<String>,
}

/// A token that is wanted.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What it is for.
    pub label: String,
    /// Until when.
    pub ends_at: Moment,
    /// The operations it may do, by their names. What its account may not do, it may not either.
    pub may: BTreeSet<String>,
}

/// Makes an API token for the actor at the desk. It is shown once.
///
/// # Errors
/// [`No::Mistake`] on `until` when it would live longer than the rights allow, on `may` when it names no operation.
pub async fn make(desk: &Desk, new: NewToken) -> Result<(Key, u64), No> {
    let permit = permit_office(desk, OfficeAct::OwnToken).await?;
    let days = i64::from(desk.rights().longest.token_days);
    let life = new.ends_at.0.saturating_sub(desk.now().0);
    if !(1..=days.saturating_mul(86_400_000)).contains(&life) {
        return Err(Mistake::new(
            "until",
            format!("トークンの期限は今より後、{days}日以内にしてください。"),
            format!("A token ends in the future and within {days} days."),
            format!("Hạn của mã truy cập phải ở tương lai và trong vòng {days} ngày."),
        )
        .into());
    }
    if new.label.trim().is_empty() {
        return Err(Mistake::new(
            "label",
            "何に使うトークンかを書いてください。",
            "Say what the token is for.",
            "Hãy ghi mã truy cập dùng để làm gì.",
        )
        .into());
    }
    let named = |name: &String| {
        (1..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'.' | b'-'))
    };
    if new.may.is_empty() || !new.may.iter().all(named) {
        return Err(Mistake::new(
            "may",
            "トークンに許す操作を一つ以上選んでください。",
            "Name at least one operation that the token may do.",
            "Hãy chọn ít nhất một thao tác mà mã truy cập được làm.",
        )
        .into());
    }
    let key = Key::new("t", desk.chance());
    let entry = permit.entry(desk, EntryKind::AccessGranted);
    let hash = digest(&key.0);
    let may = new.may.into_iter().collect::<Vec<_>>().join(" ");
    let details = serde_json::json!({
        "token": token_id(&hash), "of": desk.actor()?.id.to_string(), "until": new.ends_at.0,
        "row": hex::encode(detail(&hash, new.label.as_bytes())), "may": may,
    });
    let sql = "INSERT INTO api_token (hash, actor, label, created_at, ends_at, revoked_at, may, idx) \
               VALUES ($1, $2, $3, $4, $5, NULL, $6, $7)";
    let values = vec![
        hash.into(),
        desk.actor()?.id.into(),
        new.label.into(),
        desk.now().into(),
        new.ends_at.into(),
        may.into(),
        Value::EntryIndex,
    ];
    let act = desk.act_with_detail(entry, &details)?;
    let receipt = desk.commit(act.with(Change::new(sql, values).exactly(1))).await?;
    Ok((key, receipt.index()))
}

/// Who holds this API token, if it is still open, and what it may do.
///
/// # Errors
/// [`Fault`].
pub async fn resume(office: &Office, now: Moment, token: &str) -> Result<Option<Session>, Fault> {
    if !token.starts_with("t_") {
        return Ok(None);
    }
    let sql = format!(
        "SELECT {}, NULL, a.language, t.may, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS TEXT) FROM api_token t JOIN actor a ON a.id = t.actor WHERE t.hash = $1 AND t.ends_at > $2 \
         AND t.revoked_at IS NULL AND a.revoked_at IS NULL AND (a.ends_at IS NULL OR a.ends_at > $2)",
        Actor::COLUMNS
    );
    look_up(office, now, token, &sql, vec![]).await
}

/// The open tokens of whoever is at the desk, oldest first.
///
/// # Errors
/// [`No::Missing`] when nobody has signed in.
pub async fn list(desk: &Desk) -> Result<Vec<Token>, No> {
    Ok(held(desk).await?.into_iter().map(|(_, token)| token).collect())
}

/// Ends one token of whoever is at the desk, at once.
///
/// # Errors
/// [`No::Missing`] if they have no open token of this id.
pub async fn end(desk: &Desk, id: &str) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::OwnToken).await?;
    let (hash, _) = held(desk).await?.into_iter().find(|(_, token)| token.id == id).ok_or(No::Missing)?;
    let entry = permit.entry(desk, EntryKind::AccessRevoked);
    let act = desk.act_with_detail(entry, &serde_json::json!({ "token": token_id(&hash) }))?.with(
        Change::new(
            "UPDATE api_token SET revoked_at = $3 WHERE hash = $1 AND actor = $2 AND revoked_at IS NULL",
            vec![hash.into(), desk.actor()?.id.into(), desk.now().into()],
        )
        .exactly(1),
    );
    let index = desk.commit(act).await?.index();
    desk.office().seen.forget();
    Ok(index)
}

async fn held(desk: &Desk) -> Result<Vec<([u8; 32], Token)>, No> {
    let sql = "SELECT hash, label, created_at, ends_at, may FROM api_token \
               WHERE actor = $1 AND revoked_at IS NULL AND ends_at > $2 ORDER BY created_at, hash";
    let rows = desk.store().read(sql, vec![desk.actor()?.id.into(), desk.now().into()]).await?;
    rows.iter()
        .map(|row| {
            let hash: [u8; 32] = row.array(0)?;
            let id = token_id(&hash);
            let token = Token {
                id,
                label: row.text(1)?.to_owned(),
                created_at: row.moment(2)?,
                ends_at: row.moment(3)?,
                may: row.text(4)?.split_whitespace().map(str::to_owned).collect(),
            };
            Ok((hash, token))
        })
        .collect()
}

/// The first 16 hexadecimal digits of a token's hash.
pub(crate) fn token_id(hash: &[u8; 32]) -> String {
    hex::encode(hash).chars().take(16).collect()
}
