//! Everything that can be done to a stream of entries is found, and said where.

use ledger::tree::{Hash, leaf_hash};
use ledger::verify::{FindingKind, Place, Report, Verifier};

use crate::story::{checkpoint, entries, hashes, keys, tree};

/// A ledger of 9 entries with checkpoints at 4 and 9, as it was when they were signed.
fn original() -> (Vec<Vec<u8>>, Vec<String>) {
    let entries = entries(9);
    let checkpoints = vec![checkpoint(&entries[..4]), checkpoint(&entries)];
    (entries, checkpoints)
}

/// Verifies entries as a database would hand them over after somebody rewrote all it could: indices,
/// kept hashes and head made to fit.
fn rewritten(entries: &[Vec<u8>], checkpoints: &[String]) -> Report {
    let mut verifier = Verifier::new(&keys(), checkpoints);
    for (index, (entry, hash)) in entries.iter().zip(hashes(entries)).enumerate() {
        verifier.entry(index as u64, entry, Some(&hash));
    }
    verifier.finish(Some((entries.len() as u64, tree(entries).root())))
}

fn fault(report: &Report) -> (&Place, &FindingKind) {
    let finding = report.findings.iter().find(|finding| finding.is_fault()).expect("a fault is found");
    (&finding.place, &finding.what)
}

#[test]
fn the_original_is_sound() {
    let (entries, checkpoints) = original();
    let report = rewritten(&entries, &checkpoints);
    assert_eq!(report.findings, []);
    assert!(report.is_sound());
    assert_eq!((report.entries, report.confirmed, report.checkpoints), (9, 9, 2));
    assert_eq!(report.root, Some(tree(&entries).root()));
}

#[test]
fn nothing_is_sound_too() {
    let report = Verifier::new(&keys(), [checkpoint(&[])]).finish(Some((0, tree(&[]).root())));
    assert_eq!(report.findings, []);
    assert_eq!(report.checkpoints, 1);
}

#[test]
fn every_changed_byte_is_found_between_two_checkpoints() {
    let (original, checkpoints) = original();
    for index in 0..original.len() {
        for byte in 0..original[index].len() {
            let mut entries = original.clone();
            entries[index][byte] ^= 1 << (byte % 8);
            let report = rewritten(&entries, &checkpoints);
            let expected =
                if index < 4 { Place::Entries { from: 0, to: 4 } } else { Place::Entries { from: 4, to: 9 } };
            assert!(!report.is_sound());
            let located = report
                .findings
                .iter()
                .any(|finding| finding.place == expected && matches!(finding.what, FindingKind::CheckpointRoot { .. }));
            assert!(located, "entry {index} byte {byte}: {:?}", report.findings);
        }
    }
}

#[test]
fn a_changed_byte_is_found_in_its_entry_where_hashes_were_kept() {
    let (original, checkpoints) = original();
    let kept = hashes(&original);
    for index in 0..original.len() {
        for byte in 0..original[index].len() {
            let mut entries = original.clone();
            entries[index][byte] ^= 1 << (byte % 8);
            let mut verifier = Verifier::new(&keys(), &checkpoints);
            for (at, (entry, hash)) in entries.iter().zip(&kept).enumerate() {
                verifier.entry(at as u64, entry, Some(hash));
            }
            let report = verifier.finish(Some((9, tree(&original).root())));
            let changed = report.findings.iter().filter(|finding| finding.what == FindingKind::EntryChanged);
            let places: Vec<_> = changed.map(|finding| finding.place.clone()).collect();
            assert_eq!(places, [Place::Entry(index as u64)]);
        }
    }
}

#[test]
fn a_changed_kept_hash_is_told_from_a_changed_entry() {
    let (entries, checkpoints) = original();
    let verify = |entries: &[Vec<u8>], kept: &[Hash], checkpoints: &[String]| {
        let mut verifier = Verifier::new(&keys(), checkpoints);
        for (at, (entry, hash)) in entries.iter().zip(kept).enumerate() {
            verifier.entry(at as u64, entry, Some(hash));
        }
        verifier.finish(None)
    };
    let mut kept = hashes(&entries);
    kept[6][0] ^= 1;
    let report = verify(&entries, &kept, &checkpoints);
    assert_eq!(fault(&report), (&Place::Entry(6), &FindingKind::HashChanged));
    // With nothing signed over them, nobody can say which of the two is the original.
    let report = verify(&entries, &kept, &checkpoints[..1]);
    assert_eq!(fault(&report), (&Place::Entry(6), &FindingKind::EntryAndHashDiffer));
}

