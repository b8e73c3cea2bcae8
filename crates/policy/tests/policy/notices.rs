//! The notice: what is read from Markdown, and what is printed again.

use std::collections::BTreeMap;

use policy::{BlockKind, Inline, Language, Notice, check};
use proptest::prelude::*;

use crate::tiny::{self, Files, changed};

fn notice(files: &Files) -> Notice {
    tiny::settled(files).notice(Language::Ja)
}

#[test]
fn blocks_keep_their_form_depth_and_promises() {
    let notice = notice(&tiny::files());
    assert_eq!(notice.title, "約束");
    let seen: Vec<(String, BlockKind, u8)> =
        notice.blocks.iter().map(|block| (block.id.to_string(), block.kind, block.depth)).collect();
    let expected = [
        ("sec.title", BlockKind::Heading(1), 0),
        ("scope.partner-people", BlockKind::Paragraph, 0),
        ("purpose.partner-business", BlockKind::Item, 1),
        ("gap.special-care-consent", BlockKind::Numbered(1), 2),
        ("dispose.prompt", BlockKind::Item, 1),
        ("human.train-four-times", BlockKind::Paragraph, 0),
        ("rights.fee-cap", BlockKind::Paragraph, 0),
        ("cookie.purposes", BlockKind::Paragraph, 0),
    ];
    assert_eq!(seen, expected.map(|(id, kind, depth)| (id.to_owned(), kind, depth)));
    let promises: Vec<usize> = notice.blocks.iter().map(|block| block.promises.len()).collect();
    assert_eq!(promises, [0, 1, 1, 1, 1, 1, 1, 1]);
}

#[test]
fn links_strong_words_and_bare_addresses_are_found() {
    let text = "Cookieは[改善](https://tiny.example/)に使います。";
    let to = "**Cookie**は[改善](#sec.title)に使い、https://tiny.example/a_(b)。詳しくは\\[略\\]";
    let files = changed(&tiny::files(), "notice/ja.md", text, to);
    let checked = check(&files);
    // The translations are now older than the original; nothing else is wrong.
    let rules: Vec<_> = checked.problems.iter().map(|p| p.rule).filter(|rule| *rule != "promise.unmade").collect();
    assert_eq!(rules, ["translation.stale", "translation.stale"]);
    let files = tiny_with_clause("cookie.purposes", to);
    let block = notice(&files).blocks.pop().unwrap();
    assert_eq!(
        block.text,
        [
            Inline::Strong("Cookie".into()),
            Inline::Text("は".into()),
            Inline::Link { text: "改善".into(), url: "#sec.title".into() },
            Inline::Text("に使い、".into()),
            Inline::Link { text: "https://tiny.example/a_(b".into(), url: "https://tiny.example/a_(b".into() },
            Inline::Text(")。詳しくは[略]".into()),
        ]
    );
    assert_eq!(block.plain(), "Cookieは改善に使い、https://tiny.example/a_(b)。詳しくは[略]");
}

/// The tiny policy with other words for one clause, its translations marked as made from them.
fn tiny_with_clause(clause: &str, words: &str) -> Files {
    let mut files = tiny::files();
    let mut lines: Vec<String> = files["notice/ja.md"].lines().map(str::to_owned).collect();
    for line in &mut lines {
        if line.ends_with(&format!("{{#{clause}}}")) {
            *line = format!("{words} {{#{clause}}}");
        }
    }
    files.insert("notice/ja.md".into(), lines.join("\n"));
    let told = check(&files).problems;
    let mut clauses = files["clauses.toml"].clone();
    for problem in told.iter().filter(|problem| problem.rule == "translation.stale") {
        let (_, now) = problem.way_on.get(Language::En).rsplit_once(" = \"").unwrap();
        let old = clauses.lines().nth(problem.line as usize + 1).unwrap().rsplit_once(" = ").unwrap().1.to_owned();
        clauses = clauses.replace(&old, &format!("\"{}\"", now.trim_end_matches("\".")));
    }
    files.insert("clauses.toml".into(), clauses);
    files
}

#[test]
fn lines_are_joined_as_each_script_joins_them() {
    let files = tiny_with_clause("cookie.purposes", "日本語は\n続けて、English is\nspaced。");
    assert_eq!(notice(&files).blocks.pop().unwrap().plain(), "日本語は続けて、English is spaced。");
}

#[test]
fn comments_are_not_published() {
    let files = changed(
        &tiny::files(),
        "notice/ja.md",
        "# 約束 {#sec.title}",
        "<!-- 2026年の改定\n二行目 -->\n# 約束 {#sec.title}\n<!-- 一行 -->",
    );
    assert_eq!(notice(&files).blocks.len(), 8);
}

#[test]
fn a_product_says_its_own_sentence_and_leaves_the_rest() {
    let policy = tiny::policy();
    let (general, desk) = (policy.notice(Language::En), policy.notice_for_product("desk", Language::En).unwrap());
    for (general, own) in general.blocks.iter().zip(&desk.blocks) {
        if own.id.as_str() == "dispose.prompt" {
            assert_eq!(own.plain(), "Desk erases after half a year.");
            assert_eq!(own.promises, general.promises);
        } else {
            assert_eq!(own, general);
        }
    }
    assert!(policy.notice_for_product("chair", Language::En).is_none());
}

#[test]
fn a_clause_has_words_even_when_the_policy_is_silent() {
    let policy = tiny::policy();
    let text = |id: &str, language| policy.clause_text(&id.parse().unwrap(), language).map(|text| text.into_owned());
    assert_eq!(text("rights.fee-cap", Language::En).unwrap(), "A request costs 500 yen at most.");
    let silent = policy::catalogue::find_str("org.ledger").unwrap();
    assert_eq!(text("org.ledger", Language::Vi).unwrap(), silent.words(Language::Vi).promise);
    assert_eq!(text("sec.none", Language::Ja), None);
    let all = policy.clause_texts(&"sec.title".parse().unwrap()).unwrap();
    assert_eq!(all.iter().map(|(_, text)| text).collect::<Vec<_>>(), ["約束", "Promises", "Lời hứa"]);
}

#[test]
fn a_printed_notice_reads_the_same() {
    for language in Language::ALL {
        for policy in [tiny::policy(), tiny::settled(&crate::sample::files())] {
            let notice = policy.notice(*language);
            let mut files: BTreeMap<String, String> = policy.files().clone();
            files.insert(format!("notice/{language}.md"), notice.to_markdown());
            assert_eq!(tiny::settled(&files).notice(*language), notice);
        }
    }
}

proptest! {
    #[test]
    fn no_words_are_lost(words in "[ぁ-ん a-z\\[\\]()*#-]{1,40}") {
        let files = tiny_with_clause("cookie.purposes", &format!("本文{words}"));
        if let Some(policy) = check(&files).policy {
            let plain = policy.notice(Language::Ja).blocks.pop().unwrap().plain();
            let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            // Only the address of a link may disappear from the plain text.
            let whole = format!("本文{words}");
            prop_assert!(words.contains("](") || letters(&plain) == letters(&whole), "{}", plain);
        }
    }
}
