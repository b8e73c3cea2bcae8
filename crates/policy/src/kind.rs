//! Kinds of people: whose information it is.

use ledger::names::{ClauseId, KindId};
use serde::Serialize;

use crate::Texts;

/// One kind of people, such as applicants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kind {
    /// Its name in rules and evidence.
    pub id: KindId,
    /// What people call it.
    pub label: Texts,
    /// The clause of the notice that publishes this kind (scope.categories-true).
    pub category: ClauseId,
}
