//! Marks that open a list item, a numbered clause or a note, as people type them.

use unicode_normalization::UnicodeNormalization;

use super::text::is_space;

/// A mark at the beginning of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The mark itself, as written (`（1）`, `a)`, `第3条`).
    pub(super) text: String,
    /// How it is written, so that siblings can be told.
    pub(super) style: Style,
    /// Its place among its siblings, from 1, where it has one.
    pub(super) ordinal: Option<u32>,
    /// Bytes of the mark and the space after it.
    pub(super) bytes: usize,
}

/// Ways of writing a mark. Siblings share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Style {
    /// A sign repeated before every item.
    Bullet(char),
    /// A sign that opens a section (`■`, `◆`).
    Section(char),
    /// `第1条`, `Điều 1`, `Article 1`, `Section 1`.
    Article,
    /// `1.2.`, with the number of its parts.
    Nested(usize),
    /// `1.`, `１．`
    Number,
    /// `1)`
    NumberClosed,
    /// `(1)`, `（１）`
    NumberEnclosed,
    /// `①`
    Circled,
    /// `a.`
    Letter,
    /// `A.`
    Capital,
    /// `a)`
    LetterClosed,
    /// `(a)`
    LetterEnclosed,
    /// `i)`, `(ii)`, `iv.`
    Roman,
    /// `IV.`
    RomanCapital,
    /// `ア．`, `（イ）`
    Kana,
    /// `一、`
    Ideograph,
}

/// The mark a text begins with.
pub(super) fn leading(text: &str) -> Option<Mark> {
    let first = text.chars().next()?;
    let found = bullet(text, first)
        .or_else(|| article(text))
        .or_else(|| circled(first))
        .or_else(|| enclosed(text))
        .or_else(|| numbered(text))
        .or_else(|| lettered(text))?;
    let (bytes, style, ordinal) = found;
    let (mark, rest) = text.split_at_checked(bytes)?;
    let space = rest.len() - rest.trim_start_matches(is_space).len();
    Some(Mark { text: mark.trim_end().to_owned(), style, ordinal, bytes: bytes + space })
}

type Found = (usize, Style, Option<u32>);

fn bullet(text: &str, first: char) -> Option<Found> {
    let after = text.get(first.len_utf8()..)?;
    let spaced = after.is_empty() || after.starts_with(is_space);
    let style = match first {
        '•' | '・' | '●' | '○' | '◯' | '◎' | '▪' | '▫' | '◦' | '‣' | '⁃' | '✓' | '✔' | '►' | '▶' | '➢' | '※' => {
            Style::Bullet(first)
        }
        '-' | '*' | '+' | '–' | '—' | '·' | 'ー' | '−' | '－' if spaced => Style::Bullet(first),
        '■' | '□' | '◆' | '◇' | '▼' | '▽' | '★' | '☆' => Style::Section(first),
        _ => return None,
    };
    Some((first.len_utf8(), style, None))
}

/// `第3条`, `第三章`, `Điều 3.`, `Article 3:`, `Mục 2`, `§ 4`.
fn article(text: &str) -> Option<Found> {
    if let Some(rest) = text.strip_prefix('第') {
        let number: String = rest.chars().take_while(|c| ideograph(*c).is_some() || c.is_numeric()).collect();
        let unit =
            rest.get(number.len()..)?.chars().next().filter(|c| matches!(c, '条' | '章' | '項' | '節' | '編'))?;
        let bytes = '第'.len_utf8() + number.len() + unit.len_utf8();
        return (!number.is_empty()).then(|| (bytes, Style::Article, ordinal(&number)));
    }
    let word = [
        "Điều", "ĐIỀU", "Article", "ARTICLE", "Section", "SECTION", "Mục", "MỤC", "Chương", "CHƯƠNG", "Phần", "PHẦN",
        "Khoản", "§",
    ]
    .into_iter()
    .find(|word| text.starts_with(word))?;
    let rest = text.get(word.len()..)?;
    let space = rest.len() - rest.trim_start_matches(is_space).len();
    let number: String =
        rest.get(space..)?.chars().take_while(|c| c.is_ascii_digit() || matches!(c, 'I' | 'V' | 'X')).collect();
    let tail = rest.get(space + number.len()..)?;
    if number.is_empty() || (space == 0 && word != "§") {
        return None;
    }
    let dot = match tail.chars().next() {
        None => 0,
        Some(c @ ('.' | ':' | ')' | '．' | '：' | '-' | '–')) => c.len_utf8(),
        Some(c) if is_space(c) || matches!(c, '(' | '（') => 0,
        Some(_) => return None,
    };
    Some((word.len() + space + number.len() + dot, Style::Article, ordinal(&number)))
}

