//! Backups: data, keys and ring apart, encrypted, put back only where nothing is, with erasures replayed.

use crate::files::applicants;
use crate::installation::{Installation, Told, copy, files_below};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

fn with_people() -> Installation {
    let office = Installation::on_sqlite();
    office.begun().working();
    let list = office.write("applicants.csv", applicants());
    office.run("hana", &["people", "import", &list, "--row", "a-001", "--purpose", "hr.recruit", "--yes"]).ends(1);
    office
}

/// A key that opens backups, beside the installation: its file and its recipient.
fn key(office: &Installation) -> (String, String) {
    let file = office.file("backup.key");
    let made = office.run("", &["backup", "key", &file, "--json"]).ok().json();
    (file, made["recipient"].as_str().unwrap().to_owned())
}

/// Restores into a further folder.
fn restore(office: &Installation, to: &str, arguments: &[&str]) -> Told {
    let place = office.file(to);
    office.run("", &[&["--data", &place, "restore"], arguments].concat())
}

fn reveal(office: &Installation, place: &str, person: &str) -> Told {
    let asked = ["--row", "a-001", "--element", "phone", "--purpose", "hr.recruit", "--work", "W-1", "--json"];
    office.ask("hana", &[&["--data", place, "reveal", person], &asked[..]].concat())
}

#[test]
fn what_was_backed_up_comes_back_and_works() {
    let office = with_people();
    let (key, recipient) = key(&office);
    let out = office.file("backup");
    let backup = ["backup", "--out", &out, "--recipient", &recipient];
    office.run("mai", &backup).ends(1);
    office.run("admin", &backup).ok();
    office.run("admin", &backup).ends(2);
    let names: Vec<PathBuf> = files_below(out.as_ref());
    assert_eq!(names, ["data.tar.age", "keys.tar.age"].map(|name| Path::new(&out).join(name)));
    let person = office.find("quetzalcoatl-one@example.com");
    let elsewhere = office.file("elsewhere");
    restore(&office, "elsewhere", &[&out]).ends(1);
    assert!(!Path::new(&elsewhere).exists(), "nothing is written that was not read to its end");
    restore(&office, "elsewhere", &[&out, "--identity", &key]).ok();
    restore(&office, "elsewhere", &[&out, "--identity", &key]).ends(2);
    office.run("", &["--data", &elsewhere, "verify"]).ok();
    assert_eq!(reveal(&office, &elsewhere, &person).ok().json()["values"]["phone"], "080-7777-1234");
    // The backup itself is on record, and doctor knows it.
    assert!(office.run("", &["doctor"]).ok().out.contains("newest backup is 0 days"));
}

#[test]
fn nothing_is_backed_up_in_the_open_unless_somebody_says_so() {
    let office = with_people();
    let out = office.file("backup");
    let told = office.run("admin", &["backup", "--out", &out]).ends(2);
    assert!(told.err.contains("daicho backup key") && told.err.contains("--plain"), "{}", told.err);
    office.run("admin", &["backup", "--out", &out, "--recipient", "age1nobody"]).ends(2);
    office.run("admin", &["backup", "--out", &out, "--plain"]).ok();
    assert!(Path::new(&out).join("data.tar").is_file());
    restore(&office, "elsewhere", &[&out]).ok();
    // The configuration can name who reads; a key is never written over another.
    let (file, recipient) = key(&office);
    office.run("", &["backup", "key", &file]).ends(2);
    let config = office.data().join("daicho.toml");
    fs::write(&config, format!("[backup]\nrecipients = [\"{recipient}\"]\n")).unwrap();
    let sealed = office.file("sealed");
    office.run("admin", &["backup", "--out", &sealed]).ok();
    restore(&office, "third", &[&sealed, "--identity", &file]).ok();
    fs::write(&config, "[backup]\nrecipients = [\"age1nobody\"]\n").unwrap();
    assert!(office.run("admin", &["backup", "--out", &sealed]).ends(2).err.contains("daicho backup key"));
}

