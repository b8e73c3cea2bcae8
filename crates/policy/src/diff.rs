//! What changed from one policy to the next, and what may not change silently.

use std::collections::BTreeSet;

use ledger::names::{ClauseId, PromiseId};
use serde::Serialize;

use crate::code::coded;
use crate::policy::Book;
use crate::rights::{Act, Rights};
use crate::shelf::{Named, Shelf};
use crate::{Language, Policy, SignIn};

/// What changed between an older policy and a newer one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// Promises the older did not make and the newer makes.
    pub promises_added: Vec<PromiseId>,
    /// Promises both make, in other words: with the clauses whose text changed.
    pub promises_changed: Vec<PromiseId>,
    /// Promises the older made and the newer does not.
    pub promises_dropped: Vec<PromiseId>,
    /// Clauses only the newer has.
    pub clauses_added: Vec<ClauseId>,
    /// Clauses both have, whose words changed.
    pub clauses_changed: Vec<ClauseChange>,
    /// Clauses only the older has.
    pub clauses_dropped: Vec<ClauseId>,
    /// Rules that came, changed or went, by sort and then by name.
    pub rules: Vec<RuleChange>,
    /// Dropped promises that the newer policy does not name with a reason.
    unnamed: Vec<PromiseId>,
}

/// A clause whose words changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClauseChange {
    /// The clause.
    pub clause: ClauseId,
    /// The languages in which its words changed, original first.
    pub languages: Vec<Language>,
}

coded! {
    /// The sorts of rules a policy has.
    RuleSort {
        /// A kind of people.
        Kind = "kind",
        /// A data element.
        Element = "element",
        /// A purpose of use.
        Purpose = "purpose",
        /// A retention term.
        Term = "term",
        /// A recipient.
        Recipient = "recipient",
        /// What people were told before provision by opt-out.
        OptOut = "opt-out",
        /// What people were told before joint use.
        JointUse = "joint-use",
        /// A safety measure.
        Measure = "measure",
        /// A tool on the site or in mails.
        Tracker = "tracker",
        /// How logs are laid against work records.
        Logs = "logs",
        /// Terms of a product.
        Product = "product",
        /// How long an erasure takes.
        Erasure = "erasure",
        /// Who may do an act.
        Right = "right",
        /// How people sign in.
        SignIn = "sign-in",
    }
}

impl RuleSort {
    /// The law that asks for a notice when such a rule changes; none where it may change without
    /// (change.without-notice-limits).
    #[must_use]
    pub const fn notice_law(self) -> Option<&'static str> {
        match self {
            Self::Purpose => Some("APPI 17(2), 21(3)"),
            Self::OptOut => Some("APPI 27(3)"),
            Self::JointUse => Some("APPI 27(6)"),
            _ => None,
        }
    }
}

coded! {
    /// What happened to a rule.
    How {
        /// Only the newer policy has it.
        Added = "added",
        /// Both have it, and it says something else.
        Changed = "changed",
        /// Only the older policy has it.
        Dropped = "dropped",
    }
}

/// A rule that came, changed or went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleChange {
    /// Its sort.
    pub sort: RuleSort,
    /// Its name.
    pub id: String,
    /// What happened.
    pub how: How,
}

impl Diff {
    /// The changes of which the law wants people to be told: they may not be published silently.
    pub fn owing_notice(&self) -> impl Iterator<Item = &RuleChange> {
        self.rules.iter().filter(|rule| rule.sort.notice_law().is_some())
    }

    /// The dropped promises nobody has given a reason for. A policy may be enacted after an older one only
    /// when there are none: it must name them under `[[dropped]]`.
    #[must_use]
    pub fn needs_word(&self) -> &[PromiseId] {
        &self.unnamed
    }

    /// Whether no promise, clause or rule changed. The digests may still differ: by a comment, a case, a date.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Policy {
    /// What changed from `older` to this policy.
    #[must_use]
    pub fn diff(&self, older: &Self) -> Diff {
        let (new, old) = (self.promised(), older.promised());
        let dropped: Vec<PromiseId> = old.difference(&new).cloned().collect();
        let named = |promise: &&PromiseId| self.dropped().iter().any(|dropped| dropped.promise == **promise);
        let changed: Vec<ClauseChange> =
            self.clauses().iter().filter_map(|clause| self.change(older, &clause.id)).collect();
        let reworded = |promise: &&PromiseId| {
            let clauses = self.clauses_making(promise);
            clauses != older.clauses_making(promise) || changed.iter().any(|change| clauses.contains(&change.clause))
        };
        Diff {
            promises_added: new.difference(&old).cloned().collect(),
            promises_changed: new.intersection(&old).filter(reworded).cloned().collect(),
            unnamed: dropped.iter().filter(|promise| !named(promise)).cloned().collect(),
            promises_dropped: dropped,
            clauses_added: missing_in(self, older),
            clauses_dropped: missing_in(older, self),
            clauses_changed: changed,
            rules: rules(older.book(), self.book()),
        }
    }

    fn promised(&self) -> BTreeSet<PromiseId> {
        self.promises().cloned().collect()
    }

