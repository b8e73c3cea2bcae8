//! `daicho verify`: no byte of the ledger was changed, removed, moved or added.

use super::Common;
use crate::ask;
use crate::said::{Said, say};
use crate::stamp;
use crate::stamp::token::{Stamped, Trust};
use crate::wire::Evidence;
use access::At;
use clap::Args;
use ledger::export::STAMPS;
use ledger::note::Vkey;
use ledger::verify::{Report, verify_export};
use policy::{Language, Texts};
use std::path::{Path, PathBuf};

mod address;
mod adopt;
mod beside;
mod locks;
mod logs;
mod office;
mod organisation;
mod people;
mod proof;
mod register;
mod replay;
mod reviews;
mod side;
mod stamps;
mod store;
mod warrants;

pub(crate) use beside::{Beside, Unchecked};
pub(crate) use store::{Depth, store};

/// Check that no byte of the ledger was changed, removed, moved or added.
///
/// Without an argument it checks the store in the data folder, whether or not the program runs: every entry, the head, the
/// signed checkpoints in and outside the database, and every column beside the ledger, which entries bind by digests. Where the
/// keys are at hand it also checks who acted and whom entries are about, people's keys, and that every sealed value opens in its
/// place; where they are not, it says so. It changes nothing. Exit code 1 means something was found.
#[derive(Args)]
pub(crate) struct Verify {
    /// A folder written by `daicho ledger export`, or the address of a running office (http:// or https://).
    #[arg(value_name = "EXPORT")]
    export: Option<String>,
    /// The ledger's verifier key, from somewhere you trust; an export's own key only proves that it fits itself.
    #[arg(long, value_name = "VKEY")]
    vkey: Option<String>,
    /// Open no sealed value: people's keys and all entries are checked, and what takes long is left out.
    #[arg(long, conflicts_with = "export")]
    quick: bool,
    /// Go on from this ledger although the checkpoint that was signed last is lost, or is of entries that are lost: an
    /// administrator takes it as it is, if nothing else is wrong with it. Leaves an entry, and signs anew.
    #[arg(long, conflicts_with_all = ["export", "quick", "vkey"])]
    adopt: bool,
    /// Check a receipt instead (.tlog-proof), with the ledger's key in --vkey, or the one in the data folder. Needs no installation.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["export", "quick", "adopt"])]
    proof: Option<PathBuf>,
    /// The verifier key of a witness that must have cosigned the receipt; may be given more than once.
    #[arg(long, value_name = "VKEY", requires = "proof")]
    witness: Vec<String>,
    /// How many of these witnesses must have cosigned; all of them unless said.
    #[arg(long, value_name = "K", requires = "witness")]
    quorum: Option<usize>,
    /// The certificates of the authority that must have stamped an export with the time, or what signed them. A PEM file.
    #[arg(long, value_name = "FILE", requires = "export")]
    stamp_authority: Option<PathBuf>,
    /// At an address, fetch the entries too, with the token in DAICHO_TOKEN. Without it, where entries are not public, the tree of
    /// their hashes is checked.
    #[arg(long, requires = "export")]
    entries: bool,
    /// The site's certificate, or that of the authority that signed it: the token is sent to nobody else. A PEM file.
    #[arg(long, value_name = "FILE", requires = "entries")]
    authority: Option<PathBuf>,
}

/// What was verified, in the ledger and beside it.
pub(crate) struct Checked {
    /// The ledger.
    pub(crate) report: Report,
    /// What lies beside it.
    pub(crate) beside: Vec<Beside>,
    /// How many commitments to people and actors were worked out again.
    pub(crate) commitments: u64,
    /// How many records were opened in their places.
    pub(crate) opened: u64,
    /// The time stamps that hold, by how many entries they are of.
    pub(crate) stamped: Vec<(u64, Stamped)>,
}

impl Checked {
    /// What was found that should not be so.
    pub(crate) fn faults(&self) -> Vec<Texts> {
        let ledger = self.report.findings.iter().filter(|found| found.is_fault());
        let ledger = ledger.map(|found| Texts::new(found.text("ja"), found.text("en"), found.text("vi")));
        ledger.chain(self.beside.iter().filter(|found| found.is_fault()).map(Beside::texts)).collect()
    }

    /// Whether nothing was found that should not be so.
    pub(crate) fn is_sound(&self) -> bool {
        self.report.is_sound() && !self.beside.iter().any(Beside::is_fault)
    }
}

