//! Whether the office can be asked at all.

use axum::Json;
use axum::extract::State as Given;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::State;

/// Whether acts can be done now.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// Whether the store answers.
    ready: bool,
    /// Whether a policy is in force; without one nothing is permitted.
    policy: bool,
}

/// Whether the server is ready
///
/// For load balancers. Says nothing about anybody and needs no token.
#[utoipa::path(
    get,
    path = "/api/v1/health",
    operation_id = "health",
    tag = "server",
    security(()),
    responses(
        (status = 200, body = Health, description = "Ready."),
        (status = 503, body = Health, description = "The store does not answer.")
    )
)]
pub(crate) async fn ready(Given(state): Given<State>) -> Response {
    let ready = state.office.refresh().await.is_ok();
    let policy = state.office.in_force(state.now()).is_some();
    let health = Json(Health { ready, policy });
    if ready {
        health.into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")], health).into_response()
    }
}
