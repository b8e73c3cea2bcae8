//! The four answers, and the fifth that asks for patience, as pages. Nowhere else is a status chosen for them.

use access::{No, Refusal};
use askama::Template;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use policy::Policy;
use std::sync::Arc;

use crate::arrival::Broken;
use crate::page::{Page, clause_href, html};
use crate::visit::Visit;
use crate::words::Words;

/// A page that ends with a no. `?` turns every no of an act into one.
pub(crate) struct Halt(No);

impl<E: Into<No>> From<E> for Halt {
    fn from(no: E) -> Self {
        Self(no.into())
    }
}

/// What a page answers.
pub(crate) type Answer = Result<Response, Halt>;

impl Halt {
    /// The no as an answer, for those who cannot return one.
    pub(crate) fn response(no: No) -> Response {
        Self(no).into_response()
    }
}

impl IntoResponse for Halt {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Arc::new(self.0));
        response
    }
}

/// An answer for a form that did not arrive whole; [`not_whole`] gives it its words.
pub(crate) fn cut(why: Broken) -> Response {
    let mut response = StatusCode::BAD_REQUEST.into_response();
    response.extensions_mut().insert(why);
    response
}

/// The no a page ended with, if it did.
pub(crate) fn told(response: &Response) -> Option<Arc<No>> {
    response.extensions().get::<Arc<No>>().cloned()
}

/// The page of a no.
pub(crate) fn no(visit: &Visit, no: &No) -> Response {
    let w = visit.words;
    match no {
        No::Refusal(refusal) => {
            let refused = Refused::new(refusal, visit.enacted().as_ref().map(|e| &e.policy), w);
            html(StatusCode::FORBIDDEN, &RefusedPage { page: visit.page(None, w.refusal_title()), refused })
        }
        No::Mistake(mistake) => {
            let text = mistake.texts.get(w.0).to_owned();
            stop(visit, StatusCode::UNPROCESSABLE_ENTITY, w.stop_mistake_title(), text)
        }
        No::Missing => stop(visit, StatusCode::NOT_FOUND, w.stop_missing_title(), w.stop_missing_text().to_owned()),
        // Asked for in place, where somebody has signed in; nobody else is asked.
        No::ProofNeeded { minutes } => {
            stop(visit, StatusCode::FORBIDDEN, w.proof_title(), w.proof_about(u32::from(*minutes)))
        }
        No::Busy { retry_after_seconds } => {
            let text = w.stop_busy_text(*retry_after_seconds);
            let mut response = stop(visit, StatusCode::SERVICE_UNAVAILABLE, w.stop_busy_title(), text);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*retry_after_seconds));
            response
        }
        No::Fault(fault) => {
            let incident = hex(&visit.state.office.chance().bytes::<4>());
            tracing::error!(incident, %fault, "a page could not be made");
            stop(visit, StatusCode::INTERNAL_SERVER_ERROR, w.stop_fault_title(), w.stop_fault_text(incident))
        }
    }
}

/// The page for a form that was not sent from here.
pub(crate) fn from_elsewhere(visit: &Visit) -> Response {
    let w = visit.words;
    stop(visit, StatusCode::FORBIDDEN, w.stop_elsewhere_title(), w.stop_elsewhere_text().to_owned())
}

/// A form or a file that did not arrive whole.
pub(crate) fn not_whole(visit: &Visit, why: Broken) -> Response {
    let w = visit.words;
    let (status, title, text) = match why {
        Broken::TooLong => (StatusCode::PAYLOAD_TOO_LARGE, w.stop_too_large_title(), w.stop_too_large_text()),
        Broken::TooSlow => (StatusCode::REQUEST_TIMEOUT, w.stop_too_slow_title(), w.stop_too_slow_text()),
        Broken::Off => (StatusCode::BAD_REQUEST, w.stop_too_slow_title(), w.stop_too_slow_text()),
    };
    stop(visit, status, title, text.to_owned())
}

fn stop(visit: &Visit, status: StatusCode, title: &'static str, text: String) -> Response {
    html(status, &StopPage { page: visit.page(None, title), text })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// A refusal as it stands on a page: the sentences that refused, what would change the answer, the entry.
#[derive(Clone)]
pub(crate) struct Refused {
    pub(crate) reasons: Vec<RefusedReason>,
    pub(crate) entry: String,
    pub(crate) entry_href: String,
}

/// One reason of a refusal.
#[derive(Clone)]
pub(crate) struct RefusedReason {
    /// What the rule says.
    pub(crate) rule: String,
    /// The sentence of the policy, in the reader's language.
    pub(crate) sentence: String,
    pub(crate) clause: String,
    pub(crate) href: String,
    /// What would change the answer, and who can.
    pub(crate) way_on: String,
}

impl Refused {
    pub(crate) fn new(refusal: &Refusal, policy: Option<&Policy>, w: Words) -> Self {
        let mut reasons: Vec<RefusedReason> = Vec::new();
        for reason in &refusal.reasons {
            let clause = reason.clause.to_string();
            let (rule, sentence, way_on) = match policy {
                Some(policy) => (
                    reason.text(policy, w.0),
                    policy.clause_text(&reason.clause, w.0).map(|text| text.into_owned()).unwrap_or_default(),
                    reason.way_on.text(policy, w.0),
                ),
                None => (reason.rule.text(w.0).to_owned(), String::new(), String::new()),
            };
            let href = clause_href(&clause);
            reasons.push(RefusedReason { rule, sentence, clause, href, way_on });
        }
        Self { reasons, entry: w.entry(refusal.entry), entry_href: format!("/records/{}", refusal.entry) }
    }
}

#[derive(Template)]
#[template(path = "stop.html")]
struct StopPage {
    page: Page,
    text: String,
}

#[derive(Template)]
#[template(path = "refused.html")]
struct RefusedPage {
    page: Page,
    refused: Refused,
}
