//! Your turn: what waits for one person, and what the office knows of their own work here.
//!
//! Everything is read from where it is kept; nothing is kept for this page.

use crate::history::{self, Line};
use crate::logs::{self, Question};
use access::organisation::{AssentKind, Card, CardStatus, PartKind, Roster, Rules, Staff, assents, roster};
use access::warrant::{self, Warrant};
use access::work::{self, Work};
use access::{Desk, Fault, No};
use jiff::ToSpan;
use jiff::civil::Date;
use ledger::names::{Moment, PurposeId};
use policy::Role;
use policy::logs::Week;
use std::collections::BTreeMap;

/// For so many days back somebody's own accesses are shown.
pub const ACCESS_DAYS: i64 = 31;
/// Weeks back that are looked through for open questions.
const WEEKS: i64 = 26;

/// Everything of one person's page.
#[derive(Clone, Debug)]
pub struct Turn {
    /// What waits for them, what is due first at the top.
    pub waits: Vec<Wait>,
    /// Their open work records.
    pub works: Vec<Work>,
    /// What they did with people's information, newest day first.
    pub accesses: Vec<Accesses>,
    /// Their door cards that are not back.
    pub cards: Vec<Card>,
    /// Who they are in the organisation, where they are registered.
    pub staff: Option<Staff>,
}

/// One thing that waits, with the act it waits for.
#[derive(Clone, Debug)]
pub enum Wait {
    /// A question that a log left.
    Question {
        /// The question.
        question: Box<Question>,
        /// By when it is to be answered.
        by: Date,
    },
    /// The rule sheet of a project that they are a member of.
    Rules {
        /// The project.
        project: String,
        /// Its name.
        name: String,
        /// What the rule sheet is called, or where it lies.
        note: String,
        /// Since when it is approved.
        since: Date,
    },
    /// Somebody asks for a second person.
    Warrant {
        /// What is asked.
        warrant: Box<Warrant>,
        /// By when.
        by: Option<Moment>,
    },
    /// A card that is to be handed in.
    Card {
        /// Its number.
        number: String,
        /// By when.
        by: Date,
    },
}

impl Wait {
    /// When it is due, for their order.
    fn order(&self, desk: &Desk) -> Date {
        match self {
            Self::Question { by, .. } | Self::Card { by, .. } => *by,
            Self::Rules { since, .. } => *since,
            Self::Warrant { by, .. } => by.map_or(desk.today(), |by| desk.day(by)),
        }
    }
}

/// What somebody did with people's information on one day for one purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accesses {
    /// The day.
    pub day: Date,
    /// What for; none where an act has no purpose.
    pub purpose: Option<PurposeId>,
    /// Of how many people, each counted as often as it was opened.
    pub people: u64,
    /// How many acts.
    pub acts: u32,
    /// How many of them were refused.
    pub refused: u32,
    /// The last of their entries.
    pub last: u64,
}

/// The page of whoever is at the desk.
///
/// # Errors
/// [`No::Missing`] when nobody has signed in.
pub async fn of(desk: &Desk) -> Result<Turn, No> {
    let actor = desk.actor()?;
    let today = desk.today();
    let roster = roster(desk.office(), None).await?;
    let staff = roster.by_login(&actor.login, today).cloned();
    let mut waits = questions(desk).await?;
    if let Some(staff) = &staff {
        waits.extend(rules(desk, &roster, staff).await?);
    }
    let cards: Vec<Card> = roster.cards.iter().filter(|card| is_theirs(card, staff.as_ref())).cloned().collect();
    waits.extend(cards.iter().filter_map(|card| returned(card, staff.as_ref()?)));
    let asked = warrant::list(desk.office(), 200).await?;
    let mine = asked.into_iter().filter(|one| one.asks(desk.now()) && warrant::may_answer(desk, one));
    waits.extend(mine.map(|one| Wait::Warrant { by: one.answer_by, warrant: Box::new(one) }));
    waits.sort_by_key(|wait| wait.order(desk));
    Ok(Turn { waits, works: work::mine(desk).await?, accesses: accesses(desk).await?, cards, staff })
}

