//! Cosignatures: what a witness says of a checkpoint, and when (C2SP tlog-cosignature, Ed25519, type `0x04`).
//!
//! A witness that cosigns says: at this time, this was the largest tree I had seen of this ledger, and it was
//! the continuation of every one I had seen before.
//!
//! ```
//! use ledger::checkpoint::Checkpoint;
//! use ledger::cosignature::{Witness, WitnessKey};
//! use ledger::note::{Note, Signer};
//! use ledger::tree::Frontier;
//!
//! let log = Signer::new("example.com/office", &[7; 32])?;
//! let note: Note = Checkpoint::of("example.com/office", &Frontier::new())?.sign(&log)?.parse()?;
//!
//! let witness = Witness::new("witness.example/w1", &[8; 32])?;
//! let cosigned = note.clone().with(witness.cosign(&note, 1_795_000_000)?);
//!
//! let key: WitnessKey = witness.key().to_string().parse()?;
//! assert_eq!(key.check(&cosigned)?, 1_795_000_000);
//! assert!(key.check(&note).is_err());
//! # Ok::<(), ledger::checkpoint::BadCheckpoint>(())
//! ```

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

use crate::note::{BadNote, Note, Signature, check, is_key_name, key_id, key_text, read_key};

/// The signature type of a timestamped Ed25519 cosignature.
const COSIGNATURE_TYPE: u8 = 0x04;

/// The latest time a cosignature can have, in seconds since 1970.
const MAX_SECONDS: u64 = i64::MAX as u64;

/// The key of a witness: a name and a public key, written `name+hash+base64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessKey {
    name: String,
    id: u32,
    public: [u8; 32],
}

impl WitnessKey {
    /// The key with this name.
    ///
    /// # Errors
    /// [`BadNote::Name`] if the name is none.
    pub fn new(name: &str, public: [u8; 32]) -> Result<Self, BadNote> {
        if is_key_name(name) {
            Ok(Self { name: name.to_owned(), id: key_id(name, COSIGNATURE_TYPE, &public), public })
        } else {
            Err(BadNote::Name)
        }
    }

    /// The name of the witness.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of the key.
    #[must_use]
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// The public key.
    #[must_use]
    pub const fn public(&self) -> &[u8; 32] {
        &self.public
    }

    /// Whether a signature says that it is by this key.
    #[must_use]
    pub fn is_named_by(&self, signature: &Signature) -> bool {
        signature.name() == self.name && signature.id() == self.id
    }

    /// When this witness cosigned the note, in seconds since 1970; the latest time if it did so more than once.
    ///
    /// # Errors
    /// [`BadNote::Unsigned`] if it did not, [`BadNote::Signature`] if one of its cosignatures does not hold.
    pub fn check(&self, note: &Note) -> Result<u64, BadNote> {
        let ours = note.signatures().iter().filter(|one| self.is_named_by(one));
        let times = ours.map(|one| self.check_one(note.text(), one)).collect::<Result<Vec<_>, _>>()?;
        times.into_iter().max().ok_or(BadNote::Unsigned)
    }

    fn check_one(&self, text: &str, cosignature: &Signature) -> Result<u64, BadNote> {
        let (time, signature) = cosignature.bytes().split_first_chunk::<8>().ok_or(BadNote::Signature)?;
        let seconds = u64::from_be_bytes(*time);
        if seconds > MAX_SECONDS {
            return Err(BadNote::Signature);
        }
        check(&self.public, message(text, seconds).as_bytes(), signature)?;
        Ok(seconds)
    }
}

impl fmt::Display for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", key_text(&self.name, COSIGNATURE_TYPE, &self.public))
    }
}

impl FromStr for WitnessKey {
    type Err = BadNote;

    fn from_str(text: &str) -> Result<Self, BadNote> {
        let (name, public) = read_key(text, COSIGNATURE_TYPE)?;
        Self::new(name, public)
    }
}

