//! Revealing: one person, some fields, one notified purpose, one work record.

use access::names::{ElementId, PersonId, PurposeId, RowId, WorkId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

use crate::api::asked::{Named, PersonPath};
use crate::api::caller::Caller;
use crate::api::made::{Made, Once};
use crate::api::problem::Answer;
use crate::api::sent::Sent;
use crate::api::spelled::{At, Id, Slug, Time};

/// What to reveal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewReveal {
    /// The row of the handling ledger it is held under.
    #[schema(value_type = Slug, example = "r-041")]
    row: RowId,
    /// Which elements.
    #[schema(value_type = Vec<Slug>, min_items = 1, example = json!(["phone"]))]
    elements: BTreeSet<ElementId>,
    /// The notified purpose.
    #[schema(value_type = Slug)]
    purpose: PurposeId,
    /// The work record.
    #[schema(value_type = Option<Id>)]
    work: Option<WorkId>,
}

/// Values that may be seen, because the entry that says so is durable.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reveal {
    /// The ledger entry.
    #[schema(example = 4812)]
    entry: u64,
    /// Whether this answers a request that was answered before; then no value is told again.
    replayed: bool,
    /// When.
    #[schema(value_type = Time)]
    at: At,
    /// When a reader should close them again.
    #[schema(value_type = Time)]
    closes_at: At,
    /// The values; an element that is not held is not among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    values: Option<Vec<ElementValue>>,
}

/// One value.
#[derive(Serialize, ToSchema)]
pub(crate) struct ElementValue {
    /// The element.
    #[schema(value_type = Slug, example = "phone")]
    element: String,
    /// What it says, as it was written.
    #[schema(example = "+81 3 0000 0000")]
    value: String,
}

impl Once for Reveal {
    fn again(&mut self) {
        self.replayed = true;
        self.values = None;
    }
}

/// Reveal values of a person
///
/// The order is policy, permit, ledger, value: when values are in the answer, the entry is durable. A refusal is recorded too,
/// and names the clauses that refused and what would change the answer.
#[utoipa::path(
    post,
    path = "/api/v1/people/{person}/reveals",
    operation_id = "revealPerson",
    tag = "people",
    params(PersonPath),
    request_body = NewReveal,
    responses((status = 200, body = Reveal, description = "The values, and the entry that stands for them."))
)]
pub(crate) async fn reveal(
    caller: Caller,
    Named(person): Named<PersonId>,
    Sent(new): Sent<NewReveal>,
) -> Answer<Made<Reveal>> {
    let NewReveal { row, elements, purpose, work } = new;
    let asked = vault::Reveal { person, row, elements: elements.into_iter().collect(), purpose, work };
    let revealed = vault::reveal(&caller.state.vault, &caller.desk, asked).await?;
    let values = revealed.values.into_iter();
    let values =
        values.map(|(element, value)| ElementValue { element: element.to_string(), value: value.expose().clone() });
    Ok(Made::done(Reveal {
        entry: revealed.entry,
        replayed: false,
        at: At(revealed.at),
        closes_at: At(revealed.closes_at),
        values: Some(values.collect()),
    }))
}
