//! SCIM 2.0 (RFC 7643, RFC 7644): a directory keeps staff and departments in step. Users are staff, groups are departments.
//!
//! A directory shows a token that was made for `organisation.read` and `organisation.change`. Every change is an act of the office like any
//! other: who is deactivated has left, and their account ends with it. Whatever goes wrong is answered by the error schema of RFC 7644,
//! section 3.12, and never repeats what was sent.

mod discovery;
mod filter;
mod group;
mod patch;
mod user;

use access::{Mistake, No};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, RawQuery, Request, State as Given};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_MATCH, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use policy::Language;
use serde_json::{Value as Json, json};

use crate::api::Caller;
use crate::state::State;
use crate::{guard, needs, visit};

/// The most bytes of a request.
const MOST: usize = 1024 * 1024;
/// Resources on a page at most.
const PAGE: usize = 200;

/// What there is.
const KNOWN: &[&str] = &["Users", "Groups", "Schemas", "ResourceTypes", "ServiceProviderConfig"];

const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// What an answer can be besides a success.
#[derive(Debug)]
enum Stop {
    /// A status with a `scimType` and what to tell.
    Told(StatusCode, &'static str, String),
    /// What the office said.
    No(Box<No>),
    /// Nobody is known by what was shown.
    Unsigned,
}

impl From<No> for Stop {
    fn from(no: No) -> Self {
        Self::No(Box::new(no))
    }
}

impl From<access::Fault> for Stop {
    fn from(fault: access::Fault) -> Self {
        Self::No(Box::new(fault.into()))
    }
}

type Answer<T> = Result<T, Stop>;

/// What was sent is not what the standard takes.
fn bad(kind: &'static str, told: impl Into<String>) -> Stop {
    Stop::Told(StatusCode::BAD_REQUEST, kind, told.into())
}

/// The routes under `/scim/v2`.
pub(crate) fn router() -> Router<State> {
    Router::new().route("/scim/v2", any(top)).route("/scim/v2/", any(top)).route("/scim/v2/{*path}", any(answer))
}

async fn top(given: Given<State>, query: RawQuery, request: Request) -> Response {
    answer(given, Path(String::new()), query, request).await
}

async fn answer(
    Given(state): Given<State>,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let language = visit::preferred(request.headers()).unwrap_or(Language::En);
    let answered = reply(&state, &path, query.as_deref().unwrap_or_default(), request).await;
    let mut response = answered.unwrap_or_else(|stop| stopped(stop, language));
    let headers = response.headers_mut();
    guard::protect(headers, state.secure_cookies);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// One request, read.
struct Asked<'a> {
    caller: &'a Caller,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    base: String,
}

impl Asked<'_> {
    fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Whether the version that was read, if one is named, is still the one that stands (RFC 7644, section 3.14).
    fn still(&self, version: u32) -> Answer<()> {
        let Some(tags) = self.headers.get(IF_MATCH).and_then(|tags| tags.to_str().ok()) else { return Ok(()) };
        let known = format!("\"{version}\"");
        let fits =
            tags.split(',').any(|tag| matches!(tag.trim().trim_start_matches("W/"), t if t == known || t == "*"));
        if fits {
            return Ok(());
        }
        Err(Stop::Told(StatusCode::PRECONDITION_FAILED, "", "Somebody changed it since it was read.".into()))
    }
}

