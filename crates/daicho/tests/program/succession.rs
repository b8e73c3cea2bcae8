//! Renewing the key that signs the ledger: both sign for thirty days, and what the old one signed stays proven.

use crate::faults::{CLOCK, Failing, Serving};
use crate::installation::Installation;
use crate::load::Asked;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

const RENEW: [&str; 4] = ["key", "renew", "--signing", "--json"];

/// The signing keys there are, by generation.
fn signing(office: &Installation) -> Vec<u64> {
    let shown = office.run("", &["key", "show", "--json"]).ok().json();
    let keys = shown["keys"].as_array().unwrap().iter().filter(|key| key["branch"] == "signing");
    keys.map(|key| key["generation"].as_u64().unwrap()).collect()
}

/// The checkpoint that was signed last.
fn note(office: &Installation) -> String {
    fs::read_to_string(office.data().join("keys/checkpoint")).unwrap()
}

/// How many signatures it has.
fn signatures(office: &Installation) -> usize {
    note(office).lines().filter(|line| line.starts_with('\u{2014}')).count()
}

/// How many entries it covers.
fn covered(office: &Installation) -> u64 {
    note(office).lines().nth(1).unwrap().parse().unwrap()
}

/// A receipt of the newest entry, written into this file.
fn receipt(office: &Installation, file: &str) -> String {
    let (entry, out) = ((office.entries() - 1).to_string(), office.file(file));
    office.run("", &["ledger", "proof", &entry, "--out", &out]).ok();
    out
}

/// Whether a receipt holds by this key alone, far from the office.
fn holds(office: &Installation, receipt: &str, vkey: &str) -> bool {
    let told = office.run("", &["verify", "--proof", receipt, "--vkey", vkey]);
    assert!([0, 1].contains(&told.code), "{}{}", told.out, told.err);
    told.code == 0
}

#[test]
fn a_new_key_signs_beside_the_old_one_and_a_program_that_runs_follows() {
    Installation::on_each(|office| {
        let asked = Asked::of(office);
        let old = fs::read_to_string(office.data().join("vkey")).unwrap().trim().to_owned();
        let before = receipt(office, "before.tlog-proof");
        let serving = Serving::start(office);

        office.run("mai", &RENEW).ends(1);
        assert_eq!(signing(office), [1]);
        let told = office.run("admin", &RENEW).ok().json();
        let new = told["vkey"].as_str().unwrap().to_owned();
        assert_eq!((signing(office), told["vkeys"].as_array().unwrap().len()), (vec![1, 2], 2));
        assert_ne!(new, old);
        for place in [office.data().join("vkey"), office.data().join("keys/vkey")] {
            assert_eq!(fs::read_to_string(place).unwrap(), format!("{new}\n{old}\n"));
        }

        // The program that has been running since before signs with both from its next second on.
        let entry = asked.entry(serving.host()).unwrap();
        let until = Instant::now() + Duration::from_secs(20);
        while signatures(office) < 2 || covered(office) <= entry {
            assert!(Instant::now() < until, "{} signatures over {}", signatures(office), covered(office));
        }
        let after = receipt(office, "after.tlog-proof");
        assert!(holds(office, &before, &old) && !holds(office, &before, &new));
        assert!(holds(office, &after, &old) && holds(office, &after, &new));
        office.run("", &["verify", "--proof", &before]).ok();
        let export = office.file("export");
        office.run("", &["ledger", "export", "--out", &export]).ok();
        for trusted in [&["--vkey", &old][..], &["--vkey", &new][..], &[]] {
            office.run("", &[&["verify", &export], trusted].concat()).ok();
        }
        office.run("", &["verify"]).ok();
        office.run("", &["doctor"]);
        assert_eq!(serving.stop(), Some(0));
    });
}

#[test]
fn the_old_key_is_destroyed_after_thirty_days_and_what_it_signed_still_verifies() {
    let office = Installation::on_sqlite();
    office.begun().working();
    let key = office.file("backup.key");
    let recipient =
        office.run("", &["backup", "key", &key, "--json"]).ok().json()["recipient"].as_str().unwrap().to_owned();
    let backup = |to: &str| {
        let out = office.file(to);
        office.run("admin", &["backup", "--out", &out, "--recipient", &recipient]).ok();
        out
    };
    let old_backup = backup("old");
    let old = fs::read_to_string(office.data().join("vkey")).unwrap().trim().to_owned();
    let before = receipt(&office, "before.tlog-proof");
    let new = office.run("admin", &RENEW).ok().json()["vkey"].as_str().unwrap().to_owned();
    let failing = Failing::made(&office);
    let night = |days: i64| {
        failing.begin(CLOCK, &(days * 86_400).to_string());
        let mut command = failing.command_of(&office, "admin", &["key", "turn"]);
        office.told(command.spawn().unwrap()).ok();
    };
    // A backup from before belongs to the same ledger, and comes back with the newest ring.
    backup("new");
    let elsewhere = office.file("elsewhere");
    office.run("", &["--data", &elsewhere, "restore", &old_backup, "--identity", &key]).ok();
    office.run("", &["--data", &elsewhere, "verify"]).ok();
    night(29);
    assert_eq!((signing(&office), signatures(&office)), (vec![1, 2], 2));
    night(30);
    assert_eq!(signing(&office), [2]);
    night(31);
    assert_eq!(signatures(&office), 1);
    let after = receipt(&office, "after.tlog-proof");
    assert!(holds(&office, &before, &old) && holds(&office, &after, &new));
    assert!(!holds(&office, &after, &old) && !holds(&office, &before, &new));
    // Checkpoints that the store keeps from before are of the old key, whose public half is still known.
    office.run("", &["verify"]).ok();
    office.run("", &["verify", "--proof", &before]).ok();
    altered(&office.data().join("keys/vkey"), &office, &old);
}

/// A stranger's key in the place of ours is seen.
fn altered(file: &Path, office: &Installation, old: &str) {
    let known = fs::read_to_string(file).unwrap();
    let stranger = ledger::note::Signer::new(old.split('+').next().unwrap(), &[9; 32]).unwrap();
    fs::write(file, format!("{}\n", stranger.vkey())).unwrap();
    let told = office.run("", &["key", "show"]);
    assert_eq!(told.code, 2, "{}{}", told.out, told.err);
    fs::write(file, known).unwrap();
    office.run("", &["key", "show"]).ok();
}
