//! Retention terms: how long information is kept, from when, and how it ends.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use ledger::names::{ClauseId, KindId, PurposeId, TermId};
use serde::Serialize;

use crate::Texts;
use crate::code::coded;

coded! {
    /// The event a term runs from. The day of the event is not counted.
    Trigger {
        /// The information was acquired.
        Acquired = "acquired",
        /// The purpose was served.
        PurposeEnded = "purpose-ended",
        /// The contract it came with ended.
        ContractEnded = "contract-ended",
        /// The person left the company.
        Left = "left",
        /// A decision about the person was made.
        Decided = "decided",
    }
}

coded! {
    /// How information ends (dispose.proper).
    Dispose {
        /// The person's key is destroyed, so nothing can be read again; paper is shredded or dissolved.
        Shred = "shred",
        /// Erased in place with a record.
        Erase = "erase",
        /// Given back to whoever entrusted it, with a receipt.
        Return = "return",
    }
}

/// How long to keep: whole years, then months, then days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Keep {
    /// Years of the calendar.
    pub years: u16,
    /// Months of the calendar.
    pub months: u16,
    /// Days.
    pub days: u16,
}

impl Keep {
    /// The last day of a period of this length that began with an event on `from`.
    ///
    /// Counted as Japanese law counts (Civil Code 140, 143): the day of the event is left out; years and
    /// months run by the calendar and end on the eve of the corresponding day, or on the last day of the
    /// month when there is no such day. Never before `from`; never after the last day jiff knows.
    #[must_use]
    pub fn last_day(self, from: Date) -> Date {
        let months = i32::from(self.years) * 12 + i32::from(self.months);
        let whole = if months == 0 { Some(from) } else { calendar_end(from, months) };
        whole.and_then(|day| day.checked_add(i32::from(self.days).days()).ok()).unwrap_or(Date::MAX)
    }
}

/// The last day of so many months whose first counted day is the day after `from`.
fn calendar_end(from: Date, months: i32) -> Option<Date> {
    let first = from.tomorrow().ok()?;
    let corresponding = first.checked_add(Span::new().try_months(months).ok()?).ok()?;
    if corresponding.day() < first.day() { Some(corresponding) } else { corresponding.yesterday().ok() }
}

/// One retention term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Term {
    /// Its name in rules and evidence.
    pub id: TermId,
    /// What people call it.
    pub label: Texts,
    /// The clause that promises it.
    pub clause: ClauseId,
    /// The kinds of people it is for; all when empty.
    pub kinds: BTreeSet<KindId>,
    /// The purposes it is for; all when empty.
    pub purposes: BTreeSet<PurposeId>,
    /// What it runs from.
    pub from: Trigger,
    /// How long.
    pub keep: Keep,
    /// How it ends.
    pub dispose: Dispose,
}

impl Term {
    /// The last day on which information may be kept when the trigger fell on `from`. It is overdue from
    /// the day after.
    #[must_use]
    pub fn due(&self, from: Date) -> Date {
        self.keep.last_day(from)
    }

    /// Whether the term speaks of this kind and this purpose.
    #[must_use]
    pub fn covers(&self, kind: &KindId, purpose: &PurposeId) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(kind))
            && (self.purposes.is_empty() || self.purposes.contains(purpose))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn months(months: u16) -> Keep {
        Keep { months, ..Keep::default() }
    }

    #[test]
    fn month_ends_are_counted_as_the_civil_code_counts() {
        for (from, keep, last) in [
            (date(2025, 1, 31), 1, date(2025, 2, 28)),
            (date(2025, 1, 30), 1, date(2025, 2, 28)),
            (date(2025, 1, 28), 1, date(2025, 2, 28)),
            (date(2025, 1, 27), 1, date(2025, 2, 27)),
            (date(2024, 1, 31), 1, date(2024, 2, 29)),
            (date(2025, 2, 28), 1, date(2025, 3, 31)),
            (date(2024, 2, 29), 12, date(2025, 2, 28)),
            (date(2023, 2, 28), 12, date(2024, 2, 29)),
            (date(2024, 12, 31), 36, date(2027, 12, 31)),
        ] {
            assert_eq!(months(keep).last_day(from), last, "{from} + {keep} months");
        }
    }

    #[test]
    fn nothing_to_keep_ends_on_the_day_itself_and_time_has_an_end() {
        assert_eq!(Keep::default().last_day(date(2026, 4, 1)), date(2026, 4, 1));
        assert_eq!(Keep { days: 3, ..Keep::default() }.last_day(date(2026, 12, 30)), date(2027, 1, 2));
        let long = Keep { years: u16::MAX, ..Keep::default() };
        assert_eq!(long.last_day(date(2026, 4, 1)), Date::MAX);
        assert_eq!(months(1).last_day(Date::MAX), Date::MAX);
    }

    /// Walks day by day, as somebody would with a paper calendar.
    fn counted_by_hand(from: Date, months: u16) -> Option<Date> {
        let first = from.tomorrow().ok()?;
        let (mut year, mut month) = (first.year(), first.month());
        for _ in 0..months {
            (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        }
        match Date::new(year, month, first.day()) {
            Ok(day) => day.yesterday().ok(),
            Err(_) => Some(Date::new(year, month, 1).ok()?.last_of_month()),
        }
    }

    proptest! {
        #[test]
        fn never_early_never_late(day in 0_i32..40_000, count in 1_u16..240) {
            let from = date(1990, 1, 1).checked_add(day.days()).map_err(|e| TestCaseError::fail(e.to_string()))?;
            prop_assert_eq!(Some(months(count).last_day(from)), counted_by_hand(from, count));
        }

        #[test]
        fn a_later_event_never_ends_earlier(day in 0_i32..40_000, years in 0_u16..30, month in 0_u16..24, days in 0_u16..400) {
            let keep = Keep { years, months: month, days };
            let from = date(1990, 1, 1).checked_add(day.days()).map_err(|e| TestCaseError::fail(e.to_string()))?;
            let next = from.tomorrow().map_err(|e| TestCaseError::fail(e.to_string()))?;
            prop_assert!(keep.last_day(from) >= from);
            prop_assert!(keep.last_day(next) >= keep.last_day(from));
        }
    }
}
