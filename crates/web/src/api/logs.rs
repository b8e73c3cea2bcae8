//! Logs against work records: readings, questions, answers, sign-offs.

use access::names::{QuestionId, ReadingId};
use access::{Desk, Mistake, No, OfficeAct};
use axum::extract::{FromRequest, Request};
use duties::logs::{self, Answer as Given, File, Known, Question, WeekState};
use jiff::ToSpan;
use jiff::civil::Date;
use policy::Role;
use policy::logs::Week;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::asked::{Asked, Named};
use super::caller::Caller;
use super::made::{Entered, Made, Once};
use super::problem::{Answer, Halt};
use super::seen::{Seen, Unkept};
use super::sent::{Sent, whole};
use super::spelled::{At, Day, Digest, Id, Line, LogCheckCode, Prose, Slug, Time, WeekCode};
use crate::state::LogUpload;

/// A path that names a question.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "described here, read by Named")]
pub(crate) struct QuestionPath {
    /// The question.
    #[param(value_type = Id)]
    question: String,
}

/// Which weeks.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WeeksAsked {
    /// How many weeks back, this one counted; 9 unless said.
    #[param(minimum = 1, maximum = 104)]
    weeks: Option<u16>,
}

/// Weeks, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogWeeks {
    /// The weeks.
    items: Vec<LogWeek>,
}

/// A week: what was read of it, and how its sections stand.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogWeek {
    /// The week (ISO 8601).
    #[schema(value_type = WeekCode)]
    week: String,
    /// Whether it is over.
    over: bool,
    /// The last day for its sign-off.
    #[schema(value_type = Day)]
    due: String,
    /// The readings of it, newest first.
    readings: Vec<LogReading>,
    /// Its sections; `office` stands for the week as a whole.
    sections: Vec<LogSection>,
}

/// One reading of a log. The file itself is not kept.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogReading {
    /// Its id.
    #[schema(value_type = Id)]
    reading: ReadingId,
    /// Which log, by its name in the policy.
    #[schema(value_type = Slug)]
    source: String,
    /// SHA-256 of the file.
    #[schema(value_type = Digest)]
    sha256: String,
    /// How many lines it has.
    lines: u64,
    /// How many events, each once.
    events: u64,
    /// How many of them fit.
    matched: u64,
    /// How many stand there once more.
    repeated: u64,
    /// Lines that could not be read.
    unread: u64,
    /// The first moment of the period it is of.
    #[schema(value_type = Time)]
    from: At,
    /// The end of that period.
    #[schema(value_type = Time)]
    until: At,
    /// Checks for which nothing was on record.
    #[schema(value_type = Vec<LogCheckCode>)]
    unmade: Vec<String>,
    /// The ledger entry.
    entry: u64,
}

/// How a section stands in a week.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogSection {
    /// The section.
    section: String,
    /// How many questions it has.
    questions: usize,
    /// How many wait for an answer.
    open: usize,
    /// The ledger entry of its sign-off.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    signed_off: Option<u64>,
}

impl LogWeek {
    fn new(week: WeekState) -> Self {
        let reading = |one: logs::Reading| LogReading {
            reading: one.id,
            source: one.source,
            sha256: access::names::Commitment(one.digest).to_string(),
            lines: one.lines,
            events: one.events,
            matched: one.matched,
            repeated: one.repeated,
            unread: one.unread,
            from: At(one.covers_from),
            until: At(one.covers_until),
            unmade: one.unmade.iter().map(ToString::to_string).collect(),
            entry: one.entry,
        };
        let section = |one: logs::SectionState| LogSection {
            section: one.section,
            questions: one.questions,
            open: one.open,
            signed_off: one.signed.map(|signed| signed.entry),
        };
        Self {
            week: week.week.to_string(),
            over: week.over,
            due: week.due.to_string(),
            readings: week.readings.into_iter().map(reading).collect(),
            sections: week.sections.into_iter().map(section).collect(),
        }
    }
}

