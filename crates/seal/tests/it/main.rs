//! Locks, seen from outside.
#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use seal::{
    BadShares, BlindIndex, BlindKey, Branch, CannotOpen, Kek, Nonce, Place, RootKey, Share, Sheet, SubjectKey,
    SubjectLock, WrappedKey,
};

mod golden;

fn lock(key: [u8; 32]) -> SubjectLock {
    SubjectLock::new(&SubjectKey::new(key))
}

/// What keeps the bytes shut, if anything does.
fn shut(lock: &SubjectLock, place: &Place<'_>, sealed: &[u8]) -> Option<CannotOpen> {
    lock.open(place, sealed).err()
}

/// A value sealed in its place.
#[derive(Clone, Debug)]
struct Sealed {
    key: [u8; 32],
    subject: [u8; 16],
    row: String,
    field: String,
    version: u32,
    plaintext: Vec<u8>,
    bytes: Vec<u8>,
}

impl Sealed {
    fn place(&self) -> Place<'_> {
        Place { subject: self.subject, row: &self.row, field: &self.field, version: self.version }
    }
}

prop_compose! {
    fn sealed()(
        key: [u8; 32],
        subject: [u8; 16],
        row in "[a-z.]{0,12}",
        field in "[a-z.]{0,12}",
        version: u32,
        plaintext in vec(any::<u8>(), 0..200),
        nonce: [u8; 12],
    ) -> Sealed {
        let place = Place { subject, row: &row, field: &field, version };
        let bytes = lock(key).seal(&place, &plaintext, Nonce::from_random(nonce)).unwrap();
        Sealed { key, subject, row, field, version, plaintext, bytes }
    }
}

proptest! {
    #[test]
    fn what_is_sealed_opens_in_its_place(sealed in sealed()) {
        let opened = lock(sealed.key).open(&sealed.place(), &sealed.bytes);
        prop_assert_eq!(opened.ok().map(|value| value.expose().clone()), Some(sealed.plaintext.clone()));
        prop_assert_eq!(sealed.bytes.len(), sealed.plaintext.len() + seal::sealed::OVERHEAD_BYTES);
    }

    #[test]
    fn it_opens_in_no_other_place(
        sealed in sealed(),
        other_subject: [u8; 16],
        other in "[a-z.]{0,12}",
        other_version: u32,
    ) {
        let place = sealed.place();
        let both = format!("{}{}", place.row, place.field);
        let moved = [
            Place { subject: other_subject, ..place },
            Place { row: &other, ..place },
            Place { field: &other, ..place },
            Place { version: other_version, ..place },
            // The same letters, divided otherwise between row and field:
            Place { row: place.field, field: place.row, ..place },
            Place { row: "", field: &both, ..place },
        ];
        for elsewhere in moved.iter().filter(|elsewhere| **elsewhere != place) {
            prop_assert_eq!(shut(&lock(sealed.key), elsewhere, &sealed.bytes), Some(CannotOpen::Refused));
        }
    }

    #[test]
    fn another_key_does_not_open_it(sealed in sealed(), key: [u8; 32]) {
        prop_assert_eq!(shut(&lock(key), &sealed.place(), &sealed.bytes), Some(CannotOpen::Refused));
    }

    #[test]
    fn a_wrapped_key_unwraps_for_its_subject_and_epoch_only(
        wrapping: [u8; 32], subject: [u8; 16], other: [u8; 16], epoch in 0..u32::MAX, key: [u8; 32], nonce: [u8; 12],
    ) {
        let kek = Kek::new(epoch, wrapping);
        let wrapped = kek.wrap(&subject, &SubjectKey::new(key), Nonce::from_random(nonce)).unwrap();
        prop_assert_eq!(wrapped.epoch(), epoch);
        let read = WrappedKey::from_bytes(wrapped.as_bytes()).unwrap();
        let unwrapped = kek.unwrap(&subject, &read).unwrap_or_else(|_| SubjectKey::new([0; 32]));
        prop_assert_eq!(*unwrapped.ledger_key().expose(), *SubjectKey::new(key).ledger_key().expose());
        if other != subject {
            prop_assert!(kek.unwrap(&other, &wrapped).is_err());
        }
        prop_assert!(Kek::new(epoch + 1, wrapping).unwrap(&subject, &wrapped).is_err());
        prop_assert!(Kek::new(epoch, key).unwrap(&subject, &wrapped).is_err());
    }

    #[test]
    fn a_sheet_is_its_bytes(fields in btree_map("[a-z]{1,9}", vec(any::<u8>(), 0..60), 0..9)) {
        let mut sheet = Sheet::new();
        for (field, sealed) in &fields {
            sheet.insert(field, sealed.clone()).unwrap();
        }
        let read = Sheet::from_bytes(&sheet.to_bytes()).unwrap();
        prop_assert_eq!(&read, &sheet);
        prop_assert!(read.fields().eq(fields.keys().map(String::as_str)));
        for (field, sealed) in &fields {
            prop_assert_eq!(read.get(field), Some(sealed.as_slice()));
        }
    }

    #[test]
    fn a_sheet_has_one_spelling(
        fields in btree_map("[a-z]{1,3}", vec(any::<u8>(), 0..9), 0..5),
        place: prop::sample::Index,
        byte: u8,
    ) {
        let mut sheet = Sheet::new();
        for (field, sealed) in fields {
            sheet.insert(&field, sealed).unwrap();
        }
        let mut bytes = sheet.to_bytes();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(read) = Sheet::from_bytes(&bytes) {
            prop_assert_eq!(read.to_bytes(), bytes);
        }
    }

    #[test]
    fn tokens_tell_values_and_kinds_apart(key: [u8; 32], one in ".{0,20}", other in ".{0,20}") {
        let key = BlindKey::new(key);
        let index = BlindIndex::new(&key, &["email"]);
        prop_assert_eq!(index.token("email", &one), key.token("email", &one));
        prop_assert_eq!(index.token("phone", &one), key.token("phone", &one));
        prop_assert_ne!(index.token("email", &one), index.token("phone", &one));
        prop_assert_eq!(index.token("email", &one) == index.token("email", &other), one == other);
    }
}

