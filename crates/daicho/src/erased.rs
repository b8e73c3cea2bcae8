//! The list of erasures, outside the database beside the checkpoint: random ids of people who were erased and the entries of their
//! erasure. A store that is put back from before an erasure has it replayed from here, before anything is served.

use crate::config::Config;
use crate::said::Said;
use ledger::names::PersonId;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use store::Store;

/// The name of the file.
pub(crate) const NAME: &str = "erased";

/// The file beside the checkpoint, one line for each erasure: the id, the entry.
pub(crate) fn file(config: &Config) -> PathBuf {
    config.checkpoint().with_file_name(NAME)
}

/// Who was erased by which entry. A line that cannot be read is passed over here; `daicho verify` misses its entry.
pub(crate) fn read(file: &Path) -> BTreeMap<PersonId, u64> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let line =
        |line: &str| line.split_once(' ').and_then(|(id, entry)| Some((id.parse().ok()?, entry.trim().parse().ok()?)));
    text.lines().filter_map(line).collect()
}

/// Adds the erasures that are in the ledger from an entry on and not yet on the list, durably.
pub(crate) async fn append(config: &Config, store: &Store, from: u64) -> Result<(), Said> {
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    let sql = "SELECT e.idx, d.body FROM entry e JOIN detail d ON d.idx = e.idx \
               WHERE e.kind = 'erased' AND e.ok = 1 AND e.idx >= $1 ORDER BY e.idx";
    let (mut lines, mut known) = (String::new(), None);
    for row in store.read(sql, vec![from.into()]).await? {
        let entry = row.int(0).map_err(store::Fault::from)?;
        let told: serde_json::Value =
            serde_json::from_slice(row.bytes(1).map_err(store::Fault::from)?).unwrap_or_default();
        let person = told.get("person").and_then(serde_json::Value::as_str).and_then(|id| id.parse::<PersonId>().ok());
        let known = known.get_or_insert_with(|| read(&file(config)));
        if let Some(person) = person.filter(|person| !known.contains_key(person)) {
            lines.push_str(&format!("{person} {entry}\n"));
        }
    }
    add(&file(config), &lines)
}

/// Adds lines to a list, durably.
pub(crate) fn add(file: &Path, lines: &str) -> Result<(), Said> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut list = options.open(file)?;
    list.write_all(lines.as_bytes())?;
    list.sync_all()?;
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}
