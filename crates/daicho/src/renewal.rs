//! Renewing people: everybody gets a new key of their own and search tokens of a new index key, some hundreds at a time.
//!
//! | step | cut off after it |
//! |---|---|
//! | an entry says that a generation begins or goes on | the next one goes on or begins |
//! | a new index key stands in the keyring: from now on new people are of its generation, and searches look for tokens of all of them | people of older generations are what is left to do |
//! | round after round renews people, each with an entry (`vault::renew_people`) | the next round finishes it, the command or the night goes on |
//! | an entry says that older index keys end, and they are taken out of the keyring | the same entry comes again |
//!
//! An index key ends when nobody is of its generation any more and it is older than the policy lets a backup remember: until then a
//! backup that is put back is still searched with it, and renewed.

use crate::epoch;
use crate::keyring::chance;
use crate::keyring::ring::Ring;
use crate::said::Said;
use crate::wire::House;
use access::{Desk, No};
use ledger::entry::{Entry, EntryKind};
use seal::{Branch, RootKey, Secret};
use std::sync::Arc;

/// People renewed together, at most.
const TOGETHER: u32 = 250;
/// How often a round is tried again while others change people.
const TRIES: u32 = 1000;

/// A renewal that began or goes on.
pub(crate) struct Begun {
    /// The generation of everybody in the end.
    pub(crate) generation: u32,
    /// Whether it began now, and does not go on from an earlier time.
    pub(crate) began: bool,
    /// The entry.
    pub(crate) at: u64,
}

/// Begins a generation, unless people are still left of the one before: then that goes on.
pub(crate) async fn begin(house: &House, desk: &Desk, entry: Entry) -> Result<Begun, Said> {
    // Whoever searches with a key folder of its own would not find those who are renewed with this one.
    if !epoch::turns_by_itself(&house.config) {
        return Err(epoch::not_shared());
    }
    let folder = house.config.key_folder();
    let _lock = Ring::lock(&folder).await?;
    let (mut ring, root) = own_ring(house).await?;
    let newest = newest(&ring);
    let began = !is_anybody_left(house, newest).await?;
    let generation = if began { newest.saturating_add(1) } else { newest };
    let details = serde_json::json!({ "what": "people-renewal", "generation": generation, "began": began });
    let at = desk.commit(desk.act_with_detail(entry, &details).map_err(No::from)?).await?.index();
    if began {
        let chance = chance();
        ring.add(&root, Branch::Index, generation, &Secret::new(chance.bytes()), &chance, desk.now())?;
        ring.keep(&folder)?;
    }
    Ok(Begun { generation, began, at })
}

/// Renews whoever is of an older generation than the newest, until nobody is left. How many people that were.
pub(crate) async fn go_on(house: &House, desk: impl Fn() -> Desk) -> Result<u64, Said> {
    let folder = house.config.key_folder();
    let (mut people, mut after, mut most, mut tries) = (0, i64::MIN, TOGETHER, 0);
    vault::settle_renewals(&house.vault, &house.store).await.map_err(No::from)?;
    loop {
        // Held for one round: a copy of both stores comes before it or after it, and epochs do not turn meanwhile.
        let lock = Ring::lock(&folder).await?;
        match vault::renew_people(&house.vault, &desk(), after, most).await {
            Ok(None) => break,
            Ok(Some(round)) => {
                people += round.people;
                (after, tries) = (round.last, 0);
                most = most.saturating_mul(2).min(TOGETHER);
            }
            // Somebody was corrected or erased, or renewed by another process: fewer at once are changed less often.
            Err(No::Mistake(lost)) if lost.field == "version" && tries < TRIES => {
                tries += 1;
                most = (most / 2).max(1);
                vault::settle_renewals(&house.vault, &house.store).await.map_err(No::from)?;
            }
            Err(No::Busy { .. }) if tries < TRIES => {
                tries += 1;
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            Err(no) => return Err(no.into()),
        }
        drop(lock);
        // Whoever waits for the stores comes first.
        tokio::task::yield_now().await;
    }
    if people > 0 {
        // The keys that were must not go on lying in the log of the key store.
        house.keys.settle().await?;
    }
    Ok(people)
}

/// Goes on with a renewal that was cut off, and ends index keys that nobody needs any more.
pub(crate) async fn nightly(house: &House) -> Result<(), Said> {
    let index = Ring::read(&house.config.key_folder())?.generations(Branch::Index);
    if index.len() < 2 || !epoch::turns_by_itself(&house.config) {
        return Ok(());
    }
    let desk = || house.office.desk(None, house.now());
    let people = go_on(house, desk).await?;
    if people > 0 {
        tracing::info!(people, "the renewal of people's keys went on");
    }
    let folder = house.config.key_folder();
    let _lock = Ring::lock(&folder).await?;
    let (mut ring, root) = own_ring(house).await?;
    let desk = desk();
    let ended = ended(&ring, &desk);
    if ended.is_empty() || is_anybody_left(house, newest(&ring)).await? {
        return Ok(());
    }
    let entry = desk.entry(EntryKind::KeyRotated, desk.act_id());
    let details = serde_json::json!({ "what": "index-ended", "generations": ended });
    desk.commit(desk.act_with_detail(entry, &details).map_err(No::from)?).await?;
    ring.take_out(Branch::Index, &ended);
    ring.keep(&folder)?;
    house.vault.renew_index(&ring.index(&root).unwrap_or_default());
    Ok(())
}

async fn own_ring(house: &House) -> Result<(Ring, Arc<RootKey>), Said> {
    let folder = house.config.key_folder();
    let ring = Ring::read(&folder)?;
    let root = house.root.of(&folder, &ring).await?;
    Ok((ring, root))
}

fn newest(ring: &Ring) -> u32 {
    ring.generations(Branch::Index).last().copied().unwrap_or(0)
}

async fn is_anybody_left(house: &House, newest: u32) -> Result<bool, Said> {
    let sql = "SELECT n FROM record WHERE generation < $1 LIMIT 1";
    Ok(!house.store.read(sql, vec![newest.into()]).await?.is_empty())
}

/// The index keys that are older than a backup may remember: who was taken in just before the next one began is in no such backup, and
/// long in the store.
fn ended(ring: &Ring, desk: &Desk) -> Vec<u32> {
    let Ok(policy) = desk.policy() else { return Vec::new() };
    ring.followed(Branch::Index, i64::from(policy.erasure().backups_days).max(1), desk)
}
