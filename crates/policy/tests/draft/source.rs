//! The measure on the source policy, where its text is at hand: every promise at its source lines.

use std::path::{Path, PathBuf};

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

/// The source policy: named by `DAICHO_SOURCE_POLICY`, or in `shared/` beside the repository.
#[expect(clippy::disallowed_methods, reason = "a test may be told where the text is")]
fn text() -> Option<Vec<u8>> {
    let named = std::env::var_os("DAICHO_SOURCE_POLICY").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/policy/source-policy.en.txt");
    named.into_iter().chain([beside]).find_map(|path| std::fs::read(path).ok())
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
        println!("source policy: its text is not at hand; only our own policies were measured");
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
