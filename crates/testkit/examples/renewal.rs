//! Renewing people: new keys of their own and new search tokens, how many a second.
//!
//! ```sh
//! DAICHO_TEST_POSTGRES=postgres://… cargo run --release -p testkit --example renewal -- [people, 5000 by default]
//! ```
//! In rounds of 250, as the program does it; then once more while one client reveals without a pause.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a harness, not the product")]

use ledger::names::{PersonId, RowId};
use seal::BlindKey;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use testkit::both::Ground;
use testkit::office::{House, MORNING};
use vault::{Batch, NewPerson, Reveal};

/// People in a round, as in the program.
const TOGETHER: u32 = 250;

#[tokio::main]
async fn main() {
    let many: u32 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(5000);
    println!("| renewal, {many} people | people a second |\n|---|---|");
    for ground in std::iter::once(Ground::sqlite()).chain(Ground::postgres()) {
        let house = House::new(&ground).await;
        let row = house.applicants().await;
        let work = house.work("R-1", "hr.recruit", &row).await;
        let people = take_in(&house, &row, many).await;
        let quiet = renew(&house, 2).await;
        println!("| {}, nobody else at work | {:.0} |", ground.name, f64::from(many) / quiet);
        let stop = AtomicBool::new(false);
        let reveal = Reveal {
            person: *people.first().unwrap(),
            row: row.clone(),
            elements: vec!["phone".parse().unwrap()],
            purpose: "hr.recruit".parse().unwrap(),
            work: Some(work),
        };
        let looking = async {
            let mut slowest = 0;
            let (mut times, begun) = (0_u32, Instant::now());
            while !stop.load(Ordering::Relaxed) {
                let asked = Instant::now();
                vault::reveal(&house.vault, &house.desk(), reveal.clone()).await.unwrap();
                slowest = slowest.max(asked.elapsed().as_millis());
                times += 1;
            }
            (f64::from(times) / begun.elapsed().as_secs_f64(), slowest)
        };
        let renewing = async {
            let took = renew(&house, 3).await;
            stop.store(true, Ordering::Relaxed);
            took
        };
        let (busy, (reveals, slowest)) = tokio::join!(renewing, looking);
        let rate = f64::from(many) / busy;
        println!("| {}, beside {reveals:.0} reveals a second, the slowest {slowest} ms | {rate:.0} |", ground.name);
    }
}

/// Renews everybody; how many seconds that took.
async fn renew(house: &House, generation: u32) -> f64 {
    let keys: Vec<_> = (1..=generation)
        .map(|of| (of, BlindKey::new(std::array::from_fn(|_| u8::try_from(of).unwrap_or(0)))))
        .collect();
    house.vault.renew_index(&keys);
    let (begun, mut after) = (Instant::now(), i64::MIN);
    while let Some(round) = vault::renew_people(&house.vault, &house.desk(), after, TOGETHER).await.unwrap() {
        after = round.last;
    }
    begun.elapsed().as_secs_f64()
}

async fn take_in(house: &House, row: &RowId, many: u32) -> Vec<PersonId> {
    let mut people = Vec::new();
    for first in (0..many).step_by(1000) {
        let batch = Batch {
            row: row.clone(),
            purpose: "hr.recruit".parse().unwrap(),
            source: "renewal".into(),
            acquired_at: MORNING,
            attested: <_>::default(),
            alike: <_>::default(),
            people: (first..many.min(first + 1000)).map(person).collect(),
        };
        people.extend(vault::import(&house.vault, &house.desk(), batch).await.unwrap().people);
    }
    people
}

fn person(n: u32) -> NewPerson {
    let value = |element: &str, value: String| (element.parse().unwrap(), value);
    NewPerson {
        values: vec![
            value("name", format!("応募{n} 太郎{n}")),
            value("name-kana", format!("おうぼ たろう{n}")),
            value("birth-date", "1990-04-01".into()),
            value("email", format!("a{n}@example.jp")),
            value("phone", format!("090-{:04}-{:04}", 1000 + n % 7000, n % 10_000)),
            value("address", format!("東京都千代田区千代田{n}")),
        ],
    }
}
