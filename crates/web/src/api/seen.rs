//! What may be looked at again: answers with an entity tag, and the short answer when nothing changed (RFC 9110, section 8.8.3).

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::hash::{DefaultHasher, Hasher};

/// A JSON answer without values of people. It may be kept, and must be asked for again before it is used.
pub(crate) struct Seen<T> {
    body: T,
    tag: Option<String>,
}

impl<T: Serialize> Seen<T> {
    /// Tagged by its own bytes.
    pub(crate) fn new(body: T) -> Self {
        Self { body, tag: None }
    }

    /// Tagged by a version: a strong tag, which `If-Match` may name.
    pub(crate) fn version(body: T, version: u32) -> Self {
        Self { body, tag: Some(version_tag(version)) }
    }
}

/// The tag of a version.
pub(crate) fn version_tag(version: u32) -> String {
    format!("\"{version}\"")
}

/// An answer that names people at the desk: it may be asked for by its tag, and is kept nowhere.
pub(crate) struct Unkept<T>(pub(crate) Seen<T>);

impl<T: Serialize> IntoResponse for Unkept<T> {
    fn into_response(self) -> Response {
        let mut response = self.0.into_response();
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

impl<T: Serialize> IntoResponse for Seen<T> {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.body).unwrap_or_default();
        let tag = self.tag.unwrap_or_else(|| fingerprint(&body));
        let mut response = (StatusCode::OK, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(ETAG, tag);
        }
        response
    }
}

/// Tells versions of our own answers apart, and nothing else.
fn fingerprint(body: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    format!("W/\"{:016x}\"", hasher.finish())
}

/// The answer, or that it is the one the asker has.
pub(crate) fn unchanged(response: Response, has: Option<&HeaderValue>) -> Response {
    let tag = response.headers().get(ETAG).and_then(|t| t.to_str().ok());
    let known = match (response.status(), tag, has.and_then(|h| h.to_str().ok())) {
        (StatusCode::OK, Some(tag), Some(has)) => names(has, tag),
        _ => false,
    };
    if !known {
        return response;
    }
    let (parts, _) = response.into_parts();
    let mut short = StatusCode::NOT_MODIFIED.into_response();
    for name in [ETAG, CACHE_CONTROL] {
        if let Some(value) = parts.headers.get(&name) {
            short.headers_mut().insert(name, value.clone());
        }
    }
    short
}

/// Whether a list of tags names this one, by weak comparison.
fn names(list: &str, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    list.trim() == "*" || list.split(',').any(|one| opaque(one) == opaque(tag))
}

/// Whether `If-Match` names this version, by strong comparison.
pub(crate) fn is_version(list: &HeaderValue, version: u32) -> bool {
    let tag = version_tag(version);
    list.to_str().is_ok_and(|list| list.trim() == "*" || list.split(',').any(|one| one.trim() == tag))
}

/// What the asker has, when they say so.
pub(crate) fn has(headers: &HeaderMap) -> Option<HeaderValue> {
    headers.get(IF_NONE_MATCH).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_as_the_standard_says() {
        assert!(names("W/\"a\"", "\"a\"") && names("\"b\", \"a\"", "W/\"a\"") && names("*", "\"a\""));
        assert!(!names("\"b\"", "\"a\""));
        assert!(is_version(&HeaderValue::from_static("\"7\""), 7) && is_version(&HeaderValue::from_static("*"), 7));
        assert!(
            !is_version(&HeaderValue::from_static("W/\"7\""), 7) && !is_version(&HeaderValue::from_static("\"17\""), 7)
        );
    }
}
