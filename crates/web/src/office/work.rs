//! Work records: what people work on, and therefore what they may open.

use access::names::{Moment, PersonId, PurposeId, RowId, WorkId};
use access::work::{self, NewWork, Scope, Work};
use access::{No, actor};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use duties::register;
use jiff::ToSpan;
use policy::{Role, RowState};
use std::collections::BTreeMap;

use crate::answer::Answer;
use crate::form::{Asked, Fields, Wrong};
use crate::page::{Page, Place, clause_href, html, ok};
use crate::visit::Asking;
use crate::words::{Words, on};

/// How many work records a page lists.
const PAGE: u32 = 50;

/// `GET /work`: the records, newest first.
pub(crate) async fn list(asking: Asking, Asked(asked): Asked) -> Answer {
    let w = asking.words();
    let mine = asked.text("view") != "all";
    let before = asked.maybe("before");
    let works =
        if mine { work::mine(&asking.desk).await? } else { work::list(asking.desk.office(), before, PAGE).await? };
    let older = (!mine && works.len() >= PAGE as usize)
        .then(|| works.last().map(|last| format!("/work?view=all&before={}", last.id)))
        .flatten();
    let names = names(&asking).await?;
    let lines = works.iter().map(|one| Line::new(&asking, one, &names)).collect();
    let may_open = may_open(&asking);
    Ok(ok(&WorksPage { page: asking.page(Place::Work, w.door_work()), lines, mine, older, may_open }))
}

/// `GET /work/{work}`: one record.
pub(crate) async fn page(asking: Asking, Path(id): Path<String>) -> Answer {
    let w = asking.words();
    let id: WorkId = id.parse().map_err(|_| No::Missing)?;
    let office = asking.desk.office();
    let one = work::get(office, id).await?.ok_or(No::Missing)?;
    let names = names(&asking).await?;
    let line = Line::new(&asking, &one, &names);
    let known: BTreeMap<RowId, String> =
        register::list(office, None).await?.into_iter().map(|row| (row.id.clone(), row.name().to_owned())).collect();
    let label = |row: RowId| (row.to_string(), known.get(&row).cloned().unwrap_or_default());
    let rows = work::rows(office, id).await?.into_iter().map(label).collect();
    let people = work::people(office, id).await?.len();
    let actors = work::actors(office, id).await?;
    let is_mine = actors.contains(&asking.session.actor.id);
    let who = actors.iter().map(|actor| names.get(actor).cloned().unwrap_or_default()).collect();
    let open = one.is_open(asking.desk.now());
    let may_close = may_open(&asking) && one.closed_at.is_none() && one.ends_at > asking.desk.now();
    let purpose =
        asking.desk.policy().ok().and_then(|p| p.purpose(&one.purpose)).map(|p| clause_href(p.clause.as_str()));
    let page = asking.page(Place::Work, format!("{} {}", one.code, one.title));
    let entry = (w.entry(one.entry), format!("/records/{}", one.entry));
    Ok(ok(&WorkPage {
        id: id.to_string(),
        page,
        line,
        rows,
        people,
        everybody: one.every_row,
        who,
        open,
        is_mine,
        may_close,
        purpose,
        entry,
    }))
}

/// `GET /work/new`: the form of a new record.
pub(crate) async fn new(asking: Asking, Asked(asked): Asked) -> Answer {
    form(&asking, asked, Wrong::default()).await
}

/// `POST /work`: a record is opened.
pub(crate) async fn open(asking: Asking, fields: Fields) -> Answer {
    let opened = match read(&asking, &fields) {
        Ok(new) => work::open(&asking.desk, new).await,
        Err(no) => Err(no),
    };
    match opened {
        Ok((id, _)) => {
            if fields.has("logins", &asking.session.actor.login) {
                asking.work_on(Some(id)).await?;
            }
            Ok(Redirect::to(&format!("/work/{id}")).into_response())
        }
        Err(No::Mistake(mistake)) => form(&asking, fields, Wrong::new(&mistake, asking.words())).await,
        Err(no) => Err(no.into()),
    }
}

/// `POST /work/{work}/endings`: a record ends before its day.
pub(crate) async fn close(asking: Asking, Path(id): Path<String>) -> Answer {
    let id: WorkId = id.parse().map_err(|_| No::Missing)?;
    work::close(&asking.desk, id).await?;
    Ok(Redirect::to(&format!("/work/{id}")).into_response())
}

/// Whose page shows the button. The policy decides again when it is pressed.
fn may_open(asking: &Asking) -> bool {
    asking.desk.may(access::OfficeAct::OpenWork)
}

fn read(asking: &Asking, fields: &Fields) -> Result<NewWork, No> {
    let (from, until) = (fields.day("from")?, fields.day("until")?);
    let scope = match fields.text("scope") {
        "everybody" => Scope::Everybody,
        "people" => Scope::People(fields.chosen_all::<PersonId>("person")?),
        _ => Scope::Rows(fields.chosen_all::<RowId>("row")?),
    };
    Ok(NewWork {
        code: fields.text("code").to_owned(),
        title: fields.text("title").to_owned(),
        purpose: fields.chosen::<PurposeId>("purpose")?,
        logins: fields.all("logins").map(str::to_owned).collect(),
        scope,
        starts_at: asking.desk.start_of(from).max(if from == asking.desk.today() {
            asking.desk.now()
        } else {
            Moment(0)
        }),
        ends_at: asking.desk.start_of(until.saturating_add(1.day())),
    })
}

