//! `retention.toml`, `measures.toml`, `trackers.toml`: how long, how often, and what watches visitors.

use super::Thing;
use super::head::own_id;
use super::sheet::Section;
use crate::policy::Book;
use crate::problem::Flaw;
use crate::{Keep, Measure, Term, Tracker};

pub(super) fn terms(section: &Section<'_, '_>, book: &mut Book) {
    for section in section.sections("term") {
        if let Some(term) = term(&section) {
            book.terms.put(term);
        }
        section.done();
    }
}

fn term(section: &Section<'_, '_>) -> Option<Term> {
    let id = section.id(Thing::Term);
    let label = section.texts("label");
    let clause = section.reference("clause", Thing::Clause);
    let from = section.word("from");
    let dispose = section.word("dispose");
    let kinds = section.maybe_references("kinds", Thing::Kind).into_iter().collect();
    let purposes = section.maybe_references("purposes", Thing::Purpose).into_iter().collect();
    let keep = keep(section);
    let term = Term { id: id?, label, clause: clause?, kinds, purposes, from: from?, keep, dispose: dispose? };
    if term.kinds.is_empty() && term.purposes.is_empty() {
        section.sheet.note(Flaw::TermOpen, section.line(), &[term.id.as_str()]);
    }
    Some(term)
}

fn keep(section: &Section<'_, '_>) -> Keep {
    let mut said = false;
    let mut part = |key, most| {
        said |= section.has(key);
        section.maybe_number(key, 0..most).and_then(|number| u16::try_from(number).ok()).unwrap_or_default()
    };
    let keep = Keep { years: part("years", 101), months: part("months", 1201), days: part("days", 36_501) };
    if !said {
        section.sheet.note(Flaw::KeyMissing, section.line(), &["years / months / days", "[[term]]"]);
    }
    keep
}

pub(super) fn measures(section: &Section<'_, '_>, book: &mut Book) {
    for section in section.sections("measure") {
        let id = section.id(Thing::Measure);
        let clause = section.reference("clause", Thing::Clause);
        let rhythm =
            section.form("rhythm", "4 per year / 12 months / 30 days / every row / always / when asked", |text| {
                text.parse().ok()
            });
        let owner = section.word("owner");
        let label = section.texts("label");
        if let (Some(id), Some(clause), Some(rhythm), Some(owner)) = (id, clause, rhythm, owner) {
            book.measures.put(Measure { id, clause, rhythm, owner, label });
        }
        section.done();
    }
}

pub(super) fn trackers(section: &Section<'_, '_>, book: &mut Book) {
    for section in section.sections("tracker") {
        let id = own_id(&section, Thing::Tracker);
        let clause = section.reference("clause", Thing::Clause);
        let label = section.texts("label");
        let provider = section.text("provider").unwrap_or_default().to_owned();
        let hosts = section.list("hosts");
        let purposes = section.words("purposes").into_iter().collect();
        let sends = section.texts("sends");
        let link = address(&section, "link");
        let opt_out = address(&section, "opt_out");
        if let (Some(id), Some(clause)) = (id, clause) {
            book.trackers.put(Tracker { id, clause, label, provider, hosts, purposes, sends, link, opt_out });
        }
        section.done();
    }
}

fn address(section: &Section<'_, '_>, key: &'static str) -> String {
    let address = |text: &str| text.starts_with("https://").then(|| text.to_owned());
    section.form(key, "https://company.example/privacy", address).unwrap_or_default()
}
