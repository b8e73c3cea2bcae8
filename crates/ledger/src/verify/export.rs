//! Verifying an export: a folder or address with a checkpoint, tiles and entries.

use super::{FindingKind, MAX_FINDINGS, Place, Report, Verifier, read_checkpoint};
use crate::export::{CHECKPOINT, STAMPS, VKEY};
use crate::keys::Vkeys;
use crate::note::Vkey;
use crate::tile::{Content, FULL, TOP_LEVEL, Tile, level_tiles, tile_root, unbundle};
use crate::tree::Hash;

/// Verifies every file of an export.
///
/// `read` answers a path (`"tile/0/000"`) with its bytes. `names` are all paths there are, or nothing
/// where that cannot be known, as at an address. `trusted` are the keys known from elsewhere; if there
/// are none, the key in the export is used, and the report notes that nobody vouches for it.
#[must_use]
pub fn verify_export(read: &dyn Fn(&str) -> Option<Vec<u8>>, names: &[String], trusted: &[Vkey]) -> Report {
    verify(read, names, trusted, Content::Entries)
}

/// Verifies the tree alone, where entries are shown to nobody without a token: that the hashes lead to the signed root, and to
/// each other. What the entries say is not looked at, and the report notes that.
#[must_use]
pub fn verify_tiles(read: &dyn Fn(&str) -> Option<Vec<u8>>, trusted: &[Vkey]) -> Report {
    let mut report = verify(read, &[], trusted, Content::Hashes(0));
    report.add(Place::Ledger, FindingKind::EntriesWithheld);
    report
}

/// Verifies from the entries up, or from the hashes of level 0.
fn verify(read: &dyn Fn(&str) -> Option<Vec<u8>>, names: &[String], trusted: &[Vkey], from: Content) -> Report {
    let mut found = Vec::new();
    let keys = keys(read, trusted, &mut found);
    let note = read(CHECKPOINT).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    if note.is_none() {
        found.push((CHECKPOINT.to_owned(), FindingKind::FileMissing));
    }
    let stated = note.as_deref().and_then(|note| read_checkpoint(&keys, note).ok());
    let size = stated.map_or_else(|| count(read, from), |checkpoint| checkpoint.size());
    // Checkpoints that were stamped with the time are held against the entries like the one the export ends with.
    let stamped = names.iter().filter(|name| is_stamp(name, ".checkpoint")).filter_map(|name| read(name));
    let notes = note.into_iter().chain(stamped.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
    let mut export = Export { read, found, missing: 0, verifier: Verifier::new(&keys, notes) };
    let roots = if from == Content::Entries { export.entries(size) } else { export.leaves(size) };
    export.upper_levels(size, roots);
    for name in names.iter().filter(|name| !belongs(name, size)) {
        export.found.push((name.clone(), FindingKind::FileUnexpected));
    }
    let mut report = export.verifier.finish(None);
    for (path, what) in export.found {
        report.add(Place::File(path), what);
    }
    report
}

struct Export<'a> {
    read: &'a dyn Fn(&str) -> Option<Vec<u8>>,
    found: Vec<(String, FindingKind)>,
    missing: usize,
    verifier: Verifier,
}

