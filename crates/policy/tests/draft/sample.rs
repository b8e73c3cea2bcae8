//! The sample policy's own notices, read back: all promises of the catalogue, in three languages.
//! Its clauses are labelled by `clauses.toml`; many a clause there only goes on with the one before it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use policy::Language;
use policy::draft::{self, Format};

use crate::score::Score;

/// The promises each clause of the sample makes.
fn labels(root: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let listed: toml::Table = toml::from_str(&std::fs::read_to_string(root.join("clauses.toml")).unwrap()).unwrap();
    let promises = |clause: &toml::Value| match clause.get("promises").and_then(toml::Value::as_array) {
        Some(list) => list.iter().map(|promise| promise.as_str().unwrap().to_owned()).collect(),
        None => BTreeSet::new(),
    };
    let clauses = listed["clause"].as_array().unwrap().iter();
    clauses.map(|clause| (clause["id"].as_str().unwrap().to_owned(), promises(clause))).collect()
}

/// The score of one notice, and how many of the promises were found anywhere in it.
fn read_back(language: Language) -> (Score, usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/sample");
    let notice = std::fs::read_to_string(root.join(format!("notice/{language}.md"))).unwrap();
    let makes = labels(&root);
    let (mut names, mut plain) = (Vec::new(), String::new());
    for line in notice.lines() {
        let (words, name) = line.rsplit_once(" {#").map_or((line, None), |(words, name)| (words, Some(name)));
        names.push(name.map(|name| name.trim_end_matches('}').to_owned()));
        plain.push_str(words);
        plain.push('\n');
    }
    let text = draft::read(plain.as_bytes(), Format::Markdown).unwrap();
    assert_eq!(draft::language(&text), language);
    let clauses = draft::split(&text);
    let block = |line: u32| names.iter().skip(usize::try_from(line).unwrap() - 1).find_map(Clone::clone).unwrap();
    let mut score = Score::default();
    let mut said: BTreeSet<(String, String)> = BTreeSet::new();
    for one in draft::recognise(&clauses, language) {
        let name = block(clauses[one.clause].lines.1);
        if makes[&name].contains(one.promise.as_str()) {
            said.insert((name, one.promise.to_string()));
        } else {
            score.wrong += 1;
        }
    }
    score.found = said.len();
    score.missed = makes.values().map(BTreeSet::len).sum::<usize>() - said.len();
    let anywhere: BTreeSet<&String> = said.iter().map(|(_, promise)| promise).collect();
    (score, anywhere.len())
}

#[test]
fn the_sample_is_read_back_in_every_language() {
    for language in Language::ALL {
        let (score, anywhere) = read_back(*language);
        score.tell(&format!("sample, {language}, clause by clause"));
        println!("sample, {language}: {anywhere} of 147 promises found");
        assert!(score.precision() >= 0.88 && score.recall() >= 0.84 && anywhere >= 141);
    }
}
