//! What a verifier can find, and where.

use crate::checkpoint::BadCheckpoint;
use crate::entry::BadEntry;
use crate::note::BadNote;
use crate::tile::BadTile;

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// What.
    pub what: FindingKind,
}

impl Finding {
    /// Whether this should not be so. What is not a fault is a note: true, and worth knowing.
    #[must_use]
    pub const fn is_fault(&self) -> bool {
        !matches!(
            self.what,
            FindingKind::TimeBackwards { .. }
                | FindingKind::Birth
                | FindingKind::Unsigned
                | FindingKind::NoKey
                | FindingKind::KeyUnpinned
                | FindingKind::FileUnexpected
                | FindingKind::EntriesWithheld
        )
    }
}

/// Where something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The ledger as a whole.
    Ledger,
    /// The entry with this index.
    Entry(u64),
    /// Somewhere in the entries `from..to`.
    Entries {
        /// The first of them.
        from: u64,
        /// One after the last of them.
        to: u64,
    },
    /// The checkpoint with this number, counted from 0 in the order given.
    Checkpoint(u64),
    /// The file with this path in the export.
    File(String),
}

/// What can be found: a closed list. Those marked *note* are no faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// The bytes are no canonical entry.
    Malformed(BadEntry),
    /// The entry's bytes were changed: its kept leaf hash leads to a signed or stated root, the bytes do not.
    EntryChanged,
    /// The leaf hash kept beside an entry was changed: the entry's bytes lead to the root, the hash does not.
    HashChanged,
    /// The bytes and the kept leaf hash differ, and nothing tells which is the original.
    EntryAndHashDiffer,
    /// Entries are missing.
    Missing,
    /// An entry comes again, or after a later one.
    OutOfOrder,
    /// An entry after the last checkpoint is a copy of an earlier one.
    Repeated {
        /// Index of the earlier one.
        of: u64,
    },
    /// *Note*: time goes back beyond the tolerance.
    TimeBackwards {
        /// By how many milliseconds.
        millis: i64,
    },
    /// *Note*: the first entry is not `born`, or another one is.
    Birth,
    /// A checkpoint cannot be read, or its signature does not hold.
    CheckpointBad(BadCheckpoint),
    /// The entries do not lead to the root of this checkpoint: something between the last checkpoint
    /// confirmed and this one was changed, removed, added or moved.
    CheckpointRoot {
        /// Number of the checkpoint.
        number: u64,
    },
    /// A checkpoint was signed for more entries than there are: the end is gone.
    CheckpointBeyond {
        /// Number of the checkpoint.
        number: u64,
    },
    /// *Note*: no checkpoint covers these entries yet.
    Unsigned,
    /// *Note*: no key was given, so no signature was checked.
    NoKey,
    /// The head states another number of entries than there are.
    HeadSize {
        /// How many it states.
        stated: u64,
        /// How many there are.
        found: u64,
    },
    /// The entries do not lead to the root the head states.
    HeadRoot,
    /// The verifier key of the export cannot be read.
    KeyBad(BadNote),
    /// The verifier key of the export is another than the one trusted.
    KeyDiffers,
    /// *Note*: the key came with the export and was compared with nothing.
    KeyUnpinned,
    /// A file that belongs to the export is not there.
    FileMissing,
    /// *Note*: a file is there that does not belong to the export.
    FileUnexpected,
    /// *Note*: only hashes were shown, so that nothing is known of what the entries say.
    EntriesWithheld,
    /// A tile is not what its path says.
    Tile(BadTile),
    /// A hash in a tile is not the root of the tile below it.
    TileHash {
        /// Which of the tile's hashes, from 0.
        position: u64,
    },
}

impl FindingKind {
    /// A word for programs: stable, and one for each kind.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::EntryChanged => "entry-changed",
            Self::HashChanged => "hash-changed",
            Self::EntryAndHashDiffer => "entry-and-hash-differ",
            Self::Missing => "missing",
            Self::OutOfOrder => "out-of-order",
            Self::Repeated { .. } => "repeated",
            Self::TimeBackwards { .. } => "time-backwards",
            Self::Birth => "birth",
            Self::CheckpointBad(_) => "checkpoint-bad",
            Self::CheckpointRoot { .. } => "checkpoint-root",
            Self::CheckpointBeyond { .. } => "checkpoint-beyond",
            Self::Unsigned => "unsigned",
            Self::NoKey => "no-key",
            Self::HeadSize { .. } => "head-size",
            Self::HeadRoot => "head-root",
            Self::KeyBad(_) => "key-bad",
            Self::KeyDiffers => "key-differs",
            Self::KeyUnpinned => "key-unpinned",
            Self::FileMissing => "file-missing",
            Self::FileUnexpected => "file-unexpected",
            Self::EntriesWithheld => "entries-withheld",
            Self::Tile(_) => "tile",
            Self::TileHash { .. } => "tile-hash",
        }
    }
}
