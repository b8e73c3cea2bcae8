//! An element and the columns that make it up; its value in a row.

use std::borrow::Cow;
use std::sync::Arc;

use policy::normal::{self, DateOrder, date, fold};
use policy::{Element, Shape, Texts};

use super::{Fault, Why};
use crate::columns::{Column, Part, is_ditto, is_mark, is_null_word, split_reading, stands_for};
use crate::file::{Cell, Row, Table};

/// An element and the columns that make it up, in the order in which they are joined.
pub(super) struct Place {
    pub(super) element: Element,
    label: Arc<Texts>,
    columns: Vec<PlaceColumn>,
    /// Whether its codes have seven digits as a rule, so that a shorter one lost its zeros.
    is_japanese_postal: bool,
}

struct PlaceColumn {
    at: usize,
    letters: String,
    part: Part,
    order: DateOrder,
    /// What a mark in the column stands for: the last part of its heading.
    stands_for: String,
}

/// The value of an element in a row.
pub(super) enum Kept {
    /// Its cells are empty, or say that there is nothing.
    Nothing,
    /// The value as it was written.
    AsWritten(String),
    /// The value with the zeros in front that a spreadsheet had taken.
    WithItsZero {
        /// With them.
        value: String,
        /// Without.
        written: String,
    },
}

/// The elements that the columns hold.
pub(super) fn places(table: &Table, columns: &[Column], elements: &[Element]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for column in columns {
        let element = column.element.as_ref().and_then(|id| elements.iter().find(|element| element.id == *id));
        let Some(element) = element else { continue };
        let here = PlaceColumn {
            at: column.heading.at,
            letters: column.heading.letters.clone(),
            part: column.part,
            order: column.order,
            stands_for: stands_for(&column.heading.text).to_owned(),
        };
        match places.iter_mut().find(|place| place.element.id == element.id) {
            Some(place) => place.columns.push(here),
            None => places.push(Place {
                label: Arc::new(element.label.clone()),
                element: element.clone(),
                is_japanese_postal: element.shape == Shape::Postal && has_seven_digits(table.sample(), here.at),
                columns: vec![here],
            }),
        }
    }
    for place in &mut places {
        place.columns.sort_by_key(|column| (column.part, column.at));
    }
    places
}

fn has_seven_digits(sample: &[Row], column: usize) -> bool {
    let codes = sample.iter().map(|row| row.cell(column)).filter(|cell| !cell.is_blank());
    let read: Vec<bool> = codes
        .filter_map(|cell| normal::postal::read(&cell.text()).ok())
        .map(|digits| normal::postal::is_japanese(&digits))
        .collect();
    read.iter().filter(|is_japanese| **is_japanese).count() * 2 >= read.len()
}

impl Place {
    /// The letters of its first column.
    pub(super) fn letters(&self) -> &str {
        self.columns.first().map_or("", |column| column.letters.as_str())
    }

    /// The value of this element in the row.
    pub(super) fn value(&self, row: &Row, from_1904: bool) -> Result<Kept, Fault> {
        let Some(column) = self.columns.first() else { return Ok(Kept::Nothing) };
        let text = match self.columns.as_slice() {
            [_] => self.piece(row, column, from_1904)?,
            _ => self.joined(row, from_1904)?,
        };
        if text.is_empty() {
            return Ok(Kept::Nothing);
        }
        // A list gives each person one row: a name merged over two is one person, not two.
        if self.element.shape == Shape::Name && row.merged.contains(&column.at) {
            return Err(self.fault(column, Why::Merged));
        }
        let kept = normal::accept(self.element.shape, &text, column.order);
        let value = kept.map_err(|reason| self.fault(column, Why::Value(reason)))?;
        let with_zero = match self.element.shape {
            Shape::Phone => phone_with_zero(&value),
            Shape::Postal if self.is_japanese_postal => postal_with_zeros(&value),
            _ => None,
        };
        Ok(match with_zero {
            Some(restored) => Kept::WithItsZero { value: restored, written: value },
            None => Kept::AsWritten(value),
        })
    }

