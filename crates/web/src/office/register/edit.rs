//! Writing a row: every column in its group.

use access::No;
use access::names::RowId;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use duties::register::{self, CellStanding, Sheet};
use policy::register::{COLUMNS, Column, Need};
use policy::{Policy, RowState};

use super::may_change;
use crate::answer::Answer;
use crate::form::{Fields, Wrong};
use crate::page::{Page, Place, html};
use crate::visit::Asking;
use crate::words::Words;

/// `GET /register/new`: the form of a new row.
pub(crate) async fn new(asking: Asking) -> Answer {
    if !may_change(&asking) {
        return Err(No::Missing.into());
    }
    form(&asking, None, String::new(), &Written::default(), Wrong::default())
}

/// `POST /register`: a row is written for the first time.
pub(crate) async fn create(asking: Asking, fields: Fields) -> Answer {
    let written = Written::read(&fields, &Sheet::default());
    let id: RowId = match fields.text("id").parse() {
        Ok(id) => id,
        Err(_) => return form(&asking, None, fields.text("id").to_owned(), &written, bad_id(asking.words())),
    };
    if register::get(asking.desk.office(), &id).await?.is_some() {
        return form(&asking, None, id.to_string(), &written, taken(asking.words()));
    }
    match register::put_over(&asking.desk, id.clone(), None, written.0.clone()).await {
        Ok((row, _)) => Ok(Redirect::to(&format!("/register/{}", row.id)).into_response()),
        Err(No::Mistake(mistake)) => {
            form(&asking, None, id.to_string(), &written, Wrong::new(&mistake, asking.words()))
        }
        Err(no) => Err(no.into()),
    }
}

/// `GET /register/{row}/edit`: the form of a row that is there.
pub(crate) async fn page(asking: Asking, Path(id): Path<String>) -> Answer {
    let id: RowId = id.parse().map_err(|_| No::Missing)?;
    let row = register::get(asking.desk.office(), &id).await?.ok_or(No::Missing)?;
    if !may_change(&asking) || row.state == RowState::Ended {
        return Err(No::Missing.into());
    }
    let mut sheet = row.sheet.clone();
    // The columns that rules depend on are offered as choices; what they meant when they were written is what is chosen.
    let lines = |names: Vec<&str>| names.join("\n");
    for (column, text) in [
        ("kinds", row.kind.to_string()),
        ("purpose", lines(row.purposes.iter().map(|p| p.as_str()).collect())),
        ("elements", lines(row.elements.iter().map(|e| e.as_str()).collect())),
        ("keep-until", row.term.to_string()),
    ] {
        let standing = sheet.0.get(column).map(|cell| cell.standing).unwrap_or_default();
        sheet.set(column, text, standing);
    }
    form(&asking, Some((&id, row.version)), row.name().to_owned(), &Written(sheet), Wrong::default())
}

/// `POST /register/{row}`: the next version of a row.
pub(crate) async fn put(asking: Asking, Path(id): Path<String>, fields: Fields) -> Answer {
    let id: RowId = id.parse().map_err(|_| No::Missing)?;
    let row = register::get(asking.desk.office(), &id).await?.ok_or(No::Missing)?;
    let written = Written::read(&fields, &row.sheet);
    let read = fields.maybe::<u32>("version");
    match register::put_over(&asking.desk, id.clone(), read, written.0.clone()).await {
        Ok(_) => Ok(Redirect::to(&format!("/register/{id}")).into_response()),
        Err(No::Mistake(mistake)) => {
            let over = (&id, read.unwrap_or_default());
            form(&asking, Some(over), row.name().to_owned(), &written, Wrong::new(&mistake, asking.words()))
        }
        Err(no) => Err(no.into()),
    }
}

/// The columns as they were typed.
#[derive(Default)]
struct Written(Sheet);

impl Written {
    /// What the form says, over what was there: a text somebody typed is confirmed, a guess left alone stays a guess unless
    /// its box was ticked.
    fn read(fields: &Fields, before: &Sheet) -> Self {
        let mut sheet = before.clone();
        for column in editable() {
            let name = format!("c.{}", column.id);
            let text = fields.all(&name).collect::<Vec<_>>().join("\n");
            let known = before.0.get(column.id);
            let is_guess = known.is_some_and(|cell| cell.standing != CellStanding::Confirmed);
            let same = known.is_some_and(|cell| cell.text.trim() == text) || choice(column.id).is_some();
            let standing = match known {
                Some(cell) if is_guess && same && !fields.has("sure", column.id) => cell.standing,
                _ => CellStanding::Confirmed,
            };
            sheet.set(column.id, text, standing);
        }
        Self(sheet)
    }
}

/// The columns people write; the program writes the others.
fn editable() -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().filter(|column| !matches!(column.id, "standing" | "reviewed" | "approved"))
}

