//! Sealing one value in its place.
//!
//! A sealed value is `1 ‖ nonce ‖ ciphertext ‖ tag`: 29 bytes more than the value, whose length is
//! therefore visible. It opens with the subject's key and in its place only, so values cannot be swapped
//! between people, rows or fields by whoever can write to the database.

use crate::gcm::{CannotOpen, CannotSeal, Cipher};
use crate::key::SubjectKey;
use crate::nonce::Nonce;
use crate::secret::Secret;

/// The version byte of sealed values.
const VERSION: u8 = 1;

/// How many bytes a sealed value has more than the value.
pub const OVERHEAD_BYTES: usize = 1 + crate::nonce::NONCE_BYTES + crate::gcm::TAG_BYTES;

/// Where a value belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// Whose it is.
    pub subject: [u8; 16],
    /// The row it stands in.
    pub row: &'a str,
    /// The field of that row.
    pub field: &'a str,
    /// The version of the record's layout.
    pub version: u32,
}

impl Place<'_> {
    /// The place as authenticated data: every part has its length or a fixed one, so no two places are
    /// the same bytes. Promised, as stored values depend on it.
    ///
    /// `"daicho/place/v1" ‖ subject ‖ length of row ‖ row ‖ length of field ‖ field ‖ version`, numbers
    /// in four bytes, big-endian.
    fn to_bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(15 + 16 + 12 + self.row.len() + self.field.len());
        bytes.extend_from_slice(b"daicho/place/v1");
        bytes.extend_from_slice(&self.subject);
        for name in [self.row, self.field] {
            bytes.extend_from_slice(&u32::try_from(name.len()).unwrap_or(u32::MAX).to_be_bytes());
            bytes.extend_from_slice(name.as_bytes());
        }
        bytes.extend_from_slice(&self.version.to_be_bytes());
        bytes
    }
}

/// A subject's key made ready to seal and open fields.
pub struct SubjectLock(Cipher);

impl SubjectLock {
    /// Derives the field key and sets it up; keep it while working on one subject.
    #[must_use]
    pub fn new(key: &SubjectKey) -> Self {
        Self(Cipher::new(&key.field_key()))
    }

    /// Seals a value in its place.
    ///
    /// # Errors
    /// [`CannotSeal`] if the cryptographic library fails.
    pub fn seal(&self, place: &Place<'_>, plaintext: &[u8], nonce: Nonce) -> Result<Vec<u8>, CannotSeal> {
        self.0.seal(&[VERSION], &place.to_bytes(), plaintext, nonce)
    }

    /// Opens a value sealed in this place.
    ///
    /// # Errors
    /// [`CannotOpen::Form`] if the bytes are no sealed value, [`CannotOpen::Refused`] if the key or place
    /// is another, or the bytes were changed.
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Secret<Vec<u8>>, CannotOpen> {
        match sealed.split_first() {
            Some((&VERSION, rest)) => self.0.open(&place.to_bytes(), rest),
            _ => Err(CannotOpen::Form),
        }
    }
}
