//! Files that were not finished: an export or a backup that was stopped in the middle is never taken for a whole one, and the same
//! command again makes a whole one.

use super::*;
use crate::installation::{copy, files_below};

impl Failing {
    /// A command that writes into a folder, killed in the middle of its n-th write there; whether it was.
    fn killed_at(&self, office: &Installation, who: &str, arguments: &[&str], out: &str, write: usize) -> bool {
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
    // At every write in the beginning, then in longer steps: the pages of two databases, their keys, two manifests.
    let (mut write, mut made) = (1, 0);
    loop {
        let out = office.file(&format!("backup-{write}"));
        if !failing.killed_at(&office, "admin", &["backup", "--out", &out], &out, write) {
            office.run("", &["--data", &office.file("whole"), "restore", &out]).ok();
            break;
        }
        made += 1;
        let elsewhere = office.file(&format!("elsewhere-{write}"));
        for half in [out.clone(), format!("{out}/data"), format!("{out}/data.unfinished")] {
            let keys = format!("{out}/keys.unfinished");
            let restore = ["--data", &elsewhere, "restore", &half];
            assert_ne!(office.run("", &restore).code, 0, "write {write}");
            assert_ne!(office.run("", &[&restore[..], &["--keys-from", &keys]].concat()).code, 0, "write {write}");
        }
        assert!(!Path::new(&elsewhere).join("data.db").exists());
        write += 1 + write / 3;
    }
    assert!(made > 6, "{made} backups were killed");
    office.run("", &["verify"]).ok();
}
