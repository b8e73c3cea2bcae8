//! Correct a value; suspend use and take it up again.

use crate::bound;
use crate::index::{self, FoundBy};
use crate::lock::{Vault, damaged};
use crate::person::{Done, State, read};
use crate::renew::anew;
use access::{Ask, Desk, Fault, Mistake, No, Subjects, kind_of, nobody_held, nobody_there, permit, situation};
use ledger::names::{ElementId, PersonId, PurposeId, RowId, WorkId};
use policy::Language::{En, Ja, Vi};
use policy::normal::{DateOrder, accept};
use policy::{ActKind, Shape};
use seal::{Nonce, Place, Sheet};
use store::{Change, Value};

/// A correction.
#[derive(Clone)]
pub struct Correct {
    /// Whose.
    pub person: PersonId,
    /// Held under which row.
    pub row: RowId,
    /// Which element.
    pub element: ElementId,
    /// What it says from now on.
    pub value: String,
    /// For which notified purpose.
    pub purpose: PurposeId,
    /// Under which work record.
    pub work: Option<WorkId>,
}

/// Corrects or adds one value. What it said before is gone; that it was changed, when, for what and by whom is in the ledger.
///
/// # Errors
/// [`No::Mistake`] when the value is not of the element's shape; [`No::Refusal`]; [`No::Missing`].
pub async fn correct(vault: &Vault, desk: &Desk, asked: Correct) -> Result<Done, No> {
    for _ in 1..TRIES {
        let before = generation(desk, &asked).await?;
        match correct_now(vault, desk, &asked).await {
            // The person was renewed meanwhile: nobody has changed what is held of them, so it is simply done again.
            Err(No::Mistake(lost)) if lost.field != "version" => return Err(No::Mistake(lost)),
            Err(lost @ (No::Mistake(_) | No::Fault(Fault::Crypto(_)))) => {
                // What it was lost to may be in the same commit, which comes to its end before this.
                desk.store().scratch(Vec::new()).await?;
                if generation(desk, &asked).await? == before {
                    return Err(lost);
                }
            }
            done => return done,
        }
    }
    correct_now(vault, desk, &asked).await
}

/// How often a correction is done again while the person is renewed, which happens once in a renewal.
const TRIES: u32 = 10;

async fn generation(desk: &Desk, asked: &Correct) -> Result<Option<i64>, No> {
    let sql = "SELECT generation FROM record WHERE person = $1 AND register_row = $2";
    let rows = desk.store().glance(sql, vec![asked.person.into(), asked.row.as_str().into()]).await?;
    Ok(rows.first().map(|row| row.int(0)).transpose()?)
}

async fn correct_now(vault: &Vault, desk: &Desk, asked: &Correct) -> Result<Done, No> {
    let Correct { person, row, element, value, purpose, work } = asked.clone();
    let elements = vec![element.clone()];
    let ask = Ask { act: ActKind::Correct, person: Some(person), row: row.clone(), elements, purpose, work };
    // The record first: the key is then of its generation, or is there as the next one, or the record has gone on meanwhile.
    let (present, opened) = (present(desk, person, &row).await?, vault.person(person).await?);
    let (Some(present), Some(opened)) = (present, opened) else {
        let situation = situation(desk, &ask).await?;
        return Err(nobody_there(desk, &ask, &situation).await);
    };
    let shape = desk.policy()?.element(&element).map_or(Shape::Text, |e| e.shape);
    // Judged before the value is looked at: who may not correct learns nothing of how it would be read.
    let permit = permit(desk, ask, Subjects::People(vec![(person, opened.ledger)])).await?;
    let value = accepted(&element, shape, &value)?;
    let Present { n, version, generation, sheet, mut found_by } = present;
    let lock = opened.lock_of(generation).ok_or(Fault::Crypto("the key of a generation is not there"))?;
    // Every value is bound to the version of its record, so all of them are sealed anew.
    let next = version.saturating_add(1);
    let others = sheet.fields().filter(|field| *field != element.as_str());
    let mut renewed = anew(desk, (person, &row), (lock, version), (lock, next), &sheet, others, |_, _| Ok(()))?;
    let place = Place { subject: *person.as_bytes(), row: row.as_str(), field: element.as_str(), version: next };
    let sealed = lock.seal(&place, value.as_bytes(), Nonce::from_random(desk.chance().bytes()));
    renewed
        .insert(element.as_str(), sealed.map_err(|_| Fault::Crypto("sealing"))?)
        .map_err(|_| damaged("record.sheet"))?;
    let before = found_by.of(element.as_str());
    // All tokens of a record are of its generation.
    let from_now_on = found_by.set(vault.indexes_with(generation)?.of(generation)?, &element, shape, &value)?;
    let (entry, side) = permit.spend(desk, kind_of(ActKind::Correct));
    let (sheet, found_by) = (renewed.to_bytes(), found_by.to_bytes());
    let digest = bound::joined(std::iter::once(bound::record(&sheet, &found_by)));
    let values = vec![n.into(), version.into(), next.into(), sheet.into(), found_by.into(), Value::EntryIndex];
    let update = "UPDATE record SET version = $3, sheet = $4, found_by = $5, idx = $6 WHERE n = $1 AND version = $2";
    let act = desk
        .act_with_detail(entry, &serde_json::json!({ "record": digest, "version": next }))?
        .with(side)
        .with(Change::new(update, values).exactly(1))
        .with(index::remove(n, before))
        .with(index::add(&n.into(), from_now_on));
    Ok(Done { entry: desk.commit(act).await?.index() })
}

