//! `kinds.toml`, `elements.toml`, `purposes.toml`: whose information, what of it, and what for.

use std::collections::{BTreeMap, BTreeSet};

use ledger::names::ElementId;

use super::Thing;
use super::sheet::Section;
use crate::policy::Book;
use crate::problem::Flaw;
use crate::{Condition, Element, Kind, Purpose, Role};

pub(super) fn kinds(section: &Section<'_, '_>, book: &mut Book) {
    for section in section.sections("kind") {
        let id = section.id(Thing::Kind);
        let label = section.texts("label");
        let category = section.reference("clause", Thing::Clause);
        if let (Some(id), Some(category)) = (id, category) {
            book.kinds.put(Kind { id, label, category });
        }
        section.done();
    }
}

pub(super) fn elements(section: &Section<'_, '_>, book: &mut Book) {
    for section in section.sections("element") {
        let id = section.id(Thing::Element);
        let class = section.word("class");
        let shape = section.word("shape");
        let label = section.texts("label");
        let headers = section.list("headers");
        if let (Some(id), Some(class), Some(shape)) = (id, class, shape) {
            book.elements.put(Element { id, class, shape, label, headers });
        }
        section.done();
    }
}

pub(super) fn purposes(section: &Section<'_, '_>, book: &mut Book) {
    for section in section.sections("purpose") {
        if let Some(purpose) = purpose(&section, book) {
            book.purposes.put(purpose);
        }
        section.done();
    }
}

fn purpose(section: &Section<'_, '_>, book: &Book) -> Option<Purpose> {
    let id = section.id(Thing::Purpose);
    let label = section.texts("label");
    let clause = section.reference("clause", Thing::Clause);
    let kinds = if section.is_everything("kinds") {
        book.kinds.all().iter().map(|kind| kind.id.clone()).collect()
    } else {
        set(section.references("kinds", Thing::Kind))
    };
    let elements = if section.is_everything("elements") {
        book.elements.all().iter().map(|element| element.id.clone()).collect()
    } else {
        set(section.references("elements", Thing::Element))
    };
    let roles: BTreeSet<Role> = set(section.words("roles"));
    let every_row = section.flag("every_row");
    let mut needs = BTreeMap::new();
    for section in section.sections("needs") {
        needs.extend(need(&section));
        section.done();
    }
    let purpose = Purpose { id: id?, label, clause: clause?, kinds, elements, needs, roles, every_row };
    for never in [Role::Administrator, Role::Staff] {
        if purpose.roles.contains(&never) {
            section.sheet.note(Flaw::RoleNever, section.line_of("roles"), &[purpose.id.as_str(), never.code()]);
        }
    }
    Some(purpose)
}

fn need(section: &Section<'_, '_>) -> Option<(ElementId, Condition)> {
    let element = section.reference("element", Thing::Element);
    let milestone = section.text("milestone").map(str::to_owned);
    let clause = section.reference("clause", Thing::Clause);
    let label = section.texts("label");
    Some((element?, Condition { milestone: milestone?, clause: clause?, label }))
}

fn set<T: Ord>(items: Vec<T>) -> BTreeSet<T> {
    items.into_iter().collect()
}
