//! Who is at the desk, on which work record, and may they. Makes [`Permit`].
//!
//! Knows: the policy in force, accounts, work records, the handling ledger's rows as far as judging needs them. Must never
//! know: a plaintext value, a key of a person, HTTP. Every act asks here first, and every refusal is durable before it is told.

pub mod actor;
mod answer;
mod at;
pub mod credentials;
mod desk;
mod facts;
pub mod idempotency;
pub mod organisation;
mod password;
mod permit;
mod search;
pub mod session;
pub mod sign_in;
pub mod token;
pub mod warrant;
pub mod work;

pub use actor::Actor;
pub use answer::{Fault, Mistake, No, Refusal};
pub use at::{At, NotAMoment};
pub use desk::{Chance, Desk, Enacted, Office, Proof};
pub use facts::{Situation, knows, situation, words};
pub use ledger::names;
pub use permit::{
    Ask, NOBODY, OfficeAct, OfficePermit, Permit, Subjects, holds, kind_of, kind_of_office, nobody_held, nobody_there,
    own_page_only, permit, permit_about, permit_in, permit_office, token_may_not,
};

pub use search::{Plan, Search, plan};
