//! Proofs: that an entry is in a tree, and that one tree is the beginning of another (RFC 9162,
//! sections 2.1.3 and 2.1.4).
//!
//! Proofs are built from *nodes*: `(level, index)` is the root over the leaves
//! `index * 2^level .. (index + 1) * 2^level`, always a complete subtree. A store that keeps tiles
//! answers some levels directly; one that keeps only leaf hashes uses [`nodes`].
//!
//! ```
//! use ledger::proof::{Inclusion, nodes};
//! use ledger::tree::{leaf_hash, root};
//!
//! let leaves: Vec<_> = (0..7_u8).map(|n| leaf_hash(&[n])).collect();
//! let proof = Inclusion::build(4, 7, &mut nodes(|index| leaves.get(index as usize).copied()))?;
//! proof.verify(&leaf_hash(&[4]), &root(&leaves))?;
//! # Ok::<(), ledger::proof::BadProof>(())
//! ```

use crate::tree::{Frontier, Hash, MAX_SIZE, empty_root, node_hash};

/// Why a proof cannot be built, or does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadProof {
    /// The index is not below the size, or the sizes are in the wrong order.
    #[error("there is no such proof: the index or sizes are out of range")]
    Range,
    /// The source does not have a node the proof needs.
    #[error("the node {index} of level {level} is not there to build the proof from")]
    Node {
        /// Level of the node; 0 is a leaf.
        level: u8,
        /// Index of the node within its level.
        index: u64,
    },
    /// The proof has too many or too few hashes for its index and sizes.
    #[error("the proof has the wrong number of hashes")]
    Length,
    /// The proof leads to another root.
    #[error("the proof leads to another root")]
    Root,
}

/// Where nodes come from: level and index to the root of that complete subtree.
pub type Nodes<'a> = dyn FnMut(u8, u64) -> Option<Hash> + 'a;

/// Nodes worked out from leaf hashes alone, reading every leaf below a node.
pub fn nodes(mut leaf: impl FnMut(u64) -> Option<Hash>) -> impl FnMut(u8, u64) -> Option<Hash> {
    move |level, index| {
        let width = 1_u64.checked_shl(u32::from(level))?;
        let first = index.checked_mul(width)?;
        let mut subtree = Frontier::new();
        for at in first..first.checked_add(width)? {
            subtree.append(leaf(at)?);
        }
        Some(subtree.root())
    }
}

/// That the leaf `index` is in the tree of `size` leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inclusion {
    /// Which leaf, from 0.
    pub index: u64,
    /// The size of the tree.
    pub size: u64,
    /// The sibling hashes on the way from the leaf to the root.
    pub path: Vec<Hash>,
}

impl Inclusion {
    /// Builds the proof.
    ///
    /// # Errors
    /// [`BadProof::Range`] if there is no such leaf, [`BadProof::Node`] if a node cannot be had.
    pub fn build(index: u64, size: u64, nodes: &mut Nodes<'_>) -> Result<Self, BadProof> {
        if index >= size || size > MAX_SIZE {
            return Err(BadProof::Range);
        }
        // Walk down from the root; what is not walked into is a step of the path.
        let (mut low, mut high) = (0, size);
        let mut path = Vec::new();
        while high - low > 1 {
            let middle = low + split(high - low);
            if index < middle {
                path.push(range(middle, high, nodes)?);
                high = middle;
            } else {
                path.push(range(low, middle, nodes)?);
                low = middle;
            }
        }
        path.reverse();
        Ok(Self { index, size, path })
    }

