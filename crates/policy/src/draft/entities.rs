//! Character references of HTML and XML, as they occur in published policies.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// The longest name looked for after an ampersand, in bytes.
const NAME_MAX_BYTES: usize = 12;

/// The text with its references replaced; what is not a known reference stays as written.
pub(super) fn resolve(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        match reference(after) {
            Some((c, tail)) => {
                out.push(c);
                rest = tail;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn reference(after: &str) -> Option<(char, &str)> {
    let (name, tail) = after.split_once(';').filter(|(name, _)| name.len() <= NAME_MAX_BYTES)?;
    let c = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?).filter(|c| *c != '\0')?
        }
        None => named(name)?,
    };
    Some((c, tail))
}

/// `agrave` is a letter and the name of its mark; the rest is a short list.
fn named(name: &str) -> Option<char> {
    if let Some((_, c)) = SIGNS.iter().find(|(known, _)| *known == name) {
        return Some(*c);
    }
    let letter = name.chars().next().filter(char::is_ascii_alphabetic)?;
    let (_, mark) = MARKS.iter().find(|(mark, _)| name.get(1..) == Some(mark))?;
    let mut composed = [letter, *mark].into_iter().nfc();
    composed.next().filter(|_| composed.next().is_none())
}

const MARKS: [(&str, char); 8] = [
    ("grave", '\u{300}'),
    ("acute", '\u{301}'),
    ("circ", '\u{302}'),
    ("tilde", '\u{303}'),
    ("uml", '\u{308}'),
    ("ring", '\u{30a}'),
    ("cedil", '\u{327}'),
    ("caron", '\u{30c}'),
];

const SIGNS: [(&str, char); 44] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("shy", '\u{ad}'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("hellip", '…'),
    ("mdash", '—'),
    ("ndash", '–'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("bull", '•'),
    ("middot", '·'),
    ("sect", '§'),
    ("para", '¶'),
    ("deg", '°'),
    ("times", '×'),
    ("divide", '÷'),
    ("yen", '¥'),
    ("euro", '€'),
    ("pound", '£'),
    ("cent", '¢'),
    ("rarr", '→'),
    ("larr", '←'),
    ("eth", 'ð'),
    ("oslash", 'ø'),
    ("szlig", 'ß'),
    ("aelig", 'æ'),
    ("ordm", 'º'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_characters() {
        assert_eq!(resolve("A&amp;B&nbsp;&ldquo;x&rdquo;"), "A&B\u{a0}“x”");
        assert_eq!(resolve("ch&iacute;nh s&aacute;ch b&agrave;i"), "chính sách bài");
        assert_eq!(resolve("&#12354;&#x3042;"), "ああ");
    }

    #[test]
    fn what_is_not_a_reference_stays() {
        for text in ["a & b", "&nosuch;", "&#xD800;", "&#0;", "&", "&;", "&a;", "R&D; x", "&qacute;"] {
            assert_eq!(resolve(text), text);
        }
    }
}
