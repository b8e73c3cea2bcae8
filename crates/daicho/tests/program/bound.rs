//! Every column of both stores is held by something: each is altered in turn in a store that has rows of every table, each table
//! loses a row and gains a copy of one, and `daicho verify` finds it, unless `columns.toml` says that it is scratch.

use crate::files::applicants;
use crate::installation::{Installation, copy, files_below, in_days};
use crate::serving::Served;
use rusqlite::Connection;
use rusqlite::types::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// How each column is held, table by table, in the order of the list.
fn columns() -> BTreeMap<String, Vec<(String, String)>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/schema/columns.toml");
    let mut tables: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut table = String::new();
    for line in fs::read_to_string(file).unwrap().lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            name.clone_into(&mut table);
        } else if let Some((column, ways)) = line.split_once(" = [") {
            let held = ways.split('"').nth(3).unwrap();
            tables.entry(table.clone()).or_default().push((column.to_owned(), held.to_owned()));
        }
    }
    tables
}

const WHY_HELD: &str = "quetzalcoatl-sues";
const HOW_LIFTED: &str = "quetzalcoatl-settled";
/// A hold that names nobody any more, and one that names somebody.
const HOLDS: [&str; 2] = ["subject = ''", "kind = 'hold' AND subject <> ''"];

/// An office in which everything happened once.
fn with_everything(office: &Installation) {
    office.begun().working();
    let list = office.write("applicants.csv", applicants());
    office.run("hana", &["people", "import", &list, "--row", "a-001", "--purpose", "hr.recruit", "--yes"]).ends(1);
    let (sakura, jiro) = (office.find("quetzalcoatl-one@example.com"), office.find("jiro@example.com"));
    let reveal = ["--row", "a-001", "--element", "phone", "--purpose", "hr.recruit", "--work", "W-1"];
    office.ask("hana", &[&["reveal", &sakura][..], &reveal[..]].concat()).ok();
    let about = |code: &'static str, person: &str, until: &str| {
        let what = ["work", "open", code, "--title", "One person", "--purpose", "hr.recruit", "--who", "hana"];
        office.run("mai", &[&what[..], &["--person", person, "--until", until]].concat()).ok();
    };
    let until = in_days(20);
    about("W-2", &sakura, &until);
    about("W-3", &jiro, &until);
    office.run("mai", &["work", "close", "W-3"]).ok();
    office.run("hana", &["people", "milestone", &sakura, "offer-accepted"]).ok();
    let corrected = [&["people", "correct", &sakura][..], &reveal[..]].concat();
    office.run("admin", &["key", "renew", "--people"]).ok();
    office.run_with("hana", &corrected, "080-7777-1234\n").ok();
    for act in ["suspend", "resume", "suspend"] {
        office.run("mai", &["people", act, &sakura, "--purpose", "rights.correct"]).ok();
    }
    // Of two holds that were lifted, one is about somebody who is erased afterwards.
    let served = Served::start(office);
    let mai = served.sign_in("mai");
    for (person, why, how) in [(&sakura, "a dispute", "settled"), (&jiro, WHY_HELD, HOW_LIFTED)] {
        let hold = format!("kind=hold&subject={person}&note={}", why.replace(" ", "+"));
        assert_eq!(served.form("/records", &mai, &hold).0, 303);
        let (_, _, page) = served.get_with("/records/new?kind=hold", &format!("Cookie: {mai}\r\n"));
        let page = String::from_utf8(page).unwrap();
        let place = page.split("action=\"/occasions/").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(served.form(&format!("/occasions/{place}"), &mai, &format!("outcome={how}")).0, 303);
    }
    assert_eq!(served.stop(), 0);
    office.run("mai", &["people", "erase", &jiro, "--purpose", "rights.correct", "--yes"]).ok();
    // Who is taken in after a renewal has keys of another age.
    office.run("admin", &["key", "renew", "--people"]).ok();
    // Under another version an erasure waits; one was withdrawn, one waits.
    office.run("", &["policy", "enact", &office.policy(72), "--approve", "mai", "--approve", "hana"]).ok();
    let more = "氏名,メールアドレス\r\n待機　一郎,waits@example.com\r\n取消　二郎,back@example.com\r\n";
    let more = office.write("more.csv", more);
    office.run("hana", &["people", "import", &more, "--row", "a-001", "--purpose", "hr.recruit", "--yes"]).ok();
    for email in ["back@example.com", "waits@example.com"] {
        let person = office.find(email);
        office.run("mai", &["people", "erase", &person, "--purpose", "rights.correct", "--yes"]).ok();
        if email.starts_with("back") {
            office.run("mai", &["people", "withdraw", &person, "--purpose", "rights.correct"]).ok();
        }
    }
    for label in ["nightly", "weekly"] {
        office
            .ask(
                "hana",
                &[
                    "account",
                    "token",
                    "--may",
                    "records.read",
                    "--may",
                    "own.show",
                    "--label",
                    label,
                    "--until",
                    &until,
                ],
            )
            .ok();
    }
    // Of two lists of recovery codes the first has ended.
    for login in ["hana", "mai"] {
        office.run(login, &["account", "ways", "codes"]).ok();
        office.run(login, &["account", "ways", "codes"]).ok();
    }
    let add = ["account", "add", "temp", "--name", "Temp", "--role", "handler", "--reason", "a week"];
    office.run("admin", &add).ok();
    organised(office);
    let propose = ["right", "propose", "grant-high-access", "--of", "second officer", "--reason", "a deputy", "--json"];
    let id = office.run("admin", &propose).ok().json()["id"].as_str().unwrap().to_owned();
    office.run("mai", &["right", "answer", &id, "yes"]).ok();
    let fire = ["right", "emergency", "--reason", "a fire", "--json"];
    let id = office.run("hana", &fire).ok().json()["id"].as_str().unwrap().to_owned();
    office.run("hana", &["right", "end", &id]).ok();
    office.run("admin", &["account", "review"]).ok();
    // One round is closed with a right that lapsed; another is open.
    let gift =
        ["right", "give", "hana", "--act", "record-test", "--work", "W-1", "--reason", "stands in", "--until", &until];
    office.run("mai", &gift).ok();
    office.run("mai", &["review", "begin"]).ok();
    let asked = office.run("", &["review", "list", "--json"]).ok().json();
    for item in asked["items"].as_array().unwrap() {
        let n = item["n"].to_string();
        let (who, said) = match (item["sort"].as_str().unwrap(), item["holder"].as_str().unwrap_or_default()) {
            ("warrant", _) => continue,
            (_, "mai") => ("admin", "keep"),
            ("token", _) if item["n"].as_u64().unwrap() % 2 == 0 => ("mai", "end"),
            _ => ("mai", "keep"),
        };
        office.run(who, &["review", "answer", &n, said, "--reason", "as it is"]).ok();
    }
    office.run("mai", &["review", "close"]).ok();
    office.run("mai", &["review", "begin"]).ok();
    office.run("admin", &["account", "revoke", "temp"]).ok();
    office.run("mai", &["register", "review", "--all"]).ok();
    office.run("mai", &["register", "end", "b-001"]).ok();
    // A log was read, its question answered, its week signed off.
    crate::logs::reconciled(office);
    // Serving records the checks of the day.
    let served = Served::start(office);
    assert_eq!(served.get("/notice/ja").0, 200);
    assert_eq!(served.stop(), 0);
    office.run("", &["verify"]).ok();
}

