//! What is said in a clause, above it and beside it.

use super::clause::Clause;
use super::cues::{Cues, Place, SIGNS};
use super::normal::Spelling;
use super::words::{ConceptAt, Hit};
use super::{facts, text};
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
        let spelling = Spelling::of(language, &sample);
        let said: Vec<(Vec<Hit>, Set)> = (0..clauses.len()).map(|at| heard_here(clauses, at, spelling, cues)).collect();
        let mut found = Vec::with_capacity(said.len());
        for (at, clause) in clauses.iter().enumerate() {
            let over = chain(clauses, at);
            let next_to: Vec<usize> = (0..at)
                .rev()
                .take(BESIDE_MAX)
                .take_while(|before| clauses.get(*before).is_some_and(|other| other.paragraph == clause.paragraph))
                .collect();
            let union = |places: &[usize]| {
                let mut all = Set::default();
                places.iter().filter_map(|place| said.get(*place)).for_each(|(_, set)| all.join(set));
                all
            };
            let (hits, here) = said.get(at).cloned().unwrap_or_default();
            found.push(Heard { hits, here, above: union(&over), beside: union(&next_to), over, next_to });
        }
        Self { clauses: found }
    }

    /// Whether a concept is said at that place of a clause.
    pub(super) fn says(&self, clause: usize, concept: ConceptAt, place: Place) -> bool {
        self.clauses.get(clause).is_some_and(|heard| match place {
            Place::Here => heard.here.has(concept),
            Place::Above => heard.above.has(concept),
            Place::Around => heard.here.has(concept) || heard.above.has(concept) || heard.beside.has(concept),
        })
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

fn heard_here(clauses: &[Clause], at: usize, spelling: Spelling, cues: &Cues) -> (Vec<Hit>, Set) {
    let Some(clause) = clauses.get(at) else { return Default::default() };
    let hits = cues.patterns(spelling).map_or_else(Vec::new, |patterns| patterns.find(&spelling.spell(&clause.text)));
    let mut here = Set::default();
    for hit in &hits {
        here.add(hit.concept);
    }
    let leads = !clause.heading && clauses.iter().skip(at + 1).take(6).any(|other| other.above == Some(at));
    let words = clause.text.as_str();
    let signs = [
        leads,
        clause.depth > 0,
        facts::has_date(words),
        facts::phone(words).is_some(),
        facts::mail(words).is_some(),
        facts::has_money(words),
        text::columns(words) <= 60,
    ];
    for (sign, _) in (0..SIGNS.len()).zip(signs).filter(|(_, holds)| *holds) {
        here.add(sign);
    }
    (hits, here)
}
