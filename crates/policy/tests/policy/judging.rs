//! Judging, fact by fact.

use std::collections::BTreeSet;

use jiff::civil::date;
use policy::{
    ActKind, Ask, Facts, Hold, HoldGround, Language, Policy, Role, RowFact, RowState, Rule, Verdict, WayOn, WorkFact,
};
use proptest::prelude::*;

use crate::tiny;

fn sample() -> Policy {
    tiny::settled(&crate::sample::files())
}

fn ask(act: ActKind, kind: &str, purpose: &str, elements: &[&str]) -> Ask {
    Ask {
        act,
        kind: kind.parse().unwrap(),
        row: "row-1".parse().unwrap(),
        elements: elements.iter().map(|element| element.parse().unwrap()).collect(),
        purpose: purpose.parse().unwrap(),
    }
}

/// Everything is as it should be for this question.
fn facts(ask: &Ask) -> Facts {
    Facts {
        today: date(2026, 11, 22),
        role: Role::Handler,
        work: WorkFact::Open,
        row: RowFact {
            state: RowState::Active,
            purposes: BTreeSet::from([ask.purpose.clone()]),
            elements: ask.elements.iter().cloned().collect(),
        },
        suspended: false,
        erased_hold: None,
        milestones: BTreeSet::new(),
        beyond_role: false,
        place: policy::PlaceFact::Supervised,
    }
}

fn recruit() -> Ask {
    ask(ActKind::Reveal, "applicant", "hr.recruit", &["phone"])
}

fn rules(verdict: &Verdict) -> Vec<Rule> {
    verdict.reasons().iter().map(|reason| reason.rule).collect()
}

#[test]
fn a_yes_names_the_clauses_it_rests_on() {
    let verdict = sample().judge(&recruit(), &facts(&recruit()));
    let clauses: Vec<&str> = verdict.clauses().iter().map(|clause| clause.as_str()).collect();
    assert_eq!(
        clauses,
        [
            "org.ledger",
            "purpose.people-recruit",
            "purpose.within-scope",
            "scope.people.applicants",
            "tech.by-role",
            "tech.logs-kept",
            "tech.logs-reconciled",
        ]
    );
    assert!(verdict.is_yes() && verdict.reasons().is_empty());
}

#[test]
fn a_no_gives_every_reason_with_its_clause_and_a_way_on() {
    let policy = sample();
    let ask = ask(ActKind::Reveal, "applicant", "hr.recruit", &["health-check", "bank-account"]);
    let mut facts = facts(&ask);
    facts.work = WorkFact::NotYours;
    facts.suspended = true;
    facts.row.elements.clear();
    let verdict = policy.judge(&ask, &facts);
    assert_eq!(
        rules(&verdict),
        [
            Rule::ElementOutsidePurpose,
            Rule::ElementOutsideRow,
            Rule::ElementOutsideRow,
            Rule::ConditionNotMet,
            Rule::WorkNotYours,
            Rule::Suspended,
        ]
    );
    let condition = &verdict.reasons()[3];
    assert_eq!(condition.clause.as_str(), "gap.special-care-consent.2");
    assert_eq!(condition.element.as_ref().unwrap().as_str(), "health-check");
    assert_eq!(
        condition.text(&policy, Language::En),
        "Health check result: What must come before this data element may be used is not on record."
    );
    assert_eq!(
        condition.way_on.text(&policy, Language::Ja),
        "「採用内定の承諾」を、事実となってから記録してください。"
    );
    for reason in verdict.reasons() {
        assert!(verdict.clauses().contains(&reason.clause));
        for language in Language::ALL {
            assert!(policy.clause_text(&reason.clause, *language).is_some_and(|text| !text.is_empty()));
            assert!(!reason.text(&policy, *language).is_empty());
            assert!(!reason.way_on.text(&policy, *language).contains("{}"));
        }
    }
}