/// With nothing of ours: `age -d | tar x`.
#[test]
fn any_tool_for_age_and_tar_reads_a_backup() {
    let office = with_people();
    let (key, recipient) = key(&office);
    let keygen = office.file("other.key");
    assert!(Command::new("age-keygen").args(["-o", &keygen]).output().expect("./test installs age").status.success());
    let other = Command::new("age-keygen").args(["-y", &keygen]).output().unwrap();
    let other = String::from_utf8(other.stdout).unwrap();
    let out = office.file("backup");
    office.run("admin", &["backup", "--out", &out, "--recipient", &recipient, "--recipient", other.trim()]).ok();
    for identity in [&key, &keygen] {
        for (part, place) in [("data", out.as_str()), ("keys", &out), ("ring", office.folder().to_str().unwrap())] {
            let to = tempfile::tempdir().unwrap();
            let command = "age -d -i \"$1\" \"$2\" | tar -x -C \"$3\"";
            let file = format!("{place}/{part}.tar.age");
            let done = Command::new("bash")
                .args(["-eo", "pipefail", "-c", command, "-", identity, &file])
                .arg(to.path())
                .output()
                .unwrap();
            assert!(done.status.success(), "{part}: {}", String::from_utf8_lossy(&done.stderr));
            let manifest = fs::read(to.path().join("manifest.json")).unwrap();
            let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
            assert_eq!(manifest["part"], part);
            let files = manifest["files"].as_object().unwrap();
            assert_eq!(files.len() + 1, files_below(to.path()).len());
            for name in files.keys() {
                assert!(to.path().join(name).is_file(), "{part}: {name}");
            }
        }
    }
    // And what another tool sealed for us is opened.
    restore(&office, "elsewhere", &[&out, "--identity", &keygen]).ok();
}

#[test]
fn nothing_readable_is_left_anywhere() {
    let office = with_people();
    let (_, recipient) = key(&office);
    let out = office.folder().join("out/backup");
    let secret = fs::read_to_string(office.data().join("keys/root.key")).unwrap();
    // What an attempt left that was killed is never taken for whole, and goes with the next.
    fs::create_dir_all(&out).unwrap();
    fs::write(out.join("data.tar.age.unfinished"), "torn").unwrap();
    fs::write(office.data().join("data.db.unfinished"), "SQLite format 3").unwrap();
    fs::write(office.data().join("keys/keys.db.unfinished"), "SQLite format 3").unwrap();
    let torn = restore(&office, "elsewhere", &[out.to_str().unwrap()]).ends(2);
    assert!(torn.err.contains("data.tar.age"), "{}", torn.err);
    office.run("admin", &["backup", "--out", out.to_str().unwrap(), "--recipient", &recipient]).ok();
    let everything = files_below(&office.folder().join("out"));
    assert_eq!(everything.len(), 3, "{everything:?}");
    for file in &everything {
        let bytes = fs::read(file).unwrap();
        assert!(bytes.starts_with(b"age-encryption.org/v1\n"), "{}", file.display());
        for readable in [secret.trim().as_bytes(), b"SQLite format 3", b"manifest.json", b"daicho-root-key"] {
            assert!(!bytes.windows(readable.len()).any(|window| window == readable), "{}", file.display());
        }
    }
    let left: Vec<PathBuf> =
        files_below(office.folder()).into_iter().filter(|f| f.to_string_lossy().ends_with("unfinished")).collect();
    assert!(left.is_empty(), "{left:?}");
    // One that fails leaves nothing either: no place for the ring.
    let refused = office.file("refused");
    let file = office.write("file", "");
    let told = office
        .run("admin", &["backup", "--out", &refused, "--recipient", &recipient, "--ring-out", &format!("{file}/x")]);
    assert_ne!(told.code, 0);
    assert!(files_below(refused.as_ref()).is_empty());
}

