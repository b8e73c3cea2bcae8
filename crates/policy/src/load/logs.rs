//! `logs.toml`: which logs are laid against work records, what is asked, what may be answered.

use super::Thing;
use super::head::own_id;
use super::sheet::Section;
use crate::logs::{CheckRule, LogReason, LogSort, LogSource};
use crate::policy::Book;
use crate::problem::Flaw;

pub(super) fn read(section: &Section<'_, '_>, book: &mut Book) {
    let days = |key, usual: u16| {
        let said = section.maybe_number(key, 1..91).and_then(|days| u16::try_from(days).ok());
        said.unwrap_or(usual)
    };
    book.logs.answer_days = days("answer_days", 3);
    book.logs.sign_off_days = days("sign_off_days", 7);
    // Reasons first: checks refer to them.
    reasons(section, book);
    sources(section, book);
    checks(section, book);
}

fn reasons(section: &Section<'_, '_>, book: &mut Book) {
    for section in section.sections("reason") {
        let id = own_id(&section, Thing::LogReason);
        let settles = section.word("settles");
        let label = section.texts("label");
        if let (Some(id), Some(settles)) = (id, settles) {
            book.logs.reasons.put(LogReason { id, settles, label });
        }
        section.done();
    }
}

fn sources(section: &Section<'_, '_>, book: &mut Book) {
    for section in section.sections("source") {
        let id = own_id(&section, Thing::LogSource);
        let sort: Option<LogSort> = section.word("sort");
        let every_days = section.number("every_days", 1..32).and_then(|days| u16::try_from(days).ok());
        let label = section.texts("label");
        if let (Some(id), Some(sort), Some(every_days)) = (id, sort, every_days) {
            // There is one ledger, and it is one log.
            let again = book.logs.own().filter(|_| sort == LogSort::Daicho).map(|own| own.id.clone());
            if let Some(own) = again {
                section.sheet.note(Flaw::IdDuplicate, section.line_of("sort"), &[sort.code(), &own]);
            } else {
                book.logs.sources.put(LogSource { id, sort, every_days, label });
            }
        }
        section.done();
    }
}

fn checks(section: &Section<'_, '_>, book: &mut Book) {
    for section in section.sections("check") {
        let id = own_id(&section, Thing::LogCheck);
        // The name of a check is the check.
        let check = section.word("id");
        let sorts = section.words("sorts").into_iter().collect();
        let minutes = section.maybe_number("minutes", 0..1441).and_then(|n| u16::try_from(n).ok()).unwrap_or(0);
        let level = section.maybe_number("level", 1..5).and_then(|n| u8::try_from(n).ok()).unwrap_or(1);
        let reasons = section.list("reasons");
        for reason in &reasons {
            section.sheet.refer(Thing::LogReason, reason, section.line_of("reasons"));
        }
        let ask = section.texts("ask");
        if let (Some(id), Some(check)) = (id, check) {
            book.logs.checks.put(CheckRule { id, check, sorts, minutes, level, reasons, ask });
        }
        section.done();
    }
}
