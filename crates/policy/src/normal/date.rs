//! Dates as Japanese, Vietnamese and English lists write them.
//!
//! Whether `05/03/2024` is in March or in May is not in the cell. A column usually tells ([`Evidence`]); what
//! stays undecided is refused rather than guessed.

use jiff::civil::Date;

use super::Reason;
use super::era;
use super::fold::{fold, is_hyphen};
use super::latin::bare;
use super::numeral;

/// Whether the day or the month comes first where a date ends with its year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// `05/03/2024` is 5 March: Vietnam, Europe.
    DayFirst,
    /// `05/03/2024` is 3 May: the United States.
    MonthFirst,
    /// Nothing tells; such a date is refused unless only one order is possible.
    Unsettled,
}

/// A date as precisely as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dated {
    /// A day.
    Day(Date),
    /// A month of a year.
    Month {
        /// The year.
        year: i16,
        /// 1 to 12.
        month: i8,
    },
    /// A year.
    Year(i16),
}

impl Dated {
    /// ISO 8601: `1975-03-05`, `1975-03`, `1975`.
    #[must_use]
    pub fn iso(self) -> String {
        match self {
            Self::Day(day) => day.to_string(),
            Self::Month { year, month } => format!("{year:04}-{month:02}"),
            Self::Year(year) => format!("{year:04}"),
        }
    }
}

/// Reads a date.
///
/// # Errors
/// Why it is no date, as a [`Reason`].
pub fn read(text: &str, order: DateOrder) -> Result<Dated, Reason> {
    match parse(text)? {
        Written::Clear(dated) => Ok(dated),
        Written::Either(first, second, year) => choose(first, second, year, order),
    }
}

/// Every date the text can mean: two when day and month could each be the other.
///
/// # Errors
/// Why it is no date, as a [`Reason`].
pub fn readings(text: &str) -> Result<Vec<Dated>, Reason> {
    match parse(text)? {
        Written::Clear(dated) => Ok(vec![dated]),
        Written::Either(first, second, year) => {
            let mut both = vec![day(year, second, first)?, day(year, first, second)?];
            both.dedup();
            Ok(both)
        }
    }
}

/// A day counted by a spreadsheet, as its number cells hold it: 45356 is 5 March 2024.
///
/// # Errors
/// [`Reason::DateRange`] for a number that is no day of the years covered.
pub fn of_serial(serial: f64, from_1904: bool) -> Result<Date, Reason> {
    let days = serial.floor();
    if !(days.is_finite() && (1.0..=120_000.0).contains(&days)) {
        return Err(Reason::DateRange);
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked in the line above")]
    let days = days as i32;
    // Spreadsheets believe in 29 February 1900; before it, their count is one less.
    let (start, shift) = match (from_1904, days) {
        (true, _) => (Date::constant(1904, 1, 1), 0),
        (false, ..60) => (Date::constant(1899, 12, 31), 0),
        (false, 60) => return Err(Reason::DateImpossible),
        (false, _) => (Date::constant(1899, 12, 31), -1),
    };
    let span = jiff::Span::new().days(days + shift);
    start.checked_add(span).map_err(|_| Reason::DateRange)
}

/// What the values of one column say about the order of day and month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Values possible only with the day first.
    pub day_first: u32,
    /// Values possible only with the month first.
    pub month_first: u32,
    /// Values possible both ways and different.
    pub either: u32,
}

impl Evidence {
    /// Counts one more value.
    pub fn add(&mut self, text: &str) {
        let Ok(parts) = split(text) else { return };
        if let Parts::YearLast(first, second, year) = parts {
            match (day(year, second, first).is_ok(), day(year, first, second).is_ok()) {
                (true, false) => self.day_first += 1,
                (false, true) => self.month_first += 1,
                (true, true) if first != second => self.either += 1,
                _ => {}
            }
        }
    }

    /// The order the column was written in; `otherwise` where its values leave it open,
    /// and [`DateOrder::Unsettled`] where they contradict one another.
    #[must_use]
    pub const fn order(self, otherwise: DateOrder) -> DateOrder {
        match (self.day_first, self.month_first) {
            (0, 0) => otherwise,
            (_, 0) => DateOrder::DayFirst,
            (0, _) => DateOrder::MonthFirst,
            _ => DateOrder::Unsettled,
        }
    }
}

enum Written {
    Clear(Dated),
    /// Both orders are days of the calendar, and different ones.
    Either(i8, i8, i16),
}

/// The numbers of a date, before the calendar is asked.
enum Parts {
    Day(i16, i8, i8),
    Month(i16, i8),
    Year(i16),
    /// Two numbers and then the year.
    YearLast(i8, i8, i16),
    Era(Dated),
}

