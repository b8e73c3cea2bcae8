//! Locks: keys, sealed values bound to their place, blind indexes, shredding.
//!
//! Knows: cryptography. Must never know: what is being locked, and where randomness comes from (bytes come in as arguments).
//!
//! ```
//! use seal::{Place, SubjectKey, SubjectLock};
//! let lock = SubjectLock::new(&SubjectKey::from_bytes([1; 32]))?;
//! let place = Place { subject: [2; 16], row: "r-1", field: "phone", version: 1 };
//! let sealed = lock.seal(&place, b"090-0000-0000", [3; 12])?;
//! assert_eq!(lock.open(&place, &sealed)?.into_text()?.expose(), "090-0000-0000");
//! let elsewhere = Place { field: "name", ..place };
//! assert!(lock.open(&elsewhere, &sealed).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod blind;
mod key;
mod sealed;
mod secret;
mod sheet;

pub use blind::{BlindIndex, BlindKey};
pub use key::{CannotWrap, Kek, RootKey, SubjectKey, WrappedKey};
pub use sealed::{CannotOpen, CannotSeal, Place, SubjectLock};
pub use secret::{NotText, Secret, Wipe};
pub use sheet::{BadSheet, Sheet};
