//! Putting a backup back into an empty place.

use super::super::check::{self, Checked, Depth};
use super::super::{Common, place};
use super::copy::is_of_ring;
use super::kept::{Kept, Places};
use super::part::{PartName, unfinished};
use super::readers::Identities;
use super::{Restore, manifest, restored, sqlite_only};
use crate::config::{Config, FILE};
use crate::erased;
use crate::keyring::ring::Ring;
use crate::keyring::{VKEY, make_folder};
use crate::said::{FAULT, Said};
use crate::stamp;
use crate::wire::{Evidence, House};
use ledger::entry::EntryKind;
use policy::Texts;
use seal::Branch;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// `daicho restore`.
pub(crate) async fn restore(common: &Common, asked: Restore) -> Result<(), Said> {
    let elsewhere = &asked.elsewhere;
    let identities = Identities::read(&elsewhere.identity)?;
    let places = Places::of(&asked.from, elsewhere.keys_from.as_deref(), elsewhere.ring_from.as_deref())?;
    let listed = match &asked.erased {
        Some(file) => std::fs::read_to_string(file).map_err(|why| Said::no_file(file, &why))?,
        None => String::new(),
    };
    let mixed = asked.mixed;
    let backup = tokio::task::spawn_blocking(move || Whole::look(places, identities, mixed));
    let backup = backup.await.map_err(Said::fault)??;
    place::empty(&common.data)?;
    let mut fresh = Fresh::default();
    fresh.folder(&common.data)?;
    if let Some(text) = backup.data.config.as_deref().filter(|text| !text.is_empty()) {
        crate::keyring::write_new(&common.data.join(FILE), text)?;
    }
    let config = common.config()?;
    sqlite_only(&config)?;
    place::empty(&config.key_folder())?;
    fresh.folder(&config.key_folder())?;
    fresh.file(&config.checkpoint())?;
    fresh.file(&erased::file(&config))?;
    place::empty(&stamp::folder(&config))?;
    fresh.folder(&stamp::folder(&config))?;
    let to = config.clone();
    let (data_digest, keys_digest) = (backup.data.digest.clone(), backup.keys.digest.clone());
    let put = tokio::task::spawn_blocking(move || backup.put_back(&to, &listed));
    put.await.map_err(Said::fault)??;
    known_epochs(&config).await?;
    // The ledger first: nothing is done on one that was altered.
    let checked = verified(common, &Evidence::open(config.clone(), None).await?, Depth::Start).await?;
    let (house, erased) = erase_again(&config).await?;
    let desk = house.office.desk(None, house.now());
    let details = serde_json::json!({
        "what": "restored", "manifest": data_digest, "keys": keys_digest, "entries": checked.report.entries, "erased": erased,
    });
    let act =
        desk.act_with_detail(desk.entry(EntryKind::Restored, desk.act_id()), &details).map_err(access::No::from)?;
    let entry = desk.commit(act).await?.index();
    crate::tick::sign(&house).await?;
    verified(common, &house.evidence(), if mixed { Depth::Start } else { Depth::Everything }).await?;
    fresh.stays();
    restored(common, &config, (checked.report.entries, erased), entry);
    Ok(())
}

/// A backup whose parts were found whole and of one ledger.
pub(super) struct Whole {
    pub(super) data: Kept,
    keys: Kept,
    ring: Kept,
    identities: Identities,
}

impl Whole {
    /// Reads all three parts; nothing is written.
    pub(super) fn look(places: Places, identities: Identities, mixed: bool) -> Result<Self, Said> {
        let data = Kept::check(PartName::Data, places.data, &identities)?;
        let keys = Kept::check(PartName::Keys, places.keys, &identities)?;
        let ring = Kept::check(PartName::Ring, places.ring, &identities)?;
        manifest::same(&data.manifest, &keys.manifest, &ring.manifest, mixed)?;
        Ok(Self { data, keys, ring, identities })
    }

