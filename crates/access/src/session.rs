//! Signing in: a password or a token, a session in scratch, and an entry for each try.

use crate::actor::{self, Actor};
use crate::answer::{Fault, Mistake, No};
use crate::desk::{Chance, Desk, Office, Proof};
use crate::sign_in::attempt::{LONGEST_MILLIS, PASSWORD};
use crate::sign_in::{self, Whence, link, ways};
use crate::token::token_id;
use ledger::commitment::detail;
use ledger::entry::EntryKind;
use ledger::names::{ActorId, Moment, WorkId};
use policy::{Language, Role, Way};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Change, Row, Value};

/// Who signed in, with what the session remembers.
#[derive(Clone)]
pub struct Session {
    /// Who.
    pub actor: Actor,
    /// The work record they said they are working on.
    pub work: Option<WorkId>,
    /// The language they read pages in.
    pub language: Language,
    /// The operations its token was made for; none for a session of the pages, which may do what the account may.
    pub may: Option<Arc<BTreeSet<String>>>,
    /// When they last proved who they are; a program's token is not asked.
    pub proof: Proof,
    /// Whether a second factor must be added before anything else may be done.
    pub owes: bool,
    /// How far it reaches.
    pub reach: Reach,
}

/// How far whoever signed in comes, whatever the account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Wherever the account's role comes.
    Role,
    /// To their own page and their own account: the account has nothing else.
    OwnAccount,
    /// To their own page: they came by a link.
    OwnPage,
}

impl Reach {
    /// How far a role comes that signed in by these ways, as they are written; a token has none.
    fn of(role: Role, ways: Option<&str>) -> Self {
        if ways == Some(Way::Link.code()) {
            Self::OwnPage
        } else if role == Role::Staff {
            Self::OwnAccount
        } else {
            Self::Role
        }
    }
}

impl Session {
    /// Whether the key that opened it was made for this operation.
    #[must_use]
    pub fn allows(&self, operation: &str) -> bool {
        self.may.as_ref().is_none_or(|may| may.contains(operation))
    }
}

/// A session in the list of one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The first 16 hexadecimal digits of the hash it is known by; they tell sessions apart and open nothing.
    pub id: String,
    /// Since when.
    pub created_at: Moment,
    /// When it was used last, to the minute.
    pub seen_at: Moment,
    /// By which ways its holder signed in, as they are written.
    pub ways: Vec<Way>,
    /// From where.
    pub whence: Whence,
}

/// Whoever showed a key within this long is known without looking again. Another node's revocation is felt after it.
const SEEN_MILLIS: i64 = 1000;
/// Keys remembered at most.
const SEEN_KEYS: usize = 10_000;

/// Keys seen a moment ago, by their hash.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<Keys>>);

type Keys = HashMap<[u8; 32], (Moment, Session)>;

impl Seen {
    fn recall(&self, key: &[u8; 32], now: Moment) -> Option<Session> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, session) = held.get(key)?;
        (now.0.saturating_sub(at.0).unsigned_abs() <= SEEN_MILLIS.unsigned_abs()).then(|| session.clone())
    }

    fn remember(&self, key: [u8; 32], now: Moment, session: &Session) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= SEEN_KEYS {
            held.clear();
        }
        held.insert(key, (now, session.clone()));
    }

    /// Forgets everybody: somebody's access, language or work record has changed.
    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A new secret that opens the desk, in the form it is handed over: shown once, kept only as a hash.
pub struct Key(pub(crate) String);

impl Key {
    pub(crate) fn new(kind: &str, chance: &Chance) -> Self {
        Self(format!("{kind}_{}", hex::encode(chance.bytes::<32>())))
    }

