//! An export is verified whole, by us and by twenty lines of Python.

use std::path::Path;
use std::process::{Command, Output};

use ledger::note::Signer;
use ledger::verify::{FindingKind, Place, Report, verify_export, verify_tiles};

use crate::story::{Files, entries, export, keys};

fn verify(files: &Files) -> Report {
    let names: Vec<String> = files.keys().cloned().collect();
    verify_export(&|path| files.get(path).cloned(), &names, &keys())
}

fn faults(report: &Report) -> Vec<(&Place, &FindingKind)> {
    let faults = report.findings.iter().filter(|finding| finding.is_fault());
    faults.map(|finding| (&finding.place, &finding.what)).collect()
}

fn flip(files: &mut Files, path: &str, byte: usize) {
    files.get_mut(path).unwrap()[byte] ^= 1 << (byte % 8);
}

#[test]
fn exports_of_all_sizes_are_sound() {
    for size in [0, 1, 2, 255, 256, 257, 511, 512, 700] {
        let report = verify(&export(&entries(size)));
        assert_eq!(report.findings, [], "{size}");
        assert_eq!((report.entries, report.confirmed, report.checkpoints), (size, size, 1));
    }
}

#[test]
fn every_changed_byte_of_a_small_export_is_found() {
    let original = export(&entries(4));
    for (path, bytes) in &original {
        for byte in 0..bytes.len() {
            let mut files = original.clone();
            flip(&mut files, path, byte);
            assert!(!verify(&files).is_sound(), "{path} byte {byte}");
        }
    }
}

#[test]
fn changed_bytes_of_a_larger_export_are_found_on_every_level() {
    let original = export(&entries(515));
    for (path, bytes) in &original {
        for byte in (0..bytes.len()).step_by(bytes.len().div_ceil(40)) {
            let mut files = original.clone();
            flip(&mut files, path, byte);
            let report = verify(&files);
            assert!(!report.is_sound(), "{path} byte {byte}");
            if path == "tile/1/000.p/2" {
                let expected = (&Place::File(path.clone()), &FindingKind::TileHash { position: byte as u64 / 32 });
                assert_eq!(faults(&report), [expected]);
            }
            if path == "tile/0/001" {
                let expected = (&Place::Entry(256 + byte as u64 / 32), &FindingKind::HashChanged);
                assert!(faults(&report).contains(&expected));
            }
        }
    }
}

#[test]
fn missing_short_and_long_files_are_found() {
    let original = export(&entries(300));
    for (path, bytes) in &original {
        let place = &Place::File(path.clone());
        let mut files = original.clone();
        files.remove(path);
        let report = verify(&files);
        if path == "vkey" {
            // The key is known from elsewhere, so it need not come along.
            assert!(report.is_sound());
        } else {
            assert!(faults(&report).contains(&(place, &FindingKind::FileMissing)), "{path}");
        }
        for changed in [bytes[..bytes.len() - 1].to_vec(), [bytes.as_slice(), b"\n"].concat()] {
            let mut files = original.clone();
            files.insert(path.clone(), changed);
            assert!(!verify(&files).is_sound(), "{path}");
        }
    }
}

#[test]
fn files_that_do_not_belong_are_noted() {
    let mut files = export(&entries(3));
    for path in ["tile/0/000.p/2", "tile/0/000", "tile/entries/001.p/1", "notes.txt", "tile/1/000.p/1"] {
        files.insert(path.to_owned(), Vec::new());
    }
    let report = verify(&files);
    assert!(report.is_sound());
    assert_eq!(report.findings.len(), 5);
    assert!(report.findings.iter().all(|finding| finding.what == FindingKind::FileUnexpected));
}

#[test]
fn a_key_that_came_along_is_used_and_noted_and_another_is_a_fault() {
    let files = export(&entries(3));
    let report = verify_export(&|path| files.get(path).cloned(), &[], &[]);
    assert!(report.is_sound());
    assert_eq!(report.findings[0].what, FindingKind::KeyUnpinned);
    let stranger = Signer::new("ledger.example/other", &[1; 32]).unwrap().vkey().clone();
    let report = verify_export(&|path| files.get(path).cloned(), &[], &[stranger]);
    assert!(faults(&report).contains(&(&Place::File("vkey".to_owned()), &FindingKind::KeyDiffers)));
}

#[test]
fn where_entries_are_withheld_the_tree_alone_is_verified_and_that_is_noted() {
    for size in [0, 1, 255, 256, 700] {
        let mut files = export(&entries(size));
        files.retain(|path, _| !path.starts_with("tile/entries/"));
        let verify = |files: &Files| verify_tiles(&|path| files.get(path).cloned(), &keys());
        let report = verify(&files);
        assert!(report.is_sound(), "{size}: {:?}", report.findings);
        assert_eq!((report.entries, report.confirmed, report.checkpoints), (size, size, 1));
        let notes: Vec<_> = report.findings.iter().map(|finding| &finding.what).collect();
        assert_eq!(notes, [&FindingKind::EntriesWithheld]);
        for path in files.clone().keys().filter(|path| path.starts_with("tile/")) {
            let mut broken = files.clone();
            flip(&mut broken, path, 7);
            assert!(!verify(&broken).is_sound(), "a flipped bit in {path}");
            broken.remove(path);
            assert!(!verify(&broken).is_sound(), "{path} is missing");
        }
    }
}

#[test]
fn a_checkpoint_that_states_a_giant_does_not_keep_us_looking() {
    let signer = crate::story::signer();
    let giant = ledger::checkpoint::Checkpoint::new(crate::story::ORIGIN, i64::MAX as u64, [0; 32]).unwrap();
    let mut files = export(&entries(3));
    files.insert("checkpoint".to_owned(), giant.sign(&signer).unwrap().into_bytes());
    let report = verify(&files);
    assert!(!report.is_sound());
    assert!(report.omitted > 0);
}

#[test]
fn python_verifies_an_export_without_us() {
    for size in [1, 4, 256, 700] {
        let original = export(&entries(size));
        let good = python(&original);
        assert!(good.status.success(), "{}", String::from_utf8_lossy(&good.stderr));
        assert!(String::from_utf8_lossy(&good.stdout).contains(&format!("{size} entries")));
        for (path, bytes) in original.iter().filter(|(path, _)| *path != "vkey") {
            let mut files = original.clone();
            // In the checkpoint that is a letter of the root: signatures are checked only where Python can.
            let byte = if path == "checkpoint" { crate::story::ORIGIN.len() + 9 } else { bytes.len() / 2 };
            flip(&mut files, path, byte);
            assert!(!python(&files).status.success(), "{path} of {size}");
        }
    }
}

fn python(files: &Files) -> Output {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check_export.py");
    Command::new("python3").arg(script).arg(folder.path()).output().expect("python3 is installed")
}
