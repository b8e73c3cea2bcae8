//! Erasing a person.

use access::names::PersonId;

use super::change::ForPurpose;
use crate::api::asked::{Named, PersonPath};
use crate::api::caller::Caller;
use crate::api::made::{Entered, Made};
use crate::api::problem::Answer;
use crate::api::sent::Sent;

/// Erase a person
///
/// Every row must allow it. The records go, the person's key is destroyed, and the ledger still verifies and says nothing.
/// Backups of the data made before hold only what is sealed; a backup of the keys from before still opens it, until that is destroyed.
#[utoipa::path(
    post,
    path = "/api/v1/people/{person}/erasures",
    operation_id = "erasePerson",
    tag = "people",
    params(PersonPath),
    request_body = ForPurpose,
    responses((status = 200, body = Entered, description = "Erased. The entry is that of the last row."))
)]
pub(crate) async fn erase(
    caller: Caller,
    Named(person): Named<PersonId>,
    Sent(ForPurpose { purpose }): Sent<ForPurpose>,
) -> Answer<Made<Entered>> {
    let done = vault::erase(&caller.state.vault, &caller.desk, person, purpose).await?;
    Ok(Made::done(Entered::new(done.entry)))
}
