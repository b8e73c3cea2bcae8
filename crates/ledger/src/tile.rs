//! Tiles: the tree and its entries as files of 256, named as C2SP tlog-tiles says.
//!
//! `tile/<level>/<index>` holds 256 hashes of one level (8,192 bytes), `tile/entries/<index>` 256 entries,
//! each after its length in two bytes. The last tile of a level may have fewer and is called `….p/<width>`.
//!
//! ```
//! use ledger::tile::{Tile, tiles};
//!
//! let paths: Vec<String> = tiles(257).map(|tile| tile.to_string()).collect();
//! assert_eq!(
//!     paths,
//!     ["tile/entries/000", "tile/entries/001.p/1", "tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]
//! );
//! let tile: Tile = "tile/2/x001/x234/067.p/8".parse()?;
//! assert_eq!((tile.index(), tile.width()), (1_234_067, 8));
//! # Ok::<(), ledger::tile::BadTile>(())
//! ```

use std::fmt;
use std::str::FromStr;

use crate::tree::{Hash, MAX_SIZE};

/// How many hashes or entries a full tile has.
pub const FULL: u16 = 256;

/// The highest level a tile can have with sizes up to [`MAX_SIZE`].
pub const TOP_LEVEL: u8 = 7;

/// What a tile is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Content {
    /// The entries themselves.
    Entries,
    /// The hashes of this level: 0 are leaf hashes, each higher level the roots of full tiles below it.
    Hashes(u8),
}

/// One tile: what it is made of, which it is, and how much is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    content: Content,
    index: u64,
    width: u16,
}

/// A path that names no tile, or bytes that are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTile {
    /// The path is not that of a tile.
    #[error("this is not the path of a tile")]
    Path,
    /// A tile has 1 to 256 hashes or entries, and levels go up to [`TOP_LEVEL`].
    #[error("there is no tile of this level, index and width")]
    Range,
    /// The bytes are not as many hashes as the tile is wide.
    #[error("the tile has {found} bytes and should have {expected}")]
    Bytes {
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// An entry's length goes beyond the end, or bytes follow after the last entry.
    #[error("the bundle does not hold as many entries as it should: it stops making sense at byte {at}")]
    Bundle {
        /// Where.
        at: usize,
    },
}

impl Tile {
    /// The tile of this content and index, so wide.
    ///
    /// # Errors
    /// [`BadTile::Range`] if there is no such tile.
    pub const fn new(content: Content, index: u64, width: u16) -> Result<Self, BadTile> {
        let level = match content {
            Content::Entries => 0,
            Content::Hashes(level) => level,
        };
        if width == 0 || width > FULL || level > TOP_LEVEL || index > (MAX_SIZE >> (8 * level as u32)) >> 8 {
            return Err(BadTile::Range);
        }
        Ok(Self { content, index, width })
    }

    /// What it is made of.
    #[must_use]
    pub const fn content(&self) -> Content {
        self.content
    }

    /// Which one of its level, from 0.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes or entries it has: 1 to 256.
    #[must_use]
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// The first hash or entry in it, counted within its level.
    #[must_use]
    pub const fn first(&self) -> u64 {
        self.index * FULL as u64
    }

    /// Whether a tree of this size has this tile, exactly so wide.
    #[must_use]
    pub fn belongs_to(&self, size: u64) -> bool {
        let full = self.width == FULL && self.index < width_of_level(self.content, size) >> 8;
        full || last_tile(self.content, size) == Some(*self)
    }

    /// The bytes of a tile of hashes, from the [nodes](crate::proof::Nodes) of a tree. `None` if a node
    /// cannot be had, and for entries, which no hash can tell.
    pub fn bytes(&self, nodes: &mut crate::proof::Nodes<'_>) -> Option<Vec<u8>> {
        let Content::Hashes(level) = self.content else { return None };
        let mut bytes = Vec::with_capacity(usize::from(self.width) * 32);
        for at in self.first()..self.first() + u64::from(self.width) {
            bytes.extend_from_slice(&nodes(level * 8, at)?);
        }
        Some(bytes)
    }

    /// The hashes in the bytes of a tile of hashes.
    ///
    /// # Errors
    /// [`BadTile::Bytes`] if there are more or fewer than its width.
    pub fn hashes<'a>(&self, bytes: &'a [u8]) -> Result<&'a [Hash], BadTile> {
        let expected = usize::from(self.width) * 32;
        let (hashes, _) = bytes.as_chunks::<32>();
        if bytes.len() == expected { Ok(hashes) } else { Err(BadTile::Bytes { found: bytes.len(), expected }) }
    }

    /// The entries in the bytes of a bundle.
    ///
    /// # Errors
    /// [`BadTile::Bundle`] if there are more or fewer than its width.
    pub fn entries<'a>(&self, bytes: &'a [u8]) -> Result<Vec<&'a [u8]>, BadTile> {
        let (entries, end) = unbundle(bytes);
        if entries.len() == usize::from(self.width) && end == bytes.len() {
            Ok(entries)
        } else {
            Err(BadTile::Bundle { at: end })
        }
    }
}

