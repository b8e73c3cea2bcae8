//! Who looks at a page, in which language: read once for every request, before any page is made.

use access::names::Moment;
use access::session::{self, Reach, Session};
use access::sign_in::Whence;
use access::{Desk, Enacted, Fault, No, OfficeAct};
use axum::extract::{FromRequestParts, Request, State as Given};
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use policy::{ActKind, Language};
use std::convert::Infallible;
use std::sync::Arc;

use crate::answer;
use crate::arrival::Broken;
use crate::form::Carried;
use crate::guard;
use crate::needs::Operation;
use crate::office::proof;
use crate::page::{Page, Place, Who};
use crate::state::State;
use crate::whence;
use crate::words::Words;

/// One look at one page.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) state: State,
    pub(crate) words: Words,
    pub(crate) now: Moment,
    /// The address after the host, without the language.
    pub(crate) path: String,
    /// Whether the page was asked for, not sent to: only then can its address be asked for again.
    reading: bool,
    /// From where.
    pub(crate) whence: Whence,
    signed: Option<(String, Session)>,
}

/// One look at an office page: somebody has signed in.
pub(crate) struct Asking {
    pub(crate) visit: Visit,
    pub(crate) desk: Desk,
    pub(crate) session: Session,
    /// The session's key, as the cookie holds it.
    pub(crate) key: String,
}

impl Visit {
    /// What every page shows besides its own matter.
    pub(crate) fn page(&self, place: Option<Place>, title: impl Into<String>) -> Page {
        let desk = self.desk();
        let who = self.signed.as_ref().map(|(_, session)| Who {
            name: session.actor.name.clone(),
            role: session.actor.role,
            sees_accounts: desk.may(OfficeAct::SeeAccounts),
            meets_people: desk.may(ActKind::Find),
            reach: session.reach,
        });
        let path = if self.reading { self.path.clone() } else { "/".to_owned() };
        Page::new(self.words, place, title.into(), who, path)
    }

    /// The policy in force, when one is.
    pub(crate) fn enacted(&self) -> Option<Arc<Enacted>> {
        self.state.office.in_force(self.now)
    }

    /// A desk at which whoever looks acts; with nobody signed in, a desk for reading what is public.
    pub(crate) fn desk(&self) -> Desk {
        match &self.signed {
            Some((_, session)) => self.state.office.desk(Some(session.actor.clone()), self.now).proved(session.proof),
            None => self.state.office.desk(None, self.now),
        }
    }

    /// The address that was asked for or sent to, without the language.
    pub(crate) fn address(&self) -> &str {
        &self.path
    }

    /// Whether a page was asked for, not sent to.
    pub(crate) fn is_reading(&self) -> bool {
        self.reading
    }

    /// How far whoever looks comes.
    pub(crate) fn reach(&self) -> Reach {
        self.signed.as_ref().map_or(Reach::Role, |(_, session)| session.reach)
    }

    pub(crate) fn is_signed_in(&self) -> bool {
        self.signed.is_some()
    }

    async fn read(state: State, request: &Parts) -> Result<Self, Fault> {
        let now = state.now();
        state.office.keep_up(now).await?;
        let headers = &request.headers;
        let signed = match cookie(headers, cookie_name(state.secure_cookies)) {
            Some(key) => session::resume(&state.office, now, key).await?.map(|session| (key.to_owned(), session)),
            None => None,
        };
        let asked = switched(request.uri.query());
        if let (Some(language), Some((key, session))) = (asked, &signed)
            && request.method.is_safe()
            && session.language != language
        {
            session::remember(&state.office, key, session.work, language).await?;
        }
        let remembered = signed.as_ref().map(|(_, session)| session.language);
        let language = asked
            .or(remembered)
            .or_else(|| cookie(headers, LANGUAGE_COOKIE).and_then(|code| code.parse().ok()))
            .or_else(|| preferred(headers))
            .unwrap_or(Language::ORIGINAL);
        let path = without_language(request.uri.path(), request.uri.query());
        Ok(Self {
            state,
            words: Words(language),
            now,
            path,
            reading: request.method.is_safe(),
            whence: whence::of(request),
            signed,
        })
    }
}

