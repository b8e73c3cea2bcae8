//! Lays logs, line by line and in any order, against people, cards, zones, attendance and work records.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use serde::Serialize;

use super::facts::{Facts, Work};
use super::tally::{Cause, Subject, Tallies};
use super::{LogCheck, LogRules, LogSort, Week};
use crate::code::coded;
use crate::normal::fold;

coded! {
    /// What a line of a log says took place.
    What {
        /// Somebody went in.
        In = "in",
        /// Somebody went out.
        Out = "out",
        /// Somebody passed, and the log does not say which way.
        Passed = "passed",
        /// A door did not open.
        TurnedAway = "turned-away",
        /// Something was used.
        Used = "used",
        /// Work began.
        ClockIn = "clock-in",
        /// Work ended.
        ClockOut = "clock-out",
        /// Somebody was at work that day.
        Attended = "attended",
    }
}

/// One event, as a log tells it.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// The line on which it stands.
    pub line: u32,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The day where the company is.
    pub day: Date,
    /// The second of that day.
    pub second: u32,
    /// Who, as the log writes it: a card's number, a login, an employee number.
    pub who: &'a str,
    /// Where, as the log writes it; empty when it does not say.
    pub place: &'a str,
    /// What.
    pub what: What,
    /// The work record it says it was under; none when the log knows nothing of work records.
    pub work: Option<&'a str>,
}

/// How often a log said what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// The log.
    pub source: String,
    /// Events, without those that stand there twice.
    pub events: u64,
    /// Events that fit.
    pub matched: u64,
    /// Events that stand there once more.
    pub repeated: u64,
    /// The first and the last moment, in milliseconds since 1970.
    pub span: Option<(i64, i64)>,
    /// The first and the last day.
    pub days: Option<(Date, Date)>,
    /// Checks the policy makes of it that could not be made, because nothing is on record to hold it against.
    pub unmade: BTreeSet<LogCheck>,
}

/// A question to be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// What did not fit.
    pub check: LogCheck,
    /// The log it comes from.
    pub source: String,
    /// The person it is about, by their id; empty when nobody is known.
    pub person: String,
    /// The card or the account as the log writes it, where nobody is known by it.
    pub name: String,
    /// The zone, or the place as the log writes it.
    pub place: String,
    /// The section that answers: the person's, or [`Asked::OFFICE`].
    pub section: String,
    /// The week.
    pub week: Week,
    /// How many events or days.
    pub events: u32,
    /// The first moment, in milliseconds since 1970.
    pub first: i64,
    /// The last.
    pub last: i64,
    /// The line of the first.
    pub line: u32,
    /// Whether somebody got in or used something, and did not only try.
    pub entered: bool,
}

impl Asked {
    /// The section of what belongs to none.
    pub const OFFICE: &'static str = "office";
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weighed {
    /// Each log, in the order in which they were named.
    pub counted: Vec<Counted>,
    /// The questions, by week and then by the moment of the first event.
    pub asked: Vec<Asked>,
}

/// The form in which cards, people and readers are known again: one width and case, without spaces, hyphens and leading zeros.
#[must_use]
pub fn known_by(text: &str) -> String {
    let key: String =
        fold::fold(text).chars().filter(|c| !c.is_whitespace() && !fold::is_hyphen(*c) && *c != '-').collect();
    let bare = key.trim_start_matches('0');
    if bare.is_empty() || !key.bytes().all(|byte| byte.is_ascii_digit()) { key } else { bare.to_owned() }
}

/// Somebody or something a log names.
enum Known {
    Person(u32),
    Cards(Vec<u32>),
    Nobody,
}

/// A log that is being read.
struct Reading {
    sort: LogSort,
    counted: Counted,
    unmatched: u64,
    names: HashMap<Box<str>, u32>,
    known: Vec<Known>,
    places: HashMap<Box<str>, u32>,
    zones: Vec<Option<u32>>,
    seen: HashMap<(u32, Date), Vec<u64>>,
    written: [Vec<Box<str>>; 2],
    ways: [bool; 2],
}

/// Somebody's day at the doors.
#[derive(Clone, Copy)]
struct Presence {
    source: u32,
    first: (i64, u32, What, u32),
    last: (i64, u32, What, u32),
}

/// Who was in a zone on a day: the moment and the line of each one's first entry.
type Crowd = HashMap<u32, (i64, u32)>;

/// When attendance says that somebody's day began and ended.
#[derive(Clone, Copy, Default)]
struct Clock {
    begun: Option<i64>,
    ended: Option<i64>,
}

/// Takes the events of one or more logs, in any order, and asks what does not fit.
pub struct Weigher<'a> {
    rules: &'a LogRules,
    facts: &'a Facts,
    people: HashMap<String, u32>,
    cards: HashMap<String, Vec<u32>>,
    holders: Vec<Option<u32>>,
    readers: HashMap<String, u32>,
    zones: HashMap<String, u32>,
    works: Vec<Vec<u32>>,
    codes: HashMap<String, u32>,
    readings: Vec<Reading>,
    presence: HashMap<(u32, Date), Presence>,
    clocks: HashMap<(u32, Date), Clock>,
    clocked: BTreeSet<Date>,
    crowds: HashMap<(u32, u32, Date), Crowd>,
    tallies: Tallies,
}

