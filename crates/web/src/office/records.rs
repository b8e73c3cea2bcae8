//! The ledger, as people read it: what took place, newest first, and one entry in plain words.

use access::{No, actor};
use askama::Template;
use axum::extract::Path;
use duties::history::{self, EntryKind, Filter, Line};

use crate::answer::Answer;
use crate::form::{Asked, Fields};
use crate::page::{Page, Place, clause_href, ok};
use crate::receipt::receipt;
use crate::visit::{Asking, encoded};
use crate::words::{Words, on};

/// How many entries a page lists.
const PAGE: u32 = 60;

/// `GET /records`: entries, newest first, with filters in the address.
pub(crate) async fn list(asking: Asking, Asked(asked): Asked) -> Answer {
    let w = asking.words();
    let office = asking.desk.office();
    let filter = Filter {
        kind: asked.maybe("kind"),
        purpose: asked.maybe("purpose"),
        actor: asked.some("actor").map(str::to_owned),
        refused: asked.has("answer", "refused"),
    };
    // Somebody who knows a number goes straight to it.
    let lines = history::recent(office, asked.maybe("before"), PAGE, &filter).await?;
    let older = (lines.len() >= PAGE as usize).then(|| lines.last().map(|l| turn(&asked, l.entry))).flatten();
    let kinds = EntryKind::ALL
        .iter()
        .map(|kind| (kind.word(), kind_label(w, kind.word()), filter.kind == Some(*kind)))
        .collect();
    let purposes = match asking.desk.policy() {
        Ok(policy) => policy
            .purposes()
            .iter()
            .map(|p| (p.id.to_string(), p.label.get(w.0).to_owned(), filter.purpose.as_ref() == Some(&p.id)))
            .collect(),
        Err(_) => Vec::new(),
    };
    let actors = actor::list(office)
        .await?
        .into_iter()
        .map(|a| {
            let chosen = filter.actor.as_deref() == Some(&a.actor.login);
            (a.actor.login, a.actor.name, chosen)
        })
        .collect();
    Ok(ok(&RecordsPage {
        page: asking.page(Place::Records, w.door_records()),
        events: lines.iter().map(|line| Event::new(&asking, line)).collect(),
        kinds,
        purposes,
        actors,
        refused: filter.refused,
        filtered: filter.kind.is_some() || filter.purpose.is_some() || filter.actor.is_some() || filter.refused,
        may_record: !super::evidence::offered(&asking).is_empty(),
        newest: asked.some("before").is_some().then(|| turn(&asked, u64::MAX)),
        older,
    }))
}

/// The same list from another entry on.
fn turn(asked: &Fields, before: u64) -> String {
    let mut address = String::from("/records?");
    for (name, value) in asked.0.iter().filter(|(name, value)| name != "before" && name != "lang" && !value.is_empty())
    {
        address.push_str(&format!("{}={}&", encoded(name), encoded(value)));
    }
    if before < u64::MAX {
        address.push_str(&format!("before={before}"));
    }
    address.trim_end_matches(['&', '?']).to_owned()
}

/// `GET /records/{n}`: one entry in plain words, with the clauses as they read that day.
pub(crate) async fn one(asking: Asking, Path(n): Path<String>) -> Answer {
    let w = asking.words();
    let n: u64 = n.parse().map_err(|_| No::Missing)?;
    let office = asking.desk.office();
    let told = history::explain(office, n, w.0).await?.ok_or(No::Missing)?;
    let next = history::entry(office, n.saturating_add(1)).await?.map(|line| line.entry);
    let href = |n: u64| (w.entry(n), format!("/records/{n}"));
    let line = &told.line;
    Ok(ok(&RecordPage {
        page: asking.page(Place::Records, w.entry(n)),
        title: kind_label(w, line.kind.word()),
        refused: line.refused,
        sentence: told.sentence.clone(),
        when: w.moment(line.at, asking.desk.zone()),
        actor: line.actor.clone(),
        purpose: told.purpose.clone(),
        elements: told.elements.clone(),
        work: line.work.clone(),
        row: line.row.as_ref().map(ToString::to_string),
        people: line.people,
        version: told.version.clone(),
        digest: line.policy.map(|digest| digest.to_string()),
        clauses: told
            .clauses
            .iter()
            .map(|(id, text)| (id.to_string(), text.clone(), clause_href(id.as_str())))
            .collect(),
        proof: format!("/records/{n}/proof"),
        earlier: n.checked_sub(1).map(href),
        later: next.map(href),
    }))
}

/// `GET /records/{n}/proof`: the receipt of one entry, to be kept.
pub(crate) async fn prove(asking: Asking, Path(n): Path<String>) -> Answer {
    let n: u64 = n.parse().map_err(|_| No::Missing)?;
    Ok(receipt(asking.state(), &asking.desk, n).await?)
}

/// An entry as a line of a list.
pub(crate) struct Event {
    pub(crate) entry: String,
    pub(crate) href: String,
    pub(crate) day: String,
    pub(crate) time: String,
    pub(crate) iso: String,
    pub(crate) what: &'static str,
    pub(crate) refused: bool,
    /// Elements, purpose, row: what it was about.
    pub(crate) about: String,
    pub(crate) actor: String,
    pub(crate) work: String,
    pub(crate) people: u32,
}