#[test]
fn every_changed_bit_keeps_it_shut() {
    let place = Place { subject: [1; 16], row: "applicants", field: "phone", version: 1 };
    let lock = lock([2; 32]);
    let sealed = lock.seal(&place, b"a value", Nonce::from_random([3; 12])).unwrap();
    for byte in 0..sealed.len() {
        for bit in 0..8 {
            let mut changed = sealed.clone();
            changed[byte] ^= 1 << bit;
            let expected = if byte == 0 { CannotOpen::Form } else { CannotOpen::Refused };
            assert_eq!(shut(&lock, &place, &changed), Some(expected), "byte {byte} bit {bit}");
        }
    }
    for length in 0..sealed.len() {
        assert!(shut(&lock, &place, &sealed[..length]).is_some());
    }
}

#[test]
fn every_changed_bit_keeps_a_wrapped_key_shut() {
    let kek = Kek::new(1, [4; 32]);
    let wrapped = kek.wrap(&[1; 16], &SubjectKey::new([2; 32]), Nonce::from_random([3; 12])).unwrap();
    for byte in 0..wrapped.as_bytes().len() {
        for bit in 0..8 {
            let mut changed = *wrapped.as_bytes();
            changed[byte] ^= 1 << bit;
            let opened = WrappedKey::from_bytes(&changed).and_then(|changed| kek.unwrap(&[1; 16], &changed));
            assert!(opened.is_err(), "byte {byte} bit {bit}");
        }
    }
    assert_eq!(WrappedKey::from_bytes(&wrapped.as_bytes()[1..]), Err(CannotOpen::Form));
}

#[test]
fn what_the_root_wraps_opens_under_it_for_its_branch_and_nowhere_else() {
    let root = RootKey::new([1; 32]);
    let stored = root.wrap(Branch::Wrapping, 7, &[5; 32], Nonce::from_random([2; 12])).unwrap();
    assert_eq!(stored.epoch(), 7);
    assert_eq!(root.unwrap(Branch::Wrapping, &stored).map(|key| *key.expose()).ok(), Some([5; 32]));
    for branch in Branch::ALL {
        assert_eq!(root.unwrap(branch, &stored).is_ok(), branch == Branch::Wrapping, "{}", branch.word());
    }
    assert!(RootKey::new([9; 32]).unwrap(Branch::Wrapping, &stored).is_err());
    // Another generation written over the one it has does not open.
    let mut other = *stored.as_bytes();
    other[4] = 8;
    assert!(root.unwrap(Branch::Wrapping, &WrappedKey::from_bytes(&other).unwrap()).is_err());
    assert_ne!(root.mark(), RootKey::new([9; 32]).mark());
}

