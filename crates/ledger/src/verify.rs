//! One verifier, which knows no database and no network: entries are handed to it.
//!
//! It works the tree out again from the entries' own bytes and compares it with every checkpoint and
//! with the head the store claims. Any byte that was changed, and any entry that was removed, added or
//! moved, leads to another root at the next checkpoint; where leaf hashes were kept beside the entries,
//! the very entry is named.
//!
//! What it cannot know: whether entries after the last checkpoint are the original ones (nobody has
//! signed for them yet), and whether a key that came with the evidence is the right key. Both are said
//! as [notes](Finding::is_fault).
//!
//! ```
//! use ledger::names::{ActId, Moment};
//! use ledger::verify::Verifier;
//! use ledger::{Entry, EntryKind, checkpoint::Checkpoint, note::Signer, tree::Frontier};
//!
//! let signer = Signer::new("example.com/office", &[7; 32])?;
//! let born = Entry::new(EntryKind::Born, ActId::from_bytes([1; 16]), Moment(0)).leaf()?;
//! let mut tree = Frontier::new();
//! tree.append(born.hash());
//! let note = Checkpoint::of("example.com/office", &tree)?.sign(&signer)?;
//!
//! let mut verifier = Verifier::new(&[signer.vkey().clone()], [note]);
//! verifier.entry(0, born.bytes(), Some(&born.hash()));
//! let report = verifier.finish(Some((1, tree.root())));
//! assert!(report.is_sound());
//! assert_eq!(report.confirmed, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod export;
mod finding;
mod words;

pub use export::{verify_export, verify_tiles};
pub use finding::{Finding, FindingKind, Place};

use std::collections::{HashMap, HashSet};

use crate::checkpoint::{BadCheckpoint, Checkpoint};
use crate::entry::{EntryKind, Fields};
use crate::names::Moment;
use crate::note::{BadNote, Note, Vkey};
use crate::tree::{Frontier, Hash, leaf_hash};

/// The most findings a report holds; more are counted.
pub const MAX_FINDINGS: usize = 1000;

/// How far time may go back between two entries without remark, in milliseconds: nodes' clocks differ.
pub const DEFAULT_TOLERANCE_MS: i64 = 5_000;

/// What was verified, and everything found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How many entries were looked at.
    pub entries: u64,
    /// The root over them; `None` if entries are missing, so that there is none.
    pub root: Option<Hash>,
    /// Up to which size a checkpoint has confirmed the entries.
    pub confirmed: u64,
    /// How many checkpoints were confirmed.
    pub checkpoints: u64,
    /// The time of the first readable entry.
    pub first: Option<Moment>,
    /// The latest time in any entry.
    pub last: Option<Moment>,
    /// What was found, in the order found; at most [`MAX_FINDINGS`].
    pub findings: Vec<Finding>,
    /// How many findings more there were.
    pub omitted: u64,
}

impl Report {
    /// Whether nothing was found that should not be so. Notes do not count.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        !self.findings.iter().any(Finding::is_fault)
    }

    fn add(&mut self, place: Place, what: FindingKind) {
        let finding = Finding { place, what };
        // A fault is never crowded out by notes.
        let crowded = self.findings.len() >= MAX_FINDINGS;
        if !crowded || (finding.is_fault() && self.is_sound()) {
            self.findings.push(finding);
        } else {
            self.omitted += 1;
        }
    }
}

/// A signed size and root that the entries have to lead to.
struct Expected {
    number: u64,
    size: u64,
    root: Hash,
}

/// Takes entries in order and compares them with what was signed. See the [module](self).
///
/// It keeps 40 bytes for each checkpoint and 8 for each entry.
pub struct Verifier {
    tolerance_ms: i64,
    /// Checkpoints still to come, the smallest size last.
    ahead: Vec<Expected>,
    /// The index the next entry should have.
    next: u64,
    /// The tree over the entries' own bytes.
    tree: Frontier,
    /// The tree over the leaf hashes kept beside them, from where the two part.
    kept: Option<Frontier>,
    /// Entries whose bytes and kept leaf hash differ.
    differing: Vec<u64>,
    /// Up to where the bytes, or else the kept hashes, led to a stated root.
    bytes_confirmed: u64,
    kept_confirmed: u64,
    /// The first 8 bytes of every leaf hash, to tell repeated entries by.
    marks: Vec<u64>,
    /// Whether entries are missing or out of order, so that there is no tree any more.
    broken: bool,
    /// Whether a checkpoint has already disagreed; every later one does then.
    disagreed: bool,
    report: Report,
}

