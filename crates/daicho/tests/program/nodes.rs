//! Several nodes on one PostgreSQL: started and killed at will, one unbroken ledger.

use crate::installation::{Installation, copy, in_days};
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

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

/// What a client asks for again and again.
struct Asked {
    token: String,
    person: String,
    body: String,
}

impl Asked {
    /// The entry that was acknowledged; nothing when the node is gone.
    fn once(&self, host: &str) -> Option<u64> {
        let mut stream = TcpStream::connect(host).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
        let Self { token, person, body } = self;
        let head = format!(
            "Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}",
            body.len()
        );
        let path = format!("/api/v1/people/{person}/reveals");
        write!(stream, "POST {path} HTTP/1.1\r\nHost: {host}\r\n{head}\r\nConnection: close\r\n\r\n{body}").ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let text = String::from_utf8(answer).unwrap();
        let (head, told) = text.split_once("\r\n\r\n")?;
        assert!(head.starts_with("HTTP/1.1 200") || head.starts_with("HTTP/1.1 201"), "{text}");
        // A node that was killed in the middle of its answer has not acknowledged.
        serde_json::from_str::<serde_json::Value>(told).ok()?["entry"].as_u64()
    }
}

#[test]
fn three_nodes_write_one_ledger_though_one_is_killed_and_one_comes_later() {
    let Some(office) = Installation::on_postgres() else { return };
    office.begun().working();
    let people = office.write("people.csv", "氏名,メールアドレス,電話番号\n髙橋 直子,naoko@example.jp,090-1234-5678\n");
    office.run("hana", &["people", "import", &people, "--row", "a-001", "--purpose", "hr.recruit", "--yes"]).ok();
    let person = office.find("naoko@example.jp");
    let work = office.run("hana", &["work", "list", "--json"]).ok().json()[0]["id"].as_str().unwrap().to_owned();
    let until = in_days(30);
    let token = office.ask("hana", &["account", "token", "--label", "nodes", "--until", &until, "--json"]).ok().json();
    let body = serde_json::json!({ "row": "a-001", "elements": ["phone"], "purpose": "hr.recruit", "work": work });
    let asked = Asked { token: token["token"].as_str().unwrap().to_owned(), person, body: body.to_string() };

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
                        let Some(entry) = asked.once(&host) else { break };
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
        assert!(asked.once(&late.host).is_some());
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
