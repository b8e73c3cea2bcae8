//! The year the demo tells of: its days, its office hours, and how long ago something was.

use super::dice::Dice;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use ledger::names::Moment;

/// How many days before today the story begins.
pub(crate) const BEGINS: i64 = 425;

/// Days and moments where the house is.
#[derive(Clone)]
pub(crate) struct Calendar {
    zone: TimeZone,
    /// The day on which the demo is made. Nothing happens on it but the check of its first minute.
    pub(crate) today: Date,
}

impl Calendar {
    /// The calendar of the year that ends on `today`.
    pub(crate) fn new(zone: TimeZone, today: Date) -> Self {
        Self { zone, today }
    }

    /// The day so many days before today.
    pub(crate) fn ago(&self, days: i64) -> Date {
        self.today.checked_sub(days.days()).unwrap_or(self.today)
    }

    /// How many days before today a day is.
    pub(crate) fn days_since(&self, day: Date) -> i64 {
        i64::from((self.today - day).get_days())
    }

    /// The first moment of a day.
    pub(crate) fn start(&self, day: Date) -> Moment {
        Moment(day.to_zoned(self.zone.clone()).map_or(0, |z| z.timestamp().as_millisecond()))
    }

    /// A day of work: Monday to Friday, but not the last and first days of a year nor the holidays of early May and September.
    pub(crate) fn is_working(day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let holiday = matches!((day.month(), day.day()), (12, 30 | 31) | (1, 1..=3) | (4, 30) | (5, 1) | (9, 2));
        !weekend && !holiday
    }

    /// The first day of work so many days ago or later; yesterday at the latest, or the last day of work before it.
    pub(crate) fn working_ago(&self, days: i64) -> Date {
        let later = (1..=days).rev().map(|d| self.ago(d)).find(|day| Self::is_working(*day));
        later.unwrap_or_else(|| self.last_working(1))
    }

    /// The day a row that was written so many days ago is written on, and the day of work after it, on which it is approved.
    pub(crate) fn written(&self, days: i64) -> (Date, Date) {
        let written = self.working_ago(days);
        (written, self.working_ago(self.days_since(written) - 1))
    }

    /// The `nth` day of work before today, counted back from 1.
    pub(crate) fn last_working(&self, nth: usize) -> Date {
        let mut working = (1..60).map(|days| self.ago(days)).filter(|day| Self::is_working(*day));
        working.nth(nth.saturating_sub(1)).unwrap_or_else(|| self.ago(1))
    }

    /// The days of work from one number of days ago to another, both among them.
    pub(crate) fn working_days(&self, from_ago: i64, to_ago: i64) -> Vec<Date> {
        (to_ago.max(1)..=from_ago).rev().map(|days| self.ago(days)).filter(|day| Self::is_working(*day)).collect()
    }

    /// A moment in the hours people work: from half past eight to six, less at noon.
    pub(crate) fn office(&self, day: Date, dice: &mut Dice) -> Moment {
        let mut minute = dice.between(0, 569);
        if (200..260).contains(&minute) && dice.chance(75) {
            minute = dice.between(260, 569);
        }
        self.at(day, 8 * 60 + 30 + minute, dice)
    }

    /// A moment in a minute of a day.
    pub(crate) fn at(&self, day: Date, minute: i64, dice: &mut Dice) -> Moment {
        let start = self.start(day).0;
        Moment(start.saturating_add(minute.saturating_mul(60_000)).saturating_add(dice.between(0, 59_999)))
    }

    /// The day of a moment.
    pub(crate) fn day(&self, moment: Moment) -> Date {
        jiff::Timestamp::from_millisecond(moment.0).unwrap_or_default().to_zoned(self.zone.clone()).date()
    }
}

/// So many minutes later.
pub(crate) fn minutes_after(moment: Moment, minutes: i64) -> Moment {
    Moment(moment.0.saturating_add(minutes.saturating_mul(60_000)))
}

/// So many days later.
pub(crate) fn days_after(moment: Moment, days: i64) -> Moment {
    minutes_after(moment, days.saturating_mul(24 * 60))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn work_is_done_in_office_hours_on_days_of_work() {
        let calendar = Calendar::new(TimeZone::get("Asia/Ho_Chi_Minh").unwrap(), date(2026, 11, 22));
        let mut dice = Dice::new(1, 1);
        for day in calendar.working_days(BEGINS, 1) {
            let at = calendar.office(day, &mut dice);
            let minutes = (at.0 - calendar.start(day).0) / 60_000;
            assert!((510..1_080).contains(&minutes), "{day} {minutes}");
            assert_eq!(calendar.day(at), day);
            assert!(!matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday));
        }
        assert_eq!(calendar.last_working(1), date(2026, 11, 20));
        assert_eq!(calendar.last_working(3), date(2026, 11, 18));
        assert_eq!(calendar.working_ago(7), date(2026, 11, 16));
        assert_eq!(calendar.working_ago(1), date(2026, 11, 20));
        assert_eq!(calendar.days_since(calendar.ago(34)), 34);
    }
}
