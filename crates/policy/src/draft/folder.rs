//! Writes what was found as a policy folder for a privacy officer to finish.

mod clauses;
mod head;
mod names;
mod notice;
mod sheets;

use std::collections::{BTreeMap, BTreeSet};

use ledger::names::PromiseId;

use super::clause::Clause;
use super::context::Context;
use super::cues::{Place, shipped};
use super::facts::{self, Facts};
use super::recognise::{self, HowSure, Recognised};
use super::rest::{self, Rest};
use super::split::split;
use super::text::{Counted, Text};
use super::tongue;
use crate::Language;

/// What a person can tell that a text does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// The language of the text, if it should not be guessed.
    pub language: Option<Language>,
    /// The organisation's name, if the text's first full name is not it.
    pub organisation: Option<String>,
    /// The time zone its days are counted in (`Asia/Tokyo`).
    pub zone: Option<String>,
}

/// The beginning of a policy folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Folder {
    /// The files: path inside the folder, and text.
    pub files: BTreeMap<String, String>,
    /// What was found, counted.
    pub report: Report,
}

/// What a draft found, for printing.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The language the text was read in.
    pub language: Language,
    /// What the line numbers in the files count.
    pub counted: Counted,
    /// Clauses in all.
    pub clauses: usize,
    /// Clauses that make a promise of the catalogue.
    pub promising: usize,
    /// Clauses that promise nothing.
    pub statements: usize,
    /// Clauses that sound like a promise the catalogue does not have.
    pub unknown: usize,
    /// Promises recognised in clauses, counted once for each clause: certain, likely, unsure.
    pub sure: [usize; 3],
    /// The promises found, each with the surest recognition of it.
    pub found: BTreeMap<PromiseId, HowSure>,
    /// The promises of the catalogue that no clause makes.
    pub missing: BTreeSet<PromiseId>,
    /// What needs a person's decision, in the order of the text.
    pub decisions: Vec<Decision>,
    /// The purposes written to `purposes.toml`.
    pub purposes: usize,
    /// What else the text states.
    pub facts: Facts,
}

/// A clause a person has to decide about before the policy can be settled, or should look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The clause, by its name in the files.
    pub clause: String,
    /// The first and the last line or paragraph it stands on.
    pub lines: (u32, u32),
    /// Its wording.
    pub text: String,
    /// Why.
    pub why: Why,
    /// The promise it most likely makes, if any comes near.
    pub guess: Option<PromiseId>,
}

/// Why a clause needs a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It undertakes something, and no promise of the catalogue is clearly meant.
    Unknown,
    /// A promise was recognised by one sign only.
    Unsure,
}

/// Everything the files are written from.
struct Draft<'a> {
    language: Language,
    counted: Counted,
    clauses: &'a [Clause],
    recognised: &'a [Recognised],
    rest: &'a [Rest],
    names: &'a [String],
    facts: &'a Facts,
    /// Which clauses state a purpose of use in a list.
    listed: &'a [bool],
    /// The kinds of people each clause, or the label above it, names.
    kinds_named: &'a [BTreeSet<String>],
    /// The promise each undertaking that is not known comes nearest to.
    nearest: &'a [Option<PromiseId>],
}

impl Draft<'_> {
    /// What was recognised in a clause, surest first.
    fn recognised_in(&self, clause: usize) -> &[Recognised] {
        names::of_clauses(self.recognised, clause, clause)
    }

    /// The name given to a clause.
    fn name(&self, clause: usize) -> &str {
        self.names.get(clause).map_or("", String::as_str)
    }
}

