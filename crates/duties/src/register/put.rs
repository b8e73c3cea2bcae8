//! Writing the handling ledger: put, approve, review, end.

use super::read::get;
use super::{CellStanding, RegisterRow, Sheet, names};
use access::{Desk, Mistake, No, OfficeAct, OfficePermit, permit_office};
use ledger::commitment::detail;
use ledger::entry::EntryKind;
use ledger::names::{ElementId, KindId, Moment, PurposeId, RowId, TermId};
use policy::register::find;
use policy::{Language, Policy, RowState, Term, Trigger};
use std::collections::BTreeSet;
use store::{Change, OrNull, Value};

/// Writes a row. A new row is a draft until it is approved; a row in use stays in use.
///
/// # Errors
/// [`No::Refusal`] unless the officer writes; [`No::Mistake`] naming the column that cannot be read.
pub async fn put(desk: &Desk, id: RowId, sheet: Sheet) -> Result<(RegisterRow, u64), No> {
    let permit = permit_office(desk, OfficeAct::ChangeRegister).await?;
    let old = get(desk.office(), &id).await?;
    put_on(desk, permit, id, old, sheet).await
}

/// Writes a row over the version that was read, or a new row where there was none.
///
/// # Errors
/// As [`put`]; [`No::Mistake`] in `version` when somebody wrote it since.
pub async fn put_over(desk: &Desk, id: RowId, read: Option<u32>, sheet: Sheet) -> Result<(RegisterRow, u64), No> {
    let permit = permit_office(desk, OfficeAct::ChangeRegister).await?;
    let old = get(desk.office(), &id).await?;
    if old.as_ref().map(|row| row.version) != read {
        return Err(store::NotCommitted::Lost.into());
    }
    put_on(desk, permit, id, old, sheet).await
}

async fn put_on(
    desk: &Desk,
    permit: OfficePermit,
    id: RowId,
    old: Option<RegisterRow>,
    sheet: Sheet,
) -> Result<(RegisterRow, u64), No> {
    let row = would_put(desk, id, old, sheet)?;
    write(desk, permit, EntryKind::RegisterChanged, row, None).await
}

/// The row as [`put`] would write it over the version that was read, after every check that it makes; nothing is written.
///
/// # Errors
/// [`No::Mistake`] naming the column that cannot be read.
pub fn would_put(desk: &Desk, id: RowId, old: Option<RegisterRow>, mut sheet: Sheet) -> Result<RegisterRow, No> {
    if old.as_ref().is_some_and(|row| row.state == RowState::Ended) {
        return Err(ended());
    }
    if sheet.text("no").is_empty() {
        sheet.set("no", id.as_str(), CellStanding::Confirmed);
    }
    let meant = Meant::read(desk.policy()?, &mut sheet)?;
    Ok(RegisterRow {
        version: old.as_ref().map_or(1, |row| row.version.saturating_add(1)),
        state: old.as_ref().map_or(RowState::Draft, |row| row.state),
        kind: meant.kind,
        purposes: meant.purposes,
        elements: meant.elements,
        term: meant.term,
        manager: sheet.text("manager").to_owned(),
        reviewed_at: old.as_ref().map_or(desk.now(), |row| row.reviewed_at),
        changed_at: desk.now(),
        sheet,
        entry: 0,
        people: old.map_or(0, |row| row.people),
        id,
    })
}

/// Approves a draft: from now on information may be held under it.
///
/// # Errors
/// [`No::Missing`]; [`No::Mistake`] when it is no draft, or names a purpose that is not notified to its kind of people.
pub async fn approve(desk: &Desk, id: &RowId) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::ChangeRegister).await?;
    let mut row = would_approve(desk, get(desk.office(), id).await?.ok_or(No::Missing)?)?;
    row.sheet.set("approved", signed(desk)?, CellStanding::Confirmed);
    row.sheet.set("reviewed", signed(desk)?, CellStanding::Confirmed);
    let row = RegisterRow { state: RowState::Active, reviewed_at: desk.now(), ..next(desk, row) };
    Ok(write(desk, permit, EntryKind::RegisterChanged, row, None).await?.1)
}

