//! `daicho ledger proof N`: a receipt of one entry, for the person it is about or for an auditor.

use super::Common;
use crate::keyring::Keyring;
use crate::said::{Said, say};
use crate::tree::Tree;
use crate::{receipt, tick};
use access::No;
use clap::Args;
use ledger::note::{Note, Signature};
use ledger::tlog_proof::TlogProof;
use policy::Texts;
use std::path::PathBuf;
use store::Store;

/// Write a receipt of one entry.
///
/// The file proves itself: `daicho verify --proof` checks it anywhere, and so does a page of anybody's code. Needs no account: an
/// entry holds nobody's data.
#[derive(Args)]
pub(crate) struct Proof {
    /// The number of the entry.
    #[arg(value_name = "N")]
    entry: u64,
    /// The file, such as entry-41.tlog-proof.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(super) async fn run(common: &Common, proof: Proof) -> Result<(), Said> {
    let config = common.config()?;
    let signing = Keyring::read(&config).await?.signing(&config)?;
    let store = Store::open(&config.store()).await?;
    let tree = Tree::new(store.clone());
    let written = || receipt::receipt(&config, &store, &tree, &signing, proof.entry);
    let text = match written().await? {
        Some(text) => text,
        None if proof.entry < store.head().await?.size => {
            // It came after the last checkpoint, and nobody signs just now.
            tick::sign_head(&config, &store, &signing).await?;
            written().await?.ok_or(No::Missing)?
        }
        None => return Err(No::Missing.into()),
    };
    std::fs::write(&proof.out, &text).map_err(Said::fault)?;
    let cosignatures = text.parse::<TlogProof>().ok().and_then(|proof| proof.checkpoint().parse().ok());
    let vkeys = signing.vkeys();
    let is_ours = |one: &Signature| vkeys.all().any(|key| key.name() == one.name() && key.id() == one.id());
    let cosignatures =
        cosignatures.map_or(0, |note: Note| note.signatures().iter().filter(|one| !is_ours(one)).count());
    let (entry, out, vkey) = (proof.entry, proof.out.display(), vkeys.newest());
    if common.json {
        let told = serde_json::json!({ "entry": entry, "out": proof.out, "cosignatures": cosignatures, "vkey": vkey.to_string() });
        say(told);
        return Ok(());
    }
    let texts = Texts::new(
        format!("記録 #{entry} の受領証を {out} に書きました（証人の連署 {cosignatures}件）。\n検証鍵: {vkey}"),
        format!(
            "Wrote the receipt of entry #{entry} to {out}, with {cosignatures} cosignatures of witnesses.\nVerifier key: {vkey}"
        ),
        format!(
            "Đã ghi biên nhận của bản ghi #{entry} vào {out}, với {cosignatures} đồng ký của nhân chứng.\nKhóa kiểm chứng: {vkey}"
        ),
    );
    say(texts.get(common.lang));
    Ok(())
}
