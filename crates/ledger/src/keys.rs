//! The keys of one ledger through time. Its signing key may be renewed: for a while both keys sign, and what the older one signed stays
//! proven by it for ever.
//!
//! ```
//! use ledger::checkpoint::Checkpoint;
//! use ledger::keys::{Signers, Vkeys};
//! use ledger::note::Signer;
//!
//! let (old, new) = (Signer::new("example.com/office", &[1; 32])?, Signer::new("example.com/office", &[2; 32])?);
//! let before = Checkpoint::new("example.com/office", 3, [9; 32])?.sign(&old)?;
//! let both = Signers::new(new, vec![old])?;
//! let after = both.sign(&Checkpoint::new("example.com/office", 4, [8; 32])?)?;
//!
//! let known: Vkeys = both.vkeys().to_string().parse()?;
//! assert_eq!(known.open(&before)?.size(), 3);
//! assert_eq!(known.open(&after)?.size(), 4);
//! // Whoever trusts but the old key, or but the new one, reads what both have signed.
//! assert!(Checkpoint::open(&after, known.newest()).is_ok() && Checkpoint::open(&after, known.first()).is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::checkpoint::{BadCheckpoint, Checkpoint};
use crate::note::{BadNote, Note, Signer, Vkey};
use std::fmt;
use std::str::FromStr;

/// The verifier keys of one ledger: the newest first, then those that signed before it. All bear the ledger's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vkeys {
    newest: Vkey,
    older: Vec<Vkey>,
}

impl Vkeys {
    /// The newest key, and the older ones, younger before older; one that is named twice counts once.
    ///
    /// # Errors
    /// [`BadNote::Name`] if they bear different names: then they are keys of different ledgers.
    pub fn new(newest: Vkey, older: impl IntoIterator<Item = Vkey>) -> Result<Self, BadNote> {
        let mut keys = Self { newest, older: Vec::new() };
        for key in older {
            if key.name() != keys.newest.name() {
                return Err(BadNote::Name);
            }
            if !keys.contains(&key) {
                keys.older.push(key);
            }
        }
        Ok(keys)
    }

    /// The key that signs now.
    #[must_use]
    pub const fn newest(&self) -> &Vkey {
        &self.newest
    }

    /// The key the ledger was born with: it stays the same however often the key is renewed, and tells ledgers apart.
    #[must_use]
    pub fn first(&self) -> &Vkey {
        self.older.last().unwrap_or(&self.newest)
    }

    /// All of them, the newest first.
    pub fn all(&self) -> impl Iterator<Item = &Vkey> {
        std::iter::once(&self.newest).chain(&self.older)
    }

    /// Whether it is one of them.
    #[must_use]
    pub fn contains(&self, key: &Vkey) -> bool {
        self.all().any(|one| one == key)
    }

    /// Reads a signed note of this ledger: signed by whichever of these keys signed at that time.
    ///
    /// # Errors
    /// As [`Checkpoint::open`]; [`BadNote::Unsigned`] when none of them has signed.
    pub fn open(&self, note: &str) -> Result<Checkpoint, BadCheckpoint> {
        let unsigned = BadCheckpoint::Note(BadNote::Unsigned);
        let mut tried = self.all().map(|key| Checkpoint::open(note, key));
        tried.find(|opened| *opened != Err(unsigned)).unwrap_or(Err(unsigned))
    }
}

impl From<Vkey> for Vkeys {
    fn from(newest: Vkey) -> Self {
        Self { newest, older: Vec::new() }
    }
}

/// One key a line, without a newline at the end.
impl fmt::Display for Vkeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.newest)?;
        self.older.iter().try_for_each(|key| write!(f, "\n{key}"))
    }
}

impl FromStr for Vkeys {
    type Err = BadNote;

    fn from_str(text: &str) -> Result<Self, BadNote> {
        let mut keys = text.split('\n').map(str::parse::<Vkey>);
        let newest = keys.next().ok_or(BadNote::Vkey)??;
        let older: Vec<Vkey> = keys.collect::<Result<_, _>>()?;
        Self::new(newest, older)
    }
}