#[test]
fn an_unknown_purpose_kind_or_element_is_a_no() {
    let policy = sample();
    let of = |ask: &Ask| rules(&policy.judge(ask, &facts(ask)));
    assert_eq!(of(&ask(ActKind::Reveal, "applicant", "hr.gossip", &["phone"])), [Rule::PurposeNotNotified]);
    assert_eq!(
        of(&ask(ActKind::Reveal, "alien", "hr.recruit", &["phone"])),
        [Rule::PurposeNotForKind, Rule::KindUnknown]
    );
    assert_eq!(of(&ask(ActKind::Reveal, "applicant", "hr.recruit", &["aura"])), [Rule::ElementUnknown]);
    assert_eq!(of(&ask(ActKind::Reveal, "applicant", "hr.recruit", &[])), [Rule::NoElement]);
}

#[test]
fn every_state_of_work_has_its_answer() {
    let policy = sample();
    let expected = [
        (WorkFact::None, Some(Rule::NoWork)),
        (WorkFact::NotFound, Some(Rule::WorkNotFound)),
        (WorkFact::NotStarted, Some(Rule::WorkNotStarted)),
        (WorkFact::Ended, Some(Rule::WorkEnded)),
        (WorkFact::NotYours, Some(Rule::WorkNotYours)),
        (WorkFact::OtherPurpose, Some(Rule::WorkOtherPurpose)),
        (WorkFact::NotThisPerson, Some(Rule::WorkNotThisPerson)),
        (WorkFact::Open, None),
    ];
    assert_eq!(expected.len(), WorkFact::ALL.len());
    for (work, rule) in expected {
        let facts = Facts { work, ..facts(&recruit()) };
        assert_eq!(rules(&policy.judge(&recruit(), &facts)), rule.into_iter().collect::<Vec<_>>(), "{work}");
    }
    // A search is about nobody yet.
    let find = ask(ActKind::Find, "applicant", "hr.recruit", &["phone"]);
    let facts = Facts { work: WorkFact::NotThisPerson, ..facts(&find) };
    assert!(policy.judge(&find, &facts).is_yes());
}

#[test]
fn a_search_without_work_is_for_the_policy_to_allow() {
    let files = crate::sample::files();
    let free = tiny::changed(&files, "policy.toml", "search_without_work = false", "search_without_work = true");
    // The case that says otherwise must go with the rule.
    let cases = &files["cases.toml"];
    let parts: Vec<&str> = cases.split("\n[[case]]").filter(|case| !case.contains("act = \"find\"")).collect();
    let mut free = free;
    free.insert("cases.toml".into(), parts.join("\n[[case]]"));
    let find = ask(ActKind::Find, "applicant", "hr.recruit", &["phone"]);
    let facts = Facts { work: WorkFact::None, ..facts(&find) };
    assert!(tiny::settled(&free).judge(&find, &facts).is_yes());
    let ended = Facts { work: WorkFact::Ended, ..facts.clone() };
    assert_eq!(rules(&tiny::settled(&free).judge(&find, &ended)), [Rule::WorkEnded]);
    assert_eq!(rules(&sample().judge(&find, &facts)), [Rule::NoWork]);
}

#[test]
fn roles_may_what_their_acts_and_purposes_say() {
    let policy = sample();
    let may = |act, role, purpose: &str, kind: &str, element: &str| {
        let ask = ask(act, kind, purpose, &[element]);
        let facts = Facts { role, suspended: act == ActKind::Resume, ..facts(&ask) };
        policy.judge(&ask, &facts).is_yes()
    };
    for act in
        [ActKind::Reveal, ActKind::Find, ActKind::Correct, ActKind::Import, ActKind::ExportPerson, ActKind::Suspend]
    {
        assert!(may(act, Role::Handler, "hr.recruit", "applicant", "phone"), "{act}");
        assert!(may(act, Role::Officer, "hr.recruit", "applicant", "phone"), "{act}");
        assert!(!may(act, Role::Auditor, "hr.recruit", "applicant", "phone"), "{act}");
        assert!(!may(act, Role::Administrator, "hr.recruit", "applicant", "phone"), "{act}");
    }
    for act in [ActKind::Resume, ActKind::Erase, ActKind::Withdraw] {
        for role in Role::ALL {
            assert_eq!(may(act, *role, "hr.recruit", "applicant", "phone"), *role == Role::Officer, "{act} {role}");
        }
    }
    // An auditor sees what a purpose shows to auditors, and changes nothing.
    assert!(may(ActKind::Reveal, Role::Auditor, "audit.check", "employee", "name"));
    assert!(!may(ActKind::Correct, Role::Auditor, "audit.check", "employee", "name"));
    assert!(!may(ActKind::Reveal, Role::Handler, "audit.check", "employee", "name"));
}

