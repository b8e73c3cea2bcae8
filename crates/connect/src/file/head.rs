//! Where the heading of a table is, and what its columns are called.
//!
//! Above the heading stand titles and dates; the heading may have two or three rows with cells merged across
//! and down; or there is none. A row is the heading when its cells are words that head columns, or, where no
//! word is known, when it is the first full row of words above rows of data.

use policy::normal::fold;
use policy::normal::{is_typical, numeral};

use super::cell::{Cell, Row};
use super::workbook::Region;
use crate::columns::words;
use policy::Shape;

/// Rows from the top that are looked at.
pub(crate) const LOOK_ROWS: usize = 60;

/// The heading found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// The lines it stands on; none when the table begins with data.
    pub(crate) lines: Vec<u64>,
    /// What each column is called; empty where nothing stands.
    pub(crate) headings: Vec<String>,
    /// How many of the headings are words known to head columns.
    pub(crate) known: usize,
    /// Columns whose heading only reaches over from a cell merged on their left.
    pub(crate) reached: Vec<bool>,
}

/// Finds the heading in the first rows. `also` are keys of further headings that are expected.
pub(crate) fn find(rows: &[Row], regions: &[Region], also: &[String]) -> Head {
    let rows: Vec<&Row> = rows.iter().filter(|row| !row.is_blank()).take(LOOK_ROWS).collect();
    let regions: Vec<Region> = regions.iter().copied().filter(|region| is_true(region, &rows)).collect();
    let regions = regions.as_slice();
    let Some(at) = heading_row(&rows, also) else {
        let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        return Head { headings: vec![String::new(); width], reached: vec![false; width], ..Head::default() };
    };
    let mut from = at;
    while from > 0 && is_group_row(&rows, from - 1, from, regions) {
        from -= 1;
    }
    let mut to = at;
    while to - from < 2 && is_under_row(&rows, to, to + 1, regions) {
        to += 1;
    }
    let parts = rows.get(from..=to).unwrap_or(&[]);
    joined(parts, regions, also)
}

/// The row whose cells are most like headings.
fn heading_row(rows: &[&Row], also: &[String]) -> Option<usize> {
    let looks: Vec<Look> = rows.iter().map(|row| Look::at(row, also)).collect();
    let known = looks
        .iter()
        .enumerate()
        .filter(|(_, look)| {
            // Five known words stand in no row of data; exports of hundreds of columns have few more.
            look.known >= 5 || look.known >= 1 && look.known * 4 >= look.filled && look.data * 2 <= look.filled
        })
        .filter(|(_, look)| look.known >= 2 || look.filled <= 3)
        .max_by_key(|(at, look)| (look.known, std::cmp::Reverse(*at)));
    if let Some((at, _)) = known {
        return Some(at);
    }
    let widest = looks.iter().map(|look| look.filled).max().unwrap_or(0);
    let (at, _) = looks.iter().enumerate().find(|(_, look)| look.filled * 10 >= widest * 6 && look.filled >= 1)?;
    let look = looks.get(at)?;
    let below = looks.get(at + 1..).unwrap_or(&[]);
    let data_below = below.iter().any(|below| below.data > 0);
    (look.data == 0
        && look.words == look.filled
        && look.distinct
        && (data_below || below.is_empty() || look.known >= 1))
        .then_some(at)
}

/// What a row looks like.
struct Look {
    filled: usize,
    words: usize,
    data: usize,
    known: usize,
    distinct: bool,
}

impl Look {
    fn at(row: &Row, also: &[String]) -> Self {
        let texts: Vec<&str> = row.cells.iter().filter(|cell| !cell.is_blank()).map(word).collect();
        let filled = row.cells.iter().filter(|cell| !cell.is_blank()).count();
        let words: Vec<&str> = texts.into_iter().filter(|text| is_word(text)).collect();
        let known = words.iter().filter(|text| is_known(text, also)).count();
        let mut keys: Vec<String> = words.iter().map(|text| fold::key(text)).collect();
        keys.sort_unstable();
        let all = keys.len();
        keys.dedup();
        Self {
            filled,
            words: words.len(),
            data: row.cells.iter().filter(|cell| is_data(cell)).count(),
            known,
            distinct: keys.len() == all,
        }
    }
}

fn word(cell: &Cell) -> &str {
    match cell {
        Cell::Text(text) => text,
        _ => "",
    }
}

/// A heading is short and is not a value.
fn is_word(text: &str) -> bool {
    let count = text.chars().count();
    (1..=60).contains(&count) && !text.chars().all(|letter| letter.is_ascii_digit() || letter.is_whitespace())
}

fn is_known(text: &str, also: &[String]) -> bool {
    words::concept(text).is_some() || words::forms(text).iter().any(|form| also.contains(form))
}

