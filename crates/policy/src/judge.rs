//! Judging: may this act be done, by which clauses, and if not, what would change the answer.
//!
//! Judging is a function of the policy, what is asked and what is the case. It asks nobody else, so the same
//! question has the same answer on any day for ever.

use std::collections::BTreeSet;

use jiff::civil::Date;
use ledger::names::{ClauseId, ElementId, KindId, PurposeId, RowId};
use serde::Serialize;

use crate::code::coded;
use crate::{Policy, Role};

mod rule;
mod weigh;
mod words;

pub use rule::{Rule, WayOn};

coded! {
    /// What somebody wants to do with people's information.
    ActKind {
        /// See values of one person.
        Reveal = "reveal",
        /// Search for people by values.
        Find = "find",
        /// Change values of one person.
        Correct = "correct",
        /// Stop the use of one person's information.
        Suspend = "suspend",
        /// Take a suspension back.
        Resume = "resume",
        /// Destroy one person's key.
        Erase = "erase",
        /// Hand one person everything held about them.
        ExportPerson = "export-person",
        /// Take people's information into a row.
        Import = "import",
        /// Withdraw an erasure that was decided and still waits.
        Withdraw = "withdraw",
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The act.
    pub act: ActKind,
    /// Whose information: the kind of people.
    pub kind: KindId,
    /// The row of the handling ledger it is held under.
    pub row: RowId,
    /// The elements touched. For a search, those it searches by.
    pub elements: Vec<ElementId>,
    /// What for.
    pub purpose: PurposeId,
}

/// What is the case at the moment of asking, as far as the answer depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The day, in the policy's zone.
    pub today: Date,
    /// What the asker is.
    pub role: Role,
    /// How the asker's work record stands.
    pub work: WorkFact,
    /// How the row of the handling ledger stands.
    pub row: RowFact,
    /// Whether the person asked that use be stopped, and it was.
    pub suspended: bool,
    /// What keeps the person's information from being erased.
    pub erased_hold: Option<Hold>,
    /// What happened with the person so far, by the words conditions use.
    pub milestones: BTreeSet<String>,
    /// Whether the act was given to the asker beyond the role, for a time and with a reason.
    pub beyond_role: bool,
    /// Where the asker sits, where the purpose asks for a supervised place.
    pub place: PlaceFact,
}

coded! {
    /// Where the asker sits. It counts for purposes that are opened from a supervised place alone.
    PlaceFact {
        /// At a listed terminal, within its hours, with a window somebody opened for them.
        Supervised = "supervised",
        /// At a terminal that is not listed for the place.
        Unlisted = "unlisted",
        /// At a listed one, outside the hours of the place.
        Closed = "closed",
        /// At a listed one within its hours, and nobody supervises.
        Unsupervised = "unsupervised",
    }
}

coded! {
    /// How the work record named in the question stands.
    WorkFact {
        /// None was named.
        None = "none",
        /// There is none of that name.
        NotFound = "not-found",
        /// It begins later.
        NotStarted = "not-started",
        /// It has ended.
        Ended = "ended",
        /// It is assigned to somebody else.
        NotYours = "not-yours",
        /// It is for another purpose.
        OtherPurpose = "other-purpose",
        /// It is not about this person or row.
        NotThisPerson = "not-this-person",
        /// It is open, the asker's, about this person and for this purpose.
        Open = "open",
    }
}

coded! {
    /// How a row of the handling ledger stands.
    RowState {
        /// Approved and in use.
        Active = "active",
        /// Written but not approved.
        Draft = "draft",
        /// Ended; what it held must be disposed of.
        Ended = "ended",
    }
}

/// A row of the handling ledger, as far as judging needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFact {
    /// How it stands.
    pub state: RowState,
    /// The purposes it names.
    pub purposes: BTreeSet<PurposeId>,
    /// The elements it names.
    pub elements: BTreeSet<ElementId>,
}

coded! {
    /// Why something must be kept for now.
    HoldGround {
        /// A retention term of the policy still runs.
        Term = "term",
        /// A law orders keeping.
        Law = "law",
        /// A dispute or a request is open.
        Dispute = "dispute",
    }
}

/// Something that keeps a person's information from being erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Why.
    pub ground: HoldGround,
    /// The last day of keeping; none while its end is not known.
    pub until: Option<Date>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "answer")]
pub enum Verdict {
    /// The act may be done.
    Yes {
        /// The clauses it rests on, in order of their ids. Never empty.
        clauses: Vec<ClauseId>,
    },
    /// The act may not be done.
    No {
        /// The clauses that refuse it, in order of their ids. Never empty.
        clauses: Vec<ClauseId>,
        /// Every reason, gravest first. Never empty.
        reasons: Vec<Reason>,
    },
}

impl Verdict {
    /// The clauses the answer rests on.
    #[must_use]
    pub fn clauses(&self) -> &[ClauseId] {
        match self {
            Self::Yes { clauses } | Self::No { clauses, .. } => clauses,
        }
    }

    /// Why not; empty when the answer is yes.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::Yes { .. } => &[],
            Self::No { reasons, .. } => reasons,
        }
    }

    /// Whether the act may be done.
    #[must_use]
    pub const fn is_yes(&self) -> bool {
        matches!(self, Self::Yes { .. })
    }
}

/// One reason for a no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The rule that refuses.
    pub rule: Rule,
    /// The clause behind the rule.
    pub clause: ClauseId,
    /// The element it is about, when it is about one.
    pub element: Option<ElementId>,
    /// What would change the answer.
    pub way_on: WayOn,
}

impl Policy {
    /// Whether what is asked may be done, given the facts.
    ///
    /// Every reason for a no is given at once. The clauses are the policy's own that make the promise a rule
    /// keeps; where the policy is silent and the law is not, the catalogue promise stands in under its own id,
    /// and [`Policy::clause_text`] has its words.
    #[must_use]
    pub fn judge(&self, ask: &Ask, facts: &Facts) -> Verdict {
        weigh::weigh(self, ask, facts)
    }
}
