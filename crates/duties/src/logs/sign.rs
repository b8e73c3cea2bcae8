//! The weekly sign-off, by week and section: a week closes when every question of it is answered.

use super::read::{Question, Reading, SignOff, questions, readings, sign_offs};
use access::{Desk, Fault, Mistake, No, OfficeAct, permit_office};
use jiff::ToSpan;
use jiff::civil::Date;
use ledger::entry::EntryKind;
use ledger::names::Moment;
use policy::logs::{Asked, Week};
use serde_json::json;
use std::collections::BTreeMap;
use store::{Change, Value};

/// How a week stands.
#[derive(Clone, Debug)]
pub struct WeekState {
    /// The week.
    pub week: Week,
    /// Whether it is over.
    pub over: bool,
    /// Until which day it is to be signed off.
    pub due: Date,
    /// Its sections, the office last.
    pub sections: Vec<SectionState>,
    /// The readings that are of it, newest first.
    pub readings: Vec<Reading>,
}

/// How a section stands in a week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionState {
    /// The section; [`Asked::OFFICE`] stands for the week as a whole.
    pub section: String,
    /// How many questions it has.
    pub questions: usize,
    /// How many wait for an answer.
    pub open: usize,
    /// The sign-off, as long as nothing was asked since.
    pub signed: Option<SignOff>,
}

impl WeekState {
    /// The sign-off of the week as a whole.
    #[must_use]
    pub fn signed(&self) -> Option<&SignOff> {
        self.sections.iter().find(|one| one.section == Asked::OFFICE).and_then(|one| one.signed.as_ref())
    }

    /// How many questions wait for an answer.
    #[must_use]
    pub fn open(&self) -> usize {
        self.sections.iter().map(|one| one.open).sum()
    }

    /// How many questions there are.
    #[must_use]
    pub fn questions(&self) -> usize {
        self.sections.iter().map(|one| one.questions).sum()
    }
}

/// The weeks from one to another, both included, newest first, of which anything is on record or that are over.
///
/// # Errors
/// [`Fault`].
pub async fn weeks(desk: &Desk, from: Week, until: Week) -> Result<Vec<WeekState>, Fault> {
    let asked = questions(desk.office(), from, until).await?;
    let signed = sign_offs(desk.office(), from, until).await?;
    let (begin, end) = (period(desk, from).0, period(desk, until).1);
    let read = readings(desk.office(), begin, end).await?;
    let sign_off_days = desk.policy().map_or(7, |policy| i64::from(policy.logs().sign_off_days));
    let mut states = Vec::new();
    let mut week = until;
    while week >= from {
        let (begins, ends) = period(desk, week);
        let of = |one: &&Reading| one.covers_from < ends && one.covers_until > begins;
        let in_week: Vec<&Question> = asked.iter().filter(|question| question.week == week).collect();
        states.push(WeekState {
            week,
            over: ends <= desk.now(),
            due: week.last().saturating_add(sign_off_days.days()),
            sections: sections(week, &in_week, &signed),
            readings: read.iter().filter(of).cloned().collect(),
        });
        let before = Week::of(week.first().yesterday().unwrap_or(week.first()));
        if before >= week {
            break;
        }
        week = before;
    }
    Ok(states)
}

/// The first moment of a week and the one after its last.
fn period(desk: &Desk, week: Week) -> (Moment, Moment) {
    (desk.start_of(week.first()), desk.start_of(week.last().tomorrow().unwrap_or(week.last())))
}

fn sections(week: Week, questions: &[&Question], signed: &[SignOff]) -> Vec<SectionState> {
    let mut of: BTreeMap<&str, Vec<&Question>> = BTreeMap::new();
    for question in questions {
        of.entry(&question.section).or_default().push(question);
    }
    let office = of.remove(Asked::OFFICE).unwrap_or_default();
    let newest = |section: &str| signed.iter().rev().find(|one| one.week == week && one.section == section);
    // What was asked after the sign-off opens the section again.
    let holds = |one: &SignOff, of: &[&Question]| of.iter().all(|question| question.entry < one.entry);
    let state = |section: &str, of: &[&Question], all: &[&Question]| SectionState {
        section: section.to_owned(),
        questions: of.len(),
        open: of.iter().filter(|question| question.is_open()).count(),
        signed: newest(section).filter(|one| holds(one, all)).cloned(),
    };
    let mut states: Vec<SectionState> = of.iter().map(|(section, of)| state(section, of, of)).collect();
    states.push(state(Asked::OFFICE, &office, questions));
    states
}

