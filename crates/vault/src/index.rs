//! What a record is found by: blind tokens of its values, element by element.
//!
//! A token is 64 bits of a keyed hash of the element and one normal form of its value, so an e-mail address and an emergency
//! contact's e-mail address never meet, and whoever reads the table learns only which records share a form of one element.
//! The table holds a token and the short number of a record, nothing else: small enough that a hundred thousand people's tokens
//! stay in memory while they are written. Each record keeps the list of its own tokens, by which they are taken away.

use crate::lock::{blind, damaged};
use access::{Fault, No};
use ledger::names::ElementId;
use policy::Shape;
use policy::normal::tokens;
use seal::{BlindIndex, Sheet};
use store::{Change, Value};

/// Writes a token of a record.
pub(crate) const ADD: &str = "INSERT INTO token (token, record) VALUES ($1, $2)";
/// Takes a token of a record away.
pub(crate) const REMOVE: &str = "DELETE FROM token WHERE token = $1 AND record = $2";

/// The tokens of one record.
#[derive(Default)]
pub(crate) struct FoundBy(Sheet);

impl FoundBy {
    /// Those a record keeps.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, No> {
        Sheet::from_bytes(bytes).map(Self).map_err(|_| damaged("record.found_by"))
    }

    /// As a record keeps them.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes()
    }

    /// The tokens of an element's value under an index, in place of those it had. An element that is not searched by has none.
    pub(crate) fn set(
        &mut self,
        index: &BlindIndex,
        element: &ElementId,
        shape: Shape,
        value: &str,
    ) -> Result<Vec<i64>, No> {
        let found_by = blind(index, element, &tokens(shape, value));
        self.0.remove(element.as_str());
        if !found_by.is_empty() {
            let bytes = found_by.iter().flat_map(|token| token.to_be_bytes()).collect();
            self.0.insert(element.as_str(), bytes).map_err(|_| Fault::Damaged("record.found_by"))?;
        }
        Ok(found_by)
    }

    /// The tokens of an element.
    pub(crate) fn of(&self, element: &str) -> Vec<i64> {
        let (tokens, _) = self.0.get(element).unwrap_or_default().as_chunks::<8>();
        tokens.iter().map(|token| i64::from_be_bytes(*token)).collect()
    }

    /// All of them.
    pub(crate) fn all(&self) -> Vec<i64> {
        self.0.fields().flat_map(|element| self.of(element)).collect()
    }
}

/// Takes tokens of the record with this number away.
pub(crate) fn remove(record: i64, tokens: Vec<i64>) -> Change {
    Change::many(REMOVE, rows(&Value::Int(record), tokens))
}

/// Adds tokens to the record with this number.
pub(crate) fn add(record: &Value, tokens: Vec<i64>) -> Change {
    Change::many(ADD, rows(record, tokens))
}

fn rows(record: &Value, tokens: Vec<i64>) -> Vec<Vec<Value>> {
    tokens.into_iter().map(|token| vec![token.into(), record.clone()]).collect()
}
