//! The policies of the demo: the sample that ships, and the version before it.
//!
//! The older version is the sample with a few changes made by hand to what it says, so that a reader sees what comparing two
//! versions and looking at a past day show. When the sample's own date of revision does not fall into the year the demo
//! tells of, the date alone is moved.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::ToSpan;
use jiff::civil::Date;
use policy::{Language, Policy};
use std::collections::BTreeMap;

type Files = BTreeMap<String, String>;

macro_rules! sample {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../../../policies/sample/", $path)))),*]
    };
}

const SAMPLE: &[(&str, &str)] = sample![
    "cases.toml",
    "clauses.toml",
    "elements.toml",
    "kinds.toml",
    "logs.toml",
    "measures.toml",
    "notice/en.md",
    "notice/ja.md",
    "notice/vi.md",
    "policy.toml",
    "products/sen-desk.toml",
    "purposes.toml",
    "recipients.toml",
    "retention.toml",
    "rights.toml",
    "trackers.toml",
];

/// What the older version said in other words: the clause, and its words in Japanese, English and Vietnamese.
const WORDS_BEFORE: &[(&str, [&str; 3])] = &[
    (
        "human.train-four-times",
        [
            "教育は、eラーニングなどによって、定期に行います。",
            "Training takes place regularly, by e-learning and other means.",
            "Việc đào tạo được tổ chức định kỳ, bằng e-learning và các hình thức khác.",
        ],
    ),
    (
        "purpose.people-recruit.3",
        [
            "採用に至らなかった方の情報は、選考が終わった後に消去します。",
            "Information on people who were not hired is erased after the selection has ended.",
            "Thông tin của ứng viên không trúng tuyển được xóa sau khi kết thúc tuyển chọn.",
        ],
    ),
    (
        "dispose.prompt.2",
        [
            "そのために、保存する期間を定めておきます。",
            "For this, periods of keeping are fixed.",
            "Để làm việc đó, thời hạn lưu giữ được quy định trước.",
        ],
    ),
];

/// What only the newer version says.
const NEW_CLAUSES: &[&str] = &["sec.pseudonymised", "gap.pseudonymised", "gap.pseudonymised.2"];

/// The version in force: the sample.
pub(crate) fn current(today: Date) -> Result<Policy, String> {
    settled(&current_files(today)?)
}

/// The version before it.
pub(crate) fn before(today: Date) -> Result<Policy, String> {
    let mut files = current_files(today)?;
    let revised = revised(&files)?;
    dated(&mut files, revised, revised.checked_sub(1.year()).unwrap_or(revised))?;
    let version = line_of(&files, "policy.toml", "version = ")?;
    let number: u32 =
        version.trim_matches(|c: char| !c.is_ascii_digit()).parse().map_err(|_| "a version that is no number")?;
    let older = format!("version = \"{}\"", number.saturating_sub(1));
    change(&mut files, "policy.toml", |text| text.replacen(&version, &older, 1))?;
    for (clause, words) in WORDS_BEFORE {
        reword(&mut files, clause, words)?;
    }
    for clause in NEW_CLAUSES {
        remove(&mut files, clause)?;
    }
    change(&mut files, "measures.toml", |text| text.replacen("\"4 per year\"", "\"2 per year\"", 1))?;
    settled(&files)
}

/// The sample, with its date of revision moved into the year that ends on `today` when it lies outside.
fn current_files(today: Date) -> Result<Files, String> {
    let mut files: Files = SAMPLE.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let written = revised(&files)?;
    let day = |days: i64| today.checked_sub(days.days()).unwrap_or(today);
    if !(day(330)..=day(45)).contains(&written) {
        dated(&mut files, written, day(200).first_of_month())?;
    }
    Ok(files)
}

fn settled(files: &Files) -> Result<Policy, String> {
    let checked = policy::check(files);
    checked.policy.ok_or_else(|| {
        let told: Vec<String> =
            checked.problems.iter().filter(|p| p.is_error()).map(|p| p.line_in(Language::En)).collect();
        told.join("\n")
    })
}

fn revised(files: &Files) -> Result<Date, String> {
    let line = line_of(files, "policy.toml", "revised = ")?;
    line.trim_start_matches("revised = ").trim().parse().map_err(|_| "a revision that is no date".to_owned())
}

fn dated(files: &mut Files, from: Date, to: Date) -> Result<(), String> {
    change(files, "policy.toml", |text| text.replacen(&format!("revised = {from}"), &format!("revised = {to}"), 1))?;
    let (year, month, day) = (to.year(), to.month(), to.day());
    let english = to.strftime("%-d %B %Y");
    let words = [
        format!("最終改定　{year}年{month}月{day}日"),
        format!("Latest revision: {english}"),
        format!("Sửa đổi gần nhất: ngày {day} tháng {month} năm {year}"),
    ];
    reword(files, "change.dates-shown.revised", &words.each_ref().map(String::as_str))
}

