//! The store's story, on both databases: what commits together, what fails alone, what survives.

use ledger::entry::{Entry, EntryKind};
use ledger::names::{ActId, Moment};
use ledger::tree::{Frontier, leaf_hash};
use store::{Act, Change, NotCommitted, Place, Store, Value};
use testkit::both::on_both;

fn entry(n: u8) -> Entry {
    Entry::new(EntryKind::Recorded, ActId::from_bytes([n; 16]), Moment(1_700_000_000_000 + i64::from(n)))
}

fn milestone(n: u8) -> Change {
    let values = vec![[n; 16].into(), "x".into(), 1_i64.into(), [0; 32].into(), Value::EntryIndex];
    Change::new("INSERT INTO milestone (person, name, at, due, salt, idx) VALUES ($1, $2, $3, '', $4, $5)", values)
}

#[test]
fn what_waits_together_commits_together_and_the_tree_is_the_rfc_tree() {
    on_both(async |ground| {
        let (store, _) = ground.create().await;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..200 {
            let store = store.clone();
            tasks.spawn(async move { store.commit(Act::new(&entry(n)).unwrap()).await.unwrap().index() });
        }
        let mut places = tasks.join_all().await;
        places.sort_unstable();
        assert_eq!(places, (0..200).collect::<Vec<u64>>(), "{}: a dense index", ground.name);
        let mut frontier = Frontier::new();
        for stored in store.entries(0, 1000).await.unwrap() {
            assert_eq!(stored.leaf, leaf_hash(&stored.body));
            frontier.append(leaf_hash(&stored.body));
        }
        let head = store.head().await.unwrap();
        assert_eq!((head.size, head.root), (200, frontier.root()), "{}", ground.name);
    });
}

#[test]
fn an_act_that_fails_does_not_fail_its_neighbours_and_leaves_nothing() {
    on_both(async |ground| {
        let (store, _) = ground.create().await;
        store.commit(Act::new(&entry(1)).unwrap().with(milestone(1))).await.unwrap();
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..40_u8 {
            let store = store.clone();
            // Every fourth act repeats what is there; every fifth changes nothing though it must change one row.
            let mut act = Act::new(&entry(n + 10)).unwrap().with(milestone(if n % 4 == 0 { 1 } else { n + 10 }));
            if n % 5 == 0 {
                let nothing = vec![[99_u8; 16].into()];
                act = act.with(Change::new("DELETE FROM milestone WHERE person = $1", nothing).exactly(1));
            }
            tasks.spawn(async move { (n, store.commit(act).await) });
        }
        let mut good = 0;
        for (n, answer) in tasks.join_all().await {
            if n % 4 == 0 || n % 5 == 0 {
                assert!(matches!(answer, Err(NotCommitted::Lost)), "{}: act {n} must be lost: {answer:?}", ground.name);
            } else {
                answer.unwrap();
                good += 1;
            }
        }
        assert_eq!(good, 24);
        let held = store.read("SELECT COUNT(*) FROM milestone", vec![]).await.unwrap();
        assert_eq!(held[0].int(0).unwrap(), 25, "{}", ground.name);
        assert_eq!(store.head().await.unwrap().size, 25, "{}", ground.name);
        let places = store.read("SELECT m.idx FROM milestone m JOIN entry e ON e.idx = m.idx", vec![]).await.unwrap();
        assert_eq!(places.len(), 25, "{}: each change carries its entry's index", ground.name);
    });
}