fn parse(text: &str) -> Result<Written, Reason> {
    let dated = match split(text)? {
        Parts::Era(dated) => dated,
        Parts::Day(y, m, d) => day(y, m, d)?,
        Parts::Month(y, m) => month(y, m)?,
        Parts::Year(y) => Dated::Year(in_range(y)?),
        Parts::YearLast(first, second, year) => match (day(year, second, first), day(year, first, second)) {
            (Ok(one), Ok(other)) if one != other => return Ok(Written::Either(first, second, year)),
            (Ok(dated), _) | (_, Ok(dated)) => dated,
            (Err(reason), _) => return Err(reason),
        },
    };
    Ok(Written::Clear(dated))
}

fn choose(first: i8, second: i8, year: i16, order: DateOrder) -> Result<Dated, Reason> {
    match order {
        DateOrder::DayFirst => day(year, second, first),
        DateOrder::MonthFirst => day(year, first, second),
        DateOrder::Unsettled => Err(Reason::DateOrder),
    }
}

fn day(year: i16, month: i8, day: i8) -> Result<Dated, Reason> {
    in_range(year)?;
    Date::new(year, month, day).map(Dated::Day).map_err(|_| Reason::DateImpossible)
}

fn month(year: i16, month: i8) -> Result<Dated, Reason> {
    in_range(year)?;
    if (1..=12).contains(&month) { Ok(Dated::Month { year, month }) } else { Err(Reason::DateImpossible) }
}

fn in_range(year: i16) -> Result<i16, Reason> {
    if (1850..=2150).contains(&year) { Ok(year) } else { Err(Reason::DateRange) }
}

fn split(text: &str) -> Result<Parts, Reason> {
    if text.len() > 200 {
        return Err(Reason::Long);
    }
    let folded = fold(text);
    let written = without_day_name(without_time(folded.as_str()));
    let written = ["生まれ", "生"].iter().find_map(|tail| written.strip_suffix(tail)).unwrap_or(written).trim();
    if written.is_empty() {
        return Err(Reason::Empty);
    }
    if let Some((first_year, era)) = era::of(written) {
        return era::read(first_year, era).map(Parts::Era);
    }
    if written.contains('年') {
        return japanese(written);
    }
    if written.chars().any(char::is_alphabetic) {
        return worded(&bare(written));
    }
    numeric(written)
}

/// `2024年3月5日`, `二〇二四年三月五日`, `2024年`.
fn japanese(written: &str) -> Result<Parts, Reason> {
    let (year, rest) = written.split_once('年').ok_or(Reason::DateForm)?;
    let year = year.trim().trim_start_matches("西暦").trim();
    let digits = year.chars().count();
    let year = number(year)?;
    if digits < 3 && year < 100 {
        return Err(Reason::DateShortYear);
    }
    match month_and_day(rest)? {
        (None, _) => Ok(Parts::Year(year)),
        (Some(month), None) => Ok(Parts::Month(year, month)),
        (Some(month), Some(day)) => Ok(Parts::Day(year, month, day)),
    }
}

/// What follows a Japanese year: nothing, `3月`, `3月5日`.
pub(super) fn month_and_day(rest: &str) -> Result<(Option<i8>, Option<i8>), Reason> {
    let rest = rest.trim().trim_end_matches('頃');
    if rest.is_empty() {
        return Ok((None, None));
    }
    let (month, rest) = rest.split_once('月').ok_or(Reason::DateForm)?;
    let month = small(month)?;
    let rest = rest.trim();
    if rest.is_empty() {
        return Ok((Some(month), None));
    }
    let day = rest.strip_suffix('日').unwrap_or(rest);
    Ok((Some(month), Some(small(day)?)))
}

/// Dates with words in them: `ngay 5 thang 3 nam 2024`, `5 march 2024`, `march 5, 2024`, `05-mar-2024`.
fn worded(plain: &str) -> Result<Parts, Reason> {
    let mut numbers: Vec<&str> = Vec::new();
    let mut month_word = None;
    let mut cues: Vec<(&str, usize)> = Vec::new();
    for word in pieces(plain) {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            numbers.push(word);
        } else if let Some(month) = month_named(word) {
            if month_word.replace((month, numbers.len())).is_some() {
                return Err(Reason::DateForm);
            }
        } else if matches!(word, "ngay" | "mung" | "thang" | "nam") {
            cues.push((word, numbers.len()));
        } else if !matches!(word, "st" | "nd" | "rd" | "th" | "of" | "sinh") {
            return Err(Reason::DateForm);
        }
    }
    if let Some((month, _)) = month_word {
        return match numbers.as_slice() {
            [year] if year.len() == 4 => Ok(Parts::Month(number(year)?, month)),
            [day, year] if year.len() == 4 => Ok(Parts::Day(number(year)?, month, small(day)?)),
            [year, day] if year.len() == 4 => Ok(Parts::Day(number(year)?, month, small(day)?)),
            [_, _] => Err(Reason::DateShortYear),
            _ => Err(Reason::DateForm),
        };
    }
    let after = |cue: &str| cues.iter().find(|(word, _)| *word == cue).and_then(|(_, at)| numbers.get(*at).copied());
    match (after("thang"), after("nam"), numbers.as_slice()) {
        (None, Some(year), [_]) => Ok(Parts::Year(full_year(year)?)),
        (Some(month), Some(year), [_, _]) => Ok(Parts::Month(full_year(year)?, small(month)?)),
        (Some(month), None, [first, year]) if *first == month => Ok(Parts::Month(full_year(year)?, small(month)?)),
        (Some(month), _, [day, second, year]) if *second == month => {
            Ok(Parts::Day(full_year(year)?, small(month)?, small(day)?))
        }
        (None, None, [first, second, year]) if !cues.is_empty() && year.len() == 4 => {
            // "ngày 05/03/2024": the word says which language it is, and so the order.
            Ok(Parts::Day(number(year)?, small(second)?, small(first)?))
        }
        _ => Err(Reason::DateForm),
    }
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let is_break = |letter: char| letter.is_whitespace() || matches!(letter, ',' | '.' | '-' | '/' | ':');
    text.split(is_break)
        .flat_map(|word| {
            // "5th", "thang3": digits and letters part by themselves.
            let turn = word
                .char_indices()
                .zip(word.chars().skip(1))
                .find(|((_, here), next)| here.is_ascii_digit() != next.is_ascii_digit())
                .map_or(word.len(), |((at, here), _)| at + here.len_utf8());
            let (head, tail) = word.split_at_checked(turn).unwrap_or((word, ""));
            [head, tail]
        })
        .filter(|piece| !piece.is_empty())
}

