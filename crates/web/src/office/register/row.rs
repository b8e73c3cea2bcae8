//! One row of the handling ledger: its whole life.

use access::No;
use access::names::RowId;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use duties::register::{self, RegisterRow};
use policy::RowState;
use policy::register::{COLUMNS, Need};

use super::{Shown, is_due, may_change, review_day, state_name};
use crate::answer::Answer;
use crate::page::{Page, Place, ok};
use crate::visit::Asking;
use crate::words::on;

/// `GET /register/{row}`.
pub(crate) async fn page(asking: Asking, Path(id): Path<String>) -> Answer {
    let id: RowId = id.parse().map_err(|_| No::Missing)?;
    let w = asking.words();
    let desk = &asking.desk;
    let versions = register::versions(desk.office(), &id).await?;
    let row = versions.first().ok_or(No::Missing)?;
    let policy = desk.policy().ok();
    let mut groups: Vec<(&'static str, Vec<Told>)> = Vec::new();
    for column in COLUMNS.iter().filter(|column| column.id != "standing") {
        let shown = Shown::new(row, column, policy, w);
        let told = Told {
            label: column.label(w.0),
            lacking: shown.text.is_empty() && column.need == Need::Mandatory,
            text: shown.text,
            sure: shown.sure,
        };
        match groups.last_mut() {
            Some((label, list)) if *label == column.group.label(w.0) => list.push(told),
            _ => groups.push((column.group.label(w.0), vec![told])),
        }
    }
    let readers = readers(&asking, row);
    let review = review_day(row, desk.zone());
    let change = may_change(&asking);
    let held = row.state != RowState::Ended;
    Ok(ok(&RowPage {
        page: asking.page(Place::Register, row.name().to_owned()),
        href: format!("/register/{id}"),
        id: id.to_string(),
        name: row.name().to_owned(),
        state: state_name(w, row.state),
        state_class: row.state.code(),
        people: row.people,
        lacking: row.empty_columns().map(|c| c.label(w.0)).collect(),
        guesses: row.sheet.guesses().count(),
        review: w.day(review),
        review_due: held && is_due(review, desk.today()),
        readers,
        versions: versions
            .iter()
            .map(|v| Version {
                n: v.version,
                day: w.short_day(on(v.changed_at, desk.zone()), desk.today()),
                state: state_name(w, v.state),
                entry: w.entry(v.entry),
                href: format!("/records/{}", v.entry),
            })
            .collect(),
        groups,
        may_edit: change && held,
        may_approve: change && row.state == RowState::Draft,
        may_review: change && held,
        may_end: change && held,
    }))
}

/// Who may read what is held under the row: the roles its purposes are for.
fn readers(asking: &Asking, row: &RegisterRow) -> Vec<(String, String)> {
    let w = asking.words();
    let Ok(policy) = asking.desk.policy() else { return Vec::new() };
    row.purposes
        .iter()
        .filter_map(|id| policy.purpose(id))
        .map(|purpose| {
            let roles: Vec<&str> = purpose.roles.iter().map(|role| crate::page::role_name(w, *role)).collect();
            (purpose.label.get(w.0).to_owned(), roles.join(w.comma()))
        })
        .collect()
}

/// `POST /register/{row}/approvals`: a draft is approved.
pub(crate) async fn approve(asking: Asking, Path(id): Path<String>) -> Answer {
    let id: RowId = id.parse().map_err(|_| No::Missing)?;
    register::approve(&asking.desk, &id).await?;
    Ok(Redirect::to(&format!("/register/{id}")).into_response())
}

/// `POST /register/{row}/reviews`: a row is confirmed.
pub(crate) async fn review(asking: Asking, Path(id): Path<String>) -> Answer {
    let id: RowId = id.parse().map_err(|_| No::Missing)?;
    register::review(&asking.desk, &id).await?;
    Ok(Redirect::to(&format!("/register/{id}")).into_response())
}

/// `POST /register/{row}/endings`: a row ends.
pub(crate) async fn end(asking: Asking, Path(id): Path<String>) -> Answer {
    let id: RowId = id.parse().map_err(|_| No::Missing)?;
    register::end(&asking.desk, &id).await?;
    Ok(Redirect::to(&format!("/register/{id}")).into_response())
}

/// A column of the row.
struct Told {
    label: &'static str,
    text: String,
    sure: &'static str,
    lacking: bool,
}

struct Version {
    n: u32,
    day: String,
    state: &'static str,
    entry: String,
    href: String,
}

#[derive(Template)]
#[template(path = "register/row.html")]
struct RowPage {
    page: Page,
    href: String,
    id: String,
    name: String,
    state: &'static str,
    state_class: &'static str,
    people: u64,
    lacking: Vec<&'static str>,
    guesses: usize,
    review: String,
    review_due: bool,
    readers: Vec<(String, String)>,
    versions: Vec<Version>,
    groups: Vec<(&'static str, Vec<Told>)>,
    may_edit: bool,
    may_approve: bool,
    may_review: bool,
    may_end: bool,
}