#[test]
fn the_parts_can_be_kept_in_three_places() {
    let office = with_people();
    let (out, keys, ring) = (office.file("backup"), office.file("vault/keys"), office.file("safe"));
    office.run("admin", &["backup", "--out", &out, "--keys-out", &keys, "--ring-out", &ring, "--plain"]).ok();
    assert!(!Path::new(&out).join("keys.tar").exists() && !office.folder().join("ring.tar").exists());
    assert!(restore(&office, "elsewhere", &[&out]).ends(2).err.contains("--keys-from"));
    assert!(restore(&office, "elsewhere", &[&out, "--keys-from", &keys]).ends(2).err.contains("--ring-from"));
    restore(&office, "elsewhere", &[&out, "--keys-from", &keys, "--ring-from", &ring]).ok();
    let files = [format!("{out}/data.tar"), format!("{keys}/keys.tar"), format!("{ring}/ring.tar")];
    restore(&office, "third", &[&files[0], "--keys-from", &files[1], "--ring-from", &files[2]]).ok();
}

#[test]
fn only_the_newest_ring_is_kept_and_it_opens_older_backups() {
    let office = with_people();
    let (monday, tuesday) = (office.file("monday"), office.file("tuesday"));
    office.run("admin", &["backup", "--out", &monday, "--plain"]).ok();
    let old = office.file("ring.old.tar");
    let ring = office.folder().join("ring.tar");
    fs::copy(&ring, &old).unwrap();
    office.run("admin", &["backup", "--out", &tuesday, "--plain"]).ok();
    assert_ne!(fs::read(&ring).unwrap(), fs::read(&old).unwrap(), "the ring was replaced");
    restore(&office, "of-monday", &[&monday]).ok();
    let told = restore(&office, "of-tuesday", &[&tuesday, "--ring-from", &old]).ends(1);
    assert!(told.err.contains("ring is older"), "{}", told.err);
    restore(&office, "of-tuesday", &[&tuesday]).ok();
}

#[test]
fn people_erased_since_do_not_come_back_with_older_keys() {
    let office = with_people();
    let (before, after) = (office.file("before"), office.file("after"));
    let person = office.find("quetzalcoatl-one@example.com");
    office.run("admin", &["backup", "--out", &before, "--plain"]).ok();
    office.run("mai", &["people", "erase", &person, "--purpose", "rights.correct", "--yes"]).ok();
    office.run("admin", &["backup", "--out", &after, "--plain"]).ok();
    // The newest data with keys from before the erasure: the worst there can be.
    let mismatched = [after.as_str(), "--keys-from", &before];
    assert!(restore(&office, "elsewhere", &mismatched).ends(1).err.contains("different times"));
    let told = restore(&office, "elsewhere", &[&mismatched[..], &["--mixed", "--json"]].concat()).ok().json();
    assert_eq!(told["erasuresReplayed"], 1, "{told}");
    reveal(&office, &office.file("elsewhere"), &person).ends(3);
}

#[test]
fn whoever_was_erased_after_the_backup_is_erased_again_before_anything_is_served() {
    let office = with_people();
    let out = office.file("backup");
    let person = office.find("quetzalcoatl-one@example.com");
    office.run("admin", &["backup", "--out", &out, "--plain"]).ok();
    office.run("mai", &["people", "erase", &person, "--purpose", "rights.correct", "--yes"]).ok();
    let list = office.data().join("keys/erased");
    assert!(fs::read_to_string(&list).unwrap().starts_with(&person), "the list lies outside the database");
    let elsewhere = office.file("elsewhere");
    let told = restore(&office, "elsewhere", &[&out, "--erased", list.to_str().unwrap(), "--json"]).ok().json();
    assert_eq!((told["erasuresReplayed"].as_u64(), told["entry"].is_u64()), (Some(1), true), "{told}");
    let entry = told["entry"].to_string();
    assert!(office.run("", &["--data", &elsewhere, "explain", &entry]).ok().out.contains("restored a backup"));
    office.run("", &["--data", &elsewhere, "verify"]).ok();
    office.run("mai", &["--data", &elsewhere, "people", "show", &person]).ends(3);
    let told = restore(&office, "x", &[&out, "--erased", &office.file("no-list")]);
    assert!(told.ends(2).err.contains("no-list"));
}

