//! The tick: signed checkpoints while entries come, policy versions of other nodes, an hourly look over the whole ledger.
//!
//! A head is signed only when it follows from what was signed before: the entries since then are hashed again onto the
//! frontier kept beside the last checkpoint, outside the database. Whoever rewrites the database gets no signature for it.

use crate::command::check;
use crate::config::Config;
use crate::keyring::Signing;
use crate::said::{FAULT, Said};
use crate::wire::House;
use ledger::checkpoint::Checkpoint;
use ledger::keys::Vkeys;
use ledger::names::Moment;
use ledger::tree::{Frontier, leaf_hash};
use policy::Texts;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::Store;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How many seconds of checkpoints one row in the store stands for. Outside it, every one replaces the one before.
const KEPT_EVERY_SECONDS: u64 = 60;
/// How many seconds lie between two looks over the whole ledger.
const LOOK_EVERY_SECONDS: u64 = 3600;

/// What was signed last.
pub(crate) struct Signed {
    /// How many entries.
    pub(crate) size: u64,
    /// Their root.
    pub(crate) root: [u8; 32],
    /// The signed note.
    pub(crate) note: String,
}

/// Signs the head if it has grown, and keeps the signed note in the store and outside it.
///
/// # Errors
/// [`Said::Words`] when the head does not follow from what was signed before: then the ledger was altered.
pub(crate) async fn sign(house: &House) -> Result<Signed, Said> {
    let signed = sign_head(&house.config, &house.store, &house.signing).await?;
    keep(&house.store, &signed, house.now()).await?;
    Ok(signed)
}

/// Signs for the first time, where nothing was ever signed: a ledger that was just born, or one that is adopted.
pub(crate) async fn begin(house: &House) -> Result<Signed, Said> {
    let _lock = lock(&house.config).await?;
    let signed = sign_after(&house.config, &house.store, &house.signing, None).await?;
    keep(&house.store, &signed, house.now()).await?;
    Ok(signed)
}

/// Signs the head, for those who have opened no more than the store and the signing key. Keeps the note outside the store only.
pub(crate) async fn sign_head(config: &Config, store: &Store, signing: &Signing) -> Result<Signed, Said> {
    // Between the look at what was signed and the new file no other process comes: each head follows from the one before it.
    let _lock = lock(config).await?;
    signing.follow().await?;
    let before = match outside(config, &signing.vkeys()) {
        Outside::Signed(known, note) => Some((known, note)),
        Outside::Absent if store.head().await?.size == 0 => None,
        Outside::Absent | Outside::Unreadable => return Err(unknown(config)),
    };
    sign_after(config, store, signing, before).await
}

/// The checkpoint that was signed last, outside the database.
pub(crate) enum Outside {
    /// There is none.
    Absent,
    /// There is something else.
    Unreadable,
    /// What was signed, and the note.
    Signed(Checkpoint, String),
}

/// Reads the checkpoint that was signed last.
pub(crate) fn outside(config: &Config, keys: &Vkeys) -> Outside {
    match std::fs::read_to_string(config.checkpoint()) {
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Outside::Absent,
        Err(_) => Outside::Unreadable,
        Ok(note) => match keys.open(&note) {
            Ok(known) => Outside::Signed(known, note),
            Err(_) => Outside::Unreadable,
        },
    }
}

/// Held until it is dropped; whoever else would sign beside the same checkpoint waits.
async fn lock(config: &Config) -> Result<File, Said> {
    locked(config.checkpoint().with_extension("lock")).await
}

/// A file that is locked until it is dropped; it is made if it is not there. Whoever else would lock it waits, and no thread of others.
pub(crate) async fn locked(path: PathBuf) -> Result<File, Said> {
    let locked = tokio::task::spawn_blocking(move || {
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        file.lock()?;
        Ok::<_, std::io::Error>(file)
    });
    Ok(locked.await.map_err(Said::fault)??)
}

async fn sign_after(
    config: &Config,
    store: &Store,
    signing: &Signing,
    before: Option<(Checkpoint, String)>,
) -> Result<Signed, Said> {
    let head = store.head().await?;
    if let Some((known, note)) = &before {
        if known.size() > head.size {
            return Err(altered());
        }
        if known.size() == head.size {
            return if *known.root() == head.root {
                Ok(Signed { size: head.size, root: head.root, note: note.clone() })
            } else {
                Err(altered())
            };
        }
    }
    let signed_before = before.as_ref().map_or(0, |(known, _)| known.size());
    let tree = follow(config, store, before.map(|(known, _)| known), head.size).await?;
    if tree.root() != head.root {
        return Err(altered());
    }
    let checkpoint = Checkpoint::new(&config.file.origin, head.size, head.root).map_err(Said::fault)?;
    let note = signing.sign(&checkpoint).map_err(Said::fault)?;
    crate::erased::append(config, store, signed_before).await?;
    replace(&frontier_file(config), &tree.to_bytes())?;
    replace(&config.checkpoint(), note.as_bytes())?;
    Ok(Signed { size: head.size, root: head.root, note })
}

/// Keeps a signed note in the store, where it helps to say which entries were altered.
pub(crate) async fn keep(store: &Store, signed: &Signed, at: Moment) -> Result<(), Said> {
    if signed.size > 0 {
        store.keep_checkpoint(signed.size, &signed.note, at).await?;
    }
    Ok(())
}

