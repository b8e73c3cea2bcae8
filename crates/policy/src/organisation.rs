//! Who promises: the organisation, its group, its desk, its limits.

use serde::Serialize;

use crate::{Language, Texts};

/// The organisation that makes the promises (APPI 32(1)(1)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Organisation {
    /// Its registered name.
    pub name: Texts,
    /// How the notice calls it.
    pub short: Texts,
    /// Its address.
    pub address: Texts,
    /// Its representative.
    pub representative: Texts,
}

/// One company the policy covers. Group companies are separate legal persons (intro.group-scope).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entity {
    /// Its name in rules and evidence.
    pub id: String,
    /// Where it is: two capital letters (ISO 3166-1).
    pub country: String,
    /// Its registered name.
    pub name: Texts,
    /// Its address.
    pub address: Texts,
}

/// Where people ask, complain and object (contact.works, contact.japanese).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// The desk.
    pub name: Texts,
    /// Its address.
    pub address: Texts,
    /// Its telephone number.
    pub telephone: String,
    /// Its e-mail address.
    pub email: String,
    /// When it answers.
    pub hours: Texts,
    /// The languages it answers in.
    pub languages: Vec<Language>,
}

/// Numbers and switches that decide what may happen to people's information.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// The most a request may cost the person, tax included, in yen (rights.fee-cap).
    pub fee_max_yen: u32,
    /// Whether a person may be searched for without a work record.
    pub search_without_work: bool,
}

/// How long an erasure waits, and by when it has reached every backup (dispose.proper).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Erasure {
    /// How many hours an erasure that was decided waits before the person's key is destroyed; until then it may be withdrawn. 0: at
    /// once. At most [`Erasure::MOST_WAIT_HOURS`].
    pub wait_hours: u16,
    /// Within how many days of the destruction it has reached every backup, because the keys that would open one are destroyed
    /// too. From 1 to [`Erasure::MOST_BACKUPS_DAYS`].
    pub backups_days: u16,
}

impl Erasure {
    /// Thirty days: whoever asked is not kept waiting longer than a request may take.
    pub const MOST_WAIT_HOURS: u16 = 720;
    /// A year.
    pub const MOST_BACKUPS_DAYS: u16 = 365;
}

impl Default for Erasure {
    /// What held before policies stated it: nothing waits.
    fn default() -> Self {
        Self { wait_hours: 0, backups_days: Self::MOST_BACKUPS_DAYS }
    }
}

impl Default for Limits {
    /// The careful ones.
    fn default() -> Self {
        Self { fee_max_yen: 0, search_without_work: false }
    }
}
