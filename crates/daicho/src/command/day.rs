//! Days as people type them, in the company's zone.

use access::Desk;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use ledger::names::Moment;
use std::str::FromStr;

/// A day (`2026-12-31`) or a minute (`2026-12-31T18:00`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    Whole(Date),
    Minute(DateTime),
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let told = || "a day is written 2026-12-31, a minute 2026-12-31T18:00".to_owned();
        match text.len() {
            10 => text.parse().map(Self::Whole).map_err(|_| told()),
            _ => text.parse().map(Self::Minute).map_err(|_| told()),
        }
    }
}

impl Day {
    /// The moment at which something begins that begins on this day.
    pub(super) fn begins(self, desk: &Desk) -> Moment {
        match self {
            Self::Whole(day) => desk.start_of(day),
            Self::Minute(minute) => at(desk, minute),
        }
    }

    /// The moment at which something ends of which this is the last day.
    pub(super) fn ends(self, desk: &Desk) -> Moment {
        match self {
            Self::Whole(day) => desk.start_of(day.checked_add(1.day()).unwrap_or(Date::MAX)),
            Self::Minute(minute) => at(desk, minute),
        }
    }
}

fn at(desk: &Desk, minute: DateTime) -> Moment {
    Moment(minute.to_zoned(desk.zone().clone()).map_or(0, |zoned| zoned.timestamp().as_millisecond()))
}

/// A moment as it is printed: the minute where the company is.
pub(super) fn printed(desk: &Desk, moment: Moment) -> String {
    let zoned = jiff::Timestamp::from_millisecond(moment.0).unwrap_or_default().to_zoned(desk.zone().clone());
    zoned.strftime("%Y-%m-%d %H:%M").to_string()
}

/// The last day of something that ends at this moment, or the minute when it ends within a day.
pub(super) fn last_day(desk: &Desk, end: Moment) -> String {
    let day = desk.day(end);
    if desk.start_of(day) == end { day.checked_sub(1.day()).unwrap_or(day).to_string() } else { printed(desk, end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_minutes_are_read_and_nothing_else() {
        assert!(matches!("2026-12-31".parse(), Ok(Day::Whole(_))));
        assert!(matches!("2026-12-31T18:00".parse(), Ok(Day::Minute(_))));
        for wrong in ["2026-13-01", "31.12.2026", "", "tomorrow", "2026-12-31T25:00"] {
            assert!(wrong.parse::<Day>().is_err(), "{wrong}");
        }
    }
}
