//! Values that do not show themselves.

use zeroize::Zeroize;

/// What can be wiped from memory.
pub trait Wipe {
    /// Overwrites it.
    fn wipe(&mut self);
}

impl Wipe for String {
    fn wipe(&mut self) {
        self.zeroize();
    }
}

impl Wipe for Vec<u8> {
    fn wipe(&mut self) {
        self.zeroize();
    }
}

impl<const N: usize> Wipe for [u8; N] {
    fn wipe(&mut self) {
        self.zeroize();
    }
}

/// A value in plaintext. It prints nothing, serialises as nothing and is wiped when dropped.
///
/// ```compile_fail,E0277
/// println!("{:?}", seal::Secret::new(String::from("x")));
/// ```
/// ```compile_fail,E0277
/// println!("{}", seal::Secret::new(String::from("x")));
/// ```
/// ```compile_fail,E0599
/// let copy = seal::Secret::new(String::from("x")).clone();
/// ```
pub struct Secret<T: Wipe>(T);

impl<T: Wipe> Secret<T> {
    /// Takes a plaintext value in.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The plaintext. Every call of this can be found by its name.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Wipe> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.wipe();
    }
}

/// The opened bytes are not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what was sealed is not text")]
pub struct NotText;

impl Secret<Vec<u8>> {
    /// The value as text.
    ///
    /// # Errors
    /// [`NotText`]; the bytes are wiped.
    pub fn into_text(mut self) -> Result<Secret<String>, NotText> {
        String::from_utf8(std::mem::take(&mut self.0)).map(Secret).map_err(|error| {
            error.into_bytes().wipe();
            NotText
        })
    }
}
