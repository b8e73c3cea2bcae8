//! One's own sessions: since when, by what, from where; ended one by one or all at once.

use access::session;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};

use super::ways::way_name;
use crate::answer::Answer;
use crate::page::{Page, Place, ok};
use crate::visit::Asking;

/// `GET /account/sessions`.
pub(crate) async fn list(asking: Asking) -> Answer {
    let w = asking.words();
    let here = session::listed_as(&asking.key);
    let zone = asking.desk.zone();
    let lines = session::list(&asking.desk).await?.into_iter().map(|one| {
        let by: Vec<&str> = one.ways.iter().map(|way| way_name(w, *way)).collect();
        let browser = if one.whence.browser.is_empty() { w.sessions_unknown().to_owned() } else { one.whence.browser };
        let from = if one.whence.address.is_empty() { browser } else { w.sessions_from(browser, one.whence.address) };
        Line {
            is_here: one.id == here,
            id: one.id,
            since: w.moment(one.created_at, zone),
            seen: w.moment(one.seen_at, zone),
            by: by.join(w.comma()),
            from,
        }
    });
    let lines: Vec<Line> = lines.collect();
    let page = asking.page(Place::Other, w.sessions_title()).at("/account/sessions");
    let rules = asking.desk.sign_in();
    Ok(ok(&SessionsPage { page, hours: rules.session_hours.into(), idle: rules.idle_minutes.into(), lines }))
}

/// `POST /account/sessions/{id}/endings`: one session ends at once.
pub(crate) async fn end(asking: Asking, Path(id): Path<String>) -> Answer {
    let here = id == session::listed_as(&asking.key);
    session::end(&asking.desk, &id).await?;
    Ok(Redirect::to(if here { "/sign-in" } else { "/account/sessions" }).into_response())
}

/// `POST /account/sessions/endings`: every other one ends.
pub(crate) async fn end_others(asking: Asking) -> Answer {
    session::end_others(&asking.desk, Some(&asking.key)).await?;
    Ok(Redirect::to("/account/sessions").into_response())
}

struct Line {
    id: String,
    since: String,
    seen: String,
    by: String,
    from: String,
    is_here: bool,
}

#[derive(Template)]
#[template(path = "account/sessions.html")]
struct SessionsPage {
    page: Page,
    hours: u32,
    idle: u32,
    lines: Vec<Line>,
}
