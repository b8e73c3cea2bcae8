//! The ledger for tools outside: `/ledger/checkpoint`, `/ledger/vkey` and `/ledger/tile/…`, as C2SP tlog-tiles says.
//!
//! The checkpoint, the key and the tiles of hashes are public: they prove that nothing was changed and say nothing else. Entries hold
//! nobody's data, but times, purposes and numbers of people: they are for those who show a token of an account, unless the
//! configuration makes them public (`ledger.public_entries`). Tiles are made from the store as they are asked for; a tile of a full
//! width never changes and may be kept for ever.

use super::scraping::bearer;
use crate::wire::House;
use crate::witnesses::Notes;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use ledger::tile::{Content, Tile, bundle};
use store::Fault;

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const NOT_KEPT: &str = "no-cache";

/// What the routes need.
#[derive(Clone)]
struct Shown {
    house: House,
    notes: Notes,
}

/// The routes.
pub(super) fn ledger(house: House) -> Router {
    let notes = Notes::new(house.config.clone(), house.signing.clone());
    Router::new()
        .route("/ledger/checkpoint", get(checkpoint))
        .route("/ledger/vkey", get(vkey))
        .route("/ledger/tile/{*path}", get(tile))
        .with_state(Shown { house, notes })
}

async fn checkpoint(State(shown): State<Shown>) -> Response {
    match shown.notes.shown().await {
        Some((_, note)) => answer(note.into_bytes(), "text/plain; charset=utf-8", NOT_KEPT),
        None => unsigned(),
    }
}

async fn vkey(State(Shown { house, .. }): State<Shown>) -> Response {
    answer(format!("{}\n", house.signing.vkeys()).into_bytes(), "text/plain; charset=utf-8", NOT_KEPT)
}

async fn tile(State(Shown { house, notes }): State<Shown>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    let Ok(tile) = format!("tile/{path}").parse::<Tile>() else { return StatusCode::NOT_FOUND.into_response() };
    let public = tile.content() != Content::Entries || house.config.file.ledger.public_entries;
    if !public && !is_known(&house, &headers).await {
        return withheld();
    }
    let Some((signed, _)) = notes.signed().await else { return unsigned() };
    if end(&tile) > count(tile.content(), signed.size()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match bytes(&house, &tile).await {
        Ok(Some(bytes)) if public => answer(bytes, "application/octet-stream", FOR_EVER),
        Ok(Some(bytes)) => {
            ([(CONTENT_TYPE, "application/octet-stream"), (CACHE_CONTROL, "no-store")], bytes).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(fault) => {
            tracing::error!(error = %fault, "a tile could not be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Whether whoever asks shows a token of an open account.
async fn is_known(house: &House, headers: &HeaderMap) -> bool {
    let Some(token) = bearer(headers) else { return false };
    // Entries are what "records.read" lets a token read.
    matches!(access::token::resume(&house.office, house.now(), token).await, Ok(Some(session)) if session.allows("records.read"))
}

/// The no to strangers who ask for entries (RFC 9457, RFC 6750).
fn withheld() -> Response {
    let problem = serde_json::json!({
        "type": "urn:daicho:problem:unauthenticated",
        "title": "Entries are for those who show a token",
        "status": 401,
        "detail": "The checkpoint and the tiles of hashes are public. Send a token of an account as `Authorization: Bearer t_…`.",
    });
    let headers = [
        (CONTENT_TYPE, "application/problem+json"),
        (WWW_AUTHENTICATE, "Bearer realm=\"daicho\""),
        (CACHE_CONTROL, "no-store"),
    ];
    (StatusCode::UNAUTHORIZED, headers, problem.to_string()).into_response()
}

/// The answer where the checkpoint that was signed last is lost. The database has one too, and whoever can rewrite the one can put an
/// old one there: nothing is shown in its place.
fn unsigned() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "1"), (CACHE_CONTROL, "no-store")]).into_response()
}

fn answer(bytes: Vec<u8>, kind: &'static str, kept: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CACHE_CONTROL, HeaderValue::from_static(kept)),
        // Verifiers in a browser, on a page that is not ours, may read it too.
        (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    ];
    (headers, bytes).into_response()
}

fn end(tile: &Tile) -> u64 {
    tile.first().saturating_add(u64::from(tile.width()))
}

/// How many hashes or entries a level has in a tree of this size.
fn count(content: Content, size: u64) -> u64 {
    match content {
        Content::Entries | Content::Hashes(0) => size,
        Content::Hashes(level) => size.checked_shr(8 * u32::from(level)).unwrap_or(0),
    }
}

async fn bytes(house: &House, tile: &Tile) -> Result<Option<Vec<u8>>, Fault> {
    match tile.content() {
        Content::Entries => {
            let entries = house.store.entries(tile.first(), u32::from(tile.width())).await?;
            let whole = entries.len() == usize::from(tile.width());
            Ok(if whole { bundle(entries.iter().map(|entry| entry.body.as_slice())) } else { None })
        }
        Content::Hashes(level) => {
            let hashes = house.tree.hashes(level, tile.first(), end(tile)).await?;
            Ok(hashes.map(|hashes| hashes.concat()))
        }
    }
}
