//! Searches among very many people: ten thousand real ones, and as many rows beside them as are asked for.
//!
//! ```sh
//! DAICHO_TEST_POSTGRES=postgres://… cargo run --release -p testkit --example many -- [people, 10000000 by default] [sqlite|postgres]
//! ```
//! The rows beside them are of the same tables, widths and indexes as real ones, with random tokens; a family name and the last four
//! digits of a telephone number are as common among them as they are among people. Nobody could open them, and nobody does: a search
//! opens the names of those it shows. Server time is from the call to the answer, with the durable entry of the search in it.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "a harness, not the product")]

use ledger::names::{RowId, WorkId};
use std::time::Instant;
use store::Place;
use testkit::both::Ground;
use testkit::office::{House, MORNING};
use vault::{Batch, Find, NewPerson};

mod pad;

/// Real people.
const PEOPLE: u64 = 10_000;
/// Searches for a figure.
const TIMES: usize = 400;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let many: u64 = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(10_000_000);
    let only = arguments.next();
    println!("| searches, durable entry first | p50 ms | p99 ms | shown |\n|---|---|---|---|");
    for ground in std::iter::once(Ground::sqlite()).chain(Ground::postgres()) {
        if only.as_deref().is_some_and(|only| !ground.name.eq_ignore_ascii_case(only)) {
            continue;
        }
        let house = House::new(&ground).await;
        let row = house.applicants().await;
        let work = house.work("R-1", "hr.recruit", &row).await;
        take_in(&house, &row).await;
        print(ground.name, PEOPLE, &figures(&house, work).await);
        let padding = pad::Padding { row: row.clone(), many, common: common(&house).await };
        match &ground.data {
            Place::Sqlite(path) => padding.sqlite(path),
            Place::Postgres { url, schema, .. } => padding.postgres(url, schema).await,
        }
        print(ground.name, PEOPLE + many, &figures(&house, work).await);
    }
}

/// Ten thousand applicants: 150 of one family name, and 61 with the same last four digits of a telephone number.
async fn take_in(house: &House, row: &RowId) {
    for first in (0..PEOPLE).step_by(1000) {
        let batch = Batch {
            row: row.clone(),
            purpose: "hr.recruit".parse().unwrap(),
            source: "many".into(),
            acquired_at: MORNING,
            attested: <_>::default(),
            alike: <_>::default(),
            people: (first..first + 1000).map(person).collect(),
        };
        vault::import(&house.vault, &house.desk(), batch).await.unwrap();
    }
}

fn person(n: u64) -> NewPerson {
    let value = |element: &str, value: String| (element.parse().unwrap(), value);
    let name = if n < 150 { format!("佐藤 花子{n}") } else { format!("応募{n} 太郎{n}") };
    let digits = if (200..260).contains(&n) { 1234 } else { n };
    NewPerson {
        values: vec![
            value("name", name),
            value("email", format!("a{n}@example.jp")),
            value("phone", format!("090-{:04}-{digits:04}", 1000 + n % 7000)),
        ],
    }
}

/// The tokens that many people share: of the family name, then of the last four digits.
async fn common(house: &House) -> [i64; 2] {
    let sql = "SELECT token FROM token GROUP BY token ORDER BY COUNT(*) DESC LIMIT 2";
    let rows = house.store.read(sql, vec![]).await.unwrap();
    [0, 1].map(|n| rows[n].int(0).unwrap())
}

/// What somebody types, searched for again and again: p50 and p99 in milliseconds, and how many were shown.
async fn figures(house: &House, work: WorkId) -> Vec<(&'static str, [f64; 2], usize)> {
    type Typed = fn(usize) -> String;
    let kinds: [(&'static str, Typed); 5] = [
        ("an e-mail address", |n| format!("a{}@example.jp", n * 23)),
        ("a telephone number", |n| format!("090-{:04}-{:04}", 1000 + (n * 23) % 7000, n * 23)),
        ("a whole name", |n| format!("応募{0} 太郎{0}", 300 + n * 23)),
        ("the most common family name", |_| "佐藤".into()),
        ("four digits", |_| "1234".into()),
    ];
    let mut figures = Vec::new();
    for (what, typed) in kinds {
        let (mut micros, mut shown) = (Vec::new(), 0);
        for n in 0..TIMES {
            let find = Find { text: typed(n), purpose: "hr.recruit".parse().unwrap(), work: Some(work), limit: 20 };
            let begun = Instant::now();
            let found = vault::find(&house.vault, &house.desk(), find).await.unwrap();
            micros.push(begun.elapsed().as_micros());
            shown = found.hits.len();
        }
        micros.sort_unstable();
        let ms = |part: usize| micros[TIMES * part / 100] as f64 / 1000.0;
        figures.push((what, [ms(50), ms(99)], shown));
    }
    figures
}

fn print(database: &str, people: u64, figures: &[(&str, [f64; 2], usize)]) {
    for (what, [half, most], shown) in figures {
        println!("| {database}, {people} people: {what} | {half:.2} | {most:.2} | {shown} |");
    }
}
