//! Nonces: random bytes that may be used once.

/// The bytes of a nonce: the 96 bits AES-GCM wants.
pub const NONCE_BYTES: usize = 12;

/// How many nonces are fetched together. The system takes about as long for one as for sixty-four.
pub const BATCH: usize = 64;

/// 96 random bits, to be used once: it is neither copied nor cloned, and sealing spends it.
///
/// Random nonces are safe here because one key seals thousands of values, not 2^32 (NIST SP 800-38D,
/// section 8.3).
///
/// ```compile_fail,E0382
/// let nonce = seal::Nonce::from_random([1; 12]);
/// let lock = seal::SubjectLock::new(&seal::SubjectKey::new([1; 32]));
/// let place = seal::Place { subject: [1; 16], row: "", field: "", version: 1 };
/// lock.seal(&place, b"a", nonce);
/// lock.seal(&place, b"b", nonce);
/// ```
pub struct Nonce(pub(crate) [u8; NONCE_BYTES]);

impl Nonce {
    /// A nonce from bytes fresh out of a cryptographic random number generator.
    #[must_use]
    pub const fn from_random(bytes: [u8; NONCE_BYTES]) -> Self {
        Self(bytes)
    }
}

/// Nonces fetched [`BATCH`] at a time from whoever can provide random bytes.
///
/// ```
/// let mut nonces = seal::Nonces::new();
/// let mut fill = |bytes: &mut [u8]| Ok::<(), std::io::Error>(bytes.fill(4)); // a real source, please
/// let nonce = nonces.next(&mut fill)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Default)]
pub struct Nonces(Vec<[u8; NONCE_BYTES]>);

impl Nonces {
    /// No nonces yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The next nonce; every [`BATCH`]th time `fill` is asked to fill a buffer with random bytes.
    ///
    /// # Errors
    /// Whatever `fill` says; nothing is kept then of what it may have filled.
    pub fn next<E>(&mut self, fill: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<Nonce, E> {
        if let Some(nonce) = self.0.pop() {
            return Ok(Nonce(nonce));
        }
        let mut batch = [[0; NONCE_BYTES]; BATCH];
        fill(batch.as_flattened_mut())?;
        let [first, rest @ ..] = batch;
        self.0.extend(rest);
        Ok(Nonce(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_nonce_comes_twice_and_the_source_is_asked_once_in_a_batch() {
        let (mut nonces, mut asked, mut next_byte) = (Nonces::new(), 0, 0_u32);
        let mut seen = BTreeSet::new();
        for _ in 0..BATCH * 3 {
            let nonce = nonces.next(|bytes| {
                asked += 1;
                for chunk in bytes.as_chunks_mut::<4>().0 {
                    next_byte += 1;
                    *chunk = next_byte.to_be_bytes();
                }
                Ok::<(), ()>(())
            });
            assert!(nonce.is_ok_and(|nonce| seen.insert(nonce.0)));
        }
        assert_eq!((asked, seen.len()), (3, BATCH * 3));
    }

    #[test]
    fn without_random_bytes_there_is_no_nonce() {
        let mut nonces = Nonces::new();
        assert!(nonces.next(|_| Err("no entropy")).is_err());
        assert!(nonces.0.is_empty());
    }
}
