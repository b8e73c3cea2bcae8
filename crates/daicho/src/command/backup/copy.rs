//! Gathering the parts of a backup from a running installation.
//!
//! The order keeps a backup whole: the checkpoint first, so that it never covers more than the copy; then the data; the keys after them,
//! so that every person in the data has a key (people erased in between have none, which is what they asked for); the ring last.

use super::manifest::{FORMAT, Manifest};
use super::part::{Part, PartName, Unfinished, unfinished};
use crate::config::{Config, FILE};
use crate::keyring::VKEY;
use crate::keyring::ring::{self, Ring};
use crate::said::Said;
use crate::stamp;
use crate::wire::House;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// What a backup consists of, gathered.
pub(super) struct Gathered {
    pub(super) about: Manifest,
    pub(super) data: Part,
    pub(super) keys: Part,
    pub(super) ring: Part,
}

/// Copies the stores and reads the small files. The copies lie beside what they are copies of and lose their names at once.
pub(super) async fn gather(house: &House) -> Result<Gathered, Said> {
    let config = &house.config;
    // No wrapping key ends between the copy of people's keys and that of the keyring.
    let _lock = Ring::lock(&config.key_folder()).await?;
    let signed = crate::tick::sign(house).await?;
    let vkey = format!("{}\n", house.signing.vkeys());
    let mut data = Part::new(PartName::Data);
    data.with("checkpoint", signed.note);
    data.with(VKEY, vkey.clone());
    for stamp in stamp::kept(&stamp::folder(config))?.into_iter().filter(|stamp| stamp.size <= signed.size) {
        for (name, bytes) in stamp::files(stamp) {
            data.with(&name, bytes);
        }
    }
    data.with(FILE, std::fs::read_to_string(config.data.join(FILE)).unwrap_or_default());
    let (store, place) = (house.store.clone(), config.data.join("data.db"));
    data.with_open("data.db", copied(place, move |to| store.copy_to(to)).await?);
    let mut keys = Part::new(PartName::Keys);
    let (store, place) = (house.keys.clone(), config.key_folder().join("keys.db"));
    keys.with_open("keys.db", copied(place, move |to| store.copy_to(to)).await?);
    let erased = crate::erased::file(config);
    if erased.is_file() {
        keys.with(crate::erased::NAME, std::fs::read(erased)?);
    }
    let ring = ring_of(config)?;
    let about = Manifest {
        format: FORMAT,
        part: String::new(),
        made: house.now().0,
        vkey: house.signing.vkeys().first().to_string(),
        entries: signed.size,
        files: BTreeMap::new(),
    };
    Ok(Gathered { about, data, keys, ring })
}

/// A consistent copy of a store, open and without a name.
async fn copied(
    place: PathBuf,
    copy: impl FnOnce(&Path) -> Result<(), store::Fault> + Send + 'static,
) -> Result<File, Said> {
    let made = tokio::task::spawn_blocking(move || {
        let name = Unfinished::make(unfinished(&place))?;
        copy(name.path())?;
        Ok::<_, Said>(File::open(name.path())?)
    });
    made.await.map_err(Said::fault)?
}

/// What opens people's keys and what signs, from the key folder.
fn ring_of(config: &Config) -> Result<Part, Said> {
    let mut ring = Part::new(PartName::Ring);
    for item in std::fs::read_dir(config.key_folder())? {
        let item = item?;
        let name = item.file_name().to_string_lossy().into_owned();
        if is_of_ring(&name) && item.file_type()?.is_file() {
            ring.with(&name, std::fs::read(item.path())?);
        }
    }
    Ok(ring)
}

/// Removes a file, or a folder with everything in it; what opens keys is overwritten first.
pub(super) fn remove(path: &Path) -> std::io::Result<()> {
    let kind = std::fs::symlink_metadata(path)?.file_type();
    if kind.is_dir() {
        for item in std::fs::read_dir(path)? {
            remove(&item?.path())?;
        }
        return std::fs::remove_dir(path);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if kind.is_file() && (name.ends_with(".key") || name.starts_with("root.") || name.starts_with(ring::NAME)) {
        // What cannot be written to is removed all the same.
        drop(File::options().write(true).open(path).and_then(ring::overwrite));
    }
    std::fs::remove_file(path)
}

/// Whether a file of the key folder belongs to the ring: the keys themselves and the generated certificate, not the key store.
pub(super) fn is_of_ring(name: &str) -> bool {
    let kept = name.ends_with(".key") || name.starts_with("root.") || [ring::NAME, VKEY, "tls.crt"].contains(&name);
    kept && ![".new", ".lock", ".fresh"].iter().any(|end| name.ends_with(end))
}
