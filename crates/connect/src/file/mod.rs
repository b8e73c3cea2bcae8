//! Opening the lists companies have: CSV and TSV in any encoding they use, XLSX and XLS workbooks.
//!
//! A table is looked through once when it is opened: where its heading stands, how many rows it has, a sample
//! of them. Its rows are then read one at a time, as often as needed; nothing but the sample is held.

mod body;
mod cell;
mod delimited;
pub(crate) mod encoding;
mod head;
mod old;
mod origin;
mod survey;
mod unreadable;
mod workbook;

use std::sync::Arc;

use encoding_rs::Encoding;

pub use self::body::{Lines, Skipped};
pub use self::cell::{Cell, CellFault, Row, column_of, letters};
pub use self::origin::Origin;
pub(crate) use self::origin::ReadSeek;
pub use self::unreadable::{Trouble, Unreadable};

use self::body::{Body, Fill, Kind};
use self::delimited::Records;
use self::encoding::Glance;
use self::head::Head;
use self::old::{OldRows, OldWorkbook};
use self::survey::Survey;
use self::workbook::{Region, SheetRows, Workbook};
use crate::columns::words;

/// What a person may say about a file beforehand. Everything left open is found out.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// The sheet to read, by its name.
    pub sheet: Option<String>,
    /// The encoding of a text file, by its usual name (`shift_jis`, `utf-16le`).
    pub encoding: Option<String>,
    /// The sign that parts the fields of a text file.
    pub delimiter: Option<char>,
    /// Further column headings that are expected, as they are written.
    pub headings: Vec<String>,
    /// Whether rows and columns the spreadsheet hides are read.
    pub shown: Shown,
}

/// Whether what a spreadsheet hides, by hand or by a filter, is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// It is read like everything else, and told.
    #[default]
    Everything,
    /// It is left out, and told.
    OnlyWhatIsShown,
}

impl Shown {
    /// What a row is, of a table of which all or only what is shown is read.
    fn kind(self, body: &Body, row: &Row) -> Kind {
        match body.kind(row) {
            Kind::Data if row.hidden && self == Self::OnlyWhatIsShown => Kind::Hidden,
            kind => kind,
        }
    }
}

/// A table that was opened and looked through.
pub struct Table {
    origin: Origin,
    form: Form,
    about: About,
    headings: Vec<Heading>,
    body: Body,
    regions: Arc<[Region]>,
    sample: Vec<Row>,
    shown: Shown,
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Which column, from 0.
    pub at: usize,
    /// Its letters, as a spreadsheet calls it.
    pub letters: String,
    /// What it is called, parts of several rows joined by ` / `; empty when it is not called anything.
    pub text: String,
    /// Whether it is only called so by a merged cell that begins further left.
    pub reached: bool,
}

/// What is known of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The format of the file.
    pub format: Format,
    /// SHA-256 of the file, by which an import recognises it.
    pub digest: [u8; 32],
    /// Its length in bytes.
    pub bytes: u64,
    /// The lines of the heading; none when the table begins with data.
    pub heading_lines: Vec<u64>,
    /// How many rows of data it has.
    pub rows: u64,
    /// Rows that hold nobody.
    pub skipped: Skipped,
    /// Rows of data that the spreadsheet hides and that are read all the same.
    pub hidden: Lines,
    /// Columns the spreadsheet hides, by their letters.
    pub hidden_columns: Vec<String>,
}

/// The format of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// A text file.
    Text {
        /// Its encoding (`UTF-8`, `Shift_JIS`).
        encoding: &'static str,
        /// The sign that parts its fields.
        delimiter: char,
    },
    /// A workbook.
    Workbook {
        /// The sheet that is read.
        sheet: String,
        /// The other sheets.
        others: Vec<String>,
    },
}

/// How to read the file again.
enum Form {
    Text { encoding: &'static Encoding, sign: u8 },
    Sheet(String),
    OldSheet(String),
}

/// The rows of data of a table, in the order of the file.
pub struct Rows {
    source: Source,
    body: Body,
    fill: Fill,
    skipped: Skipped,
    shown: Shown,
    broken: bool,
}

/// Rows as they stand in the file, headings and all.
pub(crate) enum Source {
    Text(Box<Records>),
    Sheet(Box<SheetRows>),
    Old(Box<OldRows>),
}

/// Opens a file and looks it through.
///
/// # Errors
/// [`Unreadable`]: why it is no table that can be read, with what to do about it.
pub fn open(origin: &Origin, choice: &Choice) -> Result<Table, Unreadable> {
    let glance = encoding::glance(origin)?;
    if glance.bytes == 0 {
        return Err(Unreadable::whole(Trouble::Empty));
    }
    match glance.head.as_slice() {
        [b'P', b'K', 3, 4, ..] => open_workbook(origin, choice, &glance),
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => open_old(origin, choice, &glance),
        head if is_foreign(head) => Err(Unreadable::whole(Trouble::Kind)),
        _ => open_text(origin, choice, &glance),
    }
}

impl Table {
    /// What is known of it.
    #[must_use]
    pub const fn about(&self) -> &About {
        &self.about
    }

