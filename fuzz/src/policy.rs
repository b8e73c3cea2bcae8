//! Parsers of the crate `policy`, given bytes nobody chose.

use std::collections::BTreeMap;

use policy::draft::{self, Format, Hints};
use policy::normal::{self, DateOrder};
use policy::{Found, Policy, Shape};

/// A whole folder to break one file of.
const FILES: [(&str, &str); 14] = [
    ("policy.toml", include_str!("../../policies/sample/policy.toml")),
    ("kinds.toml", include_str!("../../policies/sample/kinds.toml")),
    ("elements.toml", include_str!("../../policies/sample/elements.toml")),
    ("purposes.toml", include_str!("../../policies/sample/purposes.toml")),
    ("recipients.toml", include_str!("../../policies/sample/recipients.toml")),
    ("retention.toml", include_str!("../../policies/sample/retention.toml")),
    ("measures.toml", include_str!("../../policies/sample/measures.toml")),
    ("trackers.toml", include_str!("../../policies/sample/trackers.toml")),
    ("logs.toml", include_str!("../../policies/sample/logs.toml")),
    ("clauses.toml", include_str!("../../policies/sample/clauses.toml")),
    ("cases.toml", include_str!("../../policies/sample/cases.toml")),
    ("notice/ja.md", include_str!("../../policies/sample/notice/ja.md")),
    ("notice/en.md", include_str!("../../policies/sample/notice/en.md")),
    ("notice/vi.md", include_str!("../../policies/sample/notice/vi.md")),
];

/// One file of a sound folder is replaced: the first byte says which, the rest is its content. Whatever comes
/// of it is settled or has an error, and every problem says something.
pub fn policy_folder(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let mut files: BTreeMap<String, Found> =
        FILES.iter().map(|(path, text)| ((*path).to_owned(), Found::Text((*text).to_owned()))).collect();
    let Some((path, _)) = FILES.get(usize::from(*first) % FILES.len()) else { return };
    let file = String::from_utf8(rest.to_vec()).map_or(Found::NotText, Found::Text);
    files.insert((*path).to_owned(), file);
    let checked = policy::check_found(&files);
    assert_eq!(checked.policy.is_none(), checked.problems.iter().any(policy::Problem::is_error));
    for problem in &checked.problems {
        assert!(problem.what.iter().all(|(_, text)| !text.is_empty()));
    }
    if let Some(policy) = checked.policy {
        policy_canonical(&policy.canonical());
    }
}

/// What is read from canonical bytes is written back as the same bytes.
pub fn policy_canonical(data: &[u8]) {
    if let Ok(policy) = Policy::from_canonical(data) {
        assert_eq!(policy.canonical(), data);
    }
}

/// A text in every format. The draft is valid TOML, and every clause of it is told apart.
pub fn policy_draft(data: &[u8]) {
    for format in [Format::Plain, Format::Markdown, Format::Html, Format::Docx] {
        let Ok(text) = draft::read(data, format) else { continue };
        let folder = draft::folder(&text, &Hints::default());
        let report = &folder.report;
        assert_eq!(report.promising + report.statements + report.unknown, report.clauses);
        for (path, written) in folder.files.iter().filter(|(path, _)| path.ends_with(".toml")) {
            assert!(toml::from_str::<toml::Table>(written).is_ok(), "{path}");
        }
    }
}

/// A value in every shape. What is accepted is accepted again, unchanged.
pub fn normal_values(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for shape in Shape::ALL {
        for order in [DateOrder::Unsettled, DateOrder::DayFirst, DateOrder::MonthFirst] {
            if let Ok(value) = normal::accept(*shape, text, order) {
                assert_eq!(normal::accept(*shape, &value, order).as_deref(), Ok(value.as_str()));
            }
        }
        drop(normal::tokens(*shape, text));
        let _typical: bool = normal::is_typical(*shape, text);
    }
    drop(normal::query_tokens(text));
    drop(normal::address::split(text));
    drop(normal::identifier::recognise(text));
}