fn month_named(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let found = MONTHS.iter().zip(1_i8..).find(|(name, _)| {
        **name == word || (word.len() == 3 && name.starts_with(word)) || (word == "sept" && name.starts_with(word))
    });
    found.map(|(_, number)| number)
}

/// Digits with `/`, `-`, `.` or spaces between them, or eight digits.
fn numeric(written: &str) -> Result<Parts, Reason> {
    let parts: Vec<&str> = written
        .split(|letter: char| matches!(letter, '/' | '.' | ' ' | '・' | ',') || is_hyphen(letter))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    if !parts.iter().all(|part| part.chars().all(numeral::is_numeral)) {
        return Err(Reason::DateForm);
    }
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => Ok(Parts::Day(number(year)?, small(month)?, small(day)?)),
        [first, second, year] if year.len() == 4 => Ok(Parts::YearLast(small(first)?, small(second)?, number(year)?)),
        [first, _, last] if first.len() <= 2 && last.len() <= 2 => Err(Reason::DateShortYear),
        [year, month] if year.len() == 4 && month.len() <= 2 => Ok(Parts::Month(number(year)?, small(month)?)),
        [month, year] if year.len() == 4 && month.len() <= 2 => Ok(Parts::Month(number(year)?, small(month)?)),
        [whole] if whole.len() == 8 && whole.is_ascii() => {
            let cut = |from: usize, to: usize| whole.get(from..to).unwrap_or("");
            Ok(Parts::Day(number(cut(0, 4))?, small(cut(4, 6))?, small(cut(6, 8))?))
        }
        [year] if year.len() == 4 => Ok(Parts::Year(number(year)?)),
        _ => Err(Reason::DateForm),
    }
}

pub(super) fn number(run: &str) -> Result<i16, Reason> {
    numeral::value(run.trim()).and_then(|value| i16::try_from(value).ok()).ok_or(Reason::DateForm)
}

pub(super) fn small(run: &str) -> Result<i8, Reason> {
    i8::try_from(number(run)?).map_err(|_| Reason::DateImpossible)
}

fn full_year(run: &str) -> Result<i16, Reason> {
    if run.len() == 4 { number(run) } else { Err(Reason::DateShortYear) }
}

/// Cuts a time of day without a zone: exports write `1985-03-05 00:00:00`. With a zone it is another thing,
/// an instant, whose day depends on where one stands; that is left in place and so refused.
fn without_time(folded: &str) -> &str {
    let text = ["am", "pm"].iter().find_map(|half| folded.strip_suffix(half)).unwrap_or(folded).trim_end();
    let parted = text.rsplit_once(char::is_whitespace).or_else(|| text.split_once('t'));
    match parted {
        Some((date, time)) if is_clock(time) => date.trim_end(),
        _ => folded,
    }
}

fn is_clock(time: &str) -> bool {
    time.contains(':')
        && time.split(':').count() <= 3
        && time.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'))
}

/// Cuts `(火)`, `火曜日`.
fn without_day_name(written: &str) -> &str {
    let head = match written.rsplit_once('(') {
        Some((head, tail)) if tail.ends_with(')') && tail.chars().count() <= 5 => head,
        _ => written,
    };
    let head = head.trim_end();
    let short = ["月", "火", "水", "木", "金", "土", "日"].iter().find_map(|day| {
        head.strip_suffix("曜日").or_else(|| head.strip_suffix("曜")).and_then(|rest| rest.strip_suffix(day))
    });
    short.unwrap_or(head).trim_end()
}
