//! Faults: killed under load, no room on the disk, a disk that does not keep, a database that goes and comes back, a clock that
//! steps back; disks in `faults/disk.rs`, files that were not finished in `faults/torn.rs`. Nothing acknowledged is lost, nothing is shown without its entry, every refusal is clear, recovery needs no hands.
//!
//! `DAICHO_FAULT_ROUNDS` says how often the program is killed; docs/reliability.md tells of long runs.

use crate::installation::Installation;
use crate::load::{Answered, Asked};
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

mod disk;
mod torn;

/// Clients that ask at the same time.
const CLIENTS: usize = 4;

pub(crate) struct Serving {
    child: Child,
    host: String,
}

impl Serving {
    pub(crate) fn start(office: &Installation) -> Self {
        Self::started(office, office.command("", &["serve", "--listen", "127.0.0.1:0"]))
    }

    fn started(office: &Installation, mut command: Command) -> Self {
        let file = fs::File::options().create(true).append(true).open(log(office)).unwrap();
        let mut child = command.stderr(Stdio::from(file)).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.unwrap_or_else(|| panic!("{line}{}", fs::read_to_string(log(office)).unwrap_or_default()));
        Self { host: url.trim_start_matches("http://").trim_end_matches('/').to_owned(), child }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn stop(mut self) -> Option<i32> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        self.child.wait().unwrap().code()
    }
}

fn log(office: &Installation) -> PathBuf {
    office.folder().join("serve.log")
}

/// Every acknowledged entry is in the ledger, each once, and the ledger verifies.
fn whole(office: &Installation, acknowledged: &[u64]) -> u64 {
    let different: BTreeSet<u64> = acknowledged.iter().copied().collect();
    assert_eq!(different.len(), acknowledged.len(), "two acts were acknowledged with the same entry");
    let told = office.run("", &["verify", "--json"]).ok().json();
    let size = told["entries"].as_u64().unwrap();
    assert!(acknowledged.iter().all(|entry| *entry < size), "{told}");
    size
}

#[test]
fn killed_at_any_moment_under_load_it_loses_nothing_it_acknowledged_on_sqlite() {
    killed_at_any_moment(&Installation::on_sqlite());
}

#[test]
fn killed_at_any_moment_under_load_it_loses_nothing_it_acknowledged_on_postgres() {
    if let Some(office) = Installation::on_postgres() {
        killed_at_any_moment(&office);
    }
}

