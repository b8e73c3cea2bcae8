//! The books: everything watches count, read once, as it stood at the end of a day.

mod entries;
mod logs;
mod open;
mod stock;

pub(crate) use entries::{Group, Refused, Tree, Under, Use};
#[cfg(test)]
pub(crate) use logs::Covered;
pub(crate) use logs::{DAY, HOUR, Logs};
pub(crate) use stock::{Account, Holding};

use crate::occasion::{Occasion, OccasionKind};
use crate::register::RegisterRow;
use access::organisation::{Assent, PartId, Roster};
use access::warrant::Warrant;
use access::{Desk, Enacted, Fault};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ledger::EntryKind;
use ledger::names::{ActorId, Moment, PolicyDigest, PromiseId, PurposeId, RowId};
use policy::{Policy, Rhythm, Role, RowState};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Counts and dates of records, as they stood at the end of a day. No value of a person is among them.
#[derive(Clone)]
pub struct Books {
    pub(crate) as_of: Date,
    pub(crate) zone: TimeZone,
    /// Versions in force by the end of the day, oldest first.
    pub(crate) versions: Vec<Arc<Enacted>>,
    /// The handling ledger, ended rows included.
    pub(crate) rows: Vec<RegisterRow>,
    /// What is held under each row.
    pub(crate) holdings: BTreeMap<RowId, Holding>,
    /// Entries by kind, answer and purpose.
    pub(crate) groups: Vec<Group>,
    /// Disposals whose details name a method.
    pub(crate) disposals_with_method: u64,
    /// The uses of the last 31 days, with who made them and under what.
    pub(crate) month: Vec<Use>,
    /// Attempts the policy refused in the last 30 days.
    pub(crate) refused: Vec<Refused>,
    pub(crate) tree: Tree,
    pub(crate) accounts: Vec<Account>,
    /// Rights beyond a role, newest first.
    pub(crate) warrants: Vec<Warrant>,
    /// Newest first.
    pub(crate) occasions: Vec<Occasion>,
    /// The organisation as it was known then.
    pub(crate) roster: Roster,
    /// Since when each staff member has been a member of each of their projects.
    pub(crate) members_since: BTreeMap<(PartId, PartId), Moment>,
    /// Adoptions, rule sheets, acknowledgements, reviews of zones, oldest first.
    pub(crate) assents: Vec<Assent>,
    /// Logs that were read, what they ask, which weeks were signed off.
    pub(crate) logs: Logs,
}

