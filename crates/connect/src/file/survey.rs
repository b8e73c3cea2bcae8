//! One pass through a table: its heading, the number of its rows, and a sample spread over all of it.

use super::Source;
use super::body::{Body, Kind, Skipped};
use super::cell::{Cell, Row};
use super::head::{self, Head, LOOK_ROWS};
use super::unreadable::Unreadable;
use super::workbook::Region;

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
    pub(super) sample: Vec<Row>,
}

impl Survey {
    pub(super) fn of(mut source: Source, also: &[String]) -> Result<Self, Unreadable> {
        let mut first: Vec<Row> = Vec::new();
        let mut blank = 0_u64;
        let mut sample = Sample::default();
        // Merged cells are listed behind the rows of a sheet, so the heading is found a second time at the end.
        let mut provisional: Option<Body> = None;
        let (mut rows, mut skipped) = (0_u64, Skipped::default());
        for row in source.by_ref() {
            let row = row?;
            if first.len() < LOOK_ROWS {
                if row.is_blank() {
                    blank += 1;
                } else {
                    first.push(clipped(&row));
                    sample.add(&row);
                }
                continue;
            }
            let body = provisional.get_or_insert_with(|| Body::under(&head::find(&first, &[], also), &first));
            match body.kind(&row) {
                Kind::Data => {
                    rows += 1;
                    sample.add(&row);
                }
                kind => skipped.count(kind, row.line),
            }
        }
        let regions = source.regions().to_vec();
        let head = head::find(&first, &regions, also);
        let body = Body::under(&head, &first);
        for row in &first {
            match body.kind(row) {
                Kind::Data => rows += 1,
                kind => skipped.count(kind, row.line),
            }
        }
        skipped.blank += blank;
        for lines in [&mut skipped.totals, &mut skipped.repeated, &mut skipped.remarks] {
            lines.sort_unstable();
        }
        let sample = sample.rows.into_iter().filter(|row| body.kind(row) == Kind::Data).collect();
        Ok(Self { head, body, regions, rows, skipped, sample })
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
    Row { line: row.line, cells: cells.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_small_and_spread_over_the_file() {
        let mut sample = Sample::default();
        for line in 1..=100_000 {
            sample.add(&Row { line, cells: Vec::new() });
        }
        assert!((SAMPLE_ROWS / 2..=SAMPLE_ROWS).contains(&sample.rows.len()));
        assert_eq!(sample.rows.first().map(|row| row.line), Some(1));
        assert!(sample.rows.last().is_some_and(|row| row.line > 99_000));
    }

    #[test]
    fn a_huge_cell_is_cut_in_the_sample() {
        let row = Row { line: 1, cells: vec![Cell::Text("あ".repeat(100_000)); 40] };
        let held: usize = clipped(&row).cells.iter().map(|cell| cell.text().len()).sum();
        assert!(held <= ROW_BYTES);
    }
}