/// The path of the tile, from the root of the ledger's folder or address.
impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.content {
            Content::Entries => f.write_str("tile/entries/")?,
            Content::Hashes(level) => write!(f, "tile/{level}/")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for (left, group) in groups.iter().enumerate().rev() {
            if left > 0 { write!(f, "x{group:03}/")? } else { write!(f, "{group:03}")? }
        }
        if self.width < FULL { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

impl FromStr for Tile {
    type Err = BadTile;

    fn from_str(path: &str) -> Result<Self, BadTile> {
        let rest = path.strip_prefix("tile/").ok_or(BadTile::Path)?;
        let (content, rest) = rest.split_once('/').ok_or(BadTile::Path)?;
        let content = match content {
            "entries" => Content::Entries,
            level => Content::Hashes(level.parse().map_err(|_| BadTile::Path)?),
        };
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, width.parse().map_err(|_| BadTile::Path)?),
            None => (rest, FULL),
        };
        let mut number = 0_u64;
        for group in index.split('/') {
            let group: u64 = group.trim_start_matches('x').parse().map_err(|_| BadTile::Path)?;
            number = number.checked_mul(1000).and_then(|n| n.checked_add(group)).ok_or(BadTile::Path)?;
        }
        let tile = Self::new(content, number, width)?;
        // Signs, zeros and letters in the wrong place have been read generously; the path has one spelling.
        if tile.to_string() == path { Ok(tile) } else { Err(BadTile::Path) }
    }
}

/// Every tile of a tree of this size: the entries first, then the hashes from level 0 upwards.
pub fn tiles(size: u64) -> impl Iterator<Item = Tile> {
    contents().flat_map(move |content| level_tiles(content, size))
}

/// The tiles of a tree of this size that are not full.
pub fn tiles_at_the_edge(size: u64) -> impl Iterator<Item = Tile> {
    contents().filter_map(move |content| last_tile(content, size))
}

/// The tiles of one level of a tree of this size, from the left.
pub fn level_tiles(content: Content, size: u64) -> impl Iterator<Item = Tile> {
    let full = (0..width_of_level(content, size) >> 8).map(move |index| Tile { content, index, width: FULL });
    full.chain(last_tile(content, size))
}

fn contents() -> impl Iterator<Item = Content> {
    std::iter::once(Content::Entries).chain((0..=TOP_LEVEL).map(Content::Hashes))
}

fn last_tile(content: Content, size: u64) -> Option<Tile> {
    let count = width_of_level(content, size);
    let width = (count & 0xff) as u16;
    (width > 0).then_some(Tile { content, index: count >> 8, width })
}

/// How many hashes or entries a level has in a tree of this size.
fn width_of_level(content: Content, size: u64) -> u64 {
    match content {
        Content::Entries => size.min(MAX_SIZE),
        Content::Hashes(level) => size.min(MAX_SIZE) >> (8 * u32::from(level)),
    }
}

/// The hash that stands for a full tile one level up.
#[must_use]
pub fn tile_root(hashes: &[Hash]) -> Hash {
    crate::tree::root(hashes)
}

/// Entries as a bundle: each after its length in two bytes, big-endian. `None` if one is longer than
/// 65,535 bytes, which no [`Leaf`](crate::Leaf) is.
#[must_use]
pub fn bundle<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for entry in entries {
        bytes.extend_from_slice(&u16::try_from(entry.len()).ok()?.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Some(bytes)
}

/// The entries a bundle begins with, and where they end.
pub(crate) fn unbundle(bytes: &[u8]) -> (Vec<&[u8]>, usize) {
    let mut entries = Vec::new();
    let mut rest = bytes;
    while let Some((length, after)) = rest.split_first_chunk::<2>()
        && let Some((entry, after)) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))
    {
        entries.push(entry);
        rest = after;
    }
    (entries, bytes.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_tiles_of_the_specifications_example() {
        let count = |content, full| tiles(70_000).filter(|t| t.content == content && (t.width == FULL) == full).count();
        assert_eq!(count(Content::Hashes(0), true), 273);
        assert_eq!(count(Content::Hashes(1), true), 1);
        let edge: Vec<String> = tiles_at_the_edge(70_000).map(|tile| tile.to_string()).collect();
        assert_eq!(edge, ["tile/entries/273.p/112", "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
        let all: Vec<String> = tiles(256).map(|tile| tile.to_string()).collect();
        assert_eq!(all, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
        assert_eq!(tiles(0).count(), 0);
    }

    #[test]
    fn the_path_of_the_specification() {
        let tile = Tile::new(Content::Hashes(0), 1_234_067, FULL).unwrap();
        assert_eq!(tile.to_string(), "tile/0/x001/x234/067");
    }

    #[test]
    fn a_path_has_one_spelling() {
        for bad in [
            "tile",
            "tile/0",
            "tile/0/",
            "tile/0/1",
            "tile/0/0001",
            "tile/0/x000/001",
            "tile/00/001",
            "tile/8/000",
            "tile/0/001.p/0",
            "tile/0/001.p/256",
            "tile/0/001.p/01",
            "tile/0/x001/x234",
            "tile/0/+01",
            "tile/entry/000",
            "/tile/0/000",
            "tile/0/000/",
            "tile/0/001/067",
        ] {
            assert!(bad.parse::<Tile>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_bundle_is_read_only_as_a_whole() {
        let bytes = bundle([b"one".as_slice(), b"", b"three"]).unwrap();
        let tile = Tile::new(Content::Entries, 0, 3).unwrap();
        assert_eq!(tile.entries(&bytes).unwrap(), [b"one".as_slice(), b"", b"three"]);
        assert_eq!(Tile { width: 2, ..tile }.entries(&bytes), Err(BadTile::Bundle { at: bytes.len() }));
        let (short, _) = bytes.split_at(bytes.len() - 1);
        assert_eq!(tile.entries(short), Err(BadTile::Bundle { at: 7 }));
        assert_eq!(bundle([[0; 65_536].as_slice()]), None);
    }

    proptest! {
        #[test]
        fn a_tile_is_its_path(level in 0..8_u8, index: u64, width in 1..=256_u16, entries: bool) {
            let content = if entries { Content::Entries } else { Content::Hashes(level) };
            if let Ok(tile) = Tile::new(content, index >> 8, width) {
                prop_assert_eq!(tile.to_string().parse::<Tile>().unwrap(), tile);
            }
        }
    }
}
