//! How entries bind what lies beside them about people: the digests in their details.
//!
//! A record is bound by the digest of its sealed sheet and its tokens, which anybody can work out who has the record, and which
//! says nothing once the record is gone: what is sealed is as good as random. The mark of a line taken in is bound by a hash under
//! the person's own key, so that nobody can try lines against it once that key is destroyed.

use crate::import::Holding;
use ledger::commitment::detail;
use ledger::names::PersonId;
use std::collections::BTreeSet;
use store::Value;

const RECORD: &[u8; 32] = b"daicho/record/v1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// The digest of a record's sealed sheet and its tokens.
#[must_use]
pub fn record(sheet: &[u8], found_by: &[u8]) -> [u8; 32] {
    let length = u64::try_from(sheet.len()).unwrap_or(u64::MAX);
    detail(RECORD, &[&length.to_be_bytes(), sheet, found_by].concat())
}

/// The keyed digest of the mark of a line taken in.
pub(crate) fn mark(ledger_key: &[u8; 32], mark: &[u8]) -> [u8; 32] {
    detail(ledger_key, &[b"daicho/mark/v1", mark].concat())
}

/// The details of an import: what holds for all of it, and two digests for each person, in the order of the commitments.
pub(crate) fn import(
    source: &str,
    holding: &Holding<'_>,
    attested: &BTreeSet<String>,
    records: &[Vec<Value>],
    subjects: &[(PersonId, [u8; 32])],
    marks: &[Vec<Value>],
) -> serde_json::Value {
    let records = records.iter().map(|row| match row.as_slice() {
        [.., Value::Bytes(sheet), Value::Bytes(found_by), Value::EntryIndex] => record(sheet, found_by),
        _ => [0; 32],
    });
    let marks = subjects.iter().zip(marks).map(|((_, key), row)| match row.as_slice() {
        [Value::Bytes(of), ..] => mark(key, of),
        _ => [0; 32],
    });
    let mut details = serde_json::json!({
        "acquired": holding.acquired_at.0, "due": holding.due.map(|m| m.0), "generation": holding.generation, "kind": holding.kind.as_str(),
        "marks": joined(marks), "people": subjects.len(), "records": joined(records), "source": source,
    });
    if let (Some(details), false) = (details.as_object_mut(), attested.is_empty()) {
        details.insert("attested".into(), attested.iter().cloned().collect());
    }
    details
}

/// Digests as one line of hexadecimal digits.
pub(crate) fn joined(digests: impl Iterator<Item = [u8; 32]>) -> String {
    digests.map(|digest| ledger::names::Commitment(digest).to_string()).collect()
}