/// How a column that rules depend on is offered.
fn choice(column: &str) -> Option<&'static str> {
    match column {
        "kinds" | "keep-until" => Some("one"),
        "purpose" | "elements" => Some("many"),
        _ => None,
    }
}

fn bad_id(w: Words) -> Wrong {
    Wrong::new(
        &access::Mistake::new(
            "id",
            "英小文字と数字を「.」か「-」でつないで64文字以内で書いてください（例 hr.applicants）。",
            "Use a-z and 0-9, joined by . or -, at most 64 characters, such as hr.applicants.",
            "Dùng a-z và 0-9, nối bằng . hoặc -, tối đa 64 ký tự, ví dụ hr.applicants.",
        ),
        w,
    )
}

fn taken(w: Words) -> Wrong {
    Wrong::new(
        &access::Mistake::new(
            "id",
            "このIDの行はすでにあります。",
            "There is a row of this id already.",
            "Đã có dòng mang mã này.",
        ),
        w,
    )
}

fn form(asking: &Asking, over: Option<(&RowId, u32)>, name: String, written: &Written, wrong: Wrong) -> Answer {
    let w = asking.words();
    let policy = asking.desk.policy()?;
    let mut groups: Vec<(&'static str, Vec<Input>)> = Vec::new();
    for column in editable() {
        let input = Input::new(column, &written.0, policy, w, &wrong);
        match groups.last_mut() {
            Some((label, list)) if *label == column.group.label(w.0) => list.push(input),
            _ => groups.push((column.group.label(w.0), vec![input])),
        }
    }
    let status = if wrong.any().is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let columns: Vec<&str> = editable().map(|c| c.id).chain(["id"]).collect();
    let beside = wrong.beside(&columns).map(str::to_owned);
    let (action, here, title) = match over {
        Some((id, _)) => (format!("/register/{id}"), format!("/register/{id}/edit"), w.register_edit()),
        None => ("/register".to_owned(), "/register/new".to_owned(), w.register_new()),
    };
    let page = asking.page(Place::Register, title).at(here);
    let id_wrong = wrong.with("id").map(str::to_owned);
    Ok(html(
        status,
        &EditPage { page, title, action, version: over.map(|(_, version)| version), name, id_wrong, beside, groups },
    ))
}

/// A column as something to fill in.
struct Input {
    id: &'static str,
    label: &'static str,
    need: &'static str,
    text: String,
    long: bool,
    guess: bool,
    /// What can be chosen: value, label, chosen.
    one: Vec<(String, String, bool)>,
    many: Vec<(String, String, bool)>,
    wrong: Option<String>,
}

impl Input {
    fn new(column: &'static Column, sheet: &Sheet, policy: &Policy, w: Words, wrong: &Wrong) -> Self {
        let text = sheet.text(column.id).to_owned();
        let chosen = |id: &str| text.lines().any(|line| line.trim() == id);
        let options: Vec<(String, String, bool)> = match column.id {
            "kinds" => policy
                .kinds()
                .iter()
                .map(|k| (k.id.to_string(), k.label.get(w.0).to_owned(), chosen(k.id.as_str())))
                .collect(),
            "keep-until" => policy
                .terms()
                .iter()
                .map(|t| (t.id.to_string(), t.label.get(w.0).to_owned(), chosen(t.id.as_str())))
                .collect(),
            "purpose" => policy
                .purposes()
                .iter()
                .map(|p| (p.id.to_string(), p.label.get(w.0).to_owned(), chosen(p.id.as_str())))
                .collect(),
            "elements" => policy
                .elements()
                .iter()
                .map(|e| (e.id.to_string(), e.label.get(w.0).to_owned(), chosen(e.id.as_str())))
                .collect(),
            _ => Vec::new(),
        };
        let (one, many) = if choice(column.id) == Some("many") { (Vec::new(), options) } else { (options, Vec::new()) };
        let guess =
            sheet.0.get(column.id).is_some_and(|cell| cell.standing != CellStanding::Confirmed) && !text.is_empty();
        Self {
            id: column.id,
            label: column.label(w.0),
            need: match column.need {
                Need::Mandatory => w.register_mandatory(),
                Need::Desirable => w.register_desirable(),
                Need::Ours => "",
            },
            long: text.chars().count() > 40 || text.contains('\n'),
            guess,
            one,
            many,
            wrong: wrong.with(column.id).map(str::to_owned),
            text,
        }
    }
}

#[derive(Template)]
#[template(path = "register/edit.html")]
struct EditPage {
    page: Page,
    title: &'static str,
    action: String,
    /// The version that is written over; none for a new row.
    version: Option<u32>,
    name: String,
    id_wrong: Option<String>,
    beside: Option<String>,
    groups: Vec<(&'static str, Vec<Input>)>,
}
