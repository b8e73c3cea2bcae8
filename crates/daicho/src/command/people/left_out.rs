//! What a file has besides its people: rows that hold nobody, what its spreadsheet hides, what was given back to values.

use crate::said::say;
use connect::file::{Format, Lines, Skipped, Table};
use connect::people::{Mended, People};
use policy::{Language, Policy, Texts};
use serde_json::{Value, json};

/// What is known once the last row was read.
pub(super) struct LeftOut {
    skipped: Skipped,
    mended: Vec<Mended>,
}

impl LeftOut {
    pub(super) fn of(people: &People) -> Self {
        Self { skipped: people.skipped(), mended: people.mended() }
    }

    /// Where rows were left out and values mended, for programs.
    pub(super) fn json(&self) -> (Value, Value) {
        let mended = self.mended.iter().map(|mended| {
            json!({
                "column": mended.column, "element": mended.element.as_str(), "count": mended.lines.count,
                "lines": mended.lines.first,
            })
        });
        (skipped_json(&self.skipped), mended.collect::<Vec<_>>().into())
    }

    /// The same in words.
    pub(super) fn print(&self, policy: &Policy, language: Language) {
        print_skipped(&self.skipped, language);
        for Mended { column, element, lines } in &self.mended {
            let label = policy.element(element).map_or(element.as_str(), |element| element.label.get(language));
            let (count, at) = (lines.count, listed(lines));
            let texts = Texts::new(
                format!("{column}列（{label}）: 先頭の0を補った行{count}件（{at}）"),
                format!(
                    "column {column} ({label}): {count} values got back the 0 in front that a spreadsheet had taken (lines {at})"
                ),
                format!("cột {column} ({label}): đã thêm lại số 0 ở đầu cho {count} giá trị (dòng {at})"),
            );
            say(format_args!("+ {}", texts.get(language)));
        }
    }
}

/// The rows that were left out, by sort, for programs.
pub(in crate::command) fn skipped_json(skipped: &Skipped) -> Value {
    let sorts = skipped.sorts().into_iter().map(|(sort, lines)| (sort.to_owned(), of_lines(lines)));
    Value::Object(sorts.collect())
}

/// The same in words, one line for each sort.
pub(in crate::command) fn print_skipped(skipped: &Skipped, language: Language) {
    for (sort, lines) in skipped.sorts().into_iter().filter(|(_, lines)| lines.count > 0) {
        say(format_args!("– {}", left_out(sort, lines).get(language)));
    }
}

fn left_out(sort: &str, lines: &Lines) -> Texts {
    let [ja, en, vi] = match sort {
        "blank" => ["空の行", "blank rows", "dòng trống"],
        "totals" => ["合計などの行", "rows of totals", "dòng tổng"],
        "repeatedHeadings" => ["見出しの繰り返し", "repeated headings", "dòng lặp lại tiêu đề"],
        "hidden" => ["非表示の行", "hidden rows", "dòng ẩn"],
        _ => ["注記・終わりの行", "remarks and ends", "dòng ghi chú"],
    };
    let (count, at) = (lines.count, listed(lines));
    Texts::new(
        format!("除いた{ja}: {count}件（{at}）"),
        format!("left out {count} {en} (lines {at})"),
        format!("bỏ qua {count} {vi} (dòng {at})"),
    )
}

/// What the file is, and what its spreadsheet hides, for programs.
pub(super) fn file_json(table: &Table) -> Value {
    let about = table.about();
    let format = match &about.format {
        Format::Text { encoding, delimiter } => json!({ "encoding": encoding, "delimiter": delimiter.to_string() }),
        Format::Workbook { sheet, others } => json!({ "sheet": sheet, "otherSheets": others }),
    };
    json!({
        "format": format, "headingLines": about.heading_lines, "rows": about.rows,
        "hiddenRows": of_lines(&about.hidden), "hiddenColumns": about.hidden_columns,
    })
}

/// The same in words.
pub(super) fn print_file(table: &Table, language: Language) {
    let about = table.about();
    let rows = about.rows;
    let (format, others) = match &about.format {
        Format::Text { encoding, delimiter } => (format!("{encoding} '{}'", delimiter.escape_default()), String::new()),
        Format::Workbook { sheet, others } => (sheet.clone(), others.join(", ")),
    };
    let texts =
        Texts::new(format!("{format}、{rows}行"), format!("{format}, {rows} rows"), format!("{format}, {rows} dòng"));
    say(texts.get(language));
    if !others.is_empty() {
        let texts = Texts::new(
            format!("ほかのシートは読みません: {others}（--sheet で選べます）"),
            format!("Other sheets are not read: {others} (choose with --sheet)"),
            format!("Không đọc các trang tính khác: {others} (chọn bằng --sheet)"),
        );
        say(texts.get(language));
    }
    if about.hidden.count > 0 || !about.hidden_columns.is_empty() {
        let (count, at, columns) = (about.hidden.count, listed(&about.hidden), about.hidden_columns.join(", "));
        let (at, columns) = (or_dash(at), or_dash(columns));
        let texts = Texts::new(
            format!("非表示の行{count}件（{at}）と列（{columns}）も読みます。除くには --only-shown を付けてください。"),
            format!(
                "{count} hidden rows (lines {at}) and hidden columns ({columns}) are read too; --only-shown leaves them out."
            ),
            format!("{count} dòng ẩn (dòng {at}) và cột ẩn ({columns}) cũng được đọc; thêm --only-shown để bỏ qua."),
        );
        say(texts.get(language));
    }
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "–".to_owned() } else { text }
}

fn of_lines(lines: &Lines) -> Value {
    json!({ "count": lines.count, "lines": lines.first })
}

/// The first lines of them.
fn listed(lines: &Lines) -> String {
    const LISTED: usize = 10;
    let more = if lines.count > LISTED as u64 { ", …" } else { "" };
    lines.first.iter().take(LISTED).map(u64::to_string).collect::<Vec<_>>().join(", ") + more
}
