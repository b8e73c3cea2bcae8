//! `daicho backup` and `daicho restore`: data, keys and ring apart, encrypted for whoever is to read them.

use super::{Common, place, tell};
use crate::ask;
use crate::config::Config;
use crate::keyring::make_folder;
use crate::said::{Said, say};
use crate::wire::House;
use access::{OfficeAct, permit_office};
use clap::{Args, Subcommand};
use ledger::entry::EntryKind;
use part::{PartName, Unfinished};
use policy::Texts;
use readers::Readers;
use std::path::{Path, PathBuf};
use store::Place;

mod copy;
mod drill;
mod kept;
mod manifest;
mod part;
mod readers;
pub(crate) mod remembered;
mod restore;

pub(crate) use readers::is_recipient;
pub(super) use restore::restore;

/// Copy the store and the keys, apart and encrypted, while the program runs.
///
/// Writes `data.tar.age` and `keys.tar.age`, and replaces `ring.tar.age` in the folder above. Keep them in different places: whoever
/// has all of them and a key that opens them has everything. Any tool for age and tar reads them. SQLite only; for PostgreSQL see
/// docs/backup.md.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Backup {
    /// The folder. It must be empty or not there.
    #[arg(long, value_name = "DIR", required = true)]
    out: Option<PathBuf>,
    /// Another folder for the keys.
    #[arg(long, value_name = "DIR")]
    keys_out: Option<PathBuf>,
    /// The folder of the ring, which each backup replaces; the folder above `--out` unless said.
    #[arg(long, value_name = "DIR")]
    ring_out: Option<PathBuf>,
    /// Who can read the backup: a recipient of age (age1…), beside those of `backup.recipients` in daicho.toml. May be given more than
    /// once.
    #[arg(long, value_name = "AGE1")]
    recipient: Vec<String>,
    /// Encrypt nothing. Whoever has the files has everything.
    #[arg(long, conflicts_with = "recipient")]
    plain: bool,
    #[command(subcommand)]
    deed: Option<Deed>,
}

#[derive(Subcommand)]
enum Deed {
    /// Make a key that opens backups, and print the recipient to encrypt them for.
    Key(Key),
    /// Restore a backup into a scratch place, check all of it, and record how it went.
    Drill(drill::Drill),
}

/// Make a key that opens backups, and print the recipient to encrypt them for.
///
/// The same as `age-keygen` makes. Keep the file away from this machine: on paper, in a safe, with two people.
#[derive(Args)]
struct Key {
    /// The file to write the key to.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Put a backup back, with erasures replayed.
///
/// The place must be empty. The digests are compared, the ledger is verified, and the keys of people whose erasure is in the
/// ledger are destroyed before anything is served. What does not come back whole is removed again.
#[derive(Args)]
pub(crate) struct Restore {
    /// The folder that `daicho backup` wrote, or the file of its data.
    #[arg(value_name = "DIR")]
    from: PathBuf,
    #[command(flatten)]
    elsewhere: Elsewhere,
    /// Take keys of another backup than the data. People taken in after the older of the two cannot be opened then.
    #[arg(long)]
    mixed: bool,
    /// The list of erasures of the installation that was lost: the file `erased` beside its checkpoint. People on it are erased
    /// again before anything is served.
    #[arg(long, value_name = "FILE")]
    erased: Option<PathBuf>,
}

/// Where parts lie that are not in the folder of the backup, and what opens them.
#[derive(Args, Default)]
struct Elsewhere {
    /// The file of the keys or its folder, where it was kept elsewhere.
    #[arg(long, value_name = "PATH")]
    keys_from: Option<PathBuf>,
    /// The file of the ring or its folder, where it is kept elsewhere than in the folder above.
    #[arg(long, value_name = "PATH")]
    ring_from: Option<PathBuf>,
    /// The file of a key that opens the backup: lines AGE-SECRET-KEY-…, as `daicho backup key` and age-keygen write them. May be given
    /// more than once.
    #[arg(long, value_name = "FILE")]
    identity: Vec<PathBuf>,
}

pub(super) async fn run(common: &Common, asked: Backup) -> Result<(), Said> {
    match asked.deed {
        Some(Deed::Key(key)) => make_key(common, &key),
        Some(Deed::Drill(drill)) => drill::run(common, drill).await,
        None => back_up(common, asked).await,
    }
}

async fn back_up(common: &Common, asked: Backup) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    sqlite_only(&house.config)?;
    let out = asked.out.clone().unwrap_or_default();
    let readers = readers(&house.config, &asked)?;
    let desk = ask::desk(&house, common.login.as_deref()).await?;
    let permit = tell::settled(&house, permit_office(&desk, OfficeAct::BackUp).await).await?;
    let keys_out = asked.keys_out.clone().unwrap_or_else(|| out.clone());
    let ring_out = asked.ring_out.clone().unwrap_or_else(|| above(&out));
    for folder in [&out, &keys_out] {
        clear(folder)?;
        place::empty(folder)?;
    }
    for folder in [&out, &keys_out] {
        make_folder(folder)?;
    }
    std::fs::create_dir_all(&ring_out)?;
    let _one_at_a_time = remembered::lock(&house.config).await?;
    let gathered = copy::gather(&house).await?;
    let (made, entries) = (gathered.about.made, gathered.about.entries);
    let written = tokio::task::spawn_blocking(move || {
        let about = &gathered.about;
        let data = gathered.data.write(about, &out, &readers)?;
        let keys = gathered.keys.write(about, &keys_out, &readers)?;
        Ok::<_, Said>((data, keys, gathered.ring.write(about, &ring_out, &readers)?, readers.are_named()))
    });
    let (data, keys, ring, sealed) = written.await.map_err(Said::fault)??;
    // What is handed out has its entry in the ledger already.
    let details = serde_json::json!({
        "manifest": data.digest, "keys": keys.digest, "ring": ring.digest, "entries": entries, "sealed": sealed,
    });
    let entry = permit.entry(&desk, EntryKind::BackedUp);
    let act = desk.act_with_detail(entry, &details).map_err(access::No::from)?;
    let entry = tell::settled(&house, desk.commit(act).await).await?.index();
    let manifest = data.digest.clone();
    // The ring first: a newer ring opens older backups, and not the other way round.
    let ring = ring.hand_out()?;
    let (data, keys) = (data.hand_out()?, keys.hand_out()?);
    remembered::keep(&house.config, made, sealed, [&data, &keys, &ring])?;
    let [said_data, said_keys, said_ring] = [&data, &keys, &ring].map(|path| path.display().to_string());
    let texts = Texts::new(
        format!(
            "データ: {said_data}\n鍵: {said_keys}（データとは別の場所に保管してください）\n鍵束: {said_ring}（最新の1つだけを、さらに別の場所に）\n{entries}件の台帳を含みます（記録 #{entry}）"
        ),
        format!(
            "Data: {said_data}\nKeys: {said_keys} (keep them in another place than the data)\nRing: {said_ring} (only the newest, in a third place)\nThe ledger in it has {entries} entries (entry #{entry})"
        ),
        format!(
            "Dữ liệu: {said_data}\nKhóa: {said_keys} (hãy cất ở nơi khác)\nChùm khóa: {said_ring} (chỉ giữ bản mới nhất, ở nơi thứ ba)\nSổ ghi trong đó có {entries} bản ghi (bản ghi #{entry})"
        ),
    );
    let json = serde_json::json!({
        "data": data, "keys": keys, "ring": ring, "entries": entries, "entry": entry, "manifest": manifest, "sealed": sealed,
    });
    tell::done(common, json, &texts)
}

