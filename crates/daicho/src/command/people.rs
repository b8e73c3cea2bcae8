//! `daicho people`: the vault at the terminal. Each of these is an act with an entry.

use super::day::printed;
use super::table::Table;
use super::{Common, tell, work};
use crate::ask;
use crate::keyring::write_new;
use crate::said::{Said, say};
use crate::wire::House;
use access::{At, Desk};
use clap::{Args, Subcommand};
use ledger::names::{ElementId, PersonId, PurposeId, RowId};
use policy::{Language, Texts};
use std::path::PathBuf;
use vault::{Correct as Correction, Done, Find as Search, Found, Kept};

mod erase;
mod import;
pub(super) mod left_out;
mod matched;
mod progress;
mod rejected;

/// Take people in, find them, correct, suspend, erase, and hand a person what is held.
#[derive(Subcommand)]
pub(crate) enum People {
    /// Take people in from a CSV or XLSX file, under one row of the handling ledger.
    Import(import::Import),
    /// Find people by name, reading, e-mail, telephone number or date of birth.
    Find(Find),
    /// Show what is held of a person, without any value.
    Show(Show),
    /// Correct or add one value.
    Correct(Correct),
    /// Stop the use of a person's information.
    Suspend(Turn),
    /// Take the use of a person's information up again.
    Resume(Turn),
    /// Erase everything held of a person: the rows are deleted and the key is destroyed, after the wait that the policy states.
    Erase(erase::Erase),
    /// List the erasures that were decided and wait, for the privacy officer.
    Waiting,
    /// Withdraw an erasure while it waits: the person is back with everything that is held of them.
    Withdraw(Turn),
    /// Hand a person everything that is held of them, as one JSON document.
    Export(Export),
    /// Record that something happened with a person that rules or retention depend on, such as offer-accepted or left.
    Milestone(Milestone),
}

/// Find people.
#[derive(Args)]
pub(crate) struct Find {
    /// What to look for. Leave it out to be asked: then it stands neither in the shell's history nor in the list of processes.
    #[arg(value_name = "TEXT")]
    text: Option<String>,
    /// For which notified purpose.
    #[arg(long, value_name = "PURPOSE")]
    purpose: PurposeId,
    /// Under which work record: its number or its id.
    #[arg(long, value_name = "WORK")]
    work: Option<String>,
    /// How many at most, up to 50.
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: u32,
}

/// Show what is held of a person.
#[derive(Args)]
pub(crate) struct Show {
    /// Whose.
    #[arg(value_name = "PERSON")]
    person: PersonId,
}

/// Correct or add one value. The value is asked for, or read from standard input.
#[derive(Args)]
pub(crate) struct Correct {
    /// Whose.
    #[arg(value_name = "PERSON")]
    person: PersonId,
    /// Held under which row of the handling ledger.
    #[arg(long, value_name = "ROW")]
    row: RowId,
    /// Which element.
    #[arg(long, value_name = "ELEMENT")]
    element: ElementId,
    /// For which notified purpose.
    #[arg(long, value_name = "PURPOSE")]
    purpose: PurposeId,
    /// Under which work record: its number or its id.
    #[arg(long, value_name = "WORK")]
    work: Option<String>,
}

/// Stop or take up the use of a person's information, or withdraw its erasure.
#[derive(Args)]
pub(crate) struct Turn {
    /// Whose.
    #[arg(value_name = "PERSON")]
    person: PersonId,
    /// For which notified purpose.
    #[arg(long, value_name = "PURPOSE")]
    purpose: PurposeId,
}

