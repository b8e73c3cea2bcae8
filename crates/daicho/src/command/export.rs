//! `daicho ledger export`: the ledger as files for tools that nobody here wrote.

use super::{Common, place, proof, stamp as stamping};
use crate::keyring::Keyring;
use crate::said::{Said, say};
use crate::{stamp, tick, wire, witnesses};
use clap::{Args, Subcommand};
use ledger::export::{CHECKPOINT, STAMPS, TileWriter, VKEY};
use policy::Texts;
use std::path::{Path, PathBuf};
use store::Store;

/// The ledger as files.
#[derive(Subcommand)]
pub(crate) enum Ledger {
    /// Write `checkpoint`, `vkey`, `tile/…` (C2SP tlog-tiles) and the newest time stamp into a folder.
    Export(Export),
    /// Write a receipt of one entry, which proves itself (C2SP tlog-proof).
    Proof(proof::Proof),
    /// Have it stamped with the time by the authority that is configured (RFC 3161).
    Stamp(stamping::Stamp),
}

/// Write the ledger into a folder.
#[derive(Args)]
pub(crate) struct Export {
    /// The folder. It must be empty or not there, or what an export left that was stopped in the middle.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub(super) async fn run(common: &Common, ledger: Ledger) -> Result<(), Said> {
    let export = match ledger {
        Ledger::Export(export) => export,
        Ledger::Proof(proof) => return proof::run(common, proof).await,
        Ledger::Stamp(stamp) => return stamping::run(common, stamp).await,
    };
    let config = common.config()?;
    let signing = Keyring::read(&config).await?.signing(&config)?;
    let store = Store::open(&config.store()).await?;
    begin(&export.out)?;
    let signed = tick::sign_head(&config, &store, &signing).await?;
    tick::keep(&store, &signed, wire::now()).await?;
    let size = write(&store, &export.out, signed.size).await?;
    let vkeys = signing.vkeys();
    if let Some(stamp) = stamp::newest(&config, &vkeys, size) {
        stamp::keep(&export.out.join(STAMPS), &stamp)?;
    }
    // With what witnesses have said of it, if they have.
    let cosigned = witnesses::cosigned(&config, &vkeys).filter(|(known, _)| known.size() == signed.size);
    let cosigned = cosigned.filter(|(known, _)| *known.root() == signed.root).map(|(_, note)| note);
    std::fs::write(export.out.join(CHECKPOINT), cosigned.unwrap_or(signed.note))?;
    let vkey = vkeys.newest().to_string();
    std::fs::write(export.out.join(VKEY), format!("{vkeys}\n"))?;
    std::fs::remove_file(export.out.join(UNFINISHED))?;
    if common.json {
        say(serde_json::json!({ "out": export.out, "entries": size, "root": hex::encode(signed.root), "vkey": vkey }));
        return Ok(());
    }
    let out = export.out.display();
    let texts = Texts::new(
        format!("{size}件を {out} に書き出しました。\n検証鍵: {vkey}"),
        format!("Wrote {size} entries to {out}.\nVerifier key: {vkey}"),
        format!("Đã xuất {size} bản ghi ra {out}.\nKhóa kiểm chứng: {vkey}"),
    );
    say(texts.get(common.lang));
    Ok(())
}

/// Lies in the folder until the export is whole.
const UNFINISHED: &str = "unfinished";

/// An empty folder, or one in which an export was stopped: then what it left is taken away first.
fn begin(out: &Path) -> Result<(), Said> {
    let mark = out.join(UNFINISHED);
    if mark.is_file() {
        for left in [CHECKPOINT, VKEY] {
            gone(std::fs::remove_file(out.join(left)))?;
        }
        for left in ["tile", STAMPS] {
            gone(std::fs::remove_dir_all(out.join(left)))?;
        }
        std::fs::remove_file(&mark)?;
    }
    place::empty(out)?;
    Ok(std::fs::write(mark, "")?)
}

/// What is not there need not be taken away.
fn gone(removed: std::io::Result<()>) -> std::io::Result<()> {
    match removed {
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// The entries as they lie in the store, damage and all: whoever verifies the export sees it.
async fn write(store: &Store, out: &Path, size: u64) -> Result<u64, Said> {
    let mut writer = TileWriter::new();
    let mut put = |path: &str, bytes: &[u8]| -> std::io::Result<()> {
        let file = out.join(path);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(file, bytes)
    };
    let mut next = 0;
    while next < size {
        let entries = store.entries(next, 4096).await?;
        let Some(last) = entries.last().map(|entry| entry.index) else { break };
        for entry in entries.iter().filter(|entry| entry.index < size) {
            writer.append(&entry.body, &mut put)?;
        }
        next = last.saturating_add(1);
    }
    Ok(writer.finish(&mut put)?.size())
}
