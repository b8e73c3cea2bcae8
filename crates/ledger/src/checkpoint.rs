//! Checkpoints: what a signed note says about the ledger at one size (C2SP tlog-checkpoint).
//!
//! Three lines and nothing else: origin, size, root. Extension lines are neither written nor read,
//! because nobody can audit them.
//!
//! ```
//! use ledger::checkpoint::Checkpoint;
//! use ledger::note::Signer;
//! use ledger::tree::Frontier;
//!
//! let signer = Signer::new("example.com/office", &[7; 32])?;
//! let note = Checkpoint::of("example.com/office", &Frontier::new())?.sign(&signer)?;
//! let checkpoint = Checkpoint::open(&note, signer.vkey())?;
//! assert_eq!(checkpoint.size(), 0);
//! # Ok::<(), ledger::checkpoint::BadCheckpoint>(())
//! ```

use std::fmt;
use std::str::FromStr;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

use crate::note::{BadNote, Note, Signer, Vkey};
use crate::tree::{Frontier, Hash, MAX_SIZE};

/// Why a note is no checkpoint of this ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCheckpoint {
    /// The note cannot be read, or its signature does not hold.
    #[error(transparent)]
    Note(#[from] BadNote),
    /// Not exactly three lines: origin, size, root.
    #[error("a checkpoint has exactly three lines: origin, size and root")]
    Lines,
    /// The size is no plain decimal number, or too large.
    #[error("the size of the checkpoint is no plain decimal number")]
    Size,
    /// The root is not the Base64 of 32 bytes.
    #[error("the root of the checkpoint is not 32 bytes in Base64")]
    Root,
    /// The origin is empty or has control characters, or is not the name of the key that signed.
    #[error("the origin of the checkpoint is not that of this ledger")]
    Origin,
}

/// The size and root of a ledger, and whose ledger it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
}

impl Checkpoint {
    /// The checkpoint of this size and root.
    ///
    /// # Errors
    /// [`BadCheckpoint::Origin`] if the origin is empty or has control characters,
    /// [`BadCheckpoint::Size`] if the size is over [`MAX_SIZE`].
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self, BadCheckpoint> {
        if origin.is_empty() || origin.chars().any(char::is_control) {
            return Err(BadCheckpoint::Origin);
        }
        if size > MAX_SIZE {
            return Err(BadCheckpoint::Size);
        }
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// The checkpoint of a tree as it is now.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of(origin: &str, tree: &Frontier) -> Result<Self, BadCheckpoint> {
        Self::new(origin, tree.size(), tree.root())
    }

    /// Whose ledger it is.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many entries the ledger had.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root over those entries.
    #[must_use]
    pub const fn root(&self) -> &Hash {
        &self.root
    }

    /// The signed note.
    ///
    /// # Errors
    /// [`BadCheckpoint::Origin`] if the signer's name is another than the origin.
    pub fn sign(&self, signer: &Signer) -> Result<String, BadCheckpoint> {
        if signer.vkey().name() != self.origin {
            return Err(BadCheckpoint::Origin);
        }
        Ok(Note::new(self.to_string())?.signed_by(signer).to_string())
    }

    /// Reads a signed note of the ledger whose key this is.
    ///
    /// # Errors
    /// Whatever keeps it from being a checkpoint signed by this key over its own origin.
    pub fn open(note: &str, vkey: &Vkey) -> Result<Self, BadCheckpoint> {
        let checkpoint: Self = vkey.open(note)?.text().parse()?;
        if checkpoint.origin == vkey.name() { Ok(checkpoint) } else { Err(BadCheckpoint::Origin) }
    }
}

/// The text that is signed.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, BASE64.encode(self.root))
    }
}

impl FromStr for Checkpoint {
    type Err = BadCheckpoint;

    /// Reads the text that is signed.
    fn from_str(text: &str) -> Result<Self, BadCheckpoint> {
        let mut lines = text.strip_suffix('\n').ok_or(BadCheckpoint::Lines)?.split('\n');
        let (Some(origin), Some(size), Some(root), None) = (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(BadCheckpoint::Lines);
        };
        let number: u64 = size.parse().map_err(|_| BadCheckpoint::Size)?;
        if number.to_string() != size {
            return Err(BadCheckpoint::Size);
        }
        let root = BASE64.decode(root).map_err(|_| BadCheckpoint::Root)?;
        Self::new(origin, number, Hash::try_from(root).map_err(|_| BadCheckpoint::Root)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example in the specification.
    const TEXT: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    #[test]
    fn the_text_of_the_specification_is_read_and_written() {
        let checkpoint: Checkpoint = TEXT.parse().unwrap();
        assert_eq!(checkpoint.origin(), "example.com/behind-the-sofa");
        assert_eq!(checkpoint.size(), 20_852_163);
        assert_eq!(checkpoint.to_string(), TEXT);
    }

    #[test]
    fn what_is_no_checkpoint_says_why() {
        let read = |from: &str, to: &str| TEXT.replace(from, to).parse::<Checkpoint>();
        assert_eq!(read("2I=\n", "2I="), Err(BadCheckpoint::Lines));
        assert_eq!(read("2I=\n", "2I=\nmore\n"), Err(BadCheckpoint::Lines));
        assert_eq!(read("example.com/behind-the-sofa", ""), Err(BadCheckpoint::Origin));
        assert_eq!(read("20852163", "020852163"), Err(BadCheckpoint::Size));
        assert_eq!(read("20852163", "+20852163"), Err(BadCheckpoint::Size));
        assert_eq!(read("20852163", "9223372036854775808"), Err(BadCheckpoint::Size));
        assert_eq!(read("2I=", "2J="), Err(BadCheckpoint::Root));
        assert_eq!(read("CsUY", ""), Err(BadCheckpoint::Root));
    }

    #[test]
    fn another_ledgers_checkpoint_does_not_open() {
        let signer = Signer::new("example.com/a", &[1; 32]).unwrap();
        let other = Checkpoint::of("example.com/b", &Frontier::new()).unwrap();
        assert_eq!(other.sign(&signer), Err(BadCheckpoint::Origin));
        let forced = Note::new(other.to_string()).unwrap().signed_by(&signer).to_string();
        assert_eq!(Checkpoint::open(&forced, signer.vkey()), Err(BadCheckpoint::Origin));
    }
}