    /// Puts every file where it belongs. The store gets its name last: a place that was left in the middle is none that could be served.
    pub(super) fn put_back(&self, config: &Config, listed: &str) -> Result<(), Said> {
        let store = config.data.join("data.db");
        let (keys, stamps) = (config.key_folder(), stamp::folder(config));
        std::fs::create_dir_all(&stamps)?;
        self.ring.unpack(&self.identities, |name| is_of_ring(name).then(|| keys.join(name)))?;
        self.keys.unpack(&self.identities, |name| match name {
            "keys.db" => Some(keys.join(name)),
            erased::NAME => Some(erased::file(config)),
            _ => None,
        })?;
        erased::add(&erased::file(config), listed)?;
        self.data.unpack(&self.identities, |name| match name {
            "data.db" => Some(unfinished(&store)),
            "checkpoint" => Some(config.checkpoint()),
            VKEY => Some(config.data.join(VKEY)),
            name if stamp::is_one_of(name) => Some(stamps.join(name)),
            // It was written already: it says where the rest belongs.
            _ => None,
        })?;
        std::fs::rename(unfinished(&store), &store)?;
        Ok(std::fs::File::open(&config.data)?.sync_all()?)
    }
}

/// Opens what was put back, erases again who is on the list of erasures, and destroys the keys of people whose erasure is in the ledger.
pub(super) async fn erase_again(config: &Config) -> Result<(House, u64), Said> {
    let before = key_count(config).await?;
    let house = House::open_as_it_is(config.clone()).await?;
    house.finish_erasures().await?;
    let erased = before.saturating_sub(key_count(config).await?);
    Ok((house, erased))
}

async fn verified(common: &Common, evidence: &Evidence, depth: Depth) -> Result<Checked, Said> {
    let checked = check::store(evidence, depth).await?;
    if checked.is_sound() {
        return Ok(checked);
    }
    check::print(&checked, common.lang);
    Err(Said::Words(
        FAULT,
        Texts::new(
            "戻した台帳に異常があったため、戻したものを消しました。別のバックアップを使ってください。",
            "The ledger that was put back was altered, and was taken away again. Use another backup.",
            "Sổ ghi vừa khôi phục đã bị sửa đổi nên đã được gỡ bỏ. Hãy dùng bản sao lưu khác.",
        ),
    ))
}

/// Whether the ring still has the keys that people's keys of the backup are wrapped by: those of a backup that is older than the policy
/// lets one remember are destroyed, and it opens nothing any more.
pub(super) async fn known_epochs(config: &Config) -> Result<(), Said> {
    let ring = Ring::read(&config.key_folder())?;
    let wrapping = ring.keys().iter().filter(|kept| kept.branch == Branch::Wrapping);
    let known: BTreeSet<i64> = wrapping.map(|kept| i64::from(kept.generation())).collect();
    let keys = store::Keys::open(&config.keys()).await?;
    for row in keys.read("SELECT DISTINCT epoch FROM subject_key", vec![]).await? {
        if !known.contains(&row.int(0).map_err(store::Fault::from)?) {
            return Err(Said::Words(
                crate::said::REFUSED,
                Texts::new(
                    "このバックアップの鍵は、方針の定める期間（backups_days）を過ぎたため、もう開けません。もっと新しいバックアップを使ってください。",
                    "The keys of this backup were destroyed: it is older than the policy lets a backup remember (backups_days). Use a newer one.",
                    "Khóa của bản sao lưu này đã bị hủy: nó cũ hơn thời hạn chính sách cho phép (backups_days). Hãy dùng bản mới hơn.",
                ),
            ));
        }
    }
    Ok(())
}

/// How many people have a key.
async fn key_count(config: &Config) -> Result<u64, Said> {
    let keys = store::Keys::open(&config.keys()).await?;
    let rows = keys.read("SELECT COUNT(*) FROM subject_key", vec![]).await?;
    let count = rows.first().map_or(Ok(0), |row| row.int(0)).map_err(store::Fault::from)?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// What a restore makes: gone again unless it stays.
#[derive(Default)]
struct Fresh {
    /// Folders that were empty.
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

impl Fresh {
    fn folder(&mut self, folder: &Path) -> Result<(), Said> {
        self.folders.push(folder.to_owned());
        make_folder(folder)
    }

    /// A file that must not be there.
    fn file(&mut self, file: &Path) -> Result<(), Said> {
        if file.exists() {
            return Err(store::Fault::Present.into());
        }
        self.files.push(file.to_owned());
        Ok(file.parent().map_or(Ok(()), std::fs::create_dir_all)?)
    }

    fn stays(mut self) {
        self.folders.clear();
        self.files.clear();
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        for file in &self.files {
            drop(std::fs::remove_file(file));
        }
        for folder in self.folders.iter().rev() {
            for item in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = item.path();
                drop(if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) });
            }
        }
    }
}
