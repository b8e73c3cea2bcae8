//! What is left when the known promises are taken away.

use super::clause::Clause;
use super::context::Context;
use super::cues::{LEAD, Place, shipped};
use super::recognise::Recognised;
use crate::Language;

/// What a clause is to a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rest {
    /// It makes a promise the catalogue knows.
    Promise,
    /// It says something without promising: a heading, an introduction, an address.
    Statement,
    /// It undertakes something, but nothing that the catalogue knows; a person has to decide.
    Unknown,
}

/// Sorts every clause, in order.
#[must_use]
pub fn rest(clauses: &[Clause], recognised: &[Recognised], language: Language) -> Vec<Rest> {
    left(clauses, recognised, &Context::of(clauses, language, shipped()))
}

/// The same, where the clauses have been listened to already.
pub(super) fn left(clauses: &[Clause], recognised: &[Recognised], context: &Context) -> Vec<Rest> {
    let leads = |at: usize| context.says(at, LEAD, Place::Here);
    let mut found: Vec<Rest> = clauses
        .iter()
        .enumerate()
        .map(|(at, clause)| {
            let binds = !clause.heading && !leads(at) && context.binds(clauses, at, shipped());
            if binds { Rest::Unknown } else { Rest::Statement }
        })
        .collect();
    for recognised in recognised {
        if let Some(rest) = found.get_mut(recognised.clause) {
            *rest = Rest::Promise;
        }
    }
    found
}
