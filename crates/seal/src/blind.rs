//! Blind indexes: keyed hashes of normal forms, by which sealed values are found.

use crate::key::derive;
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The key of the blind indexes.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct BlindKey([u8; 32]);

impl BlindKey {
    /// The key with these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// Makes tokens, with the keys of the kinds used so far ready.
pub struct BlindIndex {
    key: BlindKey,
    kinds: RwLock<HashMap<String, Key>>,
}

impl BlindIndex {
    /// The index of a key.
    #[must_use]
    pub fn new(key: BlindKey) -> Self {
        Self { key, kinds: RwLock::default() }
    }

    /// HMAC-SHA256 of a normal form under the key of its kind, cut to 16 bytes. Equal forms of one kind have equal tokens,
    /// and nothing else does.
    #[must_use]
    pub fn token(&self, kind: &str, normal: &str) -> [u8; 16] {
        if let Some(key) = self.kinds.read().unwrap_or_else(PoisonError::into_inner).get(kind) {
            return cut(key, normal);
        }
        let key = Key::new(HMAC_SHA256, &derive(&self.key.0, &format!("daicho/blind/v1/{kind}")));
        let token = cut(&key, normal);
        self.kinds.write().unwrap_or_else(PoisonError::into_inner).insert(kind.to_owned(), key);
        token
    }
}

fn cut(key: &Key, normal: &str) -> [u8; 16] {
    let tag = sign(key, normal.as_bytes());
    let mut token = [0; 16];
    token.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
    token
}
