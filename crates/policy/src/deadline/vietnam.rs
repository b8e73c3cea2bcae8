//! Vietnamese public holidays, by article 112 of the Labour Code 2019.

use jiff::civil::{Date, Weekday, date};

/// What the lunar calendar and the government decide year by year.
struct Year {
    /// The first day of the lunar year, in Hanoi's time zone.
    tet: Date,
    /// The tenth day of the third lunar month.
    hung_kings: Date,
    /// Days announced for that year beyond those that are sure: further days of Tet, and the day beside
    /// 2 September.
    announced: &'static [(i8, i8)],
}

const fn year(tet: Date, hung_kings: Date, announced: &'static [(i8, i8)]) -> Year {
    Year { tet, hung_kings, announced }
}

/// From 2027 on the government's choices are not known; add them when they are announced.
const YEARS: [Year; 7] = [
    year(date(2024, 2, 10), date(2024, 4, 18), &[(2, 8), (2, 13), (2, 14), (9, 3)]),
    year(date(2025, 1, 29), date(2025, 4, 7), &[(1, 27), (9, 1)]),
    year(date(2026, 2, 17), date(2026, 4, 26), &[(2, 20), (9, 1)]),
    year(date(2027, 2, 6), date(2027, 4, 16), &[]),
    year(date(2028, 1, 26), date(2028, 4, 4), &[]),
    year(date(2029, 2, 13), date(2029, 4, 23), &[]),
    year(date(2030, 2, 2), date(2030, 4, 12), &[]),
];

/// Whether the day is a holiday, or taken in place of one that fell on a weekend (article 111(3)).
pub(super) fn is_holiday(day: Date) -> bool {
    is_named(day) || is_in_place(day)
}

/// The next working day after holidays of one day that fell on a weekend. The days of Tet are moved by the
/// government's announcement and are in the table.
fn is_in_place(day: Date) -> bool {
    if is_weekend(day) || is_named(day) {
        return false;
    }
    let mut lost = false;
    let mut before = day;
    while let Ok(earlier) = before.yesterday() {
        if !is_weekend(earlier) && !is_named(earlier) {
            break;
        }
        lost |= is_weekend(earlier) && is_single(earlier);
        before = earlier;
    }
    lost
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn is_named(day: Date) -> bool {
    is_single(day)
        || of(day).is_some_and(|year| is_tet(year, day) || year.announced.contains(&(day.month(), day.day())))
}

/// Holidays of one day.
fn is_single(day: Date) -> bool {
    match (day.month(), day.day()) {
        (1, 1) | (4, 30) | (5, 1) | (9, 2) => true,
        // The Day of Vietnamese Culture, a day off since 2026.
        (11, 24) => day.year() >= 2026,
        _ => of(day).is_some_and(|year| year.hung_kings == day),
    }
}

/// The four days that every announcement so far had: the last of the old year and the first three of the new.
fn is_tet(year: &Year, day: Date) -> bool {
    let from = year.tet.yesterday();
    let to = year.tet.tomorrow().and_then(Date::tomorrow);
    from.is_ok_and(|from| from <= day) && to.is_ok_and(|to| day <= to)
}

fn of(day: Date) -> Option<&'static Year> {
    YEARS.iter().find(|year| year.tet.year() == day.year())
}
