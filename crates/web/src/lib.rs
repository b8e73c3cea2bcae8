//! Pages and API for the office, and the public site.
//!
//! Knows: HTTP, the languages people read, and the acts of `access`, `vault` and `duties`. Must never know: the store, a key, how an
//! entry is spelled, a driver. It turns requests into acts and the four answers into pages; it decides nothing.
//!
//! Every route is declared once, in [`routes`]; the router, the sign-in guard and the tests follow from that list.
//!
//! Forms are protected twice: the session cookie is `SameSite=Strict`, and a request that changes something must show by
//! `Sec-Fetch-Site` or `Origin` that it comes from a page of this site (`guard`). There is no token to leak or to forget.

mod answer;
pub mod api;
mod arrival;
mod asset;
mod form;
mod guard;
pub mod needs;
mod office;
mod outline;
mod page;
mod receipt;
mod router;
mod scim;
mod site;
mod state;
mod visit;
mod whence;
mod words;

pub use router::{Door, Route, router, routes};
pub use state::{
    Clock, LogLooked, LogUpload, LogsImport, LogsLooked, OrganisationFile, OrganisationImport, Post, ReceiptOf,
    RegisterFile, RegisterImport, Rejected, State, Written,
};