#[test]
fn parts_of_different_ledgers_are_not_put_together() {
    let (office, other) = (with_people(), with_people());
    let (out, others) = (office.file("backup"), other.file("backup"));
    office.run("admin", &["backup", "--out", &out, "--plain"]).ok();
    other.run("admin", &["backup", "--out", &others, "--plain"]).ok();
    let told = restore(&office, "mixed", &[&out, "--keys-from", &others, "--mixed"]).ends(1);
    assert!(told.err.contains("different ledgers"));
    let ring = other.folder().join("ring.tar");
    let told = restore(&office, "mixed", &[&out, "--ring-from", ring.to_str().unwrap()]).ends(1);
    assert!(told.err.contains("different ledgers"));
    assert!(restore(&office, "x", &[&out, "--keys-from", &office.file("y")]).ends(2).err.contains("--keys-from"));
}

#[test]
fn a_backup_that_was_changed_is_not_put_back() {
    let office = with_people();
    let (key, recipient) = key(&office);
    let (plain, sealed) = (office.file("plain/backup"), office.file("sealed/backup"));
    office.run("admin", &["backup", "--out", &plain, "--plain"]).ok();
    office.run("admin", &["backup", "--out", &sealed, "--recipient", &recipient]).ok();
    for (kind, part) in [("plain", "backup/data.tar"), ("plain", "backup/keys.tar"), ("plain", "ring.tar")]
        .into_iter()
        .chain([("sealed", "backup/data.tar.age"), ("sealed", "backup/keys.tar.age"), ("sealed", "ring.tar.age")])
    {
        let name = part.replace('/', "-");
        let changed = office.folder().join(format!("changed-{kind}-{name}"));
        let length = fs::metadata(office.folder().join(kind).join(part)).unwrap().len();
        for what in ["a byte", "the end"] {
            copy(&office.folder().join(kind), &changed);
            let file = changed.join(part);
            let mut bytes = fs::read(&file).unwrap();
            if what == "a byte" {
                // Not in the padding between members, which means nothing.
                let at = (bytes.len() / 3..bytes.len()).find(|at| bytes[*at] != 0).unwrap();
                bytes[at] ^= 1;
            } else {
                bytes.truncate(bytes.len() - 20_000.min(bytes.len() / 2));
            }
            fs::write(&file, bytes).unwrap();
            let to = format!("to-{kind}-{name}");
            let backup = changed.join("backup");
            let told = restore(&office, &to, &[backup.to_str().unwrap(), "--identity", &key]).ends(1);
            assert!(told.err.contains(file.file_name().unwrap().to_str().unwrap()), "{what}, {length}: {}", told.err);
            assert!(!office.folder().join(to).exists(), "nothing is written before the digests agree");
        }
    }
    restore(&office, "x", &[&office.file("nowhere")]).ends(2);
}

/// Changes a file of a part in the open, so that its digests agree again.
fn alter(part: &Path, member: &str, change: impl FnOnce(&Path)) {
    let scratch = tempfile::tempdir().unwrap();
    let mut members: Vec<(String, Vec<u8>)> = Vec::new();
    for file in tar::Archive::new(fs::File::open(part).unwrap()).entries().unwrap() {
        let mut file = file.unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        members.push((file.path().unwrap().to_str().unwrap().to_owned(), bytes));
    }
    let (place, file) = (members.iter().position(|(name, _)| name == member).unwrap(), scratch.path().join("file"));
    fs::write(&file, &members[place].1).unwrap();
    change(&file);
    members[place].1 = fs::read(&file).unwrap();
    let mut manifest: serde_json::Value = serde_json::from_slice(&members[0].1).unwrap();
    let digest = Command::new("sha256sum").arg(&file).output().unwrap().stdout;
    manifest["files"][member]["sha256"] = String::from_utf8(digest[..64].to_vec()).unwrap().into();
    manifest["files"][member]["bytes"] = members[place].1.len().into();
    members[0].1 = serde_json::to_vec(&manifest).unwrap();
    let mut tar = tar::Builder::new(fs::File::create(part).unwrap());
    for (name, bytes) in &members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        tar.append_data(&mut header, name, bytes.as_slice()).unwrap();
    }
    tar.finish().unwrap();
}

