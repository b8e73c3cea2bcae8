//! The door: signing in, in one step or two, and out.

use access::sign_in::passkey::{self, Site};
use access::sign_in::{self, Entered, Second, Step};
use access::{No, session};
use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, SET_COOKIE};
use axum::response::{IntoResponse, Redirect, Response};
use policy::Way;

use crate::answer::Answer;
use crate::form::{Asked, Fields, Wrong};
use crate::page::{Page, html, inside, ok};
use crate::visit::{Asking, Visit, encoded, session_cookie};

/// `GET /sign-in`.
pub(crate) async fn page(visit: Visit, Asked(asked): Asked) -> Response {
    ok(&DoorPage::new(&visit, asked.text("next"), String::new(), Wrong::default()))
}

/// `POST /sign-in`: a session is made, or the second factor is asked for.
pub(crate) async fn sign_in(visit: Visit, fields: Fields) -> Answer {
    let (login, next) = (fields.text("login"), fields.text("next"));
    let office = &visit.state.office;
    match sign_in::with_password(office, visit.now, &visit.whence, login, fields.raw("password")).await {
        Ok(Step::In(entered)) => Ok(enter(&visit, *entered, next)),
        Ok(Step::Second(second)) => Ok(ok(&SecondPage::new(&visit, next, second, Wrong::default()))),
        Err(No::Mistake(mistake)) => {
            let wrong = Wrong::new(&mistake, visit.words);
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &DoorPage::new(&visit, next, login.to_owned(), wrong)))
        }
        Err(no) => Err(no.into()),
    }
}

/// `POST /sign-in/codes`: the second factor, and then the session.
pub(crate) async fn second(visit: Visit, fields: Fields) -> Answer {
    let (ticket, next) = (fields.text("ticket"), fields.text("next"));
    let office = &visit.state.office;
    match sign_in::with_code(office, visit.now, &visit.whence, ticket, fields.text("code")).await {
        Ok(entered) => Ok(enter(&visit, entered, next)),
        Err(No::Mistake(mistake)) => {
            let wrong = Wrong::new(&mistake, visit.words);
            let page = match sign_in::second(office, visit.now, ticket).await {
                Ok(second) => html(StatusCode::UNPROCESSABLE_ENTITY, &SecondPage::new(&visit, next, second, wrong)),
                Err(_) => html(StatusCode::UNPROCESSABLE_ENTITY, &DoorPage::new(&visit, next, String::new(), wrong)),
            };
            Ok(page)
        }
        Err(no) => Err(no.into()),
    }
}

/// `POST /passkeys/questions`: what a browser asks of a passkey.
pub(crate) async fn question(visit: Visit) -> Answer {
    let site = Site::at(&visit.state.base).ok_or(No::Missing)?;
    let options = passkey::ask(&visit.state.office, visit.now, &visit.whence, &site).await?;
    Ok(([(CONTENT_TYPE, "application/json")], options).into_response())
}

/// `POST /sign-in/passkeys`: a session is made.
pub(crate) async fn by_passkey(visit: Visit, fields: Fields) -> Answer {
    let next = fields.text("next");
    let site = Site::at(&visit.state.base).ok_or(No::Missing)?;
    match passkey::sign_in(&visit.state.office, visit.now, &visit.whence, &site, fields.text("answer")).await {
        Ok(entered) => Ok(enter(&visit, entered, next)),
        Err(No::Mistake(mistake)) => {
            let wrong = Wrong::new(&mistake, visit.words);
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &DoorPage::new(&visit, next, String::new(), wrong)))
        }
        Err(no) => Err(no.into()),
    }
}

/// Where one is let in: to where one was going; to the page of second factors where one is owed or will be soon.
pub(crate) fn enter(visit: &Visit, entered: Entered, next: &str) -> Response {
    let to = match inside(next) {
        _ if entered.session.owes => "/account/ways",
        None if entered.second_by.is_some() => "/account/ways",
        Some(next) => next,
        None => "/",
    };
    let mut response = Redirect::to(to).into_response();
    if let Some(cookie) = session_cookie(&visit.state, Some(&entered.key.into_text())) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// `POST /sign-out`: the session ends.
pub(crate) async fn sign_out(asking: Asking) -> Answer {
    session::sign_out(&asking.desk, &asking.key).await?;
    let mut response = Redirect::to("/sign-in").into_response();
    if let Some(cookie) = session_cookie(asking.state(), None) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The address of a page of the door, for the links to other languages.
fn here(next: &str) -> String {
    if next.is_empty() { "/sign-in".to_owned() } else { format!("/sign-in?next={}", encoded(next)) }
}

#[derive(Template)]
#[template(path = "door.html")]
struct DoorPage {
    page: Page,
    next: String,
    login: String,
    wrong: Wrong,
    company: String,
    has_notice: bool,
    by_password: bool,
    by_passkey: bool,
    by_link: bool,
}

impl DoorPage {
    fn new(visit: &Visit, next: &str, login: String, wrong: Wrong) -> Self {
        let w = visit.words;
        let enacted = visit.enacted();
        let company = enacted.as_ref().map(|e| e.policy.organisation().name.get(w.0).to_owned()).unwrap_or_default();
        let next = inside(next).unwrap_or_default().to_owned();
        let page = visit.page(None, w.door_sign_in()).at(here(&next));
        let rules = visit.desk().sign_in();
        Self {
            page,
            next,
            login,
            wrong,
            company,
            has_notice: enacted.is_some(),
            by_password: rules.allows(Way::Password),
            by_link: super::link::offered(visit),
            by_passkey: rules.allows(Way::Passkey) && Site::at(&visit.state.base).is_some(),
        }
    }
}

#[derive(Template)]
#[template(path = "second.html")]
struct SecondPage {
    page: Page,
    next: String,
    ticket: String,
    has_passkey: bool,
    has_code: bool,
    wrong: Wrong,
}

impl SecondPage {
    fn new(visit: &Visit, next: &str, second: Second, wrong: Wrong) -> Self {
        let next = inside(next).unwrap_or_default().to_owned();
        let page = visit.page(None, visit.words.second_title()).at(here(&next));
        let has = |way: Way| second.ways.contains(&way);
        Self {
            page,
            next,
            has_passkey: has(Way::Passkey) && Site::at(&visit.state.base).is_some(),
            has_code: has(Way::Totp) || has(Way::RecoveryCode),
            ticket: second.ticket,
            wrong,
        }
    }
}