impl Asking {
    /// What every office page shows besides its own matter.
    pub(crate) fn page(&self, place: Place, title: impl Into<String>) -> Page {
        self.visit.page(Some(place), title)
    }

    pub(crate) fn words(&self) -> Words {
        self.visit.words
    }

    pub(crate) fn state(&self) -> &State {
        &self.visit.state
    }

    /// Remembers the work record somebody is working on.
    pub(crate) async fn work_on(&self, work: Option<access::names::WorkId>) -> Result<(), Fault> {
        session::remember(&self.visit.state.office, &self.key, work, self.visit.words.0).await
    }
}

/// Stands around every page: finds out who looks, lets the page answer, turns a no into a page, protects the answer.
pub(crate) async fn around(Given(state): Given<State>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let tls = state.secure_cookies;
    let here = guard::comes_from_here(&parts.method, &parts.uri, &parts.headers);
    let asked = switched(parts.uri.query());
    let visit = match Visit::read(state.clone(), &parts).await {
        Ok(visit) => visit,
        Err(fault) => {
            let visit = Visit {
                state,
                words: Words(Language::ORIGINAL),
                now: Moment(0),
                path: "/".to_owned(),
                reading: true,
                whence: Whence::default(),
                signed: None,
            };
            return finish(answer::no(&visit, &No::Fault(fault)), tls, None, true);
        }
    };
    if !here {
        return finish(answer::from_elsewhere(&visit), tls, None, true);
    }
    parts.extensions.insert(visit.clone());
    let carried = Carried::default();
    parts.extensions.insert(carried.clone());
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(no) = answer::told(&response) {
        response = match &*no {
            No::ProofNeeded { .. } => match proof::page(&visit, carried.take()).await {
                Ok(page) => page,
                Err(no) => answer::no(&visit, &no),
            },
            no => answer::no(&visit, no),
        };
    } else if let Some(why) = response.extensions().get::<Broken>().copied() {
        response = answer::not_whole(&visit, why);
    }
    // What a form is answered may hold what was typed into it, also at the door.
    finish(response, tls, asked, visit.is_signed_in() || !visit.reading)
}

fn finish(mut response: Response, tls: bool, language: Option<Language>, private: bool) -> Response {
    let headers = response.headers_mut();
    guard::protect(headers, tls);
    if private {
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    if let Some(language) = language {
        let secure = if tls { "; Secure" } else { "" };
        let text = format!("{LANGUAGE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax{secure}", language.code());
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.append(SET_COOKIE, value);
        }
    }
    response
}

/// Lets only those through who have signed in; the others are led to the door.
pub(crate) async fn signed_in(visit: Visit, request: Request, next: Next) -> Response {
    match &visit.signed {
        None => to_the_door(&visit),
        Some((_, session)) if session.owes && !is_open_to_those_who_owe(&visit.path) => {
            Redirect::to("/account/ways").into_response()
        }
        Some(_) => next.run(request).await,
    }
}

/// Whoever owes a second factor comes to where one is added, and out again.
fn is_open_to_those_who_owe(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    matches!(
        path,
        "/account/ways" | "/account/apps" | "/account/passkeys" | "/proofs" | "/sign-out" | "/account/recovery-codes"
    ) || path.ends_with("/new") && (path.starts_with("/account/apps/") || path.starts_with("/account/passkeys/"))
}

/// Lets only those through who have what the operation needs. What they lack is told, and on record, before anything is reached.
pub(crate) async fn needed(
    Given(operation): Given<Option<&'static Operation>>,
    visit: Visit,
    request: Request,
    next: Next,
) -> Response {
    let reach = visit.reach();
    let met = match operation {
        Some(operation) if !operation.is_within(reach) => {
            if visit.path.split('?').next() == Some("/") {
                return Redirect::to("/turn").into_response();
            }
            if request.method().is_safe() { Err(No::Missing) } else { Err(operation.out_of_reach(&visit.desk()).await) }
        }
        // A form is no act: it is not there for those who may not send it.
        Some(operation) if request.method().is_safe() => match operation.offered(&visit.desk()).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(No::Missing),
            Err(no) => Err(no),
        },
        Some(operation) => operation.meet(&visit.desk()).await,
        None => Err(No::Missing),
    };
    match met {
        Ok(()) => next.run(request).await,
        Err(no) => answer::Halt::response(no),
    }
}

