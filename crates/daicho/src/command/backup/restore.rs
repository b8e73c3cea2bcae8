//! Putting a backup back into an empty place.

use super::super::check::{self, Checked};
use super::super::{Common, place};
use super::{DATA, KEYS, Restore, manifest, restored, sqlite_only};
use crate::config::{Config, FILE};
use crate::keyring::make_folder;
use crate::said::{FAULT, Said};
use crate::wire::{Evidence, House};
use policy::Texts;
use std::path::{Path, PathBuf};

/// `daicho restore`.
pub(crate) async fn restore(common: &Common, asked: Restore) -> Result<(), Said> {
    let (data, keys) = halves(&asked);
    let data_files = manifest::check(&data)?;
    let key_files = manifest::check(&keys)?;
    place::empty(&common.data)?;
    make_folder(&common.data)?;
    if data_files.iter().any(|name| name == FILE) {
        std::fs::copy(data.join(FILE), common.data.join(FILE))?;
    }
    let config = common.config()?;
    sqlite_only(&config)?;
    place::empty(&config.key_folder())?;
    make_folder(&config.key_folder())?;
    for name in data_files.iter().filter(|name| *name != FILE) {
        let to = if name == "checkpoint" { config.checkpoint() } else { config.data.join(name) };
        put(&data.join(name), &to)?;
    }
    for name in &key_files {
        put(&keys.join(name), &config.key_folder().join(name))?;
    }
    let checked = verified(&config).await?;
    if !checked.is_sound() {
        check::print(&checked, common.lang);
        return Err(Said::Words(
            FAULT,
            Texts::new(
                "戻した台帳に異常があります。このデータで起動しないでください。別のバックアップを使ってください。",
                "The ledger that was put back was altered. Do not serve this data; use another backup.",
                "Sổ ghi vừa khôi phục đã bị sửa đổi. Đừng dùng dữ liệu này; hãy dùng bản sao lưu khác.",
            ),
        ));
    }
    // Opening the house destroys the keys of people whose erasure is in the ledger.
    let before = key_count(&config).await?;
    let house = House::open(config.clone()).await?;
    let erased = before.saturating_sub(key_count(&config).await?);
    crate::tick::sign(&house).await?;
    restored(common, &config, checked.report.entries, erased);
    Ok(())
}

/// The folder of the backup or of its data, and where the keys are.
fn halves(asked: &Restore) -> (PathBuf, PathBuf) {
    let whole = asked.from.join(DATA).is_dir();
    let data = if whole { asked.from.join(DATA) } else { asked.from.clone() };
    let beside = if whole { asked.from.join(KEYS) } else { asked.from.with_file_name(KEYS) };
    (data, asked.keys_from.clone().unwrap_or(beside))
}

fn put(from: &Path, to: &Path) -> Result<(), Said> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    if to.exists() {
        return Err(store::Fault::Present.into());
    }
    std::fs::copy(from, to)?;
    super::owner_only(to)
}

async fn verified(config: &Config) -> Result<Checked, Said> {
    let evidence = Evidence::open(config.clone(), None).await?;
    check::store(&evidence, check::Depth::Everything).await
}

/// How many people have a key.
async fn key_count(config: &Config) -> Result<u64, Said> {
    let keys = store::Keys::open(&config.keys()).await?;
    let rows = keys.read("SELECT COUNT(*) FROM subject_key", vec![]).await?;
    let count = rows.first().map_or(Ok(0), |row| row.int(0)).map_err(store::Fault::from)?;
    Ok(u64::try_from(count).unwrap_or(0))
}
