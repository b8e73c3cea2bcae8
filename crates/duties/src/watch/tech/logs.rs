//! Watches of the logs: whole, signed, and checked against work records.

use crate::days::{after, between, months_after};
use crate::logs::Question;
use crate::watch::Watch;
use crate::watch::books::{Books, HOUR, Under, Use};
use crate::watch::finding::Evidence;
use crate::watch::rows::count;
use crate::watch::tally::{Flaw, Tally};
use jiff::civil::Date;
use ledger::EntryKind;
use policy::logs::{Asked, LogSort, LogSource, Week};
use policy::{Language, Policy, Rhythm, Texts};

pub(in crate::watch) const WATCHES: &[(&str, Watch)] =
    &[("tech.logs-kept", logs_kept), ("tech.logs-reconciled", logs_reconciled)];

/// Counts the entries that are there of those there should be. At risk: the newest signed checkpoint is more than a day older than
/// the newest entry; an access log of another system is missing for an hour. Broken: an entry is missing, or a verification failed; an
/// access log is missing for 24 hours. Unproven: no checkpoint was ever signed; an access log that the policy names was never read.
fn logs_kept(books: &Books, policy: &Policy) -> Tally {
    let tree = books.tree;
    let verify = Texts::new("記録を検証する", "Verify the ledger", "Kiểm chứng sổ ghi chép");
    let missing = tree.should.saturating_sub(tree.there);
    let gap = (missing > 0).then(|| {
        let why = Texts::new(
            format!("記録{missing}件が失われています。"),
            format!("{} missing from the ledger.", count(missing, "entry is", "entries are")),
            format!("Sổ ghi chép thiếu {missing} bản ghi."),
        );
        Flaw::broken(why).next(verify.clone(), "/records")
    });
    let signed = match (tree.checkpoint, tree.newest) {
        (None, Some(_)) => {
            let why = Texts::new(
                "署名されたチェックポイントがまだありません。",
                "No checkpoint has been signed yet.",
                "Chưa có điểm xác nhận nào được ký.",
            );
            Some(Flaw::unproven(why).next(verify.clone(), "/records"))
        }
        (Some((size, on)), Some(newest)) if size < tree.should && between(on, newest) > 1 => {
            let days = between(on, newest);
            let why = Texts::new(
                format!("最新のチェックポイントは{days}日前のものです。"),
                format!("The newest checkpoint is {days} days older than the newest entry."),
                format!("Điểm xác nhận mới nhất cũ hơn bản ghi mới nhất {days} ngày."),
            );
            Some(Flaw::attention(why).since(after(on, 2)).next(verify.clone(), "/records"))
        }
        _ => None,
    };
    let checks = books.probes("ledger").take(3).map(|o| crate::watch::org::occasion(books, o));
    Tally::count(tree.there.min(tree.should), tree.should)
        .newest(
            tree.checkpoint
                .map(|(_, on)| on)
                .max(books.probes("ledger").find(|o| o.outcome == "ok").map(|o| books.day(o.at))),
        )
        .evidence(checks)
        .flaw(gap)
        .flaw(signed)
        .flaw(crate::watch::policy::failing(books, "ledger", 0))
        .flaws(policy.logs().sources().iter().filter_map(|source| gap_of(books, source)))
}

/// So many days back, gaps of access logs are looked for.
const GAP_DAYS: i64 = 31;

/// The longest time for which an access log is missing.
fn gap_of(books: &Books, source: &LogSource) -> Option<Flaw> {
    if source.sort != LogSort::Access {
        return None;
    }
    let read = Texts::new("ログを読み取る", "Read the log", "Đọc nhật ký");
    let name = |language: Language| source.label.get(language).to_owned();
    let (ja, en, vi) = (name(Language::Ja), name(Language::En), name(Language::Vi));
    let end = books.start(after(books.as_of, 1));
    let Some(missing) = books.logs.missing(&source.id, source.every_days, end, GAP_DAYS) else {
        let why = Texts::new(
            format!("{ja}: 一度も読み取られていません。"),
            format!("{en}: was never read."),
            format!("{vi}: chưa từng được đọc."),
        );
        return Some(Flaw::unproven(why).next(read, "/logs"));
    };
    let hours = missing.millis / HOUR;
    if hours < 1 {
        return None;
    }
    let since = books.day(missing.since);
    let why = Texts::new(
        format!("{ja}: {since} から{hours}時間分のログがありません。"),
        format!("{en}: {} missing since {since}.", count(u64::try_from(hours).unwrap_or(0), "hour is", "hours are")),
        format!("{vi}: thiếu nhật ký {hours} giờ kể từ {since}."),
    );
    let flaw = if hours >= 24 { Flaw::broken(why) } else { Flaw::attention(why) };
    Some(flaw.since(since).next(read, "/logs"))
}