/// Signs off a section of a week, or, as [`Asked::OFFICE`], the week as a whole: that is done last.
///
/// # Errors
/// [`No::Refusal`] by role; [`No::Mistake`] while the week runs, nothing of it was read, a question is open, another section is not
/// signed off, or it was signed off before.
pub async fn sign_off(desk: &Desk, week: Week, section: &str) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::ReviewLogs).await?;
    let state = weeks(desk, week, week).await?.pop().ok_or(No::Missing)?;
    let one = state.sections.iter().find(|one| one.section == section).ok_or_else(|| {
        Mistake::new(
            "section",
            "この週に質問のある部署ではありません。",
            "This section has no question in this week.",
            "Bộ phận này không có câu hỏi nào trong tuần.",
        )
    })?;
    let whole = section == Asked::OFFICE;
    let open = if whole { state.open() } else { one.open };
    let others = whole && state.sections.iter().any(|other| other.section != Asked::OFFICE && other.signed.is_none());
    check(&state, one, open, others)?;
    let questions = if whole { state.questions() } else { one.questions };
    let details =
        json!({ "what": "logs-signed-off", "week": week.to_string(), "section": section, "questions": questions });
    let sql = "INSERT INTO log_sign_off (idx, week, section, questions, at) \
               SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS BIGINT) \
               WHERE NOT EXISTS (SELECT 1 FROM log_question q WHERE q.week = CAST($2 AS TEXT) \
               AND (CAST($3 AS TEXT) = 'office' OR q.section = CAST($3 AS TEXT)) \
               AND NOT EXISTS (SELECT 1 FROM log_answer a WHERE a.question = q.id AND a.settled = 1))";
    let values = vec![
        Value::EntryIndex,
        week.to_string().into(),
        section.into(),
        i64::try_from(questions).unwrap_or(i64::MAX).into(),
        desk.now().into(),
    ];
    let entry = permit.entry(desk, EntryKind::LogsReviewed);
    let act = desk.act_with_detail(entry, &details)?.with(Change::new(sql, values).exactly(1));
    match desk.commit(act).await {
        Ok(receipt) => Ok(receipt.index()),
        // A question was asked in between.
        Err(No::Mistake(_)) => Err(still_open(1).into()),
        Err(other) => Err(other),
    }
}

fn check(state: &WeekState, one: &SectionState, open: usize, others: bool) -> Result<(), Mistake> {
    if !state.over {
        return Err(Mistake::new(
            "week",
            "この週はまだ終わっていません。",
            "This week is not over yet.",
            "Tuần này chưa kết thúc.",
        ));
    }
    if state.readings.is_empty() {
        return Err(Mistake::new(
            "week",
            "この週のログはまだ読み取られていません。先にログを読み取ってください。",
            "No log of this week was read. Read the logs first.",
            "Chưa đọc nhật ký nào của tuần này. Hãy đọc nhật ký trước.",
        ));
    }
    if open > 0 {
        return Err(still_open(open));
    }
    if others {
        return Err(Mistake::new(
            "section",
            "先に、質問のあった部署をすべて確認してください。",
            "Sign off every section that had questions first.",
            "Hãy xác nhận mọi bộ phận có câu hỏi trước.",
        ));
    }
    if one.signed.is_some() {
        return Err(Mistake::new(
            "week",
            "この週はすでに確認されています。",
            "This was signed off before.",
            "Tuần này đã được xác nhận.",
        ));
    }
    Ok(())
}

fn still_open(open: usize) -> Mistake {
    Mistake::new(
        "week",
        format!("回答のない質問が{open}件あります。すべてに回答があるまで、週は閉じられません。"),
        format!("{open} questions are open. A week does not close before every question is answered."),
        format!("Còn {open} câu hỏi chưa trả lời. Tuần chỉ đóng khi mọi câu hỏi đã được trả lời."),
    )
}
