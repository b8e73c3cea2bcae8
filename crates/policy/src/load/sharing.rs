//! `recipients.toml`: who else may receive information, and what people were told about it.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::Thing;
use super::head::{country, own_id};
use super::sheet::Section;
use crate::policy::Book;
use crate::problem::Flaw;
use crate::{JointUse, OptOut, Recipient};

pub(super) fn read(section: &Section<'_, '_>, book: &mut Book) {
    for section in section.sections("recipient") {
        if let Some(recipient) = recipient(&section) {
            book.recipients.put(recipient);
        }
        section.done();
    }
    for section in section.sections("opt-out") {
        if let Some(plan) = opt_out(&section) {
            book.opt_outs.put(plan);
        }
        section.done();
    }
    for section in section.sections("joint-use") {
        if let Some(plan) = joint_use(&section) {
            book.joint_uses.put(plan);
        }
        section.done();
    }
}

fn recipient(section: &Section<'_, '_>) -> Option<Recipient> {
    let id = section.id(Thing::Recipient);
    let kind = section.word("kind");
    let name = section.texts("name");
    let country = country(section);
    let ground = section.word("ground");
    let route = section.maybe_word("route");
    let purposes = section.references("purposes", Thing::Purpose).into_iter().collect();
    let elements = section.references("elements", Thing::Element).into_iter().collect();
    Some(Recipient {
        id: id?,
        kind: kind?,
        name,
        country: country.unwrap_or_default(),
        ground: ground?,
        route,
        purposes,
        elements,
    })
}

fn opt_out(section: &Section<'_, '_>) -> Option<OptOut> {
    let id = own_id(section, Thing::OptOut);
    let called = id.clone().unwrap_or_default();
    let detail = |key| section.texts_or(key, Flaw::OptOutIncomplete, &called);
    let plan = OptOut {
        id: called.clone(),
        recipients: section.references("recipients", Thing::Recipient).into_iter().collect(),
        elements: section.references("elements", Thing::Element).into_iter().collect(),
        purpose: detail("purpose"),
        categories: detail("categories"),
        way: detail("way"),
        stop: detail("stop"),
        acquisition: detail("acquisition"),
        requests: detail("requests"),
        update: detail("update"),
        starts: statutory_date(section, "starts", &called),
        filing: statutory_text(section, "filing", &called),
        filed: statutory_date(section, "filed", &called),
    };
    id.map(|_| plan)
}

fn statutory_date(section: &Section<'_, '_>, key: &'static str, id: &str) -> Date {
    let date = section.maybe_date(key);
    if !section.has(key) {
        section.sheet.note(Flaw::OptOutIncomplete, section.line(), &[id, key]);
    }
    date.unwrap_or_default()
}

fn statutory_text(section: &Section<'_, '_>, key: &'static str, id: &str) -> String {
    let text = section.maybe_text(key);
    if !section.has(key) {
        section.sheet.note(Flaw::OptOutIncomplete, section.line(), &[id, key]);
    }
    text.unwrap_or_default().to_owned()
}

fn joint_use(section: &Section<'_, '_>) -> Option<JointUse> {
    let id = own_id(section, Thing::JointUse);
    let called = id.clone().unwrap_or_default();
    let item = |key| section.texts_or(key, Flaw::JointUseIncomplete, &called);
    let plan = JointUse {
        id: called.clone(),
        recipients: section.references("recipients", Thing::Recipient).into_iter().collect::<BTreeSet<_>>(),
        elements: section.references("elements", Thing::Element).into_iter().collect(),
        items: item("items"),
        scope: item("scope"),
        purpose: item("purpose"),
        responsible: item("responsible"),
        address: item("address"),
        representative: item("representative"),
        acquisition: item("acquisition"),
    };
    id.map(|_| plan)
}
