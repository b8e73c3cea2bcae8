//! Which promises of the catalogue a clause makes.

use std::collections::HashSet;

use ledger::names::PromiseId;

use super::clause::Clause;
use super::context::Context;
use super::cues::{Cues, Group, Place, PromiseCues, Rule, SIGNS, shipped};
use super::text::{columns, ends_sentence};
use crate::Language;

/// What each further sign adds to how sure a rule is.
const LIFT: f32 = 0.1;
/// What the right section adds.
const HOME: f32 = 0.14;
/// Nothing is ever quite sure.
const MOST: f32 = 0.97;
/// Below this a promise is not worth showing.
const LEAST: f32 = 0.3;
/// From here on a recognition is certain.
const CERTAIN: f32 = 0.75;
/// From here on it is likely.
const LIKELY: f32 = 0.55;
/// What is not said plainly enough to be certain is no surer than this.
const NOT_PLAIN: f32 = 0.72;
/// A purpose that is listed, but like none of the catalogue's.
const LISTED: f32 = 0.6;
/// The promise a listed purpose makes at least: that it was told beforehand.
const TOLD: &str = "purpose.fixed-and-notified-first";

/// A promise recognised in a clause.
#[derive(Clone, Debug, PartialEq)]
pub struct Recognised {
    /// The clause, by its place in the list given.
    pub clause: usize,
    /// The promise of the catalogue.
    pub promise: PromiseId,
    /// How sure this is, from 0 to 1. Not a probability: a way to order what to look at first.
    pub sureness: f32,
    /// The same as a word.
    pub how_sure: HowSure,
    /// What it was recognised by.
    pub because: Vec<Match>,
}

/// How sure a recognition is, as a word for people. What each means is measured on policies the cues were
/// not made with: see `tests/draft/fresh.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HowSure {
    /// One sign of several speaks for it. Fewer than nine in ten are right: look before believing.
    Unsure,
    /// The words speak for it, but something is missing: the section, the sentence's own words, a plain yes.
    /// About nine in ten are right.
    Likely,
    /// The sentence itself says it in more than one way, in the section where such a promise stands, and
    /// nothing in it takes that back. At least 97 in 100 are right.
    Certain,
}

impl HowSure {
    /// The word as the draft's comments and the program print it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unsure => "unsure",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }

    fn of(sureness: f32) -> Self {
        if sureness >= CERTAIN {
            Self::Certain
        } else if sureness >= LIKELY {
            Self::Likely
        } else {
            Self::Unsure
        }
    }
}

/// A concept that spoke for a promise, and the words it was said in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The concept, as named in `draft/concepts.toml`; a name with `=` is a sign of structure.
    pub concept: &'static str,
    /// The words, as spelled for comparison; empty for a sign of structure.
    pub words: String,
    /// Whether it was said in the clause itself, or in what it stands under or beside.
    pub here: bool,
}

/// Recognises the promises that clauses of one policy make, ordered by clause, surest first.
#[must_use]
pub fn recognise(clauses: &[Clause], language: Language) -> Vec<Recognised> {
    heard(clauses, &Context::of(clauses, language, shipped()))
}

/// The same, where the clauses have been listened to already.
pub(super) fn heard(clauses: &[Clause], context: &Context) -> Vec<Recognised> {
    let cues = shipped();
    let mut found = Vec::new();
    for (at, clause) in clauses.iter().enumerate() {
        let first = found.len();
        for promise in &cues.promises {
            if let Some(recognised) = strongest(at, clause, promise, context, cues) {
                found.push(recognised);
            }
        }
        if context.is_purpose(at) {
            only_purposes(at, clause, first, &mut found);
        }
        if let Some(own) = found.get_mut(first..) {
            own.sort_by(|a, b| b.sureness.total_cmp(&a.sureness));
        }
    }
    without_announcements(clauses, enumerated(clauses, found, cues))
}

/// A listed purpose promises that it was told, and nothing of another section. A sentence that promises
/// something else is about that, wherever it stands.
fn only_purposes(at: usize, clause: &Clause, first: usize, found: &mut Vec<Recognised>) {
    let is_purpose = |one: &Recognised| -> bool { one.promise.as_str().starts_with("purpose.") };
    let sentence = clause.text.ends_with(['。', '.']);
    let own = || found.iter().skip(first);
    if sentence && !own().any(is_purpose) && own().any(|one| one.how_sure > HowSure::Unsure) {
        return;
    }
    let own = found.split_off(first);
    found.extend(own.into_iter().filter(is_purpose));
    if let Some(promise) = TOLD.parse().ok().filter(|_| found.len() == first) {
        let because = vec![Match { concept: "=purpose", words: String::new(), here: true }];
        found.push(Recognised { clause: at, promise, sureness: LISTED, how_sure: HowSure::of(LISTED), because });
    }
}

