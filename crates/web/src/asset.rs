//! The style sheet, the script and the seal, each at an address that changes with its bytes.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use std::sync::LazyLock;

struct Asset {
    name: String,
    kind: &'static str,
    bytes: &'static str,
}

static ASSETS: LazyLock<[Asset; 4]> = LazyLock::new(|| {
    [
        ("css", "text/css; charset=utf-8", include_str!("../static/office.css")),
        ("js", "text/javascript; charset=utf-8", include_str!("../static/office.js")),
        ("passkey.js", "text/javascript; charset=utf-8", include_str!("../static/passkey.js")),
        ("svg", "image/svg+xml", include_str!("../static/seal.svg")),
    ]
    .map(|(end, kind, bytes)| Asset { name: format!("{:016x}.{end}", fingerprint(bytes.as_bytes())), kind, bytes })
});

/// FNV-1a: tells versions of our own files apart, and nothing else.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn address(end: &str) -> String {
    ASSETS
        .iter()
        .find(|asset| asset.name.split_once('.').is_some_and(|(_, kind)| kind == end))
        .map(|asset| format!("/static/{}", asset.name))
        .unwrap_or_default()
}

/// Where the style sheet is.
pub(crate) fn style() -> String {
    address("css")
}

/// Where the script is.
pub(crate) fn script() -> String {
    address("js")
}

/// Where the script is without which there are no passkeys.
pub(crate) fn passkey_script() -> String {
    address("passkey.js")
}

/// Where the seal is.
pub(crate) fn seal() -> String {
    address("svg")
}

/// `GET /static/{file}`: may be kept for ever, because other bytes have another address.
pub(crate) async fn serve(Path(file): Path<String>) -> Response {
    match ASSETS.iter().find(|asset| asset.name == file) {
        Some(asset) => {
            ([(CONTENT_TYPE, asset.kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")], asset.bytes)
                .into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
