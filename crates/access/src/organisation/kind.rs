//! The kinds of parts an organisation has.

use policy::{Language, Texts};
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

/// What a part of the organisation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartKind {
    /// A legal entity. Group companies are separate legal persons.
    Entity,
    /// A department of a legal entity.
    Department,
    /// A site of a legal entity.
    Site,
    /// A zone of a site, with a security level.
    Zone,
    /// A project of a department, with security rules of its own.
    Project,
    /// Somebody who works for the company: an employee or a contractor.
    Staff,
    /// An IC card.
    Card,
    /// A terminal in a zone.
    Terminal,
    /// A door reader, which leads into a zone.
    Reader,
}

impl PartKind {
    /// Every kind, in the order in which they rest on each other.
    pub const ALL: &[Self] = &[
        Self::Entity,
        Self::Department,
        Self::Site,
        Self::Zone,
        Self::Project,
        Self::Staff,
        Self::Card,
        Self::Terminal,
        Self::Reader,
    ];

    /// Its code in addresses, files and the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Entity => "entity",
            Self::Department => "department",
            Self::Site => "site",
            Self::Zone => "zone",
            Self::Project => "project",
            Self::Staff => "staff",
            Self::Card => "card",
            Self::Terminal => "terminal",
            Self::Reader => "reader",
        }
    }

    /// What it is part of.
    #[must_use]
    pub const fn within(self) -> Option<Self> {
        match self {
            Self::Entity => None,
            Self::Department | Self::Site => Some(Self::Entity),
            Self::Zone => Some(Self::Site),
            Self::Project | Self::Staff => Some(Self::Department),
            Self::Card => Some(Self::Staff),
            Self::Terminal | Self::Reader => Some(Self::Zone),
        }
    }

    /// Whether a part of this kind must say what it is within. A card may lie in a drawer or be a visitor's.
    #[must_use]
    pub const fn needs_within(self) -> bool {
        !matches!(self, Self::Entity | Self::Card)
    }

    /// What one of them is called.
    #[must_use]
    pub fn label(self) -> &'static Texts {
        static LABELS: LazyLock<[Texts; 9]> = LazyLock::new(|| {
            [
                Texts::new("法人", "Legal entity", "Pháp nhân"),
                Texts::new("部署", "Department", "Phòng ban"),
                Texts::new("拠点", "Site", "Địa điểm"),
                Texts::new("区域", "Zone", "Khu vực"),
                Texts::new("プロジェクト", "Project", "Dự án"),
                Texts::new("従業者", "Staff member", "Nhân sự"),
                Texts::new("ICカード", "IC card", "Thẻ IC"),
                Texts::new("端末", "Terminal", "Thiết bị đầu cuối"),
                Texts::new("カードリーダー", "Door reader", "Đầu đọc thẻ"),
            ]
        });
        let [entity, department, site, zone, project, staff, card, terminal, reader] = &*LABELS;
        match self {
            Self::Entity => entity,
            Self::Department => department,
            Self::Site => site,
            Self::Zone => zone,
            Self::Project => project,
            Self::Staff => staff,
            Self::Card => card,
            Self::Terminal => terminal,
            Self::Reader => reader,
        }
    }

    /// Several of them, as the heading of a list.
    #[must_use]
    pub const fn heading(self, language: Language) -> &'static str {
        let [ja, en, vi] = match self {
            Self::Entity => ["法人", "Legal entities", "Pháp nhân"],
            Self::Department => ["部署", "Departments", "Phòng ban"],
            Self::Site => ["拠点", "Sites", "Địa điểm"],
            Self::Zone => ["区域", "Zones", "Khu vực"],
            Self::Project => ["プロジェクト", "Projects", "Dự án"],
            Self::Staff => ["従業者", "Staff and contractors", "Nhân sự"],
            Self::Card => ["ICカード", "IC cards", "Thẻ IC"],
            Self::Terminal => ["端末", "Terminals", "Thiết bị đầu cuối"],
            Self::Reader => ["カードリーダー", "Door readers", "Đầu đọc thẻ"],
        };
        match language {
            Language::Ja => ja,
            Language::En => en,
            Language::Vi => vi,
        }
    }
}

impl fmt::Display for PartKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// A word that is no kind of part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this word is no kind of part of an organisation")]
pub struct UnknownPartKind;

impl FromStr for PartKind {
    type Err = UnknownPartKind;

    fn from_str(word: &str) -> Result<Self, UnknownPartKind> {
        Self::ALL.iter().copied().find(|kind| kind.code() == word).ok_or(UnknownPartKind)
    }
}

/// The id of a part, unique in its kind: an employee number, the code of a department. 1 to 64 of ASCII letters, digits, `.`, `_`
/// and `-`, a letter or digit first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartId(String);

impl PartId {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PartId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A text that is no id of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is 1 to 64 of a-z, A-Z, 0-9, '.', '_' and '-', a letter or digit first")]
pub struct BadPartId;

impl FromStr for PartId {
    type Err = BadPartId;

    fn from_str(text: &str) -> Result<Self, BadPartId> {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        if first && text.len() <= 64 && text.bytes().all(good) { Ok(Self(text.to_owned())) } else { Err(BadPartId) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_by_their_codes_and_rest_on_earlier_ones() {
        for (at, kind) in PartKind::ALL.iter().enumerate() {
            assert_eq!(kind.code().parse(), Ok(*kind));
            let within = kind.within().map(|within| PartKind::ALL.iter().position(|k| *k == within).unwrap());
            assert!(within.is_none_or(|within| within < at), "{kind}");
            for language in Language::ALL {
                assert!(!kind.heading(*language).is_empty() && !kind.label().get(*language).is_empty());
            }
        }
        assert_eq!("person".parse::<PartKind>(), Err(UnknownPartKind));
    }

    #[test]
    fn an_id_is_short_and_stands_in_an_address() {
        for good in ["E0012", "00123", "vn-7", "a.b_c-d", &"x".repeat(64)] {
            assert_eq!(good.parse::<PartId>().unwrap().as_str(), good);
        }
        for bad in ["", "-a", "a b", "部", "a/b", "a\u{0}", &"x".repeat(65)] {
            assert_eq!(bad.parse::<PartId>(), Err(BadPartId), "{bad}");
        }
    }
}
