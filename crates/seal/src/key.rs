//! Keys, from the root down to one for each subject.
//!
//! A subject key is random and kept only wrapped, by the key encryption key of an *epoch*. Rewrapping all
//! live keys for a new epoch and destroying the older key encryption key makes every older copy of a
//! wrapped subject key worthless, in backups too. That works only with key encryption keys that are random
//! and kept wrapped by the root ([`RootKey::wrap_kek`]); one derived from the root ([`RootKey::kek`]) can be
//! derived again as long as the root exists, and serves where no backup of the key store outlives an erasure.

use zeroize::{Zeroize, Zeroizing};

use crate::blind::BlindKey;
use crate::derive::derive;
use crate::gcm::{CannotOpen, CannotSeal, Cipher, TAG_BYTES};
use crate::nonce::{NONCE_BYTES, Nonce};
use crate::secret::Secret;

/// The version byte of wrapped keys.
const VERSION: u8 = 1;

/// Bytes of a [`WrappedKey`]: version, epoch, nonce, key, tag.
pub const WRAPPED_BYTES: usize = HEAD_BYTES + NONCE_BYTES + 32 + TAG_BYTES;

/// Version and epoch.
const HEAD_BYTES: usize = 1 + 4;

/// The key above all others. Whoever has it and the database has everything.
pub struct RootKey([u8; 32]);

impl RootKey {
    /// The root key with these bytes: 32, from a cryptographic random number generator.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key encryption key of this epoch, derived (`kek/<epoch>`).
    #[must_use]
    pub fn kek(&self, epoch: u32) -> Kek {
        Kek::new(epoch, *derive(&self.0, &format!("kek/{epoch}")))
    }

    /// The key of blind indexes (`index/v1`).
    #[must_use]
    pub fn blind_key(&self) -> BlindKey {
        BlindKey::new(*derive(&self.0, "index/v1"))
    }

    /// The key of the branch that actors' commitments are made with (`actor/v1`).
    pub fn actor_branch(&self) -> Secret<[u8; 32]> {
        Secret::new(*derive(&self.0, "actor/v1"))
    }

    /// Wraps a random key encryption key, to be kept apart from what it wraps and destroyed with its epoch.
    ///
    /// # Errors
    /// [`CannotSeal`] if the cryptographic library fails.
    pub fn wrap_kek(&self, kek: &Kek, nonce: Nonce) -> Result<WrappedKey, CannotSeal> {
        WrappedKey::seal(&self.wrapping(), kek.epoch, b"", &kek.bytes, nonce)
    }

    /// Unwraps a key encryption key.
    ///
    /// # Errors
    /// [`CannotOpen`] if it was wrapped by another root, or changed.
    pub fn unwrap_kek(&self, wrapped: &WrappedKey) -> Result<Kek, CannotOpen> {
        Ok(Kek::new(wrapped.epoch(), *wrapped.open(&self.wrapping(), b"")?))
    }

    fn wrapping(&self) -> Cipher {
        Cipher::new(&derive(&self.0, "wrap/v1"))
    }
}

/// A key encryption key: it wraps the subject keys of one epoch.
pub struct Kek {
    epoch: u32,
    bytes: [u8; 32],
    cipher: Cipher,
}

impl Kek {
    /// The key encryption key of this epoch with these bytes.
    #[must_use]
    pub fn new(epoch: u32, mut bytes: [u8; 32]) -> Self {
        let kek = Self { epoch, bytes, cipher: Cipher::new(&bytes) };
        bytes.zeroize();
        kek
    }

    /// Its epoch.
    #[must_use]
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Wraps the key of this subject.
    ///
    /// # Errors
    /// [`CannotSeal`] if the cryptographic library fails.
    pub fn wrap(&self, subject: &[u8; 16], key: &SubjectKey, nonce: Nonce) -> Result<WrappedKey, CannotSeal> {
        WrappedKey::seal(&self.cipher, self.epoch, subject, &key.0, nonce)
    }

    /// Unwraps the key of this subject.
    ///
    /// # Errors
    /// [`CannotOpen`] if it is another subject's or another epoch's, or was changed.
    pub fn unwrap(&self, subject: &[u8; 16], wrapped: &WrappedKey) -> Result<SubjectKey, CannotOpen> {
        if wrapped.epoch() != self.epoch {
            return Err(CannotOpen::Refused);
        }
        Ok(SubjectKey::new(*wrapped.open(&self.cipher, subject)?))
    }
}

/// The key of one subject. Without it nothing that was sealed for the subject can be opened, and nothing
/// in the ledger be shown to be about them.
pub struct SubjectKey([u8; 32]);

impl SubjectKey {
    /// The subject key with these bytes: 32, from a cryptographic random number generator.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key of the subject's commitments (`ledger/v1`).
    pub fn ledger_key(&self) -> Secret<[u8; 32]> {
        Secret::new(*derive(&self.0, "ledger/v1"))
    }

    /// The key of the subject's files (`file/v1`).
    pub fn file_key(&self) -> Secret<[u8; 32]> {
        Secret::new(*derive(&self.0, "file/v1"))
    }

    /// The key fields are sealed with (`field/v1`).
    pub(crate) fn field_key(&self) -> Zeroizing<[u8; 32]> {
        derive(&self.0, "field/v1")
    }
}

/// A wrapped key, as it is stored: `1 ‖ epoch ‖ nonce ‖ ciphertext ‖ tag`, 65 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrappedKey([u8; WRAPPED_BYTES]);

impl WrappedKey {
    /// Reads stored bytes, without opening them.
    ///
    /// # Errors
    /// [`CannotOpen::Form`] if they are not of the right length and version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CannotOpen> {
        let bytes = <[u8; WRAPPED_BYTES]>::try_from(bytes).map_err(|_| CannotOpen::Form)?;
        if bytes.first() == Some(&VERSION) { Ok(Self(bytes)) } else { Err(CannotOpen::Form) }
    }

    /// The bytes to store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; WRAPPED_BYTES] {
        &self.0
    }

    /// The epoch of the key encryption key it needs.
    #[must_use]
    pub const fn epoch(&self) -> u32 {
        let [_, a, b, c, d, ..] = self.0;
        u32::from_be_bytes([a, b, c, d])
    }

    fn seal(cipher: &Cipher, epoch: u32, subject: &[u8], key: &[u8; 32], nonce: Nonce) -> Result<Self, CannotSeal> {
        let [a, b, c, d] = epoch.to_be_bytes();
        let sealed = cipher.seal(&[VERSION, a, b, c, d], &wrapping_place(epoch, subject), key, nonce)?;
        Self::from_bytes(&sealed).map_err(|_| CannotSeal)
    }

    fn open(&self, cipher: &Cipher, subject: &[u8]) -> Result<Zeroizing<[u8; 32]>, CannotOpen> {
        let (_, sealed) = self.0.split_at(HEAD_BYTES);
        let key = cipher.open(&wrapping_place(self.epoch(), subject), sealed)?;
        let key = key.expose().as_slice().try_into().map_err(|_| CannotOpen::Form)?;
        Ok(Zeroizing::new(key))
    }
}

/// What a wrapped key is bound to.
fn wrapping_place(epoch: u32, subject: &[u8]) -> Vec<u8> {
    [b"daicho/wrap/v1".as_slice(), &epoch.to_be_bytes(), subject].concat()
}

macro_rules! wiped_when_dropped {
    ($($key:ident . $bytes:tt),*) => {
        $(impl Drop for $key {
            fn drop(&mut self) {
                self.$bytes.zeroize();
            }
        })*
    };
}

wiped_when_dropped!(RootKey.0, SubjectKey.0, Kek.bytes);