impl Export<'_> {
    /// Hands all entries to the verifier, with the leaf hashes of level 0, and returns the root of each
    /// full tile of level 0; `None` for those that cannot be had.
    fn entries(&mut self, size: u64) -> Vec<Option<Hash>> {
        let mut roots = Vec::new();
        for bundle in level_tiles(Content::Entries, size) {
            if self.is_hopeless() {
                break;
            }
            let leaves =
                Tile::new(Content::Hashes(0), bundle.index(), bundle.width()).ok().and_then(|tile| self.hashes(&tile));
            if bundle.width() == FULL {
                roots.push(leaves.as_deref().map(tile_root));
            }
            if let Some(bytes) = self.file(&bundle) {
                if let Err(bad) = bundle.entries(&bytes) {
                    self.found.push((bundle.to_string(), FindingKind::Tile(bad)));
                }
                let (entries, _) = unbundle(&bytes);
                let width = usize::from(bundle.width());
                for (place, entry) in entries.into_iter().take(width).enumerate() {
                    let leaf = leaves.as_ref().and_then(|leaves| leaves.get(place));
                    self.verifier.entry(bundle.first() + place as u64, entry, leaf);
                }
            }
        }
        roots
    }

    /// Hands the leaf hashes of level 0 to the verifier, and returns the roots of its full tiles.
    fn leaves(&mut self, size: u64) -> Vec<Option<Hash>> {
        let mut roots = Vec::new();
        for tile in level_tiles(Content::Hashes(0), size) {
            if self.is_hopeless() {
                break;
            }
            let leaves = self.hashes(&tile);
            for (place, leaf) in leaves.iter().flatten().enumerate() {
                self.verifier.hashed(tile.first() + place as u64, leaf);
            }
            if tile.width() == FULL {
                roots.push(leaves.as_deref().map(tile_root));
            }
        }
        roots
    }

    /// Holds every tile above level 0 against the roots of the tiles below it.
    fn upper_levels(&mut self, size: u64, mut below: Vec<Option<Hash>>) {
        for level in 1..=TOP_LEVEL {
            for tile in level_tiles(Content::Hashes(level), size) {
                if self.is_hopeless() {
                    return;
                }
                let expected = below.iter().skip(usize::try_from(tile.first()).unwrap_or(usize::MAX));
                for (position, (hash, expected)) in self.hashes(&tile).iter().flatten().zip(expected).enumerate() {
                    if expected.is_some_and(|expected| expected != *hash) {
                        let what = FindingKind::TileHash { position: position as u64 };
                        self.found.push((tile.to_string(), what));
                    }
                }
            }
            below = below
                .as_chunks::<256>()
                .0
                .iter()
                .map(|full| full.iter().copied().collect::<Option<Vec<_>>>().map(|all| tile_root(&all)))
                .collect();
        }
    }

    /// Whether so many files are missing that looking for more says nothing new: a checkpoint may state
    /// any size.
    const fn is_hopeless(&self) -> bool {
        self.missing > MAX_FINDINGS
    }

    fn hashes(&mut self, tile: &Tile) -> Option<Vec<Hash>> {
        let bytes = self.file(tile)?;
        match tile.hashes(&bytes) {
            Ok(hashes) => Some(hashes.to_vec()),
            Err(bad) => {
                self.found.push((tile.to_string(), FindingKind::Tile(bad)));
                None
            }
        }
    }

    fn file(&mut self, tile: &Tile) -> Option<Vec<u8>> {
        let path = tile.to_string();
        let bytes = (self.read)(&path);
        if bytes.is_none() {
            self.missing += 1;
            self.found.push((path, FindingKind::FileMissing));
        }
        bytes
    }
}

/// The keys to trust: those given, or else those in the export.
fn keys(read: &dyn Fn(&str) -> Option<Vec<u8>>, trusted: &[Vkey], found: &mut Vec<(String, FindingKind)>) -> Vec<Vkey> {
    let own = read(VKEY).map(|bytes| {
        let text = String::from_utf8_lossy(&bytes);
        // A key a line: the newlines are part of what must not change.
        text.strip_suffix("\n").unwrap_or_default().parse::<Vkeys>()
    });
    let mut say = |what| found.push((VKEY.to_owned(), what));
    match own {
        Some(Err(bad)) => say(FindingKind::KeyBad(bad)),
        Some(Ok(keys)) if trusted.is_empty() => {
            say(FindingKind::KeyUnpinned);
            return keys.all().cloned().collect();
        }
        Some(Ok(keys)) if !keys.all().any(|key| trusted.contains(key)) => say(FindingKind::KeyDiffers),
        None if trusted.is_empty() => say(FindingKind::FileMissing),
        Some(Ok(_)) | None => {}
    }
    trusted.to_vec()
}

/// How many entries there seem to be, where no checkpoint that holds says it.
fn count(read: &dyn Fn(&str) -> Option<Vec<u8>>, of: Content) -> u64 {
    let there = |index, width| {
        let tile = Tile::new(of, index, width);
        tile.is_ok_and(|tile| read(&tile.to_string()).is_some())
    };
    let full = (0..).take_while(|index| there(*index, FULL)).count() as u64;
    let left_over = (1..FULL).rev().find(|width| there(full, *width)).unwrap_or_default();
    full * u64::from(FULL) + u64::from(left_over)
}

/// Whether it is a file of a time stamp; what the stamp itself says is for others to check.
fn is_stamp(name: &str, kind: &str) -> bool {
    let size =
        name.strip_prefix(STAMPS).and_then(|rest| rest.strip_prefix('/')).and_then(|rest| rest.strip_suffix(kind));
    size.is_some_and(|size| size.parse::<u64>().is_ok())
}

fn belongs(name: &str, size: u64) -> bool {
    let stamped = is_stamp(name, ".checkpoint") || is_stamp(name, ".tsr");
    stamped || name == CHECKPOINT || name == VKEY || name.parse::<Tile>().is_ok_and(|tile| tile.belongs_to(size))
}
