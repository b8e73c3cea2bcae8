//! The operations report: every promise on paper, for the representative and the management review.

use askama::Template;
use axum::response::Response;
use policy::catalogue;

use super::{Mark, Sight, Tally};
use crate::page::{Page, Place, ok};
use crate::words::on;

/// The report of the day that is looked at.
pub(super) fn page(sight: &Sight<'_>) -> Response {
    let w = sight.words();
    let asking = sight.asking;
    let policy = sight.policy();
    let mut sections: Vec<(String, Vec<Line>)> = Vec::new();
    let notice = policy.notice(w.0);
    for block in &notice.blocks {
        if matches!(block.kind, policy::BlockKind::Heading(2)) {
            sections.push((block.plain(), Vec::new()));
        }
        for promise in &block.promises {
            let first = policy.clauses_making(promise).first() == Some(&block.id);
            if let (true, Some(line)) = (first, Line::new(sight, promise, block.plain())) {
                match sections.last_mut() {
                    Some((_, lines)) => lines.push(line),
                    None => sections.push((notice.title.clone(), vec![line])),
                }
            }
        }
    }
    let gaps: Vec<Line> =
        sight.gaps().filter_map(|promise| Line::new(sight, &promise.id, promise.words(w.0).promise.clone())).collect();
    if !gaps.is_empty() {
        sections.push((w.policy_gaps().to_owned(), gaps));
    }
    // Who signs the report reads first what waits for somebody.
    let waiting: Vec<Line> = super::waiting(sight)
        .into_iter()
        .filter_map(|finding| {
            let clause = policy.clause_behind(finding.promise.as_str())?;
            Line::new(sight, &finding.promise, policy.clause_text(&clause, w.0)?.into_owned())
        })
        .collect();
    sections.insert(0, (w.policy_needs().to_owned(), waiting));
    sections.retain(|(_, lines)| !lines.is_empty());
    let day = sight.as_of.unwrap_or(sight.today);
    ok(&ReportPage {
        page: asking.page(Place::Policy, w.report_title()),
        company: policy.organisation().name.get(w.0).to_owned(),
        day: w.day(day),
        version: policy.version().to_owned(),
        in_force: w.day(on(sight.enacted.in_force_from, asking.desk.zone())),
        digest: sight.enacted.digest.to_string(),
        entry: w.entry(sight.enacted.entry),
        by: asking.session.actor.name.clone(),
        made: w.moment(asking.desk.now(), asking.desk.zone()),
        tally: Tally::new(sight),
        sections,
    })
}

/// A promise as a line of the report.
struct Line {
    mark: Mark,
    title: &'static str,
    sentence: String,
    counted: String,
    newest: String,
    lapses: String,
    whose: String,
    why: String,
    next: String,
}

impl Line {
    fn new(sight: &Sight<'_>, promise: &access::names::PromiseId, sentence: String) -> Option<Self> {
        let w = sight.words();
        let finding = sight.findings.get(promise)?;
        let words = catalogue::find(promise)?.words(w.0);
        let day = |date: Option<jiff::civil::Date>| date.map(|d| w.short_day(d, sight.today)).unwrap_or_default();
        let needed = finding.standing.needs_someone();
        let own = finding.next.as_ref().map(|next| next.label.get(w.0).to_owned());
        let why = finding.why.as_ref().filter(|_| finding.watched && needed);
        Some(Self {
            mark: Mark::new(finding.standing, w),
            title: &words.title,
            sentence,
            counted: if finding.of > 0 {
                w.policy_have_of(w.number(finding.have), w.number(finding.of))
            } else {
                String::new()
            },
            newest: day(finding.newest),
            lapses: day(finding.lapses),
            whose: finding.whose.clone().unwrap_or_default(),
            why: why.map(|why| why.get(w.0).to_owned()).unwrap_or_default(),
            next: own.or_else(|| needed.then(|| words.next.clone())).unwrap_or_default(),
        })
    }
}

#[derive(Template)]
#[template(path = "policy/report.html")]
struct ReportPage {
    page: Page,
    company: String,
    day: String,
    version: String,
    in_force: String,
    digest: String,
    entry: String,
    by: String,
    made: String,
    tally: Tally,
    sections: Vec<(String, Vec<Line>)>,
}
