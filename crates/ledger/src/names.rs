//! What evidence may speak of: one append-only list of names.
//!
//! Two sorts of names exist. *Ids* are 16 random or time-ordered bytes that stand for a person, an
//! actor, a work record or an act, and say nothing by themselves. *Slugs* are words a policy author
//! chose for clauses, purposes, elements and the like; they are published, so they may not name anybody.
//!
//! Both are parsed once, at the edge; a value of these types is always well formed.
//!
//! ```
//! use ledger::names::{ClauseId, PersonId};
//!
//! let clause: ClauseId = "purpose.recruit".parse()?;
//! assert_eq!(clause.as_str(), "purpose.recruit");
//! assert!("Purpose Recruit".parse::<ClauseId>().is_err());
//!
//! let person = PersonId::from_bytes([7; 16]);
//! assert_eq!(person.to_string().parse::<PersonId>()?, person);
//! # Ok::<(), ledger::names::BadName>(())
//! ```

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The longest slug, in bytes.
pub const SLUG_MAX_BYTES: usize = 64;

/// A text that is not the name it was meant to be.
///
/// It never repeats the text: somebody may have typed a person's name into the wrong box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a {name}: {rule}")]
pub struct BadName {
    /// Which name was expected, as the type is called (`"ClauseId"`).
    pub name: &'static str,
    /// The rule the text breaks.
    pub rule: NameRule,
}

/// The rules a name can break. Positions count bytes from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameRule {
    /// A slug has at least one byte.
    #[error("it is empty; a slug has 1 to 64 bytes")]
    Empty,
    /// A slug has at most [`SLUG_MAX_BYTES`] bytes.
    #[error("it has {bytes} bytes; a slug has at most 64")]
    TooLong {
        /// How many bytes the text has.
        bytes: usize,
    },
    /// A slug is made of `a-z`, `0-9`, `.` and `-`.
    #[error("byte {at} is not one of a-z 0-9 . -")]
    Character {
        /// Where the byte stands.
        at: usize,
    },
    /// `.` and `-` stand only between letters or digits, one at a time.
    #[error("the . or - at byte {at} does not stand between two letters or digits")]
    Separator {
        /// Where the separator stands.
        at: usize,
    },
    /// An id or digest has an exact number of hexadecimal digits.
    #[error("it has {bytes} bytes; exactly {expected} lowercase hexadecimal digits are needed")]
    HexLength {
        /// How many bytes the text has.
        bytes: usize,
        /// How many are needed.
        expected: usize,
    },
    /// An id or digest is written with `0-9` and `a-f` only.
    #[error("byte {at} is not one of 0-9 a-f")]
    HexDigit {
        /// Where the byte stands.
        at: usize,
    },
}

macro_rules! hex_name {
    ($(#[$doc:meta])* $field:vis $name:ident, $bytes:literal) => {
        $(#[$doc])*
        ///
        /// Written as lowercase hexadecimal digits, two for each byte.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($field [u8; $bytes]);

        impl $name {
            /// The name made of these bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $bytes]) -> Self {
                Self(bytes)
            }

            /// Its bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $bytes] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(f, &self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = BadName;

            fn from_str(text: &str) -> Result<Self, BadName> {
                match read_hex(text.as_bytes()) {
                    Ok(bytes) => Ok(Self(bytes)),
                    Err(rule) => Err(BadName { name: stringify!($name), rule }),
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_str(Parsing::new(stringify!($name)))
            }
        }
    };
}

macro_rules! slug_name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// A slug: `^[a-z0-9]+([.-][a-z0-9]+)*$`, 1 to 64 bytes. Cloning shares the text.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The slug as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = BadName;

            fn from_str(text: &str) -> Result<Self, BadName> {
                match check_slug(text.as_bytes()) {
                    Ok(()) => Ok(Self(Arc::from(text))),
                    Err(rule) => Err(BadName { name: stringify!($name), rule }),
                }
            }
        }

        /// Maps keyed by this name can be searched with plain text.
        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_str(Parsing::new(stringify!($name)))
            }
        }
    };
}

