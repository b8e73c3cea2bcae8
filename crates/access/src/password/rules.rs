//! Which passwords are refused, as NIST SP 800-63B-4, section 3.1.1, asks: short ones, and those others would guess. No mixture of
//! signs is asked for, and nothing ends with time.

use crate::answer::Mistake;
use unicode_normalization::UnicodeNormalization;

/// The longest password: longer ones only keep the machine busy.
const MOST: usize = 256;

/// Words passwords are made of, in letters only. A password that is nothing but such words, digits and signs is guessed.
const WORDS: &str = include_str!("words.txt");

/// Rows of keys, forwards; those that follow each other are guessed.
const ROWS: &[&str] = &[
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
];

/// A password in the form in which it is kept: the same text typed in two ways is one password.
pub(crate) fn normal(password: &str) -> String {
    password.nfc().collect()
}

/// Checks a new password of somebody against what is known of them and of the company.
pub(super) fn check(field: &str, password: &str, least: u16, known: &[&str]) -> Result<(), Mistake> {
    let length = password.chars().count();
    if !(usize::from(least)..=MOST).contains(&length) {
        return Err(Mistake::new(
            field,
            format!("パスワードは{least}文字以上{MOST}文字以下にしてください。"),
            format!("A password has {least} to {MOST} characters."),
            format!("Mật khẩu có từ {least} đến {MOST} ký tự."),
        ));
    }
    if is_guessed(password, known) {
        return Err(Mistake::new(
            field,
            "推測されやすいパスワードです。よく使われる語、キーの並び、お名前や会社名だけのものは使えません。無関係な語をいくつか並べると、覚えやすく推測されにくくなります。",
            "This password is easily guessed: it is made of common words, of keys in a row, or of your own or the company's name. Several words that have nothing to do with each other are easy to remember and hard to guess.",
            "Mật khẩu này dễ đoán: chỉ gồm từ thông dụng, các phím liền nhau, tên của bạn hoặc tên công ty. Vài từ không liên quan đến nhau sẽ dễ nhớ và khó đoán.",
        ));
    }
    Ok(())
}

fn is_guessed(password: &str, known: &[&str]) -> bool {
    let sign = |sign: char| match sign {
        '@' => 'a',
        '$' => 's',
        other => other,
    };
    let plain: String =
        password.nfkd().flat_map(char::to_lowercase).map(sign).filter(|c| c.is_alphanumeric()).collect();
    if plain.chars().count() < 4 || repeats(&plain) || runs(&plain) {
        return true;
    }
    // What stands for letters is read as letters, also where it is a digit at the end.
    let letters: String = plain.chars().filter_map(letter).collect();
    let bare: String = plain.chars().filter(|c| c.is_alphabetic()).collect();
    let own: Vec<String> = known.iter().flat_map(|text| words_of(text)).collect();
    let words: Vec<&str> = WORDS.split_whitespace().chain(own.iter().map(String::as_str)).collect();
    [letters.as_str(), bare.as_str()].iter().any(|text| is_made_of(text, &words))
}

/// Nothing but one short piece, again and again.
fn repeats(plain: &str) -> bool {
    let signs: Vec<char> = plain.chars().collect();
    (1..=4).any(|length| signs.iter().enumerate().all(|(at, sign)| signs.get(at % length) == Some(sign)))
}

/// Nothing but keys or letters that follow each other, forwards or backwards, in pieces of four and more.
fn runs(plain: &str) -> bool {
    let signs: Vec<char> = plain.chars().collect();
    let follows = |a: char, b: char| {
        ROWS.iter().any(|row| {
            let pair = [a, b].iter().collect::<String>();
            let back = [b, a].iter().collect::<String>();
            row.contains(&pair) || row.contains(&back)
        })
    };
    let breaks = signs.windows(2).filter(|pair| !matches!(pair, [a, b] if a == b || follows(*a, *b))).count();
    (breaks + 1) * 4 <= signs.len()
}

fn letter(sign: char) -> Option<char> {
    Some(match sign {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        '8' => 'b',
        other if other.is_alphabetic() => other,
        _ => return None,
    })
}

/// The words of a name, in letters only, and all of it as one.
fn words_of(text: &str) -> Vec<String> {
    let plain: String = text.nfkd().flat_map(char::to_lowercase).filter(|c| !is_mark(*c)).collect();
    let parts = plain.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() >= 2).map(str::to_owned);
    let whole: String = plain.chars().filter(|c| c.is_alphabetic()).collect();
    parts.chain(std::iter::once(whole)).filter(|word| word.chars().count() >= 2).collect()
}

fn is_mark(sign: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&sign)
}

/// Whether a text can be cut into such words without a rest.
fn is_made_of(text: &str, words: &[&str]) -> bool {
    let mut reached = vec![false; text.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    for at in 0..text.len() {
        if !reached.get(at).copied().unwrap_or(false) {
            continue;
        }
        let Some(rest) = text.get(at..) else { continue };
        for word in words.iter().filter(|word| rest.starts_with(**word)) {
            if let Some(end) = reached.get_mut(at + word.len()) {
                *end = true;
            }
        }
    }
    // A rest of one or two letters makes nothing hard to guess.
    let end = text.len();
    (end.saturating_sub(2)..=end).any(|at| reached.get(at).copied().unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str) -> bool {
        check("new", password, 12, &["lan.pham", "Phạm Thị Lan", "Kawasora Systems JSC"]).is_err()
    }

    #[test]
    fn what_others_would_guess_is_refused() {
        for bad in [
            "short",
            "aaaaaaaaaaaaaaa",
            "abcabcabcabc",
            "123456789012",
            "qwertyuiop123",
            "zyxwvutsrqponm",
            "1qaz2wsx3edc4rfv",
            "Password123456",
            "P@ssw0rd!2026!!",
            "Welcome2026!!!",
            "passwordpassword",
            "letmein-letmein",
            "kawasora-2026-!",
            "Kawasora Systems 1",
            "lan.pham.2026!",
            "PhamThiLan1990",
            "phạm thị lan 12",
            "daicho-admin-01",
            "matkhau12345678",
            "            ",
            "!!!!!!!!!!!!!!!!",
        ] {
            assert!(refused(bad), "{bad}");
        }
    }

    #[test]
    fn what_nobody_would_guess_is_taken() {
        for good in [
            "correct horse battery",
            "daicho-demo-only",
            "umbrella granite 7 violin",
            "夜行バスと柿の種とランプ",
            "con mèo ăn bánh tráng nướng",
            "k3vqz9mwplrx",
            "four unrelated words here",
        ] {
            assert!(!refused(good), "{good}");
        }
    }

    #[test]
    fn a_password_is_one_however_it_is_typed() {
        assert_eq!(normal("cafe\u{301} au lait"), normal("café au lait"));
    }
}
