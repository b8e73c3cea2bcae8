//! A sheet: the sealed fields of one record in one run of bytes, each of which opens without the others.

use std::collections::BTreeMap;

/// Sealed fields by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet(BTreeMap<String, Vec<u8>>);

/// The bytes are no sheet, or a field would stand twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no sheet of sealed fields")]
pub struct BadSheet;

const VERSION: u8 = 1;

impl Sheet {
    /// A sheet with nothing on it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a sealed field on the sheet.
    ///
    /// # Errors
    /// [`BadSheet`] if the field is there already or its name is longer than 255 bytes.
    pub fn insert(&mut self, field: &str, sealed: Vec<u8>) -> Result<(), BadSheet> {
        if field.len() > 255 || u32::try_from(sealed.len()).is_err() || self.0.contains_key(field) {
            return Err(BadSheet);
        }
        self.0.insert(field.to_owned(), sealed);
        Ok(())
    }

    /// A sealed field.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&[u8]> {
        self.0.get(field).map(Vec::as_slice)
    }

    /// The names of the fields, in order.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Version, then for each field in order: length of the name, name, length of the sealed bytes, those bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        for (field, sealed) in &self.0 {
            out.push(u8::try_from(field.len()).unwrap_or(u8::MAX));
            out.extend_from_slice(field.as_bytes());
            out.extend_from_slice(&u32::try_from(sealed.len()).unwrap_or(u32::MAX).to_be_bytes());
            out.extend_from_slice(sealed);
        }
        out
    }

    /// Reads a sheet; accepts exactly what [`to_bytes`](Self::to_bytes) writes.
    ///
    /// # Errors
    /// [`BadSheet`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadSheet> {
        let (version, mut rest) = bytes.split_first().ok_or(BadSheet)?;
        if *version != VERSION {
            return Err(BadSheet);
        }
        let mut sheet = Self::new();
        let mut before: Option<String> = None;
        while let Some((length, after)) = rest.split_first() {
            let (field, after) = after.split_at_checked(usize::from(*length)).ok_or(BadSheet)?;
            let field = std::str::from_utf8(field).map_err(|_| BadSheet)?;
            let (length, after) = after.split_first_chunk::<4>().ok_or(BadSheet)?;
            let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| BadSheet)?;
            let (sealed, after) = after.split_at_checked(length).ok_or(BadSheet)?;
            if before.as_deref().is_some_and(|b| b >= field) {
                return Err(BadSheet);
            }
            before = Some(field.to_owned());
            sheet.insert(field, sealed.to_vec())?;
            rest = after;
        }
        Ok(sheet)
    }
}
