//! The story is played: every act goes through the product's own doors, at a desk whose clock stands where the story says.
//!
//! Acts that do not depend on each other wait for the disk together, as they do in an office with many desks, but they reach the
//! ledger in the order of the story. That is what makes a year pass in seconds and the same story give the same ledger.

mod act;
mod lane;
mod streams;

pub(crate) use act::grant_for;
pub(crate) use streams::Streams;

use super::Example;
use super::deed::{About, Answer, Deed, What};
use super::rules;
use super::staff::Who;
use super::story::Story;
use crate::said::Said;
use access::{Actor, No, Office};
use act::Made;
use duties::occasion::OccasionId;
use lane::{Key, Lane, Manner};
use ledger::names::{PersonId, RowId, WorkId};
use policy::Policy;
use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::task::Poll;
use vault::Vault;

/// Acts under way at once.
const WIDE: usize = 96;

/// The stage: the house, and what the story's people, records and occasions are called in it.
pub(crate) struct Stage {
    pub(crate) office: Office,
    pub(crate) vault: Vault,
    pub(crate) streams: Streams,
    pub(crate) house: crate::wire::House,
    pub(crate) policies: (Policy, Policy),
    pub(crate) actors: BTreeMap<Who, Actor>,
    rows: Vec<RowId>,
    people: Vec<Option<PersonId>>,
    works: Vec<Option<WorkId>>,
    occasions: Vec<Option<OccasionId>>,
}

/// What came of playing the story.
#[derive(Clone, Debug, Default)]
pub(crate) struct Played {
    /// Acts that took place.
    pub(crate) acts: usize,
    /// The newest entry of a refusal.
    pub(crate) refused: Option<u64>,
    /// Acts that were answered otherwise than the story expected, by their places and in words.
    pub(crate) surprises: Vec<String>,
}

impl Stage {
    /// An empty stage for a story.
    pub(crate) fn new(
        house: crate::wire::House,
        office: Office,
        streams: Streams,
        story: &Story,
    ) -> Result<Self, Said> {
        let rows: Result<Vec<RowId>, _> = story.rows.iter().map(|row| row.id.parse()).collect();
        let today = story.calendar.today;
        Ok(Self {
            vault: house.vault.clone(),
            office,
            streams,
            house,
            policies: (rules::before(today).map_err(Said::fault)?, rules::current(today).map_err(Said::fault)?),
            actors: BTreeMap::new(),
            rows: rows.map_err(Said::fault)?,
            people: vec![None; story.people.len()],
            works: vec![None; story.works.len()],
            occasions: vec![None; story.occasions],
        })
    }

    /// Plays the story from its first act to its last.
    pub(crate) async fn play(&mut self, story: &Story, seed: u64, progress: &dyn Fn(usize)) -> Result<Played, Said> {
        let mut played = Played::default();
        let mut lanes: VecDeque<Lane> = VecDeque::new();
        let mut next = 0;
        let mut last_entry = None;
        poll_fn(|cx| {
            loop {
                let mut moved = false;
                // The act whose turn it is goes first: until it has reached the ledger, no later one may.
                let turn = lanes.iter().position(|lane| !lane.is_submitted());
                if let Some(lane) = turn.and_then(|at| lanes.get_mut(at)) {
                    lane.take_turn(&self.streams, cx);
                    moved |= lane.is_submitted();
                }
                while let Some(lane) = lanes.front_mut() {
                    if lane.is_submitted() {
                        lane.wait(cx);
                    }
                    if !lane.is_done() {
                        break;
                    }
                    if let Some(lane) = lanes.pop_front() {
                        moved = true;
                        self.settle(story, lane, &mut last_entry, &mut played);
                        progress(played.acts);
                    }
                }
                while lanes.len() < WIDE && next < story.deeds.len() {
                    let Some(deed) = story.deeds.get(next) else { break };
                    let (manner, reads, writes) = self.needs(story, deed);
                    let alone =
                        manner == Manner::Alone || lanes.back().is_some_and(|lane| lane.manner == Manner::Alone);
                    if !lanes.is_empty() && (alone || conflict(&lanes, &reads, &writes)) {
                        break;
                    }
                    let future = self.act(story, deed);
                    let lane = Lane::new(next, manner, writes, future, seed);
                    lanes.push_back(lane);
                    next += 1;
                    moved = true;
                }
                if lanes.is_empty() && next >= story.deeds.len() {
                    return Poll::Ready(());
                }
                if !moved {
                    return Poll::Pending;
                }
            }
        })
        .await;
        Ok(played)
    }

