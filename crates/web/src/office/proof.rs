//! A fresh proof, asked for in place: the page asks who one is, and what was sent is sent again once it is answered.

use access::No;
use access::sign_in::passkey;
use access::sign_in::proof::{self, Shown};
use askama::Template;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Redirect, Response};
use policy::Way;

use crate::answer::Answer;
use crate::form::{Fields, Wrong};
use crate::page::{Page, html, inside};
use crate::visit::{Asking, Visit};

/// Fields of this page itself begin so; everything else is carried on.
const OWN: &str = "proof-";

/// The page that asks, for a request that was not done.
pub(crate) async fn page(visit: &Visit, carried: Option<Fields>) -> Result<Response, No> {
    let fields = carried.unwrap_or_default();
    let then = visit.address().to_owned();
    let again = if visit.is_reading() { "get" } else { "post" };
    show(visit, &then, again, fields, Wrong::default()).await
}

/// `POST /proofs`: who one is is proved again, and what was asked for is done.
pub(crate) async fn give(asking: Asking, fields: Fields) -> Answer {
    let then = inside(fields.text("proof-then")).unwrap_or("/").to_owned();
    let again = if fields.text("proof-again") == "post" { "post" } else { "get" };
    let site = passkey::Site::at(&asking.state().base);
    let answer = fields.text("proof-passkey");
    let shown = match (&site, answer.is_empty()) {
        (Some(site), false) => Shown::Passkey { site, answer },
        _ => Shown::Password { password: fields.raw("proof-password"), code: fields.text("proof-code") },
    };
    match proof::give(&asking.desk, &asking.key, shown).await {
        Ok(_) if again == "post" => {
            // The browser sends the same fields again to where they were for (RFC 9110, section 15.4.8).
            Ok((StatusCode::TEMPORARY_REDIRECT, [(LOCATION, then)]).into_response())
        }
        Ok(_) => Ok(Redirect::to(&then).into_response()),
        Err(No::Mistake(mistake)) => {
            let wrong = Wrong::new(&mistake, asking.words());
            Ok(show(&asking.visit, &then, again, fields, wrong).await?)
        }
        Err(no) => Err(no.into()),
    }
}

async fn show(visit: &Visit, then: &str, again: &'static str, fields: Fields, wrong: Wrong) -> Result<Response, No> {
    let w = visit.words;
    let desk = visit.desk();
    let ways = proof::provable(&desk).await?.ways;
    let site = passkey::Site::at(&visit.state.base);
    let options = match &site {
        Some(site) if ways.contains(&Way::Passkey) => {
            passkey::ask(desk.office(), desk.now(), &visit.whence, site).await.ok()
        }
        _ => None,
    };
    let status = if wrong.any().is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::FORBIDDEN };
    let carried = fields.0.into_iter().filter(|(name, _)| !name.starts_with(OWN)).collect();
    Ok(html(
        status,
        &ProofPage {
            page: visit.page(None, w.proof_title()).at("/account"),
            minutes: desk.proof_minutes(),
            by_password: ways.contains(&Way::Password),
            needs_code: ways.contains(&Way::Totp) || ways.contains(&Way::Passkey),
            options,
            then: then.to_owned(),
            again,
            carried,
            wrong,
        },
    ))
}

#[derive(Template)]
#[template(path = "account/proof.html")]
struct ProofPage {
    page: Page,
    minutes: u16,
    by_password: bool,
    needs_code: bool,
    /// What the browser asks a passkey, where there is one.
    options: Option<String>,
    then: String,
    again: &'static str,
    carried: Vec<(String, String)>,
    wrong: Wrong,
}
