//! Logs laid against work records: what was read, what did not fit and became a question to somebody's manager, what was answered,
//! and which weeks were signed off.
//!
//! A log itself stays where it is kept: the evidence of a reading is its SHA-256, how many lines and events it had, its period, how
//! many fit, and the questions. The comparing is the policy's ([`policy::logs`]).

mod answer;
mod facts;
mod own;
mod read;
mod record;
mod sign;

pub use answer::{Answer, Answerers, answer, answerers};
pub use facts::{Known, known};
pub use own::{reconcile, reconcile_by, unread_days};
pub(crate) use read::open;
pub use read::{Question, QuestionId, Reading, ReadingId, Seen, SignOff, question, questions, readings, sign_offs};
pub use record::{File, Recorded, record, record_by_program};
pub use sign::{SectionState, WeekState, sign_off, weeks};
