//! Watches of the contact point.

use super::Watch;
use super::books::Books;
use super::finding::Evidence;
use super::org::occasion;
use super::policy::failing;
use super::rows::count;
use super::tally::{Flaw, Tally};
use crate::days::{after, between, is_working, working_days_after};
use crate::occasion::{Occasion, OccasionKind};
use jiff::civil::Date;
use policy::{Policy, Texts};
use std::collections::BTreeSet;

pub(super) const WATCHES: &[(&str, Watch)] = &[("contact.works", works), ("contact.japanese", japanese)];

/// Days for which a check of the contact point is good.
const PROBE_DAYS: i32 = 30;
/// Days after which an unanswered inquiry is broken.
pub(super) const ANSWER_DAYS: i32 = 14;

/// Counts the newest check of the published contact, and the inquiries of the last 12 months that were answered of those that should be. At risk: a
/// check failed once, or an inquiry has waited 2 working days. Broken: checks have failed for 3 days, or an inquiry has been unanswered for 14
/// days. Unproven: no check is on record, or the last is more than 30 days old.
fn works(books: &Books, _: &Policy) -> Tally {
    let probe = books.probes("contact").find(|o| o.outcome == "ok");
    let on = probe.map(|o| books.day(o.at));
    let check = Texts::new("窓口を確かめて記録する", "Check the contact and record it", "Kiểm tra đầu mối và ghi nhận");
    let stale = match on {
        None => {
            let why = Texts::new(
                "窓口が届くかどうか、確かめた記録がありません。",
                "There is no record that the contact was ever checked.",
                "Chưa có hồ sơ kiểm tra đầu mối liên hệ.",
            );
            Some(Flaw::unproven(why).next(check, "/records"))
        }
        Some(on) if between(on, books.as_of) > PROBE_DAYS => {
            let days = between(on, books.as_of);
            let why = Texts::new(
                format!("窓口を確かめてから{days}日たちました。"),
                format!("The contact was last checked {days} days ago."),
                format!("Đầu mối được kiểm tra lần cuối cách đây {days} ngày."),
            );
            Some(Flaw::unproven(why).since(after(on, PROBE_DAYS + 1)).next(check, "/records"))
        }
        Some(_) => None,
    };
    let asked = Asked::read(books, OccasionKind::Inquiry, 2);
    let good = u64::from(stale.is_none() && failing(books, "contact", 3).is_none());
    Tally::count(good + asked.answered, 1 + asked.of)
        .newest(on.max(asked.newest))
        .lapses(on.map(|day| after(day, PROBE_DAYS + 1)))
        .lapses(asked.next)
        .evidence(probe.map(|o| occasion(books, o)))
        .evidence(asked.evidence)
        .flaw(stale)
        .flaw(failing(books, "contact", 3))
        .flaws(asked.flaws)
}

/// What came in during the last 12 months and how it was answered.
pub(super) struct Asked {
    /// Those answered, and those that should have been.
    pub(super) of: u64,
    /// Those answered.
    pub(super) answered: u64,
    /// Those that wait and still have time.
    pub(super) waiting: u64,
    pub(super) newest: Option<Date>,
    /// When the next open one will have waited too long for comfort.
    pub(super) next: Option<Date>,
    pub(super) flaws: Vec<Flaw>,
    pub(super) evidence: Vec<Evidence>,
}

impl Asked {
    /// At risk after so many working days without an answer, broken after 14 days. What was answered, early or late, is nobody's turn any
    /// more.
    pub(super) fn read(books: &Books, kind: OccasionKind, working_days: u32) -> Self {
        let year = after(books.as_of, -365);
        let all: Vec<&Occasion> =
            books.occasions(kind).filter(|o| books.day(o.at) > year || books.is_open(o)).collect();
        let (open, closed): (Vec<&Occasion>, Vec<&Occasion>) = all.iter().partition(|o| books.is_open(o));
        let risk = |o: &Occasion| after(working_days_after(books.day(o.at), working_days), 1);
        let late: Vec<Flaw> = open.iter().filter_map(|o| waiting(books, o, risk(o))).collect();
        Self {
            of: (closed.len() + late.len()) as u64,
            answered: closed.len() as u64,
            waiting: (open.len() - late.len()) as u64,
            newest: closed.iter().filter_map(|o| o.closed_at).map(|at| books.day(at)).max(),
            next: open.iter().map(|o| risk(o)).filter(|day| *day > books.as_of).min(),
            flaws: late,
            evidence: all.iter().take(5).map(|o| occasion(books, o)).collect(),
        }
    }
}

