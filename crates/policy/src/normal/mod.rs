//! Normal forms of names, numbers and dates, so that what is searched is found.
//!
//! Values are kept as people wrote them; a normal form is made only to compare, and is forgotten after a
//! keyed hash of it has been taken. The rules are declared by [`Shape`](crate::Shape): [`kinds`] lists the search tokens a
//! shape has, [`tokens`] makes them from a value, [`query_tokens`] makes them from what somebody typed into a
//! search box, and [`accept`] says whether a value is what its element holds.
//!
//! ```
//! use policy::{Shape, normal};
//!
//! let kept = normal::tokens(Shape::Name, "髙橋　花子");
//! let typed = normal::query_tokens("高橋花子");
//! assert!(typed.iter().any(|wanted| kept.contains(&wanted.token)));
//! ```

pub mod address;
pub mod date;
pub mod email;
mod era;
pub mod fold;
pub mod identifier;
pub mod kana;
pub mod latin;
pub mod name;
pub mod numeral;
pub mod phone;
pub mod postal;
mod reason;
pub mod search;
mod shape;
#[cfg(test)]
mod table;
pub mod variants;

pub use date::{DateOrder, Dated};
pub use identifier::Identifier;
pub use reason::Reason;
pub use search::{Token, Wanted, kinds, query_tokens, tokens};
pub use shape::{accept, is_typical, longest};
