//! Watches of the contact point.

use super::Watch;
use super::books::Books;
use super::finding::Evidence;
use super::org::{failing, occasion};
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

/// Counts the newest check of the published contact and every inquiry of the last 12 months that was answered or still has time. At risk: a
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
    Tally::count(good + asked.in_time, 1 + asked.of)
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
    pub(super) of: u64,
    /// Answered within 14 days, or still waiting and not yet late.
    pub(super) in_time: u64,
    pub(super) newest: Option<Date>,
    /// When the next open one will have waited too long for comfort.
    pub(super) next: Option<Date>,
    pub(super) flaws: Vec<Flaw>,
    pub(super) evidence: Vec<Evidence>,
}

impl Asked {
    /// At risk after so many working days without an answer, broken after 14 days. What was answered late stays counted as late and is
    /// nobody's turn any more.
    pub(super) fn read(books: &Books, kind: OccasionKind, working_days: u32) -> Self {
        let year = after(books.as_of, -365);
        let all: Vec<&Occasion> =
            books.occasions(kind).filter(|o| books.day(o.at) > year || books.is_open(o)).collect();
        let open = || all.iter().filter(|o| books.is_open(o));
        let risk = |o: &Occasion| after(working_days_after(books.day(o.at), working_days), 1);
        let late: Vec<Flaw> = open().filter_map(|o| waiting(books, o, risk(o))).collect();
        Self {
            of: all.len() as u64,
            in_time: (all.len() - late.len()) as u64,
            newest: all
                .iter()
                .filter_map(|o| o.closed_at.map(|at| books.day(at)))
                .filter(|day| *day <= books.as_of)
                .max(),
            next: open().map(|o| risk(o)).filter(|day| *day > books.as_of).min(),
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