impl Event {
    pub(crate) fn new(asking: &Asking, line: &Line) -> Self {
        let w = asking.words();
        let policy = asking.desk.policy().ok();
        let mut about: Vec<String> = Vec::new();
        let elements: Vec<String> = line
            .elements
            .iter()
            .map(|id| {
                policy.and_then(|p| p.element(id)).map_or_else(|| id.to_string(), |e| e.label.get(w.0).to_owned())
            })
            .collect();
        if !elements.is_empty() {
            about.push(elements.join(w.comma()));
        }
        if let Some(purpose) = &line.purpose {
            about.push(super::work::purpose_label(asking, purpose));
        }
        if let Some(row) = &line.row {
            about.push(w.register_row_n(row));
        }
        let date = on(line.at, asking.desk.zone());
        Self {
            entry: w.entry(line.entry),
            href: format!("/records/{}", line.entry),
            day: w.short_day(date, asking.desk.today()),
            time: w.time(line.at, asking.desk.zone()),
            iso: date.to_string(),
            what: kind_label(w, line.kind.word()),
            refused: line.refused,
            about: about.join(" · "),
            actor: line.actor.clone().unwrap_or_else(|| w.records_program().to_owned()),
            work: line.work.clone().unwrap_or_default(),
            people: line.people,
        }
    }
}

/// What a kind of entry is called.
pub(crate) fn kind_label(w: Words, kind: &str) -> &'static str {
    match kind {
        "born" => w.kind_born(),
        "policy-enacted" => w.kind_policy_enacted(),
        "imported" => w.kind_imported(),
        "acquired" => w.kind_acquired(),
        "found" => w.kind_found(),
        "revealed" => w.kind_revealed(),
        "exported" => w.kind_exported(),
        "corrected" => w.kind_corrected(),
        "suspended" => w.kind_suspended(),
        "resumed" => w.kind_resumed(),
        "erased" => w.kind_erased(),
        "register-changed" => w.kind_register_changed(),
        "register-reviewed" => w.kind_register_reviewed(),
        "work-opened" => w.kind_work_opened(),
        "work-closed" => w.kind_work_closed(),
        "signed-in" => w.kind_signed_in(),
        "sign-in-refused" => w.kind_sign_in_refused(),
        "access-granted" => w.kind_access_granted(),
        "access-revoked" => w.kind_access_revoked(),
        "access-reviewed" => w.kind_access_reviewed(),
        "key-rotated" => w.kind_key_rotated(),
        "notice-published" => w.kind_notice_published(),
        "probed" => w.kind_probed(),
        "inquiry-received" => w.kind_inquiry_received(),
        "inquiry-answered" => w.kind_inquiry_answered(),
        "held" => w.kind_held(),
        "restored" => w.kind_restored(),
        "backed-up" => w.kind_backed_up(),
        "logs-reviewed" => w.kind_logs_reviewed(),
        "logs-read" => w.kind_logs_read(),
        "logs-answered" => w.kind_logs_answered(),
        "epoch-turned" => w.kind_epoch_turned(),
        "key-guarded" => w.kind_key_guarded(),
        "organisation-changed" => w.kind_organisation_changed(),
        "policy-adopted" => w.kind_policy_adopted(),
        "rules-approved" => w.kind_rules_approved(),
        "rules-acknowledged" => w.kind_rules_acknowledged(),
        "zones-reviewed" => w.kind_zones_reviewed(),
        "proposed" => w.kind_proposed(),
        "glass-broken" => w.kind_glass_broken(),
        "right-given" => w.kind_right_given(),
        "warrant-answered" => w.kind_warrant_answered(),
        "warrant-ended" => w.kind_warrant_ended(),
        "credential-added" => w.kind_credential_added(),
        "credential-ended" => w.kind_credential_ended(),
        "signed-out" => w.kind_signed_out(),
        "proof-given" => w.kind_proof_given(),
        "link-made" => w.kind_link_made(),
        "window-opened" => w.kind_window_opened(),
        "round-begun" => w.kind_round_begun(),
        "round-answered" => w.kind_round_answered(),
        "erasure-decided" => w.kind_erasure_decided(),
        "erasure-withdrawn" => w.kind_erasure_withdrawn(),
        _ => w.kind_recorded(),
    }
}

#[derive(Template)]
#[template(path = "records/list.html")]
struct RecordsPage {
    page: Page,
    events: Vec<Event>,
    kinds: Vec<(&'static str, &'static str, bool)>,
    purposes: Vec<(String, String, bool)>,
    actors: Vec<(String, String, bool)>,
    refused: bool,
    filtered: bool,
    may_record: bool,
    newest: Option<String>,
    older: Option<String>,
}

#[derive(Template)]
#[template(path = "records/one.html")]
struct RecordPage {
    page: Page,
    title: &'static str,
    refused: bool,
    sentence: String,
    when: String,
    actor: Option<String>,
    purpose: Option<String>,
    elements: Vec<String>,
    work: Option<String>,
    row: Option<String>,
    people: u32,
    version: Option<String>,
    digest: Option<String>,
    clauses: Vec<(String, String, String)>,
    proof: String,
    earlier: Option<(String, String)>,
    later: Option<(String, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use policy::Language;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_of_entry_has_a_name_of_its_own() {
        for language in Language::ALL {
            let names: BTreeSet<&str> =
                EntryKind::ALL.iter().map(|kind| kind_label(Words(*language), kind.word())).collect();
            assert_eq!(names.len(), EntryKind::ALL.len(), "{language}");
        }
    }
}
