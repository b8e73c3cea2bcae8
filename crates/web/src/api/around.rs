//! What stands around every room: outside, words for every no and the headers of every answer; at the door of the office, who
//! calls, how much they bring, and whether they asked the same before.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State as Given};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, VARY};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use policy::Language;

use super::caller::Caller;
use super::once;
use super::problem::{self, Answer};
use super::seen;
use super::sort::Sort;
use crate::state::State;
use crate::{guard, visit};

/// Around every route of the API.
pub(crate) async fn outside(Given(state): Given<State>, request: Request, next: Next) -> Response {
    let language = visit::preferred(request.headers()).unwrap_or(Language::ORIGINAL);
    let has = if request.method().is_safe() { seen::has(request.headers()) } else { None };
    let response = problem::told(next.run(request).await, &state, language);
    let mut response = seen::unchanged(response, has.as_ref());
    let headers = response.headers_mut();
    guard::protect(headers, state.secure_cookies);
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(VARY, HeaderValue::from_static("Accept-Language, Authorization, Cookie"));
    response
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
    let answered = async {
        let request = if parts.method.is_safe() {
            Request::from_parts(parts, body)
        } else {
            Request::from_parts(parts, carried(body, door.most).await?)
        };
        once::answer(&caller, request, next).await
    };
    let response = answered.await.unwrap_or_else(IntoResponse::into_response);
    problem::told(response, &door.state, language)
}

async fn carried(body: Body, most: usize) -> Answer<Body> {
    to_bytes(body, most).await.map(Body::from).map_err(|_| Sort::TooLarge.into())
}
