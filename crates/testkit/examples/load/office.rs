//! The office under load: ten thousand applicants, one open work record, one token.

use ledger::entry::{Entry, EntryKind};
use ledger::names::{ActId, Moment, PersonId, RowId, WorkId};
use std::sync::Arc;
use std::time::Instant;
use testkit::both::Ground;
use testkit::office::{House, MORNING};
use vault::{Batch, NewPerson, Reveal};

const PEOPLE: u32 = 10_000;

struct Ready {
    house: House,
    row: RowId,
    work: WorkId,
    people: Vec<PersonId>,
    _ground: Ground,
}

async fn ready(database: &str) -> Option<Ready> {
    let ground = match database {
        "sqlite" => Ground::sqlite(),
        _ => Ground::postgres()?,
    };
    let house = House::new(&ground).await;
    let row = house.applicants().await;
    let work = house.work("R-1", "hr.recruit", &row).await;
    let mut people = Vec::new();
    for first in (0..PEOPLE).step_by(1000) {
        let batch = Batch {
            row: row.clone(),
            purpose: "hr.recruit".parse().unwrap(),
            source: "load".into(),
            acquired_at: MORNING,
            attested: <_>::default(),
            alike: <_>::default(),
            people: (first..first + 1000).map(person).collect(),
        };
        people.extend(vault::import(&house.vault, &house.desk(), batch).await.unwrap().people);
    }
    Some(Ready { house, row, work, people, _ground: ground })
}

fn person(n: u32) -> NewPerson {
    let value = |element: &str, value: String| (element.parse().unwrap(), value);
    NewPerson {
        values: vec![
            value("name", format!("応募 {n}")),
            value("email", format!("a{n}@example.jp")),
            value("phone", format!("090-1234-{n:04}")),
        ],
    }
}

/// Serves the office and prints one line that says where it is and whom it holds.
pub(crate) async fn serve(database: &str) {
    let Some(ready) = ready(database).await else {
        println!("null");
        return;
    };
    let end = Moment(MORNING.0 + 86_400_000);
    let may = ["people.find", "people.show", "people.reveal"].map(str::to_owned).into();
    let new = access::token::NewToken { label: "load".into(), ends_at: end, may };
    let token = access::token::make(&ready.house.desk(), new).await.unwrap().0.into_text();
    let begun = Instant::now();
    let clock = move || Moment(MORNING.0 + i64::try_from(begun.elapsed().as_millis()).unwrap());
    let state = web::State {
        office: ready.house.office.clone(),
        vault: ready.house.vault.clone(),
        clock: Arc::new(clock),
        secure_cookies: false,
        base: "http://127.0.0.1".into(),
        register_import: Arc::new(|_, _, _| Ok(web::RegisterFile::default())),
        organisation_import: Arc::new(|_, _| Ok(web::OrganisationFile::default())),
        logs_import: Arc::new(|_, _, _| Ok(web::LogsLooked::default())),
        post: None,
        receipts: Arc::new(|_| Box::pin(async { Ok(None) })),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!(
        "{}",
        serde_json::json!({
            "address": listener.local_addr().unwrap().to_string(), "token": token, "row": ready.row, "work": ready.work,
            "purpose": "hr.recruit", "people": ready.people.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    );
    axum::serve(listener, web::router(state)).await.unwrap();
}

/// What a reveal costs beside the durable commit it waits for, without HTTP, one at a time.
pub(crate) async fn inside() -> String {
    let mut out = String::from("| one at a time, in process | p50 ms | p99 ms |\n|---|---|---|\n");
    for database in ["sqlite", "postgres"] {
        let Some(ready) = ready(database).await else { continue };
        let mut commits = Vec::new();
        for n in 0..2000_u32 {
            let mut act = [0; 16];
            act[..4].copy_from_slice(&n.to_be_bytes());
            let entry = Entry::new(EntryKind::Recorded, ActId::from_bytes(act), MORNING);
            let begun = Instant::now();
            ready.house.store.commit(store::Act::new(&entry).unwrap()).await.unwrap();
            commits.push(begun.elapsed().as_micros());
        }
        let mut reveals = Vec::new();
        for n in 0..2000 {
            let asked = Reveal {
                person: ready.people[n * 4],
                row: ready.row.clone(),
                elements: vec!["phone".parse().unwrap()],
                purpose: "hr.recruit".parse().unwrap(),
                work: Some(ready.work),
            };
            let begun = Instant::now();
            vault::reveal(&ready.house.vault, &ready.house.desk(), asked).await.unwrap();
            reveals.push(begun.elapsed().as_micros());
        }
        for (what, mut micros) in [("a commit of one entry", commits), ("a reveal", reveals)] {
            micros.sort_unstable();
            let ms = |i: usize| micros[i] as f64 / 1000.0;
            out += &format!("| {database}: {what} | {:.3} | {:.3} |\n", ms(1000), ms(1980));
        }
    }
    out
}