    pub(super) fn fault_at_first(&self, why: Why) -> Option<Fault> {
        self.columns.first().map(|column| self.fault(column, why))
    }

    fn joined(&self, row: &Row, from_1904: bool) -> Result<Cow<'_, str>, Fault> {
        let mut parts: Vec<(&PlaceColumn, Cow<'_, str>)> = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let text = self.piece(row, column, from_1904)?;
            if !text.is_empty() {
                parts.push((column, text));
            }
        }
        let Some((first, text)) = parts.first() else { return Ok(Cow::Borrowed("")) };
        let is_east_asian = fold::is_east_asian(text);
        let texts = || parts.iter().map(|(_, text)| text.as_ref());
        Ok(Cow::Owned(match first.part {
            Part::Mark if parts.len() > 1 => return Err(self.fault(first, Why::Marks)),
            Part::Era | Part::Year | Part::Month | Part::Day => date_of(&parts),
            Part::Piece if is_east_asian => texts().collect(),
            Part::Piece => texts().collect::<Vec<_>>().join(", "),
            _ => texts().collect::<Vec<_>>().join(" "),
        }))
    }

    /// What the cell of one column gives to the value.
    fn piece<'a>(&'a self, row: &'a Row, column: &'a PlaceColumn, from_1904: bool) -> Result<Cow<'a, str>, Fault> {
        let text = self.text(row.cell(column.at), column, from_1904).map_err(|why| self.fault(column, why))?;
        Ok(match column.part {
            Part::Mark if is_mark(&text) => Cow::Borrowed(column.stands_for.as_str()),
            Part::Outside => match split_reading(&text) {
                Some((outside, _)) => Cow::Owned(outside.to_owned()),
                None => text,
            },
            Part::Inside => split_reading(&text).map_or(Cow::Borrowed(""), |(_, inside)| Cow::Owned(inside.to_owned())),
            _ => text,
        })
    }

    /// The text of one cell, trimmed; empty when it says that there is nothing.
    fn text<'a>(&self, cell: &'a Cell, column: &PlaceColumn, from_1904: bool) -> Result<Cow<'a, str>, Why> {
        let shape = self.element.shape;
        let text: Cow<'a, str> = match cell {
            Cell::Empty => return Ok(Cow::Borrowed("")),
            Cell::Fault(fault) => return Err(Why::of_cell(*fault)),
            Cell::Number { value, .. } if shape == Shape::Date => Cow::Owned(match column.part {
                Part::Whole | Part::Piece => dated(*value, cell, from_1904),
                _ => cell.text(),
            }),
            // Beyond fifteen digits a spreadsheet's numbers are no longer those that were typed.
            Cell::Number { value, .. } if value.abs() >= 1e15 => return Err(Why::Shortened),
            Cell::Number { .. } => Cow::Owned(cell.text()),
            Cell::Day(_) if !matches!(shape, Shape::Date | Shape::Text) => return Err(Why::Day),
            Cell::Day(day) => Cow::Borrowed(day),
            Cell::Text(text) => Cow::Borrowed(trimmed(text)),
        };
        let is_number = matches!(shape, Shape::Phone | Shape::Number | Shape::Postal);
        if is_ditto(&text) {
            Err(Why::Ditto)
        } else if is_number && is_shortened(&text) {
            Err(Why::Shortened)
        } else if column.part == Part::Piece && shape == Shape::Address && is_day(&text) {
            Err(Why::Day)
        } else if is_null_word(&text) && (shape != Shape::Text || is_dash(&text)) {
            Ok(Cow::Borrowed(""))
        } else {
            Ok(text)
        }
    }

    fn fault(&self, column: &PlaceColumn, why: Why) -> Fault {
        Fault {
            column: Some(column.letters.clone()),
            element: Some(self.element.id.clone()),
            why,
            label: Some(Arc::clone(&self.label)),
        }
    }
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '\u{FEFF}' | '\u{200B}'))
}

