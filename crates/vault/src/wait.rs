//! Wait: an erasure that was decided waits for as long as the policy says. The person is gone for everybody from the decision on; the
//! privacy officer sees until when, and may withdraw it; when the time has come the program erases for good.

use crate::erase::{Erased, Why, by_program};
use crate::lock::Vault;
use crate::person::{Done, State, WAITING, WAITING_SUSPENDED};
use access::{Ask, Desk, Fault, No, Office, Permit, Subjects, nobody_held, permit};
use ledger::entry::EntryKind;
use ledger::names::{Moment, PersonId, PurposeId, RowId};
use policy::{ActKind, Role};
use std::collections::BTreeSet;
use store::{Change, Row, Value};

const HOUR_MILLIS: i64 = 3_600_000;

/// An erasure that was decided and waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Who will be erased.
    pub person: PersonId,
    /// When that was decided.
    pub decided_at: Moment,
    /// Until when it waits, and may be withdrawn.
    pub until: Moment,
    /// Whether a hold keeps it waiting, also when that time has come.
    pub held: bool,
}

/// Decides an erasure: from this act on the person is gone for everybody, and nothing is destroyed yet.
pub(crate) async fn decide(
    desk: &Desk,
    permit: Permit,
    person: PersonId,
    state: State,
    hours: u16,
) -> Result<Erased, No> {
    let until = Moment(desk.now().0.saturating_add(i64::from(hours) * HOUR_MILLIS));
    let word = if state == State::Suspended { WAITING_SUSPENDED } else { WAITING };
    let (entry, side) = permit.spend(desk, EntryKind::ErasureDecided);
    let sql = "UPDATE person SET state = $3, erase_at = $4, changed_at = $2 WHERE id = $1 AND state = $5 AND NOT EXISTS \
               (SELECT 1 FROM occasion o WHERE o.kind = 'hold' AND o.subject = $6 AND o.closed_at IS NULL)";
    let values = vec![
        person.into(),
        desk.now().into(),
        word.into(),
        until.into(),
        state.word().into(),
        person.to_string().into(),
    ];
    let act = desk
        .act_with_detail(entry, &serde_json::json!({ "until": until.0 }))?
        .with(side)
        .with(Change::new(sql, values).exactly(1))
        .with(Change::many(MARK, marks(desk, person, set_aside).await?).exactly(1));
    Ok(Erased { entry: desk.commit(act).await?.index(), waits_until: Some(until) })
}

/// A line that was taken in is known by its mark, and would be told from one that is new. So the mark is set aside while an erasure
/// waits: with the person's id behind it, it is the mark of no line.
const MARK: &str = "UPDATE import_mark SET mark = $3 WHERE mark = $2 AND person = $1";
/// Back in its place, unless the same line has been taken in for somebody else meanwhile.
const MARK_BACK: &str = "UPDATE import_mark SET mark = $3 WHERE mark = $2 AND person = $1 \
                         AND NOT EXISTS (SELECT 1 FROM import_mark other WHERE other.mark = $3)";

const MARK_BYTES: usize = 16;

fn set_aside(person: PersonId, mark: &[u8]) -> Option<Vec<u8>> {
    (mark.len() == MARK_BYTES).then(|| [mark, person.as_bytes()].concat())
}

/// The mark of a line, and whether it lies aside.
pub(crate) fn in_place(person: PersonId, mark: &[u8]) -> (&[u8], bool) {
    match mark.strip_suffix(person.as_bytes()) {
        Some(mark) if mark.len() == MARK_BYTES => (mark, true),
        _ => (mark, false),
    }
}

fn put_back(person: PersonId, mark: &[u8]) -> Option<Vec<u8>> {
    let (mark, aside) = in_place(person, mark);
    aside.then(|| mark.to_vec())
}

async fn marks(
    desk: &Desk,
    person: PersonId,
    becomes: fn(PersonId, &[u8]) -> Option<Vec<u8>>,
) -> Result<Vec<Vec<Value>>, No> {
    let mut moved = Vec::new();
    for row in desk.store().read("SELECT mark FROM import_mark WHERE person = $1", vec![person.into()]).await? {
        let mark = row.bytes(0)?;
        moved.extend(becomes(person, mark).map(|to| vec![person.into(), mark.to_vec().into(), to.into()]));
    }
    Ok(moved)
}