const MINUTE: i64 = 60_000;

impl<'a> Weigher<'a> {
    /// Prepares the facts for looking up.
    #[must_use]
    pub fn new(rules: &'a LogRules, facts: &'a Facts) -> Self {
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let mut people = HashMap::new();
        for (at, person) in facts.people.iter().enumerate() {
            people.insert(known_by(&person.id), number(at));
        }
        for (at, person) in facts.people.iter().enumerate() {
            for name in person.also.iter().map(|name| known_by(name)).filter(|name| !name.is_empty()) {
                people.entry(name).or_insert(number(at));
            }
        }
        let mut cards: HashMap<String, Vec<u32>> = HashMap::new();
        for (at, card) in facts.cards.iter().enumerate() {
            cards.entry(known_by(&card.number)).or_default().push(number(at));
        }
        let holders = facts.cards.iter().map(|card| people.get(&known_by(&card.holder)).copied()).collect();
        let zones: HashMap<String, u32> =
            facts.zones.iter().enumerate().map(|(at, zone)| (known_by(&zone.id), number(at))).collect();
        let leads = |zone: &str| zones.get(&known_by(zone)).copied();
        let readers =
            facts.readers.iter().filter_map(|reader| Some((known_by(&reader.code), leads(&reader.zone)?))).collect();
        let mut works = vec![Vec::new(); facts.people.len()];
        for (at, work) in facts.works.iter().enumerate() {
            for person in work.people.iter().filter_map(|person| people.get(&known_by(person))) {
                if let Some(of) = works.get_mut(*person as usize) {
                    of.push(number(at));
                }
            }
        }
        let codes = facts.works.iter().enumerate().map(|(at, work)| (work.code.clone(), number(at))).collect();
        Self {
            rules,
            facts,
            people,
            cards,
            holders,
            readers,
            zones,
            works,
            codes,
            readings: Vec::new(),
            presence: HashMap::new(),
            clocks: HashMap::new(),
            clocked: BTreeSet::new(),
            crowds: HashMap::new(),
            tallies: Tallies::default(),
        }
    }

    /// Begins a log; the number by which its events are handed in.
    pub fn log(&mut self, source: &str, sort: LogSort) -> usize {
        let nothing = match sort {
            LogSort::Door => self.facts.cards.is_empty(),
            _ => self.facts.people.is_empty(),
        };
        let mut counted = Counted { source: source.to_owned(), ..Counted::default() };
        let looking = LogCheck::ALL.iter().copied().filter(|check| self.rules.looks_at(*check, sort));
        let needs_zones = [LogCheck::WrongZone, LogCheck::TooMany];
        counted.unmade.extend(looking.filter(|check| {
            nothing || needs_zones.contains(check) && (self.facts.zones.is_empty() || self.facts.readers.is_empty())
        }));
        self.readings.push(Reading {
            sort,
            counted,
            unmatched: 0,
            names: HashMap::new(),
            known: Vec::new(),
            places: HashMap::new(),
            zones: Vec::new(),
            seen: HashMap::new(),
            written: [Vec::new(), Vec::new()],
            ways: [false; 2],
        });
        self.readings.len() - 1
    }

