//! Rights: who may do what by the policy, and warrants: proposals for two people, emergencies, rights beyond a role.

use access::actor;
use access::names::{ActId, ActorId, WorkId};
use access::warrant::{self, Answer as Said, Belongs, Gift, State, Warrant};
use access::{No, OfficeAct, work};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jiff::ToSpan;
use policy::rights::{Glass, WarrantSort};
use policy::{Act, Role};
use std::collections::BTreeMap;

use crate::answer::Answer;
use crate::form::{Fields, Wrong};
use crate::page::{Page, Place, html, role_name};
use crate::visit::Asking;
use crate::words::{Words, on};

/// How many warrants the page shows.
const SHOWN: u32 = 100;

/// `GET /rights`.
pub(crate) async fn page(asking: Asking) -> Answer {
    show(&asking, &Fields::default(), Wrong::default()).await
}

/// `POST /rights/proposals`: an act that needs two people is proposed.
pub(crate) async fn propose(asking: Asking, fields: Fields) -> Answer {
    let act = fields.chosen::<OfficeAct>("act");
    let done = match act {
        Ok(act) => warrant::propose(&asking.desk, act, fields.text("of"), fields.text("reason")).await.map(drop),
        Err(no) => Err(no),
    };
    settled(&asking, &fields, done).await
}

/// `POST /rights/emergencies`: rights beyond the role, at once.
pub(crate) async fn emergency(asking: Asking, fields: Fields) -> Answer {
    let done = warrant::break_glass(&asking.desk, fields.text("reason")).await.map(drop);
    settled(&asking, &fields, done).await
}

/// `POST /rights/gifts`: somebody is given a right for a work record.
pub(crate) async fn give(asking: Asking, fields: Fields) -> Answer {
    let done = match gift(&asking, &fields) {
        Ok(gift) => warrant::give(&asking.desk, gift).await.map(drop),
        Err(no) => Err(no),
    };
    settled(&asking, &fields, done).await
}

/// `POST /rights/windows`: somebody may work in a supervised place.
pub(crate) async fn supervise(asking: Asking, fields: Fields) -> Answer {
    let hours = fields.text("hours").parse().unwrap_or(0);
    let (login, place) = (fields.text("login"), fields.text("place"));
    let done = warrant::supervise(&asking.desk, login, place, hours, fields.text("reason")).await.map(drop);
    settled(&asking, &fields, done).await
}

/// `POST /rights/{id}/answers`: a second person says yes or no.
pub(crate) async fn answer(asking: Asking, Path(id): Path<String>, fields: Fields) -> Answer {
    let id: ActId = id.parse().map_err(|_| No::Missing)?;
    let said: Said = fields.text("answer").parse()?;
    warrant::answer(&asking.desk, id, said).await?;
    Ok(Redirect::to("/rights").into_response())
}

/// `POST /rights/{id}/endings`: a warrant ends before its time.
pub(crate) async fn end(asking: Asking, Path(id): Path<String>) -> Answer {
    let id: ActId = id.parse().map_err(|_| No::Missing)?;
    warrant::end(&asking.desk, id).await?;
    Ok(Redirect::to("/rights").into_response())
}

fn gift(asking: &Asking, fields: &Fields) -> Result<Gift, No> {
    let act = Act::find(fields.text("act")).into_iter().collect();
    let work: WorkId = fields.chosen("work")?;
    let ends_at = asking.desk.start_of(fields.day("until")?.saturating_add(1.day()));
    Ok(Gift {
        login: fields.text("login").to_owned(),
        acts: act,
        belongs: Belongs::Work(work),
        reason: fields.text("reason").to_owned(),
        ends_at,
    })
}

async fn settled(asking: &Asking, fields: &Fields, done: Result<(), No>) -> Answer {
    match done {
        Ok(()) => Ok(Redirect::to("/rights").into_response()),
        Err(No::Mistake(mistake)) => show(asking, fields, Wrong::new(&mistake, asking.words())).await,
        Err(no) => Err(no.into()),
    }
}

async fn show(asking: &Asking, fields: &Fields, wrong: Wrong) -> Answer {
    let w = asking.words();
    let desk = &asking.desk;
    let role = asking.session.actor.role;
    let accounts = actor::list(desk.office()).await?;
    let names: BTreeMap<ActorId, String> = accounts.iter().map(|a| (a.actor.id, a.actor.name.clone())).collect();
    let sees_all = desk.may(OfficeAct::SeeAccounts);
    let own = asking.session.actor.id;
    let all = warrant::list(desk.office(), SHOWN).await?;
    let theirs = |one: &&Warrant| sees_all || one.holder == own || warrant::may_answer(desk, one);
    let mut lines = Vec::new();
    for one in all.iter().filter(theirs) {
        lines.push(Line::new(asking, one, &names).await?);
    }
    let second = |act: &OfficeAct| desk.may(*act) && desk.rights().needs_second(*act);
    let gives = desk.may(OfficeAct::GiveRight);
    let now = desk.now();
    let works = if gives { work::list(desk.office(), None, 200).await? } else { Vec::new() };
    let status = if wrong.any().is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let logins = accounts.iter().filter(|a| a.revoked_at.is_none() && a.ends_at.is_none_or(|end| end > now));
    Ok(html(
        status,
        &RightsPage {
            page: asking.page(Place::Other, w.rights_title()).at("/rights"),
            rows: rows(asking),
            lines,
            proposable: OfficeAct::ALL.iter().filter(|a| second(a)).map(|a| (a.code(), a.text(w.0))).collect(),
            emergency: desk.rights().glass.as_ref().filter(|glass| glass.roles.contains(&role)).map(|glass| {
                let acts: Vec<&str> = glass.acts.iter().map(|act| act.text(w.0)).collect();
                w.rights_emergency_about(u32::from(glass.hours), u32::from(glass.approve_minutes), acts.join(w.comma()))
            }),
            places: if desk.may(OfficeAct::Supervise) {
                desk.rights().places.iter().map(|p| (p.id.clone(), p.label.get(w.0).to_owned())).collect()
            } else {
                Vec::new()
            },
            gives,
            givable: givable(asking),
            works: works
                .iter()
                .filter(|one| one.is_open(now))
                .map(|one| (one.id.to_string(), format!("{} {}", one.code, one.title)))
                .collect(),
            logins: logins.map(|a| (a.actor.login.clone(), a.actor.name.clone())).collect(),
            of: fields.text("of").to_owned(),
            reason: fields.text("reason").to_owned(),
            until: fields
                .some("until")
                .map_or_else(|| desk.today().saturating_add(7.days()).to_string(), str::to_owned),
            wrong,
        },
    ))
}