/// Counts the uses of the last 31 days that an open work record of the same purpose and person allows, and asks for a sign-off every
/// period, and for every week of which a log was read. At risk: a use has stayed unmatched, a question about a log was not answered for
/// three days, or a review is due. Broken: a period or a week was signed off over what did not fit, or passed without a sign-off.
/// Unproven: nobody has ever signed off.
fn logs_reconciled(books: &Books, policy: &Policy) -> Tally {
    let Some(ever) = books.uses().map(|g| g.first).min().map(|at| books.day(at)) else {
        return Tally::nothing(Texts::new(
            "利用はまだ1回もありません。",
            "No use has taken place yet.",
            "Chưa có lần sử dụng nào.",
        ));
    };
    let signed = books.newest(EntryKind::LogsReviewed);
    let uses = || books.month.iter().filter(|u| u.under != Under::NoneNeeded);
    let unmatched = || uses().filter(|u| u.under == Under::Nothing);
    let of: u64 = uses().map(|u| u.count).sum();
    let matched: u64 = uses().filter(|u| u.under == Under::Work).map(|u| u.count).sum();
    let text = Texts::new("アクセス記録の点検", "Accesses were signed off", "Xác nhận nhật ký truy cập");
    let tally = Tally::count(matched, of)
        .newest(signed.map(|(_, on)| on))
        .lapses(after(due(books, signed.map_or(ever, |(_, on)| on)), 1))
        .evidence(signed.map(|(entry, on)| Evidence { entry, on, text }))
        .evidence(unmatched().take(5).map(|u| stray(books, u)))
        .flaws(unmatched().map(|u| unexplained(books, u, signed.map(|(_, on)| on))))
        .flaws(books.logs.questions.iter().filter_map(|one| unanswered(books, one)))
        .flaws(open_weeks(books, policy))
        .flaw(unsigned(books, signed.map(|(_, on)| on)));
    if of == 0 { tally.or_nothing(no_use_lately()) } else { tally }
}

/// Why a promise about the uses of the month has nothing to prove.
pub(in crate::watch) fn no_use_lately() -> Texts {
    Texts::new(
        "この31日間に利用はありません。",
        "No use in the last 31 days.",
        "Không có lần sử dụng nào trong 31 ngày qua.",
    )
}

/// The last day for the next sign-off after one on this day.
fn due(books: &Books, from: Date) -> Date {
    match books.rhythm("tech.logs-reconciled") {
        Some(Rhythm::Days(days)) => after(from, i32::from(days)),
        Some(Rhythm::Months(months)) => months_after(from, i32::from(months)),
        _ => months_after(from, 1),
    }
}

fn sign() -> Texts {
    Texts::new("照合を確認して署名する", "Review the match and sign it off", "Rà soát đối chiếu và xác nhận")
}

/// After so many days without an answer, a question is a reason to act.
const UNANSWERED_DAYS: i32 = 3;