/// Who is to read it: somebody, or everybody if that was said in so many words.
fn readers(config: &Config, asked: &Backup) -> Result<Readers, Said> {
    if asked.plain {
        return Ok(Readers::everybody());
    }
    let readers = Readers::named(config.file.backup.recipients.iter().chain(&asked.recipient))?;
    if readers.are_named() {
        return Ok(readers);
    }
    Err(Said::mistake(Texts::new(
        "誰のために暗号化しますか。`daicho backup key FILE` で鍵を作り、表示された age1… を --recipient か設定 backup.recipients に書いてください。暗号化しないなら --plain を付けてください。",
        "For whom is it encrypted? Make a key with `daicho backup key FILE`, and give the age1… it prints with --recipient or in the setting backup.recipients. Without encryption: --plain.",
        "Mã hóa cho ai? Hãy tạo khóa bằng `daicho backup key FILE` rồi đưa age1… được in ra vào --recipient hoặc thiết lập backup.recipients. Không mã hóa: --plain.",
    )))
}

/// The folder above a folder.
fn above(folder: &Path) -> PathBuf {
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    whole.parent().map_or_else(|| folder.join(".."), Path::to_owned)
}

/// Removes what a backup left that was cut off.
fn clear(folder: &Path) -> Result<(), Said> {
    for part in [PartName::Data, PartName::Keys, PartName::Ring] {
        for sealed in [true, false] {
            drop(Unfinished::make(part::unfinished(&folder.join(part.file(sealed))))?);
        }
    }
    Ok(())
}

fn make_key(common: &Common, key: &Key) -> Result<(), Said> {
    let recipient = readers::make(&key.file)?;
    let file = key.file.display();
    let texts = Texts::new(
        format!(
            "受取人: {recipient}\n設定 backup.recipients に書いてください。{file} はバックアップを開く鍵です。この機械から離して、二人以上で保管してください。"
        ),
        format!(
            "Recipient: {recipient}\nPut it into the setting backup.recipients. {file} opens the backups: keep it away from this machine, with two people."
        ),
        format!(
            "Người nhận: {recipient}\nHãy ghi vào thiết lập backup.recipients. {file} mở được bản sao lưu: hãy cất xa máy này, do hai người giữ."
        ),
    );
    tell::done(common, serde_json::json!({ "recipient": recipient, "file": key.file }), &texts)
}

fn sqlite_only(config: &Config) -> Result<(), Said> {
    let data = config.data.display();
    match (config.store(), config.keys()) {
        (Place::Sqlite(_), Place::Sqlite(_)) => Ok(()),
        _ => Err(Said::mistake(Texts::new(
            format!(
                "PostgreSQL のバックアップは pg_basebackup と WAL アーカイブで取ってください（docs/backup.md）。鍵のフォルダー（{data} 内または設定の keys.folder）は別の場所に写してください。"
            ),
            format!(
                "Back PostgreSQL up with pg_basebackup and a WAL archive (docs/backup.md). Copy the key folder (in {data}, or the setting keys.folder) to another place."
            ),
            format!(
                "Hãy sao lưu PostgreSQL bằng pg_basebackup và lưu trữ WAL (docs/backup.md). Sao chép thư mục khóa (trong {data} hoặc thiết lập keys.folder) sang nơi khác."
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