fn waiting(books: &Books, inquiry: &Occasion, risk: Date) -> Option<Flaw> {
    if books.as_of < risk {
        return None;
    }
    let (on, subject) = (books.day(inquiry.at), &inquiry.subject);
    let days = between(on, books.as_of);
    let why = Texts::new(
        format!("{subject}に{days}日のあいだ回答していません。"),
        format!("{subject} has waited {} for an answer.", count(days.unsigned_abs().into(), "day", "days")),
        format!("{subject} đã chờ trả lời {days} ngày."),
    );
    let worst = if days >= ANSWER_DAYS {
        Flaw::broken(why).since(after(on, ANSWER_DAYS))
    } else {
        Flaw::attention(why).since(risk).lapses(after(on, ANSWER_DAYS))
    };
    let label = Texts::new(format!("{subject}に回答する"), format!("Answer {subject}"), format!("Trả lời {subject}"));
    Some(worst.next(label, "/records"))
}

/// Counts the working days, from the last 30 to the next 7, on which somebody answers the telephone in Japanese. At risk: a day of the next 7
/// has nobody. Broken: a day passed with nobody. Unproven: no roster is on record.
fn japanese(books: &Books, _: &Policy) -> Tally {
    let spans: Vec<(Date, Date)> = books
        .occasions(OccasionKind::Roster)
        .filter(|o| o.outcome.is_empty() || o.outcome.split_whitespace().any(|language| language == "ja"))
        .filter_map(|o| Some((o.subject.parse().ok()?, books.day(o.due_at?))))
        .collect();
    let Some(start) = spans.iter().map(|(from, _)| *from).min() else {
        return Tally::unproven(Texts::new(
            "日本語で電話に出る当番の記録がありません。",
            "There is no roster of who answers the telephone in Japanese.",
            "Chưa có lịch trực điện thoại bằng tiếng Nhật.",
        ));
    };
    let first = start.max(after(books.as_of, -30));
    let days: BTreeSet<Date> =
        (0..).map(|n| after(first, n)).take_while(|d| *d <= after(books.as_of, 7)).filter(|d| is_working(*d)).collect();
    let covered = |day: &Date| spans.iter().any(|(from, until)| from <= day && day <= until);
    let gap = days.iter().find(|day| !covered(day)).map(|day| {
        let why = Texts::new(
            format!("{day} に日本語の当番がいません。"),
            format!("Nobody who speaks Japanese is on the roster for {day}."),
            format!("Ngày {day} không có người trực nói tiếng Nhật."),
        );
        let worst = if *day <= books.as_of { Flaw::broken(why).since(*day) } else { Flaw::attention(why).lapses(*day) };
        let label = Texts::new("当番を割り当てる", "Assign a Japanese speaker", "Phân công người nói tiếng Nhật");
        worst.next(label, "/records")
    });
    let until = spans.iter().map(|(_, until)| *until).max();
    Tally::count(days.iter().filter(|day| covered(day)).count() as u64, days.len() as u64)
        .newest(books.occasions(OccasionKind::Roster).map(|o| books.day(o.at)).next())
        .lapses(until.map(|day| after(day, -6)))
        .evidence(books.occasions(OccasionKind::Roster).take(5).map(|o| occasion(books, o)))
        .flaw(gap)
}

#[cfg(test)]
mod tests {
    use super::super::Standing::{Attention, Broken, Kept, Unproven};
    use super::super::fixture::{ask, case, check, day, found, note, until};
    use super::*;

    fn probe(books: &mut Books, outcome: &str, on: &str) {
        note(books, OccasionKind::Probe, "contact", outcome, on);
    }

