//! A small ledger to tamper with.

use std::collections::BTreeMap;
use std::convert::Infallible;

use ledger::checkpoint::Checkpoint;
use ledger::commitment::{commit_actor, commit_subject};
use ledger::export::{CHECKPOINT, TileWriter, VKEY};
use ledger::names::{ActId, ActorId, Moment, PersonId, PolicyDigest, WorkId};
use ledger::note::{Signer, Vkey};
use ledger::tree::{Frontier, Hash, leaf_hash};
use ledger::{Entry, EntryKind};

pub(crate) const ORIGIN: &str = "ledger.example/office";

pub(crate) type Files = BTreeMap<String, Vec<u8>>;

pub(crate) fn signer() -> Signer {
    Signer::new(ORIGIN, &[42; 32]).unwrap()
}

pub(crate) fn keys() -> Vec<Vkey> {
    vec![signer().vkey().clone()]
}

fn act(n: u64) -> ActId {
    let mut bytes = [0xa5; 16];
    bytes[..8].copy_from_slice(&n.to_be_bytes());
    ActId::from_bytes(bytes)
}

/// Entry `n` of the story: a birth, and then reveals, refusals and searches in turn.
pub(crate) fn entry(n: u64) -> Entry {
    let moment = Moment(1_795_000_000_000 + n as i64 * 1_000);
    if n == 0 {
        return Entry::new(EntryKind::Born, act(0), moment);
    }
    let entry = Entry::new(if n.is_multiple_of(3) { EntryKind::Found } else { EntryKind::Revealed }, act(n), moment)
        .actor(commit_actor(&[1; 32], act(n), ActorId::from_bytes([1; 16])))
        .purpose("hr.recruit".parse().unwrap())
        .policy(PolicyDigest([7; 32]))
        .clauses(["purpose.recruit", "access.need"].map(|clause| clause.parse().unwrap()))
        .work(WorkId::from_bytes([3; 16]));
    match n % 3 {
        0 => entry.counted(4).detail([n as u8; 32]),
        1 => entry
            .elements(["phone", "email"].map(|element| element.parse().unwrap()))
            .subjects(1, commit_subject(&[2; 32], act(n), PersonId::from_bytes([2; 16])))
            .row("applicants".parse().unwrap()),
        _ => entry.refused(),
    }
}

pub(crate) fn entries(count: u64) -> Vec<Vec<u8>> {
    (0..count).map(|n| entry(n).leaf().unwrap().into_bytes()).collect()
}

pub(crate) fn hashes(entries: &[Vec<u8>]) -> Vec<Hash> {
    entries.iter().map(|entry| leaf_hash(entry)).collect()
}

pub(crate) fn tree(entries: &[Vec<u8>]) -> Frontier {
    let mut tree = Frontier::new();
    entries.iter().for_each(|entry| tree.append(leaf_hash(entry)));
    tree
}

pub(crate) fn checkpoint(entries: &[Vec<u8>]) -> String {
    Checkpoint::of(ORIGIN, &tree(entries)).unwrap().sign(&signer()).unwrap()
}

pub(crate) fn export(entries: &[Vec<u8>]) -> Files {
    let mut files = Files::new();
    let mut write = |path: &str, bytes: &[u8]| {
        assert_eq!(files.insert(path.to_owned(), bytes.to_vec()), None, "{path} is written once");
        Ok::<(), Infallible>(())
    };
    let mut writer = TileWriter::new();
    for entry in entries {
        writer.append(entry, &mut write).unwrap();
    }
    assert_eq!(writer.finish(&mut write).unwrap(), tree(entries));
    files.insert(CHECKPOINT.to_owned(), checkpoint(entries).into_bytes());
    files.insert(VKEY.to_owned(), format!("{}\n", signer().vkey()).into_bytes());
    files
}