    /// A new one of a sort: `s` of a session, `t` of a token, `l` of a link.
    #[must_use]
    pub fn made(kind: &str, chance: &Chance) -> Self {
        Self::new(kind, chance)
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// The text to hand over.
    #[must_use]
    pub fn into_text(self) -> String {
        self.0
    }
}

pub(crate) fn hashed(text: &str) -> Value {
    digest(text).into()
}

pub(crate) fn digest(text: &str) -> [u8; 32] {
    detail(&[0; 32], text.as_bytes())
}

/// Looks a key up, unless it was seen a moment ago.
pub(crate) async fn look_up(
    office: &Office,
    now: Moment,
    key: &str,
    sql: &str,
    more: Vec<Value>,
) -> Result<Option<Session>, Fault> {
    let digest = digest(key);
    if let Some(session) = office.seen.recall(&digest, now) {
        return Ok(Some(session));
    }
    let rows = office.store().glance(sql, [vec![digest.into(), now.into()], more].concat()).await?;
    let found = rows.first().map(session).transpose()?;
    if let Some(session) = &found {
        // Of sessions it is known when they were used last; tokens have an end of their own.
        let seen = rows.first().and_then(|row| row.maybe_moment(11).ok().flatten());
        if seen.is_some_and(|seen| now.0.saturating_sub(seen.0) > NOTED_MILLIS) {
            note_use(office, now, digest).await?;
        }
        office.seen.remember(digest, now, session);
    }
    Ok(found)
}

/// A new session: its key, what it says, and the row that is committed with the entry.
pub(crate) fn begin(
    office: &Office,
    now: Moment,
    whence: &Whence,
    actor: Actor,
    by: &[Way],
    owes: bool,
    hours: u16,
) -> (Key, Session, Change) {
    let key = Key::new("s", office.chance());
    let sql = "INSERT INTO session (hash, actor, created_at, ends_at, seen_at, proved_at, owes, ways, address, browser, work, language) \
               VALUES ($1, $2, $3, $4, $3, $3, $5, $6, $7, $8, NULL, $9)";
    let ways: Vec<&str> = by.iter().map(|way| way.code()).collect();
    let values = vec![
        hashed(&key.0),
        actor.id.into(),
        now.into(),
        Moment(now.0.saturating_add(i64::from(hours) * 3_600_000)).into(),
        i64::from(owes).into(),
        ways.join(" ").into(),
        whence.address.clone().into(),
        whence.browser.clone().into(),
        actor.language.code().into(),
    ];
    let language = actor.language;
    let reach = Reach::of(actor.role, Some(&ways.join(" ")));
    let session = Session { actor, work: None, language, may: None, proof: Proof::At(now), owes, reach };
    (key, session, Change::new(sql, values).exactly(1))
}

/// Checks a password, and a code where the account has a second factor, for a single act, as on the command line.
///
/// # Errors
/// As at sign-in; [`No::Mistake`] on `code` when one is needed and was not given.
pub async fn act_as(
    office: &Office,
    now: Moment,
    login: &str,
    password: &str,
    code: Option<&str>,
) -> Result<Actor, No> {
    let rules = ways::rules(office, now);
    if !rules.allows(Way::Password) {
        return Err(ways::not_allowed());
    }
    let actor = check_password(office, now, login, password).await?;
    let mut by = vec![Way::Password];
    let mut spent = None;
    if !ways::second_of(office, &rules, actor.id).await?.is_empty() {
        let shown = sign_in::check_code(office, now, &actor, code.ok_or_else(code_missing)?).await?;
        by.push(shown.way);
        spent = shown.spent;
    }
    let desk = office.desk(Some(actor.clone()), now);
    let entry = desk.entry(EntryKind::SignedIn, desk.act_id());
    let codes: Vec<&str> = by.iter().map(|way| way.code()).collect();
    let ended: Vec<String> = spent.iter().map(hex::encode).collect();
    let mut act = desk.act_with_detail(entry, &serde_json::json!({ "ways": codes, "ended": ended }))?;
    if let Some(id) = spent {
        act = act.with(ways::ending(id, now));
    }
    desk.commit(act).await?;
    Ok(actor)
}

fn code_missing() -> No {
    Mistake::new(
        "code",
        "このアカウントには二つ目の確認方法があります。アプリのコード又は回復コードを入力してください。",
        "This account has a second factor. Give a code of its app, or a recovery code.",
        "Tài khoản này có yếu tố thứ hai. Hãy nhập mã của ứng dụng hoặc mã khôi phục.",
    )
    .into()
}

/// Checks a password. The try is counted before it is checked, in one statement, so that guesses made at once count one by one.
/// A login nobody has, one that must wait and a wrong password cost the same time.
pub(crate) async fn check_password(office: &Office, now: Moment, login: &str, password: &str) -> Result<Actor, No> {
    let turn = office.turns.next().await?;
    let attempt = PASSWORD.count(office, now, login).await?;
    let counted = attempt.may();
    let sql = format!(
        "SELECT {}, a.password, a.ends_at FROM actor a WHERE a.login = $1 AND a.revoked_at IS NULL",
        Actor::COLUMNS
    );
    let rows = office.store().read(&sql, vec![login.into()]).await?;
    let found = match rows.first() {
        Some(row) => Some((Actor::read(row)?, row.text(6)?.to_owned(), row.maybe_moment(7)?)),
        None => None,
    };
    // An account without a password costs the time of one with another.
    let phc = found.as_ref().map(|(_, phc, _)| phc).filter(|phc| counted && *phc != actor::NO_PASSWORD);
    let phc = phc.map_or(NOBODY, |phc| phc);
    let good = turn.matches(password, phc).await;
    let open = |end: &Option<Moment>| end.is_none_or(|e| e > now);
    match found {
        Some((actor, _, end)) if counted && good && open(&end) => {
            attempt.forget(office).await?;
            Ok(actor)
        }
        known => {
            let desk = office.desk(known.map(|(actor, ..)| actor), now);
            let entry = desk.entry(EntryKind::SignInRefused, desk.act_id()).refused();
            let why = if counted { "wrong" } else { "must-wait" };
            desk.commit(desk.act_with_detail(entry, &serde_json::json!({ "rules": [why] }))?).await?;
            Err(if counted { wrong() } else { PASSWORD.must_wait() })
        }
    }
}

/// The account, if it may be used now.
pub(crate) async fn holder(office: &Office, now: Moment, actor: ActorId) -> Result<Option<Actor>, Fault> {
    let sql = format!(
        "SELECT {} FROM actor a WHERE a.id = $1 AND a.revoked_at IS NULL AND (a.ends_at IS NULL OR a.ends_at > $2)",
        Actor::COLUMNS
    );
    let rows = office.store().read(&sql, vec![actor.into(), now.into()]).await?;
    rows.first().map(Actor::read).transpose()
}

fn wrong() -> No {
    Mistake::new(
        "password",
        "ログイン名またはパスワードが違います。",
        "The login or the password is wrong.",
        "Tên đăng nhập hoặc mật khẩu không đúng.",
    )
    .into()
}

/// Deletes what has passed: sessions that ended, tries and idempotency keys that no longer count. To be called from time to time.
///
/// # Errors
/// [`Fault`].
pub async fn sweep(office: &Office, now: Moment) -> Result<(), Fault> {
    let tried = Moment(now.0.saturating_sub(LONGEST_MILLIS));
    let known = Moment(now.0.saturating_sub(crate::idempotency::KNOWN_MILLIS));
    let passed = vec![
        Change::new("DELETE FROM session WHERE ends_at <= $1", vec![now.into()]),
        Change::new("DELETE FROM attempt WHERE at < $1", vec![tried.into()]),
        Change::new("DELETE FROM question WHERE ends_at <= $1", vec![now.into()]),
        link::sweep(now),
        Change::new(
            "DELETE FROM credential_use WHERE credential IN (SELECT id FROM credential WHERE ended_at IS NOT NULL)",
            vec![],
        ),
        Change::new("DELETE FROM idempotency WHERE at < $1", vec![known.into()]),
    ];
    office.store().scratch(passed).await?;
    Ok(())
}

/// The PHC string of a password nobody has.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Who holds this session key, if it is still open.
///
/// # Errors
/// [`Fault`].
pub async fn resume(office: &Office, now: Moment, key: &str) -> Result<Option<Session>, Fault> {
    if !key.starts_with("s_") {
        return Ok(None);
    }
    let idle = i64::from(ways::rules(office, now).idle_minutes) * 60_000;
    let sql = format!(
        "SELECT {}, s.work, s.language, CAST(NULL AS TEXT), s.proved_at, s.owes, s.seen_at, s.ways FROM session s JOIN actor a ON a.id = s.actor \
         WHERE s.hash = $1 AND s.ends_at > $2 AND s.seen_at > $3 AND a.revoked_at IS NULL AND (a.ends_at IS NULL OR a.ends_at > $2)",
        Actor::COLUMNS
    );
    look_up(office, now, key, &sql, vec![Moment(now.0.saturating_sub(idle)).into()]).await
}

/// That a session was used is written down so often at most.
const NOTED_MILLIS: i64 = 60_000;

async fn note_use(office: &Office, now: Moment, hash: [u8; 32]) -> Result<(), Fault> {
    let sql = "UPDATE session SET seen_at = $2 WHERE hash = $1 AND seen_at < $2";
    office.store().scratch(vec![Change::new(sql, vec![hash.into(), now.into()])]).await?;
    Ok(())
}

fn session(row: &Row) -> Result<Session, Fault> {
    let bad = |_| Fault::Damaged("session");
    let work = match row.maybe_bytes(6).map_err(bad)? {
        Some(bytes) => Some(WorkId::from_bytes(bytes.try_into().map_err(|_| Fault::Damaged("session.work"))?)),
        None => None,
    };
    let language = row.text(7).map_err(bad)?.parse().map_err(|_| Fault::Damaged("session.language"))?;
    let may = row.maybe_text(8).map_err(bad)?;
    let may = may.map(|operations| Arc::new(operations.split_whitespace().map(str::to_owned).collect()));
    let proof = row.maybe_moment(9).map_err(bad)?.map_or(Proof::NotAsked, Proof::At);
    let owes = row.maybe_int(10).map_err(bad)? == Some(1);
    let actor = Actor::read(row)?;
    let reach = Reach::of(actor.role, row.maybe_text(12).map_err(bad)?);
    Ok(Session { actor, work, language, may, proof, owes, reach })
}

/// The open sessions of whoever is at the desk, those used last first.
///
/// # Errors
/// [`No::Missing`] when nobody has signed in.
pub async fn list(desk: &Desk) -> Result<Vec<Listed>, No> {
    let idle = i64::from(ways::rules(desk.office(), desk.now()).idle_minutes) * 60_000;
    let sql = "SELECT hash, created_at, seen_at, ways, address, browser FROM session \
               WHERE actor = $1 AND ends_at > $2 AND seen_at > $3 ORDER BY seen_at DESC, hash";
    let since = Moment(desk.now().0.saturating_sub(idle));
    let rows = desk.store().read(sql, vec![desk.actor()?.id.into(), desk.now().into(), since.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(Listed {
                id: token_id(&row.array(0)?),
                created_at: row.moment(1)?,
                seen_at: row.moment(2)?,
                ways: row.text(3)?.split_whitespace().filter_map(|way| way.parse().ok()).collect(),
                whence: Whence { address: row.text(4)?.to_owned(), browser: row.text(5)?.to_owned() },
            })
        })
        .collect()
}

/// The id under which the list has the session of this key.
#[must_use]
pub fn listed_as(key: &str) -> String {
    token_id(&digest(key))
}

/// Ends one session of whoever is at the desk.
///
/// # Errors
/// [`No::Missing`] if they have no open one of this id.
pub async fn end(desk: &Desk, id: &str) -> Result<u64, No> {
    let sql = "SELECT hash FROM session WHERE actor = $1";
    let rows = desk.store().read(sql, vec![desk.actor()?.id.into()]).await?;
    let hashes = rows.iter().map(|row| row.array::<32>(0)).collect::<Result<Vec<_>, _>>()?;
    let found = hashes.into_iter().find(|hash| token_id(hash) == id).ok_or(No::Missing)?;
    let gone = Change::new("DELETE FROM session WHERE hash = $1", vec![found.into()]).exactly(1);
    signed_out(desk, gone, "one").await
}

/// Ends every session of whoever is at the desk but the one of this key; without a key, every one.
///
/// # Errors
/// [`No`].
pub async fn end_others(desk: &Desk, key: Option<&str>) -> Result<u64, No> {
    let kept = key.map_or_else(|| Value::Bytes(Vec::new()), hashed);
    let sql = "DELETE FROM session WHERE actor = $1 AND hash <> $2";
    signed_out(desk, Change::new(sql, vec![desk.actor()?.id.into(), kept]), "others").await
}

async fn signed_out(desk: &Desk, gone: Change, which: &str) -> Result<u64, No> {
    let entry = desk.entry(EntryKind::SignedOut, desk.act_id());
    let act = desk.act_with_detail(entry, &serde_json::json!({ "sessions": which }))?.with(gone);
    let index = desk.commit(act).await?.index();
    desk.office().seen.forget();
    Ok(index)
}

/// Remembers the work record or the language of a session.
///
/// # Errors
/// [`Fault`].
pub async fn remember(office: &Office, key: &str, work: Option<WorkId>, language: Language) -> Result<(), Fault> {
    let work = work.map_or(Value::Null(store::Kind::Bytes), Value::from);
    let sql = "UPDATE session SET work = $2, language = $3 WHERE hash = $1";
    office.store().scratch(vec![Change::new(sql, vec![hashed(key), work, language.code().into()])]).await?;
    office.seen.forget();
    Ok(())
}

/// Ends the session of this key, whose holder is at the desk.
///
/// # Errors
/// [`No`].
pub async fn sign_out(desk: &Desk, key: &str) -> Result<u64, No> {
    let gone = Change::new("DELETE FROM session WHERE hash = $1", vec![hashed(key)]);
    signed_out(desk, gone, "this").await
}
