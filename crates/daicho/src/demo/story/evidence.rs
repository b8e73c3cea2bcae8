//! The records by which the house shows that it does what it says: checks, reviews, meetings, inquiries, holds, exceptions.

use super::Story;
use crate::demo::calendar::{BEGINS, Calendar, days_after, minutes_after};
use crate::demo::deed::{Record, What};
use crate::demo::dice::Dice;
use crate::demo::logs::WEEKS;
use crate::demo::staff::Who;
use duties::occasion::OccasionKind;
use jiff::civil::Date;
use policy::logs::Week;

/// How many days ago the newest sign-off of accesses was: the next is due every 30 days.
const LAST_SIGNED_OFF: i64 = 34;

pub(super) fn tell(story: &mut Story) {
    let mut dice = story.dice(80);
    checks(story);
    rhythms(story, &mut dice);
    disasters(story);
    inquiries(story, &mut dice);
    holds(story, &mut dice);
    exception(story, &mut dice);
    logs(story);
    sign_ins(story, &mut dice);
    checkpoints(story);
}

/// The program checks every night that the notice stands at its address and that the ledger is whole.
fn checks(story: &mut Story) {
    let calendar = story.calendar.clone();
    for days in (0..BEGINS).rev() {
        let start = calendar.start(calendar.ago(days));
        story.program_does(start, What::Probe("notice"));
        if days % 7 == 0 && days > 0 {
            story.program_does(minutes_after(start, 30), What::Probe("ledger"));
        }
        let day = calendar.ago(days);
        if days > 2 && Calendar::is_working(day) && days % 7 < 5 && day.day() < 8 {
            let at = minutes_after(start, 9 * 60 + days % 50);
            let new = Record {
                kind: OccasionKind::Probe,
                subject: "contact".into(),
                outcome: "ok",
                note: "電話と電子メールの到達を確認".into(),
                ..Record::default()
            };
            record(story, at, Who::Reception, new);
        }
    }
}

fn record(story: &mut Story, at: ledger::names::Moment, by: Who, new: Record) -> usize {
    let occasion = story.occasions;
    story.occasions += 1;
    story.does(at, by, What::Record { occasion, new });
    occasion
}

/// What is held month by month and year by year.
fn rhythms(story: &mut Story, dice: &mut Dice) {
    let calendar = story.calendar.clone();
    let mut days = LAST_SIGNED_OFF;
    while days < 390 {
        // A weekend must not make the newest sign-off younger than it is meant to be.
        let day = if days == LAST_SIGNED_OFF { calendar.ago(days) } else { calendar.working_ago(days) };
        let at = calendar.office(day, dice);
        let subject = day.strftime("%Y-%m").to_string();
        record(
            story,
            at,
            Who::Officer,
            Record {
                kind: OccasionKind::LogsReview,
                subject,
                outcome: "ok",
                note: "アクセス記録と作業記録の突合せを確認".into(),
                ..Record::default()
            },
        );
        days += 29;
    }
    let mut month = calendar.ago(400).first_of_month();
    while month < calendar.today {
        let next = month.checked_add(jiff::Span::new().months(1)).unwrap_or(Date::MAX);
        meeting(story, month, dice);
        roster(story, month, next);
        month = next;
    }
    let at = calendar.office(calendar.working_ago(260), dice);
    let new = Record {
        kind: OccasionKind::ManagementReview,
        subject: format!("FY{}", calendar.ago(260).year()),
        note: "改善の指示2件。議事録 MR-1。".into(),
        due: Some(days_after(at, 290)),
        ..Record::default()
    };
    record(story, at, Who::Officer, new);
}

