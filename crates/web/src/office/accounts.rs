//! Accounts: who may be at the desk, why, and until when.

use access::actor::{self, Account, Grant};
use access::{No, OfficeAct};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jiff::ToSpan;
use policy::{Language, Role};

use crate::answer::Answer;
use crate::form::{Fields, Wrong};
use crate::page::{Page, Place, html, ok, role_name};
use crate::visit::Asking;
use crate::words::on;

/// `GET /accounts`: every account there ever was.
pub(crate) async fn list(asking: Asking) -> Answer {
    let lines: Vec<Line> = actor::list(asking.desk.office()).await?.iter().map(|a| Line::new(&asking, a)).collect();
    let may = |act: OfficeAct| asking.desk.may(act);
    Ok(ok(&AccountsPage {
        page: asking.page(Place::Other, asking.words().door_accounts()),
        open: lines.iter().filter(|line| line.is_open).count(),
        lines,
        by_link: may(OfficeAct::GrantAccess) && asking.desk.sign_in().allows(policy::Way::Link),
        may_grant: may(OfficeAct::GrantAccess),
        may_revoke: may(OfficeAct::RevokeAccess),
        may_review: may(OfficeAct::ReviewAccess),
    }))
}

/// `GET /accounts/new`: the form of a new account.
pub(crate) async fn new(asking: Asking) -> Answer {
    form(&asking, &Fields::default(), Wrong::default())
}

/// `POST /accounts`: somebody is given an account.
pub(crate) async fn grant(asking: Asking, fields: Fields) -> Answer {
    let granted = match read(&asking, &fields) {
        Ok(new) => actor::grant(&asking.desk, new).await,
        Err(no) => Err(no),
    };
    match granted {
        Ok(_) => Ok(Redirect::to("/accounts").into_response()),
        Err(No::Mistake(mistake)) => form(&asking, &fields, Wrong::new(&mistake, asking.words())),
        Err(no) => Err(no.into()),
    }
}

/// `POST /accounts/{login}/endings`: an account is taken back.
pub(crate) async fn revoke(asking: Asking, Path(login): Path<String>) -> Answer {
    actor::revoke(&asking.desk, &login).await?;
    Ok(Redirect::to("/accounts").into_response())
}

/// `POST /accounts/reviews`: every open account is confirmed.
pub(crate) async fn review(asking: Asking) -> Answer {
    actor::review(&asking.desk).await?;
    Ok(Redirect::to("/accounts").into_response())
}

fn read(asking: &Asking, fields: &Fields) -> Result<Grant, No> {
    let ends_at = match fields.some("until") {
        Some(_) => Some(asking.desk.start_of(fields.day("until")?.saturating_add(1.day()))),
        None => None,
    };
    Ok(Grant {
        login: fields.text("login").to_owned(),
        name: fields.text("name").to_owned(),
        role: fields.chosen("role")?,
        language: fields.chosen("language")?,
        password: fields.raw("password").to_owned(),
        reason: fields.text("reason").to_owned(),
        ends_at,
    })
}

fn form(asking: &Asking, fields: &Fields, wrong: Wrong) -> Answer {
    let w = asking.words();
    let status = if wrong.any().is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let text = |name: &str| fields.text(name).to_owned();
    let roles = Role::ALL.iter().map(|r| (r.code(), role_name(w, *r), fields.has("role", r.code()))).collect();
    let chosen = fields.some("language").unwrap_or(w.code()).to_owned();
    let languages = Language::ALL.iter().map(|l| (l.code(), l.endonym(), chosen == l.code())).collect();
    Ok(html(
        status,
        &NewAccountPage {
            page: asking.page(Place::Other, w.accounts_new()).at("/accounts/new"),
            least: asking.desk.sign_in().password_characters.into(),
            login: text("login"),
            name: text("name"),
            reason: text("reason"),
            until: text("until"),
            roles,
            languages,
            wrong,
        },
    ))
}

struct Line {
    login: String,
    name: String,
    role: &'static str,
    reason: String,
    granted: String,
    ends: Option<String>,
    reviewed: String,
    revoked: Option<String>,
    is_open: bool,
    is_own: bool,
}

impl Line {
    fn new(asking: &Asking, account: &Account) -> Self {
        let w = asking.words();
        let day = |at| w.day(on(at, asking.desk.zone()));
        let now = asking.desk.now();
        Self {
            login: account.actor.login.clone(),
            name: account.actor.name.clone(),
            role: role_name(w, account.actor.role),
            reason: account.reason.clone(),
            granted: day(account.granted_at),
            ends: account.ends_at.map(|end| super::work::last_day(w, end, asking)),
            reviewed: day(account.reviewed_at),
            revoked: account.revoked_at.map(day),
            is_open: account.revoked_at.is_none() && account.ends_at.is_none_or(|end| end > now),
            is_own: account.actor.id == asking.session.actor.id,
        }
    }
}

#[derive(Template)]
#[template(path = "account/list.html")]
struct AccountsPage {
    page: Page,
    lines: Vec<Line>,
    open: usize,
    by_link: bool,
    may_grant: bool,
    may_revoke: bool,
    may_review: bool,
}

#[derive(Template)]
#[template(path = "account/new.html")]
struct NewAccountPage {
    page: Page,
    least: u32,
    login: String,
    name: String,
    reason: String,
    until: String,
    roles: Vec<(&'static str, &'static str, bool)>,
    languages: Vec<(&'static str, &'static str, bool)>,
    wrong: Wrong,
}