/// What cosigns. The key serves one witness of one name and nothing else: the message does not say the name.
pub struct Witness {
    pair: Ed25519KeyPair,
    key: WitnessKey,
}

impl Witness {
    /// The witness with this name and 32-byte Ed25519 seed (RFC 8032, section 5.1.5).
    ///
    /// # Errors
    /// [`BadNote::Name`] if the name is none.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, BadNote> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| BadNote::Signature)?;
        let public = <[u8; 32]>::try_from(pair.public_key().as_ref()).map_err(|_| BadNote::Vkey)?;
        Ok(Self { pair, key: WitnessKey::new(name, public)? })
    }

    /// The key that checks what this one signs.
    #[must_use]
    pub const fn key(&self) -> &WitnessKey {
        &self.key
    }

    /// The cosignature over the note's text at this time, in seconds since 1970.
    ///
    /// # Errors
    /// [`BadNote::Time`] beyond 2^63 - 1 seconds.
    pub fn cosign(&self, note: &Note, seconds: u64) -> Result<Signature, BadNote> {
        if seconds > MAX_SECONDS {
            return Err(BadNote::Time);
        }
        let signature = self.pair.sign(message(note.text(), seconds).as_bytes());
        let bytes = [seconds.to_be_bytes().as_slice(), signature.as_ref()].concat();
        Ok(Signature::new(&self.key.name, self.key.id, bytes))
    }
}

/// Says whose it is, never the key.
impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Witness({})", self.key)
    }
}

