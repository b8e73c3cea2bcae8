//! Two implementations by other people agree with ours on roots, proofs and tiles.

use std::cell::RefCell;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ledger::proof::{Consistency, Inclusion, nodes};
use ledger::tile::{Content, tiles};
use ledger::tree::{Frontier, Hash, leaf_hash, root};
use proptest::prelude::*;
use sha2::Sha256;
use tlog_tiles::{HashReader, Tile as TheirTile};

/// Their way of keeping a tree: every hash at an index of its own.
struct Stored(RefCell<Vec<tlog_tiles::Hash>>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|index| self.0.borrow()[*index as usize]).collect())
    }
}

struct Three {
    leaves: Vec<Hash>,
    stored: Stored,
    memory: MemoryBackedTree<Sha256, Vec<u8>>,
}

fn entry(n: u64) -> Vec<u8> {
    n.to_be_bytes().repeat(1 + n as usize % 5)
}

fn three(size: u64) -> Three {
    let stored = Stored(RefCell::default());
    let mut memory = MemoryBackedTree::new();
    let mut leaves = Vec::new();
    for n in 0..size {
        let entry = entry(n);
        let more = tlog_tiles::stored_hashes(n, &entry, &stored).unwrap();
        stored.0.borrow_mut().extend(more);
        leaves.push(leaf_hash(&entry));
        memory.push(entry);
    }
    Three { leaves, stored, memory }
}

fn source(leaves: &[Hash]) -> impl FnMut(u8, u64) -> Option<Hash> {
    nodes(|index| leaves.get(index as usize).copied())
}

fn theirs(path: &[Hash]) -> Vec<tlog_tiles::Hash> {
    path.iter().map(|hash| tlog_tiles::Hash(*hash)).collect()
}

fn flat(path: &[Hash]) -> Vec<u8> {
    path.concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn roots_agree(size in 0..700_u64) {
        let three = three(size);
        let ours = root(&three.leaves);
        prop_assert_eq!(three.memory.root().as_bytes().to_vec(), ours.to_vec());
        if size > 0 {
            prop_assert_eq!(tlog_tiles::tree_hash(size, &three.stored).unwrap().0, ours);
        }
    }

    #[test]
    fn inclusion_proofs_agree(size in 1..700_u64, place: prop::sample::Index) {
        let three = three(size);
        let index = place.index(size as usize);
        let ours = Inclusion::build(index as u64, size, &mut source(&three.leaves)).unwrap();
        let root = root(&three.leaves);
        prop_assert_eq!(ours.verify(&three.leaves[index], &root), Ok(()));
        prop_assert_eq!(theirs(&ours.path), tlog_tiles::prove_record(size, index as u64, &three.stored).unwrap());
        let proof = three.memory.prove_inclusion(index);
        prop_assert_eq!(proof.as_bytes().to_vec(), flat(&ours.path));
        prop_assert!(three.memory.root().verify_inclusion(&entry(index as u64), index as u64, &proof).is_ok());
    }

    #[test]
    fn consistency_proofs_agree(size in 1..700_u64, place: prop::sample::Index) {
        let three = three(size);
        let from = place.index(size as usize) + 1;
        let ours = Consistency::build(from as u64, size, &mut source(&three.leaves)).unwrap();
        let (older, newer) = (root(&three.leaves[..from]), root(&three.leaves));
        prop_assert_eq!(ours.verify(&older, &newer), Ok(()));
        prop_assert_eq!(theirs(&ours.path), tlog_tiles::prove_tree(size, from as u64, &three.stored).unwrap());
        let added = size as usize - from;
        if added > 0 {
            let proof = three.memory.prove_consistency(added);
            prop_assert_eq!(proof.as_bytes().to_vec(), flat(&ours.path));
        }
    }

    /// A proof changed anywhere convinces neither us nor them.
    #[test]
    fn bad_proofs_convince_nobody(size in 2..300_u64, place: prop::sample::Index, byte: prop::sample::Index) {
        let three = three(size);
        let index = place.index(size as usize);
        let mut ours = Inclusion::build(index as u64, size, &mut source(&three.leaves)).unwrap();
        let byte = byte.index(ours.path.len() * 32);
        ours.path[byte / 32][byte % 32] ^= 1;
        let (leaf, root) = (three.leaves[index], root(&three.leaves));
        prop_assert!(ours.verify(&leaf, &root).is_err());
        let path = theirs(&ours.path);
        let (root, leaf) = (tlog_tiles::Hash(root), tlog_tiles::Hash(leaf));
        prop_assert!(tlog_tiles::check_record(&path, size, root, index as u64, leaf).is_err());
    }
}

#[test]
fn tiles_hold_the_same_bytes() {
    for size in [1, 255, 256, 257, 700, 70_000] {
        let three = three(size);
        // Answer complete subtrees from the tree itself, so that 70,000 leaves are hashed once.
        let mut nodes = |level: u8, index: u64| {
            let at = tlog_tiles::stored_hash_index(level, index);
            Some(three.stored.0.borrow()[at as usize].0)
        };
        for tile in tiles(size) {
            if let Content::Hashes(level) = tile.content() {
                let other = TheirTile::new(8, level, tile.index(), u32::from(tile.width()), false);
                assert_eq!(tile.bytes(&mut nodes).unwrap(), other.read_data(&three.stored).unwrap());
                // Their path names the height of tiles first, as Go's checksum database does.
                assert_eq!(tile.to_string(), other.path().replacen("tile/8/", "tile/", 1));
            }
        }
    }
}

#[test]
fn a_tree_can_be_put_down_and_taken_up_anywhere() {
    let leaves: Vec<Hash> = (0..520).map(|n| leaf_hash(&entry(n))).collect();
    let mut tree = Frontier::new();
    for leaf in &leaves {
        tree = Frontier::from_bytes(&tree.to_bytes()).unwrap();
        tree.append(*leaf);
    }
    assert_eq!(tree.root(), root(&leaves));
}
