//! Logs against work records: weeks, the questions they left, their answers, the weekly sign-off.

mod question;
mod read;

pub(crate) use question::{answer, page as question};
pub(crate) use read::{form, receive};

use access::names::ActorId;
use access::{No, OfficeAct};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use duties::logs::{self, Known, Question, WeekState};
use jiff::ToSpan;
use policy::Role;
use policy::logs::{Asked, LogRules, Week};
use std::collections::BTreeMap;

use crate::answer::Answer;
use crate::form::{Fields, Wrong};
use crate::page::{Page, Place, html, ok};
use crate::visit::Asking;
use crate::words::{Words, on};

/// How many weeks the page lists.
const WEEKS: i64 = 9;

/// Who sees every question; a handler sees those asked of them.
fn sees_all(role: Role) -> bool {
    matches!(role, Role::Officer | Role::Auditor)
}

/// Whose page shows the button. The act decides again when it is pressed.
fn may(asking: &Asking, act: OfficeAct) -> bool {
    asking.desk.may(act)
}

/// Whether this question is shown to whoever looks.
fn shows(asking: &Asking, question: &Question) -> bool {
    sees_all(asking.session.actor.role) || question.asked == Some(asking.session.actor.id)
}

async fn known(asking: &Asking) -> Result<Known, No> {
    let today = asking.desk.today();
    logs::known(&asking.desk, today.saturating_sub(400.days()), today).await
}

/// `GET /logs`: the weeks, newest first, and the questions that wait for whoever looks.
pub(crate) async fn list(asking: Asking) -> Answer {
    let w = asking.words();
    let today = asking.desk.today();
    let (from, until) = (Week::of(today.saturating_sub((7 * (WEEKS - 1)).days())), Week::of(today));
    let weeks = logs::weeks(&asking.desk, from, until).await?;
    let asked = logs::questions(asking.desk.office(), from, until).await?;
    let known = known(&asking).await?;
    let rules = asking.desk.policy()?.logs();
    let open: Vec<Line> = asked
        .iter()
        .filter(|one| one.is_open() && shows(&asking, one))
        .map(|one| Line::new(&asking, rules, &known, one))
        .collect();
    Ok(ok(&LogsPage {
        page: asking.page(Place::Records, w.logs_title()),
        weeks: weeks.iter().map(|week| WeekLine::new(&asking, week)).collect(),
        open,
        may_read: may(&asking, OfficeAct::ReadLogs),
    }))
}

/// `GET /logs/weeks/{week}`: one week.
pub(crate) async fn week(asking: Asking, Path(week): Path<String>) -> Answer {
    let week: Week = week.parse().map_err(|_| No::Missing)?;
    week_page(&asking, week, Wrong::default()).await
}

async fn week_page(asking: &Asking, week: Week, wrong: Wrong) -> Answer {
    let w = asking.words();
    let today = asking.desk.today();
    if week > Week::of(today) || week.first() < today.saturating_sub(3_700.days()) {
        return Err(No::Missing.into());
    }
    let state = logs::weeks(&asking.desk, week, week).await?.pop().ok_or(No::Missing)?;
    let asked = logs::questions(asking.desk.office(), week, week).await?;
    let known = known(asking).await?;
    let rules = asking.desk.policy()?.logs();
    let may_sign = may(asking, OfficeAct::ReviewLogs) && state.over && !state.readings.is_empty();
    let waits = state.sections.iter().any(|one| one.section != Asked::OFFICE && one.signed.is_none());
    let sections = state
        .sections
        .iter()
        .map(|one| Section {
            label: section_label(w, &known, &one.section),
            questions: one.questions,
            open: one.open,
            signed: one.signed.as_ref().map(|signed| {
                (w.entry(signed.entry), format!("/records/{}", signed.entry), w.day(on(signed.at, asking.desk.zone())))
            }),
            offered: may_sign
                && one.signed.is_none()
                && if one.section == Asked::OFFICE { state.open() == 0 && !waits } else { one.open == 0 },
            section: one.section.clone(),
        })
        .collect();
    let readings = state
        .readings
        .iter()
        .map(|one| ReadingLine {
            source: rules.source(&one.source).map_or_else(|| one.source.clone(), |s| s.label.get(w.0).to_owned()),
            period: w.logs_from_to(
                w.day(on(one.covers_from, asking.desk.zone())),
                super::work::last_day(w, one.covers_until, asking),
            ),
            lines: one.lines,
            events: one.events,
            matched: one.matched,
            repeated: one.repeated,
            unread: one.unread,
            unmade: one.unmade.iter().map(|check| check_label(w, check.code())).collect::<Vec<_>>().join(w.comma()),
            entry: (w.entry(one.entry), format!("/records/{}", one.entry)),
        })
        .collect();
    let questions =
        asked.iter().filter(|one| shows(asking, one)).map(|one| Line::new(asking, rules, &known, one)).collect();
    let status = if wrong.any().is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = asking.page(Place::Records, w.logs_week(week)).at(format!("/logs/weeks/{week}"));
    let line = WeekLine::new(asking, &state);
    Ok(html(status, &WeekPage { page, line, sections, readings, questions, wrong }))
}

