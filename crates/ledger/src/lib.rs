//! What evidence is: names, entries, the tree, proofs, verification.
//!
//! **Knows** hashes and bytes: how one act is written down ([`entry`]), how entries become a tree whose root
//! stands for all of them ([`tree`], [`proof`]), how a root is signed ([`note`], [`checkpoint`], [`keys`]), seen by
//! others ([`witness`], [`cosignature`]), handed to a person as one file ([`tlog_proof`]) and laid out for other
//! people's tools ([`tile`], [`mod@export`]), and how to find out whether anything was touched ([`verify`]). **Never knows** a clock, a database, a network or a file, nor any person's data: people
//! appear only as [`commitment`]s, and what evidence may speak of at all is the list in [`names`].
//!
//! Evidence format version 1: canonical JSON entries (RFC 8785), the Merkle tree of RFC 6962 with SHA-256,
//! proofs of RFC 9162, signed notes, checkpoints, cosignatures, tiles and tlog-proofs of C2SP. The bytes are promised by the golden
//! vectors in `tests/vectors`.
//!
//! ```
//! use ledger::commitment::{commit_subject, open_subject, opening};
//! use ledger::names::{ActId, Moment, PersonId};
//! use ledger::tree::Frontier;
//! use ledger::{Entry, EntryKind};
//!
//! // A value was shown to somebody who may see it:
//! let (ledger_key, act, person) = ([5; 32], ActId::from_bytes([1; 16]), PersonId::from_bytes([2; 16]));
//! let entry = Entry::new(EntryKind::Revealed, act, Moment(1_795_000_000_000))
//!     .purpose("hr.recruit".parse()?)
//!     .elements(["phone".parse()?])
//!     .subjects(1, commit_subject(&ledger_key, act, person));
//!
//! // The ledger takes it as a leaf, whose bytes say nothing about the person:
//! let leaf = entry.leaf()?;
//! let mut tree = Frontier::new();
//! tree.append(leaf.hash());
//!
//! // Whoever is given the opening can see whom this one entry is about:
//! let read = Entry::parse(leaf.bytes())?;
//! assert_eq!(read.subject_commitment(), Some(open_subject(&opening(&ledger_key, act), person)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod checkpoint;
pub mod commitment;
pub mod cosignature;
pub mod entry;
pub mod export;
pub mod keys;
pub mod names;
pub mod note;
pub mod proof;
pub mod tile;
pub mod tlog_proof;
pub mod tree;
pub mod verify;
pub mod witness;

pub use entry::{Entry, EntryKind, Leaf};
