//! The organisation: legal entities, departments, sites, zones, projects, staff, cards, terminals and door readers.
//!
//! One table of *parts*, each in every version it had, as the handling ledger has its rows. An entry binds the versions it wrote by a
//! salted digest each, so that what is written about somebody can be deleted and the entry still verifies. Every check is made over the
//! whole organisation as it would stand, and an act commits only while nobody else has changed it.
//!
//! A *leaver* is a staff member whose last day is set: the account with their login ends in the same act, and what is still out (cards,
//! terminals, projects, work records) is listed until it is back. An *assent* is a dated yes: an entity adopts a policy version, the rule
//! sheet of a project is approved and acknowledged, the zone register is reviewed.

mod assent;
mod check;
mod field;
mod kind;
mod leave;
mod part;
mod plan;
mod put;
mod roster;

pub use assent::{
    Assent, AssentKind, RuleSheet, Rules, acknowledge, acknowledge_own, adopt, adopted, approve_rules, assents,
    bound_assent, document_digest, review_zones,
};
pub use field::{FIELDS, Field, Holds};
pub use kind::{BadPartId, PartId, PartKind, UnknownPartKind};
pub use leave::{Out, StillOut, all_still_out, leave, still_out};
pub use part::{
    Card, CardStatus, Department, Entity, Part, Project, ProjectState, Reader, Sheet, Site, Staff, Terminal, Zone,
    bound,
};
pub use plan::{Fate, How, Line, Plan, id_of_name, plan};
pub use put::{Edit, Written, change, end, put, put_all, put_over, would_put};
pub use roster::{Roster, members_since, roster, versions};
