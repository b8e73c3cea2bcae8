//! Speed of locks on one core: `cargo bench -p seal`.

use divan::{Bencher, black_box};
use seal::{BlindIndex, BlindKey, Kek, Nonce, Nonces, Place, Sheet, SubjectKey, SubjectLock};

const PLACE: Place<'_> = Place { subject: [1; 16], row: "applicants", field: "phone", version: 1 };

fn main() {
    divan::main();
}

fn nonce() -> Nonce {
    Nonce::from_random([1; 12])
}

#[divan::bench(args = [64, 4096])]
fn seal_value(bencher: Bencher<'_, '_>, bytes: usize) {
    let (lock, plaintext) = (SubjectLock::new(&SubjectKey::new([2; 32])), vec![3; bytes]);
    bencher.bench(|| lock.seal(black_box(&PLACE), black_box(&plaintext), nonce()));
}

#[divan::bench(args = [64, 4096])]
fn open_value(bencher: Bencher<'_, '_>, bytes: usize) {
    let lock = SubjectLock::new(&SubjectKey::new([2; 32]));
    let sealed = lock.seal(&PLACE, &vec![3; bytes], nonce()).unwrap_or_default();
    bencher.bench(|| lock.open(black_box(&PLACE), black_box(&sealed)).is_ok());
}

/// From the stored wrapped key to the value, as a reveal of one field does it.
#[divan::bench]
fn cold_read(bencher: Bencher<'_, '_>) {
    let kek = Kek::new(1, [4; 32]);
    let key = SubjectKey::new([2; 32]);
    let wrapped = kek.wrap(&PLACE.subject, &key, nonce());
    let sealed = SubjectLock::new(&key).seal(&PLACE, &[3; 64], nonce()).unwrap_or_default();
    bencher.bench(|| {
        let key = wrapped.as_ref().ok().and_then(|wrapped| kek.unwrap(&PLACE.subject, wrapped).ok());
        key.is_some_and(|key| SubjectLock::new(&key).open(black_box(&PLACE), &sealed).is_ok())
    });
}

#[divan::bench]
fn ledger_key(bencher: Bencher<'_, '_>) {
    let key = SubjectKey::new([2; 32]);
    bencher.bench(|| black_box(&key).ledger_key());
}

#[divan::bench]
fn token_prepared(bencher: Bencher<'_, '_>) {
    let index = BlindIndex::new(&BlindKey::new([4; 32]), &["email", "phone", "name", "birth"]);
    bencher.bench(|| index.token(black_box("phone"), black_box("+842400000000")));
}

#[divan::bench]
fn token_unprepared(bencher: Bencher<'_, '_>) {
    let key = BlindKey::new([4; 32]);
    bencher.bench(|| key.token(black_box("phone"), black_box("+842400000000")));
}

/// Twelve fields of 64 bytes, as an import writes them for one person: key, seals, sheet.
#[divan::bench]
fn person_of_twelve_fields(bencher: Bencher<'_, '_>) {
    let kek = Kek::new(1, [4; 32]);
    let names: Vec<String> = (0..12).map(|n| format!("field-{n}")).collect();
    let mut nonces = Nonces::new();
    let fill = |bytes: &mut [u8]| {
        bytes.fill(7);
        Ok::<(), ()>(())
    };
    let mut next = move || nonces.next(fill).unwrap_or_else(|()| nonce());
    bencher.bench_local(move || {
        let key = SubjectKey::new([2; 32]);
        let wrapped = kek.wrap(&PLACE.subject, &key, next());
        let lock = SubjectLock::new(&key);
        let mut sheet = Sheet::new();
        for field in &names {
            let sealed = lock.seal(&Place { field, ..PLACE }, &[3; 64], next()).unwrap_or_default();
            sheet.insert(field, sealed).unwrap_or_default();
        }
        (wrapped.is_ok(), sheet.to_bytes())
    });
}