#[test]
fn removed_entries_are_found() {
    let (original, checkpoints) = original();
    for index in 0..original.len() {
        let mut entries = original.clone();
        entries.remove(index);
        assert!(!rewritten(&entries, &checkpoints).is_sound(), "removed {index}");

        // Without rewriting the indices, the gap itself shows.
        let mut verifier = Verifier::new(&keys(), &checkpoints);
        for (at, entry) in original.iter().enumerate().filter(|(at, _)| *at != index) {
            verifier.entry(at as u64, entry, None);
        }
        let report = verifier.finish(Some((9, tree(&original).root())));
        let expected = Place::Entries { from: index as u64, to: index as u64 + 1 };
        assert_eq!(fault(&report).0, &expected);
    }
}

#[test]
fn a_ledger_cut_short_is_found_even_if_its_head_was_moved_back() {
    let (original, checkpoints) = original();
    for length in 0..original.len() {
        let report = rewritten(&original[..length], &checkpoints);
        let expected = Place::Entries { from: length as u64, to: 9 };
        assert_eq!(fault(&report), (&expected, &FindingKind::CheckpointBeyond { number: 1 }));
    }
}

#[test]
fn inserted_and_repeated_entries_are_found() {
    let (original, checkpoints) = original();
    let stranger = entries(20).pop().unwrap();
    for index in 0..original.len() {
        for new in [&stranger, &original[index]] {
            let mut entries = original.clone();
            entries.insert(index, new.clone());
            assert!(!rewritten(&entries, &checkpoints).is_sound(), "inserted {index}");
        }
    }
    // After the last checkpoint nothing is signed yet, but no entry comes twice.
    let mut entries = original.clone();
    entries.push(original[2].clone());
    let report = rewritten(&entries, &checkpoints);
    assert_eq!(fault(&report), (&Place::Entry(9), &FindingKind::Repeated { of: 2 }));
    // And the head knows how many there are.
    let mut entries = original.clone();
    entries.push(stranger);
    let mut verifier = Verifier::new(&keys(), &checkpoints);
    entries.iter().enumerate().for_each(|(at, entry)| verifier.entry(at as u64, entry, None));
    let report = verifier.finish(Some((9, tree(&original).root())));
    let expected = (&Place::Entries { from: 9, to: 10 }, &FindingKind::HeadSize { stated: 9, found: 10 });
    assert_eq!(fault(&report), expected);
}

#[test]
fn reordered_entries_are_found() {
    let (original, checkpoints) = original();
    for one in 0..original.len() {
        for other in one + 1..original.len() {
            let mut entries = original.clone();
            entries.swap(one, other);
            assert!(!rewritten(&entries, &checkpoints).is_sound(), "swapped {one} and {other}");
        }
    }
    let mut verifier = Verifier::new(&keys(), &checkpoints);
    for at in [0, 1, 3, 2, 4, 5, 6, 7, 8] {
        verifier.entry(at as u64, &original[at], None);
    }
    let report = verifier.finish(None);
    assert_eq!(fault(&report), (&Place::Entries { from: 2, to: 3 }, &FindingKind::Missing));
    assert!(report.findings.iter().any(|finding| finding.what == FindingKind::OutOfOrder));
    assert_eq!(report.root, None);
}

#[test]
fn every_changed_byte_of_a_checkpoint_is_found() {
    let (entries, checkpoints) = original();
    for number in 0..2 {
        for byte in 0..checkpoints[number].len() {
            let mut bytes = checkpoints[number].clone().into_bytes();
            bytes[byte] ^= 1 << (byte % 7);
            let Ok(text) = String::from_utf8(bytes) else { continue };
            let mut changed = checkpoints.clone();
            changed[number] = text;
            let report = rewritten(&entries, &changed);
            assert_eq!(fault(&report).0, &Place::Checkpoint(number as u64), "byte {byte}");
        }
    }
}

