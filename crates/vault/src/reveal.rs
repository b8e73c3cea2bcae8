//! Reveal: one person, some fields, one notified purpose, one work record.

use crate::held::Held;
use crate::lock::{Opened, Vault, damaged};
use access::{Ask, Desk, Fault, No, Permit, Subjects, nobody_there, permit_in, situation};
use ledger::entry::EntryKind;
use ledger::names::{ElementId, Moment, PersonId, PurposeId, RowId, WorkId};
use policy::ActKind;
use seal::{Place, Secret, Sheet};

/// An opened value closes again after this long; the page counts it down.
const OPEN_MILLIS: i64 = 5 * 60_000;

/// What to reveal.
#[derive(Debug, Clone)]
pub struct Reveal {
    /// Whose.
    pub person: PersonId,
    /// Held under which row.
    pub row: RowId,
    /// Which elements.
    pub elements: Vec<ElementId>,
    /// For which notified purpose.
    pub purpose: PurposeId,
    /// Under which work record.
    pub work: Option<WorkId>,
}

/// Values that may be seen, because the entry that says so is durable.
pub struct Revealed {
    /// The values; an element that is not held is not among them.
    pub values: Vec<(ElementId, Secret<String>)>,
    /// The ledger entry.
    pub entry: u64,
    /// When.
    pub at: Moment,
    /// When the page closes them again.
    pub closes_at: Moment,
}

/// Opens some fields of one person: policy, permit, ledger, value.
///
/// # Errors
/// [`No::Refusal`] with its entry, [`No::Missing`] when nobody is there or the asker may not know.
pub async fn reveal(vault: &Vault, desk: &Desk, asked: Reveal) -> Result<Revealed, No> {
    let Reveal { person, row, elements, purpose, work } = asked;
    let ask = Ask { act: ActKind::Reveal, person: Some(person), row, elements, purpose, work };
    // The facts come with the ciphertext, and the key from its own store beside them: none depends on another.
    let (situation, opened) = tokio::join!(situation(desk, &ask), vault.person(person));
    let mut situation = situation?;
    let (Some(opened), Some((version, sheet))) = (opened?, situation.record.take()) else {
        return Err(nobody_there(desk, &ask, &situation).await);
    };
    let sheet = Sheet::from_bytes(&sheet).map_err(|_| damaged("record.sheet"))?;
    let permit = permit_in(desk, ask, Subjects::People(vec![(person, opened.ledger)]), &situation).await?;
    let (there, held) = match open(vault, desk, &permit, person, opened, (version, sheet)).await {
        Ok(opened) => opened,
        Err(fault) => return Err(could_not_open(desk, permit, fault).await),
    };
    let (entry, side) = permit.spend(desk, EntryKind::Revealed);
    let receipt = desk.commit(desk.act(&entry)?.with(side)).await?;
    let values = there.into_iter().zip(held.release(&receipt)?).collect();
    let closes_at = Moment(receipt.at().0.saturating_add(OPEN_MILLIS));
    Ok(Revealed { values, entry: receipt.index(), at: receipt.at(), closes_at })
}

/// Opens the values that a permit is for, as far as they are held. What comes out cannot be looked at yet.
///
/// The key and the record were read apart. If the person was renewed in between, one of them is the older: both are read again.
pub(crate) async fn open(
    vault: &Vault,
    desk: &Desk,
    permit: &Permit,
    person: PersonId,
    opened: Opened,
    (version, sheet): (u32, Sheet),
) -> Result<(Vec<ElementId>, Held), Fault> {
    let mut told = open_now(permit, &opened, person, version, &sheet);
    for _ in 0..TRIES {
        if !matches!(told, Err(Fault::Crypto(_))) {
            break;
        }
        let again = (vault.person(person).await?, self::sheet(desk, person, &permit.ask().row).await);
        let (Some(opened), Ok(Some((version, sheet)))) = again else { break };
        told = open_now(permit, &opened, person, version, &sheet);
    }
    told
}

/// How often key and record are read once more where they do not fit. Once is enough, unless people are renewed twice in a moment.
const TRIES: u32 = 3;

fn open_now(
    permit: &Permit,
    opened: &Opened,
    person: PersonId,
    version: u32,
    sheet: &Sheet,
) -> Result<(Vec<ElementId>, Held), Fault> {
    let (mut there, mut values) = (Vec::new(), Vec::new());
    for element in &permit.ask().elements {
        if let Some(sealed) = sheet.get(element.as_str()) {
            values.push(value(opened, person, &permit.ask().row, version, element, sealed)?);
            there.push(element.clone());
        }
    }
    Ok((there, Held::new(permit.act(), values)))
}

/// One value out of its seal. Everybody else in this crate goes through [`open`].
pub(crate) fn value(
    opened: &Opened,
    person: PersonId,
    row: &RowId,
    version: u32,
    element: &ElementId,
    sealed: &[u8],
) -> Result<Secret<String>, Fault> {
    let place = Place { subject: *person.as_bytes(), row: row.as_str(), field: element.as_str(), version };
    let bytes = opened.open(&place, sealed).map_err(|_| Fault::Crypto("opening a sealed value"))?;
    bytes.into_text().map_err(|_| Fault::Damaged("a sealed value is not text"))
}

/// The permit is spent on an entry that says nothing was shown.
pub(crate) async fn could_not_open(desk: &Desk, permit: Permit, fault: Fault) -> No {
    let kind = access::kind_of(permit.ask().act);
    let (entry, side) = permit.spend(desk, kind);
    let told = async {
        let details = serde_json::json!({ "rules": ["could-not-open"] });
        desk.commit(desk.act_with_detail(entry.refused(), &details)?.with(side)).await
    };
    told.await.err().unwrap_or(No::Fault(fault))
}

/// The sealed sheet of a person under a row, with its version.
pub(crate) async fn sheet(desk: &Desk, person: PersonId, row: &RowId) -> Result<Option<(u32, Sheet)>, No> {
    let sql = "SELECT version, sheet FROM record WHERE person = $1 AND register_row = $2";
    let rows = desk.store().glance(sql, vec![person.into(), row.as_str().into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let version = u32::try_from(row.int(0)?).map_err(|_| damaged("record.version"))?;
    let sheet = Sheet::from_bytes(row.bytes(1)?).map_err(|_| damaged("record.sheet"))?;
    Ok(Some((version, sheet)))
}
