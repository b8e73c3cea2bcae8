//! Searching for people.

use access::names::{PersonId, PurposeId, WorkId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::caller::Caller;
use crate::api::made::{Made, Once};
use crate::api::problem::Answer;
use crate::api::sent::Sent;
use crate::api::spelled::{At, Id, Line, Slug, Time};

/// What to look for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSearch {
    /// A name, a kana reading, an e-mail address, a telephone number or a date of birth, however it is written.
    #[schema(value_type = String, min_length = 1, max_length = 400, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$", example = "someone@example.jp")]
    text: Line<400>,
    /// The notified purpose.
    #[schema(value_type = Slug)]
    purpose: PurposeId,
    /// The work record.
    #[schema(value_type = Option<Id>)]
    work: Option<WorkId>,
    /// How many people at most.
    #[schema(minimum = 1, maximum = 50, default = 20)]
    limit: Option<u32>,
}

/// What a search found.
#[derive(Serialize, ToSchema)]
pub(crate) struct Search {
    /// The ledger entry of the search.
    #[schema(example = 4812)]
    entry: u64,
    /// Whether this answers a request that was answered before; then nobody is named again.
    replayed: bool,
    /// The people found, best match first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    hits: Option<Vec<Hit>>,
    /// Whether there were more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    more: Option<bool>,
}

/// Somebody found.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Hit {
    /// Who.
    #[schema(value_type = Id)]
    person: PersonId,
    /// The row they are held under.
    #[schema(value_type = Slug)]
    row: String,
    /// What kind of person.
    #[schema(value_type = Slug)]
    kind: String,
    /// The name, opened by this search, where the row holds one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// When the record was acquired.
    #[schema(value_type = Time)]
    acquired_at: At,
}

impl Once for Search {
    fn again(&mut self) {
        self.replayed = true;
        self.hits = None;
        self.more = None;
    }
}

/// Search for people
///
/// A search is an act: it has a purpose and a work record, looks only where these reach, and leaves an entry that commits to
/// whom it found. It is sent as a body because what is looked for is somebody's, and addresses end up in logs.
#[utoipa::path(
    post,
    path = "/api/v1/people/searches",
    operation_id = "searchPeople",
    tag = "people",
    request_body = NewSearch,
    responses((status = 200, body = Search, description = "Whom it found."))
)]
pub(crate) async fn search(caller: Caller, Sent(new): Sent<NewSearch>) -> Answer<Made<Search>> {
    let NewSearch { text: Line(text), purpose, work, limit } = new;
    let asked = vault::Find { text, purpose, work, limit: limit.unwrap_or(20) };
    let found = vault::find(&caller.state.vault, &caller.desk, asked).await?;
    let hits = found.hits.into_iter().map(|hit| Hit {
        person: hit.person,
        row: hit.row.to_string(),
        kind: hit.kind.to_string(),
        name: hit.name.map(|name| name.expose().clone()),
        acquired_at: At(hit.acquired_at),
    });
    let (hits, more) = (Some(hits.collect()), Some(found.more));
    Ok(Made::done(Search { entry: found.entry, replayed: false, hits, more }))
}