impl Verifier {
    /// A verifier that trusts these keys and holds the entries against these checkpoints, given as signed
    /// notes in any order. With no key at all, checkpoints are compared without their signatures, and
    /// the report says so.
    pub fn new(keys: &[Vkey], checkpoints: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let report = Report {
            entries: 0,
            root: None,
            confirmed: 0,
            checkpoints: 0,
            first: None,
            last: None,
            findings: Vec::new(),
            omitted: 0,
        };
        let mut verifier = Self {
            tolerance_ms: DEFAULT_TOLERANCE_MS,
            ahead: Vec::new(),
            next: 0,
            tree: Frontier::new(),
            kept: None,
            differing: Vec::new(),
            bytes_confirmed: 0,
            kept_confirmed: 0,
            marks: Vec::new(),
            broken: false,
            disagreed: false,
            report,
        };
        if keys.is_empty() {
            verifier.report.add(Place::Ledger, FindingKind::NoKey);
        }
        for (number, note) in checkpoints.into_iter().enumerate() {
            verifier.expect(keys, number as u64, note.as_ref());
        }
        verifier.ahead.sort_by(|one, other| other.size.cmp(&one.size).then(other.number.cmp(&one.number)));
        verifier.compare_with_checkpoints();
        verifier
    }

    /// The same, with another tolerance for time going backwards, in milliseconds.
    #[must_use]
    pub const fn tolerating(mut self, tolerance_ms: i64) -> Self {
        self.tolerance_ms = tolerance_ms;
        self
    }

    /// The next entry: its index, its bytes, and the leaf hash kept beside it, if one is.
    pub fn entry(&mut self, index: u64, bytes: &[u8], kept: Option<&Hash>) {
        self.place(index);
        match Fields::read(bytes) {
            Ok(fields) => self.read(index, &fields),
            Err(bad) => self.report.add(Place::Entry(index), FindingKind::Malformed(bad)),
        }
        let leaf = leaf_hash(bytes);
        if kept.is_some_and(|kept| *kept != leaf) {
            self.differing.push(index);
            if self.kept.is_none() {
                self.kept = Some(self.tree.clone());
            }
        }
        self.grow(leaf, kept.copied().unwrap_or(leaf));
    }

    /// The next entry, by its leaf hash alone: for entries pruned by a retention policy, or a quick look.
    pub fn hashed(&mut self, index: u64, leaf: &Hash) {
        self.place(index);
        self.grow(*leaf, *leaf);
    }

    /// Ends the verification. `head` is the size and root the store claims to have.
    #[must_use]
    pub fn finish(mut self, head: Option<(u64, Hash)>) -> Report {
        let size = self.next;
        if let Some((stated, root)) = head {
            self.compare_with_head(stated, root);
        }
        // The largest first: it says most about what is gone.
        if let Some(beyond) = self.ahead.first().filter(|beyond| beyond.size > size) {
            let place = Place::Entries { from: size, to: beyond.size };
            self.report.add(place, FindingKind::CheckpointBeyond { number: beyond.number });
        }
        for index in std::mem::take(&mut self.differing) {
            let what = if index < self.bytes_confirmed {
                FindingKind::HashChanged
            } else if index < self.kept_confirmed {
                FindingKind::EntryChanged
            } else {
                FindingKind::EntryAndHashDiffer
            };
            self.report.add(Place::Entry(index), what);
        }
        self.find_repeated();
        if self.report.confirmed < size {
            let place = Place::Entries { from: self.report.confirmed, to: size };
            self.report.add(place, FindingKind::Unsigned);
        }
        self.report.root = (!self.broken).then(|| self.tree.root());
        self.report
    }

    fn expect(&mut self, keys: &[Vkey], number: u64, note: &str) {
        match read_checkpoint(keys, note) {
            Ok(checkpoint) => {
                let (size, root) = (checkpoint.size(), *checkpoint.root());
                self.ahead.push(Expected { number, size, root });
            }
            Err(bad) => self.report.add(Place::Checkpoint(number), FindingKind::CheckpointBad(bad)),
        }
    }

