//! What the office owes: enacting policy, the handling ledger, retention, evidence, and watching promises.
//!
//! Knows: the policy, the desk, the store, the ledger. Must never know: a key, a value of a person, HTTP.
//! Acts take a [`Desk`](access::Desk) and leave an entry; what is only read takes an [`Office`](access::Office).
//! The heart is [`watch`]: for every promise of the catalogue a pure function over counted records says how it stands.
//!
//! ```
//! use duties::watch::Standing;
//!
//! // Worst wins, and nothing is ever averaged.
//! let standings = [Standing::Kept, Standing::Attention, Standing::NothingToProve];
//! assert_eq!(standings.iter().min(), Some(&Standing::Attention));
//! assert_eq!(Standing::Attention.symbol(), "△");
//! ```

mod days;
pub mod enact;
pub mod history;
pub mod logs;
pub mod milestone;
pub mod occasion;
pub mod register;
pub mod retention;
pub mod turn;
pub mod watch;
