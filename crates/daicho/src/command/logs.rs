//! `daicho logs`: logs of doors, attendance and other systems, laid against work records.

use super::day::Day;
use super::table::Table;
use super::{Common, tell};
use crate::ask;
use crate::said::{Said, say};
use crate::wire::House;
use access::{At, Desk, Mistake, No};
use clap::{Args, Subcommand};
use connect::logs::Role;
use duties::logs::{self, Answer, Known, Question, QuestionId, WeekState};
use jiff::ToSpan;
use jiff::civil::Date;
use policy::logs::{Asked, LogRules, Week};
use policy::{Language, Texts};
use serde_json::{Value, json};

mod read;

/// Logs against work records.
#[derive(Subcommand)]
pub(crate) enum Logs {
    /// Read logs, lay them against work records, attendance, cards and zones, and ask what does not fit. The files stay where they
    /// are: recorded are their SHA-256, their lines, their period, how much fits, and the questions.
    Read(Read),
    /// Lay the uses in this ledger against work records. The program does so each day by itself.
    Reconcile(Reconcile),
    /// List the weeks: what was read, what is open, what is signed off.
    Weeks(Weeks),
    /// List questions.
    Questions(Questions),
    /// Answer a question.
    Answer(Give),
    /// Sign off a week: a section of it, or all of it. A week does not close while a question is open.
    SignOff(SignOff),
}

/// Read logs.
#[derive(Args)]
pub(crate) struct Read {
    /// Which log a file is, by its name in the policy, such as door.hanoi=doors.csv. Attendance is held against doors where both
    /// are read together.
    #[arg(value_name = "LOG=FILE", required = true)]
    files: Vec<String>,
    /// The first day it is of; that of its first event unless said.
    #[arg(long, value_name = "DATE", requires = "until")]
    from: Option<Day>,
    /// The last day it is of.
    #[arg(long, value_name = "DATE", requires = "from")]
    until: Option<Day>,
    /// Only look: what was read, and what would be asked. Nothing is recorded.
    #[arg(long)]
    look: bool,
    /// What a column is: moment, day, time, card, user, employee, name, place, way, begun, ended or work, and its heading or
    /// letters, such as card=C.
    #[arg(long, value_name = "MEANING=COLUMN")]
    column: Vec<String>,
    /// In which order dates write day and month, where the lines do not tell: day-first or month-first.
    #[arg(long, value_name = "ORDER", value_parser = ["day-first", "month-first"])]
    dates: Option<String>,
    /// The sheet of a workbook.
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
}

/// Lay own uses against work records.
#[derive(Args)]
pub(crate) struct Reconcile {
    /// The first day; the day after what was read last unless said.
    #[arg(long, value_name = "DATE", requires = "until")]
    from: Option<Day>,
    /// The last day; yesterday unless said.
    #[arg(long, value_name = "DATE", requires = "from")]
    until: Option<Day>,
}

/// List weeks.
#[derive(Args)]
pub(crate) struct Weeks {
    /// How many.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=104))]
    limit: u16,
}

/// List questions.
#[derive(Args)]
pub(crate) struct Questions {
    /// Only of this week, such as 2026-W47; the last eight weeks unless said.
    #[arg(long, value_name = "WEEK")]
    week: Option<Week>,
    /// Answered ones too.
    #[arg(long)]
    all: bool,
}

/// Answer a question.
#[derive(Args)]
pub(crate) struct Give {
    /// The question's id.
    #[arg(value_name = "QUESTION")]
    question: QuestionId,
    /// One of the answers it offers.
    #[arg(value_name = "REASON")]
    reason: String,
    /// What else is known. No personal data.
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
}

/// Sign off a week.
#[derive(Args)]
pub(crate) struct SignOff {
    /// The week, such as 2026-W47.
    #[arg(value_name = "WEEK")]
    week: Week,
    /// Only this section; every section and then the week as a whole unless said.
    #[arg(value_name = "SECTION")]
    section: Option<String>,
}

pub(super) async fn run(common: &Common, asked: Logs) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    match asked {
        Logs::Read(asked) => read::read(common, &house, asked).await,
        Logs::Reconcile(asked) => reconcile(common, &house, asked).await,
        Logs::Weeks(asked) => weeks(common, &house, &asked).await,
        Logs::Questions(asked) => questions(common, &house, &asked).await,
        Logs::Answer(asked) => answer(common, &house, asked).await,
        Logs::SignOff(asked) => sign_off(common, &house, asked).await,
    }
}

