//! `daicho register`: the handling ledger (個人情報管理台帳) in and out of spreadsheets, row by row.

use super::day::Day;
use super::table::Table;
use super::{Common, tell};
use crate::ask;
use crate::said::{Said, say, warn};
use crate::wire::House;
use access::{At, Desk, Mistake, No};
use clap::{Args, Subcommand};
use duties::register::{self, CellStanding, RegisterRow};
use ledger::names::RowId;
use policy::register::COLUMNS;
use policy::{Language, RowState, Texts};
use std::path::PathBuf;

mod import;

/// The handling ledger.
#[derive(Subcommand)]
pub(crate) enum Register {
    /// Take rows in from a CSV or XLSX file. A row that is there already gets a new version if anything changed.
    Import(import::Import),
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
        Register::Import(asked) => import::run(common, &house, asked).await,
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
    if asked.all {
        return approve_all(common, house, &desk).await;
    }
    let mut entries = Vec::new();
    for row in asked.rows {
        entries.push(tell::settled(house, register::approve(&desk, &row).await).await?);
    }
    tell_several(common, &entries, "承認しました", "approved", "đã phê duyệt")
}

/// Approves the drafts that are complete, and says of the others what they wait for.
async fn approve_all(common: &Common, house: &House, desk: &Desk) -> Result<(), Said> {
    let (mut entries, mut waiting) = (Vec::new(), Vec::new());
    for row in register::list(&house.office, None).await?.into_iter().filter(|row| row.state == RowState::Draft) {
        let id = row.id.clone();
        let approved = match is_complete(&row) {
            Ok(()) => register::approve(desk, &id).await,
            Err(mistake) => Err(mistake.into()),
        };
        match approved {
            Ok(entry) => entries.push((id, entry)),
            Err(No::Mistake(mistake)) => waiting.push((id, mistake)),
            Err(other) => return tell::settled(house, Err(other)).await,
        }
    }
    tell::settled(house, Ok(())).await?;
    let approved = entries.iter().map(|(id, entry)| serde_json::json!({ "row": id.as_str(), "entry": entry }));
    let left = waiting.iter().map(|(id, mistake)| {
        serde_json::json!({ "row": id.as_str(), "column": mistake.field, "why": mistake.texts.get(common.lang) })
    });
    let json = serde_json::json!({
        "entries": entries.iter().map(|(_, entry)| entry).collect::<Vec<_>>(),
        "approved": approved.collect::<Vec<_>>(), "notApproved": left.collect::<Vec<_>>(),
    });
    if !common.json {
        waiting.iter().for_each(|(id, mistake)| warn(&format!("× {id}: {}", mistake.texts.get(common.lang))));
    }
    let (count, left) = (entries.len(), waiting.len());
    let texts = Texts::new(
        format!("{count}行を承認しました。{left}行は下書きのままです。"),
        format!("{count} rows approved, {left} stay drafts."),
        format!("Đã phê duyệt {count} dòng, {left} dòng vẫn là nháp."),
    );
    tell::done(common, json, &texts)?;
    if waiting.is_empty() { Ok(()) } else { Err(Said::Found) }
}

/// Whether everything is written that must be and that the program does not write itself.
fn is_complete(row: &RegisterRow) -> Result<(), Mistake> {
    let own = ["no", "approved", "reviewed", "standing", "count"];
    let empty: Vec<_> = row.empty_columns().filter(|column| !own.contains(&column.id)).collect();
    let Some(first) = empty.first() else { return Ok(()) };
    let [ja, en, vi] = [Language::Ja, Language::En, Language::Vi]
        .map(|language| empty.iter().map(|column| column.label(language)).collect::<Vec<_>>().join(", "));
    let id = &row.id;
    Err(Mistake::new(
        first.id,
        format!(
            "記入されていない必須の列があります: {ja}。記入するか、`daicho register approve {id}` で個別に承認してください。"
        ),
        format!(
            "mandatory columns are empty: {en}. Fill them, or approve the row by name: `daicho register approve {id}`."
        ),
        format!("còn cột bắt buộc chưa điền: {vi}. Hãy điền, hoặc phê duyệt riêng: `daicho register approve {id}`."),
    ))
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
