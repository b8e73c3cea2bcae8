//! Who one is to the office.

use access::names::ActorId;
use access::{credentials, token, work};
use axum::Json;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

use super::asked::{Named, TokenPath};
use super::caller::{By, Caller};
use super::made::{Entered, Made};
use super::problem::Answer;
use super::sent::{Nothing, Sent};
use super::spelled::{At, Id, LanguageCode, Line, RoleCode, Time};
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

/// A new password for oneself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPassword {
    /// The password one has.
    #[schema(value_type = String, min_length = 1, max_length = 256, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$", format = Password, write_only)]
    old: Line<256>,
    /// The password one wants.
    #[schema(value_type = String, min_length = 12, max_length = 256, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$", format = Password, write_only)]
    new: Line<256>,
}

/// Change one's password
///
/// Every session of the account ends; tokens stay. The old password is checked as at sign-in: after too many tries it must wait.
#[utoipa::path(
    post,
    path = "/api/v1/me/passwords",
    operation_id = "changePassword",
    tag = "accounts",
    request_body = NewPassword,
    responses((status = 200, body = Entered, description = "Changed."))
)]
pub(crate) async fn change_password(caller: Caller, Sent(new): Sent<NewPassword>) -> Answer<Made<Entered>> {
    let NewPassword { old: Line(old), new: Line(new) } = new;
    Ok(Made::done(Entered::new(credentials::change_password(&caller.desk, &old, &new).await?)))
}

/// A token, without what opens the desk.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenInList {
    /// Its id; it opens nothing.
    #[schema(pattern = "^[0-9a-f]{16}$")]
    id: String,
    /// What it is for.
    label: String,
    /// Since when.
    #[schema(value_type = Time)]
    created_at: At,
    /// Until when.
    #[schema(value_type = Time)]
    ends_at: At,
    /// The operations it may do.
    may: BTreeSet<String>,
}

/// Tokens.
#[derive(Serialize, ToSchema)]
pub(crate) struct Tokens {
    /// The open tokens, oldest first.
    items: Vec<TokenInList>,
}

/// List one's open tokens
#[utoipa::path(
    get,
    path = "/api/v1/tokens",
    operation_id = "listTokens",
    tag = "accounts",
    responses((status = 200, body = Tokens, description = "The tokens."))
)]
pub(crate) async fn tokens(caller: Caller) -> Answer<Json<Tokens>> {
    let items = token::list(&caller.desk).await?.into_iter().map(|token| TokenInList {
        id: token.id,
        label: token.label,
        created_at: At(token.created_at),
        ends_at: At(token.ends_at),
        may: token.may,
    });
    Ok(Json(Tokens { items: items.collect() }))
}

/// End one of one's tokens
///
/// At once, also when it is the one of this request.
#[utoipa::path(
    post,
    path = "/api/v1/tokens/{token}/endings",
    operation_id = "endToken",
    tag = "accounts",
    params(TokenPath),
    request_body(content = Nothing, description = "Nothing, or `{}`."),
    responses((status = 200, body = Entered, description = "Ended."))
)]
pub(crate) async fn end_token(caller: Caller, Named(id): Named<String>, _: Nothing) -> Answer<Made<Entered>> {
    Ok(Made::done(Entered::new(token::end(&caller.desk, &id).await?)))
}