/// Everything known that logs of the last year and more are held against.
async fn known(desk: &Desk) -> Result<Known, No> {
    logs::known(desk, desk.today().saturating_sub(400.days()), desk.today()).await
}

fn day(day: Option<Day>) -> Result<Option<Date>, Said> {
    match day {
        None => Ok(None),
        Some(Day::Whole(day)) => Ok(Some(day)),
        Some(Day::Minute(_)) => Err(Said::from(No::from(Mistake::new(
            "from",
            "日付で書いてください（例 2026-11-22）。",
            "Write whole days, as 2026-11-22.",
            "Hãy ghi ngày, ví dụ 2026-11-22.",
        )))),
    }
}

async fn reconcile(common: &Common, house: &House, asked: Reconcile) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    // Whoever may read logs may have the program read its own.
    let period = match (day(asked.from)?, day(asked.until)?) {
        (Some(from), Some(until)) => Some((from, until)),
        _ => logs::unread_days(&desk).await?,
    };
    let Some((from, until)) = period else {
        let texts = Texts::new(
            "昨日までの利用は、すべて突き合わせました。",
            "The uses of every day up to yesterday were laid against work records before.",
            "Việc sử dụng của mọi ngày đến hôm qua đã được đối chiếu.",
        );
        return tell::done(common, json!({ "entry": null }), &texts);
    };
    let done = tell::settled(house, logs::reconcile_by(&desk, from, until).await).await?;
    let texts = tell::recorded(
        &format!("{from} から {until} までを突き合わせました。質問 {}件", done.asked),
        &format!("Laid {from} to {until} against work records: {} questions", done.asked),
        &format!("Đã đối chiếu từ {from} đến {until}: {} câu hỏi", done.asked),
        done.entry,
    );
    let json =
        json!({ "entry": done.entry, "reading": done.reading.to_string(), "asked": done.asked, "known": done.known });
    tell::done(common, json, &texts)
}

async fn weeks(common: &Common, house: &House, asked: &Weeks) -> Result<(), Said> {
    let desk = house.office.desk(None, house.now());
    let until = Week::of(desk.today());
    let from = Week::of(desk.today().saturating_sub((i64::from(asked.limit.saturating_sub(1)) * 7).days()));
    let weeks = logs::weeks(&desk, from, until).await?;
    if common.json {
        say(Value::from(weeks.iter().map(week_json).collect::<Vec<_>>()));
        return Ok(());
    }
    let heading = match common.lang {
        Language::Ja => ["週", "読み取ったログ", "質問", "未回答", "確認"],
        Language::En => ["week", "logs read", "questions", "open", "signed off"],
        Language::Vi => ["tuần", "nhật ký đã đọc", "câu hỏi", "chưa trả lời", "xác nhận"],
    };
    let mut table = Table::new(heading);
    for week in &weeks {
        let mut read: Vec<&str> = week.readings.iter().map(|reading| reading.source.as_str()).collect();
        read.sort_unstable();
        read.dedup();
        table.line([
            week.week.to_string(),
            read.join(", "),
            week.questions().to_string(),
            week.open().to_string(),
            week.signed().map_or_else(|| "-".to_owned(), |signed| format!("#{}", signed.entry)),
        ]);
    }
    table.print();
    Ok(())
}

fn week_json(week: &WeekState) -> Value {
    json!({
        "week": week.week.to_string(), "over": week.over, "due": week.due.to_string(),
        "readings": week.readings.iter().map(|reading| json!({
            "reading": reading.id.to_string(), "source": reading.source, "lines": reading.lines, "events": reading.events,
            "matched": reading.matched, "repeated": reading.repeated, "unread": reading.unread,
            "from": At(reading.covers_from), "until": At(reading.covers_until), "entry": reading.entry,
        })).collect::<Vec<_>>(),
        "sections": week.sections.iter().map(|one| json!({
            "section": one.section, "questions": one.questions, "open": one.open,
            "signedOff": one.signed.as_ref().map(|signed| signed.entry),
        })).collect::<Vec<_>>(),
    })
}

