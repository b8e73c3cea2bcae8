//! The languages of a policy, and texts that exist in all of them.

use serde::{Deserialize, Serialize};

use crate::code::coded;

coded! {
    /// A language of the policy. Japanese is the original; the others are translations of it.
    Language {
        /// Japanese, the original.
        Ja = "ja",
        /// English.
        En = "en",
        /// Vietnamese.
        Vi = "vi",
    }
}

impl Language {
    /// The language whose wording decides when translations differ.
    pub const ORIGINAL: Self = Self::Ja;

    /// The languages that are translations of the original.
    pub const TRANSLATIONS: &'static [Self] = &[Self::En, Self::Vi];

    /// What the language calls itself.
    #[must_use]
    pub const fn endonym(self) -> &'static str {
        match self {
            Self::Ja => "日本語",
            Self::En => "English",
            Self::Vi => "Tiếng Việt",
        }
    }

    /// What the language is called in every language.
    #[must_use]
    pub fn name(self) -> Texts {
        match self {
            Self::Ja => Texts::new("日本語", "Japanese", "tiếng Nhật"),
            Self::En => Texts::new("英語", "English", "tiếng Anh"),
            Self::Vi => Texts::new("ベトナム語", "Vietnamese", "tiếng Việt"),
        }
    }
}

/// One text in every language.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    ja: String,
    en: String,
    vi: String,
}

impl Texts {
    /// The same thing said in Japanese, English and Vietnamese.
    pub fn new(ja: impl Into<String>, en: impl Into<String>, vi: impl Into<String>) -> Self {
        Self { ja: ja.into(), en: en.into(), vi: vi.into() }
    }

    /// The same text in every language: a code, a number, a name that is not translated.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { ja: text.clone(), en: text.clone(), vi: text }
    }

    /// The text in this language.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Ja => &self.ja,
            Language::En => &self.en,
            Language::Vi => &self.vi,
        }
    }

    /// The texts with their languages, original first.
    pub fn iter(&self) -> impl Iterator<Item = (Language, &str)> {
        Language::ALL.iter().map(|language| (*language, self.get(*language)))
    }

    /// These texts, each changed by `change`.
    #[must_use]
    pub fn map(&self, mut change: impl FnMut(Language, &str) -> String) -> Self {
        Self {
            ja: change(Language::Ja, &self.ja),
            en: change(Language::En, &self.en),
            vi: change(Language::Vi, &self.vi),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_its_code() {
        for language in Language::ALL {
            assert_eq!(language.code().parse::<Language>().unwrap(), *language);
            assert_eq!(language.to_string(), language.code());
        }
        assert_eq!("fr".parse::<Language>().unwrap_err().to_string(), "write one of: ja, en, vi");
    }

    #[test]
    fn texts_answer_in_the_language_asked() {
        let texts = Texts::new("電話", "Telephone", "Điện thoại");
        assert_eq!(texts.get(Language::Vi), "Điện thoại");
        let said: Vec<_> = texts.iter().map(|(language, _)| language.code()).collect();
        assert_eq!(said, ["ja", "en", "vi"]);
        let json = serde_json::to_string(&texts).unwrap();
        assert_eq!(json, r#"{"ja":"電話","en":"Telephone","vi":"Điện thoại"}"#);
    }
}
