//! Work records: who works, for which purpose, about which rows or people, from when until when.

pub(crate) mod sheet;

use access::names::{ActorId, PersonId, PurposeId, RowId, WorkId};
use access::work::{self, NewWork, Scope, Work};
use access::{Desk, Mistake, No, actor};
use axum::extract::{FromRequest, OriginalUri, Request};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

use super::asked::{Asked, Named, WorkPath};
use super::caller::Caller;
use super::made::{Entered, Made, Once};
use super::paging::{Page, Paging};
use super::problem::{Answer, Halt};
use super::seen::{Seen, Unkept};
use super::sent::{Nothing, Sent, media, whole};
use super::spelled::{At, Cursor, Id, Line, Slug, Time, TimeOrDay};

/// A work record.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkRecord {
    /// Its id, as entries cite it.
    #[schema(value_type = Id)]
    work: WorkId,
    /// The number the company gives it.
    #[schema(example = "W-2026-0041")]
    code: String,
    /// What the work is.
    title: String,
    /// The notified purpose.
    #[schema(value_type = Slug)]
    purpose: String,
    /// From when.
    #[schema(value_type = Time)]
    starts_at: At,
    /// Until when.
    #[schema(value_type = Time)]
    ends_at: At,
    /// When it was closed early.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>, nullable = false)]
    closed_at: Option<At>,
    /// Whether something may be opened under it now.
    open: bool,
    /// The ledger entry that opened it.
    entry: u64,
}

impl WorkRecord {
    pub(crate) fn new(work: Work, desk: &Desk) -> Self {
        let open = work.is_open(desk.now());
        Self {
            work: work.id,
            code: work.code,
            title: work.title,
            purpose: work.purpose.to_string(),
            starts_at: At(work.starts_at),
            ends_at: At(work.ends_at),
            closed_at: work.closed_at.map(At),
            open,
            entry: work.entry,
        }
    }
}

/// A work record, with who works and what it is about.
#[derive(Serialize, ToSchema)]
pub(crate) struct WorkInFull {
    /// The record.
    #[serde(flatten)]
    record: WorkRecord,
    /// Who works, by login.
    logins: Vec<String>,
    /// The rows of the handling ledger it is about.
    #[schema(value_type = Vec<Slug>)]
    rows: Vec<String>,
    /// How many people it names. Who they are is not told here.
    people: usize,
    /// Whether it is about everybody the purpose allows.
    everybody: bool,
}

/// Which records.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WorkAsked {
    /// How many records a page has; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the page before.
    #[param(value_type = Option<Cursor>)]
    after: Option<String>,
}

/// List work records
///
/// Newest first.
#[utoipa::path(
    get,
    path = "/api/v1/work",
    operation_id = "listWork",
    tag = "work",
    params(WorkAsked),
    responses((status = 200, body = Page<WorkRecord>, description = "A page of records."))
)]
pub(crate) async fn list(
    caller: Caller,
    Asked(asked): Asked<WorkAsked>,
    OriginalUri(uri): OriginalUri,
) -> Answer<Response> {
    let paging = Paging::<WorkId>::read(asked.limit, asked.after.as_deref())?;
    let works = work::list(caller.desk.office(), paging.after, paging.and_one()).await?;
    let items = works.into_iter().map(|one| WorkRecord::new(one, &caller.desk)).collect();
    Ok(paging.page(items, |one: &WorkRecord| one.work.to_string(), &uri))
}

/// Read a work record
#[utoipa::path(
    get,
    path = "/api/v1/work/{work}",
    operation_id = "showWork",
    tag = "work",
    params(WorkPath),
    responses((status = 200, body = WorkInFull, description = "The record."))
)]
pub(crate) async fn show(caller: Caller, Named(id): Named<WorkId>) -> Answer<Unkept<WorkInFull>> {
    let office = caller.desk.office();
    let one = work::get(office, id).await?.ok_or(No::Missing)?;
    let accounts = actor::list(office).await?;
    let logins: BTreeMap<ActorId, String> = accounts.into_iter().map(|a| (a.actor.id, a.actor.login)).collect();
    let actors = work::actors(office, id).await?;
    let rows = work::rows(office, id).await?;
    Ok(Unkept(Seen::new(WorkInFull {
        logins: actors.iter().filter_map(|actor| logins.get(actor).cloned()).collect(),
        rows: rows.iter().map(ToString::to_string).collect(),
        people: work::people(office, id).await?.len(),
        everybody: one.every_row,
        record: WorkRecord::new(one, &caller.desk),
    })))
}

