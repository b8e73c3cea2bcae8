//! Handing a person everything held of them.

use access::names::{PersonId, PurposeId, WorkId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::asked::{Named, PersonPath};
use crate::api::caller::Caller;
use crate::api::made::{Made, Once};
use crate::api::problem::Answer;
use crate::api::sent::Sent;
use crate::api::spelled::{Id, Slug};

/// What an export is for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewExport {
    /// The notified purpose.
    #[schema(value_type = Slug)]
    purpose: PurposeId,
    /// The work record.
    #[schema(value_type = Option<Id>)]
    work: Option<WorkId>,
}

/// Everything held of one person.
#[derive(Serialize, ToSchema)]
pub(crate) struct Export {
    /// The ledger entries, one for each row of the handling ledger.
    entries: Vec<u64>,
    /// Whether this answers a request that was answered before; then the document is not told again.
    replayed: bool,
    /// Row by row, element by element, with labels in three languages.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, required = false)]
    document: Option<Value>,
}

impl Once for Export {
    fn again(&mut self) {
        self.replayed = true;
        self.document = None;
    }
}

/// Export everything held of a person
///
/// For the person themselves. Each row leaves an entry before its values are opened.
#[utoipa::path(
    post,
    path = "/api/v1/people/{person}/exports",
    operation_id = "exportPerson",
    tag = "people",
    params(PersonPath),
    request_body = NewExport,
    responses((status = 200, body = Export, description = "Everything held."))
)]
pub(crate) async fn export(
    caller: Caller,
    Named(person): Named<PersonId>,
    Sent(new): Sent<NewExport>,
) -> Answer<Made<Export>> {
    let exported = vault::export_person(&caller.state.vault, &caller.desk, person, new.purpose, new.work).await?;
    let document = serde_json::from_str(exported.document.expose()).ok();
    Ok(Made::done(Export { entries: exported.entries, replayed: false, document }))
}
