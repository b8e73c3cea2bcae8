//! What happens with people, and how what is held of them ends: by its term, by the end of a contract, or at their wish.

use super::Story;
use crate::demo::book::Fate;
use crate::demo::calendar::{Calendar, days_after, minutes_after};
use crate::demo::deed::What;
use crate::demo::dice::Dice;
use crate::demo::staff::Who;
use jiff::ToSpan;
use jiff::civil::Date;
use ledger::names::Moment;

pub(super) fn tell(story: &mut Story) {
    let mut dice = story.dice(40);
    for person in 0..story.people.len() {
        let Some((row, arrives, goes)) = story.people.get(person).map(|p| (p.row, p.arrives, p.leaves.is_some()))
        else {
            continue;
        };
        let Some((kind, nth, by, fate)) = story.rows.get(row).map(|r| (r.sort.kind, r.nth, r.sort.taken_in_by, r.fate))
        else {
            continue;
        };
        let arrived = story.calendar.day(arrives);
        match (kind, goes) {
            ("applicant", true) => not_hired(story, person, by, arrived, &mut dice),
            ("applicant", false) if dice.chance(8) => hired(story, person, by, arrived, &mut dice),
            ("caller", true) => erased_on(story, person, months_after(arrived, 6), "partner.inquiry", &mut dice),
            ("event-participant", true) => {
                erased_on(story, person, months_after(arrived, 12), "partner.survey", &mut dice)
            }
            ("entrusted-subject", true) => {
                if let Fate::Ended(days) = fate {
                    let ended = story.calendar.working_ago(days);
                    erased_on(
                        story,
                        person,
                        ended.checked_add(30.days()).unwrap_or(ended),
                        "entrusted.process",
                        &mut dice,
                    );
                }
            }
            ("inquirer", true) => at_their_wish(story, person, arrived, &mut dice),
            ("inquirer", false) if dice.chance(45) => answered(story, person, arrived, &mut dice),
            ("subscriber", _) if dice.chance(60) => {
                let at = minutes_after(arrives, dice.between(5, 25));
                story.does(at, Who::Officer, What::Reach { person, milestone: "tracking-consent" });
            }
            ("employee", false) if story.rows.get(row).is_some_and(|r| r.sort.people == 60) => {
                let at = minutes_after(arrives, dice.between(5, 40));
                story.does(at, Who::Officer, What::Reach { person, milestone: "health-notice" });
            }
            ("employee", false) if nth < 3 && dice.chance(5) => left(story, person, by, arrived, &mut dice),
            _ => {}
        }
    }
}

/// The last day of so many months that began the day after, as terms are counted.
fn months_after(day: Date, months: i32) -> Date {
    let next = day.tomorrow().ok().and_then(|d| d.checked_add(months.months()).ok());
    next.and_then(|d| d.yesterday().ok()).unwrap_or(day)
}

fn working_from(day: Date) -> Date {
    let mut day = day;
    while !Calendar::is_working(day) {
        day = day.tomorrow().unwrap_or(day);
    }
    day
}

/// Everything held of the person is erased on the first day of work on which the term allows it.
fn erased_on(story: &mut Story, person: usize, due: Date, purpose: &'static str, dice: &mut Dice) {
    let day = working_from(due);
    if story.calendar.days_since(day) < 1 {
        stays(story, person);
        return;
    }
    let at = story.calendar.at(day, dice.between(960, 1_060), dice);
    let by = if dice.chance(80) { Who::Deputy } else { Who::Officer };
    story.does(at, by, What::Erase { person, purpose });
    over(story, day, at);
    goes(story, person, at);
}

/// The program looks each minute; the story tells of the first look after the wait that the sample states.
fn over(story: &mut Story, day: Date, decided: Moment) {
    if story.calendar.days_since(day) > 3 {
        story.program_does(Moment(decided.0.saturating_add(72 * 3_600_000 + 30_000)), What::EraseWaited);
    }
}

fn goes(story: &mut Story, person: usize, at: Moment) {
    if let Some(person) = story.people.get_mut(person) {
        person.leaves = Some(at);
    }
}

fn stays(story: &mut Story, person: usize) {
    if let Some(person) = story.people.get_mut(person) {
        person.leaves = None;
    }
}

fn not_hired(story: &mut Story, person: usize, by: Who, arrived: Date, dice: &mut Dice) {
    let decided = working_from(arrived.checked_add(dice.between(12, 32).days()).unwrap_or(arrived));
    if story.calendar.days_since(decided) < 22 {
        stays(story, person);
        return;
    }
    let at = story.calendar.office(decided, dice);
    story.does(at, by, What::Reach { person, milestone: "decided" });
    erased_on(story, person, decided.checked_add(14.days()).unwrap_or(decided), "hr.recruit", dice);
}

fn hired(story: &mut Story, person: usize, by: Who, arrived: Date, dice: &mut Dice) {
    let accepted = working_from(arrived.checked_add(dice.between(20, 45).days()).unwrap_or(arrived));
    if story.calendar.days_since(accepted) >= 3 {
        let at = story.calendar.office(accepted, dice);
        story.does(at, by, What::Reach { person, milestone: "offer-accepted" });
        story.hired.insert(person);
    }
}

/// The officer records it: whoever answered has no open work about the person any more.
fn answered(story: &mut Story, person: usize, arrived: Date, dice: &mut Dice) {
    let closed = working_from(arrived.checked_add(dice.between(1, 9).days()).unwrap_or(arrived));
    // Those closed longer ago would have reached the end of their year by now.
    if (3..300).contains(&story.calendar.days_since(closed)) {
        let at = story.calendar.office(closed, dice);
        story.does(at, Who::Officer, What::Reach { person, milestone: "purpose-ended" });
    }
}

fn at_their_wish(story: &mut Story, person: usize, arrived: Date, dice: &mut Dice) {
    let asked = working_from(arrived.checked_add(dice.between(20, 90).days()).unwrap_or(arrived));
    if story.calendar.days_since(asked) < 2 {
        stays(story, person);
        return;
    }
    let at = story.calendar.office(asked, dice);
    story.does(at, Who::Officer, What::Erase { person, purpose: "rights.answer" });
    goes(story, person, at);
}

fn left(story: &mut Story, person: usize, by: Who, arrived: Date, dice: &mut Dice) {
    let days = story.calendar.days_since(arrived);
    let day = working_from(story.calendar.ago(dice.between(8, days.max(40) - 20)));
    let at = story.calendar.office(day, dice);
    if at > days_after(story.calendar.start(arrived), 1) {
        story.does(at, by, What::Reach { person, milestone: "left" });
    }
}
