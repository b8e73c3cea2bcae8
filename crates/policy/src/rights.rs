//! Rights: which role may do which act, which acts need a second person or a fresh sign-in, and how long a right may last.

use std::collections::{BTreeMap, BTreeSet};

use ledger::names::{ClauseId, PurposeId};
use serde::Serialize;

use crate::code::coded;
use crate::{ActKind, Role, Texts};

mod words;

coded! {
    /// What the office does besides opening people's information.
    OfficeAct {
        /// Bring a policy version into force.
        EnactPolicy = "enact-policy",
        /// Add, change or end a row of the handling ledger.
        ChangeRegister = "change-register",
        /// Confirm a row of the handling ledger.
        ReviewRegister = "review-register",
        /// Open a work record.
        OpenWork = "open-work",
        /// Open a work record about everybody.
        OpenWorkEverybody = "open-work-everybody",
        /// Close a work record.
        CloseWork = "close-work",
        /// Give an account.
        GrantAccess = "grant-access",
        /// Give an account of an officer or an administrator.
        GrantHighAccess = "grant-high-access",
        /// Take an account back.
        RevokeAccess = "revoke-access",
        /// See who holds which account and right.
        SeeAccounts = "see-accounts",
        /// Give a right beyond a role, and take it back.
        GiveRight = "give-right",
        /// Supervise: let somebody work in a supervised place for some hours.
        Supervise = "supervise",
        /// Confirm accounts and rights, and run the rounds of it.
        ReviewAccess = "review-access",
        /// Read a log and lay it against work records.
        ReadLogs = "read-logs",
        /// Answer a question that arose from it.
        AnswerLogs = "answer-logs",
        /// Sign off that accesses were checked against work records.
        ReviewLogs = "review-logs",
        /// Record evidence: a publication, a probe, an inquiry.
        Record = "record",
        /// Record a drill, or a test of equipment or of a backup.
        RecordTest = "record-test",
        /// Record a milestone of a person, such as an accepted offer.
        RecordMilestone = "record-milestone",
        /// Make a backup.
        BackUp = "back-up",
        /// Go on from a ledger whose last signed checkpoint is lost, or put a backup back.
        AdoptLedger = "adopt-ledger",
        /// Renew keys, or protect the root key in another way.
        ManageKeys = "manage-keys",
        /// Give oneself a token or a new password.
        OwnToken = "own-token",
        /// Write the organisation: joiners, movers, leavers, departments, zones, cards.
        ChangeOrganisation = "change-organisation",
        /// Record that a legal entity adopts the policy version in force.
        AdoptPolicy = "adopt-policy",
        /// Approve the rule sheet of a project.
        ApproveRules = "approve-rules",
        /// Record that members have acknowledged it.
        AcknowledgeRules = "acknowledge-rules",
        /// Confirm the zone register.
        ReviewZones = "review-zones",
    }
}

coded! {
    /// The sorts of warrants: rights beyond a role, for one thing, with a reason and an end.
    WarrantSort {
        /// A proposal: what needs two people, once a second person has agreed.
        Second = "second",
        /// An emergency.
        Glass = "glass",
        /// A right that belongs to a project or a work record.
        Right = "right",
        /// A window: somebody may work in a supervised place, under the eyes of whoever opened it.
        Window = "window",
    }
}

/// An act that a right is about: with people's information, or of the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// With people's information.
    People(ActKind),
    /// Of the office.
    Office(OfficeAct),
}

impl Act {
    /// Every act there is.
    pub fn all() -> impl Iterator<Item = Self> {
        let people = ActKind::ALL.iter().copied().map(Self::People);
        people.chain(OfficeAct::ALL.iter().copied().map(Self::Office))
    }

    /// Its code, as `rights.toml` writes it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::People(act) => act.code(),
            Self::Office(act) => act.code(),
        }
    }

    /// The act with this code; none when there is none.
    #[must_use]
    pub fn find(code: &str) -> Option<Self> {
        Self::all().find(|act| act.code() == code)
    }
}

impl std::fmt::Display for Act {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.code())
    }
}

impl Serialize for Act {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

impl From<ActKind> for Act {
    fn from(act: ActKind) -> Self {
        Self::People(act)
    }
}

impl From<OfficeAct> for Act {
    fn from(act: OfficeAct) -> Self {
        Self::Office(act)
    }
}

/// Who may do one act, and what it takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Right {
    /// The roles that may do it.
    pub roles: BTreeSet<Role>,
    /// The roles of whom a second person must agree beforehand; empty where one person is enough.
    pub second: BTreeSet<Role>,
    /// Whether who does it must have proved within the last minutes that it is them.
    pub fresh: bool,
}

/// How long a right may last, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Longest {
    /// An account.
    pub account_days: u16,
    /// A token of an account.
    pub token_days: u16,
    /// A right beyond a role.
    pub right_days: u16,
}

/// How rights are taken in an emergency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Glass {
    /// Who may break the glass.
    pub roles: BTreeSet<Role>,
    /// Who may agree to it afterwards.
    pub approvers: BTreeSet<Role>,
    /// What it opens.
    pub acts: BTreeSet<Act>,
    /// After so many hours it ends by itself. At most [`Glass::MOST_HOURS`].
    pub hours: u16,
    /// Unless somebody agrees within so many minutes, it ends then. At most [`Glass::MOST_MINUTES`].
    pub approve_minutes: u16,
}