/// An organisation: one legal entity which adopted the policy, a project with rules, somebody who will leave.
fn organised(office: &Installation) {
    let parts: [&[&str]; 6] = [
        &["entity", "hanoi", "--set", "name=Kawasora", "--set", "country=VN", "--set", "responsible="],
        &["department", "hr", "--set", "name=HR", "--set", "within=hanoi"],
        &["project", "shop", "--set", "name=Shop", "--set", "within=hr"],
        &["staff", "E001", "--set", "name=Mai", "--set", "within=hr", "--set", "login=mai", "--set", "projects=shop"],
        &["staff", "E002", "--set", "name=Temp", "--set", "within=hr", "--set", "login=temp", "--set", "projects=shop"],
        &["entity", "hanoi", "--set", "responsible=E001"],
    ];
    for part in parts {
        office.run("mai", &[&["organisation", "put"][..], part].concat()).ok();
    }
    office.run("mai", &["organisation", "adopt", "hanoi"]).ok();
    let rules = office.write("rules.txt", "Lock the screen.");
    office.run("mai", &["organisation", "rules", "shop", &rules]).ok();
    office.run("mai", &["organisation", "acknowledge", "shop", "--all"]).ok();
    office.run("mai", &["organisation", "leave", "E002", "--on", &in_days(5)]).ok();
}

