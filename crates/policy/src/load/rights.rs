//! `rights.toml`: who may do what.

use std::collections::BTreeSet;

use super::Thing;
use super::sheet::Section;
use crate::policy::Book;
use crate::problem::Flaw;
use crate::rights::{Act, Glass, Longest, Place, Right, RightCase, Rights, Round};
use crate::{Problem, Role};

use super::Places;

pub(super) fn read(section: &Section<'_, '_>, book: &mut Book) {
    let usual = Rights::before_any_policy();
    let mut rights = Rights { of: <_>::default(), ..usual.clone() };
    if let Some(longest) = section.section("longest") {
        let days = |key, most: u16| longest.number(key, 1..u32::from(most) + 1).and_then(|days| days.try_into().ok());
        let (account, token, right) = (days("account_days", 1100), days("token_days", 366), days("right_days", 366));
        rights.longest = Longest {
            account_days: account.unwrap_or(usual.longest.account_days),
            token_days: token.unwrap_or(usual.longest.token_days),
            right_days: right.unwrap_or(usual.longest.right_days),
        };
        longest.done();
    }
    if let Some(round) = section.section("round") {
        let days = |key, most: u32| round.number(key, 1..most + 1).and_then(|days| days.try_into().ok());
        let (grace, unused) = (days("grace_days", 60), days("unused_days", 366));
        rights.round = Round {
            grace_days: grace.unwrap_or(usual.round.grace_days),
            unused_days: unused.unwrap_or(usual.round.unused_days),
        };
        round.done();
    }
    rights.glass = section.maybe_section("glass").map(|glass| {
        glass.sheet.define(Thing::Right, "[glass]", glass.line());
        let number = |key, most: u16| glass.number(key, 1..u32::from(most) + 1).and_then(|n| n.try_into().ok());
        let read = Glass {
            roles: roles(&glass, "roles"),
            approvers: roles(&glass, "approvers"),
            hours: number("hours", Glass::MOST_HOURS).unwrap_or(Glass::MOST_HOURS),
            approve_minutes: number("approve_minutes", Glass::MOST_MINUTES).unwrap_or(Glass::MOST_MINUTES),
            acts: acts(&glass),
        };
        glass.done();
        read
    });
    for section in section.sections("place") {
        rights.places.extend(place(&section));
        section.done();
    }
    for section in section.sections("right") {
        if let Some(act) = act(&section) {
            let second = if section.has("second") { roles(&section, "second") } else { BTreeSet::new() };
            let right = Right { roles: roles(&section, "roles"), second, fresh: section.flag("fresh") };
            if section.sheet.define(Thing::Right, act.code(), section.line_of("act")) {
                rights.of.insert(act, right);
            }
        }
        section.done();
    }
    for section in section.sections("case") {
        let say = section.texts("say");
        let role = section.word("role");
        let may = section.form("expect", "yes / no", |text| match text {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        });
        let line = section.line_of("act");
        if let (Some(act), Some(role), Some(may)) = (act(&section), role, may) {
            book.right_cases.push(RightCase { act, role, may, say, line });
        }
        section.done();
    }
    section.sheet.define(Thing::Right, "rights.toml", 1);
    book.rights = rights;
}

fn place(section: &Section<'_, '_>) -> Option<Place> {
    let id = super::head::own_id(section, Thing::Place);
    let clause = section.reference("clause", Thing::Clause);
    let label = section.texts("label");
    let purposes: BTreeSet<_> = section.references("purposes", Thing::Purpose).into_iter().collect();
    let zones = section.list("zones");
    let hour = |key| section.number(key, 0..25).and_then(|hour| u8::try_from(hour).ok());
    let (from_hour, until_hour) = (hour("from_hour"), hour("until_hour"));
    let place =
        Place { id: id?, clause: clause?, label, purposes, zones, from_hour: from_hour?, until_hour: until_hour? };
    if place.purposes.is_empty() || place.zones.is_empty() || place.from_hour >= place.until_hour {
        section.sheet.note(Flaw::PlaceNever, section.line(), &[&place.id]);
    }
    Some(place)
}

fn roles(section: &Section<'_, '_>, key: &'static str) -> BTreeSet<Role> {
    section.words(key).into_iter().collect()
}

fn act(section: &Section<'_, '_>) -> Option<Act> {
    section.form("act", "reveal / grant-access", Act::find)
}

fn acts(section: &Section<'_, '_>) -> BTreeSet<Act> {
    let mut found = BTreeSet::new();
    for written in section.list("acts") {
        match Act::find(&written) {
            Some(act) => drop(found.insert(act)),
            None => {
                section.sheet.note(Flaw::ValueForm, section.line_of("acts"), &["acts", &written, "open-work, reveal"]);
            }
        }
    }
    found
}

/// Whether the rights can be lived by: every act has a line, nobody rules alone, and the examples come out.
pub(super) fn agree(book: &Book, places: &Places, problems: &mut Vec<Problem>) {
    use crate::OfficeAct::{EnactPolicy, GrantAccess, GrantHighAccess, OpenWork, OpenWorkEverybody, RevokeAccess};
    let line = |act: Act| places.of(Thing::Right, act.code()).line;
    let mut note = |flaw: Flaw, line: u32, arguments: &[&str]| problems.push(flaw.at(FILE, line, arguments));
    for act in Act::all() {
        let Some(right) = book.rights.right(act) else {
            if !places.has(Thing::Right, act.code()) {
                note(Flaw::RightMissing, 0, &[act.code()]);
            }
            continue;
        };
        let people = matches!(act, Act::People(_) | Act::Office(OpenWork | OpenWorkEverybody));
        for never in [Role::Administrator, Role::Staff] {
            if people && right.roles.contains(&never) {
                note(Flaw::RightNever, line(act), &[act.code(), never.code()]);
            }
        }
        if right.roles.is_empty() && matches!(act, Act::Office(EnactPolicy | GrantAccess | RevokeAccess)) {
            note(Flaw::RightNobody, line(act), &[act.code()]);
        }
    }
    // Whoever gives access alone could give themselves what they lack.
    for act in [GrantAccess, GrantHighAccess] {
        let Some(right) = book.rights.right(act).filter(|right| right.second.is_empty()) else { continue };
        let opens = |role: &&Role| book.rights.may(**role, crate::ActKind::Reveal);
        if let Some(role) = right.roles.iter().find(opens) {
            note(Flaw::RightAlone, line(act.into()), &[role.code(), act.code()]);
        }
    }
    if let Some(glass) = &book.rights.glass {
        let wide = |act: &&Act| {
            Glass::NEVER.iter().any(|never| Act::Office(*never) == **act) || book.rights.needs_second(**act)
        };
        let line = places.of(Thing::Right, "[glass]").line;
        for act in glass.acts.iter().filter(wide) {
            note(Flaw::GlassTooWide, line, &[act.code()]);
        }
    }
    for case in &book.right_cases {
        if book.rights.may(case.role, case.act) != case.may {
            let (role, act) = (crate::Texts::same(case.role.code()), crate::Texts::same(case.act.code()));
            problems.push(Flaw::RightCase.say(FILE, case.line, &[case.say.clone(), role, act]));
        }
    }
}

const FILE: &str = "rights.toml";
