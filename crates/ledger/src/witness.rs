//! What a witness answers to a ledger that asks it to cosign (C2SP tlog-witness, `add-checkpoint`).
//!
//! Only the rules: the request is [parsed](Request), [judged](Request::judge) against what was kept of this ledger, and
//! what comes out says what to keep. Whoever keeps it does so durably, and only if what was judged against is what
//! is still kept; with [what it then has](Judged::cosign) the cosignature is made. Otherwise a slow request for
//! a smaller tree could overwrite what a quick one for a larger has moved.
//!
//! ```
//! use ledger::checkpoint::Checkpoint;
//! use ledger::cosignature::Witness;
//! use ledger::note::Signer;
//! use ledger::tree::Frontier;
//! use ledger::witness::Request;
//!
//! let log = Signer::new("example.com/office", &[7; 32])?;
//! let note = Checkpoint::of("example.com/office", &Frontier::new())?.sign(&log)?;
//! let request: Request = Request::write(0, &[], &note).parse()?;
//!
//! let judged = request.judge(&[log.vkey().clone()], None)?;
//! let kept = judged.keep().clone();        // ... durable, before anything is answered
//! let witness = Witness::new("witness.example/w1", &[8; 32])?;
//! let answer = judged.cosign(&kept, &witness, 1_795_000_000)?;
//! assert!(answer.starts_with("— witness.example/w1 "));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::str::FromStr;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

use crate::checkpoint::{BadCheckpoint, Checkpoint};
use crate::cosignature::Witness;
use crate::note::{Note, Vkey};
use crate::proof::Consistency;
use crate::tree::{Hash, empty_root};

/// The content type of an answer that tells a size.
pub const SIZE_TYPE: &str = "text/x.tlog.size";

/// The most hashes a request may have.
const MAX_PATH: usize = 63;

/// Why a checkpoint is not cosigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The request is not laid out as the protocol says, or its checkpoint is none.
    #[error("this is not a request to cosign a checkpoint")]
    Form,
    /// Nobody told this witness to trust this ledger.
    #[error("this witness does not know the ledger")]
    Unknown,
    /// The checkpoint has no signature that holds by a key that is trusted for this ledger.
    #[error("the checkpoint is not signed by the ledger's key")]
    Unsigned,
    /// The old size is more than the size of the checkpoint.
    #[error("the old size is more than the size of the checkpoint")]
    Order,
    /// The old size is not the one that was cosigned last, or the checkpoint has another root for the same size.
    #[error("this witness has cosigned {kept} entries of the ledger")]
    Conflict {
        /// The size that was cosigned last.
        kept: u64,
    },
    /// The checkpoint is not a continuation of the one that was cosigned last.
    #[error("the checkpoint does not follow from the one that was cosigned last")]
    Proof,
}

impl Refused {
    /// The HTTP status that tells it.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Form | Self::Order => 400,
            Self::Unsigned => 403,
            Self::Unknown => 404,
            Self::Conflict { .. } => 409,
            Self::Proof => 422,
        }
    }

    /// The content type and body of the answer.
    #[must_use]
    pub fn body(self) -> (&'static str, String) {
        match self {
            Self::Conflict { kept } => (SIZE_TYPE, format!("{kept}\n")),
            other => ("text/plain; charset=utf-8", format!("{other}\n")),
        }
    }
}

/// A request to cosign a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    old: u64,
    path: Vec<Hash>,
    note: Note,
    checkpoint: Checkpoint,
}

/// What a witness keeps of a ledger: the largest checkpoint that it has cosigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    checkpoint: Checkpoint,
    note: String,
}

/// A request that may be granted, as long as what was kept is still what is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    before: Option<Kept>,
    keep: Kept,
    note: Note,
}

impl Request {
    /// A request, as it is sent: the size that the witness has, the proof from there, and the signed checkpoint.
    #[must_use]
    pub fn write(old: u64, path: &[Hash], note: &str) -> String {
        let path: String = path.iter().map(|hash| BASE64.encode(hash) + "\n").collect();
        format!("old {old}\n{path}\n{note}")
    }

