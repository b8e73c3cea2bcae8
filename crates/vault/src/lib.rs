//! People's records: sealed, found by blind index, revealed, corrected, erased. The only user of `seal`.
//!
//! Knows: sealed values, the keys of people, permits and receipts. Must never know: what the office owes, HTTP.
//! Every act here runs in the same order: policy, permit, ledger (durable), value. The types make any other order impossible:
//!
//! A sealed value that was opened is held without any way to look at it until a receipt of the same act is handed in:
//! ```compile_fail,E0616
//! fn peek(held: vault::Held) -> usize { held.values.len() }
//! ```
//! ```compile_fail,E0599
//! fn peek(held: vault::Held) -> usize { held.expose().len() }
//! ```
//! A receipt cannot be written by hand ([`store::Receipt`]), nor a permit ([`access::Permit`]), so this is the only way:
//! ```
//! async fn look(vault: &vault::Vault, desk: &access::Desk, asked: vault::Reveal) -> Result<u64, access::No> {
//!     let revealed = vault::reveal(vault, desk, asked).await?;
//!     Ok(revealed.entry)
//! }
//! ```

mod bound;
mod change;
mod check;
mod epoch;
mod erase;
mod export;
mod find;
mod held;
mod import;
mod index;
mod linked;
mod lock;
mod person;
mod renew;
mod reveal;
mod wait;

pub use bound::record as bound_record;
pub use change::{Correct, correct, resume, suspend};
pub use check::{Broken, Proof, tokens};
pub use epoch::{Entered, Stock, Wrapped};
pub use erase::{Erased, Erasure, erase, erase_again, erasures, finish_erasures, owes_erasure};
pub use export::{Exported, export_person};
pub use find::{Find, Found, Hit, find};
pub use held::Held;
pub use import::{Alike, Batch, Imported, NewPerson, import};
pub use lock::{Again, KeyRow, Vault};
pub use person::{Done, Kept, Record, State, kept};
pub use renew::{Round, generations, renew_people, settle_renewals};
pub use reveal::{Reveal, Revealed, reveal};
pub use seal::Secret;
pub use wait::{Waited, Waiting, erase_waited, waiting, withdraw};