    /// Takes one event of a log.
    pub fn take(&mut self, log: usize, event: &Event<'_>) {
        let Some(reading) = self.readings.get_mut(log) else { return };
        let source = u32::try_from(log).unwrap_or(u32::MAX);
        let who = match reading.names.get(event.who) {
            Some(who) => *who,
            None => {
                let known = match reading.sort {
                    LogSort::Door => self.cards.get(&known_by(event.who)).map_or_else(
                        // Some systems write the person and not the card.
                        || self.people.get(&known_by(event.who)).map_or(Known::Nobody, |at| Known::Person(*at)),
                        |cards| Known::Cards(cards.clone()),
                    ),
                    _ => self.people.get(&known_by(event.who)).map_or(Known::Nobody, |at| Known::Person(*at)),
                };
                reading.name(event.who, known)
            }
        };
        let place = match reading.places.get(event.place) {
            Some(place) => *place,
            None => {
                let key = known_by(event.place);
                let zone = self.readers.get(&key).or_else(|| self.zones.get(&key)).copied();
                reading.place(event.place, zone)
            }
        };
        if !reading.count(who, place, event) {
            return;
        }
        let fits = match reading.sort {
            LogSort::Attendance => self.attended(log, who, event),
            LogSort::Door => self.passed(log, source, who, place, event),
            LogSort::Access | LogSort::Daicho => self.used(log, source, who, place, event),
        };
        if !fits && let Some(reading) = self.readings.get_mut(log) {
            reading.unmatched += 1;
        }
    }

    fn attended(&mut self, log: usize, who: u32, event: &Event<'_>) -> bool {
        self.clocked.insert(event.day);
        let Some(Known::Person(person)) = self.readings.get(log).and_then(|r| r.known.get(who as usize)) else {
            return false;
        };
        let clock = self.clocks.entry((*person, event.day)).or_default();
        let least = |one: Option<i64>| Some(one.map_or(event.at, |one| one.min(event.at)));
        let most = |one: Option<i64>| Some(one.map_or(event.at, |one| one.max(event.at)));
        match event.what {
            What::ClockIn | What::In => clock.begun = least(clock.begun),
            What::ClockOut | What::Out => clock.ended = most(clock.ended),
            _ => {}
        }
        true
    }

    fn used(&mut self, log: usize, source: u32, who: u32, place: u32, event: &Event<'_>) -> bool {
        let Some(reading) = self.readings.get(log) else { return false };
        let (sort, unmade) = (reading.sort, !reading.counted.unmade.is_empty());
        let Some(Known::Person(person)) = reading.known.get(who as usize) else {
            return unmade || !self.ask(LogCheck::UnknownCard, source, Subject::Name(who), None, event, place);
        };
        let person = *person;
        if !self.is_here(person, event.day) {
            return !self.ask(self.gone(person, event.day), source, Subject::Person(person), None, event, place);
        }
        if !self.rules.looks_at(LogCheck::NoWork, sort) {
            return true;
        }
        let named = event.work.filter(|work| !work.is_empty());
        let theirs = self.works.get(person as usize).map_or(&[][..], Vec::as_slice);
        let named = named.and_then(|code| self.codes.get(code)).filter(|work| theirs.contains(work));
        let works: &[u32] = match (event.work, named) {
            (Some(_), Some(work)) => std::slice::from_ref(work),
            // The log knows of work records, and names none that is theirs.
            (Some(_), None) => &[],
            (None, _) => theirs,
        };
        let tolerance = |check| self.rules.check(check).map_or(0, |rule| i64::from(rule.minutes) * MINUTE);
        let slack = tolerance(LogCheck::OutsideHours).max(tolerance(LogCheck::NoWork));
        let mut near = false;
        for work in works.iter().filter_map(|at| self.facts.works.get(*at as usize)) {
            if work.from - slack <= event.at && event.at < work.until + slack {
                return true;
            }
            near |= work.from - 86_400_000 <= event.at && event.at < work.until + 86_400_000;
        }
        let outside = near && self.rules.looks_at(LogCheck::OutsideHours, sort);
        let check = if outside { LogCheck::OutsideHours } else { LogCheck::NoWork };
        !self.ask(check, source, Subject::Person(person), None, event, place)
    }

