//! A handling ledger as companies keep it in a spreadsheet, as rows that can be put. Lent to the pages, which may not know how
//! foreign files are read.

use aws_lc_rs::digest::{SHA256, digest};
use connect::columns::Standing;
use connect::file::{Origin, Skipped, Unreadable};
use connect::sheet::{RegisterColumn, RegisterRow, columns, open_register, rows};
use duties::register::{CellStanding, Sheet};
use ledger::names::RowId;
use policy::normal::fold::fold;
use policy::{Language, Policy, Texts};
use std::collections::BTreeSet;
use web::{RegisterFile, Rejected};

/// A handling ledger as it was read, and what its columns were taken for.
pub(crate) struct Looked {
    /// Its rows.
    pub(crate) file: RegisterFile,
    /// Its columns.
    pub(crate) columns: Vec<RegisterColumn>,
    /// The sheet, where the file has sheets.
    pub(crate) sheet: Option<String>,
    /// Rows that say nothing.
    pub(crate) skipped: Skipped,
}

/// Reads a handling ledger from a workbook or a CSV file.
///
/// # Errors
/// Why the file as a whole cannot be read, with a way on.
pub(crate) fn read(_: &Policy, _: &str, bytes: &[u8]) -> Result<RegisterFile, Texts> {
    look(bytes).map(|looked| looked.file)
}

/// As [`read`], with what its columns were taken for.
pub(crate) fn look(bytes: &[u8]) -> Result<Looked, Texts> {
    let table = open_register(&Origin::bytes(bytes), None).map_err(|why| told(&why))?;
    let columns = columns(&table);
    if !columns.iter().any(|column| column.column.is_some()) {
        return Err(Texts::new(
            "台帳の見出しが見つかりません。「番号」「個人情報の名称」「利用目的」などの見出しを付けてください。",
            "No heading of a handling ledger was found. Head the columns: No., Name of the personal information, Purpose and so on.",
            "Không tìm thấy tiêu đề của sổ quản lý. Hãy đặt tiêu đề cột: STT, Tên nhóm dữ liệu, Mục đích…",
        ));
    }
    let mut file = RegisterFile::default();
    let mut taken = BTreeSet::new();
    let mut all = rows(&table, &columns).map_err(|why| told(&why))?;
    for row in all.by_ref() {
        let row = row.map_err(|why| told(&why))?;
        let line = u32::try_from(row.line).unwrap_or(u32::MAX);
        if !row.faults.is_empty() {
            file.rejected.extend(row.faults.iter().map(|(column, why)| {
                let [ja, en, vi] = [Language::Ja, Language::En, Language::Vi].map(|language| why.told(language));
                Rejected { line, column: column.id.into(), why: Texts::new(ja, en, vi) }
            }));
            continue;
        }
        let Some(id) = id(&row) else {
            let why = Texts::new(
                "番号も名称もありません。どちらかを書いてください。",
                "It has neither a number nor a name. Write one of them.",
                "Không có số cũng không có tên. Hãy ghi một trong hai.",
            );
            file.rejected.push(Rejected { line, column: "no".into(), why });
            continue;
        };
        if !taken.insert(id.clone()) {
            let why = Texts::new(
                format!("番号 {id} が2回あります。別の番号にしてください。"),
                format!("The number {id} stands twice. Give it another."),
                format!("Số {id} bị lặp. Hãy đặt số khác."),
            );
            file.rejected.push(Rejected { line, column: "no".into(), why });
            continue;
        }
        file.rows.push((line, id, sheet(&row)));
    }
    let skipped = all.skipped();
    Ok(Looked { file, columns, sheet: table.sheet().map(str::to_owned), skipped })
}

fn told(why: &Unreadable) -> Texts {
    Texts::new(why.told(Language::Ja), why.told(Language::En), why.told(Language::Vi))
}

fn sheet(row: &RegisterRow) -> Sheet {
    let mut sheet = Sheet::default();
    for cell in &row.cells {
        let standing = match cell.standing {
            Standing::Confirmed => CellStanding::Confirmed,
            Standing::Inferred => CellStanding::Inferred,
            Standing::Unconfirmed => CellStanding::Unconfirmed,
        };
        sheet.set(cell.column.id, &cell.text, standing);
    }
    sheet
}

/// The row's id: its number as a slug, so that the same row is known again; without a number, or with one that is no slug at all,
/// a mark of what identifies it.
fn id(row: &RegisterRow) -> Option<RowId> {
    let text = |column: &str| row.cells.iter().find(|cell| cell.column.id == column).map(|cell| cell.text.as_str());
    let number = text("no");
    if let Some(id) = number.and_then(slug) {
        return Some(id);
    }
    let mark = digest(&SHA256, number.or_else(|| text("name"))?.as_bytes());
    format!("row-{}", hex::encode(mark.as_ref().get(..5)?)).parse().ok()
}

/// `Ａ-001` is `a-001`; a number in kanji alone is none.
fn slug(number: &str) -> Option<RowId> {
    let folded = fold(number);
    let foreign = folded.chars().any(|letter| letter.is_alphanumeric() && !letter.is_ascii_alphanumeric());
    let parts: Vec<&str> =
        folded.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    if foreign { None } else { parts.join("-").parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_a_slug_and_the_same_number_the_same() {
        for (number, id) in [
            ("１２", Some("12")),
            ("HR-001", Some("hr-001")),
            ("Ｎｏ．３", Some("no-3")),
            ("人事１", None),
            ("—", None),
        ] {
            assert_eq!(slug(number).map(|id| id.to_string()).as_deref(), id, "{number}");
        }
    }
}