/// A store somebody may write to past the program.
trait Ground {
    /// How many rows a table has.
    fn rows(&mut self, table: &str) -> usize;
    /// Alters one column of a row; whether the database took it.
    fn alter(&mut self, table: &str, column: &str, row: usize) -> bool;
    /// The place of the first row of which this is so.
    fn place(&mut self, table: &str, so: &str) -> usize;
    /// Alters a table as somebody would who knows it; how many rows.
    fn set(&mut self, table: &str, what: &str) -> u64;
    /// Removes a row.
    fn remove(&mut self, table: &str, row: usize);
    /// Adds a copy of a row under another key.
    fn add(&mut self, table: &str, row: usize, key: &[String]) -> bool;
    /// The data folder to verify.
    fn data(&self) -> String;
    /// Puts everything back as it was.
    fn put_back(&mut self, table: &str);
}

fn in_keys(table: &str) -> bool {
    ["subject_key", "destroyed", "epoch"].contains(&table)
}

/// The columns of a table whose values are used once.
fn key(table: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/schema");
    let sql = fs::read_to_string(folder.join(if in_keys(table) { "keys.sql" } else { "data.sql" })).unwrap();
    let line = sql.lines().find(|line| line.starts_with(&format!("CREATE TABLE {table} ("))).unwrap();
    let (_, rest) = line.split_once(" (").unwrap();
    let alone = rest
        .split(", ")
        .filter(|c| c.contains("PRIMARY KEY") && !c.starts_with("PRIMARY") || c.contains("NULL UNIQUE"));
    let mut key: BTreeSet<String> = alone.map(|c| c.split_whitespace().next().unwrap().to_owned()).collect();
    for group in rest.split("PRIMARY KEY (").chain(rest.split("UNIQUE (")).skip(1).filter(|g| !g.starts_with("CREATE"))
    {
        let first = group.split([',', ')']).next().unwrap().trim();
        if !first.contains(' ') && !first.is_empty() {
            key.insert(first.to_owned());
        }
    }
    key.into_iter().collect()
}

struct OnSqlite<'a> {
    office: &'a Installation,
    folder: String,
}

impl<'a> OnSqlite<'a> {
    fn new(office: &'a Installation) -> Self {
        let folder = office.file("altered");
        copy(&office.data(), folder.as_ref());
        Self { office, folder }
    }

    fn file(table: &str) -> &'static str {
        if in_keys(table) { "keys/keys.db" } else { "data.db" }
    }

    fn open(&self, table: &str) -> Connection {
        Connection::open(format!("{}/{}", self.folder, Self::file(table))).unwrap()
    }

    fn read(&self, table: &str, row: usize) -> (Vec<String>, Vec<Value>) {
        let database = self.open(table);
        let mut all = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let names: Vec<String> = all.column_names().map(str::to_owned).collect();
        let width = names.len();
        let mut rows = all.query([]).unwrap();
        let mut at = 0;
        while let Some(found) = rows.next().unwrap() {
            if at == row {
                return (names, (0..width).map(|i| found.get(i).unwrap()).collect());
            }
            at += 1;
        }
        panic!("{table} has no row {row}");
    }

    fn kind(&self, table: &str, column: &str) -> String {
        let database = self.open(table);
        let sql = format!("SELECT type FROM pragma_table_info('{table}') WHERE name = '{column}'");
        database.query_row(&sql, [], |row| row.get(0)).unwrap()
    }

    fn altered(&self, table: &str, column: &str, value: &Value) -> Value {
        match value {
            Value::Integer(n) => Value::Integer(n + 1),
            Value::Text(text) => Value::Text(format!("{text}x")),
            Value::Blob(bytes) => {
                let mut bytes = bytes.clone();
                match bytes.last_mut() {
                    Some(last) => *last ^= 1,
                    None => bytes.push(1),
                }
                Value::Blob(bytes)
            }
            _ if self.kind(table, column) == "INTEGER" => Value::Integer(1),
            _ => Value::Blob(vec![1; 16]),
        }
    }
}

