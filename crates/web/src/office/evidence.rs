//! Evidence that people record: a meeting, a review, an inquiry, an exception; and what of it is still open.

use access::names::Moment;
use access::{No, OfficeAct};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use duties::occasion::{self, New, Occasion, OccasionId, OccasionKind};
use jiff::ToSpan;

use crate::answer::Answer;
use crate::form::{Asked, Fields, Wrong};
use crate::page::{Page, Place, html};
use crate::visit::Asking;
use crate::words::{Words, on};

/// What people record by hand, in the order of the page. The program records the others itself.
const BY_HAND: [OccasionKind; 11] = [
    OccasionKind::Inquiry,
    OccasionKind::Complaint,
    OccasionKind::LogsReview,
    OccasionKind::Meeting,
    OccasionKind::ManagementReview,
    OccasionKind::Roster,
    OccasionKind::Drill,
    OccasionKind::RestoreTest,
    OccasionKind::PowerTest,
    OccasionKind::Exception,
    OccasionKind::Hold,
];

/// `GET /records/new?kind=`: the form of one sort of evidence.
pub(crate) async fn form(asking: Asking, Asked(asked): Asked) -> Answer {
    show(&asking, &asked, Wrong::default()).await
}

/// `POST /records`: evidence is recorded.
pub(crate) async fn record(asking: Asking, fields: Fields) -> Answer {
    let recorded = match read(&asking, &fields) {
        Ok(new) => occasion::record(&asking.desk, new).await,
        Err(no) => Err(no),
    };
    match recorded {
        Ok((_, entry)) => Ok(Redirect::to(&format!("/records/{entry}")).into_response()),
        Err(No::Mistake(mistake)) => show(&asking, &fields, Wrong::new(&mistake, asking.words())).await,
        Err(no) => Err(no.into()),
    }
}

/// `POST /occasions/{id}/endings`: what stayed open is closed.
pub(crate) async fn close(asking: Asking, Path(id): Path<String>, fields: Fields) -> Answer {
    let id: OccasionId = id.parse().map_err(|_| No::Missing)?;
    let entry = occasion::close(&asking.desk, id, fields.text("outcome")).await?;
    Ok(Redirect::to(&format!("/records/{entry}")).into_response())
}

fn read(asking: &Asking, fields: &Fields) -> Result<New, No> {
    let due_at = match fields.some("due") {
        // The last moment of the day that was named.
        Some(_) => Some(Moment(asking.desk.start_of(fields.day("due")?.saturating_add(1.day())).0.saturating_sub(1))),
        None => None,
    };
    Ok(New {
        kind: fields.chosen("kind")?,
        subject: fields.text("subject").to_owned(),
        outcome: fields.text("outcome").to_owned(),
        note: fields.text("note").to_owned(),
        due_at,
    })
}

async fn show(asking: &Asking, fields: &Fields, wrong: Wrong) -> Answer {
    let offered = offered(asking);
    let Some(first) = offered.first().copied() else { return Err(No::Missing.into()) };
    let w = asking.words();
    let kind: OccasionKind = fields.maybe("kind").filter(|kind| offered.contains(kind)).unwrap_or(first);
    let kinds = offered
        .iter()
        .map(|one| (one.label().get(w.0).to_owned(), format!("/records/new?kind={}", one.code()), *one == kind))
        .collect();
    // What is open is for those who may close it.
    let may_close = asking.desk.may(OfficeAct::Record);
    let open = if may_close { occasion::list(asking.desk.office(), None, Moment(0)).await? } else { Vec::new() };
    // What names nobody any more, because they were erased, is not theirs to close.
    let is_open = |one: &&Occasion| one.closed_at.is_none() && !one.subject.is_empty();
    let open = open.iter().filter(is_open).map(|one| Open::new(asking, one)).collect();
    let status = if wrong.any().is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (about, due) = said(w, kind);
    let text = |name: &str| fields.text(name).to_owned();
    Ok(html(
        status,
        &EvidencePage {
            page: asking.page(Place::Records, w.evidence_title()).at(format!("/records/new?kind={}", kind.code())),
            kinds,
            kind: kind.code(),
            title: kind.label().get(w.0).to_owned(),
            about,
            due,
            stays_open: kind.stays_open(),
            outcomes: outcomes(w, kind, fields.text("outcome")),
            subject: text("subject"),
            outcome: text("outcome"),
            note: text("note"),
            day: text("due"),
            open,
            wrong,
        },
    ))
}

/// What somebody of this role may record by hand.
pub(super) fn offered(asking: &Asking) -> Vec<OccasionKind> {
    BY_HAND.into_iter().filter(|kind| asking.desk.may(kind.permitted_by())).collect()
}

/// The outcomes to choose from, where they are a closed list: the code, what it is called, whether it is chosen.
fn outcomes(w: Words, kind: OccasionKind, chosen: &str) -> Vec<(&'static str, &'static str, bool)> {
    let called = |code| match code {
        "ok" => w.evidence_passed(),
        "failed" => w.evidence_failed(),
        _ => w.evidence_gone(),
    };
    kind.outcomes().iter().map(|code| (*code, called(*code), *code == chosen)).collect()
}

/// What the subject of a sort of evidence is, and what its day means when it has one.
fn said(w: Words, kind: OccasionKind) -> (&'static str, Option<&'static str>) {
    match kind {
        OccasionKind::Inquiry | OccasionKind::Complaint => (w.evidence_by_number(), Some(w.evidence_answer_by())),
        OccasionKind::LogsReview => (w.evidence_by_period(), None),
        OccasionKind::Meeting => (w.evidence_by_name(), None),
        OccasionKind::ManagementReview => (w.evidence_by_year(), Some(w.evidence_actions_by())),
        OccasionKind::Roster => (w.evidence_by_first_day(), Some(w.evidence_last_day())),
        OccasionKind::Exception => (w.evidence_by_promise(), Some(w.evidence_last_day())),
        OccasionKind::Hold => (w.evidence_by_person(), Some(w.evidence_last_day())),
        OccasionKind::Drill => (w.evidence_by_disaster(), None),
        OccasionKind::RestoreTest => (w.evidence_by_backup(), None),
        OccasionKind::PowerTest => (w.evidence_by_equipment(), None),
        OccasionKind::NoticePublished | OccasionKind::Probe => (w.evidence_by_name(), None),
    }
}

/// Something that is still open.
struct Open {
    id: String,
    title: String,
    subject: String,
    since: String,
    due: Option<String>,
    late: bool,
    entry: String,
    href: String,
}

impl Open {
    fn new(asking: &Asking, one: &Occasion) -> Self {
        let w = asking.words();
        let day = |at| w.day(on(at, asking.desk.zone()));
        Self {
            id: one.id.to_string(),
            title: one.kind.label().get(w.0).to_owned(),
            subject: one.subject.clone(),
            since: day(one.at),
            due: one.due_at.map(day),
            late: one.due_at.is_some_and(|due| due < asking.desk.now()),
            entry: w.entry(one.entry),
            href: format!("/records/{}", one.entry),
        }
    }
}

#[derive(Template)]
#[template(path = "records/evidence.html")]
struct EvidencePage {
    page: Page,
    kinds: Vec<(String, String, bool)>,
    kind: &'static str,
    title: String,
    about: &'static str,
    due: Option<&'static str>,
    stays_open: bool,
    outcomes: Vec<(&'static str, &'static str, bool)>,
    subject: String,
    outcome: String,
    note: String,
    day: String,
    open: Vec<Open>,
    wrong: Wrong,
}
