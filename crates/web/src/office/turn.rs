//! Your turn: one page for everybody. What waits for one, and what the office knows of one's own work here.

use access::names::QuestionId;
use access::organisation::{PartId, acknowledge_own};
use access::session::{self, Reach};
use access::sign_in::ways;
use access::{No, OfficeAct};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use duties::logs;
use duties::turn::{self, Accesses, Wait};
use jiff::ToSpan;
use policy::Role;
use policy::logs::Settles;

use super::ways::way_name;
use crate::answer::Answer;
use crate::form::{Fields, Wrong};
use crate::page::{Page, html, role_name};
use crate::visit::Asking;
use crate::words::on;

/// `GET /turn`.
pub(crate) async fn page(asking: Asking) -> Answer {
    show(&asking, Wrong::default()).await
}

/// `POST /turn/rules/{project}`: the rule sheet of a project is acknowledged, for oneself.
pub(crate) async fn acknowledge(asking: Asking, Path(project): Path<String>) -> Answer {
    let project: PartId = project.parse().map_err(|_| No::Missing)?;
    match acknowledge_own(&asking.desk, &project).await {
        Ok(_) => Ok(Redirect::to("/turn").into_response()),
        Err(No::Mistake(mistake)) => show(&asking, Wrong::new(&mistake, asking.words())).await,
        Err(no) => Err(no.into()),
    }
}

/// `POST /turn/sessions/{id}/endings`: one of one's own sessions ends.
pub(crate) async fn end_session(asking: Asking, Path(id): Path<String>) -> Answer {
    let here = id == session::listed_as(&asking.key);
    session::end(&asking.desk, &id).await?;
    Ok(Redirect::to(if here { "/sign-in" } else { "/turn" }).into_response())
}

/// `GET /turn/questions/{question}`: a question to me, with its reasons to choose from.
pub(crate) async fn question(asking: Asking, Path(id): Path<String>) -> Answer {
    let id: QuestionId = id.parse().map_err(|_| No::Missing)?;
    ask(&asking, id, &Fields::default(), Wrong::default()).await
}

/// `POST /turn/questions/{question}`: it is answered.
pub(crate) async fn answer(asking: Asking, Path(id): Path<String>, fields: Fields) -> Answer {
    let id: QuestionId = id.parse().map_err(|_| No::Missing)?;
    let given = logs::Answer { reason: fields.text("reason").to_owned(), note: fields.text("note").to_owned() };
    let today = asking.desk.today();
    let known = logs::known(&asking.desk, today.saturating_sub(400.days()), today).await?;
    match logs::answer(&asking.desk, &known, id, given).await {
        Ok(_) => Ok(Redirect::to("/turn").into_response()),
        Err(No::Mistake(mistake)) => ask(&asking, id, &fields, Wrong::new(&mistake, asking.words())).await,
        Err(no) => Err(no.into()),
    }
}

/// One question that is asked of whoever looks.
async fn ask(asking: &Asking, id: QuestionId, fields: &Fields, wrong: Wrong) -> Answer {
    let w = asking.words();
    let desk = &asking.desk;
    let rules = desk.policy()?.logs();
    let asked = logs::question(desk.office(), id).await?.filter(logs::Question::is_open).ok_or(No::Missing)?;
    let turn = logs::answerers(&asked, rules, desk.now());
    let role = asking.session.actor.role;
    if turn.manager != Some(asking.session.actor.id) && role != Role::Officer {
        return Err(No::Missing.into());
    }
    let today = desk.today();
    let known = logs::known(desk, today.saturating_sub(400.days()), today).await?;
    let reasons =
        rules.reasons_for(asked.check).filter(|one| role != Role::Officer || one.settles != Settles::Escalate);
    let reasons = reasons.map(|one| (one.id.clone(), one.label.get(w.0).to_owned(), fields.has("reason", &one.id)));
    let status = if wrong.any().is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let title = super::logs::check_label(w, asked.check.code());
    Ok(html(
        status,
        &AskPage {
            page: asking.visit.page(None, title).at(format!("/turn/questions/{id}")),
            id: id.to_string(),
            ask: rules.check(asked.check).map_or_else(String::new, |rule| rule.ask.get(w.0).to_owned()),
            who: if asked.person.is_empty() { asked.name.clone() } else { known.name(&asked.person).to_owned() },
            place: asked.place.clone(),
            when: w.moment(asked.first, desk.zone()),
            times: asked.events,
            reasons: reasons.collect(),
            note: fields.text("note").to_owned(),
            wrong,
        },
    ))
}

