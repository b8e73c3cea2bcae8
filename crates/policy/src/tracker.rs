//! Tools on the public site and in mails that send information about visitors elsewhere.

use std::collections::BTreeSet;

use ledger::names::ClauseId;
use serde::Serialize;

use crate::Texts;
use crate::code::coded;

coded! {
    /// What information from cookies may be used for (cookie.purposes). A closed list.
    TrackerPurpose {
        /// Advertising.
        Advertising = "advertising",
        /// Marketing.
        Marketing = "marketing",
        /// Developing and improving services.
        Improvement = "improvement",
    }
}

/// One tool that sends information about visitors to somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tracker {
    /// Its name.
    pub id: String,
    /// The clause that lists it.
    pub clause: ClauseId,
    /// What it is called.
    pub label: Texts,
    /// Who receives the information.
    pub provider: String,
    /// The hosts it talks to; `*.` in front means every host below.
    pub hosts: Vec<String>,
    /// What the information is used for.
    pub purposes: BTreeSet<TrackerPurpose>,
    /// What is sent (Telecommunications Business Act 27-12).
    pub sends: Texts,
    /// Where the provider explains how it handles the information.
    pub link: String,
    /// Where a visitor refuses.
    pub opt_out: String,
}
