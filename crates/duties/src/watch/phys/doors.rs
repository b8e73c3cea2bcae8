//! Watches of the doors: their logs are read day by day, and nobody gets in with a card that is not theirs.

use super::zones;
use crate::days::after;
use crate::logs::Question;
use crate::watch::Watch;
use crate::watch::books::{Books, DAY};
use crate::watch::finding::Evidence;
use crate::watch::rows::count;
use crate::watch::tally::{Flaw, Tally};
use policy::logs::{LogCheck, LogRules, LogSort, LogSource, Settles};
use policy::{Language, Policy, Texts};

pub(in crate::watch) const WATCHES: &[(&str, Watch)] = &[("phys.entry-ic", entry_ic)];

/// So many days back are counted.
const DAYS: i32 = 30;
/// A door log that is missing for so many days breaks the promise.
const BROKEN_DAYS: i64 = 7;

/// Counts the days of the last 30 of which the log of every door was read. At risk: a log is missing for a day, or a card of
/// somebody who left still opens doors. Broken: a log is missing
/// for 7 days; or somebody got in with a card of nobody, a blocked one, or that of somebody who left, and it is not explained, or was not
/// allowed within the last 30 days. Unproven: no door log is named, or one was never read.
pub(super) fn entry_ic(books: &Books, policy: &Policy) -> Tally {
    let rules = policy.logs();
    let doors: Vec<&LogSource> = rules.sources().iter().filter(|source| source.sort == LogSort::Door).collect();
    if doors.is_empty() {
        return Tally::default().flaw(Flaw::unproven(unnamed()).next(read_it(), "/logs"));
    }
    let end = books.start(after(books.as_of, 1));
    let starts: Vec<_> = (1..=DAYS).map(|back| books.start(after(books.as_of, -back))).collect();
    let begun = |door: &LogSource| {
        let first = books.logs.read.get(&door.id).and_then(|all| all.first()).map(|one| one.from);
        // What was before the first reading is not missing: the log was not kept here yet.
        starts.iter().copied().filter(|start| first.is_some_and(|first| *start >= first)).collect::<Vec<_>>()
    };
    let expected: Vec<_> = doors.iter().map(|door| (door, begun(door))).collect();
    let of = expected.iter().map(|(_, days)| days.len() as u64).sum();
    let have = expected.iter().map(|(door, days)| books.logs.days_read(&door.id, days)).sum();
    let newest = doors.iter().filter_map(|door| books.logs.newest(&door.id)).max_by_key(|one| one.entry);
    let read = Texts::new("入退室のログの読取り", "A door log was read", "Đã đọc nhật ký cửa");
    let entered: Vec<&Question> = books.logs.questions.iter().filter(|one| is_entry(books, rules, one)).collect();
    Tally::count(have, of)
        .newest(newest.map(|one| books.day(one.until)))
        .evidence(newest.map(|one| Evidence { entry: one.entry, on: books.day(one.until), text: read }))
        .evidence(entered.iter().take(5).map(|one| shown(books, one)))
        .flaws(doors.iter().filter_map(|door| missing(books, door, end)))
        .flaws(entered.iter().map(|one| stranger(books, one)))
        .flaws(zones::cards(books))
}

/// Whether somebody got in who should not have, and that is not explained, or was not allowed.
fn is_entry(books: &Books, rules: &LogRules, one: &Question) -> bool {
    let door = rules.source(&one.source).is_some_and(|source| source.sort == LogSort::Door);
    let bad = matches!(one.check, LogCheck::UnknownCard | LogCheck::Leaver);
    if !door || !bad || !one.entered {
        return false;
    }
    match one.settled() {
        None => true,
        Some(answer) => {
            let lately = books.day(one.last) >= after(books.as_of, -DAYS);
            lately && rules.reason(&answer.reason).is_some_and(|reason| reason.settles == Settles::Violation)
        }
    }
}

fn missing(books: &Books, door: &LogSource, end: ledger::names::Moment) -> Option<Flaw> {
    let name = |language: Language| door.label.get(language).to_owned();
    let (ja, en, vi) = (name(Language::Ja), name(Language::En), name(Language::Vi));
    let Some(missing) = books.logs.missing(&door.id, door.every_days, end, i64::from(DAYS)) else {
        let why = Texts::new(
            format!("{ja}: 一度も読み取られていません。"),
            format!("{en}: was never read."),
            format!("{vi}: chưa từng được đọc."),
        );
        return Some(Flaw::unproven(why).next(read_it(), "/logs"));
    };
    let days = missing.millis / DAY;
    if days < 1 {
        return None;
    }
    let since = books.day(missing.since);
    let why = Texts::new(
        format!("{ja}: {since} から{days}日分のログがありません。"),
        format!("{en}: {} missing since {since}.", count(u64::try_from(days).unwrap_or(0), "day is", "days are")),
        format!("{vi}: thiếu nhật ký {days} ngày kể từ {since}."),
    );
    let flaw = if days >= BROKEN_DAYS {
        Flaw::broken(why).since(since)
    } else {
        Flaw::attention(why).since(since).lapses(after(books.as_of, i32::try_from(BROKEN_DAYS - days).unwrap_or(0)))
    };
    Some(flaw.next(read_it(), "/logs"))
}

