//! A reading and its questions, recorded by one entry.

use super::facts::Known;
use super::read::{QuestionId, ReadingId, questions};
use access::{Desk, Mistake, No, OfficeAct, permit_office};
use ledger::entry::{Entry, EntryKind};
use ledger::names::Moment;
use policy::logs::{Asked, Counted};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use store::{Change, Value};

/// A log as it was read.
#[derive(Clone, Debug)]
pub struct File {
    /// SHA-256 of the file.
    pub digest: [u8; 32],
    /// How many lines it has.
    pub lines: u64,
    /// Lines that could not be read.
    pub unread: u64,
    /// The period it is of. Without one, from the first day of its events to the last.
    pub covers: Option<(Moment, Moment)>,
}

/// What became of a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its id.
    pub reading: ReadingId,
    /// The entry.
    pub entry: u64,
    /// How many questions were asked.
    pub asked: usize,
    /// How many had been asked before.
    pub known: usize,
}

/// Records a reading and asks what did not fit in it.
///
/// # Errors
/// [`No::Refusal`] by role; [`No::Mistake`] for a log the policy does not name, a file that was read before, and one without events
/// of which nobody says what period it is of.
pub async fn record(
    desk: &Desk,
    known: &Known,
    file: &File,
    counted: &Counted,
    asked: &[Asked],
) -> Result<Recorded, No> {
    let permit = permit_office(desk, OfficeAct::ReadLogs).await?;
    let entry = permit.entry(desk, EntryKind::LogsRead);
    write(desk, known, file, counted, asked, entry).await
}

/// Records what the program itself read: its own accesses.
///
/// # Errors
/// [`No::Mistake`] as [`record`].
pub async fn record_by_program(
    desk: &Desk,
    known: &Known,
    file: &File,
    counted: &Counted,
    asked: &[Asked],
) -> Result<Recorded, No> {
    write(desk, known, file, counted, asked, desk.entry(EntryKind::LogsRead, desk.act_id())).await
}

async fn write(
    desk: &Desk,
    known: &Known,
    file: &File,
    counted: &Counted,
    asked: &[Asked],
    entry: Entry,
) -> Result<Recorded, No> {
    let rules = desk.policy()?.logs();
    if rules.source(&counted.source).is_none() {
        return Err(unknown_source().into());
    }
    let (from, until) = match (file.covers, counted.days) {
        (Some((from, until)), _) if from < until => (from, until),
        (None, Some((first, last))) => (desk.start_of(first), desk.start_of(last.tomorrow().unwrap_or(last))),
        _ => return Err(no_period().into()),
    };
    if until > desk.start_of(desk.today().tomorrow().unwrap_or(desk.today())) {
        return Err(later().into());
    }
    let asked: Vec<&Asked> = asked.iter().filter(|one| one.source == counted.source).collect();
    let fresh = fresh(desk, &asked).await?;
    let id = ReadingId::from_bytes(desk.chance().id(desk.now()));
    let unmade = counted.unmade.iter().map(|check| check.code()).collect::<Vec<_>>().join(" ");
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let mut told = Vec::with_capacity(fresh.len());
    let mut rows = Vec::with_capacity(fresh.len());
    for one in &fresh {
        let question = QuestionId::from_bytes(desk.chance().id(desk.now()));
        let manager = known.manager(&one.person);
        told.push(json!({
            "id": question.to_string(), "ask": one.check.code(), "person": one.person, "name": one.name, "place": one.place,
            "section": one.section, "week": one.week.to_string(), "events": one.events, "first": one.first, "last": one.last,
            "line": one.line, "entered": one.entered, "asked": manager.map(|id| id.to_string()),
        }));
        rows.push(vec![
            question.into(),
            id.into(),
            one.check.code().into(),
            counted.source.as_str().into(),
            one.person.as_str().into(),
            one.name.as_str().into(),
            one.place.as_str().into(),
            one.section.as_str().into(),
            one.week.to_string().into(),
            one.events.into(),
            one.first.into(),
            one.last.into(),
            one.line.into(),
            one.entered.into(),
            manager.map_or(Value::Null(store::Kind::Bytes), Value::from),
            desk.now().into(),
            Value::EntryIndex,
        ]);
    }
    let details = json!({
        "what": "logs-read", "reading": id.to_string(), "source": counted.source, "sha256": hex(&file.digest),
        "lines": file.lines, "events": counted.events, "matched": counted.matched, "repeated": counted.repeated,
        "unread": file.unread, "from": from.0, "until": until.0, "unmade": unmade, "questions": Json::from(told),
    });
    let sql = "INSERT INTO log_reading (id, source, digest, lines, events, matched, repeated, unread, covers_from, covers_until, \
               unmade, at, idx) SELECT $1, CAST($2 AS TEXT), $3, CAST($4 AS BIGINT), CAST($5 AS BIGINT), CAST($6 AS BIGINT), \
               CAST($7 AS BIGINT), CAST($8 AS BIGINT), CAST($9 AS BIGINT), CAST($10 AS BIGINT), CAST($11 AS TEXT), \
               CAST($12 AS BIGINT), CAST($13 AS BIGINT) \
               WHERE NOT EXISTS (SELECT 1 FROM log_reading WHERE source = CAST($2 AS TEXT) AND digest = $3)";
    let values = vec![
        id.into(),
        counted.source.as_str().into(),
        file.digest.into(),
        number(file.lines).into(),
        number(counted.events).into(),
        number(counted.matched).into(),
        number(counted.repeated).into(),
        number(file.unread).into(),
        from.into(),
        until.into(),
        unmade.into(),
        desk.now().into(),
        Value::EntryIndex,
    ];
    let sql_question = "INSERT INTO log_question (id, reading, ask, source, person, name, place, section, week, events, first_at, \
                        last_at, line, entered, asked, at, idx) \
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    let act = desk
        .act_with_detail(entry, &details)?
        .with(Change::new(sql, values).exactly(1))
        .with(Change::many(sql_question, rows).exactly(1));
    match desk.commit(act).await {
        Ok(receipt) => {
            Ok(Recorded { reading: id, entry: receipt.index(), asked: fresh.len(), known: asked.len() - fresh.len() })
        }
        Err(No::Mistake(_)) if was_read(desk, &counted.source, file.digest).await? => Err(again().into()),
        Err(other) => Err(other),
    }
}