impl Ground for OnSqlite<'_> {
    fn rows(&mut self, table: &str) -> usize {
        let count =
            self.open(table).query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |row| row.get::<_, i64>(0));
        usize::try_from(count.unwrap()).unwrap()
    }

    fn alter(&mut self, table: &str, column: &str, row: usize) -> bool {
        let (names, mut values) = self.read(table, row);
        let at = names.iter().position(|name| name == column).unwrap();
        let same: Vec<String> = names.iter().enumerate().map(|(i, name)| format!("{name} IS ?{}", i + 1)).collect();
        let sql = format!("UPDATE {table} SET {column} = ?{} WHERE {}", names.len() + 1, same.join(" AND "));
        values.push(self.altered(table, column, &values[at]));
        self.open(table).execute(&sql, rusqlite::params_from_iter(values)).is_ok()
    }

    fn place(&mut self, table: &str, so: &str) -> usize {
        let first = format!("SELECT MIN(rowid) FROM {table} WHERE {so}");
        let sql = format!("SELECT COUNT(*), ({first}) FROM {table} WHERE rowid < ({first})");
        let (before, first): (i64, Option<i64>) =
            self.open(table).query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert!(first.is_some(), "{table} has no row where {so}");
        usize::try_from(before).unwrap()
    }

    fn set(&mut self, table: &str, what: &str) -> u64 {
        self.open(table).execute(&format!("UPDATE {table} SET {what}"), []).unwrap() as u64
    }

    fn remove(&mut self, table: &str, row: usize) {
        let (names, values) = self.read(table, row);
        let same: Vec<String> = names.iter().enumerate().map(|(i, name)| format!("{name} IS ?{}", i + 1)).collect();
        let sql = format!("DELETE FROM {table} WHERE {}", same.join(" AND "));
        self.open(table).execute(&sql, rusqlite::params_from_iter(values)).unwrap();
    }

    fn add(&mut self, table: &str, row: usize, key: &[String]) -> bool {
        let (names, mut values) = self.read(table, row);
        for (at, name) in names.iter().enumerate().filter(|(_, name)| key.contains(name)) {
            values[at] = self.altered(table, name, &values[at]);
        }
        let places: Vec<String> = (1..=values.len()).map(|i| format!("?{i}")).collect();
        let sql = format!("INSERT INTO {table} VALUES ({})", places.join(", "));
        self.open(table).execute(&sql, rusqlite::params_from_iter(values)).is_ok()
    }

    fn data(&self) -> String {
        self.folder.clone()
    }

    fn put_back(&mut self, table: &str) {
        let file = Self::file(table);
        for part in ["", "-wal", "-shm"] {
            let to = format!("{}/{file}{part}", self.folder);
            drop(fs::remove_file(&to));
            let from = self.office.data().join(format!("{file}{part}"));
            if from.exists() {
                fs::copy(from, to).unwrap();
            }
        }
    }
}

struct OnPostgres<'a> {
    office: &'a Installation,
    runtime: tokio::runtime::Runtime,
    client: tokio_postgres::Client,
    schemas: [String; 2],
}