/// The tree of the first `size` entries by their own bytes, which must begin with what was signed.
async fn follow(config: &Config, store: &Store, before: Option<Checkpoint>, size: u64) -> Result<Frontier, Said> {
    let Some(before) = before else { return grown(store, Frontier::new(), size).await };
    let kept = std::fs::read(frontier_file(config)).ok().and_then(|bytes| Frontier::from_bytes(&bytes).ok());
    // What is kept beside the note saves work and proves nothing: where it does not fit, the tree is made anew.
    let tree = match kept.filter(|tree| tree.size() == before.size() && tree.root() == *before.root()) {
        Some(tree) => tree,
        None => grown(store, Frontier::new(), before.size()).await?,
    };
    if tree.root() != *before.root() {
        return Err(altered());
    }
    grown(store, tree, size).await
}

async fn grown(store: &Store, mut tree: Frontier, size: u64) -> Result<Frontier, Said> {
    while tree.size() < size {
        let entries = store.entries(tree.size(), 4096).await?;
        let before = tree.size();
        for entry in entries.into_iter().filter(|entry| entry.index < size) {
            if entry.index != tree.size() {
                return Err(altered());
            }
            tree.append(leaf_hash(&entry.body));
        }
        if tree.size() == before {
            return Err(altered());
        }
    }
    Ok(tree)
}

/// Beside the last checkpoint.
fn frontier_file(config: &Config) -> PathBuf {
    config.checkpoint().with_extension("frontier")
}

/// What is said where entries are there and what was signed last is not.
pub(crate) fn unknown(config: &Config) -> Said {
    let place = config.checkpoint();
    let place = place.display();
    Said::Words(
        FAULT,
        Texts::new(
            format!(
                "台帳に記録がありますが、最後に署名したチェックポイント {place} がないか読めません。署名も起動もしません。ファイルを戻すか、`daicho verify --adopt` で確かめたうえで引き継いでください。"
            ),
            format!(
                "The ledger has entries, but the checkpoint that was signed last, {place}, is missing or unreadable. Nothing is signed or served. Put the file back, or verify and adopt the ledger with `daicho verify --adopt`."
            ),
            format!(
                "Sổ ghi đã có bản ghi nhưng điểm xác nhận ký gần nhất {place} bị mất hoặc không đọc được. Không ký và không khởi động. Hãy khôi phục tệp, hoặc kiểm tra và tiếp nhận bằng `daicho verify --adopt`."
            ),
        ),
    )
}

fn altered() -> Said {
    Said::Words(
        FAULT,
        Texts::new(
            "台帳が、署名済みのチェックポイントの続きになっていません。署名しません。`daicho verify` で場所を確かめてください。",
            "The ledger does not follow from the checkpoint that was signed last. Nothing is signed; see where with `daicho verify`.",
            "Sổ ghi không nối tiếp điểm xác nhận đã ký gần nhất nên không ký. Hãy xem vị trí bằng `daicho verify`.",
        ),
    )
}

/// Replaces a file so that a stop at any moment leaves the old or the new one whole.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Two processes may replace the same file at the same time.
    let fresh = path.with_file_name(format!("{name}.{}.new", std::process::id()));
    let mut file = File::create(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// Runs until told to stop; signs once more then.
pub(crate) async fn run(house: House, mut stop: watch::Receiver<bool>) {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut seconds: u64 = 0;
    let mut kept: u64 = 0;
    // Beside the signing, which does not wait for it. Let go at the stop.
    let mut looking = JoinSet::new();
    loop {
        tokio::select! {
            _ = second.tick() => {}
            _ = stop.changed() => break,
        }
        seconds = seconds.wrapping_add(1);
        match sign_head(&house.config, &house.store, &house.signing).await {
            Ok(signed) if signed.size > kept && seconds.is_multiple_of(KEPT_EVERY_SECONDS) => {
                kept = signed.size;
                if keep(&house.store, &signed, house.now()).await.is_err() {
                    tracing::error!("a checkpoint could not be kept in the store");
                }
            }
            Ok(_) => {}
            Err(said) => tracing::error!(why = said.in_english(), "the head of the ledger is not signed"),
        }
        if let Err(fault) = house.office.refresh().await {
            tracing::error!(error = %fault, "the policy versions could not be read");
        }
        while looking.try_join_next().is_some() {}
        if seconds.is_multiple_of(LOOK_EVERY_SECONDS) && looking.is_empty() {
            let house = house.clone();
            looking.spawn(async move { look(&house).await });
        }
    }
    looking.shutdown().await;
    if let Err(said) = sign(&house).await {
        tracing::error!(why = said.in_english(), "the last head of the ledger is not signed");
    }
}

async fn look(house: &House) {
    match check::store(&house.evidence(), check::Depth::Quick).await {
        Ok(checked) if checked.is_sound() => tracing::info!(entries = checked.report.entries, "the ledger is whole"),
        Ok(_) => tracing::error!("the ledger was altered: run `daicho verify`"),
        Err(said) => tracing::error!(why = said.in_english(), "the ledger could not be read"),
    }
}