/// List weeks of logs
///
/// Newest first: what was read of each, what waits for an answer, what is signed off.
#[utoipa::path(
    get,
    path = "/api/v1/logs/weeks",
    operation_id = "listLogWeeks",
    tag = "logs",
    params(WeeksAsked),
    responses((status = 200, body = LogWeeks, description = "The weeks."))
)]
pub(crate) async fn weeks(caller: Caller, Asked(asked): Asked<WeeksAsked>) -> Answer<Unkept<LogWeeks>> {
    let back = asked.weeks.unwrap_or(9);
    if !(1..=104).contains(&back) {
        return Err(how_many().into());
    }
    let today = caller.desk.today();
    let from = Week::of(today.saturating_sub((i64::from(back - 1) * 7).days()));
    let states = logs::weeks(&caller.desk, from, Week::of(today)).await.map_err(No::from)?;
    Ok(Unkept(Seen::new(LogWeeks { items: states.into_iter().map(LogWeek::new).collect() })))
}

/// Which questions.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct QuestionsAsked {
    /// Only of this week; the last nine weeks unless said.
    #[param(value_type = Option<WeekCode>)]
    week: Option<String>,
    /// Answered ones too.
    #[serde(default)]
    all: bool,
}

/// Questions, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogQuestions {
    /// The questions.
    items: Vec<LogQuestion>,
}

/// A question: what did not fit, and what was answered.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogQuestion {
    /// Its id.
    #[schema(value_type = Id)]
    question: QuestionId,
    /// What did not fit.
    #[schema(value_type = LogCheckCode)]
    check: String,
    /// Which log.
    #[schema(value_type = Slug)]
    source: String,
    /// The employee number of whom it is about; empty when nobody is known.
    person: String,
    /// A card or an account nobody is known by.
    name: String,
    /// The zone, or the place as the log writes it.
    place: String,
    /// The section that answers.
    section: String,
    /// The week.
    #[schema(value_type = WeekCode)]
    week: String,
    /// How many events, or days.
    events: u32,
    /// The first of them.
    #[schema(value_type = Time)]
    first: At,
    /// The last of them.
    #[schema(value_type = Time)]
    last: At,
    /// The line of the first in the file.
    line: u32,
    /// Whether it waits for an answer.
    open: bool,
    /// Whether it has become the privacy officer's.
    escalated: bool,
    /// The answers it offers.
    #[schema(value_type = Vec<Slug>)]
    reasons: Vec<String>,
    /// What was answered, oldest first.
    answers: Vec<LogAnswer>,
    /// The ledger entry of the reading it arose in.
    entry: u64,
}

/// An answer that was given.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogAnswer {
    /// The reason, by its name in the policy.
    #[schema(value_type = Slug)]
    reason: String,
    /// Whether it ended the question.
    settled: bool,
    /// What else was said.
    note: String,
    /// When.
    #[schema(value_type = Time)]
    at: At,
    /// The ledger entry.
    entry: u64,
}

impl LogQuestion {
    fn new(one: Question, desk: &Desk) -> Result<Self, No> {
        let rules = desk.policy()?.logs();
        Ok(Self {
            escalated: one.is_open() && logs::answerers(&one, rules, desk.now()).escalated,
            open: one.is_open(),
            reasons: rules.reasons_for(one.check).map(|reason| reason.id.clone()).collect(),
            question: one.id,
            check: one.check.to_string(),
            source: one.source,
            person: one.person,
            name: one.name,
            place: one.place,
            section: one.section,
            week: one.week.to_string(),
            events: one.events,
            first: At(one.first),
            last: At(one.last),
            line: one.line,
            answers: one
                .answers
                .into_iter()
                .map(|a| LogAnswer { reason: a.reason, settled: a.settled, note: a.note, at: At(a.at), entry: a.entry })
                .collect(),
            entry: one.entry,
        })
    }
}

/// Whether this question is shown to the caller: all are to the privacy officer and auditors, others see those asked of them.
fn shows(caller: &Caller, one: &Question) -> Result<bool, No> {
    let actor = caller.desk.actor()?;
    Ok(matches!(actor.role, Role::Officer | Role::Auditor) || one.asked == Some(actor.id))
}

/// List questions about logs
///
/// Those the caller may see, oldest first: all of them for the privacy officer and auditors, for others those asked of them.
#[utoipa::path(
    get,
    path = "/api/v1/logs/questions",
    operation_id = "listLogQuestions",
    tag = "logs",
    params(QuestionsAsked),
    responses((status = 200, body = LogQuestions, description = "The questions."))
)]
pub(crate) async fn questions(caller: Caller, Asked(asked): Asked<QuestionsAsked>) -> Answer<Unkept<LogQuestions>> {
    let today = caller.desk.today();
    let week = asked.week.as_deref().map(read_week).transpose()?;
    let from = week.unwrap_or_else(|| Week::of(today.saturating_sub(56.days())));
    let all = logs::questions(caller.desk.office(), from, week.unwrap_or_else(|| Week::of(today))).await;
    let mut items = Vec::new();
    for one in all.map_err(No::from)? {
        if (asked.all || one.is_open()) && shows(&caller, &one)? {
            items.push(LogQuestion::new(one, &caller.desk)?);
        }
    }
    Ok(Unkept(Seen::new(LogQuestions { items })))
}

