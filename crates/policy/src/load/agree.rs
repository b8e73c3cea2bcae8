//! Whether the files of a folder agree with each other.

use std::collections::BTreeMap;

use super::{Places, Reference, Thing, Unread};
use crate::policy::Book;
use crate::problem::Flaw;
use crate::{Class, Ground, Language, Problem, RecipientKind, catalogue};

mod erasure;
mod notices;
mod sign_in;

/// Names that must be defined somewhere.
pub(super) fn references(
    book: &Book,
    references: &[Reference],
    places: &Places,
    unread: &Unread,
    problems: &mut Vec<Problem>,
) {
    for reference in references.iter().filter(|reference| !unread.is(reference.thing.home().1)) {
        let Reference { thing, id, file, line, bad } = reference;
        let defined = if *thing == Thing::Overridden { Thing::Clause } else { *thing };
        if places
            .knows(defined, id.split_once(' ').filter(|_| *thing == Thing::Overridden).map_or(id, |(_, clause)| clause))
        {
            continue;
        }
        if let Some(key) = bad {
            problems.push(Flaw::ValueName.at(file, *line, &[key, id]));
            continue;
        }
        let (product, clause) = id.split_once(' ').unwrap_or(("", id));
        let known = match thing {
            Thing::Kind => book.kinds.has(id),
            Thing::Element => book.elements.has(id),
            Thing::Purpose => book.purposes.has(id),
            Thing::Recipient => book.recipients.has(id),
            Thing::LogReason => book.logs.reason(id).is_some(),
            Thing::Clause | Thing::Overridden => book.clauses.has(clause),
            Thing::Promise => catalogue::find_str(id).is_some(),
            _ => true,
        };
        if known {
            continue;
        }
        let (called, home) = thing.home();
        problems.push(match thing {
            Thing::Promise => Flaw::PromiseUnknown.at(file, *line, &[id, nearest(id)]),
            Thing::Overridden => Flaw::OverrideUnknown.at(file, *line, &[product, clause]),
            _ => Flaw::ReferenceUnknown.at(file, *line, &[id, called, home]),
        });
    }
}

/// The catalogue promise spelled most like this.
fn nearest(id: &str) -> &'static str {
    let shared = |other: &str| {
        let front = id.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
        let back = id.bytes().rev().zip(other.bytes().rev()).take_while(|(a, b)| a == b).count();
        front + back
    };
    catalogue::all().iter().map(|promise| promise.id.as_str()).max_by_key(|other| shared(other)).unwrap_or_default()
}

/// Everything else that needs more than one place to see.
pub(super) fn book(book: &Book, unread: &Unread, places: &Places, problems: &mut Vec<Problem>) {
    notices::agree(book, unread, places, problems);
    if !unread.is("clauses.toml") {
        promises(book, places, problems);
        statements(book, places, problems);
    }
    if !unread.any(&["kinds.toml", "elements.toml", "purposes.toml"]) {
        people(book, places, problems);
    }
    if !unread.is("retention.toml") {
        terms(book, places, problems);
    }
    if !unread.is("policy.toml") {
        recipients(book, places, problems);
        fee(book, places, problems);
        erasure::agree(book, unread, places, problems);
        sign_in::agree(book, places, problems);
    }
}

/// A rule rests on a sentence that promises something.
fn statements(book: &Book, places: &Places, problems: &mut Vec<Problem>) {
    let kinds = book.kinds.all().iter().map(|kind| (Thing::Kind, kind.id.as_str(), &kind.category));
    let purposes = book.purposes.all().iter().flat_map(|purpose| {
        let needs = purpose.needs.values().map(|condition| &condition.clause);
        needs.chain([&purpose.clause]).map(|clause| (Thing::Purpose, purpose.id.as_str(), clause))
    });
    let terms = book.terms.all().iter().map(|term| (Thing::Term, term.id.as_str(), &term.clause));
    let measures = book.measures.all().iter().map(|measure| (Thing::Measure, measure.id.as_str(), &measure.clause));
    let trackers = book.trackers.all().iter().map(|tracker| (Thing::Tracker, tracker.id.as_str(), &tracker.clause));
    let erasure = book.erasure_told.iter().map(|clause| (Thing::Erasure, "erasure", clause));
    for (thing, id, clause) in kinds.chain(purposes).chain(terms).chain(measures).chain(trackers).chain(erasure) {
        if book.clauses.find(clause.as_str()).is_some_and(|clause| clause.statement) {
            let place = places.of(thing, id);
            problems.push(Flaw::RuleOnStatement.at(&place.file, place.line, &[id, clause.as_str()]));
        }
    }
}

