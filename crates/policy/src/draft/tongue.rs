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

/// The language of one clause of a text: houses mix them.
pub(super) fn of_clause(clause: &str, text: Language) -> Language {
    let mut count = Count::default();
    count.add(clause);
    let own = count.language();
    let enough = clause.split_whitespace().count() >= 4;
    match (text, own) {
        (_, Language::Ja) => Language::Ja,
        (Language::Ja, own) if count.japanese == 0 && enough => own,
        (Language::En, Language::Vi) if enough => Language::Vi,
        (Language::Vi, Language::En) if enough && count.vietnamese == 0 && count.english * 4 >= count.words => {
            Language::En
        }
        (text, _) => text,
    }
}

#[derive(Debug, Default)]
struct Count {
    japanese: usize,
    vietnamese: usize,
    latin: usize,
    words: usize,
    syllables: usize,
    english: usize,
}

/// Syllables that Vietnamese typed without marks cannot avoid and English does not have.
const SYLLABLES: [&str; 12] =
    ["thong", "cua", "duoc", "khach", "chung", "nguoi", "nhan", "lieu", "khong", "hoac", "quyen", "bao"];

/// Words that English cannot avoid.
const ENGLISH: [&str; 14] =
    ["the", "of", "and", "we", "our", "is", "are", "will", "to", "for", "in", "your", "information", "by"];

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
            let folded = word.to_lowercase();
            self.syllables += usize::from(SYLLABLES.contains(&folded.as_str()));
            self.english += usize::from(ENGLISH.contains(&folded.as_str()));
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

    #[test]
    fn a_sentence_may_be_in_another_language_than_its_text() {
        assert_eq!(of_clause("Teachers must not keep contact details.", Language::Ja), Language::En);
        assert_eq!(of_clause("Cookie", Language::Ja), Language::Ja);
        assert_eq!(of_clause("Dữ liệu của bạn được bảo vệ an toàn.", Language::En), Language::Vi);
        assert_eq!(of_clause("日本語での対応も可能です。", Language::En), Language::Ja);
        assert_eq!(of_clause("We keep the records of our staff.", Language::Vi), Language::En);
        assert_eq!(of_clause("Hotline: 1900 0000", Language::Vi), Language::Vi);
    }
}
