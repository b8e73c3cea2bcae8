//! Where a file's bytes are, and how much of them one record may take.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file on disk, or one that was sent. It is read several times from the start, never held as a whole.
#[derive(Clone)]
pub struct Origin(Place);

#[derive(Clone)]
enum Place {
    Disk(PathBuf),
    Memory(Arc<[u8]>),
}

impl Origin {
    /// A file on disk.
    #[must_use]
    pub fn path(path: impl AsRef<Path>) -> Self {
        Self(Place::Disk(path.as_ref().to_owned()))
    }

    /// Bytes already here, as a form or a test hands them over.
    #[must_use]
    pub fn bytes(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self(Place::Memory(bytes.into()))
    }

    /// A fresh reader from the first byte.
    pub(crate) fn reader(&self) -> io::Result<Box<dyn ReadSeek>> {
        Ok(match &self.0 {
            Place::Disk(path) => Box::new(File::open(path)?),
            Place::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        })
    }
}

impl std::fmt::Debug for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Origin(..)")
    }
}

/// Bytes that can be read from any place.
pub(crate) trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

/// A reader that gives up when one record takes more bytes than any honest record does, or the whole more
/// than any honest file: a quotation mark never closed, or an archive that unpacks without end.
pub(crate) struct Limited<R> {
    inner: R,
    record_left: usize,
    whole_left: u64,
}

/// The most bytes one record or one XML event may take.
pub(crate) const RECORD_MAX: usize = 8 << 20;

/// The most bytes one file may unpack to.
pub(crate) const WHOLE_MAX: u64 = 8 << 30;

impl<R: Read> Limited<R> {
    pub(crate) const fn new(inner: R) -> Self {
        Self::within(inner, WHOLE_MAX)
    }

    /// As [`Limited::new`], for a whole of which less is honest.
    pub(crate) const fn within(inner: R, whole: u64) -> Self {
        Self { inner, record_left: RECORD_MAX, whole_left: whole }
    }

    /// The next record begins.
    pub(crate) const fn next_record(&mut self) {
        self.record_left = RECORD_MAX;
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let within = u64::try_from(read).ok().and_then(|bytes| self.whole_left.checked_sub(bytes));
        match (self.record_left.checked_sub(read), within) {
            (Some(record_left), Some(whole_left)) => {
                (self.record_left, self.whole_left) = (record_left, whole_left);
                Ok(read)
            }
            _ => Err(io::ErrorKind::FileTooLarge.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_without_end_is_given_up() {
        let mut endless = Limited::new(io::repeat(b'"'));
        let mut buffer = vec![0; 1 << 20];
        let read = (0..20).map_while(|_| endless.read(&mut buffer).ok()).sum::<usize>();
        assert!(read <= RECORD_MAX);
        endless.next_record();
        assert!(endless.read(&mut buffer).unwrap() > 0, "the next record has its own share");
    }
}
