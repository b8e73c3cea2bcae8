//! Every route, declared once.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State as Given};
use axum::http::Method;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use tower_http::compression::CompressionLayer;

use crate::arrival::Broken;
use crate::state::State;
use crate::{answer, api, asset, needs, office, scim, site, visit};

/// Who a route is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Anybody.
    Public,
    /// Those who have signed in; strangers are led to the sign-in page.
    Office,
}

/// One route.
#[derive(Clone)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, as axum writes it: `/people/{person}`.
    pub path: &'static str,
    /// Who it is for.
    pub door: Door,
    answer: fn() -> MethodRouter<State>,
}

/// Fields of a form together, in bytes. An edited row of the handling ledger is the longest.
const FORM_BYTES: usize = 256 * 1024;
/// An uploaded handling ledger, in bytes.
const UPLOAD_BYTES: usize = 20 * 1024 * 1024;

/// Every route of the pages. The API has its own list.
#[must_use]
pub fn routes() -> Vec<Route> {
    let public = |method, path, answer| Route { method, path, door: Door::Public, answer };
    let read = |path, answer| Route { method: Method::GET, path, door: Door::Office, answer };
    let make = |path, answer| Route { method: Method::POST, path, door: Door::Office, answer };
    vec![
        public(Method::GET, "/static/{file}", || get(asset::serve)),
        public(Method::GET, "/notice", || get(site::notice::choose)),
        public(Method::GET, "/notice/{language}", || get(site::notice::page)),
        public(Method::GET, "/sign-in", || get(office::door::page)),
        public(Method::POST, "/sign-in", || post(office::door::sign_in)),
        public(Method::POST, "/sign-in/codes", || post(office::door::second)),
        public(Method::POST, "/sign-in/passkeys", || post(office::door::by_passkey)),
        public(Method::POST, "/passkeys/questions", || post(office::door::question)),
        public(Method::POST, "/sign-in/links", || post(office::link::ask)),
        public(Method::GET, "/sign-in/links/{key}", || get(office::link::page)),
        public(Method::POST, "/sign-in/links/{key}", || post(office::link::take)),
        read("/turn", || get(office::turn::page)),
        make("/turn/rules/{project}", || post(office::turn::acknowledge)),
        read("/turn/questions/{question}", || get(office::turn::question)),
        make("/turn/questions/{question}", || post(office::turn::answer)),
        make("/turn/sessions/{id}/endings", || post(office::turn::end_session)),
        make("/sign-out", || post(office::door::sign_out)),
        read("/", || get(office::policy::page)),
        read("/find", || get(office::find::page)),
        make("/find", || post(office::find::search)),
        read("/policy", || get(office::policy::elsewhere)),
        read("/register", || get(office::register::list)),
        make("/register", || post(office::register::edit::create)),
        make("/register/searches", || post(office::register::search)),
        read("/register.xlsx", || get(office::register::file::download)),
        read("/register/new", || get(office::register::edit::new)),
        read("/register/import", || get(office::register::file::form)),
        make("/register/imports", || post(office::register::file::look)),
        make("/register/rows", || post(office::register::file::write)),
        read("/organisation", || get(office::organisation::home)),
        read("/organisation/import", || get(office::organisation::file::form)),
        make("/organisation/imports", || post(office::organisation::file::look)),
        make("/organisation/lists", || post(office::organisation::file::write)),
        make("/organisation/zone/reviews", || post(office::organisation::review)),
        make("/organisation/entity/{id}/adoptions", || post(office::organisation::adopt)),
        make("/organisation/project/{id}/rules", || post(office::organisation::part::approve)),
        make("/organisation/project/{id}/acknowledgements", || post(office::organisation::part::acknowledge)),
        read("/organisation/{kind}", || get(office::organisation::list)),
        make("/organisation/{kind}", || post(office::organisation::edit::create)),
        read("/organisation/{kind}/new", || get(office::organisation::edit::new)),
        read("/organisation/{kind}/{id}", || get(office::organisation::part::view)),
        make("/organisation/{kind}/{id}", || post(office::organisation::edit::change)),
        read("/organisation/{kind}/{id}/edit", || get(office::organisation::edit::edit)),
        make("/organisation/{kind}/{id}/endings", || post(office::organisation::part::end)),
        read("/register/{row}", || get(office::register::row::page)),
        make("/register/{row}", || post(office::register::edit::put)),
        read("/register/{row}/edit", || get(office::register::edit::page)),
        make("/register/{row}/approvals", || post(office::register::row::approve)),
        make("/register/{row}/reviews", || post(office::register::row::review)),
        make("/register/{row}/endings", || post(office::register::row::end)),
        read("/people", || get(office::people::find::page)),
        make("/people/work", || post(office::people::find::choose)),
        make("/people/searches", || post(office::people::find::search)),
        read("/people/{person}", || get(office::people::held::page)),
        make("/people/{person}/reveals", || post(office::people::reveal::reveal)),
        read("/people/{person}/corrections", || get(office::people::change::correct_form)),
        make("/people/{person}/corrections", || post(office::people::change::correct_act)),
        read("/people/{person}/suspensions", || get(office::people::change::suspend_form)),
        make("/people/{person}/suspensions", || post(office::people::change::suspend_act)),
        read("/people/{person}/resumptions", || get(office::people::change::resume_form)),
        make("/people/{person}/resumptions", || post(office::people::change::resume_act)),
        read("/people/{person}/exports", || get(office::people::change::disclose_form)),
        make("/people/{person}/exports", || post(office::people::change::disclose_act)),
        read("/people/{person}/erasures", || get(office::people::change::erase_form)),
        make("/people/{person}/erasures", || post(office::people::change::erase_act)),
        read("/people/{person}/withdrawals", || get(office::people::change::withdraw_form)),
        make("/people/{person}/withdrawals", || post(office::people::change::withdraw_act)),
        read("/people/{person}/milestones", || get(office::people::change::milestone_form)),
        make("/people/{person}/milestones", || post(office::people::change::milestone_act)),
        read("/records", || get(office::records::list)),
        make("/records", || post(office::evidence::record)),
        read("/records/new", || get(office::evidence::form)),
        make("/occasions/{id}/endings", || post(office::evidence::close)),
        read("/records/{n}", || get(office::records::one)),
        read("/records/{n}/proof", || get(office::records::prove)),
        read("/logs", || get(office::logs::list)),
        make("/logs", || post(office::logs::receive)),
        read("/logs/new", || get(office::logs::form)),
        read("/logs/weeks/{week}", || get(office::logs::week)),
        make("/logs/weeks/{week}/sign-offs", || post(office::logs::sign_off)),
        read("/logs/questions/{question}", || get(office::logs::question)),
        make("/logs/questions/{question}/answers", || post(office::logs::answer)),
        read("/work", || get(office::work::list)),
        make("/work", || post(office::work::open)),
        read("/work/new", || get(office::work::new)),
        read("/work/{work}", || get(office::work::page)),
        make("/work/{work}/endings", || post(office::work::close)),
        read("/accounts", || get(office::accounts::list)),
        make("/accounts", || post(office::accounts::grant)),
        read("/accounts/new", || get(office::accounts::new)),
        make("/accounts/reviews", || post(office::accounts::review)),
        make("/accounts/{login}/links", || post(office::link::hand_out)),
        make("/accounts/{login}/endings", || post(office::accounts::revoke)),
        read("/reviews", || get(office::reviews::page)),
        make("/reviews", || post(office::reviews::begin)),
        make("/reviews/{round}/answers", || post(office::reviews::answer)),
        make("/reviews/{round}/endings", || post(office::reviews::close)),
        read("/rights", || get(office::rights::page)),
        make("/rights/proposals", || post(office::rights::propose)),
        make("/rights/emergencies", || post(office::rights::emergency)),
        make("/rights/windows", || post(office::rights::supervise)),
        make("/rights/gifts", || post(office::rights::give)),
        make("/rights/{id}/answers", || post(office::rights::answer)),
        make("/rights/{id}/endings", || post(office::rights::end)),
        make("/accounts/{login}/resets", || post(office::ways::reset)),
        read("/account", || get(office::account::page)),
        make("/account/passwords", || post(office::account::password)),
        make("/account/tokens", || post(office::account::make_token)),
        make("/account/tokens/{id}/endings", || post(office::account::end_token)),
        read("/account/ways", || get(office::ways::list)),
        make("/account/ways/{id}/endings", || post(office::ways::end)),
        read("/account/passkeys/new", || get(office::ways::new_passkey)),
        make("/account/passkeys", || post(office::ways::add_passkey)),
        read("/account/apps/new", || get(office::ways::new_app)),
        make("/account/apps", || post(office::ways::add_app)),
        make("/account/recovery-codes", || post(office::ways::make_codes)),
        read("/account/sessions", || get(office::sessions::list)),
        make("/account/sessions/endings", || post(office::sessions::end_others)),
        make("/account/sessions/{id}/endings", || post(office::sessions::end)),
        make("/proofs", || post(office::proof::give)),
    ]
}

