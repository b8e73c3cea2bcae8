//! Locks: keys, sealed values bound to their place, blind indexes, shredding.
//!
//! **Knows** cryptography: which key opens which bytes, where they belong, and how a value can be found
//! without being opened. **Never knows** what is being locked or why; names of rows and fields are text
//! to it, to be compared and nothing else. It has no source of randomness: keys and nonces come in as
//! arguments. Everything keyed is done by aws-lc-rs.
//!
//! ```text
//!        wraps
//! RootKey ─┬─ Kek, one for each epoch ── wraps ── SubjectKey ─┬─ field key: SubjectLock ── seals ── fields
//!          ├─ BlindKeys: blind indexes, marks                 ├─ ledger key: commitments (then wrapped for itself)
//!          ├─ actor branch                                    └─ file key
//!          └─ the ledger's signing key
//! ```
//!
//! Destroying a subject key destroys whatever it sealed, wherever copies of it lie. Our own copies of keys
//! and plaintext are overwritten when dropped; of the key schedules inside the cryptographic library we
//! know only that it frees them.
//!
//! ```
//! use seal::{Kek, Nonce, Place, SubjectKey, SubjectLock};
//!
//! # let random = [7; 32];
//! # let (first, second) = ([1; 12], [2; 12]);
//! let subject = [1; 16];
//! let key = SubjectKey::new(random);
//! let kek = Kek::new(1, [9; 32]);
//! let wrapped = kek.wrap(&subject, &key, Nonce::from_random(first))?;
//!
//! let place = Place { subject, row: "applicants", field: "phone", version: 1 };
//! let sealed = SubjectLock::new(&key).seal(&place, b"+84 24 0000 0000", Nonce::from_random(second))?;
//!
//! // Later, from what was stored:
//! let key = kek.unwrap(&subject, &wrapped)?;
//! let opened = SubjectLock::new(&key).open(&place, &sealed)?;
//! assert_eq!(opened.expose(), b"+84 24 0000 0000");
//!
//! // In any other place the same bytes do not open:
//! let elsewhere = Place { field: "email", ..place };
//! assert!(SubjectLock::new(&key).open(&elsewhere, &sealed).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod blind;
pub mod key;
pub mod nonce;
pub mod sealed;
pub mod secret;
pub mod share;
pub mod sheet;

mod derive;
mod gcm;

pub use blind::{BlindIndex, BlindKey, Token};
pub use gcm::{CannotOpen, CannotSeal};
pub use key::{Branch, Kek, RootKey, SubjectKey, WrappedKey};
pub use nonce::{Nonce, Nonces};
pub use sealed::{Place, SubjectLock};
pub use secret::{NotText, Secret};
pub use share::{BadShares, Share};
pub use sheet::{BadSheet, Sheet};
