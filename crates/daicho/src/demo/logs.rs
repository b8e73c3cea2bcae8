//! The logs of the demo: what was read week by week, what did not fit, what was answered, and which weeks were signed off.

use access::{Desk, No};
use duties::logs::{self, Answer, File, Known};
use jiff::ToSpan;
use jiff::civil::Date;
use ledger::commitment::detail;
use policy::logs::{Asked, Counted, LogCheck, Week};

/// So many weeks back, logs were read.
pub(crate) const WEEKS: i64 = 9;
/// The newest weeks are not signed off yet.
const UNSIGNED: i64 = 2;

/// What did not fit in one week: which check, which log, who (a login) or which card, where, how often, and the answer.
type Odd = (LogCheck, &'static str, &'static str, &'static str, &'static str, u32, &'static str);

/// What did not fit so many weeks ago.
fn odd(ago: i64) -> Vec<Odd> {
    let mut odd: Vec<Odd> = Vec::new();
    if ago == 2 {
        odd.push((LogCheck::WrongZone, "door.hanoi", "hung", "", "server-room", 2, ""));
        odd.push((LogCheck::NoAttendance, "door.hanoi", "tuan", "", "", 1, ""));
    }
    if ago >= 2 && ago % 2 == 0 {
        odd.push((LogCheck::FirstLast, "door.hanoi", "lan", "", "", 1, "card-forgotten"));
    }
    if ago >= 2 && ago % 3 == 0 {
        odd.push((LogCheck::UnknownCard, "door.hanoi", "", "00048213", "D-01", 2, "visit-approved"));
    }
    if ago >= 2 && ago % 4 == 1 {
        odd.push((LogCheck::NoWork, "access.files", "takahashi", "", "files", 14, "work-recorded-late"));
    }
    odd
}

/// Reads the logs of a week, or of as much of it as has passed, answers what was answered, and signs it off if it was.
pub(crate) async fn week(desk: &Desk, first: Date, last: Date, ago: i64) -> Result<Option<u64>, No> {
    let known = logs::known(desk, first, last).await?;
    logs::reconcile_by(desk, first, last).await?;
    let days = u64::from(first.until(last).map_or(0, |span| span.get_days().unsigned_abs()) + 1);
    let mut entry = None;
    for (source, daily, unread) in [("door.hanoi", 3_914, 1), ("attendance", 597, 0), ("access.files", 16_870, 3)] {
        let told = format!("{source} {first}");
        let digest = detail(&[0; 32], told.as_bytes());
        let more = u64::from(digest[0]) * days;
        let asked = asked(desk, &known, source, first, ago);
        let unmatched: u64 = asked.iter().map(|one| u64::from(one.events)).sum();
        let events = daily * days + more;
        let counted = Counted {
            source: source.to_owned(),
            events,
            matched: events - unmatched,
            repeated: u64::from(digest[1] % 8),
            days: Some((first, last)),
            ..Counted::default()
        };
        let file = File { digest, lines: events + counted.repeated + unread, unread, covers: None };
        entry = Some(logs::record(desk, &known, &file, &counted, &asked).await?.entry);
    }
    let week = Week::of(first);
    for question in logs::questions(desk.office(), week, week).await? {
        let fitting = odd(ago).into_iter().find(|one| one.0 == question.check && one.1 == question.source);
        let Some((.., reason)) = fitting.filter(|one| !one.6.is_empty()) else { continue };
        let given = Answer { reason: reason.to_owned(), note: String::new() };
        entry = Some(logs::answer(desk, &known, question.id, given).await?);
    }
    if ago > UNSIGNED {
        let state = logs::weeks(desk, week, week).await?.pop().ok_or(No::Missing)?;
        for one in state.sections.iter().filter(|_| state.open() == 0) {
            entry = Some(logs::sign_off(desk, week, &one.section).await?);
        }
    }
    Ok(entry)
}

fn asked(desk: &Desk, known: &Known, source: &str, first: Date, ago: i64) -> Vec<Asked> {
    let mine = odd(ago).into_iter().filter(|one| one.1 == source);
    mine.zip(1..)
        .map(|((check, source, login, name, place, events, _), nth)| {
            let person = known.facts.people.iter().find(|p| p.id == login || p.also.iter().any(|also| also == login));
            let day = first.saturating_add(nth.days());
            let from = desk.start_of(day).0 + (8 * 60 + 41) * 60_000 + i64::from(nth) * 95_000;
            Asked {
                check,
                source: source.to_owned(),
                person: person.map_or_else(String::new, |person| person.id.clone()),
                name: if person.is_some() { String::new() } else { [name, login].concat() },
                place: place.to_owned(),
                section: person
                    .map(|person| person.section.clone())
                    .filter(|section| !section.is_empty())
                    .unwrap_or_else(|| Asked::OFFICE.to_owned()),
                week: Week::of(first),
                events,
                first: from,
                last: from + i64::from(events.saturating_sub(1)) * 3_600_000,
                line: 812 + u32::try_from(nth).unwrap_or(0) * 4_391,
                entered: check != LogCheck::UnknownCard,
            }
        })
        .collect()
}