#[test]
fn a_backup_whose_keys_were_destroyed_says_so() {
    let office = with_people();
    let (old, new) = (office.file("old"), office.file("new"));
    office.run("admin", &["backup", "--out", &old, "--plain"]).ok();
    office.run("admin", &["key", "turn"]).ok();
    office.run("admin", &["backup", "--out", &new, "--plain"]).ok();
    // The newest ring opens both, as long as the first epoch is remembered.
    restore(&office, "before", &[&old]).ok();
    alter(&office.folder().join("ring.tar"), "keyring", |file| {
        let text = fs::read_to_string(file).unwrap();
        let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with("wrapping 1 ")).collect();
        assert_eq!(kept.len() + 1, text.lines().count());
        fs::write(file, format!("{}\n", kept.join("\n"))).unwrap();
    });
    let told = restore(&office, "after", &[&old]).ends(1);
    assert!(told.err.contains("were destroyed"), "{}", told.err);
    assert!(files_below(&office.folder().join("after")).is_empty());
    restore(&office, "after", &[&new]).ok();
}

#[test]
fn what_does_not_verify_is_taken_away_again() {
    let office = with_people();
    let out = office.file("backup");
    office.run("admin", &["backup", "--out", &out, "--plain"]).ok();
    alter(&Path::new(&out).join("data.tar"), "data.db", |store| {
        let store = rusqlite::Connection::open(store).unwrap();
        store.execute_batch("UPDATE actor SET role = 'administrator' WHERE login = 'hana'").unwrap();
    });
    let told = restore(&office, "elsewhere", &[&out]).ends(4);
    assert!(told.err.contains("taken away again"), "{}", told.err);
    assert!(files_below(&office.folder().join("elsewhere")).is_empty());
    // The same drill says what it found and leaves its record, and nothing else.
    let told = office.run("admin", &["backup", "drill", &out]).ends(1);
    assert!(told.err.contains("The drill failed (entry #"), "{}", told.err);
    assert!(!office.data().join("drill.unfinished").exists());
    assert_eq!(newest(&office), "restore-test: backup (failed)");
}

