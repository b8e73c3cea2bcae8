//! The people of a table: each row as values of elements, or rejected with the cells and the reasons.
//!
//! A row with one bad cell is rejected as a whole, with every bad cell of it named, and reading goes on: half a
//! person is harder to find later than a line in a list of rejections. Nothing said about a row repeats a value.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use policy::names::ElementId;
use policy::normal::fold;
use policy::{Element, Shape, Texts};

mod place;
mod why;

pub use self::why::Why;

use self::place::{Kept, Place};
use crate::columns::Column;
use crate::file::{Lines, Row, Rows, Skipped, Table, Unreadable};

/// One person as the file has them.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// The line of the file, or the row of the sheet.
    pub line: u64,
    /// The values, in the order of the columns; elements without a value are left out.
    pub values: Vec<(ElementId, String)>,
}

impl fmt::Debug for PersonRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elements: Vec<&ElementId> = self.values.iter().map(|(element, _)| element).collect();
        f.debug_struct("PersonRow").field("line", &self.line).field("elements", &elements).finish()
    }
}

/// A row that is not taken over, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The line of the file, or the row of the sheet.
    pub line: u64,
    /// The sheet, where the file has sheets.
    pub sheet: Option<String>,
    /// Everything that is wrong with it, by column.
    pub faults: Vec<Fault>,
}

/// One thing that is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The letters of the column; nothing when it is the row as a whole.
    pub column: Option<String>,
    /// The element the column holds.
    pub element: Option<ElementId>,
    /// What is wrong.
    pub why: Why,
    label: Option<Arc<Texts>>,
}

/// What every row must have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Elements without which a row is rejected.
    pub required: BTreeSet<ElementId>,
}

impl Rules {
    /// The usual rule: somebody without a name is nobody. It asks for the first name among the columns.
    #[must_use]
    pub fn usual(columns: &[Column], elements: &[Element]) -> Self {
        let shape = |id: &ElementId| elements.iter().find(|element| element.id == *id).map(|element| element.shape);
        let named = columns.iter().filter_map(|column| column.element.as_ref());
        Self { required: named.filter(|id| shape(id) == Some(Shape::Name)).take(1).cloned().collect() }
    }

    /// The required elements that no column holds: with them open, every row would be rejected.
    #[must_use]
    pub fn unmapped(&self, columns: &[Column]) -> Vec<ElementId> {
        let is_held = |id: &&ElementId| columns.iter().any(|column| column.element.as_ref() == Some(id));
        self.required.iter().filter(|id| !is_held(id)).cloned().collect()
    }
}

/// The people of a table, in the order of the file.
pub struct People {
    rows: Rows,
    sheet: Option<String>,
    places: Vec<Place>,
    width: usize,
    required: Vec<usize>,
    mended: Vec<Lines>,
    seen: HashMap<u64, u64>,
    blank: Lines,
    broken: bool,
}

/// What a spreadsheet had taken from values of a column and was given back: the 0 in front of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// The letters of the column.
    pub column: String,
    /// What it holds.
    pub element: ElementId,
    /// The rows.
    pub lines: Lines,
}

/// How many rows are remembered to find repetitions; beyond it, only the first so many are compared with.
const REMEMBERED_MAX: usize = 1 << 20;

/// Reads the people of a table by what its columns were taken for.
///
/// # Errors
/// [`Unreadable`] when the file cannot be opened again.
pub fn read(table: &Table, columns: &[Column], elements: &[Element], rules: &Rules) -> Result<People, Unreadable> {
    let places = place::places(table, columns, elements);
    let required = places.iter().enumerate().filter(|(_, place)| rules.required.contains(&place.element.id));
    Ok(People {
        rows: table.rows()?,
        sheet: table.sheet().map(str::to_owned),
        width: if table.about().heading_lines.is_empty() { usize::MAX } else { table.headings().len() },
        required: required.map(|(at, _)| at).collect(),
        mended: vec![Lines::default(); places.len()],
        places,
        seen: HashMap::new(),
        blank: Lines::default(),
        broken: false,
    })
}

impl People {
    /// Rows that were left out so far because they hold nobody.
    #[must_use]
    pub fn skipped(&self) -> Skipped {
        let mut skipped = self.rows.skipped().clone();
        skipped.blank.put_before(self.blank.clone());
        skipped
    }

