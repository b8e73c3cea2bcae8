//! The people of a table: each row as values of elements, or rejected with the cells and the reasons.
//!
//! A row with one bad cell is rejected as a whole, with every bad cell of it named, and reading goes on: half a
//! person is harder to find later than a line in a list of rejections. Nothing said about a row repeats a value.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use policy::names::ElementId;
use policy::normal::{self, DateOrder, Reason, date, fold};
use policy::{Element, Language, Shape, Texts};

use crate::columns::{Column, Part, is_null_word};
use crate::file::{Cell, CellFault, Row, Rows, Skipped, Table, Trouble, Unreadable};

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

/// What is wrong with a cell or a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The value is not what its element holds.
    Value(Reason),
    /// A value that everybody must have is missing.
    Required,
    /// The spreadsheet shows an error there.
    CellError,
    /// A formula there was never calculated.
    Uncalculated,
    /// Bytes there are no text in the file's encoding.
    Encoding,
    /// The row has more cells than the heading: a comma inside a value was not quoted.
    Shifted,
    /// The same values stand on an earlier line.
    Duplicate {
        /// That line.
        first: u64,
    },
    /// The rest of the file cannot be read; this is the last item.
    File(Trouble),
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
    seen: HashMap<u64, u64>,
    blank: u64,
    broken: bool,
}

/// An element and the columns that make it up, in the order in which they are joined.
struct Place {
    element: Element,
    label: Arc<Texts>,
    columns: Vec<PlaceColumn>,
}

struct PlaceColumn {
    at: usize,
    letters: String,
    part: Part,
    order: DateOrder,
}

/// How many rows are remembered to find repetitions; beyond it, only the first so many are compared with.
const REMEMBERED_MAX: usize = 1 << 20;

/// Reads the people of a table by what its columns were taken for.
///
/// # Errors
/// [`Unreadable`] when the file cannot be opened again.
pub fn read(table: &Table, columns: &[Column], elements: &[Element], rules: &Rules) -> Result<People, Unreadable> {
    let mut places: Vec<Place> = Vec::new();
    for column in columns {
        let element = column.element.as_ref().and_then(|id| elements.iter().find(|element| element.id == *id));
        let Some(element) = element else { continue };
        let here = PlaceColumn {
            at: column.heading.at,
            letters: column.heading.letters.clone(),
            part: column.part,
            order: column.order,
        };
        match places.iter_mut().find(|place| place.element.id == element.id) {
            Some(place) => place.columns.push(here),
            None => places.push(Place {
                label: Arc::new(element.label.clone()),
                element: element.clone(),
                columns: vec![here],
            }),
        }
    }
    for place in &mut places {
        place.columns.sort_by_key(|column| (column.part, column.at));
    }
    let required = places.iter().enumerate().filter(|(_, place)| rules.required.contains(&place.element.id));
    Ok(People {
        rows: table.rows()?,
        sheet: table.sheet().map(str::to_owned),
        width: if table.about().heading_lines.is_empty() { usize::MAX } else { table.headings().len() },
        required: required.map(|(at, _)| at).collect(),
        places,
        seen: HashMap::new(),
        blank: 0,
        broken: false,
    })
}

impl People {
    /// Rows that were left out so far because they hold nobody.
    #[must_use]
    pub fn skipped(&self) -> Skipped {
        let mut skipped = self.rows.skipped().clone();
        skipped.blank += self.blank;
        skipped
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
        for (at, place) in self.places.iter().enumerate() {
            match place.value(row, from_1904) {
                Ok(Some(value)) => values.push((place.element.id.clone(), value)),
                Ok(None) if self.required.contains(&at) => faults.extend(place.fault_at_first(Why::Required)),
                Ok(None) => continue,
                Err(fault) => faults.push(fault),
            }
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
                        self.blank += 1;
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

impl Place {
    /// The value of this element in the row; nothing when its cells are empty.
    fn value(&self, row: &Row, from_1904: bool) -> Result<Option<String>, Fault> {
        let mut parts: Vec<String> = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let text = self.text(row.cell(column.at), from_1904).map_err(|why| self.fault(column, why))?;
            if !text.is_empty() {
                parts.push(text);
            }
        }
        let (Some(first), Some(column)) = (parts.first(), self.columns.first()) else { return Ok(None) };
        let joined = match column.part {
            Part::Piece if fold::is_east_asian(first) => parts.concat(),
            Part::Piece => parts.join(", "),
            _ => parts.join(" "),
        };
        let kept = normal::accept(self.element.shape, &joined, column.order);
        kept.map(Some).map_err(|reason| self.fault(column, Why::Value(reason)))
    }

    /// The text of one cell, trimmed; empty when it says that there is nothing.
    fn text(&self, cell: &Cell, from_1904: bool) -> Result<String, Why> {
        let text = match cell {
            Cell::Fault(CellFault::Error) => return Err(Why::CellError),
            Cell::Fault(CellFault::Uncalculated) => return Err(Why::Uncalculated),
            Cell::Fault(CellFault::Encoding) => return Err(Why::Encoding),
            Cell::Number { value, .. } if self.element.shape == Shape::Date => dated(*value, cell, from_1904),
            other => other.text(),
        };
        let trimmed =
            text.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '\u{FEFF}' | '\u{200B}'));
        let says_nothing = self.element.shape != Shape::Text && is_null_word(trimmed);
        Ok(if says_nothing {
            String::new()
        } else if trimmed.len() == text.len() {
            text
        } else {
            trimmed.to_owned()
        })
    }

