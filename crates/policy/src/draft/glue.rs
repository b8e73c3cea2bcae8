//! List marks inside a line, where copying has lost the line breaks.

use super::marks::{self, Mark, Style};
use super::text::is_space;

/// A part of a paragraph with its own mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The mark it begins with.
    pub(super) mark: Option<Mark>,
    /// Where its words begin, in bytes.
    pub(super) start: usize,
    /// Where they end.
    pub(super) end: usize,
}

/// A paragraph longer than this, in bytes, is no list that lost its line breaks.
const LONGEST: usize = 20_000;

/// The parts of a paragraph: one, unless list marks stand inside it.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let opening = marks::leading(text);
    let inner = if text.len() > LONGEST { Vec::new() } else { inner_marks(text, opening.as_ref()) };
    let first_end = inner.first().map_or(text.len(), |(at, _)| *at);
    let mut found = vec![Part { start: opening.as_ref().map_or(0, |mark| mark.bytes), mark: opening, end: first_end }];
    for (place, (at, mark)) in inner.iter().enumerate() {
        let end = inner.get(place + 1).map_or(text.len(), |(next, _)| *next);
        found.push(Part { mark: Some(mark.clone()), start: (at + mark.bytes).min(end), end });
    }
    found
}

fn inner_marks(text: &str, opening: Option<&Mark>) -> Vec<(usize, Mark)> {
    let candidates = candidates(text, opening.map_or(0, |mark| mark.bytes));
    let mut last: Vec<(Style, u32)> =
        opening.into_iter().filter_map(|mark| Some((mark.style, mark.ordinal?))).collect();
    let mut found: Vec<(usize, Mark)> = Vec::new();
    for (place, (at, mark)) in candidates.iter().enumerate() {
        let Some(ordinal) = mark.ordinal else {
            found.push((*at, mark.clone()));
            continue;
        };
        let before = last.iter().rev().find(|(style, _)| *style == mark.style).map(|(_, ordinal)| *ordinal);
        let continues = before.is_some_and(|before| before + 1 == ordinal);
        let followed =
            candidates.iter().skip(place + 1).any(|(_, next)| next.style == mark.style && next.ordinal == Some(2));
        let begins = ordinal == 1 && (followed || at + mark.bytes >= text.len());
        let left_over = ordinal <= 12
            && at + mark.bytes >= text.len()
            && text.get(..*at).is_some_and(|before| before.ends_with(char::is_alphabetic));
        let stands_out = mark.style == Style::LetterClosed && (left_over || spaces_after(text, *at) >= 3);
        if continues || begins || stands_out {
            last.push((mark.style, ordinal));
            found.push((*at, mark.clone()));
        }
    }
    found
}

fn spaces_after(text: &str, at: usize) -> usize {
    text.get(at + 2..).unwrap_or("").chars().take_while(|c| is_space(*c)).count()
}

/// Places that look like marks, whether or not they continue a list.
fn candidates(text: &str, from: usize) -> Vec<(usize, Mark)> {
    let mut found = Vec::new();
    let mut open = 0_usize;
    let mut before = None;
    let mut skip_until = 0;
    for (at, c) in text.char_indices() {
        let mark = if at >= skip_until && at > from.max(1) { candidate(text, at, c, before, open) } else { None };
        if let Some(mark) = mark {
            skip_until = at + mark.bytes;
            found.push((at, mark));
        }
        match c {
            '(' | '（' => open += 1,
            ')' | '）' => open = open.saturating_sub(1),
            _ => {}
        }
        before = Some(c);
    }
    found
}

fn candidate(text: &str, at: usize, c: char, before: Option<char>, open: usize) -> Option<Mark> {
    let before = before?;
    let apart = is_space(before) || matches!(before, '。' | '：' | ':' | ';' | '；' | '、' | ',' | '.' | '．');
    let sentence = matches!(previous_sign(text, at), Some('。' | '.' | '．' | '：' | ':' | ';' | '；' | '！' | '!'));
    let worth = match c {
        '•' | '●' | '▪' | '◦' | '‣' | '➢' => open == 0,
        '·' => open == 0 && text.get(at + c.len_utf8()..).is_some_and(|after| after.starts_with(is_space)),
        '・' => open == 0 && text.starts_with('・') && (is_space(before) || before == '。'),
        '※' => open == 0 && (is_space(before) || sentence),
        '①'..='⑳' | '⑴'..='⒇' => true,
        '(' | '（' => apart && open == 0,
        'a'..='z' => {
            open == 0 && text.get(at + 1..).is_some_and(|after| after.starts_with(')')) && letter_stands(text, at)
        }
        '0'..='9' | '０'..='９' => open == 0 && (sentence || is_space(before)) && !before.is_alphanumeric(),
        '第' => open == 0 && before == '。',
        _ => false,
    };
    if !worth {
        return None;
    }
    let mark = marks::leading(text.get(at..)?)?;
    let after = text.get(at + mark.bytes..)?;
    let dotted = matches!(mark.style, Style::Number | Style::Nested(_) | Style::Ideograph);
    if is_reference(after) || (dotted && !sentence) || (mark.ordinal.is_none() && after.is_empty()) {
        return None;
    }
    Some(mark)
}

