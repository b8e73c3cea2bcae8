//! One entry: what was done, when, by whom, about how many people, under which clauses.
//!
//! An entry is one line of canonical JSON (RFC 8785), flat, at most [`MAX_BYTES`] bytes, and it holds
//! no personal data: people and actors appear only as [commitments](crate::commitment), details only as
//! salted digests, and no field takes free text. Keys stand in this order, and a key that says nothing
//! is left out, so that an entry has exactly one spelling:
//!
//! | key | meaning | written as |
//! |---|---|---|
//! | `ac` | commitment to the actor; absent for acts of the program itself | 64 hex digits |
//! | `act` | the act's id, 128 random bits, used once | 32 hex digits |
//! | `cl` | clauses the decision rests on, sorted | array of slugs |
//! | `dc` | salted digest of the details kept elsewhere | 64 hex digits |
//! | `f` | data elements touched, sorted | array of slugs |
//! | `k` | kind of act | a word of [`EntryKind`] |
//! | `n` | how many people it was about | 1 to 4294967295 |
//! | `node` | which node wrote it | 0 to 4294967295 |
//! | `ok` | `false` where the policy refused | boolean |
//! | `p` | purpose of use | slug |
//! | `pv` | digest of the policy in force | 64 hex digits |
//! | `r` | row of the handling ledger | slug |
//! | `sc` | commitment to the people; for `n` > 1 the RFC 6962 root over `n` commitments | 64 hex digits |
//! | `t` | when | milliseconds since 1970-01-01T00:00:00Z |
//! | `v` | version of this format | 1 |
//! | `w` | work record | 32 hex digits |
//!
//! ```
//! use ledger::entry::{Entry, EntryKind};
//! use ledger::names::{ActId, Moment};
//!
//! let entry = Entry::new(EntryKind::Born, ActId::from_bytes([1; 16]), Moment(1_790_000_000_000));
//! let bytes = entry.to_bytes();
//! assert_eq!(
//!     std::str::from_utf8(&bytes)?,
//!     r#"{"act":"01010101010101010101010101010101","k":"born","node":0,"ok":true,"t":1790000000000,"v":1}"#
//! );
//! assert_eq!(Entry::parse(&bytes)?, entry);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod kind;
mod read;

pub use kind::{EntryKind, UnknownKind};
pub(crate) use read::Fields;
pub use read::{BadEntry, EntryFault};

use crate::names::{ActId, ClauseId, Commitment, ElementId, Moment, PolicyDigest, PurposeId, RowId, WorkId, push_hex};
use crate::tree::{Hash, leaf_hash};

/// The most bytes an entry may have. Typical entries have 300 to 500.
pub const MAX_BYTES: usize = 2048;

/// The version of the entry format written in `v`.
pub const VERSION: u32 = 1;

/// Numbers beyond this are not exact in every JSON reader (RFC 8785, section 3.2.2.3).
pub(crate) const MAX_SAFE: i64 = (1 << 53) - 1;

/// What one act leaves behind. See the [module](self) for its fields and their spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    kind: EntryKind,
    act: ActId,
    moment: Moment,
    node: u32,
    actor: Option<Commitment>,
    purpose: Option<PurposeId>,
    policy: Option<PolicyDigest>,
    refused: bool,
    clauses: Vec<ClauseId>,
    elements: Vec<ElementId>,
    row: Option<RowId>,
    work: Option<WorkId>,
    people: u32,
    subjects: Option<Commitment>,
    detail: Option<[u8; 32]>,
}

/// An entry in the only form a ledger accepts: its canonical bytes, known to fit, and their leaf hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    bytes: Vec<u8>,
    hash: Hash,
}

impl Leaf {
    /// Reads canonical bytes that were kept.
    ///
    /// # Errors
    /// As [`Entry::parse`].
    pub fn read(bytes: Vec<u8>) -> Result<Self, BadEntry> {
        read::Fields::read(&bytes)?;
        let hash = leaf_hash(&bytes);
        Ok(Self { bytes, hash })
    }

    /// The canonical bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The RFC 6962 leaf hash of the bytes.
    #[must_use]
    pub const fn hash(&self) -> Hash {
        self.hash
    }

