//! Deadlines: the clocks that laws, standards and promises set running, and the calendars they run by.
//!
//! A [`Clock`] says what starts it and how long it runs; [`Clock::due`] counts. Everything is a function of
//! dates handed in. Where a law gives no number and this crate proposes one, the clock says so
//! ([`Clock::our_default`]).
//!
//! ```
//! use jiff::civil::date;
//! use policy::deadline;
//!
//! let report = deadline::find("appi.breach.final").ok_or("no such clock")?;
//! // Known on 1 December: day 30 is 30 December, offices are closed, and 4 January is the next open day.
//! assert_eq!(report.due(date(2026, 12, 1)), Some(date(2027, 1, 4)));
//! # Ok::<(), &str>(())
//! ```

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use ledger::names::Moment;
use serde::{Deserialize, Serialize};

use crate::Texts;
use crate::code::coded;

mod japan;
mod vietnam;

coded! {
    /// Whose deadline it is.
    Regime {
        /// The Japanese Act on the Protection of Personal Information.
        Appi = "appi",
        /// The Privacy Mark (JIS Q 15001).
        PrivacyMark = "privacy-mark",
        /// Vietnam, Law 91/2025 and Decree 356/2025.
        Vietnam = "vietnam",
        /// Vietnam before 2026-01-01; history only.
        VietnamBefore2026 = "vietnam-before-2026",
        /// The European Union's GDPR.
        Gdpr = "gdpr",
    }
}

coded! {
    /// How well the source of a clock was read.
    Source {
        /// The law or guideline itself.
        Primary = "primary",
        /// A second hand of a primary source.
        PrimarySecondHand = "primary-second-hand",
        /// Secondary sources.
        Secondary = "secondary",
        /// Known, not checked: confirm before it decides anything.
        Unchecked = "unchecked",
    }
}

coded! {
    /// A calendar of open and closed days.
    Calendar {
        /// Japanese offices: closed on Saturdays, Sundays, public holidays and 29 December to 3 January.
        /// Holidays are computed by the Act on National Holidays; the rules are those of 2020 to 2035.
        Japan = "japan",
        /// Vietnamese offices: closed on Saturdays, Sundays and public holidays. The lunar holidays are a
        /// table for 2024 to 2030. Days the government chooses year by year are in it once announced; a day
        /// left out only makes a deadline earlier.
        Vietnam = "vietnam",
    }
}

impl Calendar {
    /// Whether the day is a public holiday.
    #[must_use]
    pub fn is_holiday(self, day: Date) -> bool {
        match self {
            Self::Japan => japan::is_holiday(day),
            Self::Vietnam => vietnam::is_holiday(day),
        }
    }

    /// Whether offices are open.
    #[must_use]
    pub fn is_open(self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday);
        let closed = match self {
            Self::Japan => japan::is_year_end(day),
            Self::Vietnam => false,
        };
        !weekend && !closed && !self.is_holiday(day)
    }

    /// The day itself when offices are open, else the next open day.
    #[must_use]
    pub fn open_on_or_after(self, day: Date) -> Date {
        let mut day = day;
        while !self.is_open(day) {
            match day.tomorrow() {
                Ok(next) => day = next,
                Err(_) => return day,
            }
        }
        day
    }

    /// The last of so many open days, of which the first is the next open day after `day`.
    #[must_use]
    pub fn open_days_after(self, day: Date, count: u16) -> Date {
        let mut day = day;
        for _ in 0..count {
            match day.tomorrow() {
                Ok(next) => day = self.open_on_or_after(next),
                Err(_) => return day,
            }
        }
        day
    }

    /// The years for which every lunar or computed holiday is known.
    #[must_use]
    pub const fn covers(self) -> std::ops::RangeInclusive<i16> {
        match self {
            Self::Japan => 2020..=2035,
            Self::Vietnam => 2024..=2030,
        }
    }
}

/// How long a clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Limit {
    /// Days of which the day it starts is the first: day 30 of a period that starts on the 1st is the 30th.
    /// When that day is closed in the calendar, the next open day.
    NthDay {
        /// How many.
        count: u16,
        /// The calendar that moves a closed last day, when one does.
        #[serde(default)]
        closed: Option<Calendar>,
    },
    /// Days after the day it starts.
    DaysAfter {
        /// How many.
        count: u16,
    },
    /// Days before the day it starts, for what must be done beforehand.
    DaysBefore {
        /// How many.
        count: u16,
    },
    /// Open days after the day it starts; the first is the next open day.
    OpenDaysAfter {
        /// How many.
        count: u16,
        /// By which calendar.
        calendar: Calendar,
    },
    /// Months after the day it starts; the last day of the month when there is no such day.
    MonthsAfter {
        /// How many.
        count: u16,
    },
    /// Hours after the moment it starts.
    HoursAfter {
        /// How many.
        count: u16,
    },
    /// A fixed day, whatever starts it.
    On {
        /// The day.
        day: Date,
    },
}

