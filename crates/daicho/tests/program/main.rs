//! The program from outside: what a company types, and what comes of it, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod backup;
mod beginning;
mod files;
mod import;
mod installation;
mod serving;
mod story;
mod tampering;
