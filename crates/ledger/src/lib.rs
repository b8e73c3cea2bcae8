//! What evidence is: names, entries, the tree, proofs, verification.

pub mod entry;
pub mod names;
pub mod tree;

pub use entry::{Entry, EntryKind, Leaf};
