//! The handling ledger (個人情報管理台帳) as companies keep it in a spreadsheet, read column by column.

use policy::Language;
use policy::normal::fold;
use policy::register::{self, COLUMNS};

use crate::columns::{Standing, words};
use crate::file::{Cell, Choice, Heading, Lines, Origin, Rows, Skipped, Table, Unreadable, open};
use crate::people::Why;

/// A column of the spreadsheet and the column of the ledger it is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterColumn {
    /// Where it is and what it is called.
    pub heading: Heading,
    /// The column of the ledger; nothing when it is not taken over.
    pub column: Option<&'static register::Column>,
    /// How sure that is.
    pub standing: Standing,
}

/// One row of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterRow {
    /// The line of the file, or the row of the sheet.
    pub line: u64,
    /// Its cells that hold something, in the order of the spreadsheet.
    pub cells: Vec<RegisterCell>,
    /// Its cells that cannot be read, and why.
    pub faults: Vec<(&'static register::Column, Why)>,
}

/// One cell of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterCell {
    /// The letters of its column in the spreadsheet.
    pub letters: String,
    /// The column of the ledger.
    pub column: &'static register::Column,
    /// What stands there.
    pub text: String,
    /// How sure its author was: by the row's own standing, by marks of doubt, and by how sure the column is.
    pub standing: Standing,
}

/// Opens a spreadsheet that holds a handling ledger; of several sheets the one with its headings.
///
/// # Errors
/// [`Unreadable`]: why it is no table that can be read.
pub fn open_register(origin: &Origin, sheet: Option<String>) -> Result<Table, Unreadable> {
    let headings = COLUMNS.iter().flat_map(headings_of).map(str::to_owned).collect();
    open(origin, &Choice { sheet, headings, ..Choice::default() })
}

/// What the columns of the table are taken for. No column of the ledger is given to two.
#[must_use]
pub fn columns(table: &Table) -> Vec<RegisterColumn> {
    let mut taken: Vec<&str> = Vec::new();
    let headings: Vec<&Heading> =
        table.headings().iter().filter(|heading| !heading.text.is_empty() && !heading.reached).collect();
    let mut found: Vec<Option<(&'static register::Column, Standing)>> = vec![None; headings.len()];
    for standing in [Standing::Confirmed, Standing::Inferred] {
        for (heading, place) in headings.iter().zip(&mut found).filter(|(_, place)| place.is_none()) {
            let column = match standing {
                Standing::Confirmed => known(&heading.text),
                _ => near(&heading.text),
            };
            if let Some(column) = column.filter(|column| !taken.contains(&column.id)) {
                taken.push(column.id);
                *place = Some((column, standing));
            }
        }
    }
    let pairs = headings.into_iter().zip(found);
    pairs
        .map(|(heading, found)| RegisterColumn {
            heading: heading.clone(),
            column: found.map(|(column, _)| column),
            standing: found.map_or(Standing::Unconfirmed, |(_, standing)| standing),
        })
        .collect()
}

/// The rows of the ledger.
///
/// # Errors
/// [`Unreadable`] when the file cannot be opened again.
pub fn rows(table: &Table, columns: &[RegisterColumn]) -> Result<RegisterRows, Unreadable> {
    Ok(RegisterRows { rows: table.rows()?, columns: columns.to_vec(), blank: Lines::default() })
}

/// The rows of a ledger, in the order of the file.
pub struct RegisterRows {
    rows: Rows,
    columns: Vec<RegisterColumn>,
    blank: Lines,
}

impl RegisterRows {
    /// Rows that were left out so far.
    #[must_use]
    pub fn skipped(&self) -> Skipped {
        let mut skipped = self.rows.skipped().clone();
        skipped.blank.put_before(self.blank.clone());
        skipped
    }
}

impl Iterator for RegisterRows {
    type Item = Result<RegisterRow, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let row = match self.rows.next()? {
                Ok(row) => row,
                Err(unreadable) => return Some(Err(unreadable)),
            };
            let mut cells: Vec<RegisterCell> = Vec::new();
            let mut faults = Vec::new();
            for column in &self.columns {
                if let (Cell::Fault(fault), Some(of)) = (row.cell(column.heading.at), column.column) {
                    faults.push((of, Why::of_cell(*fault)));
                }
                let text = row.cell(column.heading.at).text().trim().to_owned();
                if let Some(of) = column.column.filter(|_| !text.is_empty()) {
                    let standing = column.standing.max(doubt(&text));
                    cells.push(RegisterCell { letters: column.heading.letters.clone(), column: of, text, standing });
                }
            }
            // Ledgers are numbered in advance: a row with a number and nothing else is still empty.
            if faults.is_empty() && cells.iter().all(|cell| cell.column.id == "no") {
                self.blank.add(row.line);
                continue;
            }
            let of_row =
                cells.iter().find(|cell| cell.column.id == "standing").and_then(|cell| standing_named(&cell.text));
            for cell in &mut cells {
                cell.standing = cell.standing.max(of_row.unwrap_or(Standing::Confirmed));
            }
            return Some(Ok(RegisterRow { line: row.line, cells, faults }));
        }
    }
}

fn headings_of(column: &'static register::Column) -> impl Iterator<Item = &'static str> {
    Language::ALL.iter().map(|language| column.label(*language)).chain(column.headers.iter().copied())
}

/// The column of the ledger a heading is a known name of.
fn known(heading: &str) -> Option<&'static register::Column> {
    // Fullest form first: 本人の種類 is that, and not a polite 種類.
    words::forms(heading)
        .iter()
        .find_map(|form| COLUMNS.iter().find(|column| headings_of(column).any(|known| words::key(known) == *form)))
}

/// The column of the ledger whose longest name stands in the heading.
fn near(heading: &str) -> Option<&'static register::Column> {
    let key = words::key(heading);
    let named = COLUMNS.iter().flat_map(|column| headings_of(column).map(move |known| (words::key(known), column)));
    let within = named.filter(|(known, _)| known.chars().count() >= 2 && key.contains(known.as_str()));
    within.max_by_key(|(known, _)| known.len()).map(|(_, column)| column)
}

/// Marks by which people say that they do not know.
fn doubt(text: &str) -> Standing {
    let folded = fold::fold(text);
    let unsure = ["要確認", "未確認", "未定", "確認中", "tbd", "chưa xác nhận", "cần xác nhận"]
        .iter()
        .any(|mark| folded.contains(mark));
    if unsure || folded.ends_with('?') {
        Standing::Unconfirmed
    } else if folded.contains("(推定)") || folded.contains("(仮)") {
        Standing::Inferred
    } else {
        Standing::Confirmed
    }
}

fn standing_named(text: &str) -> Option<Standing> {
    let key = fold::key(text);
    Standing::ALL.iter().copied().find(|standing| {
        key == standing.code() || Language::ALL.iter().any(|language| key == fold::key(standing.told(*language)))
    })
}
