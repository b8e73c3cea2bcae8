//! Several sealed fields of one record in one blob, each of which opens without the others.
//!
//! `1 ‖ number of fields (2 bytes)`, and for each field, sorted by name: length of the name (1 byte), name,
//! length of the sealed value (4 bytes), sealed value. Numbers are big-endian.
//!
//! The names and the number of fields are readable; what a field's value may be used for is bound inside
//! its seal, so a sheet need not be authenticated itself. A field can be *removed* by whoever can write the
//! blob, and that shows only in the ledger.
//!
//! ```
//! let mut sheet = seal::Sheet::new();
//! sheet.insert("phone", vec![1, 2, 3])?;
//! sheet.insert("email", vec![4])?;
//! let stored = sheet.to_bytes();
//! assert_eq!(seal::Sheet::from_bytes(&stored)?.get("email"), Some([4].as_slice()));
//! # Ok::<(), seal::BadSheet>(())
//! ```

use std::collections::BTreeMap;

/// The version byte of sheets.
const VERSION: u8 = 1;

/// Why a sheet cannot be read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSheet {
    /// A name has 1 to 255 bytes.
    #[error("a field name has 1 to 255 bytes")]
    Name,
    /// A sheet has at most 65,535 fields of less than 4 GiB.
    #[error("the sheet is full, or the value too large for it")]
    Full,
    /// The bytes are not a sheet, from this byte on.
    #[error("the bytes are no sheet from byte {at} on")]
    Form {
        /// Where.
        at: usize,
    },
}

/// Sealed fields by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet(BTreeMap<String, Vec<u8>>);

impl Sheet {
    /// A sheet without fields.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Puts a sealed field in, in place of any of that name.
    ///
    /// # Errors
    /// [`BadSheet::Name`] or [`BadSheet::Full`]; the sheet is as before then.
    pub fn insert(&mut self, field: &str, sealed: Vec<u8>) -> Result<(), BadSheet> {
        if field.is_empty() || field.len() > usize::from(u8::MAX) {
            return Err(BadSheet::Name);
        }
        let full = self.0.len() >= usize::from(u16::MAX) && !self.0.contains_key(field);
        if full || u32::try_from(sealed.len()).is_err() {
            return Err(BadSheet::Full);
        }
        self.0.insert(field.to_owned(), sealed);
        Ok(())
    }

    /// Takes a field out.
    pub fn remove(&mut self, field: &str) -> Option<Vec<u8>> {
        self.0.remove(field)
    }

    /// The sealed field of this name.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&[u8]> {
        self.0.get(field).map(Vec::as_slice)
    }

    /// The names, sorted.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether it has no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The blob.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let length: usize = self.0.iter().map(|(field, sealed)| 5 + field.len() + sealed.len()).sum();
        let mut bytes = Vec::with_capacity(3 + length);
        bytes.push(VERSION);
        // Inserting has kept all three numbers within their bytes.
        bytes.extend_from_slice(&(self.0.len() as u16).to_be_bytes());
        for (field, sealed) in &self.0 {
            bytes.push(field.len() as u8);
            bytes.extend_from_slice(field.as_bytes());
            bytes.extend_from_slice(&(sealed.len() as u32).to_be_bytes());
            bytes.extend_from_slice(sealed);
        }
        bytes
    }

    /// Reads a blob. Exactly those bytes are read that [`to_bytes`](Self::to_bytes) writes.
    ///
    /// # Errors
    /// [`BadSheet::Form`] with the place from which the bytes are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadSheet> {
        let mut rest = bytes;
        let fields = read_fields(&mut rest).filter(|_| rest.is_empty());
        fields.map(Self).ok_or(BadSheet::Form { at: bytes.len() - rest.len() })
    }
}

/// Steps through the bytes; where it stops, they are wrong.
fn read_fields(rest: &mut &[u8]) -> Option<BTreeMap<String, Vec<u8>>> {
    let mut fields = BTreeMap::new();
    let [version] = take(rest)?;
    if version != VERSION {
        return None;
    }
    for _ in 0..u16::from_be_bytes(take(rest)?) {
        let mut ahead = *rest;
        let [length] = take(&mut ahead)?;
        let (field, after) = ahead.split_at_checked(usize::from(length))?;
        let field = std::str::from_utf8(field).ok().filter(|field| !field.is_empty())?;
        ahead = after;
        let length = u32::from_be_bytes(take(&mut ahead)?);
        let (sealed, after) = ahead.split_at_checked(usize::try_from(length).ok()?)?;
        let in_order = fields.last_key_value().is_none_or(|(last, _): (&String, _)| last.as_str() < field);
        if !in_order {
            return None;
        }
        fields.insert(field.to_owned(), sealed.to_vec());
        *rest = after;
    }
    Some(fields)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (bytes, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*bytes)
}
