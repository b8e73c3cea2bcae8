//! `daicho backup drill`: a backup is put back into a scratch place, checked wholly, and taken away again; how it went is recorded in the
//! ledger, for the sentence that promises to be ready for disasters.

use super::kept::Places;
use super::part::PartName;
use super::readers::Identities;
use super::restore::{Whole, erase_again, known_epochs};
use super::{Elsewhere, copy, remembered, sqlite_only};
use crate::ask;
use crate::command::check::{self, Depth};
use crate::command::{Common, tell};
use crate::config::{Config, File};
use crate::erased;
use crate::keyring::make_folder;
use crate::said::{REFUSED, STOPPED, Said};
use crate::wire::{Evidence, House};
use access::{OfficeAct, permit_office};
use clap::Args;
use duties::occasion::{self, New, OccasionKind};
use policy::{Language, Texts};
use std::path::{Path, PathBuf};
use std::time::Instant;

const HOUR: i64 = 3_600_000;

/// Restore a backup into a scratch place, check all of it, and record how it went.
///
/// Ledger, keys, every sealed value, and that whoever was erased since is erased again. The scratch place lies in the data folder unless
/// said, only its owner can enter it, nothing of it is served, and it is removed afterwards. A drill that fails is recorded as failed,
/// and ends with an exit code other than 0. SQLite only.
#[derive(Args)]
pub(super) struct Drill {
    /// The folder that `daicho backup` wrote. Without one, a fresh backup is made for the drill, which needs no key of anybody
    /// and tells nothing of the backups that are kept.
    #[arg(value_name = "DIR")]
    from: Option<PathBuf>,
    #[command(flatten)]
    elsewhere: Elsewhere,
    /// Another folder for the scratch place, such as one in memory.
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
}

/// What a drill found.
struct Rehearsed {
    /// When the backup was made, in milliseconds since 1970.
    made: i64,
    entries: u64,
    opened: u64,
    erased: u64,
}

pub(super) async fn run(common: &Common, asked: Drill) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    sqlite_only(&house.config)?;
    let desk = ask::desk(&house, common.login.as_deref()).await?;
    // Whoever may not record the drill hears so before it is made.
    drop(tell::settled(&house, permit_office(&desk, OfficeAct::RecordTest).await).await?);
    let identities = Identities::read(&asked.elsewhere.identity)?;
    let elsewhere = &asked.elsewhere;
    let places = match &asked.from {
        Some(from) => Some(Places::of(from, elsewhere.keys_from.as_deref(), elsewhere.ring_from.as_deref())?),
        None => None,
    };
    let _one_at_a_time = remembered::lock(&house.config).await?;
    let began = Instant::now();
    let stopped = stopped()?;
    let scratch = Scratch::make(asked.scratch.as_deref().unwrap_or(&house.config.data))?;
    let rehearsed = tokio::select! {
        rehearsed = rehearse(common, &house, &scratch.0, places, identities) => rehearsed,
        () = stopped => return Err(cut_off()),
    };
    drop(scratch);
    let seconds = began.elapsed().as_secs();
    let desk = house.office.desk(Some(desk.actor()?.clone()), house.now());
    let new = New {
        kind: OccasionKind::RestoreTest,
        subject: if asked.from.is_some() { "backup" } else { occasion::FRESH_BACKUP }.into(),
        outcome: if rehearsed.is_ok() { "ok" } else { "failed" }.into(),
        note: note(&rehearsed, house.now().0, seconds),
        due_at: None,
    };
    let (_, entry) = tell::settled(&house, occasion::record(&desk, new).await).await?;
    match rehearsed {
        Ok(found) => {
            tell::done(common, found.json(house.now().0, seconds, entry), &found.texts(house.now().0, seconds, entry))
        }
        Err(said) => Err(failed(&said, entry)),
    }
}

