//! Choosing the work, and finding people for it. A search is an act and says its entry number.

use access::names::{RowId, WorkId};
use access::{No, work};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use duties::register;
use std::collections::BTreeMap;
use vault::{Find, Found};

use super::{Desk, Task, short};
use crate::answer::{Answer, Refused};
use crate::form::{Asked, Fields, Wrong};
use crate::page::{Page, Place, html};
use crate::visit::Asking;
use crate::words::on;

/// How many people a search shows at most.
const HITS: u32 = 50;
/// How many people named by a work record are listed.
const NAMED: usize = 50;

/// `GET /people`: what are you working on, then whom do you look for.
pub(crate) async fn page(asking: Asking, Asked(asked): Asked) -> Answer {
    let desk = Desk::read(&asking).await?;
    let choose = desk.chosen.is_none() || asked.has("choose", "1");
    show(&asking, &desk, StatusCode::OK, Shown { choose, ..Shown::default() }).await
}

/// `POST /people/work`: the work record is chosen.
pub(crate) async fn choose(asking: Asking, fields: Fields) -> Answer {
    let desk = Desk::read(&asking).await?;
    let id: WorkId = fields.chosen("work")?;
    let one = desk.find(id).ok_or(No::Missing)?;
    asking.work_on(Some(one.id)).await?;
    Ok(Redirect::to("/people").into_response())
}

/// `POST /people/searches`: a search is made. What it shows was opened by its own entry.
pub(crate) async fn search(asking: Asking, fields: Fields) -> Answer {
    let desk = Desk::read(&asking).await?;
    let Some(one) = &desk.chosen else { return Ok(Redirect::to("/people").into_response()) };
    let text = fields.text("text").to_owned();
    let asked = Find { text: text.clone(), purpose: one.purpose.clone(), work: Some(one.id), limit: HITS };
    match vault::find(&asking.state().vault, &asking.desk, asked).await {
        Ok(found) => {
            let hits = Hits::new(&asking, found).await?;
            show(&asking, &desk, StatusCode::OK, Shown { text, hits: Some(hits), ..Shown::default() }).await
        }
        Err(No::Mistake(mistake)) => {
            let wrong = Wrong::new(&mistake, asking.words());
            show(&asking, &desk, StatusCode::UNPROCESSABLE_ENTITY, Shown { text, wrong, ..Shown::default() }).await
        }
        Err(No::Refusal(refusal)) => {
            let refused = Some(Refused::new(&refusal, asking.desk.policy().ok(), asking.words()));
            show(&asking, &desk, StatusCode::FORBIDDEN, Shown { text, refused, ..Shown::default() }).await
        }
        Err(no) => Err(no.into()),
    }
}

/// What the page has besides the work records.
#[derive(Default)]
struct Shown {
    choose: bool,
    text: String,
    wrong: Wrong,
    refused: Option<Refused>,
    hits: Option<Hits>,
}

/// Who was found.
struct Hits {
    entry: String,
    entry_href: String,
    people: Vec<Hit>,
    more: bool,
}

struct Hit {
    href: String,
    row: String,
    name: Option<String>,
    about: String,
    id: String,
}

impl Hits {
    /// People of the same name are told apart by what is no value of theirs: kind, row, the day of acquisition, the end of the id.
    async fn new(asking: &Asking, found: Found) -> Result<Self, No> {
        let w = asking.words();
        let policy = asking.desk.policy().ok();
        let rows: BTreeMap<RowId, String> = register::list(asking.desk.office(), None)
            .await?
            .into_iter()
            .map(|r| (r.id.clone(), r.name().to_owned()))
            .collect();
        let people = found.hits.into_iter().map(|hit| {
            let kind = policy
                .and_then(|p| p.kind(&hit.kind))
                .map_or_else(|| hit.kind.to_string(), |k| k.label.get(w.0).to_owned());
            let day = w.day(on(hit.acquired_at, asking.desk.zone()));
            let name_of = |row: &RowId| rows.get(row).cloned().unwrap_or_default();
            Hit {
                href: format!("/people/{}", hit.person),
                about: format!(
                    "{kind} · {} {} · {}",
                    w.register_row_n(&hit.row),
                    name_of(&hit.row),
                    w.people_since(day)
                ),
                id: w.people_id(short(hit.person)),
                row: hit.row.to_string(),
                name: hit.name.map(|name| name.expose().clone()),
            }
        });
        Ok(Self {
            entry: w.entry(found.entry),
            entry_href: format!("/records/{}", found.entry),
            people: people.collect(),
            more: found.more,
        })
    }
}

async fn show(asking: &Asking, desk: &Desk, status: StatusCode, shown: Shown) -> Answer {
    let w = asking.words();
    // A record that names people leads to them without a search.
    let named = match &desk.chosen {
        Some(one) if !one.every_row => work::people(asking.desk.office(), one.id).await?,
        _ => Vec::new(),
    };
    let waiting = match vault::waiting(&asking.desk).await {
        Err(No::Missing) => Vec::new(),
        told => told?,
    };
    let waits = |one: &vault::Waiting| {
        let until = w.people_waits_until(w.moment(one.until, asking.desk.zone()));
        (format!("{} · {until}", w.people_id(short(one.person))), format!("/people/{}", one.person))
    };
    Ok(html(
        status,
        &FindPage {
            page: asking.page(Place::People, w.door_people()).at("/people"),
            task: desk.task(asking).filter(|_| !shown.choose),
            groups: desk.by_purpose(asking),
            named: named.iter().take(NAMED).map(|id| (w.people_id(short(*id)), format!("/people/{id}"))).collect(),
            waiting: waiting.iter().take(NAMED).map(waits).collect(),
            may_open: asking.desk.may(access::OfficeAct::OpenWork),
            text: shown.text,
            wrong: shown.wrong,
            refused: shown.refused,
            hits: shown.hits,
        },
    ))
}

#[derive(Template)]
#[template(path = "people/find.html")]
struct FindPage {
    page: Page,
    task: Option<Task>,
    groups: Vec<(String, Vec<Task>)>,
    named: Vec<(String, String)>,
    /// Erasures that wait, for the privacy officer.
    waiting: Vec<(String, String)>,
    may_open: bool,
    text: String,
    wrong: Wrong,
    refused: Option<Refused>,
    hits: Option<Hits>,
}
