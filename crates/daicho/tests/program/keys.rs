//! Keys: how the root key is protected and comes back, and epochs that make an erasure reach every copy of the key store.

use crate::faults::{CLOCK, Failing};
use crate::installation::{Installation, Told, copy, files_below};
use crate::load::Asked;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

const PASSPHRASE: &str = "correct horse battery staple";

fn key_folder(office: &Installation) -> PathBuf {
    office.data().join("keys")
}

/// Runs a command with further words in its environment.
fn with(office: &Installation, who: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Told {
    let mut command = office.command(who, arguments);
    command.envs(environment.iter().copied());
    office.told(command.spawn().unwrap())
}

/// Which file of the key folder holds a root key that anybody can read.
fn in_the_open(office: &Installation) -> Vec<PathBuf> {
    let holds = |path: &PathBuf| fs::read(path).unwrap().windows(17).any(|w| w == b"daicho-root-key-1");
    files_below(&key_folder(office)).into_iter().filter(holds).collect()
}

#[test]
fn a_passphrase_opens_the_keys_and_nothing_else_does() {
    let office = Installation::on_sqlite();
    let init = |environment: &[(&str, &str)]| with(office.ready(), "", &["init"], environment);
    // Without a terminal the way on is told, and nothing was made.
    let told = init(&[("DAICHO_ROOT", "passphrase")]).ends(2);
    assert!(told.err.contains("DAICHO_PASSPHRASE") && told.err.contains("--root file"), "{}", told.err);
    let told = init(&[("DAICHO_ROOT", "passphrase"), ("DAICHO_PASSPHRASE", "too short")]).ends(2);
    assert!(told.err.contains("16 characters"), "{}", told.err);
    init(&[("DAICHO_ROOT", "passphrase"), ("DAICHO_PASSPHRASE", PASSPHRASE)]).ok();
    let file = key_folder(&office).join("root.age");
    assert!(fs::read_to_string(&file).unwrap().starts_with("-----BEGIN AGE ENCRYPTED FILE-----"));
    assert_eq!(in_the_open(&office), Vec::<PathBuf>::new());
    let wrong = with(&office, "", &["account", "list"], &[("DAICHO_PASSPHRASE", "another passphrase altogether")]);
    assert!(wrong.ends(2).err.contains("does not open"));
    let handed = office.write("passphrase", format!("{PASSPHRASE}\n"));
    with(&office, "", &["account", "list"], &[("DAICHO_PASSPHRASE_FILE", &handed)]).ok();
    fs::create_dir(office.folder().join("credentials")).unwrap();
    fs::rename(&handed, office.folder().join("credentials/daicho-passphrase")).unwrap();
    let credentials = office.file("credentials");
    with(&office, "", &["account", "list"], &[("CREDENTIALS_DIRECTORY", &credentials)]).ok();
    // Another passphrase, then none.
    let old = [("DAICHO_PASSPHRASE", PASSPHRASE), ("DAICHO_NEW_PASSPHRASE", "quite another long passphrase")];
    let protect = ["key", "protect", "--root", "passphrase"];
    with(&office, "", &protect, &old).ends(2);
    with(&office, "admin", &protect, &old).ok();
    with(&office, "", &["account", "list"], &old[..1]).ends(2);
    let new = [("DAICHO_PASSPHRASE", "quite another long passphrase")];
    with(&office, "admin", &["key", "protect", "--root", "file"], &new).ok();
    assert_eq!(in_the_open(&office), [key_folder(&office).join("root.key")]);
    assert!(!file.exists());
    office.run("", &["verify"]).ok();
}

#[test]
fn a_root_key_that_is_handed_in_lies_nowhere() {
    let office = Installation::on_sqlite();
    office.begun();
    let credential = ["key", "protect", "--root", "credential"];
    assert!(office.run("admin", &credential).ends(2).err.contains("--out"));
    let folder = office.folder().join("credentials");
    fs::create_dir(&folder).unwrap();
    let out = folder.join("daicho-root");
    office.run("admin", &[&credential[..], &["--out", out.to_str().unwrap()]].concat()).ok();
    assert_eq!(in_the_open(&office), Vec::<PathBuf>::new());
    let told = office.run("", &["account", "list"]).ends(2);
    assert!(told.err.contains("DAICHO_ROOT_FD"), "{}", told.err);
    with(&office, "", &["account", "list"], &[("CREDENTIALS_DIRECTORY", folder.to_str().unwrap())]).ok();
    let mut by_descriptor = Command::new("bash");
    let program = env!("CARGO_BIN_EXE_daicho");
    by_descriptor.args(["-c", &format!("exec {program} account list 3<{}", out.display())]);
    by_descriptor.env_clear().env("DAICHO_DATA", office.data()).env("DAICHO_ROOT_FD", "3");
    assert!(by_descriptor.output().unwrap().status.success());
    // Verifying needs no secret, and says what it could not look at.
    assert!(office.run("", &["verify"]).ok().out.contains("root key"));
    // Nothing is begun with a root key that is not handed in, and what was not begun is in nobody's way.
    let fresh = office.file("fresh");
    let told = with(&office, "", &["--data", &fresh, "init"], &[("DAICHO_ROOT", "credential")]).ends(2);
    assert!(told.err.contains("--root file"), "{}", told.err);
    assert!(!std::path::Path::new(&fresh).exists());
    let handed = [("DAICHO_ROOT", "credential"), ("CREDENTIALS_DIRECTORY", folder.to_str().unwrap())];
    with(&office, "", &["--data", &fresh, "init"], &handed).ok();
    with(&office, "", &["--data", &fresh, "account", "list"], &handed[1..]).ok();
    // It cannot be renewed where it is not kept.
    let told = with(&office, "admin", &["key", "renew"], &[("CREDENTIALS_DIRECTORY", folder.to_str().unwrap())]);
    told.ends(2);
}

#[test]
fn some_of_the_shares_bring_a_lost_root_key_back() {
    let office = Installation::on_sqlite();
    office.begun();
    let out = office.file("shares");
    office.run("admin", &["key", "split", "--needed", "3", "--of", "2"]).ends(2);
    office.run("mai", &["key", "split", "--needed", "2", "--of", "3"]).ends(1);
    office.run("admin", &["key", "split", "--needed", "2", "--of", "3", "--out", &out]).ok();
    fs::remove_file(key_folder(&office).join("root.key")).unwrap();
    assert!(office.run("", &["account", "list"]).ends(2).err.contains("no key"));
    let share = |n: u8| office.folder().join(format!("shares/share-{n}")).to_str().unwrap().to_owned();
    let told = office.run("", &["key", "combine", &share(2), "--root", "file"]).ends(2);
    assert!(told.err.contains("2 different shares"), "{}", told.err);
    office.run("", &["key", "combine", &share(2), &share(2), "--root", "file"]).ends(2);
    let mistyped = fs::read_to_string(share(1)).unwrap().replace('3', "4");
    let told = office.run_with("", &["key", "combine", "--root", "file"], &mistyped).ends(2);
    assert!(told.err.contains("mistyped"), "{}", told.err);
    let both = [fs::read_to_string(share(3)).unwrap(), fs::read_to_string(share(1)).unwrap()].concat();
    office.run_with("", &["key", "combine", "--root", "file"], &both).ok();
    office.run("", &["account", "list"]).ok();
    // Those of another office bring nothing back here.
    let other = Installation::on_sqlite();
    other.begun();
    let told = other.run_with("", &["key", "combine", "--root", "file"], &both).ends(2);
    assert!(told.err.contains("not that of this keyring"), "{}", told.err);
}

#[test]
fn a_new_root_key_takes_the_place_of_the_old_one_even_when_cut_off() {
    let office = Installation::on_sqlite();
    let asked = Asked::of(&office);
    let (before, root) = (office.folder().join("before"), key_folder(&office).join("root.key"));
    copy(&key_folder(&office), &before);
    office.run("mai", &["key", "renew"]).ends(1);
    let serving = crate::faults::Serving::start(&office);
    office.run("admin", &["key", "renew"]).ok();
    // Whoever serves goes on, also when the next epoch is begun under the new root key.
    assert!(asked.entry(serving.host()).is_some());
    office.run("admin", &["key", "turn"]).ok();
    assert!(asked.entry(serving.host()).is_some());
    assert_eq!(serving.stop(), Some(0));
    assert_ne!(fs::read(&root).unwrap(), fs::read(before.join("root.key")).unwrap());
    office.run("", &["verify"]).ok();
    // The old root key opens the new keyring no more.
    let elsewhere = office.folder().join("elsewhere");
    copy(&office.data(), &elsewhere);
    fs::copy(before.join("root.key"), elsewhere.join("keys/root.key")).unwrap();
    let told = office.run("", &["--data", elsewhere.to_str().unwrap(), "account", "list"]).ends(2);
    assert!(told.err.contains("not that of this keyring"), "{}", told.err);
    // Cut off before the new one took the name of the old one: the next start brings it to its end.
    fs::copy(&root, elsewhere.join("keys/root.key.next")).unwrap();
    office.run("", &["--data", elsewhere.to_str().unwrap(), "account", "list"]).ok();
    assert_eq!(fs::read(elsewhere.join("keys/root.key")).unwrap(), fs::read(&root).unwrap());
    assert!(!elsewhere.join("keys/root.key.next").exists());
    // Cut off before the keyring was wrapped by it: the old one stays, and a renewal begins anew.
    fs::copy(before.join("root.key"), elsewhere.join("keys/root.key.next")).unwrap();
    office.run("admin", &["--data", elsewhere.to_str().unwrap(), "key", "renew"]).ok();
    office.run("", &["--data", elsewhere.to_str().unwrap(), "account", "list"]).ok();
}

/// How many people's keys each epoch wraps.
fn epochs(office: &Installation) -> Vec<(u64, u64)> {
    let shown = office.run("", &["key", "show", "--json"]).ok().json();
    let keys = shown["keys"].as_array().unwrap().iter().filter(|key| key["branch"] == "wrapping");
    keys.map(|key| (key["generation"].as_u64().unwrap(), key["people"].as_u64().unwrap())).collect()
}

#[test]
fn an_epoch_turns_while_the_office_works() {
    Installation::on_each(|office| {
        let asked = Asked::of(office);
        let serving = crate::faults::Serving::start(office);
        assert!(asked.entry(serving.host()).is_some());
        office.run("mai", &["key", "turn"]).ends(1);
        let told = office.run("admin", &["key", "turn", "--json"]).ok().json();
        assert_eq!((told["epoch"].as_u64(), told["wrapped"].as_u64()), (Some(2), Some(1)), "{told}");
        assert_eq!(epochs(office), [(1, 0), (2, 1)]);
        // The server opened its keys before this epoch began.
        assert!(asked.entry(serving.host()).is_some());
        assert_eq!(serving.stop(), Some(0));
        office.run("", &["verify"]).ok();
        let told = office.run("", &["explain", &told["entry"].to_string()]).ok();
        assert!(told.out.contains("under a new epoch"), "{}", told.out);
    });
}

#[test]
fn an_erasure_reaches_every_copy_of_the_key_store_when_its_epoch_ends() {
    let office = Installation::on_sqlite();
    let asked = Asked::of(&office);
    let failing = Failing::made(&office);
    let backup = office.folder().join("snapshot");
    copy(&key_folder(&office), &backup);
    office.run("mai", &["people", "erase", asked.person(), "--purpose", "rights.correct", "--yes"]).ok();
    let turn = |days: i64| {
        failing.begin(CLOCK, &(days * 86_400).to_string());
        let mut command = failing.command_of(&office, "admin", &["key", "turn", "--json"]);
        office.told(command.spawn().unwrap()).ok().json()
    };
    assert_eq!(turn(1)["destroyed"], serde_json::json!([]));
    assert_eq!(turn(29)["destroyed"], serde_json::json!([]));
    // The policy says thirty days.
    assert_eq!(turn(30)["destroyed"], serde_json::json!([1]));
    assert_eq!(epochs(&office).first(), Some(&(2, 0)));
    // The snapshot of the key store has the person's wrapped key still; with the newest keyring it is worth nothing.
    let elsewhere = office.folder().join("elsewhere");
    copy(&office.data(), &elsewhere);
    for name in ["keys.db", "keys.db-wal", "keys.db-shm"] {
        drop(fs::remove_file(elsewhere.join("keys").join(name)));
        drop(fs::copy(backup.join(name), elsewhere.join("keys").join(name)));
    }
    let told = office.run("", &["--data", elsewhere.to_str().unwrap(), "verify"]).ends(1);
    let found = format!("{}{}", told.out, told.err);
    assert!(found.contains(asked.person()) && found.contains("wrapped"), "{found}");
    // The keyring in the snapshot is what still opened it: that is why only the newest copy of it may be kept.
    assert!(fs::read_to_string(backup.join("keyring")).unwrap().contains("wrapping 1 "));
    assert!(!fs::read_to_string(elsewhere.join("keys/keyring")).unwrap().contains("wrapping 1 "));
}

#[test]
fn a_new_root_key_under_a_new_passphrase_opens_with_either_while_it_is_cut_off() {
    let office = Installation::on_sqlite();
    let old = [("DAICHO_ROOT", "passphrase"), ("DAICHO_PASSPHRASE", PASSPHRASE)];
    let new = "quite another long passphrase";
    with(office.ready(), "", &["init"], &old).ok();
    let keys = key_folder(&office);
    let before = fs::read(keys.join("root.age")).unwrap();
    let both = [("DAICHO_PASSPHRASE", PASSPHRASE), ("DAICHO_NEW_PASSPHRASE", new)];
    with(&office, "admin", &["key", "renew"], &both).ok();
    with(&office, "", &["account", "list"], &old).ends(2);
    with(&office, "", &["account", "list"], &[("DAICHO_PASSPHRASE", new)]).ok();
    // As it lies there when it was cut off before the new file took its name.
    let cut = || {
        fs::copy(keys.join("root.age"), keys.join("root.age.next")).unwrap();
        fs::write(keys.join("root.age"), &before).unwrap();
    };
    cut();
    with(&office, "", &["account", "list"], &[("DAICHO_PASSPHRASE", new)]).ok();
    assert!(!keys.join("root.age.next").exists());
    cut();
    with(&office, "", &["account", "list"], &both).ok();
    with(&office, "", &["account", "list"], &[("DAICHO_PASSPHRASE", new)]).ok();
    // A protection that does not open keeps another from nothing.
    with(&office, "admin", &["key", "protect", "--root", "file"], &[("DAICHO_PASSPHRASE", new)]).ok();
    fs::write(keys.join("root.age"), "no age file").unwrap();
    office.run("", &["account", "list"]).ok();
}

/// How many processes wait for a lock on a file.
fn waiting_for(file: &std::path::Path) -> usize {
    use std::os::unix::fs::MetadataExt;
    let inode = format!(":{} ", fs::metadata(file).unwrap().ino());
    let locks = fs::read_to_string("/proc/locks").unwrap();
    locks.lines().filter(|line| line.contains("->") && line.contains(&inode)).count()
}

#[test]
fn two_who_change_the_root_key_at_once_lock_nobody_out() {
    let office = Installation::on_sqlite();
    office.begun();
    let lock = key_folder(&office).join("keyring.lock");
    let held = fs::File::options().create(true).truncate(false).write(true).open(&lock).unwrap();
    held.lock().unwrap();
    // Both have opened the old root key, and wait for each other.
    let children = [&["key", "renew"][..], &["key", "protect", "--root", "file"]]
        .map(|arguments| office.command("admin", arguments).spawn().unwrap());
    while waiting_for(&lock) < 2 {
        std::thread::yield_now();
    }
    drop(held);
    for child in children {
        office.told(child).ok();
    }
    office.run("", &["account", "list"]).ok();
    office.run("", &["verify"]).ok();
}

#[test]
fn an_epoch_that_was_cut_off_goes_on_and_a_stray_proposal_is_in_nobodys_way() {
    let office = Installation::on_sqlite();
    office.begun();
    let keys = key_folder(&office);
    let before = fs::read(keys.join("keyring")).unwrap();
    office.run("admin", &["key", "turn"]).ok();
    // The key store had agreed to epoch 2, and the keyring did not have it yet.
    fs::rename(keys.join("keyring"), keys.join("keyring.proposed")).unwrap();
    fs::write(keys.join("keyring"), &before).unwrap();
    office.run("admin", &["key", "renew"]).ends(2);
    let told = office.run("admin", &["key", "turn", "--json"]).ok().json();
    assert_eq!(told["epoch"], 2, "{told}");
    assert!(!keys.join("keyring.proposed").exists());
    // One of an epoch that is long there.
    fs::write(keys.join("keyring.proposed"), &before).unwrap();
    let told = office.run("admin", &["key", "turn", "--json"]).ok().json();
    assert_eq!(told["epoch"], 3, "{told}");
    // An older keyring does not begin an epoch that another key has.
    fs::write(keys.join("keyring"), &before).unwrap();
    office.run("admin", &["key", "turn"]).ends(2);
    assert_eq!(fs::read(keys.join("keyring")).unwrap(), before);
    // Nobody else may read it.
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(fs::metadata(keys.join("root.key")).unwrap().permissions().mode() & 0o77, 0);
}
