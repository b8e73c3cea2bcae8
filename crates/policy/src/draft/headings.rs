//! Which plain lines are headings, though the file does not say so.

use super::marks::{self, Style};
use super::text::{Counted, Line, Shape, Text, columns, ends_sentence};

/// The widest a heading stands, in columns.
const WIDEST: usize = 80;
/// The same with a number before it.
const WIDEST_NUMBERED: usize = 110;

/// Turns lines that stand as headings into headings. Levels follow the order in which ways of
/// writing a heading appear: a way first seen under another is below it.
pub(super) fn mark(text: &mut Text) {
    let found: Vec<Option<Way>> = (0..text.lines.len()).map(|at| way(text, at)).collect();
    let mut open: Vec<Way> = Vec::new();
    let base = text.lines.iter().filter_map(|line| match line.shape {
        Shape::Heading(level) => Some(level),
        _ => None,
    });
    let base = base.max().unwrap_or(0);
    for (line, way) in text.lines.iter_mut().zip(found) {
        if matches!(line.shape, Shape::Heading(_)) {
            open.clear();
        }
        let Some(way) = way else { continue };
        if let Some(at) = open.iter().position(|above| *above == way) {
            open.truncate(at);
        }
        open.push(way);
        line.shape = Shape::Heading(base.saturating_add(u8::try_from(open.len()).unwrap_or(u8::MAX)).min(12));
    }
}

/// How a heading is written. Headings written alike are on one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// With a mark of this style.
    Marked(Style),
    /// In brackets (`【...】`, `＜...＞`).
    Bracketed,
    /// In capital letters.
    Capitals,
    /// As a bare line of its own.
    Bare,
}

fn way(text: &Text, at: usize) -> Option<Way> {
    let line = text.lines.get(at)?;
    let next = text.lines.get(at + 1);
    if matches!(line.shape, Shape::Heading(_)) || !is_title(&line.text) {
        return None;
    }
    let mark = marks::leading(&line.text);
    let numbered =
        mark.as_ref().is_some_and(|mark| matches!(mark.style, Style::Number | Style::Nested(_) | Style::Article));
    if columns(&line.text) > if numbered { WIDEST_NUMBERED } else { WIDEST } {
        return None;
    }
    match mark {
        Some(mark) if continues(text, at, &mark) => None,
        Some(mark) => marked(line, next, &mark),
        None if line.shape == Shape::Item => None,
        None if is_bracketed(&line.text) => Some(Way::Bracketed),
        None if is_capitals(&line.text) => Some(Way::Capitals),
        None => bare(text, at).then_some(Way::Bare),
    }
}

/// A numbered or signed line heads a section when what follows is neither its sibling nor in its row.
fn marked(line: &Line, next: Option<&Line>, mark: &marks::Mark) -> Option<Way> {
    let words = line.text.get(mark.bytes..).unwrap_or("");
    let sibling =
        next.filter(|next| next.depth == line.depth || !next.apart).and_then(|next| marks::leading(&next.text));
    let sibling =
        sibling.filter(|next| next.style == mark.style && !(next.ordinal == Some(1) && mark.ordinal != Some(1)));
    let heads = match mark.style {
        Style::Article => next.is_some(),
        Style::Section(_) => words.chars().any(char::is_alphanumeric),
        Style::Bullet(_) => false,
        _ => {
            !words.is_empty()
                && sibling.is_none()
                && next.is_some_and(|next| (next.apart || next.depth >= line.depth) && !goes_on(next))
                && (line.apart
                    || next
                        .is_some_and(|next| next.shape != Shape::Item || next.depth > line.depth || deeper(next, mark)))
        }
    };
    let style = match mark.style {
        Style::Section(_) => Style::Section('■'),
        style => style,
    };
    heads.then_some(Way::Marked(style))
}

/// Whether the line before is the item before: then this is an item, be it the last.
fn continues(text: &Text, at: usize, mark: &marks::Mark) -> bool {
    let before =
        at.checked_sub(1).and_then(|before| text.lines.get(before)).and_then(|line| marks::leading(&line.text));
    let one_less = |before: &marks::Mark| before.ordinal.and_then(|number| number.checked_add(1)) == mark.ordinal;
    before.is_some_and(|before| before.style == mark.style && mark.ordinal.is_some() && one_less(&before))
}

/// Whether a line continues a list that began before it.
fn goes_on(next: &Line) -> bool {
    marks::leading(&next.text).is_some_and(|mark| {
        matches!(
            mark.style,
            Style::LetterClosed | Style::Letter | Style::LetterEnclosed | Style::Circled | Style::NumberEnclosed
        ) && mark.ordinal.is_some_and(|number| number > 1)
    })
}

/// Whether an item begins a list below this mark: its own mark is the first of another style.
fn deeper(next: &Line, mark: &marks::Mark) -> bool {
    marks::leading(&next.text)
        .is_some_and(|below| below.style != mark.style && below.ordinal.is_none_or(|number| number == 1))
}

