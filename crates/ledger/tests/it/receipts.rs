//! Receipts: golden bytes, any entry of any ledger, and a checker by nobody of us.

use std::path::Path;
use std::process::Command;

use ledger::checkpoint::Checkpoint;
use ledger::cosignature::Witness;
use ledger::note::Note;
use ledger::proof::{Inclusion, nodes};
use ledger::tlog_proof::TlogProof;
use ledger::tree::{Hash, leaf_hash, root};
use proptest::prelude::*;

use crate::story;

const GOLDEN: &str = include_str!("../vectors/entry-4-of-11.tlog-proof");

fn witnesses() -> [Witness; 2] {
    [11, 12].map(|n| Witness::new(&format!("witness.example/w{n}"), &[n; 32]).unwrap())
}

/// The receipt of one entry of a ledger whose other leaves are these.
fn receipt(index: u64, entry: &[u8], leaves: &[Hash]) -> TlogProof {
    let checkpoint = Checkpoint::new(story::ORIGIN, leaves.len() as u64, root(leaves)).unwrap();
    let note: Note = checkpoint.sign(&story::signer()).unwrap().parse().unwrap();
    let cosigned = |note: Note, (witness, seconds): (Witness, u64)| {
        let line = witness.cosign(&note, seconds).unwrap();
        note.with(line)
    };
    let note = witnesses().into_iter().zip([1_795_000_020, 1_795_000_021]).fold(note, cosigned);
    let size = leaves.len() as u64;
    let inclusion = Inclusion::build(index, size, &mut nodes(|n| leaves.get(n as usize).copied())).unwrap();
    TlogProof::new(entry, &inclusion, &note).unwrap()
}

/// These bytes are promised to whoever was given a receipt. If this fails, receipts in people's hands stop being
/// what we write: that needs a new version, not a new vector.
#[test]
fn a_receipt_has_the_promised_bytes_and_verifies() {
    let entries = story::entries(11);
    let proof = receipt(4, &entries[4], &story::hashes(&entries));
    assert_eq!(proof.to_string(), GOLDEN);
    let keys: Vec<_> = witnesses().iter().map(|witness| witness.key().clone()).collect();
    let proven = GOLDEN.parse::<TlogProof>().unwrap().verify(&story::keys(), &keys, 2).unwrap();
    assert_eq!(proven.entry, story::entry(4));
    assert_eq!(proven.cosigned.iter().map(|one| one.seconds).collect::<Vec<_>>(), [1_795_000_020, 1_795_000_021]);
}

#[test]
fn python_checks_a_receipt_without_us_and_sees_every_line_that_was_changed() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../e2e/verify/proof.py");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("one.tlog-proof");
    let vkey = story::signer().vkey().to_string();
    let [one, two] = witnesses().map(|witness| witness.key().to_string());
    let check = |text: &str| {
        std::fs::write(&file, text).unwrap();
        Command::new("python3").arg("-I").arg(&script).arg(&file).args([&vkey, &one, &two]).output().unwrap()
    };
    let said = check(GOLDEN);
    let out = String::from_utf8(said.stdout).unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    assert!(out.contains("entry 4 of 11") && out.contains("w12 at 1795000021"), "{out}");
    for place in 0..GOLDEN.lines().count() {
        let other = |letter| if letter == 'A' { 'B' } else { 'A' };
        let flipped = |(n, line): (usize, &str)| {
            let middle = line.chars().count() / 2;
            let letters = line.chars().enumerate();
            let changed: String =
                letters.map(|(at, letter)| if n == place && at == middle { other(letter) } else { letter }).collect();
            if n == place && line.is_empty() { "A\n".to_owned() } else { changed + "\n" }
        };
        let changed: String = GOLDEN.lines().enumerate().map(flipped).collect();
        assert!(!check(&changed).status.success(), "line {place} was changed: {changed}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_entry_of_any_ledger_has_a_receipt(size in 1_u64..3000, place in any::<prop::sample::Index>()) {
        let index = place.index(size as usize) as u64;
        let entry = story::entry(index).to_bytes();
        let leaf = |n: u64| if n == index { leaf_hash(&entry) } else { leaf_hash(&n.to_be_bytes()) };
        let leaves: Vec<Hash> = (0..size).map(leaf).collect();
        let text = receipt(index, &entry, &leaves).to_string();
        let read: TlogProof = text.parse().unwrap();
        prop_assert_eq!(read.to_string(), text);
        let proven = read.verify(&story::keys(), &[], 0).unwrap();
        prop_assert_eq!((proven.index, proven.checkpoint.size(), proven.entry.to_bytes()), (index, size, entry));
    }

    #[test]
    fn what_is_read_at_all_is_written_back_byte_for_byte(text in "c2sp.org/tlog-proof@v1\n(extra [A-Za-z0-9+/]{4,8}={0,2}\n)?index [0-9]{1,3}\n([A-Za-z0-9+/]{43}=\n){0,3}\na\n[0-9]{1,2}\n[A-Za-z0-9+/]{43}=\n\n— a [A-Za-z0-9+/]{8}\n") {
        if let Ok(read) = text.parse::<TlogProof>() {
            prop_assert_eq!(read.to_string(), text);
        }
    }
}