    /// The bytes, given away.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Making an entry.
impl Entry {
    /// An entry that says only that this kind of act took place, and was permitted.
    ///
    /// A moment beyond ±(2^53 - 1) ms (some 285,000 years) is drawn back to that limit.
    #[must_use]
    pub fn new(kind: EntryKind, act: ActId, moment: Moment) -> Self {
        Self {
            kind,
            act,
            moment: Moment(moment.0.clamp(-MAX_SAFE, MAX_SAFE)),
            node: 0,
            actor: None,
            purpose: None,
            policy: None,
            refused: false,
            clauses: Vec::new(),
            elements: Vec::new(),
            row: None,
            work: None,
            people: 0,
            subjects: None,
            detail: None,
        }
    }

    /// Which node of the installation writes it (0 where there is one).
    #[must_use]
    pub fn node(mut self, node: u32) -> Self {
        self.node = node;
        self
    }

    /// Who acted.
    #[must_use]
    pub fn actor(mut self, actor: Commitment) -> Self {
        self.actor = Some(actor);
        self
    }

    /// For which purpose.
    #[must_use]
    pub fn purpose(mut self, purpose: PurposeId) -> Self {
        self.purpose = Some(purpose);
        self
    }

    /// Under which policy, by its digest.
    #[must_use]
    pub fn policy(mut self, policy: PolicyDigest) -> Self {
        self.policy = Some(policy);
        self
    }

    /// The policy refused the act: nothing was done but this entry.
    #[must_use]
    pub fn refused(mut self) -> Self {
        self.refused = true;
        self
    }

    /// The clauses the decision rests on, in any order, repeated or not.
    #[must_use]
    pub fn clauses(mut self, clauses: impl IntoIterator<Item = ClauseId>) -> Self {
        self.clauses = sorted(clauses);
        self
    }

    /// The data elements touched, in any order, repeated or not.
    #[must_use]
    pub fn elements(mut self, elements: impl IntoIterator<Item = ElementId>) -> Self {
        self.elements = sorted(elements);
        self
    }

    /// The row of the handling ledger it belongs to.
    #[must_use]
    pub fn row(mut self, row: RowId) -> Self {
        self.row = Some(row);
        self
    }

    /// The work record it belongs to.
    #[must_use]
    pub fn work(mut self, work: WorkId) -> Self {
        self.work = Some(work);
        self
    }

    /// How many people it was about, and the commitment to them: for one person
    /// [`commit_subject`](crate::commitment::commit_subject), for more
    /// [`commit_many`](crate::commitment::commit_many). No people means no commitment.
    #[must_use]
    pub fn subjects(mut self, people: u32, commitment: Commitment) -> Self {
        self.people = people;
        self.subjects = (people > 0).then_some(commitment);
        self
    }

    /// How many people it was about, where no one of them is committed to.
    #[must_use]
    pub fn counted(mut self, people: u32) -> Self {
        self.people = people;
        self.subjects = None;
        self
    }

    /// The salted digest of details kept elsewhere; see [`crate::commitment::detail`].
    #[must_use]
    pub fn detail(mut self, digest: [u8; 32]) -> Self {
        self.detail = Some(digest);
        self
    }
}

/// Reading an entry.
impl Entry {
    /// What kind of act it was.
    #[must_use]
    pub const fn kind(&self) -> EntryKind {
        self.kind
    }

    /// The act's id.
    #[must_use]
    pub const fn act(&self) -> ActId {
        self.act
    }

    /// When it was.
    #[must_use]
    pub const fn moment(&self) -> Moment {
        self.moment
    }

    /// Which node wrote it.
    #[must_use]
    pub const fn node_number(&self) -> u32 {
        self.node
    }

    /// The commitment to who acted; `None` for the program itself.
    #[must_use]
    pub const fn actor_commitment(&self) -> Option<Commitment> {
        self.actor
    }

    /// The purpose.
    #[must_use]
    pub const fn purpose_id(&self) -> Option<&PurposeId> {
        self.purpose.as_ref()
    }

    /// The digest of the policy in force; `None` before the first enactment.
    #[must_use]
    pub const fn policy_digest(&self) -> Option<PolicyDigest> {
        self.policy
    }

    /// Whether the policy refused the act.
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        self.refused
    }

    /// The clauses the decision rests on, sorted.
    #[must_use]
    pub fn clause_ids(&self) -> &[ClauseId] {
        &self.clauses
    }

    /// The data elements touched, sorted.
    #[must_use]
    pub fn element_ids(&self) -> &[ElementId] {
        &self.elements
    }

    /// The row of the handling ledger.
    #[must_use]
    pub const fn row_id(&self) -> Option<&RowId> {
        self.row.as_ref()
    }

