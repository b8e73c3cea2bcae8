//! `daicho init`: keys, an empty ledger, the first account. A ledger is born once and never by accident.

use super::Common;
use crate::ask;
use crate::keyring;
use crate::keyring::root::{How, Kind, Protection};
use crate::said::{Said, say};
use crate::wire::House;
use access::actor::{Grant, grant_first};
use clap::Args;
use ledger::entry::EntryKind;
use policy::{Role, Texts};

/// Make a new data folder: keys, an empty ledger and the first account.
#[derive(Args)]
pub(crate) struct Init {
    /// Login of the first account, an administrator who gives the others.
    #[arg(long, default_value = "admin", value_name = "LOGIN")]
    admin: String,
    /// Name of that person, as colleagues see it.
    #[arg(long, default_value = "Administrator", value_name = "NAME")]
    name: String,
    /// How the root key is protected.
    #[arg(long, value_enum, env = "DAICHO_ROOT", default_value_t = Kind::Passphrase, value_name = "KIND")]
    root: Kind,
    #[command(flatten)]
    how: How,
}

pub(super) async fn run(common: &Common, init: Init) -> Result<(), Said> {
    let config = common.config()?;
    let password = ask::new_password(&init.admin)?;
    // A second try of an interrupted one has its root key already.
    let protection = match keyring::root::kinds(&config.key_folder()).first() {
        Some(_) => Protection::File,
        None => {
            keyring::root::ready_to_begin(init.root)?;
            init.how.protection(init.root, &config.key_folder())?
        }
    };
    let house = House::make(config, &protection).await?;
    let desk = house.office.desk(None, house.now());
    if house.store.head().await?.size == 0 {
        let born = desk.entry(EntryKind::Born, desk.act_id());
        desk.commit(desk.act(&born)?).await?;
    }
    let grant = Grant {
        login: init.admin.clone(),
        name: init.name,
        role: Role::Administrator,
        language: common.lang,
        password,
        reason: "first account".into(),
        ends_at: None,
    };
    let (_, entry) = grant_first(&desk, grant).await?;
    crate::tick::begin(&house).await?;
    let vkey = house.signing.vkeys().newest().to_string();
    if common.json {
        let told = serde_json::json!({ "data": house.config.data, "admin": init.admin, "entry": entry, "vkey": vkey });
        say(told);
        return Ok(());
    }
    let (data, keys) = (house.config.data.display(), house.config.key_folder());
    let keys = keys.display();
    let admin = init.admin;
    say(Texts::new(
        format!("作成しました: {data}\n鍵: {keys}（データとは別に保管してください）\n台帳の検証鍵: {vkey}\n次: daicho --as {admin} account add …"),
        format!("Made {data}\nKeys: {keys} (keep their backup apart from the data)\nThe ledger's verifier key: {vkey}\nNext: daicho --as {admin} account add …"),
        format!("Đã tạo {data}\nKhóa: {keys} (hãy sao lưu tách khỏi dữ liệu)\nKhóa kiểm chứng của sổ: {vkey}\nTiếp theo: daicho --as {admin} account add …"),
    ).get(common.lang));
    Ok(())
}
