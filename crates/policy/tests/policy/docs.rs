//! The authors' handbook and the code list the same things.

use std::collections::BTreeSet;

use policy::{
    ActKind, Class, Dispose, Ground, HoldGround, Problem, RecipientKind, Role, Route, RowState, Rule, Shape,
    TrackerPurpose, Trigger, Way, WorkFact,
};

const HANDBOOK: &str = include_str!("../../../../docs/policy-language.md");

/// The words in back quotes in the first column of the table under this heading.
fn first_column(heading: &str) -> BTreeSet<String> {
    let (_, section) = HANDBOOK.split_once(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no {heading}"));
    let rows = section.lines().take_while(|line| !line.starts_with('#')).filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split_once('`')).map(|(word, _)| word.to_owned()).collect()
}

#[test]
fn the_handbook_lists_every_problem() {
    let rules: BTreeSet<String> = Problem::rules().map(|(rule, ..)| rule.to_owned()).collect();
    assert_eq!(first_column("## Problems"), rules);
}

#[test]
fn the_handbook_lists_every_rule_of_judging() {
    let rules: BTreeSet<String> = Rule::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(first_column("### Rules"), rules);
    let acts: BTreeSet<String> = ActKind::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(first_column("### Acts"), acts);
}

#[test]
fn the_handbook_knows_every_word() {
    let mut words: Vec<&str> = Vec::new();
    words.extend(Class::ALL.iter().map(|word| word.code()));
    words.extend(Shape::ALL.iter().map(|word| word.code()));
    words.extend(Role::ALL.iter().map(|word| word.code()));
    words.extend(Trigger::ALL.iter().map(|word| word.code()));
    words.extend(Dispose::ALL.iter().map(|word| word.code()));
    words.extend(RecipientKind::ALL.iter().map(|word| word.code()));
    words.extend(Ground::ALL.iter().map(|word| word.code()));
    words.extend(Route::ALL.iter().map(|word| word.code()));
    words.extend(TrackerPurpose::ALL.iter().map(|word| word.code()));
    words.extend(WorkFact::ALL.iter().map(|word| word.code()));
    words.extend(RowState::ALL.iter().map(|word| word.code()));
    words.extend(Way::ALL.iter().map(|word| word.code()));
    words.extend(HoldGround::ALL.iter().map(|word| word.code()));
    for word in words {
        assert!(HANDBOOK.contains(&format!("`{word}`")), "{word}");
    }
}
