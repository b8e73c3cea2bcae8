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

impl Default for Limits {
    /// The careful ones.
    fn default() -> Self {
        Self { fee_max_yen: 0, search_without_work: false }
    }
}
