//! Export: everything held of one person, for that person.

use crate::lock::Vault;
use crate::person::read;
use crate::reveal::{could_not_open, open, sheet};
use access::{Ask, Desk, No, Subjects, nobody_held, permit};
use ledger::entry::EntryKind;
use ledger::names::{ElementId, PersonId, PurposeId, WorkId};
use policy::{ActKind, Language};
use seal::Secret;
use serde_json::{Map, Value, json};

/// Everything held of one person.
pub struct Exported {
    /// The ledger entries, one for each row of the handling ledger.
    pub entries: Vec<u64>,
    /// A JSON document: row by row, element by element, with labels in three languages.
    pub document: Secret<String>,
}

/// Puts everything held of one person into a document for that person.
///
/// # Errors
/// [`No::Refusal`]; [`No::Missing`].
pub async fn export_person(
    vault: &Vault,
    desk: &Desk,
    person: PersonId,
    purpose: PurposeId,
    work: Option<WorkId>,
) -> Result<Exported, No> {
    let kept = match read(desk, person).await {
        Err(No::Missing) => return Err(nobody_held(desk, ActKind::ExportPerson, person, &purpose).await),
        other => other?,
    };
    let mut entries = Vec::new();
    let mut records = Vec::new();
    for record in kept.records {
        let ask = Ask {
            act: ActKind::ExportPerson,
            person: Some(person),
            row: record.row.clone(),
            elements: record.elements.clone(),
            purpose: purpose.clone(),
            work,
        };
        let (Some(opened), Some((version, sheet))) =
            (vault.person(person).await?, sheet(desk, person, &record.row).await?)
        else {
            return Err(nobody_held(desk, ActKind::ExportPerson, person, &purpose).await);
        };
        let permit = permit(desk, ask, Subjects::People(vec![(person, opened.ledger)])).await?;
        let (there, held) = match open(vault, desk, &permit, person, opened, (version, sheet)).await {
            Ok(opened) => opened,
            Err(fault) => return Err(could_not_open(desk, permit, fault).await),
        };
        let (entry, side) = permit.spend(desk, EntryKind::Exported);
        let receipt = desk.commit(desk.act(&entry)?.with(side)).await?;
        entries.push(receipt.index());
        let values = held.release(&receipt)?;
        let elements: Vec<Value> = there.iter().zip(&values).map(|(e, v)| element(desk, e, v.expose())).collect();
        records.push(json!({
            "row": record.row.as_str(),
            "kind": record.kind.as_str(),
            "acquired": desk.day(record.acquired_at).to_string(),
            "keptUntil": record.due_at.map(|d| desk.day(d).to_string()),
            "entry": receipt.index(),
            "elements": elements,
        }));
    }
    let document = json!({ "person": person.to_string(), "made": desk.today().to_string(), "records": records });
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    Ok(Exported { entries, document: Secret::new(text) })
}

fn element(desk: &Desk, id: &ElementId, value: &str) -> Value {
    let mut label = Map::new();
    if let Some(known) = desk.policy().ok().and_then(|p| p.element(id)) {
        for language in Language::ALL {
            label.insert(language.code().to_owned(), known.label.get(*language).into());
        }
    }
    json!({ "element": id.as_str(), "label": label, "value": value })
}