/// Adds to items what the lead-in above them enumerates, and takes away what only sounds like a
/// promise of another section: such an item is a heading of a form, not a sentence.
fn enumerated(clauses: &[Clause], found: Vec<Recognised>, cues: &Cues) -> Vec<Recognised> {
    let mut made: Vec<Vec<PromiseId>> = vec![Vec::new(); clauses.len()];
    for one in found.iter().filter(|one| cues.enumerated.contains(&one.promise)) {
        if let Some(made) = made.get_mut(one.clause) {
            made.push(one.promise.clone());
        }
    }
    let mut out: Vec<Recognised> = Vec::with_capacity(found.len());
    let mut found = found.into_iter().peekable();
    for (at, clause) in clauses.iter().enumerate() {
        let first = out.len();
        while let Some(one) = found.next_if(|one| one.clause == at) {
            out.push(one);
        }
        let over = lead(clauses, at, &made);
        let inherited = over.and_then(|over| made.get(over)).cloned().unwrap_or_default();
        if clause.heading || inherited.is_empty() {
            continue;
        }
        let section = |id: &PromiseId| id.as_str().split('.').next().map(str::to_owned);
        let sections: Vec<_> = inherited.iter().map(section).collect();
        let own = out.split_off(first);
        out.extend(own.into_iter().filter(|one| sections.contains(&section(&one.promise))));
        for promise in inherited {
            if out.iter().skip(first).all(|one| one.promise != promise) {
                out.push(inherit(at, promise));
            }
        }
    }
    out
}

/// The lead-in an item is listed under. "They are as follows" speaks for the sentence before it.
fn lead(clauses: &[Clause], at: usize, made: &[Vec<PromiseId>]) -> Option<usize> {
    let clause = clauses.get(at).filter(|clause| clause.depth > 0)?;
    let above = clause.above.filter(|above| clauses.get(*above).is_some_and(|over| !over.heading))?;
    if made.get(above).is_some_and(|made| !made.is_empty()) {
        return Some(above);
    }
    let before = above.checked_sub(1)?;
    let (over, said) = (clauses.get(above)?, clauses.get(before)?);
    (columns(&over.text) <= 60 && over.above == said.above && !said.heading).then_some(before)
}

const ENUMERATED: f32 = 0.56;

fn inherit(clause: usize, promise: PromiseId) -> Recognised {
    let because = vec![Match { concept: "=item", words: String::new(), here: true }];
    Recognised { clause, promise, sureness: ENUMERATED, how_sure: HowSure::of(ENUMERATED), because }
}

/// The best rule of a promise that holds in a clause.
fn strongest(
    at: usize,
    clause: &Clause,
    promise: &'static PromiseCues,
    context: &Context,
    cues: &'static Cues,
) -> Option<Recognised> {
    let holding = promise.rules.iter().filter(|rule| rule.heading || !clause.heading);
    let mut best: Option<(f32, &Rule)> = None;
    for rule in holding.filter(|rule| holds(rule, at, context)) {
        let Some(sureness) = sureness(rule, promise, at, context, cues) else { continue };
        if best.is_none_or(|(before, _)| before < sureness) {
            best = Some((sureness, rule));
        }
    }
    let (sureness, rule) = best.filter(|(sureness, _)| *sureness >= LEAST)?;
    Some(Recognised {
        clause: at,
        promise: promise.id.clone(),
        sureness,
        how_sure: HowSure::of(sureness),
        because: because(rule, at, context, cues),
    })
}

