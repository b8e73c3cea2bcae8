//! One pass through a table: its heading, the number of its rows, and a sample spread over all of it.

use super::body::{Body, Kind, Lines, Skipped};
use super::cell::{Cell, Row};
use super::head::{self, Head, LOOK_ROWS};
use super::unreadable::Unreadable;
use super::workbook::Region;
use super::{Shown, Source};
use crate::columns::words;

/// The most rows of a sample.
pub(super) const SAMPLE_ROWS: usize = 400;

/// The most bytes a row of the sample keeps, and the most of one cell.
const ROW_BYTES: usize = 64 << 10;
const CELL_BYTES: usize = 4 << 10;

/// What one pass found.
pub(super) struct Survey {
    pub(super) head: Head,
    pub(super) body: Body,
    pub(super) regions: Vec<Region>,
    pub(super) rows: u64,
    pub(super) skipped: Skipped,
    /// Rows of data that the spreadsheet hides.
    pub(super) hidden: Lines,
    /// Columns that the spreadsheet hides.
    pub(super) hidden_columns: Vec<usize>,
    pub(super) sample: Vec<Row>,
}

impl Survey {
    pub(super) fn of(mut source: Source, also: &[String], shown: Shown) -> Result<Self, Unreadable> {
        let mut first: Vec<Row> = Vec::new();
        let mut sample = Sample::default();
        // Merged cells are listed behind the rows of a sheet, so the heading is found a second time at the end.
        let mut provisional: Option<Body> = None;
        let mut tally = Tally::default();
        let mut blank = Skipped::default();
        for row in source.by_ref() {
            let row = row?;
            if first.len() < LOOK_ROWS {
                if row.is_blank() {
                    blank.count(Kind::Blank, row.line);
                } else {
                    first.push(clipped(&row));
                    sample.add(&row);
                }
                continue;
            }
            let body = provisional.get_or_insert_with(|| Body::under(&head::find(&first, &[], also), &first));
            if tally.count(shown.kind(body, &row), &row) {
                sample.add(&row);
            }
        }
        let regions = source.regions().to_vec();
        let head = head::find(&first, &regions, also);
        let body = Body::under(&head, &first);
        let mut early = Tally::default();
        for row in &first {
            early.count(shown.kind(&body, row), row);
        }
        tally.put_before(early);
        blank.blank.only_after(head.lines.last().copied().unwrap_or(0));
        tally.skipped.put_before(blank);
        let Tally { rows, skipped, hidden } = tally;
        let sample = sample.rows.into_iter().filter(|row| shown.kind(&body, row) == Kind::Data).collect();
        let hidden_columns = source.hidden_columns().to_vec();
        Ok(Self { head, body, regions, rows, skipped, hidden, hidden_columns, sample })
    }

    /// Whether what was found is a form of one person: its headings stand one under the other in one column.
    pub(super) fn is_form(&self) -> bool {
        let rows: Vec<&Row> = self.sample.iter().take(LOOK_ROWS).collect();
        let is_heading = |row: &&Row, column: usize| match row.cell(column) {
            Cell::Text(text) => words::concept(text).is_some_and(|concept| concept.shape.is_some()),
            _ => false,
        };
        self.rows < 40
            && (0..self.head.headings.len().min(4)).any(|column| {
                let headings = rows.iter().filter(|row| is_heading(row, column)).count();
                headings >= 3 && headings * 2 >= rows.len()
            })
    }
}

/// Rows of data and rows that are none, as they are counted.
#[derive(Default)]
struct Tally {
    rows: u64,
    skipped: Skipped,
    hidden: Lines,
}

impl Tally {
    /// Counts the row; whether it is one of data.
    fn count(&mut self, kind: Kind, row: &Row) -> bool {
        if kind != Kind::Data {
            self.skipped.count(kind, row.line);
            return false;
        }
        self.rows += 1;
        if row.hidden {
            self.hidden.add(row.line);
        }
        true
    }

    fn put_before(&mut self, earlier: Self) {
        self.rows += earlier.rows;
        self.skipped.put_before(earlier.skipped);
        self.hidden.put_before(earlier.hidden);
    }
}

/// Every n-th row, n doubling whenever there are too many: spread evenly, the same for the same file.
#[derive(Default)]
struct Sample {
    rows: Vec<Row>,
    seen: u64,
    shift: u32,
}

impl Sample {
    fn add(&mut self, row: &Row) {
        let every = 1_u64 << self.shift.min(63);
        if self.seen.is_multiple_of(every) {
            self.rows.push(clipped(row));
        }
        self.seen += 1;
        if self.rows.len() > SAMPLE_ROWS {
            let mut keep = false;
            self.rows.retain(|_| {
                keep = !keep;
                keep
            });
            self.shift += 1;
        }
    }
}

/// The row with no more bytes than a sample may hold.
fn clipped(row: &Row) -> Row {
    let mut left = ROW_BYTES;
    let cells = row.cells.iter().map(|cell| match cell {
        Cell::Text(text) => {
            let end = (0..=CELL_BYTES.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
            let kept = text.get(..end).unwrap_or("");
            match left.checked_sub(kept.len()) {
                Some(rest) => {
                    left = rest;
                    Cell::Text(kept.to_owned())
                }
                None => Cell::Empty,
            }
        }
        other => other.clone(),
    });
    Row { line: row.line, cells: cells.collect(), hidden: row.hidden, merged: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_small_and_spread_over_the_file() {
        let mut sample = Sample::default();
        for line in 1..=100_000 {
            sample.add(&Row { line, cells: Vec::new(), hidden: false, merged: Vec::new() });
        }
        assert!((SAMPLE_ROWS / 2..=SAMPLE_ROWS).contains(&sample.rows.len()));
        assert_eq!(sample.rows.first().map(|row| row.line), Some(1));
        assert!(sample.rows.last().is_some_and(|row| row.line > 99_000));
    }

    #[test]
    fn a_huge_cell_is_cut_in_the_sample() {
        let row =
            Row { line: 1, cells: vec![Cell::Text("あ".repeat(100_000)); 40], hidden: false, merged: Vec::new() };
        let held: usize = clipped(&row).cells.iter().map(|cell| cell.text().len()).sum();
        assert!(held <= ROW_BYTES);
    }
}
