//! Turns a privacy policy that a house has already published into the beginning of a policy folder.
//!
//! The steps are separate so that each can be looked at: [`read()`] makes [`Text`] of bytes, [`split()`]
//! makes [`Clause`]s of text, [`recognise()`] says which promises of the catalogue a clause makes and
//! how sure it is, and [`folder()`] writes what was found as files for a privacy officer to finish.
//! A draft is a proposal: nothing here decides what a house promises.
//!
//! Recognition goes by meaning-bearing words and by structure. The words stand in
//! `draft/concepts.toml`, the combinations that make a promise in `draft/cues.toml`.

mod clause;
mod context;
mod cues;
mod denial;
mod docx;
mod entities;
mod facts;
mod folder;

mod glue;
mod headings;
mod html;
mod markdown;
mod marks;
mod markup;
mod mood;
mod normal;
mod plain;
mod purposes;
mod read;
mod recognise;
mod rest;
mod sentence;
mod slug;
mod split;
mod text;
mod tongue;
mod words;

pub use clause::Clause;
pub use facts::{Facts, Stated};
pub use folder::{Decision, Folder, Hints, Report, Why, folder};

pub use read::{Format, Unreadable, read};
pub use recognise::{HowSure, Match, Recognised, recognise};
pub use rest::{Rest, rest};
pub use split::split;
pub use text::{Cell, Counted, Line, Shape, Text};
pub use tongue::language;