/// A work record to open. It is about rows, about people, or about everybody the purpose allows: exactly one of the three.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkToOpen {
    /// The number the company gives it: unique.
    #[schema(value_type = String, min_length = 1, max_length = 40, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$", example = "W-2026-0041")]
    code: Line<40>,
    /// What the work is, for colleagues. No personal data.
    #[schema(value_type = String, min_length = 1, max_length = 200, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$", example = "Mid-career recruiting")]
    title: Line<200>,
    /// The notified purpose it serves.
    #[schema(value_type = Slug)]
    purpose: PurposeId,
    /// Who works on it, by login.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 200)]
    logins: Vec<Line<40>>,
    /// The rows of the handling ledger it is about.
    #[schema(value_type = Option<Vec<Slug>>, max_items = 1000)]
    rows: Option<Vec<RowId>>,
    /// The people it is about.
    #[schema(value_type = Option<Vec<Id>>, max_items = 1000)]
    people: Option<Vec<PersonId>>,
    /// Whether it is about everybody the purpose allows.
    #[serde(default)]
    everybody: bool,
    /// From when.
    from: TimeOrDay,
    /// Until when; a day is included.
    until: TimeOrDay,
}

impl WorkToOpen {
    fn read(self, desk: &Desk) -> Result<NewWork, No> {
        let scope = match (self.rows, self.people, self.everybody) {
            (Some(mut rows), None, false) => {
                rows.sort();
                rows.dedup();
                Scope::Rows(rows)
            }
            (None, Some(mut people), false) => {
                people.sort();
                people.dedup();
                Scope::People(people)
            }
            (None, None, true) => Scope::Everybody,
            _ => return Err(one_scope().into()),
        };
        let mut logins: Vec<String> = self.logins.into_iter().map(|Line(login)| login).collect();
        logins.sort();
        logins.dedup();
        Ok(NewWork {
            code: self.code.0,
            title: self.title.0,
            purpose: self.purpose,
            logins,
            scope,
            starts_at: self.from.start(desk),
            ends_at: self.until.end(desk),
        })
    }
}

fn one_scope() -> Mistake {
    Mistake::new(
        "scope",
        "rows・people・everybody のうち一つだけを書いてください。",
        "Send exactly one of rows, people and everybody.",
        "Chỉ gửi một trong rows, people và everybody.",
    )
}

/// A work record that was opened.
#[derive(Serialize, ToSchema)]
pub(crate) struct WorkOpened {
    /// Its id.
    #[schema(value_type = Id)]
    work: WorkId,
    /// The ledger entry.
    entry: u64,
    /// Whether this answers a request that was answered before.
    replayed: bool,
}

impl Once for WorkOpened {
    fn again(&mut self) {
        self.replayed = true;
    }
}

/// One record as JSON, or many as a sheet.
pub(crate) enum Opening {
    One(Box<WorkToOpen>),
    Many(Vec<u8>),
}

impl<S: Send + Sync> FromRequest<S> for Opening {
    type Rejection = Halt;

    async fn from_request(request: Request, state: &S) -> Result<Self, Halt> {
        let (essence, charset) = media(request.headers());
        if essence == "text/csv" && matches!(charset.as_deref(), None | Some("utf-8")) {
            return Ok(Self::Many(whole(request.into_body()).await?.to_vec()));
        }
        let Sent(one) = Sent::from_request(request, state).await?;
        Ok(Self::One(Box::new(one)))
    }
}

/// Open work records
///
/// One as JSON, or up to 500 as CSV in UTF-8 whose head names `code`, `title`, `purpose`, `logins`, `from`, `until` and one of
/// `rows`, `people`, `everybody`; several logins, rows or people in a cell stand apart by spaces. Lines that cannot be taken are
/// reported; the others are opened, each with an entry of its own.
#[utoipa::path(
    post,
    path = "/api/v1/work",
    operation_id = "openWork",
    tag = "work",
    request_body(content(
        (WorkToOpen = "application/json"),
        (String = "text/csv", example = "code,title,purpose,logins,rows,from,until\nW-2026-0041,Mid-career recruiting,hr.recruit,lan,r-041,2026-06-01,2026-08-31\n")
    )),
    responses(
        (status = 201, body = WorkOpened, description = "The record was opened."),
        (status = 200, body = sheet::WorkSheet, description = "What became of each line of the CSV.")
    )
)]
pub(crate) async fn open(caller: Caller, opening: Opening) -> Answer<Response> {
    match opening {
        Opening::One(one) => {
            let (work, entry) = work::open(&caller.desk, one.read(&caller.desk)?).await?;
            let made = WorkOpened { work, entry, replayed: false };
            Ok(Made::at(format!("/api/v1/work/{work}"), made).into_response())
        }
        Opening::Many(csv) => Ok(sheet::open(&caller, &csv).await?.into_response()),
    }
}

/// Close a work record
///
/// Before its end: nothing more can be opened under it.
#[utoipa::path(
    post,
    path = "/api/v1/work/{work}/closings",
    operation_id = "closeWork",
    tag = "work",
    params(WorkPath),
    request_body(content = Nothing, description = "Nothing, or `{}`."),
    responses((status = 200, body = Entered, description = "Closed."))
)]
pub(crate) async fn close(caller: Caller, Named(id): Named<WorkId>, _: Nothing) -> Answer<Made<Entered>> {
    Ok(Made::done(Entered::new(work::close(&caller.desk, id).await?)))
}
