//! Who one is to the office.

use access::names::ActorId;
use access::work;
use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::{By, Caller};
use super::problem::Answer;
use super::spelled::{Id, LanguageCode, RoleCode};
use super::work::WorkRecord;

/// Who calls.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Me {
    /// The account.
    #[schema(value_type = Id)]
    id: ActorId,
    /// The name typed at sign-in.
    login: String,
    /// The name shown to colleagues.
    name: String,
    /// What it may do.
    #[schema(value_type = RoleCode)]
    role: &'static str,
    /// The language of answers.
    #[schema(value_type = LanguageCode)]
    language: &'static str,
    /// How the caller is known: by a token, or by the session of the pages.
    by: KnownBy,
    /// The open work records of the account, those ending first at the top.
    work: Vec<WorkRecord>,
}

/// How a caller is known.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum KnownBy {
    /// An API token.
    Token,
    /// The session cookie of the pages.
    Session,
}

/// Who one is
#[utoipa::path(
    get,
    path = "/api/v1/me",
    operation_id = "showMe",
    tag = "accounts",
    responses((status = 200, body = Me, description = "The account, and the work it is on."))
)]
pub(crate) async fn show(caller: Caller) -> Answer<Json<Me>> {
    let work = work::mine(&caller.desk).await?;
    let actor = caller.desk.actor()?;
    Ok(Json(Me {
        id: actor.id,
        login: actor.login.clone(),
        name: actor.name.clone(),
        role: actor.role.code(),
        language: caller.language.code(),
        by: match caller.by {
            By::Token => KnownBy::Token,
            By::Session => KnownBy::Session,
        },
        work: work.into_iter().map(|one| WorkRecord::new(one, &caller.desk)).collect(),
    }))
}
