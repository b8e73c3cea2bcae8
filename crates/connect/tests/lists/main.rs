//! The lists companies have, made here in every messy way we know, and what is read from them.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod columns;
mod hostile;
mod logs;
mod made;
mod old;
mod people;
mod register;
mod strange;
mod workbook;
