//! How people come into the rows: all at once, month by month, or on the day of an event.

use super::Story;
use crate::demo::book::{Fate, Flow, Row};
use crate::demo::calendar::Calendar;
use crate::demo::deed::{Person, What};
use crate::demo::dice::Dice;
use crate::demo::people::{Setting, Values, person};
use jiff::civil::Date;
use ledger::names::{ElementId, Moment};
use policy::Policy;
use std::collections::HashSet;

pub(super) fn tell(story: &mut Story, policy: &Policy) {
    let mut dice = story.dice(30);
    for row in 0..story.rows.len() {
        let Some(plan) = story.rows.get(row).map(|r| Intake::of(r, &story.calendar, policy, &mut dice)) else {
            continue;
        };
        let mut seen = HashSet::new();
        for (day, count, stay) in &plan.days {
            let at = story.calendar.office(*day, &mut dice);
            take_in(story, &plan, row, at, (*count, *stay), &mut seen, &mut dice);
        }
    }
}

/// Why somebody is in a batch: to stay, or to be disposed of within the year.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stay {
    Held,
    Gone,
}

/// How one row is filled.
struct Intake {
    days: Vec<(Date, usize, Stay)>,
    elements: Vec<&'static str>,
    setting: Setting,
    by: crate::demo::staff::Who,
}

impl Intake {
    fn of(row: &Row, calendar: &Calendar, policy: &Policy, dice: &mut Dice) -> Self {
        let sort = row.sort;
        let months = |count: usize, from: i64, to: i64, stay| spread(calendar, count, from, to, sort.flow, stay);
        let start = calendar.days_since(calendar.written(row.written).1) - 1;
        let days = match (sort.kind, sort.flow, row.fate) {
            (_, _, Fate::Draft) => Vec::new(),
            // Numbers of callers are kept for six months.
            ("caller", _, _) => {
                [months(row.gone, start, 190, Stay::Gone), months(row.people, 176, 4, Stay::Held)].concat()
            }
            // What becomes of an applicant is decided within weeks; those who stay are still in the process, or agreed to be kept.
            ("applicant", _, _) => {
                let last = (start - 170).max(70);
                [
                    months(row.gone, start, last, Stay::Gone),
                    months(row.people, start, (start - 150).max(20), Stay::Held),
                ]
                .concat()
            }
            ("event-participant", _, _) if sort.term == "回答から1年" => {
                let day = if row.nth == 0 { 406 } else { start };
                [once(calendar, row.gone, day, Stay::Gone), once(calendar, row.people, day, Stay::Held)].concat()
            }
            ("event-participant", _, _) => once(calendar, row.people, start - 14, Stay::Held),
            (_, Flow::Months(_), _) => {
                [months(row.gone, start, 120, Stay::Gone), months(row.people, start, 5, Stay::Held)].concat()
            }
            (_, Flow::Stock, _) if row.people > 12 => {
                let later = row.people / 12;
                [
                    once(calendar, row.people - later, start - 2, Stay::Held),
                    once(calendar, later, dice.between(60, 250), Stay::Held),
                ]
                .concat()
            }
            _ => [once(calendar, row.gone, start, Stay::Gone), once(calendar, row.people, start, Stay::Held)].concat(),
        };
        Self { days, elements: taken_in(row, policy), setting: setting(row, calendar), by: sort.taken_in_by }
    }
}

/// The elements an import may bring: those of its purpose that need nothing to have happened before.
fn taken_in(row: &Row, policy: &Policy) -> Vec<&'static str> {
    let purpose = row.sort.purpose().parse().ok().and_then(|id| policy.purpose(&id));
    let free = |element: &&&str| {
        let id: Option<ElementId> = element.parse().ok();
        purpose.zip(id).is_some_and(|(p, id)| p.elements.contains(&id) && !p.needs.contains_key(&id))
    };
    row.sort.elements.iter().filter(free).copied().collect()
}

fn setting(row: &Row, calendar: &Calendar) -> Setting {
    let prefix = match row.title.as_str() {
        title if title.contains("東京") => "T",
        title if title.contains("ダナン") => "D",
        _ => "H",
    };
    Setting {
        land: if row.title.contains("東京") { super::super::names::Land::Japan } else { row.sort.land },
        company: row.client.clone().filter(|_| row.sort.kind != "entrusted-subject"),
        about: row.title.trim_end_matches(" 参加者").to_owned(),
        prefix,
        day: calendar.today,
    }
}

fn once(calendar: &Calendar, count: usize, days_ago: i64, stay: Stay) -> Vec<(Date, usize, Stay)> {
    if count == 0 { Vec::new() } else { vec![(calendar.working_ago(days_ago.max(3)), count, stay)] }
}

/// So many people in even batches between two days.
fn spread(calendar: &Calendar, count: usize, from: i64, to: i64, flow: Flow, stay: Stay) -> Vec<(Date, usize, Stay)> {
    let Flow::Months(most) = flow else { return once(calendar, count, from, stay) };
    let batches = usize::from(most).min(count);
    (0..batches)
        .map(|n| {
            let (part, step) = (i64::try_from(n).unwrap_or(0), i64::try_from(batches.max(2) - 1).unwrap_or(1));
            let ago = from - (from - to) * part / step;
            (calendar.working_ago(ago.max(3)), count * (n + 1) / batches - count * n / batches, stay)
        })
        .collect()
}

fn take_in(
    story: &mut Story,
    plan: &Intake,
    row: usize,
    at: Moment,
    (count, stay): (usize, Stay),
    seen: &mut HashSet<Values>,
    dice: &mut Dice,
) {
    let first = story.people.len();
    let setting = Setting { day: story.calendar.day(at), ..plan.setting.clone() };
    while story.people.len() < first + count {
        let number = story.people.len() + 1;
        let values = person(&plan.elements, &setting, number, dice);
        // An import passes over a line that says what another line of the row said.
        if seen.insert(values.clone()) {
            let leaves = (stay == Stay::Gone).then_some(Moment(i64::MAX));
            story.people.push(Person { row, values, arrives: at, leaves, stopped: None });
        }
    }
    let people = first..story.people.len();
    story.does(at, plan.by, What::TakeIn { row, people });
}
