//! Names for clauses: the promise a clause makes, or what it is.

use std::collections::BTreeMap;

use ledger::names::ClauseId;

use super::super::clause::Clause;
use super::super::recognise::Recognised;
use super::super::rest::Rest;

/// The title's name: the first block of every notice.
pub(super) const TITLE: &str = "sec.title";

/// One name for each clause, all different. The first clause that makes a promise most surely bears
/// the promise's own name, as it stands for the promise in verdicts.
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
            _ if clause.heading => format!("sec.{}", topic(clauses, recognised, at)),
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

/// What most clauses under a heading speak of.
fn topic(clauses: &[Clause], recognised: &[Recognised], heading: usize) -> String {
    let level = clauses.get(heading).map_or(0, |clause| clause.level);
    let under = clauses.iter().skip(heading + 1).take_while(|clause| !clause.heading || clause.level > level).count();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in of_clauses(recognised, heading, heading + under) {
        let section = one.promise.as_str().split('.').next().unwrap_or_default();
        *counts.entry(section).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map_or("part".to_owned(), |(section, _)| section.to_owned())
}

/// The wanted name, numbered if it is taken; `taken` holds the last number of every name.
fn free(wanted: &str, taken: &mut BTreeMap<String, usize>) -> String {
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
