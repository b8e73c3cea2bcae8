//! Parsers of the crate `ledger`, given bytes nobody chose.

use ledger::checkpoint::Checkpoint;
use ledger::cosignature::WitnessKey;
use ledger::note::{Note, Vkey};
use ledger::proof::{Consistency, Inclusion};
use ledger::tile::Tile;
use ledger::tlog_proof::TlogProof;
use ledger::verify::verify_export;
use ledger::witness::Request;
use ledger::{Entry, Leaf};

/// An entry that is read is written back as the same bytes.
pub fn ledger_entry(data: &[u8]) {
    if let Ok(entry) = Entry::parse(data) {
        assert_eq!(entry.to_bytes(), data);
    }
    drop(Leaf::read(data.to_vec()));
}

/// A note or a key that is read is written back as it was.
pub fn ledger_note(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(note) = text.parse::<Note>() {
        assert_eq!(note.to_string(), text);
    }
    if let Ok(key) = text.parse::<Vkey>() {
        assert_eq!(key.to_string(), text);
        drop(key.open(text));
    }
}

/// A checkpoint that is read is written back as it was.
pub fn ledger_checkpoint(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(checkpoint) = text.parse::<Checkpoint>() {
        assert_eq!(checkpoint.to_string(), text);
    }
}

/// Proofs of any numbers and hashes are weighed and end.
pub fn ledger_proof(data: &[u8]) {
    let (numbers, rest) = data.as_chunks::<8>();
    let number = |at: usize| numbers.get(at).map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let (hashes, _) = rest.as_chunks::<32>();
    let (mut all, _) = data.as_chunks::<32>();
    if hashes.len() > all.len() {
        all = hashes;
    }
    let hash = |at: usize| all.get(at).copied().unwrap_or_default();
    let path = all.to_vec();
    let _weighed = Inclusion { index: number(0), size: number(1), path: path.clone() }.verify(&hash(0), &hash(1));
    let _weighed = Consistency { from: number(0), to: number(1), path }.verify(&hash(0), &hash(1));
}

/// A receipt that is read is written back as it was, and proves nothing without a key; a request to a witness is judged or refused.
pub fn ledger_receipt(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(receipt) = text.parse::<TlogProof>() {
        assert_eq!(receipt.to_string(), text);
        assert!(receipt.verify(&[], &[], 0).is_err());
    }
    if let Ok(request) = text.parse::<Request>() {
        assert!(request.judge(&[], None).is_err());
    }
    if let Ok(key) = text.parse::<WitnessKey>() {
        assert_eq!(key.to_string(), text);
    }
}

/// A tile's path that is read is written back as it was; its bytes are read or refused.
pub fn ledger_tile(data: &[u8]) {
    let (line, bytes) = data.split_at(data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len()));
    let Ok(path) = std::str::from_utf8(line) else { return };
    if let Ok(tile) = path.parse::<Tile>() {
        assert_eq!(tile.to_string(), path);
        let _hashes = tile.hashes(bytes);
        drop(tile.entries(bytes));
    }
}

/// An export of any files, one to a line with its name before a tab, is verified or found unsound.
pub fn ledger_export(data: &[u8]) {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for line in data.split(|byte| *byte == b'\n') {
        let mut parts = line.splitn(2, |byte| *byte == b'\t');
        let name = parts.next().map(|name| String::from_utf8_lossy(name).into_owned()).unwrap_or_default();
        files.push((name, parts.next().unwrap_or_default().to_vec()));
    }
    let names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
    let read = |wanted: &str| files.iter().find(|(name, _)| name == wanted).map(|(_, bytes)| bytes.clone());
    assert!(!verify_export(&read, &names, &[]).is_sound() || data.len() > 64);
}