/// What is signed: two lines, then the text of the note.
fn message(text: &str, seconds: u64) -> String {
    format!("cosignature/v1\ntime {seconds}\n{text}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::Checkpoint;
    use crate::note::{Signer, Vkey};

    /// The example in the specification.
    const EXAMPLE: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
        — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

    fn note() -> Note {
        let checkpoint: Checkpoint = format!("{}\n", EXAMPLE.split_once("\n\n").unwrap().0).parse().unwrap();
        let log = Signer::new("example.com/behind-the-sofa", &[1; 32]).unwrap();
        checkpoint.sign(&log).unwrap().parse().unwrap()
    }

    /// The specification gives no keys: its bytes are read as it says, and its signature is not by ours.
    #[test]
    fn the_example_of_the_specification_is_laid_out_as_we_read_it() {
        let note: Note = EXAMPLE.parse().unwrap();
        let cosignature = note.signatures().last().unwrap();
        assert_eq!((cosignature.name(), cosignature.id()), ("witness.example.com/w1", 0x8d66_cf3f));
        assert_eq!(cosignature.bytes().len(), 8 + 64);
        let time = cosignature.bytes().first_chunk::<8>().unwrap();
        assert_eq!(u64::from_be_bytes(*time), 1_679_315_147);
        assert_eq!(
            message(note.text(), 1_679_315_147),
            "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
        );
        let ours = Witness::new("witness.example.com/w1", &[1; 32]).unwrap();
        assert_eq!(ours.key().check(&note), Err(BadNote::Unsigned));
        // One that claims the same id with another key is found out.
        let forged = WitnessKey { id: 0x8d66_cf3f, ..ours.key().clone() };
        assert_eq!(forged.check(&note), Err(BadNote::Signature));
    }

    /// Ed25519 is deterministic: these bytes are promised.
    #[test]
    fn the_same_seed_time_and_text_make_the_same_bytes_for_ever() {
        let witness = Witness::new("witness.example/w1", &[8; 32]).unwrap();
        assert_eq!(
            witness.key().to_string(),
            "witness.example/w1+fea3b187+BBOY9ixtGkV8UbpqS189vS9p/KkyFiGNyJl+QWvRfZPK"
        );
        assert_eq!(
            witness.cosign(&note(), 1_679_315_147).unwrap().to_string(),
            "— witness.example/w1 /qOxhwAAAABkGFDL3zfNz0s4H1tr7Roq5F6IqfkQ0k3PY4CJLE5G4rmDqn7FHt52UoeOd5YRq5ihPFwQPId93UDmDJlfrte+Eg4yCw==\n"
        );
    }

    #[test]
    fn every_flipped_bit_of_text_name_time_and_signature_is_noticed() {
        let witness = Witness::new("witness.example/w1", &[8; 32]).unwrap();
        let note = Note::new(note().text()).unwrap();
        let cosigned = note.clone().with(witness.cosign(&note, 1_795_000_000).unwrap()).to_string();
        assert_eq!(witness.key().check(&cosigned.parse().unwrap()), Ok(1_795_000_000));
        for place in 0..cosigned.len() {
            for bit in 0..8 {
                let mut bytes = cosigned.clone().into_bytes();
                bytes[place] ^= 1 << bit;
                let read = String::from_utf8(bytes).ok().and_then(|text| text.parse::<Note>().ok());
                let checked = read.and_then(|note| witness.key().check(&note).ok());
                assert_eq!(checked, None, "byte {place} bit {bit}");
            }
        }
    }

    #[test]
    fn times_go_up_to_two_to_the_63_and_the_latest_counts() {
        let witness = Witness::new("witness.example/w1", &[8; 32]).unwrap();
        let note = note();
        assert_eq!(witness.cosign(&note, 1 << 63), Err(BadNote::Time));
        let late = witness.cosign(&note, (1 << 63) - 1).unwrap();
        let both = note.clone().with(late).with(witness.cosign(&note, 5).unwrap());
        assert_eq!(witness.key().check(&both), Ok((1 << 63) - 1));
        let time = [0x80, 0, 0, 0, 0, 0, 0, 0];
        let beyond = Signature::new(witness.key().name(), witness.key().id(), [time.as_slice(), &[0; 64]].concat());
        assert_eq!(witness.key().check(&note.clone().with(beyond)), Err(BadNote::Signature));
        let short = Signature::new(witness.key().name(), witness.key().id(), vec![1; 7]);
        assert_eq!(witness.key().check(&note.with(short)), Err(BadNote::Signature));
    }

    #[test]
    fn a_false_cosignature_spoils_the_note_even_beside_a_good_one() {
        let witness = Witness::new("witness.example/w1", &[8; 32]).unwrap();
        let (one, other) = (Note::new("a\n").unwrap(), Note::new("b\n").unwrap());
        let both = one.clone().with(witness.cosign(&one, 1).unwrap()).with(witness.cosign(&other, 1).unwrap());
        assert_eq!(witness.key().check(&both), Err(BadNote::Signature));
    }

    #[test]
    fn keys_of_logs_and_witnesses_are_not_taken_for_each_other() {
        let (log, witness) = (Signer::new("a", &[8; 32]).unwrap(), Witness::new("a", &[8; 32]).unwrap());
        assert_eq!(log.vkey().public(), witness.key().public());
        assert_ne!(log.vkey().id(), witness.key().id());
        assert_eq!(log.vkey().to_string().parse::<WitnessKey>(), Err(BadNote::KeyType));
        assert_eq!(witness.key().to_string().parse::<Vkey>(), Err(BadNote::KeyType));
        assert_eq!(witness.key().to_string().parse::<WitnessKey>().as_ref(), Ok(witness.key()));
        // A plain signature by the same key is no cosignature, and the other way round.
        let note = Note::new("a\n").unwrap();
        let signed = note.clone().signed_by(&log);
        let plain = Signature::new("a", witness.key().id(), signed.signatures()[0].bytes().to_vec());
        assert_eq!(witness.key().check(&note.clone().with(plain)), Err(BadNote::Signature));
        let timed = witness.cosign(&note, 1).unwrap();
        let timed = note.with(Signature::new("a", log.vkey().id(), timed.bytes()[8..].to_vec()));
        assert_eq!(log.vkey().open(&timed.to_string()), Err(BadNote::Signature));
    }
}
