//! The rows of one sheet, as a stream.

use std::sync::Arc;

use policy::normal::date;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};

use super::Shared;
use super::package::{Part, attribute, plain, resolve};
use super::strings::unescaped;
use super::styles::Look;
use crate::file::Shown;
use crate::file::cell::{COLUMNS_MAX, COLUMNS_READ, Cell, CellFault, Row, column_of};
use crate::file::unreadable::{Trouble, Unreadable};

/// A rectangle of cells merged into one; rows from 1, columns from 0, all inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) first_line: u64,
    pub(crate) last_line: u64,
    pub(crate) first_column: usize,
    pub(crate) last_column: usize,
}

/// The rows of a sheet from the first; after the last, the merged regions.
pub(crate) struct SheetRows {
    part: Part,
    shared: Arc<Shared>,
    line: u64,
    regions: Vec<Region>,
    hidden_columns: Vec<usize>,
    shown: Shown,
    read: u64,
    closed: bool,
    ended: bool,
}

impl SheetRows {
    pub(super) const fn new(part: Part, shared: Arc<Shared>, shown: Shown) -> Self {
        Self {
            part,
            shared,
            line: 0,
            regions: Vec::new(),
            hidden_columns: Vec::new(),
            shown,
            read: 0,
            closed: false,
            ended: false,
        }
    }

    /// The columns the sheet hides; known once the first row was read.
    pub(crate) fn hidden_columns(&self) -> &[usize] {
        &self.hidden_columns
    }

    /// The merged regions; known once the last row was read.
    pub(crate) fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// Whether the workbook counts its days from 1904.
    pub(crate) fn counts_from_1904(&self) -> bool {
        self.shared.from_1904
    }

    fn next_row(&mut self) -> Result<Option<Row>, Unreadable> {
        loop {
            match self.part.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    b"row" => {
                        let named = attribute(&element, "r").and_then(|line| line.parse().ok());
                        let line = named.filter(|line| (1..=LINES_MAX).contains(line)).unwrap_or(self.line + 1);
                        let hidden =
                            attribute(&element, "hidden").is_some_and(|flag| matches!(flag.as_str(), "1" | "true"));
                        self.line = line;
                        self.read += 1;
                        if line.max(self.read) > LINES_MAX {
                            return Err(Unreadable::at(Trouble::Rows, LINES_MAX));
                        }
                        return self.read_row(hidden).map(Some);
                    }
                    b"col" => hide(&element, &mut self.hidden_columns),
                    b"mergeCell" if self.regions.len() < REGIONS_MAX => {
                        self.regions.extend(attribute(&element, "ref").and_then(|name| region(&name)));
                    }
                    _ => {}
                },
                Event::End(element) if element.local_name().as_ref() == b"sheetData" => self.closed = true,
                Event::Eof if self.closed => return Ok(None),
                Event::Eof => return Err(Unreadable::at(Trouble::Damaged, self.line)),
                _ => {}
            }
        }
    }

    fn read_row(&mut self, hidden: bool) -> Result<Row, Unreadable> {
        let mut row = Row { line: self.line, cells: Vec::new(), hidden, merged: Vec::new() };
        let mut next_column = 0;
        loop {
            match self.part.next()? {
                Event::Start(element) if element.local_name().as_ref() == b"c" => {
                    let head = Head::of(&element, next_column);
                    next_column = head.column + 1;
                    let cell = self.read_cell(&head)?;
                    if head.column >= COLUMNS_READ && !cell.is_blank() {
                        return Err(Unreadable::at(Trouble::Columns, self.line));
                    }
                    let is_left_out =
                        self.shown == Shown::OnlyWhatIsShown && self.hidden_columns.contains(&head.column);
                    if head.column < COLUMNS_READ && cell != Cell::Empty && !is_left_out {
                        if row.cells.len() <= head.column {
                            row.cells.resize(head.column + 1, Cell::Empty);
                        }
                        if let Some(place) = row.cells.get_mut(head.column) {
                            *place = cell;
                        }
                    }
                }
                Event::End(element) if element.local_name().as_ref() == b"row" => return Ok(row),
                Event::Eof => return Err(Unreadable::at(Trouble::Damaged, self.line)),
                _ => {}
            }
        }
    }

    fn read_cell(&mut self, head: &Head) -> Result<Cell, Unreadable> {
        let (mut text, mut in_value, mut in_reading) = (String::new(), false, false);
        let (mut has_value, mut has_formula) = (false, false);
        loop {
            match self.part.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    b"v" | b"t" => (in_value, has_value) = (true, true),
                    b"rPh" => in_reading = true,
                    b"f" => has_formula = true,
                    _ => {}
                },
                Event::End(element) => match element.local_name().as_ref() {
                    b"v" | b"t" => in_value = false,
                    b"rPh" => in_reading = false,
                    b"c" => break,
                    _ => {}
                },
                Event::Text(content) if in_value && !in_reading => text.push_str(&plain(content.xml10_content())?),
                Event::CData(content) if in_value && !in_reading => text.push_str(&plain(content.xml10_content())?),
                Event::GeneralRef(reference) if in_value && !in_reading => text.extend(resolve(&reference)),
                Event::Eof => return Err(Unreadable::at(Trouble::Damaged, self.line)),
                _ => {}
            }
        }
        // A formula whose result is an empty text says so by its kind; one without a kind was never calculated.
        let is_empty_text = has_value && matches!(head.kind.as_deref(), Some("str" | "inlineStr" | "s"));
        Ok(match (text.is_empty(), has_formula) {
            (false, _) => self.cell(head, text),
            (true, true) if !is_empty_text => Cell::Fault(CellFault::Uncalculated),
            _ => Cell::Empty,
        })
    }

    fn cell(&self, head: &Head, text: String) -> Cell {
        match head.kind.as_deref() {
            Some("s") => {
                let shared = text.trim().parse().ok().and_then(|index| self.shared.strings.get(index));
                shared.filter(|text| !text.is_empty()).map_or(Cell::Empty, |text| Cell::Text(text.to_owned()))
            }
            Some("inlineStr" | "str") => Cell::Text(unescaped(&text).unwrap_or(text)),
            Some("b") => Cell::Text(if text.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned()),
            Some("e") => Cell::Fault(CellFault::Error),
            Some("d") => Cell::Text(text),
            _ => self.number(head, text),
        }
    }

    fn number(&self, head: &Head, text: String) -> Cell {
        let Some(value) = text.trim().parse().ok().filter(|value: &f64| value.is_finite()) else {
            return Cell::Text(text);
        };
        match self.shared.looks.get(head.style).copied().unwrap_or(Look::Number(0)) {
            Look::Day => match date::of_serial(value, self.shared.from_1904) {
                Ok(day) => Cell::Day(day.to_string()),
                Err(_) => Cell::Number { value, digits: 0 },
            },
            Look::Number(digits) => Cell::Number { value, digits },
        }
    }
}

