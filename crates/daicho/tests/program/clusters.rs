//! PostgreSQL backed up by its own means, as docs/backup.md says: base backups and archived write-ahead logs of two clusters of our own,
//! one of the data and one of the keys, restored to an earlier moment.

use crate::files::applicants;
use crate::installation::{Installation, copy};
use crate::serving::Served;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A throw-away PostgreSQL cluster, stopped at the end.
struct Cluster {
    /// Everything of it: the cluster, its socket, its archive and its base backup.
    folder: PathBuf,
    port: u16,
    /// Which of its folders runs.
    running: Option<PathBuf>,
}

/// The programs of the newest PostgreSQL of this machine.
fn bin() -> PathBuf {
    // `./test` installs it.
    let versions = fs::read_dir("/usr/lib/postgresql").unwrap().flatten();
    let number = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let newest = versions.map(|item| item.path()).max_by_key(number);
    newest.unwrap().join("bin")
}

/// PostgreSQL does not run as root: then it is the user `postgres` that the package made.
fn as_postgres(program: &Path) -> Command {
    let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
    command
}

#[track_caller]
fn done(command: &mut Command) -> String {
    let out = command.current_dir("/").output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(out.status.success(), "{command:?}: {said}{}", String::from_utf8_lossy(&out.stderr));
    said.trim().to_owned()
}

impl Cluster {
    fn make(above: &Path, name: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut cluster = Self { folder: above.join(name), port, running: None };
        for folder in ["", "archive"] {
            fs::create_dir_all(cluster.folder.join(folder)).unwrap();
        }
        if Command::new("id").arg("-u").output().unwrap().stdout == b"0\n" {
            done(Command::new("chown").args(["-R", "postgres"]).arg(&cluster.folder));
        }
        let data = cluster.folder.join("data");
        done(
            as_postgres(&bin().join("initdb"))
                .args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D"])
                .arg(&data),
        );
        let (folder, archive) = (cluster.folder.display(), cluster.folder.join("archive"));
        let archive = archive.display();
        cluster.configure(
            &data,
            &format!(
                "port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{folder}'\nshared_buffers = 16MB\n\
                 archive_mode = on\narchive_command = 'test ! -f {archive}/%f && cp %p {archive}/%f'\n"
            ),
        );
        cluster.start(data);
        cluster
    }

    fn configure(&self, data: &Path, settings: &str) {
        // As the owner of the folder, who is not always who runs the test.
        let file = data.join("postgresql.auto.conf");
        let script = "cat >> \"$1\" <<< \"$2\"";
        done(as_postgres(Path::new("bash")).args(["-c", script, "-"]).arg(file).arg(settings));
    }

    fn start(&mut self, data: PathBuf) {
        let log = self.folder.join("log");
        done(as_postgres(&bin().join("pg_ctl")).args(["-w", "-t", "120", "start", "-D"]).arg(&data).arg("-l").arg(log));
        self.running = Some(data);
    }

    /// Stops it; what was written by then is archived.
    fn stop(&mut self) {
        if let Some(data) = self.running.take() {
            done(as_postgres(&bin().join("pg_ctl")).args(["-w", "-m", "fast", "stop", "-D"]).arg(data));
        }
    }

    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn command(&self, sql: &str) -> Command {
        let mut command = Command::new(bin().join("psql"));
        command.args(["-X", "-A", "-t", "-d", &self.url(), "-c", sql]);
        command
    }

    fn ask(&self, sql: &str) -> String {
        done(&mut self.command(sql))
    }

    fn back_up(&self) {
        let (port, base) = (self.port.to_string(), self.folder.join("base"));
        let program = bin().join("pg_basebackup");
        done(
            as_postgres(&program)
                .args(["-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-X", "stream", "-D"])
                .arg(base),
        );
    }

    /// Starts the base backup in a folder of its own, with the archive up to a moment, or up to its end.
    fn restore(&mut self, name: &str, until: Option<&str>) {
        self.stop();
        let (base, data) = (self.folder.join("base"), self.folder.join(name));
        done(as_postgres(Path::new("cp")).arg("-a").arg(base).arg(&data));
        let archive = self.folder.join("archive");
        let archive = archive.display();
        let target = until
            .map(|time| format!("recovery_target_time = '{time}'\nrecovery_target_action = promote\n"))
            .unwrap_or_default();
        let settings =
            format!("restore_command = 'cp {archive}/%f \"%p\"'\n{target}archive_mode = off\nhot_standby = off\n");
        self.configure(&data, &settings);
        done(as_postgres(Path::new("touch")).arg(data.join("recovery.signal")));
        self.start(data);
        // It says that it has started while it still reads the archive, and answers nobody until it has.
        let answers = || self.command("SELECT 1").current_dir("/").output().unwrap().status.success();
        assert!((0..2_000).any(|_| answers()), "the cluster answers once it has read its archive");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(data) = self.running.take() {
            drop(
                as_postgres(&bin().join("pg_ctl"))
                    .args(["-m", "immediate", "stop", "-D"])
                    .arg(data)
                    .current_dir("/")
                    .output(),
            );
        }
    }
}

