//! Logs against work records: which logs there are, what is compared, which answers a question may have, and the comparing.
//!
//! The rules are data of the policy (`logs.toml`), so that a company says itself how late a door may open, and the same policy
//! and the same logs have the same questions for ever. Raw logs pass through [`Weigher`] line by line and are not kept.

mod facts;
mod tally;
mod week;
mod weigh;

pub use facts::{Card, Facts, Person, Reader, Work, Zone};
pub use week::{NotAWeek, Week};
pub use weigh::{Asked, Counted, Event, Weighed, Weigher, What, known_by};

use std::collections::BTreeSet;

use serde::Serialize;

use crate::Texts;
use crate::code::coded;
use crate::shelf::Shelf;

coded! {
    /// What a log records.
    LogSort {
        /// Who passed which door, by card.
        Door = "door",
        /// Who was at work, from when until when.
        Attendance = "attendance",
        /// Who used another system.
        Access = "access",
        /// Who opened information here: the entries of the ledger.
        Daicho = "daicho",
    }
}

coded! {
    /// What is asked of every event or every day of a log (tech.logs-reconciled, phys.entry-ic).
    LogCheck {
        /// A use under no work record.
        NoWork = "no-work",
        /// A use before the work began or after it ended.
        OutsideHours = "outside-hours",
        /// A zone was entered that neither the person nor their work has.
        WrongZone = "wrong-zone",
        /// More people were in a zone than the work there has.
        TooMany = "too-many",
        /// Somebody acted who had left.
        Leaver = "leaver",
        /// A card that is on no list, was not given to anybody that day, or was blocked; or a login that belongs to nobody.
        UnknownCard = "unknown-card",
        /// A day without its first entry or its last exit.
        FirstLast = "first-last",
        /// Somebody was there, and attendance says otherwise.
        NoAttendance = "no-attendance",
    }
}

impl LogCheck {
    /// The promise of the catalogue that asks for it.
    #[must_use]
    pub const fn promise(self) -> &'static str {
        match self {
            Self::WrongZone | Self::UnknownCard | Self::Leaver | Self::FirstLast => "phys.entry-ic",
            Self::NoWork | Self::OutsideHours | Self::TooMany | Self::NoAttendance => "tech.logs-reconciled",
        }
    }
}

coded! {
    /// What an answer settles.
    Settles {
        /// It was in order, and why is said.
        Explained = "explained",
        /// What was missing was recorded since.
        Corrected = "corrected",
        /// It was not in order. The question is settled; the finding stays.
        Violation = "violation",
        /// Nobody here can say: the privacy officer is asked.
        Escalate = "escalate",
    }
}

/// One log that is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogSource {
    /// Its name in readings and questions.
    pub id: String,
    /// What it records.
    pub sort: LogSort,
    /// Within how many days it is read again.
    pub every_days: u16,
    /// What people call it.
    pub label: Texts,
}

/// One check, with its limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckRule {
    /// Its code: one of [`LogCheck`].
    pub id: String,
    /// The check.
    pub check: LogCheck,
    /// The logs it looks at.
    pub sorts: BTreeSet<LogSort>,
    /// How many minutes may be missing or too many.
    pub minutes: u16,
    /// The lowest level of a zone that it looks at (1 to 4).
    pub level: u8,
    /// The answers that are offered, in the order in which they are offered.
    pub reasons: Vec<String>,
    /// The question, as the person's manager reads it.
    pub ask: Texts,
}

/// One answer that a question may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogReason {
    /// Its name in entries.
    pub id: String,
    /// What it settles.
    pub settles: Settles,
    /// What people choose.
    pub label: Texts,
}

/// The rules by which logs are reconciled. A policy without `logs.toml` has the usual ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRules {
    /// After how many days a question nobody answered is the privacy officer's.
    pub answer_days: u16,
    /// Within how many days after its end a week is signed off.
    pub sign_off_days: u16,
    pub(crate) sources: Shelf<LogSource>,
    pub(crate) checks: Shelf<CheckRule>,
    pub(crate) reasons: Shelf<LogReason>,
}

/// The rules of a policy that states none.
pub(crate) const USUAL: &str = include_str!("logs/usual.toml");

impl Default for LogRules {
    fn default() -> Self {
        Self {
            answer_days: 3,
            sign_off_days: 7,
            sources: Shelf::default(),
            checks: Shelf::default(),
            reasons: Shelf::default(),
        }
    }
}

impl LogRules {
    /// The logs, in the author's order.
    #[must_use]
    pub fn sources(&self) -> &[LogSource] {
        self.sources.all()
    }

    /// One log.
    #[must_use]
    pub fn source(&self, id: &str) -> Option<&LogSource> {
        self.sources.find(id)
    }

    /// The log of this program's own ledger, where the policy names it.
    #[must_use]
    pub fn own(&self) -> Option<&LogSource> {
        self.sources().iter().find(|source| source.sort == LogSort::Daicho)
    }

    /// The checks, in the author's order.
    #[must_use]
    pub fn checks(&self) -> &[CheckRule] {
        self.checks.all()
    }

    /// One check; none when the policy does not make it.
    #[must_use]
    pub fn check(&self, check: LogCheck) -> Option<&CheckRule> {
        self.checks.find(check.code())
    }

    /// One answer.
    #[must_use]
    pub fn reason(&self, id: &str) -> Option<&LogReason> {
        self.reasons.find(id)
    }

    /// The answers that a check offers.
    pub fn reasons_for(&self, check: LogCheck) -> impl Iterator<Item = &LogReason> {
        self.check(check).into_iter().flat_map(|rule| rule.reasons.iter()).filter_map(|id| self.reason(id))
    }

    /// Whether a check looks at a log of this sort.
    #[must_use]
    pub fn looks_at(&self, check: LogCheck, sort: LogSort) -> bool {
        self.check(check).is_some_and(|rule| rule.sorts.contains(&sort))
    }
}
