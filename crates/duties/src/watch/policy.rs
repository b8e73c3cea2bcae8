//! The watch of the published policy itself, and of checks that fail.

use super::Watch;
use super::books::Books;
use super::finding::Evidence;
use super::org::REVIEW_RISK_DAYS;
use super::scope::enacted;
use super::tally::{Flaw, Tally};
use crate::days::{after, between};
use policy::{Language, Policy, Texts};

pub(super) const WATCHES: &[(&str, Watch)] = &[("policy.published", published)];

/// Days for which a check of the public text is good.
const PROBE_DAYS: i32 = 7;

/// Counts the languages in which the version in force is published and was found at its address. At risk: a check failed once, or
/// the yearly review of the text is due within 30 days. Broken: checks have failed for a day. Unproven: no publication of the
/// version in force is on record, or the last check is more than 7 days old.
fn published(books: &Books, _: &Policy) -> Tally {
    let languages = Language::ALL.len() as u64;
    let Some(version) = books.enacted() else { return Tally::default() };
    let publish = Texts::new("方針を公表する", "Publish the notice", "Công bố thông báo");
    let Some((on, entry)) = books.published(version.digest) else {
        let why = Texts::new(
            "有効な版が公表されたという記録がありません。",
            "There is no record that the version in force was published.",
            "Chưa có hồ sơ cho thấy phiên bản hiện hành đã được công bố.",
        );
        return Tally::count(0, languages).flaw(Flaw::unproven(why).next(publish, "/notice/ja"));
    };
    let text = Texts::new("方針の公表", "The notice was published", "Công bố thông báo");
    let shown = [Some(Evidence { entry, on, text }), enacted(books)];
    let probe = books.probes("notice").find(|o| o.outcome == "ok").map(|o| books.day(o.at));
    let newest = probe.unwrap_or(on).max(on);
    let stale = (between(newest, books.as_of) > PROBE_DAYS).then(|| {
        let days = between(newest, books.as_of);
        let why = Texts::new(
            format!("公表した本文を確かめてから{days}日たちました。"),
            format!("The public text was last checked {days} days ago."),
            format!("Văn bản công bố được kiểm tra lần cuối cách đây {days} ngày."),
        );
        let label = Texts::new("公表した本文を確かめる", "Check the public text", "Kiểm tra văn bản công bố");
        Flaw::unproven(why).since(after(newest, PROBE_DAYS + 1)).next(label, "/notice/ja")
    });
    let good = if stale.is_some() { 0 } else { languages };
    Tally::count(good, languages)
        .newest(newest)
        .lapses(after(newest, PROBE_DAYS + 1))
        .lapses(books.in_force_since().map(|day| after(day, REVIEW_RISK_DAYS + 1)))
        .evidence(shown.into_iter().flatten())
        .flaw(stale)
        .flaw(failing(books, "notice", 1))
        .flaw(review_due(books))
}

/// Probes of one thing that fail: at risk at once, broken after so many days.
pub(super) fn failing(books: &Books, subject: &str, days: i32) -> Option<Flaw> {
    let first = books.probes(subject).take_while(|o| o.outcome != "ok").last()?;
    let since = books.day(first.at);
    let so_far = between(since, books.as_of);
    let label =
        Texts::new("原因を調べて再度確かめる", "Find the cause and check again", "Tìm nguyên nhân và kiểm tra lại");
    let why = Texts::new(
        format!("{since}から確認に失敗しています。"),
        format!("Checks have failed since {since}."),
        format!("Kiểm tra thất bại từ ngày {since}."),
    );
    let worst = if so_far >= days {
        Flaw::broken(why).since(after(since, days))
    } else {
        Flaw::attention(why).since(since).lapses(after(since, days))
    };
    Some(worst.next(label, "/records"))
}

fn review_due(books: &Books) -> Option<Flaw> {
    let since = books.in_force_since()?;
    let days = between(since, books.as_of);
    if days <= REVIEW_RISK_DAYS {
        return None;
    }
    let why = Texts::new(
        format!("有効な版は{days}日前のものです。年に1度は見直します。"),
        format!("The version in force is {days} days old; it is reviewed yearly."),
        format!("Phiên bản hiện hành đã {days} ngày; cần rà soát hằng năm."),
    );
    let label = Texts::new("方針を見直す", "Review the policy", "Rà soát chính sách");
    Some(Flaw::attention(why).since(after(since, REVIEW_RISK_DAYS + 1)).next(label, "/policy"))
}

#[cfg(test)]
mod tests {
    use super::super::Standing::{Attention, Broken, Kept, Unproven};
    use super::super::fixture::{case, check, in_force, note};
    use super::*;
    use crate::occasion::OccasionKind;

    #[test]
    fn the_policy_is_published_and_checked() {
        fn probe(books: &mut Books, outcome: &str, on: &str) {
            note(books, OccasionKind::Probe, "notice", outcome, on);
        }
        check(
            "policy.published",
            &[
                case("published long ago and not looked at since", |_| (), Unproven, 0, 3),
                case("checked a week ago", |b| probe(b, "ok", "2026-11-13"), Kept, 3, 3),
                case("checked 8 days ago", |b| probe(b, "ok", "2026-11-12"), Unproven, 0, 3),
                case("never published", |b| b.occasions.clear(), Unproven, 0, 3),
                case(
                    "failed today",
                    |b| (probe(b, "ok", "2026-11-19"), probe(b, "failed", "2026-11-20")).1,
                    Attention,
                    3,
                    3,
                ),
                case(
                    "failing since yesterday",
                    |b| {
                        probe(b, "ok", "2026-11-18");
                        probe(b, "failed", "2026-11-19");
                        probe(b, "failed", "2026-11-20");
                    },
                    Broken,
                    3,
                    3,
                ),
                case(
                    "failed and mended",
                    |b| (probe(b, "failed", "2026-11-18"), probe(b, "ok", "2026-11-19")).1,
                    Kept,
                    3,
                    3,
                ),
                case(
                    "a version 336 days old",
                    |b| {
                        in_force(b, &[("policy.toml", "version = \"7\"", "version = \"6\"")], "2025-12-19");
                        probe(b, "ok", "2026-11-19");
                    },
                    Attention,
                    3,
                    3,
                ),
            ],
        );
    }
}
