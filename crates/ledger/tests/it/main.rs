//! The evidence, seen from outside: promised bytes, other people's implementations, and every way of
//! tampering we could think of.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

mod entries;
mod exports;
mod oracles;
mod receipts;
mod story;
mod tampering;
mod vectors;
