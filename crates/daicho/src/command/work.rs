//! `daicho work`: who works, for which purpose, about which rows or people, from when until when.

use super::day::{Day, last_day};
use super::table::Table;
use super::{Common, tell};
use crate::ask;
use crate::said::{Said, say, warn};
use crate::tick;
use crate::wire::House;
use access::work::{self, NewWork, Scope, Work as Record};
use access::{At, Desk, No};
use clap::{Args, Subcommand};
use connect::file::{Choice, Origin, Table as Sheet, open as open_file};
use ledger::names::{PersonId, PurposeId, RowId, WorkId};
use policy::normal::fold::key;
use policy::{Language, Texts};
use std::path::PathBuf;

mod pull;

/// Work records.
#[derive(Subcommand)]
pub(crate) enum Work {
    /// Open a work record.
    Open(Open),
    /// List work records, newest first.
    List(List),
    /// Close a work record before its end.
    Close(Close),
    /// Open many from a CSV or XLSX file with the columns code, title, purpose, logins, rows or people, from, until.
    Import(Import),
    /// Open work records for the open issues of Redmine, Backlog or Jira. The token is taken from `DAICHO_TRACKER_TOKEN`.
    Pull(pull::Pull),
}

/// Open a work record.
#[derive(Args)]
pub(crate) struct Open {
    /// The number the company gives it.
    #[arg(value_name = "CODE")]
    code: String,
    /// What the work is. No personal data.
    #[arg(long, value_name = "TITLE")]
    title: String,
    /// The notified purpose it serves.
    #[arg(long, value_name = "PURPOSE")]
    purpose: PurposeId,
    /// Who works on it, such as hana,mai.
    #[arg(long, value_name = "LOGIN", required = true, value_delimiter = ',')]
    who: Vec<String>,
    /// The rows of the handling ledger it is about.
    #[arg(long = "row", value_name = "ROW", value_delimiter = ',', required_unless_present_any = ["people", "everybody"])]
    rows: Vec<RowId>,
    /// The people it is about.
    #[arg(long = "person", value_name = "PERSON", value_delimiter = ',', conflicts_with = "rows")]
    people: Vec<PersonId>,
    /// It is about everybody the purpose allows, as the answering of requests is.
    #[arg(long, conflicts_with_all = ["rows", "people"])]
    everybody: bool,
    /// Its first day; now by default.
    #[arg(long, value_name = "DATE")]
    from: Option<Day>,
    /// Its last day, within a year.
    #[arg(long, value_name = "DATE")]
    until: Day,
}

/// List work records.
#[derive(Args)]
pub(crate) struct List {
    /// How many at most.
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u32,
}

/// Close a work record.
#[derive(Args)]
pub(crate) struct Close {
    /// Its number or its id.
    #[arg(value_name = "CODE")]
    code: String,
}

/// Open many work records from a file.
#[derive(Args)]
pub(crate) struct Import {
    /// The file. The people and the logins of one record stand in one cell, apart by commas or spaces.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// The work record named on the command line: by its number, else by its id.
pub(super) async fn named(house: &House, written: Option<&str>) -> Result<Option<WorkId>, Said> {
    let Some(written) = written else { return Ok(None) };
    if let Some(work) = work::by_code(&house.office, written).await? {
        return Ok(Some(work.id));
    }
    let unknown = || {
        Said::from(No::from(access::Mistake::new(
            "work",
            "その番号の作業記録はありません。`daicho work list` で確かめてください。",
            "There is no work record of this number. See `daicho work list`.",
            "Không có hồ sơ công việc mang số này. Hãy xem `daicho work list`.",
        )))
    };
    Ok(Some(written.parse().map_err(|_| unknown())?))
}

pub(super) async fn run(common: &Common, work: Work) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    match work {
        Work::Open(asked) => open(common, &house, asked).await,
        Work::List(asked) => list(common, &house, asked).await,
        Work::Close(asked) => {
            let desk = ask::desk(&house, common.login.as_deref()).await?;
            let id = named(&house, Some(&asked.code)).await?.ok_or(No::Missing)?;
            let entry = tell::settled(&house, work::close(&desk, id).await).await?;
            let texts =
                tell::recorded("作業記録を閉じました", "The work record is closed", "Đã đóng hồ sơ công việc", entry);
            tell::done(common, serde_json::json!({ "code": asked.code, "entry": entry }), &texts)
        }
        Work::Import(asked) => import(common, &house, asked).await,
        Work::Pull(asked) => pull::run(common, &house, asked).await,
    }
}

