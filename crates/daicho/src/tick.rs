//! The tick: signed checkpoints while entries come, policy versions of other nodes, an hourly look over the whole ledger.

use crate::command::check;
use crate::said::Said;
use crate::wire::House;
use ledger::checkpoint::Checkpoint;
use std::io::Write;
use std::path::Path;
use std::time::Duration;
use tokio::sync::watch;

/// Signs the head if it has grown, and keeps the signed note in the store and outside it.
pub(crate) async fn sign(house: &House) -> Result<Option<u64>, Said> {
    let head = house.store.head().await?;
    let kept = std::fs::read_to_string(house.config.checkpoint()).ok();
    let signed = kept.and_then(|note| Checkpoint::open(&note, house.signer.vkey()).ok());
    if head.size == 0 || signed.is_some_and(|c| c.size() >= head.size) {
        return Ok(None);
    }
    let checkpoint = Checkpoint::new(&house.config.file.origin, head.size, head.root).map_err(Said::fault)?;
    let note = checkpoint.sign(&house.signer).map_err(Said::fault)?;
    house.store.keep_checkpoint(head.size, &note, house.now()).await?;
    replace(&house.config.checkpoint(), note.as_bytes())?;
    Ok(Some(head.size))
}

/// Replaces a file so that a stop at any moment leaves the old or the new one whole.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let fresh = path.with_extension("new");
    let mut file = std::fs::File::create(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => std::fs::File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// Runs until told to stop; signs once more then.
pub(crate) async fn run(house: House, mut stop: watch::Receiver<bool>) {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    let mut count: u64 = 0;
    loop {
        tokio::select! {
            _ = second.tick() => {}
            _ = stop.changed() => break,
        }
        count = count.wrapping_add(1);
        if let Err(said) = sign(&house).await {
            tracing::error!("a checkpoint could not be signed");
            drop(said);
        }
        if let Err(fault) = house.office.refresh().await {
            tracing::error!(error = %fault, "the policy versions could not be read");
        }
        if count % 3600 == 0 {
            match check::store(&house).await {
                Ok(report) if report.is_sound() => tracing::info!(entries = report.entries, "the ledger is whole"),
                Ok(_) => tracing::error!("the ledger was altered: run `daicho verify`"),
                Err(_) => tracing::error!("the ledger could not be read"),
            }
        }
    }
    drop(sign(&house).await);
}
