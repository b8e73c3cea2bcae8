//! Commitments: how an entry is about a person without saying whom.
//!
//! ```text
//! opening = HMAC-SHA256(ledger key of the person, act)
//! sc      = SHA-256("daicho/sc/v1" ‖ opening ‖ person)
//! ac      = SHA-256("daicho/ac/v1" ‖ HMAC-SHA256(ledger key of the actor, act) ‖ actor)
//! ```
//!
//! The act is 16 random bytes used once, so two entries about one person have nothing in common. Whoever
//! is given the opening of one entry (its person, an auditor) can check that entry and no other.
//! Destroying the ledger key closes all of a person's entries for ever, and every proof stays valid.
//!
//! Opening an entry by hand takes no program of ours:
//!
//! ```python
//! import hashlib, sys
//! opening, person = bytes.fromhex(sys.argv[1]), bytes.fromhex(sys.argv[2])
//! print(hashlib.sha256(b"daicho/sc/v1" + opening + person).hexdigest())   # is it the entry's sc?
//! ```
//!
//! An entry about several people commits to the RFC 6962 root whose leaves are their commitments (32
//! bytes each), so that each of them can be shown to be among them. For one person there is no tree:
//! the root of one commitment is that commitment.
//!
//! ```
//! use ledger::commitment::{commit_many, commit_subject, inclusion};
//! use ledger::names::{ActId, PersonId};
//!
//! let act = ActId::from_bytes([9; 16]);
//! let people: Vec<_> = (0..3_u8).map(|n| commit_subject(&[n; 32], act, PersonId::from_bytes([n; 16]))).collect();
//! let all = commit_many(&people);
//! let proof = inclusion(&people, 1)?;
//! assert!(ledger::commitment::is_among(&proof, &people[1], &all));
//! # Ok::<(), ledger::proof::BadProof>(())
//! ```

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::names::{ActId, ActorId, Commitment, PersonId};
use crate::proof::{BadProof, Inclusion, nodes};
use crate::tree::{Frontier, leaf_hash};

const SUBJECT: &[u8] = b"daicho/sc/v1";
const ACTOR: &[u8] = b"daicho/ac/v1";

/// The value that opens the commitment of one act to the holder of this key, and nothing else.
#[must_use]
pub fn opening(ledger_key: &[u8; 32], act: ActId) -> [u8; 32] {
    // A shorter HMAC key is the same as one filled with zeros to the block of 64 bytes (RFC 2104).
    let mut block = [0; 64];
    let (head, _) = block.split_at_mut(32);
    head.copy_from_slice(ledger_key);
    Hmac::<Sha256>::new(&block.into()).chain_update(act.as_bytes()).finalize().into_bytes().into()
}

/// The commitment of an act to the person it is about.
#[must_use]
pub fn commit_subject(ledger_key: &[u8; 32], act: ActId, subject: PersonId) -> Commitment {
    open_subject(&opening(ledger_key, act), subject)
}

/// The commitment of an act to who acted.
#[must_use]
pub fn commit_actor(ledger_key: &[u8; 32], act: ActId, actor: ActorId) -> Commitment {
    open_actor(&opening(ledger_key, act), actor)
}

/// The commitment that this opening and person make; if it is the entry's `sc`, the entry is about them.
#[must_use]
pub fn open_subject(opening: &[u8; 32], subject: PersonId) -> Commitment {
    commit(SUBJECT, opening, subject.as_bytes())
}

/// The commitment that this opening and actor make; if it is the entry's `ac`, it was they who acted.
#[must_use]
pub fn open_actor(opening: &[u8; 32], actor: ActorId) -> Commitment {
    commit(ACTOR, opening, actor.as_bytes())
}

/// One commitment for several people, in the order given. The order has to be kept with the details,
/// or the people can no longer be shown to be among them.
#[must_use]
pub fn commit_many(people: &[Commitment]) -> Commitment {
    if let [only] = people {
        return *only;
    }
    let mut tree = Frontier::new();
    people.iter().for_each(|person| tree.append(leaf_hash(person.as_bytes())));
    Commitment(tree.root())
}

