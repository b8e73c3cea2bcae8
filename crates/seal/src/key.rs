//! Keys: the root, the key that wraps people's keys, a person's key, and what is derived from each.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The root of an installation's keys.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct RootKey([u8; 32]);

/// The key of one epoch that wraps people's keys.
pub struct Kek {
    key: LessSafeKey,
    epoch: u32,
}

/// One person's key. Whoever destroys it has erased the person's values.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SubjectKey([u8; 32]);

/// A person's key as it lies in the key store: version, epoch, nonce, ciphertext and tag.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey(Vec<u8>);

/// A key could not be wrapped or unwrapped: another key, another person, another epoch, or altered bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key cannot be wrapped or unwrapped here")]
pub struct CannotWrap;

const VERSION: u8 = 1;
const HEAD: usize = 1 + 4;
const NONCE: usize = 12;
/// Version, epoch, nonce, 32 bytes, tag.
const WRAPPED: usize = HEAD + NONCE + 32 + 16;

/// HKDF-SHA256 without salt, one label each (RFC 5869).
pub(crate) fn derive(key: &[u8], label: &str) -> [u8; 32] {
    struct Bytes32;
    impl KeyType for Bytes32 {
        fn len(&self) -> usize {
            32
        }
    }
    let mut out = [0; 32];
    let prk: Prk = Salt::new(HKDF_SHA256, &[]).extract(key);
    let info = [label.as_bytes()];
    // 32 bytes are far below HKDF's limit of 255 blocks, so neither step can fail.
    if let Ok(okm) = prk.expand(&info, Bytes32) {
        drop(okm.fill(&mut out));
    }
    out
}

impl RootKey {
    /// The root key with these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The wrapping key of an epoch.
    #[must_use]
    pub fn kek(&self, epoch: u32) -> Kek {
        let mut bytes = derive(&self.0, &format!("daicho/kek/v1/{epoch}"));
        let kek = Kek { key: aes(&bytes), epoch };
        bytes.zeroize();
        kek
    }

    /// The key of the blind indexes.
    #[must_use]
    pub fn blind_key(&self) -> crate::BlindKey {
        crate::BlindKey::from_bytes(derive(&self.0, "daicho/index/v1"))
    }

    /// The key that separates commitments to actors from everything else.
    #[must_use]
    pub fn actor_branch(&self) -> [u8; 32] {
        derive(&self.0, "daicho/actor/v1")
    }
}

/// An AES-256 key; its length is right by type.
pub(crate) fn aes(bytes: &[u8; 32]) -> LessSafeKey {
    match UnboundKey::new(&AES_256_GCM, bytes) {
        Ok(key) => LessSafeKey::new(key),
        Err(_) => unreachable!("32 bytes are an AES-256 key"),
    }
}

impl Kek {
    /// Wraps a person's key, bound to the person and the epoch.
    ///
    /// # Errors
    /// [`CannotWrap`] if the machine's cryptography fails.
    pub fn wrap(&self, key: &SubjectKey, subject: &[u8; 16], nonce: [u8; NONCE]) -> Result<WrappedKey, CannotWrap> {
        let mut out = Vec::with_capacity(WRAPPED);
        out.push(VERSION);
        out.extend_from_slice(&self.epoch.to_be_bytes());
        out.extend_from_slice(&nonce);
        let mut body = key.0;
        let aad = Aad::from(place(self.epoch, subject));
        let tag = self.key.seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), aad, &mut body);
        let tag = tag.map_err(|_| CannotWrap)?;
        out.extend_from_slice(&body);
        out.extend_from_slice(tag.as_ref());
        Ok(WrappedKey(out))
    }

    /// Unwraps a person's key.
    ///
    /// # Errors
    /// [`CannotWrap`] if it was wrapped for somebody else, in another epoch, under another key, or altered.
    pub fn unwrap(&self, wrapped: &WrappedKey, subject: &[u8; 16]) -> Result<SubjectKey, CannotWrap> {
        let (head, rest) = wrapped.0.split_at_checked(HEAD).ok_or(CannotWrap)?;
        let (nonce, body) = rest.split_at_checked(NONCE).ok_or(CannotWrap)?;
        let mut expected = [0; HEAD];
        expected[0] = VERSION;
        expected[1..].copy_from_slice(&self.epoch.to_be_bytes());
        if head != expected {
            return Err(CannotWrap);
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| CannotWrap)?;
        let mut body = body.to_vec();
        let aad = Aad::from(place(self.epoch, subject));
        let opened = self.key.open_in_place(nonce, aad, &mut body).map_err(|_| CannotWrap)?;
        let key = (&*opened).try_into().map(SubjectKey).map_err(|_| CannotWrap);
        body.zeroize();
        key
    }
}

fn place(epoch: u32, subject: &[u8; 16]) -> [u8; 32] {
    let mut place = [0; 32];
    place[..12].copy_from_slice(b"daicho/wrap1");
    place[12..16].copy_from_slice(&epoch.to_be_bytes());
    place[16..].copy_from_slice(subject);
    place
}

impl SubjectKey {
    /// A person's key with these bytes, which were random.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key of this person's commitments in the ledger.
    #[must_use]
    pub fn ledger_key(&self) -> [u8; 32] {
        derive(&self.0, "daicho/ledger/v1")
    }

    pub(crate) fn field_key(&self) -> [u8; 32] {
        derive(&self.0, "daicho/field/v1")
    }
}

impl WrappedKey {
    /// A wrapped key as it was read.
    ///
    /// # Errors
    /// [`CannotWrap`] if it does not have the length of one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CannotWrap> {
        if bytes.len() == WRAPPED { Ok(Self(bytes.to_vec())) } else { Err(CannotWrap) }
    }

    /// The bytes to keep.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_unwrapped_only_for_its_person_in_its_epoch_under_its_root() {
        let root = RootKey::from_bytes([1; 32]);
        let wrapped = root.kek(1).wrap(&SubjectKey::from_bytes([7; 32]), &[9; 16], [3; 12]).unwrap();
        assert_eq!(root.kek(1).unwrap(&wrapped, &[9; 16]).unwrap().0, [7; 32]);
        assert!(root.kek(1).unwrap(&wrapped, &[8; 16]).is_err(), "another person");
        assert!(root.kek(2).unwrap(&wrapped, &[9; 16]).is_err(), "another epoch");
        assert!(RootKey::from_bytes([2; 32]).kek(1).unwrap(&wrapped, &[9; 16]).is_err(), "another root");
        let bytes = wrapped.into_bytes();
        for at in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            let altered = WrappedKey::from_bytes(&altered).unwrap();
            assert!(root.kek(1).unwrap(&altered, &[9; 16]).is_err(), "byte {at}");
        }
        assert!(WrappedKey::from_bytes(&bytes[1..]).is_err());
    }

    #[test]
    fn derived_keys_are_as_promised() {
        let root = RootKey::from_bytes([1; 32]);
        let subject = SubjectKey::from_bytes([2; 32]);
        let keys = [root.actor_branch(), subject.ledger_key(), subject.field_key()].map(hex::encode);
        // HKDF-SHA256 without salt over these keys and labels; any other implementation gives the same.
        assert_eq!(keys.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
        assert_eq!(derive(&[1; 32], "daicho/actor/v1"), root.actor_branch());
    }
}