#[test]
fn a_suspension_stops_use_and_nothing_else() {
    let policy = sample();
    for act in ActKind::ALL {
        let ask = ask(*act, "applicant", "hr.recruit", &["phone"]);
        let facts = Facts { suspended: true, role: Role::Officer, ..facts(&ask) };
        let refused = rules(&policy.judge(&ask, &facts));
        let expected: &[Rule] = if *act == ActKind::Reveal { &[Rule::Suspended] } else { &[] };
        assert_eq!(refused, expected, "{act}");
    }
    let resume = ask(ActKind::Resume, "applicant", "hr.recruit", &[]);
    let facts = Facts { role: Role::Officer, ..facts(&resume) };
    assert_eq!(rules(&policy.judge(&resume, &facts)), [Rule::NotSuspended]);
}

#[test]
fn a_hold_keeps_until_its_last_day() {
    let policy = sample();
    let erase = ask(ActKind::Erase, "applicant", "hr.recruit", &[]);
    let last = date(2026, 11, 22);
    let on = |today, ground, until| {
        let hold = Some(Hold { ground, until });
        let facts = Facts { today, role: Role::Officer, erased_hold: hold, ..facts(&erase) };
        policy.judge(&erase, &facts)
    };
    for (ground, rule) in [
        (HoldGround::Term, Rule::HeldByTerm),
        (HoldGround::Law, Rule::HeldByLaw),
        (HoldGround::Dispute, Rule::HeldByDispute),
    ] {
        let verdict = on(last, ground, Some(last));
        assert_eq!(rules(&verdict), [rule]);
        assert_eq!(verdict.reasons()[0].way_on, WayOn::WaitUntil { day: last });
        assert!(on(last.tomorrow().unwrap(), ground, Some(last)).is_yes());
    }
    let open = on(date(2099, 1, 1), HoldGround::Dispute, None);
    assert_eq!(open.reasons()[0].way_on, WayOn::CloseDispute);
    // A hold keeps from erasing, not from reading.
    let reveal = Facts { erased_hold: Some(Hold { ground: HoldGround::Law, until: None }), ..facts(&recruit()) };
    assert!(policy.judge(&recruit(), &reveal).is_yes());
}

#[test]
fn rows_must_be_in_use_except_to_give_back_or_destroy() {
    let policy = sample();
    for act in ActKind::ALL {
        for state in RowState::ALL {
            let ask = ask(*act, "applicant", "hr.recruit", &["phone"]);
            let mut facts = Facts { role: Role::Officer, suspended: *act == ActKind::Resume, ..facts(&ask) };
            facts.row.state = *state;
            let ok = match act {
                ActKind::Suspend | ActKind::Resume | ActKind::Erase | ActKind::Withdraw => true,
                ActKind::ExportPerson => *state != RowState::Draft,
                _ => *state == RowState::Active,
            };
            assert_eq!(policy.judge(&ask, &facts).is_yes(), ok, "{act} {state}");
        }
    }
}

#[test]
fn what_law_orders_needs_no_purpose_on_the_row() {
    let policy = sample();
    let export = ask(ActKind::ExportPerson, "family", "rights.answer", &[]);
    let mut facts = facts(&export);
    facts.row.purposes.clear();
    facts.suspended = true;
    let verdict = policy.judge(&export, &facts);
    assert!(verdict.is_yes(), "{verdict:?}");
    assert!(verdict.clauses().iter().any(|clause| clause.as_str() == "rights.respond"));
}

