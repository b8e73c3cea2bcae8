//! Keys, from the root down to one for each subject.
//!
//! A subject key is random and kept only wrapped, by the key encryption key of an *epoch*. Rewrapping all
//! live keys for a new epoch and destroying the older key encryption key makes every older copy of a
//! wrapped subject key worthless, in backups too. That works because a key encryption key is random, and
//! kept wrapped by the root key ([`RootKey::wrap`]) where no old copy of it stays: one that could be
//! derived again could not be destroyed.

use zeroize::{Zeroize, Zeroizing};

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

/// The random keys that the root key keeps wrapped. Each has generations, counted from 1, so that it can be renewed while the one
/// before is still needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Branch {
    /// Wraps people's keys; its generations are the epochs.
    Wrapping,
    /// Blind indexes.
    Index,
    /// Commitments to actors.
    Actor,
    /// Signs the ledger's checkpoints.
    Signing,
}

impl Branch {
    /// Every branch.
    pub const ALL: [Self; 4] = [Self::Wrapping, Self::Index, Self::Actor, Self::Signing];

    /// Its word, in files and in what a wrapped key is bound to.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Wrapping => "wrapping",
            Self::Index => "index",
            Self::Actor => "actor",
            Self::Signing => "signing",
        }
    }
}

impl RootKey {
    /// The root key with these bytes: 32, from a cryptographic random number generator.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes, for whoever protects it: in a file under a passphrase, in a security module, in shares.
    pub const fn secret(&self) -> Secret<[u8; 32]> {
        Secret::new(self.0)
    }

    /// Eight bytes by which it is known again, and which tell nothing of it (`mark/v1`).
    #[must_use]
    pub fn mark(&self) -> [u8; 8] {
        mark(&self.0)
    }

    /// Wraps a key of a branch, bound to the branch and its generation.
    ///
    /// # Errors
    /// [`CannotSeal`] if the cryptographic library fails.
    pub fn wrap(
        &self,
        branch: Branch,
        generation: u32,
        key: &[u8; 32],
        nonce: Nonce,
    ) -> Result<WrappedKey, CannotSeal> {
        WrappedKey::seal(&self.wrapping(), generation, branch.word().as_bytes(), key, nonce)
    }

    /// Unwraps a key of a branch; its generation is the wrapped key's [`epoch`](WrappedKey::epoch).
    ///
    /// # Errors
    /// [`CannotOpen`] if it was wrapped by another root or for another branch, or was changed.
    pub fn unwrap(&self, branch: Branch, wrapped: &WrappedKey) -> Result<Secret<[u8; 32]>, CannotOpen> {
        Ok(Secret::new(*wrapped.open(&self.wrapping(), branch.word().as_bytes())?))
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

    /// The same key once more.
    #[must_use]
    pub fn again(&self) -> Self {
        Self::new(self.epoch, self.bytes)
    }

    /// Eight bytes by which it is known again, and which tell nothing of it (`mark/v1`).
    #[must_use]
    pub fn mark(&self) -> [u8; 8] {
        mark(&self.bytes)
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

    /// The epoch of the key encryption key it needs; of a key the root wraps, its own generation.
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

fn mark(key: &[u8; 32]) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = *derive(key, "mark/v1");
    [a, b, c, d, e, f, g, h]
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
