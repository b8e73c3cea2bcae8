//! One's own account: who one is to the office, one's password, and tokens for programs.

use access::token::{self, NewToken};
use access::{Desk, Mistake, No, credentials};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jiff::ToSpan;

use crate::answer::Answer;
use crate::form::{Fields, Wrong};
use crate::needs;
use crate::page::{Page, Place, html, role_name};
use crate::visit::Asking;
use crate::words::on;

/// `GET /account`.
pub(crate) async fn page(asking: Asking) -> Answer {
    show(&asking, &Fields::default(), Wrong::default(), None).await
}

/// `POST /account/passwords`: the password is changed, and every session ends, this one too.
pub(crate) async fn password(asking: Asking, fields: Fields) -> Answer {
    match credentials::change_password(&asking.desk, fields.raw("old"), fields.raw("new")).await {
        Ok(_) => Ok(Redirect::to("/sign-in").into_response()),
        Err(No::Mistake(mistake)) => {
            show(&asking, &Fields::default(), Wrong::new(&mistake, asking.words()), None).await
        }
        Err(no) => Err(no.into()),
    }
}

/// `POST /account/tokens/{id}/endings`: one token ends at once.
pub(crate) async fn end_token(asking: Asking, Path(id): Path<String>) -> Answer {
    token::end(&asking.desk, &id).await?;
    Ok(Redirect::to("/account").into_response())
}

/// `POST /account/tokens`: a token is made and shown this once.
pub(crate) async fn make_token(asking: Asking, fields: Fields) -> Answer {
    let made = match fields.day("until") {
        Ok(day) => {
            let new = NewToken {
                label: fields.text("label").to_owned(),
                ends_at: asking.desk.start_of(day.saturating_add(1.day())),
                may: fields.all("may").map(str::to_owned).collect(),
            };
            token::make(&asking.desk, known(&asking.desk, new)?).await
        }
        Err(no) => Err(no),
    };
    match made {
        Ok((key, entry)) => show(&asking, &Fields::default(), Wrong::default(), Some((key.into_text(), entry))).await,
        Err(No::Mistake(mistake)) => show(&asking, &fields, Wrong::new(&mistake, asking.words()), None).await,
        Err(no) => Err(no.into()),
    }
}

/// A token is made for operations there are.
pub(crate) fn known(desk: &Desk, new: NewToken) -> Result<NewToken, No> {
    match new.may.iter().all(|name| needs::for_tokens(desk).any(|one| one.name == name)) {
        true => Ok(new),
        false => Err(Mistake::new(
            "may",
            "そのような操作はありません。または、あなたの役割ではできません。",
            "There is no such operation, or your role may not do it.",
            "Không có thao tác như vậy, hoặc vai trò của bạn không được làm.",
        )
        .into()),
    }
}

async fn show(asking: &Asking, fields: &Fields, wrong: Wrong, made: Option<(String, u64)>) -> Answer {
    let w = asking.words();
    let actor = &asking.session.actor;
    let status = if wrong.any().is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let until = asking.desk.today().saturating_add(90.days()).to_string();
    let tokens = token::list(&asking.desk).await?.into_iter().map(|token| Line {
        id: token.id,
        label: token.label,
        since: w.day(on(token.created_at, asking.desk.zone())),
        until: super::work::last_day(w, token.ends_at, asking),
        may: token.may.into_iter().collect::<Vec<_>>().join(", "),
    });
    let tokens = tokens.collect();
    let entry = made.as_ref().map(|(_, entry)| (w.entry(*entry), format!("/records/{entry}")));
    Ok(html(
        status,
        &AccountPage {
            page: asking.page(Place::Other, w.page_own_account()).at("/account"),
            name: actor.name.clone(),
            login: actor.login.clone(),
            role: role_name(w, actor.role),
            least: asking.desk.sign_in().password_characters.into(),
            label: fields.text("label").to_owned(),
            until: fields.some("until").map_or(until, str::to_owned),
            token: made.map(|(token, _)| token),
            entry,
            tokens,
            may: needs::for_tokens(&asking.desk).map(|one| (one.name, fields.has("may", one.name))).collect(),
            wrong,
        },
    ))
}

/// A token in the list.
struct Line {
    id: String,
    label: String,
    since: String,
    until: String,
    may: String,
}

#[derive(Template)]
#[template(path = "account/own.html")]
struct AccountPage {
    page: Page,
    name: String,
    login: String,
    role: &'static str,
    least: u32,
    label: String,
    until: String,
    token: Option<String>,
    entry: Option<(String, String)>,
    tokens: Vec<Line>,
    may: Vec<(&'static str, bool)>,
    wrong: Wrong,
}
