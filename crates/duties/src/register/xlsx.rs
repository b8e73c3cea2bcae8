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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::fixture;
    use calamine::{Data, Reader, Xlsx};
    use std::io::{Cursor, Read};

    fn row() -> RegisterRow {
        let mut row = fixture::row("r-1");
        row.people = 12;
        row.sheet.set("count", "", CellStanding::Confirmed);
        row.sheet.set("note", "=HYPERLINK(\"https://example.test\")", CellStanding::Confirmed);
        row
    }

    fn cells(bytes: Vec<u8>) -> Vec<Vec<String>> {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        let text = |cell: &Data| match cell {
            Data::Empty => String::new(),
            Data::String(text) => text.clone(),
            other => panic!("{other:?} is no text"),
        };
        range.rows().map(|row| row.iter().map(text).collect()).collect()
    }

    fn styles(bytes: Vec<u8>) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        archive.by_name("xl/styles.xml").unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn the_spreadsheet_is_headed_and_labelled_in_the_readers_language() {
        let policy = fixture::edited(&[]);
        for language in Language::ALL {
            let read = cells(to_xlsx(&policy, &[row()], *language).unwrap());
            assert_eq!(read.len(), 2);
            for (heading, column) in read[0].iter().zip(COLUMNS) {
                assert_eq!(heading.trim_end_matches(" *"), column.label(*language));
            }
            let cell = |id: &str| read[1][COLUMNS.iter().position(|c| c.id == id).unwrap()].as_str();
            assert_eq!(cell("kinds"), policy.kind(&row().kind).unwrap().label.get(*language));
            let elements = row().elements;
            let labels = elements.iter().map(|e| policy.element(e).unwrap().label.get(*language).to_owned());
            assert_eq!(cell("elements"), labels.collect::<Vec<_>>().join("\n"));
            assert_eq!(cell("count"), "12", "what the program knows needs no typing");
            assert!(cell("note").starts_with('='), "a text stays a text and is never a formula");
        }
    }

    #[test]
    fn guesses_are_yellow_and_nothing_else_is() {
        let policy = fixture::edited(&[]);
        let sure = to_xlsx(&policy, &[row()], Language::Ja).unwrap();
        assert!(!styles(sure).contains("FFF2CC"));
        let mut guessed = row();
        guessed.sheet.set("place", "cloud", CellStanding::Inferred);
        let guessed = to_xlsx(&policy, &[guessed], Language::Ja).unwrap();
        assert!(styles(guessed.clone()).contains("FFF2CC"));
        assert!(cells(guessed)[1].contains(&"推定あり".to_owned()));
    }

    #[test]
    fn what_was_written_is_read_again() {
        let policy = fixture::edited(&[]);
        for language in Language::ALL {
            let read = cells(to_xlsx(&policy, &[row()], *language).unwrap());
            let cell = |id: &str| read[1][COLUMNS.iter().position(|c| c.id == id).unwrap()].as_str();
            use crate::register::names;
            assert_eq!(names::kinds(&policy).read(cell("kinds")), Ok([row().kind].into()));
            assert_eq!(names::purposes(&policy).read(cell("purpose")), Ok(row().purposes));
            assert_eq!(names::elements(&policy).read(cell("elements")), Ok(row().elements));
            assert_eq!(names::terms(&policy).read(cell("keep-until")), Ok([row().term].into()));
        }
    }
}
