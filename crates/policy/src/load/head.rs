//! `policy.toml`: who promises, since when, with which limits.

use ledger::names::{BadName, PromiseId, RowId};

use super::Thing;
use super::sheet::Section;
use crate::policy::{Book, Head};
use crate::problem::Flaw;
use crate::{Contact, Dropped, Entity, Erasure, Language, Limits, Organisation, SignIn, Texts};

pub(super) fn read(section: &Section<'_, '_>, book: &mut Book) {
    let version = section.number("language", 0..u32::MAX);
    if let Some(other) = version.filter(|version| *version != 1) {
        section.sheet.note(Flaw::LanguageVersion, section.line_of("language"), &[&other.to_string()]);
    }
    book.head = head(section);
    if let Some(organisation) = section.section("organisation") {
        book.organisation = self::organisation(&organisation);
        organisation.done();
    }
    for section in section.sections("group") {
        if let Some(entity) = entity(&section) {
            book.group.put(entity);
        }
        section.done();
    }
    if let Some(contact) = section.section("contact") {
        book.contact = self::contact(&contact);
        contact.done();
    }
    if let Some(limits) = section.section("limits") {
        book.limits = Limits {
            fee_max_yen: limits.number("fee_max_yen", 0..1_000_001).unwrap_or_default(),
            search_without_work: limits.flag("search_without_work"),
        };
        limits.sheet.define(Thing::Limits, "fee_max_yen", limits.line_of("fee_max_yen"));
        limits.done();
    }
    // A policy that was settled before this was asked for must still be read: that it is missing is told when it is weighed.
    if let Some(section) = section.maybe_section("erasure") {
        erasure(&section, book);
        section.done();
    }
    if let Some(section) = section.maybe_section("sign-in") {
        book.sign_in = sign_in(&section);
        section.done();
    }
    for section in section.sections("dropped") {
        book.dropped.extend(dropped(&section));
        section.done();
    }
}

fn head(section: &Section<'_, '_>) -> Head {
    let unread = Head::default();
    let zones = jiff::tz::TimeZoneDatabase::bundled();
    let zone = |name: &str| zones.get(name).is_ok().then(|| name.to_owned());
    let head = Head {
        version: section.text("version").unwrap_or_default().to_owned(),
        enacted: section.date("enacted").unwrap_or(unread.enacted),
        revised: section.date("revised").unwrap_or(unread.revised),
        zone: section.form("zone", "Asia/Tokyo", zone).unwrap_or(unread.zone),
    };
    if head.revised < head.enacted {
        let dates = [head.enacted.to_string(), head.revised.to_string()];
        section.sheet.note(Flaw::DatesOrder, section.line_of("revised"), &dates.each_ref().map(String::as_str));
    }
    head
}

fn erasure(section: &Section<'_, '_>, book: &mut Book) {
    let number = |key: &'static str, range: std::ops::Range<u32>| {
        let number = section.number(key, range);
        section.sheet.define(Thing::Erasure, key, section.line_of(key));
        number.and_then(|number| u16::try_from(number).ok())
    };
    let wait_hours = number("wait_hours", 0..u32::from(Erasure::MOST_WAIT_HOURS) + 1);
    let backups_days = number("backups_days", 2..u32::from(Erasure::MOST_BACKUPS_DAYS) + 1);
    let clause = section.reference("clause", Thing::Clause);
    section.sheet.define(Thing::Erasure, "erasure", section.line());
    if let (Some(wait_hours), Some(backups_days)) = (wait_hours, backups_days) {
        book.erasure = Erasure { wait_hours, backups_days };
        book.erasure_told = clause;
    }
}

/// What is not stated is as it is where nothing is.
fn sign_in(section: &Section<'_, '_>) -> SignIn {
    let usual = SignIn::default();
    let number = |key: &'static str, range: std::ops::RangeInclusive<u16>, usual: u16| {
        let number = section.maybe_number(key, u32::from(*range.start())..u32::from(*range.end()) + 1);
        number.and_then(|number| u16::try_from(number).ok()).unwrap_or(usual)
    };
    for key in ["ways", "second_for"] {
        section.sheet.define(Thing::SignIn, key, section.line_of(key));
    }
    SignIn {
        ways: section.words("ways").into_iter().collect(),
        second_for: if section.has("second_for") { section.words("second_for") } else { Vec::new() }
            .into_iter()
            .collect(),
        grace_days: number("grace_days", 0..=SignIn::MOST_GRACE_DAYS, usual.grace_days),
        idle_minutes: number("idle_minutes", 1..=SignIn::MOST_SESSION_HOURS * 60, usual.idle_minutes),
        session_hours: number("session_hours", 1..=SignIn::MOST_SESSION_HOURS, usual.session_hours),
        proof_minutes: number("proof_minutes", 1..=SignIn::MOST_PROOF_MINUTES, usual.proof_minutes),
        password_characters: number(
            "password_characters",
            SignIn::LEAST_CHARACTERS..=SignIn::MOST_CHARACTERS,
            usual.password_characters,
        ),
    }
}

fn organisation(section: &Section<'_, '_>) -> Organisation {
    let name = section.texts("name");
    Organisation {
        short: section.maybe_texts("short").unwrap_or_else(|| name.clone()),
        name,
        address: section.texts("address"),
        representative: section.texts("representative"),
    }
}

fn entity(section: &Section<'_, '_>) -> Option<Entity> {
    let id = own_id(section, Thing::Entity);
    let entity = Entity {
        id: id.clone().unwrap_or_default(),
        country: country(section).unwrap_or_default(),
        name: section.texts("name"),
        address: section.texts("address"),
    };
    id.map(|_| entity)
}

pub(super) fn country(section: &Section<'_, '_>) -> Option<String> {
    section.form("country", "JP", |code| {
        let letters = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
        letters.then(|| code.to_owned())
    })
}

fn contact(section: &Section<'_, '_>) -> Contact {
    let email = |text: &str| {
        let (name, host) = text.rsplit_once('@')?;
        let whole = !name.is_empty() && host.contains('.') && !text.contains(char::is_whitespace);
        whole.then(|| text.to_owned())
    };
    let telephone = |text: &str| {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        (text.starts_with('+') && digits >= 6).then(|| text.to_owned())
    };
    let mut languages: Vec<Language> = section.words("languages");
    languages.dedup();
    Contact {
        name: section.texts("name"),
        address: section.texts("address"),
        telephone: section.form("telephone", "+81-3-0000-0000", telephone).unwrap_or_default(),
        email: section.form("email", "privacy@company.example", email).unwrap_or_default(),
        hours: section.texts("hours"),
        languages,
    }
}

fn dropped(section: &Section<'_, '_>) -> Option<Dropped> {
    let promise: Option<PromiseId> = section.reference("promise", Thing::Promise);
    let reason: Texts = section.texts("reason");
    let promise = promise?;
    section.sheet.define(Thing::Dropped, promise.as_str(), section.line_of("promise"));
    Some(Dropped { promise, reason })
}

/// A name of our own that evidence does not speak of, kept as text.
pub(super) fn own_id(section: &Section<'_, '_>, thing: Thing) -> Option<String> {
    section.id::<OwnName>(thing).map(|name| name.0)
}

/// Any slug.
struct OwnName(String);

impl std::str::FromStr for OwnName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        text.parse::<RowId>().map(|_| Self(text.to_owned()))
    }
}

impl AsRef<str> for OwnName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
