//! Logs laid against work records, cards, zones and attendance by the usual rules: what fits is silent, what does not is one question.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use policy::logs::{Asked, Card, Event, Facts, LogCheck, LogSort, Person, Reader, Weighed, Weigher, What, Work, Zone};
use policy::{Language, Policy};

use crate::tiny;

/// A moment of a day: the tests count in UTC.
fn at(day: Date, hour: i64, minute: i64) -> i64 {
    let midnight = day.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_millisecond();
    midnight + (hour * 60 + minute) * 60_000
}

fn rules() -> Policy {
    policy::check(&tiny::files()).policy.unwrap()
}

const MONDAY: Date = date(2026, 11, 16);

fn facts() -> Facts {
    let person = |id: &str, section: &str| Person {
        id: id.to_owned(),
        also: vec![format!("{id}@example.com")],
        section: section.to_owned(),
        from: Some(date(2026, 1, 1)),
        until: None,
        zones: BTreeSet::from(["office".to_owned()]),
    };
    let card = |number: &str, holder: &str| Card {
        number: number.to_owned(),
        holder: holder.to_owned(),
        from: Some(date(2026, 1, 1)),
        until: None,
    };
    let mut people: Vec<Person> = ["e-1", "e-2", "e-3"].into_iter().map(|id| person(id, "hr")).collect();
    people.push(Person { until: Some(date(2026, 10, 31)), ..person("e-9", "it") });
    let mut cards = vec![card("00100", "e-1"), card("00200", "e-2"), card("00300", "e-3"), card("00900", "e-9")];
    // Given back by somebody who stayed, and given to somebody else.
    cards.push(Card { until: Some(date(2026, 11, 15)), ..card("00400", "e-1") });
    cards.push(card("00500", ""));
    Facts {
        people,
        cards,
        zones: vec![Zone { id: "office".into(), level: 1 }, Zone { id: "vault".into(), level: 4 }],
        readers: vec![
            Reader { code: "D-01".into(), zone: "office".into() },
            Reader { code: "D-09".into(), zone: "vault".into() },
        ],
        works: vec![Work {
            code: "W-1".into(),
            people: BTreeSet::from(["e-1".to_owned(), "e-2".to_owned()]),
            from: at(MONDAY, 9, 0),
            until: at(MONDAY, 18, 0),
            zones: BTreeSet::from(["vault".to_owned()]),
        }],
    }
}

struct Line<'a>(u32, Date, i64, i64, &'a str, &'a str, What);

fn take(weigher: &mut Weigher<'_>, log: usize, lines: &[Line<'_>]) {
    for Line(line, day, hour, minute, who, place, what) in lines {
        let second = u32::try_from(hour * 3600 + minute * 60).unwrap();
        let (who, place) = (*who, *place);
        weigher.take(
            log,
            &Event {
                line: *line,
                at: at(*day, *hour, *minute),
                day: *day,
                second,
                who,
                place,
                what: *what,
                work: None,
            },
        );
    }
}

