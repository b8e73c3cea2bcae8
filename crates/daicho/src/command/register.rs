//! `daicho register`: the handling ledger (個人情報管理台帳) in and out of spreadsheets, row by row.

use super::day::Day;
use super::table::Table;
use super::{Common, tell};
use crate::ask;
use crate::register_file;
use crate::said::{Said, say, warn};
use crate::tick;
use crate::wire::House;
use access::{At, Desk, No};
use clap::{Args, Subcommand};
use duties::register::{self, CellStanding, RegisterRow};
use ledger::names::RowId;
use policy::register::COLUMNS;
use policy::{Language, RowState, Texts};
use std::path::PathBuf;

/// The handling ledger.
#[derive(Subcommand)]
pub(crate) enum Register {
    /// Take rows in from a CSV or XLSX file. A row that is there already gets a new version if anything changed.
    Import(Import),
    /// Write the rows into an XLSX file, which can be taken in again.
    Export(Export),
    /// List the rows. Needs no account.
    List(List),
    /// Show one row with its columns and versions.
    Show(One),
    /// Approve drafts: from then on information may be held under them.
    Approve(Several),
    /// Confirm that rows are still right.
    Review(Several),
    /// End a row: nothing more is used under it, and what it held falls due.
    End(One),
}

/// Take rows in.
#[derive(Args)]
pub(crate) struct Import {
    /// The file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Read everything, list what would be rejected, write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Approve the rows as they come in.
    #[arg(long)]
    approve: bool,
}

/// Write the rows into an XLSX file.
#[derive(Args)]
pub(crate) struct Export {
    /// The new file.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The ledger as it stood at the end of this day.
    #[arg(long, value_name = "DATE")]
    as_of: Option<Day>,
}

/// List the rows.
#[derive(Args)]
pub(crate) struct List {
    /// The ledger as it stood at the end of this day.
    #[arg(long, value_name = "DATE")]
    as_of: Option<Day>,
}

/// One row.
#[derive(Args)]
pub(crate) struct One {
    /// Its id.
    #[arg(value_name = "ROW")]
    row: RowId,
}

/// Some rows, or all that are in question.
#[derive(Args)]
pub(crate) struct Several {
    /// Their ids.
    #[arg(value_name = "ROW", required_unless_present = "all")]
    rows: Vec<RowId>,
    /// All of them.
    #[arg(long, conflicts_with = "rows")]
    all: bool,
}

pub(super) async fn run(common: &Common, register: Register) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    match register {
        Register::Import(asked) => import(common, &house, asked).await,
        Register::Export(asked) => export(common, &house, asked).await,
        Register::List(asked) => list(common, &house, asked).await,
        Register::Show(asked) => show(common, &house, asked).await,
        Register::Approve(asked) => approve(common, &house, asked).await,
        Register::Review(asked) => review(common, &house, asked).await,
        Register::End(One { row }) => {
            let desk = ask::desk(&house, common.login.as_deref()).await?;
            let entry = tell::settled(&house, register::end(&desk, &row).await).await?;
            let texts = tell::recorded("行を終了しました", "The row has ended", "Đã kết thúc dòng", entry);
            tell::done(common, serde_json::json!({ "row": row.as_str(), "entry": entry }), &texts)
        }
    }
}

async fn import(common: &Common, house: &House, asked: Import) -> Result<(), Said> {
    let looking = house.office.desk(None, house.now());
    let name = asked.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let bytes = std::fs::read(&asked.file).map_err(|why| Said::no_file(&asked.file, &why))?;
    let read = register_file::read(looking.policy()?, &name, &bytes).map_err(Said::mistake)?;
    let mut rejected: Vec<(u32, String, Texts)> =
        read.rejected.into_iter().map(|r| (r.line, r.column, r.why)).collect();
    let (mut written, mut same) = (0_u32, 0_u32);
    if asked.dry_run {
        written = u32::try_from(read.rows.len()).unwrap_or(u32::MAX);
    } else {
        let desk = ask::desk(house, common.login.as_deref()).await?;
        for (line, id, sheet) in read.rows {
            let before = register::get(&house.office, &id).await?;
            if before.as_ref().is_some_and(|row| says_the_same(row, &sheet)) {
                same += 1;
                continue;
            }
            match put(house, &desk, &id, onto(before, sheet), asked.approve).await {
                Ok(()) => written += 1,
                Err(No::Mistake(mistake)) => rejected.push((line, mistake.field, mistake.texts)),
                Err(other) => return tell::settled(house, Err(other)).await,
            }
        }
        tick::sign(house).await?;
    }
    tell_import(common, written, same, &rejected, asked.dry_run)
}