fn to_the_door(visit: &Visit) -> Response {
    let mut door = "/sign-in".to_owned();
    if visit.reading && visit.path != "/" {
        door.push_str("?next=");
        door.push_str(&encoded(&visit.path));
    }
    Redirect::to(&door).into_response()
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // `around` has put it there for every route of the router.
        match parts.extensions.get::<Self>() {
            Some(visit) => Ok(visit.clone()),
            None => unreachable_page().await,
        }
    }
}

/// A page outside `around` would be a mistake of ours in the router; it waits for ever instead of answering unprotected.
async fn unreachable_page() -> Result<Visit, Infallible> {
    std::future::pending().await
}

impl<S: Send + Sync> FromRequestParts<S> for Asking {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let visit = match Visit::from_request_parts(parts, state).await {
            Ok(visit) => visit,
            Err(never) => match never {},
        };
        let Some((key, session)) = visit.signed.clone() else { return Err(to_the_door(&visit)) };
        let desk = visit.desk();
        Ok(Self { visit, desk, session, key })
    }
}

const LANGUAGE_COOKIE: &str = "daicho-lang";

/// The name of the session cookie. `__Host-` binds it to this host over TLS (RFC 6265bis, section 4.1.3.2).
pub(crate) fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-daicho" } else { "daicho" }
}

/// The header that begins a session, or ends it when there is no key.
pub(crate) fn session_cookie(state: &State, key: Option<&str>) -> Option<HeaderValue> {
    let secure = if state.secure_cookies { "; Secure" } else { "" };
    let name = cookie_name(state.secure_cookies);
    let text = match key {
        Some(key) => format!("{name}={key}; Path=/; HttpOnly; SameSite=Strict; Max-Age=86400{secure}"),
        None => format!("{name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{secure}"),
    };
    HeaderValue::from_str(&text).ok()
}

pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

fn switched(query: Option<&str>) -> Option<Language> {
    query?.split('&').filter_map(|pair| pair.strip_prefix("lang=")).find_map(|code| code.parse().ok())
}

fn without_language(path: &str, query: Option<&str>) -> String {
    let rest: Vec<&str> =
        query.unwrap_or_default().split('&').filter(|p| !p.is_empty() && !p.starts_with("lang=")).collect();
    if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) }
}

/// The first of our languages in `Accept-Language`, heaviest first (RFC 9110, section 12.5.4).
pub(crate) fn preferred(headers: &HeaderMap) -> Option<Language> {
    let text = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut wanted: Vec<(f32, Language)> = text
        .split(',')
        .filter_map(|part| {
            let (tag, weight) = part.split_once(';').unwrap_or((part, "q=1"));
            let language = tag.trim().split('-').next()?.to_ascii_lowercase().parse().ok()?;
            let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
            (weight > 0.0).then_some((weight, language))
        })
        .collect();
    wanted.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    wanted.first().map(|(_, language)| *language)
}

/// A text as it stands in an address after `?name=`.
pub(crate) fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speaks(header: &str) -> Option<Language> {
        let headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_str(header).unwrap())]);
        preferred(&headers)
    }

    #[test]
    fn a_stranger_reads_the_language_the_browser_asks_for() {
        assert_eq!(speaks("vi-VN,vi;q=0.9,en;q=0.8"), Some(Language::Vi));
        assert_eq!(speaks("fr;q=0.9,en;q=0.3,ja;q=0.5"), Some(Language::Ja));
        assert_eq!(speaks("de"), None);
        assert_eq!(speaks("en;q=0"), None);
    }

    #[test]
    fn an_address_forgets_the_language_and_nothing_else() {
        assert_eq!(without_language("/", Some("clause=a.b&lang=vi&as-of=2026-01-01")), "/?clause=a.b&as-of=2026-01-01");
        assert_eq!(without_language("/work", Some("lang=ja")), "/work");
        assert_eq!(switched(Some("a=1&lang=en")), Some(Language::En));
        assert_eq!(switched(Some("lang=xx")), None);
        assert_eq!(encoded("/register?q=氏名 1"), "/register%3Fq%3D%E6%B0%8F%E5%90%8D%201");
    }
}