    fn passed(&mut self, log: usize, source: u32, who: u32, place: u32, event: &Event<'_>) -> bool {
        let Some(reading) = self.readings.get(log) else { return false };
        if reading.counted.unmade.contains(&LogCheck::UnknownCard) {
            return true;
        }
        let zone = reading.zones.get(place as usize).copied().flatten();
        let person = match reading.known.get(who as usize) {
            Some(Known::Person(person)) => Some(*person),
            Some(Known::Cards(cards)) => {
                let mut holder = None;
                for at in cards {
                    let good = self.facts.cards.get(*at as usize).is_some_and(|card| {
                        card.from.is_none_or(|from| from <= event.day)
                            && card.until.is_none_or(|until| event.day <= until)
                    });
                    if good {
                        holder = self.holders.get(*at as usize).copied().flatten();
                    }
                }
                holder
            }
            _ => None,
        };
        let Some(person) = person else {
            // A card of somebody who left is more than a card on no list.
            let left = match reading.known.get(who as usize) {
                Some(Known::Cards(cards)) => cards
                    .iter()
                    .filter_map(|at| self.holders.get(*at as usize).copied().flatten())
                    .find(|person| !self.is_here(*person, event.day)),
                _ => None,
            };
            return match left {
                Some(person) => {
                    !self.ask(self.gone(person, event.day), source, Subject::Person(person), None, event, place)
                }
                None => !self.ask(LogCheck::UnknownCard, source, Subject::Name(who), None, event, place),
            };
        };
        if !self.is_here(person, event.day) {
            return !self.ask(self.gone(person, event.day), source, Subject::Person(person), None, event, place);
        }
        if event.what == What::TurnedAway {
            return true;
        }
        self.seen_at(person, source, event);
        let Some(zone) = zone else { return true };
        if event.what == What::Out {
            return true;
        }
        self.in_zone(log, source, person, zone, place, event)
    }

    /// Somebody who is known went into a zone that is known.
    fn in_zone(&mut self, log: usize, source: u32, person: u32, zone: u32, place: u32, event: &Event<'_>) -> bool {
        let Some(known) = self.facts.zones.get(zone as usize) else { return true };
        let at_least = |check| self.rules.check(check).is_some_and(|rule| known.level >= rule.level.max(1));
        let sort = self.readings.get(log).map_or(LogSort::Door, |reading| reading.sort);
        if at_least(LogCheck::TooMany) && self.rules.looks_at(LogCheck::TooMany, sort) {
            let crowd = self.crowds.entry((source, zone, event.day)).or_default();
            let first = crowd.entry(person).or_insert((event.at, event.line));
            *first = (*first).min((event.at, event.line));
        }
        if !at_least(LogCheck::WrongZone) || !self.rules.looks_at(LogCheck::WrongZone, sort) {
            return true;
        }
        let slack = self.rules.check(LogCheck::WrongZone).map_or(0, |rule| i64::from(rule.minutes) * MINUTE);
        let own = self.facts.people.get(person as usize).is_some_and(|person| person.zones.contains(&known.id));
        let theirs = self.works.get(person as usize).map_or(&[][..], Vec::as_slice);
        let mut works = theirs.iter().filter_map(|at| self.facts.works.get(*at as usize));
        let by_work = works.any(|work| {
            work.zones.contains(&known.id) && work.from - slack <= event.at && event.at < work.until + slack
        });
        own || by_work || !self.ask(LogCheck::WrongZone, source, Subject::Person(person), Some(zone), event, place)
    }

    fn seen_at(&mut self, person: u32, source: u32, event: &Event<'_>) {
        let now = (event.at, event.second, event.what, event.line);
        let new = Presence { source, first: now, last: now };
        let presence = self.presence.entry((person, event.day)).or_insert(new);
        if event.at < presence.first.0 {
            (presence.first, presence.source) = (now, source);
        }
        if event.at > presence.last.0 {
            presence.last = now;
        }
    }

