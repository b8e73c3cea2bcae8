//! Columns on a terminal, also where letters are two cells wide.

use crate::said::say;

/// Lines of cells that are printed one under the other.
pub(super) struct Table(Vec<Vec<String>>);

impl Table {
    /// A table with a heading.
    pub(super) fn new<const N: usize>(heading: [&str; N]) -> Self {
        Self(vec![heading.iter().map(|&cell| cell.to_owned()).collect()])
    }

    /// A table that needs no heading.
    pub(super) const fn bare() -> Self {
        Self(Vec::new())
    }

    /// Adds a line.
    pub(super) fn line<const N: usize>(&mut self, cells: [String; N]) {
        self.0.push(cells.into());
    }

    /// Prints it.
    pub(super) fn print(&self) {
        for line in self.lines() {
            say(line);
        }
    }

    fn lines(&self) -> Vec<String> {
        let columns = self.0.iter().map(Vec::len).max().unwrap_or(0);
        let wide = |column: usize| {
            self.0.iter().filter_map(|line| line.get(column)).map(|cell| width(cell)).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(wide).collect();
        self.0.iter().map(|line| laid_out(line, &widths)).collect()
    }
}

fn laid_out(line: &[String], widths: &[usize]) -> String {
    let mut text = String::new();
    for (cell, wide) in line.iter().zip(widths) {
        text.push_str(cell);
        text.push_str(&" ".repeat(wide.saturating_sub(width(cell)) + 2));
    }
    text.trim_end().to_owned()
}

/// How many cells a text takes: kanji, kana and full-width forms take two, combining marks none.
fn width(text: &str) -> usize {
    text.chars()
        .map(|letter| match u32::from(letter) {
            0x0300..=0x036F | 0x200B..=0x200F | 0xFE00..=0xFE0F => 0,
            0x1100..=0x115F
            | 0x2E80..=0xA4CF
            | 0xAC00..=0xD7A3
            | 0xF900..=0xFAFF
            | 0xFE30..=0xFE6F
            | 0xFF00..=0xFF60
            | 0xFFE0..=0xFFE6
            | 0x20000..=0x3FFFD => 2,
            _ => 1,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_one_under_the_other_in_every_script() {
        let mut table = Table::new(["login", "name"]);
        table.line(["mai".into(), "Mai".into()]);
        table.line(["管理者".into(), "x".into()]);
        assert_eq!(table.lines(), ["login   name", "mai     Mai", "管理者  x"]);
    }
}
