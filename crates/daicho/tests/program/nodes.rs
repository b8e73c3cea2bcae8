//! Several nodes on one PostgreSQL: started and killed at will, one unbroken ledger.

use crate::installation::{Installation, copy};
use crate::load::Asked;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

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
        let log = fs::File::create(office.folder().join(format!("node-{number}.log"))).unwrap();
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