    /// Whose ledger it is about.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.checkpoint.origin()
    }

    /// Judges the request by the keys that are trusted for its origin and by what was kept of this ledger.
    ///
    /// # Errors
    /// Whatever is against it, in the order of the protocol.
    pub fn judge(&self, trusted: &[Vkey], kept: Option<&Kept>) -> Result<Judged, Refused> {
        let keys: Vec<&Vkey> = trusted.iter().filter(|key| key.name() == self.origin()).collect();
        if keys.is_empty() {
            return Err(Refused::Unknown);
        }
        let text = self.note.to_string();
        let signed = keys.into_iter().find(|key| Checkpoint::open(&text, key).is_ok()).ok_or(Refused::Unsigned)?;
        let size = self.checkpoint.size();
        if self.old > size {
            return Err(Refused::Order);
        }
        let (kept_size, kept_root) = kept.map_or((0, empty_root()), |kept| (kept.size(), *kept.checkpoint.root()));
        if self.old != kept_size {
            return Err(Refused::Conflict { kept: kept_size });
        }
        if self.old == size && *self.checkpoint.root() != kept_root {
            return Err(Refused::Conflict { kept: kept_size });
        }
        let consistency = Consistency { from: self.old, to: size, path: self.path.clone() };
        consistency.verify(&kept_root, self.checkpoint.root()).map_err(|_| Refused::Proof)?;
        let own = |one: &crate::note::Signature| one.name() == signed.name() && one.id() == signed.id();
        let note = self.note.clone().only(own);
        let keep = Kept { checkpoint: self.checkpoint.clone(), note: note.to_string() };
        Ok(Judged { before: kept.cloned(), keep, note })
    }
}

impl FromStr for Request {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let (head, note) = text.split_once("\n\n").ok_or(Refused::Form)?;
        let mut lines = head.split('\n');
        let number = lines.next().and_then(|line| line.strip_prefix("old ")).ok_or(Refused::Form)?;
        let old: u64 = number.parse().map_err(|_| Refused::Form)?;
        if old.to_string() != number {
            return Err(Refused::Form);
        }
        let hash = |line: &str| BASE64.decode(line).ok().and_then(|bytes| Hash::try_from(bytes).ok());
        let path: Vec<Hash> = lines.map(|line| hash(line).ok_or(Refused::Form)).collect::<Result<_, _>>()?;
        if path.len() > MAX_PATH {
            return Err(Refused::Form);
        }
        let note: Note = note.parse().map_err(|_| Refused::Form)?;
        let checkpoint = note.text().parse().map_err(|_| Refused::Form)?;
        Ok(Self { old, path, note, checkpoint })
    }
}

impl Kept {
    /// Reads what was kept: a checkpoint that one of these keys has signed.
    ///
    /// # Errors
    /// [`BadCheckpoint`] if it is none, or signed by another.
    pub fn read(note: &str, trusted: &[Vkey]) -> Result<Self, BadCheckpoint> {
        let unsigned = BadCheckpoint::Note(crate::note::BadNote::Unsigned);
        let checkpoint = trusted.iter().find_map(|key| Checkpoint::open(note, key).ok()).ok_or(unsigned)?;
        Ok(Self { checkpoint, note: note.to_owned() })
    }

    /// How many entries the ledger had.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.checkpoint.size()
    }

    /// The root over them.
    #[must_use]
    pub const fn root(&self) -> &Hash {
        self.checkpoint.root()
    }

    /// The checkpoint as the ledger signed it: what is written down.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }
}

impl Judged {
    /// What was kept when it was judged: only over this may anything be kept.
    #[must_use]
    pub const fn before(&self) -> Option<&Kept> {
        self.before.as_ref()
    }

    /// What to keep.
    #[must_use]
    pub const fn keep(&self) -> &Kept {
        &self.keep
    }

