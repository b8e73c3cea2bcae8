//! Proofs about the ledger in the store: hashes of the tree as they are needed, never the whole of it.
//!
//! A proof is built twice: first to find out which hashes it is made of, then from these. Roots of full tiles are kept once they
//! were worked out, 32 bytes for 256 entries.

use ledger::proof::{BadProof, Consistency, Inclusion};
use ledger::tile::{FULL, tile_root};
use ledger::tree::{Hash, empty_root, root};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Fault, Store};
use tokio::sync::Mutex;

/// How many leaf hashes are read at once when roots of tiles are worked out: those of 64 tiles.
const AT_ONCE: u64 = 64 * FULL as u64;

/// The levels of a tile: 2^8 hashes.
const LEVELS: u8 = 8;

/// The tree over the entries of one store. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Tree {
    store: Store,
    /// Roots of full tiles: the first of them are those over level 0.
    tiles: Arc<Mutex<Vec<Vec<Hash>>>>,
}

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoProof {
    #[error(transparent)]
    Store(#[from] Fault),
    #[error(transparent)]
    Proof(#[from] BadProof),
}

impl Tree {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, tiles: Arc::default() }
    }

    /// That an entry is among the first `size`.
    pub(crate) async fn inclusion(&self, index: u64, size: u64) -> Result<Inclusion, NoProof> {
        let nodes = self.needed(|note| Inclusion::build(index, size, note).map(drop)).await?;
        Ok(Inclusion::build(index, size, &mut |level, index| nodes.get(&(level, index)).copied())?)
    }

    /// That the first `from` entries are the beginning of the first `to`.
    pub(crate) async fn consistency(&self, from: u64, to: u64) -> Result<Consistency, NoProof> {
        let nodes = self.needed(|note| Consistency::build(from, to, note).map(drop)).await?;
        Ok(Consistency::build(from, to, &mut |level, index| nodes.get(&(level, index)).copied())?)
    }

    /// The hashes `from..to` of a level of tiles: 0 are leaves, each higher level the roots of full tiles below it. `None` if the
    /// store does not have them all.
    pub(crate) async fn hashes(&self, level: u8, from: u64, to: u64) -> Result<Option<Vec<Hash>>, Fault> {
        let Some(above) = level.checked_sub(1) else {
            let leaves = self.leaves(from, to).await?;
            return Ok(Some(leaves).filter(|leaves| leaves.len() as u64 == to.saturating_sub(from)));
        };
        let mut tiles = self.tiles.lock().await;
        self.grow(&mut tiles, level, to).await?;
        let hashes = tiles.get(usize::from(above)).map(Vec::as_slice).unwrap_or_default();
        let range = usize::try_from(from).ok().zip(usize::try_from(to).ok());
        Ok(range.and_then(|(from, to)| hashes.get(from..to)).map(<[Hash]>::to_vec))
    }

    /// The nodes that a proof asks for while it is built.
    async fn needed(
        &self,
        build: impl FnOnce(&mut ledger::proof::Nodes<'_>) -> Result<(), BadProof>,
    ) -> Result<BTreeMap<(u8, u64), Hash>, NoProof> {
        let mut asked = BTreeSet::new();
        build(&mut |level, index| {
            asked.insert((level, index));
            Some(empty_root())
        })?;
        let mut nodes = BTreeMap::new();
        for (level, index) in asked {
            let (tiles, within) = (level / LEVELS, level % LEVELS);
            let Some(first) = index.checked_mul(1 << within) else { continue };
            if let Some(hashes) = self.hashes(tiles, first, first.saturating_add(1 << within)).await? {
                nodes.insert((level, index), root(&hashes));
            }
        }
        Ok(nodes)
    }

    /// Makes sure that a level, from 1, has its first `wanted` hashes, as far as the store goes.
    async fn grow(&self, tiles: &mut Vec<Vec<Hash>>, level: u8, wanted: u64) -> Result<(), Fault> {
        // Each hash of a level stands for 256 of the one below it, down to the leaves in the store.
        let full = u64::from(FULL);
        let mut needs: Vec<u64> =
            (0..level).map(|above| wanted.saturating_mul(full.saturating_pow(u32::from(above)))).collect();
        needs.reverse();
        if tiles.len() < needs.len() {
            tiles.resize_with(needs.len(), Vec::new);
        }
        if let (Some(first), Some(need)) = (tiles.first_mut(), needs.first()) {
            while (first.len() as u64) < *need {
                let from = first.len() as u64 * full;
                let to = from.saturating_add(AT_ONCE).min(need.saturating_mul(full));
                let leaves = self.leaves(from, to).await?;
                let whole = leaves.chunks_exact(usize::from(FULL));
                if whole.len() == 0 {
                    return Ok(());
                }
                first.extend(whole.map(tile_root));
            }
        }
        for at in 1..needs.len() {
            let (below, rest) = tiles.split_at_mut(at);
            let (Some(below), Some(here), Some(need)) = (below.last(), rest.first_mut(), needs.get(at)) else { break };
            for hashes in below.chunks_exact(usize::from(FULL)).skip(here.len()) {
                if here.len() as u64 >= *need {
                    break;
                }
                here.push(tile_root(hashes));
            }
        }
        Ok(())
    }

    /// The leaf hashes `from..to` as far as they are there without a gap.
    async fn leaves(&self, from: u64, to: u64) -> Result<Vec<Hash>, Fault> {
        let bounds = [from, to].map(|bound| i64::try_from(bound).unwrap_or(i64::MAX).into());
        let sql = "SELECT idx, leaf FROM entry WHERE idx >= $1 AND idx < $2 ORDER BY idx";
        let rows = self.store.read(sql, bounds.into()).await?;
        let mut leaves = Vec::with_capacity(rows.len());
        for (row, index) in rows.iter().zip(from..) {
            if u64::try_from(row.int(0)?) != Ok(index) {
                break;
            }
            leaves.push(row.array(1)?);
        }
        Ok(leaves)
    }
}
