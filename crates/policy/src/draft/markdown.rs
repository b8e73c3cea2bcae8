//! Markdown, as far as policies use it.

use super::plain::{indentation, is_rule};
use super::text::{Collector, Counted, Grid, Shape, Text, columns, is_wide};
use super::{entities, marks};

/// The lines of a Markdown text. Emphasis and links leave their words behind; table rows become a
/// label and its cells.
pub(super) fn lines(text: &str) -> Text {
    let mut out = Collector::new(Counted::Lines);
    let all: Vec<&str> = text.split('\n').collect();
    let mut skipping = Skip::front_matter(&all);
    let mut open: Vec<usize> = Vec::new();
    let mut grid = Grid::default();
    for (at, raw) in all.iter().enumerate() {
        if skipping.over(at, raw) {
            out.part();
            continue;
        }
        let quoted = unquote(raw);
        let body = quoted.trim();
        if body.is_empty() || (is_rule(body) && !body.starts_with('|')) {
            out.part();
            grid.end();
            out.place(None);
            let first =
                at.checked_sub(1).and_then(|before| all.get(before)).is_none_or(|before| !before.trim().is_empty());
            if body.is_empty() && first && !next_is_indented(&all, at) {
                open.clear();
            }
            continue;
        }
        if !body.starts_with('|') {
            grid.end();
            out.place(None);
        }
        let underline = all.get(at + 1).map(|next| next.trim());
        if let Some((level, words)) = heading(body) {
            out.part();
            out.push(at + 1, 0, Shape::Heading(level), &inline(words));
            out.part();
        } else if let Some(level) = underline.and_then(setext).filter(|_| marks::leading(body).is_none()) {
            out.push(at + 1, 0, Shape::Heading(level), &inline(body));
        } else if body.starts_with('|') {
            row(&mut out, &mut grid, at + 1, body);
        } else if is_item(body) {
            let width = indentation(quoted);
            while open.last().is_some_and(|last| *last > width) {
                open.pop();
            }
            if open.last() != Some(&width) {
                open.push(width);
            }
            out.push(at + 1, open.len(), Shape::Item, &inline(body));
        } else if stands_apart(&out, quoted) || !out.join(at + 1, &inline(body)) {
            let depth = if indentation(quoted) > 0 { open.len() + usize::from(!open.is_empty()) } else { 0 };
            out.push(at + 1, depth, Shape::Plain, &inline(body));
        }
    }
    out.finish()
}

/// A line at the margin after a short item: a paragraph whose author forgot the empty line.
fn stands_apart(out: &Collector, line: &str) -> bool {
    let short = out.last().is_some_and(|last| last.shape == Shape::Item && columns(&last.text) < 60);
    short && indentation(line) == 0 && line.starts_with(|c: char| c.is_uppercase() || is_wide(c))
}

fn is_item(body: &str) -> bool {
    marks::leading(body).is_some()
}

fn heading(body: &str) -> Option<(u8, &str)> {
    let words = body.trim_start_matches('#');
    let level = body.len() - words.len();
    let level = u8::try_from(level).ok().filter(|level| (1..=6).contains(level))?;
    words.starts_with([' ', '\t', '\u{3000}']).then(|| (level, words.trim().trim_end_matches('#').trim_end()))
}

fn setext(underline: &str) -> Option<u8> {
    let drawn = |with: char| underline.len() >= 3 && underline.chars().all(|c| c == with);
    if drawn('=') {
        Some(1)
    } else if drawn('-') {
        Some(2)
    } else {
        None
    }
}

fn unquote(line: &str) -> &str {
    let mut rest = line;
    while let Some(inside) = rest.trim_start().strip_prefix('>') {
        rest = inside.strip_prefix(' ').unwrap_or(inside);
    }
    rest
}

fn next_is_indented(all: &[&str], at: usize) -> bool {
    all.iter()
        .skip(at + 1)
        .find(|line| !line.trim().is_empty())
        .is_some_and(|line| indentation(line) > 0 || is_item(line.trim()))
}

/// A table row: its first cell, then the others one step deeper.
fn row(out: &mut Collector, grid: &mut Grid, number: usize, body: &str) {
    if body.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t')) {
        return;
    }
    let cells = body.trim_matches('|').split('|');
    grid.row();
    for (at, cell) in cells.enumerate() {
        grid.cell();
        out.place(grid.open());
        out.part();
        out.push(number, usize::from(at > 0) + 1, Shape::Item, &inline(cell.trim()));
    }
}

/// Which lines are not part of the text: front matter, code fences, comments.
struct Skip {
    front_until: usize,
    fence: bool,
    comment: bool,
}

