use std::collections::BTreeSet;

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn due(id: &str, from: Date) -> Date {
    find(id).unwrap().due(from).unwrap()
}

fn warn(id: &str, from: Date) -> Date {
    find(id).unwrap().warn(from).unwrap()
}

#[test]
fn the_file_is_read_and_names_every_clock_once() {
    let file: File = toml::from_str(include_str!("clocks.toml")).unwrap();
    let ids: BTreeSet<&str> = file.clock.iter().map(|clock| clock.id.as_str()).collect();
    assert_eq!(file.clock.len(), 37);
    assert_eq!(ids.len(), 37);
    for clock in &file.clock {
        for (language, text) in clock.starts.iter().chain(clock.then.iter()) {
            assert!(!text.trim().is_empty(), "{} in {language}", clock.id);
        }
        assert!(clock.warn.is_none() || clock.due.is_some() || clock.id == "appi.breach.persons", "{}", clock.id);
    }
}

#[test]
fn every_clock_the_catalogue_refers_to_is_here() {
    for promise in crate::catalogue::all() {
        for clock in &promise.clocks {
            assert!(find(clock).is_some(), "{} refers to {clock}", promise.id);
        }
    }
}

#[test]
fn the_final_report_waits_for_an_open_day() {
    for (id, known, expected) in [
        ("appi.breach.final", date(2026, 11, 22), date(2026, 12, 21)),
        ("appi.breach.final", date(2026, 12, 1), date(2027, 1, 4)),
        ("appi.breach.final", date(2026, 12, 5), date(2027, 1, 4)),
        ("appi.breach.final", date(2027, 4, 4), date(2027, 5, 6)),
        ("appi.breach.final.wrongful", date(2026, 11, 3), date(2027, 1, 4)),
        ("appi.breach.final.wrongful", date(2026, 11, 22), date(2027, 1, 20)),
    ] {
        assert_eq!(due(id, known), expected, "{id} from {known}");
    }
}

#[test]
fn days_are_counted_as_each_clock_says() {
    let known = date(2026, 11, 22);
    assert_eq!(due("appi.breach.preliminary", known), date(2026, 11, 26));
    assert_eq!(warn("appi.breach.preliminary", known), date(2026, 11, 24));
    assert_eq!(due("appi.breach.to-client", known), date(2026, 11, 26));
    assert_eq!(warn("appi.breach.to-client", known), date(2026, 11, 23));
    assert_eq!(due("pmark.incident.final", known), date(2026, 12, 21));
    // Arrived on 1 April; a lawsuit is possible from the 16th.
    assert_eq!(due("appi.request.answer", date(2026, 4, 1)), date(2026, 4, 15));
    assert_eq!(due("appi.optout.change-before", date(2026, 4, 15)), date(2026, 4, 14));
    assert_eq!(warn("appi.optout.change-before", date(2026, 4, 15)), date(2026, 4, 1));
    assert_eq!(due("appi.record.keep.paper", date(2024, 2, 29)), date(2025, 2, 28));
    assert_eq!(due("appi.record.keep.other", date(2024, 2, 29)), date(2027, 2, 28));
    assert_eq!(warn("appi.foreign.check", date(2026, 3, 31)), date(2027, 2, 28));
    assert_eq!(due("gdpr.request", date(2026, 1, 31)), date(2026, 2, 28));
    let request = find("gdpr.request").unwrap();
    assert_eq!(request.extended(date(2026, 2, 28)), Some(date(2026, 4, 28)));
    assert_eq!(due("law.watch.jp-penal", known), date(2027, 1, 17));
}

#[test]
fn vietnam_counts_working_days_and_longer_cases() {
    // Received on a Friday: Monday is the first working day; Tuesday is the Day of Culture.
    assert_eq!(due("vn.request.reply", date(2026, 11, 20)), date(2026, 11, 25));
    assert_eq!(due("vn.request.reply", date(2026, 6, 5)), date(2026, 6, 9));
    // Over Reunification Day and Labour Day.
    assert_eq!(due("vn.request.reply", date(2026, 4, 29)), date(2026, 5, 5));
    let access = find("vn.request.access").unwrap();
    assert_eq!(access.due(date(2026, 6, 1)), Some(date(2026, 6, 11)));
    assert_eq!(access.due_longer(date(2026, 6, 1)), Some(date(2026, 6, 16)));
    assert_eq!(access.extended(date(2026, 6, 11)), Some(date(2026, 6, 21)));
    assert_eq!(due("vn.dpia", date(2026, 1, 1)), date(2026, 3, 2));
}

