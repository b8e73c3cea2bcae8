//! Bytes promised to stored data, worked out with Python's `cryptography` from the descriptions in the
//! module documentation. If one of these tests fails, existing records no longer open.

use seal::{BlindKey, Branch, Kek, Nonce, Place, RootKey, Share, Sheet, SubjectKey, SubjectLock};

fn root() -> RootKey {
    RootKey::new(std::array::from_fn(|n| n as u8))
}

fn subject_key() -> SubjectKey {
    SubjectKey::new(std::array::from_fn(|n| 32 + n as u8))
}

fn nonce() -> Nonce {
    Nonce::from_random(std::array::from_fn(|n| n as u8))
}

const SUBJECT: [u8; 16] = [0x11; 16];

#[test]
fn derived_keys() {
    assert_eq!(
        hex::encode(subject_key().ledger_key().expose()),
        "f52bbd817b4c382bf2ebd073507904c3f157fd71eba3998ce2976b23ee5d4bc3"
    );
    assert_eq!(
        hex::encode(subject_key().file_key().expose()),
        "7827d4617bb764a014f1065208647dc60866df38375c1effbbfd6dc0bd02656d"
    );
    assert_eq!(hex::encode(root().mark()), "e79f3270d1a4aa89");
}

#[test]
fn a_sealed_value() {
    let place = Place { subject: SUBJECT, row: "applicants", field: "phone", version: 1 };
    let sealed = SubjectLock::new(&subject_key()).seal(&place, "電話 090".as_bytes(), nonce()).unwrap();
    assert_eq!(hex::encode(sealed), "01000102030405060708090a0b7000f36ce3b8f4b48a70a6df0159648e8d851d2660b2a1a95016");
}

#[test]
fn a_wrapped_key() {
    let bytes = std::array::from_fn(|n| 32 + n as u8);
    let wrapped = Kek::new(7, [9; 32]).wrap(&SUBJECT, &subject_key(), nonce()).unwrap();
    assert_eq!(
        hex::encode(wrapped.as_bytes()),
        "0100000007000102030405060708090a0bca70b9e1186a0cc2b77f06b4fceeeb1be344bd91a9250a9347370acd7af4c1e4204674345660c0108b15c7a4f58b82c5"
    );
    for (branch, expected) in [
        (
            Branch::Wrapping,
            "0100000007000102030405060708090a0b034c81249eef5eb0f7bee1cf2d810b157c7c026eda6099bc4a3d6a010a13a2f3f948acd6f0da57eb8828c8b7e406c4b2",
        ),
        (
            Branch::Index,
            "0100000007000102030405060708090a0b034c81249eef5eb0f7bee1cf2d810b157c7c026eda6099bc4a3d6a010a13a2f3423ba5a4b81eaee44fd4a6bb7730e682",
        ),
        (
            Branch::Actor,
            "0100000007000102030405060708090a0b034c81249eef5eb0f7bee1cf2d810b157c7c026eda6099bc4a3d6a010a13a2f3d9ee04cdfd1cdf9485434767045e91ae",
        ),
        (
            Branch::Signing,
            "0100000007000102030405060708090a0b034c81249eef5eb0f7bee1cf2d810b157c7c026eda6099bc4a3d6a010a13a2f38a1ac6e408152be3985610fedf71082e",
        ),
    ] {
        let wrapped = root().wrap(branch, 7, &bytes, nonce()).unwrap();
        assert_eq!(hex::encode(wrapped.as_bytes()), expected, "{}", branch.word());
    }
}

#[test]
fn tokens() {
    let key = BlindKey::new(std::array::from_fn(|n| n as u8));
    assert_eq!(hex::encode(key.token("email", "hana@example.com")), "b8d59884e5a97064329a2d3b893d7c0a");
    assert_eq!(hex::encode(key.token("kana", "ハナコ")), "6d135ebaa8a968d4db6252b277c2e27c");
}

#[test]
fn shares() {
    let random: [u8; 64] = std::array::from_fn(|n| 100 + n as u8);
    let shares = Share::split(&std::array::from_fn(|n| n as u8), 3, 5, &random).unwrap();
    let last = shares.last().map(ToString::to_string);
    let expected =
        "daicho-share-1 3 5 4e43adb6 f3e6d9cc 07122d38 5b4e7164 f4e1decb b8ad9287 4c596673 10053a2f e4f1cedb be939d5a";
    assert_eq!(last.as_deref(), Some(expected));
}

#[test]
fn a_sheet() {
    let mut sheet = Sheet::new();
    sheet.insert("phone", Vec::new()).unwrap();
    sheet.insert("aaaaa", vec![1, 2]).unwrap();
    assert_eq!(hex::encode(sheet.to_bytes()), "0100020561616161610000000201020570686f6e6500000000");
}
