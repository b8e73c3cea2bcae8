//! Who may be at the desk: accounts with a role, a reason and an end.

use crate::answer::{Fault, Mistake, No};
use crate::desk::{Desk, Office};
use crate::password;
use crate::permit::{permit_about, permit_office};
use ledger::commitment;
use ledger::entry::EntryKind;
use ledger::names::{ActorId, Moment};
use policy::{Language, OfficeAct, Role};
use store::{Change, OrNull, Row, Value};

/// Somebody with an account.
#[derive(Clone)]
pub struct Actor {
    /// The account's id, as records refer to it.
    pub id: ActorId,
    /// The name typed at sign-in.
    pub login: String,
    /// The name shown to colleagues.
    pub name: String,
    /// What the account may do.
    pub role: Role,
    /// The language the person reads.
    pub language: Language,
    salt: [u8; 32],
}

impl std::fmt::Debug for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Actor({})", self.id)
    }
}

impl Actor {
    /// The key of this actor's commitments. Deleting the account's salt cuts every link between entries and the person.
    pub(crate) fn commitment_key(&self, branch: &[u8; 32]) -> [u8; 32] {
        commitment_key(branch, &self.salt)
    }

    /// The digest by which an entry binds a text of this account; see [`bound`].
    pub(crate) fn bound(&self, column: &str, text: &str) -> String {
        bound(&self.salt, column, text)
    }

    pub(crate) const COLUMNS: &'static str = "a.id, a.login, a.name, a.role, a.language, a.salt";

    pub(crate) fn read(row: &Row) -> Result<Self, Fault> {
        let bad = |_| Fault::Damaged("actor");
        Ok(Self {
            id: ActorId::from_bytes(row.array(0).map_err(bad)?),
            login: row.text(1).map_err(bad)?.to_owned(),
            name: row.text(2).map_err(bad)?.to_owned(),
            role: row.text(3).map_err(bad)?.parse().map_err(|_| Fault::Damaged("actor.role"))?,
            language: row.text(4).map_err(bad)?.parse().map_err(|_| Fault::Damaged("actor.language"))?,
            salt: row.array(5).map_err(bad)?,
        })
    }
}

/// The key of an actor's commitments, from the key that separates them from all others and the account's salt.
#[must_use]
pub fn commitment_key(branch: &[u8; 32], salt: &[u8; 32]) -> [u8; 32] {
    commitment::detail(branch, salt)
}

/// The digest by which the entry that wrote a text of an account binds it, in hexadecimal: salted with the account's own salt, so
/// that it says nothing once the account is deleted.
#[must_use]
pub fn bound(salt: &[u8; 32], column: &str, text: &str) -> String {
    hex::encode(commitment::detail(salt, format!("{column}\u{0}{text}").as_bytes()))
}

/// An account as the list of accounts shows it.
#[derive(Debug, Clone)]
pub struct Account {
    /// Who.
    pub actor: Actor,
    /// Why access was granted.
    pub reason: String,
    /// Since when.
    pub granted_at: Moment,
    /// Until when, if it ends by itself.
    pub ends_at: Option<Moment>,
    /// When it was taken back.
    pub revoked_at: Option<Moment>,
    /// When somebody last confirmed that it is still needed.
    pub reviewed_at: Moment,
}

/// What a new account needs.
pub struct Grant {
    /// The name typed at sign-in: `[a-z0-9._-]{2,40}`.
    pub login: String,
    /// The name shown to colleagues.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// The language the person reads.
    pub language: Language,
    /// A password by the rules of the policy. Of somebody who only has their own page it may be empty: then there is none, and links
    /// open it.
    pub password: String,
    /// Why it is needed: the minimum of people have access, each for a reason.
    pub reason: String,
    /// Until when, if it ends by itself.
    pub ends_at: Option<Moment>,
}

/// Stands where an account has no password: no password has this hash.
pub(crate) const NO_PASSWORD: &str = "!";

/// Gives somebody an account.
///
/// # Errors
/// [`No::Refusal`] unless the actor administers accounts, [`No::Mistake`] naming the field.
pub async fn grant(desk: &Desk, new: Grant) -> Result<(ActorId, u64), No> {
    let permit = if matches!(new.role, Role::Officer | Role::Administrator) {
        permit_about(desk, OfficeAct::GrantHighAccess, &proposed(&new.login, new.role)).await?
    } else {
        permit_office(desk, OfficeAct::GrantAccess).await?
    };
    let new = Grant { ends_at: Some(ends(desk, new.ends_at)?), ..new };
    grant_under(desk, new, permit.entry(desk, EntryKind::AccessGranted)).await
}

/// What two people agree to when one of them gives an account of an officer or administrator.
#[must_use]
pub fn proposed(login: &str, role: Role) -> String {
    format!("{login} {}", role.code())
}