#[test]
fn hours_are_counted_from_the_moment() {
    let clock = find("vn.breach").unwrap();
    let from = Moment::from_millis(1_000);
    assert_eq!(clock.due_moment(from), Some(Moment::from_millis(1_000 + 72 * 3_600_000)));
    assert_eq!(clock.warn_moment(from), Some(Moment::from_millis(1_000 + 48 * 3_600_000)));
    assert_eq!(clock.due(date(2026, 1, 1)), None);
    assert_eq!(clock.due_moment(Moment::from_millis(i64::MAX)), None);
}

fn holidays(calendar: Calendar, year: i16) -> Vec<(i8, i8)> {
    let mut day = date(year, 1, 1);
    let mut found = Vec::new();
    while day.year() == year {
        if calendar.is_holiday(day) {
            found.push((day.month(), day.day()));
        }
        day = day.tomorrow().unwrap();
    }
    found
}

#[test]
fn japanese_holidays_are_those_of_the_act() {
    let counts: Vec<usize> = (2020..=2035).map(|year| holidays(Calendar::Japan, year).len()).collect();
    assert_eq!(counts, [18, 17, 16, 17, 21, 19, 18, 17, 16, 19, 19, 19, 17, 17, 17, 19]);
    assert_eq!(
        holidays(Calendar::Japan, 2026),
        [
            (1, 1),
            (1, 12),
            (2, 11),
            (2, 23),
            (3, 20),
            (4, 29),
            (5, 3),
            (5, 4),
            (5, 5),
            (5, 6),
            (7, 20),
            (8, 11),
            (9, 21),
            (9, 22),
            (9, 23),
            (10, 12),
            (11, 3),
            (11, 23),
        ]
    );
    assert_eq!(
        holidays(Calendar::Japan, 2020),
        [
            (1, 1),
            (1, 13),
            (2, 11),
            (2, 23),
            (2, 24),
            (3, 20),
            (4, 29),
            (5, 3),
            (5, 4),
            (5, 5),
            (5, 6),
            (7, 23),
            (7, 24),
            (8, 10),
            (9, 21),
            (9, 22),
            (11, 3),
            (11, 23),
        ]
    );
    let late = holidays(Calendar::Japan, 2032);
    assert!(late.contains(&(9, 20)) && late.contains(&(9, 21)) && late.contains(&(9, 22)));
    for day in [date(2026, 12, 29), date(2027, 1, 2)] {
        assert!(!Calendar::Japan.is_holiday(day) && !Calendar::Japan.is_open(day), "{day}");
    }
}

#[test]
fn vietnamese_holidays_are_those_known() {
    assert_eq!(
        holidays(Calendar::Vietnam, 2026),
        [
            (1, 1),
            (2, 16),
            (2, 17),
            (2, 18),
            (2, 19),
            (2, 20),
            (4, 26),
            (4, 27),
            (4, 30),
            (5, 1),
            (9, 1),
            (9, 2),
            (11, 24),
        ]
    );
    // 1 May 2027 is a Saturday, so Monday the 3rd is off; the days of Tet are only those that are sure.
    assert_eq!(
        holidays(Calendar::Vietnam, 2027),
        [(1, 1), (2, 5), (2, 6), (2, 7), (2, 8), (4, 16), (4, 30), (5, 1), (5, 3), (9, 2), (11, 24),]
    );
    // In 2030 the lunar year begins a day earlier in Hanoi than in Beijing.
    assert!(Calendar::Vietnam.is_holiday(date(2030, 2, 1)));
}

#[test]
fn time_has_an_end() {
    assert_eq!(Calendar::Japan.open_days_after(Date::MAX, 3), Date::MAX);
    assert_eq!(Limit::DaysAfter { count: 1 }.day(Date::MAX), None);
    assert_eq!(Limit::DaysBefore { count: 1 }.day(Date::MIN), None);
}

proptest! {
    #[test]
    fn the_last_day_is_never_a_closed_one_and_never_early(start in 0_i32..5_000) {
        let from = date(2020, 1, 1).checked_add(start.days()).unwrap();
        let report = due("appi.breach.final", from);
        let nth = from.checked_add(29.days()).unwrap();
        prop_assert!(report >= nth && Calendar::Japan.is_open(report));
        let mut between = nth;
        while between < report {
            prop_assert!(!Calendar::Japan.is_open(between), "{between} was open");
            between = between.tomorrow().unwrap();
        }
    }

    #[test]
    fn open_days_are_open_and_as_many_as_asked(start in 0_i32..2_400, count in 1_u16..15) {
        let from = date(2024, 1, 1).checked_add(start.days()).unwrap();
        let last = Calendar::Vietnam.open_days_after(from, count);
        let mut day = from;
        let mut open = 0;
        while day < last {
            day = day.tomorrow().unwrap();
            open += u16::from(Calendar::Vietnam.is_open(day));
        }
        prop_assert_eq!(open, count);
        prop_assert!(Calendar::Vietnam.is_open(last));
    }
}