    /// Its columns.
    #[must_use]
    pub fn headings(&self) -> &[Heading] {
        &self.headings
    }

    /// A few hundred of its rows, spread over the whole file. Long cells are cut.
    #[must_use]
    pub fn sample(&self) -> &[Row] {
        &self.sample
    }

    /// The name of the sheet, for saying where a cell is.
    #[must_use]
    pub fn sheet(&self) -> Option<&str> {
        match &self.about.format {
            Format::Workbook { sheet, .. } => Some(sheet),
            Format::Text { .. } => None,
        }
    }

    /// The rows of data from the first. Can be asked for as often as needed.
    ///
    /// # Errors
    /// [`Unreadable`] when the file cannot be opened again.
    pub fn rows(&self) -> Result<Rows, Unreadable> {
        let source = match &self.form {
            Form::Text { encoding, sign } => Source::Text(Box::new(Records::open(&self.origin, encoding, *sign)?)),
            Form::Sheet(name) => {
                Source::Sheet(Box::new(sheet_rows(&mut Workbook::open(&self.origin)?, name, self.shown)?))
            }
            Form::OldSheet(name) => Source::Old(Box::new(OldWorkbook::open(&self.origin)?.rows(name)?)),
        };
        let fill = Fill::new(&self.regions, self.about.heading_lines.last().copied().unwrap_or(0));
        Ok(Rows {
            source,
            body: self.body.clone(),
            fill,
            skipped: Skipped::default(),
            shown: self.shown,
            broken: false,
        })
    }

    fn new(
        origin: &Origin,
        form: Form,
        format: Format,
        glance: &Glance,
        survey: Survey,
        choice: &Choice,
    ) -> Result<Self, Unreadable> {
        // A ledger names data elements in its cells; only lists of people are looked at for this.
        if choice.headings.is_empty() && survey.is_form() {
            return Err(Unreadable::whole(Trouble::Form));
        }
        let shown = choice.shown;
        let Head { lines, headings, reached, .. } = survey.head;
        if headings.is_empty() {
            return Err(Unreadable::whole(Trouble::Empty));
        }
        let headings = headings.into_iter().zip(reached).enumerate();
        let headings =
            headings.map(|(at, (text, reached))| Heading { at, letters: letters(at), text, reached }).collect();
        Ok(Self {
            origin: origin.clone(),
            form,
            about: About {
                format,
                digest: glance.digest,
                bytes: glance.bytes,
                heading_lines: lines,
                rows: survey.rows,
                skipped: survey.skipped,
                hidden: survey.hidden,
                hidden_columns: survey.hidden_columns.into_iter().map(letters).collect(),
            },
            headings,
            body: survey.body,
            regions: survey.regions.into(),
            sample: survey.sample,
            shown,
        })
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("about", &self.about).finish_non_exhaustive()
    }
}

impl Rows {
    /// What was left out so far.
    #[must_use]
    pub const fn skipped(&self) -> &Skipped {
        &self.skipped
    }

    /// Whether the workbook counts its days from 1904, as old ones of Macintosh do.
    #[must_use]
    pub fn counts_from_1904(&self) -> bool {
        match &self.source {
            Source::Sheet(rows) => rows.counts_from_1904(),
            Source::Text(_) | Source::Old(_) => false,
        }
    }

    /// How many bytes of the file are held at this moment, when it is a text file: one record.
    #[must_use]
    pub fn held_bytes(&self) -> Option<usize> {
        match &self.source {
            Source::Text(records) => Some(records.held_bytes()),
            Source::Sheet(_) | Source::Old(_) => None,
        }
    }
}

impl Iterator for Rows {
    type Item = Result<Row, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.broken {
            match self.source.next()? {
                Ok(mut row) => {
                    self.fill.apply(&mut row);
                    match self.shown.kind(&self.body, &row) {
                        Kind::Data => return Some(Ok(row)),
                        kind => self.skipped.count(kind, row.line),
                    }
                }
                Err(unreadable) => {
                    self.broken = true;
                    return Some(Err(unreadable));
                }
            }
        }
        None
    }
}

impl Source {
    fn regions(&self) -> &[Region] {
        match self {
            Self::Text(_) => &[],
            Self::Sheet(rows) => rows.regions(),
            Self::Old(rows) => rows.regions(),
        }
    }

    fn hidden_columns(&self) -> &[usize] {
        match self {
            Self::Sheet(rows) => rows.hidden_columns(),
            Self::Text(_) | Self::Old(_) => &[],
        }
    }
}

impl Iterator for Source {
    type Item = Result<Row, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Text(records) => records.next(),
            Self::Sheet(rows) => rows.next(),
            Self::Old(rows) => rows.next(),
        }
    }
}

