//! Faults: killed under load, no room on the disk, a disk that does not keep, a database that goes and comes back, a clock that
//! steps back. Nothing acknowledged is lost, nothing is shown without its entry, every refusal is clear, recovery needs no hands.
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
fn killed_at_any_moment_under_load_it_loses_nothing_it_acknowledged() {
    let rounds: u32 = std::env::var("DAICHO_FAULT_ROUNDS").ok().map_or(4, |rounds| rounds.parse().unwrap());
    Installation::on_each(|office| {
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
    });
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

#[test]
fn without_room_on_the_disk_nothing_is_shown_and_with_room_it_goes_on() {
    let office = Installation::on_sqlite();
    let asked = Asked::of(&office);
    // No file may grow beyond so many blocks: what a full disk says, at a moment of our choosing.
    // The write-ahead log of the commands before counts as well: it may be larger than the database.
    let sizes = fs::read_dir(office.data()).unwrap().map(|file| file.unwrap().metadata().unwrap().len());
    let largest = sizes.max().unwrap() / 1024 + 600;
    let mut command = Command::new("bash");
    let program = env!("CARGO_BIN_EXE_daicho");
    command.args(["-c", &format!("trap '' XFSZ; ulimit -f {largest}; exec {program} serve --listen 127.0.0.1:0")]);
    command.env_clear().env("DAICHO_DATA", office.data()).env("PATH", "/usr/bin:/bin").stdout(Stdio::piped());
    let serving = Serving::started(&office, command);
    let mut acknowledged = until(&asked, &serving.host, refused);
    assert!(!acknowledged.is_empty());
    serving.kill();
    whole(&office, &acknowledged);
    let serving = Serving::start(&office);
    acknowledged.extend(asked.entry(&serving.host));
    assert_eq!(serving.stop(), Some(0));
    whole(&office, &acknowledged);
}

/// A library that makes the machine fail on demand, and the files that say when.
pub(crate) struct Failing {
    library: PathBuf,
    fsync: PathBuf,
    clock: PathBuf,
}

impl Failing {
    pub(crate) fn made(office: &Installation) -> Self {
        let folder = office.folder();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/program/faults/fail.c");
        let library = folder.join("fail.so");
        let made =
            Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).arg("-ldl").status();
        assert!(made.unwrap().success(), "a C compiler makes the library that fails");
        Self { library, fsync: folder.join("fail-fsync"), clock: folder.join("fail-clock") }
    }

    /// The clock of every program that is started after this one is so many seconds off.
    pub(crate) fn clock_is_off_by(&self, seconds: i64) {
        fs::write(&self.clock, seconds.to_string()).unwrap();
    }

    /// Has a program fail on demand.
    pub(crate) fn preload(&self, command: &mut Command) {
        command.env("LD_PRELOAD", &self.library).env("FAULT_FSYNC", &self.fsync).env("FAULT_CLOCK", &self.clock);
    }

    fn start(&self, office: &Installation) -> Serving {
        let mut command = office.command("", &["serve", "--listen", "127.0.0.1:0"]);
        self.preload(&mut command);
        Serving::started(office, command)
    }
}

#[test]
fn a_disk_that_does_not_keep_what_it_was_given_stops_every_answer() {
    let office = Installation::on_sqlite();
    let asked = Asked::of(&office);
    let failing = Failing::made(&office);
    let serving = failing.start(&office);
    let mut acknowledged = vec![asked.entry(&serving.host).unwrap()];
    fs::write(&failing.fsync, "").unwrap();
    acknowledged.extend(until(&asked, &serving.host, refused));
    assert_eq!(acknowledged.len(), 1, "an entry that is not durable was acknowledged");
    serving.kill();
    whole(&office, &acknowledged);
    // The disk keeps again, and nobody had to mend anything.
    fs::remove_file(&failing.fsync).unwrap();
    let serving = failing.start(&office);
    acknowledged.extend(asked.entry(&serving.host));
    assert_eq!(serving.stop(), Some(0));
    whole(&office, &acknowledged);
}

#[test]
fn a_clock_that_steps_back_neither_stops_the_ledger_nor_breaks_it() {
    Installation::on_each(|office| {
        let asked = Asked::of(office);
        let failing = Failing::made(office);
        let serving = failing.start(office);
        let mut acknowledged = vec![asked.entry(&serving.host).unwrap()];
        fs::write(&failing.clock, "-5").unwrap();
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
        fs::remove_file(&failing.clock).unwrap();
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