#[test]
fn what_is_about_nobody_yet_waits_only_for_special_care() {
    let policy = sample();
    for act in [ActKind::Find, ActKind::Import, ActKind::Reveal] {
        let ordinary = ask(act, "subscriber", "partner.newsletter", &["mail-reaction"]);
        let special = ask(act, "applicant", "hr.recruit", &["health-check"]);
        let expected: &[Rule] = if act == ActKind::Reveal { &[Rule::ConditionNotMet] } else { &[] };
        assert_eq!(rules(&policy.judge(&ordinary, &facts(&ordinary))), expected, "{act}");
        assert_eq!(rules(&policy.judge(&special, &facts(&special))), [Rule::ConditionNotMet], "{act}");
    }
}

#[test]
fn where_the_policy_is_silent_the_catalogue_stands_in() {
    let policy = tiny::policy();
    let ask = ask(ActKind::Reveal, "visitor", "reception", &["phone"]);
    let verdict = policy.judge(&ask, &Facts { work: WorkFact::None, ..facts(&ask) });
    assert_eq!(verdict.clauses().iter().map(|clause| clause.as_str()).collect::<Vec<_>>(), ["tech.logs-reconciled"]);
    assert!(policy.clause(&verdict.clauses()[0]).is_none());
    assert!(policy.clause_text(&verdict.clauses()[0], Language::Vi).is_some());
}

fn any_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(all)
}

proptest! {
    #[test]
    fn an_answer_always_names_clauses_and_a_no_has_reasons(
        act in any_of(ActKind::ALL), role in any_of(Role::ALL), work in any_of(WorkFact::ALL),
        state in any_of(RowState::ALL), suspended: bool, on_row: bool,
        purpose in 0_usize..40, kind in 0_usize..20, elements in proptest::collection::vec(0_usize..60, 0..5),
    ) {
        let policy = sample_once();
        let name = |index: usize, all: Vec<String>| all.get(index).cloned().unwrap_or_else(|| "unknown".into());
        let purposes = policy.purposes().iter().map(|purpose| purpose.id.to_string()).collect();
        let kinds = policy.kinds().iter().map(|kind| kind.id.to_string()).collect();
        let all: Vec<String> = policy.elements().iter().map(|element| element.id.to_string()).collect();
        let elements: Vec<String> = elements.into_iter().map(|index| name(index, all.clone())).collect();
        let elements: Vec<&str> = elements.iter().map(String::as_str).collect();
        let ask = ask(act, &name(kind, kinds), &name(purpose, purposes), &elements);
        let mut facts = Facts { role, work, suspended, ..facts(&ask) };
        facts.row.state = state;
        if !on_row {
            facts.row.purposes.clear();
        }
        let verdict = policy.judge(&ask, &facts);
        prop_assert!(!verdict.clauses().is_empty());
        prop_assert_eq!(verdict.is_yes(), verdict.reasons().is_empty());
        prop_assert!(verdict.clauses().windows(2).all(|pair| pair[0] < pair[1]));
        for clause in verdict.clauses() {
            prop_assert!(policy.clause_texts(clause).is_some(), "{clause} has words");
        }
        // The administrator sees nothing, ever; and the same question has the same answer.
        prop_assert!(role != Role::Administrator || !verdict.is_yes());
        prop_assert_eq!(policy.judge(&ask, &facts), verdict);
    }

    #[test]
    fn less_is_never_more(suspended: bool, drop_row: bool, drop_milestone: bool) {
        // Taking a fact away that speaks for the act never turns a no into a yes.
        let policy = sample_once();
        let ask = ask(ActKind::Reveal, "applicant", "hr.recruit", &["health-check"]);
        let mut best = facts(&ask);
        best.milestones.insert("offer-accepted".into());
        prop_assert!(policy.judge(&ask, &best).is_yes());
        let mut facts = best.clone();
        facts.suspended = suspended;
        if drop_row { facts.row.purposes.clear(); }
        if drop_milestone { facts.milestones.clear(); }
        prop_assert_eq!(policy.judge(&ask, &facts).is_yes(), facts == best);
    }
}

fn sample_once() -> &'static Policy {
    static SAMPLE: std::sync::OnceLock<Policy> = std::sync::OnceLock::new();
    SAMPLE.get_or_init(sample)
}
