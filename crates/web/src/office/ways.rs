//! What opens one's account besides a password: passkeys, an app for codes, recovery codes.

use access::No;
use access::sign_in::passkey::{self, Site};
use access::sign_in::{recovery, totp, ways};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use policy::Way;

use crate::answer::Answer;
use crate::form::{Fields, Wrong};
use crate::page::{Page, Place, html, ok};
use crate::visit::Asking;
use crate::words::{Words, on};

/// `GET /account/ways`.
pub(crate) async fn list(asking: Asking) -> Answer {
    show(&asking, Wrong::default(), None).await
}

async fn show(asking: &Asking, wrong: Wrong, codes: Option<(Vec<String>, u64)>) -> Answer {
    let w = asking.words();
    let (held, recovery) = ways::list(&asking.desk).await?;
    let day = |at| w.day(on(at, asking.desk.zone()));
    let lines: Vec<Line> = held
        .into_iter()
        .map(|one| Line {
            what: way_name(w, one.way),
            label: one.label,
            since: day(one.made_at),
            used: one.used_at.map(day),
            id: one.id,
        })
        .collect();
    let rules = asking.desk.sign_in();
    let entry = codes.as_ref().map(|(_, entry)| (w.entry(*entry), format!("/records/{entry}")));
    let status = if wrong.any().is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = WaysPage {
        page: asking.page(Place::Other, w.ways_title()).at("/account/ways"),
        has_site: Site::at(&asking.state().base).is_some(),
        passkeys: rules.allows(Way::Passkey),
        apps: rules.allows(Way::Totp),
        codes_allowed: rules.allows(Way::RecoveryCode),
        owes: asking.session.owes,
        needed: rules.needs_second(asking.session.actor.role),
        lines,
        recovery,
        codes: codes.map(|(codes, _)| codes).unwrap_or_default(),
        entry,
        wrong,
    };
    Ok(html(status, &page))
}

/// What a way of signing in is called.
pub(crate) fn way_name(w: Words, way: Way) -> &'static str {
    match way {
        Way::Password => w.way_password(),
        Way::Passkey => w.way_passkey(),
        Way::Totp => w.way_totp(),
        Way::RecoveryCode => w.way_recovery_code(),
        Way::Link => w.way_link(),
    }
}

/// `GET /account/passkeys/new`: the page on which a browser makes one.
pub(crate) async fn new_passkey(asking: Asking) -> Answer {
    passkey_form(&asking, Wrong::default(), String::new()).await
}

async fn passkey_form(asking: &Asking, wrong: Wrong, label: String) -> Answer {
    let w = asking.words();
    let site = Site::at(&asking.state().base).ok_or(No::Missing)?;
    let options = passkey::offer(&asking.desk, &site).await?;
    let status = if wrong.any().is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = asking.page(Place::Other, w.ways_new_passkey()).at("/account/passkeys/new");
    Ok(html(status, &PasskeyPage { page, options, label, wrong }))
}

/// `POST /account/passkeys`: the passkey that was made is added.
pub(crate) async fn add_passkey(asking: Asking, fields: Fields) -> Answer {
    let site = Site::at(&asking.state().base).ok_or(No::Missing)?;
    let label = fields.text("label");
    match passkey::add(&asking.desk, &site, fields.text("answer"), label).await {
        Ok(_) => Ok(Redirect::to("/account/ways").into_response()),
        Err(No::Mistake(mistake)) => {
            passkey_form(&asking, Wrong::new(&mistake, asking.words()), label.to_owned()).await
        }
        Err(no) => Err(no.into()),
    }
}

/// `GET /account/apps/new`: a secret to put into an app.
pub(crate) async fn new_app(asking: Asking) -> Answer {
    let issuer = asking.visit.enacted().map(|e| e.policy.organisation().short.get(asking.words().0).to_owned());
    let issuer = format!("Daicho {}", issuer.unwrap_or_default());
    let offered = totp::offer(&asking.desk, issuer.trim()).await?;
    let page = asking.page(Place::Other, asking.words().ways_new_app()).at("/account/apps/new");
    Ok(ok(&AppPage {
        page,
        ticket: offered.ticket,
        secret: offered.secret,
        uri: offered.uri,
        label: String::new(),
        wrong: Wrong::default(),
    }))
}

/// `POST /account/apps`: the app that gave this code is added.
pub(crate) async fn add_app(asking: Asking, fields: Fields) -> Answer {
    let text = |name: &str| fields.text(name).to_owned();
    match totp::add(&asking.desk, fields.text("ticket"), fields.text("code"), fields.text("label")).await {
        Ok(_) => Ok(Redirect::to("/account/ways").into_response()),
        Err(No::Mistake(mistake)) => {
            let page = asking.page(Place::Other, asking.words().ways_new_app()).at("/account/apps/new");
            let wrong = Wrong::new(&mistake, asking.words());
            let shown = AppPage {
                page,
                ticket: text("ticket"),
                secret: text("secret"),
                uri: String::new(),
                label: text("label"),
                wrong,
            };
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &shown))
        }
        Err(no) => Err(no.into()),
    }
}

/// `POST /account/recovery-codes`: a new list, shown this once.
pub(crate) async fn make_codes(asking: Asking) -> Answer {
    let made = recovery::make(&asking.desk).await?;
    show(&asking, Wrong::default(), Some(made)).await
}

/// `POST /account/ways/{id}/endings`: one way is taken away.
pub(crate) async fn end(asking: Asking, Path(id): Path<String>) -> Answer {
    ways::end(&asking.desk, &id).await?;
    Ok(Redirect::to("/account/ways").into_response())
}

/// `POST /accounts/{login}/resets`: somebody lost everything beside the password.
pub(crate) async fn reset(asking: Asking, Path(login): Path<String>) -> Answer {
    ways::reset(&asking.desk, &login).await?;
    Ok(Redirect::to("/accounts").into_response())
}

struct Line {
    id: String,
    what: &'static str,
    label: String,
    since: String,
    used: Option<String>,
}

#[derive(Template)]
#[template(path = "account/ways.html")]
struct WaysPage {
    page: Page,
    lines: Vec<Line>,
    recovery: usize,
    codes: Vec<String>,
    entry: Option<(String, String)>,
    has_site: bool,
    passkeys: bool,
    apps: bool,
    codes_allowed: bool,
    owes: bool,
    needed: bool,
    wrong: Wrong,
}

#[derive(Template)]
#[template(path = "account/passkey.html")]
struct PasskeyPage {
    page: Page,
    options: String,
    label: String,
    wrong: Wrong,
}

#[derive(Template)]
#[template(path = "account/app.html")]
struct AppPage {
    page: Page,
    ticket: String,
    secret: String,
    uri: String,
    label: String,
    wrong: Wrong,
}
