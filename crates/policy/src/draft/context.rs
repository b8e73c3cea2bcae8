//! What is said in a clause, above it and beside it.

use super::clause::Clause;
use super::cues::{Cues, DENIED, PURPOSE, Place, SIGNS};
use super::denial::{self, Denial};
use super::normal::Spelling;
use super::purposes::{self, Hears};
use super::words::{ConceptAt, Hit};
use super::{facts, mood, text, tongue};
use crate::Language;

/// The concepts of every clause, and how clauses lend them to one another.
pub(super) struct Context {
    clauses: Vec<Heard>,
}

/// What is heard in one clause and around it.
struct Heard {
    hits: Vec<Hit>,
    here: Set,
    above: Set,
    beside: Set,
    /// Clauses whose words count as above, nearest first.
    over: Vec<usize>,
    /// Clauses whose words count as beside.
    next_to: Vec<usize>,
    denial: Denial,
    language: Language,
}

/// How many sentences back a paragraph is still about the same thing.
const BESIDE_MAX: usize = 12;

/// A set of concepts.
#[derive(Clone, Debug, Default)]
struct Set(Vec<u64>);

impl Set {
    fn has(&self, concept: ConceptAt) -> bool {
        self.0.get(concept / 64).is_some_and(|word| word >> (concept % 64) & 1 == 1)
    }

    fn add(&mut self, concept: ConceptAt) {
        if self.0.len() <= concept / 64 {
            self.0.resize(concept / 64 + 1, 0);
        }
        if let Some(word) = self.0.get_mut(concept / 64) {
            *word |= 1 << (concept % 64);
        }
    }

    fn join(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine |= theirs;
        }
    }
}

impl Context {
    /// Listens to all clauses of a policy.
    pub(super) fn of(clauses: &[Clause], language: Language, cues: &Cues) -> Self {
        let sample: String = clauses.iter().take(50).map(|clause| clause.text.as_str()).collect();
        let spelling = |own: Language| Spelling::of(own, if own == language { &sample } else { "đ" });
        let mut heard: Vec<Heard> = Vec::with_capacity(clauses.len());
        for (at, clause) in clauses.iter().enumerate() {
            let own = tongue::of_clause(&clause.text, language);
            let next_to = (0..at)
                .rev()
                .take(BESIDE_MAX)
                .take_while(|before| clauses.get(*before).is_some_and(|other| other.paragraph == clause.paragraph))
                .collect();
            let mut one = heard_here(clauses, at, spelling(own), cues);
            one.language = own;
            one.over = chain(clauses, at);
            one.next_to = next_to;
            heard.push(one);
        }
        let mut context = Self { clauses: heard };
        let purposes = purposes::listed(clauses, &context, cues);
        context.lend(&purposes, cues);
        context
    }

    /// Gives every clause what is said above and beside it.
    fn lend(&mut self, purposes: &[bool], cues: &Cues) {
        let heading = cues.place("t-purpose");
        let union = |heard: &[Heard], places: &[usize]| {
            let mut all = Set::default();
            places.iter().filter_map(|place| heard.get(*place)).for_each(|other| all.join(&other.here));
            all
        };
        for at in 0..self.clauses.len() {
            let Some(one) = self.clauses.get(at) else { continue };
            let mut above = union(&self.clauses, &one.over);
            let beside = union(&self.clauses, &one.next_to);
            let purpose = purposes.get(at).copied().unwrap_or(false);
            if let Some(heading) = heading.filter(|_| purpose) {
                above.add(heading);
            }
            if let Some(one) = self.clauses.get_mut(at) {
                (one.above, one.beside) = (above, beside);
                if purpose {
                    one.here.add(PURPOSE);
                }
            }
        }
    }

    /// Whether a concept is said at that place of a clause.
    pub(super) fn says(&self, clause: usize, concept: ConceptAt, place: Place) -> bool {
        self.clauses.get(clause).is_some_and(|heard| match place {
            Place::Here => heard.here.has(concept),
            Place::Above => heard.above.has(concept),
            Place::Around => heard.here.has(concept) || heard.above.has(concept) || heard.beside.has(concept),
        })
    }

    /// What a clause denies.
    pub(super) fn denial(&self, clause: usize) -> Option<&Denial> {
        self.clauses.get(clause).map(|heard| &heard.denial)
    }

