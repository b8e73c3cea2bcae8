//! Weeks as ISO 8601 counts them: they begin on a Monday, and the first of a year has its first Thursday.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, ISOWeekDate, Weekday};
use serde::{Serialize, Serializer};

/// A week: `2026-W47`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Week {
    year: i16,
    week: i8,
}

/// A text that is no week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a week is written as 2026-W47")]
pub struct NotAWeek;

impl Week {
    /// The week of a day.
    #[must_use]
    pub fn of(day: Date) -> Self {
        let iso = day.iso_week_date();
        Self { year: iso.year(), week: iso.week() }
    }

    /// Its Monday.
    #[must_use]
    pub fn first(self) -> Date {
        self.day(Weekday::Monday)
    }

    /// Its Sunday.
    #[must_use]
    pub fn last(self) -> Date {
        self.day(Weekday::Sunday)
    }

    fn day(self, weekday: Weekday) -> Date {
        ISOWeekDate::new(self.year, self.week, weekday).map_or(Date::ZERO, Date::from)
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-W{:02}", self.year, self.week)
    }
}

impl FromStr for Week {
    type Err = NotAWeek;

    fn from_str(text: &str) -> Result<Self, NotAWeek> {
        let (year, week) = text.split_once("-W").ok_or(NotAWeek)?;
        let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(week, 2) {
            return Err(NotAWeek);
        }
        let (year, week) = (year.parse().map_err(|_| NotAWeek)?, week.parse().map_err(|_| NotAWeek)?);
        ISOWeekDate::new(year, week, Weekday::Monday).map_err(|_| NotAWeek)?;
        Ok(Self { year, week })
    }
}

impl Serialize for Week {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_week_begins_on_monday_and_a_year_with_its_first_thursday() {
        for (day, week) in [
            (date(2026, 11, 22), "2026-W47"),
            (date(2026, 11, 23), "2026-W48"),
            (date(2027, 1, 1), "2026-W53"),
            (date(2027, 1, 4), "2027-W01"),
        ] {
            assert_eq!(Week::of(day).to_string(), week);
            let read: Week = week.parse().unwrap();
            assert!(read.first() <= day && day <= read.last());
            assert_eq!(read.first().weekday(), Weekday::Monday);
        }
        for wrong in ["", "2026", "2026-W", "2026-W00", "2025-W53", "2026-W54", "2026-w47", "26-W47", "2026-W4x"] {
            assert_eq!(wrong.parse::<Week>(), Err(NotAWeek), "{wrong}");
        }
    }
}