    fn inquiry(books: &mut Books, on: &str, answered: Option<&str>) {
        ask(books, OccasionKind::Inquiry, "Q-12", on, answered);
    }

    #[test]
    fn the_contact_is_checked_and_answers() {
        // TODAY is a Friday.
        check(
            "contact.works",
            &[
                case("never checked", |_| (), Unproven, 0, 1),
                case("checked 30 days ago", |b| probe(b, "ok", "2026-10-21"), Kept, 1, 1),
                case("checked 31 days ago", |b| probe(b, "ok", "2026-10-20"), Unproven, 0, 1),
                case(
                    "failed today",
                    |b| (probe(b, "ok", "2026-11-19"), probe(b, "failed", "2026-11-20")).1,
                    Attention,
                    0,
                    1,
                ),
                case(
                    "failing for 3 days",
                    |b| (probe(b, "ok", "2026-11-16"), probe(b, "failed", "2026-11-17")).1,
                    Broken,
                    0,
                    1,
                ),
                case(
                    "asked on Wednesday",
                    |b| (probe(b, "ok", "2026-11-19"), inquiry(b, "2026-11-18", None)).1,
                    Kept,
                    1,
                    1,
                ),
                case(
                    "asked on Tuesday",
                    |b| (probe(b, "ok", "2026-11-19"), inquiry(b, "2026-11-17", None)).1,
                    Attention,
                    1,
                    2,
                ),
                case(
                    "13 days without an answer",
                    |b| (probe(b, "ok", "2026-11-19"), inquiry(b, "2026-11-07", None)).1,
                    Attention,
                    1,
                    2,
                ),
                case(
                    "14 days without an answer",
                    |b| (probe(b, "ok", "2026-11-19"), inquiry(b, "2026-11-06", None)).1,
                    Broken,
                    1,
                    2,
                ),
                case(
                    "answered",
                    |b| (probe(b, "ok", "2026-11-19"), inquiry(b, "2026-09-06", Some("2026-09-08"))).1,
                    Kept,
                    2,
                    2,
                ),
                case(
                    "answered tomorrow is open today",
                    |b| {
                        probe(b, "ok", "2026-11-19");
                        inquiry(b, "2026-11-06", Some("2026-11-21"));
                    },
                    Broken,
                    1,
                    2,
                ),
            ],
        );
        let open = found("contact.works", |b| (probe(b, "ok", "2026-11-19"), inquiry(b, "2026-11-18", None)).1);
        assert_eq!(open.lapses, Some(day("2026-11-21")));
        let late = found("contact.works", |b| (probe(b, "ok", "2026-11-19"), inquiry(b, "2026-11-12", None)).1);
        assert_eq!(late.lapses, Some(day("2026-11-26")));
        assert_eq!(late.why.unwrap().get(policy::Language::En), "Q-12 has waited 8 days for an answer.");
    }

    #[test]
    fn somebody_answers_in_japanese_every_working_day() {
        fn roster(books: &mut Books, from: &str, to: &str, language: &str) {
            note(books, OccasionKind::Roster, from, language, from);
            until(books, to);
        }
        check(
            "contact.japanese",
            &[
                case("no roster", |_| (), Unproven, 0, 0),
                case("only Vietnamese", |b| roster(b, "2026-11-02", "2026-11-30", "vi"), Unproven, 0, 0),
                // 2 to 27 November: 20 working days.
                case("this month", |b| roster(b, "2026-11-02", "2026-11-30", "vi ja"), Kept, 20, 20),
                case("until next Tuesday", |b| roster(b, "2026-11-02", "2026-11-24", "ja"), Attention, 17, 20),
                case(
                    "nobody yesterday",
                    |b| {
                        roster(b, "2026-11-02", "2026-11-18", "ja");
                        roster(b, "2026-11-20", "2026-11-30", "ja");
                    },
                    Broken,
                    19,
                    20,
                ),
            ],
        );
        assert_eq!(
            found("contact.japanese", |b| roster(b, "2026-11-02", "2026-11-24", "ja")).lapses,
            Some(day("2026-11-25"))
        );
    }
}
