//! Japanese public holidays, by the Act on National Holidays (1948 No. 178) as in force from 2020.

use jiff::civil::{Date, Weekday};

/// Whether government offices are closed for the turn of the year: 29 December to 3 January.
pub(super) fn is_year_end(day: Date) -> bool {
    matches!((day.month(), day.day()), (12, 29..=31) | (1, 1..=3))
}

/// Whether the day is a holiday: named, in place of one that fell on a Sunday, or between two.
pub(super) fn is_holiday(day: Date) -> bool {
    is_named(day) || is_substitute(day) || is_between(day)
}

/// Article 3(2): a holiday that falls on a Sunday moves to the next day that is not a holiday itself.
fn is_substitute(day: Date) -> bool {
    let mut day = day;
    while let Ok(before) = day.yesterday() {
        if !is_named(before) {
            return false;
        }
        if before.weekday() == Weekday::Sunday {
            return true;
        }
        day = before;
    }
    false
}

/// Article 3(3): a day between two holidays is one.
fn is_between(day: Date) -> bool {
    let named = |other: Result<Date, jiff::Error>| other.is_ok_and(is_named);
    !is_named(day) && named(day.yesterday()) && named(day.tomorrow())
}

/// Article 2, with the moves of the two Olympic summers.
fn is_named(day: Date) -> bool {
    let year = day.year();
    match (year, day.month(), day.day()) {
        (2020, 7, 23 | 24) | (2020, 8, 10) | (2021, 7, 22 | 23) | (2021, 8, 8) => return true,
        (2020 | 2021, 7 | 8 | 10, _) => return false,
        _ => {}
    }
    match (day.month(), day.day()) {
        (1, 1) | (2, 11 | 23) | (4, 29) | (5, 3..=5) | (8, 11) | (11, 3 | 23) => true,
        (1 | 10, date) => is_monday(day, 2, date),
        (3, date) => i32::from(date) == equinox(year, 20_843_100),
        (7, date) => is_monday(day, 3, date),
        (9, date) => is_monday(day, 3, date) || i32::from(date) == equinox(year, 23_248_800),
        _ => false,
    }
}

/// Whether the day is the nth Monday of its month.
fn is_monday(day: Date, nth: i8, date: i8) -> bool {
    day.weekday() == Weekday::Monday && (date - 1) / 7 + 1 == nth
}

/// The date of an equinox between 1980 and 2099, from its place in 1980 in millionths of a day.
fn equinox(year: i16, in_1980: i32) -> i32 {
    let years = i32::from(year) - 1980;
    (in_1980 + 242_194 * years) / 1_000_000 - years / 4
}
