//! Logs against work records, through the public door, on both databases: read, asked, answered, signed off.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use access::{Mistake, No};
use duties::logs::{self, Answer, File, Known};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use policy::logs::{Asked, Counted, LogCheck, Week};
use testkit::both::on_both;
use testkit::office::{House, MORNING};

/// The day so many days after the first morning.
fn on(days: i64) -> Date {
    date(2026, 6, 1).checked_add(days.days()).unwrap()
}

fn file(digest: u8) -> File {
    File { digest: [digest; 32], lines: 10, unread: 1, covers: None }
}

fn counted(source: &str, first: Date, last: Date) -> Counted {
    Counted { source: source.into(), events: 9, matched: 8, days: Some((first, last)), ..Counted::default() }
}

fn question(check: LogCheck, name: &str, day: Date, at: i64) -> Asked {
    Asked {
        check,
        source: "door.hanoi".into(),
        person: String::new(),
        name: name.into(),
        place: "D-01".into(),
        section: Asked::OFFICE.into(),
        week: Week::of(day),
        events: 1,
        first: at,
        last: at,
        line: 4,
        entered: true,
    }
}

fn mistake(no: Result<impl Sized, No>) -> Mistake {
    match no {
        Err(No::Mistake(mistake)) => *mistake,
        _ => panic!("a mistake was due"),
    }
}

#[test]
fn a_week_closes_when_every_question_is_answered() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        let known = Known::default();
        let first = on(0);
        let week = Week::of(first);
        // The day after the week of the first day has ended.
        let later = i64::from(first.until(week.last()).unwrap().get_days()) + 1;
        let officer = |days| house.desk_of(&house.officer, days);
        let asked = [question(LogCheck::UnknownCard, "0815", first, MORNING.0)];
        let read = counted("door.hanoi", first, first);
        let no = logs::record(&house.desk_of(&house.handler, 1), &known, &file(1), &read, &asked).await;
        assert!(matches!(no, Err(No::Refusal(_))), "{}: a handler reads no logs", ground.name);
        let done = logs::record(&officer(1), &known, &file(1), &read, &asked).await.unwrap();
        assert_eq!((done.asked, done.known), (1, 0));
        assert_eq!(mistake(logs::record(&officer(1), &known, &file(1), &read, &asked).await).field, "file");
        // The same cause in another file of the same days is the same question.
        let again = logs::record(&officer(1), &known, &file(2), &read, &asked).await.unwrap();
        assert_eq!((again.asked, again.known), (0, 1));
        let unknown = counted("door.mars", first, first);
        assert_eq!(mistake(logs::record(&officer(1), &known, &file(3), &unknown, &[]).await).field, "source");
        let nothing = Counted { days: None, ..read.clone() };
        assert_eq!(mistake(logs::record(&officer(1), &known, &file(3), &nothing, &[]).await).field, "period");
        let future = counted("door.hanoi", first, on(5));
        assert_eq!(mistake(logs::record(&officer(1), &known, &file(3), &future, &[]).await).field, "period");

        let all = logs::questions(&house.office, week, week).await.unwrap();
        let [one] = &all[..] else { panic!("one question") };
        assert!(one.is_open() && one.asked.is_none() && one.name == "0815");
        assert_eq!(mistake(logs::sign_off(&officer(1), week, Asked::OFFICE).await).field, "week", "it runs");
        assert_eq!(
            mistake(logs::sign_off(&officer(later), week, Asked::OFFICE).await).field,
            "week",
            "a question is open"
        );

        let give = |reason: &str, note: &str| Answer { reason: reason.into(), note: note.into() };
        let no = logs::answer(&house.desk_of(&house.auditor, 2), &known, one.id, give("given-late", "")).await;
        assert!(matches!(no, Err(No::Refusal(_))), "an auditor answers nothing");
        let no = logs::answer(&house.desk_of(&house.handler, 2), &known, one.id, give("given-late", "")).await;
        assert!(matches!(no, Err(No::Missing)), "it is not the handler's");
        for wrong in ["", "because", "emergency"] {
            assert_eq!(mistake(logs::answer(&officer(2), &known, one.id, give(wrong, "")).await).field, "reason");
        }
        assert_eq!(mistake(logs::answer(&officer(2), &known, one.id, give("not-known", "")).await).field, "reason");
        let long = "x".repeat(1_001);
        assert_eq!(mistake(logs::answer(&officer(2), &known, one.id, give("given-late", &long)).await).field, "note");
        logs::answer(&officer(2), &known, one.id, give("given-late", " a new card ")).await.unwrap();
        assert_eq!(mistake(logs::answer(&officer(2), &known, one.id, give("given-late", "")).await).field, "question");
        let told = logs::question(&house.office, one.id).await.unwrap().unwrap();
        assert_eq!(told.settled().map(|a| (a.reason.as_str(), a.note.as_str())), Some(("given-late", "a new card")));

        let no = logs::sign_off(&house.desk_of(&house.handler, later), week, Asked::OFFICE).await;
        assert!(matches!(no, Err(No::Refusal(_))));
        assert_eq!(mistake(logs::sign_off(&officer(later), week, "nowhere").await).field, "section");
        let entry = logs::sign_off(&officer(later), week, Asked::OFFICE).await.unwrap();
        let state = logs::weeks(&officer(later), week, week).await.unwrap().pop().unwrap();
        assert_eq!((state.signed().map(|signed| signed.entry), state.questions(), state.open()), (Some(entry), 1, 0));
        assert_eq!(mistake(logs::sign_off(&officer(later), week, Asked::OFFICE).await).field, "week", "once");
        // What is asked afterwards opens the week again.
        let more = [question(LogCheck::FirstLast, "0816", first, MORNING.0)];
        logs::record(&officer(later), &known, &file(4), &read, &more).await.unwrap();
        let state = logs::weeks(&officer(later), week, week).await.unwrap().pop().unwrap();
        assert_eq!((state.signed(), state.open()), (None, 1));
    });
}

#[test]
fn own_uses_are_laid_against_work_records_day_by_day() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        let program = |days| {
            let now = house.desk_of(&house.officer, days).now();
            house.office.desk(None, now)
        };
        assert_eq!(logs::unread_days(&program(0)).await.unwrap(), None, "{}: no day is over", ground.name);
        let (from, until) = logs::unread_days(&program(3)).await.unwrap().unwrap();
        assert_eq!(until, on(2));
        let done = logs::reconcile(&program(3), from, until).await.unwrap();
        assert_eq!(done.asked, 0);
        assert_eq!(logs::unread_days(&program(3)).await.unwrap(), None);
        assert_eq!(logs::unread_days(&program(4)).await.unwrap(), Some((on(3), on(3))));
        assert_eq!(mistake(logs::reconcile(&program(3), from, until).await).field, "file");
        logs::reconcile_by(&house.desk_of(&house.officer, 4), on(3), on(3)).await.unwrap();
    });
}
