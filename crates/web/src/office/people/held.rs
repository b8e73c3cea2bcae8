//! The person page: what is held, sealed by default, and every use of it.

use access::No;
use access::names::PersonId;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use duties::history;
use duties::register;
use policy::{Class, Policy, Shape};
use std::collections::{BTreeMap, BTreeSet};
use vault::{Kept, Record, State, Waiting};

use super::{Desk, Task, short};
use crate::answer::{Answer, Refused};
use crate::form::{Asked, Wrong};
use crate::office::records::Event;
use crate::page::{Page, Place, html};
use crate::visit::Asking;
use crate::words::on;

/// How many uses the page lists before it says that there are more.
const USES: usize = 40;

/// `GET /people/{person}`: everything sealed.
pub(crate) async fn page(asking: Asking, Path(person): Path<String>, Asked(asked): Asked) -> Answer {
    let person: PersonId = person.parse().map_err(|_| No::Missing)?;
    let done = asked.maybe::<u64>("done");
    show(&asking, person, StatusCode::OK, Opened { done, ..Opened::default() }).await
}

/// What an act on this page opened, refused or did.
#[derive(Default)]
pub(crate) struct Opened {
    /// Values by row and element.
    pub(crate) values: BTreeMap<(String, String), String>,
    /// What stands beside each value: purpose, work record, entry.
    pub(crate) beside: Option<Beside>,
    /// Boxes that stay ticked: row and element.
    pub(crate) ticked: BTreeSet<(String, String)>,
    /// A refusal, and the row it stands under.
    pub(crate) refused: Option<(String, Refused)>,
    /// A mistake, and the row it stands under.
    pub(crate) wrong: Option<(String, Wrong)>,
    /// The entry of what was just done.
    pub(crate) done: Option<u64>,
}

/// What an opened value says beside itself.
#[derive(Clone)]
pub(crate) struct Beside {
    pub(crate) purpose: String,
    pub(crate) work: String,
    pub(crate) entry: String,
    pub(crate) entry_href: String,
    pub(crate) closes: String,
    pub(crate) millis: i64,
}

/// The person's page with whatever an act brought.
pub(crate) async fn show(asking: &Asking, person: PersonId, status: StatusCode, opened: Opened) -> Answer {
    let w = asking.words();
    let desk = Desk::read(asking).await?;
    let kept = vault::kept(&asking.desk, person).await?;
    if let Some(waits) = kept.waits {
        return Ok(html(status, &WaitingPage::new(asking, waits)));
    }
    let policy = asking.desk.policy()?;
    let lines = history::of_person(asking.desk.office(), person).await?;
    let uses = lines.len();
    let events = lines.iter().take(USES).map(|line| Event::new(asking, line)).collect();
    let rows: BTreeMap<String, String> = register::list(asking.desk.office(), None)
        .await?
        .into_iter()
        .map(|row| (row.id.to_string(), row.name().to_owned()))
        .collect();
    let name = spoken(&kept, policy, &opened);
    let kind = kept.records.first().and_then(|r| policy.kind(&r.kind)).map(|k| k.label.get(w.0).to_owned());
    let title = name.unwrap_or_else(|| kind.clone().unwrap_or_else(|| w.people_somebody().to_owned()));
    let done = opened.done.map(|n| (w.entry(n), format!("/records/{n}")));
    let href = format!("/people/{person}");
    Ok(html(
        status,
        &PersonPage {
            page: asking.page(Place::People, w.people_page_title()).at(href.clone()),
            title,
            short: short(person),
            suspended: kept.state == State::Suspended,
            records: kept.records.iter().map(|record| Sheet::new(asking, policy, record, &rows, &opened)).collect(),
            task: desk.task(asking),
            groups: desk.by_purpose(asking),
            beside: opened.beside.clone(),
            events,
            uses,
            done,
            href,
        },
    ))
}

