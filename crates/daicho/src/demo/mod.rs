//! The demo: a fictional Vietnamese-Japanese software house with a year of records, made by the product's own acts.
//!
//! Nothing is written past the doors the product has: rows are put, approved and reviewed, people are taken in, found and
//! revealed, and the policy refuses what it refuses. So the ledger of the demo is a true one, and what the policy page says of it
//! was counted. The story is made up from a seed and the day; the desk's clock walks through it.

mod book;
mod calendar;
mod deed;
mod dice;
mod logs;
mod names;
mod people;
mod play;
mod rules;
pub(crate) mod samples;
mod staff;
mod story;

pub(crate) use staff::{PASSWORD, Who};

use crate::config::Config;
use crate::epoch::{self, When};
use crate::keyring::Keyring;
use crate::keyring::root::Protection;
use crate::said::Said;
use crate::tick;
use crate::wire::House;
use access::Office;
use access::actor::grant_first;
use book::Fate;
use calendar::{BEGINS, Calendar, minutes_after};
use duties::watch::{Books, Standing};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ledger::entry::EntryKind;
use play::{Stage, Streams};
use std::collections::BTreeMap;
use story::Story;

/// The seed of the demo. The same seed on the same day tells the same story.
pub(crate) const SEED: u64 = 20_041_217;

/// What demo to make.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Where its chance begins.
    pub(crate) seed: u64,
    /// The day it ends on.
    pub(crate) today: Date,
    /// How large it is.
    pub(crate) scale: Scale,
}

/// A part of the whole house, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scale(pub(crate) u32);

impl Scale {
    /// This part of a number; at least one where there is any.
    pub(crate) fn of(self, whole: usize) -> usize {
        let percent = usize::try_from(self.0).unwrap_or(100);
        if whole == 0 { 0 } else { ((whole * percent + 50) / 100).max(1) }
    }
}

/// What was made.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// People held when the story ends.
    pub(crate) people: usize,
    /// Rows of the handling ledger, without those that have ended.
    pub(crate) rows: usize,
    /// Entries of the ledger, and their root.
    pub(crate) entries: u64,
    pub(crate) root: [u8; 32],
    /// How many promises stand how.
    pub(crate) standings: BTreeMap<Standing, usize>,
    /// What a visitor may try first.
    pub(crate) example: Option<Example>,
    /// Acts that were answered otherwise than the story expected: none, unless the product has changed under it.
    pub(crate) surprises: Vec<String>,
}

/// Somebody whose health check the policy will not show, and the newest attempt it refused.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    pub(crate) person: String,
    pub(crate) row: String,
    pub(crate) work: String,
    pub(crate) login: &'static str,
    pub(crate) refused: u64,
}

/// Where the house counts its days.
pub(crate) fn zone() -> TimeZone {
    TimeZone::get("Asia/Ho_Chi_Minh").unwrap_or(TimeZone::UTC)
}

/// Makes the demo at the place of this configuration. `progress` hears of each act that took place, and of how many.
pub(crate) async fn make(config: Config, plan: &Plan, progress: &dyn Fn(usize, usize)) -> Result<Made, Said> {
    let house = House::make(config, &Protection::File).await?;
    let policy = rules::current(plan.today).map_err(Said::fault)?;
    let story = Story::told(plan, Calendar::new(zone(), plan.today), &policy);
    let streams = Streams::new(plan.seed);
    let branch = Keyring::read(&house.config).await?.actor()?;
    let office = Office::open(house.store.clone(), streams.chance(), *branch.expose(), house.config.file.node).await?;
    let mut stage = Stage::new(house.clone(), office, streams, &story)?;
    begin(&mut stage, &story).await?;
    let whole = story.deeds.len();
    let played = stage.play(&story, plan.seed, &|acts| progress(acts, whole)).await?;
    renew_keys(&house, &stage, &story).await?;
    tick::begin(&house).await?;
    let head = house.store.head().await?;
    Ok(Made {
        people: story.people.iter().filter(|person| person.leaves.is_none()).count(),
        rows: story.rows.iter().filter(|row| !matches!(row.fate, Fate::Ended(_))).count(),
        entries: head.size,
        root: head.root,
        standings: standings(&stage, &story).await?,
        example: stage.example(&story, played.refused),
        surprises: played.surprises,
    })
}

/// The birth of the ledger and the first account, as `daicho init` makes them.
async fn begin(stage: &mut Stage, story: &Story) -> Result<(), Said> {
    let at = minutes_after(story.calendar.start(story.calendar.ago(BEGINS)), 9 * 60 - 5);
    let desk = stage.office.desk(None, at);
    let born = desk.entry(EntryKind::Born, desk.act_id());
    desk.commit(desk.act(&born)?).await?;
    grant_first(&desk, play::grant_for(Who::Administrator)).await?;
    let actor = play::account(&stage.office, Who::Administrator.member().login, at).await?;
    stage.actors.insert(Who::Administrator, actor);
    Ok(())
}

/// People's keys are wrapped again, as the program does each night.
async fn renew_keys(house: &House, stage: &Stage, story: &Story) -> Result<(), Said> {
    let desk = stage.office.desk(None, minutes_after(story.calendar.start(story.calendar.today), 1));
    epoch::turn(house, &desk, When::AtOnce, |desk| desk.entry(EntryKind::EpochTurned, desk.act_id())).await?;
    Ok(())
}

async fn standings(stage: &Stage, story: &Story) -> Result<BTreeMap<Standing, usize>, Said> {
    let officer = stage.actors.get(&Who::Officer).cloned();
    let now = minutes_after(story.calendar.start(story.calendar.today), 1);
    let books = Books::open(&stage.office.desk(officer, now), story.calendar.today).await?;
    let mut counts = BTreeMap::new();
    for finding in duties::watch::all(&books).values() {
        *counts.entry(finding.standing).or_default() += 1;
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_something_is_never_nothing() {
        assert_eq!([Scale(20).of(214), Scale(20).of(1), Scale(20).of(0), Scale(100).of(214)], [43, 1, 0, 214]);
    }
}