/// The newest restore test on record.
fn newest(office: &Installation) -> String {
    let store = rusqlite::Connection::open(office.data().join("data.db")).unwrap();
    let sql = "SELECT kind || ': ' || subject || ' (' || outcome || ')' FROM occasion WHERE kind = 'restore-test' ORDER BY idx DESC";
    store.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_drill_restores_into_a_scratch_place_and_leaves_its_record() {
    let office = with_people();
    let (key, recipient) = key(&office);
    let out = office.file("backup");
    office.run("admin", &["backup", "--out", &out, "--recipient", &recipient]).ok();
    let person = office.find("quetzalcoatl-one@example.com");
    office.run("mai", &["people", "erase", &person, "--purpose", "rights.correct", "--yes"]).ok();
    let before = office.entries();
    let checkpoint = fs::read(office.data().join("keys/checkpoint")).unwrap();
    let drill = ["backup", "drill", &out, "--identity", &key, "--json"];
    // Looking is not doing, and whoever may not record the drill does not hold it.
    office.run("minh", &drill).ends(1);
    let told = office.run("admin", &drill).ok().json();
    assert_eq!((told["erasuresReplayed"].as_u64(), told["ageHours"].as_i64()), (Some(1), Some(0)), "{told}");
    assert!(told["entries"].as_u64().unwrap() < before && told["opened"].as_u64().unwrap() > 0, "{told}");
    let entry = told["entry"].to_string();
    let explained = office.run("", &["explain", &entry]).ok().out;
    assert!(explained.contains("Restore test: backup (ok)") && explained.contains("admin"), "{explained}");
    // Two signings in, the refusal and the drill; nothing of the scratch place came into this ledger.
    assert_eq!(office.entries(), before + 4);
    assert_ne!(fs::read(office.data().join("keys/checkpoint")).unwrap(), checkpoint);
    office.run("", &["verify"]).ok();
    assert!(!office.data().join("drill.unfinished").exists());
    // Without a backup and without anybody's key, one is made and tried.
    let scratch = office.file("memory");
    fs::create_dir_all(&scratch).unwrap();
    let told = office.run("mai", &["backup", "drill", "--scratch", &scratch, "--json"]).ok().json();
    assert_eq!(told["erasuresReplayed"], 0, "{told}");
    assert!(files_below(scratch.as_ref()).is_empty());
    assert_eq!(newest(&office), "restore-test: fresh backup (ok)");
    assert!(office.run("", &["doctor"]).ok().out.contains("newest restore test is 0 days"));
}

#[test]
fn a_drill_that_is_stopped_leaves_nothing() {
    let office = with_people();
    let scratch = office.data().join("drill.unfinished");
    let mut drill = office.command("admin", &["backup", "drill"]).spawn().unwrap();
    while !scratch.exists() && drill.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    let stop = Command::new("kill").args(["-TERM", &drill.id().to_string()]).status().unwrap();
    let told = office.told(drill);
    assert!(!scratch.exists(), "{stop}");
    // It was stopped, and nothing was recorded; or it was quicker.
    assert!(matches!(told.code, 130 | 0), "{}", told.err);
    let store = rusqlite::Connection::open(office.data().join("data.db")).unwrap();
    let tests =
        store.query_row("SELECT COUNT(*) FROM occasion WHERE kind = 'restore-test'", [], |row| row.get::<_, i64>(0));
    assert_eq!(tests.unwrap(), i64::from(told.code == 0));
    office.run("", &["verify"]).ok();
}

#[test]
fn a_drill_that_fails_says_so_in_the_ledger() {
    let (office, other) = (with_people(), with_people());
    let (key, recipient) = key(&office);
    let (out, others) = (office.file("backup"), other.file("backup"));
    office.run("admin", &["backup", "--out", &out, "--recipient", &recipient]).ok();
    other.run("admin", &["backup", "--out", &others, "--plain"]).ok();
    let mut told = vec![
        // The key that was kept does not open it: that is what a drill is for.
        office.run("admin", &["backup", "drill", &out]),
        office.run("admin", &["backup", "drill", &others]),
    ];
    let file = Path::new(&out).join("keys.tar.age");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    told.push(office.run("admin", &["backup", "drill", &out, "--identity", &key]));
    for (told, why) in told.into_iter().zip(["is encrypted", "not of this ledger", "not what was backed up"]) {
        let told = told.ends(1);
        assert!(told.err.contains(why) && told.err.contains("The drill failed"), "{}", told.err);
        assert_eq!(newest(&office), "restore-test: backup (failed)");
        assert!(!office.data().join("drill.unfinished").exists());
    }
    // A folder that is none is a slip of the finger, and no drill.
    let before = office.entries();
    office.run("admin", &["backup", "drill", &office.file("nowhere")]).ends(2);
    assert_eq!(office.entries(), before + 1, "the signing in, and no drill");
    // What a drill left that was killed goes with the next.
    fs::create_dir_all(office.data().join("drill.unfinished/house")).unwrap();
    office.run("admin", &["backup", "drill"]).ok();
    assert!(!office.data().join("drill.unfinished").exists());
}

#[test]
fn postgresql_is_backed_up_by_its_own_means() {
    let Some(office) = Installation::on_postgres() else { return };
    office.begun();
    for command in [&["backup", "--plain", "--out"][..], &["backup", "drill"]] {
        let told = office.run("admin", &[command, &[&office.file("backup")]].concat()).ends(2);
        assert!(told.err.contains("pg_basebackup"), "{}", told.err);
    }
}