/// Each row is an act of its own moment, so that their versions stand in order.
async fn put(house: &House, desk: &Desk, id: &RowId, sheet: register::Sheet, approve: bool) -> Result<(), No> {
    let desk = house.office.desk(desk.maybe_actor().cloned(), house.now());
    let (row, _) = register::put(&desk, id.clone(), sheet).await?;
    if approve && row.state == RowState::Draft {
        register::approve(&desk, id).await?;
    }
    Ok(())
}

/// Whether a row in the file says nothing new: then no version is made, and an import can be run again.
fn says_the_same(row: &RegisterRow, sheet: &register::Sheet) -> bool {
    // What the program itself writes into a row, and what only the row's own history can say, is not compared.
    let own = ["approved", "reviewed", "standing", "count", "no"];
    sheet.0.iter().filter(|(column, _)| !own.contains(&column.as_str())).all(|(column, cell)| {
        // How long it is kept may be written in the company's own words; which term that is, is then a guess of the program.
        let as_sure = |kept: &register::Cell| kept.standing == cell.standing || column == "keep-until";
        row.sheet.0.get(column).is_some_and(|kept| kept.text.trim() == cell.text.trim() && as_sure(kept))
    })
}

/// The row with what the file says of it. Columns the file does not have stay as they were.
fn onto(before: Option<RegisterRow>, sheet: register::Sheet) -> register::Sheet {
    let mut whole = before.map(|row| row.sheet).unwrap_or_default();
    whole.0.extend(sheet.0);
    whole
}

fn tell_import(
    common: &Common,
    written: u32,
    same: u32,
    rejected: &[(u32, String, Texts)],
    dry_run: bool,
) -> Result<(), Said> {
    let json = rejected
        .iter()
        .map(|(line, column, why)| serde_json::json!({ "line": line, "column": column, "why": why.get(common.lang) }));
    let json = serde_json::json!({
        "written": written, "unchanged": same, "rejected": json.collect::<Vec<_>>(), "dryRun": dry_run,
    });
    if !common.json {
        rejected.iter().for_each(|(line, column, why)| warn(&format!("× {line} {column}: {}", why.get(common.lang))));
    }
    let count = rejected.len();
    let texts = if dry_run {
        Texts::new(
            format!("試行: 取り込める行{written}件、問題{count}件。何も書き込んでいません。"),
            format!("Dry run: {written} rows can be taken in, {count} problems. Nothing was written."),
            format!("Chạy thử: {written} dòng nhập được, {count} vấn đề. Chưa ghi gì."),
        )
    } else {
        Texts::new(
            format!("{written}行を書き込み、{same}行は変更なし、問題{count}件。"),
            format!("{written} rows written, {same} unchanged, {count} problems."),
            format!("Đã ghi {written} dòng, {same} không đổi, {count} vấn đề."),
        )
    };
    tell::done(common, json, &texts)?;
    if rejected.is_empty() { Ok(()) } else { Err(Said::Found) }
}

async fn rows(house: &House, as_of: Option<Day>) -> Result<(Desk, Vec<RegisterRow>), Said> {
    let desk = house.office.desk(None, house.now());
    let at = as_of.map(|day| ledger::names::Moment(day.ends(&desk).0.saturating_sub(1)));
    let rows = register::list(&house.office, at).await?;
    Ok((desk, rows))
}

async fn export(common: &Common, house: &House, asked: Export) -> Result<(), Said> {
    let (desk, rows) = rows(house, asked.as_of).await?;
    let bytes = register::to_xlsx(desk.policy()?, &rows, common.lang)?;
    std::fs::OpenOptions::new().write(true).create_new(true).open(&asked.out).and_then(|mut file| {
        use std::io::Write;
        file.write_all(&bytes)
    })?;
    let (count, out) = (rows.len(), asked.out.display());
    let texts = Texts::new(
        format!("{count}行を {out} に書き出しました。"),
        format!("Wrote {count} rows to {out}."),
        format!("Đã xuất {count} dòng ra {out}."),
    );
    tell::done(common, serde_json::json!({ "out": asked.out, "rows": count }), &texts)
}

