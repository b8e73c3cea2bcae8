//! A receipt of one entry: a file that proves itself to whoever knows the ledger's key (C2SP tlog-proof).

use crate::config::Config;
use crate::keyring::Signing;
use crate::tree::{NoProof, Tree};
use crate::witnesses::Notes;
use access::Fault;
use ledger::tlog_proof::TlogProof;
use std::sync::Arc;
use store::Store;

/// The receipt of an entry, under the last checkpoint that witnesses have cosigned if it covers the entry, else under the last that
/// was signed. `None` where neither does.
///
/// # Errors
/// [`Fault`], also when the entry does not lead to the root that was signed: then the ledger was altered.
pub(crate) async fn receipt(
    config: &Config,
    store: &Store,
    tree: &Tree,
    signing: &Arc<Signing>,
    index: u64,
) -> Result<Option<String>, Fault> {
    let notes = Notes::new(Arc::new(config.clone()), signing.clone());
    let Some(((signed, note), cosigned)) = notes.both().await else { return Ok(None) };
    let covers = |size: u64| index < size && size <= signed.size();
    let cosigned = cosigned.filter(|(known, _)| covers(known.size()));
    let (checkpoint, note) = cosigned.unwrap_or((signed, note));
    if index >= checkpoint.size() {
        return Ok(None);
    }
    let Some(entry) = store.entries(index, 1).await?.pop().filter(|entry| entry.index == index) else {
        return Ok(None);
    };
    let inclusion = match tree.inclusion(index, checkpoint.size()).await {
        Ok(inclusion) => inclusion,
        Err(NoProof::Store(fault)) => return Err(fault.into()),
        Err(NoProof::Proof(_)) => return Err(Fault::Damaged("entry.leaf")),
    };
    let note = note.parse().map_err(|_| Fault::Damaged("checkpoint"))?;
    let proof = TlogProof::new(&entry.body, &inclusion, &note).map_err(|_| Fault::Damaged("entry"))?;
    Ok(Some(proof.to_string()))
}