/// A question that nobody answered; broken where the week was signed off over it.
fn unanswered(books: &Books, one: &Question) -> Option<Flaw> {
    if !one.is_open() {
        return None;
    }
    let since = books.day(one.at);
    let over = books.logs.signed.iter().find(|signed| {
        signed.week == one.week
            && [one.section.as_str(), Asked::OFFICE].contains(&&*signed.section)
            && signed.entry > one.entry
    });
    let days = between(since, books.as_of);
    let why = Texts::new(
        format!("{} のログについての質問に、{days}日間回答がありません。", one.week),
        format!(
            "A question about the logs of {} was not answered for {}.",
            one.week,
            count(u64::try_from(days).unwrap_or(0), "day", "days")
        ),
        format!("Câu hỏi về nhật ký tuần {} chưa được trả lời trong {days} ngày.", one.week),
    );
    let flaw = match over {
        Some(signed) => Flaw::broken(why).since(books.day(signed.at)),
        None if days >= UNANSWERED_DAYS => Flaw::attention(why).since(after(since, UNANSWERED_DAYS)),
        None => return None,
    };
    let next = Texts::new("質問に回答する", "Answer the question", "Trả lời câu hỏi");
    Some(flaw.next(next, format!("/logs/questions/{}", one.id)))
}

/// So many weeks back, sign-offs are asked for.
const WEEKS: i32 = 8;

/// Weeks of which a log was read that are over and not signed off.
fn open_weeks(books: &Books, policy: &Policy) -> Vec<Flaw> {
    let days = i32::from(policy.logs().sign_off_days);
    let mut flaws = Vec::new();
    for back in 1..=WEEKS {
        let week = Week::of(after(books.as_of, -7 * back));
        let (from, until) = (books.start(week.first()), books.start(after(week.last(), 1)));
        let read = books.logs.read.values().flatten().any(|one| one.from < until && one.until > from);
        let newest = books.logs.questions.iter().filter(|one| one.week == week).map(|one| one.entry).max();
        let signed = books.logs.signed.iter().any(|signed| {
            signed.week == week && signed.section == Asked::OFFICE && newest.is_none_or(|asked| signed.entry > asked)
        });
        let due = after(week.last(), days);
        if !read || signed || books.as_of <= due {
            continue;
        }
        let why = Texts::new(
            format!("{week} のログの確認が、期限（{due}）を過ぎています。"),
            format!("The logs of {week} were to be signed off by {due}."),
            format!("Nhật ký tuần {week} phải được xác nhận trước {due}."),
        );
        let broken = after(due, 7);
        let flaw = if books.as_of > broken {
            Flaw::broken(why).since(after(broken, 1))
        } else {
            Flaw::attention(why).since(after(due, 1)).lapses(after(broken, 1))
        };
        flaws.push(flaw.next(sign(), format!("/logs/weeks/{week}")));
    }
    flaws
}

/// A sign-off that is due, overdue by a whole period, or was never made.
fn unsigned(books: &Books, signed: Option<Date>) -> Option<Flaw> {
    let Some(last) = signed else {
        let why = Texts::new(
            "アクセスの記録の点検が、まだ1回もありません。",
            "The records of access were never signed off.",
            "Nhật ký truy cập chưa từng được rà soát.",
        );
        return Some(Flaw::unproven(why).next(sign(), "/logs"));
    };
    let (next, passed) = (due(books, last), due(books, due(books, last)));
    if books.as_of <= next {
        return None;
    }
    let days = between(last, books.as_of);
    let why = Texts::new(
        format!("アクセスの記録の点検から{days}日たちました。"),
        format!("The records of access were last signed off {days} days ago."),
        format!("Nhật ký truy cập được xác nhận lần cuối cách đây {days} ngày."),
    );
    let worst = if books.as_of > passed {
        Flaw::broken(why).since(after(passed, 1))
    } else {
        Flaw::attention(why).since(after(next, 1)).lapses(after(passed, 1))
    };
    Some(worst.next(sign(), "/logs"))
}

fn stray(books: &Books, found: &Use) -> Evidence {
    let text = Texts::new("作業記録のない利用", "A use under no work record", "Sử dụng không có hồ sơ công việc");
    Evidence { entry: found.newest, on: books.day(found.last), text }
}

