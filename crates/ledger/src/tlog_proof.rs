//! A proof that one entry is in the ledger, as one text file that needs nothing else (C2SP tlog-proof).
//!
//! The file has the entry's number, the hashes that lead from it to the root, and the signed checkpoint with that
//! root and whatever witnesses cosigned it. The entry's own bytes stand in the line `extra`: what stands there is
//! worth nothing by itself, but these bytes are hashed, and only the right ones lead to the root. So the file is
//! a receipt: whoever has it and the ledger's key knows what was done and when, whatever becomes of the ledger.
//!
//! ```
//! use ledger::checkpoint::Checkpoint;
//! use ledger::cosignature::Witness;
//! use ledger::names::{ActId, Moment};
//! use ledger::note::{Note, Signer};
//! use ledger::proof::Inclusion;
//! use ledger::tlog_proof::TlogProof;
//! use ledger::tree::Frontier;
//! use ledger::{Entry, EntryKind};
//!
//! let born = Entry::new(EntryKind::Born, ActId::from_bytes([1; 16]), Moment(0)).leaf()?;
//! let mut tree = Frontier::new();
//! tree.append(born.hash());
//! let log = Signer::new("example.com/office", &[7; 32])?;
//! let note: Note = Checkpoint::of("example.com/office", &tree)?.sign(&log)?.parse()?;
//! let witness = Witness::new("witness.example/w1", &[8; 32])?;
//! let note = note.clone().with(witness.cosign(&note, 1_795_000_000)?);
//!
//! let inclusion = Inclusion { index: 0, size: 1, path: vec![] };
//! let text = TlogProof::new(born.bytes(), &inclusion, &note)?.to_string();
//!
//! let proven = text.parse::<TlogProof>()?.verify(&[log.vkey().clone()], &[witness.key().clone()], 1)?;
//! assert_eq!(proven.entry.kind(), EntryKind::Born);
//! assert_eq!(proven.cosigned[0].seconds, 1_795_000_000);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

use crate::checkpoint::{BadCheckpoint, Checkpoint};
use crate::cosignature::WitnessKey;
use crate::entry::{BadEntry, Entry, MAX_BYTES};
use crate::note::{BadNote, Note, Vkey};
use crate::proof::{BadProof, Inclusion};
use crate::tree::{Hash, leaf_hash};

/// What such a file's name ends in.
pub const EXTENSION: &str = "tlog-proof";

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// A path has no more hashes than this.
const MAX_PATH: usize = 63;

/// Why a file is no proof of an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTlogProof {
    /// A line is not as the format says.
    #[error("line {line} is not as a tlog-proof has it")]
    Line {
        /// Which, from 1.
        line: usize,
    },
    /// The file does not hold the entry itself, so that nothing says what was proven.
    #[error("the file does not hold the entry")]
    NoEntry,
    /// The checkpoint is not signed by a key that is trusted, or cannot be read.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] BadCheckpoint),
    /// The entry does not lead to the root that was signed.
    #[error("the entry is not in the signed ledger: {0}")]
    Proof(#[from] BadProof),
    /// What is proven is no entry of a ledger of this kind.
    #[error("what is proven is no entry: {0}")]
    Entry(#[from] BadEntry),
    /// A cosignature claims to be by a witness that is trusted, and is not.
    #[error("the cosignature of {witness} does not belong to this checkpoint")]
    Cosignature {
        /// Whose it claims to be.
        witness: String,
    },
    /// Fewer witnesses have cosigned than are asked for.
    #[error("{found} witnesses have cosigned, and {wanted} are asked for")]
    Quorum {
        /// How many have.
        found: usize,
        /// How many should have.
        wanted: usize,
    },
}

/// One entry with the way to a signed root. Nothing of it is believed before it is [verified](Self::verify).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof {
    extra: Option<Vec<u8>>,
    index: u64,
    path: Vec<Hash>,
    /// The checkpoint as it was read, signature for signature.
    note: String,
}

/// What a proof has proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// What was done.
    pub entry: Entry,
    /// Its number in the ledger, from 0.
    pub index: u64,
    /// The signed size and root, and whose ledger it is.
    pub checkpoint: Checkpoint,
    /// The witnesses that cosigned, in the order in which they were asked about.
    pub cosigned: Vec<Cosigned>,
}

/// That a witness has seen the checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosigned {
    /// The name of the witness.
    pub witness: String,
    /// When, in seconds since 1970.
    pub seconds: u64,
}

