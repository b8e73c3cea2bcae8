//! The parts of a backup. Each is one tar file, encrypted with age unless asked otherwise, so that each can be kept in a place of its
//! own and read with tools that are not ours.

use super::manifest::{self, Manifest};
use super::readers::Readers;
use crate::said::Said;
use aws_lc_rs::digest::{SHA256, digest};
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Which part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PartName {
    /// The store with its checkpoint. Of any age: what is sealed in it opens with the other two only.
    Data,
    /// People's wrapped keys, and who was erased. Of any age: it opens with the ring only.
    Keys,
    /// What opens people's keys, and what signs. Only the newest is kept: each backup replaces the one before, so that keys that were
    /// destroyed are destroyed in backups too.
    Ring,
}

impl PartName {
    /// The word it is known by, in file names and manifests.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Keys => "keys",
            Self::Ring => "ring",
        }
    }

    /// The name of its file.
    pub(super) fn file(self, sealed: bool) -> String {
        let end = if sealed { ".tar.age" } else { ".tar" };
        format!("{}{end}", self.word())
    }
}

/// A part, gathered and not written yet.
pub(super) struct Part {
    pub(super) name: PartName,
    members: Vec<(String, Source)>,
}

/// Where the bytes of a member come from.
enum Source {
    /// A small file, read whole.
    Bytes(Vec<u8>),
    /// A file that is open and may have no name any more.
    Open(File),
}

impl Source {
    fn reader(&mut self) -> Result<(u64, Box<dyn Read + '_>), Said> {
        Ok(match self {
            Self::Bytes(bytes) => (bytes.len() as u64, Box::new(bytes.as_slice())),
            Self::Open(file) => {
                file.seek(SeekFrom::Start(0))?;
                (file.metadata()?.len(), Box::new(file))
            }
        })
    }
}

impl Part {
    pub(super) const fn new(name: PartName) -> Self {
        Self { name, members: Vec::new() }
    }

    /// Adds a small file.
    pub(super) fn with(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        self.members.push((name.to_owned(), Source::Bytes(bytes.into())));
    }

    /// Adds a file that is open.
    pub(super) fn with_open(&mut self, name: &str, file: File) {
        self.members.push((name.to_owned(), Source::Open(file)));
    }

    /// Writes it into a folder under a name that nothing takes for whole.
    pub(super) fn write(mut self, about: &Manifest, folder: &Path, readers: &Readers) -> Result<Written, Said> {
        let to = folder.join(self.name.file(readers.are_named()));
        let copy = Unfinished::make(unfinished(&to))?;
        let mut about = about.clone();
        self.name.word().clone_into(&mut about.part);
        for (name, source) in &mut self.members {
            about.files.insert(name.clone(), manifest::file(source.reader()?.1)?);
        }
        let manifest = serde_json::to_vec_pretty(&about).map_err(Said::fault)?;
        let out = BufWriter::with_capacity(1 << 16, copy.open()?);
        let out = match readers.seal()? {
            None => self.pack(&manifest, about.made, out)?,
            Some(sealer) => self.pack(&manifest, about.made, sealer.wrap_output(out)?)?.finish()?,
        };
        out.into_inner().map_err(|why| Said::from(why.into_error()))?.sync_all()?;
        Ok(Written { copy, to, digest: hex::encode(digest(&SHA256, &manifest)) })
    }

    fn pack<W: Write>(&mut self, manifest: &[u8], made: i64, out: W) -> Result<W, Said> {
        let seconds = u64::try_from(made / 1000).unwrap_or(0);
        let mut tar = tar::Builder::new(out);
        append(&mut tar, manifest::NAME, manifest.len() as u64, seconds, manifest)?;
        for (name, source) in &mut self.members {
            let (bytes, reader) = source.reader()?;
            append(&mut tar, name, bytes, seconds, reader.take(bytes))?;
        }
        Ok(tar.into_inner()?)
    }
}

fn append<W: Write>(
    tar: &mut tar::Builder<W>,
    name: &str,
    bytes: u64,
    seconds: u64,
    from: impl Read,
) -> Result<(), Said> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(seconds);
    Ok(tar.append_data(&mut header, name, from)?)
}

/// A part that is written and not handed out yet. Dropped, it is gone.
pub(super) struct Written {
    copy: Unfinished,
    /// Where it will lie.
    pub(super) to: PathBuf,
    /// The digest of its manifest.
    pub(super) digest: String,
}

impl Written {
    /// Hands it out under its own name, over an older one.
    pub(super) fn hand_out(self) -> Result<PathBuf, Said> {
        std::fs::rename(&self.copy.0, &self.to)?;
        if let Some(folder) = self.to.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(self.to)
    }
}

/// The name under which a file is written before it is whole.
pub(super) fn unfinished(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{name}.unfinished"))
}

/// A file that is removed unless it was given another name.
pub(super) struct Unfinished(PathBuf);

impl Unfinished {
    /// Takes the name; what an attempt left that was cut off goes.
    pub(super) fn make(path: PathBuf) -> Result<Self, Said> {
        match std::fs::remove_file(&path) {
            Err(why) if why.kind() != std::io::ErrorKind::NotFound => Err(why.into()),
            _ => Ok(Self(path)),
        }
    }

    fn open(&self) -> Result<File, Said> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        options.open(&self.0).map_err(|why| Said::not_written(&self.0, &why))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // It has another name, or is not wanted.
        drop(std::fs::remove_file(&self.0));
    }
}
