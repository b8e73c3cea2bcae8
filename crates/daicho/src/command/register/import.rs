//! `daicho register import`: a company's own spreadsheet of its handling ledger, row by row.
//!
//! A dry run goes the way of the write up to its commit: every row is read, joined with what is there, and checked by the same
//! rules. Only whether the account may write is asked at the write itself.

use super::super::people::left_out::{print_skipped, skipped_json};
use super::super::table::Table;
use super::super::{Common, tell};
use crate::ask;
use crate::register_file::{self, Looked};
use crate::said::{Said, say, warn};
use crate::tick;
use crate::wire::House;
use access::{Desk, Mistake, No};
use clap::Args;
use connect::columns::Standing;
use duties::register::{self, RegisterRow, Sheet};
use ledger::names::RowId;
use policy::{Language, RowState, Texts};
use serde_json::json;
use std::path::PathBuf;

/// Take rows in.
#[derive(Args)]
pub(crate) struct Import {
    /// The file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Read and check everything as the write does, list what would be rejected, write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Approve the rows as they come in.
    #[arg(long)]
    approve: bool,
}

/// What came of it.
#[derive(Default)]
struct Tally {
    written: u32,
    same: u32,
    rejected: Vec<(u32, Mistake)>,
}

pub(super) async fn run(common: &Common, house: &House, asked: Import) -> Result<(), Said> {
    let bytes = std::fs::read(&asked.file).map_err(|why| Said::no_file(&asked.file, &why))?;
    let mut looked = register_file::look(&bytes).map_err(|texts| of_file(&asked, &texts))?;
    if !common.json {
        print_columns(&looked, common.lang);
    }
    let rejected = std::mem::take(&mut looked.file.rejected).into_iter();
    let rejected = rejected.map(|rejected| (rejected.line, Mistake { field: rejected.column, texts: rejected.why }));
    let mut tally = Tally { rejected: rejected.collect(), ..Tally::default() };
    let desk = if asked.dry_run {
        house.office.desk(None, house.now())
    } else {
        ask::desk(house, common.login.as_deref()).await?
    };
    for (line, id, sheet) in std::mem::take(&mut looked.file.rows) {
        let before = register::get(&house.office, &id).await?;
        if before.as_ref().is_some_and(|row| says_the_same(row, &sheet)) {
            tally.same += 1;
            continue;
        }
        let put = if asked.dry_run {
            would_put(&desk, &id, before, sheet, asked.approve)
        } else {
            put(house, &desk, &id, onto(before.as_ref(), sheet), asked.approve).await
        };
        match put {
            Ok(()) => tally.written += 1,
            Err(No::Mistake(mistake)) => tally.rejected.push((line, *mistake)),
            Err(other) => return tell::settled(house, Err(other)).await,
        }
    }
    if !asked.dry_run {
        tick::sign(house).await?;
    }
    tally.rejected.sort_by_key(|(line, _)| *line);
    told(common, &looked, &tally, asked.dry_run)
}

fn of_file(asked: &Import, texts: &Texts) -> Said {
    let file = asked.file.display();
    let [ja, en, vi] =
        [Language::Ja, Language::En, Language::Vi].map(|language| format!("{file}: {}", texts.get(language)));
    Said::mistake(Texts::new(ja, en, vi))
}

/// Each row is an act of its own moment, so that their versions stand in order.
async fn put(house: &House, desk: &Desk, id: &RowId, sheet: Sheet, approve: bool) -> Result<(), No> {
    let desk = house.office.desk(desk.maybe_actor().cloned(), house.now());
    let (row, _) = register::put(&desk, id.clone(), sheet).await?;
    if approve && row.state == RowState::Draft {
        register::approve(&desk, id).await?;
    }
    Ok(())
}

/// Every check that [`put`] makes.
fn would_put(desk: &Desk, id: &RowId, before: Option<RegisterRow>, sheet: Sheet, approve: bool) -> Result<(), No> {
    let sheet = onto(before.as_ref(), sheet);
    let row = register::would_put(desk, id.clone(), before, sheet)?;
    if approve && row.state == RowState::Draft {
        register::would_approve(desk, row)?;
    }
    Ok(())
}

/// Whether a row in the file says nothing new: then no version is made, and an import can be run again.
fn says_the_same(row: &RegisterRow, sheet: &Sheet) -> bool {
    // What the program itself writes into a row, and what only the row's own history can say, is not compared.
    let own = ["approved", "reviewed", "standing", "count", "no"];
    sheet.0.iter().filter(|(column, _)| !own.contains(&column.as_str())).all(|(column, cell)| {
        // How long it is kept may be written in the company's own words; which term that is, is then a guess of the program.
        let as_sure = |kept: &register::Cell| kept.standing == cell.standing || column == "keep-until";
        row.sheet.0.get(column).is_some_and(|kept| kept.text.trim() == cell.text.trim() && as_sure(kept))
    })
}

