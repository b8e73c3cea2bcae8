//! One text in many forms: the promises must not depend on the file it comes in.

use std::collections::BTreeSet;
use std::io::{Cursor, Write};

use policy::Language;
use policy::draft::{self, Format};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::labelled::policies;

fn policy(name: &str) -> String {
    let (_, bytes, _) = policies("tuned").into_iter().find(|(known, ..)| known == name).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn promises(bytes: &[u8], format: Format) -> BTreeSet<String> {
    let text = draft::read(bytes, format).unwrap();
    let language = draft::language(&text);
    draft::recognise(&draft::split(&text), language).into_iter().map(|one| one.promise.to_string()).collect()
}

fn escaped(line: &str) -> String {
    line.replace('&', "&amp;").replace('<', "&lt;")
}

/// A Word document of these lines, as paragraphs.
fn word(text: &str) -> Vec<u8> {
    let paragraphs: String =
        text.lines().map(|line| format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", escaped(line))).collect();
    let document =
        format!("<?xml version=\"1.0\"?><w:document xmlns:w=\"x\"><w:body>{paragraphs}</w:body></w:document>");
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
    zip.write_all(document.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

/// How much of the one is in the other.
fn share(of: &BTreeSet<String>, within: &BTreeSet<String>) -> f64 {
    let count = |number: usize| f64::from(u32::try_from(number).unwrap());
    count(of.intersection(within).count()) / count(of.len())
}

#[test]
fn a_text_says_the_same_in_every_form() {
    for name in ["shop.ja.txt", "maker.ja.txt", "shop.vi.txt"] {
        let text = policy(name);
        let plain = promises(text.as_bytes(), Format::Plain);
        let page: String = text.lines().map(|line| format!("<p>{}</p>\n", escaped(line))).collect();
        let page = promises(format!("<html><body>{page}</body></html>").as_bytes(), Format::Html);
        let word = promises(&word(&text), Format::Docx);
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(promises(&wide, Format::Plain), plain, "{name} as UTF-16");
        assert_eq!(promises(text.replace('\n', "\r\n").as_bytes(), Format::Plain), plain, "{name} with CR LF");
        for (form, found) in [("a page", page), ("a Word document", word)] {
            assert!(share(&plain, &found) >= 0.95 && share(&found, &plain) >= 0.95, "{name} as {form}");
        }
    }
}

#[test]
fn vietnamese_typed_without_marks_is_understood() {
    let marked = policy("shop.vi.txt");
    let bare: String = unicode_normalization::UnicodeNormalization::nfd(marked.chars())
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            c => c,
        })
        .collect();
    let text = draft::read(bare.as_bytes(), Format::Plain).unwrap();
    assert_eq!(draft::language(&text), Language::Vi);
    let (marked, bare) = (promises(marked.as_bytes(), Format::Plain), promises(bare.as_bytes(), Format::Plain));
    println!(
        "without marks: {} of {} promises, {} in all",
        marked.intersection(&bare).count(),
        marked.len(),
        bare.len()
    );
    assert!(share(&marked, &bare) >= 0.95 && share(&bare, &marked) >= 0.85);
}

#[test]
fn full_width_and_half_width_are_one() {
    let text = policy("shop.ja.txt");
    let half = text.replace('（', "(").replace('）', ")").replace("SSL/TLS", "ＳＳＬ／ＴＬＳ");
    assert_eq!(promises(half.as_bytes(), Format::Plain), promises(text.as_bytes(), Format::Plain));
}

#[test]
fn a_title_that_runs_in_heads_its_paragraph() {
    let text = "Service providers. We rely on payroll bureaus. Each is supervised.\n";
    let text = draft::read(text.as_bytes(), Format::Plain).unwrap();
    let said = draft::recognise(&draft::split(&text), Language::En);
    assert!(said.iter().any(|one| one.promise.as_str() == "entrust.supervise"));
}