async fn list(common: &Common, house: &House, asked: List) -> Result<(), Said> {
    let (desk, rows) = rows(house, asked.as_of).await?;
    if common.json {
        say(serde_json::Value::from(rows.iter().map(json).collect::<Vec<_>>()));
        return Ok(());
    }
    let heading = match common.lang {
        Language::Ja => ["行", "状態", "本人の種類", "利用目的", "保管期間", "人数", "確認日", "名称"],
        Language::En => ["row", "state", "kind", "purposes", "term", "people", "reviewed", "name"],
        Language::Vi => ["dòng", "trạng thái", "loại", "mục đích", "thời hạn", "số người", "rà soát", "tên"],
    };
    let mut table = Table::new(heading);
    for row in rows {
        table.line([
            row.id.to_string(),
            row.state.to_string(),
            row.kind.to_string(),
            row.purposes.iter().map(|p| p.as_str()).collect::<Vec<_>>().join(" "),
            row.term.to_string(),
            row.people.to_string(),
            desk.day(row.reviewed_at).to_string(),
            row.name().to_owned(),
        ]);
    }
    table.print();
    Ok(())
}

fn json(row: &RegisterRow) -> serde_json::Value {
    let sheet: serde_json::Map<String, serde_json::Value> = row
        .sheet
        .0
        .iter()
        .map(|(column, cell)| (column.clone(), serde_json::json!({ "text": cell.text, "standing": cell.standing })))
        .collect();
    serde_json::json!({
        "id": row.id.as_str(), "version": row.version, "state": row.state.code(), "kind": row.kind.as_str(),
        "purposes": row.purposes.iter().map(|p| p.as_str()).collect::<Vec<_>>(),
        "elements": row.elements.iter().map(|e| e.as_str()).collect::<Vec<_>>(), "term": row.term.as_str(),
        "manager": row.manager, "people": row.people, "reviewed": At(row.reviewed_at),
        "changed": At(row.changed_at), "entry": row.entry, "sheet": sheet,
    })
}

async fn show(common: &Common, house: &House, asked: One) -> Result<(), Said> {
    let desk = house.office.desk(None, house.now());
    let versions = register::versions(&house.office, &asked.row).await?;
    let newest = versions.first().ok_or(No::Missing)?;
    if common.json {
        say(serde_json::Value::from(versions.iter().map(json).collect::<Vec<_>>()));
        return Ok(());
    }
    say(format_args!("{}  {}  {}", newest.id, newest.state, newest.name()));
    let mut table = Table::bare();
    for column in COLUMNS {
        let Some(cell) = newest.sheet.0.get(column.id).filter(|cell| !cell.text.trim().is_empty()) else { continue };
        let sign = match cell.standing {
            CellStanding::Confirmed => "○",
            CellStanding::Inferred => "△",
            CellStanding::Unconfirmed => "□",
        };
        table.line([sign.into(), column.label(common.lang).into(), cell.text.replace('\n', " / ")]);
    }
    table.print();
    for row in &versions {
        say(format_args!("v{}  {}  {}  #{}", row.version, desk.day(row.changed_at), row.state, row.entry));
    }
    Ok(())
}

async fn approve(common: &Common, house: &House, asked: Several) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let drafts = |row: &RegisterRow| row.state == RowState::Draft;
    let mut entries = Vec::new();
    for row in chosen(house, asked, drafts).await? {
        entries.push(tell::settled(house, register::approve(&desk, &row).await).await?);
    }
    tell_several(common, &entries, "承認しました", "approved", "đã phê duyệt")
}

async fn review(common: &Common, house: &House, asked: Several) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let standing = |row: &RegisterRow| row.state != RowState::Ended;
    let mut entries = Vec::new();
    for row in chosen(house, asked, standing).await? {
        entries.push(tell::settled(house, register::review(&desk, &row).await).await?);
    }
    tell_several(common, &entries, "確認しました", "reviewed", "đã rà soát")
}

async fn chosen(house: &House, asked: Several, which: impl Fn(&RegisterRow) -> bool) -> Result<Vec<RowId>, Said> {
    if !asked.all {
        return Ok(asked.rows);
    }
    Ok(register::list(&house.office, None).await?.into_iter().filter(|row| which(row)).map(|row| row.id).collect())
}

fn tell_several(common: &Common, entries: &[u64], ja: &str, en: &str, vi: &str) -> Result<(), Said> {
    let count = entries.len();
    let texts = Texts::new(format!("{count}行を{ja}"), format!("{count} rows {en}"), format!("{count} dòng {vi}"));
    tell::done(common, serde_json::json!({ "entries": entries }), &texts)
}