    /// The answer, a line with the cosignature, for a witness that durably keeps `kept` now.
    ///
    /// # Errors
    /// [`Refused::Conflict`] if that is not what was to be kept, [`Refused::Form`] if there is no such time.
    pub fn cosign(&self, kept: &Kept, witness: &Witness, seconds: u64) -> Result<String, Refused> {
        if kept.checkpoint != self.keep.checkpoint {
            return Err(Refused::Conflict { kept: kept.size() });
        }
        witness.cosign(&self.note, seconds).map(|line| line.to_string()).map_err(|_| Refused::Form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::Signer;
    use crate::proof::nodes;
    use crate::tree::{leaf_hash, root};

    const ORIGIN: &str = "example.com/office";

    fn log() -> Signer {
        Signer::new(ORIGIN, &[7; 32]).unwrap()
    }

    fn trusted() -> [Vkey; 1] {
        [log().vkey().clone()]
    }

    fn witness() -> Witness {
        Witness::new("witness.example/w1", &[8; 32]).unwrap()
    }

    /// The leaves of a ledger, and of one that differs in its third entry.
    fn leaves(size: u64, third: &[u8]) -> Vec<Hash> {
        (0..size).map(|n| if n == 2 { leaf_hash(third) } else { leaf_hash(&n.to_be_bytes()) }).collect()
    }

    fn note(leaves: &[Hash], signer: &Signer) -> String {
        Checkpoint::new(ORIGIN, leaves.len() as u64, root(leaves)).unwrap().sign(signer).unwrap()
    }

    fn ask(old: u64, leaves: &[Hash]) -> Request {
        let size = leaves.len() as u64;
        let path = Consistency::build(old.min(size), size, &mut nodes(|n| leaves.get(n as usize).copied())).unwrap();
        Request::write(old, &path.path, &note(leaves, &log())).parse().unwrap()
    }

    fn kept(leaves: &[Hash]) -> Kept {
        Kept::read(&note(leaves, &log()), &trusted()).unwrap()
    }

    fn answer(request: &Request, kept: Option<&Kept>) -> Result<u64, Refused> {
        request.judge(&trusted(), kept).map(|judged| judged.keep().size())
    }

    #[test]
    fn a_ledger_that_only_grows_is_cosigned_every_time() {
        let mut kept: Option<Kept> = None;
        for size in [0, 1, 2, 3, 3, 8, 21, 64, 64, 65, 200] {
            let leaves = leaves(size, b"third");
            let judged = ask(kept.as_ref().map_or(0, Kept::size), &leaves).judge(&trusted(), kept.as_ref()).unwrap();
            assert_eq!(judged.before(), kept.as_ref());
            let now = judged.keep().clone();
            let line = judged.cosign(&now, &witness(), 1_795_000_000 + size).unwrap();
            let cosigned: Note = format!("{}{line}", note(&leaves, &log())).parse().unwrap();
            assert_eq!(witness().key().check(&cosigned), Ok(1_795_000_000 + size));
            assert_eq!(Kept::read(now.note(), &trusted()), Ok(now.clone()));
            kept = Some(now);
        }
    }

    #[test]
    fn every_refusal_has_its_status() {
        let (five, nine) = (leaves(5, b"third"), leaves(9, b"third"));
        let known = kept(&five);
        assert_eq!(answer(&ask(5, &nine), Some(&known)), Ok(9));
        // 404: nobody trusts the ledger.
        let stranger = Signer::new("example.com/other", &[7; 32]).unwrap();
        assert_eq!(ask(5, &nine).judge(&[stranger.vkey().clone()], None), Err(Refused::Unknown));
        assert_eq!(ask(5, &nine).judge(&[], None), Err(Refused::Unknown));
        // 403: not signed by the key, although it says so.
        let forger = Signer::new(ORIGIN, &[9; 32]).unwrap();
        let forged: Request = Request::write(5, &[], &note(&nine, &forger)).parse().unwrap();
        assert_eq!(answer(&forged, Some(&known)), Err(Refused::Unsigned));
        let false_one = note(&nine, &log()).replace("\n9\n", "\n10\n");
        let false_one: Request = Request::write(5, &[], &false_one).parse().unwrap();
        assert_eq!(answer(&false_one, Some(&known)), Err(Refused::Unsigned));
        // 400: sizes in the wrong order.
        assert_eq!(answer(&ask(10, &nine), Some(&known)), Err(Refused::Order));
        // 409: another size is kept, or another root for the same one.
        assert_eq!(answer(&ask(4, &nine), Some(&known)), Err(Refused::Conflict { kept: 5 }));
        assert_eq!(answer(&ask(0, &nine), Some(&known)), Err(Refused::Conflict { kept: 5 }));
        assert_eq!(answer(&ask(3, &leaves(3, b"third")), Some(&known)), Err(Refused::Conflict { kept: 5 }));
        assert_eq!(answer(&ask(4, &nine), None), Err(Refused::Conflict { kept: 0 }));
        let other = leaves(5, b"rewritten");
        assert_eq!(answer(&ask(5, &other), Some(&known)), Err(Refused::Conflict { kept: 5 }));
        // 422: longer, and not the continuation.
        assert_eq!(answer(&ask(5, &leaves(9, b"rewritten")), Some(&known)), Err(Refused::Proof));
        let bare: Request = Request::write(5, &[], &note(&nine, &log())).parse().unwrap();
        assert_eq!(answer(&bare, Some(&known)), Err(Refused::Proof));
        let from_nothing: Request = Request::write(0, &[[1; 32]], &note(&nine, &log())).parse().unwrap();
        assert_eq!(answer(&from_nothing, None), Err(Refused::Proof));

        let all = [
            (Refused::Form, 400),
            (Refused::Unknown, 404),
            (Refused::Unsigned, 403),
            (Refused::Order, 400),
            (Refused::Conflict { kept: 5 }, 409),
            (Refused::Proof, 422),
        ];
        for (refused, status) in all {
            assert_eq!(refused.status(), status);
        }
        assert_eq!(Refused::Conflict { kept: 5 }.body(), ("text/x.tlog.size", "5\n".to_owned()));
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let nine = note(&leaves(9, b"third"), &log());
        let hash = BASE64.encode([1; 32]);
        assert!(format!("old 0\n\n{nine}").parse::<Request>().is_ok());
        assert!(format!("old 5\n{}\n{nine}", format!("{hash}\n").repeat(63)).parse::<Request>().is_ok());
        for bad in [
            String::new(),
            nine.clone(),
            format!("old 5\n{nine}"),
            format!("old 05\n\n{nine}"),
            format!("old -5\n\n{nine}"),
            format!("old  5\n\n{nine}"),
            format!("new 5\n\n{nine}"),
            format!("old 5\r\n\r\n{nine}"),
            format!("old 5\nAAAA\n\n{nine}"),
            format!("old 5\n{hash} \n\n{nine}"),
            format!("old 5\n{}\n{nine}", format!("{hash}\n").repeat(64)),
            format!("old 5\n\n{}", nine.replace("\n9\n", "\n09\n")),
            format!("old 5\n\n{}", nine.replace("\n9\n", "\n9\nextension\n")),
            format!("old 5\n\n{}", nine.trim_end()),
        ] {
            assert_eq!(bad.parse::<Request>(), Err(Refused::Form), "{bad:?}");
        }
    }

    /// The race of the specification: A (size 7) is judged, B (size 9) is judged and kept, A must not be kept.
    #[test]
    fn a_slow_request_does_not_take_a_quick_one_back() {
        let known = kept(&leaves(5, b"third"));
        let mut store = Some(known.clone());
        let mut compare_and_set = |judged: &Judged| {
            if store.as_ref() != judged.before() {
                return store.clone().unwrap();
            }
            store = Some(judged.keep().clone());
            judged.keep().clone()
        };
        let slow = ask(5, &leaves(7, b"third")).judge(&trusted(), Some(&known)).unwrap();
        let quick = ask(5, &leaves(9, b"third")).judge(&trusted(), Some(&known)).unwrap();
        let now = compare_and_set(&quick);
        assert!(quick.cosign(&now, &witness(), 1).is_ok());
        let now = compare_and_set(&slow);
        assert_eq!(slow.cosign(&now, &witness(), 1), Err(Refused::Conflict { kept: 9 }));
        assert_eq!(store.unwrap().size(), 9);
    }

    #[test]
    fn what_is_kept_has_no_foreign_signatures_and_is_read_only_with_the_key() {
        let nine = leaves(9, b"third");
        let stranger = Signer::new("stranger.example", &[3; 32]).unwrap();
        let noisy = note(&nine, &log()).parse::<Note>().unwrap().signed_by(&stranger).to_string();
        let judged = Request::write(0, &[], &noisy).parse::<Request>().unwrap().judge(&trusted(), None).unwrap();
        assert_eq!(judged.keep().note(), note(&nine, &log()));
        let unsigned = Err(BadCheckpoint::Note(crate::note::BadNote::Unsigned));
        assert_eq!(Kept::read(judged.keep().note(), &[stranger.vkey().clone()]), unsigned);
        assert!(Kept::read("", &trusted()).is_err());
    }

    #[test]
    fn a_ledger_may_have_two_keys_while_it_changes_from_one_to_the_other() {
        let (old, new) = (log(), Signer::new(ORIGIN, &[17; 32]).unwrap());
        let both = [old.vkey().clone(), new.vkey().clone()];
        let nine = leaves(9, b"third");
        let known = kept(&leaves(9, b"third"));
        let by_new: Request = Request::write(9, &[], &note(&nine, &new)).parse().unwrap();
        assert_eq!(by_new.judge(&trusted(), Some(&known)), Err(Refused::Unsigned));
        assert_eq!(by_new.judge(&both, Some(&known)).unwrap().keep().size(), 9);
    }
}