fn stranger(books: &Books, one: &Question) -> Flaw {
    let on = books.day(one.first);
    let why = Texts::new(
        format!("{on} に、貸与されていない又は止められたカードで入室がありました。"),
        format!("On {on} somebody got in with a card that was given to nobody or was blocked."),
        format!("Ngày {on} có người vào bằng thẻ chưa cấp cho ai hoặc đã bị khóa."),
    );
    let next = Texts::new("質問に回答する", "Answer the question", "Trả lời câu hỏi");
    Flaw::broken(why).since(on).next(next, format!("/logs/questions/{}", one.id))
}

fn shown(books: &Books, one: &Question) -> Evidence {
    let text = Texts::new(
        "使えないはずのカードでの入室",
        "Entry with a card that should not open",
        "Vào cửa bằng thẻ không hợp lệ",
    );
    Evidence { entry: one.entry, on: books.day(one.at), text }
}

fn unnamed() -> Texts {
    Texts::new(
        "方針の logs.toml に、入退室のログがありません。",
        "The policy's logs.toml names no door log.",
        "logs.toml của chính sách không nêu nhật ký cửa nào.",
    )
}

fn read_it() -> Texts {
    Texts::new("入退室のログを読み取る", "Read the door log", "Đọc nhật ký cửa")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::Standing::{Attention, Broken, Kept, Unproven};
    use crate::watch::fixture::{asked, case, check, found, in_force, part, read};

    const DOOR: &str = "door.hanoi";

    #[test]
    fn door_logs_are_read_day_by_day() {
        check(
            "phys.entry-ic",
            &[
                case("never read", |_| (), Unproven, 0, 0),
                case("read up to yesterday", |b| read(b, DOOR, "2026-10-01", "2026-11-19"), Kept, 30, 30),
                case("read up to today", |b| read(b, DOOR, "2026-10-01", "2026-11-20"), Kept, 30, 30),
                case("first read ten days ago", |b| read(b, DOOR, "2026-11-10", "2026-11-19"), Kept, 10, 10),
                case("yesterday is missing", |b| read(b, DOOR, "2026-10-01", "2026-11-18"), Attention, 29, 30),
                case("six days are missing", |b| read(b, DOOR, "2026-10-01", "2026-11-13"), Attention, 24, 30),
                case("seven days are missing", |b| read(b, DOOR, "2026-10-01", "2026-11-12"), Broken, 23, 30),
                case(
                    "a day between two files is missing",
                    |b| (read(b, DOOR, "2026-10-01", "2026-11-03"), read(b, DOOR, "2026-11-05", "2026-11-19")).1,
                    Attention,
                    29,
                    30,
                ),
                case(
                    "files overlap",
                    |b| (read(b, DOOR, "2026-10-01", "2026-11-10"), read(b, DOOR, "2026-11-05", "2026-11-19")).1,
                    Kept,
                    30,
                    30,
                ),
                case(
                    "a gap of a week is long ago",
                    |b| (read(b, DOOR, "2026-09-01", "2026-09-10"), read(b, DOOR, "2026-09-18", "2026-11-19")).1,
                    Kept,
                    30,
                    30,
                ),
            ],
        );
        let none = found("phys.entry-ic", |b| {
            in_force(b, &[("logs.toml", "sort = \"door\"", "sort = \"attendance\"")], "2026-04-01")
        });
        assert_eq!(none.standing, Unproven);
        assert_eq!(none.next.unwrap().href, "/logs");
    }

    #[test]
    fn nobody_gets_in_with_a_card_that_is_not_theirs() {
        fn read_all(b: &mut Books) {
            read(b, DOOR, "2026-10-01", "2026-11-19");
        }
        check(
            "phys.entry-ic",
            &[
                case(
                    "the card of somebody who left still opens doors",
                    |b| {
                        read_all(b);
                        part(b, "staff", "E1", &[("name", "Mori"), ("within", "hr"), ("until", "2026-11-19")]);
                        part(b, "card", "c-1", &[("number", "0123"), ("within", "E1")]);
                    },
                    Attention,
                    30,
                    30,
                ),
                case(
                    "asked and not answered",
                    |b| (read_all(b), asked(b, LogCheck::UnknownCard, DOOR, "2026-11-10", None)).1,
                    Broken,
                    30,
                    30,
                ),
                case(
                    "the list was late",
                    |b| {
                        (
                            read_all(b),
                            asked(b, LogCheck::UnknownCard, DOOR, "2026-11-10", Some(("given-late", "2026-11-11"))),
                        )
                            .1
                    },
                    Kept,
                    30,
                    30,
                ),
                case(
                    "it was not allowed",
                    |b| {
                        (
                            read_all(b),
                            asked(b, LogCheck::Leaver, DOOR, "2026-11-10", Some(("not-allowed", "2026-11-11"))),
                        )
                            .1
                    },
                    Broken,
                    30,
                    30,
                ),
                case(
                    "that was a month ago",
                    |b| {
                        (
                            read_all(b),
                            asked(b, LogCheck::Leaver, DOOR, "2026-10-20", Some(("not-allowed", "2026-10-21"))),
                        )
                            .1
                    },
                    Kept,
                    30,
                    30,
                ),
                case(
                    "the door did not open",
                    |b| {
                        read_all(b);
                        asked(b, LogCheck::UnknownCard, DOOR, "2026-11-10", None);
                        b.logs.questions.last_mut().unwrap().entered = false;
                    },
                    Kept,
                    30,
                    30,
                ),
                case(
                    "another question",
                    |b| (read_all(b), asked(b, LogCheck::FirstLast, DOOR, "2026-11-10", None)).1,
                    Kept,
                    30,
                    30,
                ),
            ],
        );
    }
}