async fn reply(state: &State, path: &str, query: &str, request: Request) -> Answer<Response> {
    let (parts, body) = request.into_parts();
    let caller = Caller::by_token(state, &parts).await?.ok_or(Stop::Unsigned)?;
    let name = if parts.method.is_safe() { "organisation.read" } else { "organisation.change" };
    let operation = needs::named(name).ok_or(Stop::No(Box::new(No::Missing)))?;
    if !caller.session.allows(operation.name) {
        return Err(operation.token_may_not(&caller.desk).await.into());
    }
    operation.meet(&caller.desk).await?;
    let sent = if matches!(parts.method, Method::POST | Method::PUT | Method::PATCH) {
        Some(read(&parts.headers, body).await?)
    } else {
        None
    };
    let asked =
        Asked { caller: &caller, query: pairs(query), headers: parts.headers, base: format!("{}/scim/v2", state.base) };
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match (&parts.method, segments.as_slice(), sent) {
        (&Method::GET, ["ServiceProviderConfig"], _) => Ok(found(&discovery::config(&asked))),
        (&Method::GET, ["ResourceTypes"], _) => Ok(found(&listed(discovery::types(&asked)))),
        (&Method::GET, ["Schemas"], _) => Ok(found(&listed(discovery::schemas(&asked)))),
        (&Method::GET, ["ResourceTypes" | "Schemas", id], _) => {
            let all = if segments.first() == Some(&"Schemas") {
                discovery::schemas(&asked)
            } else {
                discovery::types(&asked)
            };
            let one = all.into_iter().find(|one| one.get("id").and_then(Json::as_str) == Some(*id));
            Ok(found(&one.ok_or(No::Missing)?))
        }
        (&Method::GET, ["Users"], _) => page(&asked, user::all(&asked).await?),
        (&Method::POST, ["Users"], Some(sent)) => user::create(&asked, &sent).await,
        (&Method::GET, ["Users", id], _) => user::show(&asked, id).await,
        (&Method::PUT, ["Users", id], Some(sent)) => user::replace(&asked, id, &sent).await,
        (&Method::PATCH, ["Users", id], Some(sent)) => user::patch(&asked, id, &sent).await,
        (&Method::DELETE, ["Users", id], _) => user::remove(&asked, id).await,
        (&Method::GET, ["Groups"], _) => page(&asked, group::all(&asked).await?),
        (&Method::POST, ["Groups"], Some(sent)) => group::create(&asked, &sent).await,
        (&Method::GET, ["Groups", id], _) => group::show(&asked, id).await,
        (&Method::PUT, ["Groups", id], Some(sent)) => group::replace(&asked, id, &sent).await,
        (&Method::PATCH, ["Groups", id], Some(sent)) => group::patch(&asked, id, &sent).await,
        (&Method::DELETE, ["Groups", id], _) => group::remove(&asked, id).await,
        (_, [known, rest @ ..], _) if rest.len() < 2 && KNOWN.contains(known) => {
            Err(Stop::Told(StatusCode::METHOD_NOT_ALLOWED, "", "This is not answered here.".into()))
        }
        _ => Err(No::Missing.into()),
    }
}

/// The body as JSON.
async fn read(headers: &HeaderMap, body: Body) -> Answer<Json> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !matches!(kind.as_str(), "application/scim+json" | "application/json") {
        let told = "Send application/scim+json.".into();
        return Err(Stop::Told(StatusCode::UNSUPPORTED_MEDIA_TYPE, "", told));
    }
    let too_long = || Stop::Told(StatusCode::PAYLOAD_TOO_LARGE, "tooMany", "The request is longer than 1 MiB.".into());
    let bytes = to_bytes(body, MOST).await.map_err(|_| too_long())?;
    let sent: Json = serde_json::from_slice(&bytes)
        .map_err(|why| bad("invalidSyntax", format!("Not JSON at line {}, column {}.", why.line(), why.column())))?;
    if sent.is_object() { Ok(sent) } else { Err(bad("invalidSyntax", "The request is not a JSON object.")) }
}

