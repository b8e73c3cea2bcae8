//! The list of erasures, outside the database beside the checkpoint: random ids of people who were erased and the entries of their
//! erasure. A store that is put back from before an erasure has it replayed from here, before anything is served.

use crate::config::Config;
use crate::said::{FAULT, Said};
use ledger::names::PersonId;
use policy::Texts;
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

/// Who was erased by which entry. Where there is no list, nobody was.
///
/// # Errors
/// [`Said::Words`] when the list is there and cannot be read, or has a line that is none: what it would say is not known, and
/// nothing is served that it might forbid.
pub(crate) fn read(file: &Path) -> Result<BTreeMap<PersonId, u64>, Said> {
    let text = match std::fs::read_to_string(file) {
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        read => read.map_err(|_| unreadable(file, 0))?,
    };
    let line = |line: &str| {
        let (id, entry) = line.split_once(' ')?;
        Some((id.parse().ok()?, entry.trim().parse().ok()?))
    };
    let lines = text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty());
    lines.map(|(at, text)| line(text).ok_or_else(|| unreadable(file, at + 1))).collect()
}

fn unreadable(file: &Path, line: usize) -> Said {
    let file = file.display();
    Said::Words(
        FAULT,
        Texts::new(
            format!(
                "消去の一覧 {file} が読めません（{line}行目）。バックアップの一覧に戻してください。消去した本人がよみがえらないよう、開きません。"
            ),
            format!(
                "The list of erasures {file} cannot be read (line {line}). Put the list of a backup back: nothing is opened, so that nobody who was erased comes back."
            ),
            format!(
                "Không đọc được danh sách xóa {file} (dòng {line}). Hãy khôi phục danh sách từ bản sao lưu; chương trình không mở để người đã xóa không xuất hiện lại."
            ),
        ),
    )
}

/// Adds the erasures that are in the ledger from an entry on and not yet on the list, durably.
pub(crate) async fn append(config: &Config, store: &Store, from: u64) -> Result<(), Said> {
    let erasures = vault::erasures(store, from).await.map_err(access::No::from)?;
    if erasures.is_empty() {
        return Ok(());
    }
    let known = read(&file(config))?;
    let new = erasures.iter().filter(|erasure| !known.contains_key(&erasure.person));
    let lines: String = new.map(|erasure| format!("{} {}\n", erasure.person, erasure.entry)).collect();
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
