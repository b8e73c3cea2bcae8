//! Whole policies of other houses, in our own words, labelled sentence by sentence.
//!
//! `policies/tuned` was at hand while the cues were made. `policies/heldout` was written before them
//! and its errors were never looked at.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use policy::draft::{self, Clause, Format, HowSure};
use serde::Deserialize;

use crate::score::{Score, because};

/// The labels of a policy: all its sentences, in order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Labels {
    pub(crate) says: Vec<Says>,
}

/// One sentence, by how it begins, and the promises it makes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Says {
    starts: String,
    makes: Vec<String>,
    /// Promises that count neither for nor against.
    #[serde(default)]
    may: Vec<String>,
}

fn folder(set: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policies").join(set)
}

/// Every policy of a set: file name, bytes, labels.
pub(crate) fn policies(set: &str) -> Vec<(String, Vec<u8>, Labels)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder(set)).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension != "toml") {
            let labels = std::fs::read_to_string(path.with_extension("toml")).unwrap();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            found.push((name, std::fs::read(&path).unwrap(), toml::from_str(&labels).unwrap()));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// Which labels each clause belongs to: those of sentences that begin in it, else the last one begun.
fn assign(clauses: &[Clause], labels: &Labels, name: &str) -> Vec<Vec<usize>> {
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let mut of: Vec<Vec<usize>> = vec![Vec::new(); clauses.len()];
    let mut from = 0;
    for (label, says) in labels.says.iter().enumerate() {
        let begins = |at: &usize| {
            let own = bare(&format!("{}{}", clauses[*at].marker, clauses[*at].text));
            let next = clauses.get(at + 1).map_or(String::new(), |next| bare(&next.text));
            format!("{own}{next}").find(&bare(&says.starts)).is_some_and(|found| found < own.len())
        };
        let Some(at) = (from..clauses.len()).find(begins) else {
            panic!("{name}: no clause begins with {:?}", says.starts)
        };
        of[at].push(label);
        from = at;
    }
    for at in 1..of.len() {
        if of[at].is_empty() {
            of[at] = of[at - 1].last().copied().into_iter().collect();
        }
    }
    of
}

pub(crate) fn score(name: &str, bytes: &[u8], labels: &Labels, least: HowSure, tell: bool) -> Score {
    let text = draft::read(bytes, Format::guess(name, bytes)).unwrap();
    let language = draft::language(&text);
    assert_eq!(Some(language.code()), name.split('.').nth(1), "{name}");
    let clauses = draft::split(&text);
    let of = assign(&clauses, labels, name);
    let mut score = Score::default();
    let mut hit: BTreeSet<(usize, &str)> = BTreeSet::new();
    let recognised = draft::recognise(&clauses, language);
    for found in recognised.iter().filter(|found| found.how_sure >= least) {
        let promise = found.promise.as_str();
        let says = |list: fn(&Says) -> &Vec<String>| {
            of[found.clause].iter().any(|label| list(&labels.says[*label]).iter().any(|known| known == promise))
        };
        if says(|says| &says.makes) {
            hit.extend(of[found.clause].iter().map(|label| (*label, promise)));
        } else if !says(|says| &says.may) {
            score.wrong += 1;
            if tell {
                let clause = &clauses[found.clause];
                println!("  wrong  {name}:{} {promise} {} | {}", clause.lines.0, clause.text, because(found));
            }
        }
    }
    for (label, says) in labels.says.iter().enumerate() {
        for promise in &says.makes {
            if hit.contains(&(label, promise.as_str())) {
                score.found += 1;
            } else {
                score.missed += 1;
                if tell {
                    println!("  missed {name} {promise} {}", says.starts);
                }
            }
        }
    }
    score
}

fn measure(set: &str, least: HowSure, tell: bool) -> Score {
    let mut all = Score::default();
    for (name, bytes, labels) in policies(set) {
        let one = score(&name, &bytes, &labels, least, tell);
        one.tell(&format!("{set}/{name}"));
        all.add(one);
    }
    all.tell(&format!("{set}, {} or surer", least.word()));
    all
}

#[test]
fn policies_the_cues_were_made_with_are_recognised() {
    let all = measure("tuned", HowSure::Unsure, true);
    assert!(all.precision() >= 0.98 && all.recall() >= 0.98);
}

#[test]
fn policies_the_cues_never_saw_are_recognised() {
    let all = measure("heldout", HowSure::Unsure, false);
    assert!(all.precision() >= 0.95 && all.recall() >= 0.95);
}

#[test]
fn surer_is_truer() {
    let truth = |set: &str| {
        let unsure = measure(set, HowSure::Unsure, false).precision();
        (unsure, measure(set, HowSure::Certain, false).precision())
    };
    let (all, certain) = truth("heldout");
    assert!(certain >= all - 0.01, "certain {certain}, all {all}");
}