async fn form(asking: &Asking, fields: Fields, wrong: Wrong) -> Answer {
    let w = asking.words();
    let policy = asking.desk.policy()?;
    let role = asking.session.actor.role;
    let purposes = policy
        .purposes()
        .iter()
        .filter(|p| p.roles.contains(&role) || role == Role::Officer)
        .map(|p| (p.id.to_string(), p.label.get(w.0).to_owned(), fields.has("purpose", p.id.as_str())))
        .collect();
    let first = fields.0.is_empty() || fields.some("code").is_none() && wrong.any().is_none();
    let own = asking.session.actor.login.clone();
    let now = asking.desk.now();
    let colleagues = actor::list(asking.desk.office())
        .await?
        .into_iter()
        .filter(|a| {
            a.revoked_at.is_none() && a.ends_at.is_none_or(|end| end > now) && a.actor.role != Role::Administrator
        })
        .map(|a| {
            let ticked = fields.has("logins", &a.actor.login) || first && a.actor.login == own;
            (a.actor.login, a.actor.name, ticked)
        })
        .collect();
    let rows = register::list(asking.desk.office(), None)
        .await?
        .into_iter()
        .filter(|row| row.state == RowState::Active)
        .map(|row| (row.id.to_string(), row.name().to_owned(), fields.has("row", row.id.as_str())))
        .collect();
    let people: Vec<String> =
        fields.chosen_all::<PersonId>("person").unwrap_or_default().iter().map(ToString::to_string).collect();
    let scope = match fields.text("scope") {
        "" if !people.is_empty() => "people",
        "" => "rows",
        known => known,
    }
    .to_owned();
    let today = asking.desk.today();
    let text = |name: &str, otherwise: String| fields.some(name).map_or(otherwise, str::to_owned);
    let (from, until) = (text("from", today.to_string()), text("until", today.saturating_add(30.days()).to_string()));
    let status = if wrong.any().is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = asking.page(Place::Work, w.work_new()).at("/work/new");
    let (code, title) = (fields.text("code").to_owned(), fields.text("title").to_owned());
    Ok(html(status, &NewWorkPage { page, purposes, colleagues, rows, people, scope, from, until, code, title, wrong }))
}

/// The names of colleagues by their ids.
pub(crate) async fn names(asking: &Asking) -> Result<BTreeMap<access::names::ActorId, String>, No> {
    let accounts = actor::list(asking.desk.office()).await?;
    Ok(accounts.into_iter().map(|a| (a.actor.id, a.actor.name)).collect())
}

/// A work record as a line of a list.
pub(crate) struct Line {
    pub(crate) href: String,
    pub(crate) code: String,
    pub(crate) title: String,
    pub(crate) purpose: String,
    pub(crate) owner: String,
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) state: &'static str,
    pub(crate) is_open: bool,
}

impl Line {
    fn new(asking: &Asking, one: &Work, names: &BTreeMap<access::names::ActorId, String>) -> Self {
        let w = asking.words();
        let now = asking.desk.now();
        let state = if one.closed_at.is_some_and(|at| at <= now) {
            w.work_state_closed()
        } else if one.ends_at <= now {
            w.work_state_ended()
        } else if one.starts_at > now {
            w.work_state_later()
        } else {
            w.work_state_open()
        };
        Self {
            href: format!("/work/{}", one.id),
            code: one.code.clone(),
            title: one.title.clone(),
            purpose: purpose_label(asking, &one.purpose),
            owner: names.get(&one.owner).cloned().unwrap_or_default(),
            from: w.day(on(one.starts_at, asking.desk.zone())),
            until: last_day(w, one.ends_at, asking),
            state,
            is_open: one.is_open(now),
        }
    }
}

/// The last day of something that ends at a moment.
pub(crate) fn last_day(w: Words, ends_at: Moment, asking: &Asking) -> String {
    w.day(on(Moment(ends_at.0.saturating_sub(1)), asking.desk.zone()))
}

/// What a purpose is called, in the policy in force.
pub(crate) fn purpose_label(asking: &Asking, id: &PurposeId) -> String {
    let known = asking.desk.policy().ok().and_then(|p| p.purpose(id));
    known.map_or_else(|| id.to_string(), |p| p.label.get(asking.words().0).to_owned())
}

#[derive(Template)]
#[template(path = "work/list.html")]
struct WorksPage {
    page: Page,
    lines: Vec<Line>,
    mine: bool,
    older: Option<String>,
    may_open: bool,
}

#[derive(Template)]
#[template(path = "work/one.html")]
struct WorkPage {
    id: String,
    page: Page,
    line: Line,
    rows: Vec<(String, String)>,
    people: usize,
    everybody: bool,
    who: Vec<String>,
    open: bool,
    is_mine: bool,
    may_close: bool,
    purpose: Option<String>,
    entry: (String, String),
}

#[derive(Template)]
#[template(path = "work/new.html")]
struct NewWorkPage {
    page: Page,
    purposes: Vec<(String, String, bool)>,
    colleagues: Vec<(String, String, bool)>,
    rows: Vec<(String, String, bool)>,
    people: Vec<String>,
    scope: String,
    from: String,
    until: String,
    code: String,
    title: String,
    wrong: Wrong,
}
