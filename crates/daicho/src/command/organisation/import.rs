//! `daicho organisation import`: a list of staff, departments or cards kept elsewhere, laid against what is registered.

use super::super::people::left_out::{print_skipped, skipped_json};
use super::super::table::Table;
use super::super::{Common, tell};
use crate::ask;
use crate::organisation_file::{self, Looked};
use crate::said::{Said, say, warn};
use crate::wire::House;
use access::organisation::{self, Fate, Field, How, PartId, PartKind, Plan, put_all, roster};
use clap::Args;
use jiff::civil::Date;
use policy::{Language, Texts};
use serde_json::json;
use std::path::PathBuf;

/// Take a list in.
#[derive(Args)]
pub(crate) struct Import {
    /// entity, department, site, zone, project, staff, card, terminal or reader.
    #[arg(value_name = "KIND")]
    kind: PartKind,
    /// The file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Read and check everything as the write does, say what would change, write nothing.
    #[arg(long)]
    dry_run: bool,
    /// The list is whole: whoever is registered and not on it has left.
    #[arg(long)]
    whole: bool,
    /// The last day of those who are missing from a whole list; today unless said.
    #[arg(long, value_name = "DATE", requires = "whole")]
    left_on: Option<Date>,
    /// Register departments that are not registered, within this legal entity.
    #[arg(long, value_name = "ENTITY")]
    departments_within: Option<PartId>,
    /// Go on although more than a tenth of all would leave.
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(common: &Common, house: &House, asked: Import) -> Result<(), Said> {
    let bytes = std::fs::read(&asked.file).map_err(|why| Said::no_file(&asked.file, &why))?;
    let mut looked = organisation_file::look(asked.kind, &bytes).map_err(|texts| {
        let file = asked.file.display();
        Said::mistake(texts.map(|_, text| format!("{file}: {text}")))
    })?;
    if !common.json {
        print_columns(&looked, asked.kind, common.lang);
    }
    let desk = if asked.dry_run {
        house.office.desk(None, house.now())
    } else {
        ask::desk(house, common.login.as_deref()).await?
    };
    let how = How {
        others_left: asked.whole.then(|| asked.left_on.unwrap_or_else(|| desk.today())),
        departments_within: asked.departments_within.clone(),
    };
    let mut plan = organisation::plan(&desk, asked.kind, &looked.file.lines, &how).await?;
    plan.rejected.append(&mut looked.file.rejected);
    plan.rejected.sort_by_key(|(line, _)| *line);
    let registered = roster(&house.office, None).await?;
    let there = registered.parts(asked.kind).filter(|part| part.is_open(desk.today())).count();
    if plan.is_alarming(there) && !asked.yes && !asked.dry_run {
        let left = plan.count(Fate::Left);
        return Err(Said::mistake(Texts::new(
            format!(
                "{there}件のうち{left}件が終了になります。一覧が途中で切れていないか確かめ、正しければ --yes を付けてください。"
            ),
            format!("{left} of {there} would leave. Look whether the list is cut off; if it is right, say --yes."),
            format!(
                "{left} trong {there} mục sẽ kết thúc. Hãy kiểm tra danh sách có bị cắt không; nếu đúng, thêm --yes."
            ),
        )));
    }
    let mut written = None;
    if !asked.dry_run && !plan.edits.is_empty() && !plan.changes.is_empty() {
        written = Some(tell::settled(house, put_all(&desk, &plan.edits).await).await?);
    }
    told(common, &asked, &looked, &plan, written.as_ref())
}

/// What each column of the file was taken for.
fn print_columns(looked: &Looked, kind: PartKind, language: Language) {
    let heading = match language {
        Language::Ja => ["", "列", "見出し", "項目"],
        Language::En => ["", "column", "heading", "field"],
        Language::Vi => ["", "cột", "tiêu đề", "mục"],
    };
    let mut table = Table::new(heading);
    for column in &looked.columns {
        let label = column.field.map(|id| {
            let label = Field::find(kind, id).map_or("ID", |field| field.label(language));
            format!("{label} ({id})")
        });
        table.line([
            if label.is_some() { "○" } else { "□" }.into(),
            column.heading.letters.clone(),
            column.heading.text.replace('\n', " "),
            label.unwrap_or_else(|| "–".into()),
        ]);
    }
    table.print();
    say("");
}

fn told(
    common: &Common,
    asked: &Import,
    looked: &Looked,
    plan: &Plan,
    written: Option<&organisation::Written>,
) -> Result<(), Said> {
    let fates = [Fate::Joined, Fate::Moved, Fate::Changed, Fate::Left];
    let rejected = plan.rejected.iter();
    let rejected =
        rejected.map(|(line, why)| json!({ "line": line, "field": why.field, "why": why.texts.get(common.lang) }));
    let changes = plan.changes.iter().map(
        |(line, fate, part)| json!({ "line": line, "fate": fate.code(), "kind": part.kind.code(), "id": part.id.as_str() }),
    );
    let json = json!({
        "dryRun": asked.dry_run, "entry": written.map(|w| w.entry), "unchanged": plan.same,
        "counts": fates.iter().map(|fate| (fate.code().to_owned(), json!(plan.count(*fate)))).collect::<serde_json::Map<_, _>>(),
        "changes": changes.collect::<Vec<_>>(), "rejected": rejected.collect::<Vec<_>>(),
        "revoked": written.map(|w| w.revoked.clone()).unwrap_or_default(), "leftOut": skipped_json(&looked.skipped),
        "columns": looked.columns.iter().map(|c| json!({
            "column": c.heading.letters, "heading": c.heading.text, "field": c.field,
        })).collect::<Vec<_>>(),
    });
    if !common.json {
        print_skipped(&looked.skipped, common.lang);
        for (_, fate, part) in &plan.changes {
            let sign = match fate {
                Fate::Joined => "+",
                Fate::Moved => "→",
                Fate::Changed => "~",
                Fate::Left => "−",
            };
            say(format_args!("{sign} {} {} {}", part.kind.label().get(common.lang), part.id, part.name()));
        }
        for (line, why) in &plan.rejected {
            let at = Texts::new(format!("{line}行目"), format!("line {line}"), format!("dòng {line}"));
            warn(&format!("× {}: {}", at.get(common.lang), why.texts.get(common.lang)));
        }
    }
    let [joined, moved, changed, left] = fates.map(|fate| plan.count(fate));
    let (same, bad) = (plan.same, plan.rejected.len());
    let sums = Texts::new(
        format!("登録{joined}件、異動{moved}件、変更{changed}件、終了{left}件、変更なし{same}件、問題{bad}件"),
        format!("{joined} joined, {moved} moved, {changed} changed, {left} left, {same} unchanged, {bad} problems"),
        format!("{joined} vào, {moved} chuyển, {changed} sửa, {left} nghỉ, {same} không đổi, {bad} vấn đề"),
    );
    let texts = sums.map(|language, sums| match (language, written) {
        (Language::Ja, None) if asked.dry_run => format!("試行: {sums}。何も書き込んでいません。"),
        (Language::En, None) if asked.dry_run => format!("Dry run: {sums}. Nothing was written."),
        (Language::Vi, None) if asked.dry_run => format!("Chạy thử: {sums}. Chưa ghi gì."),
        (Language::Ja, Some(done)) => format!("{sums}（記録 #{}）", done.entry),
        (Language::En, Some(done)) => format!("{sums} (entry #{})", done.entry),
        (Language::Vi, Some(done)) => format!("{sums} (bản ghi #{})", done.entry),
        (_, None) => sums.to_owned(),
    });
    tell::done(common, json, &texts)?;
    if plan.rejected.is_empty() { Ok(()) } else { Err(Said::Found) }
}