async fn open(common: &Common, house: &House, asked: Open) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let scope = match (asked.everybody, asked.people.is_empty()) {
        (true, _) => Scope::Everybody,
        (false, false) => Scope::People(asked.people),
        (false, true) => Scope::Rows(asked.rows),
    };
    let new = NewWork {
        code: asked.code.clone(),
        title: asked.title,
        purpose: asked.purpose,
        logins: asked.who,
        scope,
        starts_at: asked.from.map_or(desk.now(), |day| day.begins(&desk)),
        ends_at: asked.until.ends(&desk),
    };
    let (id, entry) = tell::settled(house, work::open(&desk, new).await).await?;
    let json = serde_json::json!({ "code": asked.code, "id": id.to_string(), "entry": entry });
    let texts = tell::recorded("作業記録を開きました", "The work record is open", "Đã mở hồ sơ công việc", entry);
    tell::done(common, json, &texts)
}

async fn list(common: &Common, house: &House, asked: List) -> Result<(), Said> {
    let desk = house.office.desk(None, house.now());
    let works = work::list(&house.office, None, asked.limit).await?;
    if common.json {
        say(serde_json::Value::from(works.iter().map(|work| json(&desk, work)).collect::<Vec<_>>()));
        return Ok(());
    }
    let heading = match common.lang {
        Language::Ja => ["番号", "利用目的", "開始", "終了", "状態", "内容"],
        Language::En => ["code", "purpose", "from", "until", "state", "title"],
        Language::Vi => ["số", "mục đích", "từ", "đến", "trạng thái", "nội dung"],
    };
    let mut table = Table::new(heading);
    for work in works {
        table.line([
            work.code.clone(),
            work.purpose.to_string(),
            desk.day(work.starts_at).to_string(),
            last_day(&desk, work.ends_at),
            state(&desk, &work).into(),
            work.title,
        ]);
    }
    table.print();
    Ok(())
}

fn state(desk: &Desk, work: &Record) -> &'static str {
    if work.is_open(desk.now()) {
        "open"
    } else if work.starts_at > desk.now() {
        "waits"
    } else {
        "closed"
    }
}

fn json(desk: &Desk, work: &Record) -> serde_json::Value {
    serde_json::json!({
        "id": work.id.to_string(), "code": work.code, "title": work.title, "purpose": work.purpose.as_str(),
        "from": At(work.starts_at), "until": At(work.ends_at), "closed": work.closed_at.map(At), "state": state(desk, work),
        "everybody": work.every_row, "entry": work.entry,
    })
}

/// The columns of a file of work records: what each is called.
const COLUMNS: [(&str, &[&str]); 8] = [
    ("code", &["番号", "作業番号", "案件番号", "number", "no", "số", "mã"]),
    ("title", &["内容", "作業内容", "件名", "name", "nội dung", "tên"]),
    ("purpose", &["利用目的", "目的", "mục đích"]),
    ("logins", &["担当", "担当者", "who", "login", "phụ trách", "người phụ trách"]),
    ("rows", &["台帳", "台帳の行", "行", "row", "dòng sổ", "dòng"]),
    ("people", &["本人", "対象者", "person", "chủ thể"]),
    ("from", &["開始", "開始日", "start", "từ", "ngày bắt đầu"]),
    ("until", &["終了", "終了日", "期限", "to", "end", "đến", "ngày kết thúc"]),
];

async fn import(common: &Common, house: &House, asked: Import) -> Result<(), Said> {
    let headings = COLUMNS.iter().flat_map(|(id, names)| std::iter::once(*id).chain(names.iter().copied()));
    let choice = Choice { headings: headings.map(str::to_owned).collect(), ..Choice::default() };
    let told = |why: connect::file::Unreadable| {
        Said::mistake(Texts::new(why.told(Language::Ja), why.told(Language::En), why.told(Language::Vi)))
    };
    let table = open_file(&Origin::path(&asked.file), &choice).map_err(told)?;
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let (mut opened, mut known, mut rejected) = (0_u32, 0_u32, Vec::new());
    for row in table.rows().map_err(told)? {
        let row = row.map_err(told)?;
        let cell = |id: &str| column(&table, id).map(|at| row.cell(at).text().trim().to_owned()).unwrap_or_default();
        if work::by_code(&house.office, &cell("code")).await?.is_some() {
            known += 1;
            continue;
        }
        let done = match read(&desk, &cell) {
            Ok(new) => work::open(&desk, new).await,
            Err(mistake) => Err(mistake.into()),
        };
        match done {
            Ok(_) => opened += 1,
            Err(No::Mistake(mistake)) => rejected.push((row.line.to_string(), mistake)),
            Err(other) => return tell::settled(house, Err(other)).await,
        }
    }
    tick::sign(house).await?;
    tell_import(common, opened, known, 0, &rejected)
}

