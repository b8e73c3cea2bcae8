//! How long an answer takes. The promise: under 20 microseconds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use divan::{Bencher, black_box};
use jiff::civil::date;
use policy::{ActKind, Ask, Facts, Policy, Role, RowFact, RowState, WorkFact};

fn main() {
    divan::main();
}

fn sample() -> Option<Policy> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/sample");
    let mut files = BTreeMap::new();
    for place in ["", "notice/", "products/"] {
        for entry in std::fs::read_dir(folder.join(place)).ok()?.flatten().filter(|entry| entry.path().is_file()) {
            let name = format!("{place}{}", entry.file_name().to_string_lossy());
            files.insert(name, std::fs::read_to_string(entry.path()).ok()?);
        }
    }
    policy::check(&files).policy
}

fn question(elements: &[&str]) -> Option<(Ask, Facts)> {
    let ask = Ask {
        act: ActKind::Reveal,
        kind: "applicant".parse().ok()?,
        row: "row-1".parse().ok()?,
        elements: elements.iter().filter_map(|element| element.parse().ok()).collect(),
        purpose: "hr.recruit".parse().ok()?,
    };
    let facts = Facts {
        today: date(2026, 11, 22),
        role: Role::Handler,
        work: WorkFact::Open,
        row: RowFact {
            state: RowState::Active,
            purposes: BTreeSet::from([ask.purpose.clone()]),
            elements: ask.elements.iter().cloned().collect(),
        },
        suspended: false,
        erased_hold: None,
        milestones: BTreeSet::new(),
        beyond_role: false,
        place: policy::PlaceFact::Supervised,
    };
    Some((ask, facts))
}

fn judge(bencher: Bencher<'_, '_>, elements: &[&str], change: impl FnOnce(&mut Facts)) {
    let (Some(policy), Some((ask, mut facts))) = (sample(), question(elements)) else { return };
    change(&mut facts);
    bencher.bench_local(|| policy.judge(black_box(&ask), black_box(&facts)));
}

#[divan::bench]
fn yes_one_element(bencher: Bencher<'_, '_>) {
    judge(bencher, &["phone"], |_| {});
}

#[divan::bench]
fn yes_ten_elements(bencher: Bencher<'_, '_>) {
    let elements = [
        "name",
        "name-kana",
        "birth-date",
        "email",
        "phone",
        "mobile",
        "address",
        "education",
        "work-history",
        "qualification",
    ];
    judge(bencher, &elements, |_| {});
}

#[divan::bench]
fn no_for_every_reason(bencher: Bencher<'_, '_>) {
    judge(bencher, &["health-check", "bank-account", "salary"], |facts| {
        facts.row.elements.clear();
        facts.row.purposes.clear();
        facts.row.state = RowState::Draft;
        facts.role = Role::Administrator;
        facts.work = WorkFact::Ended;
        facts.suspended = true;
    });
}

#[divan::bench]
fn check_the_sample(bencher: Bencher<'_, '_>) {
    bencher.bench_local(sample);
}
