//! What we promise: promises, purposes, categories, deadlines, languages; judges, and writes the notice.
//!
//! **Knows** what a company published about personal information, as a program: which clause promises what, for
//! whom, what for, how long, by whom; the catalogue of promises and the clocks of the laws behind them; how values
//! are made comparable ([`normal`]); how an existing policy text becomes such a program ([`draft`]).
//!
//! **Must never know** the world: no file, clock, network, database or chance. Files come in as text, days as
//! arguments, and who is asking in fact is for `access` to say. The same policy, question and facts have the same
//! answer for ever.
//!
//! The way of a policy: [`check`] (or [`load()`], then [`Draft::settle`]) makes a [`Policy`] of the texts of a folder
//! or lists every [`Problem`] of it. Only a settled [`Policy`] can judge ([`Policy::judge`]), be published
//! ([`Policy::notice`]), be enacted ([`Policy::canonical`], [`Policy::digest`]) and be compared with an older one
//! ([`Policy::diff`]). The handbook for authors is `docs/policy-language.md`.
//!
//! ```
//! use std::collections::{BTreeMap, BTreeSet};
//!
//! use jiff::civil::date;
//! use policy::{ActKind, Ask, Facts, Language, Role, RowFact, RowState, Rule, Verdict, WorkFact};
//!
//! // The sample house, read from its folder.
//! let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies/sample/");
//! let mut files = BTreeMap::new();
//! for place in ["", "notice/", "products/"] {
//!     for entry in std::fs::read_dir(format!("{folder}{place}"))? {
//!         let entry = entry?;
//!         if entry.file_type()?.is_file() {
//!             let name = format!("{place}{}", entry.file_name().to_string_lossy());
//!             files.insert(name, std::fs::read_to_string(entry.path())?);
//!         }
//!     }
//! }
//! let policy = policy::check(&files).policy.ok_or("the sample settles")?;
//!
//! // A recruiter wants to see an applicant's health check before the offer was accepted.
//! let ask = Ask {
//!     act: ActKind::Reveal,
//!     kind: "applicant".parse()?,
//!     row: "applicants-2026".parse()?,
//!     elements: vec!["health-check".parse()?],
//!     purpose: "hr.recruit".parse()?,
//! };
//! let facts = Facts {
//!     today: date(2026, 11, 22),
//!     role: Role::Handler,
//!     work: WorkFact::Open,
//!     row: RowFact {
//!         state: RowState::Active,
//!         purposes: BTreeSet::from([ask.purpose.clone()]),
//!         elements: ask.elements.iter().cloned().collect(),
//!     },
//!     suspended: false,
//!     erased_hold: None,
//!     milestones: BTreeSet::new(),
//!     beyond_role: false,
//!     place: policy::PlaceFact::Supervised,
//! };
//! let Verdict::No { clauses, reasons } = policy.judge(&ask, &facts) else { return Err("it says no".into()) };
//! assert_eq!(reasons[0].rule, Rule::ConditionNotMet);
//! assert_eq!(reasons[0].way_on.text(&policy, Language::En), "Register \"Acceptance of the job offer\" once it has happened.");
//! assert!(policy.clause_text(&clauses[0], Language::Ja).is_some_and(|text| text.contains("採用内定を承諾")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod canonical;
mod case;
pub mod catalogue;
mod clause;
mod code;
pub mod deadline;
mod diff;
pub mod draft;
mod element;
pub mod judge;
mod kind;
mod language;
mod load;
pub mod logs;
mod measure;
pub mod normal;
pub mod notice;
mod organisation;
mod policy;
mod problem;
mod product;
mod purpose;
mod recipient;
pub mod register;
pub mod rights;
mod shelf;
mod sign_in;
mod term;
mod tracker;

pub use canonical::NotCanonical;
pub use case::{Case, Expect};
pub use clause::{Clause, Dropped};
pub use code::UnknownCode;
pub use diff::{ClauseChange, Diff, How, RuleChange, RuleSort};
pub use element::{Class, Element, Shape};
pub use judge::{
    ActKind, Ask, Facts, Hold, HoldGround, PlaceFact, Reason, RowFact, RowState, Rule, Verdict, WayOn, WorkFact,
};
pub use kind::Kind;
pub use language::{Language, Texts};
pub use ledger::names;
pub use load::{Checked, Draft, Found, check, check_found, load};
pub use measure::{Measure, Rhythm};
pub use notice::{Block, BlockKind, Inline, Notice};
pub use organisation::{Contact, Entity, Erasure, Limits, Organisation};
pub use policy::Policy;
pub use problem::{Problem, Severity};
pub use product::Product;
pub use purpose::{Condition, Purpose, Role};
pub use recipient::{Ground, JointUse, OptOut, Recipient, RecipientKind, Route};
pub use rights::{Act, OfficeAct, Rights};
pub use sign_in::{SignIn, Way};
pub use term::{Dispose, Keep, Term, Trigger};
pub use tracker::{Tracker, TrackerPurpose};
