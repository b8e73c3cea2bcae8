//! The catalogue: the promises a policy about personal information makes, and the duties law adds.
//!
//! Shipped data, in our own words, in three languages. A clause of a policy says which of these it makes; a
//! watch exists for each of them.
//!
//! ```
//! use policy::{Language, catalogue};
//!
//! let contract = catalogue::find(&"entrust.contract".parse()?).ok_or("not in the catalogue")?;
//! assert_eq!(contract.no, 46);
//! assert!(!contract.words(Language::Vi).next.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use ledger::names::PromiseId;
use serde::{Deserialize, Serialize};

use crate::Language;
use crate::code::coded;

coded! {
    /// What sort of promise it is.
    PromiseKind {
        /// Published policies promise it.
        Promise = "promise",
        /// Often only a heading says it.
        TitleOnly = "title-only",
        /// A text that has to be shown.
        Notice = "notice",
        /// Kept when others are kept.
        Aspiration = "aspiration",
        /// Law or standard asks it even where a policy is silent.
        LawGap = "law-gap",
    }
}

coded! {
    /// How the promise is shown to be kept.
    Proof {
        /// A rhythm: four times a year.
        Rhythm = "rhythm",
        /// For every row: every entrustment has a contract.
        EveryRow = "every-row",
        /// A standing state: patches are current.
        StandingState = "standing-state",
        /// When asked: a request is answered in time; none asked, nothing to prove.
        WhenAsked = "when-asked",
        /// A statement: nothing is counted.
        Statement = "statement",
    }
}

/// One promise of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// Its number, 1 to 147.
    pub no: u16,
    /// Its name.
    pub id: PromiseId,
    /// The part of a policy it belongs to.
    pub section: String,
    /// What sort it is.
    pub kind: PromiseKind,
    /// How it is shown to be kept.
    #[serde(rename = "rule")]
    pub proof: Proof,
    /// The articles and controls behind it.
    #[serde(default)]
    pub law: Vec<String>,
    /// The clocks that run under it; see [`crate::deadline`].
    #[serde(default)]
    pub clocks: Vec<String>,
    /// Its words in Japanese.
    ja: PromiseWords,
    /// Its words in English.
    en: PromiseWords,
    /// Its words in Vietnamese.
    vi: PromiseWords,
}

/// What a promise says in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromiseWords {
    /// The promise in a few words, as a heading names it.
    pub title: String,
    /// The sentence, as a company would publish it.
    pub promise: String,
    /// How the program keeps it.
    pub kept_by: String,
    /// The population that is counted.
    pub measured: String,
    /// When it is at risk.
    pub at_risk: String,
    /// When it is broken.
    pub broken: String,
    /// The one next act that would prove or mend it.
    pub next: String,
}

impl Promise {
    /// What it says in this language.
    #[must_use]
    pub const fn words(&self, language: Language) -> &PromiseWords {
        match language {
            Language::Ja => &self.ja,
            Language::En => &self.en,
            Language::Vi => &self.vi,
        }
    }
}

/// Every promise, in order of its number.
#[must_use]
pub fn all() -> &'static [Promise] {
    &PROMISES
}

/// The promise of this name.
#[must_use]
pub fn find(id: &PromiseId) -> Option<&'static Promise> {
    find_str(id.as_str())
}

/// The promise whose name is this text.
#[must_use]
pub fn find_str(id: &str) -> Option<&'static Promise> {
    PLACES.get(id).and_then(|index| PROMISES.get(*index))
}

/// The sections, in order of first appearance.
pub fn sections() -> impl Iterator<Item = &'static str> {
    let mut seen = BTreeSet::new();
    all().iter().map(|promise| promise.section.as_str()).filter(move |section| seen.insert(*section))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    #[serde(default)]
    promise: Vec<Promise>,
}

const PARTS: [&str; 2] = [include_str!("../catalogue/part1.toml"), include_str!("../catalogue/part2.toml")];

static PROMISES: LazyLock<Vec<Promise>> = LazyLock::new(|| {
    // The tests fail when a part cannot be read; a running program then has an empty catalogue.
    let mut promises: Vec<Promise> = PARTS.iter().filter_map(|part| read(part).ok()).flatten().collect();
    promises.sort_by_key(|promise| promise.no);
    promises
});

static PLACES: LazyLock<BTreeMap<&'static str, usize>> =
    LazyLock::new(|| PROMISES.iter().enumerate().map(|(index, promise)| (promise.id.as_str(), index)).collect());

fn read(part: &str) -> Result<Vec<Promise>, toml::de::Error> {
    toml::from_str::<Part>(part).map(|part| part.promise)
}

#[cfg(test)]
mod tests;
