//! `Idempotency-Key`: the same request with the same key is one act, however often it is sent.

use access::idempotency::{self, Begun, Claim, Told};
use access::{Mistake, No};
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::caller::Caller;
use super::made::{self, Again};
use super::problem::{self, Answer, PROBLEM_JSON, Why};
use super::sent::whole;
use super::sort::Sort;

/// The header that carries the key.
pub(crate) const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Answers a request: as any other when it carries no key, otherwise once.
pub(crate) async fn answer(caller: &Caller, request: Request, next: Next) -> Answer<Response> {
    match key(request.headers())? {
        Some(key) if request.method() == Method::POST => keyed(caller, key, request, next).await,
        _ => Ok(next.run(request).await),
    }
}

async fn keyed(caller: &Caller, key: String, request: Request, next: Next) -> Answer<Response> {
    let (parts, body) = request.into_parts();
    let body = whole(body).await?;
    let target = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let kind = parts.headers.get(CONTENT_TYPE).map(|v| v.as_bytes().to_vec()).unwrap_or_default();
    let told = [target.as_bytes(), &kind, &body];
    let actor = caller.desk.actor()?.id;
    match idempotency::begin(&caller.desk, actor, &key, &told).await? {
        Begun::Again(told) => Ok(replay(told)),
        Begun::AnotherRequest => Err(Sort::KeyReused.into()),
        Begun::Unanswered => Err(Sort::Unanswered.into()),
        Begun::First(claim) => {
            let request = Request::from_parts(parts, Body::from(body));
            first(caller.clone(), claim, request, next).await
        }
    }
}

/// The act goes on to its end when the caller hangs up: whoever asks again is told what became of it.
async fn first(caller: Caller, claim: Claim, request: Request, next: Next) -> Answer<Response> {
    let answered = tokio::spawn(async move {
        let response = problem::told(next.run(request).await, &caller.state, caller.language);
        remember(&caller, claim, response).await
    });
    answered.await.map_err(|_| Sort::Unanswered.into())
}

async fn remember(caller: &Caller, claim: Claim, response: Response) -> Response {
    let office = &caller.state.office;
    let status = response.status().as_u16();
    let location = response.headers().get(LOCATION).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let (response, kept) = match (response.extensions().get::<Again>().cloned(), problem::reason(&response)) {
        (Some(Again(body)), _) => (response, claim.settle(office, Told { status, location, body }).await),
        (None, Some(Why::No(No::Refusal(_)))) => {
            let (parts, body) = response.into_parts();
            let body = whole(body).await.unwrap_or_default();
            let told = Told { status, location, body: body.to_vec() };
            (Response::from_parts(parts, Body::from(body)), claim.settle(office, told).await)
        }
        // What was done before the fault is not known. The key stays claimed: nothing is done twice.
        (None, Some(Why::No(No::Fault(_)))) => (response, Ok(())),
        (None, _) => (response, claim.release(office).await),
    };
    if let Err(fault) = kept {
        tracing::warn!(%fault, "the answer to a request with a key was not kept");
    }
    response
}

fn replay(told: Told) -> Response {
    let status = StatusCode::from_u16(told.status).unwrap_or(StatusCode::OK);
    let kind = if status.is_success() { "application/json" } else { PROBLEM_JSON };
    made::answer(status, &told.location, kind, told.body)
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Mistake> {
    let Some(value) = headers.get(KEY) else { return Ok(None) };
    let good = |text: &&str| (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    match value.to_str().ok().filter(good) {
        Some(key) => Ok(Some(key.to_owned())),
        None => Err(Mistake::new(
            "Idempotency-Key",
            "空白のないASCII文字で1〜255文字にしてください。UUIDが適します。",
            "It is 1 to 255 ASCII characters without spaces; a UUID does well.",
            "Dùng 1 đến 255 ký tự ASCII không có khoảng trắng, ví dụ một UUID.",
        )),
    }
}