/// The proof that the person at `index` is among these people.
///
/// # Errors
/// [`BadProof::Range`] if there is nobody at `index`.
pub fn inclusion(people: &[Commitment], index: usize) -> Result<Inclusion, BadProof> {
    let leaf = |at: u64| {
        let person = people.get(usize::try_from(at).ok()?)?;
        Some(leaf_hash(person.as_bytes()))
    };
    Inclusion::build(index as u64, people.len() as u64, &mut nodes(leaf))
}

/// Whether the proof shows that one person is among those an entry commits to.
#[must_use]
pub fn is_among(proof: &Inclusion, person: &Commitment, all: &Commitment) -> bool {
    if proof.size == 1 {
        return proof.index == 0 && proof.path.is_empty() && person == all;
    }
    proof.verify(&leaf_hash(person.as_bytes()), all.as_bytes()).is_ok()
}

/// The digest of details kept elsewhere: SHA-256 of 32 random bytes and the details as kept there.
///
/// The salt is stored with the details and goes with them, after which the digest says nothing.
#[must_use]
pub fn detail(salt: &[u8; 32], bytes: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(salt).chain_update(bytes).finalize().into()
}

fn commit(domain: &[u8], opening: &[u8; 32], who: &[u8; 16]) -> Commitment {
    Commitment(Sha256::new().chain_update(domain).chain_update(opening).chain_update(who).finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(n: u8) -> ActId {
        ActId::from_bytes([n; 16])
    }

    /// Worked out with Python's hashlib and hmac; promised to outsiders, so never changed.
    #[test]
    fn golden() {
        let key = std::array::from_fn(|n| n as u8);
        let person = PersonId::from_bytes([0x22; 16]);
        let actor = ActorId::from_bytes([0x22; 16]);
        assert_eq!(hex::encode(opening(&key, act(0x11))), OPENING);
        assert_eq!(commit_subject(&key, act(0x11), person).to_string(), SUBJECT_GOLDEN);
        assert_eq!(commit_actor(&key, act(0x11), actor).to_string(), ACTOR_GOLDEN);
        assert_eq!(hex::encode(detail(&key, b"details")), DETAIL_GOLDEN);
    }

    const OPENING: &str = "bb2475de79df6253f79472db9843da481e6c052d8867aa49841c2d268196831d";
    const SUBJECT_GOLDEN: &str = "1603389952501b05e44c295f33ff736b095e98ff74565a11fa2101a19dfb6bb3";
    const ACTOR_GOLDEN: &str = "19084002219a1f9569679c971e48c6c3a04205a09469e46b5f37a576b7c099e0";
    const DETAIL_GOLDEN: &str = "40a46a6a8a9857c74a8f038671d5f0914f27342eea4dc360a9f84f0fedcebec3";

    #[test]
    fn nothing_is_shared_between_acts_people_and_keys() {
        let person = PersonId::from_bytes([1; 16]);
        let one = commit_subject(&[1; 32], act(1), person);
        assert_ne!(one, commit_subject(&[1; 32], act(2), person));
        assert_ne!(one, commit_subject(&[2; 32], act(1), person));
        assert_ne!(one, commit_subject(&[1; 32], act(1), PersonId::from_bytes([2; 16])));
        assert_ne!(one, commit_actor(&[1; 32], act(1), ActorId::from_bytes([1; 16])));
        assert_eq!(one, open_subject(&opening(&[1; 32], act(1)), person));
    }

    #[test]
    fn everyone_of_many_is_among_them_and_nobody_else() {
        for count in 1..12_u8 {
            let people: Vec<_> =
                (0..count).map(|n| commit_subject(&[n; 32], act(7), PersonId::from_bytes([n; 16]))).collect();
            let all = commit_many(&people);
            for index in 0..people.len() {
                let proof = inclusion(&people, index).unwrap();
                assert!(is_among(&proof, &people[index], &all));
                assert!(!is_among(&proof, &Commitment([0; 32]), &all));
            }
            assert_eq!(inclusion(&people, people.len()), Err(BadProof::Range));
        }
    }
}
