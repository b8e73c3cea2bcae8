//! Tests only: both databases, the story's clock and people, and the rules of the house.
//!
//! A story takes a [`Place`](both::Ground) and tells itself on SQLite and, when `DAICHO_TEST_POSTGRES` names a server, on
//! PostgreSQL too. The project's own `test` command always names one.

pub mod authenticator;
pub mod both;
pub mod office;
pub mod sample;