    /// Whether a concept is said in a clause only where it denies.
    pub(super) fn denied(&self, clause: usize, concept: ConceptAt) -> bool {
        self.clauses
            .get(clause)
            .and_then(|heard| heard.hits.iter().find(|hit| hit.concept == concept))
            .is_some_and(|hit| hit.denied)
    }

    /// Whether a clause states a purpose of use.
    pub(super) fn is_purpose(&self, clause: usize) -> bool {
        self.says(clause, PURPOSE, Place::Here)
    }

    /// Whether a clause undertakes anything.
    pub(super) fn binds(&self, clauses: &[Clause], clause: usize, cues: &Cues) -> bool {
        let (Some(one), Some(heard)) = (clauses.get(clause), self.clauses.get(clause)) else { return false };
        let says = |names: &[&str], place| {
            names.iter().filter_map(|name| cues.place(name)).any(|concept| self.says(clause, concept, place))
        };
        let measures =
            ["t-safety", "t-third", "t-entrust", "t-rights", "t-breach", "t-cookie", "t-retention", "abroad"];
        let place = mood::Place {
            measures: says(&measures, Place::Above),
            safety: says(&["t-safety"], Place::Above) && !says(&["t-contact"], Place::Above),
            listed: one.depth > 0,
            opening: !heard.over.iter().any(|above| clauses.get(*above).is_some_and(|over| over.heading)),
            of_information: says(&["info", "personal-info"], Place::Here),
        };
        mood::binds(&one.text, heard.language, place)
    }

    /// The words a concept was said in, nearest first.
    pub(super) fn words(&self, clause: usize, concept: ConceptAt, place: Place) -> Option<&str> {
        let heard = self.clauses.get(clause)?;
        let here = std::iter::once(clause).filter(|_| place != Place::Above);
        let far = heard.next_to.iter().copied().filter(|_| place == Place::Around);
        let over = heard.over.iter().copied().filter(|_| place != Place::Here);
        here.chain(far)
            .chain(over)
            .filter_map(|at| self.clauses.get(at))
            .find_map(|heard| heard.hits.iter().find(|hit| hit.concept == concept).map(|hit| hit.words.as_str()))
    }
}

impl Hears for Context {
    fn says(&self, clause: usize, concept: ConceptAt) -> bool {
        Context::says(self, clause, concept, Place::Here)
    }

    fn denies(&self, clause: usize) -> bool {
        self.says(clause, DENIED, Place::Here)
    }

    fn over(&self, clause: usize) -> &[usize] {
        self.clauses.get(clause).map_or(&[], |heard| heard.over.as_slice())
    }
}

/// The clauses a clause stands under. The title of the whole text says nothing about one sentence.
fn chain(clauses: &[Clause], at: usize) -> Vec<usize> {
    let mut over = Vec::new();
    let mut next = clauses.get(at).and_then(|clause| clause.above);
    while let Some(above) = next.filter(|above| *above < at && over.len() < 32) {
        let Some(clause) = clauses.get(above) else { break };
        if !(above == 0 && clause.heading) {
            over.push(above);
        }
        next = clause.above.filter(|further| *further < above);
    }
    over
}

fn heard_here(clauses: &[Clause], at: usize, spelling: Spelling, cues: &Cues) -> Heard {
    let words = clauses.get(at).map_or("", |clause| clause.text.as_str());
    let spoken = spelling.spell(words);
    let denial = denial::denial(words, &spoken, spelling);
    let hits = cues.patterns(spelling).map_or_else(Vec::new, |patterns| patterns.find(&spoken, &denial));
    let mut here = Set::default();
    for hit in &hits {
        here.add(hit.concept);
    }
    let heading = clauses.get(at).is_some_and(|clause| clause.heading);
    let leads = !heading && clauses.iter().skip(at + 1).take(6).any(|other| other.above == Some(at));
    let signs = [
        leads,
        clauses.get(at).is_some_and(|clause| clause.depth > 0),
        facts::has_date(words),
        facts::phone(words).is_some(),
        facts::mail(words).is_some(),
        facts::has_money(words),
        text::columns(words) <= 60,
        false,
        denial.is_any(),
    ];
    for (sign, _) in (0..SIGNS.len()).zip(signs).filter(|(_, holds)| *holds) {
        here.add(sign);
    }
    Heard {
        hits,
        here,
        above: Set::default(),
        beside: Set::default(),
        over: Vec::new(),
        next_to: Vec::new(),
        denial,
        language: Language::En,
    }
}