hex_name!(
    /// One person whose data is kept. Random; never derived from anything about the person.
    PersonId, 16
);
hex_name!(
    /// One person or machine that acts: staff, a token, the program itself.
    ActorId, 16
);
hex_name!(
    /// One work record: the reason for which people's data may be touched for a while.
    WorkId, 16
);
hex_name!(
    /// One act. The key of its commitments (`rq` of the design), so it must be random and used once.
    ActId, 16
);
hex_name!(
    /// One reading of a log kept elsewhere.
    ReadingId, 16
);
hex_name!(
    /// One question that arose when logs were laid against work records.
    QuestionId, 16
);
hex_name!(
    /// SHA-256 of the canonical bytes of an enacted policy.
    pub PolicyDigest, 32
);
hex_name!(
    /// A value that hides whom an entry is about and can be opened to one reader; see [`crate::commitment`].
    pub Commitment, 32
);

slug_name!(
    /// One clause of the published policy text.
    ClauseId
);
slug_name!(
    /// One promise of the catalogue.
    PromiseId
);
slug_name!(
    /// One purpose of use, as notified.
    PurposeId
);
slug_name!(
    /// One data element, such as a telephone number.
    ElementId
);
slug_name!(
    /// One kind of people, such as applicants.
    KindId
);
slug_name!(
    /// One recipient: an entrustee, a third party, a partner in joint use, a public body.
    RecipientId
);
slug_name!(
    /// One retention term.
    TermId
);
slug_name!(
    /// One safety measure.
    MeasureId
);
slug_name!(
    /// One row of the handling ledger (個人情報管理台帳).
    RowId
);

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// The moment so many milliseconds after 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }
}

/// Whether these bytes are a slug.
pub(crate) fn check_slug(text: &[u8]) -> Result<(), NameRule> {
    if text.is_empty() {
        return Err(NameRule::Empty);
    }
    if text.len() > SLUG_MAX_BYTES {
        return Err(NameRule::TooLong { bytes: text.len() });
    }
    // The edges count as separators, so that one at either end is one too many.
    let mut after_separator = true;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => after_separator = false,
            b'.' | b'-' if after_separator => return Err(NameRule::Separator { at }),
            b'.' | b'-' => after_separator = true,
            _ => return Err(NameRule::Character { at }),
        }
    }
    if after_separator {
        return Err(NameRule::Separator { at: text.len() - 1 });
    }
    Ok(())
}

/// Reads exactly `N` bytes from lowercase hexadecimal digits.
pub(crate) fn read_hex<const N: usize>(text: &[u8]) -> Result<[u8; N], NameRule> {
    let (pairs, rest) = text.as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return Err(NameRule::HexLength { bytes: text.len(), expected: N * 2 });
    }
    let mut bytes = [0; N];
    for (index, (byte, [high, low])) in bytes.iter_mut().zip(pairs).enumerate() {
        let high = digit(*high).ok_or(NameRule::HexDigit { at: index * 2 })?;
        let low = digit(*low).ok_or(NameRule::HexDigit { at: index * 2 + 1 })?;
        *byte = high << 4 | low;
    }
    Ok(bytes)
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    let mut text = String::with_capacity(bytes.len() * 2);
    push_hex(&mut text, bytes);
    f.pad(&text)
}

/// Appends these bytes as lowercase hexadecimal digits.
pub(crate) fn push_hex(text: &mut String, bytes: &[u8]) {
    const fn letter(nibble: u8) -> char {
        (if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }) as char
    }
    for byte in bytes {
        text.push(letter(byte >> 4));
        text.push(letter(byte & 0xf));
    }
}

/// Reads a name out of any format that hands over text.
struct Parsing<T> {
    name: &'static str,
    result: std::marker::PhantomData<T>,
}

impl<T> Parsing<T> {
    const fn new(name: &'static str) -> Self {
        Self { name, result: std::marker::PhantomData }
    }
}