/// The row with what the file says of it. Columns the file does not have stay as they were.
fn onto(before: Option<&RegisterRow>, sheet: Sheet) -> Sheet {
    let mut whole = before.map(|row| row.sheet.clone()).unwrap_or_default();
    whole.0.extend(sheet.0);
    whole
}

/// What each column of the file was taken for.
fn print_columns(looked: &Looked, language: Language) {
    let heading = match language {
        Language::Ja => ["", "列", "見出し", "台帳の列", "判定"],
        Language::En => ["", "column", "heading", "column of the ledger", "standing"],
        Language::Vi => ["", "cột", "tiêu đề", "cột của sổ", "đánh giá"],
    };
    let mut table = Table::new(heading);
    for column in &looked.columns {
        let sign = match column.standing {
            Standing::Confirmed => "○",
            Standing::Inferred => "△",
            Standing::Unconfirmed => "□",
        };
        let of = column.column.map_or_else(|| "–".to_owned(), |of| format!("{} ({})", of.label(language), of.id));
        let heading = column.heading.text.replace('\n', " ");
        table.line([
            sign.into(),
            column.heading.letters.clone(),
            heading,
            of,
            column.standing.told(language).to_owned(),
        ]);
    }
    table.print();
    let not_taken = Texts::new(
        "□の列は取り込みません。台帳の列の名前にすると取り込みます。",
        "Columns marked □ are not taken in; head them as a column of the ledger to have them.",
        "Các cột □ không được nhập; hãy đặt tiêu đề theo tên cột của sổ.",
    );
    if looked.columns.iter().any(|column| column.column.is_none()) {
        say(not_taken.get(language));
    }
    say("");
}

/// Where a mistake stands: the line, and the column as the file has it.
struct At<'a> {
    line: u32,
    letters: Option<&'a str>,
    heading: &'a str,
    sheet: Option<&'a str>,
}

impl<'a> At<'a> {
    fn of(looked: &'a Looked, line: u32, field: &'a str, language: Language) -> Self {
        let column = looked.columns.iter().find(|column| column.column.is_some_and(|of| of.id == field));
        let label = policy::register::find(field).map_or(field, |column| column.label(language));
        Self {
            line,
            letters: column.map(|column| column.heading.letters.as_str()),
            heading: column.map_or(label, |column| column.heading.text.as_str()),
            sheet: looked.sheet.as_deref(),
        }
    }

    fn cell(&self) -> Option<String> {
        self.letters.map(|letters| format!("{letters}{}", self.line))
    }

    fn told(&self) -> Texts {
        let Self { line, heading, .. } = self;
        let heading = heading.replace('\n', " ");
        let sheet = self.sheet.map_or_else(String::new, |sheet| format!("{sheet} "));
        match self.letters {
            Some(letters) => Texts::new(
                format!("{sheet}{line}行目の{letters}列（{heading}）"),
                format!("{sheet}line {line}, column {letters} ({heading})"),
                format!("{sheet}dòng {line}, cột {letters} ({heading})"),
            ),
            None => Texts::new(
                format!("{sheet}{line}行目（{heading}の列がありません）"),
                format!("{sheet}line {line} (the file has no column for: {heading})"),
                format!("{sheet}dòng {line} (tệp không có cột: {heading})"),
            ),
        }
    }
}

fn told(common: &Common, looked: &Looked, tally: &Tally, dry_run: bool) -> Result<(), Said> {
    let Tally { written, same, rejected } = tally;
    let at = |line: u32, field| At::of(looked, line, field, common.lang);
    let listed = rejected.iter().map(|(line, Mistake { field, texts })| {
        let at = at(*line, field.as_str());
        json!({ "line": line, "column": field, "cell": at.cell(), "heading": at.heading, "why": texts.get(common.lang) })
    });
    let columns = looked.columns.iter().map(|column| {
        json!({
            "column": column.heading.letters, "heading": column.heading.text,
            "of": column.column.map(|of| of.id), "standing": column.standing.code(),
        })
    });
    let json = json!({
        "written": written, "unchanged": same, "rejected": listed.collect::<Vec<_>>(), "dryRun": dry_run,
        "columns": columns.collect::<Vec<_>>(), "leftOut": skipped_json(&looked.skipped),
    });
    if !common.json {
        print_skipped(&looked.skipped, common.lang);
        for (line, Mistake { field, texts }) in rejected {
            warn(&format!("× {}: {}", at(*line, field).told().get(common.lang), texts.get(common.lang)));
        }
    }
    let count = rejected.len();
    let texts = if dry_run {
        Texts::new(
            format!("試行: 取り込める行{written}件、変更なし{same}件、問題{count}件。何も書き込んでいません。"),
            format!(
                "Dry run: {written} rows can be taken in, {same} unchanged, {count} problems. Nothing was written."
            ),
            format!("Chạy thử: {written} dòng nhập được, {same} không đổi, {count} vấn đề. Chưa ghi gì."),
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
