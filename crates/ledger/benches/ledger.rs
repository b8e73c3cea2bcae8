//! Speed of the ledger on one core: `cargo bench -p ledger`.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use ledger::checkpoint::Checkpoint;
use ledger::commitment::{commit_actor, commit_many, commit_subject};
use ledger::names::{ActId, ActorId, Commitment, Moment, PersonId, PolicyDigest, WorkId};
use ledger::note::Signer;
use ledger::proof::{Inclusion, nodes};
use ledger::tree::{Frontier, Hash, leaf_hash};
use ledger::verify::Verifier;
use ledger::{Entry, EntryKind};

const MANY: usize = 100_000;

fn main() {
    divan::main();
}

fn act(n: usize) -> ActId {
    ActId::from_bytes((n as u128).to_be_bytes())
}

fn entry(n: usize) -> Entry {
    let kind = if n == 0 { EntryKind::Born } else { EntryKind::Revealed };
    Entry::new(kind, act(n), Moment(1_795_000_000_000 + n as i64))
        .actor(Commitment([1; 32]))
        .purpose("hr.recruit".parse().unwrap_or_else(|_| unreachable!()))
        .policy(PolicyDigest([7; 32]))
        .clauses(["purpose.recruit", "access.need"].into_iter().filter_map(|clause| clause.parse().ok()))
        .elements(["phone", "email"].into_iter().filter_map(|element| element.parse().ok()))
        .work(WorkId::from_bytes([3; 16]))
        .subjects(1, Commitment([2; 32]))
}

fn entries() -> Vec<Vec<u8>> {
    (0..MANY).map(|n| entry(n).to_bytes()).collect()
}

fn hashes() -> Vec<Hash> {
    (0..MANY as u64).map(|n| leaf_hash(&n.to_be_bytes())).collect()
}

#[divan::bench]
fn entry_to_leaf(bencher: Bencher<'_, '_>) {
    let entry = entry(7);
    bencher.bench(|| black_box(&entry).leaf());
}

#[divan::bench]
fn entry_parse(bencher: Bencher<'_, '_>) {
    let bytes = entry(7).to_bytes();
    bencher.bench(|| Entry::parse(black_box(&bytes)));
}

#[divan::bench]
fn commitments_of_a_reveal() -> (Commitment, Commitment) {
    let subject = commit_subject(black_box(&[1; 32]), act(1), PersonId::from_bytes([1; 16]));
    (subject, commit_actor(black_box(&[2; 32]), act(1), ActorId::from_bytes([2; 16])))
}

#[divan::bench]
fn commitment_of_ten_thousand(bencher: Bencher<'_, '_>) {
    let people: Vec<Commitment> = hashes().into_iter().take(10_000).map(Commitment).collect();
    bencher.counter(ItemsCount::new(people.len())).bench(|| commit_many(black_box(&people)));
}

/// Hashing an entry's bytes and adding it to the tree.
#[divan::bench]
fn leaf_append(bencher: Bencher<'_, '_>) {
    let entries = entries();
    bencher.counter(ItemsCount::new(MANY)).bench(|| {
        let mut tree = Frontier::new();
        entries.iter().for_each(|entry| tree.append(leaf_hash(entry)));
        tree.root()
    });
}

/// Verifying entries from their bytes, kept leaf hashes and a signed checkpoint: strict parsing included.
#[divan::bench]
fn verify_entries(bencher: Bencher<'_, '_>) {
    let (entries, signer, note) = signed();
    let kept: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    bencher.counter(ItemsCount::new(MANY)).bench(|| {
        let mut verifier = Verifier::new(&[signer.vkey().clone()], [&note]);
        for (index, (entry, hash)) in entries.iter().zip(&kept).enumerate() {
            verifier.entry(index as u64, entry, Some(hash));
        }
        let report = verifier.finish(None);
        assert!(report.is_sound() && report.checkpoints == 1);
    });
}

/// Verifying kept leaf hashes against a signed checkpoint.
#[divan::bench]
fn verify_hashes(bencher: Bencher<'_, '_>) {
    let (entries, signer, note) = signed();
    let kept: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    bencher.counter(ItemsCount::new(MANY)).bench(|| {
        let mut verifier = Verifier::new(&[signer.vkey().clone()], [&note]);
        kept.iter().enumerate().for_each(|(index, hash)| verifier.hashed(index as u64, hash));
        let report = verifier.finish(None);
        assert!(report.is_sound() && report.checkpoints == 1);
    });
}

fn signed() -> (Vec<Vec<u8>>, Signer, String) {
    let entries = entries();
    let mut tree = Frontier::new();
    entries.iter().for_each(|entry| tree.append(leaf_hash(entry)));
    let signer = Signer::new("ledger.example/office", &[1; 32]).unwrap_or_else(|_| unreachable!());
    let note = Checkpoint::of("ledger.example/office", &tree).and_then(|checkpoint| checkpoint.sign(&signer));
    (entries, signer, note.unwrap_or_else(|_| unreachable!()))
}

#[divan::bench]
fn checkpoint_sign(bencher: Bencher<'_, '_>) {
    let signer = Signer::new("ledger.example/office", &[1; 32]).unwrap_or_else(|_| unreachable!());
    bencher.bench(|| Checkpoint::of("ledger.example/office", &Frontier::new()).and_then(|one| one.sign(&signer)));
}

#[divan::bench]
fn checkpoint_open(bencher: Bencher<'_, '_>) {
    let (_, signer, note) = signed();
    bencher.bench(|| Checkpoint::open(black_box(&note), signer.vkey()));
}

/// From leaf hashes alone, which is the slow way.
#[divan::bench]
fn inclusion_proof_of_100_000(bencher: Bencher<'_, '_>) {
    let hashes = hashes();
    bencher.bench(|| {
        let mut source = nodes(|index| hashes.get(index as usize).copied());
        Inclusion::build(black_box(77_777), MANY as u64, &mut source)
    });
}
