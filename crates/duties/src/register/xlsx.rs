//! The handling ledger as a spreadsheet: one row each, headings in the reader's language, guesses yellow.

use super::{Cell, CellStanding, RegisterRow};
use access::Fault;
use policy::register::{COLUMNS, Column, Need};
use policy::{Language, Policy, RowState, Texts};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

/// Yellow, as guesses are on the page.
const GUESS: Color = Color::RGB(0x00FF_F2CC);
const HEADING: Color = Color::RGB(0x00EE_EBE3);
const LINE: Color = Color::RGB(0x00C9_C4B8);

/// The rows as an XLSX file, headed in `language`. Kinds, purposes, elements and terms stand by their labels in the policy, so
/// that the file can be read in again.
///
/// # Errors
/// [`Fault::Damaged`] when the file cannot be written.
pub fn to_xlsx(policy: &Policy, rows: &[RegisterRow], language: Language) -> Result<Vec<u8>, Fault> {
    write(policy, rows, language).map_err(|_| Fault::Damaged("the spreadsheet of the handling ledger"))
}

fn write(policy: &Policy, rows: &[RegisterRow], language: Language) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(TITLE.get(language))?;
    head(sheet, language)?;
    let plain = cell_format();
    let guess = cell_format().set_background_color(GUESS);
    for (line, row) in (1_u32..).zip(rows) {
        for (at, column) in (0_u16..).zip(COLUMNS) {
            let cell = shown(policy, row, column, language);
            let format = if cell.standing == CellStanding::Confirmed { &plain } else { &guess };
            sheet.write_string_with_format(line, at, &cell.text, format)?;
        }
    }
    let last_line = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let last_column = u16::try_from(COLUMNS.len().saturating_sub(1)).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, last_line, last_column)?;
    book.save_to_buffer()
}

fn head(sheet: &mut Worksheet, language: Language) -> Result<(), XlsxError> {
    let heading = cell_format().set_bold().set_background_color(HEADING);
    for (at, column) in (0_u16..).zip(COLUMNS) {
        let mark = if column.need == Need::Mandatory { " *" } else { "" };
        sheet.write_string_with_format(0, at, format!("{}{mark}", column.label(language)), &heading)?;
        sheet.set_column_width(at, width(column))?;
    }
    sheet.set_freeze_panes(1, 3)?;
    sheet.set_landscape();
    sheet.set_paper_size(8);
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_print_fit_to_pages(1, 0);
    Ok(())
}

fn cell_format() -> Format {
    Format::new().set_text_wrap().set_align(FormatAlign::Top).set_border(FormatBorder::Thin).set_border_color(LINE)
}

fn width(column: &Column) -> f64 {
    match column.id {
        "no" | "count" | "special-care" | "my-number" | "direct" | "country" | "risk" | "standing" => 10.0,
        "name" | "elements" | "purpose" | "note" => 32.0,
        _ => 18.0,
    }
}

/// What a column says in the spreadsheet.
fn shown(policy: &Policy, row: &RegisterRow, column: &Column, language: Language) -> Cell {
    let cell = row.sheet.0.get(column.id).cloned().unwrap_or_default();
    let labels = |texts: Vec<Option<&Texts>>, ids: Vec<&str>| {
        let words = texts.into_iter().zip(ids).map(|(label, id)| label.map_or(id, |l| l.get(language)));
        Cell { text: words.collect::<Vec<_>>().join("\n"), standing: cell.standing }
    };
    match column.id {
        "kinds" => labels(vec![policy.kind(&row.kind).map(|k| &k.label)], vec![row.kind.as_str()]),
        "purpose" => labels(
            row.purposes.iter().map(|id| policy.purpose(id).map(|p| &p.label)).collect(),
            row.purposes.iter().map(|id| id.as_str()).collect(),
        ),
        "elements" => labels(
            row.elements.iter().map(|id| policy.element(id).map(|e| &e.label)).collect(),
            row.elements.iter().map(|id| id.as_str()).collect(),
        ),
        "keep-until" => labels(vec![policy.term(&row.term).map(|t| &t.label)], vec![row.term.as_str()]),
        "count" if cell.text.trim().is_empty() && row.people > 0 => {
            Cell { text: row.people.to_string(), standing: CellStanding::Confirmed }
        }
        "standing" => Cell { text: standing(row).get(language).to_owned(), standing: CellStanding::Confirmed },
        _ => cell,
    }
}

fn standing(row: &RegisterRow) -> &'static Texts {
    use std::sync::LazyLock;
    static WORDS: LazyLock<[Texts; 4]> = LazyLock::new(|| {
        [
            Texts::new("確定", "Confirmed", "Đã xác nhận"),
            Texts::new("推定あり", "With guesses", "Có chỗ suy đoán"),
            Texts::new("下書き", "Draft", "Nháp"),
            Texts::new("終了", "Ended", "Đã kết thúc"),
        ]
    });
    let [confirmed, guessed, draft, ended] = &*WORDS;
    match row.state {
        RowState::Draft => draft,
        RowState::Ended => ended,
        RowState::Active if row.sheet.guesses().next().is_some() => guessed,
        RowState::Active => confirmed,
    }
}

static TITLE: std::sync::LazyLock<Texts> =
    std::sync::LazyLock::new(|| Texts::new("個人情報管理台帳", "Handling ledger", "Sổ quản lý dữ liệu cá nhân"));
