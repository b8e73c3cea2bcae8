//! Erasing a person, what waits to be erased, and withdrawing that.

use access::names::PersonId;
use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use vault::Waiting;

use super::change::ForPurpose;
use crate::api::asked::{Named, PersonPath};
use crate::api::caller::Caller;
use crate::api::made::{Entered, Made, Once};
use crate::api::problem::Answer;
use crate::api::sent::Sent;
use crate::api::spelled::{At, Id, Time};

/// What an erasure did.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Erased {
    /// The ledger entry of the act.
    #[schema(example = 4812)]
    entry: u64,
    /// Until when the erasure waits and may be withdrawn; absent when the policy lets none wait and the key is destroyed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>, nullable = false)]
    waits_until: Option<At>,
    /// Whether this answers a request that was answered before.
    replayed: bool,
}

impl Once for Erased {
    fn again(&mut self) {
        self.replayed = true;
    }
}

/// An erasure that was decided and waits.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Erasure {
    /// Who will be erased.
    #[schema(value_type = Id)]
    person: PersonId,
    /// When that was decided.
    #[schema(value_type = Time)]
    decided_at: At,
    /// Until when it waits, and may be withdrawn.
    #[schema(value_type = Time)]
    until: At,
    /// Whether a hold keeps it waiting, also when that time has come.
    held: bool,
}

impl From<Waiting> for Erasure {
    fn from(waiting: Waiting) -> Self {
        let Waiting { person, decided_at, until, held } = waiting;
        Self { person, decided_at: At(decided_at), until: At(until), held }
    }
}

/// Erase a person
///
/// Every row must allow it. Where the policy lets an erasure wait, the person is gone for everybody from now on, and the key is
/// destroyed when the wait is over, unless the privacy officer withdraws it or sets a hold. Then the records go, the person's key is
/// destroyed, and the ledger still verifies and says nothing.
/// Backups made before hold only what is sealed, and nothing opens it any more once the keys of their epoch are destroyed: within the days
/// that the policy states (`[erasure] backups_days`).
#[utoipa::path(
    post,
    path = "/api/v1/people/{person}/erasures",
    operation_id = "erasePerson",
    tag = "people",
    params(PersonPath),
    request_body = ForPurpose,
    responses((status = 200, body = Erased, description = "Erased, or decided and waiting."))
)]
pub(crate) async fn erase(
    caller: Caller,
    Named(person): Named<PersonId>,
    Sent(ForPurpose { purpose }): Sent<ForPurpose>,
) -> Answer<Made<Erased>> {
    let done = vault::erase(&caller.state.vault, &caller.desk, person, purpose).await?;
    let waits_until = done.waits_until.map(At);
    Ok(Made::done(Erased { entry: done.entry, waits_until, replayed: false }))
}

/// The erasures that wait
///
/// Those that are next first. To everybody but the privacy officer these people are gone, and so is this list.
#[utoipa::path(
    get,
    path = "/api/v1/erasures",
    operation_id = "listWaitingErasures",
    tag = "people",
    responses((status = 200, body = Vec<Erasure>, description = "What waits."))
)]
pub(crate) async fn list(caller: Caller) -> Answer<Json<Vec<Erasure>>> {
    let waiting = vault::waiting(&caller.desk).await?;
    Ok(Json(waiting.into_iter().map(Erasure::from).collect()))
}

/// Withdraw an erasure
///
/// While it waits. The person is back with everything that is held of them. For the privacy officer.
#[utoipa::path(
    post,
    path = "/api/v1/people/{person}/withdrawals",
    operation_id = "withdrawErasure",
    tag = "people",
    params(PersonPath),
    request_body = ForPurpose,
    responses((status = 200, body = Entered, description = "Withdrawn; the person is back."))
)]
pub(crate) async fn withdraw(
    caller: Caller,
    Named(person): Named<PersonId>,
    Sent(ForPurpose { purpose }): Sent<ForPurpose>,
) -> Answer<Made<Entered>> {
    let done = vault::withdraw(&caller.state.vault, &caller.desk, person, purpose).await?;
    Ok(Made::done(Entered::new(done.entry)))
}
