//! Watches of changes to the document itself.

use super::Watch;
use super::books::Books;
use super::finding::Evidence;
use super::rows::{count, makes};
use super::tally::{Flaw, Tally};
use access::Enacted;
use jiff::civil::Date;
use policy::{Language, Policy, Texts};

pub(super) const WATCHES: &[(&str, Watch)] =
    &[("change.without-notice-limits", without_notice_limits), ("change.dates-shown", dates_shown)];

/// Counts the changes of the document that either left purposes, joint use and opt-out as they were, or were published before they came
/// into force (APPI 21(3), 27(3), 27(6)). Broken: a change of one of these came into force unpublished.
fn without_notice_limits(books: &Books, _: &Policy) -> Tally {
    let changes: Vec<(&Enacted, &Enacted)> =
        books.versions.iter().zip(books.versions.iter().skip(1)).map(|(old, new)| (&**old, &**new)).collect();
    if changes.is_empty() {
        return Tally::nothing(Texts::new(
            "最初の版から変更はありません。",
            "The document has not changed since its first version.",
            "Văn bản chưa thay đổi từ phiên bản đầu tiên.",
        ));
    }
    let told = |new: &Enacted| books.published(new.digest).is_some_and(|(on, _)| on <= books.day(new.in_force_from));
    let within = |(old, new): &&(&Enacted, &Enacted)| !needs_notice(&old.policy, &new.policy) || told(new);
    let silent = changes.iter().filter(|change| !within(change)).map(|(_, new)| {
        let (version, on) = (new.policy.version(), books.day(new.in_force_from));
        let why = Texts::new(
            format!("第{version}版は利用目的などを変えましたが、{on}の施行前に公表した記録がありません。"),
            format!("Version {version} changed purposes or sharing and was not published before {on}."),
            format!("Phiên bản {version} đổi mục đích hoặc việc chia sẻ nhưng không công bố trước ngày {on}."),
        );
        let label = Texts::new("通知の記録を添える", "Attach the notice or consent", "Đính kèm thông báo hoặc đồng ý");
        Flaw::broken(why).since(on).next(label, "/records")
    });
    Tally::count(changes.iter().filter(within).count() as u64, changes.len() as u64)
        .newest(books.in_force_since())
        .evidence(changes.iter().map(|(_, new)| version(books, new)))
        .flaws(silent)
}

/// Whether the law asks for a notice or consent before such a change.
fn needs_notice(old: &Policy, new: &Policy) -> bool {
    let purposes =
        |p: &Policy| p.purposes().iter().map(|p| (p.id.clone(), p.kinds.clone(), p.label.clone())).collect::<Vec<_>>();
    purposes(old) != purposes(new) || old.joint_uses() != new.joint_uses() || old.opt_outs() != new.opt_outs()
}

/// Counts, in each language, the two dates that the notice shows: of the first enactment and of the revision in force. Broken: one is not
/// shown as the version has it, or a later version with another text bears an earlier or the same date of revision.
fn dates_shown(books: &Books, policy: &Policy) -> Tally {
    let mut wanted: Vec<(Language, Date, bool)> = Vec::new();
    for language in Language::ALL {
        let blocks = policy.notice(*language).blocks;
        let telling: Vec<String> =
            blocks.iter().filter(|b| makes(policy, &b.id, "change.dates-shown")).map(policy::Block::plain).collect();
        for date in [policy.enacted(), policy.revised()] {
            wanted.push((*language, date, telling.iter().any(|text| tells(text, date, *language))));
        }
    }
    let missing = wanted.iter().find(|(.., shown)| !shown).map(|(language, date, _)| {
        let name = language.endonym();
        let why = Texts::new(
            format!("{name}の方針に、{date} の日付が示されていません。"),
            format!("The notice in {name} does not show the date {date}."),
            format!("Bản {name} không ghi ngày {date}."),
        );
        Flaw::broken(why).since(books.in_force_since()).next(redate(), "/policy")
    });
    let undated = books.versions.iter().zip(books.versions.iter().skip(1)).find(|(old, new)| {
        let reworded = Language::ALL.iter().any(|l| old.policy.notice(*l) != new.policy.notice(*l));
        reworded && new.policy.revised() <= old.policy.revised()
    });
    let undated = undated.map(|(_, new)| {
        let version = new.policy.version();
        let why = Texts::new(
            format!("第{version}版は本文が変わりましたが、改定日が新しくなっていません。"),
            format!("Version {version} has another text and no later date of revision."),
            format!("Phiên bản {version} đổi nội dung nhưng ngày sửa đổi không mới hơn."),
        );
        Flaw::broken(why).since(books.day(new.in_force_from)).next(redate(), "/policy")
    });
    let have = wanted.iter().filter(|(.., shown)| *shown).count() as u64;
    Tally::count(have, wanted.len() as u64)
        .newest(books.in_force_since())
        .evidence(books.versions.iter().map(|v| version(books, v)))
        .flaw(missing)
        .flaw(undated)
}

fn redate() -> Texts {
    Texts::new("改定日を直して制定する", "Set the revision date and enact", "Sửa ngày sửa đổi và ban hành")
}