/// No account lasts for ever: one without an end has the longest that the rights allow.
fn ends(desk: &Desk, wanted: Option<Moment>) -> Result<Moment, Mistake> {
    let days = desk.rights().longest.account_days;
    let longest = Moment(desk.now().0.saturating_add(i64::from(days) * 86_400_000));
    let wanted = wanted.unwrap_or(longest);
    // A last day ends with its night.
    if wanted > desk.now() && wanted.0 <= longest.0.saturating_add(86_400_000) {
        return Ok(wanted);
    }
    Err(Mistake::new(
        "until",
        format!("期限は今より後、{days}日以内にしてください。"),
        format!("It ends in the future, and within {days} days."),
        format!("Hạn phải ở tương lai và trong vòng {days} ngày."),
    ))
}

/// Gives the first account of a new store: there is nobody yet who could permit it, and it can only be done once.
///
/// # Errors
/// [`No::Mistake`] if an account exists already.
pub async fn grant_first(desk: &Desk, new: Grant) -> Result<(ActorId, u64), No> {
    if !list(desk.office()).await?.is_empty() {
        return Err(Mistake::new(
            "login",
            "最初のアカウントはすでにあります。管理者に追加を依頼してください。",
            "The first account exists already. Ask an administrator to add another.",
            "Tài khoản đầu tiên đã có. Hãy nhờ quản trị viên thêm tài khoản.",
        )
        .into());
    }
    grant_under(desk, new, desk.entry(EntryKind::AccessGranted, desk.act_id())).await
}

async fn grant_under(desk: &Desk, new: Grant, entry: ledger::entry::Entry) -> Result<(ActorId, u64), No> {
    check_login(&new.login)?;
    if new.reason.trim().is_empty() {
        return Err(Mistake::new(
            "reason",
            "付与の理由を書いてください。アクセス権は必要な人だけに与えます。",
            "Say why access is needed: only those who need it are given it.",
            "Hãy ghi lý do cấp quyền: chỉ cấp cho người cần.",
        )
        .into());
    }
    let hash = if new.role == Role::Staff && new.password.is_empty() {
        NO_PASSWORD.to_owned()
    } else {
        password::hash(desk, "password", &new.password, &[&new.login, &new.name]).await?
    };
    let id = ActorId::from_bytes(desk.chance().id(desk.now()));
    let salt: [u8; 32] = desk.chance().bytes();
    let of = |column: &str, text: &str| bound(&salt, column, text);
    let details = serde_json::json!({
        "actor": id.to_string(), "role": new.role.code(), "until": new.ends_at.map(|m| m.0), "salt": bound(&salt, "salt", ""),
        "login": of("login", &new.login), "name": of("name", &new.name), "language": of("language", new.language.code()),
        "reason": of("reason", &new.reason), "password": of("password", &hash),
    });
    let act = desk.act_with_detail(entry, &details)?.with(
        Change::new(
            "INSERT INTO actor (id, login, name, role, password, language, reason, granted_at, ends_at, revoked_at, reviewed_at, salt, idx) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, $8, $10, $11)",
            vec![
                id.into(),
                new.login.into(),
                new.name.into(),
                new.role.code().into(),
                hash.into(),
                new.language.code().into(),
                new.reason.into(),
                desk.now().into(),
                new.ends_at.or_null(),
                salt.into(),
                Value::EntryIndex,
            ],
        )
        .exactly(1),
    );
    match desk.commit(act).await {
        Ok(receipt) => Ok((id, receipt.index())),
        Err(No::Mistake(_)) => Err(Mistake::new(
            "login",
            "この名前はすでに使われています。別の名前にしてください。",
            "This login is taken. Choose another.",
            "Tên đăng nhập này đã có người dùng. Hãy chọn tên khác.",
        )
        .into()),
        Err(other) => Err(other),
    }
}

pub(crate) fn check_login(login: &str) -> Result<(), Mistake> {
    let good = (2..=40).contains(&login.len())
        && login.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-'));
    if good {
        return Ok(());
    }
    Err(Mistake::new(
        "login",
        "ログイン名は英小文字・数字・「.」「_」「-」の2〜40文字です。",
        "A login is 2 to 40 characters of a-z, 0-9, '.', '_' and '-'.",
        "Tên đăng nhập gồm 2 đến 40 ký tự a-z, 0-9, '.', '_' và '-'.",
    ))
}