/// The promise an undertaking is nearest to, though nothing speaks for it clearly enough: half of what a rule
/// asks for is said, some of it in the clause itself.
pub(super) fn nearest(at: usize, context: &Context) -> Option<PromiseId> {
    let cues = shipped();
    let near = |rule: &Rule, home: bool| {
        let own = |group: &&Group| {
            group.iter().any(|atom| atom.concept >= SIGNS.len() && context.says(at, atom.concept, Place::Here))
        };
        let (said, here) =
            (rule.must.iter().filter(|group| says(group, at, context)).count(), rule.must.iter().filter(own).count());
        let refused = rule.never.iter().filter(|group| says(group, at, context)).count();
        (here > 0 && said * 2 >= rule.must.len() && rule.must.len() > 1)
            .then(|| (said * 60 / rule.must.len() + here * 10 + usize::from(home) * 15).saturating_sub(refused * 12))
    };
    let best = cues.promises.iter().filter_map(|promise| {
        let home = promise.home.iter().any(|home| context.says(at, *home, Place::Above));
        promise.rules.iter().filter_map(|rule| near(rule, home)).max().map(|score| (score, promise))
    });
    best.max_by(|(a, one), (b, other)| a.cmp(b).then_with(|| other.id.cmp(&one.id)))
        .map(|(_, promise)| promise.id.clone())
}

fn says(group: &Group, at: usize, context: &Context) -> bool {
    group.iter().any(|atom| context.says(at, atom.concept, atom.place))
}

fn holds(rule: &Rule, at: usize, context: &Context) -> bool {
    rule.must.iter().all(|group| says(group, at, context)) && !rule.never.iter().any(|group| says(group, at, context))
}

/// How sure a rule is in a clause; none when the sentence denies what the rule goes by.
fn sureness(rule: &Rule, promise: &PromiseCues, at: usize, context: &Context, cues: &Cues) -> Option<f32> {
    let mut sum = rule.sure;
    for _ in rule.lift.iter().filter(|group| says(group, at, context)) {
        sum += LIFT;
    }
    let home = promise.home.iter().any(|home| context.says(at, *home, Place::Above));
    if home {
        sum += HOME;
    }
    let unless = context.denial(at).is_some_and(|denial| denial.unless);
    let turned = !cues.denying.contains(&promise.id) && rule.must.iter().any(|group| denied(group, at, context));
    if turned && !unless {
        return None;
    }
    let plain = !turned && is_plain(rule, home, at, context);
    Some(if plain { sum.min(MOST) } else { sum.min(NOT_PLAIN) })
}

/// Whether a group holds only by words that the sentence denies.
fn denied(group: &Group, at: usize, context: &Context) -> bool {
    let holding = || group.iter().filter(|atom| context.says(at, atom.concept, atom.place));
    holding().next().is_some() && holding().all(|atom| atom.place != Place::Above && context.denied(at, atom.concept))
}

/// Whether the sentence says it by itself, in the right section.
fn is_plain(rule: &Rule, home: bool, at: usize, context: &Context) -> bool {
    let near = rule.must.iter().all(|group| {
        group
            .iter()
            .any(|atom| context.says(at, atom.concept, Place::Here) || context.says(at, atom.concept, Place::Above))
    });
    let mut own: Vec<usize> = rule
        .must
        .iter()
        .chain(&rule.lift)
        .flatten()
        .map(|atom| atom.concept)
        .filter(|concept| *concept >= SIGNS.len() && context.says(at, *concept, Place::Here))
        .collect();
    own.sort_unstable();
    own.dedup();
    near && home && !own.is_empty()
}

fn because(rule: &Rule, at: usize, context: &Context, cues: &'static Cues) -> Vec<Match> {
    let mut found: Vec<Match> = Vec::new();
    for atom in rule.must.iter().chain(&rule.lift).flatten() {
        let Some(concept) = cues.names.get(atom.concept).map(String::as_str) else { continue };
        if context.says(at, atom.concept, atom.place) && found.iter().all(|known| known.concept != concept) {
            let words = context.words(at, atom.concept, atom.place).unwrap_or("").to_owned();
            found.push(Match { concept, words, here: context.says(at, atom.concept, Place::Here) });
        }
    }
    found
}

/// A heading or label that only announces what a sentence under it promises makes no promise of its
/// own.
fn without_announcements(clauses: &[Clause], found: Vec<Recognised>) -> Vec<Recognised> {
    let announces = |clause: &Clause| clause.heading || (columns(&clause.text) <= 60 && !ends_sentence(&clause.text));
    let mut announced: HashSet<(usize, PromiseId)> = HashSet::new();
    for one in &found {
        let mut next = clauses.get(one.clause).and_then(|clause| clause.above);
        while let Some(above) = next {
            let Some(clause) = clauses.get(above) else { break };
            if announces(clause) {
                announced.insert((above, one.promise.clone()));
            }
            next = clause.above.filter(|further| *further < above);
        }
    }
    let keeps = |one: &Recognised| !announced.contains(&(one.clause, one.promise.clone()));
    found.into_iter().filter(keeps).collect()
}
