//! The handling ledger: its rows, read as they stand or stood, written against the version that was read.

use access::names::RowId;
use access::{Mistake, No};
use axum::extract::OriginalUri;
use axum::http::header::{ETAG, IF_MATCH, IF_NONE_MATCH, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use duties::register::{self, Cell, CellStanding, RegisterRow, Sheet};
use jiff::civil::Date;
use policy::register::COLUMNS;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

use super::asked::{Asked, Named, RowPath};
use super::caller::Caller;
use super::made::{Entered, Made};
use super::paging::{Page, Paging};
use super::problem::Answer;
use super::seen::{Seen, is_version, version_tag};
use super::sent::{Nothing, Sent};
use super::sort::Sort;
use super::spelled::{At, CellStandingCode, Cursor, Day, Prose, RowStateCode, Slug, Time};

/// A row of the handling ledger.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LedgerRow {
    /// Its id.
    #[schema(value_type = Slug, example = "r-041")]
    row: String,
    /// Its version, from 1. It is also the entity tag.
    version: u32,
    /// How it stands.
    #[schema(value_type = RowStateCode)]
    state: &'static str,
    /// The kind of people.
    #[schema(value_type = Slug)]
    kind: String,
    /// What for.
    #[schema(value_type = Vec<Slug>)]
    purposes: Vec<String>,
    /// Which elements.
    #[schema(value_type = Vec<Slug>)]
    elements: Vec<String>,
    /// The retention term.
    #[schema(value_type = Slug)]
    term: String,
    /// Who answers for it.
    manager: String,
    /// When it was last reviewed.
    #[schema(value_type = Time)]
    reviewed_at: At,
    /// When this version was made.
    #[schema(value_type = Time)]
    changed_at: At,
    /// The ledger entry of this version.
    entry: u64,
    /// The columns as they were written, by id.
    columns: BTreeMap<String, ColumnCell>,
}

/// A row of the handling ledger in a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LedgerRowSummary {
    /// Its id.
    #[schema(value_type = Slug, example = "r-041")]
    row: String,
    /// What it is called.
    name: String,
    /// Its version.
    version: u32,
    /// How it stands.
    #[schema(value_type = RowStateCode)]
    state: &'static str,
    /// The kind of people.
    #[schema(value_type = Slug)]
    kind: String,
    /// How many people are held under it.
    people: u64,
    /// Mandatory columns that are empty.
    empty_columns: Vec<&'static str>,
    /// When it was last reviewed.
    #[schema(value_type = Time)]
    reviewed_at: At,
}

/// One cell.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ColumnCell {
    /// What it says.
    #[serde(deserialize_with = "prose")]
    #[schema(max_length = 4000, pattern = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$")]
    text: String,
    /// How sure it is. A person who writes it confirms it.
    #[serde(default = "confirmed")]
    #[schema(value_type = CellStandingCode, required = false)]
    standing: CellStanding,
}

fn prose<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Prose::<4_000>::deserialize(from).map(|Prose(text)| text)
}

fn confirmed() -> CellStanding {
    CellStanding::Confirmed
}

impl From<RegisterRow> for LedgerRow {
    fn from(row: RegisterRow) -> Self {
        let cell = |cell: Cell| ColumnCell { text: cell.text, standing: cell.standing };
        Self {
            row: row.id.to_string(),
            version: row.version,
            state: row.state.code(),
            kind: row.kind.to_string(),
            purposes: row.purposes.iter().map(ToString::to_string).collect(),
            elements: row.elements.iter().map(ToString::to_string).collect(),
            term: row.term.to_string(),
            manager: row.manager,
            reviewed_at: At(row.reviewed_at),
            changed_at: At(row.changed_at),
            entry: row.entry,
            columns: row.sheet.0.into_iter().map(|(column, text)| (column, cell(text))).collect(),
        }
    }
}

impl LedgerRowSummary {
    fn new(row: &RegisterRow) -> Self {
        Self {
            row: row.id.to_string(),
            name: row.name().to_owned(),
            version: row.version,
            state: row.state.code(),
            kind: row.kind.to_string(),
            people: row.people,
            empty_columns: row.empty_columns().map(|column| column.id).collect(),
            reviewed_at: At(row.reviewed_at),
        }
    }
}

/// Which rows.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct RowsAsked {
    /// How many rows a page has; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the page before.
    #[param(value_type = Option<Cursor>)]
    after: Option<String>,
    /// As they stood at the end of this day; now, unless said.
    #[param(value_type = Option<Day>)]
    as_of: Option<Date>,
}

/// List the handling ledger
///
/// In the order of ids; ended rows are among them.
#[utoipa::path(
    get,
    path = "/api/v1/register/rows",
    operation_id = "listRows",
    tag = "register",
    params(RowsAsked),
    responses((status = 200, body = Page<LedgerRowSummary>, description = "A page of rows."))
)]
pub(crate) async fn list(
    caller: Caller,
    Asked(asked): Asked<RowsAsked>,
    OriginalUri(uri): OriginalUri,
) -> Answer<Response> {
    let paging = Paging::<RowId>::read(asked.limit, asked.after.as_deref())?;
    let end = asked.as_of.map(|day| access::names::Moment(caller.desk.start_of(day.tomorrow().unwrap_or(day)).0 - 1));
    let rows = register::list(caller.desk.office(), end).await?;
    let rest = rows.iter().filter(|row| paging.after.as_ref().is_none_or(|after| row.id > *after));
    let most = usize::try_from(paging.and_one()).unwrap_or(usize::MAX);
    let items = rest.take(most).map(LedgerRowSummary::new).collect();
    Ok(paging.page(items, |row: &LedgerRowSummary| row.row.clone(), &uri))
}

