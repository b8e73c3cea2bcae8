//! The RFC 6962 tree over the entries, and the little of it that has to be kept to go on.
//!
//! ```
//! use ledger::tree::{Frontier, leaf_hash};
//!
//! let mut tree = Frontier::new();
//! tree.append(leaf_hash(b"first"));
//! tree.append(leaf_hash(b"second"));
//!
//! // All that a store keeps between two appends:
//! let kept = tree.to_bytes();
//! assert_eq!(Frontier::from_bytes(&kept)?, tree);
//! assert_eq!(tree.size(), 2);
//! # Ok::<(), ledger::tree::BadFrontier>(())
//! ```

use sha2::{Digest, Sha256};

/// A SHA-256 value: of a leaf, of a node, or the root of a tree.
pub type Hash = [u8; 32];

/// The most leaves a tree may have: databases count in signed 64-bit integers.
pub const MAX_SIZE: u64 = i64::MAX as u64;

/// The hash of a leaf: SHA-256 of a zero byte and the entry's bytes (RFC 6962, section 2.1).
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

/// The hash of an inner node: SHA-256 of a one byte and the two hashes below it.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [1; 65];
    let (_, children) = bytes.split_at_mut(1);
    let (left_place, right_place) = children.split_at_mut(32);
    left_place.copy_from_slice(left);
    right_place.copy_from_slice(right);
    Sha256::digest(bytes).into()
}

/// The root of the tree without leaves: SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// The root of the tree over these leaf hashes.
#[must_use]
pub fn root(leaves: &[Hash]) -> Hash {
    let mut tree = Frontier::new();
    leaves.iter().for_each(|leaf| tree.append(*leaf));
    tree.root()
}

/// The roots of the complete subtrees that make up a tree (its *compact range*): enough to append
/// and to say the root, and never more than 63 hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// One root for each set bit of `size`, the largest subtree first.
    roots: Vec<Hash>,
}

impl Frontier {
    /// The empty tree.
    #[must_use]
    pub const fn new() -> Self {
        Self { size: 0, roots: Vec::new() }
    }

    /// How many leaves the tree has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds one leaf at the right.
    pub fn append(&mut self, leaf: Hash) {
        let mut carried = leaf;
        // As in adding one to a binary number: every trailing 1 is a subtree that is now complete.
        for _ in 0..self.size.trailing_ones() {
            let Some(left) = self.roots.pop() else { break };
            carried = node_hash(&left, &carried);
        }
        self.roots.push(carried);
        self.size += 1;
    }

    /// The root of the tree as it is now.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut from_right = self.roots.iter().rev();
        match from_right.next() {
            None => empty_root(),
            Some(last) => from_right.fold(*last, |right, left| node_hash(left, &right)),
        }
    }

    /// Size (8 bytes, big-endian) followed by the subtree roots, the largest first.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(8 + self.roots.len() * 32);
        bytes.extend_from_slice(&self.size.to_be_bytes());
        bytes.extend_from_slice(self.roots.as_flattened());
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// [`BadFrontier`] if the number of hashes does not fit the size, or the size is over [`MAX_SIZE`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadFrontier> {
        let (size, rest) = bytes.split_first_chunk::<8>().ok_or(BadFrontier)?;
        let (roots, left_over) = rest.as_chunks::<32>();
        let size = u64::from_be_bytes(*size);
        let fits = size <= MAX_SIZE && roots.len() == size.count_ones() as usize;
        if !fits || !left_over.is_empty() {
            return Err(BadFrontier);
        }
        Ok(Self { size, roots: roots.to_vec() })
    }
}

/// Bytes that are no [`Frontier`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are no tree frontier: the number of hashes does not fit the size")]
pub struct BadFrontier;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition of RFC 6962, section 2.1, word for word.
    fn by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                node_hash(&by_definition(left), &by_definition(right))
            }
        }
    }

    #[test]
    fn every_size_has_the_root_of_the_definition() {
        let leaves: Vec<Hash> = (0..300_u32).map(|n| leaf_hash(&n.to_be_bytes())).collect();
        let mut tree = Frontier::new();
        assert_eq!(tree.root(), empty_root());
        for (index, leaf) in leaves.iter().enumerate() {
            tree.append(*leaf);
            assert_eq!(tree.size(), index as u64 + 1);
            assert_eq!(tree.root(), by_definition(leaves.get(..=index).unwrap()));
            assert_eq!(Frontier::from_bytes(&tree.to_bytes()).unwrap(), tree);
        }
    }

    #[test]
    fn bytes_that_do_not_fit_are_refused() {
        assert_eq!(Frontier::from_bytes(&[]), Err(BadFrontier));
        assert_eq!(Frontier::from_bytes(&[0; 40]), Err(BadFrontier));
        assert_eq!(Frontier::from_bytes(&[0, 0, 0, 0, 0, 0, 0, 1]), Err(BadFrontier));
        let all = [[0xff; 8].as_slice(), &[0; 64 * 32]].concat();
        assert_eq!(Frontier::from_bytes(&all), Err(BadFrontier));
        assert_eq!(Frontier::from_bytes(&[0; 8]), Ok(Frontier::new()));
    }

    proptest! {
        #[test]
        fn bytes_are_read_only_as_they_are_written(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(tree) = Frontier::from_bytes(&bytes) {
                prop_assert_eq!(tree.to_bytes(), bytes);
            }
        }
    }
}
