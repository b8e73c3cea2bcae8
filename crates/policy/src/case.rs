//! Cases: examples with known answers that stand beside the rules and are judged every time.

use ledger::names::{ClauseId, ElementId, KindId, PurposeId};

use crate::Texts;
use crate::judge::{ActKind, Facts, Rule};

/// One example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What happens.
    pub act: ActKind,
    /// To whose information.
    pub kind: KindId,
    /// For which purpose.
    pub purpose: PurposeId,
    /// To which elements.
    pub elements: Vec<ElementId>,
    /// Everything else that is the case.
    pub facts: Facts,
    /// What must come out.
    pub expect: Expect,
    /// The example in words.
    pub say: Texts,
}

/// What must come out of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Yes, resting on this clause among others when one is named.
    Yes {
        /// The clause.
        clause: Option<ClauseId>,
    },
    /// No, by this clause and this rule among others when they are named.
    No {
        /// The clause.
        clause: Option<ClauseId>,
        /// The rule.
        rule: Option<Rule>,
    },
}
