//! One store on SQLite or PostgreSQL; commits only with an entry.
//!
//! Knows: the ledger's entries, SQL, two drivers. Must never know: people, purposes, HTTP. Everybody else writes one SQL text
//! with `$1…` parameters and three kinds of value; where the databases differ is in `sqlite.rs` and `postgres.rs`, nowhere else.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! use ledger::{entry::{Entry, EntryKind}, names::{ActId, Moment}};
//! let folder = tempfile::tempdir()?;
//! let place = store::Place::Sqlite(folder.path().join("data.db"));
//! let store = store::Store::create(&place).await?;
//! let entry = Entry::new(EntryKind::Born, ActId::from_bytes([7; 16]), Moment(1_764_000_000_000));
//! let receipt = store.commit(store::Act::new(&entry)?).await?;
//! assert_eq!(receipt.index(), 0);
//! assert_eq!(store.head().await?.size, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An act without an entry cannot be written:
//! ```compile_fail,E0061
//! let act = store::Act::new();
//! ```

mod act;
mod place;
mod postgres;
mod sqlite;
mod store;
mod value;
mod writer;

pub use act::{Act, Change, Fault, NotCommitted, Receipt, Rows};
pub use place::Place;
pub use store::{Keys, Store, StoredEntry, TreeHead};
pub use value::{BadColumn, Kind, OrNull, Row, Value};
