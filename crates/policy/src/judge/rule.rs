//! The rules a question can break, and what would change the answer.

use jiff::civil::Date;
use ledger::names::{ElementId, PurposeId};
use serde::Serialize;

use crate::Texts;
use crate::code::coded;

coded! {
    /// The rules by which a question is refused. A closed list, gravest first.
    Rule {
        /// The policy does not know the purpose.
        PurposeNotNotified = "purpose-not-notified",
        /// The purpose is not for this kind of people.
        PurposeNotForKind = "purpose-not-for-kind",
        /// The row of the handling ledger does not name the purpose.
        PurposeNotOnRow = "purpose-not-on-row",
        /// The policy does not know the kind of people.
        KindUnknown = "kind-unknown",
        /// The policy does not know the element.
        ElementUnknown = "element-unknown",
        /// The purpose does not need the element.
        ElementOutsidePurpose = "element-outside-purpose",
        /// The row of the handling ledger does not name the element.
        ElementOutsideRow = "element-outside-row",
        /// The act touches values and no element was named.
        NoElement = "no-element",
        /// The element asks for special care, and what must come first has not happened.
        ConditionNotMet = "condition-not-met",
        /// The asker's role may not do this.
        RoleMayNot = "role-may-not",
        /// The act needs two people, and nobody else has agreed.
        NeedsSecond = "needs-second",
        /// The token was not made for this.
        TokenMayNot = "token-may-not",
        /// Whoever asks has come in to a page of their own, or to look, and this is not there.
        OwnPageOnly = "own-page-only",
        /// The purpose is opened from a supervised place alone, and the asker sits elsewhere.
        PlaceNotListed = "place-not-listed",
        /// The asker sits in the supervised place outside its hours.
        PlaceClosed = "place-closed",
        /// The asker sits in the supervised place, and nobody supervises.
        NotSupervised = "not-supervised",
        /// No work record was named.
        NoWork = "no-work",
        /// There is no such work record.
        WorkNotFound = "work-not-found",
        /// The work has not begun.
        WorkNotStarted = "work-not-started",
        /// The work has ended.
        WorkEnded = "work-ended",
        /// The work is somebody else's.
        WorkNotYours = "work-not-yours",
        /// The work is for another purpose.
        WorkOtherPurpose = "work-other-purpose",
        /// The work is not about this person.
        WorkNotThisPerson = "work-not-this-person",
        /// The person asked that use be stopped.
        Suspended = "suspended",
        /// Nothing is suspended, so nothing can be resumed.
        NotSuspended = "not-suspended",
        /// The row has not been approved.
        RowDraft = "row-draft",
        /// The row has ended.
        RowEnded = "row-ended",
        /// A retention term still runs.
        HeldByTerm = "held-by-term",
        /// A law orders keeping.
        HeldByLaw = "held-by-law",
        /// A dispute or request is open.
        HeldByDispute = "held-by-dispute",
    }
}

impl Rule {
    /// The catalogue promise the rule keeps, unless a condition of the policy names another clause.
    #[must_use]
    pub const fn promise(self) -> &'static str {
        match self {
            Self::PurposeNotNotified => "purpose.fixed-and-notified-first",
            Self::PurposeNotForKind
            | Self::PurposeNotOnRow
            | Self::ElementOutsidePurpose
            | Self::NoElement
            | Self::WorkOtherPurpose => "purpose.within-scope",
            Self::KindUnknown => "scope.categories-true",
            Self::ElementUnknown => "scope.definition",
            Self::ElementOutsideRow | Self::RowDraft => "org.ledger",
            Self::ConditionNotMet => "gap.special-care-consent",
            Self::RoleMayNot => "tech.by-role",
            Self::PlaceNotListed | Self::PlaceClosed | Self::NotSupervised => "phys.terminal-room",
            Self::NeedsSecond => "tech.access-control",
            Self::NoWork | Self::WorkNotFound | Self::WorkNotStarted | Self::WorkEnded => "tech.logs-reconciled",
            Self::TokenMayNot | Self::OwnPageOnly | Self::WorkNotYours | Self::WorkNotThisPerson => "tech.min-access",
            Self::Suspended | Self::NotSuspended | Self::HeldByDispute => "rights.suspend",
            Self::RowEnded | Self::HeldByTerm => "dispose.prompt",
            Self::HeldByLaw => "purpose.people-legal",
        }
    }
}

/// What would change the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "do")]
pub enum WayOn {
    /// Choose a purpose the notice names.
    ChooseNotifiedPurpose,
    /// Choose a purpose that was notified to this kind of people.
    ChoosePurposeForKind,
    /// Ask the row's manager to put the purpose on the row, after people were told.
    PutPurposeOnRow {
        /// The purpose.
        purpose: PurposeId,
    },
    /// Leave the element out.
    LeaveElementOut {
        /// The element.
        element: ElementId,
    },
    /// Ask the row's manager to put the element on the row.
    PutElementOnRow {
        /// The element.
        element: ElementId,
    },
    /// Name what is needed.
    NameElements,
    /// Register what must come first, once it has happened.
    RegisterMilestone {
        /// The milestone, as conditions and facts write it.
        milestone: String,
        /// What people call it.
        label: Texts,
    },
    /// Ask somebody whose role may.
    AskOfficer,
    /// Propose it, and have a second person agree.
    Propose,
    /// Make a token that names it.
    MakeToken,
    /// Sign in with a password, a passkey or a card.
    SignInFully,
    /// Work from the place.
    GoToPlace {
        /// What people call it.
        label: Texts,
    },
    /// Have somebody supervise.
    AskSupervisor,
    /// Open a work record, or name the one you work on.
    NameWork,
    /// Wait until the work begins, or ask its owner to begin it earlier.
    WaitForWork,
    /// Ask the owner of the work record to extend it.
    AskWorkOwnerToExtend,
    /// Ask the owner of the work record to assign it to you.
    AskWorkOwnerToAssign,
    /// Name the work record for this purpose.
    NameWorkForPurpose,
    /// Ask the owner of the work record to add the person to it.
    AskWorkOwnerToAddPerson,
    /// The person, or the officer at the person's request, takes the suspension back.
    ResumeFirst,
    /// Nothing needs to be done.
    NothingToDo,
    /// The officer approves the row.
    ApproveRow,
    /// Use the row that replaced it, or dispose of what it held.
    UseAnotherRow,
    /// Wait until keeping ends.
    WaitUntil {
        /// The last day of keeping.
        day: Date,
    },
    /// The officer closes what is open.
    CloseDispute,
    /// The policy or the handling ledger must know it first.
    AmendPolicy,
}
