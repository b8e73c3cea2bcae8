//! What `daicho doctor` finds weak, and that it does not once it was mended.

use crate::installation::Installation;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// How each part stands; where one is told twice, the worst.
fn standings(told: &Value) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for finding in told["findings"].as_array().unwrap() {
        let [part, standing] = ["part", "standing"].map(|key| finding[key].as_str().unwrap().to_owned());
        assert!(!finding["text"].as_str().unwrap().is_empty());
        let known = all.entry(part).or_insert_with(|| standing.clone());
        if standing != "well" && known != "wrong" {
            *known = standing;
        }
    }
    all
}

fn doctor(office: &Installation) -> BTreeMap<String, String> {
    standings(&office.run("", &["doctor", "--json"]).json())
}

#[track_caller]
fn says(found: &BTreeMap<String, String>, expected: &[(&str, &str)]) {
    for (part, standing) in expected {
        let found = found.get(*part).map_or("nothing", String::as_str);
        assert_eq!(found, *standing, "{part}");
    }
}

const BETTER: &str = "could-be-better";

#[test]
fn what_is_told_of_backups_and_restore_tests() {
    let office = Installation::on_sqlite();
    office.begun();
    says(
        &doctor(&office),
        &[("backup", BETTER), ("drill", BETTER), ("backup-recipients", BETTER), ("backup-place", "nothing")],
    );
    // In the open, its parts together, on the disk of the keys.
    office.run("admin", &["backup", "--plain", "--out", &office.file("plain")]).ok();
    says(
        &doctor(&office),
        &[("backup", "well"), ("backup-plain", BETTER), ("backup-together", BETTER), ("backup-disk", BETTER)],
    );
    // The keys of a backup in the place of the keys themselves.
    let made = office.run("", &["backup", "key", &office.file("key"), "--json"]).ok().json();
    let recipient = made["recipient"].as_str().unwrap();
    fs::write(office.data().join("daicho.toml"), format!("[backup]\nrecipients = [\"{recipient}\"]\n")).unwrap();
    let (out, ring) = (office.file("sealed/data"), office.file("sealed/ring"));
    let backup = ["backup", "--out", &out, "--ring-out", &ring];
    let inside = office.data().join("keys/backup");
    office.run("admin", &[&backup[..], &["--keys-out", inside.to_str().unwrap()]].concat()).ok();
    let told = office.run("", &["doctor", "--json"]).ends(1).json();
    assert_eq!(told["well"], false);
    says(
        &standings(&told),
        &[
            ("backup-in-place", "wrong"),
            ("backup-plain", "nothing"),
            ("backup-together", "nothing"),
            ("backup-recipients", "nothing"),
        ],
    );
    // Carried away, it is where it should be.
    fs::remove_dir_all(office.folder().join("sealed")).unwrap();
    fs::remove_dir_all(inside).unwrap();
    says(&doctor(&office), &[("backup-in-place", "nothing"), ("backup-place", "well"), ("backup", "well")]);
    // A restore test that failed is told until one goes well.
    office
        .run("admin", &["backup", "drill", &office.file("plain"), "--ring-from", &office.write("ring.tar", "torn")])
        .ends(1);
    says(&doctor(&office), &[("drill", BETTER)]);
    assert!(office.run("", &["doctor"]).ok().out.contains("restore test failed"));
    office.run("admin", &["backup", "drill"]).ok();
    says(&doctor(&office), &[("drill", "well")]);
}

#[test]
fn what_is_told_of_the_clock() {
    let office = Installation::on_sqlite();
    office.begun();
    let tools = office.folder().join("tools");
    fs::create_dir_all(&tools).unwrap();
    let tool = |name: &str, prints: &str| {
        let file = tools.join(name);
        fs::write(&file, format!("#!/bin/sh\n{prints}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o700)).unwrap();
    };
    let clock = || {
        let mut command = office.command("", &["doctor", "--json"]);
        command.env("PATH", &tools);
        let told = office.told(command.spawn().unwrap()).ok().json();
        let told = told["findings"].as_array().unwrap().iter().find(|found| found["part"] == "clock").unwrap().clone();
        (told["standing"].as_str().unwrap().to_owned(), told["text"].as_str().unwrap().to_owned())
    };
    let stamped = std::path::Path::new("/run/systemd/timesync/synchronized").exists();
    if !stamped {
        let (standing, text) = clock();
        assert!(standing == BETTER && text.contains("nothing here tells"), "{text}");
        tool("timedatectl", "echo no");
        let (standing, text) = clock();
        assert!(standing == BETTER && text.contains("not synchronised"), "{text}");
        tool("chronyc", "echo 'Leap status     : Not synchronised'");
        assert_eq!(clock().0, BETTER);
    }
    tool("chronyc", "echo 'Leap status     : Normal'");
    assert_eq!(clock().0, "well");
    fs::remove_file(tools.join("chronyc")).unwrap();
    tool("timedatectl", "echo yes");
    assert_eq!(clock().0, "well");
}

#[test]
fn what_is_told_of_both_stores() {
    Installation::on_each(|office| {
        office.begun();
        says(&doctor(office), &[("durability", "well"), ("keys-durability", "well")]);
        let archive = if office.postgres().is_some() { BETTER } else { "nothing" };
        says(&doctor(office), &[("archive", archive)]);
    });
}