/// The row after every check that [`approve`] makes of it; nothing is written.
///
/// # Errors
/// [`No::Mistake`] when it is no draft, or names a purpose that is not notified to its kind of people.
pub fn would_approve(desk: &Desk, mut row: RegisterRow) -> Result<RegisterRow, No> {
    if row.state != RowState::Draft {
        return Err(Mistake::new(
            "state",
            "承認できるのは下書きの行だけです。",
            "Only a draft can be approved.",
            "Chỉ dòng nháp mới được phê duyệt.",
        )
        .into());
    }
    let policy = desk.policy()?;
    let meant = Meant::read(policy, &mut row.sheet)?;
    agrees(policy, &meant)?;
    Ok(row)
}

/// Confirms that a row is still right.
///
/// # Errors
/// [`No::Missing`]; [`No::Mistake`] when the row has ended.
pub async fn review(desk: &Desk, id: &RowId) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::ReviewRegister).await?;
    let mut row = get(desk.office(), id).await?.ok_or(No::Missing)?;
    if row.state == RowState::Ended {
        return Err(ended());
    }
    row.sheet.set("reviewed", signed(desk)?, CellStanding::Confirmed);
    let row = RegisterRow { reviewed_at: desk.now(), ..next(desk, row) };
    Ok(write(desk, permit, EntryKind::RegisterReviewed, row, None).await?.1)
}

/// Ends a row: nothing more is used under it, and what it held falls due by its term.
///
/// # Errors
/// [`No::Missing`]; [`No::Mistake`] when it has ended already.
pub async fn end(desk: &Desk, id: &RowId) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::ChangeRegister).await?;
    let row = get(desk.office(), id).await?.ok_or(No::Missing)?;
    if row.state == RowState::Ended {
        return Err(ended());
    }
    let falls_due = desk.policy()?.term(&row.term).and_then(|term| due_from_end(desk, term));
    let row = RegisterRow { state: RowState::Ended, ..next(desk, row) };
    Ok(write(desk, permit, EntryKind::RegisterChanged, row, falls_due).await?.1)
}

/// Terms that run from the end of the purpose or the contract begin when the row ends.
fn due_from_end(desk: &Desk, term: &Term) -> Option<Moment> {
    let runs_from_it = matches!(term.from, Trigger::PurposeEnded | Trigger::ContractEnded);
    runs_from_it.then(|| desk.start_of(term.due(desk.today())))
}

fn next(desk: &Desk, row: RegisterRow) -> RegisterRow {
    RegisterRow { version: row.version.saturating_add(1), changed_at: desk.now(), ..row }
}

fn signed(desk: &Desk) -> Result<String, No> {
    Ok(format!("{} {}", desk.today(), desk.actor()?.name))
}

async fn write(
    desk: &Desk,
    permit: OfficePermit,
    kind: EntryKind,
    mut row: RegisterRow,
    due: Option<Moment>,
) -> Result<(RegisterRow, u64), No> {
    let salt: [u8; 32] = desk.chance().bytes();
    let sheet = row.sheet.to_json();
    let told = serde_json::json!({
        "at": row.changed_at.0, "due": due.map(|m| m.0), "elements": joined(&row.elements), "kind": row.kind.as_str(),
        "manager": row.manager, "purposes": joined(&row.purposes), "reviewed": row.reviewed_at.0, "sheet": sheet,
        "state": row.state.code(), "term": row.term.as_str(), "version": row.version,
    });
    let entry = permit.entry(desk, kind).row(row.id.clone()).detail(detail(&salt, told.to_string().as_bytes()));
    let mut act = desk.act(&entry)?.with(version(&row, sheet, due, salt)).with(current(&row));
    if let Some(due) = due {
        let sql = "UPDATE record SET due_at = $2 WHERE register_row = $1 AND due_at IS NULL";
        act = act.with(Change::new(sql, vec![row.id.as_str().into(), due.into()]));
    }
    row.entry = desk.commit(act).await?.index();
    let entry = row.entry;
    Ok((row, entry))
}

