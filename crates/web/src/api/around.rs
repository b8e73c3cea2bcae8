//! What stands around every room: outside, words for every no and the headers of every answer; at the door of the office, who
//! calls, how much they bring, and whether they asked the same before.

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State as Given};
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_LENGTH, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use policy::Language;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::caller::Caller;
use super::once;
use super::problem::{self, Answer};
use super::seen;
use super::sent::{bounded, too_large};
use super::sort::Sort;
use crate::needs::{self, Operation};
use crate::state::State;
use crate::{guard, visit};

/// Around every route of the API.
pub(crate) async fn outside(Given(state): Given<State>, request: Request, next: Next) -> Response {
    let language = visit::preferred(request.headers()).unwrap_or(Language::ORIGINAL);
    let options = request.method() == Method::OPTIONS;
    let has = if request.method().is_safe() { seen::has(request.headers()) } else { None };
    let response = problem::told(next.run(request).await, &state, language);
    let mut response = if options { offered(response) } else { seen::unchanged(response, has.as_ref()) };
    let headers = response.headers_mut();
    guard::protect(headers, state.secure_cookies);
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(VARY, HeaderValue::from_static("Accept-Language, Authorization, Cookie"));
    response
}

/// What may be asked here, which the router adds as `Allow` (RFC 9110, section 9.3.7). It is no answer to a preflight: scripts of
/// other sites have no business here.
fn offered(response: Response) -> Response {
    match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => StatusCode::NO_CONTENT.into_response(),
        _ => response,
    }
}

/// The door of the office: the program's state, and the most bytes a body may have.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) state: State,
    pub(crate) most: usize,
}

/// Around every route that wants to know who calls.
pub(crate) async fn inside(Given(door): Given<Door>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    // Answers that the door itself gives are told outside, in the language the request asks for.
    let caller = match Caller::read(&door.state, &parts).await {
        Ok(caller) => caller,
        Err(halt) => return halt.into_response(),
    };
    let language = caller.language;
    parts.extensions.insert(caller.clone());
    let operation = operation_of(&parts);
    let answered = async {
        let text = parts.uri.path().ends_with("/proof") && takes(&parts.headers, &TEXT);
        if !takes(&parts.headers, &JSON) && !text {
            return Err(Sort::NotAcceptable.into());
        }
        // Where nothing answers this method, the router says so; every operation that answers stands in the list.
        if let Some(operation) = operation {
            if !caller.session.allows(operation.name) {
                return Err(operation.token_may_not(&caller.desk).await.into());
            }
            if !operation.is_within(caller.session.reach) {
                return Err(operation.out_of_reach(&caller.desk).await.into());
            }
            operation.meet(&caller.desk).await?;
        }
        let body = if parts.method.is_safe() { body } else { carried(&parts.headers, body, door.most).await? };
        let request = Request::from_parts(parts, body);
        once::answer(&caller, request, next).await
    };
    let response = answered.await.unwrap_or_else(IntoResponse::into_response);
    problem::told(response, &door.state, language)
}

/// The operation that was asked for, by the route that matched.
fn operation_of(parts: &Parts) -> Option<&'static Operation> {
    static BY_ROUTE: LazyLock<HashMap<(String, String), &'static Operation>> = LazyLock::new(|| {
        let named = super::describe::operations(&super::openapi());
        named.into_iter().filter_map(|(method, path, id)| Some(((method, path), needs::of_api(&id)?))).collect()
    });
    let path = parts.extensions.get::<MatchedPath>()?.as_str().to_owned();
    // What answers GET answers HEAD.
    let method = if parts.method == Method::HEAD { Method::GET } else { parts.method.clone() };
    BY_ROUTE.get(&(method.to_string(), path)).copied()
}

/// The whole body. One that says beforehand that it is too long is not read at all.
async fn carried(headers: &HeaderMap, body: Body, most: usize) -> Answer<Body> {
    let length = headers.get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<usize>().ok());
    if length.is_some_and(|length| length > most) {
        return Err(too_large(most));
    }
    bounded(body, most).await.map(Body::from)
}

/// What is answered, and the wider range it lies in.
type Kind = [&'static str; 3];

const JSON: Kind = ["application/json", "application/problem+json", "application/*"];
/// Receipts.
const TEXT: Kind = ["text/plain", "text/plain", "text/*"];

/// Whether this kind is among what the caller takes (RFC 9110, section 12.5.1).
fn takes(headers: &HeaderMap, [kind, also, wider]: &Kind) -> bool {
    let mut asked =
        headers.get_all(ACCEPT).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).peekable();
    if asked.peek().is_none() {
        return true;
    }
    // The most exact range that speaks of it decides.
    let weights = asked.filter_map(|range| {
        let (range, parameters) = range.split_once(';').unwrap_or((range, ""));
        let exactness = match range.trim().to_ascii_lowercase().as_str() {
            range if range == *kind || range == *also => 2,
            range if range == *wider => 1,
            "*/*" => 0,
            _ => return None,
        };
        let weight = parameters.split(';').find_map(|p| p.trim().strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f32>);
        Some((exactness, weight.unwrap_or(1.0)))
    });
    weights.max_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))).is_some_and(|(_, weight)| weight > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_what_is_answered() {
        let of = |kind: &Kind, accept: &'static str| {
            takes(&HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]), kind)
        };
        let takes_json = |accept| of(&JSON, accept);
        for good in ["*/*", "application/json", "text/html, application/*;q=0.1", "Application/JSON; charset=utf-8"] {
            assert!(takes_json(good), "{good}");
        }
        for bad in ["text/html", "application/xml", "application/json;q=0, */*", "image/*"] {
            assert!(!takes_json(bad), "{bad}");
        }
        assert!(takes(&HeaderMap::new(), &JSON));
        assert!(of(&TEXT, "text/plain") && of(&TEXT, "text/*;q=0.5") && of(&TEXT, "*/*"));
        assert!(!of(&TEXT, "application/json") && !of(&TEXT, "text/html"));
    }
}