    /// What was given back to values so far, by column.
    #[must_use]
    pub fn mended(&self) -> Vec<Mended> {
        let of_places = self.places.iter().zip(&self.mended).filter(|(_, lines)| lines.count > 0);
        let told = of_places.map(|(place, lines)| Mended {
            column: place.letters().to_owned(),
            element: place.element.id.clone(),
            lines: lines.clone(),
        });
        told.collect()
    }

    /// How many bytes of a text file are held at this moment: one record.
    #[must_use]
    pub fn held_bytes(&self) -> Option<usize> {
        self.rows.held_bytes()
    }

    fn person(&mut self, row: &Row) -> Result<Option<PersonRow>, Vec<Fault>> {
        let mut faults = Vec::new();
        let shifted = row.cells.iter().enumerate().skip(self.width).find(|(_, cell)| !cell.is_blank());
        if let Some((at, _)) = shifted {
            let column = Some(crate::file::letters(at));
            faults.push(Fault { column, element: None, why: Why::Shifted, label: None });
        }
        let mut values = Vec::with_capacity(self.places.len());
        let from_1904 = self.rows.counts_from_1904();
        let mut padded = None;
        for (at, place) in self.places.iter().enumerate() {
            match place.value(row, from_1904) {
                Ok(Kept::Nothing) if self.required.contains(&at) => faults.extend(place.fault_at_first(Why::Required)),
                Ok(Kept::Nothing) => {}
                Ok(Kept::AsWritten(value)) => values.push((place.element.id.clone(), value)),
                Ok(Kept::WithItsZero { value, written }) => {
                    if place.element.shape == Shape::Postal {
                        padded = Some((at, values.len(), written));
                    } else if let Some(lines) = self.mended.get_mut(at) {
                        lines.add(row.line);
                    }
                    values.push((place.element.id.clone(), value));
                }
                Err(fault) => faults.push(fault),
            }
        }
        if let Some((at, index, written)) = padded {
            self.settle_postal(at, index, written, &mut values, row.line);
        }
        // Lists are numbered in advance: a row without any value of a person is empty, not wrong.
        if values.is_empty() && faults.iter().all(|fault| fault.why == Why::Required) {
            return Ok(None);
        }
        if faults.is_empty()
            && let Some(first) = self.repeats(&values, row.line)
        {
            faults.push(Fault { column: None, element: None, why: Why::Duplicate { first }, label: None });
        }
        if faults.is_empty() { Ok(Some(PersonRow { line: row.line, values })) } else { Err(faults) }
    }

    /// A Vietnamese code has six digits or five by itself: it only gets zeros where the address is none of Vietnam.
    fn settle_postal(
        &mut self,
        at: usize,
        index: usize,
        written: String,
        values: &mut [(ElementId, String)],
        line: u64,
    ) {
        let is_address = |id: &ElementId| {
            self.places.iter().any(|place| place.element.shape == Shape::Address && place.element.id == *id)
        };
        let address = values.iter().find(|(id, _)| is_address(id));
        let is_elsewhere = address.is_some_and(|(_, address)| !fold::is_east_asian(address));
        match (is_elsewhere, values.get_mut(index), self.mended.get_mut(at)) {
            (true, Some((_, value)), _) => *value = written,
            (false, _, Some(lines)) => lines.add(line),
            _ => {}
        }
    }

    /// The earlier line with the same values, if there is one.
    fn repeats(&mut self, values: &[(ElementId, String)], line: u64) -> Option<u64> {
        let mut hasher = DefaultHasher::new();
        for (element, value) in values {
            element.as_str().hash(&mut hasher);
            fold::fold(value).hash(&mut hasher);
        }
        let hash = hasher.finish();
        if let Some(first) = self.seen.get(&hash) {
            return Some(*first);
        }
        if self.seen.len() < REMEMBERED_MAX {
            self.seen.insert(hash, line);
        }
        None
    }
}

impl Iterator for People {
    type Item = Result<PersonRow, Rejected>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.broken {
            let (line, faults) = match self.rows.next()? {
                Ok(row) => match self.person(&row) {
                    Ok(Some(person)) => return Some(Ok(person)),
                    Ok(None) => {
                        self.blank.add(row.line);
                        continue;
                    }
                    Err(faults) => (row.line, faults),
                },
                Err(unreadable) => {
                    self.broken = true;
                    let why = Why::File(unreadable.trouble);
                    (unreadable.line.unwrap_or(0), vec![Fault { column: None, element: None, why, label: None }])
                }
            };
            return Some(Err(Rejected { line, sheet: self.sheet.clone(), faults }));
        }
        None
    }
}
