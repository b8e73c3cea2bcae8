//! The three kinds of value both databases agree on, and rows of them.

use ledger::names::{ActId, ActorId, Moment, PersonId, QuestionId, ReadingId, WorkId};

/// What a statement binds and what a column holds: an integer, a text or bytes.
///
/// Times are milliseconds, booleans 0 or 1, ids 16 bytes. NULL carries its kind because PostgreSQL wants to know it.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// A 64-bit integer; also times (milliseconds) and booleans (0 or 1).
    Int(i64),
    /// Text in UTF-8.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// NULL of the named kind.
    Null(Kind),
    /// The index the ledger gives the entry that this change is committed with.
    EntryIndex,
    /// The number of the `k`-th thing that this change's entry makes: `index * 4096 + k`. Numbers of one ledger never meet, are
    /// short, and grow with it, so a table in their order is written at its end. `k` is below [`Value::MADE_BY_ONE`].
    MadeByEntry(u16),
}

/// The kind a NULL stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Integer.
    Int,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
}

impl std::fmt::Debug for Value {
    /// Says the kind only: a value may be somebody's.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Int(_) => "Int(…)",
            Self::Text(_) => "Text(…)",
            Self::Bytes(_) => "Bytes(…)",
            Self::Null(_) => "Null",
            Self::EntryIndex => "EntryIndex",
            Self::MadeByEntry(_) => "MadeByEntry",
        })
    }
}

impl Value {
    /// Things one entry can number.
    pub const MADE_BY_ONE: u16 = 4096;

    /// What this stands for in the entry at `index`; nothing when it stands for itself.
    pub(crate) fn in_entry(&self, index: u64) -> Option<i64> {
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        match self {
            Self::EntryIndex => Some(index),
            Self::MadeByEntry(k) => {
                Some(index.saturating_mul(i64::from(Self::MADE_BY_ONE)).saturating_add(i64::from(*k)))
            }
            _ => None,
        }
    }
}

impl From<i64> for Value {
    fn from(v: i64) -> Self {
        Self::Int(v)
    }
}
impl From<u32> for Value {
    fn from(v: u32) -> Self {
        Self::Int(i64::from(v))
    }
}
impl From<bool> for Value {
    fn from(v: bool) -> Self {
        Self::Int(i64::from(v))
    }
}
impl From<&str> for Value {
    fn from(v: &str) -> Self {
        Self::Text(v.to_owned())
    }
}
impl From<String> for Value {
    fn from(v: String) -> Self {
        Self::Text(v)
    }
}
impl From<Vec<u8>> for Value {
    fn from(v: Vec<u8>) -> Self {
        Self::Bytes(v)
    }
}
impl From<&[u8]> for Value {
    fn from(v: &[u8]) -> Self {
        Self::Bytes(v.to_vec())
    }
}
impl<const N: usize> From<[u8; N]> for Value {
    fn from(v: [u8; N]) -> Self {
        Self::Bytes(v.to_vec())
    }
}
impl From<Moment> for Value {
    fn from(v: Moment) -> Self {
        Self::Int(v.0)
    }
}
impl From<PersonId> for Value {
    fn from(v: PersonId) -> Self {
        Self::Bytes(v.as_bytes().to_vec())
    }
}
impl From<ActorId> for Value {
    fn from(v: ActorId) -> Self {
        Self::Bytes(v.as_bytes().to_vec())
    }
}
impl From<ReadingId> for Value {
    fn from(v: ReadingId) -> Self {
        Self::Bytes(v.as_bytes().to_vec())
    }
}
impl From<QuestionId> for Value {
    fn from(v: QuestionId) -> Self {
        Self::Bytes(v.as_bytes().to_vec())
    }
}
impl From<ActId> for Value {
    fn from(v: ActId) -> Self {
        Self::Bytes(v.as_bytes().to_vec())
    }
}
impl From<WorkId> for Value {
    fn from(v: WorkId) -> Self {
        Self::Bytes(v.as_bytes().to_vec())
    }
}