fn circled(first: char) -> Option<Found> {
    let from = [('①', 1), ('❶', 1), ('⑴', 1), ('㈠', 1), ('㊀', 1), ('Ⅰ', 1), ('ⅰ', 1)];
    let (base, one) = from.into_iter().rev().find(|(base, _)| {
        let length = if *base == '①' || *base == '⑴' { 20 } else { 10 };
        (u32::from(*base)..u32::from(*base) + length).contains(&u32::from(first))
    })?;
    Some((first.len_utf8(), Style::Circled, Some(u32::from(first) - u32::from(base) + one)))
}

/// `(1)`, `（ア）`, `[iv]`.
fn enclosed(text: &str) -> Option<Found> {
    let open = text.chars().next().filter(|c| matches!(c, '(' | '（' | '[' | '〔'))?;
    let rest = text.get(open.len_utf8()..)?;
    let (end, close) = rest.char_indices().take(8).find(|(_, c)| matches!(c, ')' | '）' | ']' | '〕'))?;
    let inside = rest.get(..end)?;
    let word: String = inside.trim_matches(is_space).nfkc().collect();
    let style = if word.is_empty() || word.chars().count() > 4 {
        return None;
    } else if word.bytes().all(|b| b.is_ascii_digit()) && word.len() <= 2 {
        Style::NumberEnclosed
    } else if roman(&word.to_ascii_lowercase()).is_some() && word.len() > 1 || word == "i" {
        Style::Roman
    } else if word.len() == 1 && word.bytes().all(|b| b.is_ascii_alphabetic()) {
        Style::LetterEnclosed
    } else if word.chars().count() == 1 && word.chars().all(|c| kana(c).is_some()) {
        Style::Kana
    } else if word.chars().all(|c| ideograph(c).is_some()) && open != '[' {
        Style::Ideograph
    } else {
        return None;
    };
    let number = if style == Style::Roman { roman(&word.to_ascii_lowercase()) } else { ordinal(&word.to_lowercase()) };
    Some((open.len_utf8() + inside.len() + close.len_utf8(), style, number))
}

/// `1.`, `１．`, `3.1`, `2)`, `4、`, `一 `.
fn numbered(text: &str) -> Option<Found> {
    let number: String = text.chars().take_while(|c| digit(*c).is_some()).collect();
    if number.is_empty() {
        return ideographs(text);
    }
    if number.chars().count() > 2 {
        return None;
    }
    let mut bytes = number.len();
    let mut parts = 1;
    let mut last = number;
    loop {
        let rest = text.get(bytes..)?;
        let next = rest.chars().next()?;
        match next {
            '.' | '．' | '-' | '－' => {
                let more: String = rest.get(next.len_utf8()..)?.chars().take_while(|c| digit(*c).is_some()).collect();
                if more.is_empty() {
                    let after = rest.get(next.len_utf8()..)?;
                    let glued = matches!(next, '-' | '－')
                        || (next == '.' && after.starts_with(|c: char| c.is_ascii_lowercase() || c == '.'));
                    let style = if parts == 1 { Style::Number } else { Style::Nested(parts) };
                    return (!glued).then(|| (bytes + next.len_utf8(), style, ordinal(&last)));
                }
                if more.chars().count() > 2 {
                    return None;
                }
                bytes += next.len_utf8() + more.len();
                parts += 1;
                last = more;
            }
            ')' | '）' => {
                let style = if parts == 1 { Style::NumberClosed } else { Style::Nested(parts) };
                return Some((bytes + next.len_utf8(), style, ordinal(&last)));
            }
            '、' | '，' | ':' | '：' if parts == 1 => {
                let after = rest.get(next.len_utf8()..)?;
                let clock = after.starts_with(|c: char| digit(c).is_some());
                return (!clock).then(|| (bytes + next.len_utf8(), Style::Number, ordinal(&last)));
            }
            // `1.5 million` counts, it does not number.
            c if is_space(c) && parts > 1 && rest.trim_start().starts_with(|c: char| c.is_ascii_lowercase()) => {
                return None;
            }
            c if is_space(c) && (parts > 1 || c == '\u{3000}' || rest.starts_with("  ")) => {
                let style = if parts == 1 { Style::Number } else { Style::Nested(parts) };
                return Some((bytes, style, ordinal(&last)));
            }
            _ => return None,
        }
    }
}

fn ideographs(text: &str) -> Option<Found> {
    let number: String = text.chars().take_while(|c| ideograph(*c).is_some()).collect();
    if number.is_empty() || number.chars().count() > 3 {
        return None;
    }
    let next = text.get(number.len()..)?.chars().next()?;
    let bytes = match next {
        '、' | '．' | '.' | '，' => number.len() + next.len_utf8(),
        c if is_space(c) => number.len(),
        _ => return None,
    };
    Some((bytes, Style::Ideograph, ordinal(&number)))
}

