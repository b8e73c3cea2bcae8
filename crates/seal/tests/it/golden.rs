//! Bytes promised to stored data, worked out with Python's `cryptography` from the descriptions in the
//! module documentation. If one of these tests fails, existing records no longer open.

use seal::{Kek, Nonce, Place, RootKey, Sheet, SubjectKey, SubjectLock};

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
    assert_eq!(
        hex::encode(root().actor_branch().expose()),
        "49362c11a263e8a24f9767372167cd4dc7866506ec1150788c1497c581b15c5c"
    );
}

#[test]
fn a_sealed_value() {
    let place = Place { subject: SUBJECT, row: "applicants", field: "phone", version: 1 };
    let sealed = SubjectLock::new(&subject_key()).seal(&place, "電話 090".as_bytes(), nonce()).unwrap();
    assert_eq!(hex::encode(sealed), "01000102030405060708090a0b7000f36ce3b8f4b48a70a6df0159648e8d851d2660b2a1a95016");
}

#[test]
fn a_wrapped_key() {
    let wrapped = root().kek(7).wrap(&SUBJECT, &subject_key(), nonce()).unwrap();
    assert_eq!(
        hex::encode(wrapped.as_bytes()),
        "0100000007000102030405060708090a0b1d87b03b94078c465c10dc0dc596c12290d2d29dba514b592fad95d5def27917a78541bc46420b47234099868bb8fb78"
    );
    let kek = Kek::new(7, std::array::from_fn(|n| 32 + n as u8));
    assert_eq!(
        hex::encode(root().wrap_kek(&kek, nonce()).unwrap().as_bytes()),
        "0100000007000102030405060708090a0b034c81249eef5eb0f7bee1cf2d810b157c7c026eda6099bc4a3d6a010a13a2f3f2c2598815c45a4696014b3663138bfe"
    );
}

#[test]
fn tokens() {
    let key = root().blind_key();
    assert_eq!(hex::encode(key.token("email", "hana@example.com")), "ce1aba8f66fb331dc61762638f6f1841");
    assert_eq!(hex::encode(key.token("kana", "ハナコ")), "91bb3af220a1c61d5fc5fa95c7451159");
}

#[test]
fn a_sheet() {
    let mut sheet = Sheet::new();
    sheet.insert("phone", Vec::new()).unwrap();
    sheet.insert("aaaaa", vec![1, 2]).unwrap();
    assert_eq!(hex::encode(sheet.to_bytes()), "0100020561616161610000000201020570686f6e6500000000");
}
