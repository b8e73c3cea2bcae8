//! `clauses.toml` and `products/*.toml`: which sentence promises what, and which product says it differently.

use std::collections::BTreeMap;

use ledger::names::ClauseId;

use super::Thing;
use super::head::own_id;
use super::sheet::Section;
use crate::policy::Book;
use crate::problem::Flaw;
use crate::{Clause, Language, Product, Texts};

pub(super) fn clauses(section: &Section<'_, '_>, book: &mut Book) {
    for section in section.sections("clause") {
        if let Some(clause) = clause(&section) {
            book.clauses.put(clause);
        }
        section.done();
    }
}

fn clause(section: &Section<'_, '_>) -> Option<Clause> {
    let id: Option<ClauseId> = section.id(Thing::Clause);
    let called = id.as_ref().map_or("", ClauseId::as_str);
    let promises = section.maybe_references("promises", Thing::Promise);
    let statement = section.flag("statement");
    match (promises.is_empty(), statement) {
        (true, false) => section.sheet.note(Flaw::ClauseHollow, section.line(), &[called]),
        (false, true) => section.sheet.note(Flaw::ClauseBoth, section.line(), &[called]),
        _ => {}
    }
    let mut translated = BTreeMap::new();
    if let Some(section) = section.maybe_section("translated") {
        for (key, language) in [("en", Language::En), ("vi", Language::Vi)] {
            if section.has(key) {
                let digits = |text: &str| {
                    let hex = text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
                    (text.len() == 12 && hex).then(|| text.to_owned())
                };
                translated.extend(section.form(key, "0123456789ab", digits).map(|digits| (language, digits)));
            }
        }
        section.done();
    }
    Some(Clause { id: id?, promises, statement, translated })
}

pub(super) fn product(section: &Section<'_, '_>, book: &mut Book) {
    let id = own_id(section, Thing::Product);
    let label = section.texts("label");
    let called = id.clone().unwrap_or_default();
    let stem = section.sheet.path.strip_prefix("products/").and_then(|name| name.strip_suffix(".toml"));
    if let Some(stem) = stem.filter(|stem| *stem != called && !called.is_empty()) {
        section.sheet.note(Flaw::ValueForm, section.line(), &["id", &called, stem]);
    }
    let mut overrides: BTreeMap<ClauseId, Texts> = BTreeMap::new();
    for section in section.sections("override") {
        if let Some((clause, text)) = one_override(&section, &called) {
            overrides.insert(clause, text);
        }
        section.done();
    }
    if let Some(id) = id {
        book.products.put(Product { id, label, overrides });
    }
}

fn one_override(section: &Section<'_, '_>, product: &str) -> Option<(ClauseId, Texts)> {
    let text = section.override_texts("text", product);
    let clause: ClauseId = section.name("clause")?;
    section.sheet.refer(Thing::Overridden, &format!("{product} {clause}"), section.line_of("clause"));
    Some((clause, text))
}

/// Tells every block of the notices which promises its clause makes.
pub(super) fn bind(book: &mut Book) {
    let Book { notices, clauses, .. } = book;
    for block in notices.values_mut().flat_map(|notice| &mut notice.blocks) {
        if let Some(clause) = clauses.find(block.id.as_str()) {
            block.promises.clone_from(&clause.promises);
        }
    }
}