/// Drafts a policy folder from a text. Only the text's own language is written; `policy check` says what
/// is missing, in its words.
#[must_use]
pub fn folder(text: &Text, hints: &Hints) -> Folder {
    let language = hints.language.unwrap_or_else(|| tongue::language(text));
    let clauses = split(text);
    let context = Context::of(&clauses, language, shipped());
    let recognised = recognise::heard(&clauses, &context);
    let rest = rest::left(&clauses, &recognised, &context);
    let mut facts = facts::facts(&clauses);
    facts.organisation = hints.organisation.clone().or(facts.organisation);
    let names = names::names(&clauses, &recognised, &rest);
    let listed: Vec<bool> = (0..clauses.len()).map(|at| context.is_purpose(at)).collect();
    let kinds_named: Vec<BTreeSet<String>> = (0..clauses.len()).map(|at| kinds_named(at, &clauses, &context)).collect();
    let guess = |(at, rest): (usize, &Rest)| {
        if *rest == Rest::Unknown { recognise::nearest(at, &context) } else { None }
    };
    let nearest: Vec<Option<PromiseId>> = rest.iter().enumerate().map(guess).collect();
    let draft = Draft {
        language,
        counted: text.counted,
        clauses: &clauses,
        recognised: &recognised,
        rest: &rest,
        names: &names,
        facts: &facts,
        listed: &listed,
        kinds_named: &kinds_named,
        nearest: &nearest,
    };
    let mut files = BTreeMap::from([
        ("policy.toml".to_owned(), head::policy(&draft, hints)),
        ("clauses.toml".to_owned(), clauses::clauses(&draft)),
        (format!("notice/{language}.md"), notice::notice(&draft)),
    ]);
    files.extend(sheets::sheets(&draft));
    let mut report = report(&draft);
    report.purposes = files.get("purposes.toml").map_or(0, |text| text.matches("[[purpose]]").count());
    Folder { files, report }
}

/// The kinds of people a clause names, or else the label it stands under.
fn kinds_named(at: usize, clauses: &[Clause], context: &Context) -> BTreeSet<String> {
    let named = |at: usize| -> BTreeSet<String> {
        let says = |concept: &str| shipped().place(concept).is_some_and(|place| context.says(at, place, Place::Here));
        sheets::KINDS.iter().filter(|(concept, _)| says(concept)).map(|(_, kind)| (*kind).to_owned()).collect()
    };
    let own = named(at);
    let above = clauses.get(at).and_then(|clause| clause.above);
    let label = above.filter(|above| clauses.get(*above).is_some_and(|clause| clause.depth > 0));
    if own.is_empty() { label.map_or(own, named) } else { own }
}

fn report(draft: &Draft<'_>) -> Report {
    let mut found: BTreeMap<PromiseId, HowSure> = BTreeMap::new();
    let mut sure = [0; 3];
    for one in draft.recognised {
        let surest = found.entry(one.promise.clone()).or_insert(one.how_sure);
        *surest = (*surest).max(one.how_sure);
        let [certain, likely, unsure] = &mut sure;
        match one.how_sure {
            HowSure::Certain => *certain += 1,
            HowSure::Likely => *likely += 1,
            HowSure::Unsure => *unsure += 1,
        }
    }
    let count = |kind| draft.rest.iter().filter(|rest| **rest == kind).count();
    let known = shipped().promises.iter().map(|promise| promise.id.clone());
    Report {
        language: draft.language,
        counted: draft.counted,
        clauses: draft.clauses.len(),
        promising: count(Rest::Promise),
        statements: count(Rest::Statement),
        unknown: count(Rest::Unknown),
        sure,
        missing: known.filter(|promise| !found.contains_key(promise)).collect(),
        found,
        decisions: decisions(draft),
        purposes: 0,
        facts: draft.facts.clone(),
    }
}

/// Undertakings that are not known, and clauses of which nothing surer than a single sign is known.
fn decisions(draft: &Draft<'_>) -> Vec<Decision> {
    let mut found = Vec::new();
    for (at, clause) in draft.clauses.iter().enumerate() {
        let own = draft.recognised_in(at);
        let unsure = own.first().filter(|one| one.how_sure == HowSure::Unsure);
        let (why, guess) = match (draft.rest.get(at), unsure) {
            (Some(Rest::Unknown), _) => (Why::Unknown, draft.nearest.get(at).cloned().flatten()),
            (_, Some(one)) => (Why::Unsure, Some(one.promise.clone())),
            _ => continue,
        };
        let text = format!("{}{}", clause.marker, clause.text);
        found.push(Decision { clause: draft.name(at).to_owned(), lines: clause.lines, text, why, guess });
    }
    found
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// The place of a clause, as a comment says it.
fn place(draft: &Draft<'_>, clause: &Clause) -> String {
    let what = match draft.counted {
        Counted::Lines => "line",
        Counted::Paragraphs => "paragraph",
    };
    let (from, to) = clause.lines;
    if from == to { format!("{what} {from}") } else { format!("{what}s {from} to {to}") }
}
