//! Reading logs that other systems keep: door logs of IC-card systems, attendance, access logs; as CSV in any encoding and as
//! XLSX, with columns known by what they mean, as JSON lines, and as syslog (RFC 5424, RFC 3164).
//!
//! A log is read line by line and handed on event by event; nothing of it is kept. What cannot be read is told by its line: a line
//! that was torn never swallows the next one, and none is left out without being counted.

mod fields;
mod json;
mod lines;
mod syslog;
mod table;
mod time;
mod why;
mod words;

pub use self::why::Why;
pub use self::words::Role;

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use policy::logs::{Event, LogSort, What};
use policy::normal::DateOrder;

use crate::file::{Lines, Origin, Unreadable};

/// What is known of a log before it is read.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What it records.
    pub sort: LogSort,
    /// Where its clocks are, where a line does not say so itself.
    pub zone: TimeZone,
    /// The day of the reading: an old syslog writes no year.
    pub today: Date,
    /// In which order its dates write day and month, where the lines themselves do not tell.
    pub order: DateOrder,
    /// Columns a person named: what they mean, and their heading or letters.
    pub columns: Vec<(Role, String)>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
}

/// How a log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A table: a text file or a workbook.
    Table,
    /// One JSON object on each line.
    JsonLines,
    /// Syslog.
    Syslog,
}

impl Form {
    /// Its code in reports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::JsonLines => "json-lines",
            Self::Syslog => "syslog",
        }
    }
}

/// What came of reading a log.
#[derive(Clone, Debug)]
pub struct Read {
    /// How it is written.
    pub form: Form,
    /// SHA-256 of the file.
    pub digest: [u8; 32],
    /// How many lines it has, without its heading and without empty ones.
    pub lines: u64,
    /// How many events were handed on.
    pub events: u64,
    /// Lines that name nobody: of machines, of days off.
    pub nobody: u64,
    /// Lines whose moment is before that of an earlier line.
    pub unordered: Lines,
    /// How many lines could not be read.
    pub unread: u64,
    /// The first of them, and why.
    pub troubles: Vec<(u64, Why)>,
    /// What the columns were taken for: the heading, and what it means.
    pub columns: Vec<(String, Role)>,
}

/// The most lines that are told with what is wrong with them.
const TOLD: usize = 100;

impl Read {
    fn new(form: Form, digest: [u8; 32]) -> Self {
        Self {
            form,
            digest,
            lines: 0,
            events: 0,
            nobody: 0,
            unordered: Lines::default(),
            unread: 0,
            troubles: Vec::new(),
            columns: Vec::new(),
        }
    }

    fn trouble(&mut self, line: u64, why: Why) {
        self.unread += 1;
        if self.troubles.len() < TOLD {
            self.troubles.push((line, why));
        }
    }
}

/// Hands events on, and counts what goes by.
struct Hands<'a> {
    read: Read,
    newest: i64,
    /// What words meant that were met before: a log has few of them, and each on every line.
    ways: HashMap<String, Option<What>>,
    each: &'a mut dyn FnMut(&Event<'_>),
}

/// One event before it is known on which line it stands.
struct Found<'a> {
    at: time::At,
    who: &'a str,
    place: &'a str,
    what: What,
    work: Option<&'a str>,
}

impl Hands<'_> {
    /// What a word of a column of ways says took place.
    fn way(&mut self, word: &str) -> Option<What> {
        if let Some(known) = self.ways.get(word) {
            return *known;
        }
        let what = words::what(word);
        if self.ways.len() < 4096 {
            self.ways.insert(word.to_owned(), what);
        }
        what
    }

    fn event(&mut self, line: u64, found: &Found<'_>) {
        let Found { at, who, place, what, work } = *found;
        if at.millis < self.newest {
            self.read.unordered.add(line);
        }
        self.newest = self.newest.max(at.millis);
        self.read.events += 1;
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        (self.each)(&Event { line, at: at.millis, day: at.day, second: at.second, who, place, what, work });
    }
}

/// Reads a log from its first line to its last, and hands on each event.
///
/// # Errors
/// [`Unreadable`]: why it is no log that can be read, with what to do about it. What is wrong with single lines is told in [`Read`].
pub fn read(origin: &Origin, settings: &Settings, mut each: impl FnMut(&Event<'_>)) -> Result<Read, Unreadable> {
    let form = lines::form(origin)?;
    let mut hands = Hands { read: Read::new(form, [0; 32]), newest: i64::MIN, ways: HashMap::new(), each: &mut each };
    match form {
        Form::Table => table::read(origin, settings, &mut hands)?,
        Form::JsonLines => lines::each(
            origin,
            &mut hands,
            |hands, line, text, clock| json::read(hands, settings, line, text, clock),
            settings,
        )?,
        Form::Syslog => lines::each(
            origin,
            &mut hands,
            |hands, line, text, clock| syslog::read(hands, settings, line, text, clock),
            settings,
        )?,
    }
    Ok(hands.read)
}
