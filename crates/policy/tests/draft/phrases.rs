//! Single sentences in the manner of many houses, each under a heading.

use policy::draft::{self, Format};
use serde::Deserialize;

use crate::score::{Score, because};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Phrases {
    says: Vec<Says>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Says {
    language: String,
    under: String,
    text: String,
    makes: Vec<String>,
    #[serde(default)]
    may: Vec<String>,
}

#[test]
fn many_ways_of_saying_it_are_understood() {
    let phrases: Phrases = toml::from_str(include_str!("../policies/phrases.toml")).unwrap();
    let mut score = Score::default();
    for says in &phrases.says {
        let page = format!("# Policy\n\n## {}\n\n{}\n", says.under, says.text);
        let text = draft::read(page.as_bytes(), Format::Markdown).unwrap();
        let clauses = draft::split(&text);
        let mut said = draft::recognise(&clauses, says.language.parse().unwrap());
        said.retain(|one| !clauses[one.clause].heading);
        for promise in &says.makes {
            if said.iter().any(|one| one.promise.as_str() == promise) {
                score.found += 1;
            } else {
                score.missed += 1;
                println!("  missed {promise}: {} / {}", says.under, says.text);
            }
        }
        for one in said {
            let promise = one.promise.to_string();
            if !says.makes.contains(&promise) && !says.may.contains(&promise) {
                score.wrong += 1;
                println!("  wrong  {promise}: {} / {} | {}", says.under, says.text, because(&one));
            }
        }
    }
    score.tell("phrases");
    assert!(score.precision() >= 0.97 && score.recall() >= 0.97);
}
