//! What opens one's account besides its password, and where it is open. What must be shown to a browser is added on the pages.

use access::session;
use access::sign_in::ways;
use axum::Json;
use policy::Way;
use serde::Serialize;
use utoipa::ToSchema;

use super::asked::{LoginPath, Named, SessionPath, WayPath};
use super::caller::Caller;
use super::made::{Entered, Made};
use super::problem::Answer;
use super::sent::Nothing;
use super::spelled::{At, Id, Time, WayCode};

/// A way of signing in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WayInList {
    /// Its id; it opens nothing.
    #[schema(value_type = Id)]
    id: String,
    /// What it is.
    #[schema(value_type = WayCode)]
    way: Way,
    /// What its holder calls it.
    label: String,
    /// Since when.
    #[schema(value_type = Time)]
    made_at: At,
    /// When it was used last, as far as that is remembered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>, nullable = false)]
    used_at: Option<At>,
}

/// Ways of signing in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ways {
    /// Passkeys and apps, oldest first.
    items: Vec<WayInList>,
    /// How many recovery codes are left.
    recovery_codes: usize,
}

/// List one's ways of signing in besides the password
#[utoipa::path(
    get,
    path = "/api/v1/me/ways",
    operation_id = "listWays",
    tag = "accounts",
    responses((status = 200, body = Ways, description = "The ways."))
)]
pub(crate) async fn list(caller: Caller) -> Answer<Json<Ways>> {
    let (held, recovery_codes) = ways::list(&caller.desk).await?;
    let items = held.into_iter().map(|one| WayInList {
        id: one.id,
        way: one.way,
        label: one.label,
        made_at: At(one.made_at),
        used_at: one.used_at.map(At),
    });
    Ok(Json(Ways { items: items.collect(), recovery_codes }))
}

/// Take one of one's ways of signing in away
///
/// Not with a token: whoever lends a program a key does not lend it the lock.
#[utoipa::path(
    post,
    path = "/api/v1/me/ways/{way}/endings",
    operation_id = "endWay",
    tag = "accounts",
    params(WayPath),
    request_body(content = Nothing, description = "Nothing, or `{}`."),
    responses((status = 200, body = Entered, description = "Taken away."))
)]
pub(crate) async fn end(caller: Caller, Named(way): Named<String>, _: Nothing) -> Answer<Made<Entered>> {
    Ok(Made::done(Entered::new(ways::end(&caller.desk, &way).await?)))
}

/// A session of the pages.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionInList {
    /// Its id; it opens nothing.
    #[schema(pattern = "^[0-9a-f]{16}$")]
    id: String,
    /// Since when.
    #[schema(value_type = Time)]
    created_at: At,
    /// When it was used last, to the minute.
    #[schema(value_type = Time)]
    seen_at: At,
    /// By which ways its holder signed in.
    #[schema(value_type = Vec<WayCode>)]
    ways: Vec<Way>,
    /// From which address, as the network says.
    address: String,
    /// In which browser, as it says itself.
    browser: String,
}

/// Sessions.
#[derive(Serialize, ToSchema)]
pub(crate) struct Sessions {
    /// The open sessions, those used last first.
    items: Vec<SessionInList>,
}

/// List one's open sessions
#[utoipa::path(
    get,
    path = "/api/v1/me/sessions",
    operation_id = "listSessions",
    tag = "accounts",
    responses((status = 200, body = Sessions, description = "The sessions."))
)]
pub(crate) async fn sessions(caller: Caller) -> Answer<Json<Sessions>> {
    let items = session::list(&caller.desk).await?.into_iter().map(|one| SessionInList {
        id: one.id,
        created_at: At(one.created_at),
        seen_at: At(one.seen_at),
        ways: one.ways,
        address: one.whence.address,
        browser: one.whence.browser,
    });
    Ok(Json(Sessions { items: items.collect() }))
}

/// End one of one's sessions
#[utoipa::path(
    post,
    path = "/api/v1/me/sessions/{session}/endings",
    operation_id = "endSession",
    tag = "accounts",
    params(SessionPath),
    request_body(content = Nothing, description = "Nothing, or `{}`."),
    responses((status = 200, body = Entered, description = "Ended."))
)]
pub(crate) async fn end_session(caller: Caller, Named(id): Named<String>, _: Nothing) -> Answer<Made<Entered>> {
    Ok(Made::done(Entered::new(session::end(&caller.desk, &id).await?)))
}

/// Take every passkey, app and recovery code from somebody who lost them
///
/// Their sessions end. The password opens the account alone for as long as the policy says.
#[utoipa::path(
    post,
    path = "/api/v1/accounts/{login}/resets",
    operation_id = "resetAccount",
    tag = "accounts",
    params(LoginPath),
    request_body(content = Nothing, description = "Nothing, or `{}`."),
    responses((status = 200, body = Entered, description = "Taken away."))
)]
pub(crate) async fn reset(caller: Caller, Named(login): Named<String>, _: Nothing) -> Answer<Made<Entered>> {
    Ok(Made::done(Entered::new(ways::reset(&caller.desk, &login).await?)))
}
