//! What is on record of logs: how far each was read, what is asked, which weeks were signed off.

use crate::logs::{self, Question, SignOff};
use access::{Desk, Fault};
use jiff::ToSpan;
use jiff::civil::Date;
use ledger::names::Moment;
use policy::logs::Week;
use std::collections::BTreeMap;

/// What is on record of logs, as it was at the end of a day.
#[derive(Clone, Debug, Default)]
pub(crate) struct Logs {
    /// What each log was read of: from when, until when, and the entry; in order.
    pub(crate) read: BTreeMap<String, Vec<Covered>>,
    /// Questions of the last nine weeks, and those that are open.
    pub(crate) questions: Vec<Question>,
    /// Sign-offs of the last nine weeks, in the order in which they were made.
    pub(crate) signed: Vec<SignOff>,
}

/// A period of which a log was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Covered {
    pub(crate) from: Moment,
    pub(crate) until: Moment,
    pub(crate) entry: u64,
}

/// So many days back, weeks are looked at.
const BACK: i32 = 63;

pub(super) async fn logs(desk: &Desk, as_of: Date, end: Moment) -> Result<Logs, Fault> {
    let back = as_of.saturating_sub(BACK.days());
    let (first, last) = (Week::of(back), Week::of(as_of));
    let mut read: BTreeMap<String, Vec<Covered>> = BTreeMap::new();
    for reading in logs::readings(desk.office(), Moment(0), Moment(i64::MAX)).await? {
        if reading.at < end {
            let covered = Covered { from: reading.covers_from, until: reading.covers_until, entry: reading.entry };
            read.entry(reading.source).or_default().push(covered);
        }
    }
    read.values_mut().for_each(|all| all.sort_unstable_by_key(|one| (one.from, one.until)));
    let mut questions = logs::questions(desk.office(), first, last).await?;
    let open = logs::open(desk.office()).await?;
    questions.extend(open.into_iter().filter(|one| one.week < first || one.week > last));
    questions.retain(|one| one.at < end);
    for question in &mut questions {
        question.answers.retain(|answer| answer.at < end);
    }
    let mut signed = logs::sign_offs(desk.office(), first, last).await?;
    signed.retain(|one| one.at < end);
    Ok(Logs { read, questions, signed })
}

impl Logs {
    /// How long a log is missing, and since when: the longest gap within the last `days` days, or the time since it was read last,
    /// less the days it may take.
    pub(crate) fn missing(&self, source: &str, every_days: u16, end: Moment, days: i64) -> Option<Missing> {
        let all = self.read.get(source)?;
        let window = end.0.saturating_sub(days * DAY);
        let mut reached = all.first()?.from.0.max(window);
        let mut longest = Missing { millis: 0, since: Moment(reached) };
        for one in all.iter().filter(|one| one.until.0 > window) {
            let gap = one.from.0.saturating_sub(reached);
            if gap > longest.millis {
                longest = Missing { millis: gap, since: Moment(reached) };
            }
            reached = reached.max(one.until.0);
        }
        let late = end.0.saturating_sub(reached).saturating_sub(i64::from(every_days) * DAY);
        if late > longest.millis {
            longest = Missing { millis: late, since: Moment(reached) };
        }
        Some(longest)
    }

    /// The newest reading of a log.
    pub(crate) fn newest(&self, source: &str) -> Option<Covered> {
        self.read.get(source)?.iter().copied().max_by_key(|one| (one.until, one.entry))
    }

    /// How many of the last `days` days a log was read of, whole.
    pub(crate) fn days_read(&self, source: &str, starts: &[Moment]) -> u64 {
        let Some(all) = self.read.get(source) else { return 0 };
        let whole = |from: i64| all.iter().any(|one| one.from.0 <= from && one.until.0 >= from + DAY);
        starts.iter().filter(|start| whole(start.0)).count() as u64
    }
}

/// A stretch of time of which a log is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) millis: i64,
    pub(crate) since: Moment,
}

pub(crate) const HOUR: i64 = 3_600_000;
pub(crate) const DAY: i64 = 86_400_000;
