//! `cases.toml`: examples with known answers, judged every time the policy is.

use std::collections::BTreeSet;

use ledger::names::RowId;

use super::sheet::Section;
use super::{Places, Thing};
use crate::policy::Book;
use crate::problem::Flaw;
use crate::{
    ActKind, Ask, Case, Expect, Facts, Hold, HoldGround, Language, PlaceFact, Policy, Problem, Role, RowFact, RowState,
    Texts, Verdict, WorkFact,
};

/// The files a case's answer rests on.
pub(super) const REST_ON: [&str; 5] = ["kinds.toml", "elements.toml", "purposes.toml", "clauses.toml", "rights.toml"];

pub(super) fn read(section: &Section<'_, '_>, book: &mut Book) {
    let today = book.head.revised;
    for section in section.sections("case") {
        if let Some(case) = case(&section, today) {
            section.sheet.define(Thing::Case, &book.cases.len().to_string(), section.line());
            book.cases.push(case);
        }
        section.done();
    }
}

fn case(section: &Section<'_, '_>, today: jiff::civil::Date) -> Option<Case> {
    let say = section.texts("say");
    let clause = section.maybe_reference("clause", Thing::Clause);
    let rule = section.maybe_word("rule");
    let expects_yes = section.form("expect", "yes / no", |text| match text {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    });
    let given = section.section("given")?;
    let act = given.maybe_word("act").unwrap_or(ActKind::Reveal);
    let kind = given.reference("kind", Thing::Kind);
    let purpose = given.reference("purpose", Thing::Purpose);
    let elements = given.maybe_references("elements", Thing::Element);
    let row = RowFact {
        state: given.maybe_word("row").unwrap_or(RowState::Active),
        purposes: if given.has("row_purposes") {
            given.references("row_purposes", Thing::Purpose).into_iter().collect()
        } else {
            purpose.iter().cloned().collect()
        },
        elements: if given.has("row_elements") {
            given.references("row_elements", Thing::Element).into_iter().collect()
        } else {
            elements.iter().cloned().collect()
        },
    };
    let facts = Facts {
        today: given.maybe_date("today").unwrap_or(today),
        role: given.maybe_word("role").unwrap_or(Role::Handler),
        work: given.maybe_word("work").unwrap_or(WorkFact::Open),
        row,
        suspended: given.flag("suspended"),
        erased_hold: hold(&given),
        milestones: given.maybe_list("milestones").into_iter().collect::<BTreeSet<_>>(),
        beyond_role: given.flag("beyond_role"),
        place: given.maybe_word("place").unwrap_or(PlaceFact::Supervised),
    };
    given.done();
    let expect = if expects_yes? { Expect::Yes { clause } } else { Expect::No { clause, rule } };
    Some(Case { act, kind: kind?, purpose: purpose?, elements, facts, expect, say })
}

fn hold(given: &Section<'_, '_>) -> Option<Hold> {
    let ground = given.maybe_word::<HoldGround>("hold");
    let until = given.maybe_date("hold_until");
    ground.map(|ground| Hold { ground, until })
}

/// Judges every case and notes those that come out otherwise.
pub(super) fn judge(policy: &Policy, places: &Places, problems: &mut Vec<Problem>) {
    let Ok(row) = "case".parse::<RowId>() else { return };
    for (number, case) in policy.cases().iter().enumerate().filter(|(_, case)| is_whole(policy, case)) {
        let ask = Ask {
            act: case.act,
            kind: case.kind.clone(),
            row: row.clone(),
            elements: case.elements.clone(),
            purpose: case.purpose.clone(),
        };
        let verdict = policy.judge(&ask, &case.facts);
        let place = places.of(Thing::Case, &number.to_string());
        problems.extend(
            compare(policy, case, &verdict).map(|(flaw, arguments)| flaw.say(&place.file, place.line, &arguments)),
        );
    }
}

/// Whether all a case speaks of is there. What is not has been told already, at its own place.
fn is_whole(policy: &Policy, case: &Case) -> bool {
    policy.kinds().iter().any(|kind| kind.id == case.kind)
        && policy.purposes().iter().any(|purpose| purpose.id == case.purpose)
        && case.elements.iter().all(|id| policy.elements().iter().any(|element| element.id == *id))
}

fn compare(policy: &Policy, case: &Case, verdict: &Verdict) -> Option<(Flaw, Vec<Texts>)> {
    let clauses = || verdict.clauses().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let (expects_yes, clause) = match &case.expect {
        Expect::Yes { clause } => (true, clause),
        Expect::No { clause, .. } => (false, clause),
    };
    let told = |rest: Vec<Texts>| [case.say.clone(), Texts::same(given(case))].into_iter().chain(rest).collect();
    if expects_yes != verdict.is_yes() {
        let rest = vec![answer(expects_yes), answer(verdict.is_yes()), why(policy, verdict)];
        return Some((Flaw::CaseOutcome, told(rest)));
    }
    if let Some(clause) = clause.as_ref().filter(|clause| !verdict.clauses().contains(clause)) {
        return Some((Flaw::CaseClause, told(vec![Texts::same(clause.as_str()), Texts::same(clauses())])));
    }
    if let Expect::No { rule: Some(rule), .. } = case.expect {
        let rules: Vec<&str> = verdict.reasons().iter().map(|reason| reason.rule.code()).collect();
        if !rules.contains(&rule.code()) {
            return Some((Flaw::CaseRule, told(vec![Texts::same(rule.code()), Texts::same(rules.join(", "))])));
        }
    }
    None
}

/// What a case takes for given, in the words of the file.
fn given(case: &Case) -> String {
    let Case { act, kind, purpose, elements, facts, .. } = case;
    let mut out = format!("act={act} kind={kind} purpose={purpose}");
    if !elements.is_empty() {
        let elements: Vec<&str> = elements.iter().map(|element| element.as_str()).collect();
        out.push_str(&format!(" elements={}", elements.join("+")));
    }
    out.push_str(&format!(" role={} work={} row={}", facts.role, facts.work, facts.row.state));
    if !facts.milestones.is_empty() {
        let milestones: Vec<&str> = facts.milestones.iter().map(String::as_str).collect();
        out.push_str(&format!(" milestones={}", milestones.join("+")));
    }
    if facts.suspended {
        out.push_str(" suspended");
    }
    if facts.place != PlaceFact::Supervised {
        out.push_str(&format!(" place={}", facts.place));
    }
    if facts.beyond_role {
        out.push_str(" beyond_role");
    }
    if let Some(hold) = &facts.erased_hold {
        out.push_str(&format!(" hold={}", hold.ground));
    }
    out
}

fn answer(yes: bool) -> Texts {
    if yes { Texts::new("可", "yes", "được") } else { Texts::new("不可", "no", "không được") }
}

/// By what it came out as it did: the clauses, those that refused with their rule and its reason.
fn why(policy: &Policy, verdict: &Verdict) -> Texts {
    let say = |language: Language| {
        if verdict.reasons().is_empty() {
            return verdict.clauses().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        }
        let reasons = verdict.reasons().iter();
        let said = reasons.map(|reason| {
            let text = reason.text(policy, language);
            format!("{} ({}: {})", reason.clause, reason.rule, text.trim_end_matches(['.', '。']))
        });
        said.collect::<Vec<_>>().join(", ")
    };
    Texts::new(say(Language::Ja), say(Language::En), say(Language::Vi))
}