    fn fault(&self, column: &PlaceColumn, why: Why) -> Fault {
        Fault {
            column: Some(column.letters.clone()),
            element: Some(self.element.id.clone()),
            why,
            label: Some(Arc::clone(&self.label)),
        }
    }

    fn fault_at_first(&self, why: Why) -> Option<Fault> {
        self.columns.first().map(|column| self.fault(column, why))
    }
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

impl Rejected {
    /// Where and why, one sentence for each fault: `sheet 社員, cell D17 (Telephone number): …`.
    #[must_use]
    pub fn told(&self, language: Language) -> Vec<String> {
        self.faults
            .iter()
            .map(|fault| format!("{}: {}", self.place(fault, language), fault.why.told(language)))
            .collect()
    }

    /// Whether reading ended here.
    #[must_use]
    pub fn is_end(&self) -> bool {
        self.faults.iter().any(|fault| matches!(fault.why, Why::File(_)))
    }

    fn place(&self, fault: &Fault, language: Language) -> String {
        let line = self.line;
        let at = match (&self.sheet, &fault.column, language) {
            (Some(sheet), Some(column), Language::Ja) => format!("シート「{sheet}」のセル{column}{line}"),
            (Some(sheet), Some(column), Language::En) => format!("sheet {sheet}, cell {column}{line}"),
            (Some(sheet), Some(column), Language::Vi) => format!("trang tính {sheet}, ô {column}{line}"),
            (Some(sheet), None, Language::Ja) => format!("シート「{sheet}」の{line}行目"),
            (Some(sheet), None, Language::En) => format!("sheet {sheet}, row {line}"),
            (Some(sheet), None, Language::Vi) => format!("trang tính {sheet}, dòng {line}"),
            (None, Some(column), Language::Ja) => format!("{line}行目の{column}列"),
            (None, Some(column), Language::En) => format!("line {line}, column {column}"),
            (None, Some(column), Language::Vi) => format!("dòng {line}, cột {column}"),
            (None, None, Language::Ja) => format!("{line}行目"),
            (None, None, Language::En) => format!("line {line}"),
            (None, None, Language::Vi) => format!("dòng {line}"),
        };
        match &fault.label {
            Some(label) if language == Language::Ja => format!("{at}（{}）", label.get(language)),
            Some(label) => format!("{at} ({})", label.get(language)),
            None => at,
        }
    }
}

impl Why {
    /// The key of the rule that was broken.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Value(reason) => reason.code(),
            Self::Required => "row.required",
            Self::CellError => "cell.error",
            Self::Uncalculated => "cell.uncalculated",
            Self::Encoding => "cell.encoding",
            Self::Shifted => "row.shifted",
            Self::Duplicate { .. } => "row.duplicate",
            Self::File(trouble) => trouble.key(),
        }
    }

    /// What is wrong, as a sentence.
    #[must_use]
    pub fn told(self, language: Language) -> String {
        let [ja, en, vi] = match self {
            Self::Value(reason) => return reason.told(language).to_owned(),
            Self::File(trouble) => return trouble.told(language).to_owned(),
            Self::Duplicate { first } => {
                return match language {
                    Language::Ja => format!("{first}行目と同じ内容です"),
                    Language::En => format!("the same as line {first}"),
                    Language::Vi => format!("trùng với dòng {first}"),
                };
            }
            Self::Required => {
                ["値がありません（必須）", "a value is missing that everybody must have", "thiếu giá trị bắt buộc"]
            }
            Self::CellError => {
                ["セルがエラーになっています", "the spreadsheet shows an error in this cell", "ô đang báo lỗi"]
            }
            Self::Uncalculated => [
                "数式の結果が保存されていません。表計算ソフトで開いて保存し直してください",
                "the formula's result was not stored; open the file in a spreadsheet and save it again",
                "kết quả công thức chưa được lưu; hãy mở bằng phần mềm bảng tính và lưu lại",
            ],
            Self::Encoding => [
                "文字コードに合わない文字があります",
                "there are bytes that are no text in the file's encoding",
                "có ký tự không đúng bảng mã của tệp",
            ],
            Self::Shifted => [
                "見出しより列が多くあります。引用符で囲まれていない区切り文字がないか確認してください",
                "the row has more cells than the heading; look for a separator that is not quoted",
                "dòng có nhiều ô hơn tiêu đề; hãy kiểm tra dấu phân cách chưa đặt trong ngoặc kép",
            ],
        };
        match language {
            Language::Ja => ja,
            Language::En => en,
            Language::Vi => vi,
        }
        .to_owned()
    }
}
