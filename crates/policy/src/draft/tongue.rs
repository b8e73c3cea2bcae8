//! Which of the policy's languages a text is written in.

use super::text::Text;
use crate::Language;

/// The language of a text: kana make it Japanese, Vietnamese letters or syllables Vietnamese, and
/// other Latin text is taken to be English.
#[must_use]
pub fn language(text: &Text) -> Language {
    let mut count = Count::default();
    for line in &text.lines {
        count.add(&line.text);
    }
    count.language()
}

#[derive(Debug, Default)]
struct Count {
    japanese: usize,
    vietnamese: usize,
    latin: usize,
    words: usize,
    syllables: usize,
}

/// Syllables that Vietnamese typed without marks cannot avoid and English does not have.
const SYLLABLES: [&str; 12] =
    ["thong", "cua", "duoc", "khach", "chung", "nguoi", "nhan", "lieu", "khong", "hoac", "quyen", "bao"];

impl Count {
    fn add(&mut self, line: &str) {
        for c in line.chars() {
            match c {
                '\u{3041}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' => self.japanese += 1,
                'đ' | 'Đ' | 'ơ' | 'ư' | 'Ơ' | 'Ư' | 'ă' | 'Ă' | '\u{1ea0}'..='\u{1ef9}' => self.vietnamese += 1,
                _ if c.is_alphabetic() => self.latin += 1,
                _ => {}
            }
        }
        for word in line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            self.words += 1;
            if SYLLABLES.contains(&word.to_lowercase().as_str()) {
                self.syllables += 1;
            }
        }
    }

    const fn language(&self) -> Language {
        // One ideograph says about as much as four letters.
        if self.japanese * 4 > self.latin + self.vietnamese {
            Language::Ja
        } else if self.vietnamese * 8 > self.latin || self.syllables * 12 > self.words {
            Language::Vi
        } else {
            Language::En
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Language {
        let mut count = Count::default();
        count.add(text);
        count.language()
    }

    #[test]
    fn languages_are_told_apart() {
        assert_eq!(of("当社はGoogle Analyticsを利用し、SSL/TLSで通信を暗号化しています。"), Language::Ja);
        assert_eq!(
            of("We process personal data under the Luật Bảo vệ dữ liệu cá nhân and other laws of the country."),
            Language::En
        );
        assert_eq!(of("Chúng tôi bảo vệ dữ liệu cá nhân của khách hàng."), Language::Vi);
        assert_eq!(of("Chung toi bao ve thong tin ca nhan cua khach hang."), Language::Vi);
        assert_eq!(of(""), Language::En);
    }
}
