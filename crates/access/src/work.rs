//! Work records: who works, for which purpose, about which rows or people, from when until when.

use crate::answer::{Fault, Mistake, No};
use crate::desk::{Desk, Office};
use crate::permit::permit_office;
use ledger::commitment::detail;
use ledger::entry::EntryKind;
use ledger::names::{ActorId, Moment, PersonId, PurposeId, RowId, WorkId};
use policy::{OfficeAct, Role};
use std::collections::BTreeSet;
use store::{Change, Row, Value};

/// Whom a work record is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everybody held under these rows of the handling ledger.
    Rows(Vec<RowId>),
    /// These people and nobody else.
    People(Vec<PersonId>),
    /// Everybody the purpose allows: for the answering of requests and the like.
    Everybody,
}

/// A new work record.
#[derive(Debug, Clone)]
pub struct NewWork {
    /// The number the company gives it: unique, at most 40 characters.
    pub code: String,
    /// What the work is, for colleagues. No personal data.
    pub title: String,
    /// The notified purpose it serves.
    pub purpose: PurposeId,
    /// Who works on it, by login.
    pub logins: Vec<String>,
    /// Whom it is about.
    pub scope: Scope,
    /// From when.
    pub starts_at: Moment,
    /// Until when.
    pub ends_at: Moment,
}

/// A work record.
#[derive(Debug, Clone)]
pub struct Work {
    /// Its id, as entries cite it.
    pub id: WorkId,
    /// The number the company gives it.
    pub code: String,
    /// What the work is.
    pub title: String,
    /// The purpose it serves.
    pub purpose: PurposeId,
    /// From when.
    pub starts_at: Moment,
    /// Until when.
    pub ends_at: Moment,
    /// When it was closed early.
    pub closed_at: Option<Moment>,
    /// Who opened it.
    pub owner: ActorId,
    /// Whether it is about everybody the purpose allows.
    pub every_row: bool,
    /// The entry that opened it.
    pub entry: u64,
}

impl Work {
    /// Whether it is open at `now`.
    #[must_use]
    pub fn is_open(&self, now: Moment) -> bool {
        self.starts_at <= now && now < self.ends_at && self.closed_at.is_none_or(|at| at > now)
    }
}

/// Opens a work record.
///
/// # Errors
/// [`No::Refusal`] if the role may not, [`No::Mistake`] naming the field.
pub async fn open(desk: &Desk, new: NewWork) -> Result<(WorkId, u64), No> {
    let reaches_all = desk.policy()?.purpose(&new.purpose).is_some_and(|purpose| purpose.every_row);
    let about_all = new.scope == Scope::Everybody && !reaches_all;
    let act = if about_all { OfficeAct::OpenWorkEverybody } else { OfficeAct::OpenWork };
    let permit = permit_office(desk, act).await?;
    check(desk, &new)?;
    let mut actors = Vec::new();
    for login in &new.logins {
        let found = crate::actor::find(desk.office(), login, desk.now()).await?;
        actors.push(found.ok_or_else(|| unknown_login(login))?.id);
    }
    let id = WorkId::from_bytes(desk.chance().id(desk.now()));
    let entry = permit.entry(desk, EntryKind::WorkOpened).work(id).purpose(new.purpose.clone());
    let (rows, people) = match new.scope.clone() {
        Scope::Rows(rows) => (rows, Vec::new()),
        Scope::People(people) => (Vec::new(), people),
        Scope::Everybody => (Vec::new(), Vec::new()),
    };
    // Whom it is about is bound by a salted digest each: it says nothing once the person is erased and the salt gone.
    let people: Vec<(PersonId, [u8; 32])> = people.into_iter().map(|person| (person, desk.chance().bytes())).collect();
    let details = serde_json::json!({
        "code": new.code, "title": new.title, "from": new.starts_at.0, "until": new.ends_at.0,
        "owner": desk.actor()?.id.to_string(), "every": new.scope == Scope::Everybody,
        "actors": actors.iter().map(ToString::to_string).collect::<BTreeSet<_>>(),
        "rows": rows.iter().map(|row| row.as_str()).collect::<BTreeSet<_>>(),
        "people": people.iter().map(|(person, salt)| bound(salt, *person)).collect::<BTreeSet<_>>(),
    });
    let mut act = desk.act_with_detail(entry, &details)?.with(
        Change::new(
            "INSERT INTO work (id, code, title, purpose, starts_at, ends_at, closed_at, owner, every_row, idx) \
             VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, $8, $9)",
            vec![
                id.into(),
                new.code.into(),
                new.title.into(),
                new.purpose.as_str().into(),
                new.starts_at.into(),
                new.ends_at.into(),
                desk.actor()?.id.into(),
                (new.scope == Scope::Everybody).into(),
                Value::EntryIndex,
            ],
        )
        .exactly(1),
    );
    let pair = |a: Value| vec![Value::from(id), a];
    act = act.with(Change::many(
        "INSERT INTO work_actor (work, actor) VALUES ($1, $2)",
        actors.into_iter().map(|a| pair(a.into())).collect(),
    ));
    act = act
        .with(Change::many(
            "INSERT INTO work_row (work, register_row) VALUES ($1, $2)",
            rows.iter().map(|r| pair(r.as_str().into())).collect(),
        ))
        .with(Change::many(
            "INSERT INTO work_person (work, person, salt) VALUES ($1, $2, $3)",
            people.into_iter().map(|(person, salt)| vec![id.into(), person.into(), salt.into()]).collect(),
        ));
    match desk.commit(act).await {
        Ok(receipt) => Ok((id, receipt.index())),
        Err(No::Mistake(_)) => Err(Mistake::new(
            "code",
            "この番号の作業記録はすでにあります。別の番号にしてください。",
            "A work record with this number exists already. Choose another number.",
            "Đã có hồ sơ công việc mang số này. Hãy chọn số khác.",
        )
        .into()),
        Err(other) => Err(other),
    }
}