fn version(row: &RegisterRow, sheet: String, due: Option<Moment>, salt: [u8; 32]) -> Change {
    let sql = "INSERT INTO register_version (register_row, version, state, kind, purposes, elements, term, manager, sheet, at, \
               reviewed_at, due_at, salt, idx) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    let values = vec![
        row.id.as_str().into(),
        row.version.into(),
        row.state.code().into(),
        row.kind.as_str().into(),
        joined(&row.purposes).into(),
        joined(&row.elements).into(),
        row.term.as_str().into(),
        row.manager.as_str().into(),
        sheet.into(),
        row.changed_at.into(),
        row.reviewed_at.into(),
        due.or_null(),
        salt.into(),
        Value::EntryIndex,
    ];
    Change::new(sql, values).exactly(1)
}

/// The row as judging reads it. Whoever wrote the version before must still be the last who did.
fn current(row: &RegisterRow) -> Change {
    let sql = if row.version == 1 {
        "INSERT INTO register_row (id, version, state, kind, purposes, elements, term, manager, reviewed_at, idx) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    } else {
        "UPDATE register_row SET version = $2, state = $3, kind = $4, purposes = $5, elements = $6, term = $7, manager = $8, \
         reviewed_at = $9, idx = $10 WHERE id = $1 AND version = $2 - 1"
    };
    let values = vec![
        row.id.as_str().into(),
        row.version.into(),
        row.state.code().into(),
        row.kind.as_str().into(),
        joined(&row.purposes).into(),
        joined(&row.elements).into(),
        row.term.as_str().into(),
        row.manager.as_str().into(),
        row.reviewed_at.into(),
        Value::EntryIndex,
    ];
    Change::new(sql, values).exactly(1)
}

fn joined<T: AsRef<str>>(names: &BTreeSet<T>) -> String {
    names.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" ")
}

/// What the columns that rules depend on mean.
struct Meant {
    kind: KindId,
    purposes: BTreeSet<PurposeId>,
    elements: BTreeSet<ElementId>,
    term: TermId,
}

impl Meant {
    /// Reads the columns. A term written in words of its own is taken from the policy's terms for this kind and purpose, and
    /// the cell is then a guess.
    fn read(policy: &Policy, sheet: &mut Sheet) -> Result<Self, No> {
        if let Some(unknown) = sheet.0.keys().find(|column| find(column).is_none()) {
            return Err(unknown_column(unknown));
        }
        let known: Vec<&str> = policy.kinds().iter().map(|kind| kind.id.as_str()).collect();
        let kinds = names::kinds(policy).read(sheet.text("kinds"));
        let mut kinds = kinds.map_err(|at| not_named("kinds", at, &known))?.into_iter();
        let (Some(kind), None) = (kinds.next(), kinds.next()) else { return Err(one_kind(&known)) };
        let purposes = names::purposes(policy).read(sheet.text("purpose")).map_err(|at| {
            let of_kind = policy.purposes().iter().filter(|purpose| purpose.every_row || purpose.kinds.contains(&kind));
            not_named("purpose", at, &of_kind.map(|purpose| purpose.id.as_str()).collect::<Vec<_>>())
        })?;
        let elements = names::elements(policy).read(sheet.text("elements")).map_err(|at| {
            not_named("elements", at, &policy.elements().iter().map(|e| e.id.as_str()).collect::<Vec<_>>())
        })?;
        for (column, empty) in [
            ("purpose", purposes.is_empty()),
            ("elements", elements.is_empty()),
            ("manager", sheet.text("manager").is_empty()),
            ("keep-until", sheet.text("keep-until").is_empty()),
        ] {
            if empty {
                return Err(must_be_filled(column));
            }
        }
        let term = match names::terms(policy).read(sheet.text("keep-until")).ok().and_then(only) {
            Some(term) => term,
            None => {
                let fitting = purposes.iter().find_map(|purpose| policy.term_for(&kind, purpose));
                let text = sheet.text("keep-until").to_owned();
                let known = || policy.terms().iter().map(|term| term.id.as_str()).collect::<Vec<_>>();
                let term = fitting.ok_or_else(|| not_named("keep-until", 1, &known()))?.id.clone();
                sheet.set("keep-until", text, CellStanding::Inferred);
                term
            }
        };
        Ok(Self { kind, purposes, elements, term })
    }
}

