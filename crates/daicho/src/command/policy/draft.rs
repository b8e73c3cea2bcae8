//! `daicho policy draft`: an existing policy text becomes a folder.

use super::{Common, place, write_files};
use crate::said::{Said, say};
use clap::Args;
use encoding_rs::{EUC_JP, Encoding, SHIFT_JIS, UTF_8};
use policy::draft::{Folder, Format, Hints, HowSure, Report, folder, read};
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
    let bytes = std::fs::read(&asked.file)?;
    let name = asked.file.file_name().unwrap_or_default().to_string_lossy();
    let format = Format::guess(&name, &bytes);
    let text = read(&utf8(bytes, format), format).map_err(|why| {
        Said::mistake(Texts::new(
            format!("文章として読めません: {why}"),
            format!("The text cannot be read: {why}"),
            format!("Không đọc được văn bản: {why}"),
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

fn json(report: &Report, out: &Path) -> serde_json::Value {
    let [certain, likely, unsure] = report.sure;
    let found: serde_json::Map<String, serde_json::Value> =
        report.found.iter().map(|(promise, sure)| (promise.to_string(), sure.word().into())).collect();
    serde_json::json!({
        "out": out, "language": report.language.code(), "clauses": report.clauses, "promising": report.promising,
        "statements": report.statements, "unknown": report.unknown,
        "sure": { "certain": certain, "likely": likely, "unsure": unsure }, "found": found,
        "missing": report.missing.iter().map(|promise| promise.as_str()).collect::<Vec<_>>(),
    })
}

fn print(report: &Report, out: &Path, language: Language) {
    let Report { clauses, promising, statements, unknown, .. } = report;
    let written = report.language.endonym();
    let texts = Texts::new(
        format!("{written}: 条項{clauses}（約束{promising}、説明文{statements}、要判断{unknown}）"),
        format!(
            "{written}: {clauses} clauses ({promising} promise something, {statements} are statements, {unknown} need a decision)"
        ),
        format!(
            "{written}: {clauses} điều khoản ({promising} có cam kết, {statements} chỉ trình bày, {unknown} cần quyết định)"
        ),
    );
    say(texts.get(language));
    for sure in [HowSure::Certain, HowSure::Likely, HowSure::Unsure] {
        let sign = match sure {
            HowSure::Certain => "○",
            HowSure::Likely => "△",
            HowSure::Unsure => "□",
        };
        let promises: Vec<&str> =
            report.found.iter().filter(|(_, how)| **how == sure).map(|(promise, _)| promise.as_str()).collect();
        if !promises.is_empty() {
            say(format_args!("{sign} {} ({}): {}", sure.word(), promises.len(), promises.join(" ")));
        }
    }
    let (found, all, missing) = (report.found.len(), catalogue::all().len(), report.missing.len());
    let place = out.display();
    let texts = Texts::new(
        format!(
            "目録の約束{all}件のうち{found}件を認識、{missing}件は本文にありません。\n{place} に書き出しました。次: daicho policy check {place}"
        ),
        format!(
            "{found} of the catalogue's {all} promises were recognised; the text is silent about {missing}.\nWritten to {place}. Next: daicho policy check {place}"
        ),
        format!(
            "Nhận ra {found} trong {all} cam kết của danh mục; văn bản không nói về {missing}.\nĐã ghi ra {place}. Tiếp: daicho policy check {place}"
        ),
    );
    say(texts.get(language));
}

#[cfg(test)]
mod tests {
    use super::*;

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