impl Iterator for SheetRows {
    type Item = Result<Row, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let row = self.next_row();
        self.ended = !matches!(row, Ok(Some(_)));
        row.transpose()
    }
}

/// What a cell's element says before its content.
struct Head {
    column: usize,
    style: usize,
    kind: Option<String>,
}

impl Head {
    fn of(element: &BytesStart<'_>, next_column: usize) -> Self {
        fn text<'a>(attribute: &'a Attribute<'_>) -> Option<&'a str> {
            std::str::from_utf8(&attribute.value).ok()
        }
        let (mut column, mut style, mut kind) = (next_column, 0, None);
        for attribute in element.attributes().with_checks(false).flatten() {
            match attribute.key.local_name().as_ref() {
                b"r" => column = text(&attribute).and_then(place).map_or(next_column, |(column, _)| column),
                b"s" => style = text(&attribute).and_then(|text| text.trim().parse().ok()).unwrap_or(0),
                b"t" => kind = text(&attribute).filter(|kind| *kind != "n").map(str::to_owned),
                _ => {}
            }
        }
        Self { column: column.min(COLUMNS_MAX), style, kind }
    }
}

/// Remembers the columns an element of `<cols>` hides.
fn hide(element: &BytesStart<'_>, hidden: &mut Vec<usize>) {
    let number = |name: &str| attribute(element, name).and_then(|text| text.parse::<usize>().ok());
    let is_hidden = attribute(element, "hidden").is_some_and(|flag| matches!(flag.as_str(), "1" | "true"));
    if let (true, Some(first), Some(last)) = (is_hidden, number("min"), number("max")) {
        // Sheets hide everything to the right of their last column; nothing is there.
        hidden.extend((first.max(1) - 1)..last.min(COLUMNS_READ));
        hidden.truncate(COLUMNS_READ);
    }
}

/// The rows a sheet can have; a larger number in a file is not believed.
const LINES_MAX: u64 = 1_048_576;

/// More merged regions than a sheet of people has.
const REGIONS_MAX: usize = 200_000;

/// `D17` as column and row.
fn place(name: &str) -> Option<(usize, u64)> {
    let name = name.trim();
    let turn = name.find(|letter: char| letter.is_ascii_digit())?;
    let (column, line) = name.split_at_checked(turn)?;
    Some((column_of(column)?, line.parse().ok().filter(|line| (1..=LINES_MAX).contains(line))?))
}

fn region(name: &str) -> Option<Region> {
    let plain = name.replace('$', "");
    let (first, last) = plain.split_once(':')?;
    let ((first_column, first_line), (last_column, last_line)) = (place(first)?, place(last)?);
    let is_rectangle = first_column <= last_column && first_line <= last_line;
    is_rectangle.then_some(Region { first_line, last_line, first_column, last_column })
}