/// Drills, restore tests of backups and tests of power equipment. The newest of each is well within its year; one drill failed and was
/// repeated, and one power supply was replaced.
fn disasters(story: &mut Story) {
    use OccasionKind::{Drill, PowerTest, RestoreTest};
    let told: [(i64, Who, OccasionKind, &str, &str, &str); 18] = [
        (412, Who::Administrator, PowerTest, "UPS-1 東京サーバー室", "ok", "模擬停電。持続18分"),
        (411, Who::Administrator, PowerTest, "UPS-2 Hà Nội", "ok", "Ngắt điện thử, giữ được 21 phút"),
        (405, Who::Deputy, Drill, "火災", "ok", "東京。避難に4分。記録 DR-1"),
        (398, Who::Administrator, RestoreTest, "backup", "ok", "別の機械に復元し、台帳を検証"),
        (330, Who::SupportVietnam, Drill, "lũ lụt", "ok", "Hà Nội. Di chuyển thiết bị tầng 1. Biên bản DR-2"),
        (301, Who::Administrator, RestoreTest, "backup", "ok", ""),
        (260, Who::Deputy, Drill, "地震", "failed", "安否確認に返答のない者3名。連絡網を改める。記録 DR-3"),
        (246, Who::Deputy, Drill, "地震", "ok", "やり直し。全員の返答を確認。記録 DR-4"),
        (231, Who::Administrator, PowerTest, "UPS-1 東京サーバー室", "failed", "持続3分。電池を交換する"),
        (224, Who::Administrator, PowerTest, "UPS-1 東京サーバー室", "gone", "撤去。UPS-3 に置き換え"),
        (224, Who::Administrator, PowerTest, "UPS-3 東京サーバー室", "ok", "新設。模擬停電。持続25分"),
        (208, Who::Administrator, RestoreTest, "backup", "ok", ""),
        (175, Who::Administrator, PowerTest, "UPS-2 Hà Nội", "ok", "Ngắt điện thử, giữ được 19 phút"),
        (119, Who::Administrator, RestoreTest, "backup", "ok", ""),
        (83, Who::Deputy, Drill, "火災", "ok", "東京。避難に3分。消火器の点検も。記録 DR-5"),
        (61, Who::SupportVietnam, Drill, "lũ lụt", "ok", "Hà Nội. Biên bản DR-6"),
        (38, Who::Administrator, PowerTest, "UPS-3 東京サーバー室", "ok", "模擬停電。持続25分"),
        (27, Who::Administrator, RestoreTest, "backup", "ok", "復元先で台帳を検証"),
    ];
    for (at, (days, by, kind, subject, outcome, note)) in (0..).zip(told) {
        let day = story.calendar.working_ago(days);
        let at = minutes_after(story.calendar.start(day), 13 * 60 + 10 + at * 7);
        let new = Record { kind, subject: subject.into(), outcome, note: note.into(), ..Record::default() };
        record(story, at, by, new);
    }
}

fn meeting(story: &mut Story, month: Date, dice: &mut Dice) {
    let calendar = story.calendar.clone();
    let day =
        (12..20).filter_map(|n| Date::new(month.year(), month.month(), n).ok()).find(|day| Calendar::is_working(*day));
    let Some(day) = day.filter(|day| (1..410).contains(&calendar.days_since(*day))) else { return };
    let subject = format!("情報セキュリティ会議 {}", month.strftime("%Y-%m"));
    let note = format!("議事録 SM-{}", month.strftime("%Y-%m"));
    let new = Record { kind: OccasionKind::Meeting, subject, note, ..Record::default() };
    record(story, calendar.office(day, dice), Who::Deputy, new);
}

/// Who answers the telephone in Japanese is fixed some days before the month begins.
fn roster(story: &mut Story, from: Date, next: Date) {
    let calendar = story.calendar.clone();
    for (first, after) in [(from, next), (next, next.checked_add(jiff::Span::new().months(1)).unwrap_or(next))] {
        let fixed = first.checked_sub(jiff::Span::new().days(10)).unwrap_or(first);
        // The month in which the story ends is fixed in time too.
        let is_last = first > calendar.today;
        if calendar.days_since(fixed) < 1 || (first == next && !is_last) || calendar.days_since(fixed) > BEGINS - 2 {
            continue;
        }
        let at = minutes_after(calendar.start(fixed), 10 * 60);
        let until = minutes_after(calendar.start(after), -1);
        let new = Record {
            kind: OccasionKind::Roster,
            subject: first.to_string(),
            outcome: "ja",
            note: "東京・ハノイの当番表".into(),
            due: Some(until),
            ..Record::default()
        };
        record(story, at, Who::SupportJapan, new);
    }
}

