//! The JSON API `/api/v1`: every act of the office for programs, described by itself in OpenAPI 3.1.
//!
//! Each room (`people`, `imports`, `register`, `organisation`, `work`, `entries`, `policy`, `accounts`, `me`) holds its handlers with their
//! description; the router and `/api/openapi.json` are both made from `rooms`, so what is served and what is described are
//! one list. Around them, in the order a request meets them:
//!
//! - `around::outside` puts every no into words as an RFC 9457 problem and protects every answer;
//! - `around::inside` finds out who calls (`caller`), bounds what they bring, and lets a request with an `Idempotency-Key` act
//!   once (`once`);
//! - `asked` and `sent` read the address and the body; what is wrong with them is named by its place;
//! - `seen` and `made` are the answers: what may be kept by its entity tag, and what an act made.

mod accounts;
mod around;
mod asked;
mod caller;
mod describe;
mod entries;
mod health;
mod imports;
mod logs;
mod made;
mod me;
mod once;
mod organisation;
mod paging;
mod people;
mod policy;
mod problem;
mod register;
mod reviews;
mod rights;
mod seen;
mod sent;
mod sort;
mod spelled;
mod ways;
mod work;

use access::No;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::any;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::State;
use around::{Door, inside, outside};
pub(crate) use caller::Caller;
use problem::Halt;
use sort::Sort;

/// The most bytes of a body.
const USUAL: usize = 1024 * 1024;
/// The most bytes of an import: a thousand people with a dozen fields each.
const BULK: usize = 8 * 1024 * 1024;

/// The rooms, by who may knock and how much they may bring.
struct Rooms {
    open: OpenApiRouter<State>,
    office: OpenApiRouter<State>,
    bulk: OpenApiRouter<State>,
}

fn rooms() -> Rooms {
    Rooms {
        open: OpenApiRouter::with_openapi(describe::head())
            .routes(routes!(health::ready))
            .routes(routes!(describe::description)),
        office: OpenApiRouter::default()
            .routes(routes!(me::show))
            .routes(routes!(me::change_password))
            .routes(routes!(people::search::search))
            .routes(routes!(people::show))
            .routes(routes!(people::reveal::reveal))
            .routes(routes!(people::change::correct))
            .routes(routes!(people::change::suspend))
            .routes(routes!(people::change::resume))
            .routes(routes!(people::erase::erase))
            .routes(routes!(people::erase::list))
            .routes(routes!(people::erase::withdraw))
            .routes(routes!(people::export::export))
            .routes(routes!(register::list))
            .routes(routes!(register::show, register::put))
            .routes(routes!(register::approve))
            .routes(routes!(register::review))
            .routes(routes!(register::end))
            .routes(routes!(work::list, work::open))
            .routes(routes!(work::show))
            .routes(routes!(work::close))
            .routes(routes!(logs::weeks))
            .routes(routes!(logs::questions))
            .routes(routes!(logs::question))
            .routes(routes!(logs::answer))
            .routes(routes!(logs::sign_off))
            .routes(routes!(entries::list))
            .routes(routes!(entries::show))
            .routes(routes!(entries::explain))
            .routes(routes!(entries::prove))
            .routes(routes!(policy::show))
            .routes(routes!(policy::standings))
            .routes(routes!(accounts::list, accounts::grant))
            .routes(routes!(accounts::review))
            .routes(routes!(accounts::revoke))
            .routes(routes!(accounts::link))
            .routes(routes!(me::tokens, accounts::make_token))
            .routes(routes!(me::end_token))
            .routes(routes!(ways::list))
            .routes(routes!(ways::end))
            .routes(routes!(ways::sessions))
            .routes(routes!(ways::end_session))
            .routes(routes!(ways::reset))
            .routes(routes!(organisation::list))
            .routes(routes!(organisation::show, organisation::put))
            .routes(routes!(organisation::end))
            .routes(routes!(organisation::still_out))
            .routes(routes!(organisation::adopt))
            .routes(routes!(organisation::rules))
            .routes(routes!(organisation::acknowledge))
            .routes(routes!(organisation::review))
            .routes(routes!(reviews::list, reviews::begin))
            .routes(routes!(reviews::show))
            .routes(routes!(reviews::answer))
            .routes(routes!(reviews::close))
            .routes(routes!(rights::list))
            .routes(routes!(rights::propose))
            .routes(routes!(rights::emergency))
            .routes(routes!(rights::give))
            .routes(routes!(rights::supervise))
            .routes(routes!(rights::answer))
            .routes(routes!(rights::end)),
        bulk: OpenApiRouter::default()
            .routes(routes!(imports::import))
            .routes(routes!(organisation::take))
            .routes(routes!(logs::read)),
    }
}

/// What `/api/openapi.json` says.
#[must_use]
pub fn openapi() -> OpenApi {
    let Rooms { open, office, bulk } = rooms();
    describe::whole(open.merge(office).merge(bulk).into_openapi())
}

/// The routes under `/api`.
pub(crate) fn router(state: &State) -> Router<State> {
    let Rooms { open, office, bulk } = rooms();
    let door = |most| from_fn_with_state(Door { state: state.clone(), most }, inside);
    Router::from(open)
        .merge(Router::from(office).method_not_allowed_fallback(no_such_method).route_layer(door(USUAL)))
        .merge(Router::from(bulk).method_not_allowed_fallback(no_such_method).route_layer(door(BULK)))
        .route("/api", any(nowhere))
        .route("/api/", any(nowhere))
        .route("/api/{*rest}", any(nowhere))
        .method_not_allowed_fallback(no_such_method)
        .layer(from_fn_with_state(state.clone(), outside))
}

async fn nowhere() -> Halt {
    No::Missing.into()
}

async fn no_such_method() -> Halt {
    Sort::Method.into()
}
