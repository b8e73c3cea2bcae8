//! `daicho organisation adopt`, `rules`, `acknowledge`, `review-zones`: dated assents.

use super::super::{Common, tell};
use crate::ask;
use crate::said::Said;
use crate::wire::House;
use access::No;
use access::organisation::{self, PartId, roster};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// Adopt the policy.
#[derive(Args)]
pub(crate) struct Adopt {
    /// The legal entity, by id.
    #[arg(value_name = "ENTITY")]
    entity: PartId,
}

/// Approve a rule sheet.
#[derive(Args)]
pub(crate) struct Approve {
    /// The project, by id.
    #[arg(value_name = "PROJECT")]
    project: PartId,
    /// The rule sheet.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What it is called or where it lies; the name of the file unless said.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// Acknowledge a rule sheet.
#[derive(Args)]
pub(crate) struct Acknowledge {
    /// The project, by id.
    #[arg(value_name = "PROJECT")]
    project: PartId,
    /// The members who have acknowledged it, by id. May be given more than once.
    #[arg(long, value_name = "STAFF", required_unless_present = "all")]
    who: Vec<PartId>,
    /// Every member.
    #[arg(long, conflicts_with = "who")]
    all: bool,
}

pub(super) async fn adopt(common: &Common, house: &House, asked: Adopt) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let entry = tell::settled(house, organisation::adopt(&desk, &asked.entity).await).await?;
    let texts =
        tell::recorded("方針の採択を記録しました", "The adoption is recorded", "Đã ghi nhận việc thông qua", entry);
    tell::done(common, json!({ "entity": asked.entity.as_str(), "entry": entry }), &texts)
}

pub(super) async fn approve(common: &Common, house: &House, asked: Approve) -> Result<(), Said> {
    let bytes = std::fs::read(&asked.file).map_err(|why| Said::no_file(&asked.file, &why))?;
    let document = organisation::document_digest(&bytes);
    let name = || asked.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let note = asked.note.clone().unwrap_or_else(name);
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let entry = tell::settled(house, organisation::approve_rules(&desk, &asked.project, document, &note).await).await?;
    let texts = tell::recorded("規則書を承認しました", "The rule sheet is approved", "Đã duyệt bản quy tắc", entry);
    let json = json!({ "project": asked.project.as_str(), "document": hex::encode(document), "entry": entry });
    tell::done(common, json, &texts)
}

pub(super) async fn acknowledge(common: &Common, house: &House, asked: Acknowledge) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let mut who = asked.who;
    if asked.all {
        let roster = roster(&house.office, None).await?;
        who = roster.members(&asked.project, desk.today()).map(|staff| staff.id.clone()).collect();
        if who.is_empty() {
            return Err(No::Missing.into());
        }
    }
    let entry = tell::settled(house, organisation::acknowledge(&desk, &asked.project, &who).await).await?;
    let texts =
        tell::recorded("規則書の確認を記録しました", "The acknowledgement is recorded", "Đã ghi nhận xác nhận", entry);
    tell::done(common, json!({ "project": asked.project.as_str(), "entry": entry }), &texts)
}

pub(super) async fn review(common: &Common, house: &House) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let entry = tell::settled(house, organisation::review_zones(&desk).await).await?;
    let texts =
        tell::recorded("区域台帳を見直しました", "The zone register is reviewed", "Đã rà soát sổ khu vực", entry);
    tell::done(common, json!({ "entry": entry }), &texts)
}