/// Puts the backup back and looks at all of it.
async fn rehearse(
    common: &Common,
    house: &House,
    scratch: &Path,
    places: Option<Places>,
    identities: Identities,
) -> Result<Rehearsed, Said> {
    let (places, identities) = match places {
        Some(places) => (places, identities),
        None => fresh(house, &scratch.join("backup")).await?,
    };
    let backup = tokio::task::spawn_blocking(move || Whole::look(places, identities, false));
    let backup = backup.await.map_err(Said::fault)??;
    let (made, entries) = (backup.data.manifest.made, backup.data.manifest.entries);
    if backup.data.manifest.vkey != house.signing.vkeys().first().to_string() {
        return Err(another());
    }
    // Everything in one folder, whatever the configuration of the backup says: nothing beside the scratch place is touched.
    let origin = house.config.file.origin.clone();
    let config = Config { data: scratch.join("house"), file: File { origin, ..File::default() } };
    make_folder(&config.data)?;
    make_folder(&config.key_folder())?;
    // Who was erased here since is erased there again.
    let listed = std::fs::read_to_string(erased::file(&house.config)).unwrap_or_default();
    let to = config.clone();
    let put = tokio::task::spawn_blocking(move || backup.put_back(&to, &listed));
    put.await.map_err(Said::fault)??;
    known_epochs(&config).await?;
    let evidence = Evidence::open(config.clone(), None).await?;
    sound(common, check::store(&evidence, Depth::Start).await?)?;
    let (there, erased) = erase_again(&config).await?;
    continues(house, &there, entries).await?;
    let checked = sound(common, check::store(&there.evidence(), Depth::Everything).await?)?;
    Ok(Rehearsed { made, entries, opened: checked.opened, erased })
}

/// A backup of this moment, for a key that nobody has and that is gone with the drill.
async fn fresh(house: &House, folder: &Path) -> Result<(Places, Identities), Said> {
    make_folder(folder)?;
    let gathered = copy::gather(house).await?;
    let (identities, readers) = Identities::fresh();
    let to = folder.to_owned();
    let written = tokio::task::spawn_blocking(move || {
        for part in [gathered.data, gathered.keys, gathered.ring] {
            part.write(&gathered.about, &to, &readers)?.hand_out()?;
        }
        Ok::<_, Said>(())
    });
    written.await.map_err(Said::fault)??;
    let place = |name: PartName| folder.join(name.file(true));
    let [data, keys, ring] = [PartName::Data, PartName::Keys, PartName::Ring].map(place);
    Ok((Places { data, keys, ring: vec![ring] }, identities))
}

/// The ledger of the backup must be the beginning of the ledger that is served.
async fn continues(house: &House, there: &House, entries: u64) -> Result<(), Said> {
    let here = house.store.head().await?;
    let (older, newer) = (root(there, entries).await?, here.root);
    if entries == here.size {
        return if older == newer { Ok(()) } else { Err(another()) };
    }
    let proof = house.tree.consistency(entries, here.size).await.map_err(|_| another())?;
    proof.verify(&older, &newer).map_err(|_| another())
}

/// The root over the first entries of a ledger.
async fn root(house: &House, entries: u64) -> Result<ledger::tree::Hash, Said> {
    let leaves = house.tree.hashes(0, 0, entries).await?.ok_or_else(another)?;
    Ok(ledger::tree::root(&leaves))
}

fn sound(common: &Common, checked: check::Checked) -> Result<check::Checked, Said> {
    if checked.is_sound() {
        return Ok(checked);
    }
    check::print(&checked, common.lang);
    let first = checked.faults().into_iter().next();
    Err(Said::Words(REFUSED, first.unwrap_or_else(|| Texts::same("the ledger was altered".to_owned()))))
}

fn another() -> Said {
    Said::Words(
        REFUSED,
        Texts::new(
            "このバックアップは、この台帳のものではありません。",
            "This backup is not of this ledger.",
            "Bản sao lưu này không phải của sổ này.",
        ),
    )
}

fn cut_off() -> Said {
    Said::Words(
        STOPPED,
        Texts::new(
            "止めました。何も記録していません。",
            "Stopped; nothing was recorded.",
            "Đã dừng; không ghi nhận gì.",
        ),
    )
}

