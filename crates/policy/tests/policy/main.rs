//! The policy crate through its public door.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod breaks;
mod change;
mod docs;
mod judging;
mod logs;
mod notices;
mod random;
mod sample;
mod tiny;
