//! Every no as an answer: RFC 9457 problem details, in the reader's language. Nowhere else is a status chosen for one.

use access::{Enacted, Fault, Mistake, No, Refusal};
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use policy::Language;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

use super::sort::Sort;
use super::spelled::Slug;
use crate::state::State;

/// What problem details are sent as (RFC 9457, section 3).
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// How to say who one is (RFC 6750, section 3).
const BEARER: &str = "Bearer realm=\"daicho\"";

/// Why a request was not answered as asked.
pub(crate) enum Why {
    /// One of the four answers of an act, or the fifth that asks for patience.
    No(No),
    /// A wrong part of the request: the sort says of which kind, the mistake what is wrong.
    Wrong(Sort, Box<Mistake>),
    /// Anything that needs no more words than its title.
    Just(Sort),
}

/// A request that was not answered as asked. `?` turns every no of an act into one.
pub(crate) struct Halt(Why);

#[cfg(test)]
impl Halt {
    pub(crate) fn into_why(self) -> Why {
        self.0
    }
}

/// What a room answers.
pub(crate) type Answer<T> = Result<T, Halt>;

impl From<Why> for Halt {
    fn from(why: Why) -> Self {
        Self(why)
    }
}

impl From<Sort> for Halt {
    fn from(sort: Sort) -> Self {
        Self(Why::Just(sort))
    }
}

impl From<No> for Halt {
    fn from(no: No) -> Self {
        Self(Why::No(no))
    }
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        Self(Why::No(fault.into()))
    }
}

impl From<Mistake> for Halt {
    fn from(mistake: Mistake) -> Self {
        Self(Why::No(mistake.into()))
    }
}

impl IntoResponse for Halt {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Arc::new(self.0));
        response
    }
}

/// Problem details (RFC 9457). `title`, `detail` and `wayOn` are in the language of the reader.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Problem {
    /// What sort of problem.
    #[serde(rename = "type")]
    #[schema(pattern = "^urn:daicho:problem:[a-z-]+$", example = "urn:daicho:problem:refusal")]
    sort: String,
    /// The sort, in words.
    title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599, example = 403)]
    status: u16,
    /// What is wrong with this request, and the way on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    detail: Option<String>,
    /// The field of the request it is about, by its path in the JSON or the name of the parameter or header.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    field: Option<String>,
    /// The rules that refused, gravest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    rules: Vec<String>,
    /// The clauses of the policy that refused, with what they say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    clauses: Vec<ClauseText>,
    /// What would change the answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    way_on: Vec<String>,
    /// The ledger entry of the refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    entry: Option<u64>,
    /// The number to name when reporting a fault. Details are in the log of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    incident: Option<String>,
}

/// A clause of the policy and what it says.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClauseText {
    /// Its id.
    #[schema(value_type = Slug)]
    pub(crate) clause: String,
    /// What it says.
    pub(crate) text: String,
}

impl Problem {
    fn new(sort: Sort, language: Language) -> Self {
        Self {
            sort: sort.urn(),
            title: sort.title(language),
            status: sort.status().as_u16(),
            detail: None,
            field: None,
            rules: Vec::new(),
            clauses: Vec::new(),
            way_on: Vec::new(),
            entry: None,
            incident: None,
        }
    }

    fn mistaken(sort: Sort, mistake: &Mistake, language: Language) -> Self {
        let detail = Some(mistake.texts.get(language).to_owned());
        Self { detail, field: Some(mistake.field.clone()), ..Self::new(sort, language) }
    }

    fn refused(refusal: &Refusal, enacted: Option<&Enacted>, language: Language) -> Self {
        let policy = enacted.map(|e| &e.policy);
        let mut detail: Vec<String> = Vec::new();
        let mut way_on: Vec<String> = Vec::new();
        for reason in &refusal.reasons {
            let (says, way) = match policy {
                Some(policy) => (reason.text(policy, language), reason.way_on.text(policy, language)),
                None => (reason.rule.text(language).to_owned(), String::new()),
            };
            for (text, list) in [(says, &mut detail), (way, &mut way_on)] {
                if !text.is_empty() && !list.contains(&text) {
                    list.push(text);
                }
            }
        }
        let clauses = refusal.clauses.iter().map(|clause| {
            let text = policy.and_then(|p| p.clause_text(clause, language));
            ClauseText { clause: clause.to_string(), text: text.map(std::borrow::Cow::into_owned).unwrap_or_default() }
        });
        Self {
            detail: Some(detail.join(" ")),
            rules: refusal.reasons.iter().map(|reason| reason.rule.code().to_owned()).collect(),
            clauses: clauses.collect(),
            way_on,
            entry: Some(refusal.entry),
            ..Self::new(Sort::Refusal, language)
        }
    }
}

/// Why an answer, already put into words, is a no.
pub(crate) fn reason(response: &Response) -> Option<&Why> {
    response.extensions().get::<Told>().map(|told| &*told.0)
}

#[derive(Clone)]
struct Told(Arc<Why>);

/// Puts the no of an answer into words, when it is a no that has none yet.
pub(crate) fn told(mut response: Response, state: &State, language: Language) -> Response {
    let Some(why) = response.extensions_mut().remove::<Arc<Why>>() else { return response };
    let mut told = tell(&why, state, language);
    if let Some(allow) = response.headers_mut().remove(ALLOW) {
        told.headers_mut().insert(ALLOW, allow);
    }
    told.extensions_mut().insert(Told(why));
    told
}

fn tell(why: &Why, state: &State, language: Language) -> Response {
    match why {
        Why::No(No::Refusal(refusal)) => {
            let enacted = state.office.in_force(state.now());
            write(&Problem::refused(refusal, enacted.as_deref(), language), language)
        }
        // A lost race is not a mistake of whoever lost it.
        Why::No(No::Mistake(mistake)) if mistake.field == "version" => {
            write(&Problem::mistaken(Sort::Lost, mistake, language), language)
        }
        Why::No(No::Mistake(mistake)) => write(&Problem::mistaken(Sort::Mistake, mistake, language), language),
        Why::No(No::Missing) => write(&Problem::new(Sort::Missing, language), language),
        Why::No(No::ProofNeeded { .. }) => write(&Problem::new(Sort::ProofNeeded, language), language),
        Why::No(No::Busy { retry_after_seconds }) => {
            let mut response = write(&Problem::new(Sort::Busy, language), language);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*retry_after_seconds));
            response
        }
        Why::No(No::Fault(fault)) => {
            let incident = format!("{:08x}", u32::from_be_bytes(state.office.chance().bytes::<4>()));
            tracing::error!(incident, %fault, "an API request could not be answered");
            write(&Problem { incident: Some(incident), ..Problem::new(Sort::Fault, language) }, language)
        }
        Why::Wrong(sort, mistake) => write(&Problem::mistaken(*sort, mistake, language), language),
        Why::Just(sort) => {
            let mut response = write(&Problem::new(*sort, language), language);
            match sort {
                Sort::Unsigned => response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(BEARER)),
                Sort::Unanswered => response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(1)),
                _ => None,
            };
            response
        }
    }
}

fn write(problem: &Problem, language: Language) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = [(CONTENT_TYPE, PROBLEM_JSON), (CONTENT_LANGUAGE, language.code()), (CACHE_CONTROL, "no-store")];
    (status, headers, serde_json::to_vec(problem).unwrap_or_default()).into_response()
}
