//! The work of the house: which desks work for which purpose, on which rows, and under which work records.

use super::Story;
use crate::demo::book::{Fate, Row};
use crate::demo::calendar::{days_after, minutes_after};
use crate::demo::deed::{About, What, Work};
use crate::demo::staff::Who;
use jiff::civil::Date;
use ledger::names::Moment;

/// The work under one record, as the day at a desk knows it.
pub(crate) struct Sitting {
    /// The record, by its place.
    pub(crate) work: usize,
    /// How often somebody sits down to it.
    pub(crate) times: usize,
    /// What they look at, one of these at a time.
    pub(crate) menu: &'static [&'static [&'static str]],
}

/// A desk that works month by month.
struct Desk {
    code: &'static str,
    title: &'static str,
    purpose: &'static str,
    who: &'static [Who],
    rows: fn(&Row) -> bool,
    /// In how many months there is a record, counted in months for each record.
    months: i64,
    times: usize,
    menu: &'static [&'static [&'static str]],
}

const DESKS: &[Desk] = &[
    Desk {
        code: "K",
        title: "労務の手続（ハノイ・ダナン）",
        purpose: "hr.employ",
        who: &[Who::RecruitHanoi],
        rows: |row| {
            row.people > 0
                && row.sort.purpose() == "hr.employ"
                && !row.title.contains("東京")
                && row.sort.kind != "executive"
        },
        months: 1,
        times: 26,
        menu: &[
            &["mobile"],
            &["address"],
            &["email", "department"],
            &["birth-date", "nationality"],
            &["employee-number"],
        ],
    },
    Desk {
        code: "KT",
        title: "労務の手続（東京）",
        purpose: "hr.employ",
        who: &[Who::RecruitTokyo],
        rows: |row| row.people > 0 && row.sort.purpose() == "hr.employ" && row.title.contains("東京"),
        months: 1,
        times: 14,
        menu: &[&["mobile"], &["address"], &["email"], &["name", "employee-number"]],
    },
    Desk {
        code: "P",
        title: "給与計算（東京）",
        purpose: "hr.payroll",
        who: &[Who::Payroll],
        rows: |row| row.people > 0 && row.sort.purpose() == "hr.payroll",
        months: 1,
        times: 24,
        menu: &[&["salary", "bank-account"], &["salary"], &["employee-number", "attendance"], &["bank-account"]],
    },
    Desk {
        code: "L",
        title: "社会保険・扶養の手続",
        purpose: "hr.legal",
        who: &[Who::Payroll],
        rows: |row| row.people > 0 && row.sort.purposes.contains(&"hr.legal"),
        months: 3,
        times: 34,
        menu: &[&["birth-date"], &["address"], &["name", "birth-date"], &["relationship"]],
    },
    Desk {
        code: "T",
        title: "教育の案内",
        purpose: "hr.training",
        who: &[Who::RecruitHanoi, Who::RecruitTokyo],
        rows: |row| row.people > 0 && row.sort.purposes.contains(&"hr.training"),
        months: 3,
        times: 18,
        menu: &[&["email"], &["name", "department"]],
    },
    Desk {
        code: "E",
        title: "安否確認の訓練",
        purpose: "hr.emergency",
        who: &[Who::Health],
        rows: |row| row.people > 0 && row.sort.purposes.contains(&"hr.emergency") && row.sort.kind == "employee",
        months: 6,
        times: 12,
        menu: &[&["mobile"]],
    },
    Desk {
        code: "H",
        title: "健康診断の事後措置",
        purpose: "hr.benefit",
        who: &[Who::Health],
        rows: |row| row.people > 0 && row.sort.purpose() == "hr.benefit",
        months: 3,
        times: 16,
        menu: &[&["name", "department"], &["birth-date"]],
    },
    Desk {
        code: "A",
        title: "内部監査の抽出確認",
        purpose: "audit.check",
        who: &[Who::Auditor],
        rows: |row| row.people > 0 && row.sort.purposes.contains(&"audit.check"),
        months: 3,
        times: 16,
        menu: &[&["name", "employee-number"], &["department"]],
    },
    Desk {
        code: "B",
        title: "取引先との連絡（日本）",
        purpose: "partner.business",
        who: &[Who::SalesJapan, Who::Leaver],
        rows: |row| {
            row.people > 0 && row.sort.purpose() == "partner.business" && row.sort.taken_in_by == Who::SalesJapan
        },
        months: 1,
        times: 52,
        menu: &[&["email"], &["phone"], &["email", "phone"], &["department", "job-title"], &["company"]],
    },
    Desk {
        code: "BV",
        title: "取引先との連絡（ベトナム）",
        purpose: "partner.business",
        who: &[Who::SalesVietnam],
        rows: |row| {
            row.people > 0 && row.sort.purpose() == "partner.business" && row.sort.taken_in_by == Who::SalesVietnam
        },
        months: 1,
        times: 30,
        menu: &[&["email"], &["phone"], &["email", "company"], &["bank-account"]],
    },
    Desk {
        code: "N",
        title: "メールマガジンの配信",
        purpose: "partner.newsletter",
        who: &[Who::Marketing],
        rows: |row| row.people > 0 && row.sort.kind == "subscriber",
        months: 1,
        times: 10,
        menu: &[&["email"], &["name", "company"], &["email"]],
    },
    Desk {
        code: "S",
        title: "顧客満足度調査の依頼",
        purpose: "partner.survey",
        who: &[Who::Marketing],
        rows: |row| row.people > 0 && row.sort.purposes.contains(&"partner.survey"),
        months: 4,
        times: 20,
        menu: &[&["email"], &["email", "company"]],
    },
    Desk {
        code: "Q",
        title: "お問い合わせへの対応（日本語）",
        purpose: "partner.inquiry",
        who: &[Who::SupportJapan],
        rows: |row| row.people > 0 && row.sort.purpose() == "partner.inquiry" && row.nth % 2 == 0,
        months: 1,
        times: 46,
        menu: &[&["email"], &["inquiry"], &["email", "inquiry"], &["phone"], &["caller-number"]],
    },
    Desk {
        code: "QV",
        title: "お問い合わせへの対応（ベトナム語）",
        purpose: "partner.inquiry",
        who: &[Who::SupportVietnam],
        rows: |row| row.people > 0 && row.sort.purpose() == "partner.inquiry" && row.nth % 2 == 1,
        months: 1,
        times: 34,
        menu: &[&["email"], &["inquiry"], &["phone", "company"], &["caller-number"]],
    },
    Desk {
        code: "G",
        title: "来訪の受付",
        purpose: "partner.reception",
        who: &[Who::Reception],
        rows: |row| row.people > 0 && row.sort.kind == "visitor",
        months: 1,
        times: 20,
        menu: &[&["name", "company"], &["visit-time"], &["card-number"]],
    },
];

const ANSWERING: &[&[&str]] = &[&["email"], &["name", "email"], &["company"]];
const RECRUITING: &[&[&str]] = &[
    &["work-history", "qualification"],
    &["email"],
    &["mobile"],
    &["education"],
    &["name", "birth-date"],
    &["selection-result"],
];
const EVENTS: &[&[&str]] = &[&["email"], &["email", "company"], &["phone"]];
const ENTRUSTED: &[&[&str]] =
    &[&["client-record"], &["customer-number", "client-record"], &["address"], &["name", "email"]];

/// Days into the next month for what was left over.
const LEFT_OVER: i64 = 10;
/// The longest a work record may run.
const YEAR: i64 = 360;

pub(super) fn tell(story: &mut Story) {
    for desk in DESKS {
        by_months(story, desk);
    }
    answering(story);
    let applicants = story.rows_where(|row| row.sort.kind == "applicant" && row.people > 0);
    for (n, row) in applicants.into_iter().enumerate() {
        let times = story.rows.get(row).map_or(0, |r| r.people * 3 / 2);
        by_row(story, row, &format!("R-{:03}", n + 1), "hr.recruit", "選考", times, RECRUITING);
    }
    let events = story.rows_where(|row| {
        row.sort.kind == "event-participant" && row.sort.purpose() == "partner.events" && row.people > 0
    });
    for (n, row) in events.into_iter().enumerate() {
        let times = story.scale.of(22);
        by_row(story, row, &format!("V-{:02}", n + 1), "partner.events", "次回の案内", times, EVENTS);
    }
    let entrusted = story.rows_where(|row| row.sort.kind == "entrusted-subject" && row.people > 0);
    for (n, row) in entrusted.into_iter().enumerate() {
        let times = story.scale.of(11);
        by_row(story, row, &format!("D-{:03}", n + 1), "entrusted.process", "受託作業", times, ENTRUSTED);
    }
}

fn by_months(story: &mut Story, desk: &Desk) {
    let rows = story.rows_where(|row| (desk.rows)(row) && row.fate == Fate::Used);
    if rows.is_empty() {
        return;
    }
    let mut first = story.calendar.ago(395).first_of_month();
    while first < story.calendar.today {
        let next = after_months(first, desk.months);
        let ends = next.checked_add(jiff::Span::new().days(LEFT_OVER)).unwrap_or(next);
        let code = format!("{}-{}", desk.code, first.strftime("%Y-%m"));
        let title = format!("{} {}年{}月", desk.title, first.year(), first.month());
        open(
            story,
            code,
            title,
            desk.purpose,
            desk.who,
            About::Rows(rows.clone()),
            first,
            ends,
            story.scale.of(desk.times),
            desk.menu,
        );
        first = next;
    }
}

/// The desk that answers for the whole house: whoever asks may be held anywhere.
fn answering(story: &mut Story) {
    let mut first = story.calendar.ago(395).first_of_month();
    while first < story.calendar.today {
        let next = after_months(first, 1);
        let ends = next.checked_add(jiff::Span::new().days(LEFT_OVER)).unwrap_or(next);
        let code = format!("W-{}", first.strftime("%Y-%m"));
        let title = format!("個人情報お問い合わせ窓口 {}年{}月", first.year(), first.month());
        let (who, times) = (&[Who::Officer, Who::Deputy], story.scale.of(8));
        open(story, code, title, "rights.answer", who, About::Everybody, first, ends, times, ANSWERING);
        first = next;
    }
}

fn by_row(
    story: &mut Story,
    row: usize,
    code: &str,
    purpose: &'static str,
    what: &str,
    times: usize,
    menu: &'static [&'static [&'static str]],
) {
    let Some((written, title, by)) = story.rows.get(row).map(|r| (r.written, r.title.clone(), r.sort.taken_in_by))
    else {
        return;
    };
    let from = story.calendar.working_ago(written - 3);
    // The work goes on until today at most a year; older work was continued under a second record.
    let mut parts = vec![(from, String::new())];
    if written > 300 {
        parts.push((story.calendar.working_ago(written - 3 - 240), "-2".to_owned()));
    }
    let count = parts.len();
    for (n, (from, suffix)) in parts.into_iter().enumerate() {
        let until =
            from.checked_add(jiff::Span::new().days(if count > 1 && n == 0 { 244 } else { YEAR })).unwrap_or(from);
        let (code, title) = (format!("{code}{suffix}"), format!("{title} {what}"));
        open(story, code, title, purpose, &[by], About::Rows(vec![row]), from, until, times.div_ceil(count), menu);
    }
}

fn after_months(day: Date, months: i64) -> Date {
    day.checked_add(jiff::Span::new().months(months)).unwrap_or(Date::MAX)
}

#[expect(clippy::too_many_arguments, reason = "a work record has these parts")]
fn open(
    story: &mut Story,
    code: String,
    title: String,
    purpose: &'static str,
    who: &[Who],
    about: About,
    from: Date,
    until: Date,
    times: usize,
    menu: &'static [&'static [&'static str]],
) {
    let calendar = story.calendar.clone();
    let mut dice = story.dice(500 + u64::try_from(story.works.len()).unwrap_or(0));
    let day = calendar.working_ago(calendar.days_since(from).max(1));
    let starts = minutes_after(calendar.at(day, 500, &mut dice), 0);
    let ends = calendar.start(until);
    if ends <= days_after(starts, 1) {
        return;
    }
    // Somebody who has left is not put on new work.
    let left = calendar.start(calendar.working_ago(210));
    let who: Vec<Who> = who.iter().copied().filter(|w| *w != Who::Leaver || starts < left).collect();
    let Some(owner) = who.first().copied() else { return };
    let owner = if owner == Who::Auditor { Who::Officer } else { owner };
    let work = story.works.len();
    story.works.push(Work { code, title, purpose, who, about, from: starts, until: ends });
    story.does(starts, owner, What::Open(work));
    story.sittings.push(Sitting { work, times, menu });
    close_some(story, work, owner, ends, &mut dice);
}

/// Some work is closed on its last days rather than left to run out.
fn close_some(story: &mut Story, work: usize, owner: Who, ends: Moment, dice: &mut crate::demo::dice::Dice) {
    let day = story.calendar.day(ends);
    if story.calendar.days_since(day) > 3 && dice.chance(30) {
        let at = minutes_after(ends, -dice.between(5 * 60, 7 * 60));
        story.does(at, owner, What::Close(work));
        if let Some(work) = story.works.get_mut(work) {
            work.until = at;
        }
    }
}
