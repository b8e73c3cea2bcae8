//! The drawer of one sentence: the rule in words, what was counted, the evidence, the next act, the history.

use access::names::{ClauseId, PromiseId};
use duties::watch::{Finding, Standing};
use policy::{Inline, Language, Role, catalogue};

use super::{Mark, Sight, law};
use crate::office::evidence;
use crate::router;
use crate::words::on;

/// What the drawer shows.
pub(super) struct Drawer {
    pub(super) tag: Option<(Mark, String)>,
    pub(super) title: String,
    pub(super) clause: String,
    pub(super) quote: Vec<Inline>,
    pub(super) quote_note: Option<String>,
    pub(super) proof: Option<Proof>,
    pub(super) why: Option<String>,
    pub(super) next: Option<NextAct>,
    pub(super) rule: Vec<(&'static str, String)>,
    pub(super) law: Vec<String>,
    pub(super) evidence: Vec<Shown>,
    pub(super) others: Vec<(Mark, &'static str)>,
    pub(super) products: Vec<(String, String)>,
    pub(super) history: Vec<Past>,
    pub(super) original: Option<String>,
    pub(super) notice_href: Option<String>,
}

/// The proof line, always in the same grammar: **n of m** · newest · lapses · whose turn.
pub(super) struct Proof {
    pub(super) counted: Option<String>,
    pub(super) rest: Vec<String>,
    pub(super) whose: Option<String>,
}

/// The one next act.
pub(super) struct NextAct {
    pub(super) label: String,
    /// Where it is done, when there is a page for it.
    pub(super) href: Option<String>,
}

/// An entry that shows something.
pub(super) struct Shown {
    pub(super) day: String,
    pub(super) iso: String,
    pub(super) text: String,
    pub(super) entry: String,
    pub(super) href: String,
}

/// How the sentence read in a version.
pub(super) struct Past {
    pub(super) version: String,
    pub(super) from: String,
    pub(super) text: Option<String>,
    pub(super) entry: String,
    pub(super) href: String,
}

impl Drawer {
    /// The drawer of a clause, or of a promise no clause makes. None when nobody knows it.
    pub(super) fn new(sight: &Sight<'_>, clause: &ClauseId) -> Option<Self> {
        let w = sight.words();
        let policy = sight.policy();
        let text = policy.clause_text(clause, w.0)?.into_owned();
        let notice = policy.notice(w.0);
        let block = notice.block(clause);
        let promises: Vec<PromiseId> = match policy.clause(clause) {
            Some(clause) => clause.promises.clone(),
            None => clause.as_str().parse().into_iter().collect(),
        };
        let finding = sight.finding(&promises);
        let promise = finding.and_then(|f| catalogue::find(&f.promise));
        let words = promise.map(|promise| promise.words(w.0));
        let quote = block.map_or_else(|| vec![Inline::Text(text.clone())], |block| block.text.clone());
        Some(Self {
            tag: finding.map(|f| (Mark::new(f.standing, w), since(sight, f))),
            title: words.map_or_else(|| w.policy_statement().to_owned(), |words| words.title.clone()),
            clause: clause.to_string(),
            quote_note: if block.is_none() { Some(w.policy_silent().to_owned()) } else { stale(sight, clause) },
            quote,
            proof: finding.map(|f| proof(sight, f)),
            why: finding.filter(|f| f.watched).and_then(|f| f.why.as_ref()).map(|why| why.get(w.0).to_owned()),
            next: finding.and_then(|f| next(sight, f, words)),
            rule: words.map_or_else(Vec::new, |words| {
                vec![
                    (w.policy_kept_by(), words.kept_by.clone()),
                    (w.policy_measured(), words.measured.clone()),
                    (w.policy_at_risk(), words.at_risk.clone()),
                    (w.policy_broken(), words.broken.clone()),
                ]
            }),
            law: promise.map(|promise| law::told(&promise.law, w)).unwrap_or_default(),
            evidence: finding.map(|f| evidence(sight, f)).unwrap_or_default(),
            others: others(sight, &promises, finding),
            products: policy
                .products()
                .iter()
                .filter_map(|p| Some((p.label.get(w.0).to_owned(), p.overrides.get(clause)?.get(w.0).to_owned())))
                .collect(),
            history: history(sight, clause),
            original: (w.0 != Language::ORIGINAL)
                .then(|| policy.clause_text(clause, Language::ORIGINAL))
                .flatten()
                .map(Into::into),
            notice_href: block.is_some().then(|| format!("/notice/{}#{clause}", w.code())),
        })
    }
}

/// For how long it has stood so.
fn since(sight: &Sight<'_>, finding: &Finding) -> String {
    let w = sight.words();
    let word = finding.standing.word(w.0);
    let day = sight.as_of.unwrap_or(sight.today);
    let days = finding.since.and_then(|since| day.since(since).ok()).map(|span| i64::from(span.get_days()));
    match days {
        Some(days) if days > 0 && matches!(finding.standing, Standing::Broken | Standing::Attention) => {
            w.policy_for_days(word, days)
        }
        _ => word.to_owned(),
    }
}

fn proof(sight: &Sight<'_>, finding: &Finding) -> Proof {
    let w = sight.words();
    if !finding.watched {
        return Proof { counted: None, rest: vec![w.policy_not_watched().to_owned()], whose: finding.whose.clone() };
    }
    let day = |date| w.short_day(date, sight.today);
    let newest = finding.newest.map(|date| w.policy_newest(day(date)));
    let lapses = finding.lapses.map(|date| w.policy_lapses(day(date)));
    let counted = (finding.of > 0).then(|| w.policy_have_of(w.number(finding.have), w.number(finding.of)));
    Proof { counted, rest: newest.into_iter().chain(lapses).collect(), whose: finding.whose.clone() }
}

/// The next act: the watch's own, else what the catalogue says would prove it. Nothing for what is kept.
fn next(sight: &Sight<'_>, finding: &Finding, words: Option<&'static catalogue::PromiseWords>) -> Option<NextAct> {
    let w = sight.words();
    if let Some(next) = &finding.next {
        // Evidence is recorded on a page of its own; the ledger's list only shows it.
        let role = sight.asking.session.actor.role;
        let to = match next.href.as_str() {
            "/records" => "/records/new",
            // A question is for those who ask it; whom it is asked has it among what waits for them.
            one if one.starts_with("/logs/questions/") && !matches!(role, Role::Officer | Role::Auditor) => "/logs",
            other => other,
        };
        // Who records no evidence has no such page.
        let records = !evidence::offered(sight.asking).is_empty();
        let there = router::leads_somewhere(to) && (records || !to.starts_with("/records/new"));
        let href = (finding.watched && there).then(|| to.to_owned());
        return Some(NextAct { label: next.label.get(w.0).to_owned(), href });
    }
    let needed = finding.standing.needs_someone();
    words.filter(|_| needed).map(|words| NextAct { label: words.next.clone(), href: None })
}

fn evidence(sight: &Sight<'_>, finding: &Finding) -> Vec<Shown> {
    let w = sight.words();
    finding
        .evidence
        .iter()
        .map(|e| Shown {
            day: w.short_day(e.on, sight.today),
            iso: e.on.to_string(),
            text: e.text.get(w.0).to_owned(),
            entry: w.entry(e.entry),
            href: format!("/records/{}", e.entry),
        })
        .collect()
}

/// The other promises the same sentence makes.
fn others(sight: &Sight<'_>, promises: &[PromiseId], shown: Option<&Finding>) -> Vec<(Mark, &'static str)> {
    let w = sight.words();
    promises
        .iter()
        .filter(|id| shown.is_none_or(|f| f.promise != **id))
        .filter_map(|id| Some((sight.findings.get(id)?, catalogue::find(id)?)))
        .map(|(finding, promise)| (Mark::new(finding.standing, w), promise.words(w.0).title.as_str()))
        .collect()
}

/// The versions in which the original sentence began to read as it then did, newest first.
fn history(sight: &Sight<'_>, clause: &ClauseId) -> Vec<Past> {
    let w = sight.words();
    let mut past: Vec<Past> = Vec::new();
    let mut before: Option<String> = None;
    for version in sight.asking.desk.office().versions() {
        let original = version.policy.notice(Language::ORIGINAL).block(clause).map(|block| block.source.clone());
        if original == before {
            continue;
        }
        let text = version.policy.notice(w.0).block(clause).map(policy::Block::plain);
        past.push(Past {
            version: version.policy.version().to_owned(),
            from: w.day(on(version.in_force_from, sight.asking.desk.zone())),
            text,
            entry: w.entry(version.entry),
            href: format!("/records/{}", version.entry),
        });
        before = original;
    }
    past.reverse();
    past
}

/// A translation that is older than its original says so.
fn stale(sight: &Sight<'_>, clause: &ClauseId) -> Option<String> {
    let w = sight.words();
    let policy = sight.policy();
    let noted = policy.clause(clause)?.translated.get(&w.0)?;
    let original = policy.notice(Language::ORIGINAL).block(clause)?.fingerprint();
    (*noted != original).then(|| w.policy_stale().to_owned())
}
