//! Writing a ledger as files that tools nobody here wrote can read.
//!
//! ```
//! use ledger::export::TileWriter;
//! use ledger::names::{ActId, Moment};
//! use ledger::{Entry, EntryKind};
//! use std::collections::BTreeMap;
//! use std::convert::Infallible;
//!
//! let mut files = BTreeMap::new();
//! let mut write = |path: &str, bytes: &[u8]| {
//!     files.insert(path.to_owned(), bytes.to_vec());
//!     Ok::<(), Infallible>(())
//! };
//! let mut writer = TileWriter::new();
//! let born = Entry::new(EntryKind::Born, ActId::from_bytes([1; 16]), Moment(0));
//! writer.append(&born.to_bytes(), &mut write)?;
//! let tree = writer.finish(&mut write)?;
//! assert_eq!(tree.size(), 1);
//! assert!(files.contains_key("tile/entries/000.p/1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::tile::{Content, FULL, TOP_LEVEL, Tile, tile_root, tiles_at_the_edge};
use crate::tree::{Frontier, Hash, leaf_hash};

/// The path of the signed note about the whole export.
pub const CHECKPOINT: &str = "checkpoint";

/// The path of the verifier key, which is worth only as much as the way it was come by.
pub const VKEY: &str = "vkey";
/// The folder of time stamps (RFC 3161) in an export: `41.tsr` beside `41.checkpoint`, the signed note it stamps.
pub const STAMPS: &str = "stamps";

/// Writes the tiles of an export while entries go by, holding one unfinished tile of each level.
///
/// The files are handed over as path and bytes; [`CHECKPOINT`] and [`VKEY`] beside them are the
/// caller's, each ending in a newline.
#[derive(Debug, Default)]
pub struct TileWriter {
    bundle: Vec<u8>,
    levels: Vec<Vec<Hash>>,
    tree: Frontier,
}

impl TileWriter {
    /// A writer of nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entry and hands over every tile it fills.
    ///
    /// The bytes are taken as they are, so that an export of a damaged ledger shows the damage. More than
    /// 65,535 of them cannot be written in a bundle; the length then says 65,535 and a verifier objects.
    ///
    /// # Errors
    /// Whatever `write` says.
    pub fn append<E>(&mut self, entry: &[u8], write: &mut impl FnMut(&str, &[u8]) -> Result<(), E>) -> Result<(), E> {
        let leaf = leaf_hash(entry);
        self.tree.append(leaf);
        self.bundle_entry(entry, write)?;
        let mut carried = leaf;
        for level in 0..=TOP_LEVEL {
            let place = usize::from(level);
            if self.levels.len() == place {
                self.levels.push(Vec::with_capacity(usize::from(FULL)));
            }
            let Some(hashes) = self.levels.get_mut(place) else { break };
            hashes.push(carried);
            if hashes.len() < usize::from(FULL) {
                break;
            }
            let above = (self.tree.size() >> (8 * u32::from(level))) >> 8;
            if let Ok(tile) = Tile::new(Content::Hashes(level), above - 1, FULL) {
                write(&tile.to_string(), hashes.as_flattened())?;
            }
            carried = tile_root(hashes);
            hashes.clear();
        }
        Ok(())
    }

    /// Hands over the unfinished tiles, and returns the tree they and the others belong to.
    ///
    /// # Errors
    /// Whatever `write` says.
    pub fn finish<E>(self, write: &mut impl FnMut(&str, &[u8]) -> Result<(), E>) -> Result<Frontier, E> {
        for tile in tiles_at_the_edge(self.tree.size()) {
            let bytes = match tile.content() {
                Content::Entries => Some(self.bundle.as_slice()),
                Content::Hashes(level) => self.levels.get(usize::from(level)).map(|all| all.as_flattened()),
            };
            write(&tile.to_string(), bytes.unwrap_or_default())?;
        }
        Ok(self.tree)
    }

    fn bundle_entry<E>(&mut self, bytes: &[u8], write: &mut impl FnMut(&str, &[u8]) -> Result<(), E>) -> Result<(), E> {
        let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        self.bundle.extend_from_slice(&length.to_be_bytes());
        self.bundle.extend_from_slice(bytes);
        if self.tree.size() & 0xff == 0 {
            if let Ok(tile) = Tile::new(Content::Entries, (self.tree.size() >> 8) - 1, FULL) {
                write(&tile.to_string(), &self.bundle)?;
            }
            self.bundle.clear();
        }
        Ok(())
    }
}