fn promises(book: &Book, places: &Places, problems: &mut Vec<Problem>) {
    let mut makers: BTreeMap<&str, &str> = BTreeMap::new();
    for clause in book.clauses.all() {
        for promise in &clause.promises {
            makers.entry(promise.as_str()).or_insert_with(|| clause.id.as_str());
        }
    }
    for dropped in &book.dropped {
        if let Some(clause) = makers.get(dropped.promise.as_str()) {
            let place = places.of(Thing::Dropped, dropped.promise.as_str());
            let arguments = [dropped.promise.as_str(), clause];
            problems.push(Flaw::PromiseDroppedAndMade.at(&place.file, place.line, &arguments));
        }
    }
    // A clause whose name cannot be read may be the one that makes it.
    if places.misnames(Thing::Clause) {
        return;
    }
    for promise in catalogue::all() {
        let dropped = book.dropped.iter().any(|dropped| dropped.promise == promise.id);
        if !dropped && !makers.contains_key(promise.id.as_str()) {
            let title = |language| promise.words(language).title.as_str();
            let titles = crate::Texts::new(title(Language::Ja), title(Language::En), title(Language::Vi));
            let arguments = [crate::Texts::same(promise.id.as_str()), titles];
            problems.push(Flaw::PromiseUnmade.say("clauses.toml", 0, &arguments));
        }
    }
}

fn people(book: &Book, places: &Places, problems: &mut Vec<Problem>) {
    for purpose in book.purposes.all() {
        let place = places.of(Thing::Purpose, purpose.id.as_str());
        for element in purpose.elements.iter().filter_map(|id| book.elements.find(id.as_str())) {
            let open = element.class == Class::SpecialCare && !purpose.needs.contains_key(&element.id);
            if open && !purpose.every_row {
                let arguments = [purpose.id.as_str(), element.id.as_str()];
                problems.push(Flaw::SpecialCareOpen.at(&place.file, place.line, &arguments));
            }
        }
        for element in purpose.needs.keys().filter(|id| !purpose.elements.contains(*id)) {
            problems.push(Flaw::NeedOutside.at(&place.file, place.line, &[purpose.id.as_str(), element.as_str()]));
        }
    }
    let whole = places.count(Thing::Purpose) == book.purposes.all().len();
    for kind in book.kinds.all().iter().filter(|_| whole) {
        if !book.purposes.all().iter().any(|purpose| !purpose.every_row && purpose.kinds.contains(&kind.id)) {
            let place = places.of(Thing::Kind, kind.id.as_str());
            problems.push(Flaw::KindUnused.at(&place.file, place.line, &[kind.id.as_str()]));
        }
    }
    elements(book, places, whole, problems);
}

fn elements(book: &Book, places: &Places, whole: bool, problems: &mut Vec<Problem>) {
    let mut headers: BTreeMap<String, &str> = BTreeMap::new();
    for element in book.elements.all() {
        let place = places.of(Thing::Element, element.id.as_str());
        let used =
            book.purposes.all().iter().any(|purpose| !purpose.every_row && purpose.elements.contains(&element.id));
        if whole && !used {
            problems.push(Flaw::ElementUnused.at(&place.file, place.line, &[element.id.as_str()]));
        }
        for header in &element.headers {
            let other = *headers.entry(header.to_lowercase()).or_insert(element.id.as_str());
            if other != element.id.as_str() {
                problems.push(Flaw::HeaderTwice.at(&place.file, place.line, &[header, other]));
            }
        }
    }
}

