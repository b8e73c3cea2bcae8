//! The handling ledger (個人情報管理台帳): every row, every column, as a company keeps it.

pub(crate) mod edit;
pub(crate) mod file;
pub(crate) mod row;

use askama::Template;
use duties::register::{self, CellStanding, RegisterRow};
use jiff::ToSpan;
use jiff::civil::Date;
use policy::normal::fold::key;
use policy::register::{COLUMNS, Column, Group};
use policy::{Policy, RowState};

use crate::answer::Answer;
use crate::form::{Asked, Fields};
use crate::page::{Page, Place, ok};
use crate::visit::{Asking, encoded};
use crate::words::{Words, on};

/// A row is reviewed at least every so many months (JIS Q 15001 A.3.3.1).
const REVIEW_MONTHS: i32 = 12;
/// A review that falls due within so many days is shown.
const REVIEW_AHEAD_DAYS: i32 = 30;

/// `GET /register`: the rows, with saved views and the categories in the address.
pub(crate) async fn list(asking: Asking, Asked(asked): Asked) -> Answer {
    show(&asking, &asked, "").await
}

/// `POST /register/searches`: the rows that hold some words. What people type stands in no address.
pub(crate) async fn search(asking: Asking, fields: Fields) -> Answer {
    show(&asking, &fields, fields.text("q")).await
}

async fn show(asking: &Asking, asked: &Fields, q: &str) -> Answer {
    let w = asking.words();
    let desk = &asking.desk;
    let rows = register::list(desk.office(), None).await?;
    let today = desk.today();
    let view = View::read(asked.text("view"));
    let kind = asked.some("kind").unwrap_or_default().to_owned();
    let words: Vec<String> = q.split_whitespace().map(key).filter(|word| !word.is_empty()).collect();
    let policy = desk.policy().ok();
    let counts = View::ALL.map(|view| rows.iter().filter(|row| view.shows(row, today, desk.zone())).count());
    let views = View::ALL
        .iter()
        .zip(counts)
        .map(|(one, count)| {
            (one.label(w), format!("/register?view={}", one.code()), count, *one == view && kind.is_empty())
        })
        .collect();
    let kinds = policy.map_or(Vec::new(), |policy| {
        policy
            .kinds()
            .iter()
            .filter_map(|k| {
                let count = rows.iter().filter(|row| row.kind == k.id && row.state != RowState::Ended).count();
                let href = format!("/register?kind={}", k.id);
                (count > 0).then(|| (k.label.get(w.0).to_owned(), href, count, kind == k.id.as_str()))
            })
            .collect()
    });
    let mut lines: Vec<Line> = rows
        .iter()
        .filter(|row| view.shows(row, today, desk.zone()) && (kind.is_empty() || row.kind.as_str() == kind))
        .map(|row| Line::new(row, policy, w, review_day(row, desk.zone()), today))
        .filter(|line| line.holds(&words))
        .collect();
    lines.sort_by(|a, b| a.order().cmp(&b.order()));
    let here = if kind.is_empty() {
        format!("/register?view={}", view.code())
    } else {
        format!("/register?kind={}", encoded(&kind))
    };
    Ok(ok(&RegisterPage {
        page: asking.page(Place::Register, w.register_title()).at(here),
        views,
        kinds,
        view: view.code(),
        kind,
        q: q.to_owned(),
        groups: groups(w),
        columns: shown_columns().map(|c| c.label(w.0)).collect(),
        people: lines.iter().map(|line| line.people).sum(),
        lines,
        may_change: may_change(asking),
    }))
}

/// Whose page shows the buttons. The policy decides again when one is pressed.
pub(crate) fn may_change(asking: &Asking) -> bool {
    asking.desk.may(access::OfficeAct::ChangeRegister)
}

/// A saved view of the register.
#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    All,
    Due,
    Draft,
    Guesses,
    Ended,
}

impl View {
    const ALL: [Self; 5] = [Self::All, Self::Due, Self::Draft, Self::Guesses, Self::Ended];

    fn read(code: &str) -> Self {
        Self::ALL.into_iter().find(|view| view.code() == code).unwrap_or(Self::All)
    }

    fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Due => "due",
            Self::Draft => "draft",
            Self::Guesses => "guesses",
            Self::Ended => "ended",
        }
    }

    fn label(self, w: Words) -> &'static str {
        match self {
            Self::All => w.register_view_all(),
            Self::Due => w.register_view_due(),
            Self::Draft => w.register_view_draft(),
            Self::Guesses => w.register_view_guesses(),
            Self::Ended => w.register_view_ended(),
        }
    }

    fn shows(self, row: &RegisterRow, today: Date, zone: &jiff::tz::TimeZone) -> bool {
        let held = row.state != RowState::Ended;
        match self {
            Self::All => held,
            Self::Due => held && is_due(review_day(row, zone), today),
            Self::Draft => row.state == RowState::Draft,
            Self::Guesses => held && row.sheet.guesses().next().is_some(),
            Self::Ended => !held,
        }
    }
}

