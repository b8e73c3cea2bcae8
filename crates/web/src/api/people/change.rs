//! Correcting a value; stopping the use of somebody's information and taking it up again.

use access::names::{ElementId, PersonId, PurposeId, RowId, WorkId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::asked::{Named, PersonPath};
use crate::api::caller::Caller;
use crate::api::made::{Entered, Made};
use crate::api::problem::Answer;
use crate::api::sent::Sent;
use crate::api::spelled::{Id, Prose, Slug};

/// A correction.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCorrection {
    /// The row of the handling ledger it is held under.
    #[schema(value_type = Slug, example = "r-041")]
    row: RowId,
    /// The element to correct or to add.
    #[schema(value_type = Slug, example = "email")]
    element: ElementId,
    /// What it says from now on.
    #[schema(value_type = String, max_length = 20000, pattern = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$", example = "someone@example.jp")]
    value: Prose<20_000>,
    /// The notified purpose.
    #[schema(value_type = Slug)]
    purpose: PurposeId,
    /// The work record.
    #[schema(value_type = Option<Id>)]
    work: Option<WorkId>,
}

/// An act on everything held of a person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForPurpose {
    /// The notified purpose, such as that of answering requests.
    #[schema(value_type = Slug)]
    pub(crate) purpose: PurposeId,
}

/// Correct a value
///
/// What it said before is gone; that it was changed, when, for what and by whom is in the ledger.
#[utoipa::path(
    post,
    path = "/api/v1/people/{person}/corrections",
    operation_id = "correctPerson",
    tag = "people",
    params(PersonPath),
    request_body = NewCorrection,
    responses((status = 200, body = Entered, description = "Corrected."))
)]
pub(crate) async fn correct(
    caller: Caller,
    Named(person): Named<PersonId>,
    Sent(new): Sent<NewCorrection>,
) -> Answer<Made<Entered>> {
    let NewCorrection { row, element, value: Prose(value), purpose, work } = new;
    let asked = vault::Correct { person, row, element, value, purpose, work };
    let done = vault::correct(&caller.state.vault, &caller.desk, asked).await?;
    Ok(Made::done(Entered::new(done.entry)))
}

/// Stop the use of a person's information
///
/// In every row it is held under. What the law orders for everybody, such as answering the person's own requests, goes on.
#[utoipa::path(
    post,
    path = "/api/v1/people/{person}/suspensions",
    operation_id = "suspendPerson",
    tag = "people",
    params(PersonPath),
    request_body = ForPurpose,
    responses((status = 200, body = Entered, description = "Its use is stopped."))
)]
pub(crate) async fn suspend(
    caller: Caller,
    Named(person): Named<PersonId>,
    Sent(ForPurpose { purpose }): Sent<ForPurpose>,
) -> Answer<Made<Entered>> {
    let done = vault::suspend(&caller.state.vault, &caller.desk, person, purpose).await?;
    Ok(Made::done(Entered::new(done.entry)))
}

/// Take up the use of a person's information again
#[utoipa::path(
    post,
    path = "/api/v1/people/{person}/resumptions",
    operation_id = "resumePerson",
    tag = "people",
    params(PersonPath),
    request_body = ForPurpose,
    responses((status = 200, body = Entered, description = "Its use goes on."))
)]
pub(crate) async fn resume(
    caller: Caller,
    Named(person): Named<PersonId>,
    Sent(ForPurpose { purpose }): Sent<ForPurpose>,
) -> Answer<Made<Entered>> {
    let done = vault::resume(&caller.state.vault, &caller.desk, person, purpose).await?;
    Ok(Made::done(Entered::new(done.entry)))
}
