//! `daicho policy draft`: an existing policy text becomes a folder.

use super::{Common, place, write_files};
use crate::said::{Said, say};
use clap::Args;
use encoding_rs::{EUC_JP, Encoding, SHIFT_JIS, UTF_8};
use policy::draft::{Counted, Folder, Format, Hints, HowSure, Report, Unreadable, Why, folder, read};
use policy::{Language, Texts, catalogue};
use std::path::{Path, PathBuf};

/// Turn an existing policy text into a folder.
///
/// The wording is kept, sentence by sentence. Each clause names the promises of the catalogue it makes and how sure that is; what
/// makes none is a statement or unknown. The draft is a beginning: `daicho policy check` says what is missing.
#[derive(Args)]
pub(crate) struct Draft {
    /// The text: plain, Markdown, HTML or .docx; Japanese, English or Vietnamese.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The folder. It must be empty or not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The language of the text, if it should not be found out.
    #[arg(long, value_name = "LANGUAGE")]
    written_in: Option<Language>,
    /// The organisation's name, if the first name in the text is not it.
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// The time zone its days are counted in, such as Asia/Tokyo.
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
}

pub(super) fn run(common: &Common, asked: &Draft) -> Result<(), Said> {
    let bytes = read_bytes(&asked.file)?;
    let name = asked.file.file_name().unwrap_or_default().to_string_lossy();
    let format = Format::guess(&name, &bytes);
    let text = read(&utf8(bytes, format), format).map_err(|why| {
        Said::mistake(Texts::new(
            format!("{name} を文章として読めません: {}", in_words(&why).get(Language::Ja)),
            format!("{name} cannot be read as a text: {}", in_words(&why).get(Language::En)),
            format!("Không đọc được {name}: {}", in_words(&why).get(Language::Vi)),
        ))
    })?;
    let hints =
        Hints { language: asked.written_in, organisation: asked.organisation.clone(), zone: asked.zone.clone() };
    let Folder { files, report } = folder(&text, &hints);
    place::empty(&asked.out)?;
    write_files(&files, &asked.out)?;
    if common.json {
        say(json(&report, &asked.out));
    } else {
        print(&report, &asked.out, common.lang);
    }
    Ok(())
}

/// The bytes of the text. What cannot be opened is a mistake that names itself.
fn read_bytes(file: &Path) -> Result<Vec<u8>, Said> {
    let place = file.display();
    if file.is_dir() {
        return Err(Said::mistake(Texts::new(
            format!("{place} はフォルダーです。方針の文書（.txt .md .html .docx）を指定してください。"),
            format!("{place} is a folder. Name the text of the policy (.txt, .md, .html or .docx)."),
            format!("{place} là thư mục. Hãy chỉ ra tệp chính sách (.txt, .md, .html hoặc .docx)."),
        )));
    }
    std::fs::read(file).map_err(|why| {
        Said::mistake(Texts::new(
            format!("{place} を開けません（{why}）。場所と権限を確かめてください。"),
            format!("{place} cannot be opened ({why}). Check the path and the permissions."),
            format!("Không mở được {place} ({why}). Hãy kiểm tra đường dẫn và quyền đọc."),
        ))
    })
}

/// The bytes as UTF-8, where they are a text in an older encoding: the one a page names, else a Japanese one that fits throughout.
fn utf8(bytes: Vec<u8>, format: Format) -> Vec<u8> {
    let is_new =
        std::str::from_utf8(&bytes).is_ok() || bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    if format == Format::Docx || is_new {
        return bytes;
    }
    let named = declared(&bytes).filter(|encoding| *encoding != UTF_8);
    for encoding in named.into_iter().chain([SHIFT_JIS, EUC_JP]) {
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(&bytes) {
            return text.into_owned().into_bytes();
        }
    }
    bytes
}

/// The encoding a page says it is in.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(bytes.get(..4096).unwrap_or(bytes)).to_ascii_lowercase();
    let (_, after) = head.split_once("charset=")?;
    let label: String = after
        .chars()
        .skip_while(|c| matches!(c, '"' | '\''))
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    Encoding::for_label(label.as_bytes())
}

