//! Sealed values: AES-256-GCM under a person's field key, bound to their place.

use crate::key::{SubjectKey, aes};
use crate::secret::Secret;
use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce};
use zeroize::Zeroize;

/// Where a value belongs. A value sealed for one place does not open in any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// Whose it is.
    pub subject: [u8; 16],
    /// Under which row it is held.
    pub row: &'a str,
    /// Which field it is.
    pub field: &'a str,
    /// Which version of the record.
    pub version: u32,
}

impl Place<'_> {
    /// `daicho/value1`, then each part after its length, so that no two places have the same bytes.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(48 + self.row.len() + self.field.len());
        bytes.extend_from_slice(b"daicho/value1");
        bytes.extend_from_slice(&self.subject);
        for part in [self.row, self.field] {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes.extend_from_slice(&self.version.to_be_bytes());
        bytes
    }
}

/// A value could not be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value cannot be sealed")]
pub struct CannotSeal;

/// A value does not open here: another key, another place, or altered bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value does not open here")]
pub struct CannotOpen;

const VERSION: u8 = 1;
const NONCE: usize = 12;
const TAG: usize = 16;

/// One person's lock, its field key ready.
pub struct SubjectLock(LessSafeKey);

impl SubjectLock {
    /// The lock of a person's key.
    ///
    /// # Errors
    /// [`CannotSeal`] if the machine's cryptography fails.
    pub fn new(key: &SubjectKey) -> Result<Self, CannotSeal> {
        let mut field = key.field_key();
        let lock = Self(aes(&field));
        field.zeroize();
        Ok(lock)
    }

    /// Seals a value: version, nonce, ciphertext, tag. The nonce was random: one key seals thousands of values, not 2^32.
    ///
    /// # Errors
    /// [`CannotSeal`] if the machine's cryptography fails.
    pub fn seal(&self, place: &Place<'_>, value: &[u8], nonce: [u8; NONCE]) -> Result<Vec<u8>, CannotSeal> {
        let mut out = Vec::with_capacity(1 + NONCE + value.len() + TAG);
        out.push(VERSION);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(value);
        let body = out.get_mut(1 + NONCE..).ok_or(CannotSeal)?;
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self.0.seal_in_place_separate_tag(nonce, Aad::from(place.bytes()), body).map_err(|_| CannotSeal)?;
        out.extend_from_slice(tag.as_ref());
        Ok(out)
    }

    /// Opens a value in the place it was sealed for.
    ///
    /// # Errors
    /// [`CannotOpen`].
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Secret<Vec<u8>>, CannotOpen> {
        let (version, rest) = sealed.split_first().ok_or(CannotOpen)?;
        if *version != VERSION {
            return Err(CannotOpen);
        }
        let (nonce, body) = rest.split_at_checked(NONCE).ok_or(CannotOpen)?;
        let length = body.len().checked_sub(TAG).ok_or(CannotOpen)?;
        let (body, tag) = body.split_at_checked(length).ok_or(CannotOpen)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| CannotOpen)?;
        let mut out = vec![0; length];
        let opened = self.0.open_separate_gather(nonce, Aad::from(place.bytes()), body, tag, &mut out);
        opened.map_err(|_| CannotOpen)?;
        Ok(Secret::new(out))
    }
}