/// The pages and the API, on one router.
pub fn router(state: State) -> Router {
    let pages = routes().into_iter().fold(Router::new(), |router, route| {
        let mut answer = (route.answer)();
        if route.door == Door::Office {
            // A route that the list does not know lets nobody in.
            let operation = needs::of_page(&route.method, route.path);
            answer = answer.layer(from_fn_with_state(operation, visit::needed)).layer(from_fn(visit::signed_in));
        }
        let limit = match (&route.method, route.path) {
            (_, "/register/imports" | "/register/rows")
            | (_, "/organisation/imports" | "/organisation/lists" | "/organisation/project/{id}/rules")
            | (&Method::POST, "/logs") => UPLOAD_BYTES,
            _ => FORM_BYTES,
        };
        let answer = answer.layer(DefaultBodyLimit::max(limit)).layer(from_fn_with_state(limit, bounded));
        router.route(route.path, answer)
    });
    pages
        .fallback(site::nowhere)
        .method_not_allowed_fallback(site::nowhere)
        .layer(from_fn_with_state(state.clone(), visit::around))
        .layer(CompressionLayer::new())
        .merge(api::router(&state))
        .merge(scim::router())
        .with_state(state)
}

/// A form or a file that says beforehand that it is too long is not read at all.
async fn bounded(Given(most): Given<usize>, request: Request, next: Next) -> Response {
    let length = request.headers().get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    if length.is_some_and(|length: usize| length > most) {
        answer::cut(Broken::TooLong)
    } else {
        next.run(request).await
    }
}

/// Whether a page of this site answers at this address, so that nothing is offered that is not there.
pub(crate) fn leads_somewhere(href: &str) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    routes().iter().filter(|route| route.method == Method::GET).any(|route| {
        let pattern: Vec<&str> = route.path.split('/').collect();
        pattern.len() == parts.len() && pattern.iter().zip(&parts).all(|(p, part)| p.starts_with('{') || p == part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_offered_only_when_a_page_answers_there() {
        for good in [
            "/",
            "/register",
            "/register/hr.applicants?x=1",
            "/records/12#a",
            "/notice/ja",
            "/policy",
            "/organisation/zone",
        ] {
            assert!(leads_somewhere(good), "{good}");
        }
        for dead in [
            "/inbox",
            "/year",
            "/register/a/b/c",
            "https://elsewhere.test/",
            "/accounts/lan/endings",
            "/organisation/staff/E1/endings",
        ] {
            assert!(!leads_somewhere(dead), "{dead}");
        }
    }
}
