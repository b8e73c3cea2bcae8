//! Renewing people: new keys of their own and new search tokens, while others work, and cut off at any moment.

use crate::faults::{CLOCK, Failing, Serving};
use crate::installation::{Installation, copy};
use crate::load::{Answered, Asked};
use rusqlite::Connection;
use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

const RENEW: [&str; 4] = ["key", "renew", "--people", "--json"];

/// Takes in as many people, `p0@example.com` and on.
fn many(office: &Installation, people: std::ops::Range<u32>) {
    let mut list = String::from("氏名,メールアドレス,電話番号\n");
    people.for_each(|n| list.push_str(&format!("応募 {n}号,p{n}@example.com,080-2222-{n:04}\n")));
    let file = office.write("many.csv", list);
    office.run("hana", &["people", "import", &file, "--row", "a-001", "--purpose", "hr.recruit", "--yes"]).ok();
}

fn renewed(office: &Installation) -> u64 {
    office.run("admin", &RENEW).ok().json()["people"].as_u64().unwrap()
}

/// How many people are of which generation.
fn generations(office: &Installation) -> Vec<(u64, u64)> {
    let shown = office.run("", &["key", "show", "--json"]).ok().json();
    let keys = shown["keys"].as_array().unwrap().iter().filter(|key| key["branch"] == "index");
    keys.map(|key| (key["generation"].as_u64().unwrap(), key["people"].as_u64().unwrap())).collect()
}

/// A number out of one of the stores, asked past the program.
fn count(office: &Installation, half: usize, sql: &str) -> i64 {
    match office.postgres() {
        None => {
            let file = office.data().join(["data.db", "keys/keys.db"][half]);
            let database = Connection::open(file).unwrap();
            database.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
            database.query_row(sql, [], |row| row.get(0)).unwrap()
        }
        Some((url, schemas)) => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
                drop(tokio::spawn(connection));
                client.batch_execute(&format!("SET search_path = {}", schemas[half])).await.unwrap();
                client.query_one(sql, &[]).await.unwrap().get(0)
            })
        }
    }
}

#[test]
fn people_are_renewed_while_everybody_works_and_nobody_notices() {
    Installation::on_each(|office| {
        let asked = Asked::of(office);
        many(office, 0..700);
        let (corrected, erased) = (office.find("p3@example.com"), office.find("p4@example.com"));
        let serving = Serving::start(office);
        let before = office.folder().join("before");
        copy(&office.data(), &before);
        let (stop, reveals) = (AtomicBool::new(false), AtomicU32::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        match asked.once(serving.host()) {
                            Answered::Entry(_) => reveals.fetch_add(1, Ordering::Relaxed),
                            Answered::Status(status, told) => panic!("{status}: {told}"),
                            Answered::Nobody => panic!("nobody answered"),
                        };
                    }
                });
            }
            let working = scope.spawn(|| {
                many(office, 700..720);
                for n in 0..3 {
                    let what = ["--row", "a-001", "--element", "phone", "--purpose", "hr.recruit", "--work", "W-1"];
                    let correct = [&["people", "correct", &corrected][..], &what[..]].concat();
                    office.run_with("hana", &correct, &format!("080-7777-000{n}\n")).ok();
                    office.find("p699@example.com");
                    office.find("naoko@example.jp");
                }
                office.run("mai", &["people", "erase", &erased, "--purpose", "rights.correct", "--yes"]).ok();
            });
            for _ in 0..2 {
                let told = office.run("admin", &RENEW).ok().json();
                assert_eq!(told["began"], true, "{told}");
                assert!(told["people"].as_u64().unwrap() >= 700, "{told}");
            }
            working.join().unwrap();
            stop.store(true, Ordering::Relaxed);
        });
        assert!(reveals.load(Ordering::Relaxed) > 4);
        // The server, which was started before, takes people in of the newest generation, and finds everybody.
        assert!(asked.entry(serving.host()).is_some());
        assert_eq!(serving.stop(), Some(0));
        renewed(office);
        assert_eq!(generations(office).iter().map(|(_, people)| *people).rev().collect::<Vec<_>>(), [720, 0, 0, 0]);
        assert_eq!(count(office, 1, "SELECT COUNT(*) FROM subject_key WHERE length(next) > 0"), 0);
        let told = office.run("", &["verify", "--json"]).ok().json();
        // Every commitment of old entries was worked out again by the keys that outlived the renewal.
        assert!(told["commitments"].as_u64().unwrap() > 720 * 4, "{told}");
        assert_eq!(told["opened"].as_u64(), Some(720), "{told}");
        assert_eq!(office.find("p3@example.com"), corrected);
        let found = ["people", "find", "p4@example.com", "--purpose", "hr.recruit", "--work", "W-1", "--json"];
        let found = office.ask("hana", &found).ok().json();
        assert_eq!(found["hits"], serde_json::json!([]), "{found}");
        assert_eq!(count(office, 1, "SELECT COUNT(*) FROM subject_key"), 720);
        // A line that was taken in before is known still.
        let file = office.file("many.csv");
        let told = ["people", "import", &file, "--row", "a-001", "--purpose", "hr.recruit", "--yes", "--json"];
        let told = office.run("hana", &told).ok().json();
        assert_eq!(told["new"].as_u64(), Some(0), "{told}");
        if office.postgres().is_some() {
            return;
        }
        // A copy of the key store from before opens nothing of what is held now.
        let elsewhere = office.folder().join("elsewhere");
        copy(&office.data(), &elsewhere);
        for name in ["keys.db", "keys.db-wal", "keys.db-shm"] {
            drop(fs::remove_file(elsewhere.join("keys").join(name)));
            drop(fs::copy(before.join("keys").join(name), elsewhere.join("keys").join(name)));
        }
        let told = office.run("", &["--data", elsewhere.to_str().unwrap(), "verify"]).ends(1);
        assert!(format!("{}{}", told.out, told.err).contains("sheet"), "{}{}", told.out, told.err);
    });
}