impl TlogProof {
    /// The proof of an entry, by its canonical bytes.
    ///
    /// # Errors
    /// [`BadTlogProof::Checkpoint`] if the note is none, [`BadTlogProof::Proof`] if the entry does not lead to its
    /// root. Signatures are not checked.
    pub fn new(entry: &[u8], inclusion: &Inclusion, note: &Note) -> Result<Self, BadTlogProof> {
        let checkpoint: Checkpoint = note.text().parse()?;
        if inclusion.size != checkpoint.size() {
            return Err(BadProof::Range.into());
        }
        inclusion.verify(&leaf_hash(entry), checkpoint.root())?;
        Ok(Self {
            extra: Some(entry.to_vec()),
            index: inclusion.index,
            path: inclusion.path.clone(),
            note: note.to_string(),
        })
    }

    /// The number of the entry, as the file claims.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The checkpoint with all its signatures, as the file has it.
    #[must_use]
    pub fn checkpoint(&self) -> &str {
        &self.note
    }

    /// Holds if the entry is in a ledger that one of these keys signs, and so many of these witnesses have
    /// cosigned. A witness counts once, whatever names its key has, and never with the key of the ledger itself.
    ///
    /// # Errors
    /// Whatever does not hold.
    pub fn verify(&self, logs: &[Vkey], witnesses: &[WitnessKey], quorum: usize) -> Result<Proven, BadTlogProof> {
        let (checkpoint, log) = self.open(logs)?;
        let bytes = self.extra.as_deref().ok_or(BadTlogProof::NoEntry)?;
        let inclusion = Inclusion { index: self.index, size: checkpoint.size(), path: self.path.clone() };
        inclusion.verify(&leaf_hash(bytes), checkpoint.root())?;
        let entry = Entry::parse(bytes)?;
        let note: Note = self.note.parse().map_err(BadCheckpoint::from)?;
        let mut cosigned = Vec::new();
        let mut counted: BTreeMap<[u8; 32], ()> = BTreeMap::from([(*log.public(), ())]);
        for witness in witnesses {
            match witness.check(&note) {
                Ok(seconds) if counted.insert(*witness.public(), ()).is_none() => {
                    cosigned.push(Cosigned { witness: witness.name().to_owned(), seconds });
                }
                Ok(_) | Err(BadNote::Unsigned) => {}
                Err(_) => return Err(BadTlogProof::Cosignature { witness: witness.name().to_owned() }),
            }
        }
        if cosigned.len() < quorum {
            return Err(BadTlogProof::Quorum { found: cosigned.len(), wanted: quorum });
        }
        Ok(Proven { entry, index: self.index, checkpoint, cosigned })
    }

