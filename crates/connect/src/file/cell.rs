//! One row as it stands in the file, and where each of its cells is.

use std::fmt;

/// What a cell holds. Never printed: it is somebody's data.
#[derive(Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text as written.
    Text(String),
    /// A number of a spreadsheet, shown with at least `digits` digits before the point.
    Number {
        /// The number.
        value: f64,
        /// Leading zeros the cell's format asks for; 0 when it asks for none.
        digits: u8,
    },
    /// A day of a spreadsheet, as ISO 8601.
    Day(String),
    /// A spreadsheet's error, or a formula whose result was not stored.
    Fault(CellFault),
}

/// Why a cell of a spreadsheet has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellFault {
    /// `#N/A`, `#REF!` and the like.
    Error,
    /// A formula that was never calculated.
    Uncalculated,
    /// Bytes that are no text in the file's encoding.
    Encoding,
}

impl Cell {
    /// The text of the cell; empty for an empty cell or a fault.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Empty | Self::Fault(_) => String::new(),
            Self::Text(text) | Self::Day(text) => text.clone(),
            Self::Number { value, digits } => number_text(*value, *digits),
        }
    }

    /// The text of the cell, taken out of it.
    #[must_use]
    pub fn into_text(self) -> String {
        match self {
            Self::Text(text) | Self::Day(text) => text,
            other => other.text(),
        }
    }

    /// Whether there is nothing but white space.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) | Self::Day(text) => is_blank(text),
            Self::Number { .. } | Self::Fault(_) => false,
        }
    }
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Empty",
            Self::Text(_) => "Text(..)",
            Self::Number { .. } => "Number(..)",
            Self::Day(_) => "Day(..)",
            Self::Fault(_) => "Fault(..)",
        })
    }
}

/// One row: its line in the file (from 1) and its cells from the first column on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The line of a text file where the row begins, or the row number of a sheet.
    pub line: u64,
    /// The cells; a row may be shorter than the heading.
    pub cells: Vec<Cell>,
    /// Whether the spreadsheet hides the row, by hand or by a filter.
    pub hidden: bool,
    /// Columns whose cell is merged with the row above and has its value from there.
    pub merged: Vec<usize>,
}

impl Row {
    /// Whether no cell holds anything.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_blank)
    }

    /// The cell of this column, counted from 0.
    #[must_use]
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }
}

/// The letters by which a spreadsheet calls a column: 0 is `A`, 26 is `AA`.
#[must_use]
pub fn letters(column: usize) -> String {
    let mut name = Vec::new();
    let mut rest = column;
    loop {
        name.push(char::from(b'A'.saturating_add(u8::try_from(rest % 26).unwrap_or(0))));
        match (rest / 26).checked_sub(1) {
            Some(next) => rest = next,
            None => break,
        }
    }
    name.iter().rev().collect()
}

/// The column these letters call, counted from 0; nothing beyond `XFD`, the last one a spreadsheet has.
#[must_use]
pub fn column_of(letters: &str) -> Option<usize> {
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let mut column = 0_usize;
    for letter in letters.chars() {
        let digit = letter.to_ascii_uppercase();
        if !digit.is_ascii_uppercase() {
            return None;
        }
        column = column * 26 + (u32::from(digit) - u32::from('A')) as usize + 1;
    }
    column.checked_sub(1).filter(|column| *column < COLUMNS_MAX)
}

/// The columns a spreadsheet can have.
pub(crate) const COLUMNS_MAX: usize = 16_384;

/// The columns that are read; no list of people has more, and a row may not grow without end.
pub(crate) const COLUMNS_READ: usize = 1_024;

pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|letter| letter.is_whitespace() || matches!(letter, '\u{FEFF}' | '\u{200B}'))
}

fn number_text(value: f64, digits: u8) -> String {
    let text = format!("{value}");
    let (sign, body) = text.strip_prefix('-').map_or(("", text.as_str()), |body| ("-", body));
    let whole = body.split('.').next().unwrap_or(body).len();
    let missing = usize::from(digits).saturating_sub(whole);
    format!("{sign}{}{body}", "0".repeat(missing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_called_as_spreadsheets_call_them() {
        for (column, name) in
            [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")]
        {
            assert_eq!(letters(column), name);
            assert_eq!(column_of(name), Some(column));
        }
        for wrong in ["", "XFE", "AAAA", "A1", "あ"] {
            assert_eq!(column_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_are_shown_as_their_cell_shows_them() {
        for (value, digits, text) in [
            (9_012_345_678.0, 0, "9012345678"),
            (1_000_001.0, 7, "1000001"),
            (600_001.0, 7, "0600001"),
            (12.5, 4, "0012.5"),
            (-7.0, 3, "-007"),
        ] {
            assert_eq!(Cell::Number { value, digits }.text(), text);
        }
    }

    #[test]
    fn a_cell_is_never_printed() {
        let row = Row {
            line: 3,
            cells: vec![Cell::Text("山田".to_owned()), Cell::Number { value: 42.0, digits: 0 }],
            hidden: false,
            merged: Vec::new(),
        };
        let printed = format!("{row:?}");
        assert!(!printed.contains("山田") && !printed.contains("42"), "{printed}");
    }
}
