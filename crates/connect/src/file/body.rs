//! The rows under the heading: what is a person and what only looks like a row.

use policy::normal::{fold, numeral};

use super::cell::{Cell, Row};
use super::head::Head;
use super::workbook::Region;

/// Rows that were left out because they hold nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Rows without anything in them.
    pub blank: u64,
    /// Lines of sums (合計, Total, Tổng cộng); the first hundred.
    pub totals: Vec<u64>,
    /// Lines on which the heading is repeated; the first hundred.
    pub repeated: Vec<u64>,
    /// Lines of remarks (※ …, 以上); the first hundred.
    pub remarks: Vec<u64>,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Above,
    Data,
    Blank,
    Total,
    Repeated,
    Remark,
}

/// What is known of a table's rows before they are read: the heading's last line and its keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Body {
    after: u64,
    /// The keys of each heading row and of the joined headings.
    heads: Vec<Vec<String>>,
}

impl Body {
    pub(crate) fn under(head: &Head, first_rows: &[Row]) -> Self {
        let rows = first_rows.iter().filter(|row| head.lines.contains(&row.line));
        let mut heads: Vec<Vec<String>> = rows.map(|row| row.cells.iter().map(cell_key).collect()).collect();
        heads.push(head.headings.iter().map(|heading| fold::key(heading)).collect());
        Self { after: head.lines.last().copied().unwrap_or(0), heads }
    }

    /// What this row is.
    pub(crate) fn kind(&self, row: &Row) -> Kind {
        if row.line <= self.after {
            return Kind::Above;
        }
        let mut filled = row.cells.iter().filter(|cell| !cell.is_blank());
        let Some(first) = filled.next() else { return Kind::Blank };
        let others: Vec<&Cell> = filled.collect();
        match first {
            Cell::Text(text) if is_total(text) && others.iter().all(|cell| is_sum(cell)) => Kind::Total,
            Cell::Text(text) if others.is_empty() && is_remark(text) => Kind::Remark,
            _ if self.repeats_heading(row) => Kind::Repeated,
            _ => Kind::Data,
        }
    }

    fn repeats_heading(&self, row: &Row) -> bool {
        self.heads.iter().any(|head| {
            let mut same = 0_usize;
            for (column, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_blank()) {
                let Cell::Text(text) = cell else { return false };
                // A key is made only where the lengths could be equal: this runs for every cell of a file.
                let Some(known) = head.get(column).filter(|known| known.len() <= text.len() * 3 + 8) else {
                    return false;
                };
                if known.is_empty() || fold::key(text) != *known {
                    return false;
                }
                same += 1;
            }
            same >= 2 || (same == 1 && head.len() == 1)
        })
    }
}

impl Skipped {
    /// Counts a row that is left out.
    pub(crate) fn count(&mut self, kind: Kind, line: u64) {
        let lines = match kind {
            Kind::Blank => {
                self.blank += 1;
                return;
            }
            Kind::Total => &mut self.totals,
            Kind::Repeated => &mut self.repeated,
            Kind::Remark => &mut self.remarks,
            Kind::Above | Kind::Data => return,
        };
        if lines.len() < 100 {
            lines.push(line);
        }
    }
}

/// Gives each row of a cell merged downwards its value.
#[derive(Default)]
pub(crate) struct Fill {
    waiting: std::collections::VecDeque<Region>,
    open: Vec<(Region, Cell)>,
}

impl Fill {
    pub(crate) fn new(regions: &[Region], after: u64) -> Self {
        let mut waiting: Vec<Region> = regions
            .iter()
            .copied()
            .filter(|region| region.last_line > region.first_line && region.first_line > after)
            .collect();
        waiting.sort_by_key(|region| region.first_line);
        Self { waiting: waiting.into(), open: Vec::new() }
    }

