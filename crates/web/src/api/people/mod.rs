//! People: who is held, found, opened, corrected, suspended, erased, handed over. Everything here is about somebody, so nothing
//! here is kept by anybody on the way.

pub(crate) mod change;
pub(crate) mod erase;
pub(crate) mod export;
pub(crate) mod reveal;
pub(crate) mod search;

use access::names::PersonId;
use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::asked::{Named, PersonPath};
use super::caller::Caller;
use super::problem::Answer;
use super::spelled::{At, Id, PersonState, Slug, Time};

/// What is held of a person: which elements there are, not what they say.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Person {
    /// Who.
    #[schema(value_type = Id)]
    person: PersonId,
    /// How their information stands.
    #[schema(value_type = PersonState)]
    state: &'static str,
    /// Record by record; none while an erasure waits.
    records: Vec<Record>,
    /// The erasure that waits. Only the privacy officer hears of it; to everybody else the person does not exist any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    erasure: Option<erase::Erasure>,
}

/// One person's record under one row of the handling ledger.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Record {
    /// The row of the handling ledger.
    #[schema(value_type = Slug)]
    row: String,
    /// The kind of person.
    #[schema(value_type = Slug)]
    kind: String,
    /// A correction makes the next version.
    version: u32,
    /// The elements held.
    #[schema(value_type = Vec<Slug>)]
    elements: Vec<String>,
    /// When it was acquired.
    #[schema(value_type = Time)]
    acquired_at: At,
    /// When it must be disposed of, if its term has begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>, nullable = false)]
    due_at: Option<At>,
    /// The ledger entry that last wrote it.
    entry: u64,
}

/// What is held of a person
///
/// Which elements are held under which rows, without any value. A handler hears of people of their own open work records only;
/// to everybody else who may not know, the person does not exist.
#[utoipa::path(
    get,
    path = "/api/v1/people/{person}",
    operation_id = "showPerson",
    tag = "people",
    params(PersonPath),
    responses((status = 200, body = Person, description = "What is held."))
)]
pub(crate) async fn show(caller: Caller, Named(person): Named<PersonId>) -> Answer<Json<Person>> {
    let kept = vault::kept(&caller.desk, person).await?;
    let records = kept.records.into_iter().map(|record| Record {
        row: record.row.to_string(),
        kind: record.kind.to_string(),
        version: record.version,
        elements: record.elements.iter().map(ToString::to_string).collect(),
        acquired_at: At(record.acquired_at),
        due_at: record.due_at.map(At),
        entry: record.entry,
    });
    let erasure = kept.waits.map(erase::Erasure::from);
    Ok(Json(Person { person, state: kept.state.word(), records: records.collect(), erasure }))
}