/// The digest by which the entry that opened a work record binds one person it is about, in hexadecimal.
#[must_use]
pub fn bound(salt: &[u8; 32], person: PersonId) -> String {
    hex::encode(detail(salt, person.as_bytes()))
}

fn unknown_login(login: &str) -> No {
    Mistake::new(
        "logins",
        format!("「{login}」という有効なアカウントはありません。"),
        format!("There is no open account '{login}'."),
        format!("Không có tài khoản đang mở nào tên '{login}'."),
    )
    .into()
}

fn check(desk: &Desk, new: &NewWork) -> Result<(), No> {
    let code = new.code.trim();
    if code.is_empty() || code.chars().count() > 40 {
        return Err(Mistake::new(
            "code",
            "番号は1〜40文字で書いてください。",
            "The number has 1 to 40 characters.",
            "Số hiệu có từ 1 đến 40 ký tự.",
        )
        .into());
    }
    if new.title.trim().is_empty() || new.title.chars().count() > 200 {
        return Err(Mistake::new(
            "title",
            "作業の内容を200文字以内で書いてください。個人情報は書かないでください。",
            "Say in at most 200 characters what the work is, without personal data.",
            "Hãy ghi nội dung công việc trong 200 ký tự, không ghi dữ liệu cá nhân.",
        )
        .into());
    }
    if desk.policy()?.purpose(&new.purpose).is_none() {
        return Err(Mistake::new(
            "purpose",
            "公表した利用目的から選んでください。",
            "Choose one of the notified purposes.",
            "Hãy chọn một trong các mục đích đã thông báo.",
        )
        .into());
    }
    if new.logins.is_empty() {
        return Err(Mistake::new(
            "logins",
            "担当者を1人以上選んでください。",
            "Name at least one person who does the work.",
            "Hãy chọn ít nhất một người phụ trách.",
        )
        .into());
    }
    let year = 366 * 86_400_000;
    if new.ends_at <= new.starts_at || new.ends_at.0.saturating_sub(new.starts_at.0) > year {
        return Err(Mistake::new(
            "until",
            "終了は開始より後、1年以内にしてください。",
            "The end is after the start and within a year of it.",
            "Ngày kết thúc phải sau ngày bắt đầu và trong vòng một năm.",
        )
        .into());
    }
    let empty = match &new.scope {
        Scope::Rows(rows) => rows.is_empty(),
        Scope::People(people) => people.is_empty(),
        Scope::Everybody => false,
    };
    if empty {
        return Err(Mistake::new(
            "scope",
            "対象の台帳の行または本人を選んでください。",
            "Name the rows of the handling ledger or the people it is about.",
            "Hãy chọn dòng sổ hoặc người liên quan.",
        )
        .into());
    }
    Ok(())
}

/// Closes a work record before its end: nothing more can be opened under it.
///
/// # Errors
/// [`No::Missing`] when there is no such open record.
pub async fn close(desk: &Desk, id: WorkId) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::CloseWork).await?;
    let work = get(desk.office(), id).await?.filter(|w| w.closed_at.is_none()).ok_or(No::Missing)?;
    let actor = desk.actor()?;
    let own = work.owner == actor.id || actors(desk.office(), id).await?.contains(&actor.id);
    if !own && actor.role != Role::Officer {
        return Err(No::Missing);
    }
    let entry = permit.entry(desk, EntryKind::WorkClosed).work(id).purpose(work.purpose);
    let sql = "UPDATE work SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL";
    let act = desk.act(&entry)?.with(Change::new(sql, vec![id.into(), desk.now().into()]).exactly(1));
    Ok(desk.commit(act).await?.index())
}