/// The last day for the next review of a row.
pub(crate) fn review_day(row: &RegisterRow, zone: &jiff::tz::TimeZone) -> Date {
    on(row.reviewed_at, zone).saturating_add(REVIEW_MONTHS.months())
}

/// Whether a review is due now or soon.
pub(crate) fn is_due(day: Date, today: Date) -> bool {
    day <= today.saturating_add(REVIEW_AHEAD_DAYS.days())
}

/// The columns besides the two that stand still on the left, in order.
fn shown_columns() -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().filter(|column| !matches!(column.id, "no" | "name" | "standing"))
}

/// The groups of those columns with how many each spans.
fn groups(w: Words) -> Vec<(&'static str, usize)> {
    let mut groups: Vec<(Group, usize)> = Vec::new();
    for column in shown_columns() {
        match groups.last_mut() {
            Some((group, span)) if *group == column.group => *span += 1,
            _ => groups.push((column.group, 1)),
        }
    }
    groups.into_iter().map(|(group, span)| (group.label(w.0), span)).collect()
}

/// A row as a line of the table.
struct Line {
    href: String,
    no: String,
    name: String,
    state: RowState,
    people: u64,
    review: String,
    review_due: bool,
    cells: Vec<Shown>,
    /// Everything the line says, folded, for the filter.
    text: String,
}

impl Line {
    fn new(row: &RegisterRow, policy: Option<&Policy>, w: Words, review: Date, today: Date) -> Self {
        let cells: Vec<Shown> = shown_columns().map(|column| Shown::new(row, column, policy, w)).collect();
        let no = match row.sheet.text("no") {
            "" => row.id.to_string(),
            no => no.to_owned(),
        };
        let mut text = key(&format!("{no} {} {}", row.name(), row.id));
        for cell in &cells {
            text.push('\n');
            text.push_str(&key(&cell.text));
        }
        Self {
            href: format!("/register/{}", row.id),
            no,
            name: row.name().to_owned(),
            state: row.state,
            people: row.people,
            review: w.day(review),
            review_due: row.state != RowState::Ended && is_due(review, today),
            cells,
            text,
        }
    }

    /// Numbers in order of what they count, then everything else.
    fn order(&self) -> (u64, &str) {
        (self.no.parse().unwrap_or(u64::MAX), &self.no)
    }

    fn holds(&self, words: &[String]) -> bool {
        words.iter().all(|word| self.text.contains(word.as_str()))
    }
}

/// What a cell shows, and how sure it is.
pub(crate) struct Shown {
    pub(crate) text: String,
    /// The class of a guess: empty when it is confirmed.
    pub(crate) sure: &'static str,
}

impl Shown {
    /// A column of a row, with the names of the policy in the reader's language.
    pub(crate) fn new(row: &RegisterRow, column: &Column, policy: Option<&Policy>, w: Words) -> Self {
        let cell = row.sheet.0.get(column.id);
        let written = row.sheet.text(column.id).to_owned();
        let named = policy.and_then(|policy| named(row, column.id, policy, w));
        let counted = (column.id == "count" && written.is_empty() && row.people > 0).then(|| w.number(row.people));
        let text = named.or(counted).unwrap_or(written);
        let sure = match cell.map(|cell| cell.standing) {
            _ if text.is_empty() => "",
            Some(CellStanding::Inferred) => "guess",
            Some(CellStanding::Unconfirmed) => "open-q",
            _ => "",
        };
        Self { text, sure }
    }
}

/// The columns that name things of the policy, in the reader's language.
fn named(row: &RegisterRow, column: &str, policy: &Policy, w: Words) -> Option<String> {
    let label =
        |texts: Option<&policy::Texts>, id: &str| texts.map_or_else(|| id.to_owned(), |t| t.get(w.0).to_owned());
    match column {
        "kinds" => Some(label(policy.kind(&row.kind).map(|k| &k.label), row.kind.as_str())),
        "purpose" => {
            let labels: Vec<_> =
                row.purposes.iter().map(|id| label(policy.purpose(id).map(|p| &p.label), id.as_str())).collect();
            Some(labels.join("\n"))
        }
        "elements" => {
            let labels: Vec<_> =
                row.elements.iter().map(|id| label(policy.element(id).map(|e| &e.label), id.as_str())).collect();
            Some(labels.join(w.comma()))
        }
        "keep-until" => Some(label(policy.term(&row.term).map(|t| &t.label), row.term.as_str())),
        _ => None,
    }
}

/// What a row's state is called.
pub(crate) fn state_name(w: Words, state: RowState) -> &'static str {
    match state {
        RowState::Active => w.register_state_active(),
        RowState::Draft => w.register_state_draft(),
        RowState::Ended => w.register_state_ended(),
    }
}

#[derive(Template)]
#[template(path = "register/list.html")]
struct RegisterPage {
    page: Page,
    views: Vec<(&'static str, String, usize, bool)>,
    kinds: Vec<(String, String, usize, bool)>,
    view: &'static str,
    kind: String,
    q: String,
    groups: Vec<(&'static str, usize)>,
    columns: Vec<&'static str>,
    lines: Vec<Line>,
    people: u64,
    may_change: bool,
}