/// A record as it is before it is corrected.
struct Present {
    n: i64,
    version: u32,
    generation: u32,
    sheet: Sheet,
    found_by: FoundBy,
}

async fn present(desk: &Desk, person: PersonId, row: &RowId) -> Result<Option<Present>, No> {
    let sql = "SELECT n, version, generation, sheet, found_by FROM record WHERE person = $1 AND register_row = $2 \
               AND person NOT IN (SELECT id FROM person WHERE erase_at IS NOT NULL)";
    let rows = desk.store().glance(sql, vec![person.into(), row.as_str().into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(Present {
        n: row.int(0)?,
        version: u32::try_from(row.int(1)?).map_err(|_| damaged("record.version"))?,
        generation: u32::try_from(row.int(2)?).map_err(|_| damaged("record.generation"))?,
        sheet: Sheet::from_bytes(row.bytes(3)?).map_err(|_| damaged("record.sheet"))?,
        found_by: FoundBy::read(row.bytes(4)?)?,
    }))
}

/// A value as it may be held: trimmed, not empty, of its shape.
fn accepted(element: &ElementId, shape: Shape, value: &str) -> Result<String, No> {
    accept(shape, value, DateOrder::Unsettled)
        .map_err(|why| Mistake::new(element.as_str(), why.told(Ja), why.told(En), why.told(Vi)).into())
}

/// Stops the use of a person's information, in every row it is held under.
///
/// # Errors
/// [`No::Refusal`]; [`No::Missing`].
pub async fn suspend(vault: &Vault, desk: &Desk, person: PersonId, purpose: PurposeId) -> Result<Done, No> {
    turn(vault, desk, person, purpose, ActKind::Suspend, State::Active, State::Suspended).await
}

/// Takes the use of a person's information up again.
///
/// # Errors
/// [`No::Refusal`], also when it is not suspended; [`No::Missing`].
pub async fn resume(vault: &Vault, desk: &Desk, person: PersonId, purpose: PurposeId) -> Result<Done, No> {
    turn(vault, desk, person, purpose, ActKind::Resume, State::Suspended, State::Active).await
}

async fn turn(
    vault: &Vault,
    desk: &Desk,
    person: PersonId,
    purpose: PurposeId,
    act: ActKind,
    from: State,
    to: State,
) -> Result<Done, No> {
    let kept = match read(desk, person).await {
        Err(No::Missing) => return Err(nobody_held(desk, act, person, &purpose).await),
        other => other?,
    };
    let row = kept.records.first().map(|r| r.row.clone()).ok_or(No::Missing)?;
    let ask = Ask { act, person: Some(person), row, elements: Vec::new(), purpose, work: None };
    let Some(opened) = vault.person(person).await? else {
        return Err(nobody_held(desk, act, person, &ask.purpose).await);
    };
    let permit = permit(desk, ask, Subjects::People(vec![(person, opened.ledger)])).await?;
    let (entry, side) = permit.spend(desk, kind_of(act));
    let values = vec![person.into(), from.word().into(), to.word().into(), desk.now().into()];
    let sql = "UPDATE person SET state = $3, changed_at = $4 WHERE id = $1 AND state = $2";
    let act = desk.act(&entry)?.with(side).with(Change::new(sql, values).exactly(1));
    Ok(Done { entry: desk.commit(act).await?.index() })
}