async fn questions(common: &Common, house: &House, asked: &Questions) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let actor = desk.actor()?.clone();
    let now = Week::of(desk.today());
    let from = asked.week.unwrap_or_else(|| Week::of(desk.today().saturating_sub(56.days())));
    let all = logs::questions(&house.office, from, asked.week.unwrap_or(now)).await?;
    let sees_all = matches!(actor.role, policy::Role::Officer | policy::Role::Auditor);
    let shown =
        all.iter().filter(|one| asked.all || one.is_open()).filter(|one| sees_all || one.asked == Some(actor.id));
    let known = known(&desk).await?;
    let rules = desk.policy()?.logs();
    if common.json {
        say(Value::from(shown.map(|one| question_json(one, rules)).collect::<Vec<_>>()));
        return Ok(());
    }
    for one in shown {
        let who = if one.person.is_empty() { one.name.as_str() } else { known.name(&one.person) };
        let ask =
            rules.check(one.check).map_or_else(|| one.check.to_string(), |rule| rule.ask.get(common.lang).to_owned());
        say(format_args!("{} {} {} {} ×{}", one.id, one.week, one.section, one.source, one.events));
        say(format_args!("  {who} {} {}", one.place, super::day::printed(&desk, one.first)));
        say(format_args!("  {ask}"));
        match one.settled() {
            Some(answer) => say(format_args!("  → {}", label(rules, &answer.reason, common.lang))),
            None => {
                for reason in rules.reasons_for(one.check) {
                    say(format_args!("  · {}  {}", reason.id, reason.label.get(common.lang)));
                }
            }
        }
    }
    Ok(())
}

fn label<'a>(rules: &'a LogRules, reason: &'a str, language: Language) -> &'a str {
    rules.reason(reason).map_or(reason, |reason| reason.label.get(language))
}

fn question_json(one: &Question, rules: &LogRules) -> Value {
    json!({
        "question": one.id.to_string(), "check": one.check.code(), "source": one.source, "person": one.person, "name": one.name,
        "place": one.place, "section": one.section, "week": one.week.to_string(), "events": one.events, "first": At(one.first),
        "last": At(one.last), "line": one.line, "entered": one.entered, "open": one.is_open(), "entry": one.entry,
        "reasons": rules.reasons_for(one.check).map(|reason| reason.id.as_str()).collect::<Vec<_>>(),
        "answers": one.answers.iter().map(|answer| json!({
            "reason": answer.reason, "settled": answer.settled, "note": answer.note, "at": At(answer.at), "entry": answer.entry,
        })).collect::<Vec<_>>(),
    })
}

async fn answer(common: &Common, house: &House, asked: Give) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let known = known(&desk).await?;
    let given = Answer { reason: asked.reason, note: asked.note };
    let entry = tell::settled(house, logs::answer(&desk, &known, asked.question, given).await).await?;
    let texts = tell::recorded("回答しました", "The question is answered", "Đã trả lời câu hỏi", entry);
    tell::done(common, json!({ "question": asked.question.to_string(), "entry": entry }), &texts)
}

async fn sign_off(common: &Common, house: &House, asked: SignOff) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let sections = match asked.section {
        Some(section) => vec![section],
        None => {
            let state = logs::weeks(&desk, asked.week, asked.week).await?.pop();
            let sections = state.map(|state| state.sections).unwrap_or_default();
            // The week as a whole comes last, and is tried whatever became of it before, so that it says why it cannot close.
            let open = sections.into_iter().filter(|one| one.section == Asked::OFFICE || one.signed.is_none());
            open.map(|one| one.section).collect()
        }
    };
    let mut entries = Vec::new();
    for section in sections {
        entries.push(tell::settled(house, logs::sign_off(&desk, asked.week, &section).await).await?);
    }
    let last = entries.last().copied().unwrap_or_default();
    let texts = tell::recorded("確認しました", "Signed off", "Đã xác nhận", last);
    tell::done(common, json!({ "week": asked.week.to_string(), "entries": entries }), &texts)
}

/// A meaning and a column, as `card=C`.
fn column(text: &str) -> Result<(Role, String), Said> {
    let told = || {
        let known = Role::ALL.iter().map(|role| role.code()).collect::<Vec<_>>().join(", ");
        Said::mistake(Texts::new(
            format!("「card=C」のように書いてください。意味は次のどれかです: {known}"),
            format!("Write it as card=C. A column is one of: {known}"),
            format!("Hãy viết như card=C. Ý nghĩa là một trong: {known}"),
        ))
    };
    let (role, column) = text.split_once('=').ok_or_else(told)?;
    Ok((role.parse().map_err(|_| told())?, column.to_owned()))
}
