//! Whatever is changed in a store or an export is found, and told where.

use crate::files::applicants;
use crate::installation::{Installation, copy, files_below};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::fs;

fn office_with_everything() -> Installation {
    let office = Installation::on_sqlite();
    office.begun().working();
    let list = office.write("applicants.csv", applicants());
    office.run("hana", &["people", "import", &list, "--row", "a-001", "--purpose", "hr.recruit", "--yes"]).ends(1);
    let person = office.find("quetzalcoatl-one@example.com");
    let arguments =
        ["reveal", &person, "--row", "a-001", "--element", "phone", "--purpose", "hr.recruit", "--work", "W-1"];
    office.ask("hana", &arguments).ok();
    office.run("", &["verify"]).ok();
    office
}

/// A copy of the data with one statement run on its database; the copy's folder.
pub(crate) fn tampered(office: &Installation, name: &str, sql: &str) -> String {
    let folder = office.folder().join(name);
    copy(&office.data(), &folder);
    let database = Connection::open(folder.join("data.db")).unwrap();
    database.execute_batch(sql).unwrap_or_else(|e| panic!("{name}: {e}"));
    folder.to_str().unwrap().to_owned()
}

#[test]
fn whatever_is_changed_in_the_store_is_found() {
    let office = office_with_everything();
    let flip = |column: &str| format!("CAST(replace(CAST({column} AS TEXT), 'a', 'b') AS BLOB)");
    let cases: Vec<(&str, String, &[&str])> = vec![
        ("body", format!("UPDATE entry SET body = {} WHERE idx = 7", flip("body")), &["entry-changed", "malformed", "checkpoint-root"]),
        ("leaf", "UPDATE entry SET leaf = zeroblob(32) WHERE idx = 7".into(), &["hash-changed"]),
        ("kind", "UPDATE entry SET kind = 'found' WHERE idx = 7".into(), &["column-differs"]),
        ("ok", "UPDATE entry SET ok = 1 - ok WHERE idx = 7".into(), &["column-differs"]),
        ("purpose", "UPDATE entry SET purpose = 'x' WHERE kind = 'revealed'".into(), &["column-differs"]),
        ("at", "UPDATE entry SET at = at + 1 WHERE idx = 7".into(), &["column-differs"]),
        ("removed", "DELETE FROM entry WHERE idx = 7".into(), &["missing"]),
        ("last", "DELETE FROM entry WHERE idx = (SELECT MAX(idx) FROM entry)".into(), &["head-size", "checkpoint-beyond"]),
        (
            "added",
            "INSERT INTO entry SELECT idx + 1, leaf, body, kind, ok, purpose, at, actor FROM entry ORDER BY idx DESC LIMIT 1".into(),
            &["entry-outside"],
        ),
        (
            "swapped",
            "UPDATE entry SET idx = -1 WHERE idx = 5; UPDATE entry SET idx = 5 WHERE idx = 6; UPDATE entry SET idx = 6 WHERE idx = -1".into(),
            &["checkpoint-root"],
        ),
        ("negative", "INSERT INTO entry SELECT -4, leaf, body, kind, ok, purpose, at, actor FROM entry WHERE idx = 3".into(), &["entry-outside"]),
        ("head-size", "UPDATE head SET size = size + 1".into(), &["unreadable"]),
        ("head-root", "UPDATE head SET root = zeroblob(32)".into(), &["unreadable"]),
        ("head-gone", "DELETE FROM head".into(), &["unreadable"]),
        ("checkpoint", "UPDATE checkpoint SET note = replace(note, 'daicho', 'daisho')".into(), &["checkpoint-bad"]),
        ("detail", "UPDATE detail SET body = CAST('{}' AS BLOB)".into(), &["content-changed"]),
        ("salt", "UPDATE detail SET salt = zeroblob(32)".into(), &["content-changed"]),
        ("detail-added", "INSERT INTO detail VALUES (9999, zeroblob(32), zeroblob(2))".into(), &["row-stray"]),
        ("policy", format!("UPDATE policy_version SET canonical = {}", flip("canonical")), &["row-differs"]),
        ("policy-from", "UPDATE policy_version SET in_force_from = in_force_from - 1".into(), &["row-differs"]),
        ("policy-gone", "DELETE FROM policy_version".into(), &["row-gone"]),
        ("policy-moved", "UPDATE policy_version SET idx = idx + 1".into(), &["row-stray", "row-gone"]),
        ("sheet", "UPDATE register_version SET sheet = replace(sheet, '人事', '総務')".into(), &["content-changed"]),
        ("sheet-row", "UPDATE register_version SET register_row = 'c-001' WHERE register_row = 'b-001'".into(), &["content-changed"]),
        ("version-gone", "DELETE FROM register_version WHERE version = 1".into(), &["row-gone"]),
        ("purposes", "UPDATE register_row SET purposes = purposes || ' ads'".into(), &["register-row-differs"]),
        ("state", "UPDATE register_row SET state = 'ended'".into(), &["register-row-differs"]),
        ("row-gone", "DELETE FROM register_row WHERE id = 'a-001'".into(), &["register-row-differs"]),
        ("table-gone", "DROP TABLE detail".into(), &["unreadable"]),
    ];
    for (name, sql, expected) in cases {
        let folder = tampered(&office, name, &sql);
        let told = office.run("", &["--data", &folder, "verify", "--json"]).ends(1).json();
        let found: Vec<&str> = told["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|f| f["fault"] == true)
            .map(|f| f["what"].as_str().unwrap())
            .collect();
        assert!(expected.iter().any(|what| found.contains(what)), "{name}: {found:?}");
        for language in ["ja", "vi"] {
            assert!(
                office.run("", &["--data", &folder, "--lang", language, "verify"]).ends(1).out.contains('×'),
                "{name}"
            );
        }
    }
    // Nothing in the program takes details away: those of an entry are gone because somebody removed them.
    let folder = tampered(&office, "details-gone", "DELETE FROM detail WHERE idx = (SELECT MIN(idx) FROM detail)");
    assert!(office.run("", &["--data", &folder, "verify"]).ends(1).out.contains("is gone from table detail"));
}

#[test]
fn the_checkpoint_outside_the_database_is_held_against_it() {
    let office = office_with_everything();
    let older = office.folder().join("older");
    copy(&office.data(), &older);
    office.run("mai", &["register", "review", "--all"]).ok();
    fs::copy(office.data().join("keys/checkpoint"), older.join("keys/checkpoint")).unwrap();
    let told = office.run("", &["--data", older.to_str().unwrap(), "verify", "--json"]).ends(1).json();
    assert!(told["findings"].as_array().unwrap().iter().any(|f| f["what"] == "checkpoint-beyond"), "{told}");
    let note = office.data().join("keys/checkpoint");
    fs::write(&note, fs::read_to_string(&note).unwrap().replace("daicho.local", "daicho.locaI")).unwrap();
    office.run("", &["verify"]).ends(1);
}

#[test]
fn a_lost_checkpoint_stops_serving_and_signing_until_the_ledger_is_adopted() {
    Installation::on_each(|office| {
        office.begun();
        let note = office.data().join("keys/checkpoint");
        let (kept, before) = (fs::read(&note).unwrap(), office.entries());
        for lost in [None, Some("torn")] {
            match lost {
                None => fs::remove_file(&note).unwrap(),
                Some(text) => fs::write(&note, text).unwrap(),
            }
            office.run("", &["verify"]).ends(1);
            office.run("", &["doctor"]).ends(1);
            assert!(office.run("", &["serve", "--listen", "127.0.0.1:0"]).ends(4).err.contains("--adopt"));
            assert!(office.run("mai", &["register", "review", "--all"]).ends(4).err.contains("--adopt"));
            fs::write(&note, &kept).unwrap();
        }
        // What was done and not signed for is signed once the file is back.
        office.run("mai", &["register", "review", "--all"]).ok();
        assert!(office.entries() > before);
        fs::remove_file(&note).unwrap();
        office.run("mai", &["verify", "--adopt"]).ends(1);
        assert!(!note.exists(), "only an administrator adopts a ledger");
        let entry = office.run("admin", &["verify", "--adopt", "--json"]).ok().json()["entry"].to_string();
        office.run("", &["verify"]).ok();
        assert!(office.run("", &["explain", &entry]).ok().out.contains("admin"));
    });
}

#[test]
fn doctor_looks_at_the_ledger_and_all_beside_it() {
    let office = office_with_everything();
    office.run("", &["doctor"]).ok();
    let folder = tampered(&office, "doctored", "UPDATE work SET title = title || '!'");
    let told = office.run("", &["--data", &folder, "doctor"]).ends(1);
    assert!(told.out.contains("Table work") && told.out.contains("column title"), "{}", told.out);
}

#[test]
fn without_a_head_the_entries_are_still_looked_at() {
    let office = office_with_everything();
    let folder = tampered(&office, "headless", "DELETE FROM head; UPDATE work SET title = title || '!'");
    let told = office.run("", &["--data", &folder, "verify"]).ends(1);
    assert!(told.out.contains("head") && told.out.contains("Table work"), "{}", told.out);
    assert!(told.out.contains(&format!("Looked at {}", office.entries())), "{}", told.out);
}

/// What the ledger and its supports say, read past the program; `None` when it cannot be read.
fn evidence(folder: &str) -> Option<BTreeMap<String, Vec<Vec<rusqlite::types::Value>>>> {
    let database = Connection::open(format!("{folder}/data.db")).ok()?;
    let mut all = BTreeMap::new();
    for table in ["entry", "head", "detail", "policy_version", "register_version", "checkpoint"] {
        let hidden = match table {
            // Who acted is checked by its commitment, which needs a key; the approvals are a copy of names.
            "entry" => "idx, leaf, body, kind, ok, purpose, at",
            "policy_version" => "digest, idx, in_force_from, canonical",
            "register_version" => "register_row, sheet, at, salt, idx",
            "checkpoint" => "note",
            _ => "*",
        };
        let mut statement = database
            .prepare(&format!("SELECT {hidden} FROM {table} ORDER BY 1, 2"))
            .or_else(|_| database.prepare(&format!("SELECT {hidden} FROM {table} ORDER BY 1")))
            .ok()?;
        let width = statement.column_count();
        let rows = statement.query_map([], |row| (0..width).map(|i| row.get(i)).collect::<Result<Vec<_>, _>>()).ok()?;
        all.insert(table.to_owned(), rows.collect::<Result<Vec<_>, _>>().ok()?);
    }
    Some(all)
}

#[test]
fn flipped_bytes_of_the_database_file_are_found_wherever_they_are_evidence() {
    let office = office_with_everything();
    let folder = office.file("flipped");
    copy(&office.data(), folder.as_ref());
    let before = evidence(&folder).unwrap();
    let file = format!("{folder}/data.db");
    // Reading past the program has folded the log into the file.
    let whole = fs::read(&file).unwrap();
    let step = (whole.len() / 150).max(1) | 1;
    let (mut evident, mut found) = (0, 0);
    for at in (100..whole.len()).step_by(step) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x21;
        for beside in ["data.db-wal", "data.db-shm"] {
            drop(fs::remove_file(format!("{folder}/{beside}")));
        }
        fs::write(&file, bytes).unwrap();
        let told = office.run("", &["--data", &folder, "verify"]);
        let changed = evidence(&folder).as_ref() != Some(&before);
        if changed {
            evident += 1;
            assert_eq!(told.code, 1, "byte {at}: {}{}", told.out, told.err);
            assert!(told.out.contains('×'), "byte {at}: {}", told.out);
        }
        found += u32::from(told.code == 1);
    }
    assert!(evident > 20 && found >= evident, "{evident} of the flips were evidence, {found} were found");
}

