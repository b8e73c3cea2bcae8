//! One's own account: who one is to the office, and tokens for programs.

use access::{No, session};
use askama::Template;
use axum::http::StatusCode;
use jiff::ToSpan;

use crate::answer::Answer;
use crate::form::{Fields, Wrong};
use crate::page::{Page, Place, html, role_name};
use crate::visit::Asking;

/// `GET /account`.
pub(crate) async fn page(asking: Asking) -> Answer {
    show(&asking, &Fields::default(), Wrong::default(), None)
}

/// `POST /account/tokens`: a token is made and shown this once.
pub(crate) async fn token(asking: Asking, fields: Fields) -> Answer {
    let made = match fields.day("until") {
        Ok(day) => {
            session::make_token(&asking.desk, fields.text("label"), asking.desk.start_of(day.saturating_add(1.day())))
                .await
        }
        Err(no) => Err(no),
    };
    match made {
        Ok((key, entry)) => show(&asking, &Fields::default(), Wrong::default(), Some((key.into_text(), entry))),
        Err(No::Mistake(mistake)) => show(&asking, &fields, Wrong::new(&mistake, asking.words()), None),
        Err(no) => Err(no.into()),
    }
}

fn show(asking: &Asking, fields: &Fields, wrong: Wrong, made: Option<(String, u64)>) -> Answer {
    let w = asking.words();
    let actor = &asking.session.actor;
    let status = if wrong.any().is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let until = asking.desk.today().saturating_add(90.days()).to_string();
    let entry = made.as_ref().map(|(_, entry)| (w.entry(*entry), format!("/records/{entry}")));
    Ok(html(
        status,
        &AccountPage {
            page: asking.page(Place::Other, w.page_own_account()).at("/account"),
            name: actor.name.clone(),
            login: actor.login.clone(),
            role: role_name(w, actor.role),
            label: fields.text("label").to_owned(),
            until: fields.some("until").map_or(until, str::to_owned),
            token: made.map(|(token, _)| token),
            entry,
            wrong,
        },
    ))
}

#[derive(Template)]
#[template(path = "account/own.html")]
struct AccountPage {
    page: Page,
    name: String,
    login: String,
    role: &'static str,
    label: String,
    until: String,
    token: Option<String>,
    entry: Option<(String, String)>,
    wrong: Wrong,
}