    fn is_here(&self, person: u32, day: Date) -> bool {
        let person = self.facts.people.get(person as usize);
        person.is_some_and(|p| p.from.is_none_or(|from| from <= day) && p.until.is_none_or(|until| day <= until))
    }

    /// What it is when somebody acts who is not here that day.
    fn gone(&self, person: u32, day: Date) -> LogCheck {
        let left = self.facts.people.get(person as usize).is_some_and(|p| p.until.is_some_and(|until| until < day));
        if left { LogCheck::Leaver } else { LogCheck::UnknownCard }
    }

    /// Asks, if the policy makes this check of this log; whether it does.
    fn ask(
        &mut self,
        check: LogCheck,
        source: u32,
        subject: Subject,
        zone: Option<u32>,
        event: &Event<'_>,
        place: u32,
    ) -> bool {
        let sort = self.readings.get(source as usize).map_or(LogSort::Door, |reading| reading.sort);
        if !self.rules.looks_at(check, sort) {
            return false;
        }
        let cause = Cause { check, source, subject, zone, week: Week::of(event.day) };
        self.tallies.add(cause, event.at, event.line, Some(place), event.what != What::TurnedAway);
        true
    }

    /// Ends every log: what only whole days show is asked now.
    #[must_use]
    pub fn finish(mut self) -> Weighed {
        self.crowded();
        self.days();
        let Self { facts, readings, tallies, .. } = self;
        let asked = tallies
            .sorted()
            .into_iter()
            .map(|(cause, times)| {
                let reading = readings.get(cause.source as usize);
                let written = |which: usize, at: u32| {
                    let names = reading.and_then(|reading| reading.written.get(which));
                    names.and_then(|names| names.get(at as usize)).map_or_else(String::new, ToString::to_string)
                };
                let person = match cause.subject {
                    Subject::Person(at) => facts.people.get(at as usize),
                    _ => None,
                };
                let zone = cause.zone.and_then(|at| facts.zones.get(at as usize)).map(|zone| zone.id.clone());
                let section = person.map(|person| person.section.clone()).filter(|section| !section.is_empty());
                Asked {
                    check: cause.check,
                    source: reading.map_or_else(String::new, |reading| reading.counted.source.clone()),
                    person: person.map_or_else(String::new, |person| person.id.clone()),
                    name: match cause.subject {
                        Subject::Name(at) => written(0, at),
                        _ => String::new(),
                    },
                    place: zone.or_else(|| times.place.map(|at| written(1, at))).unwrap_or_default(),
                    section: section.unwrap_or_else(|| Asked::OFFICE.to_owned()),
                    week: cause.week,
                    events: times.events,
                    first: times.first,
                    last: times.last,
                    line: times.line,
                    entered: times.entered,
                }
            })
            .collect();
        let counted = readings.into_iter().map(|reading| Counted {
            matched: reading.counted.events - reading.unmatched.min(reading.counted.events),
            ..reading.counted
        });
        Weighed { counted: counted.collect(), asked }
    }

    /// Zones in which more people were than the work there has.
    fn crowded(&mut self) {
        let crowds = std::mem::take(&mut self.crowds);
        for ((source, zone, day), crowd) in crowds {
            let Some(known) = self.facts.zones.get(zone as usize) else { continue };
            let there = crowd.values().map(|(at, _)| *at);
            let (Some(first), Some(last)) = (there.clone().min(), there.max()) else { continue };
            let names = |work: &&Work| work.zones.contains(&known.id) && work.from <= last && first < work.until;
            let works: Vec<&Work> = self.facts.works.iter().filter(names).collect();
            let needed: BTreeSet<&String> = works.iter().flat_map(|work| work.people.iter()).collect();
            if works.is_empty() || crowd.len() <= needed.len() {
                continue;
            }
            let cause = Cause {
                check: LogCheck::TooMany,
                source,
                subject: Subject::Nobody,
                zone: Some(zone),
                week: Week::of(day),
            };
            let line = crowd.values().min().map_or(0, |(_, line)| *line);
            self.tallies.add(cause, first, line, None, true);
        }
    }