#[test]
fn every_changed_file_of_an_export_is_found() {
    let office = office_with_everything();
    let out = office.folder().join("export");
    office.run("", &["ledger", "export", "--out", out.to_str().unwrap()]).ok();
    let vkey = fs::read_to_string(office.data().join("vkey")).unwrap();
    let verify = || office.run("", &["verify", out.to_str().unwrap(), "--vkey", vkey.trim()]);
    verify().ok();
    for file in files_below(&out) {
        let whole = fs::read(&file).unwrap();
        for at in [0, whole.len() / 3, whole.len() / 2, whole.len() - 1] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(&file, &bytes).unwrap();
            let told = verify().ends(1);
            assert!(told.out.contains('×'), "{} byte {at}: {}", file.display(), told.out);
        }
        fs::write(&file, &whole[..whole.len() - 1]).unwrap();
        verify().ends(1);
        fs::remove_file(&file).unwrap();
        if file.file_name().unwrap() == "vkey" {
            verify().ok();
        } else {
            verify().ends(1);
        }
        fs::write(&file, whole).unwrap();
    }
    verify().ok();
    office.run("", &["verify", &office.file("no-such-folder")]).ends(2);
    office.run("", &["verify", out.to_str().unwrap(), "--vkey", "nonsense"]).ends(2);
}

