//! Reading what is on record.

use access::{Fault, Office};
use ledger::names::{ActorId, Moment};
pub use ledger::names::{QuestionId, ReadingId};
use policy::logs::{LogCheck, Week};
use std::collections::BTreeMap;
use store::{Row, Value};

/// One reading of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its id.
    pub id: ReadingId,
    /// Which log, by its name in the policy.
    pub source: String,
    /// SHA-256 of the file; of own entries, of their leaf hashes.
    pub digest: [u8; 32],
    /// How many lines it has.
    pub lines: u64,
    /// How many events, each once.
    pub events: u64,
    /// How many fit.
    pub matched: u64,
    /// How many stand there once more.
    pub repeated: u64,
    /// Lines that could not be read.
    pub unread: u64,
    /// The period it is of: its first moment.
    pub covers_from: Moment,
    /// The moment at which that ends.
    pub covers_until: Moment,
    /// Checks for which nothing was on record.
    pub unmade: Vec<LogCheck>,
    /// When it was read.
    pub at: Moment,
    /// The entry that recorded it.
    pub entry: u64,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its id.
    pub id: QuestionId,
    /// What did not fit.
    pub check: LogCheck,
    /// Which log.
    pub source: String,
    /// The employee number of whom it is about; empty when nobody is known.
    pub person: String,
    /// A card or an account nobody is known by.
    pub name: String,
    /// The zone, or the place as the log writes it.
    pub place: String,
    /// The section that answers.
    pub section: String,
    /// The week.
    pub week: Week,
    /// How many events, or days.
    pub events: u32,
    /// The first of them.
    pub first: Moment,
    /// The last of them.
    pub last: Moment,
    /// Where the first stands in the file.
    pub line: u32,
    /// Whether somebody got in or used something.
    pub entered: bool,
    /// Who is asked; the privacy officer where it is nobody.
    pub asked: Option<ActorId>,
    /// When it was asked.
    pub at: Moment,
    /// The entry of the reading it arose in.
    pub entry: u64,
    /// What was answered, oldest first.
    pub answers: Vec<Seen>,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The reason, by its name in the policy.
    pub reason: String,
    /// Whether it ended the question.
    pub settled: bool,
    /// What else was said.
    pub note: String,
    /// Who answered.
    pub by: ActorId,
    /// When.
    pub at: Moment,
    /// The entry.
    pub entry: u64,
}

/// A week of a section that was signed off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOff {
    /// The week.
    pub week: Week,
    /// The section.
    pub section: String,
    /// How many questions it had.
    pub questions: u64,
    /// When.
    pub at: Moment,
    /// The entry.
    pub entry: u64,
}

impl Question {
    /// The answer that ended it.
    #[must_use]
    pub fn settled(&self) -> Option<&Seen> {
        self.answers.iter().find(|answer| answer.settled)
    }

    /// Whether it waits for an answer.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.settled().is_none()
    }

    /// Whether it waited for an answer at this moment.
    #[must_use]
    pub fn was_open(&self, moment: Moment) -> bool {
        self.at <= moment && self.settled().is_none_or(|answer| answer.at > moment)
    }
}

/// The readings of which anything is in this period, newest first.
///
/// # Errors
/// [`Fault`].
pub async fn readings(office: &Office, from: Moment, until: Moment) -> Result<Vec<Reading>, Fault> {
    let sql = "SELECT id, source, digest, lines, events, matched, repeated, unread, covers_from, covers_until, unmade, at, idx \
               FROM log_reading WHERE covers_until > $1 AND covers_from < $2 ORDER BY idx DESC";
    let rows = office.store().read(sql, vec![from.into(), until.into()]).await?;
    rows.iter().map(reading).collect()
}

pub(crate) fn reading(row: &Row) -> Result<Reading, Fault> {
    let bad = |_| Fault::Damaged("log_reading");
    let number = |at| row.int(at).map_err(bad).map(|n| u64::try_from(n).unwrap_or(0));
    Ok(Reading {
        id: ReadingId::from_bytes(row.array(0).map_err(bad)?),
        source: row.text(1).map_err(bad)?.to_owned(),
        digest: row.array(2).map_err(bad)?,
        lines: number(3)?,
        events: number(4)?,
        matched: number(5)?,
        repeated: number(6)?,
        unread: number(7)?,
        covers_from: row.moment(8).map_err(bad)?,
        covers_until: row.moment(9).map_err(bad)?,
        unmade: row.text(10).map_err(bad)?.split_whitespace().filter_map(|code| code.parse().ok()).collect(),
        at: row.moment(11).map_err(bad)?,
        entry: number(12)?,
    })
}

const QUESTIONS: &str = "SELECT q.id, q.ask, q.source, q.person, q.name, q.place, q.section, q.week, q.events, q.first_at, \
                         q.last_at, q.line, q.entered, q.asked, q.at, q.idx FROM log_question q";

const ANSWERS: &str = "SELECT a.question, a.reason, a.settled, a.note, a.answered_by, a.at, a.idx FROM log_answer a";