/// The person's name, when it was just opened.
fn spoken(kept: &Kept, policy: &Policy, opened: &Opened) -> Option<String> {
    let is_name = |element: &&access::names::ElementId| policy.element(element).is_some_and(|e| e.shape == Shape::Name);
    kept.records.iter().find_map(|record| {
        let names = record.elements.iter().filter(is_name);
        names.filter_map(|e| opened.values.get(&(record.row.to_string(), e.to_string()))).next().cloned()
    })
}

/// One record as the page shows it.
struct Sheet {
    row: String,
    row_name: String,
    kind: String,
    since: String,
    due: Option<String>,
    fields: Vec<Field>,
    refused: Option<Refused>,
    wrong: Option<String>,
    sealed: usize,
}

/// One element of a record.
struct Field {
    id: String,
    label: String,
    value: Option<String>,
    special: bool,
    code: bool,
    ticked: bool,
}

impl Sheet {
    fn new(
        asking: &Asking,
        policy: &Policy,
        record: &Record,
        rows: &BTreeMap<String, String>,
        opened: &Opened,
    ) -> Self {
        let w = asking.words();
        let row = record.row.to_string();
        let order =
            |id: &access::names::ElementId| policy.elements().iter().position(|e| e.id == *id).unwrap_or(usize::MAX);
        let mut elements = record.elements.clone();
        elements.sort_by_key(order);
        let fields: Vec<Field> = elements
            .iter()
            .map(|id| {
                let known = policy.element(id);
                let place = (row.clone(), id.to_string());
                Field {
                    id: id.to_string(),
                    label: known.map_or_else(|| id.to_string(), |e| e.label.get(w.0).to_owned()),
                    value: opened.values.get(&place).cloned(),
                    special: known.is_some_and(|e| e.class == Class::SpecialCare),
                    code: known.is_some_and(|e| e.class == Class::IdentificationCode),
                    ticked: opened.ticked.contains(&place),
                }
            })
            .collect();
        let here = |at: &String| *at == row;
        Self {
            row_name: rows.get(&row).cloned().unwrap_or_else(|| row.clone()),
            kind: policy.kind(&record.kind).map_or_else(|| record.kind.to_string(), |k| k.label.get(w.0).to_owned()),
            since: w.day(on(record.acquired_at, asking.desk.zone())),
            due: record.due_at.map(|at| w.day(on(at, asking.desk.zone()))),
            sealed: fields.iter().filter(|field| field.value.is_none()).count(),
            fields,
            refused: opened.refused.as_ref().filter(|(at, _)| here(at)).map(|(_, refused)| refused.clone()),
            wrong: opened
                .wrong
                .as_ref()
                .filter(|(at, _)| here(at))
                .and_then(|(_, wrong)| wrong.any().map(str::to_owned)),
            row,
        }
    }
}

/// The page of somebody whose erasure waits, as the privacy officer sees it.
#[derive(Template)]
#[template(path = "people/waiting.html")]
struct WaitingPage {
    page: Page,
    short: String,
    decided: String,
    until: String,
    held: bool,
    href: String,
}

impl WaitingPage {
    fn new(asking: &Asking, waits: Waiting) -> Self {
        let (w, zone) = (asking.words(), asking.desk.zone());
        let href = format!("/people/{}", waits.person);
        Self {
            page: asking.page(Place::People, w.people_page_title()).at(href.clone()),
            short: short(waits.person),
            decided: w.moment(waits.decided_at, zone),
            until: w.moment(waits.until, zone),
            held: waits.held,
            href,
        }
    }
}

#[derive(Template)]
#[template(path = "people/person.html")]
struct PersonPage {
    page: Page,
    title: String,
    short: String,
    suspended: bool,
    records: Vec<Sheet>,
    task: Option<Task>,
    groups: Vec<(String, Vec<Task>)>,
    beside: Option<Beside>,
    events: Vec<Event>,
    uses: usize,
    done: Option<(String, String)>,
    href: String,
}