async fn show(asking: &Asking, wrong: Wrong) -> Answer {
    let w = asking.words();
    let desk = &asking.desk;
    let turn = turn::of(desk).await?;
    let full = asking.session.reach != Reach::OwnPage;
    let here = session::listed_as(&asking.key);
    let by = |ways: &[policy::Way]| ways.iter().map(|way| way_name(w, *way)).collect::<Vec<_>>().join(w.comma());
    let sessions = session::list(desk).await?.into_iter().map(|one| Seat {
        is_here: one.id == here,
        by: by(&one.ways),
        since: w.moment(one.created_at, desk.zone()),
        id: one.id,
    });
    let (keys, codes) = ways::list(desk).await?;
    let works = turn.works.iter().map(|one| Work {
        code: one.code.clone(),
        title: one.title.clone(),
        purpose: super::work::purpose_label(asking, &one.purpose),
        until: super::work::last_day(w, one.ends_at, asking),
        href: (asking.session.reach == Reach::Role).then(|| format!("/work/{}", one.id)),
    });
    let cards = turn.cards.iter().map(|card| (card.number.clone(), w.day(card.from), card.status.code() == "blocked"));
    let status = if wrong.any().is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let actor = &asking.session.actor;
    Ok(html(
        status,
        &TurnPage {
            page: asking.visit.page(None, w.turn_title()).at("/turn"),
            name: actor.name.clone(),
            role: role_name(w, actor.role),
            waits: turn.waits.iter().map(|wait| Line::new(asking, wait)).collect(),
            works: works.collect(),
            accesses: turn.accesses.iter().map(|one| Day::new(asking, one)).collect(),
            cards: cards.collect(),
            sessions: sessions.collect(),
            keys: keys
                .into_iter()
                .map(|key| (way_name(w, key.way), key.label, w.day(on(key.made_at, desk.zone()))))
                .collect(),
            codes,
            full,
            reports: desk.may(OfficeAct::Record) && asking.session.reach == Reach::Role,
            wrong,
        },
    ))
}

/// One thing that waits, as a sentence with a verb and a date.
struct Line {
    sentence: String,
    about: String,
    due: Option<String>,
    is_late: bool,
    act: Act,
}

/// What is done about it.
enum Act {
    /// A page with reasons to choose from.
    Look(String),
    /// A button.
    Press(String, &'static str),
    /// A page that a link does not open.
    Elsewhere(String),
    /// Something that is done away from the screen.
    None,
}

impl Line {
    fn new(asking: &Asking, wait: &Wait) -> Self {
        let w = asking.words();
        let today = asking.desk.today();
        match wait {
            Wait::Question { question, by } => Self {
                sentence: w.turn_question(super::logs::check_label(w, question.check.code())),
                about: question.week.to_string(),
                due: Some(w.short_day(*by, today)),
                is_late: *by < today,
                act: Act::Look(format!("/turn/questions/{}", question.id)),
            },
            Wait::Rules { project, name, note, since } => Self {
                sentence: w.turn_rules(name),
                about: w.turn_rules_note(note, w.day(*since)),
                due: None,
                is_late: false,
                act: Act::Press(format!("/turn/rules/{project}"), w.turn_acknowledge()),
            },
            Wait::Warrant { warrant, by } => Self {
                sentence: w.turn_warrant(super::rights::sort_name(w, warrant.sort)),
                about: warrant.reason.clone(),
                due: by.map(|by| w.moment(by, asking.desk.zone())),
                is_late: by.is_some_and(|by| by <= asking.desk.now()),
                act: if asking.session.reach == Reach::Role {
                    Act::Look("/rights".to_owned())
                } else {
                    Act::Elsewhere(w.turn_sign_in_fully().to_owned())
                },
            },
            Wait::Card { number, by } => Self {
                sentence: w.turn_card(number),
                about: String::new(),
                due: Some(w.short_day(*by, today)),
                is_late: *by < today,
                act: Act::None,
            },
        }
    }
}

/// One day of one's own accesses.
struct Day {
    day: String,
    purpose: String,
    people: u64,
    acts: u32,
    refused: u32,
    entry: (String, Option<String>),
}

impl Day {
    fn new(asking: &Asking, one: &Accesses) -> Self {
        let w = asking.words();
        let reads = asking.session.reach == Reach::Role;
        Self {
            day: w.short_day(one.day, asking.desk.today()),
            purpose: one.purpose.as_ref().map_or_else(String::new, |id| super::work::purpose_label(asking, id)),
            people: one.people,
            acts: one.acts,
            refused: one.refused,
            entry: (w.entry(one.last), reads.then(|| format!("/records/{}", one.last))),
        }
    }
}

struct Work {
    code: String,
    title: String,
    purpose: String,
    until: String,
    href: Option<String>,
}

struct Seat {
    id: String,
    by: String,
    since: String,
    is_here: bool,
}

#[derive(Template)]
#[template(path = "turn/page.html")]
struct TurnPage {
    page: Page,
    name: String,
    role: &'static str,
    waits: Vec<Line>,
    works: Vec<Work>,
    accesses: Vec<Day>,
    cards: Vec<(String, String, bool)>,
    sessions: Vec<Seat>,
    keys: Vec<(&'static str, String, String)>,
    codes: usize,
    full: bool,
    reports: bool,
    wrong: Wrong,
}

#[derive(Template)]
#[template(path = "turn/question.html")]
struct AskPage {
    page: Page,
    id: String,
    ask: String,
    who: String,
    place: String,
    when: String,
    times: u32,
    reasons: Vec<(String, String, bool)>,
    note: String,
    wrong: Wrong,
}
