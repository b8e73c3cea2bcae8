//! Clauses: the sentences of the notice, each with a stable id and the promises it makes.

use std::collections::BTreeMap;

use ledger::names::{ClauseId, PromiseId};
use serde::Serialize;

use crate::{Language, Texts};

/// One sentence of the notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clause {
    /// Its name in rules and evidence.
    pub id: ClauseId,
    /// The catalogue promises it makes; none when it is a statement.
    pub promises: Vec<PromiseId>,
    /// It promises nothing: a heading, an introduction, an address.
    pub statement: bool,
    /// For each translation, the first twelve hexadecimal digits of the SHA-256 of the original's text that
    /// it was translated from. See [`crate::Block::fingerprint`].
    pub translated: BTreeMap<Language, String>,
}

/// A promise of the catalogue that this policy knowingly does not make any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dropped {
    /// The promise.
    pub promise: PromiseId,
    /// Why, in words that can be published.
    pub reason: Texts,
}
