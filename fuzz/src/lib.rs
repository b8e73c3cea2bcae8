//! What is fuzzed. Each module is shared with a property test of the crate it belongs to
//! (`crates/*/tests/fuzz.rs`), so that the same functions run whenever the unit tests do.

pub mod connect;
pub mod ledger;
pub mod policy;
