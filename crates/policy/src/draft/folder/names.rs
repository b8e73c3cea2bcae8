//! Names for clauses: the promise a clause makes, or what it is.

use std::collections::{BTreeMap, BTreeSet};

use ledger::names::ClauseId;

use super::super::clause::Clause;
use super::super::recognise::Recognised;
use super::super::rest::Rest;

/// The title's name: the first block of every notice.
pub(super) const TITLE: &str = "sec.title";

/// One name for each clause, all different. The first clause that makes a promise most surely bears
/// the promise's own name, as it stands for the promise in verdicts.
pub(super) fn names(clauses: &[Clause], recognised: &[Recognised], rest: &[Rest]) -> Vec<String> {
    let mut taken: BTreeSet<String> = BTreeSet::from([TITLE.to_owned()]);
    let mut names = Vec::with_capacity(clauses.len());
    for (at, clause) in clauses.iter().enumerate() {
        let first = recognised.iter().find(|one| one.clause == at).map(|one| one.promise.as_str());
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

/// What most clauses under a heading speak of.
fn topic(clauses: &[Clause], recognised: &[Recognised], heading: usize) -> String {
    let level = clauses.get(heading).map_or(0, |clause| clause.level);
    let under = clauses.iter().skip(heading + 1).take_while(|clause| !clause.heading || clause.level > level).count();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in recognised.iter().filter(|one| (heading..=heading + under).contains(&one.clause)) {
        let section = one.promise.as_str().split('.').next().unwrap_or_default();
        *counts.entry(section).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map_or("part".to_owned(), |(section, _)| section.to_owned())
}

/// The wanted name, numbered if it is taken.
fn free(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let numbered = matches!(wanted, "st" | "ask");
    let mut number = 1_usize;
    loop {
        let name = if number == 1 && !numbered { wanted.to_owned() } else { format!("{wanted}.{number}") };
        if name.parse::<ClauseId>().is_ok() && taken.insert(name.clone()) {
            return name;
        }
        number += 1;
    }
}
