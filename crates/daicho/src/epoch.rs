//! The turn of an epoch: each night people's keys are wrapped by a new wrapping key, and wrapping keys that are older than the policy
//! lets a backup remember are destroyed. So an erasure reaches every copy of the key store, wherever it lies.
//!
//! | step | cut off after it |
//! |---|---|
//! | a new wrapping key stands in the keyring | the next turn goes on with it |
//! | the key store knows the epoch by the mark of its key | the same; whoever has another keyring stops here |
//! | every person's key is wrapped by it, some hundreds at a time | what is of an older epoch is what is left to do |
//! | an entry says so, and which wrapping keys end | the same entry comes again |
//! | these are taken out of the keyring | — |

use crate::config::Config;
use crate::keyring::chance;
use crate::keyring::ring::Ring;
use crate::said::Said;
use crate::wire::House;
use access::{Desk, No};
use jiff::civil::Date;
use ledger::entry::Entry;
use policy::Texts;
use seal::{Branch, Secret};
use store::Place;
use vault::Stock;

/// People whose keys are wrapped again together.
const TOGETHER: u32 = 500;

/// What a turn did.
pub(crate) struct Turned {
    /// The epoch now.
    pub(crate) epoch: u32,
    /// How many people's keys were wrapped again.
    pub(crate) wrapped: u64,
    /// The epochs whose wrapping keys were destroyed.
    pub(crate) destroyed: Vec<u32>,
    /// The entry.
    pub(crate) at: u64,
}

/// Whether a turn waits for the day.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// At most one a day.
    Daily,
    /// Now.
    AtOnce,
}

/// Turns the epoch; nothing when it was turned today and nothing was left to do. `entry` is made for an act that somebody asked for
/// or the program does by itself.
pub(crate) async fn turn(
    house: &House,
    desk: &Desk,
    when: When,
    entry: impl FnOnce(&Desk) -> Entry,
) -> Result<Option<Turned>, Said> {
    if !turns_by_itself(&house.config) {
        return match when {
            When::Daily => Ok(None),
            When::AtOnce => Err(not_shared()),
        };
    }
    let folder = house.config.key_folder();
    let _lock = Ring::lock(&folder).await?;
    let mut ring = Ring::read(&folder)?;
    if *ring.mark() != house.root.mark() {
        return Err(root_was_renewed());
    }
    let chance = chance();
    let newest = |ring: &Ring| {
        ring.keys().iter().rfind(|kept| kept.branch == Branch::Wrapping).map(|k| (k.generation(), k.made))
    };
    let Some((mut epoch, made)) = newest(&ring) else { return Ok(None) };
    let begins = when == When::AtOnce || desk.day(made) < desk.today();
    if begins {
        epoch += 1;
        ring.add(&house.root, Branch::Wrapping, epoch, &Secret::new(chance.bytes()), &chance, desk.now())?;
        ring.keep(&folder)?;
    }
    house.vault.renew(ring.wrapping(&house.root).unwrap_or_default());
    // Another node with a keyring of its own may have begun this epoch: then ours must wrap nothing.
    if !house.vault.claim().await.map_err(No::from)? {
        if begins {
            ring.take_out(Branch::Wrapping, &[epoch]);
            ring.keep(&folder)?;
            house.vault.renew(ring.wrapping(&house.root).unwrap_or_default());
        }
        return Err(another_keyring());
    }
    let (mut wrapped, mut from) = (0, None);
    while let Some((count, last)) = house.vault.wrap_again(&chance, from, TOGETHER).await.map_err(No::from)? {
        wrapped += count;
        from = Some(last);
        // Whoever waits for the key store comes first.
        tokio::task::yield_now().await;
    }
    let destroyed = ended(&ring, &house.vault.stock().await.map_err(No::from)?, desk);
    if !begins && wrapped == 0 && destroyed.is_empty() {
        return Ok(None);
    }
    let details = serde_json::json!({ "epoch": epoch, "wrapped": wrapped, "destroyed": destroyed });
    let act = desk.act_with_detail(entry(desk), &details).map_err(No::from)?;
    let at = desk.commit(act).await?.index();
    ring.take_out(Branch::Wrapping, &destroyed);
    ring.keep(&folder)?;
    house.vault.renew(ring.wrapping(&house.root).unwrap_or_default());
    // What was wrapped before must not go on lying in the log of the key store.
    house.keys.settle().await?;
    Ok(Some(Turned { epoch, wrapped, destroyed, at }))
}