impl<T: FromStr<Err = BadName>> de::Visitor<'_> for Parsing<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {}", self.name)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slug(text: &str) -> Result<(), NameRule> {
        text.parse::<ClauseId>().map(|_| ()).map_err(|bad| bad.rule)
    }

    #[test]
    fn a_slug_is_what_the_rule_says() {
        for good in ["a", "0", "a.b", "a-b", "entrust.contract", "scope.people.e-mail.2", &"a".repeat(64)] {
            assert_eq!(slug(good), Ok(()), "{good}");
        }
        assert_eq!(slug(""), Err(NameRule::Empty));
        assert_eq!(slug(&"a".repeat(65)), Err(NameRule::TooLong { bytes: 65 }));
        assert_eq!(slug("aB"), Err(NameRule::Character { at: 1 }));
        assert_eq!(slug("a_b"), Err(NameRule::Character { at: 1 }));
        assert_eq!(slug("個人"), Err(NameRule::Character { at: 0 }));
        assert_eq!(slug(".a"), Err(NameRule::Separator { at: 0 }));
        assert_eq!(slug("a.-b"), Err(NameRule::Separator { at: 2 }));
        assert_eq!(slug("a."), Err(NameRule::Separator { at: 1 }));
        assert_eq!(slug("a\n"), Err(NameRule::Character { at: 1 }));
    }

    #[test]
    fn a_bad_name_says_the_rule_and_not_the_text() {
        let bad = "Hanako".parse::<PurposeId>().unwrap_err();
        assert_eq!(bad.to_string(), "not a PurposeId: byte 0 is not one of a-z 0-9 . -");
        let bad = "Hanako".parse::<PersonId>().unwrap_err();
        assert_eq!(
            bad.to_string(),
            "not a PersonId: it has 6 bytes; exactly 32 lowercase hexadecimal digits are needed"
        );
    }

    #[test]
    fn ids_are_lowercase_hex_only() {
        let text = "000102030405060708090a0b0c0d0e0f";
        let id: PersonId = text.parse().unwrap();
        assert_eq!(id.as_bytes(), &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
        assert_eq!(id.to_string(), text);
        assert_eq!(format!("{id:?}"), format!("PersonId({text})"));
        let upper = text.to_uppercase().parse::<PersonId>().unwrap_err();
        assert_eq!(upper.rule, NameRule::HexDigit { at: 21 });
    }

    #[test]
    fn names_travel_through_serde_as_validated_text() {
        let clause: ClauseId = serde_json::from_str("\"a.b\"").unwrap();
        assert_eq!(serde_json::to_string(&clause).unwrap(), "\"a.b\"");
        assert!(serde_json::from_str::<ClauseId>("\"a..b\"").is_err());
        let act = ActId::from_bytes([0xab; 16]);
        let text = serde_json::to_string(&act).unwrap();
        assert_eq!(text, format!("\"{}\"", "ab".repeat(16)));
        assert_eq!(serde_json::from_str::<ActId>(&text).unwrap(), act);
        assert_eq!(serde_json::to_string(&Moment(-5)).unwrap(), "-5");
    }

    #[test]
    fn a_map_of_slugs_answers_to_text() {
        let set: std::collections::BTreeSet<ElementId> = ["phone".parse().unwrap()].into();
        assert!(set.contains("phone"));
        assert!(!set.contains("email"));
    }

    proptest! {
        #[test]
        fn every_matching_text_is_a_slug(text in "[a-z0-9]{1,5}([.-][a-z0-9]{1,4}){0,9}") {
            prop_assert_eq!(text.parse::<RowId>().unwrap().to_string(), text);
        }

        #[test]
        fn every_id_is_its_own_text(bytes: [u8; 16], digest: [u8; 32]) {
            let id = WorkId::from_bytes(bytes);
            prop_assert_eq!(id.to_string().parse::<WorkId>().unwrap(), id);
            let digest = PolicyDigest::from_bytes(digest);
            prop_assert_eq!(digest.to_string().parse::<PolicyDigest>().unwrap(), digest);
        }
    }
}
