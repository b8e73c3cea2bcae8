//! What an act made: the answer, and the part of it that may be told again when the same request comes twice.

use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// An answer of an act. It knows which part of it may be told again.
pub(crate) trait Once: Serialize {
    /// Takes out what may be told only once, and says that this is a replay.
    fn again(&mut self);
}

/// What an act made.
pub(crate) struct Made<T> {
    status: StatusCode,
    location: String,
    told: T,
}

impl<T: Once> Made<T> {
    /// Something was done.
    pub(crate) fn done(told: T) -> Self {
        Self { status: StatusCode::OK, location: String::new(), told }
    }

    /// Something new is at this address.
    pub(crate) fn at(location: String, told: T) -> Self {
        Self { status: StatusCode::CREATED, location, told }
    }
}

/// The part of an answer that may be told again.
#[derive(Clone)]
pub(crate) struct Again(pub(crate) Vec<u8>);

impl<T: Once> IntoResponse for Made<T> {
    fn into_response(self) -> Response {
        let Self { status, location, mut told } = self;
        let body = serde_json::to_vec(&told).unwrap_or_default();
        told.again();
        let again = serde_json::to_vec(&told).unwrap_or_default();
        let mut response = answer(status, &location, "application/json", body);
        response.extensions_mut().insert(Again(again));
        response
    }
}

/// An answer with JSON of some kind.
pub(crate) fn answer(status: StatusCode, location: &str, kind: &'static str, body: Vec<u8>) -> Response {
    let mut response = (status, [(CONTENT_TYPE, kind)], body).into_response();
    if let (false, Ok(location)) = (location.is_empty(), HeaderValue::from_str(location)) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// An act that shows nothing: what it did is its entry.
#[derive(Serialize, ToSchema)]
pub(crate) struct Entered {
    /// The ledger entry of the act.
    #[schema(example = 4812)]
    pub(crate) entry: u64,
    /// Whether this answers a request that was answered before.
    pub(crate) replayed: bool,
}

impl Entered {
    /// An act that left this entry.
    pub(crate) fn new(entry: u64) -> Self {
        Self { entry, replayed: false }
    }
}

impl Once for Entered {
    fn again(&mut self) {
        self.replayed = true;
    }
}