/// A card of theirs that is out.
fn is_theirs(card: &Card, staff: Option<&Staff>) -> bool {
    staff.is_some_and(|staff| card.holder.as_ref() == Some(&staff.id))
        && matches!(card.status, CardStatus::Given | CardStatus::Blocked)
}

/// When a card that is out must be back: with its own end or its holder's last day.
fn returned(card: &Card, staff: &Staff) -> Option<Wait> {
    let by = [card.until, staff.until].into_iter().flatten().min()?;
    Some(Wait::Card { number: card.number.clone(), by })
}

async fn questions(desk: &Desk) -> Result<Vec<Wait>, No> {
    // Before the first policy nothing was asked.
    let Ok(policy) = desk.policy() else { return Ok(Vec::new()) };
    let (rules, actor, today) = (policy.logs(), desk.actor()?, desk.today());
    let weeks = (Week::of(today.saturating_sub((7 * WEEKS).days())), Week::of(today));
    let mut waits = Vec::new();
    for question in logs::questions(desk.office(), weeks.0, weeks.1).await? {
        let turn = logs::answerers(&question, rules, desk.now());
        let mine = turn.manager == Some(actor.id) || (turn.escalated && actor.role == Role::Officer);
        if question.is_open() && mine {
            let by = desk.day(question.at).saturating_add(i64::from(rules.answer_days).days());
            waits.push(Wait::Question { question: Box::new(question), by });
        }
    }
    Ok(waits)
}

async fn rules(desk: &Desk, roster: &Roster, staff: &Staff) -> Result<Vec<Wait>, Fault> {
    let assents = assents(desk.office(), None).await?;
    if !assents.iter().any(|one| one.kind == AssentKind::Rules) {
        return Ok(Vec::new());
    }
    let sheets = Rules::read(&assents);
    let open = staff
        .projects
        .iter()
        .filter(|project| roster.projects.iter().any(|one| one.id == **project && !one.has_ended(desk.today())));
    let waiting = open.filter_map(|project| {
        let sheet = sheets.of(project).filter(|sheet| !sheet.acknowledged.contains_key(&staff.id))?;
        Some(Wait::Rules {
            project: project.to_string(),
            name: roster.name(PartKind::Project, project).to_owned(),
            note: sheet.approval.note.clone(),
            since: desk.day(sheet.approval.at),
        })
    });
    Ok(waiting.collect())
}

/// What whoever is at the desk did with people's information, day by day and purpose by purpose.
async fn accesses(desk: &Desk) -> Result<Vec<Accesses>, No> {
    let since = desk.start_of(desk.today().saturating_sub((ACCESS_DAYS - 1).days()));
    let lines = history::with_people(desk.office(), desk.actor()?.id, since).await?;
    Ok(by_day(&lines, |at| desk.day(at)))
}

/// Lines, oldest first, by day and purpose; the newest day comes first.
fn by_day(lines: &[Line], day: impl Fn(Moment) -> Date) -> Vec<Accesses> {
    let mut all: BTreeMap<(std::cmp::Reverse<Date>, Option<PurposeId>), Accesses> = BTreeMap::new();
    for line in lines {
        let day = day(line.at);
        let empty = Accesses { day, purpose: line.purpose.clone(), people: 0, acts: 0, refused: 0, last: line.entry };
        let one = all.entry((std::cmp::Reverse(day), line.purpose.clone())).or_insert(empty);
        one.acts = one.acts.saturating_add(1);
        one.refused = one.refused.saturating_add(u32::from(line.refused));
        one.people = one.people.saturating_add(if line.refused { 0 } else { u64::from(line.people) });
        one.last = line.entry;
    }
    all.into_values().collect()
}