/// Questions and complaints. All were answered within two days but the newest, which has waited for three working days.
fn inquiries(story: &mut Story, dice: &mut Dice) {
    let calendar = story.calendar.clone();
    for n in 0..story.scale.of(70) {
        let asked = calendar.office(calendar.working_ago(dice.between(8, 360)), dice);
        let complaint = n % 16 == 7;
        let kind = if complaint { OccasionKind::Complaint } else { OccasionKind::Inquiry };
        let letter = if complaint { "C" } else { "Q" };
        let new = Record { kind, subject: format!("{letter}-{:03}", n + 1), ..Record::default() };
        let by = if dice.chance(60) { Who::SupportJapan } else { Who::SupportVietnam };
        let occasion = record(story, asked, by, new);
        let day = calendar.working_ago(calendar.days_since(calendar.day(asked)) - 1);
        let answered = calendar.office(day, dice);
        story.does(
            answered,
            by,
            What::Settle { occasion, outcome: if complaint { "説明し、了承" } else { "回答済み" } },
        );
    }
    let asked = calendar.at(waited_three_days(&calendar), 16 * 60 + 10, dice);
    let new = Record {
        kind: OccasionKind::Inquiry,
        subject: "Q-207".into(),
        note: "保有の有無の問い合わせ。ウェブサイトから。".into(),
        ..Record::default()
    };
    record(story, asked, Who::SupportVietnam, new);
}

/// The last day of work from which at least three days of work have passed.
fn waited_three_days(calendar: &Calendar) -> Date {
    calendar.last_working(4)
}

/// Information that a dispute keeps from being erased. One was settled.
fn holds(story: &mut Story, dice: &mut Dice) {
    let calendar = story.calendar.clone();
    let there: Vec<usize> = story
        .people
        .iter()
        .enumerate()
        .filter(|(_, p)| {
            p.leaves.is_none()
                && story.rows.get(p.row).is_some_and(|r| r.sort.kind == "inquirer")
                && calendar.days_since(calendar.day(p.arrives)) > 120
        })
        .map(|(n, _)| n)
        .collect();
    for n in 0..story.scale.of(3) {
        let Some(person) = dice.place(there.len()).and_then(|n| there.get(n)).copied() else { continue };
        let at = calendar.office(calendar.working_ago(90 - i64::try_from(n).unwrap_or(0) * 20), dice);
        let new = Record {
            kind: OccasionKind::Hold,
            person: Some(person),
            note: "苦情の調査が終わるまで保全".into(),
            ..Record::default()
        };
        let occasion = record(story, at, Who::Officer, new);
        if n == 0 {
            let at = calendar.office(calendar.working_ago(30), dice);
            story.does(at, Who::Officer, What::Settle { occasion, outcome: "調査を終え、保全を解除" });
        }
    }
}

/// One promise that is not kept for now, with an approval that ends.
fn exception(story: &mut Story, dice: &mut Dice) {
    let at = story.calendar.office(story.calendar.working_ago(40), dice);
    let new = Record {
        kind: OccasionKind::Exception,
        subject: "phys.wire-lock".into(),
        note: "ダナンの移転中は施錠した区画で代える。新しい机が入るまで。".into(),
        due: Some(days_after(at, 100)),
        ..Record::default()
    };
    record(story, at, Who::Officer, new);
}

/// Logs are read on the Monday after their week, and what has passed of this week this morning. The newest weeks still have open
/// questions.
fn logs(story: &mut Story) {
    let calendar = story.calendar.clone();
    for back in (0..=WEEKS).rev() {
        let week = Week::of(calendar.ago(back * 7));
        let (first, last) = (week.first(), week.last().min(calendar.ago(1)));
        if first > last {
            continue;
        }
        let at = minutes_after(calendar.start(last), 24 * 60 + 10 * 60).min(calendar.start(calendar.today));
        story.does(at, Who::Officer, What::Logs { first, last, ago: back });
    }
}

/// Signing in costs what a password should cost, so only the newest are told.
fn sign_ins(story: &mut Story, dice: &mut Dice) {
    for days in [1, 2] {
        let day = story.calendar.last_working(days);
        for who in Who::ALL.iter().filter(|who| !matches!(who, Who::Leaver | Who::Administrator)) {
            if days == 1 || dice.chance(30) {
                let at = story.calendar.at(day, 8 * 60 + 2 + dice.between(0, 25), dice);
                story.does(at, *who, What::SignIn(*who));
            }
        }
    }
}

/// The head is signed every week, so that a past day can be shown with a checkpoint of its own.
fn checkpoints(story: &mut Story) {
    let calendar = story.calendar.clone();
    for days in (1..BEGINS).rev().filter(|days| days % 7 == 1) {
        story.program_does(minutes_after(calendar.start(calendar.ago(days)), 23 * 60 + 50), What::Checkpoint);
    }
}
