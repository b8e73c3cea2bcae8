//! An act: changes and the entry that tells of them, committed together or not at all.

use crate::value::{Kind, Row, Value};
use ledger::entry::{BadEntry, Entry, Leaf};
use ledger::names::{ActId, ActorId, Moment};

/// One statement of an act, run once for each row of values.
#[derive(Debug)]
pub struct Change {
    pub(crate) sql: &'static str,
    pub(crate) rows: Vec<Vec<Value>>,
    pub(crate) exactly: Option<u64>,
}

impl Change {
    /// A statement with `$1…` parameters, run once. It may touch any number of rows.
    #[must_use]
    pub fn new(sql: &'static str, values: Vec<Value>) -> Self {
        Self { sql, rows: vec![values], exactly: None }
    }

    /// The same statement for each row of values: bulk work without a round trip each.
    #[must_use]
    pub fn many(sql: &'static str, rows: Vec<Vec<Value>>) -> Self {
        Self { sql, rows, exactly: None }
    }

    /// Each run must touch exactly `n` rows; otherwise the act is answered with [`NotCommitted::Lost`] and leaves nothing.
    /// This is how a check made before the commit still holds at the commit.
    #[must_use]
    pub fn exactly(mut self, n: u64) -> Self {
        self.exactly = Some(n);
        self
    }
}

/// Changes and their entry.
#[derive(Debug)]
pub struct Act {
    pub(crate) leaf: Leaf,
    act: ActId,
    at: Moment,
    /// What lists and counts look for, copied out of the entry; `verify` compares them with it.
    columns: [Value; 5],
    pub(crate) changes: Vec<Change>,
    /// How many policy versions had come into force by its moment, for all whoever judged it knew.
    judged: Option<usize>,
}

impl Act {
    /// An act that leaves `entry` and nothing else.
    ///
    /// # Errors
    /// [`Fault::Entry`] if the entry is longer than a ledger takes.
    pub fn new(entry: &Entry) -> Result<Self, Fault> {
        let columns = [
            Value::from(entry.kind().word()),
            Value::from(!entry.is_refused()),
            Value::from(entry.purpose_id().map_or("", |p| p.as_str())),
            Value::from(entry.moment()),
            Value::Null(Kind::Bytes),
        ];
        Ok(Self {
            leaf: entry.leaf()?,
            act: entry.act(),
            at: entry.moment(),
            columns,
            changes: Vec::new(),
            judged: None,
        })
    }

    /// Keeps who acted beside the entry, where it can be deleted one day; the entry itself holds a commitment.
    #[must_use]
    pub fn by(mut self, actor: ActorId) -> Self {
        self.columns[4] = actor.into();
        self
    }

    /// The act was judged when, by all that was known, so many policy versions had come into force by its moment. If there are
    /// others by the time of the commit, it was judged by one that was not in force, and is answered with [`NotCommitted::Lost`].
    #[must_use]
    pub fn judged_by(mut self, versions: usize) -> Self {
        self.judged = Some(versions);
        self
    }

    /// Whether it was judged by the version that was in force at its moment, where versions came into force at these moments.
    pub(crate) fn is_judged_rightly(&self, versions: &[Moment]) -> bool {
        self.judged.is_none_or(|known| versions.iter().filter(|from| **from <= self.at).count() == known)
    }

    /// Whether it brings a policy version into force.
    pub(crate) fn enacts(&self) -> bool {
        self.changes.iter().any(|change| change.sql.starts_with("INSERT INTO policy_version "))
    }

    /// The values of this act's row in `entry`, at `index`.
    pub(crate) fn row(&self, index: Value) -> Vec<Value> {
        let mut row = vec![index, self.leaf.hash().into(), self.leaf.bytes().into()];
        row.extend(self.columns.iter().cloned());
        row
    }

    /// Writes such a row.
    pub(crate) const INSERT: &'static str =
        "INSERT INTO entry (idx, leaf, body, kind, ok, purpose, at, actor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