fn change(files: &mut Files, path: &str, by: impl FnOnce(&str) -> String) -> Result<(), String> {
    let text = files.get_mut(path).ok_or_else(|| format!("{path} is missing"))?;
    let changed = by(text);
    if changed == *text {
        return Err(format!("{path} does not say what was to be changed"));
    }
    *text = changed;
    Ok(())
}

fn line_of(files: &Files, path: &str, start: &str) -> Result<String, String> {
    let text = files.get(path).ok_or_else(|| format!("{path} is missing"))?;
    text.lines().find(|line| line.starts_with(start)).map(str::to_owned).ok_or_else(|| format!("{path} has no {start}"))
}

/// Puts other words into a clause, in every language, and notes that the translations belong to them.
fn reword(files: &mut Files, clause: &str, words: &[&str; 3]) -> Result<(), String> {
    let mark = format!(" {{#{clause}}}");
    for (language, words) in ["ja", "en", "vi"].iter().zip(words) {
        change(files, &format!("notice/{language}.md"), |text| {
            let lines: Vec<String> = text
                .lines()
                .map(|line| match line.strip_suffix(&mark) {
                    Some(said) => format!("{}{words}{mark}", marker(said)),
                    None => line.to_owned(),
                })
                .collect();
            lines.join("\n") + "\n"
        })?;
    }
    let [original, ..] = words;
    let fingerprint: String = hex::encode(digest(&SHA256, original.as_bytes())).chars().take(12).collect();
    change(files, "clauses.toml", |text| {
        by_clause(text, clause, |part| {
            let lines: Vec<String> = part
                .lines()
                .map(|line| match line.split_once(" = ") {
                    Some((key, _)) if key.starts_with("translated.") => format!("{key} = \"{fingerprint}\""),
                    _ => line.to_owned(),
                })
                .collect();
            lines.join("\n") + "\n"
        })
    })
}

/// Takes a clause out of the notices and of the list of clauses.
fn remove(files: &mut Files, clause: &str) -> Result<(), String> {
    let mark = format!(" {{#{clause}}}");
    for language in Language::ALL {
        change(files, &format!("notice/{}.md", language.code()), |text| {
            let kept: Vec<&str> = text.split("\n\n").filter(|block| !block.ends_with(&mark)).collect();
            kept.join("\n\n")
        })?;
    }
    change(files, "clauses.toml", |text| by_clause(text, clause, |_| String::new()))
}

const CLAUSE: &str = "[[clause]]\n";

fn by_clause(text: &str, clause: &str, by: impl Fn(&str) -> String) -> String {
    let id = format!("id = \"{clause}\"\n");
    let mut parts = text.split(CLAUSE);
    let mut changed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let whole = format!("{CLAUSE}{part}");
        changed.push_str(&if part.starts_with(&id) { by(&whole) } else { whole });
    }
    changed
}

/// What stands before the words of a line: a list sign and its indentation, the signs of a heading.
fn marker(line: &str) -> &str {
    let rest = line.trim_start();
    let sign = rest.split(' ').next().unwrap_or_default();
    let is_sign = matches!(sign, "-" | "*" | "#" | "##" | "###")
        || sign.strip_suffix('.').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let length = if is_sign { line.len() - rest.len() + sign.len() + 1 } else { 0 };
    line.get(..length).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_is_built_in_is_the_sample_and_all_of_it() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/sample");
        let mut there = Vec::new();
        for place in ["", "notice", "products"] {
            for item in std::fs::read_dir(folder.join(place)).unwrap() {
                let path = item.unwrap().path();
                if path.is_file() {
                    there.push(path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned());
                }
            }
        }
        there.sort();
        assert_eq!(there, SAMPLE.iter().map(|(path, _)| (*path).to_owned()).collect::<Vec<_>>());
    }

    #[test]
    fn both_versions_settle_on_any_day_and_the_newer_drops_nothing() {
        for today in [date(2026, 5, 1), date(2026, 6, 1), date(2026, 11, 22), date(2027, 2, 28), date(2028, 12, 31)] {
            let (newer, older) = (current(today).unwrap(), before(today).unwrap());
            let diff = newer.diff(&older);
            assert!(diff.promises_dropped.is_empty(), "{today}: {:?}", diff.promises_dropped);
            assert_eq!(diff.promises_added.len(), 1, "{today}");
            assert!(diff.clauses_changed.len() >= WORDS_BEFORE.len());
            assert!(newer.revised() < today && older.revised() < newer.revised());
            assert!(newer.revised() > today.checked_sub(331.days()).unwrap(), "{today}");
            assert_eq!(newer.version().parse::<u32>().unwrap(), older.version().parse::<u32>().unwrap() + 1);
        }
    }

    #[test]
    fn markers_stay_where_they_stand() {
        for (line, expected) in
            [("- a", "- "), ("  - a b", "  - "), ("12. a", "12. "), ("### a", "### "), ("a - b", ""), ("", "")]
        {
            assert_eq!(marker(line), expected, "{line}");
        }
    }
}