impl Glass {
    /// Half a working day.
    pub const MOST_HOURS: u16 = 4;
    /// An hour.
    pub const MOST_MINUTES: u16 = 60;

    /// Acts that an emergency never opens: they would change who may do what, or the keys.
    pub const NEVER: &'static [OfficeAct] = &[
        OfficeAct::EnactPolicy,
        OfficeAct::GrantAccess,
        OfficeAct::GrantHighAccess,
        OfficeAct::GiveRight,
        OfficeAct::ReviewAccess,
        OfficeAct::AdoptLedger,
        OfficeAct::ManageKeys,
    ];
}

/// How rights are reviewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Round {
    /// How many days the owners have to answer; what is unanswered then lapses.
    pub grace_days: u16,
    /// A right that was not used for so many days is shown as unused.
    pub unused_days: u16,
}

/// A place from which alone people's information is opened for some purposes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Its name in rules and evidence.
    pub id: String,
    /// The clause that promises it.
    pub clause: ClauseId,
    /// What people call it.
    pub label: Texts,
    /// What is opened from there and from nowhere else.
    pub purposes: BTreeSet<PurposeId>,
    /// The zones of the organisation whose listed terminals are in it.
    pub zones: Vec<String>,
    /// The hour of the day at which work may begin there, in the policy's zone.
    pub from_hour: u8,
    /// The hour before which it must have ended.
    pub until_hour: u8,
}

/// Who may do what: the rights a policy states. Compared, settled and enacted with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rights {
    pub(crate) of: BTreeMap<Act, Right>,
    /// How long a right may last.
    pub longest: Longest,
    /// How rights are taken in an emergency; none where the policy knows no emergency.
    pub glass: Option<Glass>,
    /// How rights are reviewed.
    pub round: Round,
    /// The places that are supervised.
    pub places: Vec<Place>,
}

impl Default for Rights {
    fn default() -> Self {
        Self::before_any_policy()
    }
}

impl Rights {
    /// What may be done before a policy states rights: enough to give accounts, keep the machine, and enact one.
    #[must_use]
    pub fn before_any_policy() -> Self {
        use OfficeAct::{
            AdoptLedger, BackUp, ChangeOrganisation, EnactPolicy, GrantAccess, GrantHighAccess, ManageKeys, OwnToken,
            RecordTest, ReviewAccess, RevokeAccess, SeeAccounts,
        };
        let administrator = [GrantAccess, GrantHighAccess, RevokeAccess, BackUp, AdoptLedger, ManageKeys, RecordTest];
        let right = |roles: &[Role]| Right { roles: roles.iter().copied().collect(), ..Right::default() };
        let machine = administrator.map(|act| (Act::Office(act), right(&[Role::Administrator])));
        let others = [
            (Act::Office(EnactPolicy), right(&[Role::Officer])),
            (Act::Office(ChangeOrganisation), right(&[Role::Officer, Role::Administrator])),
            (Act::Office(ReviewAccess), right(&[Role::Officer, Role::Administrator])),
            (Act::Office(SeeAccounts), right(&[Role::Officer, Role::Auditor, Role::Administrator])),
            (Act::Office(OwnToken), right(Role::ALL)),
        ];
        Self {
            of: machine.into_iter().chain(others).collect(),
            longest: Longest { account_days: 1096, token_days: 366, right_days: 92 },
            glass: None,
            round: Round { grace_days: 14, unused_days: 90 },
            places: Vec::new(),
        }
    }

    /// Who may do an act, and what it takes; none when nobody may.
    #[must_use]
    pub fn right(&self, act: impl Into<Act>) -> Option<&Right> {
        self.of.get(&act.into())
    }

    /// Whether a role may do an act, be it with a second person.
    #[must_use]
    pub fn may(&self, role: Role, act: impl Into<Act>) -> bool {
        self.right(act).is_some_and(|right| right.roles.contains(&role))
    }

    /// Whether an act waits for a second person.
    #[must_use]
    pub fn needs_second(&self, act: impl Into<Act>) -> bool {
        self.right(act).is_some_and(|right| !right.second.is_empty())
    }

    /// Whether who does it must have proved a moment ago that it is them.
    #[must_use]
    pub fn needs_fresh(&self, act: impl Into<Act>) -> bool {
        self.right(act).is_some_and(|right| right.fresh)
    }

    /// The place from which alone information is opened for this purpose; none where it may be opened anywhere.
    #[must_use]
    pub fn place_for(&self, purpose: &PurposeId) -> Option<&Place> {
        self.places.iter().find(|place| place.purposes.contains(purpose))
    }

    /// Every right, by act.
    pub fn all(&self) -> impl Iterator<Item = (Act, &Right)> {
        self.of.iter().map(|(act, right)| (*act, right))
    }
}

/// An example of who may do what, judged every time the policy is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RightCase {
    pub(crate) act: Act,
    pub(crate) role: Role,
    pub(crate) may: bool,
    pub(crate) say: crate::Texts,
    /// Where it stands.
    pub(crate) line: u32,
}