/// Takes an account back, but never the last one that could give another. Its sessions and tokens end at once.
///
/// # Errors
/// [`No::Refusal`] unless the actor administers accounts, [`No::Missing`] if there is no such open account, [`No::Mistake`] on
/// `login` for the last administrator.
pub async fn revoke(desk: &Desk, login: &str) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::RevokeAccess).await?;
    let account = list(desk.office()).await?.into_iter().find(|a| a.actor.login == login && a.revoked_at.is_none());
    let id = account.ok_or(No::Missing)?.actor.id;
    if is_last_administrator(desk.office(), login, desk.now()).await? {
        return Err(last_administrator());
    }
    let entry = permit.entry(desk, EntryKind::AccessRevoked);
    let mut act = desk.act_with_detail(entry, &serde_json::json!({ "actor": id.to_string() }))?;
    for change in revocation(id, desk.now()) {
        act = act.with(change);
    }
    let committed = desk.commit(act).await;
    if let Err(No::Mistake(_)) = &committed
        && is_last_administrator(desk.office(), login, desk.now()).await?
    {
        return Err(last_administrator());
    }
    desk.office().seen.forget();
    Ok(committed?.index())
}

/// What takes an account back: the account itself, unless it is the last that could give another, its tokens and its sessions.
pub(crate) fn revocation(id: ActorId, now: Moment) -> Vec<Change> {
    vec![
        // Two administrators may take each other's account back at once: whether another is left is asked again at the commit.
        Change::new(
            "UPDATE actor SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL AND (role <> $3 OR EXISTS \
             (SELECT 1 FROM actor o WHERE o.role = $3 AND o.id <> $1 AND o.revoked_at IS NULL AND (o.ends_at IS NULL OR o.ends_at > $2)))",
            vec![id.into(), now.into(), Role::Administrator.code().into()],
        )
        .exactly(1),
        Change::new(
            "UPDATE api_token SET revoked_at = $2 WHERE actor = $1 AND revoked_at IS NULL",
            vec![id.into(), now.into()],
        ),
        Change::new("DELETE FROM session WHERE actor = $1", vec![id.into()]),
    ]
}

/// Whether this is the only account left at `now` that may give and take back accounts.
///
/// # Errors
/// [`Fault`].
pub async fn is_last_administrator(office: &Office, login: &str, now: Moment) -> Result<bool, Fault> {
    let open = |a: &Account| a.revoked_at.is_none() && a.ends_at.is_none_or(|end| end > now);
    let accounts = list(office).await?;
    let mut left = accounts.iter().filter(|a| a.actor.role == Role::Administrator && open(a));
    Ok(left.next().is_some_and(|a| a.actor.login == login) && left.next().is_none())
}

pub(crate) fn last_administrator() -> No {
    Mistake::new(
        "login",
        "最後の管理者です。先に別の管理者のアカウントを作成してください。",
        "This is the last administrator. Give another administrator an account first.",
        "Đây là quản trị viên cuối cùng. Hãy cấp tài khoản cho một quản trị viên khác trước.",
    )
    .into()
}

/// Confirms that every open account is still needed, as the promise of minimum access asks.
///
/// # Errors
/// [`No::Refusal`] unless the actor may review access.
pub async fn review(desk: &Desk) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::ReviewAccess).await?;
    let open = list(desk.office()).await?.into_iter().filter(|a| a.revoked_at.is_none()).count();
    let entry = permit.entry(desk, EntryKind::AccessReviewed);
    let act = desk
        .act_with_detail(entry, &serde_json::json!({ "accounts": open }))?
        .with(Change::new("UPDATE actor SET reviewed_at = $1 WHERE revoked_at IS NULL", vec![desk.now().into()]));
    Ok(desk.commit(act).await?.index())
}

/// Every account there ever was, oldest first.
///
/// # Errors
/// [`Fault`].
pub async fn list(office: &Office) -> Result<Vec<Account>, Fault> {
    let sql = format!(
        "SELECT {}, a.reason, a.granted_at, a.ends_at, a.revoked_at, a.reviewed_at FROM actor a ORDER BY a.granted_at, a.id",
        Actor::COLUMNS
    );
    let bad = |_| Fault::Damaged("actor");
    office
        .store()
        .read(&sql, vec![])
        .await?
        .iter()
        .map(|row| {
            Ok(Account {
                actor: Actor::read(row)?,
                reason: row.text(6).map_err(bad)?.to_owned(),
                granted_at: row.moment(7).map_err(bad)?,
                ends_at: row.maybe_moment(8).map_err(bad)?,
                revoked_at: row.maybe_moment(9).map_err(bad)?,
                reviewed_at: row.moment(10).map_err(bad)?,
            })
        })
        .collect()
}

/// The account with this login that may be used at `now`.
///
/// # Errors
/// [`Fault`].
pub async fn find(office: &Office, login: &str, now: Moment) -> Result<Option<Actor>, Fault> {
    let open = |a: &Account| a.revoked_at.is_none() && a.ends_at.is_none_or(|end| end > now);
    Ok(list(office).await?.into_iter().find(|a| a.actor.login == login && open(a)).map(|a| a.actor))
}
