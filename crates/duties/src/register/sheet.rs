//! What is written in the columns of a row, and how sure it is.

use access::Fault;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The columns of a row by the id they have in [`policy::register::COLUMNS`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sheet(pub BTreeMap<String, Cell>);

/// What is written in one column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The text.
    pub text: String,
    /// How sure it is.
    pub standing: CellStanding,
}

/// How sure a cell is. Guesses are yellow, on the page and in the spreadsheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CellStanding {
    /// Somebody who knows has said so (確定).
    #[default]
    Confirmed,
    /// Taken from something else, such as a heading or another column (推定).
    Inferred,
    /// Nobody has looked yet (未確認).
    Unconfirmed,
}

impl Sheet {
    /// The text of a column; empty when nothing is written.
    #[must_use]
    pub fn text(&self, column: &str) -> &str {
        self.0.get(column).map_or("", |cell| cell.text.trim())
    }

    /// Whether the column has a text that somebody has confirmed.
    #[must_use]
    pub fn is_confirmed(&self, column: &str) -> bool {
        !self.text(column).is_empty() && self.0.get(column).is_some_and(|c| c.standing == CellStanding::Confirmed)
    }

    /// The sheet with a column written.
    #[must_use]
    pub fn with(mut self, column: impl Into<String>, text: impl Into<String>, standing: CellStanding) -> Self {
        self.set(column, text, standing);
        self
    }

    /// Writes a column.
    pub fn set(&mut self, column: impl Into<String>, text: impl Into<String>, standing: CellStanding) {
        self.0.insert(column.into(), Cell { text: text.into(), standing });
    }

    /// The columns whose text is a guess.
    pub fn guesses(&self) -> impl Iterator<Item = &str> {
        let guess = |cell: &Cell| cell.standing != CellStanding::Confirmed && !cell.text.trim().is_empty();
        self.0.iter().filter(move |(_, cell)| guess(cell)).map(|(column, _)| column.as_str())
    }

    /// The bytes that an entry's digest is taken of: JSON with sorted keys, empty cells left out.
    pub(crate) fn to_json(&self) -> String {
        let filled: BTreeMap<&String, &Cell> = self.0.iter().filter(|(_, cell)| !cell.text.trim().is_empty()).collect();
        serde_json::json!(filled).to_string()
    }

    pub(crate) fn from_json(text: &str) -> Result<Self, Fault> {
        serde_json::from_str(text).map_err(|_| Fault::Damaged("register_version.sheet"))
    }
}

impl<C: Into<String>, T: Into<String>> FromIterator<(C, T)> for Sheet {
    /// A sheet of confirmed texts.
    fn from_iter<I: IntoIterator<Item = (C, T)>>(cells: I) -> Self {
        let mut sheet = Self::default();
        for (column, text) in cells {
            sheet.set(column, text, CellStanding::Confirmed);
        }
        sheet
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_is_one_text_however_it_was_filled() {
        let one = Sheet::from_iter([("name", "応募者名簿"), ("no", "1"), ("note", " ")]);
        let other = Sheet::default().with("no", "1", CellStanding::Confirmed).with(
            "name",
            "応募者名簿",
            CellStanding::Confirmed,
        );
        assert_eq!(one.to_json(), other.to_json());
        assert_eq!(
            one.to_json(),
            r#"{"name":{"standing":"confirmed","text":"応募者名簿"},"no":{"standing":"confirmed","text":"1"}}"#
        );
        assert_eq!(Sheet::from_json(&other.to_json()).unwrap(), other);
        assert!(Sheet::from_json("{").is_err());
    }

    #[test]
    fn guesses_are_what_nobody_confirmed() {
        let sheet = Sheet::from_iter([("name", "x")]).with("place", "cloud", CellStanding::Inferred).with(
            "count",
            "",
            CellStanding::Unconfirmed,
        );
        assert_eq!(sheet.guesses().collect::<Vec<_>>(), ["place"]);
        assert!(sheet.is_confirmed("name") && !sheet.is_confirmed("place") && !sheet.is_confirmed("risk"));
    }
}