fn failed(said: &Said, entry: u64) -> Said {
    let texts = said.texts().map(|language, why| match language {
        Language::Ja => format!("復元試験に失敗しました（記録 #{entry}）。{why}"),
        Language::En => format!("The drill failed (entry #{entry}). {why}"),
        Language::Vi => format!("Thử khôi phục thất bại (bản ghi #{entry}). {why}"),
    });
    Said::Words(REFUSED, texts)
}

/// What the record says beside the outcome: numbers, or what failed.
fn note(rehearsed: &Result<Rehearsed, Said>, now: i64, seconds: u64) -> String {
    match rehearsed {
        Ok(found) => format!(
            "age={}h entries={} opened={} erased={} took={seconds}s",
            found.age_hours(now),
            found.entries,
            found.opened,
            found.erased
        ),
        Err(said) => without_ids(&said.in_english()),
    }
}

/// A text for the record: it outlives an erasure, so no id of a row stands in it, which may be a person's.
fn without_ids(text: &str) -> String {
    let is_id = |word: &str| word.len() >= 32 && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    let words = text.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let without = words.map(|word| {
        let end = word.trim_end_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        if is_id(end) { word.replacen(end, "…", 1) } else { word.to_owned() }
    });
    without.collect::<String>().chars().take(1_000).collect()
}

impl Rehearsed {
    fn age_hours(&self, now: i64) -> i64 {
        now.saturating_sub(self.made) / HOUR
    }

    fn json(&self, now: i64, seconds: u64, entry: u64) -> serde_json::Value {
        serde_json::json!({
            "ageHours": self.age_hours(now), "entries": self.entries, "opened": self.opened, "erasuresReplayed": self.erased,
            "seconds": seconds, "entry": entry,
        })
    }

    fn texts(&self, now: i64, seconds: u64, entry: u64) -> Texts {
        let (hours, entries, opened, erased) = (self.age_hours(now), self.entries, self.opened, self.erased);
        Texts::new(
            format!(
                "{hours}時間前のバックアップを{seconds}秒で復元できました。台帳{entries}件、開いた記録{opened}件、再実行した消去{erased}件。復元先は消しました（記録 #{entry}）。"
            ),
            format!(
                "The backup of {hours} h ago was restored in {seconds} s: {entries} entries, {opened} records opened, {erased} erasures replayed. The scratch place is gone (entry #{entry})."
            ),
            format!(
                "Đã khôi phục bản sao lưu cách đây {hours} giờ trong {seconds} giây: {entries} bản ghi, mở {opened} hồ sơ, thực hiện lại {erased} lần xóa. Nơi tạm đã được xóa (bản ghi #{entry})."
            ),
        )
    }
}

/// Listens for whoever asks the program to stop, from now on: a scratch place that is made after it is removed also then.
fn stopped() -> Result<impl Future<Output = ()>, Said> {
    #[cfg(unix)]
    let (mut interrupt, mut terminate) = {
        use tokio::signal::unix::{SignalKind, signal};
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
    };
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        drop(tokio::signal::ctrl_c().await);
    })
}

/// A folder that only its owner can enter, removed with everything in it; the keys in it are overwritten.
struct Scratch(PathBuf);

impl Scratch {
    /// What a drill left that was killed goes first.
    fn make(above: &Path) -> Result<Self, Said> {
        let folder = above.join("drill.unfinished");
        if folder.exists() {
            copy::remove(&folder)?;
        }
        let scratch = Self(folder);
        make_folder(&scratch.0)?;
        Ok(scratch)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Where the drill was stopped, a file may still be on its way: then once more. No folder is made again.
        for _ in 0..10 {
            if copy::remove(&self.0).is_ok() || !self.0.exists() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_names_no_row() {
        let told = "Table actor, row 01a205e01b0376df89ba7be58ef0cbc8, column role: altered (0123456789abcdef).";
        assert_eq!(without_ids(told), "Table actor, row …, column role: altered (0123456789abcdef).");
        assert_eq!(without_ids(&"ア".repeat(1_200)).chars().count(), 1_000);
    }
}