    /// The work record.
    #[must_use]
    pub const fn work_id(&self) -> Option<WorkId> {
        self.work
    }

    /// How many people it was about.
    #[must_use]
    pub const fn people(&self) -> u32 {
        self.people
    }

    /// The commitment to those people.
    #[must_use]
    pub const fn subject_commitment(&self) -> Option<Commitment> {
        self.subjects
    }

    /// The salted digest of the details.
    #[must_use]
    pub const fn detail_digest(&self) -> Option<[u8; 32]> {
        self.detail
    }
}

/// Spelling an entry.
impl Entry {
    /// The canonical bytes. They may be more than [`MAX_BYTES`] if the lists are very long; what goes
    /// into a ledger is therefore a [`leaf`](Self::leaf).
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut line = Line::new();
        line.hex("ac", self.actor.as_ref().map(Commitment::as_bytes));
        line.hex("act", Some(self.act.as_bytes()));
        line.list("cl", self.clauses.iter().map(ClauseId::as_str));
        line.hex("dc", self.detail.as_ref());
        line.list("f", self.elements.iter().map(ElementId::as_str));
        line.word("k", Some(self.kind.word()));
        line.number("n", (self.people > 0).then_some(i64::from(self.people)));
        line.number("node", Some(i64::from(self.node)));
        line.bare("ok", if self.refused { "false" } else { "true" });
        line.word("p", self.purpose.as_ref().map(PurposeId::as_str));
        line.hex("pv", self.policy.as_ref().map(PolicyDigest::as_bytes));
        line.word("r", self.row.as_ref().map(RowId::as_str));
        line.hex("sc", self.subjects.as_ref().map(Commitment::as_bytes));
        line.number("t", Some(self.moment.0));
        line.number("v", Some(i64::from(VERSION)));
        line.hex("w", self.work.as_ref().map(WorkId::as_bytes));
        line.end()
    }

    /// The entry as a ledger takes it.
    ///
    /// # Errors
    /// [`EntryFault::TooLong`] if the canonical bytes are more than [`MAX_BYTES`].
    pub fn leaf(&self) -> Result<Leaf, BadEntry> {
        let bytes = self.to_bytes();
        if bytes.len() > MAX_BYTES {
            return Err(BadEntry { at: MAX_BYTES, what: EntryFault::TooLong { bytes: bytes.len() } });
        }
        let hash = leaf_hash(&bytes);
        Ok(Leaf { bytes, hash })
    }

    /// Reads canonical bytes. Whatever is accepted is spelled by [`to_bytes`](Self::to_bytes) in
    /// exactly the same bytes again.
    ///
    /// # Errors
    /// Says the byte at which the text stops being a canonical entry, and why.
    pub fn parse(bytes: &[u8]) -> Result<Self, BadEntry> {
        read::Fields::read(bytes)?.entry()
    }
}

fn sorted<T: Ord>(names: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut names: Vec<T> = names.into_iter().collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The line being written. No value ever needs escaping: hex digits, slugs, words and numbers only.
struct Line(String);

impl Line {
    fn new() -> Self {
        Self(String::with_capacity(512))
    }

    fn key(&mut self, key: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        self.quoted(key);
        self.0.push(':');
    }

    fn quoted(&mut self, word: &str) {
        self.0.push('"');
        self.0.push_str(word);
        self.0.push('"');
    }

    fn hex<const N: usize>(&mut self, key: &str, bytes: Option<&[u8; N]>) {
        if let Some(bytes) = bytes {
            self.key(key);
            self.0.push('"');
            push_hex(&mut self.0, bytes);
            self.0.push('"');
        }
    }

    fn word(&mut self, key: &str, word: Option<&str>) {
        if let Some(word) = word {
            self.key(key);
            self.quoted(word);
        }
    }

    fn number(&mut self, key: &str, number: Option<i64>) {
        if let Some(number) = number {
            self.bare(key, &number.to_string());
        }
    }

    fn bare(&mut self, key: &str, text: &str) {
        self.key(key);
        self.0.push_str(text);
    }

    fn list<'a>(&mut self, key: &str, words: impl Iterator<Item = &'a str>) {
        let mut words = words.peekable();
        if words.peek().is_none() {
            return;
        }
        self.key(key);
        let mut before = '[';
        for word in words {
            self.0.push(before);
            self.quoted(word);
            before = ',';
        }
        self.0.push(']');
    }

    fn end(mut self) -> Vec<u8> {
        self.0.push('}');
        self.0.into_bytes()
    }
}
