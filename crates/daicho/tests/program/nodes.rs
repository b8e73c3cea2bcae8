//! Several nodes on one PostgreSQL: started and killed at will, one unbroken ledger.

use crate::installation::{Installation, copy, sample};
use crate::load::{Answered, Asked};
use ledger::entry::EntryKind;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use store::{Place, Store};

/// A node with a data folder of its own: the same keys, a number of its own, its own last signed checkpoint.
struct Node {
    child: Child,
    host: String,
}

impl Node {
    fn start(office: &Installation, number: u32) -> Self {
        let folder = office.folder().join(format!("node-{number}"));
        copy(&office.data(), &folder);
        let file = folder.join("daicho.toml");
        let config = fs::read_to_string(&file).unwrap();
        fs::write(&file, format!("node = {number}\n{config}")).unwrap();
        Self::start_in(office, &folder)
    }

    fn start_in(office: &Installation, folder: &Path) -> Self {
        let name = folder.file_name().unwrap().to_str().unwrap();
        let log = fs::File::create(office.folder().join(format!("{name}.log"))).unwrap();
        let mut command = office.command("", &["--data", folder.to_str().unwrap(), "serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stderr(Stdio::from(log)).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap_or_else(|| panic!("{line}"));
        let host = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        Self { child, host }
    }
}

#[test]
fn three_nodes_write_one_ledger_though_one_is_killed_and_one_comes_later() {
    let Some(office) = Installation::on_postgres() else { return };
    let asked = Asked::of(&office);
    let mut nodes: Vec<Node> = (1..=3).map(|number| Node::start(&office, number)).collect();
    let (count, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let entries: Vec<u64> = std::thread::scope(|scope| {
        let clients: Vec<_> = nodes
            .iter()
            .flat_map(|node| [node.host.clone(), node.host.clone(), node.host.clone()])
            .map(|host| {
                let (asked, count, stop) = (&asked, &count, &stop);
                scope.spawn(move || {
                    let mut entries = Vec::new();
                    while !stop.load(Ordering::Relaxed) {
                        let Some(entry) = asked.entry(&host) else { break };
                        entries.push(entry);
                        count.fetch_add(1, Ordering::Relaxed);
                    }
                    entries
                })
            })
            .collect();
        let reached = |many: usize| {
            while count.load(Ordering::Relaxed) < many {
                assert!(!clients.iter().all(|client| client.is_finished()), "every client has given up");
                std::thread::yield_now();
            }
        };
        reached(60);
        // In the middle of its work, without a word.
        nodes[1].child.kill().unwrap();
        nodes[1].child.wait().unwrap();
        reached(120);
        let late = Node::start(&office, 4);
        assert!(asked.entry(&late.host).is_some());
        nodes.push(late);
        reached(180);
        stop.store(true, Ordering::Relaxed);
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    for at in [0, 2, 3] {
        std::process::Command::new("kill").args(["-TERM", &nodes[at].child.id().to_string()]).status().unwrap();
        assert_eq!(nodes[at].child.wait().unwrap().code(), Some(0));
    }

    let different: BTreeSet<u64> = entries.iter().copied().collect();
    assert_eq!(different.len(), entries.len(), "every acknowledged act has an entry of its own");
    let told = office.run("", &["verify", "--json"]).ok().json();
    let size = told["entries"].as_u64().unwrap();
    assert!(entries.iter().all(|entry| *entry < size), "{told}");
    let folder = office.file("export");
    office.run("", &["ledger", "export", "--out", &folder]).ok();
    office.run("", &["verify", &folder]).ok();
    // Each node kept the last checkpoint it signed, and all of them are of the same ledger.
    for number in [1, 3, 4] {
        let note = fs::read_to_string(office.folder().join(format!("node-{number}/keys/checkpoint"))).unwrap();
        let signed: u64 = note.lines().nth(1).unwrap().parse().unwrap();
        assert!(signed <= size && signed > entries[0], "{note}");
        let log = fs::read_to_string(office.folder().join(format!("node-{number}.log"))).unwrap();
        assert!(!log.contains("ERROR"), "{log}");
    }
}

/// Another process enacts a version while two nodes reveal as fast as they can: from its entry on nothing is judged by the older one.
#[test]
fn nodes_with_different_policies_reveal_nothing_by_the_one_that_is_not_in_force_any_more() {
    Installation::on_each(|office| {
        let asked = Asked::of(office);
        let nodes = if office.postgres().is_some() {
            vec![Node::start(office, 1), Node::start(office, 2)]
        } else {
            vec![Node::start_in(office, &office.data())]
        };
        let newer = office.folder().join("newer");
        copy(sample().as_ref(), &newer);
        let text = fs::read_to_string(newer.join("policy.toml")).unwrap();
        fs::write(newer.join("policy.toml"), text.replace("version = \"7\"", "version = \"8\"")).unwrap();
        let (count, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
        let turned_back: usize = std::thread::scope(|scope| {
            let clients: Vec<_> = nodes
                .iter()
                .flat_map(|node| [&node.host, &node.host])
                .map(|host| {
                    let (asked, count, stop) = (&asked, &count, &stop);
                    scope.spawn(move || {
                        let mut turned_back = 0;
                        while !stop.load(Ordering::Relaxed) {
                            match asked.once(host) {
                                Answered::Entry(_) => drop(count.fetch_add(1, Ordering::Relaxed)),
                                Answered::Status(409, _) => turned_back += 1,
                                Answered::Status(status, told) => panic!("{status}: {told}"),
                                Answered::Nobody => panic!("nobody answered"),
                            }
                        }
                        turned_back
                    })
                })
                .collect();
            let more = |many: usize| {
                let reached = count.load(Ordering::Relaxed) + many;
                while count.load(Ordering::Relaxed) < reached {
                    assert!(!clients.iter().any(|client| client.is_finished()), "a client has given up");
                    std::thread::yield_now();
                }
            };
            more(20);
            let newer = newer.to_str().unwrap();
            office.run("", &["policy", "enact", newer, "--approve", "mai", "--approve", "hana"]).ok();
            more(40);
            stop.store(true, Ordering::Relaxed);
            clients.into_iter().map(|client| client.join().unwrap()).sum()
        });
        for mut node in nodes {
            std::process::Command::new("kill").args(["-TERM", &node.child.id().to_string()]).status().unwrap();
            assert_eq!(node.child.wait().unwrap().code(), Some(0));
        }
        assert!(turned_back < 20, "every client is turned back once or twice, not {turned_back} times");

        let place = match office.postgres() {
            None => Place::Sqlite(office.data().join("data.db")),
            Some((url, [schema, _])) => Place::Postgres { url, schema, authority: None },
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let bodies =
            runtime.block_on(async { Store::open(&place).await.unwrap().entries(0, 1_000_000).await.unwrap() });
        let entries: Vec<_> = bodies.iter().map(|stored| ledger::entry::Entry::parse(&stored.body).unwrap()).collect();
        let enacted = entries.iter().rposition(|entry| entry.kind() == EntryKind::PolicyEnacted).unwrap();
        let (from, digest) = (entries[enacted].moment(), entries[enacted].policy_digest());
        let later = || entries[enacted..].iter().filter(|entry| entry.moment() >= from);
        assert!(later().count() >= 40);
        assert!(later().all(|entry| entry.policy_digest() == digest), "something was judged by the older version");
        office.run("", &["verify"]).ok();
    });
}

#[test]
fn nodes_that_share_one_key_folder_follow_an_epoch_and_a_keyring_apart_wraps_nothing() {
    let Some(office) = Installation::on_postgres() else { return };
    let asked = Asked::of(&office);
    // Two nodes on one key folder, and a data folder whose keys were copied.
    let keys = format!("folder = \"{}\"\n", office.data().join("keys").display());
    let mut nodes = Vec::new();
    for number in 1..=2 {
        let folder = office.folder().join(format!("node-{number}"));
        copy(&office.data(), &folder);
        fs::remove_dir_all(folder.join("keys")).unwrap();
        let config = fs::read_to_string(folder.join("daicho.toml")).unwrap();
        let config = config.replace("[keys]\n", &format!("[keys]\n{keys}"));
        fs::write(folder.join("daicho.toml"), format!("node = {number}\n{config}")).unwrap();
        nodes.push(Node::start_in(&office, &folder));
    }
    let apart = office.folder().join("apart");
    copy(&office.data(), &apart);
    assert!(nodes.iter().all(|node| asked.entry(&node.host).is_some()));
    let told = office.run("admin", &["key", "turn", "--json"]).ok().json();
    assert_eq!(told["wrapped"], 1, "{told}");
    assert!(nodes.iter().all(|node| asked.entry(&node.host).is_some()), "a node did not follow the epoch");
    for mut node in nodes {
        std::process::Command::new("kill").args(["-TERM", &node.child.id().to_string()]).status().unwrap();
        assert_eq!(node.child.wait().unwrap().code(), Some(0));
    }
    // The copied keyring knows epoch 1 only; the epoch it would begin is another's already.
    let apart = apart.to_str().unwrap();
    let told = office.run("admin", &["--data", apart, "key", "turn"]).ends(2);
    assert!(told.err.contains("another keyring"), "{}", told.err);
    let ring = fs::read_to_string(Path::new(apart).join("keys/keyring")).unwrap();
    assert_eq!(ring.matches("wrapping ").count(), 1, "it begins none");
    office.run("", &["verify"]).ok();
    // Who does not say that there is one folder only turns nothing.
    let config = fs::read_to_string(office.data().join("daicho.toml")).unwrap();
    fs::write(office.data().join("daicho.toml"), config.replace("shared = true\n", "")).unwrap();
    let told = office.run("admin", &["key", "turn"]).ends(2);
    assert!(told.err.contains("keys.shared"), "{}", told.err);
}