#[test]
fn a_renewal_that_was_killed_in_the_middle_goes_on_and_people_of_both_ages_are_found() {
    Installation::on_each(|office| {
        let asked = Asked::of(office);
        many(office, 0..700);
        let serving = Serving::start(office);
        let reached: [(usize, &str); 3] = [
            (1, "SELECT COUNT(*) FROM subject_key WHERE length(next) > 0"),
            (0, "SELECT CASE WHEN MIN(generation) < MAX(generation) THEN 1 ELSE 0 END FROM record"),
            (1, "SELECT COUNT(*) FROM subject_key WHERE length(next) > 0"),
        ];
        for (half, sql) in reached {
            let sql = sql.replace("THEN 1 ELSE 0 END", "THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END");
            let mut renewing = office.command("admin", &RENEW).spawn().unwrap();
            while count(office, half, &sql) == 0 && renewing.try_wait().unwrap().is_none() {
                std::thread::yield_now();
            }
            Command::new("kill").args(["-KILL", &renewing.id().to_string()]).status().unwrap();
            renewing.wait().unwrap();
            for text in ["p0@example.com", "p350@example.com", "p699@example.com", "naoko@example.jp"] {
                office.find(text);
            }
            assert!(asked.entry(serving.host()).is_some());
            office.run("", &["verify"]).ok();
        }
        let told = office.run("admin", &RENEW).ok().json();
        assert_eq!(generations(office).last(), Some(&(told["generation"].as_u64().unwrap(), 701)));
        assert!(asked.entry(serving.host()).is_some());
        assert_eq!(serving.stop(), Some(0));
        office.run("", &["verify"]).ok();
    });
}

#[test]
fn killed_in_the_middle_of_any_write_a_renewal_loses_nobody() {
    let office = Installation::on_sqlite();
    let asked = Asked::of(&office);
    many(&office, 0..3);
    let failing = Failing::made(&office);
    let folder = office.data().to_str().unwrap().to_owned();
    let (mut write, mut killed) = (1, 0);
    while failing.killed_at(&office, "admin", &RENEW, &folder, write) {
        office.run("", &["verify"]).ok();
        for text in ["p2@example.com", "naoko@example.jp"] {
            office.find(text);
        }
        write += 5;
        killed += 1;
    }
    assert!(killed > 5, "{killed}");
    // The next start brings to its end what can be, and the program goes on with the rest by itself.
    renewed(&office);
    let serving = Serving::start(&office);
    assert!(asked.entry(serving.host()).is_some());
    assert_eq!(serving.stop(), Some(0));
    assert_eq!(count(&office, 1, "SELECT COUNT(*) FROM subject_key WHERE length(next) > 0"), 0);
    office.run("", &["verify"]).ok();
}

#[test]
fn an_index_key_ends_when_nobody_is_of_its_age_and_no_backup_may_remember_it() {
    let office = Installation::on_sqlite();
    let asked = Asked::of(&office);
    office.run("mai", &RENEW).ends(1);
    assert_eq!(renewed(&office), 1);
    assert_eq!(generations(&office), [(1, 0), (2, 1)]);
    let failing = Failing::made(&office);
    let night = |days: i64| {
        failing.begin(CLOCK, &(days * 86_400).to_string());
        let mut command = failing.command_of(&office, "admin", &["key", "turn"]);
        office.told(command.spawn().unwrap()).ok();
    };
    night(29);
    assert_eq!(generations(&office), [(1, 0), (2, 1)]);
    // The policy says thirty days.
    night(30);
    assert_eq!(generations(&office), [(2, 1)]);
    assert_eq!(office.find("naoko@example.jp"), asked.person());
    office.run("", &["verify"]).ok();
}
