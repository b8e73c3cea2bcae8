//! The program from outside: what a company types, and what comes of it, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, reason = "tests")]
#![expect(
    clippy::disallowed_methods,
    reason = "the test server is named by the environment, and days are those of the machine"
)]

mod backup;
mod beginning;
mod bound;
mod clusters;
mod doctor;
mod faults;
mod files;
mod import;
mod installation;
mod keys;
mod links;
mod load;
mod logs;
mod nodes;
mod organisation;
mod policies;
mod pulling;
mod renewal;
mod serving;
mod spreadsheets;
mod stamping;
mod story;
mod succession;
mod tampering;
mod tokens;
mod transit;
mod waiting;
mod witnessing;