fn version(books: &Books, enacted: &Enacted) -> Evidence {
    let (name, approvals) = (enacted.policy.version(), enacted.approvals.len() as u64);
    let text = Texts::new(
        format!("第{name}版の制定（承認{approvals}人）"),
        format!("Version {name} was enacted by {}", count(approvals, "approval", "approvals")),
        format!("Ban hành phiên bản {name} ({approvals} phê duyệt)"),
    );
    Evidence { entry: enacted.entry, on: books.day(enacted.in_force_from), text }
}

/// Whether a text tells this day, in one of the ways a notice in this language writes days.
fn tells(text: &str, date: Date, language: Language) -> bool {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let folded = policy::normal::fold::fold(text);
    let numbers: Vec<i32> = folded.split(|c: char| !c.is_ascii_digit()).filter_map(|run| run.parse().ok()).collect();
    let (year, month, day) = (i32::from(date.year()), i32::from(date.month()), i32::from(date.day()));
    let month_name = usize::try_from(month - 1).ok().and_then(|at| MONTHS.get(at)).copied().unwrap_or_default();
    let named = language == Language::En && folded.split(|c: char| !c.is_alphabetic()).any(|word| word == month_name);
    let written = numbers.windows(3).any(|run| matches!(run, [y, m, d] if (*y, *m, *d) == (year, month, day)))
        || numbers.windows(3).any(|run| matches!(run, [d, m, y] if (*y, *m, *d) == (year, month, day)));
    let in_words = named && numbers.windows(2).any(|run| matches!(run, [a, b] if (*a, *b) == (day, year)));
    written || in_words
}

#[cfg(test)]
mod tests {
    use super::super::Standing::{Broken, Kept, NothingToProve};
    use super::super::fixture::{case, check, edited, in_force, publish, version};
    use super::*;
    use jiff::civil::date;

    const EIGHT: (&str, &str, &str) = ("policy.toml", "version = \"7\"", "version = \"8\"");
    const EVENTS: (&str, &str, &str) = (
        "purposes.toml",
        "label.en = \"Telling people about sessions and exhibitions\"",
        "label.en = \"Telling people about everything\"",
    );
    const WORDS: (&str, &str, &str) = ("notice/ja.md", "あらかじめお伝えします。", "はじめにお伝えします。");

    fn amended(books: &mut Books, changes: &[(&str, &str, &str)], published: Option<&str>) {
        let next = version(edited(changes), "2026-10-01", 60);
        if let Some(on) = published {
            publish(books, &next, on);
        }
        books.versions.push(next);
    }

    #[test]
    fn changes_that_law_lets_nobody_make_silently_are_published_first() {
        check(
            "change.without-notice-limits",
            &[
                case("the first version", |_| (), NothingToProve, 0, 0),
                case("only a number changed", |b| amended(b, &[EIGHT], None), Kept, 1, 1),
                case("a purpose, published before", |b| amended(b, &[EIGHT, EVENTS], Some("2026-09-20")), Kept, 1, 1),
                case(
                    "a purpose, published on the day",
                    |b| amended(b, &[EIGHT, EVENTS], Some("2026-10-01")),
                    Kept,
                    1,
                    1,
                ),
                case("a purpose, published after", |b| amended(b, &[EIGHT, EVENTS], Some("2026-10-02")), Broken, 0, 1),
                case("a purpose, never published", |b| amended(b, &[EIGHT, EVENTS], None), Broken, 0, 1),
            ],
        );
    }

    #[test]
    fn the_dates_shown_are_those_of_the_version() {
        const REVISED: (&str, &str, &str) = ("policy.toml", "revised = 2026-04-01", "revised = 2026-10-01");
        check(
            "change.dates-shown",
            &[
                case("both in three languages", |_| (), Kept, 6, 6),
                case(
                    "revised and the notice still shows the old day",
                    |b| in_force(b, &[REVISED], "2026-10-01"),
                    Broken,
                    3,
                    6,
                ),
                case("another text under the old date", |b| amended(b, &[EIGHT, WORDS], None), Broken, 6, 6),
                case("the same text", |b| amended(b, &[EIGHT], None), Kept, 6, 6),
            ],
        );
    }

    #[test]
    fn days_are_read_as_notices_write_them() {
        let day = date(2026, 4, 1);
        for (text, language, told) in [
            ("最終改定　2026年4月1日", Language::Ja, true),
            ("最終改定　２０２６年４月１日", Language::Ja, true),
            ("2026-04-01", Language::Ja, true),
            ("1 April 2026", Language::En, true),
            ("April 1, 2026", Language::En, true),
            ("2026/04/01", Language::En, true),
            ("ngày 1 tháng 4 năm 2026", Language::Vi, true),
            ("01/04/2026", Language::Vi, true),
            ("1 May 2026", Language::En, false),
            ("11 April 2026", Language::En, false),
            ("2026年4月", Language::Ja, false),
            ("1 April 2026", Language::Ja, false),
            ("", Language::En, false),
        ] {
            assert_eq!(tells(text, day, language), told, "{text}");
        }
    }
}