/// `昭和` `60` `3` `5` is 昭和60年3月5日. An era alone is filled in beforehand and says nothing.
fn date_of(parts: &[(&PlaceColumn, Cow<'_, str>)]) -> String {
    let mut written = String::new();
    let mut has_number = false;
    for (column, text) in parts {
        let sign = match column.part {
            Part::Year => "年",
            Part::Month => "月",
            Part::Day => "日",
            _ => "",
        };
        has_number |= !sign.is_empty();
        written.push_str(text.strip_suffix(sign).unwrap_or(text).trim_end());
        written.push_str(sign);
    }
    if has_number { written } else { String::new() }
}

/// A number where a date is expected: 1985 and 19850305 are what they look like, 31111 is a spreadsheet's day.
fn dated(value: f64, cell: &Cell, from_1904: bool) -> String {
    let text = cell.text();
    let is_written = matches!(text.len(), 4 | 8) && date::read(&text, DateOrder::Unsettled).is_ok();
    if is_written || !(3_000.0..80_000.0).contains(&value) {
        return text;
    }
    date::of_serial(value, from_1904).map_or(text, |day| day.to_string())
}

/// `9.01E+09`: as spreadsheets write numbers that are too long for their column.
fn is_shortened(text: &str) -> bool {
    let Some((head, tail)) = text.split_once("E+").or_else(|| text.split_once("e+")) else { return false };
    let is_numeral = |part: &str, point: bool| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit() || (point && byte == b'.'))
    };
    is_numeral(head.trim_start_matches('-'), true) && is_numeral(tail, false)
}

/// `1月2日`, `2001/2/3`: what a spreadsheet makes of the house numbers 1-2 and 1-2-3.
fn is_day(text: &str) -> bool {
    let (mut slashes, mut others) = (0, 0);
    for letter in text.chars() {
        match letter {
            '0'..='9' => {}
            '/' => slashes += 1,
            _ => others += 1,
        }
    }
    let is_month_and_day = || text.split_once('月').is_some_and(|(_, day)| day.ends_with('日')) && others == 2;
    (slashes == 2 && others == 0 && date::read(text, DateOrder::Unsettled).is_ok()) || is_month_and_day()
}

fn is_dash(text: &str) -> bool {
    text.chars().all(fold::is_hyphen)
}

/// The number with the 0 in front that a spreadsheet took from it: only where nothing but the 0 is missing.
fn phone_with_zero(value: &str) -> Option<String> {
    let is_bare = matches!(value.len(), 9 | 10) && value.bytes().all(|byte| byte.is_ascii_digit());
    if !is_bare || value.starts_with('0') {
        return None;
    }
    let phone = normal::phone::read(value).ok()?;
    let is_national = |reading: &String| reading.get(3..) == Some(value);
    phone.readings().iter().all(is_national).then(|| format!("0{value}"))
}

/// The code with the zeros in front that a spreadsheet took from it.
fn postal_with_zeros(value: &str) -> Option<String> {
    let is_bare = matches!(value.len(), 5 | 6) && value.bytes().all(|byte| byte.is_ascii_digit());
    is_bare.then(|| format!("{value:0>7}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_given_back_only_where_they_were_taken() {
        for (written, restored) in [
            ("9012345678", Some("09012345678")),
            ("312345678", Some("0312345678")),
            ("912345671", Some("0912345671")),
            ("84912345670", None),
            ("819012345678", None),
            ("09012345678", None),
            ("90-1234-5678", None),
        ] {
            assert_eq!(phone_with_zero(written).as_deref(), restored, "{written}");
        }
        assert_eq!(postal_with_zeros("10001").as_deref(), Some("0010001"));
        assert_eq!(postal_with_zeros("1000001"), None);
    }

    #[test]
    fn numbers_that_lost_digits_and_house_numbers_that_became_days_are_known() {
        for (text, is) in [("9.01E+09", true), ("1E+11", true), ("E+1", false), ("A1.2E+05", false), ("12E05", false)] {
            assert_eq!(is_shortened(text), is, "{text}");
        }
        for (text, is) in [("2001/2/3", true), ("1月2日", true), ("1-2-3", false), ("芝1-2", false), ("1/2", false)]
        {
            assert_eq!(is_day(text), is, "{text}");
        }
    }
}
