//! Whatever the files hold, reading them ends, tells, and never falls.

use policy::{Policy, check};
use proptest::prelude::*;

use crate::tiny;

fn paths() -> impl Strategy<Value = String> {
    let known: Vec<String> = tiny::files().into_keys().collect();
    prop_oneof![proptest::sample::select(known), "[a-z./]{1,20}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn random_texts_never_break_the_reader(path in paths(), text in "\\PC{0,300}") {
        let mut files = tiny::files();
        files.insert(path, text);
        let checked = check(&files);
        prop_assert!(checked.policy.is_some() || !checked.problems.is_empty());
    }

    #[test]
    fn torn_and_doubled_texts_never_break_the_reader(path in paths(), from in 0.0_f64..1.0, to in 0.0_f64..1.0, again: bool) {
        let mut files = tiny::files();
        if let Some(text) = files.get(&path).cloned() {
            let characters: Vec<char> = text.chars().collect();
            let at = |part: f64| (part * characters.len() as f64) as usize;
            let (from, to) = (at(from.min(to)), at(from.max(to)));
            let middle = if again { 2 } else { 0 };
            let torn: String = characters[..from].iter()
                .chain(characters[from..to].repeat(middle).iter())
                .chain(&characters[to..])
                .collect();
            files.insert(path, torn);
        }
        let checked = check(&files);
        prop_assert!(checked.policy.is_some() || checked.problems.iter().any(policy::Problem::is_error));
    }

    #[test]
    fn what_settles_is_read_back_from_its_bytes(space in "[ \n]{0,3}", comment in "[a-zぁ-ん ]{0,12}") {
        let mut files = tiny::files();
        let kinds = format!("{}\n# {comment}\n{space}", files["kinds.toml"]).replace('\n', "\r\n");
        files.insert("kinds.toml".into(), kinds);
        let policy = tiny::settled(&files);
        let bytes = policy.canonical();
        let again = Policy::from_canonical(&bytes).unwrap();
        prop_assert_eq!(&again, &policy);
        prop_assert_eq!(again.digest(), policy.digest());
        prop_assert_eq!(again.canonical(), bytes);
        // What is printed loads as the same policy.
        prop_assert_eq!(tiny::settled(policy.files()), policy);
    }
}

#[test]
fn deep_nesting_ends() {
    let mut files = tiny::files();
    files.insert("kinds.toml".into(), format!("a = {}{}", "[".repeat(50_000), "]".repeat(50_000)));
    assert!(check(&files).policy.is_none());
    files.insert("kinds.toml".into(), format!("{}b = 1", "a.".repeat(50_000)));
    assert!(check(&files).policy.is_none());
    let mut files = tiny::files();
    let list: String = (0..2_000).map(|depth| format!("{}- x {{#a.{depth}}}\n", " ".repeat(depth))).collect();
    files.insert("notice/ja.md".into(), list);
    assert!(check(&files).policy.is_none());
}

#[test]
fn brackets_and_stars_without_end_end() {
    for piece in ["[", "[a](", "**", "https://", "{#", "[[a]](b) "] {
        let mut files = tiny::files();
        files.insert("notice/ja.md".into(), format!("# a {{#a}}\n\n{}", piece.repeat(40_000)));
        assert!(check(&files).policy.is_none());
    }
    let blocks: String = (0..20_000).map(|n| format!("x {{#a.{n}}}\n\n")).collect();
    let mut files = tiny::files();
    files.insert("notice/ja.md".into(), format!("# a {{#a}}\n\n{blocks}"));
    assert!(check(&files).policy.is_none());
}
