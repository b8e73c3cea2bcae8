//! Where the last backup was put, so that `daicho doctor` can say whether that is a good place. No evidence: that a backup was made is in
//! the ledger.

use crate::config::Config;
use crate::said::Said;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::path::{Path, PathBuf};

/// The last backup.
#[derive(Serialize, Deserialize)]
pub(crate) struct Remembered {
    /// When it was made, in milliseconds since 1970.
    pub(crate) made: i64,
    /// Whether it is encrypted.
    pub(crate) sealed: bool,
    pub(crate) data: PathBuf,
    pub(crate) keys: PathBuf,
    pub(crate) ring: PathBuf,
}

fn file(config: &Config) -> PathBuf {
    config.data.join("last-backup.json")
}

/// Keeps it for the doctor.
pub(super) fn keep(config: &Config, made: i64, sealed: bool, [data, keys, ring]: [&PathBuf; 3]) -> Result<(), Said> {
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let last = Remembered { made, sealed, data: whole(data), keys: whole(keys), ring: whole(ring) };
    let text = serde_json::to_vec_pretty(&last).map_err(Said::fault)?;
    Ok(crate::tick::replace(&file(config), &text)?)
}

/// The last backup, as far as this data folder knows.
pub(crate) fn last(config: &Config) -> Option<Remembered> {
    serde_json::from_slice(&std::fs::read(file(config)).ok()?).ok()
}

/// Held by whoever makes a backup or tries one; whoever else would waits.
pub(super) async fn lock(config: &Config) -> Result<File, Said> {
    crate::tick::locked(config.data.join("backup.lock")).await
}
