//! Japanese eras: their names, short forms and first and last days.

use jiff::civil::Date;

use super::Reason;
use super::date::{Dated, month_and_day, number, small};

/// An era with the days on which it began and ended.
#[derive(Clone, Copy)]
pub(super) struct Era {
    names: [&'static str; 3],
    first: Date,
    last: Date,
}

/// Meiji counts from 1873, when the calendar became today's; nobody living was born before.
const ERAS: [Era; 5] = [
    Era { names: ["令和", "令", "r"], first: Date::constant(2019, 5, 1), last: Date::constant(2150, 12, 31) },
    Era { names: ["平成", "平", "h"], first: Date::constant(1989, 1, 8), last: Date::constant(2019, 4, 30) },
    Era { names: ["昭和", "昭", "s"], first: Date::constant(1926, 12, 25), last: Date::constant(1989, 1, 7) },
    Era { names: ["大正", "大", "t"], first: Date::constant(1912, 7, 30), last: Date::constant(1926, 12, 24) },
    Era { names: ["明治", "明", "m"], first: Date::constant(1873, 1, 1), last: Date::constant(1912, 7, 29) },
];

/// The era a folded text begins with, and what follows; a letter or a single kanji only before a number.
pub(super) fn of(folded: &str) -> Option<(Era, &str)> {
    ERAS.iter().find_map(|era| {
        let [full, _, _] = era.names;
        let named = folded.strip_prefix(full);
        let rest = named.or_else(|| era.names.iter().find_map(|name| folded.strip_prefix(name)))?.trim_start();
        let rest = rest.strip_prefix('.').unwrap_or(rest).trim_start();
        rest.starts_with(|letter: char| letter == '元' || super::numeral::is_numeral(letter)).then_some((*era, rest))
    })
}

/// The date a text gives after its era.
pub(super) fn read(era: Era, rest: &str) -> Result<Dated, Reason> {
    let (year, month, day) = parts(rest)?;
    if year < 1 {
        return Err(Reason::DateEra);
    }
    let base = if era.first.year() == 1873 { 1868 } else { era.first.year() };
    let year = base.checked_add(year - 1).ok_or(Reason::DateEra)?;
    match (month, day) {
        (Some(month), Some(day)) => {
            let date = Date::new(year, month, day).map_err(|_| Reason::DateImpossible)?;
            if (era.first..=era.last).contains(&date) { Ok(Dated::Day(date)) } else { Err(Reason::DateEra) }
        }
        (Some(month), None) => {
            if !(1..=12).contains(&month) {
                return Err(Reason::DateImpossible);
            }
            let within = (era.first.year(), era.first.month())..=(era.last.year(), era.last.month());
            if within.contains(&(year, month)) { Ok(Dated::Month { year, month }) } else { Err(Reason::DateEra) }
        }
        (None, _) => {
            let within = era.first.year()..=era.last.year();
            if within.contains(&year) { Ok(Dated::Year(year)) } else { Err(Reason::DateEra) }
        }
    }
}

/// `6年3月5日`, `6.3.5`, `元/5/1`, `060305`.
fn parts(rest: &str) -> Result<(i16, Option<i8>, Option<i8>), Reason> {
    if let Some((year, rest)) = rest.split_once('年') {
        let (month, day) = month_and_day(rest)?;
        return Ok((number(year)?, month, day));
    }
    let pieces: Vec<&str> = rest.split(['.', '/', '-', ' ']).map(str::trim).filter(|piece| !piece.is_empty()).collect();
    match pieces.as_slice() {
        [whole] if whole.len() == 6 && whole.is_ascii() => {
            let cut = |from: usize, to: usize| whole.get(from..to).unwrap_or("");
            Ok((number(cut(0, 2))?, Some(small(cut(2, 4))?), Some(small(cut(4, 6))?)))
        }
        [year] => Ok((number(year)?, None, None)),
        [year, month] => Ok((number(year)?, Some(small(month)?), None)),
        [year, month, day] => Ok((number(year)?, Some(small(month)?), Some(small(day)?))),
        _ => Err(Reason::DateForm),
    }
}
