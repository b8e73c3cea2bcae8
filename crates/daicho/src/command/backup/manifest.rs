//! What a part of a backup consists of: every file with its length and digest.

use crate::said::Said;
use aws_lc_rs::digest::{Context, SHA256};
use policy::Texts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use zeroize::Zeroizing;

/// The file, the first in each part.
pub(super) const NAME: &str = "manifest.json";
/// The form of a backup. 1 was folders.
pub(super) const FORMAT: u32 = 2;

/// A part of a backup.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) format: u32,
    /// Which part: its word.
    pub(super) part: String,
    /// When it was made, in milliseconds since 1970.
    pub(super) made: i64,
    /// The verifier key the ledger was born with, by which ledgers are told apart.
    pub(super) vkey: String,
    /// How many entries the ledger has that it belongs to.
    pub(super) entries: u64,
    pub(super) files: BTreeMap<String, File>,
}

/// A file of a part.
#[derive(Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    bytes: u64,
    sha256: String,
}

/// The length and the digest of what is read.
pub(super) fn file(from: impl Read) -> Result<File, Said> {
    copied(from, std::io::sink())
}

/// Writes what is read, and gives its length and digest.
pub(super) fn copied(mut from: impl Read, mut to: impl Write) -> Result<File, Said> {
    let (mut hash, mut bytes, mut buffer) = (Context::new(&SHA256), 0_u64, Zeroizing::new(vec![0; 1 << 16]));
    loop {
        let read = from.read(&mut buffer)?;
        let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else { break };
        hash.update(chunk);
        to.write_all(chunk)?;
        bytes += chunk.len() as u64;
    }
    Ok(File { bytes, sha256: hex::encode(hash.finish()) })
}

/// The parts belong together if one ledger made all of them: data and keys in one backup, unless `mixed`, and the ring in that one or a
/// later one.
pub(super) fn same(data: &Manifest, keys: &Manifest, ring: &Manifest, mixed: bool) -> Result<(), Said> {
    if data.vkey != keys.vkey || data.vkey != ring.vkey {
        return Err(mismatch(Texts::new(
            "データと鍵が別の台帳のバックアップです。同じ台帳のものを --keys-from と --ring-from で指定してください。",
            "The parts are backups of different ledgers. Name those of the same one with --keys-from and --ring-from.",
            "Các phần là bản sao lưu của những sổ khác nhau. Hãy chỉ định phần cùng sổ bằng --keys-from và --ring-from.",
        )));
    }
    if data.made != keys.made && !mixed {
        return Err(mismatch(Texts::new(
            "データと鍵が別の時点のバックアップです。同じ時点の鍵を --keys-from で指定するか、承知のうえで --mixed を付けてください。",
            "The data and the keys were backed up at different times. Name the keys of the same backup with --keys-from, or add --mixed if you mean it.",
            "Dữ liệu và khóa được sao lưu ở hai thời điểm khác nhau. Hãy chỉ định khóa cùng lần sao lưu bằng --keys-from, hoặc thêm --mixed nếu bạn chủ ý.",
        )));
    }
    if ring.made < keys.made {
        return Err(mismatch(Texts::new(
            "鍵束（ring）がバックアップより古いものです。最も新しい鍵束を --ring-from で指定してください。",
            "The ring is older than the backup. Name the newest one with --ring-from.",
            "Chùm khóa (ring) cũ hơn bản sao lưu. Hãy chỉ định chùm khóa mới nhất bằng --ring-from.",
        )));
    }
    Ok(())
}

fn mismatch(texts: Texts) -> Said {
    Said::Words(crate::said::REFUSED, texts)
}
