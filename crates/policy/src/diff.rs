//! What changed from one policy to the next, and what may not change silently.

use std::collections::BTreeSet;

use ledger::names::{ClauseId, PromiseId};
use serde::Serialize;

use crate::{Language, Policy};

/// What changed between an older policy and a newer one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// Promises the older did not make and the newer makes.
    pub promises_added: Vec<PromiseId>,
    /// Promises both make, in other words: with the clauses whose text changed.
    pub promises_changed: Vec<PromiseId>,
    /// Promises the older made and the newer does not.
    pub promises_dropped: Vec<PromiseId>,
    /// Clauses only the newer has.
    pub clauses_added: Vec<ClauseId>,
    /// Clauses both have, whose words changed.
    pub clauses_changed: Vec<ClauseChange>,
    /// Clauses only the older has.
    pub clauses_dropped: Vec<ClauseId>,
    /// Dropped promises that the newer policy does not name with a reason.
    unnamed: Vec<PromiseId>,
}

/// A clause whose words changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClauseChange {
    /// The clause.
    pub clause: ClauseId,
    /// The languages in which its words changed, original first.
    pub languages: Vec<Language>,
}

impl Diff {
    /// The dropped promises nobody has given a reason for. A policy may be enacted after an older one only
    /// when there are none: it must name them under `[[dropped]]`.
    #[must_use]
    pub fn needs_word(&self) -> &[PromiseId] {
        &self.unnamed
    }

    /// Whether no promise and no clause changed. Rules may still have: compare the digests for that.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Policy {
    /// What changed from `older` to this policy.
    #[must_use]
    pub fn diff(&self, older: &Self) -> Diff {
        let (new, old) = (self.promised(), older.promised());
        let dropped: Vec<PromiseId> = old.difference(&new).cloned().collect();
        let named = |promise: &&PromiseId| self.dropped().iter().any(|dropped| dropped.promise == **promise);
        let changed: Vec<ClauseChange> =
            self.clauses().iter().filter_map(|clause| self.change(older, &clause.id)).collect();
        let reworded = |promise: &&PromiseId| {
            let clauses = self.clauses_making(promise);
            clauses != older.clauses_making(promise) || changed.iter().any(|change| clauses.contains(&change.clause))
        };
        Diff {
            promises_added: new.difference(&old).cloned().collect(),
            promises_changed: new.intersection(&old).filter(reworded).cloned().collect(),
            unnamed: dropped.iter().filter(|promise| !named(promise)).cloned().collect(),
            promises_dropped: dropped,
            clauses_added: missing_in(self, older),
            clauses_dropped: missing_in(older, self),
            clauses_changed: changed,
        }
    }

    fn promised(&self) -> BTreeSet<PromiseId> {
        self.promises().cloned().collect()
    }

    fn change(&self, older: &Self, clause: &ClauseId) -> Option<ClauseChange> {
        older.clause(clause)?;
        let differs =
            |language: &Language| self.clause_source(clause, *language) != older.clause_source(clause, *language);
        let languages: Vec<Language> = Language::ALL.iter().copied().filter(|language| differs(language)).collect();
        (!languages.is_empty()).then(|| ClauseChange { clause: clause.clone(), languages })
    }
}

fn missing_in(here: &Policy, there: &Policy) -> Vec<ClauseId> {
    let ids = here.clauses().iter().map(|clause| &clause.id);
    ids.filter(|id| there.clause(id).is_none()).cloned().collect()
}
