//! Questions: what somebody was asked and has yet to answer. Kept in scratch under the hash of what comes back with the answer,
//! taken out by the answer, so that none is answered twice.

use crate::answer::{Fault, Mistake, No};
use crate::desk::Office;
use crate::session::{Key, hashed};
use ledger::names::{ActorId, Moment};
use store::{Change, Kind, Value};

/// Whoever does not answer within this long is asked anew.
const MILLIS: i64 = 5 * 60_000;
/// Adding an app takes longer: it must be installed first.
const LONG_MILLIS: i64 = 20 * 60_000;

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// The second factor, after a password.
    Second,
    /// To sign in with a passkey.
    Passkey,
    /// To make a passkey.
    NewPasskey,
    /// A code of an app that is being added.
    NewTotp,
}

impl What {
    const fn word(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Passkey => "passkey",
            Self::NewPasskey => "new-passkey",
            Self::NewTotp => "new-totp",
        }
    }

    const fn millis(self) -> i64 {
        match self {
            Self::NewTotp => LONG_MILLIS,
            _ => MILLIS,
        }
    }
}

/// Asks. What comes back with the answer is the key.
pub(crate) async fn ask(
    office: &Office,
    now: Moment,
    what: What,
    actor: Option<ActorId>,
    body: Vec<u8>,
) -> Result<String, Fault> {
    let key = Key::new("q", office.chance()).into_text();
    ask_by(office, now, what, &key, actor, body).await?;
    Ok(key)
}

/// Asks under a key that is given.
pub(crate) async fn ask_by(
    office: &Office,
    now: Moment,
    what: What,
    key: &str,
    actor: Option<ActorId>,
    body: Vec<u8>,
) -> Result<(), Fault> {
    let sql = "INSERT INTO question (hash, what, actor, body, ends_at) VALUES ($1, $2, $3, $4, $5)";
    let actor = actor.map_or(Value::Null(Kind::Bytes), Value::from);
    let ends = Moment(now.0.saturating_add(what.millis()));
    let values = vec![hashed(key), what.word().into(), actor, body.into(), ends.into()];
    let passed = Change::new("DELETE FROM question WHERE ends_at <= $1", vec![now.into()]);
    office.store().scratch(vec![passed, Change::new(sql, values).exactly(1)]).await?;
    Ok(())
}

/// What was asked under this key, and of whom; it stays.
///
/// # Errors
/// [`No::Mistake`] when nothing was, or too long ago.
pub(crate) async fn read(
    office: &Office,
    now: Moment,
    what: What,
    key: &str,
) -> Result<(Option<ActorId>, Vec<u8>), No> {
    let sql = "SELECT actor, body FROM question WHERE hash = $1 AND what = $2 AND ends_at > $3";
    let rows = office.store().read(sql, vec![hashed(key), what.word().into(), now.into()]).await?;
    let row = rows.first().ok_or_else(too_late)?;
    let actor = match row.maybe_bytes(0)? {
        Some(id) => Some(ActorId::from_bytes(id.try_into().map_err(|_| Fault::Damaged("question.actor"))?)),
        None => None,
    };
    Ok((actor, row.bytes(1)?.to_vec()))
}

/// The same, and it is answered: nobody else can answer it any more.
///
/// # Errors
/// As [`read`].
pub(crate) async fn take(
    office: &Office,
    now: Moment,
    what: What,
    key: &str,
) -> Result<(Option<ActorId>, Vec<u8>), No> {
    let found = read(office, now, what, key).await?;
    let sql = "DELETE FROM question WHERE hash = $1";
    let mine = office.store().scratch(vec![Change::new(sql, vec![hashed(key)]).exactly(1)]).await?;
    if mine { Ok(found) } else { Err(too_late()) }
}

fn too_late() -> No {
    Mistake::new(
        "answer",
        "時間が過ぎたか、すでに使われています。もう一度初めからお試しください。",
        "This took too long, or was used already. Begin again.",
        "Đã quá thời gian hoặc đã được dùng. Hãy làm lại từ đầu.",
    )
    .into()
}