/// Read a question about logs
#[utoipa::path(
    get,
    path = "/api/v1/logs/questions/{question}",
    operation_id = "showLogQuestion",
    tag = "logs",
    params(QuestionPath),
    responses((status = 200, body = LogQuestion, description = "The question."))
)]
pub(crate) async fn question(caller: Caller, Named(id): Named<QuestionId>) -> Answer<Unkept<LogQuestion>> {
    let one = logs::question(caller.desk.office(), id).await.map_err(No::from)?.ok_or(No::Missing)?;
    if !shows(&caller, &one)? {
        return Err(No::Missing.into());
    }
    Ok(Unkept(Seen::new(LogQuestion::new(one, &caller.desk)?)))
}

/// An answer to give.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerToGive {
    /// One of the answers the question offers.
    #[schema(value_type = Slug, example = "emergency")]
    reason: Line<64>,
    /// What else is known. No personal data.
    #[schema(value_type = Option<String>, max_length = 1000)]
    note: Option<Prose<1000>>,
}

/// Answer a question about logs
///
/// By the person's manager, or by the privacy officer. Whom it is about does not answer it.
#[utoipa::path(
    post,
    path = "/api/v1/logs/questions/{question}/answers",
    operation_id = "answerLogQuestion",
    tag = "logs",
    params(QuestionPath),
    request_body = AnswerToGive,
    responses((status = 200, body = Entered, description = "Answered."))
)]
pub(crate) async fn answer(
    caller: Caller,
    Named(id): Named<QuestionId>,
    Sent(sent): Sent<AnswerToGive>,
) -> Answer<Made<Entered>> {
    let known = known(&caller.desk).await?;
    let given = Given { reason: sent.reason.0, note: sent.note.map_or_else(String::new, |Prose(note)| note) };
    Ok(Made::done(Entered::new(logs::answer(&caller.desk, &known, id, given).await?)))
}

/// A week to sign off.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WeekToSignOff {
    /// The week (ISO 8601).
    #[schema(value_type = WeekCode)]
    week: Line<8>,
    /// The section; `office` for the week as a whole, which is done last.
    #[schema(value_type = String, min_length = 1, max_length = 64, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$", example = "office")]
    section: Line<64>,
}

/// Sign off a week of logs
///
/// A week does not close while one of its questions is open.
#[utoipa::path(
    post,
    path = "/api/v1/logs/sign-offs",
    operation_id = "signOffLogWeek",
    tag = "logs",
    request_body = WeekToSignOff,
    responses((status = 200, body = Entered, description = "Signed off."))
)]
pub(crate) async fn sign_off(caller: Caller, Sent(sent): Sent<WeekToSignOff>) -> Answer<Made<Entered>> {
    let week = read_week(&sent.week.0)?;
    Ok(Made::done(Entered::new(logs::sign_off(&caller.desk, week, &sent.section.0).await?)))
}

/// Which log, and of which days.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReadingAsked {
    /// Which log, by its name in the policy.
    #[param(value_type = Slug)]
    source: String,
    /// The first day it is of; that of its first event unless said.
    #[param(value_type = Option<Day>)]
    from: Option<String>,
    /// The last day it is of.
    #[param(value_type = Option<Day>)]
    until: Option<String>,
}

/// What was read.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogRead {
    /// The reading.
    #[schema(value_type = Id)]
    reading: ReadingId,
    /// The ledger entry.
    entry: u64,
    /// How many lines the file has.
    lines: u64,
    /// How many events, each once.
    events: u64,
    /// How many of them fit.
    matched: u64,
    /// Lines that could not be read.
    unread: u64,
    /// The first of those lines, and what is wrong with them.
    troubles: Vec<LogTrouble>,
    /// How many questions were asked.
    asked: usize,
    /// How many had been asked before.
    known: usize,
    /// Whether this answers a request that was answered before.
    replayed: bool,
}

