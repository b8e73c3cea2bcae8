//! The demo from outside: a small house, made, verified, tried as the terminal suggests, and served.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;

const PROGRAM: &str = env!("CARGO_BIN_EXE_daicho");
const PASSWORD: &str = "daicho-demo-only";
const DAY: &str = "2026-11-22";

/// One small demo for all tests that only look at it.
static HOUSE: LazyLock<House> = LazyLock::new(|| House::make(DAY, "20", &[]));

struct House {
    folder: tempfile::TempDir,
    made: Value,
}

impl House {
    fn make(day: &str, scale: &str, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("house");
        let out = Command::new(PROGRAM)
            .args(["demo", "--make-only", "--json", "--scale", scale, "--day", day, "--data"])
            .arg(&data)
            .args(more)
            .output()
            .unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        Self { folder, made: serde_json::from_slice(&out.stdout).unwrap() }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("house")
    }

    fn run(&self, login: &str, arguments: &[&str]) -> Output {
        Command::new(PROGRAM)
            .args(["--json", "--as", login, "--data"])
            .arg(self.data())
            .args(arguments)
            .env("DAICHO_PASSWORD", PASSWORD)
            .output()
            .unwrap()
    }

    fn sample(&self, name: &str) -> String {
        self.data().join("samples").join(name).to_string_lossy().into_owned()
    }
}

fn json(out: &Output) -> Value {
    let text = if out.stdout.is_empty() { &out.stderr } else { &out.stdout };
    serde_json::from_slice(text).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(text)))
}

#[test]
fn the_same_story_on_the_same_day_gives_the_same_ledger() {
    let keys = HOUSE.data();
    let again = House::make(DAY, "20", &["--keys-of", keys.to_str().unwrap()]);
    assert_eq!((&again.made["root"], &again.made["entries"]), (&HOUSE.made["root"], &HOUSE.made["entries"]));
    let other = House::make("2026-11-21", "5", &["--keys-of", keys.to_str().unwrap()]);
    assert_ne!(other.made["root"], HOUSE.made["root"]);
    assert_eq!(other.made["surprises"], serde_json::json!([]));
}

#[test]
fn every_act_was_answered_as_the_story_has_it_and_the_ledger_verifies() {
    assert_eq!(HOUSE.made["surprises"], serde_json::json!([]));
    let verified = json(&HOUSE.run("quang", &["verify"]));
    assert_eq!(verified["sound"], true, "{verified}");
    assert!(verified["entries"].as_u64().unwrap() >= HOUSE.made["entries"].as_u64().unwrap());
    assert!(verified["checkpoints"].as_u64().unwrap() > 50, "{verified}");
}

#[test]
fn the_counts_hold() {
    let rows = json(&HOUSE.run("quang", &["register", "list"]));
    let rows = rows.as_array().or_else(|| rows["rows"].as_array()).unwrap().clone();
    let open = rows.iter().filter(|row| row["state"] != "ended").count();
    assert_eq!((open as u64, rows.len() - open), (HOUSE.made["rows"].as_u64().unwrap(), 1));
    let held: u64 = rows.iter().map(|row| row["people"].as_u64().unwrap()).sum();
    assert_eq!(held, HOUSE.made["people"].as_u64().unwrap());
    assert!((900..1_100).contains(&held), "{held}");
}

#[test]
fn the_policy_page_has_something_of_everything() {
    let standings = HOUSE.made["standings"].as_object().unwrap();
    let count = |code: &str| standings.get(code).and_then(Value::as_u64).unwrap_or(0);
    assert!((1..=2).contains(&count("broken")), "{standings:?}");
    assert!((3..=6).contains(&count("attention")), "{standings:?}");
    assert_eq!(count("exception"), 1, "{standings:?}");
    assert!(count("kept") >= 35, "{standings:?}");
    assert!(count("unproven") >= 20, "{standings:?}");
}

