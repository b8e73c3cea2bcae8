//! The RFC 6962 tree over the entries, and the little of it that has to be kept to go on.

use sha2::{Digest, Sha256};

/// A SHA-256 value: of a leaf, of a node, or the root of a tree.
pub type Hash = [u8; 32];

/// The hash of a leaf: SHA-256 of a zero byte and the entry's bytes (RFC 6962, section 2.1).
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new()
        .chain_update([0])
        .chain_update(entry)
        .finalize()
        .into()
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