/// Withdraws an erasure while it waits, for its time or for the end of a hold: the person is back with everything that is held of them, as it was.
///
/// # Errors
/// [`No::Missing`] when none waits (any more), or the asker is not the privacy officer; [`No::Refusal`].
pub async fn withdraw(vault: &Vault, desk: &Desk, person: PersonId, purpose: PurposeId) -> Result<Done, No> {
    let sql = "SELECT p.state, c.register_row FROM person p JOIN record c ON c.person = p.id \
               WHERE p.id = $1 AND p.erase_at IS NOT NULL ORDER BY c.register_row LIMIT 1";
    let rows = desk.store().read(sql, vec![person.into()]).await?;
    let opened = vault.person(person).await?;
    let may = desk.actor()?.role == Role::Officer;
    let (Some(row), Some(opened), true) = (rows.first(), opened, may) else {
        return Err(nobody_held(desk, ActKind::Withdraw, person, &purpose).await);
    };
    let was = if row.text(0)? == WAITING_SUSPENDED { State::Suspended } else { State::Active };
    let held: RowId = row.text(1)?.parse().map_err(|_| Fault::Damaged("record.register_row"))?;
    let (act, elements, work) = (ActKind::Withdraw, Vec::new(), None);
    let ask = Ask { act, person: Some(person), row: held, elements, purpose, work };
    let permit = permit(desk, ask, Subjects::People(vec![(person, opened.ledger)])).await?;
    let (entry, side) = permit.spend(desk, EntryKind::ErasureWithdrawn);
    let sql = "UPDATE person SET state = $3, erase_at = NULL, changed_at = $2 WHERE id = $1 AND erase_at IS NOT NULL";
    let values = vec![person.into(), desk.now().into(), was.word().into()];
    let act = desk
        .act(&entry)?
        .with(side)
        .with(Change::new(sql, values).exactly(1))
        .with(Change::many(MARK_BACK, marks(desk, person, put_back).await?));
    Ok(Done { entry: desk.commit(act).await?.index() })
}

/// The erasures that wait, those that are next first. For the privacy officer; to everybody else these people are gone.
///
/// # Errors
/// [`No::Missing`] for everybody else; [`No::Fault`].
pub async fn waiting(desk: &Desk) -> Result<Vec<Waiting>, No> {
    if desk.actor()?.role != Role::Officer {
        return Err(No::Missing);
    }
    let sql = "SELECT id, changed_at, erase_at FROM person WHERE erase_at IS NOT NULL ORDER BY erase_at, id";
    let holds = holds(desk).await?;
    let rows = desk.store().read(sql, vec![]).await?;
    rows.iter().map(|row| Ok(one(row, &holds)?)).collect()
}

/// The erasure of this person, if one waits.
pub(crate) async fn of(desk: &Desk, person: PersonId) -> Result<Option<Waiting>, No> {
    let sql = "SELECT id, changed_at, erase_at FROM person WHERE id = $1 AND erase_at IS NOT NULL";
    let rows = desk.store().read(sql, vec![person.into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(one(row, &holds(desk).await?)?))
}

fn one(row: &Row, holds: &BTreeSet<String>) -> Result<Waiting, store::Fault> {
    let person = PersonId::from_bytes(row.array(0)?);
    let held = holds.contains(&person.to_string());
    Ok(Waiting { person, decided_at: row.moment(1)?, until: row.moment(2)?, held })
}

/// Whom an open hold keeps from being erased.
async fn holds(desk: &Desk) -> Result<BTreeSet<String>, No> {
    let sql = "SELECT DISTINCT subject FROM occasion WHERE kind = 'hold' AND closed_at IS NULL";
    let rows = desk.store().read(sql, vec![]).await?;
    rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
}

/// What became of the erasures whose wait was over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waited {
    /// Erased for good: the records gone, the keys destroyed.
    pub erased: u64,
    /// Kept waiting by a hold.
    pub held: u64,
}

/// Erases for good whose wait is over, unless a hold was set meanwhile: then they go on waiting until it is lifted. Cut off in the
/// middle, it is finished by [`crate::finish_erasures`] and by the next call.
///
/// # Errors
/// [`No`].
pub async fn erase_waited(vault: &Vault, office: &Office, now: Moment) -> Result<Waited, No> {
    let desk = office.desk(None, now);
    let sql = "SELECT id, changed_at, erase_at FROM person WHERE erase_at <= $1 ORDER BY erase_at, id";
    let rows = desk.store().read(sql, vec![now.into()]).await?;
    if rows.is_empty() {
        return Ok(Waited::default());
    }
    let (holds, mut done) = (holds(&desk).await?, Waited::default());
    for row in rows {
        let over = one(&row, &holds)?;
        if over.held {
            done.held += 1;
        } else {
            done.erased += u64::from(by_program(vault, &desk, over.person, Why::Waited).await?);
        }
    }
    Ok(done)
}
