//! Names for clauses: the promise a clause makes, a heading's own words, or what it is.

use std::collections::BTreeMap;

use ledger::names::ClauseId;

use super::super::clause::Clause;
use super::super::recognise::Recognised;
use super::super::rest::Rest;
use super::super::slug::slug;

/// The title's name: the first block of every notice.
pub(super) const TITLE: &str = "sec.title";

/// One name for each clause, all different. The first clause that makes a promise most surely bears
/// the promise's own name, as it stands for the promise in verdicts. A heading is named by its own words.
pub(super) fn names(clauses: &[Clause], recognised: &[Recognised], rest: &[Rest]) -> Vec<String> {
    let mut taken: BTreeMap<String, usize> = BTreeMap::from([(TITLE.to_owned(), 1)]);
    let mut names = Vec::with_capacity(clauses.len());
    for (at, clause) in clauses.iter().enumerate() {
        let first = of_clauses(recognised, at, at).first().map(|one| one.promise.as_str());
        let wanted = match (first, rest.get(at)) {
            (Some(promise), _) if !clause.heading => promise.to_owned(),
            _ if at == 0 && clause.heading => {
                names.push(TITLE.to_owned());
                continue;
            }
            _ if clause.heading => format!("sec.{}", slug(&clause.text).unwrap_or_else(|| "part".to_owned())),
            (_, Some(Rest::Unknown)) => "ask".to_owned(),
            _ => "st".to_owned(),
        };
        names.push(free(&wanted, &mut taken));
    }
    names
}

/// What was recognised in these clauses, first to last; recognitions stand in the order of clauses.
pub(super) fn of_clauses(recognised: &[Recognised], first: usize, last: usize) -> &[Recognised] {
    let from = recognised.partition_point(|one| one.clause < first);
    let to = recognised.partition_point(|one| one.clause <= last);
    recognised.get(from..to).unwrap_or(&[])
}

/// The wanted name, numbered if it is taken; `taken` holds the last number of every name.
pub(super) fn free(wanted: &str, taken: &mut BTreeMap<String, usize>) -> String {
    let numbered = matches!(wanted, "st" | "ask");
    loop {
        let number = taken.entry(wanted.to_owned()).or_default();
        *number += 1;
        let name = if *number == 1 && !numbered { wanted.to_owned() } else { format!("{wanted}.{number}") };
        let fresh = name == wanted || taken.insert(name.clone(), 1).is_none();
        if fresh && name.parse::<ClauseId>().is_ok() {
            return name;
        }
    }
}
