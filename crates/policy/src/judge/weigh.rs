//! How a question is weighed against the policy and the facts.

use std::collections::BTreeSet;

use ledger::names::{ClauseId, ElementId};

use super::{ActKind, Ask, Facts, HoldGround, PlaceFact, Reason, RowState, Rule, Verdict, WayOn, WorkFact};
use crate::{Class, Policy, Purpose};

/// What an act is measured by. One row for each act; everything else follows from it.
struct Measure {
    /// It serves the purpose: the purpose must be known, for this kind and on the row.
    purpose: bool,
    /// It touches values: every element must belong to the purpose and the row.
    elements: bool,
    /// It needs an open work record.
    work: Work,
    /// It is a use, which a suspension stops.
    use_of: bool,
    /// The states a row may be in.
    rows: &'static [RowState],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Work {
    No,
    /// Needed, but not about one person yet.
    AnyPerson,
    ThisPerson,
}

const IN_USE: &[RowState] = &[RowState::Active];
const HELD: &[RowState] = &[RowState::Active, RowState::Ended];
const ANY: &[RowState] = RowState::ALL;

const fn measure(act: ActKind) -> Measure {
    let (t, f) = (true, false);
    match act {
        ActKind::Reveal => Measure { purpose: t, elements: t, work: Work::ThisPerson, use_of: t, rows: IN_USE },
        ActKind::Find => Measure { purpose: t, elements: t, work: Work::AnyPerson, use_of: f, rows: IN_USE },
        ActKind::Correct => Measure { purpose: t, elements: t, work: Work::ThisPerson, use_of: f, rows: IN_USE },
        ActKind::Import => Measure { purpose: t, elements: t, work: Work::No, use_of: f, rows: IN_USE },
        ActKind::ExportPerson => Measure { purpose: t, elements: f, work: Work::ThisPerson, use_of: f, rows: HELD },
        ActKind::Suspend | ActKind::Resume | ActKind::Withdraw | ActKind::Erase => {
            Measure { purpose: f, elements: f, work: Work::No, use_of: f, rows: ANY }
        }
    }
}

/// The promise an act keeps whenever it is done.
const fn kept_by(act: ActKind) -> &'static str {
    match act {
        ActKind::Reveal | ActKind::Find => "tech.logs-kept",
        ActKind::Import => "org.ledger",
        ActKind::Correct => "rights.correct",
        ActKind::Suspend | ActKind::Resume => "rights.suspend",
        ActKind::Erase | ActKind::Withdraw => "dispose.proper",
        ActKind::ExportPerson => "rights.respond",
    }
}

pub(super) fn weigh(policy: &Policy, ask: &Ask, facts: &Facts) -> Verdict {
    let mut scale =
        Scale { policy, ask, facts, measure: measure(ask.act), reasons: Vec::new(), rests: BTreeSet::new() };
    let purpose = scale.purpose();
    scale.elements(purpose);
    scale.role(purpose);
    scale.work();
    scale.place();
    scale.suspension(purpose);
    scale.row();
    scale.hold();
    scale.verdict()
}

struct Scale<'a> {
    policy: &'a Policy,
    ask: &'a Ask,
    facts: &'a Facts,
    measure: Measure,
    reasons: Vec<Reason>,
    rests: BTreeSet<ClauseId>,
}

