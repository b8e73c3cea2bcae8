//! Plain text, line by line.

use super::marks;
use super::text::{Collector, Counted, Line, Shape, Text, columns, is_space, is_wide};

/// The lines of a plain text. Indentation becomes depth; a typed list mark makes an item.
pub(super) fn lines(text: &str) -> Text {
    let mut out = Collector::new(Counted::Lines);
    let mut widths: Vec<usize> = Vec::new();
    for (number, line) in (1..).zip(text.split(['\n', '\u{c}', '\u{2028}', '\u{2029}'])) {
        let body = line.trim_matches(is_space);
        if body.is_empty() || is_rule(body) {
            out.part();
            continue;
        }
        let depth = depth(&mut widths, indentation(line));
        let shape = if marks::leading(body).is_some() { Shape::Item } else { Shape::Plain };
        out.push(number, depth, shape, body);
    }
    let widest = text.split('\n').map(columns).max().unwrap_or(0);
    join(out.lines_mut(), widest);
    out.finish()
}

/// A file no line of which is wider than this has been wrapped, in columns.
const WRAPPED_MAX: usize = 120;
/// A wrapped line is at least this wide.
const WRAPPED_MIN: usize = 45;
/// Japanese is wrapped anywhere, so a wrapped line falls short of the widest by no more than this.
const SHORT_BY: usize = 14;

/// Marks the lines that go on with the one before them; `widest` is the widest line of the file.
fn join(lines: &mut [Line], widest: usize) {
    for at in 1..lines.len() {
        let Some([before, line]) = lines.get_mut(at - 1..=at) else { continue };
        line.joins = !line.apart && line.shape == Shape::Plain && goes_on(before, line, widest);
    }
}

fn goes_on(before: &Line, line: &Line, widest: usize) -> bool {
    if line.text.starts_with(char::is_lowercase) && !before.text.ends_with([':', ';']) {
        return true;
    }
    if before.shape == Shape::Item && line.depth <= before.depth {
        return false;
    }
    let wide = before.text.ends_with(is_wide);
    let width = columns(&before.text);
    let wrapped = widest <= WRAPPED_MAX && width >= WRAPPED_MIN && !before.text.ends_with(['。', '：', ':', '；', ';']);
    wrapped && (!wide || width + SHORT_BY >= widest)
}

/// How far a line is indented, in columns; a tab counts four, an ideographic space two.
pub(super) fn indentation(line: &str) -> usize {
    line.chars()
        .take_while(|c| is_space(*c))
        .map(|c| match c {
            '\t' => 4,
            '\u{3000}' => 2,
            _ => 1,
        })
        .sum()
}

/// The step an indentation stands for among those open above it.
fn depth(widths: &mut Vec<usize>, width: usize) -> usize {
    while widths.last().is_some_and(|open| *open > width) {
        widths.pop();
    }
    if widths.last() != Some(&width) {
        widths.push(width);
    }
    widths.len().saturating_sub(1)
}

/// A line drawn with signs (`=====`, `-----`, `＊＊＊＊`).
pub(super) fn is_rule(body: &str) -> bool {
    let mut chars = body.chars().filter(|c| !is_space(*c));
    let Some(first) = chars.next() else { return false };
    !first.is_alphanumeric() && body.chars().count() >= 3 && chars.all(|c| c == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indentation_becomes_depth() {
        let text = lines("Title\n\n  • one\n    • two\n  • three\nrest\n=====\n");
        let told: Vec<_> = text.lines.iter().map(|line| (line.number, line.depth, line.apart)).collect();
        assert_eq!(told, [(1, 0, true), (3, 1, true), (4, 2, false), (5, 1, false), (6, 0, false)]);
        assert_eq!(text.lines.get(1).unwrap().shape, Shape::Item);
        assert_eq!(text.lines.get(4).unwrap().shape, Shape::Plain);
    }
}
