//! One request, one act, however often it is sent: keys that callers choose, and what the first answer said.
//!
//! What is kept holds no value: a keyed hash of the request, the status, where the thing made is, and the part of the answer
//! that may be told twice. It may be lost without harm to the ledger; then a repeated request is a second act with an entry of
//! its own, or is refused by the act itself.

use crate::answer::Fault;
use crate::desk::{Desk, Office};
use ledger::names::{ActorId, Moment};
use store::{Change, Row};

/// A key is known for this long after it was first used.
pub(crate) const KNOWN_MILLIS: i64 = 24 * 3_600_000;

/// The status of a request whose answer is not known.
const UNANSWERED: i64 = 0;

/// What a request with a key turns out to be.
pub enum Begun {
    /// The first of its kind: act, then [`Claim::settle`] or [`Claim::release`].
    First(Claim),
    /// Answered before; this is what may be told again.
    Again(Told),
    /// Another request was sent with this key before.
    AnotherRequest,
    /// The first one is being answered, or the machine stopped before its answer was known.
    Unanswered,
}

/// An answer that may be told again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The HTTP status it had.
    pub status: u16,
    /// Where the thing made is; empty when nothing was made.
    pub location: String,
    /// The answer without anything that may be told only once. No personal data.
    pub body: Vec<u8>,
}

/// The right to answer a request that carries a key.
#[must_use]
#[derive(Debug)]
pub struct Claim([u8; 32]);

/// Claims a key for the request at hand. Keys of one account say nothing to another.
///
/// # Errors
/// [`Fault`].
pub async fn begin(desk: &Desk, actor: ActorId, key: &str, request: &[&[u8]]) -> Result<Begun, Fault> {
    let office = desk.office();
    let hash = office.keyed(&[b"idempotency-key", actor.as_bytes(), key.as_bytes()]);
    let fingerprint = office.keyed(&[&[b"request".as_slice()], request].concat());
    if claim(office, hash, actor, fingerprint, desk.now()).await? {
        return Ok(Begun::First(Claim(hash)));
    }
    let sql = "SELECT request, status, location, body FROM idempotency WHERE hash = $1";
    let rows = office.store().read(sql, vec![hash.into()]).await?;
    // Released between the two statements: whoever asks again finds it free.
    let Some(row) = rows.first() else { return Ok(Begun::Unanswered) };
    read(row, fingerprint).map_err(|bad| Fault::Store(bad.into()))
}

async fn claim(office: &Office, hash: [u8; 32], actor: ActorId, request: [u8; 32], now: Moment) -> Result<bool, Fault> {
    let old = Moment(now.0.saturating_sub(KNOWN_MILLIS));
    let mut changes =
        vec![Change::new("DELETE FROM idempotency WHERE hash = $1 AND at < $2", vec![hash.into(), old.into()])];
    let sql = "INSERT INTO idempotency (hash, actor, request, status, location, body, at) VALUES ($1, $2, $3, $4, '', $5, $6) \
               ON CONFLICT (hash) DO NOTHING";
    let nothing: Vec<u8> = Vec::new();
    let values = vec![hash.into(), actor.into(), request.into(), UNANSWERED.into(), nothing.into(), now.into()];
    changes.push(Change::new(sql, values).exactly(1));
    Ok(office.store().scratch(changes).await?)
}

fn read(row: &Row, fingerprint: [u8; 32]) -> Result<Begun, store::BadColumn> {
    if row.array::<32>(0)? != fingerprint {
        return Ok(Begun::AnotherRequest);
    }
    let Ok(status @ 1..) = u16::try_from(row.int(1)?) else { return Ok(Begun::Unanswered) };
    Ok(Begun::Again(Told { status, location: row.text(2)?.to_owned(), body: row.bytes(3)?.to_vec() }))
}

impl Claim {
    /// Remembers the answer.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn settle(self, office: &Office, told: Told) -> Result<(), Fault> {
        let sql = "UPDATE idempotency SET status = $2, location = $3, body = $4 WHERE hash = $1";
        let values = vec![self.0.into(), i64::from(told.status).into(), told.location.into(), told.body.into()];
        office.store().scratch(vec![Change::new(sql, values)]).await?;
        Ok(())
    }

    /// Forgets the request: nothing was done, so that it may be mended and sent again with the same key.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn release(self, office: &Office) -> Result<(), Fault> {
        office
            .store()
            .scratch(vec![Change::new("DELETE FROM idempotency WHERE hash = $1", vec![self.0.into()])])
            .await?;
        Ok(())
    }
}