impl Skip {
    fn front_matter(all: &[&str]) -> Self {
        let fenced = all.first().is_some_and(|line| line.trim_end() == "---");
        let end = all.iter().skip(1).position(|line| line.trim_end() == "---");
        Self { front_until: end.filter(|_| fenced).map_or(0, |at| at + 2), fence: false, comment: false }
    }

    fn over(&mut self, at: usize, line: &str) -> bool {
        let body = line.trim();
        if at < self.front_until {
            return true;
        }
        if body.starts_with("```") || body.starts_with("~~~") {
            self.fence = !self.fence;
            return true;
        }
        let was = self.comment;
        self.comment = (self.comment || body.starts_with("<!--")) && !body.contains("-->");
        self.fence || was || body.starts_with("<!--")
    }
}

/// The words of a line without the signs of emphasis, code and links.
fn inline(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or("");
        rest = match c {
            '\\' => match after.chars().next().filter(char::is_ascii_punctuation) {
                Some(escaped) => {
                    out.push(escaped);
                    after.get(1..).unwrap_or("")
                }
                None => keep(&mut out, c, after),
            },
            '*' | '_' if is_emphasis(&out, c, after) => after.strip_prefix(c).unwrap_or(after),
            '`' => after,
            '!' if after.starts_with('[') => after,
            '[' => match link(after) {
                Some((words, tail)) => {
                    out.push_str(&inline(words));
                    tail
                }
                None => keep(&mut out, c, after),
            },
            '<' => match after.split_once('>').filter(|(inside, _)| is_tag(inside)) {
                Some((inside, tail)) => {
                    if inside.contains("://") || inside.contains('@') {
                        out.push_str(inside);
                    } else if inside.starts_with("br") {
                        out.push(' ');
                    }
                    tail
                }
                None => keep(&mut out, c, after),
            },
            _ => keep(&mut out, c, after),
        };
    }
    entities::resolve(&out).into_owned()
}

fn keep<'a>(out: &mut String, c: char, after: &'a str) -> &'a str {
    out.push(c);
    after
}

/// A sign of emphasis touches a word on one side; one in the middle of a name does not count.
fn is_emphasis(before: &str, sign: char, after: &str) -> bool {
    let left = before.chars().next_back().is_some_and(|c| !c.is_whitespace());
    let right = after.trim_start_matches(sign).chars().next().is_some_and(|c| !c.is_whitespace());
    let within = before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric);
    (left || right) && !(sign == '_' && within)
}

fn is_tag(inside: &str) -> bool {
    inside.starts_with(|c: char| c == '/' || c.is_ascii_alphabetic())
}

/// The words and the rest of `words](address)`.
fn link(after: &str) -> Option<(&str, &str)> {
    let (words, tail) = after.split_once(']')?;
    if let Some(address) = tail.strip_prefix('(') {
        return address.split_once(')').map(|(_, tail)| (words, tail));
    }
    let reference = tail.strip_prefix('[')?;
    reference.split_once(']').map(|(_, tail)| (words, tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(u32, u8, Shape, String)> {
        lines(text).lines.into_iter().map(|line| (line.number, line.depth, line.shape, line.text)).collect()
    }

    #[test]
    fn headings_items_and_tables_are_told() {
        let text = "# Title #\n\nWe **keep** [data](https://x.example) `safe`.\n\n1. one\n   * two\n\n| a | b |\n|---|---|\n| c | d |\n\nSmall\n-----\n";
        assert_eq!(
            told(text),
            [
                (1, 0, Shape::Heading(1), "Title".to_owned()),
                (3, 0, Shape::Plain, "We keep data safe.".to_owned()),
                (5, 1, Shape::Item, "1. one".to_owned()),
                (6, 2, Shape::Item, "* two".to_owned()),
                (8, 1, Shape::Item, "a".to_owned()),
                (8, 2, Shape::Item, "b".to_owned()),
                (10, 1, Shape::Item, "c".to_owned()),
                (10, 2, Shape::Item, "d".to_owned()),
                (12, 0, Shape::Heading(2), "Small".to_owned()),
            ]
        );
    }

    #[test]
    fn what_is_not_text_is_passed_over() {
        assert_eq!(told("---\ntitle: x\n---\n<!-- note\nmore -->\n```\ncode\n```\nText\n").len(), 1);
    }

    #[test]
    fn signs_that_mean_themselves_stay() {
        assert_eq!(inline(r"2 \* 3 <a@b.example> 1 < 2 [x]"), "2 * 3 a@b.example 1 < 2 [x]");
        assert_eq!(inline("*one* and _two_ of snake_case"), "one and two of snake_case");
    }
}
