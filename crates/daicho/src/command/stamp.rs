//! `daicho ledger stamp`: the ledger stamped with the time now, by the authority that is configured.

use super::Common;
use crate::keyring::{self, Keyring};
use crate::said::{Said, say};
use crate::{stamp, tick, wire};
use access::At;
use clap::Args;
use policy::Texts;
use store::Store;

/// Have the ledger stamped with the time (RFC 3161) by the authority in [ledger.timestamp].
///
/// A running program does so once a day. The SHA-256 of the signed checkpoint is all that is sent; the answer is kept beside it.
#[derive(Args)]
pub(crate) struct Stamp {}

pub(super) async fn run(common: &Common, _: Stamp) -> Result<(), Said> {
    let config = common.config()?;
    let signing = Keyring::read(&config).await?.signing(&config)?;
    let store = Store::open(&config.store()).await?;
    let signed = tick::sign_head(&config, &store, &signing).await?;
    tick::keep(&store, &signed, wire::now()).await?;
    let (size, stamped) = stamp::ask(&config, &signing.vkeys(), keyring::chance().bytes()).await?;
    let file = stamp::folder(&config).join(format!("{size}.tsr"));
    let (at, by) = (At(stamped.at), &stamped.by);
    if common.json {
        say(serde_json::json!({ "entries": size, "at": at, "by": by, "file": file }));
        return Ok(());
    }
    let file = file.display();
    let texts = Texts::new(
        format!("{by} が {at} に台帳{size}件のタイムスタンプを発行しました: {file}"),
        format!("{by} stamped {size} entries at {at}: {file}"),
        format!("{by} đã cấp dấu thời gian cho {size} bản ghi lúc {at}: {file}"),
    );
    say(texts.get(common.lang));
    Ok(())
}
