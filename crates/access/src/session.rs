//! Signing in: a password or a token, a session in scratch, and an entry for each try.

use crate::actor::Actor;
use crate::answer::{Fault, Mistake, No};
use crate::desk::{Chance, Office};
use ledger::commitment::detail;
use ledger::entry::EntryKind;
use ledger::names::{Moment, WorkId};
use policy::Language;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Change, Row, Value};

/// A session ends this long after it began.
const SESSION_MILLIS: i64 = 12 * 3_600_000;
/// Wrong passwords for one login before it must wait.
const TRIES: i64 = 8;
/// How long it then waits.
const WAIT_MILLIS: i64 = 5 * 60_000;

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
}

impl Session {
    /// Whether the key that opened it was made for this operation.
    #[must_use]
    pub fn allows(&self, operation: &str) -> bool {
        self.may.as_ref().is_none_or(|may| may.contains(operation))
    }
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
pub(crate) async fn look_up(office: &Office, now: Moment, key: &str, sql: &str) -> Result<Option<Session>, Fault> {
    let digest = digest(key);
    if let Some(session) = office.seen.recall(&digest, now) {
        return Ok(Some(session));
    }
    let rows = office.store().glance(sql, vec![digest.into(), now.into()]).await?;
    let found = rows.first().map(session).transpose()?;
    if let Some(session) = &found {
        office.seen.remember(digest, now, session);
    }
    Ok(found)
}

/// Signs in with a password. Both the success and the refusal leave an entry before they are answered.
///
/// # Errors
/// [`No::Mistake`] with the same words whether the login or the password was wrong, or that it must wait.
pub async fn sign_in(office: &Office, now: Moment, login: &str, password: &str) -> Result<(Key, Session), No> {
    let actor = check_password(office, now, login, password).await?;
    let key = Key::new("s", office.chance());
    let desk = office.desk(Some(actor.clone()), now);
    let entry = desk.entry(EntryKind::SignedIn, desk.act_id());
    let sql =
        "INSERT INTO session (hash, actor, created_at, ends_at, work, language) VALUES ($1, $2, $3, $4, NULL, $5)";
    let values = vec![
        hashed(&key.0),
        actor.id.into(),
        now.into(),
        Moment(now.0.saturating_add(SESSION_MILLIS)).into(),
        actor.language.code().into(),
    ];
    desk.commit(desk.act(&entry)?.with(Change::new(sql, values).exactly(1))).await?;
    let language = actor.language;
    Ok((key, Session { actor, work: None, language, may: None }))
}

/// Checks a password for a single act, as on the command line. Leaves the same entries as [`sign_in`].
///
/// # Errors
/// As [`sign_in`].
pub async fn act_as(office: &Office, now: Moment, login: &str, password: &str) -> Result<Actor, No> {
    let actor = check_password(office, now, login, password).await?;
    let desk = office.desk(Some(actor.clone()), now);
    let entry = desk.entry(EntryKind::SignedIn, desk.act_id());
    desk.commit(desk.act(&entry)?).await?;
    Ok(actor)
}

/// Checks a password. The try is counted before it is checked, in one statement, so that guesses made at once count one by one.
/// A login nobody has, one that must wait and a wrong password cost the same time.
async fn check_password(office: &Office, now: Moment, login: &str, password: &str) -> Result<Actor, No> {
    let turn = office.turns.next().await?;
    let attempt = hashed(&format!("login {login}"));
    let counted = count(office, now, &attempt).await?;
    let sql = format!(
        "SELECT {}, a.password, a.ends_at FROM actor a WHERE a.login = $1 AND a.revoked_at IS NULL",
        Actor::COLUMNS
    );
    let rows = office.store().read(&sql, vec![login.into()]).await?;
    let found = match rows.first() {
        Some(row) => Some((Actor::read(row)?, row.text(6)?.to_owned(), row.maybe_moment(7)?)),
        None => None,
    };
    let phc = found.as_ref().filter(|_| counted).map_or(NOBODY, |(_, phc, _)| phc);
    let good = turn.matches(password, phc).await;
    let open = |end: &Option<Moment>| end.is_none_or(|e| e > now);
    match found {
        Some((actor, _, end)) if counted && good && open(&end) => {
            office.store().scratch(vec![Change::new("DELETE FROM attempt WHERE hash = $1", vec![attempt])]).await?;
            Ok(actor)
        }
        known => {
            let desk = office.desk(known.map(|(actor, ..)| actor), now);
            let entry = desk.entry(EntryKind::SignInRefused, desk.act_id()).refused();
            let why = if counted { "wrong" } else { "must-wait" };
            desk.commit(desk.act_with_detail(entry, &serde_json::json!({ "rules": [why] }))?).await?;
            Err(if counted { wrong() } else { must_wait() })
        }
    }
}

/// Counts a try; `false` when there were too many already and this one must wait.
async fn count(office: &Office, now: Moment, attempt: &Value) -> Result<bool, Fault> {
    let sql = "INSERT INTO attempt (hash, count, at) VALUES ($1, 1, $2) ON CONFLICT (hash) DO UPDATE SET at = $2, \
               count = CASE WHEN attempt.at < $3 THEN 1 ELSE attempt.count + 1 END WHERE attempt.count < $4 OR attempt.at < $3";
    let values = vec![attempt.clone(), now.into(), Moment(now.0.saturating_sub(WAIT_MILLIS)).into(), TRIES.into()];
    Ok(office.store().scratch(vec![Change::new(sql, values).exactly(1)]).await?)
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

fn must_wait() -> No {
    Mistake::new(
        "login",
        "試行が続いたため、5分待ってから再度お試しください。",
        "Too many tries. Wait five minutes and try again.",
        "Đã thử quá nhiều lần. Hãy đợi năm phút rồi thử lại.",
    )
    .into()
}

/// Deletes what has passed: sessions that ended, tries and idempotency keys that no longer count. To be called from time to time.
///
/// # Errors
/// [`Fault`].
pub async fn sweep(office: &Office, now: Moment) -> Result<(), Fault> {
    let tried = Moment(now.0.saturating_sub(WAIT_MILLIS));
    let known = Moment(now.0.saturating_sub(crate::idempotency::KNOWN_MILLIS));
    let passed = vec![
        Change::new("DELETE FROM session WHERE ends_at <= $1", vec![now.into()]),
        Change::new("DELETE FROM attempt WHERE at < $1", vec![tried.into()]),
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
    let sql = format!(
        "SELECT {}, s.work, s.language, CAST(NULL AS TEXT) FROM session s JOIN actor a ON a.id = s.actor \
         WHERE s.hash = $1 AND s.ends_at > $2 AND a.revoked_at IS NULL AND (a.ends_at IS NULL OR a.ends_at > $2)",
        Actor::COLUMNS
    );
    look_up(office, now, key, &sql).await
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
    Ok(Session { actor: Actor::read(row)?, work, language, may })
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

/// Ends a session.
///
/// # Errors
/// [`Fault`].
pub async fn sign_out(office: &Office, key: &str) -> Result<(), Fault> {
    office.store().scratch(vec![Change::new("DELETE FROM session WHERE hash = $1", vec![hashed(key)])]).await?;
    office.seen.forget();
    Ok(())
}