/// Hand a person everything that is held of them.
#[derive(Args)]
pub(crate) struct Export {
    /// Whose.
    #[arg(value_name = "PERSON")]
    person: PersonId,
    /// For which notified purpose.
    #[arg(long, value_name = "PURPOSE")]
    purpose: PurposeId,
    /// Under which work record: its number or its id.
    #[arg(long, value_name = "WORK")]
    work: Option<String>,
    /// A new file that only you can read; without one the document is printed.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Record what happened with a person.
#[derive(Args)]
pub(crate) struct Milestone {
    /// With whom.
    #[arg(value_name = "PERSON")]
    person: PersonId,
    /// What: one of the policy's conditions or retention triggers.
    #[arg(value_name = "MILESTONE")]
    name: String,
}

pub(super) async fn run(common: &Common, people: People) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    match people {
        People::Import(asked) => return import::run(common, &house, asked).await,
        People::Find(asked) => find(common, &house, asked).await,
        People::Show(asked) => show(common, &house, asked).await,
        People::Correct(asked) => correct(common, &house, asked).await,
        People::Suspend(Turn { person, purpose }) => {
            let desk = ask::desk(&house, common.login.as_deref()).await?;
            let done = vault::suspend(&house.vault, &desk, person, purpose).await;
            told(common, &house, done, "利用を停止しました", "Use is suspended", "Đã tạm dừng sử dụng").await
        }
        People::Resume(Turn { person, purpose }) => {
            let desk = ask::desk(&house, common.login.as_deref()).await?;
            let done = vault::resume(&house.vault, &desk, person, purpose).await;
            told(common, &house, done, "利用を再開しました", "Use is taken up again", "Đã sử dụng trở lại").await
        }
        People::Erase(asked) => erase::run(common, &house, asked).await,
        People::Waiting => erase::waiting(common, &house).await,
        People::Withdraw(Turn { person, purpose }) => {
            let desk = ask::desk(&house, common.login.as_deref()).await?;
            let done = vault::withdraw(&house.vault, &desk, person, purpose).await;
            told(common, &house, done, "消去を取り消しました", "The erasure is withdrawn", "Đã rút lại việc xóa").await
        }
        People::Export(asked) => export(common, &house, asked).await,
        People::Milestone(Milestone { person, name }) => {
            let desk = ask::desk(&house, common.login.as_deref()).await?;
            let done = duties::milestone::record(&desk, person, &name).await.map(|entry| Done { entry });
            told(common, &house, done, "記録しました", "Recorded", "Đã ghi").await
        }
    }
}

/// What an act without values says.
async fn told(
    common: &Common,
    house: &House,
    done: Result<Done, access::No>,
    ja: &str,
    en: &str,
    vi: &str,
) -> Result<(), Said> {
    let Done { entry } = tell::settled(house, done).await?;
    tell::done(common, serde_json::json!({ "entry": entry }), &tell::recorded(ja, en, vi, entry))
}

async fn find(common: &Common, house: &House, asked: Find) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let prompt = Texts::new(
        "氏名・かな・メール・電話番号・生年月日のどれか:",
        "A name, a reading, an e-mail address, a telephone number or a date of birth:",
        "Họ tên, kana, thư điện tử, số điện thoại hoặc ngày sinh:",
    );
    let text = match asked.text {
        Some(text) => text,
        None => ask::value(&prompt, common.lang)?,
    };
    let work = work::named(house, asked.work.as_deref()).await?;
    let search = Search { text, purpose: asked.purpose, work, limit: asked.limit };
    let found = tell::settled(house, vault::find(&house.vault, &desk, search).await).await?;
    print_found(common, &desk, &found);
    Ok(())
}

fn print_found(common: &Common, desk: &Desk, found: &Found) {
    let name = |hit: &vault::Hit| hit.name.as_ref().map(|name| name.expose().to_owned());
    if common.json {
        let hits = found.hits.iter().map(|hit| {
            serde_json::json!({
                "person": hit.person.to_string(), "row": hit.row.as_str(), "kind": hit.kind.as_str(), "name": name(hit),
                "acquired": At(hit.acquired_at),
            })
        });
        say(serde_json::json!({ "entry": found.entry, "more": found.more, "hits": hits.collect::<Vec<_>>() }));
        return;
    }
    let heading = match common.lang {
        Language::Ja => ["本人", "台帳の行", "本人の区分", "氏名", "取得日"],
        Language::En => ["person", "row", "kind", "name", "acquired"],
        Language::Vi => ["chủ thể", "dòng sổ", "loại chủ thể", "họ tên", "ngày thu thập"],
    };
    let mut table = Table::new(heading);
    for hit in &found.hits {
        let name = name(hit).unwrap_or_else(|| "–".into());
        let kind = desk.policy().ok().and_then(|p| p.kind(&hit.kind)).map(|k| k.label.get(common.lang).to_owned());
        let kind = kind.unwrap_or_else(|| hit.kind.to_string());
        table.line([hit.person.to_string(), hit.row.to_string(), kind, name, desk.day(hit.acquired_at).to_string()]);
    }
    table.print();
    let (count, entry) = (found.hits.len(), found.entry);
    let more = if found.more { "+" } else { "" };
    let texts = Texts::new(
        format!("{count}{more}件（記録 #{entry}）"),
        format!("{count}{more} found (entry #{entry})"),
        format!("{count}{more} kết quả (bản ghi #{entry})"),
    );
    say(texts.get(common.lang));
}

