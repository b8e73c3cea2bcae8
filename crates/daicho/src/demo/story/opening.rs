//! How the house opened: accounts, the policy, the handling ledger, and what changed in them since.

use super::Story;
use crate::demo::book::{Fate, Review};
use crate::demo::calendar::{BEGINS, Calendar, minutes_after};
use crate::demo::deed::{Version, What};
use crate::demo::staff::Who;
use jiff::ToSpan;
use ledger::names::Moment;
use policy::Policy;

pub(super) fn tell(story: &mut Story, policy: &Policy) {
    accounts(story);
    versions(story, policy);
    register(story);
}

/// The administrator's own account is made with the ledger; the others follow on the first day.
fn accounts(story: &mut Story) {
    let first = story.calendar.start(story.calendar.ago(BEGINS));
    let mut at = minutes_after(first, 9 * 60);
    for who in Who::ALL.iter().filter(|who| **who != Who::Administrator) {
        at = minutes_after(at, 3);
        story.does(at, Who::Administrator, What::Grant(*who));
    }
    // Somebody left; the account was taken back the same evening.
    let left = story.calendar.working_ago(210);
    let mut dice = story.dice(20);
    let at = story.calendar.at(left, 18 * 60 + 20, &mut dice);
    story.does(at, Who::Administrator, What::Revoke(Who::Leaver));
    for days in [390, 205, 24] {
        let at = story.calendar.office(story.calendar.working_ago(days), &mut dice);
        story.does(at, Who::Officer, What::ReviewAccess);
    }
}

/// The older version from the first day, the sample from its own day of revision on.
fn versions(story: &mut Story, policy: &Policy) {
    let calendar = story.calendar.clone();
    let first = minutes_after(calendar.start(calendar.ago(BEGINS)), 11 * 60);
    story.does(first, Who::Officer, What::Enact(Version::Before, first));
    story.program_does(minutes_after(first, 5), What::Publish);
    let from = calendar.start(policy.revised());
    let mut approved = policy.revised().checked_sub(12.days()).unwrap_or(policy.revised());
    while !Calendar::is_working(approved) {
        approved = approved.yesterday().unwrap_or(approved);
    }
    let approved = minutes_after(calendar.start(approved), 15 * 60);
    story.does(approved, Who::Officer, What::Enact(Version::Current, from));
    story.program_does(Moment(from.0.saturating_add(1)), What::Publish);
}

/// Rows are written by the officer and approved by the deputy, reviewed once a year, and sometimes moved or ended.
fn register(story: &mut Story) {
    let calendar = story.calendar.clone();
    let mut dice = story.dice(21);
    let plans: Vec<(i64, Fate, Review)> = story.rows.iter().map(|r| (r.written, r.fate, r.review)).collect();
    for (row, (written, fate, review)) in plans.into_iter().enumerate() {
        let (day, approved) = calendar.written(written);
        story.does(calendar.office(day, &mut dice), Who::Officer, What::Write(row));
        if fate == Fate::Draft {
            continue;
        }
        let at = calendar.office(approved, &mut dice);
        story.does(at, Who::Deputy, What::Approve(row));
        if let Review::Fresh(days) | Review::Soon(days) | Review::Lapsed(days) = review {
            let by = if dice.chance(70) { Who::Deputy } else { Who::Officer };
            // Nobody works on a weekend, but a review must not become younger than it is meant to be.
            let day = (0..5).map(|more| calendar.ago(days + more)).find(|day| Calendar::is_working(*day));
            story.does(calendar.office(day.unwrap_or(calendar.ago(days)), &mut dice), by, What::Review(row));
        }
        if written > 300 && fate == Fate::Used && matches!(review, Review::Fresh(_)) && dice.chance(7) {
            let at = calendar.office(calendar.working_ago(dice.between(120, 145)), &mut dice);
            story.does(at, Who::Officer, What::Move(row));
        }
        if let Fate::Ended(days) = fate {
            story.does(calendar.office(calendar.working_ago(days), &mut dice), Who::Officer, What::End(row));
        }
    }
}
