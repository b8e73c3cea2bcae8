//! What a watch hands back: what it counted, and the worst that it found.

use super::Books;
use super::finding::{Evidence, Finding, Next, Standing};
use jiff::civil::Date;
use ledger::names::PromiseId;
use policy::{Language, Texts, catalogue};

/// What was counted, and the worst flaw among what was counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    have: u64,
    of: u64,
    newest: Option<Date>,
    lapses: Option<Date>,
    evidence: Vec<Evidence>,
    flaw: Option<Flaw>,
    nothing: Option<Texts>,
}

/// Something that keeps a promise from standing as kept.
#[derive(Clone, Debug)]
pub(crate) struct Flaw {
    standing: Standing,
    why: Texts,
    since: Option<Date>,
    lapses: Option<Date>,
    whose: Option<String>,
    next: Option<Next>,
}

impl Flaw {
    pub(crate) fn broken(why: Texts) -> Self {
        Self::new(Standing::Broken, why)
    }

    pub(crate) fn unproven(why: Texts) -> Self {
        Self::new(Standing::Unproven, why)
    }

    pub(crate) fn attention(why: Texts) -> Self {
        Self::new(Standing::Attention, why)
    }

    fn new(standing: Standing, why: Texts) -> Self {
        Self { standing, why, since: None, lapses: None, whose: None, next: None }
    }

    /// The day on which it became so.
    pub(crate) fn since(mut self, day: impl Into<Option<Date>>) -> Self {
        self.since = day.into();
        self
    }

    /// The day on which it becomes worse.
    pub(crate) fn lapses(mut self, day: impl Into<Option<Date>>) -> Self {
        self.lapses = day.into();
        self
    }

    /// Whose turn it is.
    pub(crate) fn whose(mut self, name: impl Into<Option<String>>) -> Self {
        self.whose = name.into().filter(|name| !name.is_empty());
        self
    }

    /// The act that mends it, in words of its own. Without it the catalogue's words stand, on `href`.
    pub(crate) fn next(mut self, label: Texts, href: impl Into<String>) -> Self {
        self.next = Some(Next { label, href: href.into() });
        self
    }

    /// Gravest first, then what has stood longest or lapses soonest.
    fn rank(&self) -> (Standing, bool, Option<Date>) {
        let known = self.since.or(self.lapses);
        (self.standing, known.is_none(), known)
    }
}

impl Tally {
    /// So many of so many have their proof.
    pub(crate) fn count(have: u64, of: u64) -> Self {
        Self { have, of, ..Self::default() }
    }

    /// There was nothing to prove, and this is why.
    pub(crate) fn nothing(why: Texts) -> Self {
        Self { nothing: Some(why), ..Self::default() }
    }

    /// Unless a flaw is found, there was nothing to prove, and this is why.
    pub(crate) fn or_nothing(mut self, why: Texts) -> Self {
        self.nothing = Some(why);
        self
    }

    /// There is no evidence, and this is why.
    pub(crate) fn unproven(why: Texts) -> Self {
        Self::default().flaw(Flaw::unproven(why))
    }

    pub(super) fn no_policy() -> Self {
        let why = Texts::new(
            "有効な方針がまだありません。",
            "No policy is in force yet.",
            "Chưa có chính sách nào có hiệu lực.",
        );
        let next = Texts::new("方針を制定する", "Enact a policy", "Ban hành chính sách");
        Self::default().flaw(Flaw::unproven(why).next(next, "/policy"))
    }

    pub(super) fn not_watched() -> Self {
        Self::unproven(Texts::new(
            "この約束の証跡は、まだ数えられていません。",
            "Evidence of this promise is not counted yet.",
            "Bằng chứng cho cam kết này chưa được đếm.",
        ))
    }

    /// The day of the newest proof.
    pub(crate) fn newest(mut self, day: impl Into<Option<Date>>) -> Self {
        self.newest = day.into().max(self.newest);
        self
    }

    /// The day on which it will be at risk although it is kept now. The soonest counts.
    pub(crate) fn lapses(mut self, day: impl Into<Option<Date>>) -> Self {
        self.lapses = match (self.lapses, day.into()) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self
    }

    /// Entries that show it.
    pub(crate) fn evidence(mut self, shown: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(shown);
        self.evidence.sort_by_key(|e| std::cmp::Reverse((e.on, e.entry)));
        self.evidence.dedup_by_key(|e| e.entry);
        self.evidence.truncate(Finding::MOST_EVIDENCE);
        self
    }

    /// A flaw; the worst counts.
    pub(crate) fn flaw(mut self, flaw: impl Into<Option<Flaw>>) -> Self {
        if let Some(flaw) = flaw.into()
            && self.flaw.as_ref().is_none_or(|known| flaw.rank() < known.rank())
        {
            self.flaw = Some(flaw);
        }
        self
    }

    /// Flaws; the worst counts.
    pub(crate) fn flaws(self, flaws: impl IntoIterator<Item = Flaw>) -> Self {
        flaws.into_iter().fold(self, Self::flaw)
    }

    /// The finding: the worst flaw if there is one; else kept if anything was counted and all of it holds; else nothing to
    /// prove if the watch says so; else unproven.
    pub(super) fn into_finding(self, promise: &PromiseId, watched: bool, books: &Books) -> Finding {
        let kept = self.of > 0 && self.have == self.of;
        let flaw = match self.flaw {
            Some(flaw) => Some(flaw),
            None if kept || self.nothing.is_some() => None,
            None => Some(Flaw::unproven(Texts::new(
                "証跡がまだありません。",
                "There is no evidence yet.",
                "Chưa có bằng chứng.",
            ))),
        };
        let mut finding = Finding {
            promise: promise.clone(),
            standing: if kept { Standing::Kept } else { Standing::NothingToProve },
            have: self.have,
            of: self.of,
            newest: self.newest,
            lapses: self.lapses,
            whose: None,
            why: self.nothing.filter(|_| !kept),
            next: None,
            evidence: self.evidence,
            since: None,
            watched,
        };
        if let Some(flaw) = flaw {
            finding.standing = flaw.standing;
            finding.lapses = flaw.lapses;
            finding.whose = flaw.whose.or_else(|| books.officer());
            finding.why = Some(flaw.why);
            finding.next = flaw.next.or_else(|| catalogue_next(promise));
            finding.since = flaw.since;
            excuse(&mut finding, books);
        }
        finding
    }
}

/// An approved exception stands in for what is broken, at risk or unproven, until it ends.
fn excuse(finding: &mut Finding, books: &Books) {
    if let Some(exception) = books.exception(&finding.promise) {
        finding.standing = Standing::Exception;
        finding.lapses = exception.due_at.map(|due| books.day(due));
        finding.since = Some(books.day(exception.at));
        let on = books.day(exception.at);
        let text = Texts::new("例外の承認", "The exception was approved", "Ngoại lệ được duyệt");
        finding.evidence.insert(0, Evidence { entry: exception.entry, on, text });
        finding.evidence.truncate(Finding::MOST_EVIDENCE);
    }
}

/// The act the catalogue names, on the page where evidence is recorded.
fn catalogue_next(promise: &PromiseId) -> Option<Next> {
    let promise = catalogue::find(promise)?;
    let next = |language| promise.words(language).next.clone();
    Some(Next {
        label: Texts::new(next(Language::Ja), next(Language::En), next(Language::Vi)),
        href: "/records".to_owned(),
    })
}