async fn show(common: &Common, house: &House, asked: Show) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let Kept { person, state, records, waits } = tell::settled(house, vault::kept(&desk, asked.person).await).await?;
    let day = |moment| desk.day(moment).to_string();
    if common.json {
        let records = records.iter().map(|record| {
            serde_json::json!({
                "row": record.row.as_str(), "kind": record.kind.as_str(), "version": record.version,
                "elements": record.elements.iter().map(|e| e.as_str()).collect::<Vec<_>>(),
                "acquired": At(record.acquired_at), "due": record.due_at.map(At), "entry": record.entry,
            })
        });
        let waits = waits.as_ref().map(erase::waits);
        say(serde_json::json!({
            "person": person.to_string(), "state": state.word(), "records": records.collect::<Vec<_>>(), "erasure": waits,
        }));
        return Ok(());
    }
    if let Some(waits) = waits {
        say(erase::waiting_text(&desk, &waits).get(common.lang));
        return Ok(());
    }
    say(format_args!("{person}  {}", state.word()));
    let heading = match common.lang {
        Language::Ja => ["台帳の行", "種類", "項目", "取得日", "保管期限"],
        Language::En => ["row", "kind", "elements", "acquired", "kept until"],
        Language::Vi => ["dòng sổ", "loại", "mục dữ liệu", "ngày thu thập", "lưu đến"],
    };
    let mut table = Table::new(heading);
    for record in records {
        let elements: Vec<&str> = record.elements.iter().map(|e| e.as_str()).collect();
        table.line([
            record.row.to_string(),
            record.kind.to_string(),
            elements.join(" "),
            printed(&desk, record.acquired_at),
            record.due_at.map_or_else(|| "–".into(), day),
        ]);
    }
    table.print();
    Ok(())
}

async fn correct(common: &Common, house: &House, asked: Correct) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let work = work::named(house, asked.work.as_deref()).await?;
    let prompt = Texts::new("新しい値:", "The value from now on:", "Giá trị mới:");
    let Correct { person, row, element, purpose, .. } = asked;
    let value = ask::value(&prompt, common.lang)?;
    let done = vault::correct(&house.vault, &desk, Correction { person, row, element, value, purpose, work }).await;
    told(common, house, done, "訂正しました", "Corrected", "Đã sửa").await
}

async fn export(common: &Common, house: &House, asked: Export) -> Result<(), Said> {
    if asked.out.as_ref().is_some_and(|out| out.exists()) {
        return Err(Said::mistake(Texts::new(
            "その書き出し先はすでにあります。新しいファイル名にしてください。",
            "That file is there already. Name a new one.",
            "Tệp đó đã có. Hãy chọn tên mới.",
        )));
    }
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let work = work::named(house, asked.work.as_deref()).await?;
    let exported = vault::export_person(&house.vault, &desk, asked.person, asked.purpose, work).await;
    let exported = tell::settled(house, exported).await?;
    let Some(out) = asked.out else {
        say(exported.document.expose());
        return Ok(());
    };
    write_new(&out, exported.document.expose())?;
    let entries: Vec<String> = exported.entries.iter().map(|entry| format!("#{entry}")).collect();
    let (place, list) = (out.display(), entries.join(" "));
    let texts = Texts::new(
        format!("{place} に書き出しました（記録 {list}）"),
        format!("Written to {place} (entries {list})"),
        format!("Đã ghi ra {place} (bản ghi {list})"),
    );
    tell::done(common, serde_json::json!({ "out": out, "entries": exported.entries }), &texts)
}