impl Books {
    /// Reads the books as they stood at the end of `as_of`; a day to come is read as today.
    ///
    /// What is erased since is gone from the books of earlier days too: a past day shows fewer overdue records than it had.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn open(desk: &Desk, as_of: Date) -> Result<Self, Fault> {
        open::open(desk, as_of.min(desk.today())).await
    }

    /// The day whose end the books show.
    #[must_use]
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// The first moment of a day where the company is.
    pub(crate) fn start(&self, day: Date) -> Moment {
        Moment(day.to_zoned(self.zone.clone()).map_or(0, |zoned| zoned.timestamp().as_millisecond()))
    }

    /// The policy in force that day.
    #[must_use]
    pub fn policy(&self) -> Option<&Policy> {
        self.enacted().map(|e| &e.policy)
    }

    /// The version in force that day, with its evidence.
    #[must_use]
    pub fn enacted(&self) -> Option<&Arc<Enacted>> {
        self.versions.last()
    }

    /// The day of a moment where the company is.
    pub(crate) fn day(&self, moment: Moment) -> Date {
        jiff::Timestamp::from_millisecond(moment.0).unwrap_or_default().to_zoned(self.zone.clone()).date()
    }

    /// The day the version in force came into force.
    pub(crate) fn in_force_since(&self) -> Option<Date> {
        self.enacted().map(|e| self.day(e.in_force_from))
    }

    /// The name of somebody who is privacy officer that day.
    pub(crate) fn officer(&self) -> Option<String> {
        self.holders(Role::Officer).next().map(|a| a.name.clone())
    }

    /// The open accounts of a role.
    pub(crate) fn holders(&self, role: Role) -> impl Iterator<Item = &Account> {
        self.open_accounts().filter(move |a| a.role == role)
    }

    /// The accounts open that day.
    pub(crate) fn open_accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter().filter(|a| a.is_open(self.as_of))
    }

    pub(crate) fn account(&self, id: ActorId) -> Option<&Account> {
        self.accounts.iter().find(|a| a.id == id)
    }

    /// The rows in use.
    pub(crate) fn active_rows(&self) -> impl Iterator<Item = &RegisterRow> {
        self.rows.iter().filter(|row| row.state == RowState::Active)
    }

    /// The rows in use and those being prepared.
    pub(crate) fn open_rows(&self) -> impl Iterator<Item = &RegisterRow> {
        self.rows.iter().filter(|row| row.state != RowState::Ended)
    }

    /// What is held under a row.
    pub(crate) fn holding(&self, row: &RowId) -> Holding {
        self.holdings.get(row).copied().unwrap_or_default()
    }

    /// The entries of a kind that were permitted.
    pub(crate) fn done(&self, kind: EntryKind) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(move |g| g.kind == kind && g.ok)
    }

    /// The newest permitted entry of a kind: its place and its day.
    pub(crate) fn newest(&self, kind: EntryKind) -> Option<(u64, Date)> {
        self.done(kind).max_by_key(|g| g.newest).map(|g| (g.newest, self.day(g.last)))
    }

    /// The permitted uses of people's information: searches, openings, handings-out, corrections.
    pub(crate) fn uses(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(|g| g.ok && USES.contains(&g.kind))
    }

    /// The permitted uses for one purpose.
    pub(crate) fn uses_for<'a>(&'a self, purpose: &'a PurposeId) -> impl Iterator<Item = &'a Group> {
        self.uses().filter(move |g| g.purpose.as_ref() == Some(purpose))
    }

    /// The occasions of a kind, newest first.
    pub(crate) fn occasions(&self, kind: OccasionKind) -> impl Iterator<Item = &Occasion> {
        self.occasions.iter().filter(move |o| o.kind == kind)
    }

    /// Probes of one thing, newest first.
    pub(crate) fn probes<'a>(&'a self, subject: &'a str) -> impl Iterator<Item = &'a Occasion> {
        self.occasions(OccasionKind::Probe).filter(move |o| o.subject == subject)
    }

    /// Whether the occasion was open at the end of the day.
    pub(crate) fn is_open(&self, occasion: &Occasion) -> bool {
        occasion.closed_at.is_none_or(|at| self.day(at) > self.as_of)
    }

    /// The exception that covers a promise that day.
    pub(crate) fn exception(&self, promise: &PromiseId) -> Option<&Occasion> {
        self.occasions(OccasionKind::Exception).find(|o| {
            let runs = o.due_at.is_some_and(|due| self.day(due) >= self.as_of);
            o.subject == promise.as_str() && runs && self.is_open(o)
        })
    }

    /// The first publication of a version: the day and its entry.
    pub(crate) fn published(&self, digest: PolicyDigest) -> Option<(Date, u64)> {
        let digest = digest.to_string();
        let found = self.occasions(OccasionKind::NoticePublished).filter(|o| o.subject == digest).last();
        found.map(|o| (self.day(o.at), o.entry))
    }

    /// How often the policy says a promise must show evidence, where one of its measures does.
    pub(crate) fn rhythm(&self, promise: &str) -> Option<Rhythm> {
        let policy = self.policy()?;
        let id: PromiseId = promise.parse().ok()?;
        let clauses = policy.clauses_making(&id);
        policy.measures().iter().find(|m| clauses.contains(&m.clause)).map(|m| m.rhythm)
    }
}

/// The kinds of entry that are uses of people's information.
pub(crate) const USES: [EntryKind; 4] =
    [EntryKind::Found, EntryKind::Revealed, EntryKind::Exported, EntryKind::Corrected];