/// The keys that sign for a ledger now: one, or while it is being renewed the new one and the old.
pub struct Signers {
    newest: Signer,
    older: Vec<Signer>,
}

impl Signers {
    /// The newest, and those that still sign beside it, younger before older.
    ///
    /// # Errors
    /// [`BadNote::Name`] if they bear different names.
    pub fn new(newest: Signer, older: Vec<Signer>) -> Result<Self, BadNote> {
        if older.iter().any(|signer| signer.vkey().name() != newest.vkey().name()) {
            return Err(BadNote::Name);
        }
        Ok(Self { newest, older })
    }

    /// What verifies them.
    #[must_use]
    pub fn vkeys(&self) -> Vkeys {
        let older = self.older.iter().map(|signer| signer.vkey().clone()).collect();
        Vkeys { newest: self.newest.vkey().clone(), older }
    }

    /// The signed note: a signature by each, the newest first.
    ///
    /// # Errors
    /// [`BadCheckpoint::Origin`] if the checkpoint is of another ledger.
    pub fn sign(&self, checkpoint: &Checkpoint) -> Result<String, BadCheckpoint> {
        let note: Note = checkpoint.sign(&self.newest)?.parse()?;
        Ok(self.older.iter().fold(note, Note::signed_by).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(name: &str, seed: u8) -> Signer {
        Signer::new(name, &[seed; 32]).unwrap()
    }

    fn checkpoint(size: u64) -> Checkpoint {
        Checkpoint::new("example.com/a", size, [7; 32]).unwrap()
    }

    #[test]
    fn what_a_key_signed_stays_proven_by_it() {
        let [one, two, three] = [1, 2, 3].map(|seed| signer("example.com/a", seed));
        let keys = Vkeys::new(three.vkey().clone(), [two.vkey().clone(), one.vkey().clone()]).unwrap();
        for signer in [&one, &two, &three] {
            assert_eq!(keys.open(&checkpoint(5).sign(signer).unwrap()), Ok(checkpoint(5)));
        }
        assert_eq!((keys.newest(), keys.first()), (three.vkey(), one.vkey()));
        assert_eq!(keys.to_string().parse(), Ok(keys.clone()));
        assert_eq!(keys.to_string().lines().count(), 3);

        let stranger = signer("example.com/a", 9);
        let forged = checkpoint(5).sign(&stranger).unwrap();
        assert_eq!(keys.open(&forged), Err(BadCheckpoint::Note(BadNote::Unsigned)));
        // A signature that claims to be by one of them and is not is no signature by another.
        let note = checkpoint(5).sign(&three).unwrap();
        let altered = note.replacen("\n5\n", "\n6\n", 1);
        assert_eq!(keys.open(&altered), Err(BadCheckpoint::Note(BadNote::Signature)));
    }

    #[test]
    fn keys_of_different_ledgers_are_never_mixed() {
        let (ours, theirs) = (signer("example.com/a", 1), signer("example.com/b", 1));
        assert_eq!(Vkeys::new(ours.vkey().clone(), [theirs.vkey().clone()]), Err(BadNote::Name));
        let text = format!("{}\n{}", ours.vkey(), theirs.vkey());
        assert_eq!(text.parse::<Vkeys>(), Err(BadNote::Name));
        assert!(matches!(Signers::new(ours, vec![theirs]), Err(BadNote::Name)));
        for torn in ["", "\n", "example.com/a", &format!("{}\n", signer("example.com/a", 1).vkey())] {
            assert!(torn.parse::<Vkeys>().is_err(), "{torn:?}");
        }
    }

    #[test]
    fn a_key_named_twice_counts_once() {
        let [one, two] = [1, 2].map(|seed| signer("example.com/a", seed).vkey().clone());
        let keys = Vkeys::new(two.clone(), [two.clone(), one.clone(), one.clone()]).unwrap();
        assert_eq!(keys.all().collect::<Vec<_>>(), [&two, &one]);
    }
}
