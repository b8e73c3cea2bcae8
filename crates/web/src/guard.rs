//! What protects every page: headers, and the proof that a form was sent from a page of this site.

use axum::http::header::{
    CONTENT_SECURITY_POLICY, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{Method, Uri};

/// Nothing but our own files; no frame, no inline script or style, no form that leaves.
const CONTENT: &str =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

/// Whether a request that changes something comes from a page of this site.
///
/// Browsers say so in `Sec-Fetch-Site` (over TLS and on the machine itself), older ones and plain HTTP in `Origin`. One that says
/// neither is refused: a program has the API.
pub(crate) fn comes_from_here(method: &Method, uri: &Uri, headers: &HeaderMap) -> bool {
    if method.is_safe() {
        return true;
    }
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(&HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin" || site == "none";
    }
    let host = text(&HOST).or_else(|| uri.authority().map(axum::http::uri::Authority::as_str));
    match (text(&ORIGIN), host) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(host)),
        _ => false,
    }
}

/// Puts the headers on that every answer carries.
pub(crate) fn protect(headers: &mut HeaderMap, tls: bool) {
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(CONTENT_SECURITY_POLICY, CONTENT);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    set(REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    if tls {
        set(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(headers: &[(&'static str, &'static str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        comes_from_here(&Method::POST, &"/work".parse().unwrap(), &map)
    }

    #[test]
    fn a_form_proves_where_it_comes_from() {
        assert!(post(&[("sec-fetch-site", "same-origin")]));
        assert!(post(&[("sec-fetch-site", "none")]));
        assert!(post(&[("host", "office.test:8080"), ("origin", "http://office.test:8080")]));
        assert!(!post(&[("sec-fetch-site", "cross-site")]));
        assert!(!post(&[("sec-fetch-site", "same-site")]));
        assert!(!post(&[("sec-fetch-site", "cross-site"), ("host", "a.test"), ("origin", "http://a.test")]));
        assert!(!post(&[("host", "office.test"), ("origin", "https://evil.test")]));
        assert!(!post(&[("host", "office.test"), ("origin", "null")]));
        assert!(!post(&[("host", "office.test")]));
        assert!(!post(&[]));
    }

    #[test]
    fn reading_needs_no_proof() {
        let headers =
            HeaderMap::from_iter([(HeaderName::from_static("sec-fetch-site"), HeaderValue::from_static("cross-site"))]);
        assert!(comes_from_here(&Method::GET, &"/".parse().unwrap(), &headers));
    }
}
