//! Files that were not finished: an export or a backup that was stopped in the middle is never taken for a whole one, and the same
//! command again makes a whole one.

use super::*;
use crate::installation::{copy, files_below};

impl Failing {
    /// A command that writes into a folder, killed in the middle of its n-th write there; whether it was.
    pub(crate) fn killed_at(
        &self,
        office: &Installation,
        who: &str,
        arguments: &[&str],
        out: &str,
        write: usize,
    ) -> bool {
        self.begin(KILL, &write.to_string());
        let mut command = self.command(office, arguments);
        command.env("FAULT_FOLDER", out).env("DAICHO_LOGIN", who);
        let told = office.told(command.spawn().unwrap());
        self.end(KILL);
        assert!(matches!(told.code, -1 | 0), "{}", told.err);
        told.code == -1
    }
}

#[test]
fn an_export_that_was_killed_is_never_whole_and_the_same_command_mends_it() {
    Installation::on_each(|office| {
        office.begun();
        let failing = Failing::made(office);
        let out = office.file("export");
        let export = ["ledger", "export", "--out", &out];
        let mut write = 1;
        while failing.killed_at(office, "", &export, &out, write) {
            office.run("", &["verify", &out]).ends(1);
            write += 1;
        }
        assert!(write > 4, "only {write} writes");
        // The last one took away what the one before had left.
        office.run("", &["verify", &out]).ok();
        assert!(!Path::new(&out).join("unfinished").exists());
        office.run("", &export).ends(2);
    });
}

#[test]
fn an_export_with_any_file_cut_short_or_gone_is_not_whole() {
    let office = Installation::on_sqlite();
    office.begun();
    let out = office.file("export");
    office.run("", &["ledger", "export", "--out", &out]).ok();
    let vkey = fs::read_to_string(Path::new(&out).join("vkey")).unwrap();
    let whole = office.folder().join("export");
    for file in files_below(&whole) {
        let (name, bytes) = (file.strip_prefix(&whole).unwrap().to_owned(), fs::read(&file).unwrap());
        for length in [None, Some(0), Some(bytes.len() / 2), Some(bytes.len() - 1)] {
            let torn = office.folder().join("torn");
            drop(fs::remove_dir_all(&torn));
            copy(&whole, &torn);
            match length {
                None => fs::remove_file(torn.join(&name)).unwrap(),
                Some(length) => fs::write(torn.join(&name), &bytes[..length]).unwrap(),
            }
            let torn = torn.to_str().unwrap();
            office.run("", &["verify", torn]).ends(1);
            // Whoever has the key from elsewhere can do without the one in the export, but not with half of it.
            let needless = name == Path::new("vkey") && length.is_none();
            let told = office.run("", &["verify", torn, "--vkey", vkey.trim()]);
            assert_eq!(told.code, i32::from(!needless), "{name:?} {length:?}: {}", told.out);
        }
    }
}

#[test]
fn a_backup_that_was_killed_is_never_put_back_and_another_one_is() {
    let office = Installation::on_sqlite();
    office.begun();
    let failing = Failing::made(&office);
    let key = office.file("backup.key");
    let made = office.run("", &["backup", "key", &key, "--json"]).ok().json();
    let recipient = made["recipient"].as_str().unwrap();
    let mut write = 1;
    loop {
        let (out, ring) = (office.file(&format!("backup-{write}")), office.file(&format!("backup-{write}/ring")));
        let backup = ["backup", "--out", &out, "--ring-out", &ring, "--recipient", recipient];
        if !failing.killed_at(&office, "admin", &backup, &out, write) {
            office
                .run("", &["--data", &office.file("whole"), "restore", &out, "--ring-from", &ring, "--identity", &key])
                .ok();
            break;
        }
        let elsewhere = office.file(&format!("elsewhere-{write}"));
        let file = |part: &str| format!("{out}/{part}.tar.age.unfinished");
        let ring_file = format!("{ring}/ring.tar.age.unfinished");
        let restore = ["--data", &elsewhere, "restore"];
        let named = [&file("data"), "--keys-from", &file("keys"), "--ring-from", &ring_file, "--identity", &key];
        for arguments in [&[out.as_str(), "--ring-from", &ring, "--identity", &key][..], &named] {
            assert_ne!(office.run("", &[&restore[..], arguments].concat()).code, 0, "write {write}");
        }
        assert!(!Path::new(&elsewhere).join("data.db").exists());
        // What is left can be read by nobody but the holder of the key.
        for file in files_below(out.as_ref()) {
            let bytes = fs::read(&file).unwrap();
            let begins = b"age-encryption.org/v1".iter().zip(&bytes).all(|(one, other)| one == other);
            assert!(begins, "write {write}: {}", file.display());
        }
        write += 1;
    }
    assert!(write > 6, "{write} backups were begun");
    office.run("", &["verify"]).ok();
}
