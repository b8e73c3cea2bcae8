//! How fast logs are laid against work records: a year of a company of 600 people, made here, read and weighed.
//!
//! `cargo run --release -p connect --example logs -- [LINES] [FOLDER]`: 10 million lines unless said; the files are made in the folder
//! (a temporary one unless said) and read from there, so that reading the disk is part of it.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a harness")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use connect::file::Origin;
use connect::logs::{Settings, read};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use policy::Policy;
use policy::logs::{Card, Facts, LogSort, Person, Reader, Weigher, Work, Zone};
use policy::normal::DateOrder;

const PEOPLE: u32 = 600;
const DAYS: u32 = 250;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let lines: u64 = arguments.next().map_or(10_000_000, |text| text.parse().unwrap());
    let (_kept, folder) = match arguments.next() {
        Some(folder) => (None, PathBuf::from(folder)),
        None => {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().to_owned();
            (Some(folder), path)
        }
    };
    let begun = Instant::now();
    let files = make(&folder, lines);
    println!("made in {:.1} s", begun.elapsed().as_secs_f64());

    let policy = sample();
    let facts = facts();
    let zone = TimeZone::get(policy.zone()).unwrap();
    let begun = Instant::now();
    let mut weigher = Weigher::new(policy.logs(), &facts);
    let mut total = 0;
    for (source, sort, file) in &files {
        let log = weigher.log(source, *sort);
        let settings = Settings {
            sort: *sort,
            zone: zone.clone(),
            today: date(2026, 12, 31),
            order: DateOrder::Unsettled,
            columns: Vec::new(),
            sheet: None,
        };
        let at = Instant::now();
        let told = read(&Origin::path(file), &settings, |event| weigher.take(log, event)).unwrap();
        let seconds = at.elapsed().as_secs_f64();
        total += told.lines;
        #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
        let rate = told.lines as f64 / seconds;
        println!(
            "{source}: {} lines, {} unreadable, {seconds:.1} s, {rate:.0} lines a second",
            told.lines, told.unread
        );
    }
    let at = Instant::now();
    let weighed = weigher.finish();
    println!("days and crowds: {:.1} s", at.elapsed().as_secs_f64());
    let matched: u64 = weighed.counted.iter().map(|one| one.matched).sum();
    let events: u64 = weighed.counted.iter().map(|one| one.events).sum();
    println!(
        "{total} lines in {:.1} s: {events} events, {matched} fit, {} questions; at most {} MiB",
        begun.elapsed().as_secs_f64(),
        weighed.asked.len(),
        peak()
    );
}

/// The sample policy.
fn sample() -> Policy {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/sample");
    let mut files = BTreeMap::new();
    for place in ["", "notice", "products"] {
        for item in std::fs::read_dir(folder.join(place)).unwrap() {
            let path = item.unwrap().path();
            if path.is_file() {
                let name = path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
                files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    policy::check(&files).policy.unwrap()
}

/// The most memory this process has had, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn facts() -> Facts {
    let mut facts = Facts {
        zones: (1..=4).map(|level| Zone { id: format!("z{level}"), level }).collect(),
        readers: (0..24).map(|n| Reader { code: format!("D-{n:02}"), zone: format!("z{}", n % 3 + 1) }).collect(),
        ..Facts::default()
    };
    for n in 0..PEOPLE {
        let id = format!("E-{n:04}");
        facts.cards.push(Card { number: format!("{:08}", 10_000 + n), holder: id.clone(), ..Card::default() });
        facts.people.push(Person {
            id,
            also: vec![format!("user{n}")],
            section: format!("dept-{:02}", n % 12),
            zones: BTreeSet::from(["z3".to_owned()]),
            ..Person::default()
        });
    }
    let start =
        |day: Date| day.to_zoned(TimeZone::get("Asia/Ho_Chi_Minh").unwrap()).unwrap().timestamp().as_millisecond();
    for month in 1..=12 {
        for team in 0..30 {
            let people = (0..PEOPLE).filter(|n| n % 30 == team).map(|n| format!("E-{n:04}")).collect();
            let (from, until) = (date(2026, month, 1), date(2026, month, 1).last_of_month().tomorrow().unwrap());
            facts.works.push(Work {
                code: format!("W-{month}-{team}"),
                people,
                from: start(from),
                until: start(until),
                zones: BTreeSet::new(),
            });
        }
    }
    facts
}

/// Doors, attendance and an access log: 30 %, a line for each day of each person, and the rest.
fn make(folder: &Path, lines: u64) -> Vec<(&'static str, LogSort, PathBuf)> {
    let days: Vec<Date> =
        (0..366_i64).map(|n| date(2026, 1, 1).saturating_add(n.days())).filter(|day| day.year() == 2026).collect();
    let days: Vec<Date> =
        days.into_iter().filter(|day| day.weekday().to_monday_zero_offset() < 5).take(DAYS as usize).collect();
    let per_day = lines / u64::from(DAYS) / u64::from(PEOPLE);
    let (door, access) = (per_day * 3 / 10, per_day - per_day * 3 / 10);
    let files = [
        ("door.hanoi", LogSort::Door, folder.join("doors.csv")),
        ("attendance", LogSort::Attendance, folder.join("attendance.csv")),
        ("access.files", LogSort::Access, folder.join("access.csv")),
    ];
    let out = |at: usize| BufWriter::new(File::create(files.get(at).map(|file| &file.2).unwrap()).unwrap());
    let (mut doors, mut attendance, mut accesses) = (out(0), out(1), out(2));
    writeln!(doors, "日時,カード番号,扉名,入退区分").unwrap();
    writeln!(attendance, "社員番号,勤務日,出勤時刻,退勤時刻").unwrap();
    writeln!(accesses, "timestamp,user,host,action").unwrap();
    let mut chance = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |most: u64| {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        chance % most.max(1)
    };
    for day in &days {
        for slot in 0..door.max(access) {
            for n in 0..PEOPLE {
                let spread = slot * 32_000 / door.max(access).max(1) + next(60);
                let (hour, minute, second) = (8 + spread / 3600, spread / 60 % 60, spread % 60);
                if slot < door {
                    let way = if slot % 2 == 0 { "入室" } else { "退室" };
                    // One card in twenty thousand lines is nobody's.
                    let card = if next(20_000) == 0 { 99_999 } else { 10_000 + n };
                    writeln!(doors, "{day} {hour:02}:{minute:02}:{second:02},{card:08},D-{:02},{way}", next(24))
                        .unwrap();
                }
                if slot < access {
                    let user = if next(50_000) == 0 { 9_999 } else { n };
                    writeln!(
                        accesses,
                        "{day}T{hour:02}:{minute:02}:{second:02}+07:00,user{user},files{},read",
                        next(4)
                    )
                    .unwrap();
                }
            }
        }
        for n in 0..PEOPLE {
            writeln!(attendance, "E-{n:04},{day},8:00,17:30").unwrap();
        }
    }
    files.to_vec()
}
