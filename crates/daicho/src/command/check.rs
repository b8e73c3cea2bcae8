//! `daicho verify`: no byte of the ledger was changed, removed, moved or added.

use super::Common;
use crate::said::{Said, say};
use crate::wire::Evidence;
use clap::Args;
use ledger::note::Vkey;
use ledger::verify::{Report, verify_export};
use policy::{Language, Texts};
use std::path::Path;

mod address;
mod beside;
mod store;

pub(crate) use beside::Beside;
pub(crate) use store::{ledger, store};

/// Check that no byte of the ledger was changed, removed, moved or added.
///
/// Without an argument it checks the store in the data folder, whether or not the program runs: every entry, the head, the
/// signed checkpoints in and outside the database, and what lies beside the ledger and is bound to it by a digest. It needs no
/// secret key and changes nothing. Exit code 1 means something was found.
#[derive(Args)]
pub(crate) struct Verify {
    /// A folder written by `daicho ledger export`, or the address of a running office (http:// or https://).
    #[arg(value_name = "EXPORT")]
    export: Option<String>,
    /// The ledger's verifier key, from somewhere you trust; an export's own key only proves that it fits itself.
    #[arg(long, value_name = "VKEY")]
    vkey: Option<String>,
}

/// What was verified, in the ledger and beside it.
pub(crate) struct Checked {
    /// The ledger.
    pub(crate) report: Report,
    /// What lies beside it.
    pub(crate) beside: Vec<Beside>,
}

impl Checked {
    /// Whether nothing was found that should not be so.
    pub(crate) fn is_sound(&self) -> bool {
        self.report.is_sound() && !self.beside.iter().any(Beside::is_fault)
    }
}

pub(super) async fn run(common: &Common, verify: Verify) -> Result<(), Said> {
    let trusted = verify.vkey.as_deref().map(key).transpose()?;
    let checked = match verify.export.as_deref() {
        None => in_place(common, trusted).await?,
        Some(url) if url.starts_with("http://") || url.starts_with("https://") => {
            Checked { report: address::verify(url, trusted).await?, beside: Vec::new() }
        }
        Some(folder) => Checked { report: exported(Path::new(folder), trusted.as_slice())?, beside: Vec::new() },
    };
    if common.json {
        say(json(&checked, common.lang));
    } else {
        print(&checked, common.lang);
    }
    if checked.is_sound() { Ok(()) } else { Err(Said::Found) }
}

/// A store too damaged to be opened is something found, not a fault of the program.
async fn in_place(common: &Common, trusted: Option<Vkey>) -> Result<Checked, Said> {
    match Evidence::open(common.config()?, trusted).await {
        Ok(evidence) => store(&evidence).await,
        Err(Said::No(access::No::Fault(access::Fault::Store(fault)))) if store::is_damage(&fault) => {
            Ok(store::unopened(&fault))
        }
        Err(other) => Err(other),
    }
}

fn key(text: &str) -> Result<Vkey, Said> {
    text.trim().parse().map_err(|_| {
        Said::mistake(Texts::new(
            "検証鍵の形が違います（名前+8桁+base64）。",
            "That is not a verifier key (name+8 digits+base64).",
            "Đó không phải là khóa kiểm chứng (tên+8 chữ số+base64).",
        ))
    })
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
pub(crate) fn print(checked: &Checked, language: Language) {
    let report = &checked.report;
    let sign = |fault| if fault { "×" } else { "·" };
    for finding in &report.findings {
        say(format_args!("{} {}", sign(finding.is_fault()), finding.text(language.code())));
    }
    for finding in &checked.beside {
        say(format_args!("{} {}", sign(finding.is_fault()), finding.texts().get(language)));
    }
    if report.omitted > 0 {
        let more = report.omitted;
        say(Texts::new(format!("· ほか{more}件"), format!("· and {more} more"), format!("· và {more} mục khác"))
            .get(language));
    }
    let (n, checkpoints) = (report.entries, report.checkpoints);
    let root = report.root.map(hex::encode).unwrap_or_default();
    let words = if checked.is_sound() {
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

fn json(checked: &Checked, language: Language) -> serde_json::Value {
    let report = &checked.report;
    let ledger = report
        .findings
        .iter()
        .map(|f| serde_json::json!({ "fault": f.is_fault(), "what": f.what.key(), "text": f.text(language.code()) }));
    let beside = checked
        .beside
        .iter()
        .map(|b| serde_json::json!({ "fault": b.is_fault(), "what": b.key(), "text": b.texts().get(language) }));
    serde_json::json!({
        "sound": checked.is_sound(), "entries": report.entries, "checkpoints": report.checkpoints, "confirmed": report.confirmed,
        "root": report.root.map(hex::encode), "findings": ledger.chain(beside).collect::<Vec<_>>(), "omitted": report.omitted,
    })
}
