//! What the entry of an occasion binds. Its words have a digest of their own, with a salt of their own: once they and that salt are gone,
//! the rest of the row is bound as before, and the digest says nothing.

use ledger::commitment::detail;
use ledger::names::Commitment;

/// What was written when it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words<'a> {
    /// What it is about.
    pub subject: &'a str,
    /// How it came out; empty for what stays open.
    pub outcome: &'a str,
    /// What else is known.
    pub note: &'a str,
}

impl Words<'_> {
    /// Their digest.
    #[must_use]
    pub fn digest(&self, salt: &[u8; 32]) -> [u8; 32] {
        let told = serde_json::json!({ "note": self.note, "outcome": self.outcome, "subject": self.subject });
        detail(salt, told.to_string().as_bytes())
    }
}

/// The digest of how it came out, in the details of the entry that closed it; in hexadecimal digits.
#[must_use]
pub fn ended(salt: &[u8; 32], outcome: &str) -> String {
    Commitment(detail(salt, outcome.as_bytes())).to_string()
}

/// The digest in the entry: of the row, with the digest of its words in their place. The id is in hexadecimal digits, moments are milliseconds.
#[must_use]
pub fn bound(salt: &[u8; 32], id: &str, kind: &str, at: i64, due: Option<i64>, words: &[u8; 32]) -> [u8; 32] {
    let words = Commitment(*words).to_string();
    let told = serde_json::json!({ "at": at, "due": due, "id": id, "kind": kind, "words": words });
    detail(salt, told.to_string().as_bytes())
}
