//! The files that say where the root key can be had from: a first line that says what it is, then a word and what it stands for on
//! each line.

use std::collections::BTreeMap;

/// The lines of such a file, taken one by one.
pub(super) struct Lines<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Lines<'a> {
    /// The lines under this first line. `None` if it is another file, or a word stands in it twice.
    pub(super) fn read(text: &'a str, kind: &str) -> Option<Self> {
        let mut lines = text.lines();
        if lines.next()? != kind {
            return None;
        }
        let mut words = BTreeMap::new();
        for line in lines {
            let (word, what) = line.split_once(' ')?;
            if what.is_empty() || words.insert(word, what).is_some() {
                return None;
            }
        }
        Some(Self(words))
    }

    /// What a word stands for.
    pub(super) fn take(&mut self, word: &str) -> Option<&'a str> {
        self.0.remove(word)
    }

    /// The bytes that a word stands for.
    pub(super) fn bytes<const N: usize>(&mut self, word: &str) -> Option<[u8; N]> {
        hex::decode(self.take(word)?).ok()?.try_into().ok()
    }

    /// Nothing is left that was not understood.
    pub(super) fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// Whether something can stand on a line.
pub(super) fn fits(text: &str) -> bool {
    !text.is_empty() && text.len() <= 1000 && !text.chars().any(char::is_control)
}
