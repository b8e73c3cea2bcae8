//! What evidence is: names, entries, the tree, proofs, verification.

pub mod checkpoint;
pub mod commitment;
pub mod entry;
pub mod export;
pub mod names;
pub mod note;
pub mod proof;
pub mod tile;
pub mod tree;
pub mod verify;

pub use entry::{Entry, EntryKind, Leaf};
