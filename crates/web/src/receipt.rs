//! A receipt of one entry, as a file: for the person it is about, or for an auditor.

use access::{Desk, No};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use duties::history;

use crate::state::State;

/// The receipt of an entry. Where nobody has signed for the entry yet, patience is asked for: that takes a second.
///
/// # Errors
/// [`No::Missing`] where there is no such entry, [`No::Busy`] where it is too young.
pub(crate) async fn receipt(state: &State, desk: &Desk, entry: u64) -> Result<Response, No> {
    history::entry(desk.office(), entry).await?.ok_or(No::Missing)?;
    let text = (state.receipts)(entry).await?.ok_or(No::Busy { retry_after_seconds: 1 })?;
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"entry-{entry}.tlog-proof\"")) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