/// `POST /logs/weeks/{week}/sign-offs`: a section of a week, or the week as a whole, is signed off.
pub(crate) async fn sign_off(asking: Asking, Path(week): Path<String>, fields: Fields) -> Answer {
    let week: Week = week.parse().map_err(|_| No::Missing)?;
    match logs::sign_off(&asking.desk, week, fields.text("section")).await {
        Ok(_) => Ok(Redirect::to(&format!("/logs/weeks/{week}")).into_response()),
        Err(No::Mistake(mistake)) => {
            let wrong = Wrong::new(&mistake, asking.words());
            week_page(&asking, week, wrong).await
        }
        Err(no) => Err(no.into()),
    }
}

/// What a section is called.
pub(super) fn section_label(w: Words, known: &Known, section: &str) -> String {
    if section == Asked::OFFICE {
        return w.logs_office().to_owned();
    }
    known.sections.get(section).cloned().unwrap_or_else(|| section.to_owned())
}

/// What a check is called.
pub(super) fn check_label(w: Words, check: &str) -> &'static str {
    match check {
        "no-work" => w.logs_no_work(),
        "outside-hours" => w.logs_outside_hours(),
        "wrong-zone" => w.logs_wrong_zone(),
        "too-many" => w.logs_too_many(),
        "leaver" => w.logs_leaver(),
        "unknown-card" => w.logs_unknown_card(),
        "first-last" => w.logs_first_last(),
        _ => w.logs_no_attendance(),
    }
}

/// The names of accounts.
async fn accounts(asking: &Asking) -> Result<BTreeMap<ActorId, String>, No> {
    super::work::names(asking).await
}

/// A question as a line of a list.
struct Line {
    href: String,
    check: &'static str,
    who: String,
    place: String,
    section: String,
    week: String,
    events: u32,
    when: String,
    answered: Option<String>,
    escalated: bool,
}

impl Line {
    fn new(asking: &Asking, rules: &LogRules, known: &Known, one: &Question) -> Self {
        let w = asking.words();
        let label = |id: &str| rules.reason(id).map_or_else(|| id.to_owned(), |r| r.label.get(w.0).to_owned());
        Self {
            href: format!("/logs/questions/{}", one.id),
            check: check_label(w, one.check.code()),
            who: if one.person.is_empty() { one.name.clone() } else { known.name(&one.person).to_owned() },
            place: one.place.clone(),
            section: section_label(w, known, &one.section),
            week: one.week.to_string(),
            events: one.events,
            when: w.moment(one.first, asking.desk.zone()),
            answered: one.settled().map(|answer| label(&answer.reason)),
            escalated: one.is_open() && logs::answerers(one, rules, asking.desk.now()).escalated,
        }
    }
}

/// A week as a line of a list.
struct WeekLine {
    href: String,
    week: String,
    days: String,
    logs: String,
    questions: usize,
    open: usize,
    over: bool,
    due: String,
    signed: Option<(String, String)>,
}

impl WeekLine {
    fn new(asking: &Asking, week: &WeekState) -> Self {
        let w = asking.words();
        let today = asking.desk.today();
        let rules = asking.desk.policy().map(policy::Policy::logs).ok();
        let label = |id: &str| {
            let known = rules.and_then(|rules| rules.source(id));
            known.map_or_else(|| id.to_owned(), |source| source.label.get(w.0).to_owned())
        };
        let mut sources: Vec<&str> = week.readings.iter().map(|one| one.source.as_str()).collect();
        sources.sort_unstable();
        sources.dedup();
        Self {
            href: format!("/logs/weeks/{}", week.week),
            week: week.week.to_string(),
            days: w.logs_from_to(w.short_day(week.week.first(), today), w.short_day(week.week.last(), today)),
            logs: sources.into_iter().map(label).collect::<Vec<_>>().join(w.comma()),
            questions: week.questions(),
            open: week.open(),
            over: week.over,
            due: w.day(week.due),
            signed: week.signed().map(|signed| (w.entry(signed.entry), format!("/records/{}", signed.entry))),
        }
    }
}

struct Section {
    section: String,
    label: String,
    questions: usize,
    open: usize,
    signed: Option<(String, String, String)>,
    offered: bool,
}

struct ReadingLine {
    source: String,
    period: String,
    lines: u64,
    events: u64,
    matched: u64,
    repeated: u64,
    unread: u64,
    unmade: String,
    entry: (String, String),
}

#[derive(Template)]
#[template(path = "logs/list.html")]
struct LogsPage {
    page: Page,
    weeks: Vec<WeekLine>,
    open: Vec<Line>,
    may_read: bool,
}

#[derive(Template)]
#[template(path = "logs/week.html")]
struct WeekPage {
    page: Page,
    line: WeekLine,
    sections: Vec<Section>,
    readings: Vec<ReadingLine>,
    questions: Vec<Line>,
    wrong: Wrong,
}