impl Limit {
    /// The last day, when the clock started on `from`. None for hours, which need a moment.
    #[must_use]
    pub fn day(self, from: Date) -> Option<Date> {
        let after = |span: Span| from.checked_add(span).ok();
        match self {
            Self::NthDay { count, closed } => {
                let nth = after(i32::from(count.max(1) - 1).days())?;
                Some(closed.map_or(nth, |calendar| calendar.open_on_or_after(nth)))
            }
            Self::DaysAfter { count } => after(i32::from(count).days()),
            Self::DaysBefore { count } => after((-i32::from(count)).days()),
            Self::OpenDaysAfter { count, calendar } => Some(calendar.open_days_after(from, count)),
            Self::MonthsAfter { count } => after(i32::from(count).months()),
            Self::HoursAfter { .. } => None,
            Self::On { day } => Some(day),
        }
    }

    /// The last moment, when the clock started at `from`. None for days, which need a calendar day.
    #[must_use]
    pub fn moment(self, from: Moment) -> Option<Moment> {
        match self {
            Self::HoursAfter { count } => {
                from.as_millis().checked_add(i64::from(count) * 3_600_000).map(Moment::from_millis)
            }
            _ => None,
        }
    }
}

/// A clock that a law, a standard or a promise sets running.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// Its name, as the catalogue refers to it.
    pub id: String,
    /// Whose deadline it is.
    pub regime: Regime,
    /// The articles behind it.
    pub law: String,
    /// How well they were read.
    pub source: Source,
    /// What starts it.
    pub starts: Texts,
    /// What is due, or what must be kept until then.
    pub then: Texts,
    /// How long it runs. None where the law says "promptly" and no number is proposed.
    #[serde(default)]
    pub due: Option<Limit>,
    /// When to warn.
    #[serde(default)]
    pub warn: Option<Limit>,
    /// How long it runs in the longer case the law knows: with a processor or a third party.
    #[serde(default)]
    pub longer: Option<Limit>,
    /// How long one extension runs, counted from the day that was due.
    #[serde(default)]
    pub extension: Option<Limit>,
    /// The number in `due` is proposed by this program, not given by the law.
    #[serde(default)]
    pub our_default: bool,
}

impl Clock {
    /// The last day, when the clock started on `from`. None when it runs by the hour or has no number.
    #[must_use]
    pub fn due(&self, from: Date) -> Option<Date> {
        self.due?.day(from)
    }

    /// The last moment, when the clock started at `from`. None unless it runs by the hour.
    #[must_use]
    pub fn due_moment(&self, from: Moment) -> Option<Moment> {
        self.due?.moment(from)
    }

    /// The day to warn, when the clock started on `from`.
    #[must_use]
    pub fn warn(&self, from: Date) -> Option<Date> {
        self.warn?.day(from)
    }

    /// The moment to warn, when the clock started at `from`.
    #[must_use]
    pub fn warn_moment(&self, from: Moment) -> Option<Moment> {
        self.warn?.moment(from)
    }

    /// The last day in the longer case, when the clock started on `from`.
    #[must_use]
    pub fn due_longer(&self, from: Date) -> Option<Date> {
        self.longer?.day(from)
    }

    /// The last day after one extension of a clock that was due on `due`.
    #[must_use]
    pub fn extended(&self, due: Date) -> Option<Date> {
        self.extension?.day(due)
    }
}

/// Every clock.
#[must_use]
pub fn all() -> &'static [Clock] {
    &CLOCKS
}

/// The clock of this name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Clock> {
    all().iter().find(|clock| clock.id == id)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    clock: Vec<Clock>,
}

static CLOCKS: LazyLock<Vec<Clock>> = LazyLock::new(|| {
    // The tests fail when the file cannot be read; a running program then knows no clock.
    toml::from_str::<File>(include_str!("deadline/clocks.toml")).map(|file| file.clock).unwrap_or_default()
});

#[cfg(test)]
mod tests;