    /// Checks that this index is the next one.
    fn place(&mut self, index: u64) {
        self.report.entries += 1;
        if index > self.next {
            self.broken = true;
            self.report.add(Place::Entries { from: self.next, to: index }, FindingKind::Missing);
        } else if index < self.next {
            self.broken = true;
            self.report.add(Place::Entry(index), FindingKind::OutOfOrder);
        }
        self.next = self.next.max(index.saturating_add(1));
    }

    fn read(&mut self, index: u64, fields: &Fields<'_>) {
        let born = fields.kind() == EntryKind::Born;
        if born != (index == 0) {
            self.report.add(Place::Entry(index), FindingKind::Birth);
        }
        let moment = fields.moment();
        self.report.first.get_or_insert(moment);
        let latest = *self.report.last.get_or_insert(moment);
        let back_ms = latest.0.saturating_sub(moment.0);
        if back_ms > self.tolerance_ms {
            self.report.add(Place::Entry(index), FindingKind::TimeBackwards { millis: back_ms });
        }
        self.report.last = Some(latest.max(moment));
    }

    fn grow(&mut self, leaf: Hash, kept: Hash) {
        if self.broken {
            return;
        }
        self.tree.append(leaf);
        self.marks.push(leaf.first_chunk().map_or(0, |mark| u64::from_be_bytes(*mark)));
        if let Some(tree) = &mut self.kept {
            tree.append(kept);
        }
        self.compare_with_checkpoints();
    }

    /// Holds the trees as they are now against the checkpoints of just this size.
    fn compare_with_checkpoints(&mut self) {
        let size = self.tree.size();
        while let Some(expected) = self.ahead.pop_if(|expected| expected.size == size) {
            if self.leads_to(&expected.root) {
                self.report.checkpoints += 1;
                self.report.confirmed = size;
            } else if !self.disagreed {
                self.disagreed = true;
                let place = Place::Entries { from: self.report.confirmed, to: size };
                self.report.add(place, FindingKind::CheckpointRoot { number: expected.number });
            }
        }
    }

    fn compare_with_head(&mut self, stated: u64, root: Hash) {
        let found = self.next;
        if stated != found {
            let place = Place::Entries { from: stated.min(found), to: stated.max(found) };
            self.report.add(place, FindingKind::HeadSize { stated, found });
        } else if !self.broken && !self.leads_to(&root) {
            let place = Place::Entries { from: self.report.confirmed, to: found };
            self.report.add(place, FindingKind::HeadRoot);
        }
    }

    /// Looks for entries after the last checkpoint that repeat an earlier one. (Before it, they lead to
    /// another root.) No two entries are alike, as each has an act of its own.
    fn find_repeated(&mut self) {
        let signed = usize::try_from(self.report.confirmed).unwrap_or(usize::MAX);
        let unsigned: HashSet<u64> = self.marks.iter().skip(signed).copied().collect();
        let mut first_seen = HashMap::new();
        if self.broken || unsigned.is_empty() {
            return;
        }
        for (index, mark) in std::mem::take(&mut self.marks).into_iter().enumerate() {
            if unsigned.contains(&mark) {
                let of = *first_seen.entry(mark).or_insert(index as u64);
                if of < index as u64 {
                    self.report.add(Place::Entry(index as u64), FindingKind::Repeated { of });
                }
            }
        }
    }

    /// Whether the bytes, or else the kept hashes, lead to this root; remembers which.
    fn leads_to(&mut self, root: &Hash) -> bool {
        let size = self.tree.size();
        if self.tree.root() == *root {
            self.bytes_confirmed = size;
            return true;
        }
        let by_kept = self.kept.as_ref().is_some_and(|tree| tree.root() == *root);
        if by_kept {
            self.kept_confirmed = size;
        }
        by_kept
    }
}

/// The checkpoint in a note, by whichever key it is signed with.
fn read_checkpoint(keys: &[Vkey], note: &str) -> Result<Checkpoint, BadCheckpoint> {
    if keys.is_empty() {
        return note.parse::<Note>()?.text().parse();
    }
    let mut answer = Err(BadCheckpoint::Note(BadNote::Unsigned));
    for key in keys {
        match Checkpoint::open(note, key) {
            Err(BadCheckpoint::Note(BadNote::Unsigned)) => {}
            other => answer = other,
        }
        if answer.is_ok() {
            break;
        }
    }
    answer
}
