//! The rows under the heading: what is a person and what only looks like a row.

use policy::normal::{fold, numeral};

use super::cell::{Cell, Row};
use super::head::Head;
use super::workbook::Region;

/// Rows that were left out because they hold nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Rows without anything in them, or with a number only.
    pub blank: Lines,
    /// Sums (合計, Total, Tổng cộng).
    pub totals: Lines,
    /// The heading once more.
    pub repeated: Lines,
    /// Remarks and ends (※ …, 以上).
    pub remarks: Lines,
    /// Rows the spreadsheet hides, where only shown ones were asked for.
    pub hidden: Lines,
}

/// How many rows there are of a sort, and the lines of the first hundred.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// How many.
    pub count: u64,
    /// Where the first of them are, ascending.
    pub first: Vec<u64>,
}

impl Lines {
    /// The most lines that are listed.
    const LISTED: usize = 100;

    pub(crate) fn add(&mut self, line: u64) {
        self.count += 1;
        if self.first.len() < Self::LISTED {
            self.first.push(line);
        }
    }

    /// Leaves off the lines up to this one.
    pub(crate) fn only_after(&mut self, line: u64) {
        let listed = self.first.len();
        self.first.retain(|known| *known > line);
        self.count -= (listed - self.first.len()) as u64;
    }

    /// Takes up lines that stand before those known.
    pub(crate) fn put_before(&mut self, earlier: Self) {
        self.count += earlier.count;
        self.first.extend(earlier.first);
        self.first.sort_unstable();
        self.first.truncate(Self::LISTED);
    }
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
    Hidden,
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
        // Lists have a number in front: the word of a sum is then the second.
        match first {
            Cell::Text(text) if is_total(text, filled.clone()) => Kind::Total,
            Cell::Text(text) if filled.next().is_none() && is_remark(text) => Kind::Remark,
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
        match kind {
            Kind::Blank => self.blank.add(line),
            Kind::Total => self.totals.add(line),
            Kind::Repeated => self.repeated.add(line),
            Kind::Remark => self.remarks.add(line),
            Kind::Hidden => self.hidden.add(line),
            Kind::Above | Kind::Data => {}
        }
    }

    /// Takes up what was counted in rows before these.
    pub(crate) fn put_before(&mut self, earlier: Self) {
        self.blank.put_before(earlier.blank);
        self.totals.put_before(earlier.totals);
        self.repeated.put_before(earlier.repeated);
        self.remarks.put_before(earlier.remarks);
        self.hidden.put_before(earlier.hidden);
    }

    /// Every sort with its code, for reports.
    #[must_use]
    pub const fn sorts(&self) -> [(&'static str, &Lines); 5] {
        [
            ("blank", &self.blank),
            ("totals", &self.totals),
            ("repeatedHeadings", &self.repeated),
            ("remarks", &self.remarks),
            ("hidden", &self.hidden),
        ]
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
                    row.merged.push(region.first_column);
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

/// Whether a row that begins with this text and goes on with these cells is a sum: `合計`, `総合計：15名`, `営業部計` over
/// numbers, `Total employees`, `全15件`.
fn is_total<'a>(text: &str, mut others: impl Iterator<Item = &'a Cell> + Clone) -> bool {
    // Runs for every row: most are told apart by their length or a letter.
    if text.len() > 60 || !has_total_letter(text) {
        return false;
    }
    let key = fold::key(text);
    let word = without_count(&key);
    let is_word = matches!(
        word,
        "合計"
            | "集計"
            | "平均"
            | "average"
            | "総計"
            | "小計"
            | "計"
            | "総合計"
            | "累計"
            | "合計人数"
            | "総人数"
            | "人数"
            | "総数"
            | "件数"
            | "全"
            | "total"
            | "cộng"
    );
    let begins = ["total", "subtotal", "grandtotal", "tổngcộng", "tổngsố", "cộngdồn"];
    let ends = ["小計", "合計", "総計", "累計"];
    let has_others = others.clone().next().is_some();
    let is_named = begins.iter().any(|begin| word.starts_with(begin))
        || word == "tổng"
        || ends.iter().any(|end| word.ends_with(end))
        || (has_others && word.ends_with('計'));
    let is_count =
        word.is_empty() && word.len() < key.len() && key.chars().any(|letter| !letter.is_numeric()) && !has_others;
    (is_word || is_named || is_count) && others.all(is_sum)
}

/// A letter that stands in every word for a sum or a count.
fn has_total_letter(text: &str) -> bool {
    text.chars().any(|letter| {
        matches!(
            letter,
            '計' | '均'
                | '数'
                | '全'
                | '名'
                | '件'
                | 't'
                | 'T'
                | 'ｔ'
                | 'Ｔ'
                | 'c'
                | 'C'
                | 'g'
                | 'G'
                | 'r'
                | 'R'
                | '行'
                | '人'
        )
    })
}

/// The key without a count at its end: `合計15名` is `合計`.
fn without_count(key: &str) -> &str {
    let units = [
        "名",
        "人",
        "件",
        "行",
        "者",
        "rows",
        "row",
        "records",
        "people",
        "persons",
        "employees",
        "người",
        "dòng",
        "affected",
        "selected",
    ];
    let mut word = key;
    while let Some(rest) = units.iter().find_map(|unit| word.strip_suffix(unit)) {
        word = rest;
    }
    let plain = word.trim_end_matches(char::is_numeric);
    // Without a number there was no count: 法人 is not 法.
    if plain.len() == word.len() { key } else { plain }
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
    if text.len() > 200 {
        return false;
    }
    let folded = fold::fold(text);
    folded.starts_with(['※', '*', '注'])
        || matches!(
            fold::key(&folded).as_str(),
            "以上"
                | "以下余白"
                | "以下空白"
                | "余白"
                | "終わり"
                | "終"
                | "完"
                | "end"
                | "eof"
                | "endoffile"
                | "endoflist"
                | "endofdata"
                | "hết"
                | "hếtdanhsách"
                | "hếtds"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: u64, cells: &[&str]) -> Row {
        let cell = |text: &&str| if text.is_empty() { Cell::Empty } else { Cell::Text((*text).to_owned()) };
        Row { line, cells: cells.iter().map(cell).collect(), hidden: false, merged: Vec::new() }
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
            (&["営業部計", "", "4名"], Kind::Total),
            (&["営業部計"], Kind::Data),
            (&["", "小計", "4"], Kind::Total),
            (&["総合計：15名"], Kind::Total),
            (&["Total employees: 12"], Kind::Total),
            (&["Tổng số: 2 người"], Kind::Total),
            (&["(3 rows affected)"], Kind::Total),
            (&["全15件"], Kind::Total),
            (&["15"], Kind::Data),
            (&["全 花子", "スズキ"], Kind::Data),
            (&["― 以 上 ―"], Kind::Remark),
            (&["以下余白"], Kind::Remark),
            (&["*** END ***"], Kind::Remark),
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
