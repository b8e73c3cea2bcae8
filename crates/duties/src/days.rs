//! Days: how far apart they are, and which of them people work on.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// How many days after `from` the day `to` is; negative before it.
pub(crate) fn between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

/// The day so many days later, or the last day there is.
pub(crate) fn after(day: Date, days: i32) -> Date {
    day.checked_add(days.days()).unwrap_or(Date::MAX)
}

/// The day so many months later, or the last day there is.
pub(crate) fn months_after(day: Date, months: i32) -> Date {
    day.checked_add(months.months()).unwrap_or(Date::MAX)
}

/// Whether it is Monday to Friday. Public holidays differ between the countries of a group and are not left out, so a clock
/// by working days never runs slower than it should.
pub(crate) fn is_working(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The working day so many working days after `day`.
pub(crate) fn working_days_after(day: Date, count: u32) -> Date {
    let mut day = day;
    let mut left = count;
    while left > 0 {
        day = after(day, 1);
        if is_working(day) {
            left -= 1;
        }
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn working_days_pass_over_the_weekend() {
        let friday = date(2026, 11, 20);
        assert_eq!(working_days_after(friday, 1), date(2026, 11, 23));
        assert_eq!(working_days_after(friday, 2), date(2026, 11, 24));
        assert_eq!(working_days_after(date(2026, 11, 21), 2), date(2026, 11, 24));
        assert_eq!(working_days_after(friday, 0), friday);
    }

    #[test]
    fn days_are_counted_both_ways() {
        assert_eq!(between(date(2026, 1, 31), date(2026, 3, 1)), 29);
        assert_eq!(between(date(2026, 3, 1), date(2026, 1, 31)), -29);
        assert_eq!(after(date(2026, 12, 31), 1), date(2027, 1, 1));
        assert_eq!(months_after(date(2026, 8, 31), 6), date(2027, 2, 28));
    }
}