    fn change(&self, older: &Self, clause: &ClauseId) -> Option<ClauseChange> {
        older.clause(clause)?;
        let differs =
            |language: &Language| self.clause_source(clause, *language) != older.clause_source(clause, *language);
        let languages: Vec<Language> = Language::ALL.iter().copied().filter(|language| differs(language)).collect();
        (!languages.is_empty()).then(|| ClauseChange { clause: clause.clone(), languages })
    }
}

fn missing_in(here: &Policy, there: &Policy) -> Vec<ClauseId> {
    let ids = here.clauses().iter().map(|clause| &clause.id);
    ids.filter(|id| there.clause(id).is_none()).cloned().collect()
}

fn rules(old: &Book, new: &Book) -> Vec<RuleChange> {
    let mut changes = Vec::new();
    shelf(RuleSort::Kind, &old.kinds, &new.kinds, &mut changes);
    shelf(RuleSort::Element, &old.elements, &new.elements, &mut changes);
    shelf(RuleSort::Purpose, &old.purposes, &new.purposes, &mut changes);
    shelf(RuleSort::Term, &old.terms, &new.terms, &mut changes);
    shelf(RuleSort::Recipient, &old.recipients, &new.recipients, &mut changes);
    shelf(RuleSort::OptOut, &old.opt_outs, &new.opt_outs, &mut changes);
    shelf(RuleSort::JointUse, &old.joint_uses, &new.joint_uses, &mut changes);
    shelf(RuleSort::Measure, &old.measures, &new.measures, &mut changes);
    shelf(RuleSort::Tracker, &old.trackers, &new.trackers, &mut changes);
    shelf(RuleSort::Logs, &old.logs.sources, &new.logs.sources, &mut changes);
    shelf(RuleSort::Logs, &old.logs.checks, &new.logs.checks, &mut changes);
    shelf(RuleSort::Logs, &old.logs.reasons, &new.logs.reasons, &mut changes);
    shelf(RuleSort::Product, &old.products, &new.products, &mut changes);
    for (sort, key, before, now) in [
        (RuleSort::Erasure, "wait_hours", old.erasure.wait_hours, new.erasure.wait_hours),
        (RuleSort::Erasure, "backups_days", old.erasure.backups_days, new.erasure.backups_days),
        (RuleSort::Logs, "answer_days", old.logs.answer_days, new.logs.answer_days),
        (RuleSort::Logs, "sign_off_days", old.logs.sign_off_days, new.logs.sign_off_days),
    ] {
        if before != now {
            changes.push(RuleChange { sort, id: format!("{key} {before} → {now}"), how: How::Changed });
        }
    }
    rights(&old.rights, &new.rights, &mut changes);
    let (before, now) = (&old.sign_in, &new.sign_in);
    let words = |codes: Vec<&str>| if codes.is_empty() { "–".to_owned() } else { codes.join(", ") };
    let ways = |of: &SignIn| words(of.ways.iter().map(|way| way.code()).collect());
    let roles = |of: &SignIn| words(of.second_for.iter().map(|role| role.code()).collect());
    for (key, before, now) in [
        ("ways", ways(before), ways(now)),
        ("second_for", roles(before), roles(now)),
        ("grace_days", before.grace_days.to_string(), now.grace_days.to_string()),
        ("idle_minutes", before.idle_minutes.to_string(), now.idle_minutes.to_string()),
        ("session_hours", before.session_hours.to_string(), now.session_hours.to_string()),
        ("proof_minutes", before.proof_minutes.to_string(), now.proof_minutes.to_string()),
        ("password_characters", before.password_characters.to_string(), now.password_characters.to_string()),
    ] {
        if before != now {
            let id = format!("{key} {before} → {now}");
            changes.push(RuleChange { sort: RuleSort::SignIn, id, how: How::Changed });
        }
    }
    changes
}

/// Each act whose right changed, and each section of `rights.toml` that did.
fn rights(old: &Rights, new: &Rights, changes: &mut Vec<RuleChange>) {
    for act in Act::all() {
        let how = match (old.right(act), new.right(act)) {
            (None, Some(_)) => How::Added,
            (Some(_), None) => How::Dropped,
            (before, now) if before != now => How::Changed,
            _ => continue,
        };
        changes.push(RuleChange { sort: RuleSort::Right, id: act.code().to_owned(), how });
    }
    let places = old.places != new.places;
    let sections = [
        ("longest", old.longest != new.longest),
        ("glass", old.glass != new.glass),
        ("round", old.round != new.round),
        ("place", places),
    ];
    for (section, _) in sections.into_iter().filter(|(_, changed)| *changed) {
        changes.push(RuleChange { sort: RuleSort::Right, id: section.to_owned(), how: How::Changed });
    }
}

fn shelf<T: Named + PartialEq>(sort: RuleSort, old: &Shelf<T>, new: &Shelf<T>, changes: &mut Vec<RuleChange>) {
    let names: BTreeSet<&str> = old.all().iter().chain(new.all()).map(Named::name).collect();
    for id in names {
        let how = match (old.find(id), new.find(id)) {
            (None, _) => How::Added,
            (_, None) => How::Dropped,
            (Some(old), Some(new)) if old != new => How::Changed,
            _ => continue,
        };
        changes.push(RuleChange { sort, id: id.to_owned(), how });
    }
}
