//! The first step of every comparison: one width, one case, nothing invisible.

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Compatibility forms and letter case made equal (NFKC, full case folding, NFKC), variation
/// selectors and invisible format characters gone, white space at both ends removed.
///
/// For comparison only: it changes what a person wrote (U+FA19 becomes U+795E), so it is never stored.
#[must_use]
pub fn fold(text: &str) -> String {
    let text = text.trim();
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    if text.chars().all(is_settled) {
        return text.chars().map(|letter| letter.to_ascii_lowercase()).collect();
    }
    let folded: String =
        text.chars().filter(|letter| !is_invisible(*letter)).nfkd().default_case_fold().nfkc().collect();
    // Case folding can free a mark that composes anew; a second round settles the rare ones.
    let again: String = folded.nfkd().default_case_fold().nfkc().collect();
    again.trim().to_owned()
}

/// The words of a folded text: split at white space and at the marks that part a name.
pub fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(is_parting).filter(|word| !word.is_empty())
}

/// The folded text without white space and without the marks that part a name.
#[must_use]
pub fn closed(folded: &str) -> String {
    folded.chars().filter(|letter| !is_parting(*letter)).collect()
}

/// The folded key by which two column headings or labels are the same: letters and digits only.
#[must_use]
pub fn key(text: &str) -> String {
    let folded = fold(text);
    folded.chars().filter(|letter| letter.is_alphanumeric() || is_combining_mark(*letter)).collect()
}

/// Whether the letter is a kanji.
#[must_use]
pub fn is_kanji(letter: char) -> bool {
    matches!(letter,
        '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}' | '々' | '〆' | '〇')
}

/// Whether the letter is hiragana or katakana, the long-vowel mark and half-width forms included.
#[must_use]
pub fn is_kana(letter: char) -> bool {
    matches!(letter, '\u{3041}'..='\u{3096}' | '\u{3099}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}' | '\u{FF66}'..='\u{FF9F}')
}

/// Whether the text has a letter of the Chinese or Japanese scripts.
#[must_use]
pub fn is_east_asian(text: &str) -> bool {
    text.chars().any(|letter| is_kanji(letter) || is_kana(letter))
}

/// Hyphens and dashes of every keyboard, which people use for one another.
#[must_use]
pub fn is_hyphen(letter: char) -> bool {
    matches!(
        letter,
        '-' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2212}'
                | '\u{FF0D}'
                | '\u{30FC}'
                | '\u{FF70}'
                | '\u{2500}'
                | '\u{FE63}'
                | '\u{301C}'
                | '~'
                | '\u{FF5E}'
    )
}

fn is_parting(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '・' | ',' | '、' | '=' | '゠')
}

/// Letters that folding leaves as they are, apart from ASCII case.
fn is_settled(letter: char) -> bool {
    letter.is_ascii()
        || matches!(letter,
            '\u{3041}'..='\u{3096}' | '\u{309D}'..='\u{309E}' | '\u{30A1}'..='\u{30FE}'
            | '\u{4E00}'..='\u{9FFF}' | '\u{3001}'..='\u{3007}')
}

/// Variation selectors, joiners, direction marks: they change no word and hide in copied cells.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206F}' | '\u{FEFF}' | '\u{00AD}' | '\u{180B}'..='\u{180E}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn width_case_and_hidden_marks_do_not_matter() {
        for (written, folded) in [
            ("ＡＢＣ　１２３", "abc 123"),
            ("ﾀﾅｶ ｶﾞｸ", "タナカ ガク"),
            ("\u{FEFF}Nguyễn", "nguyễn"),
            ("葛\u{E0100}城", "葛城"),
            ("㈱テスト", "(株)テスト"),
            ("Straße", "strasse"),
            ("  田中\u{3000}", "田中"),
            ("Nguye\u{0302}\u{0303}n", "nguyễn"),
            ("神", "神"),
        ] {
            assert_eq!(fold(written), folded);
        }
    }

    #[test]
    fn a_heading_key_keeps_letters_and_digits_only() {
        assert_eq!(key("お電話番号（※必須）"), "お電話番号必須");
        assert_eq!(key(" E-mail_Address "), "emailaddress");
        assert_eq!(key("ﾌﾘｶﾞﾅ"), "フリガナ");
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC*") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn short_ways_agree_with_the_long_one(text in "[ -~ぁ-ゖァ-ヾ一-龥、-〇]*") {
            let long: String = text.trim().nfkd().default_case_fold().nfkc().collect();
            prop_assert_eq!(fold(&text), long.trim().to_owned());
        }
    }
}