/// Why a file is no policy text, and the way on, in the reader's language.
fn in_words(why: &Unreadable) -> Texts {
    let english = why.to_string();
    match why {
        Unreadable::TooLarge { limit_megabytes } => Texts::new(
            format!("{limit_megabytes}MBを超えています。本文だけを保存してください。"),
            english,
            format!("lớn hơn {limit_megabytes} MB; hãy chỉ lưu phần văn bản."),
        ),
        Unreadable::Encoding { at } => Texts::new(
            format!("{at}バイト目から文字コードが分かりません。UTF-8で保存し直してください。"),
            english,
            format!("từ byte {at} không phải UTF-8; hãy lưu lại bằng UTF-8."),
        ),
        Unreadable::Kind { kind } => Texts::new(
            format!("この形式（{kind}）は読めません。.docx、HTML、Markdown、テキストのいずれかで保存してください。"),
            english,
            format!("không đọc được định dạng này ({kind}); hãy lưu thành .docx, HTML, Markdown hoặc văn bản thuần."),
        ),
        Unreadable::Archive { why } => {
            Texts::new(format!(".docx が壊れています（{why}）。"), english, format!("tệp .docx bị hỏng ({why})."))
        }
        Unreadable::NoDocument => Texts::new(
            "Wordの文書ではありません（word/document.xml がありません）。",
            english,
            "không phải tài liệu Word (thiếu word/document.xml).",
        ),
        Unreadable::Empty => Texts::new(
            "文字がありません。画像だけの文書は、文字に起こしてください。",
            english,
            "không có chữ nào; tài liệu quét phải được nhập lại thành văn bản.",
        ),
    }
}

fn json(report: &Report, out: &Path) -> serde_json::Value {
    let [certain, likely, unsure] = report.sure;
    let found: serde_json::Map<String, serde_json::Value> =
        report.found.iter().map(|(promise, sure)| (promise.to_string(), sure.word().into())).collect();
    let decisions = report.decisions.iter().map(|one| {
        serde_json::json!({
            "clause": one.clause, "line": one.lines.0, "text": one.text, "guess": one.guess.as_ref().map(ToString::to_string),
            "why": match one.why { Why::Unknown => "unknown", Why::Unsure => "unsure" },
        })
    });
    serde_json::json!({
        "out": out, "language": report.language.code(), "clauses": report.clauses, "promising": report.promising,
        "statements": report.statements, "unknown": report.unknown, "purposes": report.purposes,
        "sure": { "certain": certain, "likely": likely, "unsure": unsure }, "found": found,
        "missing": report.missing.iter().map(|promise| promise.as_str()).collect::<Vec<_>>(),
        "decisions": decisions.collect::<Vec<_>>(), "next": next(out),
    })
}

/// The command that says what is still open.
fn next(out: &Path) -> String {
    format!("daicho policy check {}", out.display())
}

fn print(report: &Report, out: &Path, language: Language) {
    told(report, language).iter().for_each(say);
    let place = out.display();
    let next = next(out);
    let texts = Texts::new(
        format!("{place} に書き出しました。clauses.toml で判断を書き込み、次を実行してください: {next}"),
        format!("Written to {place}. Decide in clauses.toml, then: {next}"),
        format!("Đã ghi ra {place}. Hãy quyết định trong clauses.toml rồi chạy: {next}"),
    );
    say(texts.get(language));
}

/// What was found, and at the end what needs a decision.
fn told(report: &Report, language: Language) -> Vec<String> {
    let Report { clauses, promising, statements, unknown, purposes, .. } = report;
    let written = report.language.name();
    let written = written.get(language);
    let texts = Texts::new(
        format!(
            "{written}の文書: 条項{clauses}（約束{promising}、説明文{statements}、要判断{unknown}）、利用目的{purposes}"
        ),
        format!(
            "A text in {written}: {clauses} clauses ({promising} promise something, {statements} are statements, {unknown} need a decision), {purposes} purposes of use"
        ),
        format!(
            "Văn bản {written}: {clauses} điều khoản ({promising} có cam kết, {statements} chỉ trình bày, {unknown} cần quyết định), {purposes} mục đích sử dụng"
        ),
    );
    let mut lines = vec![texts.get(language).to_owned()];
    let [certain, likely, unsure] = report.sure;
    for (sure, count) in [(HowSure::Certain, certain), (HowSure::Likely, likely), (HowSure::Unsure, unsure)] {
        let (sign, name) = (sign(sure), named(sure));
        let name = name.get(language);
        let promises: Vec<&str> =
            report.found.iter().filter(|(_, how)| **how == sure).map(|(promise, _)| promise.as_str()).collect();
        lines.push(format!("{sign} {name}: {count}"));
        if !promises.is_empty() {
            lines.push(format!("  {}", promises.join(" ")));
        }
    }
    let (found, all, missing) = (report.found.len(), catalogue::all().len(), report.missing.len());
    let texts = Texts::new(
        format!("目録の約束{all}件のうち{found}件を認識。{missing}件は本文にありません。"),
        format!("{found} of the catalogue's {all} promises were recognised; the text is silent about {missing}."),
        format!("Nhận ra {found} trong {all} cam kết của danh mục; văn bản không nói về {missing}."),
    );
    lines.push(texts.get(language).to_owned());
    lines.extend(decisions(report, language));
    lines
}

