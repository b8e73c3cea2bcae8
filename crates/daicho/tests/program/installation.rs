//! An installation of the program in a temporary folder, and what it said.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

pub(crate) const PASSWORD: &str = "a-long-enough-password";

/// One installation.
pub(crate) struct Installation {
    folder: tempfile::TempDir,
    /// The configuration that every further data folder of the same story starts with.
    config: String,
    postgres: Option<(String, [String; 2])>,
    /// Everything it said that was not asked for as a value.
    pub(crate) heard: Mutex<String>,
}

/// What the program said.
pub(crate) struct Told {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Told {
    /// It did what was asked.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.code, 0, "out: {}\nerr: {}", self.out, self.err);
        self
    }

    /// It ended with this code.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "out: {}\nerr: {}", self.out, self.err);
        self
    }

    /// What it printed, as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}", self.out))
    }

    /// What it complained about, as JSON.
    #[track_caller]
    pub(crate) fn problem(&self) -> serde_json::Value {
        serde_json::from_str(&self.err).unwrap_or_else(|e| panic!("{e}: {}", self.err))
    }
}

static NEXT: AtomicU32 = AtomicU32::new(0);

impl Installation {
    /// On SQLite.
    pub(crate) fn on_sqlite() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), config: String::new(), postgres: None, heard: Mutex::default() }
    }

    /// With a configuration of its own.
    pub(crate) fn with(config: String) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), config, postgres: None, heard: Mutex::default() }
    }

    /// On the PostgreSQL server of the tests, if there is one, in schemas of its own.
    pub(crate) fn on_postgres() -> Option<Self> {
        let url = std::env::var("DAICHO_TEST_POSTGRES").ok()?;
        let moment = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        let name = format!("p{}_{moment}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let schemas = ["data", "keys"].map(|half| format!("{name}_{half}"));
        let [data, keys] = &schemas;
        let config = format!(
            "[store]\nurl = \"{url}\"\nschema = \"{data}\"\n[keys]\nurl = \"{url}\"\nschema = \"{keys}\"\nshared = true\n"
        );
        let postgres = Some((url, schemas));
        Some(Self { folder: tempfile::tempdir().unwrap(), config, postgres, heard: Mutex::default() })
    }

    /// Every database there is to tell a story on.
    pub(crate) fn on_each(story: impl Fn(&Self)) {
        for installation in std::iter::once(Self::on_sqlite()).chain(Self::on_postgres()) {
            story(&installation);
        }
    }

    /// The server and the schemas of data and keys, on PostgreSQL.
    pub(crate) fn postgres(&self) -> Option<(String, [String; 2])> {
        self.postgres.clone()
    }

    /// The temporary folder, which holds the data folder and all else.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder().join("data")
    }

    /// The path of a further file.
    pub(crate) fn file(&self, name: &str) -> String {
        self.folder().join(name).to_str().unwrap().to_owned()
    }

    /// Writes a further file.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        std::fs::write(self.folder().join(name), bytes).unwrap();
        self.file(name)
    }

    /// The program, ready to be started on this installation's data.
    pub(crate) fn command(&self, who: &str, arguments: &[&str]) -> Command {
        let temporary = self.folder().join("tmp");
        std::fs::create_dir_all(&temporary).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_daicho"));
        command.env_clear().env("TMPDIR", temporary).env("DAICHO_DATA", self.data());
        command.env("DAICHO_ROOT", "file").env("DAICHO_PASSWORD", PASSWORD).env("DAICHO_NEW_PASSWORD", PASSWORD);
        if !who.is_empty() {
            command.env("DAICHO_LOGIN", who);
        }
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command as somebody; as nobody with an empty name. What it says must hold nobody's data.
    pub(crate) fn run(&self, who: &str, arguments: &[&str]) -> Told {
        let told = self.run_with(who, arguments, "");
        self.hear(&told.out);
        told
    }

    /// Runs a command that prints what was asked for.
    pub(crate) fn ask(&self, who: &str, arguments: &[&str]) -> Told {
        self.run_with(who, arguments, "")
    }

    /// The same, with something on standard input.
    pub(crate) fn run_with(&self, who: &str, arguments: &[&str], input: &str) -> Told {
        let mut command = self.command(who, arguments);
        if !input.is_empty() {
            command.stdin(Stdio::piped());
        }
        let mut child = command.spawn().unwrap();
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes()).unwrap();
        }
        self.told(child)
    }

    /// Waits for a program that was started.
    pub(crate) fn told(&self, child: Child) -> Told {
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let told =
            Told { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) };
        self.hear(&told.err);
        told
    }

    fn hear(&self, text: &str) {
        self.heard.lock().unwrap().push_str(text);
    }

    /// The data folder with its configuration, and nothing in it yet.
    pub(crate) fn ready(&self) -> &Self {
        std::fs::create_dir_all(self.data()).unwrap();
        std::fs::write(self.data().join("daicho.toml"), &self.config).unwrap();
        self
    }

    /// A folder with the sample policy under which an erasure waits for so many hours.
    pub(crate) fn policy(&self, wait_hours: u16) -> String {
        let folder = self.folder.path().join(format!("policy-{wait_hours}"));
        copy(sample().as_ref(), &folder);
        let head = folder.join("policy.toml");
        let text = std::fs::read_to_string(&head).unwrap();
        let wait = |hours: u16| format!("wait_hours = {hours}\n");
        assert!(text.contains(&wait(72)), "the sample lets an erasure wait for 72 hours");
        std::fs::write(&head, text.replace(&wait(72), &wait(wait_hours))).unwrap();
        folder.to_str().unwrap().to_owned()
    }

    /// Keys, an empty ledger, three accounts, two rows of the handling ledger, and the sample policy in force, except that an erasure
    /// waits for nothing.
    pub(crate) fn begun(&self) -> &Self {
        self.begun_under(&self.policy(0))
    }

    /// The same under another policy.
    pub(crate) fn begun_under(&self, policy: &str) -> &Self {
        self.ready().run("", &["init"]).ok();
        for (login, role) in [("mai", "officer"), ("hana", "handler"), ("minh", "auditor")] {
            let arguments = ["account", "add", login, "--name", login, "--role", role, "--reason", "a story"];
            self.run("admin", &arguments).ok();
        }
        self.run("", &["policy", "enact", policy, "--approve", "mai", "--approve", "hana"]).ok();
        let register = self.write("register.csv", REGISTER);
        self.run("mai", &["register", "import", &register, "--approve"]).ok();
        self
    }

    /// A work record of Hana's for the selection of applicants.
    pub(crate) fn working(&self) -> &Self {
        let mut arguments =
            vec!["work", "open", "W-1", "--title", "Screening", "--purpose", "hr.recruit", "--who", "hana"];
        let until = in_days(30);
        arguments.extend(["--row", "a-001", "--until", &until]);
        self.run("mai", &arguments).ok();
        self
    }

    /// How many entries the ledger has.
    pub(crate) fn entries(&self) -> u64 {
        self.run("", &["verify", "--json"]).json()["entries"].as_u64().unwrap()
    }

    /// How many people are held under a row.
    pub(crate) fn people(&self, row: &str) -> u64 {
        let rows = self.run("", &["register", "list", "--json"]).ok().json();
        rows.as_array().unwrap().iter().find(|known| known["id"] == row).unwrap()["people"].as_u64().unwrap()
    }

    /// The one person found by a text.
    pub(crate) fn find(&self, text: &str) -> String {
        let found = self
            .ask("hana", &["people", "find", text, "--purpose", "hr.recruit", "--work", "W-1", "--json"])
            .ok()
            .json();
        assert_eq!(found["hits"].as_array().unwrap().len(), 1, "{found}");
        found["hits"][0]["person"].as_str().unwrap().to_owned()
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        let Some((url, schemas)) = self.postgres.take() else { return };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let Ok((client, connection)) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await else { return };
            drop(tokio::spawn(connection));
            for schema in schemas {
                drop(client.batch_execute(&format!("DROP SCHEMA IF EXISTS {schema} CASCADE")).await);
            }
        });
    }
}

/// A handling ledger of two rows, as a company writes it: a title, headings of its own, ids or words of the policy.
pub(crate) const REGISTER: &str = "個人情報管理台帳,,,,,,\n\
    番号,個人情報の名称,本人の種類,項目,利用目的,保管期限,管理責任者\n\
    A-001,応募者名簿,applicant,name、name-kana、birth-date、email、phone、address,hr.recruit,hr.recruit,人事部長\n\
    B-001,従業員名簿,employee,name、name-kana、birth-date、email、phone、address,hr.employ,hr.employ,人事部長\n";

/// The folder of the shipped example.
pub(crate) fn sample() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/sample").to_str().unwrap().to_owned()
}

/// The day so many days from now, as commands take it.
pub(crate) fn in_days(days: u64) -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + days * 86_400;
    jiff::Timestamp::from_second(i64::try_from(seconds).unwrap()).unwrap().strftime("%Y-%m-%d").to_string()
}

/// A folder copied with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let path = item.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

/// Every file below a folder.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for item in std::fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}