#[test]
fn verifying_needs_no_secret_and_makes_nothing() {
    let office = office_with_everything();
    let folder = office.file("for-the-auditor");
    fs::create_dir_all(&folder).unwrap();
    let files = files_below(&office.data()).into_iter().filter(|file| file.parent() == Some(&office.data()));
    for file in files {
        fs::copy(&file, office.folder().join("for-the-auditor").join(file.file_name().unwrap())).unwrap();
    }
    let told = office.run("", &["--data", &folder, "verify", "--json"]).ok().json();
    assert_eq!(told["sound"], true);
    let left: Vec<_> =
        files_below(folder.as_ref()).iter().map(|f| f.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    assert!(
        left.iter().all(|name| name.starts_with("data.db") || ["vkey", "daicho.toml"].contains(&name.as_str())),
        "{left:?}"
    );
    fs::remove_file(format!("{folder}/vkey")).unwrap();
    let told = office.run("", &["--data", &folder, "verify"]).ok();
    assert!(told.out.contains("no signature was checked"), "{}", told.out);
}

#[test]
fn a_list_of_erasures_that_cannot_be_read_stops_every_act() {
    let office = Installation::on_sqlite();
    office.begun();
    for bytes in [b"\xff\xfe".as_slice(), b"no such line\n"] {
        std::fs::write(office.data().join("keys/erased"), bytes).unwrap();
        let told = office.run("", &["register", "list"]).ends(4);
        assert!(told.err.contains("erased"), "{}", told.err);
        office.run("", &["verify"]).ends(1);
        office.run("", &["serve", "--listen", "127.0.0.1:0"]).ends(4);
    }
    std::fs::remove_file(office.data().join("keys/erased")).unwrap();
    office.run("", &["register", "list"]).ok();
}
