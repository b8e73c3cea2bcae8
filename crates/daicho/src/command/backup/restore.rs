//! Putting a backup back into an empty place.

use super::super::check::{self, Checked, Depth};
use super::super::{Common, place};
use super::{DATA, KEYS, Restore, manifest, restored, sqlite_only};
use crate::config::{Config, FILE};
use crate::erased;
use crate::keyring::make_folder;
use crate::said::{FAULT, Said};
use crate::wire::{Evidence, House};
use ledger::entry::EntryKind;
use policy::Texts;
use std::path::{Path, PathBuf};

/// `daicho restore`.
pub(crate) async fn restore(common: &Common, asked: Restore) -> Result<(), Said> {
    let (data, keys) = halves(&asked);
    let (data_half, key_half) = (manifest::check(&data)?, manifest::check(&keys)?);
    manifest::same(&data_half, &key_half, asked.mixed)?;
    let (data_files, key_files) = (&data_half.files, &key_half.files);
    let listed = match &asked.erased {
        Some(file) => std::fs::read_to_string(file).map_err(|why| Said::no_file(file, &why))?,
        None => String::new(),
    };
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
    for name in key_files {
        let to = if name == erased::NAME { erased::file(&config) } else { config.key_folder().join(name) };
        put(&keys.join(name), &to)?;
    }
    erased::add(&erased::file(&config), &listed)?;
    // The ledger first: nothing is done on one that was altered.
    let checked = verified(common, &config, Depth::Start).await?;
    // Who is on the list is erased again, and the keys of people whose erasure is in the ledger are destroyed.
    let before = key_count(&config).await?;
    let house = House::open_as_it_is(config.clone()).await?;
    house.finish_erasures().await?;
    let erased = before.saturating_sub(key_count(&config).await?);
    let desk = house.office.desk(None, house.now());
    let details = serde_json::json!({
        "what": "restored", "manifest": data_half.digest, "keys": key_half.digest, "entries": checked.report.entries, "erased": erased,
    });
    let act =
        desk.act_with_detail(desk.entry(EntryKind::Restored, desk.act_id()), &details).map_err(access::No::from)?;
    let entry = desk.commit(act).await?.index();
    crate::tick::sign(&house).await?;
    verified(common, &config, if asked.mixed { Depth::Start } else { Depth::Everything }).await?;
    restored(common, &config, (checked.report.entries, erased), entry);
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

async fn verified(common: &Common, config: &Config, depth: Depth) -> Result<Checked, Said> {
    let evidence = Evidence::open(config.clone(), None).await?;
    let checked = check::store(&evidence, depth).await?;
    if checked.is_sound() {
        return Ok(checked);
    }
    check::print(&checked, common.lang);
    Err(Said::Words(
        FAULT,
        Texts::new(
            "戻した台帳に異常があります。このデータで起動しないでください。別のバックアップを使ってください。",
            "The ledger that was put back was altered. Do not serve this data; use another backup.",
            "Sổ ghi vừa khôi phục đã bị sửa đổi. Đừng dùng dữ liệu này; hãy dùng bản sao lưu khác.",
        ),
    ))
}

/// How many people have a key.
async fn key_count(config: &Config) -> Result<u64, Said> {
    let keys = store::Keys::open(&config.keys()).await?;
    let rows = keys.read("SELECT COUNT(*) FROM subject_key", vec![]).await?;
    let count = rows.first().map_or(Ok(0), |row| row.int(0)).map_err(store::Fault::from)?;
    Ok(u64::try_from(count).unwrap_or(0))
}
