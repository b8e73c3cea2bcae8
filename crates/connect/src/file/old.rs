//! XLS, the workbook format of before 2007. It is read as a whole: it holds at most 65,536 rows.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Range, Reader, SheetVisible, Xls, XlsError};
use policy::normal::date;

use super::cell::{COLUMNS_READ, Cell, CellFault, Row};
use super::origin::Origin;
use super::unreadable::{Trouble, Unreadable};
use super::workbook::Region;

/// The largest file read; honest ones are far smaller.
const BYTES_MAX: u64 = 64 << 20;

/// A workbook of the old format with all its sheets.
pub(crate) struct OldWorkbook {
    book: Xls<Cursor<Vec<u8>>>,
}

impl OldWorkbook {
    pub(crate) fn open(origin: &Origin) -> Result<Self, Unreadable> {
        let mut bytes = Vec::new();
        origin.reader()?.take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > BYTES_MAX {
            return Err(Unreadable::whole(Trouble::Size));
        }
        let is_locked = holds_utf16(&bytes, "EncryptedPackage");
        // The parser is not ours and the format is old: whatever it does to a broken file must stay an answer.
        let opened = catch_unwind(AssertUnwindSafe(|| Xls::new(Cursor::new(bytes))));
        match opened {
            Ok(Ok(book)) => Ok(Self { book }),
            Ok(Err(XlsError::Password)) => Err(Unreadable::whole(Trouble::Password)),
            _ if is_locked => Err(Unreadable::whole(Trouble::Password)),
            _ => Err(Unreadable::whole(Trouble::Damaged)),
        }
    }

    /// The names of the sheets and whether they are shown.
    pub(crate) fn sheets(&self) -> Vec<(String, bool)> {
        let listed = self.book.sheets_metadata().iter();
        listed.map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible)).collect()
    }

    /// The rows of a sheet.
    pub(crate) fn rows(&mut self, sheet: &str) -> Result<OldRows, Unreadable> {
        let range = catch_unwind(AssertUnwindSafe(|| self.book.worksheet_range(sheet)));
        let range = range.ok().and_then(Result::ok).ok_or(Unreadable::whole(Trouble::Sheet))?;
        let regions = self.book.merge_cells_by_sheet_name(sheet).unwrap_or_default().into_iter().map(|region| Region {
            first_line: u64::from(region.start.0) + 1,
            last_line: u64::from(region.end.0) + 1,
            first_column: region.start.1 as usize,
            last_column: region.end.1 as usize,
        });
        Ok(OldRows { regions: regions.collect(), range, next: 0 })
    }
}

/// The rows of a sheet of an old workbook.
pub(crate) struct OldRows {
    range: Range<Data>,
    regions: Vec<Region>,
    next: usize,
}

impl OldRows {
    pub(crate) fn regions(&self) -> &[Region] {
        &self.regions
    }
}

impl Iterator for OldRows {
    type Item = Result<Row, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        let (first_line, first_column) = self.range.start()?;
        if self.next >= self.range.height() {
            return None;
        }
        let before = std::iter::repeat_n(Cell::Empty, (first_column as usize).min(COLUMNS_READ));
        let read = (0..self.range.width()).map(|column| self.range.get((self.next, column)).map_or(Cell::Empty, cell));
        let mut cells: Vec<Cell> = before.chain(read).take(COLUMNS_READ).collect();
        let filled = cells.iter().rposition(|cell| *cell != Cell::Empty).map_or(0, |last| last + 1);
        cells.truncate(filled);
        let line = u64::from(first_line) + 1 + self.next as u64;
        self.next += 1;
        Some(Ok(Row { line, cells, hidden: false, merged: Vec::new() }))
    }
}

fn cell(data: &Data) -> Cell {
    match data {
        Data::Empty => Cell::Empty,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) if text.is_empty() => Cell::Empty,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Cell::Text(text.clone()),
        Data::Float(value) => Cell::Number { value: *value, digits: 0 },
        #[expect(
            clippy::cast_precision_loss,
            reason = "cells hold 64-bit floats; integers are a parser's reading of them"
        )]
        Data::Int(value) => Cell::Number { value: *value as f64, digits: 0 },
        Data::Bool(flag) => Cell::Text(if *flag { "TRUE" } else { "FALSE" }.to_owned()),
        Data::DateTime(moment) => match date::of_serial(moment.as_f64(), false) {
            Ok(day) if moment.is_datetime() => Cell::Day(day.to_string()),
            _ => Cell::Number { value: moment.as_f64(), digits: 0 },
        },
        Data::Error(_) => Cell::Fault(CellFault::Error),
    }
}

fn holds_utf16(bytes: &[u8], word: &str) -> bool {
    let needle: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(needle.len()).any(|window| window == needle)
}
