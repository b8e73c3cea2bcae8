//! What the columns of a table mean: by their headings, by their values, and by what a person said.

mod because;
mod content;
mod heading;
mod mapping;
mod matching;
mod parts;
mod saying;
pub(crate) mod words;

pub use self::because::{Because, HeadingMatch};
pub use self::mapping::{MapProblem, Mapping, Target};
pub use self::matching::matching;
pub(crate) use self::saying::{is_ditto, is_mark, is_null_word, split_reading};
pub use self::words::Part;

use policy::Language;
use policy::names::ElementId;
use policy::normal::{DateOrder, Identifier};

use crate::file::Heading;

/// What a mark (○) in a column of this heading stands for.
pub(crate) fn stands_for(heading: &str) -> &str {
    heading::grouped(heading).map_or(heading, |(_, last)| last)
}

/// How sure it is what a column means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// A person said so, or its heading is one the element is known by and its values agree.
    Confirmed,
    /// Its heading or its values say so, not both.
    Inferred,
    /// Neither says anything certain; it is not imported until a person decides.
    Unconfirmed,
}

impl Standing {
    /// Every standing.
    pub const ALL: &'static [Self] = &[Self::Confirmed, Self::Inferred, Self::Unconfirmed];

    /// Its code, as reports write it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Inferred => "inferred",
            Self::Unconfirmed => "unconfirmed",
        }
    }

    /// The word for it.
    #[must_use]
    pub const fn told(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Confirmed, Language::Ja) => "確定",
            (Self::Confirmed, Language::En) => "confirmed",
            (Self::Confirmed, Language::Vi) => "đã xác nhận",
            (Self::Inferred, Language::Ja) => "推定",
            (Self::Inferred, Language::En) => "inferred",
            (Self::Inferred, Language::Vi) => "suy đoán",
            (Self::Unconfirmed, Language::Ja) => "未確認",
            (Self::Unconfirmed, Language::En) => "unconfirmed",
            (Self::Unconfirmed, Language::Vi) => "chưa xác nhận",
        }
    }
}

/// A column and what it is taken for.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Where it is and what it is called.
    pub heading: Heading,
    /// The element it holds; nothing when it is not imported.
    pub element: Option<ElementId>,
    /// Whether it holds all of the element or a part that is joined with others.
    pub part: Part,
    /// How sure that is.
    pub standing: Standing,
    /// What speaks for it.
    pub because: Because,
    /// Elements it could be instead, likeliest first.
    pub also: Vec<ElementId>,
    /// The identifier its values are beyond doubt, whatever it is called.
    pub identifier: Option<Identifier>,
    /// In which order its dates write day and month.
    pub order: DateOrder,
}
