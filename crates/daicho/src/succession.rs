//! Renewing the key that signs the ledger: a new one signs beside the old one for [`BOTH_SIGN_DAYS`], so that witnesses and auditors who
//! know only the old one can take up the new one meanwhile; then the old one is destroyed. What it signed stays proven by its public half.
//!
//! | step | cut off after it |
//! |---|---|
//! | an entry says that a key follows, with its public half | the command is given again |
//! | its public half stands in `vkey`, beside the keys and beside the data | nobody ever signs with it; the command is given again |
//! | it stands in the keyring: whoever signs next signs with both | — |
//! | after the days, an entry says that the old one ends, and it is taken out of the keyring | the same entry comes again |

use crate::epoch;
use crate::keyring::ring::Ring;
use crate::keyring::{chance, publish};
use crate::said::Said;
use crate::wire::House;
use access::No;
use ledger::entry::{Entry, EntryKind};
use ledger::keys::Vkeys;
use ledger::note::Signer;
use seal::{Branch, Secret};

/// So many days both keys sign.
pub(crate) const BOTH_SIGN_DAYS: i64 = 30;

/// Begins a new key. All public keys, the new one first, and the entry.
pub(crate) async fn begin(house: &House, desk: &access::Desk, entry: Entry) -> Result<(Vkeys, u64), Said> {
    // Whoever signs with a key folder of its own would go on with the old key alone.
    if !epoch::turns_by_itself(&house.config) {
        return Err(epoch::not_shared());
    }
    let (folder, chance) = (house.config.key_folder(), chance());
    let _lock = Ring::lock(&folder).await?;
    let mut ring = Ring::read(&folder)?;
    let root = house.root.of(&folder, &ring).await?;
    house.signing.follow().await?;
    let generation = ring.generations(Branch::Signing).last().copied().unwrap_or(0).saturating_add(1);
    let seed = Secret::new(chance.bytes());
    let signer = Signer::new(&house.config.file.origin, seed.expose()).map_err(Said::fault)?;
    let known = house.signing.vkeys();
    let vkeys = Vkeys::new(signer.vkey().clone(), known.all().cloned()).map_err(Said::fault)?;
    let details = serde_json::json!({
        "what": "signing-renewed", "generation": generation, "vkey": signer.vkey().to_string(),
    });
    let at = desk.commit(desk.act_with_detail(entry, &details).map_err(No::from)?).await?.index();
    publish(&house.config, &vkeys)?;
    ring.add(&root, Branch::Signing, generation, &seed, &chance, desk.now())?;
    ring.keep(&folder)?;
    house.signing.follow().await?;
    Ok((vkeys, at))
}

/// Destroys keys that another followed long enough ago.
pub(crate) async fn nightly(house: &House) -> Result<(), Said> {
    let folder = house.config.key_folder();
    if Ring::read(&folder)?.generations(Branch::Signing).len() < 2 || !epoch::turns_by_itself(&house.config) {
        return Ok(());
    }
    let _lock = Ring::lock(&folder).await?;
    let mut ring = Ring::read(&folder)?;
    let desk = house.office.desk(None, house.now());
    let ended = ring.followed(Branch::Signing, BOTH_SIGN_DAYS, &desk);
    if ended.is_empty() {
        return Ok(());
    }
    let entry = desk.entry(EntryKind::KeyRotated, desk.act_id());
    let details = serde_json::json!({ "what": "signing-ended", "generations": ended });
    desk.commit(desk.act_with_detail(entry, &details).map_err(No::from)?).await?;
    ring.take_out(Branch::Signing, &ended);
    ring.keep(&folder)?;
    house.signing.follow().await
}