const COLUMNS: &str = "SELECT w.id, w.code, w.title, w.purpose, w.starts_at, w.ends_at, w.closed_at, w.owner, w.every_row, w.idx FROM work w";

/// The work record with this id.
///
/// # Errors
/// [`Fault`].
pub async fn get(office: &Office, id: WorkId) -> Result<Option<Work>, Fault> {
    let rows = office.store().read(&format!("{COLUMNS} WHERE w.id = $1"), vec![id.into()]).await?;
    rows.first().map(read).transpose()
}

/// The work record with the number the company gave it.
///
/// # Errors
/// [`Fault`].
pub async fn by_code(office: &Office, code: &str) -> Result<Option<Work>, Fault> {
    let rows = office.store().read(&format!("{COLUMNS} WHERE w.code = $1"), vec![code.into()]).await?;
    rows.first().map(read).transpose()
}

/// The open work records of the actor at the desk, those ending first at the top.
///
/// # Errors
/// [`No`].
pub async fn mine(desk: &Desk) -> Result<Vec<Work>, No> {
    let sql = format!(
        "{COLUMNS} JOIN work_actor wa ON wa.work = w.id WHERE wa.actor = $1 AND w.starts_at <= $2 AND w.ends_at > $2 \
         AND (w.closed_at IS NULL OR w.closed_at > $2) ORDER BY w.ends_at, w.id"
    );
    let rows = desk.store().read(&sql, vec![desk.actor()?.id.into(), desk.now().into()]).await?;
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// Work records, newest first, at most `limit`, those made before `before` when paging.
///
/// # Errors
/// [`Fault`].
pub async fn list(office: &Office, before: Option<WorkId>, limit: u32) -> Result<Vec<Work>, Fault> {
    let before = before.map_or([0xff; 16], |id| *id.as_bytes());
    let sql = format!("{COLUMNS} WHERE w.id < $1 ORDER BY w.id DESC LIMIT $2");
    let rows = office.store().read(&sql, vec![before.into(), limit.into()]).await?;
    rows.iter().map(read).collect()
}

/// Who works on it.
///
/// # Errors
/// [`Fault`].
pub async fn actors(office: &Office, id: WorkId) -> Result<Vec<ActorId>, Fault> {
    let rows =
        office.store().read("SELECT actor FROM work_actor WHERE work = $1 ORDER BY actor", vec![id.into()]).await?;
    rows.iter().map(|r| Ok(ActorId::from_bytes(r.array(0).map_err(store::Fault::from)?))).collect()
}

/// The rows it is about; empty when it names people or is about everybody.
///
/// # Errors
/// [`Fault`].
pub async fn rows(office: &Office, id: WorkId) -> Result<Vec<RowId>, Fault> {
    let sql = "SELECT register_row FROM work_row WHERE work = $1 ORDER BY register_row";
    let rows = office.store().read(sql, vec![id.into()]).await?;
    let bad = |_| Fault::Damaged("work_row");
    rows.iter().map(|r| r.text(0).map_err(store::Fault::from)?.parse().map_err(bad)).collect()
}

/// The people it is about, when it names any.
///
/// # Errors
/// [`Fault`].
pub async fn people(office: &Office, id: WorkId) -> Result<Vec<PersonId>, Fault> {
    let sql = "SELECT person FROM work_person WHERE work = $1 \
               AND person NOT IN (SELECT id FROM person WHERE erase_at IS NOT NULL) ORDER BY person";
    let rows = office.store().read(sql, vec![id.into()]).await?;
    rows.iter().map(|r| Ok(PersonId::from_bytes(r.array(0).map_err(store::Fault::from)?))).collect()
}

fn read(row: &Row) -> Result<Work, Fault> {
    let bad = |_| Fault::Damaged("work");
    Ok(Work {
        id: WorkId::from_bytes(row.array(0).map_err(bad)?),
        code: row.text(1).map_err(bad)?.to_owned(),
        title: row.text(2).map_err(bad)?.to_owned(),
        purpose: row.text(3).map_err(bad)?.parse().map_err(|_| Fault::Damaged("work.purpose"))?,
        starts_at: row.moment(4).map_err(bad)?,
        ends_at: row.moment(5).map_err(bad)?,
        closed_at: row.maybe_moment(6).map_err(bad)?,
        owner: ActorId::from_bytes(row.array(7).map_err(bad)?),
        every_row: row.int(8).map_err(bad)? == 1,
        entry: u64::try_from(row.int(9).map_err(bad)?).map_err(|_| Fault::Damaged("work.idx"))?,
    })
}