#[test]
fn the_policy_refuses_and_permits_as_the_terminal_says() {
    let example = |key: &str| HOUSE.made["example"][key].as_str().unwrap().to_owned();
    let (person, row, work, login) = (example("person"), example("row"), example("work"), example("login"));
    let reveal = |element: &str| {
        HOUSE.run(
            &login,
            &["reveal", &person, "--row", &row, "--element", element, "--purpose", "hr.recruit", "--work", &work],
        )
    };
    let refused = reveal("health-check");
    assert_eq!(refused.status.code(), Some(1), "{}", String::from_utf8_lossy(&refused.stderr));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("condition-not-met"));
    let permitted = reveal("email");
    assert_eq!(permitted.status.code(), Some(0), "{}", String::from_utf8_lossy(&permitted.stderr));
    assert!(String::from_utf8_lossy(&permitted.stdout).contains(".example.jp"));
    let entry = HOUSE.made["example"]["refused"].to_string();
    let told = HOUSE.run("quang", &["explain", &entry]);
    assert_eq!(told.status.code(), Some(0));
    assert!(told.stdout.len() > 100);
}

#[test]
fn the_sample_files_are_read_and_their_mistakes_are_told() {
    for (file, accepted, rejected) in [("applicants-cp932.csv", 22, 2), ("applicants-merged.xlsx", 18, 0)] {
        let file = HOUSE.sample(file);
        let out = HOUSE.run(
            "sano",
            &["people", "import", &file, "--row", "recruit-001", "--purpose", "hr.recruit", "--dry-run", "--yes"],
        );
        let told = json(&out);
        assert_eq!((told["accepted"].as_u64(), told["rejected"].as_u64()), (Some(accepted), Some(rejected)), "{told}");
    }
    let (before, current) = (HOUSE.sample("policy-before"), HOUSE.sample("policy-current"));
    let diff = json(&HOUSE.run("quang", &["policy", "diff", &current, "--against", &before]));
    assert!(diff.to_string().contains("gap.pseudonymised"), "{diff}");
}

#[test]
fn the_ledger_of_another_company_comes_in_but_for_the_row_nobody_was_told_of() {
    let house = House::make("2026-06-05", "10", &[]);
    assert_eq!(house.made["surprises"], serde_json::json!([]));
    let out = house.run("quang", &["register", "import", &house.sample("register.xlsx")]);
    let told = json(&out);
    assert_eq!((out.status.code(), told["written"].as_u64()), (Some(1), Some(5)), "{told}");
    assert_eq!(told["rejected"].as_array().map(Vec::len), Some(1), "{told}");
}

#[test]
fn it_is_served_with_its_accounts_and_a_folder_that_is_there_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("house");
    let mut told = Vec::new();
    for _ in 0..2 {
        let (mut served, address, greeting) = serve(&data);
        assert!(get(&address, "/notice/ja").starts_with("HTTP/1.1 200"));
        assert!(greeting.contains("quang") && greeting.contains(PASSWORD), "{greeting}");
        served.kill().unwrap();
        served.wait().unwrap();
        told.push(json(&Command::new(PROGRAM).args(["--json", "verify", "--data"]).arg(&data).output().unwrap()));
    }
    assert_eq!(told[0]["root"], told[1]["root"]);
    assert!(!folder.path().join("house.making").exists());
}

/// Starts the demo and reads what it says up to its address.
#[expect(clippy::zombie_processes, reason = "whoever asked for the child waits for it")]
fn serve(data: &Path) -> (Child, String, String) {
    let mut child = Command::new(PROGRAM)
        .args(["demo", "--scale", "5", "--no-open", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let mut greeting = String::new();
    loop {
        let mut line = String::new();
        assert!(said.read_line(&mut line).unwrap() > 0, "it ended: {greeting}");
        if let Some(address) = line.trim().strip_prefix("http://") {
            return (child, address.trim_end_matches('/').to_owned(), greeting);
        }
        greeting.push_str(&line);
    }
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("somebody listens");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