pub(super) async fn run(common: &Common, verify: Verify) -> Result<(), Said> {
    if verify.adopt {
        return adopt::adopt(common).await;
    }
    if let Some(file) = &verify.proof {
        return proof::verify(common, file, &verify);
    }
    let trusted = verify.vkey.as_deref().map(key).transpose()?;
    let checked = match verify.export.as_deref() {
        None => in_place(common, trusted, if verify.quick { Depth::Quick } else { Depth::Everything }).await?,
        Some(url) if url.starts_with("http://") || url.starts_with("https://") => {
            let token = if verify.entries { Some(ask::token()?) } else { None };
            let token = token.map(|text| address::Token { text, authority: verify.authority });
            alone(address::verify(url, trusted, token).await?)
        }
        Some(folder) => exported(Path::new(folder), trusted.as_slice(), verify.stamp_authority.as_deref())?,
    };
    if common.json {
        say(json(&checked, common.lang));
    } else {
        print(&checked, common.lang);
    }
    if checked.is_sound() { Ok(()) } else { Err(Said::Found) }
}

/// A ledger with nothing beside it.
fn alone(report: Report) -> Checked {
    Checked { report, beside: Vec::new(), commitments: 0, opened: 0, stamped: Vec::new() }
}

/// A store too damaged to be opened is something found, not a fault of the program.
pub(crate) async fn in_place(common: &Common, trusted: Option<Vkey>, depth: Depth) -> Result<Checked, Said> {
    match Evidence::open(common.config()?, trusted).await {
        Ok(evidence) => store(&evidence, depth).await,
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

fn exported(folder: &Path, trusted: &[Vkey], authority: Option<&Path>) -> Result<Checked, Said> {
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
    let mut checked = alone(verify_export(&read, &names, trusted));
    let certificates = authority.map(stamp::certificates).transpose()?;
    let trust = certificates.map(|certificates| Trust { certificates, policy: None });
    checked.stamped = stamps::look(&stamp::kept(&folder.join(STAMPS))?, trust.as_ref(), &mut checked.beside);
    Ok(checked)
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
        say(Texts::new(format!("· ほか{more}件"), format!("· and {more} more"), format!("· và {more} phát hiện khác"))
            .get(language));
    }
    let (n, checkpoints) = (report.entries, report.checkpoints);
    let root = report.root.map(hex::encode).unwrap_or_default();
    let words = if checked.is_sound() {
        Texts::new(
            format!("○ {n}件すべて正しい。署名済みチェックポイント{checkpoints}件と一致。根 {root}"),
            format!("○ All {n} entries are as they were written; {checkpoints} signed checkpoints agree. Root {root}"),
            format!("○ Cả {n} bản ghi đều nguyên vẹn; {checkpoints} điểm xác nhận có chữ ký trùng khớp. Gốc {root}"),
        )
    } else {
        Texts::new(
            format!("× {n}件を調べ、異常がありました。"),
            format!("× Looked at {n} entries: this ledger was altered."),
            format!("× Đã xem {n} bản ghi: sổ ghi này đã bị sửa đổi."),
        )
    };
    say(words.get(language));
    print_stamp(checked, language);
    let (commitments, opened) = (checked.commitments, checked.opened);
    if checked.is_sound() && commitments > 0 {
        say(Texts::new(
            format!("○ コミットメント{commitments}件を計算し直し、{opened}件の記録を開いて確認しました。"),
            format!("○ {commitments} commitments were worked out again, {opened} records opened in their places."),
            format!("○ Đã tính lại {commitments} cam kết và mở kiểm tra {opened} hồ sơ."),
        )
        .get(language));
    }
}

/// Says when the ledger was stamped last, and by whom.
fn print_stamp(checked: &Checked, language: Language) {
    let Some((size, Stamped { at, by, .. })) = checked.stamped.last() else { return };
    let (count, at) = (checked.stamped.len(), At(*at));
    say(Texts::new(
        format!("○ タイムスタンプ{count}件が正しい。最後は {at} に {by} が{size}件について発行。"),
        format!("○ {count} time stamps hold; the last one, of {size} entries, is of {at} by {by}"),
        format!("○ {count} dấu thời gian hợp lệ; dấu cuối cho {size} bản ghi lúc {at} do {by} cấp."),
    )
    .get(language));
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
        "commitments": checked.commitments, "opened": checked.opened,
        "timestamps": checked.stamped.iter().map(|(size, stamped)| serde_json::json!({ "entries": size, "at": At(stamped.at), "by": stamped.by }))
            .collect::<Vec<_>>(),
    })
}
