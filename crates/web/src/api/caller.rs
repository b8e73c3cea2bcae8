//! Who calls: a program with a token, or a script of our own pages with the session cookie.

use access::session::{self, Session};
use access::token;
use access::{Desk, Fault};
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use policy::Language;

use super::problem::{Answer, Halt};
use super::sort::Sort;
use crate::state::State;
use crate::{guard, visit};

/// The header by which a script of our own pages says that it is one. Another site cannot send it without asking first
/// (a cross-origin request with it is preflighted, and we answer no preflight).
pub(crate) const SCRIPT: HeaderName = HeaderName::from_static("daicho-script");

/// Somebody who is known, at a desk of their own.
#[derive(Clone)]
pub(crate) struct Caller {
    /// Where acts happen.
    pub(crate) desk: Desk,
    /// The language of the answer.
    pub(crate) language: Language,
    /// How they are known.
    pub(crate) by: By,
    /// Who they are, and what their token was made for.
    pub(crate) session: Session,
    /// The only door to values, and the time.
    pub(crate) state: State,
}

/// How a caller is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// An API token.
    Token,
    /// The session cookie of the pages.
    Session,
}

impl Caller {
    /// Finds out who calls.
    pub(crate) async fn read(state: &State, parts: &Parts) -> Answer<Self> {
        let now = state.now();
        state.office.keep_up(now).await?;
        let (session, by) = known(state, &parts.headers).await?.ok_or(Sort::Unsigned)?;
        if by == By::Session && !is_ours(parts) {
            return Err(Sort::Elsewhere.into());
        }
        let language = visit::preferred(&parts.headers).unwrap_or(session.language);
        if session.owes {
            return Err(Sort::SecondOwed.into());
        }
        let desk = state.office.desk(Some(session.actor.clone()), now).proved(session.proof).at(visit::seat(parts));
        Ok(Self { desk, language, by, session, state: state.clone() })
    }
}

impl Caller {
    /// Finds out who calls by the token they show; nobody without one.
    pub(crate) async fn by_token(state: &State, parts: &Parts) -> Result<Option<Self>, Fault> {
        let now = state.now();
        state.office.keep_up(now).await?;
        let shown = parts.headers.get(AUTHORIZATION).and_then(|given| given.to_str().ok()).and_then(bearer);
        let Some(shown) = shown else { return Ok(None) };
        let Some(session) = token::resume(&state.office, now, shown).await? else { return Ok(None) };
        let language = visit::preferred(&parts.headers).unwrap_or(session.language);
        let desk = state.office.desk(Some(session.actor.clone()), now);
        Ok(Some(Self { desk, language, by: By::Token, session, state: state.clone() }))
    }
}

async fn known(state: &State, headers: &HeaderMap) -> Result<Option<(Session, By)>, Fault> {
    let now = state.now();
    if let Some(given) = headers.get(AUTHORIZATION) {
        // Whoever shows a token is known by it or not at all.
        let Some(shown) = given.to_str().ok().and_then(bearer) else { return Ok(None) };
        return Ok(token::resume(&state.office, now, shown).await?.map(|session| (session, By::Token)));
    }
    match visit::cookie(headers, visit::cookie_name(state.secure_cookies)) {
        Some(key) => Ok(session::resume(&state.office, now, key).await?.map(|session| (session, By::Session))),
        None => Ok(None),
    }
}

/// The token of `Bearer …` (RFC 6750, section 2.1).
fn bearer(given: &str) -> Option<&str> {
    let (scheme, token) = given.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Whether a request with a cookie that changes something comes from a script of our own pages.
fn is_ours(parts: &Parts) -> bool {
    parts.method.is_safe()
        || (parts.headers.contains_key(SCRIPT) && guard::comes_from_here(&parts.method, &parts.uri, &parts.headers))
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Halt;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Halt> {
        // The way in has put it there for every room of the office.
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Sort::Unsigned.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_the_standard_says() {
        assert_eq!(bearer("Bearer t_1"), Some("t_1"));
        assert_eq!(bearer("bearer  t_1"), Some("t_1"));
        assert_eq!(bearer("Basic dDox"), None);
        assert_eq!(bearer("t_1"), None);
    }
}