    /// The checkpoint, and the key that signed it.
    fn open<'a>(&self, logs: &'a [Vkey]) -> Result<(Checkpoint, &'a Vkey), BadTlogProof> {
        for log in logs {
            match Checkpoint::open(&self.note, log) {
                Ok(checkpoint) => return Ok((checkpoint, log)),
                Err(BadCheckpoint::Note(BadNote::Unsigned)) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Err(BadCheckpoint::Note(BadNote::Unsigned).into())
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", BASE64.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.path.iter().try_for_each(|hash| writeln!(f, "{}", BASE64.encode(hash)))?;
        write!(f, "\n{}", self.note)
    }
}

impl FromStr for TlogProof {
    type Err = BadTlogProof;

    /// Reads a proof. What is read is written again byte for byte.
    fn from_str(text: &str) -> Result<Self, BadTlogProof> {
        let mut lines = Lines { rest: text, line: 0 };
        if lines.next()? != FIRST_LINE {
            return Err(lines.bad());
        }
        let mut line = lines.next()?;
        let mut extra = None;
        if let Some(encoded) = line.strip_prefix("extra ") {
            let bytes = BASE64.decode(encoded).map_err(|_| lines.bad())?;
            if bytes.is_empty() || bytes.len() > MAX_BYTES {
                return Err(lines.bad());
            }
            extra = Some(bytes);
            line = lines.next()?;
        }
        let number = line.strip_prefix("index ").ok_or_else(|| lines.bad())?;
        let index: u64 = number.parse().map_err(|_| lines.bad())?;
        if index.to_string() != number {
            return Err(lines.bad());
        }
        let mut path = Vec::new();
        loop {
            match lines.next()? {
                "" => break,
                _ if path.len() == MAX_PATH => return Err(lines.bad()),
                hash => path.push(hash_of(hash).ok_or_else(|| lines.bad())?),
            }
        }
        let note: Note = lines.rest.parse().map_err(BadCheckpoint::from)?;
        note.text().parse::<Checkpoint>()?;
        Ok(Self { extra, index, path, note: lines.rest.to_owned() })
    }
}

/// A hash as a line of a proof has it.
fn hash_of(line: &str) -> Option<Hash> {
    BASE64.decode(line).ok()?.try_into().ok()
}

/// Lines that end in a newline, each taken once.
struct Lines<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Result<&'a str, BadTlogProof> {
        self.line += 1;
        let (line, rest) = self.rest.split_once('\n').ok_or_else(|| self.bad())?;
        self.rest = rest;
        Ok(line)
    }

    const fn bad(&self) -> BadTlogProof {
        BadTlogProof::Line { line: self.line }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EntryKind;
    use crate::cosignature::Witness;
    use crate::names::{ActId, Moment};
    use crate::note::Signer;
    use crate::proof::nodes;
    use crate::tree::root;

    fn log() -> Signer {
        Signer::new("example.com/office", &[7; 32]).unwrap()
    }

    fn witness(n: u8) -> Witness {
        Witness::new(&format!("witness.example/w{n}"), &[n; 32]).unwrap()
    }

    fn entries(size: u64) -> Vec<Vec<u8>> {
        let entry = |n: u64| Entry::new(EntryKind::Revealed, ActId::from_bytes([n as u8; 16]), Moment(n as i64));
        (0..size).map(|n| entry(n).to_bytes()).collect()
    }

    fn proof(index: u64, size: u64, witnesses: &[Witness]) -> TlogProof {
        let entries = entries(size);
        let leaves: Vec<_> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        let checkpoint = Checkpoint::new("example.com/office", size, root(&leaves)).unwrap();
        let note: Note = checkpoint.sign(&log()).unwrap().parse().unwrap();
        let cosigned = |note: Note, witness: &Witness| note.clone().with(witness.cosign(&note, 1_795_000_000).unwrap());
        let note = witnesses.iter().fold(note, cosigned);
        let inclusion = Inclusion::build(index, size, &mut nodes(|n| leaves.get(n as usize).copied())).unwrap();
        TlogProof::new(&entries[index as usize], &inclusion, &note).unwrap()
    }

    fn keys(witnesses: &[Witness]) -> Vec<WitnessKey> {
        witnesses.iter().map(|one| one.key().clone()).collect()
    }

    #[test]
    fn every_entry_of_every_small_ledger_is_proven() {
        for size in 1..34 {
            for index in 0..size {
                let proof = proof(index, size, &[]);
                let text = proof.to_string();
                let read: TlogProof = text.parse().unwrap();
                assert_eq!((&read, read.to_string()), (&proof, text));
                let proven = read.verify(&[log().vkey().clone()], &[], 0).unwrap();
                assert_eq!(proven.entry.to_bytes(), entries(size)[index as usize]);
                assert_eq!((proven.index, proven.checkpoint.size()), (index, size));
            }
        }
    }

    #[test]
    fn witnesses_are_counted_once_and_only_those_that_are_trusted() {
        let two = [witness(1), witness(2)];
        let (proof, trusted) = (proof(3, 9, &two), [log().vkey().clone()]);
        let proven = proof.verify(&trusted, &keys(&two), 2).unwrap();
        let names: Vec<_> = proven.cosigned.iter().map(|one| (one.witness.as_str(), one.seconds)).collect();
        assert_eq!(names, [("witness.example/w1", 1_795_000_000), ("witness.example/w2", 1_795_000_000)]);
        let quorum = |witnesses: &[WitnessKey], wanted| proof.verify(&trusted, witnesses, wanted).map(|_| ());
        let short = |found, wanted| Err(BadTlogProof::Quorum { found, wanted });
        assert_eq!(quorum(&keys(&two), 3), short(2, 3));
        assert_eq!(quorum(&keys(&[witness(3)]), 1), short(0, 1));
        assert_eq!(quorum(&[], 1), short(0, 1));
        let first = witness(1).key().clone();
        assert_eq!(quorum(&[first.clone(), first], 2), short(1, 2));
    }

    #[test]
    fn one_key_under_two_names_and_the_ledgers_own_key_are_no_further_witnesses() {
        let names = ["witness.example/a", "witness.example/b", "example.com/office"];
        let seeds = [5, 5, 7];
        let all: Vec<_> = names.iter().zip(seeds).map(|(name, n)| Witness::new(name, &[n; 32]).unwrap()).collect();
        let proof = proof(0, 1, &all);
        let verified = proof.verify(&[log().vkey().clone()], &keys(&all), 2);
        assert_eq!(verified, Err(BadTlogProof::Quorum { found: 1, wanted: 2 }));
    }

    #[test]
    fn every_flipped_bit_of_a_receipt_is_noticed() {
        let witnesses = [witness(1)];
        let (proof, trusted) = (proof(5, 11, &witnesses), [log().vkey().clone()]);
        let text = proof.to_string();
        for place in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[place] ^= 1 << bit;
                let read = String::from_utf8(bytes).ok().and_then(|text| text.parse::<TlogProof>().ok());
                let verified = read.and_then(|read| read.verify(&trusted, &keys(&witnesses), 1).ok());
                assert_eq!(verified, None, "byte {place} bit {bit}");
            }
        }
    }

    #[test]
    fn another_ledgers_key_another_entry_and_no_entry_prove_nothing() {
        let proof = proof(5, 11, &[]);
        let other = Signer::new("example.com/office", &[9; 32]).unwrap();
        let unsigned = Err(BadTlogProof::Checkpoint(BadCheckpoint::Note(BadNote::Unsigned)));
        assert_eq!(proof.verify(&[other.vkey().clone()], &[], 0), unsigned);
        assert_eq!(proof.verify(&[], &[], 0), unsigned);
        assert!(proof.verify(&[other.vkey().clone(), log().vkey().clone()], &[], 0).is_ok());
        let trusted = [log().vkey().clone()];
        let mut bad = proof.clone();
        bad.extra = Some(entries(11)[4].clone());
        assert_eq!(bad.verify(&trusted, &[], 0), Err(BadTlogProof::Proof(BadProof::Root)));
        bad.extra = None;
        assert_eq!(bad.verify(&trusted, &[], 0), Err(BadTlogProof::NoEntry));
        assert_eq!(bad.to_string().parse::<TlogProof>(), Ok(bad));
        let mut bad = proof;
        bad.index = 4;
        assert_eq!(bad.verify(&trusted, &[], 0), Err(BadTlogProof::Proof(BadProof::Root)));
        bad.index = 11;
        assert_eq!(bad.verify(&trusted, &[], 0), Err(BadTlogProof::Proof(BadProof::Range)));
    }

    #[test]
    fn a_cosignature_that_does_not_hold_spoils_the_proof() {
        let witness = witness(1);
        let other = Note::new("another\n").unwrap();
        let mut proof = proof(0, 2, &[]);
        proof.note += &witness.cosign(&other, 1).unwrap().to_string();
        let verified = proof.verify(&[log().vkey().clone()], &[witness.key().clone()], 0);
        assert_eq!(verified, Err(BadTlogProof::Cosignature { witness: "witness.example/w1".into() }));
    }

    #[test]
    fn what_is_laid_out_otherwise_says_in_which_line() {
        let text = proof(5, 11, &[]).to_string();
        let read = |from: &str, to: &str| text.replacen(from, to, 1).parse::<TlogProof>().map(|_| ());
        let bad = |line| Err(BadTlogProof::Line { line });
        assert_eq!("".parse::<TlogProof>().map(|_| ()), bad(1));
        assert_eq!(read("@v1", "@v2"), bad(1));
        assert_eq!(read("extra ", "extra"), bad(2));
        assert_eq!(read("extra ", "extra  "), bad(2));
        assert_eq!(read("index 5", "index 05"), bad(3));
        assert_eq!(read("index 5", "index +5"), bad(3));
        assert_eq!(read("index 5", "index 5\r"), bad(3));
        assert_eq!(read("index 5\n", "index 5\nAAAA\n"), bad(4));
        let hash = format!("{}\n", BASE64.encode([1; 32]));
        assert_eq!(read("index 5\n", &format!("index 5\n{}", hash.repeat(60))), bad(67));
        let empty = text.lines().nth(1).unwrap().to_owned();
        assert_eq!(read(&empty, "extra "), bad(2));
        let long = format!("extra {}", BASE64.encode(vec![b' '; MAX_BYTES + 1]));
        assert_eq!(read(&empty, &long), bad(2));
        assert!(matches!(read("\n\nexample", "\n\n\nexample"), Err(BadTlogProof::Checkpoint(_))));
        assert!(matches!(read("\n11\n", "\n11\nmore\n"), Err(BadTlogProof::Checkpoint(BadCheckpoint::Lines))));
    }
}