/// The parameters of an address.
fn pairs(query: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| {
        let text = text.replace('+', " ");
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.as_bytes();
        while let [first, after @ ..] = rest {
            let hex = |at: usize| after.get(at).and_then(|byte| char::from(*byte).to_digit(16));
            match (*first, hex(0), hex(1)) {
                (b'%', Some(high), Some(low)) => {
                    bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                    rest = after.get(2..).unwrap_or_default();
                }
                _ => {
                    bytes.push(*first);
                    rest = after;
                }
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let parts = query.split('&').filter(|part| !part.is_empty());
    parts.map(|part| part.split_once('=').unwrap_or((part, ""))).map(|(n, v)| (decoded(n), decoded(v))).collect()
}

fn found(body: &Json) -> Response {
    told(StatusCode::OK, body)
}

fn told(status: StatusCode, body: &Json) -> Response {
    let kind = [(CONTENT_TYPE, "application/scim+json; charset=utf-8")];
    let mut response = (status, kind, body.to_string()).into_response();
    let header = |path: [&str; 2]| {
        let text = body.get(path[0]).and_then(|meta| meta.get(path[1])).and_then(Json::as_str);
        text.and_then(|text| HeaderValue::from_str(text).ok())
    };
    let (version, location) = (header(["meta", "version"]), header(["meta", "location"]));
    if let Some(version) = version {
        response.headers_mut().insert(ETAG, version);
    }
    if let (Some(location), StatusCode::CREATED) = (location, status) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

fn listed(all: Vec<Json>) -> Json {
    json!({ "schemas": [LIST], "totalResults": all.len(), "startIndex": 1, "itemsPerPage": all.len(), "Resources": all })
}

/// A page of those that pass the filter (RFC 7644, sections 3.4.2.2 and 3.4.2.4).
fn page(asked: &Asked, all: Vec<Json>) -> Answer<Response> {
    let number = |name: &str, otherwise: i64| match asked.query(name) {
        None => Ok(otherwise),
        Some(text) => text.parse().map_err(|_| bad("invalidValue", format!("{name} is a number."))),
    };
    let filter = asked.query("filter").map(filter::read).transpose()?;
    let passing: Vec<Json> = all.into_iter().filter(|one| filter.as_ref().is_none_or(|f| f.passes(one))).collect();
    let start = usize::try_from(number("startIndex", 1)?.max(1)).unwrap_or(usize::MAX);
    let count = usize::try_from(number("count", PAGE as i64)?.max(0)).unwrap_or(PAGE).min(PAGE);
    let shown: Vec<Json> =
        passing.iter().skip(start.saturating_sub(1)).take(count).map(|one| wanted(asked, one.clone())).collect();
    Ok(found(&json!({
        "schemas": [LIST], "totalResults": passing.len(), "startIndex": start, "itemsPerPage": shown.len(), "Resources": shown,
    })))
}

/// A resource with the attributes that were asked for (RFC 7644, section 3.9).
fn wanted(asked: &Asked, mut resource: Json) -> Json {
    let names = |parameter: &str| -> Option<Vec<String>> {
        let text = asked.query(parameter)?;
        let top = |name: &str| name.trim().split('.').next().unwrap_or_default().to_ascii_lowercase();
        Some(text.split(',').map(top).filter(|name| !name.is_empty()).collect())
    };
    let always = |name: &str| matches!(name, "schemas" | "id" | "meta");
    if let (Some(only), Some(all)) = (names("attributes"), resource.as_object_mut()) {
        all.retain(|name, _| always(name) || only.contains(&name.to_ascii_lowercase()));
    } else if let (Some(without), Some(all)) = (names("excludedAttributes"), resource.as_object_mut()) {
        all.retain(|name, _| always(name) || !without.contains(&name.to_ascii_lowercase()));
    }
    resource
}

/// An answer by the error schema.
fn stopped(stop: Stop, language: Language) -> Response {
    let (status, kind, detail, retry) = match stop {
        Stop::Told(status, kind, detail) => (status, kind, detail, None),
        Stop::Unsigned => (StatusCode::UNAUTHORIZED, "", "Show a token of this office.".to_owned(), None),
        Stop::No(no) => match *no {
            No::Refusal(refusal) => {
                let detail = format!("The policy refuses this; see entry {}.", refusal.entry);
                (StatusCode::FORBIDDEN, "", detail, None)
            }
            No::Mistake(mistake) => {
                let (status, kind) = mistaken(&mistake);
                (status, kind, mistake.texts.get(language).to_owned(), None)
            }
            // A program has no way to prove itself anew; no act of the organisation asks for it by itself.
            No::ProofNeeded { .. } => (
                StatusCode::FORBIDDEN,
                "",
                "The policy asks for somebody at the desk to prove themselves.".to_owned(),
                None,
            ),
            No::Missing => (StatusCode::NOT_FOUND, "", "There is no such resource.".to_owned(), None),
            No::Busy { retry_after_seconds } => {
                (StatusCode::SERVICE_UNAVAILABLE, "", "Too much at once.".to_owned(), Some(retry_after_seconds))
            }
            No::Fault(fault) => {
                tracing::error!(%fault, "a request of a directory failed");
                (StatusCode::INTERNAL_SERVER_ERROR, "", "A fault of the office.".to_owned(), None)
            }
        },
    };
    let mut body = json!({ "schemas": [ERROR], "status": status.as_u16().to_string(), "detail": detail });
    if let (false, Some(body)) = (kind.is_empty(), body.as_object_mut()) {
        body.insert("scimType".into(), kind.into());
    }
    let mut response = told(status, &body);
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = retry {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// What a mistake is in the words of the standard (RFC 7644, table 9).
fn mistaken(mistake: &Mistake) -> (StatusCode, &'static str) {
    match mistake.field.as_str() {
        "username" | "login" | "id" => (StatusCode::CONFLICT, "uniqueness"),
        "version" => (StatusCode::CONFLICT, ""),
        _ => (StatusCode::BAD_REQUEST, "invalidValue"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_was_sent() {
        let expected = [("filter", "userName eq \"a b\""), ("count", "2"), ("x", "")];
        let expected: Vec<_> = expected.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        assert_eq!(pairs("filter=userName+eq%20%22a%20b%22&count=2&x"), expected);
        assert_eq!(pairs("a=%zz%4"), [("a".to_owned(), "%zz%4".to_owned())]);
    }
}