/// `meetingsb)`, `control c)`: a letter and a bracket, then space or the end.
fn letter_stands(text: &str, at: usize) -> bool {
    let after = text.get(at + 2..).unwrap_or("");
    after.is_empty() || after.starts_with(is_space) || after.starts_with(|c: char| c.is_uppercase())
}

fn previous_sign(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().rev().find(|c| !is_space(*c))
}

/// `(1)から(3)`, `(a) or (b)`: the number is spoken of, not used.
fn is_reference(after: &str) -> bool {
    let after = after.trim_start_matches(is_space);
    [
        "から",
        "の",
        "に",
        "及び",
        "および",
        "又は",
        "または",
        "ないし",
        "乃至",
        "〜",
        "～",
        "~",
        "まで",
        "、",
        ",",
        ")",
        "）",
        "項",
        "号",
        "を除",
        "and ",
        "or ",
        "to ",
        "through ",
        "above",
        "below",
        "và ",
        "hoặc ",
        "đến ",
        "nêu trên",
        "－",
        "-",
    ]
    .iter()
    .any(|word| after.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let told: Vec<(String, &str)> = parts(text)
            .into_iter()
            .map(|part| {
                (part.mark.map_or(String::new(), |mark| mark.text), text.get(part.start..part.end).unwrap_or("").trim())
            })
            .collect();
        let told: Vec<(&str, &str)> = told.iter().map(|(mark, text)| (mark.as_str(), *text)).collect();
        assert_eq!(told, expected, "{text}");
    }

    #[test]
    fn letters_glued_to_the_word_before_are_marks() {
        check(
            "a)\u{a0}\u{a0} Holding security meetingsb)\u{a0}\u{a0} Writing rules",
            &[("a)", "Holding security meetings"), ("b)", "Writing rules")],
        );
        check("the access control c)   Managing scope", &[("", "the access control"), ("c)", "Managing scope")]);
        check("4. Measures for peoplea)   ", &[("4.", "Measures for people"), ("a)", "")]);
        check("the person(s) concerned (see b) below)", &[("", "the person(s) concerned (see b) below)")]);
    }

    #[test]
    fn bullets_inside_a_line_are_marks() {
        check(
            "handling information·    Collecting pledges",
            &[("", "handling information"), ("·", "Collecting pledges")],
        );
        check("氏名・住所・電話番号", &[("", "氏名・住所・電話番号")]);
        check("Turn it off. ※ To do so, ask.", &[("", "Turn it off."), ("※", "To do so, ask.")]);
        check("+84-1 (※Japanese supported)", &[("", "+84-1 (※Japanese supported)")]);
    }

    #[test]
    fn numbers_in_order_are_marks_and_references_are_not() {
        check(
            "次の場合を除きます。（1）同意がある場合（2）法令に基づく場合",
            &[("", "次の場合を除きます。（1）同意がある場合（2）法令に基づく場合")],
        );
        check(
            "次の場合：（1）同意がある場合、（2）法令による場合",
            &[("", "次の場合："), ("（1）", "同意がある場合、"), ("（2）", "法令による場合")],
        );
        check("提供の①目的②方法", &[("", "提供の"), ("①", "目的"), ("②", "方法")]);
        check("上記(1)から(3)に該当する場合", &[("", "上記(1)から(3)に該当する場合")]);
        check("for (i) care; (ii) billing", &[("", "for"), ("(i)", "care;"), ("(ii)", "billing")]);
        check("同意を得ます。2．委託", &[("", "同意を得ます。2．委託")]);
        check("1．同意を得ます。2．委託します。", &[("1．", "同意を得ます。"), ("2．", "委託します。")]);
    }
}
