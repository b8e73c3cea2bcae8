//! Rounds of access review: whoever answers for a right says keep or end, with a reason.

use access::actor;
use access::names::{ActorId, Moment};
use access::review::{self, Item, Said, Sort};
use access::{No, OfficeAct};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use std::collections::BTreeMap;

use crate::answer::Answer;
use crate::form::{Fields, Wrong};
use crate::page::{Page, Place, html};
use crate::visit::Asking;
use crate::words::{Words, on};

/// `GET /reviews`: the newest round, and what is one's own to answer for.
pub(crate) async fn page(asking: Asking) -> Answer {
    show(&asking, Wrong::default()).await
}

/// `POST /reviews`: a round begins.
pub(crate) async fn begin(asking: Asking) -> Answer {
    match review::begin(&asking.desk).await {
        Ok(_) => Ok(Redirect::to("/reviews").into_response()),
        Err(No::Mistake(mistake)) => show(&asking, Wrong::new(&mistake, asking.words())).await,
        Err(no) => Err(no.into()),
    }
}

/// `POST /reviews/{round}/answers`: one right is kept or ended.
pub(crate) async fn answer(asking: Asking, Path(round): Path<u64>, fields: Fields) -> Answer {
    let said: Result<Said, No> = fields.text("answer").parse().map_err(No::from);
    let done = match (said, fields.text("n").parse()) {
        (Ok(said), Ok(n)) => review::answer(&asking.desk, round, n, said, fields.text("reason")).await,
        (Err(no), _) => Err(no),
        (_, Err(_)) => Err(No::Missing),
    };
    match done {
        Ok(_) => Ok(Redirect::to("/reviews").into_response()),
        Err(No::Mistake(mistake)) => show(&asking, Wrong::new(&mistake, asking.words())).await,
        Err(no) => Err(no.into()),
    }
}

/// `POST /reviews/{round}/endings`: the round is closed; what nobody answered for lapses.
pub(crate) async fn close(asking: Asking, Path(round): Path<u64>) -> Answer {
    review::close(&asking.desk, round).await?;
    Ok(Redirect::to("/reviews").into_response())
}

async fn show(asking: &Asking, wrong: Wrong) -> Answer {
    let w = asking.words();
    let desk = &asking.desk;
    let reviews = desk.may(OfficeAct::ReviewAccess);
    let own = asking.session.actor.id;
    let newest = review::rounds(desk.office()).await?.into_iter().next();
    let mut lines = Vec::new();
    if let Some(round) = &newest {
        let accounts = actor::list(desk.office()).await?;
        let names: BTreeMap<ActorId, String> = accounts.into_iter().map(|a| (a.actor.id, a.actor.name)).collect();
        let used = review::last_used(desk.office()).await?;
        for item in review::items(desk.office(), round.entry).await? {
            if reviews || item.owner == own {
                lines.push(Line::new(asking, &item, round.closed_at, &names, &used));
            }
        }
    }
    // What still waits for this person stands first.
    lines.sort_by_key(|line| !line.may_answer);
    let day = |at: Moment| w.day(on(at, desk.zone()));
    let status = if wrong.any().is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(html(
        status,
        &ReviewsPage {
            page: asking.page(Place::Other, w.reviews_title()).at("/reviews"),
            about: newest.as_ref().map(|round| match round.closed_at {
                Some(at) => w.reviews_closed(day(round.begun_at), day(at)),
                None => w.reviews_open(day(round.due_at), round.answered, round.items),
            }),
            round: newest.as_ref().map_or(0, |round| round.entry),
            entry: newest.as_ref().map(|round| (w.entry(round.entry), format!("/records/{}", round.entry))),
            may_begin: reviews && newest.as_ref().is_none_or(|round| round.closed_at.is_some()),
            may_close: reviews && newest.as_ref().is_some_and(|round| round.closed_at.is_none()),
            lines,
            wrong,
        },
    ))
}

fn sort_name(w: Words, sort: Sort) -> &'static str {
    match sort {
        Sort::Account => w.reviews_sort_account(),
        Sort::Warrant => w.reviews_sort_warrant(),
        Sort::Token => w.reviews_sort_token(),
        Sort::Card => w.reviews_sort_card(),
        Sort::Zone => w.reviews_sort_zone(),
    }
}

struct Line {
    n: u32,
    sort: &'static str,
    subject: String,
    holder: String,
    owner: String,
    used: String,
    unused: bool,
    said: Option<&'static str>,
    reason: String,
    may_answer: bool,
}

impl Line {
    fn new(
        asking: &Asking,
        item: &Item,
        closed: Option<Moment>,
        names: &BTreeMap<ActorId, String>,
        used: &BTreeMap<ActorId, Moment>,
    ) -> Self {
        let w = asking.words();
        let desk = &asking.desk;
        let name = |id: &ActorId| names.get(id).cloned().unwrap_or_default();
        let last = item.holder.and_then(|holder| used.get(&holder).copied());
        let days = i64::from(desk.rights().round.unused_days).saturating_mul(86_400_000);
        let unused = last.is_none_or(|at| desk.now().0.saturating_sub(at.0) > days);
        let own = asking.session.actor.id;
        let answers = item.owner == own || desk.may(OfficeAct::ReviewAccess);
        Self {
            n: item.n,
            sort: sort_name(w, item.sort),
            subject: item.subject.clone(),
            holder: item.holder.as_ref().map_or_else(String::new, name),
            owner: name(&item.owner),
            used: last.map_or_else(String::new, |at| w.day(on(at, desk.zone()))),
            unused,
            said: item.said.map(|said| match said {
                Said::Keep => w.reviews_kept(),
                Said::End => w.reviews_ended(),
                Said::Lapsed => w.reviews_lapsed(),
            }),
            reason: item.reason.clone(),
            may_answer: item.said.is_none() && closed.is_none() && answers && item.holder != Some(own),
        }
    }
}

#[derive(Template)]
#[template(path = "reviews.html")]
struct ReviewsPage {
    page: Page,
    about: Option<String>,
    round: u64,
    entry: Option<(String, String)>,
    may_begin: bool,
    may_close: bool,
    lines: Vec<Line>,
    wrong: Wrong,
}