/// A use under no work record: to be explained, and broken once a period was signed off over it.
fn unexplained(books: &Books, found: &Use, signed: Option<Date>) -> Flaw {
    let (entry, on) = (found.newest, books.day(found.first));
    let why = Texts::new(
        format!("記録{entry}の利用は、どの作業記録にも合いません。"),
        format!("The use of entry {entry} matches no work record."),
        format!("Lần sử dụng ở bản ghi {entry} không khớp hồ sơ công việc nào."),
    );
    let worst = match signed.filter(|day| *day > on) {
        Some(signed) => Flaw::broken(why).since(signed),
        None => Flaw::attention(why).since(on),
    };
    worst.next(sign(), format!("/records/{entry}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::occasion::OccasionKind;
    use crate::watch::Standing::{Attention, Broken, Kept, NothingToProve, Unproven};
    use crate::watch::books::Tree;
    use crate::watch::fixture::{asked, case, check, day, done, found, lately, note, read, read_of, signed};
    use ledger::names::Moment;
    use policy::Role;
    use policy::logs::LogCheck;

    #[test]
    fn the_ledger_is_whole_and_signed() {
        fn tree(books: &mut Books, there: u64, should: u64, checkpoint: Option<(u64, &str)>) {
            let checkpoint = checkpoint.map(|(size, on)| (size, day(on)));
            books.tree = Tree { there, should, newest: Some(day("2026-11-20")), checkpoint };
            read(books, FILES, "2026-10-01", "2026-11-20");
        }
        fn whole(books: &mut Books) {
            tree(books, 9, 9, Some((9, "2026-11-20")));
            books.logs.read.clear();
        }
        /// Milliseconds before or after the end of a day.
        fn read_until(books: &mut Books, on: &str, more: i64) {
            whole(books);
            let (from, until) = (books.start(day("2026-10-01")), books.start(day(on).tomorrow().unwrap()));
            read_of(books, FILES, from, Moment(until.0 + more));
        }
        check(
            "tech.logs-kept",
            &[
                case("an empty ledger", |_| (), Unproven, 0, 0),
                case("never signed", |b| tree(b, 9, 9, None), Unproven, 9, 9),
                case("signed today", |b| tree(b, 9, 9, Some((9, "2026-11-20"))), Kept, 9, 9),
                case("signed yesterday", |b| tree(b, 9, 9, Some((8, "2026-11-19"))), Kept, 9, 9),
                case("not signed for two days", |b| tree(b, 9, 9, Some((8, "2026-11-18"))), Attention, 9, 9),
                case("old, and nothing new since", |b| tree(b, 9, 9, Some((9, "2026-01-05"))), Kept, 9, 9),
                case("an entry is missing", |b| tree(b, 8, 9, Some((9, "2026-11-20"))), Broken, 8, 9),
                case(
                    "a verification failed",
                    |b| {
                        tree(b, 9, 9, Some((9, "2026-11-20")));
                        note(b, OccasionKind::Probe, "ledger", "failed", "2026-11-20");
                    },
                    Broken,
                    9,
                    9,
                ),
                case("an access log was never read", whole, Unproven, 9, 9),
                case("it is read every seven days", |b| read_until(b, "2026-11-13", 0), Kept, 9, 9),
                case("less than an hour late", |b| read_until(b, "2026-11-13", 1 - HOUR), Kept, 9, 9),
                case("an hour late", |b| read_until(b, "2026-11-13", -HOUR), Attention, 9, 9),
                case("not yet a day late", |b| read_until(b, "2026-11-12", 1), Attention, 9, 9),
                case("a day late", |b| read_until(b, "2026-11-12", 0), Broken, 9, 9),
                case(
                    "an hour between two files is missing",
                    |b| {
                        read_until(b, "2026-11-10", -HOUR);
                        read(b, FILES, "2026-11-11", "2026-11-20");
                    },
                    Attention,
                    9,
                    9,
                ),
            ],
        );
    }

    #[test]
    fn questions_are_answered_and_weeks_signed_off() {
        fn month(books: &mut Books) {
            lately(books, Role::Handler, "hr.recruit", 12, "2026-11-19");
        }
        // Today is the Friday of week 47; week 45 ended on 8 November.
        check(
            "tech.logs-reconciled",
            &[
                case(
                    "two days",
                    |b| (month(b), signed(b, "2026-W44", "2026-11-02"), asked(b, CHECK, FILES, "2026-11-18", None)).2,
                    Kept,
                    12,
                    12,
                ),
                case(
                    "three days",
                    |b| (month(b), signed(b, "2026-W44", "2026-11-02"), asked(b, CHECK, FILES, "2026-11-17", None)).2,
                    Attention,
                    12,
                    12,
                ),
                case(
                    "answered",
                    |b| {
                        (
                            month(b),
                            signed(b, "2026-W44", "2026-11-02"),
                            asked(b, CHECK, FILES, "2026-11-17", Some(("emergency", "2026-11-18"))),
                        )
                            .2
                    },
                    Kept,
                    12,
                    12,
                ),
                case(
                    "the week was signed off over it",
                    |b| (month(b), asked(b, CHECK, FILES, "2026-11-18", None), signed(b, "2026-W47", "2026-11-20")).2,
                    Broken,
                    12,
                    12,
                ),
                case(
                    "a week that was read is due in seven days",
                    |b| (month(b), signed(b, "2026-W44", "2026-11-02"), read(b, FILES, "2026-11-09", "2026-11-15")).2,
                    Kept,
                    12,
                    12,
                ),
                case(
                    "it is past its seven days",
                    |b| (month(b), signed(b, "2026-W44", "2026-11-02"), read(b, FILES, "2026-11-02", "2026-11-08")).2,
                    Attention,
                    12,
                    12,
                ),
                case(
                    "it is past two weeks",
                    |b| (month(b), signed(b, "2026-W43", "2026-11-02"), read(b, FILES, "2026-10-26", "2026-11-01")).2,
                    Broken,
                    12,
                    12,
                ),
                case(
                    "signed off, and asked again since",
                    |b| {
                        month(b);
                        read(b, FILES, "2026-11-02", "2026-11-08");
                        signed(b, "2026-W45", "2026-11-10");
                        asked(b, CHECK, FILES, "2026-11-06", Some(("emergency", "2026-11-12")));
                        b.logs.questions.last_mut().unwrap().entry = 5_000;
                    },
                    Attention,
                    12,
                    12,
                ),
            ],
        );
    }

    const FILES: &str = "access.files";
    const CHECK: LogCheck = LogCheck::NoWork;

    #[test]
    fn openings_are_matched_and_signed_off() {
        fn month(books: &mut Books, of: u64, unmatched: &[&str]) {
            lately(books, Role::Handler, "hr.recruit", of - unmatched.len() as u64, "2026-11-19");
            for on in unmatched {
                lately(books, Role::Handler, "hr.recruit", 1, on);
                let stray = books.month.last_mut().unwrap();
                (stray.under, stray.newest) = (Under::Nothing, 88);
            }
        }
        fn sign(books: &mut Books, on: &str) {
            done(books, EntryKind::LogsReviewed, "", 1, on);
        }
        check(
            "tech.logs-reconciled",
            &[
                case("no use ever", |_| (), NothingToProve, 0, 0),
                case("never signed off", |b| month(b, 12, &[]), Unproven, 12, 12),
                case("signed off 30 days ago", |b| (month(b, 12, &[]), sign(b, "2026-10-21")).1, Kept, 12, 12),
                case("signed off 31 days ago", |b| (month(b, 12, &[]), sign(b, "2026-10-20")).1, Attention, 12, 12),
                case("signed off 61 days ago", |b| (month(b, 12, &[]), sign(b, "2026-09-20")).1, Broken, 12, 12),
                case(
                    "signed off, nothing opened since",
                    |b| {
                        done(b, EntryKind::Revealed, "hr.recruit", 3, "2026-09-01");
                        sign(b, "2026-11-01");
                    },
                    NothingToProve,
                    0,
                    0,
                ),
                case(
                    "one unmatched since the sign-off",
                    |b| (month(b, 12, &["2026-11-18"]), sign(b, "2026-11-10")).1,
                    Attention,
                    11,
                    12,
                ),
                case(
                    "signed off over an unmatched one",
                    |b| (month(b, 12, &["2026-11-05"]), sign(b, "2026-11-10")).1,
                    Broken,
                    11,
                    12,
                ),
            ],
        );
        let finding = found("tech.logs-reconciled", |b| (month(b, 12, &["2026-11-05"]), sign(b, "2026-11-10")).1);
        assert_eq!(finding.next.unwrap().href, "/records/88");
        assert!(finding.evidence.iter().any(|e| e.entry == 88));
    }
}