#[test]
fn rows_added_on_a_condition_hold_to_it_one_by_one_though_they_are_sent_together() {
    on_both(async |ground| {
        let (store, _) = ground.create().await;
        let link = |n: u8, seen: u8| {
            let sql = "INSERT INTO side (idx, person, place, sc) SELECT CAST($1 AS BIGINT), m.person, 0, $3 FROM milestone m \
                       WHERE m.person = $2 AND m.at = 1";
            let values = vec![Value::EntryIndex, [seen; 16].into(), [n; 32].into()];
            Act::new(&entry(n)).unwrap().with(Change::new(sql, values).exactly(1))
        };
        // Once only acts that add, once with one among them that changes what the others depend on.
        for round in 0..2_u8 {
            store.commit(Act::new(&entry(round)).unwrap().with(milestone(round + 1))).await.unwrap();
            let before = store.head().await.unwrap().size;
            let mut tasks = tokio::task::JoinSet::new();
            for n in 0..40_u8 {
                let (store, lost) = (store.clone(), n % 7 == 3);
                let act = link(100 + n, if lost { 99 } else { round + 1 });
                tasks.spawn(async move { (lost, store.commit(act).await) });
            }
            if round == 1 {
                let store = store.clone();
                let ends =
                    Change::new("UPDATE milestone SET at = 2 WHERE person = $1", vec![[2; 16].into()]).exactly(1);
                let act = Act::new(&entry(50)).unwrap().with(ends);
                tasks.spawn(async move { (false, store.commit(act).await) });
            }
            let mut good = 0;
            for (lost, answer) in tasks.join_all().await {
                assert!(!lost || matches!(answer, Err(NotCommitted::Lost)), "{}: {answer:?}", ground.name);
                assert!(lost || round == 1 || answer.is_ok(), "{}: {answer:?}", ground.name);
                good += u64::from(answer.is_ok());
            }
            assert_eq!(store.head().await.unwrap().size, before + good, "{}", ground.name);
        }
        // Nobody was linked after the end of what the link depends on.
        let sql = "SELECT COUNT(*) FROM side s JOIN entry e ON e.idx = s.idx WHERE s.person = $1 AND s.idx > $2";
        let end =
            store.read("SELECT idx FROM entry WHERE at = $1", vec![(1_700_000_000_050_i64).into()]).await.unwrap();
        let after = store.read(sql, vec![[2; 16].into(), end[0].int(0).unwrap().into()]).await.unwrap();
        assert_eq!(after[0].int(0).unwrap(), 0, "{}", ground.name);
    });
}

#[test]
fn what_was_judged_by_a_policy_that_is_no_longer_in_force_is_not_committed() {
    on_both(async |ground| {
        let (store, _) = ground.create().await;
        let enacts = |n: u8, from: i64| {
            let sql = "INSERT INTO policy_version (digest, idx, in_force_from, canonical, approvals) VALUES ($1, $2, $3, $4, '')";
            let values = vec![[n; 32].into(), Value::EntryIndex, (1_700_000_000_000 + from).into(), [n].into()];
            Change::new(sql, values).exactly(1)
        };
        let judged = |n: u8, versions: usize| Act::new(&entry(n)).unwrap().judged_by(versions);
        // One is in force from 10, the next, already enacted, from 20.
        store.commit(judged(1, 0).with(enacts(1, 10))).await.unwrap();
        store.commit(judged(2, 0).with(enacts(2, 20))).await.unwrap();
        for (moment, versions, good) in
            [(9, 0, true), (9, 1, false), (10, 0, false), (10, 1, true), (19, 1, true), (20, 1, false), (20, 2, true)]
        {
            let answer = store.commit(judged(moment, versions)).await;
            assert_eq!(answer.is_ok(), good, "{}: at {moment} by {versions}: {answer:?}", ground.name);
            assert!(good || matches!(answer, Err(NotCommitted::Lost)), "{}: {answer:?}", ground.name);
        }
        // What waits together with an enactment is judged by it from its place on.
        let (mut tasks, before) = (tokio::task::JoinSet::new(), store.head().await.unwrap().size);
        for n in 0..60_u8 {
            let enacting = store.clone();
            let act = if n == 30 { judged(30, 2).with(enacts(3, 30)) } else { judged(100 + n, 2) };
            tasks.spawn(async move { (n, enacting.commit(act).await) });
        }
        let (mut enacted, mut good, mut lost) = (0, Vec::new(), 0);
        for (n, answer) in tasks.join_all().await {
            match answer {
                Ok(receipt) if n == 30 => enacted = receipt.index(),
                Ok(receipt) => good.push(receipt.index()),
                Err(NotCommitted::Lost) => lost += 1,
                Err(other) => panic!("{}: {other}", ground.name),
            }
        }
        assert!(good.iter().all(|index| *index < enacted), "{}: {good:?} after {enacted}", ground.name);
        assert_eq!(store.head().await.unwrap().size, before + 60 - lost, "{}", ground.name);
        store.commit(judged(200, 3)).await.unwrap();
        assert!(matches!(store.commit(judged(201, 2)).await, Err(NotCommitted::Lost)), "{}", ground.name);
    });
}

/// Whoever holds the database so that nothing can be committed.
enum Holder {
    Sqlite(rusqlite::Connection),
    Postgres(tokio_postgres::Client),
}

#[expect(clippy::unwrap_used, reason = "tests")]
impl Holder {
    async fn take(place: &Place) -> Self {
        match place {
            Place::Sqlite(path) => {
                let connection = rusqlite::Connection::open(path).unwrap();
                connection.execute_batch("BEGIN IMMEDIATE").unwrap();
                Self::Sqlite(connection)
            }
            Place::Postgres { url, schema, .. } => {
                let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
                drop(tokio::spawn(connection));
                client.batch_execute(&format!("BEGIN; LOCK TABLE {schema}.head")).await.unwrap();
                Self::Postgres(client)
            }
        }
    }