/// A line that could not be read.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogTrouble {
    /// The line.
    line: u64,
    /// What is wrong with it.
    #[schema(example = "torn")]
    what: &'static str,
    /// The same in words, without what stands on it.
    detail: String,
}

impl Once for LogRead {
    fn again(&mut self) {
        self.replayed = true;
    }
}

/// The bytes of a log, whatever they say they are.
pub(crate) struct LogBytes(Vec<u8>);

impl<S: Send + Sync> FromRequest<S> for LogBytes {
    type Rejection = Halt;

    async fn from_request(request: Request, _: &S) -> Result<Self, Halt> {
        Ok(Self(whole(request.into_body()).await?.to_vec()))
    }
}

/// Read a log
///
/// A table (CSV in any encoding, XLSX), JSON lines or syslog, at most 8 MiB. It is laid against work records, cards and zones; what
/// does not fit is asked. The file is not kept. Attendance and doors are held against each other where the program reads them
/// together (`daicho logs read`).
#[utoipa::path(
    post,
    path = "/api/v1/logs/readings",
    operation_id = "readLog",
    tag = "logs",
    params(ReadingAsked),
    request_body(content = String, content_type = "text/csv", example = "datetime,card,door,direction\n2026-11-20 08:55:01,00012345,D-01,in\n"),
    responses((status = 200, body = LogRead, description = "It was read."))
)]
pub(crate) async fn read(
    caller: Caller,
    Asked(asked): Asked<ReadingAsked>,
    LogBytes(bytes): LogBytes,
) -> Answer<Made<LogRead>> {
    if !caller.desk.may(OfficeAct::ReadLogs) {
        // Says so by the policy, and records it.
        drop(access::permit_office(&caller.desk, OfficeAct::ReadLogs).await?);
    }
    let covers = match (asked.from.as_deref().map(day), asked.until.as_deref().map(day)) {
        (None, None) => None,
        (Some(from), Some(until)) => {
            let until = until?;
            Some((caller.desk.start_of(from?), caller.desk.start_of(until.tomorrow().unwrap_or(until))))
        }
        _ => return Err(both_days().into()),
    };
    let known = known(&caller.desk).await?;
    let upload = LogUpload { source: asked.source, bytes };
    let looked = (caller.state.logs_import)(&caller.desk, &known.facts, vec![upload]).map_err(No::from)?;
    let (Some(file), Some(counted)) = (looked.files.into_iter().next(), looked.weighed.counted.first()) else {
        return Err(No::Missing.into());
    };
    let told = File { digest: file.digest, lines: file.lines, unread: file.unread, covers };
    let done = logs::record(&caller.desk, &known, &told, counted, &looked.weighed.asked).await?;
    Ok(Made::done(LogRead {
        reading: done.reading,
        entry: done.entry,
        lines: file.lines,
        events: counted.events,
        matched: counted.matched,
        unread: file.unread,
        troubles: file
            .troubles
            .into_iter()
            .map(|(line, what, text)| LogTrouble { line, what, detail: text.get(caller.language).to_owned() })
            .collect(),
        asked: done.asked,
        known: done.known,
        replayed: false,
    }))
}

async fn known(desk: &Desk) -> Result<Known, No> {
    logs::known(desk, desk.today().saturating_sub(400.days()), desk.today()).await
}

fn read_week(text: &str) -> Result<Week, Mistake> {
    text.parse().map_err(|_| {
        Mistake::new(
            "week",
            "週は 2026-W47 の形で書いてください（ISO 8601）。",
            "A week is written as 2026-W47 (ISO 8601).",
            "Tuần được ghi như 2026-W47 (ISO 8601).",
        )
    })
}

fn day(text: &str) -> Result<Date, Mistake> {
    text.parse().map_err(|_| {
        Mistake::new(
            "from",
            "日付を年-月-日の形で書いてください（例 2026-11-22）。",
            "Give days as year-month-day, such as 2026-11-22.",
            "Hãy ghi ngày theo dạng năm-tháng-ngày, ví dụ 2026-11-22.",
        )
    })
}

fn both_days() -> Mistake {
    Mistake::new(
        "until",
        "期間は最初の日と最後の日の両方を送ってください。",
        "Send both the first day and the last.",
        "Hãy gửi cả ngày đầu và ngày cuối.",
    )
}

fn how_many() -> Mistake {
    Mistake::new("weeks", "1から104週までです。", "1 to 104 weeks.", "Từ 1 đến 104 tuần.")
}
