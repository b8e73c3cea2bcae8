//! The door: signing in and out.

use access::{No, session};
use askama::Template;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};

use crate::answer::Answer;
use crate::form::{Asked, Fields, Wrong};
use crate::page::{Page, html, inside, ok};
use crate::visit::{Asking, Visit, encoded, session_cookie};

/// `GET /sign-in`.
pub(crate) async fn page(visit: Visit, Asked(asked): Asked) -> Response {
    ok(&DoorPage::new(&visit, asked.text("next"), String::new(), Wrong::default()))
}

/// `POST /sign-in`: a session is made.
pub(crate) async fn sign_in(visit: Visit, fields: Fields) -> Answer {
    let (login, next) = (fields.text("login"), fields.text("next"));
    match session::sign_in(&visit.state.office, visit.now, login, fields.raw("password")).await {
        Ok((key, _)) => {
            let to = inside(next).unwrap_or("/");
            let mut response = Redirect::to(to).into_response();
            if let Some(cookie) = session_cookie(&visit.state, Some(&key.into_text())) {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            Ok(response)
        }
        Err(No::Mistake(mistake)) => {
            let wrong = Wrong::new(&mistake, visit.words);
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &DoorPage::new(&visit, next, login.to_owned(), wrong)))
        }
        Err(no) => Err(no.into()),
    }
}

/// `POST /sign-out`: the session ends.
pub(crate) async fn sign_out(asking: Asking) -> Answer {
    session::sign_out(&asking.state().office, &asking.key).await?;
    let mut response = Redirect::to("/sign-in").into_response();
    if let Some(cookie) = session_cookie(asking.state(), None) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
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
}

impl DoorPage {
    fn new(visit: &Visit, next: &str, login: String, wrong: Wrong) -> Self {
        let w = visit.words;
        let enacted = visit.enacted();
        let company = enacted.as_ref().map(|e| e.policy.organisation().name.get(w.0).to_owned()).unwrap_or_default();
        let next = inside(next).unwrap_or_default().to_owned();
        let here = if next.is_empty() { "/sign-in".to_owned() } else { format!("/sign-in?next={}", encoded(&next)) };
        let page = visit.page(None, w.door_sign_in()).at(here);
        Self { page, next, login, wrong, company, has_notice: enacted.is_some() }
    }
}
