//! Watches of the languages: the original prevails, the translations follow.

use super::Watch;
use super::books::Books;
use super::rows::{by_clause, count};
use super::scope::enacted;
use super::tally::{Flaw, Tally};
use crate::days::{after, between};
use ledger::names::ClauseId;
use policy::{Language, Policy, Texts};
use std::collections::BTreeSet;

pub(super) const WATCHES: &[(&str, Watch)] =
    &[("lang.japanese-prevails", original_prevails), ("lang.translations-exist", translations_exist)];

/// Days a translation may be behind before it is at risk, and before it is broken.
const RISK_DAYS: i32 = 14;
const BROKEN_DAYS: i32 = 60;

/// Counts the translated clauses that name the very original they were made from. At risk: the original changed and a translation
/// was not updated. Broken: no original is on file.
fn original_prevails(books: &Books, policy: &Policy) -> Tally {
    let original = policy.notice(Language::ORIGINAL);
    if original.blocks.len() <= 1 {
        // Only a title: a notice that is there at all has one.
        let why = Texts::new(
            "日本語の原文が登録されていません。",
            "No Japanese original is on file.",
            "Chưa có bản gốc tiếng Nhật.",
        );
        let label = Texts::new("原文を登録する", "Add the original and enact", "Thêm bản gốc và ban hành");
        return Tally::count(0, 1).flaw(Flaw::broken(why).since(books.in_force_since()).next(label, "/policy"));
    }
    let (mut have, mut of) = (0_u64, 0_u64);
    let mut stale: BTreeSet<ClauseId> = BTreeSet::new();
    for block in &original.blocks {
        let fingerprint = block.fingerprint();
        for language in Language::TRANSLATIONS {
            of += 1;
            let made_from = policy.clause(&block.id).and_then(|clause| clause.translated.get(language));
            if made_from == Some(&fingerprint) {
                have += 1;
            } else {
                stale.insert(block.id.clone());
            }
        }
    }
    Tally::count(have, of).newest(books.in_force_since()).evidence(enacted(books)).flaw(stale.first().map(|clause| {
        let n = of - have;
        let why = Texts::new(
            format!("原文が変わり、訳{n}件が追いついていません（{clause} など）。"),
            format!(
                "The original changed and {} behind, {clause} among them.",
                count(n, "translation is", "translations are")
            ),
            format!("Bản gốc đã đổi, còn {n} bản dịch chưa cập nhật (ví dụ {clause})."),
        );
        let label = Texts::new("訳を更新する", "Update the translation", "Cập nhật bản dịch");
        Flaw::attention(why).since(books.in_force_since()).next(label, "/policy")
    }))
}

/// Counts the languages that have every clause of the original, made from the original as it reads. At risk: one is behind. Broken: one
/// is missing, or has been behind for 60 days.
fn translations_exist(books: &Books, policy: &Policy) -> Tally {
    let original = policy.notice(Language::ORIGINAL);
    let behind = |language: Language| {
        let notice = policy.notice(language);
        let blocks = by_clause(&notice);
        let lacking = original.blocks.iter().filter(|block| {
            let there = blocks.get(&block.id).is_some_and(|own| !own.plain().trim().is_empty());
            let current = language == Language::ORIGINAL
                || policy.clause(&block.id).and_then(|c| c.translated.get(&language)) == Some(&block.fingerprint());
            !(there && current)
        });
        if notice.blocks.len() <= 1 { None } else { Some(lacking.count() as u64) }
    };
    let all: Vec<(Language, Option<u64>)> =
        Language::ALL.iter().map(|language| (*language, behind(*language))).collect();
    let have = all.iter().filter(|(_, lacking)| *lacking == Some(0)).count() as u64;
    let since = books.in_force_since();
    let days = since.map_or(0, |day| between(day, books.as_of));
    let flaws = all.iter().filter_map(|(language, lacking)| {
        let name = language.endonym();
        let label = Texts::new("訳を加えて改定する", "Add the translation and enact", "Thêm bản dịch và ban hành");
        let Some(lacking) = *lacking else {
            let why = Texts::new(
                format!("{name}の版がありません。"),
                format!("There is no version in {name}."),
                format!("Không có bản {name}."),
            );
            return Some(Flaw::broken(why).since(since).next(label, "/policy"));
        };
        if lacking == 0 {
            return None;
        }
        let why = Texts::new(
            format!("{name}の版は{lacking}文が{days}日遅れています。"),
            format!("{} of {name} behind for {days} days.", count(lacking, "sentence is", "sentences are")),
            format!("Bản {name} có {lacking} câu chậm {days} ngày."),
        );
        let worst = if days > BROKEN_DAYS {
            Flaw::broken(why).since(since.map(|day| after(day, BROKEN_DAYS + 1)))
        } else {
            let at = since.map(|day| after(day, BROKEN_DAYS + 1));
            Flaw::attention(why)
                .since(since.map(|day| after(day, RISK_DAYS)).filter(|day| *day <= books.as_of))
                .lapses(at)
        };
        Some(worst.next(label, "/policy"))
    });
    Tally::count(have, Language::ALL.len() as u64).newest(since).evidence(enacted(books)).flaws(flaws)
}

#[cfg(test)]
mod tests {
    use super::super::Standing::{Attention, Broken, Kept};
    use super::super::fixture::{day, found, in_force, version, without};

    /// The Japanese sentence changes and the translations do not follow.
    const REWORDED: (&str, &str, &str) = ("notice/ja.md", "あらかじめお伝えします。", "はじめにお伝えします。");

    #[test]
    fn translations_name_the_original_they_were_made_from() {
        let kept = found("lang.japanese-prevails", |_| ());
        assert_eq!((kept.standing, kept.have), (Kept, kept.of));
        assert!(kept.of > 300, "every clause in two translations: {}", kept.of);
        let stale = found("lang.japanese-prevails", |b| in_force(b, &[REWORDED], "2026-04-01"));
        assert_eq!((stale.standing, stale.of - stale.have), (Attention, 2));
        assert!(stale.why.unwrap().get(policy::Language::En).contains("2 translations are behind"));
    }

    #[test]
    fn a_language_that_stays_behind_is_broken_after_sixty_days() {
        assert_eq!(found("lang.translations-exist", |_| ()).standing, Kept);
        for (since, standing, lapses) in [
            ("2026-11-19", Attention, Some(day("2027-01-19"))),
            ("2026-09-21", Attention, Some(day("2026-11-21"))),
            ("2026-09-20", Broken, None),
        ] {
            let finding = found("lang.translations-exist", |b| in_force(b, &[REWORDED], since));
            assert_eq!(
                (finding.standing, finding.have, finding.of, finding.lapses),
                (standing, 1, 3, lapses),
                "{since}"
            );
        }
    }

    #[test]
    fn a_language_that_is_missing_is_broken_at_once() {
        let empty = |b: &mut super::Books, file: &str| {
            b.versions = vec![version(without(file), "2026-11-19", 50)];
        };
        let finding = found("lang.translations-exist", |b| empty(b, "notice/vi.md"));
        assert_eq!((finding.standing, finding.have, finding.of), (Broken, 2, 3));
        let finding = found("lang.japanese-prevails", |b| empty(b, "notice/ja.md"));
        assert_eq!((finding.standing, finding.have, finding.of), (Broken, 0, 1));
    }
}