/// What could not be taken in: its line or number, and why.
type Rejected = (String, Box<access::Mistake>);

fn tell_import(common: &Common, opened: u32, known: u32, closed: u32, rejected: &[Rejected]) -> Result<(), Said> {
    if common.json {
        let rejected: Vec<_> = rejected
            .iter()
            .map(|(line, mistake)| serde_json::json!({ "line": line.parse::<u64>().map_or_else(|_| line.clone().into(), serde_json::Value::from), "field": mistake.field, "why": mistake.texts.get(common.lang) }))
            .collect();
        say(serde_json::json!({ "opened": opened, "known": known, "closed": closed, "rejected": rejected }));
    } else {
        for (line, mistake) in rejected {
            let text = mistake.texts.get(common.lang);
            warn(&format!("× {line}: {}: {text}", mistake.field));
        }
        let count = rejected.len();
        let texts = Texts::new(
            format!("{opened}件を開きました。登録済み{known}件、取り込めない行{count}件。"),
            format!("{opened} opened, {known} known already, {count} rejected."),
            format!("Đã mở {opened}, đã có {known}, không nhận {count}."),
        );
        say(texts.get(common.lang));
    }
    if rejected.is_empty() { Ok(()) } else { Err(Said::Found) }
}

fn column(table: &Sheet, id: &str) -> Option<usize> {
    let (id, names) = COLUMNS.iter().find(|(known, _)| *known == id)?;
    let is = |heading: &str| std::iter::once(id).chain(names.iter()).any(|name| key(name) == key(heading));
    table.headings().iter().find(|heading| is(&heading.text)).map(|heading| heading.at)
}

/// One line of the file as a new work record.
fn read(desk: &Desk, cell: &impl Fn(&str) -> String) -> Result<NewWork, access::Mistake> {
    let list = |id: &str| -> Vec<String> {
        let split = |letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '、' | '，');
        cell(id).split(split).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let day = |id: &str| day_of(id, &cell(id));
    let rows = list("rows").iter().map(|row| row.parse()).collect::<Result<Vec<RowId>, _>>();
    let people = list("people").iter().map(|person| person.parse()).collect::<Result<Vec<PersonId>, _>>();
    let rows = rows.map_err(|_| unreadable("rows", "台帳の行のID", "ids of rows", "mã các dòng sổ"))?;
    let people = people.map_err(|_| unreadable("people", "本人のID", "ids of people", "mã các chủ thể"))?;
    Ok(NewWork {
        code: cell("code"),
        title: cell("title"),
        purpose: cell("purpose")
            .parse()
            .map_err(|_| unreadable("purpose", "利用目的のID", "the id of a purpose", "mã mục đích"))?,
        logins: list("logins"),
        scope: if people.is_empty() { Scope::Rows(rows) } else { Scope::People(people) },
        starts_at: if cell("from").is_empty() { desk.now() } else { day("from")?.begins(desk) },
        ends_at: day("until")?.ends(desk),
    })
}

/// A day as it was written.
fn day_of(field: &str, text: &str) -> Result<Day, access::Mistake> {
    match policy::normal::date::read(text, policy::normal::DateOrder::Unsettled) {
        Ok(policy::normal::Dated::Day(day)) => Ok(Day::Whole(day)),
        _ => Err(unreadable(field, "日付（例 2026-12-31）", "a day such as 2026-12-31", "ngày, ví dụ 2026-12-31")),
    }
}

fn unreadable(field: &str, ja: &str, en: &str, vi: &str) -> access::Mistake {
    access::Mistake::new(
        field,
        format!("{ja}を書いてください。"),
        format!("Write {en} here."),
        format!("Hãy ghi {vi}."),
    )
}