fn open_text(origin: &Origin, choice: &Choice, glance: &Glance) -> Result<Table, Unreadable> {
    let named = match choice.encoding.as_deref() {
        Some(label) => Some(Encoding::for_label(label.as_bytes()).ok_or(Unreadable::whole(Trouble::Encoding))?),
        None => None,
    };
    let encoding = encoding::detect(origin, glance, named)?;
    let sign = match choice.delimiter.and_then(|sign| u8::try_from(sign).ok()) {
        Some(sign) => sign,
        None => delimited::sign(origin, encoding)?,
    };
    let source = Source::Text(Box::new(Records::open(origin, encoding, sign)?));
    let survey = Survey::of(source, &also(choice), choice.shown)?;
    let format = Format::Text { encoding: encoding.name(), delimiter: char::from(sign) };
    Table::new(origin, Form::Text { encoding, sign }, format, glance, survey, choice)
}

fn open_workbook(origin: &Origin, choice: &Choice, glance: &Glance) -> Result<Table, Unreadable> {
    let mut book = Workbook::open(origin)?;
    let sheets: Vec<(String, bool)> = book.sheets().iter().map(|sheet| (sheet.name.clone(), sheet.shown)).collect();
    let also = also(choice);
    let name =
        chosen(&sheets, choice, &also, |name| Ok(Source::Sheet(Box::new(sheet_rows(&mut book, name, choice.shown)?))))?;
    let rows = Source::Sheet(Box::new(sheet_rows(&mut book, &name, choice.shown)?));
    let survey = Survey::of(rows, &also, choice.shown)?;
    let format = workbook_format(&name, sheets);
    Table::new(origin, Form::Sheet(name), format, glance, survey, choice)
}

fn open_old(origin: &Origin, choice: &Choice, glance: &Glance) -> Result<Table, Unreadable> {
    let mut book = OldWorkbook::open(origin)?;
    let sheets = book.sheets();
    let also = also(choice);
    let name = chosen(&sheets, choice, &also, |name| Ok(Source::Old(Box::new(book.rows(name)?))))?;
    let survey = Survey::of(Source::Old(Box::new(book.rows(&name)?)), &also, choice.shown)?;
    let format = workbook_format(&name, sheets);
    Table::new(origin, Form::OldSheet(name), format, glance, survey, choice)
}

fn workbook_format(name: &str, sheets: Vec<(String, bool)>) -> Format {
    let others = sheets.into_iter().map(|(name, _)| name).filter(|other| other != name).collect();
    Format::Workbook { sheet: name.to_owned(), others }
}

fn sheet_rows(book: &mut Workbook, name: &str, shown: Shown) -> Result<SheetRows, Unreadable> {
    let sheet = book.sheets().iter().find(|sheet| sheet.name == name).cloned();
    book.rows(&sheet.ok_or(Unreadable::whole(Trouble::Sheet))?, shown)
}

/// The sheet asked for, or the one that is most like a list of people; of equals the first.
fn chosen(
    sheets: &[(String, bool)],
    choice: &Choice,
    also: &[String],
    mut rows: impl FnMut(&str) -> Result<Source, Unreadable>,
) -> Result<String, Unreadable> {
    if let Some(asked) = &choice.sheet {
        let found =
            sheets.iter().map(|(name, _)| name).find(|name| *name == asked || words::key(name) == words::key(asked));
        return found.cloned().ok_or(Unreadable::whole(Trouble::Sheet));
    }
    let mut best: Option<(usize, &str)> = None;
    for (name, _) in sheets.iter().filter(|(_, shown)| *shown).take(40) {
        let first: Vec<Row> = rows(name)?.take(head::LOOK_ROWS).collect::<Result<_, _>>()?;
        let head = head::find(&first, &[], also);
        let filled = first.iter().filter(|row| !row.is_blank()).count();
        let worth = if filled == 0 { 0 } else { 1 + head.known * 100 + filled.min(20) };
        if best.is_none_or(|(most, _)| worth > most) {
            best = Some((worth, name));
        }
    }
    let (_, name) = best.ok_or(Unreadable::whole(Trouble::Empty))?;
    Ok(name.to_owned())
}

fn also(choice: &Choice) -> Vec<String> {
    choice.headings.iter().map(|heading| words::key(heading)).filter(|key| !key.is_empty()).collect()
}

/// Beginnings of files that are something else: PDF, images, RTF, web pages.
fn is_foreign(head: &[u8]) -> bool {
    let text: Vec<u8> = head.iter().copied().skip_while(|byte| byte.is_ascii_whitespace()).take(16).collect();
    let beginnings: [&[u8]; 8] =
        [b"%PDF", b"\x89PNG", b"GIF8", b"\xFF\xD8\xFF", b"{\\rtf", b"<!DOCTYPE", b"<html", b"<?xml"];
    beginnings
        .iter()
        .any(|beginning| text.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning)))
}
