//! One question to a time stamping authority over HTTP (RFC 3161, section 3.4). What is sent is a hash, and what is answered proves
//! itself by a signature: with `https` any certificate is taken.

use crate::way::{Limits, Trust, Way};
use axum::body::Bytes;
use hyper::StatusCode;
use std::time::Duration;

/// What an answer may take: a time stamp with its certificates is some kilobytes.
const LIMITS: Limits = Limits { patience: Duration::from_secs(30), bytes: 64 << 10 };
const QUERY: [(&str, &str); 2] = [("content-type", "application/timestamp-query"), ("connection", "close")];

/// Asks; the answer, whatever it is.
///
/// # Errors
/// Why there is none, for the log.
pub(super) async fn post(url: &str, question: Vec<u8>) -> Result<Bytes, String> {
    let mut way = Way::new(url, &Trust::Anybody, LIMITS).map_err(|_| "not an address".to_owned())?;
    let target = way.target().to_owned();
    let answer = way.post(&target, &QUERY, question).await?;
    match answer.status {
        StatusCode::OK => Ok(answer.body),
        other => Err(format!("status {}", other.as_u16())),
    }
}