/// Whether a cell is a value and no heading: an address, a number, a date.
fn is_data(cell: &Cell) -> bool {
    match cell {
        Cell::Empty | Cell::Fault(_) => false,
        Cell::Number { .. } | Cell::Day(_) => true,
        Cell::Text(text) => {
            let digits =
                text.chars().filter(|letter| letter.is_ascii_digit() || ('０'..='９').contains(letter)).count();
            text.contains(['@', '＠'])
                || digits >= 4
                || (digits > 0
                    && text.chars().all(|letter| numeral::is_numeral(letter) || letter.is_ascii_punctuation()))
                || (digits > 0 && is_typical(Shape::Date, text))
        }
    }
}

/// Whether the upper row names groups of the columns of the lower one: 連絡先 over 電話 and メール.
fn is_group_row(rows: &[&Row], upper_at: usize, lower_at: usize, regions: &[Region]) -> bool {
    let (Some(upper), Some(lower)) = (rows.get(upper_at), rows.get(lower_at)) else { return false };
    if upper.line + 1 != lower.line {
        return false;
    }
    let width = lower.cells.len();
    let filled: Vec<usize> = (0..upper.cells.len()).filter(|column| !upper.cell(*column).is_blank()).collect();
    let reaches = |column: usize| {
        let merged = region_at(regions, upper.line, column).is_some_and(|region| {
            region.last_column > region.first_column && (region.first_column, region.last_column + 1) != (0, width)
        });
        merged || upper.cell(column + 1).is_blank() && !lower.cell(column + 1).is_blank()
    };
    let is_title = filled.len() == 1 && filled.first() == Some(&0);
    let all_words = filled.iter().all(|column| is_word(word(upper.cell(*column))) && !is_data(upper.cell(*column)));
    !filled.is_empty() && !is_title && all_words && filled.iter().any(|column| reaches(*column)) && filled.len() < width
}

/// Whether the lower row goes on with the heading: words under groups, or under nothing, and nowhere else.
fn is_under_row(rows: &[&Row], upper_at: usize, lower_at: usize, regions: &[Region]) -> bool {
    let (Some(upper), Some(lower)) = (rows.get(upper_at), rows.get(lower_at)) else { return false };
    if upper.line + 1 != lower.line {
        return false;
    }
    let width = upper.cells.len().max(lower.cells.len());
    let has_region = regions.iter().any(|region| (region.first_line..=region.last_line).contains(&upper.line));
    let mut under_nothing = 0;
    for column in 0..width {
        let cell = lower.cell(column);
        if cell.is_blank() {
            continue;
        }
        if is_data(cell) || !is_word(word(cell)) {
            return false;
        }
        let above_blank = upper.cell(column).is_blank();
        let starts_group = upper.cell(column + 1).is_blank() && !lower.cell(column + 1).is_blank();
        let merged_across =
            region_at(regions, upper.line, column).is_some_and(|region| region.last_column > region.first_column);
        // A group of one column is not merged with anything; its word below is one that heads columns.
        let is_group_of_one = has_region && words::concept(word(cell)).is_some();
        if !(above_blank || starts_group || merged_across || is_group_of_one) {
            return false;
        }
        under_nothing += usize::from(above_blank);
    }
    // A column without a heading is not a group: its first value would be taken for a word.
    let has_group = (0..width).any(|column| {
        !upper.cell(column).is_blank() && upper.cell(column + 1).is_blank() && !lower.cell(column).is_blank()
    });
    under_nothing > 0 && (has_group || has_region)
}

/// The heading of each column from its rows, groups first: `連絡先 / 電話`.
fn joined(parts: &[&Row], regions: &[Region], also: &[String]) -> Head {
    let width = parts.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let reach = regions.iter().filter(|region| parts.iter().any(|row| row.line == region.first_line));
    let width =
        reach.map(|region| region.last_column + 1).filter(|end| *end <= width + 64).max().unwrap_or(0).max(width);
    let (mut headings, mut reached) = (Vec::with_capacity(width), Vec::with_capacity(width));
    for column in 0..width {
        let mut texts: Vec<String> = Vec::new();
        let mut own = false;
        for (at, row) in parts.iter().enumerate() {
            let here = clean(word(row.cell(column)));
            let below: &[&Row] = parts.get(at + 1..).unwrap_or(&[]);
            let text = if here.is_empty() { from_left(row, column, below, regions) } else { here.clone() };
            own |= !here.is_empty();
            if !text.is_empty() && texts.last() != Some(&text) {
                texts.push(text);
            }
        }
        headings.push(texts.join(" / "));
        reached.push(!own);
    }
    let known = headings.iter().filter(|heading| is_known(heading, also)).count();
    Head { lines: parts.iter().map(|row| row.line).collect(), headings, known, reached }
}