/// The questions of these weeks, both included, by week and then in the order in which they were asked.
///
/// # Errors
/// [`Fault`].
pub async fn questions(office: &Office, from: Week, until: Week) -> Result<Vec<Question>, Fault> {
    let values = || -> Vec<Value> { vec![from.to_string().into(), until.to_string().into()] };
    let sql = format!("{QUESTIONS} WHERE q.week >= $1 AND q.week <= $2 ORDER BY q.week, q.idx, q.first_at, q.id");
    let rows = office.store().read(&sql, values()).await?;
    let sql = format!(
        "{ANSWERS} JOIN log_question q ON q.id = a.question WHERE q.week >= $1 AND q.week <= $2 ORDER BY a.idx"
    );
    with_answers(&rows, &office.store().read(&sql, values()).await?)
}

/// The questions that are open, whatever their week, oldest first.
///
/// # Errors
/// [`Fault`].
pub(crate) async fn open(office: &Office) -> Result<Vec<Question>, Fault> {
    let sql = format!(
        "{QUESTIONS} WHERE NOT EXISTS (SELECT 1 FROM log_answer a WHERE a.question = q.id AND a.settled = 1) ORDER BY q.idx, q.id"
    );
    let rows = office.store().read(&sql, vec![]).await?;
    let sql = format!(
        "{ANSWERS} WHERE NOT EXISTS (SELECT 1 FROM log_answer b WHERE b.question = a.question AND b.settled = 1) ORDER BY a.idx"
    );
    with_answers(&rows, &office.store().read(&sql, vec![]).await?)
}

/// One question.
///
/// # Errors
/// [`Fault`].
pub async fn question(office: &Office, id: QuestionId) -> Result<Option<Question>, Fault> {
    let rows = office.store().read(&format!("{QUESTIONS} WHERE q.id = $1"), vec![id.into()]).await?;
    let sql = format!("{ANSWERS} WHERE a.question = $1 ORDER BY a.idx");
    Ok(with_answers(&rows, &office.store().read(&sql, vec![id.into()]).await?)?.pop())
}

fn with_answers(rows: &[Row], answers: &[Row]) -> Result<Vec<Question>, Fault> {
    let mut given: BTreeMap<QuestionId, Vec<Seen>> = BTreeMap::new();
    let bad = |_| Fault::Damaged("log_answer");
    for row in answers {
        let seen = Seen {
            reason: row.text(1).map_err(bad)?.to_owned(),
            settled: row.int(2).map_err(bad)? == 1,
            note: row.text(3).map_err(bad)?.to_owned(),
            by: ActorId::from_bytes(row.array(4).map_err(bad)?),
            at: row.moment(5).map_err(bad)?,
            entry: u64::try_from(row.int(6).map_err(bad)?).unwrap_or(0),
        };
        given.entry(QuestionId::from_bytes(row.array(0).map_err(bad)?)).or_default().push(seen);
    }
    rows.iter()
        .map(|row| {
            let mut question = read(row)?;
            question.answers = given.remove(&question.id).unwrap_or_default();
            Ok(question)
        })
        .collect()
}

fn read(row: &Row) -> Result<Question, Fault> {
    let bad = |_| Fault::Damaged("log_question");
    let text = |at| row.text(at).map_err(bad).map(str::to_owned);
    let number = |at| row.int(at).map_err(bad).map(|n| u32::try_from(n).unwrap_or(0));
    let asked = row.maybe_bytes(13).map_err(bad)?.map(<[u8; 16]>::try_from).transpose();
    Ok(Question {
        id: QuestionId::from_bytes(row.array(0).map_err(bad)?),
        check: text(1)?.parse().map_err(|_| Fault::Damaged("log_question.ask"))?,
        source: text(2)?,
        person: text(3)?,
        name: text(4)?,
        place: text(5)?,
        section: text(6)?,
        week: text(7)?.parse().map_err(|_| Fault::Damaged("log_question.week"))?,
        events: number(8)?,
        first: row.moment(9).map_err(bad)?,
        last: row.moment(10).map_err(bad)?,
        line: number(11)?,
        entered: row.int(12).map_err(bad)? == 1,
        asked: asked.map_err(|_| Fault::Damaged("log_question.asked"))?.map(ActorId::from_bytes),
        at: row.moment(14).map_err(bad)?,
        entry: u64::try_from(row.int(15).map_err(bad)?).unwrap_or(0),
        answers: Vec::new(),
    })
}

/// The weeks that were signed off between these, both included, in the order in which that was done.
///
/// # Errors
/// [`Fault`].
pub async fn sign_offs(office: &Office, from: Week, until: Week) -> Result<Vec<SignOff>, Fault> {
    let sql = "SELECT week, section, questions, at, idx FROM log_sign_off WHERE week >= $1 AND week <= $2 ORDER BY idx";
    let bad = |_| Fault::Damaged("log_sign_off");
    let rows = office.store().read(sql, vec![from.to_string().into(), until.to_string().into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(SignOff {
                week: row.text(0).map_err(bad)?.parse().map_err(|_| Fault::Damaged("log_sign_off.week"))?,
                section: row.text(1).map_err(bad)?.to_owned(),
                questions: u64::try_from(row.int(2).map_err(bad)?).unwrap_or(0),
                at: row.moment(3).map_err(bad)?,
                entry: u64::try_from(row.int(4).map_err(bad)?).unwrap_or(0),
            })
        })
        .collect()
}
