//! Blind indexes: finding a value by a keyed hash of it, without opening anything.
//!
//! `token = HMAC-SHA256(HKDF(blind key, "index/v1/" ‖ kind), normalised value)`, of which 16 bytes are kept.
//! Equal values of one kind have equal tokens; values of different kinds never share any. Whoever holds the
//! database sees which records share a token, and no more; whoever also holds the blind key can test
//! guesses, so the key is kept wrapped by the root key and not with the data.
//!
//! ```
//! use seal::{BlindIndex, BlindKey};
//!
//! let index = BlindIndex::new(&BlindKey::new([9; 32]), &["email", "phone"]);
//! assert_eq!(index.token("email", "a@example.com"), index.token("email", "a@example.com"));
//! assert_ne!(index.token("email", "a@example.com"), index.token("phone", "a@example.com"));
//! ```

use std::collections::BTreeMap;

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use zeroize::Zeroize;

use crate::derive::derive;

/// What stands for a value in an index.
pub type Token = [u8; 16];

/// The key of blind indexes.
pub struct BlindKey([u8; 32]);

impl BlindKey {
    /// The blind key with these bytes: 32, from a cryptographic random number generator ([`Branch::Index`](crate::Branch)).
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The token of a value, which must have been normalised the same way as when it was stored.
    #[must_use]
    pub fn token(&self, kind: &str, normalised: &str) -> Token {
        token(&self.of_kind(kind), normalised)
    }

    fn of_kind(&self, kind: &str) -> Key {
        Key::new(HMAC_SHA256, derive(&self.0, &format!("index/v1/{kind}")).as_slice())
    }
}

impl Drop for BlindKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// A blind key with the keys of some kinds worked out beforehand.
pub struct BlindIndex {
    key: BlindKey,
    prepared: BTreeMap<String, Key>,
}

impl BlindIndex {
    /// Prepares these kinds.
    #[must_use]
    pub fn new(key: &BlindKey, kinds: &[&str]) -> Self {
        let prepared = kinds.iter().map(|kind| ((*kind).to_owned(), key.of_kind(kind))).collect();
        Self { key: BlindKey(key.0), prepared }
    }

    /// The token of a value; a kind that was not prepared takes longer.
    #[must_use]
    pub fn token(&self, kind: &str, normalised: &str) -> Token {
        match self.prepared.get(kind) {
            Some(key) => token(key, normalised),
            None => self.key.token(kind, normalised),
        }
    }
}

fn token(key: &Key, normalised: &str) -> Token {
    let tag = sign(key, normalised.as_bytes());
    tag.as_ref().first_chunk().copied().unwrap_or_default()
}
