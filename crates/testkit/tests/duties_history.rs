//! What took place, read back: lines, one person's history, and every kind of entry told in plain words.

use access::No;
use duties::history::{self, EntryKind, Filter};
use duties::occasion::{self, New, OccasionKind};
use duties::{milestone, register};
use ledger::names::RowId;
use policy::Language;
use std::collections::BTreeSet;
use testkit::both::on_both;
use testkit::office::House;
use vault::Reveal;

const PERSON: &[(&str, &str)] = &[("name", "髙橋 直子"), ("email", "naoko@example.jp"), ("phone", "090-1234-5678")];

#[test]
fn every_kind_of_entry_is_explained_in_every_language_permitted_and_refused() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        let desk = house.desk_of(&house.officer, 3);
        for kind in EntryKind::ALL {
            for refused in [false, true] {
                let mut entry = desk.entry(*kind, desk.act_id());
                if refused {
                    entry = entry.refused();
                }
                let index = desk.commit(desk.act(&entry).unwrap()).await.unwrap().index();
                let mut told = BTreeSet::new();
                for language in Language::ALL {
                    let explained = history::explain(&house.office, index, *language).await.unwrap().unwrap();
                    assert_eq!(
                        (explained.line.kind, explained.line.refused, explained.line.entry),
                        (*kind, refused, index)
                    );
                    assert_eq!(explained.version.as_deref(), Some("7"));
                    assert!(explained.sentence.contains("2026-06-04 09:00"), "{}: {}", ground.name, explained.sentence);
                    assert!(explained.sentence.contains("mori"), "{}", explained.sentence);
                    told.insert(explained.sentence);
                }
                assert_eq!(told.len(), 3, "{kind}: three languages, three sentences");
            }
        }
        assert!(history::explain(&house.office, 10_000, Language::En).await.unwrap().is_none());
    });
}

#[test]
fn an_opening_is_explained_with_the_sentence_as_it_read_that_day() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        let row = house.applicants().await;
        let work = house.work("R-2026-118", "hr.recruit", &row).await;
        let naoko = house.person(&row, "hr.recruit", PERSON).await;
        let ask = |element: &str| Reveal {
            person: naoko,
            row: row.clone(),
            elements: vec![element.parse().unwrap()],
            purpose: "hr.recruit".parse().unwrap(),
            work: Some(work),
        };
        let opened = vault::reveal(&house.vault, &house.desk(), ask("phone")).await.unwrap().entry;
        let told = history::explain(&house.office, opened, Language::En).await.unwrap().unwrap();
        assert_eq!(
            told.sentence,
            "2026-06-01 09:00: lan (handler) opened Telephone number of one person, for “Selecting applicants”, under work record R-2026-118.",
            "{}",
            ground.name
        );
        let clause = told.clauses.iter().find(|(id, _)| id.as_str() == "purpose.people-recruit").unwrap();
        assert_eq!(Some(clause.1.as_str()), testkit::sample::policy().clause_text(&clause.0, Language::En).as_deref());
        let refused = match vault::reveal(&house.vault, &house.desk(), ask("health-check")).await {
            Err(No::Refusal(refusal)) => refusal.entry,
            other => panic!("{:?}", other.map(|_| ())),
        };
        let told = history::explain(&house.office, refused, Language::Ja).await.unwrap().unwrap();
        assert!(told.sentence.ends_with("を開こうとしました。方針により認められませんでした。"), "{}", told.sentence);
        assert!(told.clauses.iter().all(|(_, text)| !text.is_empty()));

        let history = history::of_person(&house.office, naoko).await.unwrap();
        let kinds: Vec<(EntryKind, bool)> = history.iter().map(|line| (line.kind, line.refused)).collect();
        assert_eq!(kinds, [(EntryKind::Revealed, true), (EntryKind::Revealed, false), (EntryKind::Imported, false)]);
        assert_eq!(history[1].work.as_deref(), Some("R-2026-118"));
        assert_eq!(history[1].actor.as_deref(), Some("lan"));
        assert_eq!(history[1].row.as_ref().map(RowId::as_str), Some("r-041"));
    });
}

#[test]
fn lines_are_paged_newest_first_and_filtered() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        let row = house.applicants().await;
        for day in 1..=25 {
            register::review(&house.desk_of(&house.officer, day), &row).await.unwrap();
        }
        let refused = register::review(&house.desk_of(&house.handler, 26), &row).await;
        assert!(matches!(refused, Err(No::Refusal(_))));
        let all = Filter::default();
        let mut seen = Vec::new();
        let mut before = None;
        loop {
            let page = history::recent(&house.office, before, 7, &all).await.unwrap();
            assert!(page.len() <= 7);
            let Some(last) = page.last() else { break };
            before = Some(last.entry);
            seen.extend(page.iter().map(|line| line.entry));
        }
        let size = house.store.head().await.unwrap().size;
        assert_eq!(seen, (0..size).rev().collect::<Vec<_>>(), "{}: every entry once, newest first", ground.name);
        let count = async |filter: Filter| history::recent(&house.office, None, 100, &filter).await.unwrap().len();
        assert_eq!(count(Filter { kind: Some(EntryKind::RegisterReviewed), ..all.clone() }).await, 26);
        assert_eq!(count(Filter { refused: true, ..all.clone() }).await, 1);
        assert_eq!(count(Filter { actor: Some("lan".into()), ..all.clone() }).await, 1);
        assert_eq!(count(Filter { purpose: Some("hr.recruit".parse().unwrap()), ..all.clone() }).await, 0);
        let both = Filter { kind: Some(EntryKind::RegisterReviewed), actor: Some("mori".into()), ..all };
        assert_eq!(count(both).await, 25);
    });
}

#[test]
fn evidence_says_what_it_was_about() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        let row = house.applicants().await;
        let naoko = house.person(&row, "hr.recruit", PERSON).await;
        let desk = house.desk_of(&house.officer, 1);
        let new = |kind, subject: &str, outcome: &str| New {
            kind,
            subject: subject.into(),
            outcome: outcome.into(),
            ..New::default()
        };
        let (inquiry, received) = occasion::record(&desk, new(OccasionKind::Inquiry, "Q-12", "")).await.unwrap();
        let answered = occasion::close(&desk, inquiry, "answered by mail").await.unwrap();
        let probed = occasion::record(&desk, new(OccasionKind::Probe, "contact", "failed")).await.unwrap().1;
        let offer = milestone::record(&desk, naoko, "offer-accepted").await.unwrap();
        let held = occasion::record(&desk, new(OccasionKind::Hold, &naoko.to_string(), "")).await.unwrap().1;
        for (entry, words) in [
            (received, "registered what came in (Inquiry: Q-12)"),
            (answered, "recorded an answer (Inquiry)"),
            (probed, "made a check (Probe: contact (failed))"),
            (offer, "recorded milestone: Acceptance of the job offer"),
            (held, "set or lifted a hold on the information of one person"),
        ] {
            let told = history::explain(&house.office, entry, Language::En).await.unwrap().unwrap();
            assert!(told.sentence.contains(words), "{}: {} says {words}", ground.name, told.sentence);
            assert!(!told.sentence.contains(&naoko.to_string()));
        }
    });
}