proptest! {
    #[test]
    fn any_enough_shares_make_the_key_again_and_fewer_do_not(
        key: [u8; 32], random in vec(any::<u8>(), 15 * 32), needed in 2..=16u8, more in 0..=14u8, order in any::<u64>(),
    ) {
        let of = needed.saturating_add(more).min(16);
        let random = &random[..usize::from(needed - 1) * 32];
        let mut shares: Vec<Share> = Share::split(&key, needed, of, random).unwrap().iter()
            .map(|share| share.to_string().parse().unwrap()).collect();
        // Any of them, in any order.
        shares.sort_by_key(|share| (order.rotate_left(u32::from(share.number())) ^ u64::from(share.number())) % 31);
        shares.truncate(usize::from(needed));
        prop_assert_eq!(*Share::combine(&shares).unwrap().expose(), key);
        let twice = shares.pop().zip(shares.first().map(|share| share.to_string().parse::<Share>().unwrap()));
        prop_assert_eq!(Share::combine(&shares).err(), Some(BadShares::TooFew));
        shares.extend(twice.map(|(_, again)| again));
        prop_assert_eq!(Share::combine(&shares).err(), Some(BadShares::TooFew));
    }

    #[test]
    fn a_mistyped_share_is_found(key: [u8; 32], random: [u8; 32], place: prop::sample::Index, digit in "[0-9a-z]") {
        let text = Share::split(&key, 2, 3, &random).unwrap()[1].to_string();
        let place = place.index(text.len());
        let mut mistyped = text.clone();
        mistyped.replace_range(place..=place, &digit);
        prop_assert_eq!(mistyped.parse::<Share>().is_ok(), mistyped == text);
    }
}

#[test]
fn shares_of_different_keys_are_not_mixed() {
    let split = |key| Share::split(&[key; 32], 2, 3, &[3; 32]).unwrap();
    let (one, other) = (split(1), split(2));
    let [a, _, _] = <[Share; 3]>::try_from(one).ok().unwrap();
    let [_, b, _] = <[Share; 3]>::try_from(other).ok().unwrap();
    assert_eq!(Share::combine(&[a, b]).err(), Some(BadShares::Unlike));
    for (needed, of, random) in [(1, 3, 0), (4, 3, 96), (2, 17, 32), (2, 3, 33), (3, 3, 32)] {
        assert!(matches!(Share::split(&[1; 32], needed, of, &vec![0; random]), Err(BadShares::Numbers)));
    }
}

#[test]
fn one_field_of_a_sheet_opens_without_the_others() {
    let lock = lock([1; 32]);
    let place = |field| Place { subject: [2; 16], row: "staff", field, version: 1 };
    let mut sheet = Sheet::new();
    for (n, field) in ["name", "phone", "email"].into_iter().enumerate() {
        let nonce = Nonce::from_random([n as u8; 12]);
        sheet.insert(field, lock.seal(&place(field), field.as_bytes(), nonce).unwrap()).unwrap();
    }
    sheet.remove("name");
    let sheet = Sheet::from_bytes(&sheet.to_bytes()).unwrap();
    let opened = lock.open(&place("phone"), sheet.get("phone").unwrap()).ok().unwrap();
    assert_eq!(opened.expose(), b"phone");
    assert_eq!(shut(&lock, &place("email"), sheet.get("phone").unwrap()), Some(CannotOpen::Refused));
    assert_eq!(sheet.get("name"), None);
}

#[test]
fn what_does_not_fit_a_sheet_is_refused() {
    let mut sheet = Sheet::new();
    assert_eq!(sheet.insert("", Vec::new()), Err(seal::BadSheet::Name));
    assert_eq!(sheet.insert(&"a".repeat(256), Vec::new()), Err(seal::BadSheet::Name));
    assert!(sheet.is_empty());
    for (bytes, at) in [
        (vec![], 0),
        (vec![2, 0, 0], 1),
        (vec![1, 0], 1),
        (vec![1, 0, 0, 0], 3),
        (vec![1, 0, 1, 1, b'a', 0, 0, 0, 9, 1], 3),
        (vec![1, 0, 1, 0, 0, 0, 0, 0], 3),
        (vec![1, 0, 2, 1, b'b', 0, 0, 0, 0, 1, b'a', 0, 0, 0, 0], 9),
        (vec![1, 0, 2, 1, b'a', 0, 0, 0, 0, 1, b'a', 0, 0, 0, 0], 9),
        (vec![1, 0, 1, 1, 0xff, 0, 0, 0, 0], 3),
    ] {
        assert_eq!(Sheet::from_bytes(&bytes), Err(seal::BadSheet::Form { at }), "{bytes:?}");
    }
}