    /// An applicant who accepted no offer yet, and the open work record under which a recruiter may ask about them.
    pub(crate) fn example(&self, story: &Story, refused: Option<u64>) -> Option<Example> {
        let (work, row) = story.works.iter().enumerate().find_map(|(n, work)| match &work.about {
            About::Rows(rows) if work.purpose == "hr.recruit" && story.is_open_today(n) => Some((work, *rows.first()?)),
            _ => None,
        })?;
        let undecided = |n: &usize| story.people.get(*n).is_some_and(|p| p.leaves.is_none()) && !story.is_hired(*n);
        let person = story.people_of(row).into_iter().find(undecided)?;
        Some(Example {
            person: (*self.people.get(person)?)?.to_string(),
            row: self.rows.get(row)?.to_string(),
            work: work.code.clone(),
            login: work.who.first()?.member().login,
            refused: refused?,
        })
    }

    /// What came of one act: who and what is called how from now on.
    fn settle(&mut self, story: &Story, lane: Lane, last_entry: &mut Option<u64>, played: &mut Played) {
        played.acts += 1;
        let Some(deed) = story.deeds.get(lane.number) else { return };
        let number = lane.number;
        let made = match (lane.into_answer(), deed.answer) {
            (Some(Ok(made)), Answer::Yes) => made,
            (Some(Err(No::Refusal(refusal))), Answer::No) => return played.refused = Some(refusal.entry),
            (Some(Err(No::Missing)), Answer::No) => return,
            (Some(Ok(_)), Answer::No) => return played.surprised(number, deed, "was not refused"),
            (Some(Err(no)), _) => return played.surprised(number, deed, &no.to_string()),
            (None, _) => return played.surprised(number, deed, "was not played"),
        };
        if made.entry.is_some_and(|entry| last_entry.is_some_and(|last| last > entry)) {
            played.surprised(number, deed, "came out of its turn");
        }
        *last_entry = made.entry.max(*last_entry);
        match (&deed.what, made.made) {
            (What::Grant(who), Made::Actor(actor)) => {
                self.actors.insert(*who, actor);
            }
            (What::TakeIn { people, .. }, Made::People(ids)) => {
                for (place, id) in people.clone().zip(ids) {
                    put(&mut self.people, place, id);
                }
            }
            (What::Open(work), Made::Work(id)) => put(&mut self.works, *work, id),
            (What::Record { occasion, .. }, Made::Occasion(id)) => put(&mut self.occasions, *occasion, id),
            _ => {}
        }
    }
}

impl Played {
    fn surprised(&mut self, number: usize, deed: &Deed, why: &str) {
        if self.surprises.len() < 100 {
            self.surprises.push(format!("act {number} at {}: {why}: {:?}", deed.at.0, deed.what));
        }
    }
}

fn put<T: Copy>(list: &mut [Option<T>], place: usize, value: T) {
    if let Some(slot) = list.get_mut(place) {
        *slot = Some(value);
    }
}

/// Whether an act depends on what another one, still under way, writes.
fn conflict(lanes: &VecDeque<Lane>, reads: &[Key], writes: &[Key]) -> bool {
    lanes.iter().any(|lane| {
        lane.writes.iter().any(|written| {
            let meets = |key: &Key| key == written || *key == Key::Everything || *written == Key::Everything;
            reads.iter().any(meets) || writes.iter().any(meets)
        })
    })
}

/// The account of somebody in the story, as the store knows it.
pub(crate) async fn account(office: &Office, login: &str, now: ledger::names::Moment) -> Result<Actor, No> {
    access::actor::find(office, login, now).await?.ok_or(No::Missing)
}
