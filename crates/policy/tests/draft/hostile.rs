//! Nothing that is read may stop the program, and long texts are read quickly.

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use policy::draft::{self, Format, Hints};
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::labelled::policies;

fn through_all(bytes: &[u8]) {
    for format in [Format::Plain, Format::Markdown, Format::Html, Format::Docx] {
        if let Ok(text) = draft::read(bytes, format) {
            let folder = draft::folder(&text, &Hints::default());
            assert!(folder.files.contains_key("clauses.toml"));
            for (path, written) in &folder.files {
                let sound = !path.ends_with(".toml") || toml::from_str::<toml::Table>(written).is_ok();
                assert!(sound, "{path}\n{written}");
            }
        }
    }
}

fn word(document: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for part in ["word/styles.xml", "word/document.xml"] {
        zip.start_file(part, SimpleFileOptions::default()).unwrap();
        zip.write_all(document.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Pieces that policies, and those who would break their reader, are made of.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z]{1,9} ",
        "[ぁ-ん一-十]{1,6}",
        prop::sample::select(vec![
            "a) ",
            "b)",
            "①",
            "②",
            "（1）",
            "(2) ",
            "1. ",
            "1.2.3 ",
            "第1条",
            "Điều 2. ",
            "・",
            "•  ",
            "※",
            "■ ",
            "\n",
            "\n\n",
            "  ",
            "\t",
            "。",
            ". ",
            ": ",
            "以下の",
            "following:",
            "委託",
            "第三者に提供しません",
            "consent ",
            "2024年4月1日 制定",
            "03-0000-0000",
            "a@b.example ",
            "株式会社",
            " Inc. ",
            "Công ty TNHH ",
            "{#x}",
            "[x](y)",
            "**",
            "`",
            "# ",
            "> ",
            "|a|b|",
            "---\n",
            "<p>",
            "</p>",
            "<li>",
            "<table><tr><td>",
            "<script>",
            "<!--",
            "<![CDATA[",
            "&amp;",
            "&#x110000;",
            "<w:p>",
            "<w:t>",
            "<w:br/>",
            "<w:ilvl w:val=\"9\"/>",
            "\u{feff}",
            "\u{0}",
            "\u{202e}",
            "𠮷",
            "e\u{301}\u{301}",
            "\"\"\"",
            "'''",
            "\\",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..80).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        through_all(&bytes);
    }

    #[test]
    fn any_text_is_survived(text in pieces()) {
        through_all(text.as_bytes());
        through_all(&word(&text));
    }

    #[test]
    fn a_broken_archive_is_survived(text in pieces(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = word(&text);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        through_all(&bytes);
        bytes.truncate(at);
        through_all(&bytes);
    }
}

#[test]
fn deep_nesting_and_long_lines_are_survived() {
    through_all("<div><ul><li>".repeat(20_000).as_bytes());
    through_all("((((「「「（（".repeat(5_000).as_bytes());
    through_all("a) b) c) ① ② (1) (2) ".repeat(2_000).as_bytes());
    through_all("> ".repeat(20_000).as_bytes());
    through_all("[".repeat(20_000).as_bytes());
}

/// Long runs of what a reader looks ahead or back for must not make it look over the whole text each time.
#[test]
fn twenty_kilobytes_of_one_thing_end() {
    for piece in [
        "(",
        "①",
        "a.",
        "\n",
        "1. a\n",
        "(1) ",
        "a) ",
        "ab. Cd ",
        "2024年4月1日 制定 ",
        "1円",
        "<b>",
        "<a b=\"",
        "# a\n",
        "。",
        "aB",
    ] {
        let text = piece.repeat(20_000 / piece.len());
        let start = Instant::now();
        through_all(text.as_bytes());
        assert!(start.elapsed() < Duration::from_secs(20), "{piece:?}: {:?}", start.elapsed());
        println!("{piece:?}: {} ms", start.elapsed().as_millis());
    }
}

/// Ten times what a release build is asked for, as tests are built without optimisation and share
/// the machine.
const DEBUG_LIMIT: Duration = Duration::from_millis(2_000);

#[test]
fn a_long_policy_is_read_quickly() {
    for (name, bytes, _) in policies("tuned") {
        let one = String::from_utf8(bytes).unwrap();
        let long = one.repeat(100_000 / one.len() + 1);
        let format = Format::guess(&name, long.as_bytes());
        drop(draft::folder(&draft::read(one.as_bytes(), format).unwrap(), &Hints::default()));
        let start = Instant::now();
        let text = draft::read(long.as_bytes(), format).unwrap();
        let clauses = draft::split(&text);
        let found = draft::recognise(&clauses, draft::language(&text)).len();
        let took = start.elapsed();
        println!(
            "{name}: {} bytes, {} clauses, {found} recognitions in {} ms",
            long.len(),
            clauses.len(),
            took.as_millis()
        );
        assert!(took < DEBUG_LIMIT, "{name}: {took:?}");
    }
}