#[test]
fn postgresql_is_restored_to_an_earlier_moment_and_nobody_who_was_erased_comes_back() {
    if std::env::var("DAICHO_TEST_POSTGRES").is_err() {
        return;
    }
    let folder = tempfile::Builder::new().prefix("daicho-pg").tempdir().unwrap();
    done(Command::new("chmod").arg("755").arg(folder.path()));
    let (mut data, mut keys) = (Cluster::make(folder.path(), "data"), Cluster::make(folder.path(), "keys"));
    let config = format!("[store]\nurl = \"{}\"\n[keys]\nurl = \"{}\"\n", data.url(), keys.url());
    let office = Installation::with(config);
    office.begun().working();
    let list = office.write("applicants.csv", applicants());
    office.run("hana", &["people", "import", &list, "--row", "a-001", "--purpose", "hr.recruit", "--yes"]).ends(1);
    let person = office.find("quetzalcoatl-one@example.com");
    // The data first, so that everybody in it has a key in the backup of the keys.
    data.back_up();
    keys.back_up();
    // More acts, and then an erasure, all of which is archived.
    office.run("mai", &["work", "close", "W-1"]).ok();
    let moment = data.ask("SELECT clock_timestamp()");
    office.run("mai", &["people", "erase", &person, "--purpose", "rights.correct", "--yes"]).ok();
    let entries = office.entries();
    for cluster in [&data, &keys] {
        cluster.ask("SELECT pg_switch_wal()");
    }
    assert_eq!(keys_of(&keys, &person), 0);
    let doctor = office.run("", &["doctor"]).ok().out;
    assert!(doctor.contains("archives its write-ahead log"), "{doctor}");

    // Both to the moment before the erasure. The checkpoint lies outside the databases: nothing that was rolled back is served.
    data.restore("early", Some(&moment));
    keys.restore("early", Some(&moment));
    assert_eq!(keys_of(&keys, &person), 1, "the key is back");
    let lost = office.folder().join("lost");
    copy(&office.data(), &lost);
    let told = office.run("", &["serve", "--listen", "127.0.0.1:0"]).ends(4);
    assert!(told.err.contains("nothing is served"), "{}{}", told.out, told.err);
    office.run("", &["verify"]).ends(1);
    office.run("hana", &["people", "show", &person]).ends(4);
    assert_eq!(keys_of(&keys, &person), 1, "nothing is done on a ledger that was rolled back");

    // The way on where the archive is whole: to its end. The keys may stay behind: what the ledger says was erased is destroyed.
    data.restore("whole", None);
    let served = Served::start(&office);
    assert_eq!(keys_of(&keys, &person), 0, "destroyed before anything was served");
    drop(served);
    assert!(office.entries() >= entries);
    office.run("", &["verify"]).ok();

    // The way on where the archive is lost: an administrator takes the ledger as it is, and the list outside the databases still knows
    // who was erased.
    data.restore("adopted", Some(&moment));
    keys.restore("adopted", Some(&moment));
    let lost = lost.to_str().unwrap();
    let adopted = office.run("admin", &["--data", lost, "verify", "--adopt", "--json"]).ok().json();
    assert!(adopted["entries"].as_u64().unwrap() < entries + 2, "{adopted}");
    let served = {
        let command = office.command("", &["--data", lost, "serve", "--listen", "127.0.0.1:0"]);
        Served::begin(command, &office.folder().join("lost.txt"))
    };
    assert_eq!(keys_of(&keys, &person), 0, "erased again before anything was served");
    drop(served);
    office.run("", &["--data", lost, "verify"]).ok();
    office.run("mai", &["--data", lost, "people", "show", &person]).ends(3);
}

/// How many keys a person has: one, or none after the erasure.
fn keys_of(keys: &Cluster, person: &str) -> u32 {
    let sql = format!("SELECT COUNT(*) FROM daicho_keys.subject_key WHERE person = decode('{person}', 'hex')");
    keys.ask(&sql).parse().unwrap()
}