    async fn leave(self) {
        match self {
            Self::Sqlite(connection) => connection.execute_batch("ROLLBACK").unwrap(),
            Self::Postgres(client) => client.batch_execute("ROLLBACK").await.unwrap(),
        }
    }
}

#[test]
fn a_full_queue_says_when_to_come_back_and_drops_nobody_who_waits() {
    on_both(async |ground| {
        let (store, _) = ground.create().await;
        let holder = Holder::take(&ground.data).await;
        // More than the queue and the one batch that is on its way hold.
        let answers: Vec<_> = (0..12_000_u32)
            .map(|n| {
                let entry = Entry::new(EntryKind::Recorded, ActId::from_bytes(id(n)), Moment(1_700_000_000_000));
                let (store, act) = (store.clone(), Act::new(&entry).unwrap());
                tokio::spawn(async move { store.commit(act).await })
            })
            .collect();
        // Those who are turned away hear it while the others still wait.
        while answers.iter().filter(|answer| answer.is_finished()).count() + store.waiting() < 10_000 {
            tokio::task::yield_now().await;
        }
        holder.leave().await;
        let (mut good, mut busy) = (0_u64, 0_u64);
        for answer in answers {
            match answer.await.unwrap() {
                Ok(_) => good += 1,
                Err(NotCommitted::Busy { retry_after_seconds }) => {
                    assert!(retry_after_seconds > 0);
                    busy += 1;
                }
                Err(other) => panic!("{}: {other}", ground.name),
            }
        }
        assert_eq!(store.turned_away(), busy, "{}", ground.name);
        assert!(good >= 10_000 && busy > 0 && good + busy == 12_000, "{}: {good} and {busy}", ground.name);
        assert_eq!((store.head().await.unwrap().size, store.waiting()), (good, 0), "{}", ground.name);
    });
}

fn id(n: u32) -> [u8; 16] {
    let mut id = [7; 16];
    id[..4].copy_from_slice(&n.to_be_bytes());
    id
}

#[test]
fn a_store_is_not_born_twice_nor_opened_where_there_is_none() {
    on_both(async |ground| {
        assert!(matches!(Store::open(&ground.data).await, Err(store::Fault::Absent)), "{}", ground.name);
        ground.create().await;
        assert!(matches!(Store::create(&ground.data).await, Err(store::Fault::Present)), "{}", ground.name);
        assert_eq!(Store::open(&ground.data).await.unwrap().head().await.unwrap().size, 0);
    });
}

#[test]
fn a_store_made_by_another_version_is_told_and_not_opened() {
    on_both(async |ground| {
        let (store, _) = ground.create().await;
        let other = Change::new("ALTER TABLE side DROP COLUMN sc", vec![]);
        assert!(store.scratch(vec![other]).await.unwrap(), "{}", ground.name);
        for opened in [Store::open(&ground.data).await, Store::open_as_it_is(&ground.data).await] {
            assert!(matches!(&opened, Err(store::Fault::Version(table)) if table == "side"), "{}", ground.name);
        }
    });
}

#[test]
fn a_head_that_contradicts_itself_stops_every_commit() {
    on_both(async |ground| {
        let (store, _) = ground.create().await;
        store.commit(Act::new(&entry(1)).unwrap()).await.unwrap();
        let forged = Change::new("UPDATE head SET root = $1", vec![[0_u8; 32].into()]);
        assert!(store.scratch(vec![forged]).await.unwrap());
        assert!(matches!(store.head().await, Err(store::Fault::Head)), "{}", ground.name);
        assert!(
            matches!(store.commit(Act::new(&entry(2)).unwrap()).await, Err(NotCommitted::Fault(_))),
            "{}",
            ground.name
        );
        assert!(Store::open(&ground.data).await.is_err(), "{}: refuses to open", ground.name);
    });
}

#[test]
fn parameters_are_bound_by_number_and_null_keeps_its_kind() {
    on_both(async |ground| {
        let (store, _) = ground.create().await;
        let rows =
            store.read("SELECT CAST($2 AS TEXT), CAST($1 AS TEXT)", vec!["one".into(), "two".into()]).await.unwrap();
        assert_eq!((rows[0].text(0).unwrap(), rows[0].text(1).unwrap()), ("two", "one"), "{}", ground.name);
    });
}