    /// Holds if this leaf hash is in the tree with this root.
    ///
    /// # Errors
    /// Any other than [`BadProof::Node`].
    pub fn verify(&self, leaf: &Hash, root: &Hash) -> Result<(), BadProof> {
        if self.index >= self.size {
            return Err(BadProof::Range);
        }
        let (mut node, mut last) = (self.index, self.size - 1);
        let mut hash = *leaf;
        for sibling in &self.path {
            if last == 0 {
                return Err(BadProof::Length);
            }
            if node & 1 == 1 || node == last {
                hash = node_hash(sibling, &hash);
                climb_to_right_child(&mut node, &mut last);
            } else {
                hash = node_hash(&hash, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        if last != 0 {
            return Err(BadProof::Length);
        }
        if hash == *root { Ok(()) } else { Err(BadProof::Root) }
    }
}

/// That the tree of `from` leaves is the beginning of the tree of `to` leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consistency {
    /// Size of the older tree.
    pub from: u64,
    /// Size of the newer tree.
    pub to: u64,
    /// The hashes of RFC 9162, section 2.1.4.1; none if either tree is empty or both are one.
    pub path: Vec<Hash>,
}

impl Consistency {
    /// Builds the proof.
    ///
    /// # Errors
    /// [`BadProof::Range`] if `from` is more than `to`, [`BadProof::Node`] if a node cannot be had.
    pub fn build(from: u64, to: u64, nodes: &mut Nodes<'_>) -> Result<Self, BadProof> {
        if from > to || to > MAX_SIZE {
            return Err(BadProof::Range);
        }
        if from == 0 || from == to {
            return Ok(Self { from, to, path: Vec::new() });
        }
        // Walk down towards the edge of the older tree until one subtree ends exactly there.
        let (mut low, mut high) = (0, to);
        let mut path = Vec::new();
        while high != from {
            let middle = low + split(high - low);
            if from <= middle {
                path.push(range(middle, high, nodes)?);
                high = middle;
            } else {
                path.push(range(low, middle, nodes)?);
                low = middle;
            }
        }
        // If that subtree is the whole older tree, the verifier has its root already.
        if low > 0 {
            path.push(range(low, high, nodes)?);
        }
        path.reverse();
        Ok(Self { from, to, path })
    }

    /// Holds if the tree with the root `older` is the beginning of the tree with the root `newer`.
    ///
    /// # Errors
    /// Any other than [`BadProof::Node`].
    pub fn verify(&self, older: &Hash, newer: &Hash) -> Result<(), BadProof> {
        if self.from > self.to {
            return Err(BadProof::Range);
        }
        if self.from == 0 || self.from == self.to {
            return self.verify_trivial(older, newer);
        }
        let mut path = self.path.iter();
        let first = if self.from.is_power_of_two() { older } else { path.next().ok_or(BadProof::Length)? };
        let (mut node, mut last) = (self.from - 1, self.to - 1);
        while node & 1 == 1 {
            node >>= 1;
            last >>= 1;
        }
        let (mut old_hash, mut new_hash) = (*first, *first);
        for sibling in path {
            if last == 0 {
                return Err(BadProof::Length);
            }
            if node & 1 == 1 || node == last {
                old_hash = node_hash(sibling, &old_hash);
                new_hash = node_hash(sibling, &new_hash);
                climb_to_right_child(&mut node, &mut last);
            } else {
                new_hash = node_hash(&new_hash, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        if last != 0 {
            return Err(BadProof::Length);
        }
        if old_hash == *older && new_hash == *newer { Ok(()) } else { Err(BadProof::Root) }
    }

    fn verify_trivial(&self, older: &Hash, newer: &Hash) -> Result<(), BadProof> {
        if !self.path.is_empty() {
            return Err(BadProof::Length);
        }
        let same = self.from != self.to || older == newer;
        let empty_is_empty = self.from != 0 || *older == empty_root();
        if same && empty_is_empty { Ok(()) } else { Err(BadProof::Root) }
    }
}

/// Skips the levels at which a last node without sibling is carried up as it is.
const fn climb_to_right_child(node: &mut u64, last: &mut u64) {
    while *node & 1 == 0 && *node != 0 {
        *node >>= 1;
        *last >>= 1;
    }
}

/// The largest power of two smaller than `width`, which is at least 2.
const fn split(width: u64) -> u64 {
    1 << (width - 1).ilog2()
}

/// The root over `low..high`, where `low` is a multiple of every complete subtree in it.
fn range(low: u64, high: u64, nodes: &mut Nodes<'_>) -> Result<Hash, BadProof> {
    let mut rest = low;
    let mut parts = Vec::new();
    while rest < high {
        let level = (high - rest).ilog2() as u8;
        let index = rest >> level;
        parts.push(nodes(level, index).ok_or(BadProof::Node { level, index })?);
        rest += 1 << level;
    }
    let mut from_right = parts.into_iter().rev();
    let last = from_right.next().ok_or(BadProof::Range)?;
    Ok(from_right.fold(last, |right, left| node_hash(&left, &right)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{leaf_hash, root};

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    fn source(leaves: &[Hash]) -> impl FnMut(u8, u64) -> Option<Hash> {
        nodes(|index| leaves.get(usize::try_from(index).unwrap()).copied())
    }

    fn first(leaves: &[Hash], count: u64) -> Hash {
        root(leaves.get(..usize::try_from(count).unwrap()).unwrap())
    }

    #[test]
    fn every_leaf_of_every_small_tree_is_proven_and_no_other() {
        for size in 1..40 {
            let leaves = leaves(size);
            let root = root(&leaves);
            for index in 0..size {
                let proof = Inclusion::build(index, size, &mut source(&leaves)).unwrap();
                for (other, leaf) in leaves.iter().enumerate() {
                    let expected = if other as u64 == index { Ok(()) } else { Err(BadProof::Root) };
                    assert_eq!(proof.verify(leaf, &root), expected);
                }
            }
        }
    }

    #[test]
    fn every_beginning_of_every_small_tree_is_proven() {
        let leaves = leaves(40);
        for to in 0..40 {
            for from in 0..=to {
                let proof = Consistency::build(from, to, &mut source(&leaves)).unwrap();
                let (older, newer) = (first(&leaves, from), first(&leaves, to));
                assert_eq!(proof.verify(&older, &newer), Ok(()), "{from} {to}");
                let other = leaf_hash(b"other");
                assert!(proof.verify(&other, &newer).is_err(), "{from} {to}");
                if from > 0 {
                    assert!(proof.verify(&older, &other).is_err(), "{from} {to}");
                }
            }
        }
    }

    #[test]
    fn a_proof_with_a_hash_more_or_less_or_changed_does_not_hold() {
        let leaves = leaves(29);
        let newer = root(&leaves);
        let good = Inclusion::build(11, 29, &mut source(&leaves)).unwrap();
        let leaf = leaves.get(11).unwrap();
        for place in 0..good.path.len() {
            let mut bad = good.clone();
            bad.path.get_mut(place).unwrap()[0] ^= 1;
            assert_eq!(bad.verify(leaf, &newer), Err(BadProof::Root));
            let mut bad = good.clone();
            bad.path.remove(place);
            assert!(bad.verify(leaf, &newer).is_err());
        }
        let mut bad = good;
        bad.path.push(newer);
        assert_eq!(bad.verify(leaf, &newer), Err(BadProof::Length));

        let good = Consistency::build(13, 29, &mut source(&leaves)).unwrap();
        let older = first(&leaves, 13);
        for place in 0..good.path.len() {
            let mut bad = good.clone();
            bad.path.get_mut(place).unwrap()[31] ^= 0x80;
            assert_eq!(bad.verify(&older, &newer), Err(BadProof::Root));
            let mut bad = good.clone();
            bad.path.remove(place);
            assert!(bad.verify(&older, &newer).is_err());
        }
    }

    #[test]
    fn proofs_that_cannot_be_built_say_why() {
        let leaves = leaves(8);
        assert_eq!(Inclusion::build(8, 8, &mut source(&leaves)), Err(BadProof::Range));
        assert_eq!(Inclusion::build(0, 0, &mut source(&leaves)), Err(BadProof::Range));
        assert_eq!(Consistency::build(9, 8, &mut source(&leaves)), Err(BadProof::Range));
        let missing = Err(BadProof::Node { level: 3, index: 1 });
        assert_eq!(Inclusion::build(0, 16, &mut source(&leaves)), missing);
    }
}
