//! The year of the demo, told as a list of acts in the order of time.
//!
//! Each part of the story adds its acts; they are sorted at the end. A part may only count on what took place before: a row is
//! written, then approved, then people are taken in, then work is done, then somebody is erased.

mod arrivals;
mod desk;
mod endings;
mod evidence;
mod opening;
mod organisation;
mod requests;
mod sittings;

use super::book::{self, Row};
use super::calendar::{Calendar, days_after};
use super::deed::{Answer, Deed, Person, What, Work};
use super::dice::Dice;
use super::staff::Who;
use super::{Plan, Scale};
use desk::Sitting;
use ledger::names::Moment;
use policy::Policy;
use std::collections::BTreeSet;

/// Everything that is done in the year, and whom and what it is about.
pub(crate) struct Story {
    pub(crate) calendar: Calendar,
    pub(crate) scale: Scale,
    pub(crate) rows: Vec<Row>,
    pub(crate) people: Vec<Person>,
    pub(crate) works: Vec<Work>,
    pub(crate) occasions: usize,
    pub(crate) deeds: Vec<Deed>,
    /// Those who accepted an offer, by their places.
    hired: BTreeSet<usize>,
    /// The work that is done day by day, before it is told as acts.
    sittings: Vec<Sitting>,
    seed: u64,
}

impl Story {
    /// The story of this plan. The same plan gives the same story.
    pub(crate) fn told(plan: &Plan, calendar: Calendar, policy: &Policy) -> Self {
        let rows = book::rows(plan.scale, plan.today, &mut Dice::new(plan.seed, 1));
        let mut story = Self {
            calendar,
            scale: plan.scale,
            rows,
            people: Vec::new(),
            works: Vec::new(),
            occasions: 0,
            deeds: Vec::new(),
            hired: BTreeSet::new(),
            sittings: Vec::new(),
            seed: plan.seed,
        };
        opening::tell(&mut story, policy);
        organisation::tell(&mut story, policy);
        arrivals::tell(&mut story, policy);
        endings::tell(&mut story);
        desk::tell(&mut story);
        sittings::tell(&mut story);
        requests::tell(&mut story);
        evidence::tell(&mut story);
        story.deeds.sort_by_key(|deed| deed.at);
        story
    }

    /// The dice of one part of the story.
    fn dice(&self, part: u64) -> Dice {
        Dice::new(self.seed, part)
    }

    fn does(&mut self, at: Moment, by: Who, what: What) {
        self.deeds.push(Deed { at, by: Some(by), what, answer: Answer::Yes });
    }

    fn tries(&mut self, at: Moment, by: Who, what: What) {
        self.deeds.push(Deed { at, by: Some(by), what, answer: Answer::No });
    }

    fn program_does(&mut self, at: Moment, what: What) {
        self.deeds.push(Deed { at, by: None, what, answer: Answer::Yes });
    }

    /// The rows that fit, by their places.
    fn rows_where(&self, fits: impl Fn(&Row) -> bool) -> Vec<usize> {
        self.rows.iter().enumerate().filter(|(_, row)| fits(row)).map(|(at, _)| at).collect()
    }

    /// Whether a work record is open when the story is over.
    pub(crate) fn is_open_today(&self, work: usize) -> bool {
        let now = self.calendar.start(self.calendar.today);
        self.works.get(work).is_some_and(|work| work.from < now && days_after(now, 7) < work.until)
    }

    /// Whether somebody accepted an offer.
    pub(crate) fn is_hired(&self, person: usize) -> bool {
        self.hired.contains(&person)
    }

    /// The people held under a row, by their places.
    pub(crate) fn people_of(&self, row: usize) -> Vec<usize> {
        self.people.iter().enumerate().filter(|(_, p)| p.row == row).map(|(at, _)| at).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::calendar::minutes_after;
    use crate::demo::rules;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    fn told(percent: u32, today: jiff::civil::Date) -> Story {
        let policy = rules::current(today).unwrap();
        let plan = Plan { seed: 1, today, scale: Scale(percent) };
        Story::told(&plan, Calendar::new(TimeZone::get(policy.zone()).unwrap(), today), &policy)
    }

    #[test]
    fn nothing_is_done_before_the_house_opens_or_after_today_began() {
        for today in [date(2026, 11, 22), date(2026, 11, 23), date(2027, 3, 1), date(2026, 6, 7)] {
            let story = told(20, today);
            let (first, last) = (story.calendar.start(story.calendar.ago(425)), story.calendar.start(today));
            assert!(story.deeds.iter().all(|deed| first <= deed.at && deed.at <= last), "{today}");
            assert!(story.deeds.is_sorted_by_key(|deed| deed.at));
        }
    }

    #[test]
    fn the_house_holds_whom_it_should_and_does_a_years_work() {
        let story = told(100, date(2026, 11, 22));
        let held = story.people.iter().filter(|p| p.leaves.is_none()).count();
        assert_eq!(held, 5_000);
        assert_eq!(story.rows.len(), 218);
        assert!((15_000..60_000).contains(&story.deeds.len()), "{}", story.deeds.len());
        let refused = story.deeds.iter().filter(|deed| deed.answer == Answer::No).count();
        assert!((60..600).contains(&refused), "{refused}");
    }

    #[test]
    fn everybody_who_works_with_people_has_open_work_on_any_day() {
        for today in [date(2026, 11, 22), date(2026, 12, 1), date(2027, 1, 3), date(2026, 6, 30), date(2027, 3, 31)] {
            let story = told(20, today);
            let noon = minutes_after(story.calendar.start(today), 12 * 60);
            let busy = |who: Who| story.works.iter().any(|w| w.who.contains(&who) && w.from < noon && noon < w.until);
            for who in Who::ALL.iter().filter(|who| !matches!(who, Who::Administrator | Who::Leaver)) {
                assert!(busy(*who), "{who:?} has nothing to do on {today}");
            }
        }
    }

    #[test]
    fn the_same_plan_gives_the_same_story() {
        let (one, other) = (told(10, date(2026, 11, 22)), told(10, date(2026, 11, 22)));
        assert_eq!(format!("{:?}", one.deeds), format!("{:?}", other.deeds));
    }
}