fn terms(book: &Book, places: &Places, problems: &mut Vec<Problem>) {
    // A term that could not be read may be the one that is looked for.
    if places.count(Thing::Term) != book.terms.all().len() {
        return;
    }
    for purpose in book.purposes.all() {
        for kind in purpose.kinds.iter().filter(|kind| book.kinds.has(kind.as_str())) {
            if book.term_for(kind, &purpose.id).is_none() {
                let place = places.of(Thing::Purpose, purpose.id.as_str());
                problems.push(Flaw::TermMissing.at(&place.file, place.line, &[kind.as_str(), purpose.id.as_str()]));
            }
        }
    }
}

fn recipients(book: &Book, places: &Places, problems: &mut Vec<Problem>) {
    for recipient in book.recipients.all() {
        let place = places.of(Thing::Recipient, recipient.id.as_str());
        let id = recipient.id.as_str();
        let ours = book.group.all().iter().any(|entity| entity.country == recipient.country);
        if !ours && recipient.route.is_none() {
            problems.push(Flaw::RouteMissing.at(&place.file, place.line, &[id, &recipient.country]));
        }
        if !fits(recipient.kind, recipient.ground) {
            problems.push(Flaw::GroundMismatch.at(&place.file, place.line, &[id, recipient.ground.code()]));
        }
        let planned = match recipient.ground {
            Ground::OptOut => book.opt_outs.all().iter().any(|plan| plan.recipients.contains(&recipient.id)),
            Ground::JointUse => book.joint_uses.all().iter().any(|plan| plan.recipients.contains(&recipient.id)),
            _ => true,
        };
        if !planned {
            problems.push(Flaw::PlanMissing.at(&place.file, place.line, &[id, recipient.ground.code()]));
        }
    }
    for plan in book.opt_outs.all() {
        for element in plan.elements.iter().filter_map(|id| book.elements.find(id.as_str())) {
            if element.class == Class::SpecialCare {
                let place = places.of(Thing::OptOut, &plan.id);
                problems.push(Flaw::OptOutSpecialCare.at(&place.file, place.line, &[&plan.id, element.id.as_str()]));
            }
        }
    }
}

const fn fits(kind: RecipientKind, ground: Ground) -> bool {
    match kind {
        RecipientKind::Entrusted => matches!(ground, Ground::Entrustment),
        RecipientKind::JointUse => matches!(ground, Ground::JointUse),
        RecipientKind::PublicBody => matches!(ground, Ground::Law | Ground::PublicAffairs),
        RecipientKind::ThirdParty => !matches!(ground, Ground::Entrustment | Ground::JointUse),
    }
}

/// The most a request may cost must not exceed what the sentence says.
fn fee(book: &Book, places: &Places, problems: &mut Vec<Problem>) {
    let Some(notice) = book.notices.get(&Language::ORIGINAL) else { return };
    let capped = |block: &&crate::Block| block.promises.iter().any(|promise| promise.as_str() == "rights.fee-cap");
    let promised = notice.blocks.iter().filter(capped).filter_map(|block| yen(&block.plain())).min();
    if let Some(promised) = promised.filter(|promised| book.limits.fee_max_yen > *promised) {
        let arguments = [book.limits.fee_max_yen.to_string(), promised.to_string()];
        let place = places.of(Thing::Limits, "fee_max_yen");
        let arguments = arguments.each_ref().map(String::as_str);
        problems.push(Flaw::FeeAbovePromise.at(&place.file, place.line, &arguments));
    }
}

/// The amount of yen a sentence names: `2,000円`, `２０００円`.
fn yen(sentence: &str) -> Option<u32> {
    let (before, _) = sentence.split_once('円')?;
    let digits: Vec<u32> = before
        .chars()
        .rev()
        .filter(|character| !matches!(character, ',' | '，' | ' '))
        .map_while(|character| match character {
            '０'..='９' => Some(u32::from(character) - u32::from('０')),
            _ => character.to_digit(10),
        })
        .collect();
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    Some(digits.into_iter().rev().fold(0, |amount, digit| amount * 10 + digit))
}
