//! Ledger entries: what took place, and one of them in plain words.

use access::No;
use axum::extract::{OriginalUri, State as Given};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_LANGUAGE;
use axum::response::{IntoResponse, Response};
use duties::history::{self, EntryKind, Filter, Line};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::asked::{Asked, EntryPath, Named};
use super::caller::Caller;
use super::paging::{Page, Paging};
use super::problem::{Answer, ClauseText};
use super::seen::{Seen, Unkept};
use super::spelled::{self, At, Cursor, Digest, EntryKindCode, Slug, Time};
use crate::receipt::receipt;
use crate::state::State;
use access::names::PurposeId;

/// A ledger entry, with the names that lie beside the ledger.
#[derive(Serialize, ToSchema)]
pub(crate) struct Entry {
    /// Its place in the ledger, from 0.
    entry: u64,
    /// When.
    #[schema(value_type = Time)]
    at: At,
    /// What kind of act.
    #[schema(value_type = EntryKindCode)]
    kind: &'static str,
    /// Whether the policy refused it.
    refused: bool,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Slug>, nullable = false)]
    purpose: Option<String>,
    /// Which elements.
    #[schema(value_type = Vec<Slug>)]
    elements: Vec<String>,
    /// Who, by the name of the account; absent for the program itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    actor: Option<String>,
    /// Under which work record, by its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    work: Option<String>,
    /// About how many people.
    people: u32,
    /// Under which row of the handling ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Slug>, nullable = false)]
    row: Option<String>,
    /// The clauses the decision rests on.
    #[schema(value_type = Vec<Slug>)]
    clauses: Vec<String>,
    /// The policy version it was judged by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Digest>, nullable = false)]
    policy: Option<String>,
}

impl From<Line> for Entry {
    fn from(line: Line) -> Self {
        Self {
            entry: line.entry,
            at: At(line.at),
            kind: line.kind.word(),
            refused: line.refused,
            purpose: line.purpose.map(|id| id.to_string()),
            elements: line.elements.iter().map(ToString::to_string).collect(),
            actor: line.actor,
            work: line.work,
            people: line.people,
            row: line.row.map(|id| id.to_string()),
            clauses: line.clauses.iter().map(ToString::to_string).collect(),
            policy: line.policy.map(|digest| digest.to_string()),
        }
    }
}

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EntriesAsked {
    /// How many entries a page has; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the page before.
    #[param(value_type = Option<Cursor>)]
    after: Option<String>,
    /// Only this kind of act.
    #[serde(default, deserialize_with = "kind")]
    #[param(value_type = Option<EntryKindCode>)]
    kind: Option<EntryKind>,
    /// Only this purpose.
    #[param(value_type = Option<Slug>)]
    purpose: Option<PurposeId>,
    /// Only acts of the account with this login.
    #[param(value_type = Option<String>, max_length = 40, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$")]
    actor: Option<spelled::Line<40>>,
    /// Only refusals.
    #[serde(default)]
    #[param(required = false)]
    refused: bool,
}

fn kind<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<EntryKind>, D::Error> {
    let word = String::deserialize(from)?;
    word.parse().map(Some).map_err(|_| serde::de::Error::custom("not a kind of entry"))
}

/// List ledger entries
///
/// Newest first.
#[utoipa::path(
    get,
    path = "/api/v1/ledger/entries",
    operation_id = "listEntries",
    tag = "ledger",
    params(EntriesAsked),
    responses((status = 200, body = Page<Entry>, description = "A page of entries."))
)]
pub(crate) async fn list(
    caller: Caller,
    Asked(asked): Asked<EntriesAsked>,
    OriginalUri(uri): OriginalUri,
) -> Answer<Response> {
    let paging = Paging::<u64>::read(asked.limit, asked.after.as_deref())?;
    let filter = Filter {
        kind: asked.kind,
        purpose: asked.purpose,
        actor: asked.actor.map(|spelled::Line(login)| login),
        refused: asked.refused,
    };
    let lines = history::recent(caller.desk.office(), paging.after, paging.and_one(), &filter).await?;
    Ok(paging.page(lines.into_iter().map(Entry::from).collect(), |one: &Entry| one.entry.to_string(), &uri))
}

/// Read a ledger entry
#[utoipa::path(
    get,
    path = "/api/v1/ledger/entries/{entry}",
    operation_id = "showEntry",
    tag = "ledger",
    params(EntryPath),
    responses((status = 200, body = Entry, description = "The entry."))
)]
pub(crate) async fn show(caller: Caller, Named(index): Named<u64>) -> Answer<Unkept<Entry>> {
    let line = history::entry(caller.desk.office(), index).await?.ok_or(No::Missing)?;
    Ok(Unkept(Seen::new(line.into())))
}

/// An entry in plain words, with the clauses as they read that day.
#[derive(Serialize, ToSchema)]
pub(crate) struct Explanation {
    /// What took place.
    sentence: String,
    /// The clauses the decision rests on.
    clauses: Vec<ClauseText>,
    /// The version of the policy it was judged by, as the organisation counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    version: Option<String>,
    /// The purpose, as people were told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    purpose: Option<String>,
    /// The elements, as people call them.
    elements: Vec<String>,
}

/// Explain a ledger entry
///
/// In the language of `Accept-Language`.
#[utoipa::path(
    get,
    path = "/api/v1/ledger/entries/{entry}/explanation",
    operation_id = "explainEntry",
    tag = "ledger",
    params(EntryPath),
    responses((status = 200, body = Explanation, description = "The entry in plain words."))
)]
pub(crate) async fn explain(caller: Caller, Named(index): Named<u64>) -> Answer<Response> {
    let told = history::explain(caller.desk.office(), index, caller.language).await?.ok_or(No::Missing)?;
    let clauses = told.clauses.into_iter().map(|(clause, text)| ClauseText { clause: clause.to_string(), text });
    let mut response = Unkept(Seen::new(Explanation {
        sentence: told.sentence,
        clauses: clauses.collect(),
        version: told.version,
        purpose: told.purpose,
        elements: told.elements,
    }))
    .into_response();
    response.headers_mut().insert(CONTENT_LANGUAGE, HeaderValue::from_static(caller.language.code()));
    Ok(response)
}

/// Prove a ledger entry
///
/// A receipt that proves itself to whoever knows the ledger's verifier key (C2SP tlog-proof): the entry, the hashes that lead to
/// the signed root, and the checkpoint with the cosignatures of witnesses. An entry of the last second may not be signed yet.
#[utoipa::path(
    get,
    path = "/api/v1/ledger/entries/{entry}/proof",
    operation_id = "proveEntry",
    tag = "ledger",
    params(EntryPath),
    responses((status = 200, body = String, content_type = "text/plain", description = "The receipt."))
)]
pub(crate) async fn prove(caller: Caller, Given(state): Given<State>, Named(index): Named<u64>) -> Answer<Response> {
    Ok(receipt(&state, &caller.desk, index).await?)
}
