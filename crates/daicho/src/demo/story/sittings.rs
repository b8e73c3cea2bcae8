//! Day by day at the desks: somebody is looked for, a field or two is opened, and now and then the policy says no.

use super::Story;
use super::desk::Sitting;
use crate::demo::calendar::{Calendar, minutes_after};
use crate::demo::deed::{About, What, Work};
use crate::demo::dice::Dice;
use crate::demo::staff::Who;
use jiff::civil::Date;
use ledger::names::Moment;

pub(super) fn tell(story: &mut Story) {
    let mut dice = story.dice(60);
    let held: Vec<Vec<usize>> = (0..story.rows.len()).map(|row| story.people_of(row)).collect();
    for Sitting { work, times, menu } in std::mem::take(&mut story.sittings) {
        let Some(record) = story.works.get(work).cloned() else { continue };
        let rows = match &record.about {
            About::Rows(rows) => rows.clone(),
            About::Everybody => story.rows_where(|row| row.people > 0 && row.sort.elements.contains(&"email")),
            About::Person(_) => continue,
        };
        let days = days(&story.calendar, &record);
        for _ in 0..times {
            let Some(row) = dice.place(rows.len()).and_then(|n| rows.get(n)).copied() else { continue };
            let Some(day) = dice.place(days.len()).and_then(|n| days.get(n)).copied() else { continue };
            let at = story.calendar.office(day, &mut dice);
            if !(record.from.0 < at.0 && at.0.saturating_add(1_800_000) < record.until.0) {
                continue;
            }
            let people = held.get(row).map_or(&[][..], Vec::as_slice);
            if let Some(person) = somebody(story, people, at, &mut dice) {
                sit(story, &record, work, person, at, menu, &mut dice);
            }
        }
    }
    lately_refused(story, &mut dice);
}

/// The days of work a record covers, up to yesterday.
fn days(calendar: &Calendar, work: &Work) -> Vec<Date> {
    let (from, until) = (calendar.day(work.from), calendar.day(work.until));
    calendar.working_days(calendar.days_since(from), calendar.days_since(until))
}

fn somebody(story: &Story, people: &[usize], at: Moment, dice: &mut Dice) -> Option<usize> {
    (0..6).find_map(|_| {
        let person = people.get(dice.place(people.len())?).copied()?;
        story.people.get(person).filter(|p| p.is_there(at)).map(|_| person)
    })
}

fn sit(
    story: &mut Story,
    record: &Work,
    work: usize,
    person: usize,
    at: Moment,
    menu: &[&'static [&'static str]],
    dice: &mut Dice,
) {
    let by = whose(story, record, at, dice);
    let mut at = at;
    if dice.chance(72)
        && let Some(text) = searched(story, person, dice)
    {
        story.does(at, by, What::Find { text, work });
        at = minutes_after(at, dice.between(1, 3));
    }
    let known = story.people.get(person).and_then(|p| story.rows.get(p.row)).map_or(&[][..], |r| r.sort.elements);
    let fitting: Vec<&[&str]> = menu.iter().filter(|set| set.iter().all(|e| known.contains(e))).copied().collect();
    for _ in 0..1 + dice.below(3) {
        let elements = dice.pick(&fitting).to_vec();
        if elements.is_empty() {
            break;
        }
        story.does(at, by, What::Reveal { person, elements, purpose: record.purpose, work: Some(work) });
        at = minutes_after(at, dice.between(1, 5));
    }
    // What the last month saw of refusals is told apart, so that the page says how many there were.
    if dice.chance(2) && story.calendar.days_since(story.calendar.day(at)) > 32 {
        refused(story, record, work, person, (at, by), dice);
    }
}

/// Who of those on a record sits at the desk; whoever has left does not.
fn whose(story: &Story, record: &Work, at: Moment, dice: &mut Dice) -> Who {
    let left = story.calendar.start(story.calendar.working_ago(210));
    let there: Vec<Who> = record.who.iter().copied().filter(|who| *who != Who::Leaver || at < left).collect();
    let chosen = dice.place(there.len()).and_then(|n| there.get(n)).copied();
    chosen.unwrap_or(Who::Officer)
}

/// What somebody types to find a person.
fn searched(story: &Story, person: usize, dice: &mut Dice) -> Option<String> {
    let person = story.people.get(person)?;
    let first: &[&str] = match dice.below(100) {
        0..60 => &["name"],
        60..72 => &["name-kana", "name"],
        72..86 => &["email", "name"],
        _ => &["mobile", "phone", "caller-number", "name"],
    };
    let by = |elements: &[&str]| elements.iter().find_map(|element| person.value(element)).map(str::to_owned);
    by(first).or_else(|| by(&["name", "caller-number"]))
}

/// One of the ways in which the policy says no.
fn refused(story: &mut Story, record: &Work, work: usize, person: usize, (at, by): (Moment, Who), dice: &mut Dice) {
    let kind = story.people.get(person).and_then(|p| story.rows.get(p.row)).map_or("", |r| r.sort.kind);
    let reveal =
        |elements: &[&'static str], purpose, work| What::Reveal { person, elements: elements.to_vec(), purpose, work };
    let element = if kind == "caller" { "caller-number" } else { "name" };
    match (kind, dice.below(5)) {
        // Nobody sees a health check before the offer is accepted.
        ("applicant", 0) if !story.is_hired(person) => {
            story.tries(at, by, reveal(&["health-check"], "hr.recruit", Some(work)))
        }
        // The selection has no use for a bank account.
        ("applicant", 1) => story.tries(at, by, reveal(&["bank-account"], "hr.recruit", Some(work))),
        // Without a work record nothing opens.
        (_, 2) => story.tries(at, by, reveal(&[element], record.purpose, None)),
        // An administrator sees no value.
        (_, 3) => story.tries(at, Who::Administrator, reveal(&[element], record.purpose, Some(work))),
        // Somebody else's work opens nothing.
        _ => {
            let other = if by == Who::Health { Who::Reception } else { Who::Health };
            story.tries(at, other, reveal(&[element], record.purpose, Some(work)));
        }
    }
}

/// Three attempts of the last weeks to use information outside its purpose.
fn lately_refused(story: &mut Story, dice: &mut Dice) {
    for days in [23, 16, 6] {
        let day = story.calendar.working_ago(days);
        let at = story.calendar.office(day, dice);
        let open = |work: &&(usize, &Work)| work.1.purpose == "partner.events" && work.1.from < at && at < work.1.until;
        let works: Vec<(usize, &Work)> = story.works.iter().enumerate().collect();
        let Some(work) = works.iter().find(open).map(|(n, _)| *n) else { continue };
        // Whoever applied for work is not invited to an event.
        let applicants: Vec<usize> = story
            .people
            .iter()
            .enumerate()
            .filter(|(_, p)| p.is_there(at) && story.rows.get(p.row).is_some_and(|r| r.sort.kind == "applicant"))
            .map(|(n, _)| n)
            .collect();
        let Some(person) = dice.place(applicants.len()).and_then(|n| applicants.get(n)).copied() else { continue };
        let what = What::Reveal { person, elements: vec!["email"], purpose: "partner.events", work: Some(work) };
        story.tries(at, Who::Marketing, what);
    }
}