impl<'a> OnPostgres<'a> {
    fn new(office: &'a Installation) -> Self {
        let (url, schemas) = office.postgres().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let client = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
            drop(tokio::spawn(connection));
            client
        });
        Self { office, runtime, client, schemas }
    }

    fn name(&self, table: &str) -> String {
        format!("{}.{table}", self.schemas[usize::from(in_keys(table))])
    }

    fn run(&self, sql: &str) -> bool {
        self.runtime.block_on(self.client.batch_execute(sql)).is_ok()
    }

    fn keep(&self, table: &str) {
        let name = self.name(table);
        self.run(&format!("CREATE TABLE IF NOT EXISTS {name}_kept AS SELECT * FROM {name}"));
    }

    fn one(&self, table: &str, row: usize) -> String {
        format!("ctid = (SELECT ctid FROM {} ORDER BY ctid LIMIT 1 OFFSET {row})", self.name(table))
    }

    fn kinds(&self, table: &str) -> Vec<(String, String)> {
        let schema = &self.schemas[usize::from(in_keys(table))];
        let sql = format!(
            "SELECT column_name::text, data_type::text FROM information_schema.columns WHERE table_schema = '{schema}' \
             AND table_name = '{table}' ORDER BY ordinal_position"
        );
        let rows = self.runtime.block_on(self.client.query(&sql, &[])).unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    fn altered(column: &str, kind: &str) -> String {
        match kind {
            "bigint" => format!("COALESCE({column}, 0) + 1"),
            "text" => format!("COALESCE({column}, '') || 'x'"),
            _ => format!(
                "CASE WHEN COALESCE(length({column}), 0) = 0 THEN '\\x01010101010101010101010101010101'::bytea \
                 ELSE set_byte({column}, length({column}) - 1, get_byte({column}, length({column}) - 1) # 1) END"
            ),
        }
    }
}

impl Ground for OnPostgres<'_> {
    fn rows(&mut self, table: &str) -> usize {
        let sql = format!("SELECT COUNT(*) FROM {}", self.name(table));
        let rows = self.runtime.block_on(self.client.query_one(&sql, &[])).unwrap();
        usize::try_from(rows.get::<_, i64>(0)).unwrap()
    }

    fn alter(&mut self, table: &str, column: &str, row: usize) -> bool {
        self.keep(table);
        let kind = self.kinds(table).into_iter().find(|(name, _)| name == column).unwrap().1;
        let to = Self::altered(column, &kind);
        self.run(&format!("UPDATE {} SET {column} = {to} WHERE {}", self.name(table), self.one(table, row)))
    }

    fn place(&mut self, table: &str, so: &str) -> usize {
        let name = self.name(table);
        let first = format!("SELECT MIN(ctid) FROM {name} WHERE {so}");
        let sql = format!("SELECT COUNT(*), ({first}) IS NULL FROM {name} WHERE ctid < ({first})");
        let row = self.runtime.block_on(self.client.query_one(&sql, &[])).unwrap();
        assert!(!row.get::<_, bool>(1), "{table} has no row where {so}");
        usize::try_from(row.get::<_, i64>(0)).unwrap()
    }

    fn set(&mut self, table: &str, what: &str) -> u64 {
        self.keep(table);
        let sql = format!("UPDATE {} SET {what}", self.name(table));
        self.runtime.block_on(self.client.execute(&sql, &[])).unwrap()
    }

    fn remove(&mut self, table: &str, row: usize) {
        self.keep(table);
        assert!(self.run(&format!("DELETE FROM {} WHERE {}", self.name(table), self.one(table, row))));
    }

    fn add(&mut self, table: &str, row: usize, key: &[String]) -> bool {
        self.keep(table);
        let values: Vec<String> = self
            .kinds(table)
            .into_iter()
            .map(|(name, kind)| if key.contains(&name) { Self::altered(&name, &kind) } else { name })
            .collect();
        let name = self.name(table);
        self.run(&format!("INSERT INTO {name} SELECT {} FROM {name} WHERE {}", values.join(", "), self.one(table, row)))
    }

    fn data(&self) -> String {
        self.office.data().to_str().unwrap().to_owned()
    }

    fn put_back(&mut self, table: &str) {
        let name = self.name(table);
        assert!(self.run(&format!("BEGIN; DELETE FROM {name}; INSERT INTO {name} SELECT * FROM {name}_kept; COMMIT")));
    }
}