/// Read a row of the handling ledger
///
/// The entity tag is its version: send it as `If-Match` when writing the row.
#[utoipa::path(
    get,
    path = "/api/v1/register/rows/{row}",
    operation_id = "showRow",
    tag = "register",
    params(RowPath),
    responses((
        status = 200,
        body = LedgerRow,
        description = "The row as it stands.",
        headers(("ETag" = String, description = "The version."))
    ))
)]
pub(crate) async fn show(caller: Caller, Named(id): Named<RowId>) -> Answer<Seen<LedgerRow>> {
    let row = register::get(caller.desk.office(), &id).await?.ok_or(No::Missing)?;
    let version = row.version;
    Ok(Seen::version(row.into(), version))
}

/// What a row says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RowWritten {
    /// The columns by id. A column left out is empty.
    #[schema(example = json!({"kinds": {"text": "applicant"}, "manager": {"text": "HR"}}))]
    columns: BTreeMap<String, ColumnCell>,
}

/// Write a row of the handling ledger
///
/// A new row (`If-None-Match: *`) is a draft until it is approved; an existing one is written against the version that was
/// read (`If-Match`). Nobody overwrites what they have not seen.
#[utoipa::path(
    put,
    path = "/api/v1/register/rows/{row}",
    operation_id = "putRow",
    tag = "register",
    params(
        RowPath,
        ("If-Match" = Option<String>, Header, description = "The entity tag of the version that was read."),
        ("If-None-Match" = Option<String>, Header, description = "`*` for a new row.")
    ),
    request_body = RowWritten,
    responses(
        (status = 200, body = LedgerRow, description = "The new version.", headers(("ETag" = String, description = "The version."))),
        (status = 201, body = LedgerRow, description = "The new row.", headers(("ETag" = String, description = "The version.")))
    )
)]
pub(crate) async fn put(
    caller: Caller,
    Named(id): Named<RowId>,
    headers: HeaderMap,
    Sent(written): Sent<RowWritten>,
) -> Answer<Response> {
    let known = register::get(caller.desk.office(), &id).await?.map(|row| row.version);
    let fits = match (headers.get(IF_MATCH), headers.get(IF_NONE_MATCH), known) {
        (Some(tags), None, Some(version)) => is_version(tags, version),
        (Some(_), None, None) => false,
        (None, Some(star), known) if star == "*" => known.is_none(),
        _ => return Err(Sort::Unconditional.into()),
    };
    if !fits {
        return Err(Sort::Stale.into());
    }
    let mut sheet = Sheet::default();
    for (column, cell) in written.columns {
        if !COLUMNS.iter().any(|known| known.id == column) {
            return Err(no_column().into());
        }
        sheet.set(column, cell.text, cell.standing);
    }
    let (row, _) = match register::put_over(&caller.desk, id, known, sheet).await {
        // Somebody wrote it between the reading here and the commit.
        Err(No::Mistake(mistake)) if mistake.field == "version" => return Err(Sort::Stale.into()),
        other => other?,
    };
    let tag = HeaderValue::from_str(&version_tag(row.version)).ok();
    let place = format!("/api/v1/register/rows/{}", row.id);
    let status = if known.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    let mut response = (status, axum::Json(LedgerRow::from(row))).into_response();
    let headers = response.headers_mut();
    if let Some(tag) = tag {
        headers.insert(ETAG, tag);
    }
    if let (StatusCode::CREATED, Ok(place)) = (status, HeaderValue::from_str(&place)) {
        headers.insert(LOCATION, place);
    }
    Ok(response)
}

/// What stands where the name of a column should may be anything, and is not repeated.
fn no_column() -> Mistake {
    let known: Vec<&str> = COLUMNS.iter().map(|column| column.id).collect();
    let known = known.join(", ");
    Mistake::new(
        "columns",
        format!("台帳にない列があります。使えるのは次の列です: {known}"),
        format!("There is a column in it that the ledger does not have. It has: {known}"),
        format!("Có cột không có trong sổ. Các cột của sổ: {known}"),
    )
}

/// Approve a draft
///
/// From now on information may be held under it.
#[utoipa::path(
    post,
    path = "/api/v1/register/rows/{row}/approvals",
    operation_id = "approveRow",
    tag = "register",
    params(RowPath),
    request_body(content = Nothing, description = "Nothing, or `{}`."),
    responses((status = 200, body = Entered, description = "Approved."))
)]
pub(crate) async fn approve(caller: Caller, Named(id): Named<RowId>, _: Nothing) -> Answer<Made<Entered>> {
    Ok(Made::done(Entered::new(register::approve(&caller.desk, &id).await?)))
}

/// Confirm that a row is still right
#[utoipa::path(
    post,
    path = "/api/v1/register/rows/{row}/reviews",
    operation_id = "reviewRow",
    tag = "register",
    params(RowPath),
    request_body(content = Nothing, description = "Nothing, or `{}`."),
    responses((status = 200, body = Entered, description = "Reviewed."))
)]
pub(crate) async fn review(caller: Caller, Named(id): Named<RowId>, _: Nothing) -> Answer<Made<Entered>> {
    Ok(Made::done(Entered::new(register::review(&caller.desk, &id).await?)))
}

/// End a row
///
/// Nothing more is used under it, and what it held falls due by its term.
#[utoipa::path(
    post,
    path = "/api/v1/register/rows/{row}/endings",
    operation_id = "endRow",
    tag = "register",
    params(RowPath),
    request_body(content = Nothing, description = "Nothing, or `{}`."),
    responses((status = 200, body = Entered, description = "Ended."))
)]
pub(crate) async fn end(caller: Caller, Named(id): Named<RowId>, _: Nothing) -> Answer<Made<Entered>> {
    Ok(Made::done(Entered::new(register::end(&caller.desk, &id).await?)))
}