/// The epochs that wrap nobody's key any more and are older than backups may remember.
///
/// Who was erased in an epoch is gone from it at the latest on the day of the next one; so an erasure has reached every backup
/// `backups_days` after it, when an epoch's key is destroyed one day less after that.
fn ended(ring: &Ring, stock: &Stock, desk: &Desk) -> Vec<u32> {
    let keeps = desk.policy().map_or(0, |policy| i64::from(policy.erasure().backups_days)).saturating_sub(1);
    let today = desk.today();
    let days = |from: Date| i64::from(today.since(from).map_or(0, |span| span.get_days()));
    let wrapping: Vec<_> = ring.keys().iter().filter(|kept| kept.branch == Branch::Wrapping).collect();
    let followed = wrapping.iter().zip(wrapping.iter().skip(1));
    followed
        .filter(|(kept, next)| {
            desk.policy().is_ok() && days(desk.day(next.made)) >= keeps && !stock.0.contains_key(&kept.generation())
        })
        .map(|(kept, _)| kept.generation())
        .collect()
}

/// Another process renewed the root key since this one opened it.
pub(crate) fn root_was_renewed() -> Said {
    Said::mistake(Texts::new(
        "ルート鍵が更新されました。鍵の更新を続けるには、このプログラムを再起動してください。閲覧などはそのまま続けられます。",
        "The root key was renewed by another process. Restart this one, so that it can go on renewing keys; all else goes on as it is.",
        "Khóa gốc đã được thay mới. Hãy khởi động lại chương trình này để tiếp tục thay khóa; các việc khác vẫn chạy bình thường.",
    ))
}

/// The key store knows an epoch that another keyring began.
pub(crate) fn another_keyring() -> Said {
    Said::mistake(Texts::new(
        "鍵の保管庫には、別の鍵束で始めた世代があります。この鍵束では包み直しません。複数ノードでは鍵のフォルダーを一つにして共有してください（docs/scale.md）。",
        "The key store has an epoch that was begun with another keyring, so nothing is wrapped with this one. Let all nodes share one key folder (docs/scale.md), or put the newest keyring back.",
        "Kho khóa có một kỳ được bắt đầu bằng chùm khóa khác nên không bọc lại bằng chùm khóa này. Các nút phải dùng chung một thư mục khóa (docs/scale.md), hoặc hãy khôi phục chùm khóa mới nhất.",
    ))
}

/// Whether this installation turns epochs by itself: on SQLite always, on PostgreSQL when the key folder is said to be the only one.
pub(crate) fn turns_by_itself(config: &Config) -> bool {
    matches!(config.keys(), Place::Sqlite(_)) || config.file.keys.shared
}

/// Turning epochs with a key folder that other nodes do not share would lock them out.
pub(crate) fn not_shared() -> Said {
    Said::mistake(Texts::new(
        "PostgreSQL では、鍵のフォルダーが一つだけ（全ノードで共有、またはノードが一つ）であることを設定 keys.shared = true で示してから実行してください。",
        "On PostgreSQL, first say with the setting keys.shared = true that there is one key folder only: shared by all nodes, or of the only one.",
        "Trên PostgreSQL, trước hết hãy đặt keys.shared = true để xác nhận chỉ có một thư mục khóa: dùng chung cho mọi nút, hoặc chỉ có một nút.",
    ))
}
