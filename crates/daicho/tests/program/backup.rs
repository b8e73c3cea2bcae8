//! Backups: data and keys apart, put back only where nothing is, with erasures replayed.

use crate::files::applicants;
use crate::installation::{Installation, copy};
use std::fs;

fn with_people() -> Installation {
    let office = Installation::on_sqlite();
    office.begun().working();
    let list = office.write("applicants.csv", applicants());
    office.run("hana", &["people", "import", &list, "--row", "a-001", "--purpose", "hr.recruit", "--yes"]).ends(1);
    office
}

#[test]
fn what_was_backed_up_comes_back_and_works() {
    let office = with_people();
    let out = office.file("backup");
    office.run("mai", &["backup", "--out", &out]).ends(1);
    office.run("admin", &["backup", "--out", &out]).ok();
    office.run("admin", &["backup", "--out", &out]).ends(2);
    let person = office.find("quetzalcoatl-one@example.com");
    let elsewhere = office.file("elsewhere");
    office.run("", &["--data", &elsewhere, "restore", &out]).ok();
    office.run("", &["--data", &elsewhere, "restore", &out]).ends(2);
    office.run("", &["--data", &elsewhere, "verify"]).ok();
    let told = office.ask(
        "hana",
        &[
            "--data",
            &elsewhere,
            "reveal",
            &person,
            "--row",
            "a-001",
            "--element",
            "phone",
            "--purpose",
            "hr.recruit",
            "--work",
            "W-1",
            "--json",
        ],
    );
    assert_eq!(told.ok().json()["values"]["phone"], "080-7777-1234");
    // The backup itself is on record, and doctor knows it.
    assert!(office.run("", &["doctor"]).ok().out.contains("newest backup is 0 days"));
}

#[test]
fn the_halves_can_be_kept_in_two_places() {
    let office = with_people();
    let (out, keys) = (office.file("backup"), office.file("vault/keys"));
    office.run("admin", &["backup", "--out", &out, "--keys-out", &keys]).ok();
    assert!(!office.folder().join("backup/keys").exists());
    let elsewhere = office.file("elsewhere");
    office.run("", &["--data", &elsewhere, "restore", &out]).ends(2);
    office.run("", &["--data", &elsewhere, "restore", &out, "--keys-from", &keys]).ok();
    // The data half alone opens nothing.
    let data_only = office.file("data-only");
    copy(&office.folder().join("backup/data"), data_only.as_ref());
    office
        .run("hana", &["--data", &data_only, "people", "find", "x", "--purpose", "hr.recruit", "--work", "W-1"])
        .ends(2);
}

#[test]
fn people_erased_since_do_not_come_back_with_older_keys() {
    let office = with_people();
    let (before, after) = (office.file("before"), office.file("after"));
    let person = office.find("quetzalcoatl-one@example.com");
    office.run("admin", &["backup", "--out", &before]).ok();
    office.run("mai", &["people", "erase", &person, "--purpose", "rights.correct", "--yes"]).ok();
    office.run("admin", &["backup", "--out", &after]).ok();
    // The newest data with keys from before the erasure: the worst there can be.
    let keys = office.folder().join("before/keys");
    let elsewhere = office.file("elsewhere");
    let mismatched = ["--data", &elsewhere, "restore", &after, "--keys-from", keys.to_str().unwrap()];
    assert!(office.run("", &mismatched).ends(1).err.contains("different times"));
    let told = office
        .run("", &["--data", &elsewhere, "restore", &after, "--keys-from", keys.to_str().unwrap(), "--mixed", "--json"])
        .ok()
        .json();
    assert_eq!(told["erasuresReplayed"], 1, "{told}");
    let gone = [
        "--data",
        &elsewhere,
        "reveal",
        &person,
        "--row",
        "a-001",
        "--element",
        "phone",
        "--purpose",
        "hr.recruit",
        "--work",
        "W-1",
    ];
    office.run("hana", &gone).ends(3);
}

#[test]
fn whoever_was_erased_after_the_backup_is_erased_again_before_anything_is_served() {
    let office = with_people();
    let out = office.file("backup");
    let person = office.find("quetzalcoatl-one@example.com");
    office.run("admin", &["backup", "--out", &out]).ok();
    office.run("mai", &["people", "erase", &person, "--purpose", "rights.correct", "--yes"]).ok();
    let list = office.data().join("keys/erased");
    assert!(fs::read_to_string(&list).unwrap().starts_with(&person), "the list lies outside the database");
    let elsewhere = office.file("elsewhere");
    let restore = ["--data", &elsewhere, "restore", &out, "--erased", list.to_str().unwrap(), "--json"];
    let told = office.run("", &restore).ok().json();
    assert_eq!((told["erasuresReplayed"].as_u64(), told["entry"].is_u64()), (Some(1), true), "{told}");
    let entry = told["entry"].to_string();
    assert!(office.run("", &["--data", &elsewhere, "explain", &entry]).ok().out.contains("restored a backup"));
    office.run("", &["--data", &elsewhere, "verify"]).ok();
    office.run("mai", &["--data", &elsewhere, "people", "show", &person]).ends(3);
    let told = office.run("", &["--data", &office.file("x"), "restore", &out, "--erased", &office.file("no-list")]);
    assert!(told.ends(2).err.contains("no-list"));
}

#[test]
fn halves_of_different_ledgers_are_not_put_together() {
    let (office, other) = (with_people(), with_people());
    let (out, others) = (office.file("backup"), other.file("backup"));
    office.run("admin", &["backup", "--out", &out]).ok();
    other.run("admin", &["backup", "--out", &others]).ok();
    let keys = format!("{others}/keys");
    let mixed = ["--data", &office.file("mixed"), "restore", &out, "--keys-from", &keys, "--mixed"];
    assert!(office.run("", &mixed).ends(1).err.contains("different ledgers"));
    let told = office
        .run("", &["--data", &office.file("x"), "restore", &format!("{out}/data"), "--keys-from", &office.file("y")]);
    assert!(told.ends(2).err.contains("--keys-from"));
}

#[test]
fn a_backup_that_was_changed_is_not_put_back() {
    let office = with_people();
    let out = office.file("backup");
    office.run("admin", &["backup", "--out", &out]).ok();
    for (half, name) in [("data", "data.db"), ("data", "checkpoint"), ("keys", "root.key"), ("keys", "keys.db")] {
        let changed = office.file(&format!("changed-{name}"));
        copy(out.as_ref(), changed.as_ref());
        let file = office.folder().join(format!("changed-{name}/{half}/{name}"));
        let mut bytes = fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&file, bytes).unwrap();
        let told = office.run("", &["--data", &office.file(&format!("to-{name}")), "restore", &changed]).ends(1);
        assert!(told.err.contains(name), "{}", told.err);
        assert!(!office.folder().join(format!("to-{name}")).exists(), "nothing is written before the digests agree");
    }
    office.run("", &["--data", &office.file("x"), "restore", &office.file("nowhere")]).ends(2);
}

#[test]
fn postgresql_is_backed_up_by_its_own_means() {
    let Some(office) = Installation::on_postgres() else { return };
    office.begun();
    let told = office.run("admin", &["backup", "--out", &office.file("backup")]).ends(2);
    assert!(told.err.contains("pg_basebackup"), "{}", told.err);
}