fn doors(lines: &[Line<'_>]) -> Weighed {
    let (policy, facts) = (rules(), facts());
    let mut weigher = Weigher::new(policy.logs(), &facts);
    let log = weigher.log("door", LogSort::Door);
    take(&mut weigher, log, lines);
    weigher.finish()
}

fn told(weighed: &Weighed) -> Vec<(LogCheck, &str, &str, &str, u32)> {
    let one = |asked: &'_ Asked| (asked.check, asked.events);
    weighed
        .asked
        .iter()
        .map(|asked| (one(asked).0, asked.person.as_str(), asked.name.as_str(), asked.place.as_str(), one(asked).1))
        .collect()
}

#[test]
fn a_usual_day_asks_nothing_and_every_event_of_it_fits() {
    let day = MONDAY;
    let weighed = doors(&[
        Line(2, day, 8, 55, "100", "D-01", What::In),
        Line(3, day, 9, 30, "00100", "D-09", What::In),
        Line(4, day, 10, 0, "00100", "D-09", What::Out),
        Line(5, day, 18, 5, "00100", "D-01", What::Out),
        // The same line once more, and another out of order.
        Line(6, day, 18, 5, "00100", "D-01", What::Out),
        Line(7, day, 8, 50, "00200", "D-01", What::In),
        Line(8, day, 17, 50, "00200", "D-01", What::Out),
    ]);
    assert_eq!(told(&weighed), []);
    let counted = &weighed.counted[0];
    assert_eq!((counted.events, counted.matched, counted.repeated), (6, 6, 1));
    assert_eq!(counted.span, Some((at(day, 8, 50), at(day, 18, 5))));
    assert!(counted.unmade.is_empty());
}

#[test]
fn whoever_goes_where_neither_they_nor_their_work_belongs_is_asked_about_once_a_week() {
    let tuesday = date(2026, 11, 17);
    let weighed = doors(&[
        Line(2, MONDAY, 9, 0, "300", "D-09", What::In),
        Line(3, MONDAY, 9, 5, "300", "D-09", What::Out),
        Line(4, tuesday, 9, 0, "300", "D-09", What::In),
        Line(5, tuesday, 9, 5, "300", "D-09", What::Out),
        // Their work was on Monday.
        Line(6, tuesday, 9, 0, "100", "D-09", What::In),
        Line(7, tuesday, 9, 9, "100", "D-09", What::Out),
        // A week later it is another question.
        Line(8, date(2026, 11, 24), 9, 0, "300", "D-09", What::In),
        Line(9, date(2026, 11, 24), 9, 5, "300", "D-09", What::Out),
        // The door did not open.
        Line(10, tuesday, 9, 0, "200", "D-09", What::TurnedAway),
    ]);
    assert_eq!(
        told(&weighed),
        [
            (LogCheck::WrongZone, "e-3", "", "vault", 2),
            (LogCheck::WrongZone, "e-1", "", "vault", 1),
            (LogCheck::WrongZone, "e-3", "", "vault", 1),
        ]
    );
    let first = &weighed.asked[0];
    assert_eq!((first.week.to_string().as_str(), first.section.as_str(), first.line), ("2026-W47", "hr", 2));
    assert!(first.entered);
    assert_eq!(weighed.counted[0].events - weighed.counted[0].matched, 4);
}

#[test]
fn cards_nobody_has_and_cards_of_those_who_left_are_told_apart() {
    let weighed = doors(&[
        Line(2, MONDAY, 9, 0, "99999", "D-01", What::In),
        Line(3, MONDAY, 9, 1, "99999", "D-09", What::In),
        Line(4, MONDAY, 9, 2, "400", "D-01", What::In),
        Line(5, MONDAY, 9, 3, "500", "D-01", What::TurnedAway),
        Line(6, MONDAY, 9, 4, "900", "D-01", What::In),
        // On their last day they still belonged here.
        Line(7, date(2026, 10, 31), 9, 4, "900", "D-01", What::In),
        Line(8, date(2026, 10, 31), 18, 4, "900", "D-01", What::Out),
    ]);
    assert_eq!(
        told(&weighed),
        [
            (LogCheck::UnknownCard, "", "99999", "D-01", 2),
            (LogCheck::UnknownCard, "", "400", "D-01", 1),
            (LogCheck::UnknownCard, "", "500", "D-01", 1),
            (LogCheck::Leaver, "e-9", "", "D-01", 1),
        ]
    );
    assert!(!weighed.asked[2].entered, "the door did not open");
    assert_eq!(weighed.asked[0].section, Asked::OFFICE, "nobody answers for a card of nobody");
    assert_eq!(weighed.asked[3].section, "it");
}

#[test]
fn more_people_in_a_zone_than_its_work_has_are_asked_about() {
    let all = |third: bool| {
        let mut lines = vec![
            Line(2, MONDAY, 9, 10, "100", "D-09", What::In),
            Line(3, MONDAY, 9, 11, "200", "D-09", What::In),
            Line(5, MONDAY, 9, 30, "100", "D-09", What::Out),
            Line(6, MONDAY, 9, 30, "200", "D-09", What::Out),
        ];
        if third {
            lines.push(Line(7, MONDAY, 9, 12, "300", "D-09", What::In));
            lines.push(Line(8, MONDAY, 9, 30, "300", "D-09", What::Out));
        }
        doors(&lines)
    };
    assert_eq!(told(&all(false)), []);
    let three = all(true);
    let asked: Vec<LogCheck> = three.asked.iter().map(|asked| asked.check).collect();
    assert_eq!(asked, [LogCheck::TooMany, LogCheck::WrongZone]);
    assert_eq!(three.asked[0].place, "vault");
}

#[test]
fn a_day_has_a_first_entry_and_a_last_exit_and_a_night_has_both_on_two_days() {
    let tuesday = date(2026, 11, 17);
    let sane = [
        Line(50, date(2026, 11, 20), 9, 0, "100", "D-01", What::In),
        Line(51, date(2026, 11, 20), 18, 0, "100", "D-01", What::Out),
    ];
    let with = |lines: &[Line<'_>]| {
        let (policy, facts) = (rules(), facts());
        let mut weigher = Weigher::new(policy.logs(), &facts);
        let log = weigher.log("door", LogSort::Door);
        take(&mut weigher, log, &sane);
        take(&mut weigher, log, lines);
        let weighed = weigher.finish();
        weighed.asked.iter().map(|asked| (asked.check, asked.line)).collect::<Vec<_>>()
    };
    assert_eq!(with(&[Line(2, MONDAY, 9, 0, "200", "D-01", What::Out)]), [(LogCheck::FirstLast, 2)]);
    assert_eq!(with(&[Line(2, MONDAY, 9, 0, "200", "D-01", What::In)]), [(LogCheck::FirstLast, 2)]);
    let night = [Line(2, MONDAY, 22, 0, "200", "D-01", What::In), Line(3, tuesday, 5, 59, "200", "D-01", What::Out)];
    assert_eq!(with(&night), []);
    let too_late = [Line(2, MONDAY, 22, 0, "200", "D-01", What::In), Line(3, tuesday, 6, 1, "200", "D-01", What::Out)];
    assert_eq!(with(&too_late), [(LogCheck::FirstLast, 2)], "one cause, one question");
    // A system that has readers on the way in only knows of no exits.
    let (policy, facts) = (rules(), facts());
    let mut weigher = Weigher::new(policy.logs(), &facts);
    let log = weigher.log("door", LogSort::Door);
    take(
        &mut weigher,
        log,
        &[Line(2, MONDAY, 9, 0, "200", "D-01", What::In), Line(3, tuesday, 9, 0, "200", "D-01", What::In)],
    );
    assert_eq!(weigher.finish().asked, []);
}

#[test]
fn presence_is_held_against_attendance_where_both_were_read() {
    let attended = |lines: &[Line<'_>]| {
        let (policy, facts) = (rules(), facts());
        let mut weigher = Weigher::new(policy.logs(), &facts);
        let door = weigher.log("door", LogSort::Door);
        take(
            &mut weigher,
            door,
            &[Line(2, MONDAY, 8, 0, "100", "D-01", What::In), Line(3, MONDAY, 18, 0, "100", "D-01", What::Out)],
        );
        let clock = weigher.log("attendance", LogSort::Attendance);
        take(&mut weigher, clock, lines);
        weigher.finish().asked.iter().map(|asked| (asked.check, asked.person.clone(), asked.line)).collect::<Vec<_>>()
    };
    let e1 = |line| (LogCheck::NoAttendance, "e-1".to_owned(), line);
    assert_eq!(attended(&[]), [], "no attendance was read");
    assert_eq!(attended(&[Line(9, date(2026, 11, 17), 9, 0, "e-1", "", What::ClockIn)]), [], "nor of that day");
    assert_eq!(attended(&[Line(9, MONDAY, 9, 0, "e-2", "", What::ClockIn)]), [e1(2)]);
    let clocked = |from: (i64, i64), to: (i64, i64)| {
        attended(&[
            Line(9, MONDAY, from.0, from.1, "E-1", "", What::ClockIn),
            Line(9, MONDAY, to.0, to.1, "E-1", "", What::ClockOut),
        ])
    };
    assert_eq!(clocked((9, 0), (17, 0)), [], "an hour before and after");
    assert_eq!(clocked((9, 1), (17, 0)), [e1(2)]);
    assert_eq!(clocked((9, 0), (16, 59)), [e1(3)]);
}

#[test]
fn uses_are_under_a_work_record_within_its_hours() {
    let used = |who: &str, day: Date, hour: i64, minute: i64, work: Option<&str>| {
        let (policy, facts) = (rules(), facts());
        let mut weigher = Weigher::new(policy.logs(), &facts);
        let log = weigher.log("crm", LogSort::Access);
        let event =
            Event { line: 1, at: at(day, hour, minute), day, second: 0, who, place: "crm", what: What::Used, work };
        weigher.take(log, &event);
        weigher.finish().asked.first().map(|asked| asked.check)
    };
    assert_eq!(used("e-1", MONDAY, 10, 0, None), None);
    assert_eq!(used("E-1@example.com", MONDAY, 10, 0, Some("W-1")), None);
    assert_eq!(used("e-1", MONDAY, 8, 45, None), None, "a quarter of an hour");
    assert_eq!(used("e-1", MONDAY, 18, 14, None), None);
    assert_eq!(used("e-1", MONDAY, 8, 44, None), Some(LogCheck::OutsideHours));
    assert_eq!(used("e-1", MONDAY, 18, 15, None), Some(LogCheck::OutsideHours));
    assert_eq!(used("e-1", date(2026, 11, 18), 10, 0, None), Some(LogCheck::NoWork));
    assert_eq!(used("e-3", MONDAY, 10, 0, None), Some(LogCheck::NoWork), "it is not theirs");
    assert_eq!(used("e-3", MONDAY, 10, 0, Some("W-1")), Some(LogCheck::NoWork));
    assert_eq!(used("e-1", MONDAY, 10, 0, Some("")), Some(LogCheck::NoWork), "it was under none");
    assert_eq!(used("e-9", MONDAY, 10, 0, None), Some(LogCheck::Leaver));
    assert_eq!(used("e-1", date(2025, 12, 31), 10, 0, None), Some(LogCheck::UnknownCard), "before their first day");
    assert_eq!(used("mallory", MONDAY, 10, 0, None), Some(LogCheck::UnknownCard));
}

#[test]
fn what_nothing_is_on_record_for_is_told_as_not_checked() {
    let policy = rules();
    let nothing = Facts::default();
    let mut weigher = Weigher::new(policy.logs(), &nothing);
    let log = weigher.log("door", LogSort::Door);
    take(&mut weigher, log, &[Line(2, MONDAY, 9, 0, "100", "D-01", What::In)]);
    let weighed = weigher.finish();
    assert_eq!(told(&weighed), []);
    assert!(weighed.counted[0].unmade.contains(&LogCheck::UnknownCard));
    let mut without_zones = facts();
    without_zones.zones.clear();
    let mut weigher = Weigher::new(policy.logs(), &without_zones);
    weigher.log("door", LogSort::Door);
    assert_eq!(weigher.finish().counted[0].unmade, BTreeSet::from([LogCheck::WrongZone, LogCheck::TooMany]));
}

#[test]
fn the_order_of_lines_changes_nothing() {
    let lines = || {
        vec![
            Line(2, MONDAY, 9, 0, "300", "D-09", What::In),
            Line(3, MONDAY, 9, 5, "300", "D-09", What::Out),
            Line(4, MONDAY, 8, 0, "100", "D-01", What::Out),
            Line(5, MONDAY, 17, 0, "99", "D-01", What::In),
            Line(6, MONDAY, 17, 1, "900", "D-01", What::In),
        ]
    };
    let forwards = doors(&lines());
    let mut backwards = lines();
    backwards.reverse();
    assert_eq!(doors(&backwards).asked, forwards.asked);
    assert_eq!(forwards.asked.len(), 4);
}

#[test]
fn the_rules_are_those_of_the_policy_and_faults_of_them_are_told() {
    let policy = rules();
    let rules = policy.logs();
    assert_eq!((rules.answer_days, rules.sign_off_days), (3, 7));
    assert_eq!(rules.checks().len(), LogCheck::ALL.len());
    for rule in rules.checks() {
        for language in Language::ALL {
            assert!(!rule.ask.get(*language).is_empty());
        }
        assert!(rules.reasons_for(rule.check).count() == rule.reasons.len() && !rule.reasons.is_empty());
    }
    let mut files = tiny::files();
    let broken = "answer_days = 0\n[[source]]\nid = \"a\"\nsort = \"camera\"\nevery_days = 1\nlabel = { ja = \"a\", en = \"a\", vi = \"a\" }\n\
                  [[check]]\nid = \"no-work\"\nsorts = [\"access\"]\nreasons = [\"unheard-of\"]\nask = { ja = \"a\", en = \"a\", vi = \"a\" }\n";
    files.insert("logs.toml".into(), broken.into());
    let checked = policy::check(&files);
    assert!(checked.policy.is_none());
    let found: Vec<(&str, u32)> = checked
        .problems
        .iter()
        .filter(|problem| problem.file == "logs.toml")
        .map(|problem| (problem.rule, problem.line))
        .collect();
    assert_eq!(found, [("value.range", 1), ("value.word", 4), ("reference.unknown", 10)]);
    // A policy that names no check asks nothing.
    files.insert("logs.toml".into(), String::new());
    let silent = policy::check(&files).policy.unwrap();
    assert_eq!(silent.logs().checks().len(), 0);
    assert_ne!(silent.digest(), policy.digest());
}
