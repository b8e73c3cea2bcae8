//! What a half of a backup consists of: every file with its length and digest.

use crate::keyring::write_new;
use crate::said::Said;
use crate::wire::House;
use aws_lc_rs::digest::{Context, SHA256, digest};
use ledger::names::Moment;
use policy::Texts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// The file.
pub(super) const NAME: &str = "manifest.json";
const FORMAT: u32 = 1;

/// A half of a backup.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    format: u32,
    /// When it was made, in milliseconds since 1970.
    made: i64,
    /// The ledger's verifier key.
    vkey: String,
    /// How many entries the ledger has that it belongs to.
    entries: u64,
    files: BTreeMap<String, File>,
}

#[derive(Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct File {
    bytes: u64,
    sha256: String,
}

/// Writes the manifest of a folder; its own digest.
pub(super) fn write(house: &House, folder: &Path, entries: u64, at: Moment) -> Result<String, Said> {
    let files = files(folder)?;
    let vkey = house.signer.vkey().to_string();
    let manifest = Manifest { format: FORMAT, made: at.0, vkey, entries, files };
    let text = serde_json::to_string_pretty(&manifest).map_err(Said::fault)?;
    write_new(&folder.join(NAME), &text)?;
    Ok(hex::encode(digest(&SHA256, text.as_bytes())))
}

/// Two halves belong together if one ledger made both in one backup; with `mixed`, in any.
pub(super) fn same(data: &Checked, keys: &Checked, mixed: bool) -> Result<(), Said> {
    if data.vkey != keys.vkey {
        return Err(mismatch(Texts::new(
            "データと鍵が別の台帳のバックアップです。同じ台帳の鍵を --keys-from で指定してください。",
            "The data and the keys are backups of different ledgers. Name the keys of the same one with --keys-from.",
            "Dữ liệu và khóa là bản sao lưu của hai sổ khác nhau. Hãy chỉ định khóa cùng sổ bằng --keys-from.",
        )));
    }
    if data.made != keys.made && !mixed {
        return Err(mismatch(Texts::new(
            "データと鍵が別の時点のバックアップです。同じ時点の鍵を --keys-from で指定するか、承知のうえで --mixed を付けてください。",
            "The data and the keys were backed up at different times. Name the keys of the same backup with --keys-from, or add --mixed if you mean it.",
            "Dữ liệu và khóa được sao lưu ở hai thời điểm khác nhau. Hãy chỉ định khóa cùng lần sao lưu bằng --keys-from, hoặc thêm --mixed nếu bạn chủ ý.",
        )));
    }
    Ok(())
}

fn mismatch(texts: Texts) -> Said {
    Said::Words(crate::said::REFUSED, texts)
}

/// A half whose files agree with its manifest.
pub(super) struct Checked {
    /// The names of the files.
    pub(super) files: Vec<String>,
    /// The digest of the manifest itself.
    pub(super) digest: String,
    made: i64,
    vkey: String,
}

/// Reads the manifest of a folder and compares every file with it.
pub(super) fn check(folder: &Path) -> Result<Checked, Said> {
    let text = std::fs::read_to_string(folder.join(NAME)).map_err(|_| {
        let folder = folder.display();
        Said::mistake(Texts::new(
            format!("{folder} に {NAME} がありません。`daicho backup` が作ったフォルダーを指定してください。鍵を別の場所に置いた場合は --keys-from で指定してください。"),
            format!("There is no {NAME} in {folder}. Name a folder that `daicho backup` made; where the keys were kept elsewhere, name theirs with --keys-from."),
            format!("Không có {NAME} trong {folder}. Hãy chỉ định thư mục do `daicho backup` tạo; nếu khóa ở nơi khác, hãy dùng --keys-from."),
        ))
    })?;
    let manifest: Manifest = serde_json::from_str(&text).map_err(|_| damaged(NAME))?;
    if manifest.format != FORMAT {
        return Err(damaged(NAME));
    }
    let found = files(folder)?;
    for (name, file) in &manifest.files {
        if found.get(name) != Some(file) {
            return Err(damaged(name));
        }
    }
    let (made, vkey, hash) = (manifest.made, manifest.vkey, hex::encode(digest(&SHA256, text.as_bytes())));
    Ok(Checked { files: manifest.files.into_keys().collect(), digest: hash, made, vkey })
}

fn damaged(name: &str) -> Said {
    Said::Words(
        crate::said::REFUSED,
        Texts::new(
            format!("バックアップの {name} が作成時と違います。別のバックアップを使ってください。"),
            format!("{name} of this backup is not what was backed up. Use another backup."),
            format!("{name} của bản sao lưu này khác lúc tạo. Hãy dùng bản sao lưu khác."),
        ),
    )
}

fn files(folder: &Path) -> Result<BTreeMap<String, File>, Said> {
    let mut files = BTreeMap::new();
    for item in std::fs::read_dir(folder)? {
        let item = item?;
        let name = item.file_name().to_string_lossy().into_owned();
        if name != NAME && item.file_type()?.is_file() {
            files.insert(name, file(&item.path())?);
        }
    }
    Ok(files)
}

fn file(path: &Path) -> Result<File, Said> {
    let mut reader = std::fs::File::open(path)?;
    let (mut hash, mut bytes, mut buffer) = (Context::new(&SHA256), 0_u64, vec![0; 1 << 16]);
    loop {
        let read = reader.read(&mut buffer)?;
        let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else { break };
        hash.update(chunk);
        bytes += chunk.len() as u64;
    }
    Ok(File { bytes, sha256: hex::encode(hash.finish()) })
}
