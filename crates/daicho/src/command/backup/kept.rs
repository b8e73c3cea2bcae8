//! Reading a part of a backup: every byte is held against the manifest, before anything is written and again while it is.

use super::manifest::{self, FORMAT, Manifest};
use super::part::PartName;
use super::readers::{Identities, damaged};
use crate::config::FILE;
use crate::said::Said;
use aws_lc_rs::digest::{SHA256, digest};
use policy::Texts;
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::path::{Path, PathBuf};

/// A manifest and a configuration are smaller than this.
const SMALL: u64 = 16 << 20;

/// A part of a backup as it lies somewhere, found whole.
pub(super) struct Kept {
    name: PartName,
    path: PathBuf,
    pub(super) manifest: Manifest,
    /// The digest of the manifest.
    pub(super) digest: String,
    /// The configuration that lies in the data.
    pub(super) config: Option<String>,
}

/// Where each part lies.
pub(super) struct Places {
    pub(super) data: PathBuf,
    pub(super) keys: PathBuf,
    pub(super) ring: PathBuf,
}

impl Places {
    /// In the folder of a backup; keys and ring elsewhere if so said. The ring lies in the folder above unless it was put elsewhere: the
    /// backups of one office share it.
    pub(super) fn of(from: &Path, keys: Option<&Path>, ring: Option<&Path>) -> Result<Self, Said> {
        // A file among the parts is as good as the folder they lie in.
        let folder = if from.is_file() { from.parent().unwrap_or(Path::new(".")) } else { from };
        let above = folder.join("..");
        Ok(Self {
            data: part(PartName::Data, &[from])?,
            keys: part(PartName::Keys, &[keys.unwrap_or(folder)])?,
            ring: part(PartName::Ring, &ring.map_or(vec![folder, &above], |ring| vec![ring]))?,
        })
    }
}

/// The file of a part: what was named, or what lies in a folder that was named.
fn part(name: PartName, places: &[&Path]) -> Result<PathBuf, Said> {
    let mut tried = Vec::new();
    for place in places {
        if place.is_file() {
            return Ok((*place).to_owned());
        }
        tried.extend([true, false].map(|sealed| place.join(name.file(sealed))));
    }
    tried.iter().find(|file| file.is_file()).cloned().ok_or_else(|| {
        let word = name.word();
        let place = places.first().map(|place| place.display().to_string()).unwrap_or_default();
        let option = match name {
            PartName::Data => "DIR",
            PartName::Keys => "--keys-from",
            PartName::Ring => "--ring-from",
        };
        Said::mistake(Texts::new(
            format!("{place} に {word}.tar.age も {word}.tar もありません。`daicho backup` が作ったものを {option} で指定してください。"),
            format!("There is neither {word}.tar.age nor {word}.tar in {place}. Name what `daicho backup` made with {option}."),
            format!("Không có {word}.tar.age hay {word}.tar trong {place}. Hãy chỉ định bằng {option} thứ mà `daicho backup` đã tạo."),
        ))
    })
}

impl Kept {
    /// Reads a part to its end and compares every file with the manifest. Nothing is written.
    pub(super) fn check(name: PartName, path: PathBuf, identities: &Identities) -> Result<Self, Said> {
        let mut config = None;
        let (manifest, text) = walk(&path, identities, |member, bytes| {
            if name == PartName::Data && member == FILE {
                let mut text = String::new();
                bytes.take(SMALL).read_to_string(&mut text).map_err(|_| damaged(&path))?;
                let file = manifest::file(text.as_bytes())?;
                config = Some(text);
                return Ok(Some(file));
            }
            manifest::file(bytes).map(Some).map_err(|_| damaged(&path))
        })?;
        if manifest.part != name.word() {
            return Err(damaged(&path));
        }
        Ok(Self { name, path, manifest, digest: hex::encode(digest(&SHA256, &text)), config })
    }

    /// Writes each file where `to` says, into folders that are there; what it says nothing of is left out.
    pub(super) fn unpack(&self, identities: &Identities, to: impl Fn(&str) -> Option<PathBuf>) -> Result<(), Said> {
        let (again, _) = walk(&self.path, identities, |member, bytes| {
            let Some(place) = to(member) else { return Ok(None) };
            let file = new_file(&place)?;
            let written = manifest::copied(bytes, &file)?;
            file.sync_all()?;
            Ok(Some(written))
        })?;
        // The same part as was checked, not another that was put in its place meanwhile.
        if again.files != self.manifest.files || again.part != self.name.word() {
            Err(damaged(&self.path))
        } else {
            Ok(())
        }
    }
}

/// Hands every member but the manifest to `each`, and compares what it read with the manifest. What comes after the last member is read
/// too: an encrypted file that was cut short shows only there.
fn walk(
    path: &Path,
    identities: &Identities,
    mut each: impl FnMut(&str, &mut dyn Read) -> Result<Option<manifest::File>, Said>,
) -> Result<(Manifest, Vec<u8>), Said> {
    let bad = || damaged(path);
    let mut tar = tar::Archive::new(identities.open(path)?);
    let mut members = tar.entries().map_err(|_| bad())?;
    let mut text = Vec::new();
    let mut first = members.next().ok_or_else(bad)?.map_err(|_| bad())?;
    if first.path_bytes().as_ref() != manifest::NAME.as_bytes() {
        return Err(bad());
    }
    first.by_ref().take(SMALL).read_to_end(&mut text).map_err(|_| bad())?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|_| bad())?;
    if manifest.format != FORMAT {
        return Err(bad());
    }
    let mut seen = BTreeSet::new();
    for member in members {
        let mut member = member.map_err(|_| bad())?;
        let name = String::from_utf8(member.path_bytes().into_owned()).map_err(|_| bad())?;
        let known = manifest.files.get(&name).ok_or_else(bad)?;
        let plain = member.header().entry_type().is_file() && !name.contains(['/', '\\']) && name != "..";
        if !plain || !seen.insert(name.clone()) {
            return Err(bad());
        }
        if each(&name, &mut member)?.is_some_and(|found| found != *known) {
            return Err(bad());
        }
    }
    std::io::copy(&mut tar.into_inner(), &mut std::io::sink()).map_err(|_| bad())?;
    if seen.len() == manifest.files.len() { Ok((manifest, text)) } else { Err(bad()) }
}

/// A file that must not be there yet and that only its owner can read.
fn new_file(path: &Path) -> Result<File, Said> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map_err(|why| match why.kind() {
        std::io::ErrorKind::AlreadyExists => store::Fault::Present.into(),
        _ => Said::not_written(path, &why),
    })
}