    /// Fills the row; a row with nothing of its own stays as it is.
    pub(crate) fn apply(&mut self, row: &mut Row) {
        if self.waiting.is_empty() && self.open.is_empty() {
            return;
        }
        self.open.retain(|(region, _)| region.last_line >= row.line);
        while let Some(region) = self.waiting.front().copied().filter(|region| region.first_line <= row.line) {
            self.waiting.pop_front();
            let value = row.cell(region.first_column).clone();
            if region.first_line == row.line && !value.is_blank() {
                self.open.push((region, value));
            }
        }
        if row.is_blank() {
            return;
        }
        for (region, value) in &self.open {
            if region.first_line < row.line && row.cell(region.first_column).is_blank() {
                if row.cells.len() <= region.first_column {
                    row.cells.resize(region.first_column + 1, Cell::Empty);
                }
                if let Some(cell) = row.cells.get_mut(region.first_column) {
                    *cell = value.clone();
                }
            }
        }
    }
}

fn cell_key(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => fold::key(text),
        _ => String::new(),
    }
}

fn is_total(text: &str) -> bool {
    text.len() <= 40
        && matches!(
            fold::key(text).as_str(),
            "合計"
                | "総計"
                | "小計"
                | "計"
                | "総合計"
                | "合計人数"
                | "人数"
                | "total"
                | "grandtotal"
                | "subtotal"
                | "tổng"
                | "tổngcộng"
                | "tổngsố"
                | "cộng"
        )
}

/// A number, perhaps with what it counts: `600`, `600名`, `12,000円`.
fn is_sum(cell: &Cell) -> bool {
    match cell {
        Cell::Number { .. } | Cell::Fault(_) => true,
        Cell::Text(text) => {
            let folded = fold::fold(text);
            let plain = folded.trim_end_matches(['名', '人', '件', '円', '%']);
            plain.chars().all(|letter| numeral::is_numeral(letter) || matches!(letter, ',' | '.' | '-' | '¥' | ' '))
        }
        _ => false,
    }
}

fn is_remark(text: &str) -> bool {
    let folded = fold::fold(text);
    folded.starts_with(['※', '*', '注']) || matches!(folded.as_str(), "以上" | "end" | "hết" | "eof")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: u64, cells: &[&str]) -> Row {
        let cell = |text: &&str| if text.is_empty() { Cell::Empty } else { Cell::Text((*text).to_owned()) };
        Row { line, cells: cells.iter().map(cell).collect() }
    }

    #[test]
    fn rows_that_hold_nobody_are_told_apart() {
        let head_row = row(2, &["No", "氏名", "電話"]);
        let head =
            Head { lines: vec![2], headings: vec!["No".into(), "氏名".into(), "電話".into()], ..Head::default() };
        let body = Body::under(&head, &[head_row]);
        for (cells, kind) in [
            (&["1", "山田太郎", "090"][..], Kind::Data),
            (&["", "", " "], Kind::Blank),
            (&["合計", "2名", ""], Kind::Total),
            (&["合計", "花子", "090"], Kind::Data),
            (&["計", "", "1,200"], Kind::Total),
            (&["Total", "", "2"], Kind::Total),
            (&["No.", "氏 名", "電話"], Kind::Repeated),
            (&["※退職者を除く", "", ""], Kind::Remark),
            (&["以上"], Kind::Remark),
            (&["", "計 太郎", ""], Kind::Data),
        ] {
            assert_eq!(body.kind(&row(9, cells)), kind, "{cells:?}");
        }
        assert_eq!(body.kind(&row(1, &["社員名簿"])), Kind::Above);
    }

    #[test]
    fn a_cell_merged_downwards_counts_for_each_of_its_rows() {
        let region = Region { first_line: 3, last_line: 5, first_column: 0, last_column: 0 };
        let mut fill = Fill::new(&[region], 2);
        let mut texts = Vec::new();
        for mut row in [row(3, &["営業部", "山田"]), row(4, &["", "鈴木"]), row(5, &["", ""]), row(6, &["", "佐藤"])]
        {
            fill.apply(&mut row);
            texts.push(row.cell(0).text());
        }
        assert_eq!(texts, ["営業部", "営業部", "", ""]);
    }
}