    /// Adds a change that commits with the entry.
    #[must_use]
    pub fn with(mut self, change: Change) -> Self {
        if !change.rows.is_empty() {
            self.changes.push(change);
        }
        self
    }
}

/// Proof that an entry is durable. Made only by a commit of this crate; neither cloned nor written by hand.
///
/// ```compile_fail,E0451
/// let forged = store::Receipt { index: 1, act: todo!(), at: todo!() };
/// ```
///
/// ```compile_fail,E0599
/// fn twice(receipt: store::Receipt) -> (store::Receipt, store::Receipt) { (receipt.clone(), receipt) }
/// ```
#[derive(Debug)]
pub struct Receipt {
    index: u64,
    act: ActId,
    at: Moment,
}

impl Receipt {
    pub(crate) fn new(index: u64, act: &Act) -> Self {
        Self { index, act: act.act, at: act.at }
    }

    /// The entry's place in the ledger, from 0.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The act the entry tells of. Whoever releases a value checks that it is the same act.
    #[must_use]
    pub fn act(&self) -> ActId {
        self.act
    }

    /// When the act was judged.
    #[must_use]
    pub fn at(&self) -> Moment {
        self.at
    }
}

/// Why an act left nothing.
#[derive(Debug, thiserror::Error)]
pub enum NotCommitted {
    /// What the act was judged on had changed by the time it was committed. Look again and retry.
    #[error("what the act was judged on has changed meanwhile")]
    Lost,
    /// Too many acts wait. Nothing was done; come back in `retry_after_seconds`.
    #[error("too many acts wait for the ledger")]
    Busy {
        /// When to try again, in seconds.
        retry_after_seconds: u32,
    },
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The store failed: a fault of ours or of the machine, never of the person asking.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The embedded database said no.
    #[error("sqlite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The PostgreSQL server said no. The message carries no values.
    #[error("postgres: {}", code(.0))]
    Postgres(#[from] tokio_postgres::Error),
    /// A column was not what the code expects.
    #[error(transparent)]
    Column(#[from] crate::value::BadColumn),
    /// An entry does not fit the ledger.
    #[error("an entry does not fit the ledger: {0}")]
    Entry(#[from] BadEntry),
    /// The head row of the ledger is gone or unreadable.
    #[error("the head of the ledger is missing or damaged")]
    Head,
    /// There is no store at that place.
    #[error("there is no store at this place: run `daicho init` first")]
    Absent,
    /// The tables are not those of this program.
    #[error("the store was made by another version of daicho, or table {0} was altered")]
    Version(String),
    /// There is already a store at that place.
    #[error("there is already a store at this place")]
    Present,
    /// The place is written in a way that cannot be read.
    #[error("the place of the store cannot be used: {0}")]
    Place(String),
    /// The writer has stopped: the process is closing or its disk failed.
    #[error("the writer of the ledger has stopped")]
    Stopped,
}

impl Fault {
    /// Whether the files of an embedded database cannot be opened, written or made to grow: the disk is read-only or full, it fails,
    /// or the rights to the files are missing.
    #[must_use]
    pub fn is_of_the_disk(&self) -> bool {
        use rusqlite::ErrorCode::{CannotOpen, DiskFull, PermissionDenied, ReadOnly, SystemIoFailure};
        let Self::Sqlite(rusqlite::Error::SqliteFailure(error, _)) = self else { return false };
        matches!(error.code, CannotOpen | DiskFull | PermissionDenied | ReadOnly | SystemIoFailure)
    }
}

/// PostgreSQL's own words may quote values; its code never does.
fn code(error: &tokio_postgres::Error) -> String {
    match (error.as_db_error(), std::error::Error::source(error)) {
        (Some(db), _) => format!("{} in {}", db.code().code(), db.table().or(db.constraint()).unwrap_or("a statement")),
        (None, Some(source)) if error.is_closed() => format!("connection closed: {source}"),
        (None, Some(source)) => format!("{error}: {source}"),
        (None, None) => error.to_string(),
    }
}

/// Rows of a read.
pub type Rows = Vec<Row>;