/// An optional value with the kind its NULL has.
pub trait OrNull {
    /// The value, or a NULL of its kind.
    fn or_null(self) -> Value;
}
impl OrNull for Option<i64> {
    fn or_null(self) -> Value {
        self.map_or(Value::Null(Kind::Int), Value::Int)
    }
}
impl OrNull for Option<String> {
    fn or_null(self) -> Value {
        self.map_or(Value::Null(Kind::Text), Value::Text)
    }
}
impl OrNull for Option<Moment> {
    fn or_null(self) -> Value {
        self.map(|m| m.0).or_null()
    }
}
impl OrNull for Option<Vec<u8>> {
    fn or_null(self) -> Value {
        self.map_or(Value::Null(Kind::Bytes), Value::Bytes)
    }
}

/// One row read.
#[derive(Debug, Clone)]
pub struct Row(pub(crate) Vec<Value>);

/// A column was not what the reader expected: a fault of ours, or a store that somebody changed.
#[derive(Debug, thiserror::Error)]
#[error("column {column} is not {wanted}")]
pub struct BadColumn {
    column: usize,
    wanted: &'static str,
}

impl Row {
    /// The integer in column `i`.
    ///
    /// # Errors
    /// [`BadColumn`] if it is absent, NULL or of another kind; likewise below.
    pub fn int(&self, i: usize) -> Result<i64, BadColumn> {
        self.maybe_int(i)?.ok_or(BadColumn { column: i, wanted: "an integer" })
    }

    /// The integer in column `i`, or `None` for NULL.
    ///
    /// # Errors
    /// [`BadColumn`] if it is absent or of another kind.
    pub fn maybe_int(&self, i: usize) -> Result<Option<i64>, BadColumn> {
        match self.0.get(i) {
            Some(Value::Int(v)) => Ok(Some(*v)),
            Some(Value::Null(_)) => Ok(None),
            _ => Err(BadColumn { column: i, wanted: "an integer" }),
        }
    }

    /// The text in column `i`.
    ///
    /// # Errors
    /// [`BadColumn`] if it is absent, NULL or of another kind.
    pub fn text(&self, i: usize) -> Result<&str, BadColumn> {
        self.maybe_text(i)?.ok_or(BadColumn { column: i, wanted: "a text" })
    }

    /// The text in column `i`, or `None` for NULL.
    ///
    /// # Errors
    /// [`BadColumn`] if it is absent or of another kind.
    pub fn maybe_text(&self, i: usize) -> Result<Option<&str>, BadColumn> {
        match self.0.get(i) {
            Some(Value::Text(v)) => Ok(Some(v)),
            Some(Value::Null(_)) => Ok(None),
            _ => Err(BadColumn { column: i, wanted: "a text" }),
        }
    }

    /// The bytes in column `i`.
    ///
    /// # Errors
    /// [`BadColumn`] if it is absent, NULL or of another kind.
    pub fn bytes(&self, i: usize) -> Result<&[u8], BadColumn> {
        self.maybe_bytes(i)?.ok_or(BadColumn { column: i, wanted: "bytes" })
    }

    /// The bytes in column `i`, or `None` for NULL.
    ///
    /// # Errors
    /// [`BadColumn`] if it is absent or of another kind.
    pub fn maybe_bytes(&self, i: usize) -> Result<Option<&[u8]>, BadColumn> {
        match self.0.get(i) {
            Some(Value::Bytes(v)) => Ok(Some(v)),
            Some(Value::Null(_)) => Ok(None),
            _ => Err(BadColumn { column: i, wanted: "bytes" }),
        }
    }

    /// Exactly `N` bytes in column `i`: ids and digests.
    ///
    /// # Errors
    /// [`BadColumn`] if it is absent, NULL, of another kind or length.
    pub fn array<const N: usize>(&self, i: usize) -> Result<[u8; N], BadColumn> {
        self.bytes(i)?.try_into().map_err(|_| BadColumn { column: i, wanted: "bytes of a fixed length" })
    }

    /// The moment in column `i`.
    ///
    /// # Errors
    /// [`BadColumn`] if it is absent, NULL or of another kind.
    pub fn moment(&self, i: usize) -> Result<Moment, BadColumn> {
        self.int(i).map(Moment)
    }

    /// The moment in column `i`, or `None` for NULL.
    ///
    /// # Errors
    /// [`BadColumn`] if it is absent or of another kind.
    pub fn maybe_moment(&self, i: usize) -> Result<Option<Moment>, BadColumn> {
        Ok(self.maybe_int(i)?.map(Moment))
    }
}