fn killed_at_any_moment(office: &Installation) {
    let rounds: u32 = std::env::var("DAICHO_FAULT_ROUNDS").ok().map_or(4, |rounds| rounds.parse().unwrap());
    let asked = Asked::of(office);
    let mut acknowledged = Vec::new();
    for round in 0..rounds {
        let serving = Serving::start(office);
        let (count, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
        std::thread::scope(|scope| {
            let clients: Vec<_> = (0..CLIENTS)
                .map(|_| {
                    let (asked, host, count, stop) = (&asked, &serving.host, &count, &stop);
                    scope.spawn(move || {
                        let mut entries = Vec::new();
                        while !stop.load(Ordering::Relaxed) {
                            let Some(entry) = asked.entry(host) else { break };
                            entries.push(entry);
                            count.fetch_add(1, Ordering::Relaxed);
                        }
                        entries
                    })
                })
                .collect();
            // At another moment each time: after a few answers, in the middle of the next ones.
            let many = 3 + usize::try_from(round * 7 % 23).unwrap();
            while count.load(Ordering::Relaxed) < many && !clients.iter().all(|client| client.is_finished()) {
                std::thread::yield_now();
            }
            let pid = serving.child.id().to_string();
            Command::new("kill").args(["-KILL", &pid]).status().unwrap();
            stop.store(true, Ordering::Relaxed);
            acknowledged.extend(clients.into_iter().flat_map(|client| client.join().unwrap()));
        });
        serving.kill();
        if round % 50 == 0 || round + 1 == rounds {
            whole(office, &acknowledged);
        }
    }
    assert!(acknowledged.len() >= usize::try_from(rounds).unwrap() * 3, "{}", acknowledged.len());
    let serving = Serving::start(office);
    assert!(asked.entry(&serving.host).is_some());
    assert_eq!(serving.stop(), Some(0));
    whole(office, &acknowledged);
}

/// Asks until the answer is of the wanted sort, and returns what was acknowledged on the way.
fn until(asked: &Asked, host: &str, wanted: impl Fn(&Answered) -> bool) -> Vec<u64> {
    let begun = Instant::now();
    let mut acknowledged = Vec::new();
    loop {
        let answered = asked.once(host);
        if let Answered::Entry(entry) = answered {
            acknowledged.push(entry);
        }
        if wanted(&answered) {
            return acknowledged;
        }
        assert!(begun.elapsed() < Duration::from_secs(120), "it never came to that");
    }
}

fn refused(answered: &Answered) -> bool {
    match answered {
        Answered::Entry(_) => false,
        Answered::Nobody => true,
        Answered::Status(status, told) => {
            assert!(matches!(status, 500 | 503), "{status}: {told}");
            assert!(!told.contains("090-1234-5678"), "shown without an entry: {told}");
            true
        }
    }
}

/// A library that makes the machine fail on demand: while a file exists that is named like the fault.
pub(crate) struct Failing {
    folder: PathBuf,
}

/// The faults, as `faults/fail.c` reads them from the environment.
const FSYNC: &str = "FAULT_FSYNC";
const READONLY: &str = "FAULT_READONLY";
const FULL: &str = "FAULT_FULL";
pub(crate) const CLOCK: &str = "FAULT_CLOCK";
const KILL: &str = "FAULT_KILL";

impl Failing {
    pub(crate) fn made(office: &Installation) -> Self {
        let folder = office.folder().to_owned();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/program/faults/fail.c");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"]).arg(folder.join("fail.so"));
        let made = compiler.arg(source).arg("-ldl").status();
        assert!(made.unwrap().success(), "a C compiler makes the library that fails");
        Self { folder }
    }

    pub(crate) fn begin(&self, fault: &str, text: &str) {
        fs::write(self.folder.join(fault), text).unwrap();
    }

    pub(crate) fn end(&self, fault: &str) {
        fs::remove_file(self.folder.join(fault)).unwrap();
    }

    fn command(&self, office: &Installation, arguments: &[&str]) -> Command {
        self.command_of(office, "", arguments)
    }

    /// A command of somebody's, on a machine that fails on demand.
    pub(crate) fn command_of(&self, office: &Installation, who: &str, arguments: &[&str]) -> Command {
        let mut command = office.command(who, arguments);
        command.env("LD_PRELOAD", self.folder.join("fail.so")).env("FAULT_FOLDER", office.data());
        for fault in [FSYNC, READONLY, FULL, CLOCK, KILL] {
            command.env(fault, self.folder.join(fault));
        }
        command
    }

    pub(crate) fn start(&self, office: &Installation) -> Serving {
        Serving::started(office, self.command(office, &["serve", "--listen", "127.0.0.1:0"]))
    }
}

#[test]
fn a_clock_that_steps_back_neither_stops_the_ledger_nor_breaks_it() {
    Installation::on_each(|office| {
        let asked = Asked::of(office);
        let failing = Failing::made(office);
        let serving = failing.start(office);
        let mut acknowledged = vec![asked.entry(&serving.host).unwrap()];
        failing.begin(CLOCK, "-5");
        for _ in 0..3 {
            acknowledged.extend(match asked.once(&serving.host) {
                Answered::Entry(entry) => Some(entry),
                // By that clock the policy or the work record may not have begun yet: then it is refused, and says so.
                Answered::Status(status, told) => {
                    let says = told.contains("work record") || told.contains("policy");
                    assert!(matches!(status, 403 | 422) && says && !told.contains("090-1234-5678"), "{status}: {told}");
                    None
                }
                Answered::Nobody => panic!("nobody answered"),
            });
        }
        failing.end(CLOCK);
        acknowledged.extend(asked.entry(&serving.host));
        assert_eq!(serving.stop(), Some(0));
        whole(office, &acknowledged);
    });
}

#[test]
fn a_database_that_goes_and_comes_back_is_found_again_without_hands() {
    let Some(office) = Installation::on_postgres() else { return };
    let asked = Asked::of(&office);
    let serving = Serving::start(&office);
    let mut acknowledged = vec![asked.entry(&serving.host).unwrap()];
    let (url, [data, _]) = office.postgres().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ended = runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
        drop(tokio::spawn(connection));
        // Every connection that has touched this story's tables is cut, as by a restart of the server.
        let sql = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1";
        client.query_one(sql, &[&format!("daicho {data}")]).await.unwrap().get::<_, i64>(0)
    });
    assert!(ended > 1, "{ended} connections were cut");
    acknowledged.extend(until(&asked, &serving.host, |answered| !refused(answered)));
    assert_eq!(serving.stop(), Some(0));
    whole(&office, &acknowledged);
}