/// A short line of its own before running text or a list.
fn bare(text: &Text, at: usize) -> bool {
    let (Some(line), next) = (text.lines.get(at), text.lines.get(at + 1)) else { return false };
    let Some(next) = next else { return false };
    let alone = next.apart || next.shape == Shape::Item || ends_sentence(&next.text) || columns(&next.text) > WIDEST;
    let short = match text.counted {
        Counted::Lines if next.apart => columns(&line.text) <= WIDEST,
        Counted::Lines => columns(&line.text) <= 70,
        Counted::Paragraphs => columns(&line.text) <= 60,
    };
    line.apart
        && alone
        && short
        && !line.text.starts_with(|c: char| c.is_lowercase())
        && !is_detail(&line.text)
        && !(at > 0 && (is_house(&line.text) || is_signature(&line.text)))
}

/// Not a sentence, not a lead-in, not a label with its value.
fn is_title(text: &str) -> bool {
    let end = text.trim_end_matches(['）', ')', '」', '】', '＞', '>', ' ', '*']);
    (!ends_sentence(text) || text.ends_with("etc."))
        && !end.ends_with(['、', ',', '，', ':', '：'])
        && !text.contains('@')
        && !text.contains("://")
        && !text.contains('。')
        && text.chars().any(char::is_alphabetic)
}

/// Addresses, dates, telephone numbers and the like.
fn is_detail(text: &str) -> bool {
    let digits = text.chars().filter(|c| c.is_numeric()).count();
    digits >= 4 || text.contains(['〒', '：', ':', '\t'])
}

/// The name of a company, as it heads an address.
fn is_house(text: &str) -> bool {
    let wide = ["株式会社", "有限会社", "合同会社"].iter().any(|form| text.starts_with(form) || text.ends_with(form));
    let words: Vec<&str> = text.split_whitespace().collect();
    let named = words.iter().all(|word| word.starts_with(|c: char| c.is_uppercase() || !c.is_alphabetic()));
    let forms = ["Company", "Inc.", "Ltd.", "Ltd", "Corporation", "LLC", "JSC"];
    let latin = named && words.len() <= 7 && forms.iter().any(|form| text.ends_with(form));
    wide || latin || text.starts_with("Công ty ") || text.starts_with("CÔNG TY ")
}

/// The head of the house, who signs: `代表取締役　見本太郎`.
fn is_signature(text: &str) -> bool {
    ["代表取締役", "代表社員", "代表理事", "理事長　", "Giám đốc", "Tổng Giám đốc", "President", "Chief Executive"]
        .iter()
        .any(|title| text.starts_with(title))
}

fn is_bracketed(text: &str) -> bool {
    [('【', '】'), ('＜', '＞'), ('<', '>'), ('〈', '〉'), ('《', '》'), ('［', '］')]
        .iter()
        .any(|(open, close)| text.starts_with(*open) && text.ends_with(*close))
        || (text.starts_with(['（', '(']) && text.ends_with(['）', ')']) && columns(text) <= 40)
}

fn is_capitals(text: &str) -> bool {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
    letters.len() >= 4 && letters.iter().all(|c| c.is_uppercase())
}

#[cfg(test)]
mod tests {
    use super::super::plain;
    use super::*;

    fn told(text: &str) -> Vec<(u8, String)> {
        let mut text = plain::lines(text);
        mark(&mut text);
        let heading = |line: Line| match line.shape {
            Shape::Heading(level) => Some((level, line.text)),
            _ => None,
        };
        text.lines.into_iter().filter_map(heading).collect()
    }

    #[test]
    fn headings_are_found_by_how_they_stand() {
        let text = "Privacy\n\nAbout us\n\nWe keep what you give us in good hands, and say so here at length.\n\n1. Basics\n\nWe do.\n\n2. Details\n\nWe do more.\n\nOther\n\nEnd of it.\n";
        let found: Vec<_> = told(text).into_iter().map(|(level, text)| format!("{level} {text}")).collect();
        assert_eq!(found, ["1 Privacy", "1 About us", "2 1. Basics", "2 2. Details", "1 Other"]);
    }

    #[test]
    fn japanese_articles_and_lists_are_told_apart() {
        let text = "第1条（取得）\n当社は次の情報を取得します。\n（1）氏名\n（2）住所\n\n第2条（委託）\n当社は委託します。\n３．安全管理\n　以下の措置を講じます。\n（１）規律の整備\n　①規程を定めます。\n";
        let found: Vec<_> = told(text).into_iter().map(|(_, text)| text).collect();
        assert_eq!(found, ["第1条（取得）", "第2条（委託）", "３．安全管理", "（１）規律の整備"]);
    }

    #[test]
    fn contact_blocks_and_dates_are_not_headings() {
        let text = "Contact\n\nExample Inc.\n1 Sample Street 12345\na@b.example\n\nRevised: 2024/04/01\n";
        let found: Vec<_> = told(text).into_iter().map(|(_, text)| text).collect();
        assert_eq!(found, ["Contact"]);
    }
}
