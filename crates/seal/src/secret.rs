//! A value that cannot be printed or stored by accident, and is overwritten when dropped.

use zeroize::Zeroize;

/// A value to be looked at only on purpose: the one way in is [`expose`](Self::expose), a word to be
/// searched for when reviewing.
///
/// It cannot be printed:
///
/// ```compile_fail,E0277
/// println!("{:?}", seal::Secret::new(vec![1_u8]));
/// ```
///
/// ```compile_fail,E0277
/// println!("{}", seal::Secret::new(String::from("a")));
/// ```
///
/// nor be written out, whatever the format:
///
/// ```compile_fail,E0277
/// fn written<T: serde::Serialize>(_: T) {}
/// written(seal::Secret::new(String::from("a")));
/// ```
///
/// nor be copied:
///
/// ```compile_fail,E0599
/// let secret = seal::Secret::new(vec![1_u8]);
/// let copy = secret.clone();
/// ```
///
/// The same with the value inside does compile, so it is the secret that forbids it:
///
/// ```
/// fn written<T: serde::Serialize>(_: T) {}
/// let secret = seal::Secret::new(String::from("a"));
/// println!("{:?}", secret.expose());
/// written(secret.expose().clone());
/// ```
#[must_use]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes the value in. Copies made before are the caller's to wipe.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl Secret<Vec<u8>> {
    /// The same value as text, moved and not copied.
    ///
    /// # Errors
    /// [`NotText`] if it is not UTF-8; the value is wiped then too.
    pub fn into_text(mut self) -> Result<Secret<String>, NotText> {
        match String::from_utf8(std::mem::take(&mut self.0)) {
            Ok(text) => Ok(Secret(text)),
            Err(not_text) => {
                not_text.into_bytes().zeroize();
                Err(NotText)
            }
        }
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// A secret value that was to be text and is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the value is not text")]
pub struct NotText;

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::rc::Rc;

    struct Witness(Rc<Cell<bool>>);

    impl Zeroize for Witness {
        fn zeroize(&mut self) {
            self.0.set(true);
        }
    }

    #[test]
    fn a_dropped_secret_is_wiped() {
        let wiped = Rc::new(Cell::new(false));
        let secret = Secret::new(Witness(wiped.clone()));
        assert!(!wiped.get());
        drop(secret);
        assert!(wiped.get());
    }

    #[test]
    fn text_is_text() {
        let text = Secret::new("電話".as_bytes().to_vec()).into_text();
        assert_eq!(text.map(|text| text.expose().clone()), Ok("電話".to_owned()));
        assert_eq!(Secret::new(vec![0xff]).into_text().map(|_| ()), Err(NotText));
    }
}