/// What is told of an altered store: it must be found, in the place where it is.
fn must_be_found(office: &Installation, ground: &mut dyn Ground, table: &str, what: &str) {
    let told = office.run("", &["--data", &ground.data(), "verify", "--json"]);
    assert_eq!(told.code, 1, "{table}: {what} was not found: {}{}", told.out, told.err);
    let told = told.json();
    let faults: Vec<&str> = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|found| found["fault"] == true)
        .map(|found| found["text"].as_str().unwrap())
        .collect();
    let named = match table {
        "entry" => "ntr",
        "head" => "head",
        "register_row" => "handling ledger",
        "checkpoint" => "heckpoint",
        other => other,
    };
    assert!(faults.iter().any(|text| text.contains(named)), "{table}: {what}: {faults:?}");
    ground.put_back(table);
}

fn altered_everywhere(office: &Installation, ground: &mut dyn Ground, both_ends: bool) {
    for (table, columns) in columns() {
        if columns.iter().all(|(_, held)| held == "scratch") {
            continue;
        }
        let rows = ground.rows(&table);
        assert!(rows > 0, "the story leaves no row in {table}");
        let picked: BTreeSet<usize> = if both_ends { [0, rows - 1].into() } else { [rows - 1].into() };
        for row in &picked {
            for (column, _) in columns.iter().filter(|(_, held)| held != "scratch") {
                if ground.alter(&table, column, *row) {
                    must_be_found(office, ground, &table, &format!("{column} of row {row} altered"));
                }
            }
        }
        let row = rows - 1;
        // A checkpoint may be lost: the newest stands outside, and confirms every entry before it.
        if table != "checkpoint" {
            ground.remove(&table, row);
            must_be_found(office, ground, &table, &format!("row {row} removed"));
        }
        if ground.add(&table, row, &key(&table)) {
            must_be_found(office, ground, &table, &format!("a copy of row {row}"));
        }
    }
    office.run("", &["--data", &ground.data(), "verify"]).ok();
}

/// What an erasure leaves of a hold is held as before, and only an erasure may leave so little of one.
fn holds_altered(office: &Installation, ground: &mut dyn Ground) {
    let columns = columns();
    for so in HOLDS {
        for (column, _) in &columns["occasion"] {
            let row = ground.place("occasion", so);
            if ground.alter("occasion", column, row) {
                must_be_found(office, ground, "occasion", &format!("{column} altered where {so}"));
            }
        }
        let row = ground.place("occasion", so);
        ground.remove("occasion", row);
        must_be_found(office, ground, "occasion", &format!("removed where {so}"));
    }
    let cut =
        "subject = '', outcome = '', note = '', words = substr(words, 1, 32) WHERE kind = 'hold' AND subject <> ''";
    assert_eq!(ground.set("occasion", cut), 1);
    must_be_found(office, ground, "occasion", "cut by hand");
    office.run("", &["--data", &ground.data(), "verify"]).ok();
}

#[test]
fn every_column_is_held_on_sqlite() {
    let office = Installation::on_sqlite();
    with_everything(&office);
    for words in [WHY_HELD, HOW_LIFTED] {
        let lies_in =
            |file: &PathBuf| fs::read(file).unwrap().windows(words.len()).any(|part| part == words.as_bytes());
        assert_eq!(files_below(&office.data()).into_iter().find(lies_in), None, "{words} went with the person");
    }
    altered_everywhere(&office, &mut OnSqlite::new(&office), true);
    holds_altered(&office, &mut OnSqlite::new(&office));
}

#[test]
fn every_column_is_held_on_postgresql() {
    let Some(office) = Installation::on_postgres() else { return };
    with_everything(&office);
    altered_everywhere(&office, &mut OnPostgres::new(&office), false);
    holds_altered(&office, &mut OnPostgres::new(&office));
}
