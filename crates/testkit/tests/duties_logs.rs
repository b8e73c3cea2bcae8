//! Logs against work records, through the public door, on both databases: read, asked, answered, signed off.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use access::organisation::{Edit, put_all};
use access::{Mistake, No};
use duties::logs::{self, Answer, File, Known};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use policy::logs::{Asked, Counted, Event, LogCheck, LogSort, Week, Weigher, What};
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

/// A department whose head is the handler, two more who work there, a zone of level 4, a reader at its door, and cards.
async fn organised(house: &House) {
    use access::organisation::PartKind::{Card, Department, Entity, Reader, Site, Staff, Zone};
    let edit = |kind, name: &str, fields: &[(&str, &str)]| Edit {
        kind,
        id: name.parse().unwrap(),
        sheet: fields.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect(),
    };
    let parts = [
        edit(Entity, "hanoi", &[("name", "Kawasora"), ("country", "VN"), ("responsible", "E1")]),
        edit(Department, "hr", &[("name", "人事部"), ("within", "hanoi"), ("head", "E2")]),
        edit(Site, "hq", &[("name", "Hanoi office"), ("within", "hanoi")]),
        edit(Zone, "hq.safe", &[("name", "Supervised room"), ("within", "hq"), ("level", "4")]),
        edit(Reader, "d9", &[("name", "Door 9"), ("within", "hq.safe"), ("code", "D-09")]),
        edit(Staff, "E1", &[("name", "森 彩"), ("within", "hr"), ("from", "2020-04-01"), ("login", "mori")]),
        edit(Staff, "E2", &[("name", "Trần Lan"), ("within", "hr"), ("from", "2020-04-01"), ("login", "lan")]),
        edit(Staff, "E3", &[("name", "Nguyễn An"), ("within", "hr"), ("from", "2020-04-01")]),
        edit(Card, "c3", &[("number", "00123"), ("within", "E3"), ("from", "2020-04-01")]),
        edit(Card, "c2", &[("number", "00222"), ("within", "E2"), ("from", "2020-04-01")]),
    ];
    put_all(&house.desk_of(&house.officer, 0), &parts).await.unwrap();
}

#[test]
fn the_manager_is_asked_then_the_privacy_officer_and_nobody_answers_for_themselves() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        organised(&house).await;
        let officer = |days| house.desk_of(&house.officer, days);
        let known = logs::known(&officer(1), on(0), on(0)).await.unwrap();
        let rules = officer(0);
        let rules = rules.policy().unwrap().logs();
        // Both went into the supervised room without leave.
        let mut weigher = Weigher::new(rules, &known.facts);
        let log = weigher.log("door.hanoi", LogSort::Door);
        for (line, who) in [(2, "123"), (3, "222")] {
            let at = MORNING.0 + i64::from(line) * 1_000;
            let (place, what) = ("D-09", What::Passed);
            weigher.take(log, &Event { line, at, day: on(0), second: line, who, place, what, work: None });
        }
        let weighed = weigher.finish();
        assert_eq!(weighed.counted[0].unmade.len(), 0, "{}", ground.name);
        logs::record(&officer(1), &known, &file(1), &weighed.counted[0], &weighed.asked).await.unwrap();
        let week = Week::of(on(0));
        let all = logs::questions(&house.office, week, week).await.unwrap();
        let of = |person: &str| all.iter().find(|one| one.person == person).unwrap().clone();
        let (an, lan) = (of("E3"), of("E2"));
        assert_eq!((an.check, an.place.as_str(), an.section.as_str()), (LogCheck::WrongZone, "hq.safe", "hr"));
        assert_eq!(an.asked, Some(house.handler.id), "the head of the department");
        assert_eq!(lan.asked, Some(house.officer.id), "whoever answers for the company, of the head themselves");
        assert!(!logs::answerers(&an, rules, officer(3).now()).escalated);
        assert!(logs::answerers(&an, rules, officer(4).now()).escalated, "nobody answered for three days");

        let give = |reason: &str| Answer { reason: reason.into(), note: String::new() };
        let handler = house.desk_of(&house.handler, 2);
        assert!(matches!(logs::answer(&handler, &known, lan.id, give("emergency")).await, Err(No::Missing)));
        // The manager cannot say: it is handed on, and no longer theirs.
        logs::answer(&handler, &known, an.id, give("not-known")).await.unwrap();
        let told = logs::question(&house.office, an.id).await.unwrap().unwrap();
        assert!(told.is_open() && logs::answerers(&told, rules, officer(2).now()).escalated);
        assert!(matches!(logs::answer(&handler, &known, an.id, give("emergency")).await, Err(No::Missing)));
        logs::answer(&officer(2), &known, an.id, give("not-allowed")).await.unwrap();
        let entries = house.store.head().await.unwrap().size;

        // The officer went in too, and is asked about themselves by nobody but themselves: refused, on record.
        let mut own = weighed.asked[0].clone();
        (own.person, own.line) = ("E1".into(), 9);
        logs::record(&officer(2), &known, &file(2), &weighed.counted[0], &[own]).await.unwrap();
        let all = logs::questions(&house.office, week, week).await.unwrap();
        let own = all.iter().find(|one| one.person == "E1").unwrap();
        assert_eq!(own.asked, Some(house.handler.id));
        let no = logs::answer(&officer(2), &known, own.id, give("emergency")).await;
        let Err(No::Refusal(refusal)) = no else { panic!("a refusal was due") };
        assert!(refusal.entry > entries && !refusal.clauses.is_empty());
        logs::answer(&handler, &known, own.id, give("emergency")).await.unwrap();

        // The section closes before the week does, once its last question is answered.
        let later = officer(8);
        assert_eq!(mistake(logs::sign_off(&later, week, "hr").await).field, "week", "one is open");
        logs::answer(&officer(7), &known, lan.id, give("visit-approved")).await.unwrap();
        assert_eq!(mistake(logs::sign_off(&later, week, Asked::OFFICE).await).field, "section");
        logs::sign_off(&later, week, "hr").await.unwrap();
        logs::sign_off(&later, week, Asked::OFFICE).await.unwrap();
    });
}

#[test]
fn a_card_was_good_until_the_day_it_was_blocked() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        organised(&house).await;
        let card = |status: &str| Edit {
            kind: access::organisation::PartKind::Card,
            id: "c3".parse().unwrap(),
            sheet: [("number", "00123"), ("within", "E3"), ("from", "2020-04-01"), ("status", status)]
                .map(|(field, text)| (field.to_owned(), text.to_owned()))
                .into(),
        };
        put_all(&house.desk_of(&house.officer, 3), &[card("lost")]).await.unwrap();
        let known = logs::known(&house.desk_of(&house.officer, 5), on(0), on(5)).await.unwrap();
        let card = known.facts.cards.iter().find(|card| card.number == "00123").unwrap();
        assert_eq!((card.holder.as_str(), card.until), ("E3", Some(on(3))), "{}", ground.name);
    });
}
