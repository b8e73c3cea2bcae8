//! Safety measures and their rhythm.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::Date;
use ledger::names::{ClauseId, MeasureId};
use serde::{Serialize, Serializer};

use crate::{Role, Texts, UnknownCode};

/// How often a measure must show evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rhythm {
    /// So many times in a year, on different days: `"4 per year"`.
    PerYear(u16),
    /// At the latest so many months after the last time: `"12 months"`.
    Months(u16),
    /// At the latest so many days after the last time: `"30 days"`.
    Days(u16),
    /// Once for every row of the population it counts: `"every row"`.
    EveryRow,
    /// At all times: `"always"`.
    Always,
    /// Whenever somebody asks or something happens: `"when asked"`.
    WhenAsked,
}

impl Rhythm {
    /// The last day for the next time when the last time was on `last`; none when the rhythm is not by days.
    #[must_use]
    pub fn next_due(self, last: Date) -> Option<Date> {
        match self {
            Self::PerYear(times) => last.checked_add((12 / i32::from(times.max(1))).max(1).months()).ok(),
            Self::Months(months) => last.checked_add(i32::from(months).months()).ok(),
            Self::Days(days) => last.checked_add(i32::from(days).days()).ok(),
            Self::EveryRow | Self::Always | Self::WhenAsked => None,
        }
    }
}

/// How a rhythm is written, for those who wrote another word.
const RHYTHMS: &[&str] = &["4 per year", "12 months", "30 days", "every row", "always", "when asked"];

impl FromStr for Rhythm {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let words: Vec<&str> = text.split(' ').collect();
        let count = |number: &str| match number.parse::<u16>() {
            Ok(count) if count > 0 => Ok(count),
            _ => Err(UnknownCode { list: "Rhythm", known: RHYTHMS }),
        };
        match words.as_slice() {
            ["always"] => Ok(Self::Always),
            ["every", "row"] => Ok(Self::EveryRow),
            ["when", "asked"] => Ok(Self::WhenAsked),
            [number, "per", "year"] => count(number).map(Self::PerYear),
            [number, "month" | "months"] => count(number).map(Self::Months),
            [number, "day" | "days"] => count(number).map(Self::Days),
            _ => Err(UnknownCode { list: "Rhythm", known: RHYTHMS }),
        }
    }
}

impl fmt::Display for Rhythm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PerYear(times) => write!(f, "{times} per year"),
            Self::Months(months) => write!(f, "{months} months"),
            Self::Days(days) => write!(f, "{days} days"),
            Self::EveryRow => f.write_str("every row"),
            Self::Always => f.write_str("always"),
            Self::WhenAsked => f.write_str("when asked"),
        }
    }
}

impl Serialize for Rhythm {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// One safety measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Measure {
    /// Its name in rules and evidence.
    pub id: MeasureId,
    /// The clause that promises it.
    pub clause: ClauseId,
    /// How often it must show evidence.
    pub rhythm: Rhythm,
    /// Who sees to it.
    pub owner: Role,
    /// What people call it.
    pub label: Texts,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_rhythm_is_read_as_it_is_written() {
        for text in ["4 per year", "12 months", "30 days", "every row", "always", "when asked"] {
            assert_eq!(text.parse::<Rhythm>().unwrap().to_string(), text);
        }
        for text in ["", "often", "0 months", "-1 days", "4 per week", "99999 days"] {
            assert!(text.parse::<Rhythm>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_next_time_is_counted_from_the_last() {
        let last = date(2026, 8, 31);
        assert_eq!("4 per year".parse::<Rhythm>().unwrap().next_due(last), Some(date(2026, 11, 30)));
        assert_eq!(Rhythm::Months(12).next_due(last), Some(date(2027, 8, 31)));
        assert_eq!(Rhythm::Days(30).next_due(last), Some(date(2026, 9, 30)));
        assert_eq!(Rhythm::Always.next_due(last), None);
    }
}