/// `a)`, `B.`, `iv.`, `ア．`.
fn lettered(text: &str) -> Option<Found> {
    let word: String = text.chars().take_while(|c| c.is_ascii_alphabetic() || kana(*c).is_some()).take(5).collect();
    let close = text.get(word.len()..)?.chars().next()?;
    let after = text.get(word.len() + close.len_utf8()..)?;
    let folded = word.to_ascii_lowercase();
    let apart = after.is_empty() || after.starts_with(|c: char| !c.is_ascii_lowercase() && c != '.');
    let style = match close {
        ')' | '）' if word.len() == 1 => Style::LetterClosed,
        ')' | '）' | '.' | '．' if roman(&folded).is_some() && word.len() > 1 && (apart || close == ')') => {
            if word == folded { Style::Roman } else { Style::RomanCapital }
        }
        '.' | '．' if word == "I" || word == "V" || word == "X" => Style::RomanCapital,
        '.' | '．' if word.len() == 1 && after.starts_with(is_space) => {
            if word == folded {
                Style::Letter
            } else {
                Style::Capital
            }
        }
        '．' | '、' | ')' | '）' | '.' if word.chars().count() == 1 && word.chars().all(|c| kana(c).is_some()) => {
            Style::Kana
        }
        _ => return None,
    };
    let number = if matches!(style, Style::Roman | Style::RomanCapital) { roman(&folded) } else { ordinal(&folded) };
    Some((word.len() + close.len_utf8(), style, number))
}

/// The number a mark stands for: digits, letters, kana or ideographs.
fn ordinal(word: &str) -> Option<u32> {
    let mut chars = word.chars();
    let first = chars.next()?;
    if digit(first).is_some() {
        return word.chars().try_fold(0_u32, |sum, c| Some(sum * 10 + digit(c)?));
    }
    if first.is_ascii_lowercase() && word.len() == 1 {
        return Some(u32::from(first) - u32::from('a') + 1);
    }
    if word.chars().count() == 1 {
        return kana(first).or_else(|| ideograph(first));
    }
    roman(&word.to_ascii_lowercase())
        .or_else(|| word.chars().try_fold(0, |sum, c| Some(if sum == 10 { sum } else { sum * 10 } + ideograph(c)?)))
}

fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(u32::from(c) - u32::from('0')),
        '０'..='９' => Some(u32::from(c) - u32::from('０')),
        _ => None,
    }
}

fn kana(c: char) -> Option<u32> {
    let order = ["アイウエオカキクケコ", "イロハニホヘトチリヌ"];
    order.iter().find_map(|list| list.chars().position(|known| known == c)).and_then(|at| u32::try_from(at + 1).ok())
}

fn ideograph(c: char) -> Option<u32> {
    "一二三四五六七八九十".chars().position(|known| known == c).and_then(|at| u32::try_from(at + 1).ok())
}

fn roman(word: &str) -> Option<u32> {
    ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi"]
        .iter()
        .position(|known| *known == word)
        .and_then(|at| u32::try_from(at + 1).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_three_languages_are_known() {
        let cases = [
            ("• item", "•", Style::Bullet('•'), None),
            ("・商品の発送", "・", Style::Bullet('・'), None),
            ("■ 委託", "■", Style::Section('■'), None),
            ("第3条（委託）", "第3条", Style::Article, Some(3)),
            ("第十二条 委託", "第十二条", Style::Article, Some(12)),
            ("Điều 4. Chia sẻ", "Điều 4.", Style::Article, Some(4)),
            ("Article 2 (Use)", "Article 2", Style::Article, Some(2)),
            ("１．法令", "１．", Style::Number, Some(1)),
            ("3.1. Mục đích", "3.1.", Style::Nested(2), Some(1)),
            ("1.2 Use", "1.2", Style::Nested(2), Some(2)),
            ("（１）規律", "（１）", Style::NumberEnclosed, Some(1)),
            ("①全社規程", "①", Style::Circled, Some(1)),
            ("a)       Appointing", "a)", Style::LetterClosed, Some(1)),
            ("b. Trường hợp", "b.", Style::Letter, Some(2)),
            ("IV. MỤC", "IV.", Style::RomanCapital, Some(4)),
            ("(ii) with", "(ii)", Style::Roman, Some(2)),
            ("ア．本人", "ア．", Style::Kana, Some(1)),
            ("一 商品", "一", Style::Ideograph, Some(1)),
            ("2) two", "2)", Style::NumberClosed, Some(2)),
        ];
        for (text, mark, style, ordinal) in cases {
            let found = leading(text).unwrap_or_else(|| Mark {
                text: String::new(),
                style: Style::Bullet('?'),
                ordinal: None,
                bytes: 0,
            });
            assert_eq!((found.text.as_str(), found.style, found.ordinal), (mark, style, ordinal), "{text}");
        }
    }

    #[test]
    fn words_and_numbers_are_not_marks() {
        for text in [
            "2024年6月",
            "10:00-17:00",
            "1.5 million people",
            "2018.4.1 制定",
            "-5 degrees",
            "e.g. cookies",
            "A company",
            "第三者への提供",
            "一部の業務",
            "(株)見本",
            "i.e. you",
            "Mục đích",
            "Article text",
            "100人",
            "I am",
            "アクセス",
        ] {
            assert_eq!(leading(text), None, "{text}");
        }
    }
}
