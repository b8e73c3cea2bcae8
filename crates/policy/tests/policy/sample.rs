//! The sample policy: settled, complete, and told in three languages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use policy::{Language, Policy};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/sample")
}

pub(crate) fn files() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for place in ["", "notice", "products"] {
        for entry in std::fs::read_dir(folder().join(place)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap().to_str().unwrap();
                let name = if place.is_empty() { name.to_owned() } else { format!("{place}/{name}") };
                files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn it_settles_without_a_single_problem() {
    let checked = policy::check(&files());
    let said: Vec<String> = checked.problems.iter().map(ToString::to_string).collect();
    assert!(said.is_empty(), "{}", said.join("\n"));
    assert!(checked.policy.is_some());
}

fn sample() -> Policy {
    crate::tiny::settled(&files())
}

#[test]
fn it_makes_every_promise_of_the_catalogue_and_drops_none() {
    let policy = sample();
    assert_eq!(policy.promises().count(), 147);
    assert_eq!(policy.silent_about().count(), 0);
    assert!(policy.dropped().is_empty());
}

#[test]
fn it_is_a_house_of_some_size() {
    let policy = sample();
    assert!(policy.kinds().len() >= 14);
    assert!(policy.elements().len() >= 45);
    assert!(policy.purposes().len() >= 20);
    assert!(policy.measures().len() >= 12);
    assert_eq!(policy.trackers().len(), 3);
    assert_eq!(policy.products().len(), 1);
    assert!(policy.cases().len() >= 20);
    assert_eq!(policy.group().len(), 3);
}

#[test]
fn every_purpose_promise_of_the_catalogue_has_a_purpose() {
    let policy = sample();
    for promise in policy::catalogue::all().iter().filter(|promise| promise.id.as_str().starts_with("purpose.")) {
        let clauses = policy.clauses_making(&promise.id);
        let is_general = matches!(promise.id.as_str(), "purpose.within-scope" | "purpose.fixed-and-notified-first");
        let served = policy.purposes().iter().any(|purpose| clauses.contains(&purpose.clause));
        assert!(is_general || served, "{}", promise.id);
    }
}

#[test]
fn the_nearest_term_is_the_one_that_counts() {
    let policy = sample();
    let term = |kind: &str, purpose: &str| {
        policy.term_for(&kind.parse().unwrap(), &purpose.parse().unwrap()).map(|term| term.id.to_string())
    };
    assert_eq!(term("caller", "partner.inquiry").unwrap(), "caller.number");
    assert_eq!(term("inquirer", "partner.inquiry").unwrap(), "partner.inquiry");
    assert_eq!(term("applicant", "hr.recruit").unwrap(), "hr.recruit");
    let due = policy.term(&"hr.recruit".parse().unwrap()).unwrap().due(date(2026, 6, 17));
    assert_eq!(due, date(2026, 7, 1));
}

#[test]
fn its_bytes_are_read_back_with_every_part() {
    let policy = sample();
    let again = Policy::from_canonical(&policy.canonical()).unwrap();
    assert_eq!(again, policy);
    assert_eq!(again.elements(), policy.elements());
    assert_eq!(again.purposes(), policy.purposes());
    assert_eq!(again.cases(), policy.cases());
    for language in Language::ALL {
        assert_eq!(again.notice(*language), policy.notice(*language));
    }
}
