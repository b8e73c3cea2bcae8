//! Who may read `/metrics`: whoever shows the token, or comes from this machine itself and not through a proxy.

use crate::config::Config;
use axum::http::header::{AUTHORIZATION, FORWARDED, HOST, VIA};
use axum::http::{HeaderMap, HeaderName};
use std::net::{IpAddr, SocketAddr};

/// Headers that proxies add. Whoever brings one may come from anywhere, whatever address it names.
const FORWARDING: [HeaderName; 8] = [
    FORWARDED,
    VIA,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("cf-connecting-ip"),
    HeaderName::from_static("true-client-ip"),
];

/// Whether whoever asks may read the metrics.
pub(super) fn may_scrape(config: &Config, from: Option<SocketAddr>, headers: &HeaderMap) -> bool {
    if let (Some(token), Some(shown)) = (&config.file.telemetry.token, bearer(headers)) {
        return same(token, shown);
    }
    // Where the site is reached at another address, a proxy stands in front, and it may add no header.
    let direct =
        config.file.base.as_deref().is_none_or(|base| names_this_machine(base.split("://").last().unwrap_or(base)));
    direct
        && from.is_some_and(|from| from.ip().is_loopback())
        && !FORWARDING.iter().any(|name| headers.contains_key(name))
        && headers.get(HOST).is_none_or(|host| host.to_str().is_ok_and(names_this_machine))
}

/// The token of `Authorization: Bearer …` (RFC 6750, section 2.1).
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Compared in a time that does not depend on where they differ.
fn same(one: &str, other: &str) -> bool {
    let digest = |text: &str| aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    aws_lc_rs::constant_time::verify_slices_are_equal(digest(one).as_ref(), digest(other).as_ref()).is_ok()
}

/// Whether a host, with or without a port and a path, is this machine itself.
fn names_this_machine(host: &str) -> bool {
    let host = host.split('/').next().unwrap_or(host);
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.split(':').next().unwrap_or(host),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::File;

    fn scrapes(change: impl Fn(&mut File), from: &str, headers: &[(&'static str, &'static str)]) -> bool {
        let mut config = Config { data: "x".into(), file: File::default() };
        change(&mut config.file);
        let headers = headers.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        may_scrape(&config, from.parse().ok(), &headers.collect())
    }

    #[test]
    fn this_machine_reads_metrics_and_no_header_says_who_that_is() {
        let local = "127.0.0.1:50000";
        assert!(scrapes(|_| {}, local, &[("host", "127.0.0.1:8711")]));
        assert!(scrapes(|_| {}, "[::1]:50000", &[("host", "[::1]:8711")]));
        assert!(!scrapes(|_| {}, "192.0.2.1:50000", &[("host", "127.0.0.1:8711")]));
        assert!(!scrapes(|_| {}, "192.0.2.1:50000", &[("x-forwarded-for", "127.0.0.1")]));
        for through in FORWARDING {
            assert!(!scrapes(|_| {}, local, &[(Box::leak(through.to_string().into_boxed_str()), "127.0.0.1")]));
        }
        assert!(!scrapes(|_| {}, local, &[("host", "privacy.example.jp")]));
        let behind = |file: &mut File| file.base = Some("https://privacy.example.jp".into());
        assert!(!scrapes(behind, local, &[("host", "127.0.0.1:8711")]));
        assert!(!scrapes(|_| {}, "", &[]));
    }

    #[test]
    fn the_token_reads_metrics_from_anywhere() {
        let with = |file: &mut File| file.telemetry.token = Some("a long secret".into());
        assert!(scrapes(with, "192.0.2.1:50000", &[("authorization", "Bearer a long secret")]));
        assert!(!scrapes(with, "192.0.2.1:50000", &[("authorization", "Bearer another secret")]));
        assert!(!scrapes(with, "192.0.2.1:50000", &[]));
        assert!(!scrapes(|_| {}, "192.0.2.1:50000", &[("authorization", "Bearer ")]));
    }
}