/// Whether this very file was read before.
async fn was_read(desk: &Desk, source: &str, digest: [u8; 32]) -> Result<bool, No> {
    let sql = "SELECT COUNT(*) FROM log_reading WHERE source = $1 AND digest = $2";
    let rows = desk.store().read(sql, vec![source.into(), digest.into()]).await?;
    Ok(rows.first().map_or(Ok(0), |row| row.int(0))? > 0)
}

/// What was not asked before: the same cause, in the same week, within the same time, is one question however often it is read.
async fn fresh<'a>(desk: &Desk, asked: &[&'a Asked]) -> Result<Vec<&'a Asked>, No> {
    let weeks = asked.iter().map(|one| one.week);
    let (Some(first), Some(last)) = (weeks.clone().min(), weeks.max()) else { return Ok(Vec::new()) };
    let mut there: BTreeMap<_, Vec<(i64, i64)>> = BTreeMap::new();
    for known in questions(desk.office(), first, last).await? {
        let key = (known.check, known.week, known.source, known.person, known.name, known.place);
        there.entry(key).or_default().push((known.first.0, known.last.0));
    }
    let is_new = |one: &&&Asked| {
        let key = (one.check, one.week, one.source.clone(), one.person.clone(), one.name.clone(), one.place.clone());
        !there.get(&key).is_some_and(|spans| spans.iter().any(|(from, to)| *from <= one.first && one.last <= *to))
    };
    Ok(asked.iter().filter(is_new).copied().collect())
}

fn hex(bytes: &[u8; 32]) -> String {
    ledger::names::Commitment(*bytes).to_string()
}

fn unknown_source() -> Mistake {
    Mistake::new(
        "source",
        "方針の logs.toml にないログです。そこにある名前を使ってください。",
        "The policy names no such log. Use a name that stands in its logs.toml.",
        "Chính sách không nêu nhật ký này. Hãy dùng tên có trong logs.toml.",
    )
}

fn no_period() -> Mistake {
    Mistake::new(
        "period",
        "読み取れる記録がありません。何もなかった期間であれば、開始と終了の日を指定してください。",
        "Nothing in it could be read. If nothing took place, say from which day until which.",
        "Không đọc được sự kiện nào. Nếu không có gì xảy ra, hãy nêu từ ngày nào đến ngày nào.",
    )
}

fn later() -> Mistake {
    Mistake::new(
        "period",
        "今日より後の記録があります。読取機の時計又は日付の形式を確かめてください。",
        "It has events after today. Check the clock of the readers, or how the dates are written.",
        "Có sự kiện sau hôm nay. Hãy kiểm tra đồng hồ thiết bị hoặc cách ghi ngày.",
    )
}

fn again() -> Mistake {
    Mistake::new(
        "file",
        "このファイルはすでに読み取られています。",
        "This file was read before.",
        "Tệp này đã được đọc trước đó.",
    )
}
