//! What we promise: promises, purposes, categories, deadlines, languages; judges, and writes the notice.
pub mod catalogue;
mod canonical;
mod case;
mod clause;
mod code;
mod diff;
pub mod draft;
mod element;
pub mod judge;
mod kind;
mod language;
mod load;
mod measure;
pub mod normal;
pub mod notice;
mod organisation;
mod policy;
mod problem;
mod product;
mod purpose;
mod recipient;
mod shelf;
mod term;
mod tracker;

pub use canonical::NotCanonical;
pub use case::{Case, Expect};
pub use clause::{Clause, Dropped};
pub use code::UnknownCode;
pub use diff::{ClauseChange, Diff};
pub use element::{Class, Element, Shape};
pub use judge::{
    ActKind, Ask, Facts, Hold, HoldGround, Reason, RowFact, RowState, Rule, Verdict, WayOn, WorkFact,
};
pub use kind::Kind;
pub use language::{Language, Texts};
pub use load::{Checked, Draft, check, load};
pub use measure::{Measure, Rhythm};
pub use notice::{Block, BlockKind, Inline, Notice};
pub use organisation::{Contact, Entity, Limits, Organisation};
pub use policy::Policy;
pub use problem::{Problem, Severity};
pub use product::Product;
pub use purpose::{Condition, Purpose, Role};
pub use recipient::{Ground, JointUse, OptOut, Recipient, RecipientKind, Route};
pub use term::{Dispose, Keep, Term, Trigger};
pub use tracker::{Tracker, TrackerPurpose};