    /// Days without their first entry or last exit, and days of which attendance knows nothing.
    fn days(&mut self) {
        let mut presence: Vec<_> = self.presence.iter().map(|(key, day)| (*key, *day)).collect();
        presence.sort_unstable_by_key(|(key, _)| *key);
        for ((person, day), seen) in presence {
            let Some(reading) = self.readings.get(seen.source as usize) else { continue };
            let [ins, outs] = reading.ways;
            let sort = reading.sort;
            let newest = reading.counted.days.map(|(_, last)| last);
            if self.rules.looks_at(LogCheck::FirstLast, sort) {
                let night = self.rules.check(LogCheck::FirstLast).map_or(0, |rule| u32::from(rule.minutes) * 60);
                let came_before = day.yesterday().ok().and_then(|before| self.presence.get(&(person, before)));
                let left_after = day.tomorrow().ok().and_then(|after| self.presence.get(&(person, after)));
                // Whoever works through the night goes out before the morning, and came in the day before.
                let by_night = seen.first.1 <= night && came_before.is_some_and(|before| before.last.2 == What::In);
                let no_first = ins && seen.first.2 == What::Out && !by_night;
                let through = left_after.is_some_and(|after| after.first.2 == What::Out && after.first.1 <= night);
                let no_last = outs && seen.last.2 == What::In && !through && newest != Some(day);
                for (missing, of) in [(no_first, seen.first), (no_last, seen.last)] {
                    if missing {
                        self.day(LogCheck::FirstLast, person, day, seen.source, of);
                    }
                }
            }
            if self.rules.looks_at(LogCheck::NoAttendance, sort) && self.clocked.contains(&day) {
                let slack = self.rules.check(LogCheck::NoAttendance).map_or(0, |rule| i64::from(rule.minutes) * MINUTE);
                let early = |clock: &Clock| clock.begun.is_some_and(|begun| seen.first.0 + slack < begun);
                let late = |clock: &Clock| clock.ended.is_some_and(|ended| seen.last.0 > ended + slack);
                let clock = self.clocks.get(&(person, day)).copied();
                match clock {
                    None => self.day(LogCheck::NoAttendance, person, day, seen.source, seen.first),
                    Some(clock) if early(&clock) => {
                        self.day(LogCheck::NoAttendance, person, day, seen.source, seen.first);
                    }
                    Some(clock) if late(&clock) => {
                        self.day(LogCheck::NoAttendance, person, day, seen.source, seen.last);
                    }
                    Some(_) => {}
                }
            }
        }
    }

    fn day(&mut self, check: LogCheck, person: u32, day: Date, source: u32, of: (i64, u32, What, u32)) {
        let cause = Cause { check, source, subject: Subject::Person(person), zone: None, week: Week::of(day) };
        self.tallies.add(cause, of.0, of.3, None, true);
    }
}

impl Reading {
    fn name(&mut self, text: &str, known: Known) -> u32 {
        let at = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        self.names.insert(text.into(), at);
        self.known.push(known);
        let [names, _] = &mut self.written;
        names.push(text.into());
        at
    }

    fn place(&mut self, text: &str, zone: Option<u32>) -> u32 {
        let at = u32::try_from(self.zones.len()).unwrap_or(u32::MAX);
        self.places.insert(text.into(), at);
        self.zones.push(zone);
        let [_, places] = &mut self.written;
        places.push(text.into());
        at
    }

    /// Counts the event; whether it is there for the first time.
    fn count(&mut self, who: u32, place: u32, event: &Event<'_>) -> bool {
        let within = u64::try_from(event.at.rem_euclid(86_400_000)).unwrap_or(0);
        let mark = within | u64::from(place) << 30 | (event.what as u64) << 60;
        let marks = self.seen.entry((who, event.day)).or_default();
        if self.sort != LogSort::Daicho {
            if marks.contains(&mark) {
                self.counted.repeated += 1;
                return false;
            }
            marks.push(mark);
        }
        self.counted.events += 1;
        let [ins, outs] = &mut self.ways;
        *ins |= event.what == What::In;
        *outs |= event.what == What::Out;
        let span = self.counted.span.get_or_insert((event.at, event.at));
        *span = (span.0.min(event.at), span.1.max(event.at));
        let days = self.counted.days.get_or_insert((event.day, event.day));
        *days = (days.0.min(event.day), days.1.max(event.day));
        true
    }
}