#[test]
fn a_history_that_was_signed_twice_differently_is_found() {
    let (entries, mut checkpoints) = original();
    let mut other = entries.clone();
    other[2] = entries[1].clone();
    checkpoints.push(checkpoint(&other[..6]));
    let report = rewritten(&entries, &checkpoints);
    let expected = (&Place::Entries { from: 4, to: 6 }, &FindingKind::CheckpointRoot { number: 2 });
    assert_eq!(fault(&report), expected);
}

#[test]
fn another_key_and_no_key_are_told_apart() {
    let (entries, checkpoints) = original();
    let stranger = ledger::note::Signer::new("ledger.example/other", &[1; 32]).unwrap();
    let mut verifier = Verifier::new(&[stranger.vkey().clone()], &checkpoints);
    entries.iter().enumerate().for_each(|(at, entry)| verifier.entry(at as u64, entry, None));
    assert_eq!(fault(&verifier.finish(None)).0, &Place::Checkpoint(0));

    let mut verifier = Verifier::new(&[], &checkpoints);
    entries.iter().enumerate().for_each(|(at, entry)| verifier.entry(at as u64, entry, None));
    let report = verifier.finish(None);
    assert!(report.is_sound());
    assert_eq!(report.findings.len(), 1);
    assert_eq!(report.findings[0].what, FindingKind::NoKey);

    // After a change of keys both are trusted, and each checkpoint is held against its own.
    let both = [stranger.vkey().clone(), keys().remove(0)];
    let mut verifier = Verifier::new(&both, &checkpoints);
    entries.iter().enumerate().for_each(|(at, entry)| verifier.entry(at as u64, entry, None));
    assert_eq!(verifier.finish(None).findings, []);
}

#[test]
fn a_wrong_head_is_found() {
    let (entries, checkpoints) = original();
    let verify = |head| {
        let mut verifier = Verifier::new(&keys(), &checkpoints[..1]);
        entries.iter().enumerate().for_each(|(at, entry)| verifier.entry(at as u64, entry, None));
        verifier.finish(Some(head))
    };
    let report = verify((9, leaf_hash(b"other")));
    assert_eq!(fault(&report), (&Place::Entries { from: 4, to: 9 }, &FindingKind::HeadRoot));
    let report = verify((12, tree(&entries).root()));
    let expected = (&Place::Entries { from: 9, to: 12 }, &FindingKind::HeadSize { stated: 12, found: 9 });
    assert_eq!(fault(&report), expected);
    // What is not signed yet is said, and is no fault.
    let report = verify((9, tree(&entries).root()));
    assert!(report.is_sound());
    assert_eq!(report.findings[0].place, Place::Entries { from: 4, to: 9 });
    assert_eq!(report.findings[0].what, FindingKind::Unsigned);
}

#[test]
fn time_that_goes_back_is_a_note() {
    let (mut entries, _) = original();
    entries.swap(1, 8);
    let mut verifier = Verifier::new(&keys(), [checkpoint(&entries)]).tolerating(6_500);
    entries.iter().enumerate().for_each(|(at, entry)| verifier.entry(at as u64, entry, None));
    let report = verifier.finish(None);
    assert!(report.is_sound());
    let back: Vec<_> = report.findings.iter().map(|finding| (&finding.place, &finding.what)).collect();
    assert_eq!(back, [(&Place::Entry(8), &FindingKind::TimeBackwards { millis: 7_000 })]);
}

#[test]
fn a_thousand_findings_are_enough() {
    let mut verifier = Verifier::new(&[], [] as [&str; 0]);
    (0..3_000).for_each(|at| verifier.entry(at, &at.to_be_bytes(), None));
    let report = verifier.finish(None);
    assert_eq!(report.findings.len(), ledger::verify::MAX_FINDINGS);
    assert_eq!(report.omitted, 3_002 - 1_000);
    assert!(!report.is_sound());
}

#[test]
fn hashes_alone_are_compared_with_what_was_signed() {
    let (entries, checkpoints) = original();
    let verify = |hashes: &[Hash]| {
        let mut verifier = Verifier::new(&keys(), &checkpoints);
        hashes.iter().enumerate().for_each(|(at, hash)| verifier.hashed(at as u64, hash));
        verifier.finish(None)
    };
    let mut kept = hashes(&entries);
    assert_eq!(verify(&kept).findings, []);
    kept[5][9] ^= 4;
    assert_eq!(fault(&verify(&kept)).0, &Place::Entries { from: 4, to: 9 });
}
