//! One entry has one spelling.

use ledger::entry::{BadEntry, EntryFault, MAX_BYTES};
use ledger::names::{ActId, Commitment, Moment, PolicyDigest, WorkId};
use ledger::{Entry, EntryKind, Leaf};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

fn slug() -> impl Strategy<Value = String> {
    "[a-z0-9]{1,8}([.-][a-z0-9]{1,6}){0,2}"
}

prop_compose! {
    fn fixed()(
        kind in 0..EntryKind::ALL.len(),
        act: [u8; 16],
        moment in -9_007_199_254_740_991_i64..=9_007_199_254_740_991,
        node: u32,
        refused: bool,
        people: u32,
        committed: bool,
        digest: [u8; 32],
    ) -> Entry {
        let mut entry = Entry::new(EntryKind::ALL[kind], ActId::from_bytes(act), Moment(moment)).node(node);
        entry = if committed { entry.subjects(people, Commitment(digest)) } else { entry.counted(people) };
        if refused { entry.refused() } else { entry }
    }
}

prop_compose! {
    fn any_entry()(
        entry in fixed(),
        actor in option::of(any::<[u8; 32]>()),
        purpose in option::of(slug()),
        policy in option::of(any::<[u8; 32]>()),
        clauses in vec(slug(), 0..5),
        elements in vec(slug(), 0..8),
        row in option::of(slug()),
        work in option::of(any::<[u8; 16]>()),
        detail in option::of(any::<[u8; 32]>()),
    ) -> Entry {
        let mut entry = entry
            .clauses(clauses.iter().map(|clause| clause.parse().unwrap()))
            .elements(elements.iter().map(|element| element.parse().unwrap()));
        if let Some(actor) = actor { entry = entry.actor(Commitment(actor)); }
        if let Some(purpose) = purpose { entry = entry.purpose(purpose.parse().unwrap()); }
        if let Some(policy) = policy { entry = entry.policy(PolicyDigest(policy)); }
        if let Some(row) = row { entry = entry.row(row.parse().unwrap()); }
        if let Some(work) = work { entry = entry.work(WorkId::from_bytes(work)); }
        if let Some(detail) = detail { entry = entry.detail(detail); }
        entry
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(entry in any_entry()) {
        let bytes = entry.to_bytes();
        prop_assert_eq!(Entry::parse(&bytes).unwrap(), entry.clone());
        prop_assert_eq!(Leaf::read(bytes).unwrap(), entry.leaf().unwrap());
    }

    /// RFC 8785 as another implementation has it: serde_json sorts the keys, writes no spaces, and all
    /// our keys are ASCII and our numbers safe integers.
    #[test]
    fn what_is_written_is_canonical_json(entry in any_entry()) {
        let bytes = entry.to_bytes();
        let sorted: std::collections::BTreeMap<String, serde_json::Value> = serde_json::from_slice(&bytes).unwrap();
        prop_assert_eq!(String::from_utf8(bytes).unwrap(), serde_json::to_string(&sorted).unwrap());
    }

    #[test]
    fn what_is_read_is_written_the_same(entry in any_entry(), place: prop::sample::Index, byte: u8) {
        let mut bytes = entry.to_bytes();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(read) = Entry::parse(&bytes) {
            prop_assert_eq!(read.to_bytes(), bytes);
        }
    }

    #[test]
    fn no_bytes_are_read_wrongly(bytes in vec(any::<u8>(), 0..200)) {
        prop_assert!(Entry::parse(&bytes).is_err());
    }
}

#[test]
fn the_order_of_lists_does_not_matter() {
    let entry = |elements: &[&str]| {
        Entry::new(EntryKind::Found, ActId::from_bytes([0; 16]), Moment(0))
            .elements(elements.iter().map(|element| element.parse().unwrap()))
    };
    assert_eq!(entry(&["b", "a", "b"]), entry(&["a", "b"]));
    assert_eq!(entry(&["b", "a"]).element_ids().len(), 2);
}

#[test]
fn an_entry_that_is_too_long_never_becomes_a_leaf() {
    let many = (0..200).map(|n| format!("element-number-{n}").parse().unwrap());
    let entry = Entry::new(EntryKind::Exported, ActId::from_bytes([0; 16]), Moment(0)).elements(many);
    let bytes = entry.to_bytes();
    let expected = BadEntry { at: MAX_BYTES, what: EntryFault::TooLong { bytes: bytes.len() } };
    assert_eq!(entry.leaf(), Err(expected));
    assert_eq!(Entry::parse(&bytes), Err(expected));
}

#[test]
fn a_typical_entry_is_small() {
    for n in 0..6 {
        assert!(crate::story::entry(n).to_bytes().len() <= 512);
    }
}

#[test]
fn a_moment_beyond_exact_numbers_is_drawn_back() {
    let entry = Entry::new(EntryKind::Born, ActId::from_bytes([0; 16]), Moment(i64::MAX));
    assert_eq!(entry.moment(), Moment(9_007_199_254_740_991));
    assert_eq!(Entry::parse(&entry.to_bytes()).unwrap(), entry);
}
