//! `daicho backup` and `daicho restore`: data and keys apart, each with a manifest of digests.
//!
//! The order keeps a copy whole: the checkpoint first, so that it never covers more than the copy; then the data; the keys last, so
//! that every person in the data has a key. People erased in between have none, which is what they asked for.

use super::{Common, place, tell};
use crate::ask;
use crate::config::{Config, FILE};
use crate::keyring::{VKEY, make_folder, ring, write_new};
use crate::said::{Said, say};
use crate::wire::House;
use access::{OfficeAct, permit_office};
use clap::Args;
use ledger::entry::EntryKind;
use policy::Texts;
use std::path::{Path, PathBuf};
use store::Place;

mod manifest;
mod restore;

pub(super) use restore::restore;

/// The two halves of a backup, in folders of their own.
const DATA: &str = "data";
const KEYS: &str = "keys";

/// Copy the store and the keys, apart, while the program runs.
///
/// Keep the two folders in different places: whoever has both has everything. SQLite only; for PostgreSQL use pg_basebackup.
#[derive(Args)]
pub(crate) struct Backup {
    /// The folder. It must be empty or not there; `data` and `keys` are made in it.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Another folder for the keys.
    #[arg(long, value_name = "DIR")]
    keys_out: Option<PathBuf>,
}

/// Put a backup back, with erasures replayed.
///
/// The place must be empty. The digests are compared, the ledger is verified, and the keys of people whose erasure is in the
/// ledger are destroyed before anything is served.
#[derive(Args)]
pub(crate) struct Restore {
    /// The folder that `daicho backup` wrote, or its `data` folder.
    #[arg(value_name = "DIR")]
    from: PathBuf,
    /// The folder of the keys, where it was kept elsewhere.
    #[arg(long, value_name = "DIR")]
    keys_from: Option<PathBuf>,
    /// Take keys of another backup than the data. People taken in after the older of the two cannot be opened then.
    #[arg(long)]
    mixed: bool,
    /// The list of erasures of the installation that was lost: the file `erased` beside its checkpoint. People on it are erased
    /// again before anything is served.
    #[arg(long, value_name = "FILE")]
    erased: Option<PathBuf>,
}

pub(super) async fn run(common: &Common, asked: Backup) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    sqlite_only(&house.config)?;
    let desk = ask::desk(&house, common.login.as_deref()).await?;
    let permit = tell::settled(&house, permit_office(&desk, OfficeAct::BackUp).await).await?;
    place::empty(&asked.out)?;
    make_folder(&asked.out)?;
    let data = asked.out.join(DATA);
    let keys = asked.keys_out.unwrap_or_else(|| asked.out.join(KEYS));
    place::empty(&keys)?;
    // Copied under other names: what is handed out has its entry in the ledger already.
    let (data_copy, keys_copy) = (unfinished(&data), unfinished(&keys));
    for copy in [&data_copy, &keys_copy] {
        place::empty(copy)?;
        make_folder(copy)?;
    }
    let head = copy(&house, &data_copy, &keys_copy).await?;
    let at = house.now();
    let made = manifest::write(&house, &data_copy, head, at)?;
    let keys_made = manifest::write(&house, &keys_copy, head, at)?;
    let details = serde_json::json!({ "manifest": made, "keys": keys_made, "entries": head });
    let entry = permit.entry(&desk, EntryKind::BackedUp);
    let act = desk.act_with_detail(entry, &details).map_err(access::No::from)?;
    let entry = tell::settled(&house, desk.commit(act).await).await?.index();
    hand_out(&data_copy, &data)?;
    hand_out(&keys_copy, &keys)?;
    let (out, kept) = (data.display(), keys.display());
    let texts = Texts::new(
        format!(
            "データ: {out}\n鍵: {kept}（データとは別の場所に保管してください）\n{head}件の台帳を含みます（記録 #{entry}）"
        ),
        format!(
            "Data: {out}\nKeys: {kept} (keep them in another place than the data)\nThe ledger in it has {head} entries (entry #{entry})"
        ),
        format!(
            "Dữ liệu: {out}\nKhóa: {kept} (hãy cất ở nơi khác)\nSổ ghi trong đó có {head} bản ghi (bản ghi #{entry})"
        ),
    );
    let json = serde_json::json!({ "data": data, "keys": keys, "entries": head, "entry": entry, "manifest": made });
    tell::done(common, json, &texts)
}