/// The text that reaches a blank heading cell from its left: by a merged region, or, in files that lost their
/// merges, over every column that has a word below.
fn from_left(row: &Row, column: usize, below: &[&Row], regions: &[Region]) -> String {
    if let Some(region) = region_at(regions, row.line, column) {
        let is_first_line = region.first_line == row.line;
        return if is_first_line { clean(word(row.cell(region.first_column))) } else { String::new() };
    }
    let is_merged_here = regions.iter().any(|region| (region.first_line..=region.last_line).contains(&row.line));
    if is_merged_here || below.is_empty() {
        return String::new();
    }
    let has_word = |column: usize| below.iter().any(|row| !row.cell(column).is_blank());
    let mut at = column;
    while has_word(at) {
        let text = clean(word(row.cell(at)));
        if !text.is_empty() {
            return text;
        }
        let Some(left) = at.checked_sub(1) else { break };
        at = left;
    }
    String::new()
}

fn region_at(regions: &[Region], line: u64, column: usize) -> Option<&Region> {
    regions.iter().find(|region| {
        (region.first_line..=region.last_line).contains(&line)
            && (region.first_column..=region.last_column).contains(&column)
    })
}

/// Whether a merged region holds one value only, as a merged cell does; programs that delete rows leave others.
fn is_true(region: &Region, rows: &[&Row]) -> bool {
    let within = rows.iter().filter(|row| (region.first_line..=region.last_line).contains(&row.line));
    let filled = within.flat_map(|row| {
        (region.first_column..=region.last_column.min(row.cells.len()))
            .filter(move |column| !row.cell(*column).is_blank())
    });
    filled.count() <= 1
}

/// A heading on one line.
fn clean(text: &str) -> String {
    text.split_whitespace()
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
        .trim_matches('\u{FEFF}')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[&str]) -> Vec<Row> {
        text.iter()
            .zip(1_u64..)
            .map(|(line, number)| {
                let cells = line.split(',').map(|cell| match cell {
                    "" => Cell::Empty,
                    text => Cell::Text(text.to_owned()),
                });
                Row { line: number, cells: cells.collect(), hidden: false, merged: Vec::new() }
            })
            .collect()
    }

    fn found(text: &[&str]) -> (Vec<u64>, Vec<String>) {
        let head = find(&rows(text), &[], &[]);
        (head.lines, head.headings)
    }

    #[test]
    fn headings_are_found_under_titles() {
        let (lines, headings) =
            found(&["社員名簿", "2026年4月1日現在,,人事部", "", "No,氏名,電話", "1,山田太郎,090-1234-5678"]);
        assert_eq!(lines, [4]);
        assert_eq!(headings, ["No", "氏名", "電話"]);
    }

    #[test]
    fn two_rows_are_joined() {
        let (lines, headings) =
            found(&["No,氏名,連絡先,,住所", ",,電話,メール,", "1,山田太郎,090-1234-5678,a@example.jp,東京都港区1"]);
        assert_eq!(lines, [1, 2]);
        assert_eq!(headings, ["No", "氏名", "連絡先 / 電話", "連絡先 / メール", "住所"]);
        let (lines, headings) = found(&[
            "基本情報,,連絡先,",
            "氏名,フリガナ,電話番号,メール",
            "山田太郎,ヤマダタロウ,090-1234-5678,a@example.jp",
        ]);
        assert_eq!(lines, [1, 2]);
        assert_eq!(headings, ["基本情報 / 氏名", "基本情報 / フリガナ", "連絡先 / 電話番号", "連絡先 / メール"]);
    }

    #[test]
    fn the_first_person_is_not_taken_for_a_heading() {
        let (lines, headings) =
            found(&["氏名,電話,", "山田太郎,090-1234-5678,営業部", "鈴木花子,080-1234-5678,総務部"]);
        assert_eq!(lines, [1]);
        assert_eq!(headings.len(), 3);
        let (lines, _) = found(&["氏名,部署", "山田太郎,営業部"]);
        assert_eq!(lines, [1]);
    }

    #[test]
    fn unknown_words_above_data_are_headings_and_data_alone_has_none() {
        let (lines, headings) = found(&["あれ,これ", "x,090-1234-5678"]);
        assert_eq!(lines, [1]);
        assert_eq!(headings, ["あれ", "これ"]);
        let (lines, headings) = found(&["山田太郎,090-1234-5678", "鈴木花子,080-1234-5678"]);
        assert!(lines.is_empty());
        assert_eq!(headings, ["", ""]);
        assert_eq!(found(&["氏名,電話"]).0, [1]);
        assert!(found(&[]).1.is_empty());
    }

    #[test]
    fn merged_regions_tell_groups_apart() {
        let rows = rows(&["氏名,連絡先,,住所", ",電話,メール,", "山田太郎,090-1234-5678,a@example.jp,東京都港区1"]);
        let regions = [
            Region { first_line: 1, last_line: 2, first_column: 0, last_column: 0 },
            Region { first_line: 1, last_line: 1, first_column: 1, last_column: 2 },
            Region { first_line: 1, last_line: 2, first_column: 3, last_column: 3 },
        ];
        let head = find(&rows, &regions, &[]);
        assert_eq!(head.lines, [1, 2]);
        assert_eq!(head.headings, ["氏名", "連絡先 / 電話", "連絡先 / メール", "住所"]);
    }
}
