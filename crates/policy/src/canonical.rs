//! The bytes that are a policy, and their digest.

use std::collections::BTreeMap;

use ledger::names::PolicyDigest;
use sha2::{Digest, Sha256};

use crate::{Policy, Problem};

/// The first line of the canonical bytes.
const HEAD: &str = "daicho policy 1\n";

/// Bytes that are not the canonical bytes of a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCanonical {
    /// They are not in the form [`Policy::canonical`] writes.
    #[error("these bytes are not in the form a policy is stored in")]
    Form,
    /// They are, and the files in them cannot be read as a policy.
    #[error("the files in these bytes cannot be read as a policy ({} problems)", .0.len())]
    Problems(Vec<Problem>),
}

impl Policy {
    /// The policy these canonical bytes are.
    ///
    /// The form: the line `daicho policy 1`; then for each file, in byte order of the paths, the line
    /// `<path> <length in bytes>` and the file's UTF-8 text, which ends with a line feed and has no others
    /// than line feeds for line ends.
    ///
    /// The checks of settling are not repeated. They were made when the policy was settled, by the program of
    /// that day; a later program may know more rules, and yet an act of that day is judged by that policy.
    ///
    /// # Errors
    /// When the bytes are not in that form, or the files cannot be read.
    pub fn from_canonical(bytes: &[u8]) -> Result<Self, NotCanonical> {
        let files = read(bytes).ok_or(NotCanonical::Form)?;
        if write(&files) != bytes {
            return Err(NotCanonical::Form);
        }
        crate::load::trusted(files).map_err(NotCanonical::Problems)
    }
}

pub(crate) fn write(files: &BTreeMap<String, String>) -> Vec<u8> {
    let mut out = HEAD.to_owned();
    for (path, text) in files {
        out.push_str(&format!("{path} {}\n{text}", text.len()));
    }
    out.into_bytes()
}

pub(crate) fn digest(files: &BTreeMap<String, String>) -> PolicyDigest {
    PolicyDigest::from_bytes(Sha256::digest(write(files)).into())
}

/// The text with line feeds for line ends, no byte order mark, and one line feed at the end.
pub(crate) fn normalised(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.truncate(text.trim_end_matches('\n').len());
    text.push('\n');
    text
}

fn read(bytes: &[u8]) -> Option<BTreeMap<String, String>> {
    let mut rest = std::str::from_utf8(bytes).ok()?.strip_prefix(HEAD)?;
    let mut files = BTreeMap::new();
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n')?;
        let (path, length) = line.rsplit_once(' ')?;
        let (text, after) = after.split_at_checked(length.parse().ok()?)?;
        files.insert(path.to_owned(), text.to_owned());
        rest = after;
    }
    Some(files)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn files(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn the_bytes_are_as_promised() {
        let files = files(&[("notice/ja.md", "# 約束\n"), ("kinds.toml", "a\n")]);
        let bytes = write(&files);
        assert_eq!(
            String::from_utf8(bytes.clone()).unwrap(),
            "daicho policy 1\nkinds.toml 2\na\nnotice/ja.md 9\n# 約束\n"
        );
        assert_eq!(read(&bytes).unwrap(), files);
        assert_eq!(digest(&files).to_string(), "0ba6defc7004bc5d5a82786788f795ee82be24967bd4c9b9419d4768323b391d");
    }

    #[test]
    fn other_bytes_are_refused() {
        for bytes in [
            &b""[..],
            b"daicho policy 2\n",
            b"daicho policy 1\nkinds.toml 9\na\n",
            b"daicho policy 1\nkinds.toml +2\na\n",
            b"daicho policy 1\nb 1\n\na 1\n\n",
            b"\xff",
        ] {
            assert!(Policy::from_canonical(bytes).is_err());
        }
    }

    #[test]
    fn line_ends_do_not_matter() {
        assert_eq!(normalised("\u{feff}a\r\nb\rc"), "a\nb\nc\n");
        assert_eq!(normalised("a\n\n\n"), "a\n");
        assert_eq!(normalised(""), "\n");
    }

    proptest! {
        #[test]
        fn bytes_and_files_are_the_same_thing(files in proptest::collection::btree_map("[a-z/.]{1,9}", ".{0,20}\n", 0..5)) {
            prop_assert_eq!(read(&write(&files)), Some(files));
        }

        #[test]
        fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let mut with_head = HEAD.as_bytes().to_vec();
            with_head.extend(&bytes);
            prop_assert!(Policy::from_canonical(&with_head).is_err());
        }
    }
}
