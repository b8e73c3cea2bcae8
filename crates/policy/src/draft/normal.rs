//! One spelling for what people write in many: width, case, marks, hyphens and spaces.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::Language;

/// A text made ready to be compared with patterns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spoken {
    /// Languages that part their words by space.
    Words(Vec<String>),
    /// Japanese, which does not; space is gone.
    Run(Vec<char>),
}

/// How a text is spelled for comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// Japanese: one run of characters.
    Japanese,
    /// English and other Latin text: words.
    English,
    /// Vietnamese syllables, each with its tone at its end, so that `hoà` and `hòa` are one.
    Vietnamese,
    /// Vietnamese typed without any marks.
    Unmarked,
}

impl Spelling {
    /// The spelling of texts in this language; `sample` decides whether marks were typed.
    pub(super) fn of(language: Language, sample: &str) -> Self {
        match language {
            Language::Ja => Self::Japanese,
            Language::En => Self::English,
            Language::Vi if has_marks(sample) => Self::Vietnamese,
            Language::Vi => Self::Unmarked,
        }
    }

    pub(super) fn spell(self, text: &str) -> Spoken {
        match self {
            Self::Japanese => Spoken::Run(run(text)),
            Self::English => Spoken::Words(words(text, str::to_owned)),
            Self::Vietnamese => Spoken::Words(words(text, tone_last)),
            Self::Unmarked => Spoken::Words(words(text, unmarked)),
        }
    }
}

fn run(text: &str) -> Vec<char> {
    let folded = text.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace());
    folded.map(|c| if c == '，' || c == ',' { '、' } else { c }).collect()
}

/// Letters and digits in rows; everything else parts words, except an apostrophe, which vanishes.
fn words(text: &str, spell: fn(&str) -> String) -> Vec<String> {
    let folded: String = text.nfkc().flat_map(char::to_lowercase).filter(|c| !matches!(c, '\'' | '’' | '‘')).collect();
    folded
        .split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c))
        .filter(|word| !word.is_empty())
        .map(spell)
        .collect()
}

fn is_tone(c: char) -> bool {
    matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}')
}

/// The syllable with its tone moved to the end: where it is written is a matter of taste.
fn tone_last(word: &str) -> String {
    if word.is_ascii() {
        return word.to_owned();
    }
    let marked: Vec<char> = word.nfd().collect();
    let plain = marked.iter().filter(|c| !is_tone(**c));
    plain.chain(marked.iter().filter(|c| is_tone(**c))).collect()
}

fn unmarked(word: &str) -> String {
    let plain = word.nfd().filter(|c| !is_combining_mark(*c));
    plain.map(|c| if c == 'đ' { 'd' } else { c }).collect()
}

fn has_marks(sample: &str) -> bool {
    sample.chars().any(|c| matches!(c, 'đ' | 'Đ' | 'ơ' | 'ư' | 'Ơ' | 'Ư') || matches!(c, '\u{1ea0}'..='\u{1ef9}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_and_space_do_not_matter() {
        assert_eq!(Spelling::Japanese.spell("Ｇｏｏｇｌｅ アナリティクス"), Spelling::Japanese.spell("googleｱﾅﾘﾃｨｸｽ"));
        assert_eq!(Spelling::English.spell("E-Mail, the Person’s"), Spelling::English.spell("e mail the persons"));
    }

    #[test]
    fn vietnamese_tones_may_stand_on_either_vowel() {
        assert_eq!(Spelling::Vietnamese.spell("uỷ thác, hoà"), Spelling::Vietnamese.spell("ủy thác hòa"));
        assert_ne!(Spelling::Vietnamese.spell("ma"), Spelling::Vietnamese.spell("má"));
        assert_eq!(Spelling::Unmarked.spell("Điều khoản"), Spelling::Unmarked.spell("dieu khoan"));
        let decomposed: String = "bảo vệ".nfd().collect();
        assert_eq!(Spelling::Vietnamese.spell(&decomposed), Spelling::Vietnamese.spell("bảo vệ"));
    }

    #[test]
    fn unmarked_vietnamese_is_noticed() {
        assert_eq!(Spelling::of(Language::Vi, "bao ve du lieu"), Spelling::Unmarked);
        assert_eq!(Spelling::of(Language::Vi, "bảo vệ dữ liệu"), Spelling::Vietnamese);
    }
}
