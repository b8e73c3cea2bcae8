//! AES-256-GCM, the way all locks here use it: `version ‖ header ‖ nonce ‖ ciphertext ‖ tag`.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, MAX_TAG_LEN, Nonce as GcmNonce, UnboundKey};
use aws_lc_rs::error::Unspecified;

use crate::nonce::{NONCE_BYTES, Nonce};
use crate::secret::Secret;

/// Bytes of the authentication tag.
pub(crate) const TAG_BYTES: usize = MAX_TAG_LEN;

/// Why sealed bytes do not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotOpen {
    /// They are too short to be sealed, or of a version not known here.
    #[error("these bytes are not sealed by this program")]
    Form,
    /// The key or the place is another, or the bytes were changed. Which of these cannot be told.
    #[error("the seal does not open here: other key, other place, or changed bytes")]
    Refused,
}

/// The cryptographic library would not seal: out of memory, or more than 64 GiB at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the value could not be sealed")]
pub struct CannotSeal;

/// A key ready for use. Setting it up cannot fail for 32 bytes; if it does, it will not seal or open.
pub(crate) struct Cipher(Result<LessSafeKey, Unspecified>);

impl Cipher {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new))
    }

    /// `head ‖ nonce ‖ ciphertext ‖ tag`, where `head` is not encrypted. It is not authenticated either
    /// unless the place says so.
    pub(crate) fn seal(
        &self,
        head: &[u8],
        place: &[u8],
        plaintext: &[u8],
        Nonce(nonce): Nonce,
    ) -> Result<Vec<u8>, CannotSeal> {
        let key = self.0.as_ref().map_err(|_| CannotSeal)?;
        let mut sealed = Vec::with_capacity(head.len() + NONCE_BYTES + plaintext.len() + TAG_BYTES);
        sealed.extend_from_slice(head);
        sealed.extend_from_slice(&nonce);
        let body = sealed.len();
        sealed.resize(body + plaintext.len() + TAG_BYTES, 0);
        let (ciphertext, tag) = sealed.split_at_mut(body).1.split_at_mut(plaintext.len());
        let nonce = GcmNonce::assume_unique_for_key(nonce);
        key.seal_out_of_place_scatter(nonce, Aad::from(place), plaintext, ciphertext, &[], tag)
            .map_err(|_| CannotSeal)?;
        Ok(sealed)
    }

    /// Opens what [`seal`](Self::seal) made, without its head.
    pub(crate) fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Secret<Vec<u8>>, CannotOpen> {
        let key = self.0.as_ref().map_err(|_| CannotOpen::Refused)?;
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(CannotOpen::Form)?;
        let (ciphertext, tag) = rest.split_last_chunk::<TAG_BYTES>().ok_or(CannotOpen::Form)?;
        let mut plaintext = vec![0; ciphertext.len()];
        let nonce = GcmNonce::assume_unique_for_key(*nonce);
        let opened = key.open_separate_gather(nonce, Aad::from(place), ciphertext, tag, &mut plaintext);
        // Wrapped before looking at the outcome: a failed opening may have left something behind.
        let plaintext = Secret::new(plaintext);
        opened.map_err(|_| CannotOpen::Refused)?;
        Ok(plaintext)
    }
}
