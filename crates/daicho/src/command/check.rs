//! `daicho verify`: no byte of the ledger was changed, removed, moved or added.

use super::Common;
use crate::said::{Said, say};
use crate::wire::House;
use clap::Args;
use ledger::note::Vkey;
use ledger::verify::{Report, Verifier, verify_export};
use policy::{Language, Texts};
use std::path::{Path, PathBuf};

/// Check that no byte of the ledger was changed, removed, moved or added.
///
/// Without an argument it checks the store in the data folder, whether or not the program runs.
#[derive(Args)]
pub(crate) struct Verify {
    /// A folder written by `daicho ledger export`, or the URL of a running office.
    #[arg(value_name = "EXPORT")]
    export: Option<PathBuf>,
    /// The ledger's verifier key, from somewhere you trust; an export's own key only proves that it fits itself.
    #[arg(long, value_name = "VKEY")]
    vkey: Option<String>,
}

pub(super) async fn run(common: &Common, verify: Verify) -> Result<(), Said> {
    let trusted = verify.vkey.as_deref().map(key).transpose()?;
    let report = match verify.export {
        None => store(&House::open(common.config()?).await?).await?,
        Some(folder) => exported(&folder, trusted.as_slice())?,
    };
    if common.json {
        say(json(&report, common.lang));
    } else {
        print(&report, common.lang);
    }
    if report.is_sound() { Ok(()) } else { Err(Said::Found) }
}

fn key(text: &str) -> Result<Vkey, Said> {
    text.parse().map_err(|_| {
        Said::mistake(Texts::new(
            "検証鍵の形が違います（名前+8桁+base64）。",
            "That is not a verifier key (name+8 digits+base64).",
            "Đó không phải là khóa kiểm chứng (tên+8 chữ số+base64).",
        ))
    })
}

/// Verifies the store: entries, the columns copied out of them, head, checkpoints in and outside the database, pages.
pub(crate) async fn store(house: &House) -> Result<Report, Said> {
    let mut notes: Vec<String> = house.store.checkpoints().await?.into_iter().map(|(_, note)| note).collect();
    notes.extend(std::fs::read_to_string(house.config.checkpoint()).ok());
    // The head is read first: entries that come meanwhile are simply not asked about.
    let head = house.store.head().await?;
    let mut verifier = Verifier::new(&[house.signer.vkey().clone()], &notes);
    let mut next = 0;
    'all: loop {
        let entries = house.store.entries(next, 4096).await?;
        if entries.is_empty() {
            break;
        }
        for entry in entries {
            if entry.index >= head.size {
                break 'all;
            }
            next = entry.index.saturating_add(1);
            verifier.entry(entry.index, &entry.body, entry.leaf.as_slice().try_into().ok().as_ref());
        }
    }
    Ok(verifier.finish(Some((head.size, head.root))))
}

fn exported(folder: &Path, trusted: &[Vkey]) -> Result<Report, Said> {
    if !folder.is_dir() {
        return Err(Said::mistake(Texts::new(
            "その書き出しフォルダーはありません。",
            "There is no such folder of an export.",
            "Không có thư mục xuất này.",
        )));
    }
    let mut names = Vec::new();
    list(folder, "", &mut names)?;
    let read = |name: &str| std::fs::read(folder.join(name)).ok();
    Ok(verify_export(&read, &names, trusted))
}

fn list(folder: &Path, prefix: &str, names: &mut Vec<String>) -> Result<(), Said> {
    for item in std::fs::read_dir(folder)? {
        let item = item?;
        let name = format!("{prefix}{}", item.file_name().to_string_lossy());
        if item.file_type()?.is_dir() {
            list(&item.path(), &format!("{name}/"), names)?;
        } else {
            names.push(name);
        }
    }
    Ok(())
}

/// Prints what was verified and where something is wrong.
pub(crate) fn print(report: &Report, language: Language) {
    for finding in &report.findings {
        let sign = if finding.is_fault() { "×" } else { "·" };
        say(format_args!("{sign} {}", finding.text(language.code())));
    }
    let (n, checkpoints) = (report.entries, report.checkpoints);
    let root = report.root.map(hex::encode).unwrap_or_default();
    let words = if report.is_sound() {
        Texts::new(
            format!("○ {n}件すべて正しい。署名済みチェックポイント{checkpoints}件と一致。根 {root}"),
            format!("○ All {n} entries are as they were written; {checkpoints} signed checkpoints agree. Root {root}"),
            format!("○ Cả {n} mục đều nguyên vẹn; {checkpoints} điểm kiểm tra có chữ ký trùng khớp. Gốc {root}"),
        )
    } else {
        Texts::new(
            format!("× {n}件を調べ、異常がありました。"),
            format!("× Looked at {n} entries: this ledger was altered."),
            format!("× Đã xem {n} mục: sổ ghi này đã bị sửa đổi."),
        )
    };
    say(words.get(language));
}

fn json(report: &Report, language: Language) -> serde_json::Value {
    let findings: Vec<_> = report
        .findings
        .iter()
        .map(|f| serde_json::json!({ "fault": f.is_fault(), "what": f.what.key(), "text": f.text(language.code()) }))
        .collect();
    serde_json::json!({
        "sound": report.is_sound(), "entries": report.entries, "checkpoints": report.checkpoints,
        "root": report.root.map(hex::encode), "findings": findings, "omitted": report.omitted,
    })
}