/// Acts that may be given beyond a role.
fn givable(asking: &Asking) -> Vec<(&'static str, &'static str)> {
    let rights = asking.desk.rights();
    let never = |act: &Act| Glass::NEVER.iter().any(|never| Act::Office(*never) == *act) || rights.needs_second(*act);
    Act::all().filter(|act| !never(act)).map(|act| (act.code(), act.text(asking.words().0))).collect()
}

/// What the policy says of each act.
fn rows(asking: &Asking) -> Vec<Row> {
    let w = asking.words();
    let named = |roles: &std::collections::BTreeSet<Role>| {
        roles.iter().map(|role| role_name(w, *role)).collect::<Vec<_>>().join(w.comma())
    };
    let row = |(act, right): (Act, &policy::rights::Right)| Row {
        act: act.text(w.0),
        roles: named(&right.roles),
        second: named(&right.second),
        fresh: right.fresh,
    };
    asking.desk.rights().all().map(row).collect()
}

/// What a warrant is, in a word.
pub(crate) fn sort_name(w: Words, sort: WarrantSort) -> &'static str {
    match sort {
        WarrantSort::Second => w.rights_sort_second(),
        WarrantSort::Glass => w.rights_sort_glass(),
        WarrantSort::Right => w.rights_sort_right(),
        WarrantSort::Window => w.rights_sort_window(),
    }
}

/// How a warrant stands, in a word.
fn state_name(w: Words, state: State) -> &'static str {
    match state {
        State::Waiting => w.rights_state_waiting(),
        State::Open => w.rights_state_open(),
        State::Refused => w.rights_state_refused(),
        State::Ended => w.rights_state_ended(),
    }
}

struct Row {
    act: &'static str,
    roles: String,
    second: String,
    fresh: bool,
}

struct Line {
    id: String,
    sort: &'static str,
    acts: String,
    of: String,
    holder: String,
    reason: String,
    until: String,
    state: &'static str,
    answer: Option<String>,
    entry: String,
    entry_href: String,
    may_answer: bool,
    may_end: bool,
    is_off: bool,
}

impl Line {
    async fn new(asking: &Asking, one: &Warrant, names: &BTreeMap<ActorId, String>) -> Result<Self, No> {
        let w = asking.words();
        let desk = &asking.desk;
        let name = |id: &ActorId| names.get(id).cloned().unwrap_or_default();
        let moment = |at| {
            let zoned = jiff::Timestamp::from_millisecond(at).unwrap_or_default().to_zoned(desk.zone().clone());
            zoned.strftime("%Y-%m-%d %H:%M").to_string()
        };
        let of = match one.of.strip_prefix("work:").and_then(|id| id.parse().ok()) {
            Some(id) => work::get(desk.office(), id).await?.map_or_else(String::new, |work| work.code),
            None => one.of.clone(),
        };
        let state = one.state(desk.now());
        let alive = matches!(state, State::Waiting | State::Open);
        let may_answer = one.asks(desk.now()) && warrant::may_answer(desk, one);
        let own = one.holder == asking.session.actor.id;
        Ok(Self {
            id: one.id.to_string(),
            sort: sort_name(w, one.sort),
            acts: one.acts.iter().map(|act| act.text(w.0)).collect::<Vec<_>>().join(w.comma()),
            of,
            holder: name(&one.holder),
            reason: one.reason.clone(),
            until: moment(one.ends_at.0),
            state: state_name(w, state),
            answer: one.answer.map(|(said, by, at)| {
                let day = w.day(on(at, desk.zone()));
                match said {
                    Said::Yes => w.rights_answered_yes(name(&by), day),
                    Said::No => w.rights_answered_no(name(&by), day),
                }
            }),
            entry: w.entry(one.entry),
            entry_href: format!("/records/{}", one.entry),
            may_answer,
            may_end: alive && (own || desk.may(OfficeAct::GiveRight)),
            is_off: !alive,
        })
    }
}

#[derive(Template)]
#[template(path = "rights.html")]
struct RightsPage {
    page: Page,
    rows: Vec<Row>,
    lines: Vec<Line>,
    proposable: Vec<(&'static str, &'static str)>,
    emergency: Option<String>,
    places: Vec<(String, String)>,
    gives: bool,
    givable: Vec<(&'static str, &'static str)>,
    works: Vec<(String, String)>,
    logins: Vec<(String, String)>,
    of: String,
    reason: String,
    until: String,
    wrong: Wrong,
}