/// What a person has to decide: the clause, where it stands, why, and the best guess.
fn decisions(report: &Report, language: Language) -> Vec<String> {
    if report.decisions.is_empty() {
        let none = Texts::new(
            "判断の要る条項はありません。",
            "No clause needs a decision.",
            "Không có điều khoản nào cần quyết định.",
        );
        return vec![none.get(language).to_owned()];
    }
    let count = report.decisions.len();
    let head = Texts::new(
        format!("判断の要る条項{count}件（clauses.toml の同じ識別名）:"),
        format!("{count} clauses need a decision (under the same id in clauses.toml):"),
        format!("{count} điều khoản cần quyết định (cùng mã trong clauses.toml):"),
    );
    let mut lines = vec![head.get(language).to_owned()];
    for one in &report.decisions {
        let place = place(report.counted, one.lines.0);
        let why = why(one.why);
        let guess = one.guess.as_ref().map_or_else(
            || Texts::new("近い約束なし", "no promise comes near", "không có cam kết nào gần"),
            |guess| Texts::new(format!("近い約束: {guess}"), format!("nearest: {guess}"), format!("gần nhất: {guess}")),
        );
        lines.push(format!(
            "□ {} ({}): {}; {}",
            one.clause,
            place.get(language),
            why.get(language),
            guess.get(language)
        ));
        lines.push(format!("    {}", short(&one.text)));
    }
    lines
}

const fn sign(sure: HowSure) -> &'static str {
    match sure {
        HowSure::Certain => "○",
        HowSure::Likely => "△",
        HowSure::Unsure => "□",
    }
}

fn named(sure: HowSure) -> Texts {
    match sure {
        HowSure::Certain => Texts::new("確実", "certain", "chắc chắn"),
        HowSure::Likely => Texts::new("おそらく", "likely", "có lẽ"),
        HowSure::Unsure => Texts::new("不確か", "unsure", "chưa chắc"),
    }
}

fn why(why: Why) -> Texts {
    match why {
        Why::Unknown => Texts::new(
            "何かを約束していますが、目録のどの約束か分かりません",
            "it undertakes something, but which promise of the catalogue is not clear",
            "có hứa một việc nhưng chưa rõ là cam kết nào trong danh mục",
        ),
        Why::Unsure => Texts::new(
            "手がかりが一つだけです",
            "only one sign speaks for a promise",
            "chỉ có một dấu hiệu cho thấy cam kết",
        ),
    }
}

fn place(counted: Counted, number: u32) -> Texts {
    match counted {
        Counted::Lines => Texts::new(format!("{number}行目"), format!("line {number}"), format!("dòng {number}")),
        Counted::Paragraphs => {
            Texts::new(format!("{number}段落目"), format!("paragraph {number}"), format!("đoạn {number}"))
        }
    }
}

/// As much of a sentence as fits a line.
fn short(text: &str) -> String {
    const MOST: usize = 90;
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST { line } else { line.chars().take(MOST).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_a_decision_is_told_at_the_end() {
        let text = b"# Privacy\n\n## Security\n\nWe shall feed the office cat. Staff are trained every year.\n";
        let report = folder(&read(text, Format::Markdown).unwrap(), &Hints::default()).report;
        for language in Language::ALL {
            let lines = told(&report, *language);
            let at = lines.iter().position(|line| line.contains("ask.1")).unwrap();
            assert!(lines[at].starts_with("□ ask.1 ("), "{lines:?}");
            assert_eq!(lines[at + 1].trim(), "We shall feed the office cat.");
            assert_eq!(lines.len(), at + 2);
        }
        assert!(told(&report, Language::Vi)[0].starts_with("Văn bản tiếng Anh"));
        assert!(told(&report, Language::Ja)[0].starts_with("英語の文書"));
    }

    #[test]
    fn older_encodings_are_read_too() {
        let text = "<html><head><meta charset=\"Shift_JIS\"></head><body>個人情報保護方針</body></html>";
        let (old, ..) = SHIFT_JIS.encode(text);
        assert_eq!(utf8(old.into_owned(), Format::Html), text.as_bytes());
        let (old, ..) = EUC_JP.encode("個人情報保護方針");
        assert_eq!(utf8(old.into_owned(), Format::Plain), "個人情報保護方針".as_bytes());
        assert_eq!(utf8("chính sách".into(), Format::Plain), "chính sách".as_bytes());
    }
}