impl<'a> Scale<'a> {
    fn purpose(&mut self) -> Option<&'a Purpose> {
        let policy = self.policy;
        let purpose = policy.purpose(&self.ask.purpose);
        if !self.measure.purpose {
            return purpose;
        }
        match policy.kind(&self.ask.kind) {
            Some(kind) => self.rest(kind.category.clone()),
            None => self.refuse(Rule::KindUnknown, None, WayOn::AmendPolicy),
        }
        let Some(purpose) = purpose else {
            self.refuse(Rule::PurposeNotNotified, None, WayOn::ChooseNotifiedPurpose);
            return None;
        };
        self.rest(purpose.clause.clone());
        self.rest_on("purpose.within-scope");
        if !purpose.kinds.contains(&self.ask.kind) {
            self.refuse(Rule::PurposeNotForKind, None, WayOn::ChoosePurposeForKind);
        }
        if !purpose.every_row && !self.facts.row.purposes.contains(&purpose.id) {
            let way_on = WayOn::PutPurposeOnRow { purpose: purpose.id.clone() };
            self.refuse(Rule::PurposeNotOnRow, None, way_on);
        }
        Some(purpose)
    }

    fn elements(&mut self, purpose: Option<&Purpose>) {
        if !self.measure.elements {
            return;
        }
        if self.ask.elements.is_empty() {
            self.refuse(Rule::NoElement, None, WayOn::NameElements);
        }
        let ask = self.ask;
        for id in &ask.elements {
            self.element(id, purpose);
        }
    }

    fn element(&mut self, id: &ElementId, purpose: Option<&Purpose>) {
        let Some(element) = self.policy.element(id) else {
            self.refuse(Rule::ElementUnknown, Some(id), WayOn::AmendPolicy);
            return;
        };
        if !self.facts.row.elements.contains(id) {
            let way_on = WayOn::PutElementOnRow { element: id.clone() };
            self.refuse(Rule::ElementOutsideRow, Some(id), way_on);
        }
        let Some(purpose) = purpose else { return };
        if !purpose.elements.contains(id) {
            let way_on = WayOn::LeaveElementOut { element: id.clone() };
            self.refuse(Rule::ElementOutsidePurpose, Some(id), way_on);
            return;
        }
        if element.class == Class::SpecialCare {
            self.rest_on("gap.special-care-consent");
        }
        // A search or an import is about nobody yet, so there only what asks for special care waits for its condition.
        let about_nobody = matches!(self.ask.act, ActKind::Find | ActKind::Import);
        let asks = !about_nobody || element.class == Class::SpecialCare;
        if let Some(condition) = purpose.needs.get(id).filter(|_| asks) {
            if self.facts.milestones.contains(&condition.milestone) {
                self.rest(condition.clause.clone());
            } else {
                let way_on =
                    WayOn::RegisterMilestone { milestone: condition.milestone.clone(), label: condition.label.clone() };
                self.refuse_by(condition.clause.clone(), Rule::ConditionNotMet, Some(id), way_on);
            }
        }
    }

    fn role(&mut self, purpose: Option<&Purpose>) {
        let role = self.facts.role;
        let may = self.facts.beyond_role || self.policy.rights().may(role, self.ask.act);
        let for_purpose = !self.measure.purpose || purpose.is_none_or(|purpose| purpose.roles.contains(&role));
        if may && for_purpose {
            self.rest_on(Rule::RoleMayNot.promise());
        } else {
            self.refuse(Rule::RoleMayNot, None, WayOn::AskOfficer);
        }
    }

    fn work(&mut self) {
        let free_search = self.ask.act == ActKind::Find && self.policy.limits().search_without_work;
        if self.measure.work == Work::No || (free_search && self.facts.work == WorkFact::None) {
            return;
        }
        let (rule, way_on) = match self.facts.work {
            WorkFact::Open => return self.rest_on(Rule::NoWork.promise()),
            WorkFact::NotThisPerson if self.measure.work == Work::AnyPerson => {
                return self.rest_on(Rule::NoWork.promise());
            }
            WorkFact::None => (Rule::NoWork, WayOn::NameWork),
            WorkFact::NotFound => (Rule::WorkNotFound, WayOn::NameWork),
            WorkFact::NotStarted => (Rule::WorkNotStarted, WayOn::WaitForWork),
            WorkFact::Ended => (Rule::WorkEnded, WayOn::AskWorkOwnerToExtend),
            WorkFact::NotYours => (Rule::WorkNotYours, WayOn::AskWorkOwnerToAssign),
            WorkFact::OtherPurpose => (Rule::WorkOtherPurpose, WayOn::NameWorkForPurpose),
            WorkFact::NotThisPerson => (Rule::WorkNotThisPerson, WayOn::AskWorkOwnerToAddPerson),
        };
        self.refuse(rule, None, way_on);
    }

    fn place(&mut self) {
        let opens = matches!(self.ask.act, ActKind::Reveal | ActKind::Find | ActKind::Correct | ActKind::ExportPerson);
        let policy = self.policy;
        let Some(place) = policy.rights().place_for(&self.ask.purpose).filter(|_| opens) else { return };
        let go = || WayOn::GoToPlace { label: place.label.clone() };
        let (rule, way_on) = match self.facts.place {
            PlaceFact::Supervised => return self.rest(place.clause.clone()),
            PlaceFact::Unlisted => (Rule::PlaceNotListed, go()),
            PlaceFact::Closed => (Rule::PlaceClosed, go()),
            PlaceFact::Unsupervised => (Rule::NotSupervised, WayOn::AskSupervisor),
        };
        self.refuse_by(place.clause.clone(), rule, None, way_on);
    }

    fn suspension(&mut self, purpose: Option<&Purpose>) {
        let ordered_by_law = purpose.is_some_and(|purpose| purpose.every_row);
        if self.facts.suspended && self.measure.use_of && !ordered_by_law {
            self.refuse(Rule::Suspended, None, WayOn::ResumeFirst);
        }
        if !self.facts.suspended && self.ask.act == ActKind::Resume {
            self.refuse(Rule::NotSuspended, None, WayOn::NothingToDo);
        }
    }

    fn row(&mut self) {
        let state = self.facts.row.state;
        if self.measure.rows.contains(&state) {
            self.rest_on("org.ledger");
            return;
        }
        match state {
            RowState::Draft => self.refuse(Rule::RowDraft, None, WayOn::ApproveRow),
            RowState::Ended => self.refuse(Rule::RowEnded, None, WayOn::UseAnotherRow),
            RowState::Active => {}
        }
    }

    fn hold(&mut self) {
        let Some(hold) = self.facts.erased_hold.filter(|_| self.ask.act == ActKind::Erase) else { return };
        if hold.until.is_some_and(|until| until < self.facts.today) {
            return;
        }
        let rule = match hold.ground {
            HoldGround::Term => Rule::HeldByTerm,
            HoldGround::Law => Rule::HeldByLaw,
            HoldGround::Dispute => Rule::HeldByDispute,
        };
        let way_on = hold.until.map_or(WayOn::CloseDispute, |day| WayOn::WaitUntil { day });
        self.refuse(rule, None, way_on);
    }

    fn refuse(&mut self, rule: Rule, element: Option<&ElementId>, way_on: WayOn) {
        match self.policy.clause_behind(rule.promise()) {
            Some(clause) => self.refuse_by(clause, rule, element, way_on),
            None => self.refuse_by(self.policy.first_clause(), rule, element, way_on),
        }
    }

    fn refuse_by(&mut self, clause: ClauseId, rule: Rule, element: Option<&ElementId>, way_on: WayOn) {
        self.reasons.push(Reason { rule, clause, element: element.cloned(), way_on });
    }

    fn rest_on(&mut self, promise: &str) {
        if let Some(clause) = self.policy.clause_behind(promise) {
            self.rest(clause);
        }
    }

    fn rest(&mut self, clause: ClauseId) {
        self.rests.insert(clause);
    }

    fn verdict(mut self) -> Verdict {
        if self.reasons.is_empty() {
            self.rest_on(kept_by(self.ask.act));
            return Verdict::Yes { clauses: self.rests.into_iter().collect() };
        }
        self.reasons.sort_by_key(|reason| reason.rule);
        let clauses: BTreeSet<ClauseId> = self.reasons.iter().map(|reason| reason.clause.clone()).collect();
        Verdict::No { clauses: clauses.into_iter().collect(), reasons: self.reasons }
    }
}