fn only<T: Ord>(set: BTreeSet<T>) -> Option<T> {
    let mut all = set.into_iter();
    all.next().filter(|_| all.next().is_none())
}

/// A row in use names only purposes that are notified to its people.
fn agrees(policy: &Policy, meant: &Meant) -> Result<(), No> {
    let notified = |id: &PurposeId| policy.purpose(id).is_some_and(|p| p.every_row || p.kinds.contains(&meant.kind));
    if meant.purposes.iter().all(notified) {
        return Ok(());
    }
    Err(mistake(
        "purpose",
        "この本人の種類には公表していない利用目的があります。列から外すか、先に方針を改定してください。",
        "It names a purpose that is not notified to this kind of people. Take it out, or amend the policy first.",
        "Có mục đích chưa thông báo cho loại chủ thể này. Hãy bỏ đi hoặc sửa chính sách trước.",
    ))
}

fn mistake(column: &str, ja: &str, en: &str, vi: &str) -> No {
    let label = |language| find(column).map_or(column, |c| c.label(language));
    Mistake::new(
        column,
        format!("「{}」：{ja}", label(Language::Ja)),
        format!("{}: {en}", label(Language::En)),
        format!("{}: {vi}", label(Language::Vi)),
    )
    .into()
}

/// A name the policy does not know, told by its place among the names of the cell, from 1, and those that may be written. What
/// stands there may be anything, also somebody's name, and is not repeated.
fn not_named(column: &str, at: usize, known: &[&str]) -> No {
    let listed = listed(known);
    mistake(
        column,
        &format!("{at}番目の語は方針にありません。方針にある名前か次のIDで書いてください: {listed}"),
        &format!(
            "The policy does not know name {at}. Write its names or these ids, apart by commas or lines: {listed}"
        ),
        &format!("Chính sách không có tên thứ {at}. Hãy dùng tên trong chính sách hoặc các mã sau: {listed}"),
    )
}

/// The first of them; an officer finds the rest with `daicho policy show`.
fn listed(known: &[&str]) -> String {
    let more = if known.len() > LISTED { ", …" } else { "" };
    known.iter().take(LISTED).copied().collect::<Vec<_>>().join(", ") + more
}

/// How many names a message lists.
const LISTED: usize = 24;

fn must_be_filled(column: &str) -> No {
    mistake(column, "必ず記入してください。", "It must be filled.", "Bắt buộc phải điền.")
}

fn one_kind(known: &[&str]) -> No {
    let listed = listed(known);
    mistake(
        "kinds",
        &format!("本人の種類は1行に1つです。種類ごとに行を分け、次のどれかを書いてください: {listed}"),
        &format!("A row holds one kind of people. Make a row for each kind and write one of: {listed}"),
        &format!("Mỗi dòng chỉ có một loại chủ thể. Hãy tách dòng theo từng loại và ghi một trong: {listed}"),
    )
}

fn unknown_column(column: &str) -> No {
    Mistake::new(
        column,
        "台帳にない列です。列の名前を確かめてください。",
        "The ledger has no such column. Check its name.",
        "Sổ không có cột này. Hãy kiểm tra tên cột.",
    )
    .into()
}

fn ended() -> No {
    Mistake::new(
        "state",
        "この行は終了しています。新しい行を作ってください。",
        "This row has ended. Write a new one.",
        "Dòng này đã kết thúc. Hãy tạo dòng mới.",
    )
    .into()
}