/// Where a half is copied to before it is handed out.
fn unfinished(folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    folder.with_file_name(format!("{name}.unfinished"))
}

fn hand_out(copy: &Path, folder: &Path) -> Result<(), Said> {
    if folder.exists() {
        std::fs::remove_dir(folder)?;
    }
    std::fs::rename(copy, folder)?;
    Ok(())
}

/// Copies both halves; how many entries the copied ledger has at least.
async fn copy(house: &House, data: &Path, keys: &Path) -> Result<u64, Said> {
    let config = &house.config;
    let signed = crate::tick::sign(house).await?;
    write_new(&data.join("checkpoint"), &signed.note)?;
    write_new(&data.join(VKEY), &format!("{}\n", house.signer.vkey()))?;
    write_new(&data.join(FILE), &std::fs::read_to_string(config.data.join(FILE)).unwrap_or_default())?;
    let (store, to) = (house.store.clone(), data.join("data.db"));
    tokio::task::spawn_blocking(move || store.copy_to(&to)).await.map_err(Said::fault)??;
    let (store, to) = (house.keys.clone(), keys.join("keys.db"));
    tokio::task::spawn_blocking(move || store.copy_to(&to)).await.map_err(Said::fault)??;
    for item in std::fs::read_dir(config.key_folder())? {
        let path = item?.path();
        let Some(name) = path.file_name().filter(|name| is_key(&name.to_string_lossy())) else { continue };
        write_new(&keys.join(name), &std::fs::read_to_string(&path)?)?;
    }
    let erased = crate::erased::file(config);
    if erased.is_file() {
        write_new(&keys.join(crate::erased::NAME), &std::fs::read_to_string(erased)?)?;
    }
    owner_only(&data.join("data.db"))?;
    owner_only(&keys.join("keys.db"))?;
    Ok(signed.size)
}

/// The files of the key folder that a backup holds: the keys themselves and the generated certificate.
fn is_key(name: &str) -> bool {
    name == ring::NAME || name.starts_with("root.") || name.ends_with(".key") || name == VKEY || name == "tls.crt"
}

#[cfg(unix)]
fn owner_only(file: &Path) -> Result<(), Said> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))?)
}

#[cfg(not(unix))]
fn owner_only(_: &Path) -> Result<(), Said> {
    Ok(())
}

fn sqlite_only(config: &Config) -> Result<(), Said> {
    let data = config.data.display();
    match (config.store(), config.keys()) {
        (Place::Sqlite(_), Place::Sqlite(_)) => Ok(()),
        _ => Err(Said::mistake(Texts::new(
            format!(
                "PostgreSQL のバックアップは pg_basebackup と WAL アーカイブで取ってください。鍵のフォルダー（{data} 内または設定の keys.folder）は別の場所に写してください。"
            ),
            format!(
                "Back PostgreSQL up with pg_basebackup and a WAL archive. Copy the key folder (in {data}, or the setting keys.folder) to another place."
            ),
            format!(
                "Hãy sao lưu PostgreSQL bằng pg_basebackup và lưu trữ WAL. Sao chép thư mục khóa (trong {data} hoặc thiết lập keys.folder) sang nơi khác."
            ),
        ))),
    }
}

/// Says that something was put back.
fn restored(common: &Common, config: &Config, (entries, erased): (u64, u64), entry: u64) {
    let data = config.data.display();
    if common.json {
        say(serde_json::json!({ "data": config.data, "entries": entries, "erasuresReplayed": erased, "entry": entry }));
        return;
    }
    say(Texts::new(
        format!("{data} に戻しました。台帳 {entries}件は正しく、消去{erased}件を再実行しました（記録 #{entry}）。"),
        format!(
            "Put back into {data}. All {entries} entries are as they were written; {erased} erasures were replayed (entry #{entry})."
        ),
        format!("Đã khôi phục vào {data}. Cả {entries} bản ghi nguyên vẹn; đã thực hiện lại {erased} lần xóa (bản ghi #{entry})."),
    )
    .get(common.lang));
}
