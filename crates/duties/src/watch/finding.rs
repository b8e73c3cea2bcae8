//! What a watch says: a standing, one proof line, and the one next act.

use jiff::civil::Date;
use ledger::names::PromiseId;
use policy::{Language, Texts};
use std::cmp::Reverse;

/// How a promise stands. In order, worst first: the least of several is the one that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Records show that it was not kept.
    Broken,
    /// There is no evidence, or it is stale.
    Unproven,
    /// True now, and will lapse.
    Attention,
    /// Not kept, with an approval that ends.
    Exception,
    /// Evidence was counted.
    Kept,
    /// There was nothing to prove in this period.
    NothingToProve,
}

impl Standing {
    /// Every standing, worst first.
    pub const ALL: &[Self] =
        &[Self::Broken, Self::Unproven, Self::Attention, Self::Exception, Self::Kept, Self::NothingToProve];

    /// Its code in addresses and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Unproven => "unproven",
            Self::Attention => "attention",
            Self::Exception => "exception",
            Self::Kept => "kept",
            Self::NothingToProve => "nothing-to-prove",
        }
    }

    /// Its sign. Shape and word come first, colour second.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Broken => "×",
            Self::Unproven => "□",
            Self::Attention => "△",
            Self::Exception => "◇",
            Self::Kept => "○",
            Self::NothingToProve => "–",
        }
    }

    /// Its word.
    #[must_use]
    pub const fn word(self, language: Language) -> &'static str {
        let [ja, en, vi] = match self {
            Self::Broken => ["違反", "broken", "vi phạm"],
            Self::Unproven => ["未証明", "unproven", "chưa chứng minh"],
            Self::Attention => ["注意", "attention", "cần chú ý"],
            Self::Exception => ["例外", "exception", "ngoại lệ"],
            Self::Kept => ["遵守", "kept", "đã giữ"],
            Self::NothingToProve => ["対象なし", "nothing to prove", "không phát sinh"],
        };
        match language {
            Language::Ja => ja,
            Language::En => en,
            Language::Vi => vi,
        }
    }

    /// Whether somebody must act.
    #[must_use]
    pub const fn needs_someone(self) -> bool {
        matches!(self, Self::Broken | Self::Unproven | Self::Attention)
    }
}

/// How one promise stands, with its proof line: **have of of** · newest · lapses · whose turn · next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The promise.
    pub promise: PromiseId,
    /// How it stands.
    pub standing: Standing,
    /// How many of the population have their proof.
    pub have: u64,
    /// The population that was counted.
    pub of: u64,
    /// The day of the newest proof.
    pub newest: Option<Date>,
    /// The day on which it becomes at risk or broken if nobody acts.
    pub lapses: Option<Date>,
    /// Whose turn it is.
    pub whose: Option<String>,
    /// Why it stands as it does, in a short sentence.
    pub why: Option<Texts>,
    /// The one next act.
    pub next: Option<Next>,
    /// Entries that show it, newest first, at most [`Finding::MOST_EVIDENCE`].
    pub evidence: Vec<Evidence>,
    /// Since when it has stood like this, where that is known.
    pub since: Option<Date>,
    /// Whether a watch counted; otherwise it is still to be watched.
    pub watched: bool,
}

impl Finding {
    /// Entries that a finding shows at most.
    pub const MOST_EVIDENCE: usize = 8;
}

/// The one next act: what to do and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// What to do, as a button says it.
    pub label: Texts,
    /// The page on which it is done.
    pub href: String,
}

/// One entry that shows something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Its place in the ledger.
    pub entry: u64,
    /// Its day.
    pub on: Date,
    /// What it shows.
    pub text: Texts,
}

/// The finding that counts among several: of a clause that makes more than one promise, say. Of two that stand equally, the
/// one that lapses or has stood so first.
#[must_use]
pub fn worst<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Option<&'a Finding> {
    findings.into_iter().min_by_key(|f| {
        let known = f.since.or(f.lapses);
        (f.standing, known.is_none(), known, Reverse(f.watched))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn finding(promise: &str, standing: Standing, lapses: Option<Date>) -> Finding {
        Finding {
            promise: promise.parse().unwrap(),
            standing,
            have: 0,
            of: 0,
            newest: None,
            lapses,
            whose: None,
            why: None,
            next: None,
            evidence: Vec::new(),
            since: None,
            watched: true,
        }
    }

    #[test]
    fn worst_wins_and_the_nearest_of_equals() {
        let kept = finding("a", Standing::Kept, None);
        let later = finding("b", Standing::Attention, Some(date(2026, 12, 24)));
        let sooner = finding("c", Standing::Attention, Some(date(2026, 12, 1)));
        let undated = finding("d", Standing::Attention, None);
        let broken = finding("e", Standing::Broken, None);
        assert_eq!(worst([&kept, &later, &sooner, &undated]).unwrap().promise.as_str(), "c");
        assert_eq!(worst([&sooner, &broken, &kept]).unwrap().promise.as_str(), "e");
        assert_eq!(worst([]), None);
    }

    #[test]
    fn standings_are_told_apart_by_shape_word_and_code() {
        for language in Language::ALL {
            let mut seen = std::collections::BTreeSet::new();
            assert!(Standing::ALL.iter().all(|s| seen.insert(s.word(*language))));
        }
        let mut seen = std::collections::BTreeSet::new();
        assert!(Standing::ALL.iter().all(|s| seen.insert(s.symbol()) && seen.insert(s.code())));
        assert!(Standing::ALL.is_sorted());
    }
}
