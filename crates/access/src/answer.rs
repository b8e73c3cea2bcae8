//! The four answers an act can have besides success.

use ledger::names::ClauseId;
use policy::{Reason, Texts};

/// Why an act was not done.
#[derive(Debug, thiserror::Error)]
pub enum No {
    /// The policy said no. The refusal itself is in the ledger.
    #[error("the policy refuses this act")]
    Refusal(Box<Refusal>),
    /// What was asked cannot be read or is impossible as it stands.
    #[error("{0}")]
    Mistake(Box<Mistake>),
    /// There is nothing there, or the asker may not know whether there is.
    #[error("there is nothing here")]
    Missing,
    /// An act of high risk, and the last proof of who acts is too old; nothing was done. Whoever proves it again may repeat the act.
    #[error("who acts must be proved again: the last proof is older than {minutes} minutes")]
    ProofNeeded {
        /// How many minutes a proof counts.
        minutes: u16,
    },
    /// Too many acts wait; nothing was done.
    #[error("too many acts wait; try again in {retry_after_seconds} s")]
    Busy {
        /// When to try again, in seconds.
        retry_after_seconds: u32,
    },
    /// A fault of ours.
    #[error("a fault of the program: {0}")]
    Fault(Fault),
}

/// A refusal: which clauses said no, what would change the answer, and the entry that recorded it.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Every reason, worst first.
    pub reasons: Vec<Reason>,
    /// The clauses the refusal stands on.
    pub clauses: Vec<ClauseId>,
    /// The ledger entry of the refusal.
    pub entry: u64,
}

/// A mistake in what was asked: the field, the rule it breaks and the way on, in every language.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{field}: {}", texts.get(policy::Language::En))]
pub struct Mistake {
    /// The field, by the name it has in the API and in forms.
    pub field: String,
    /// The rule and the way on, without the value that broke it.
    pub texts: Texts,
}

impl Mistake {
    /// A mistake in `field`, told in Japanese, English and Vietnamese.
    pub fn new(field: impl Into<String>, ja: impl Into<String>, en: impl Into<String>, vi: impl Into<String>) -> Self {
        Self { field: field.into(), texts: Texts::new(ja, en, vi) }
    }
}

/// A fault of ours: details go to the log, the person gets an incident number.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Fault),
    /// What lies in the store contradicts itself; the text names the place, never a value.
    #[error("the store contradicts itself at {0}")]
    Damaged(&'static str),
    /// The machine's cryptography failed.
    #[error("a cryptographic step failed: {0}")]
    Crypto(&'static str),
}

impl From<Mistake> for No {
    fn from(mistake: Mistake) -> Self {
        Self::Mistake(Box::new(mistake))
    }
}

impl From<Fault> for No {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<store::Fault> for No {
    fn from(fault: store::Fault) -> Self {
        Self::Fault(Fault::Store(fault))
    }
}

impl From<store::BadColumn> for No {
    fn from(bad: store::BadColumn) -> Self {
        Self::Fault(Fault::Store(bad.into()))
    }
}

impl From<store::NotCommitted> for No {
    fn from(why: store::NotCommitted) -> Self {
        match why {
            store::NotCommitted::Lost => Self::from(Mistake::new(
                "version",
                "他の人が先に変更しました。画面を読み直してから、もう一度お試しください。",
                "Somebody changed this first. Load it again and repeat the act.",
                "Đã có người thay đổi trước. Hãy tải lại rồi thực hiện lại.",
            )),
            store::NotCommitted::Busy { retry_after_seconds } => Self::Busy { retry_after_seconds },
            store::NotCommitted::Fault(fault) => Self::from(fault),
        }
    }
}
