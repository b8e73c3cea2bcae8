//! The measure on the source policy, where its text is at hand: every promise at its source lines.

use policy::draft::{self, Format};
use serde::Deserialize;

use crate::score::{Score, because};

/// Where the source policy makes each promise. The text itself is not in this repository.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    promise: String,
    lines: Vec<(u32, u32)>,
    /// Whether only a heading names it.
    #[serde(default)]
    title: bool,
}

impl Row {
    fn stands_at(&self, lines: (u32, u32)) -> bool {
        self.lines.iter().any(|(from, to)| lines.0 <= *to && lines.1 >= *from)
    }
}

/// Wrongly found promises tolerated: at a line of which the table does not say so.
const MOST_WRONG: usize = 3;

/// The variable that names the file of the source policy. `./test` says when it is not set.
const NAMED: &str = "DAICHO_SOURCE_POLICY";

/// The source policy, if it was named. A name that leads nowhere fails.
#[expect(clippy::disallowed_methods, reason = "a test may be told where the text is")]
fn text() -> Option<Vec<u8>> {
    let path = std::env::var_os(NAMED).filter(|path| !path.is_empty())?;
    Some(std::fs::read(&path).unwrap_or_else(|why| panic!("{NAMED}={}: {why}", path.display())))
}

fn expected() -> Expected {
    toml::from_str(include_str!("../policies/source-expected.toml")).unwrap()
}

#[test]
fn the_table_names_promises_of_the_catalogue() {
    let expected = expected();
    assert_eq!(expected.row.len(), 123);
    for row in &expected.row {
        assert!(policy::catalogue::find(&row.promise.parse().unwrap()).is_some(), "{}", row.promise);
    }
}

#[test]
fn every_promise_of_the_source_policy_is_found_at_its_lines() {
    let Some(bytes) = text() else {
        println!(
            "source policy: not measured. Run again with {NAMED}=FILE, the plain English text with its lines as published."
        );
        return;
    };
    let expected = expected();
    let text = draft::read(&bytes, Format::Plain).unwrap();
    let clauses = draft::split(&text);
    let recognised = draft::recognise(&clauses, draft::language(&text));
    let mut score = Score::default();
    for row in &expected.row {
        let found = recognised.iter().any(|one| {
            let clause = &clauses[one.clause];
            one.promise.as_str() == row.promise && row.stands_at(clause.lines) && (!row.title || clause.heading)
        });
        if found {
            score.found += 1;
        } else {
            score.missed += 1;
            println!("  missed {}", row.promise);
        }
    }
    for one in &recognised {
        let clause = &clauses[one.clause];
        let row = expected.row.iter().find(|row| row.promise == one.promise.as_str());
        if !row.is_some_and(|row| row.stands_at(clause.lines)) {
            score.wrong += 1;
            println!("  wrong  line {} {} | {}", clause.lines.0, one.promise, because(one));
        }
    }
    score.tell("source policy");
    assert_eq!(score.missed, 0);
    assert!(score.wrong <= MOST_WRONG);
}
