//! The turn of an epoch: each night people's keys are wrapped by a new wrapping key, and wrapping keys that are older than the policy
//! lets a backup remember are destroyed. So an erasure reaches every copy of the key store, wherever it lies.
//!
//! | step | cut off after it |
//! |---|---|
//! | a new wrapping key stands in `keyring.proposed` | the next turn goes on with it |
//! | the key store knows the epoch by the mark of its key | the same; whoever has another keyring stops here |
//! | the new wrapping key stands in the keyring, and is used | the next turn goes on with it |
//! | every person's key is wrapped by it, some hundreds at a time | what is of an older epoch is what is left to do |
//! | an entry says so, and which wrapping keys end | the same entry comes again |
//! | these are taken out of the keyring | — |

use crate::config::Config;
use crate::keyring::chance;
use crate::keyring::ring::Ring;
use crate::said::Said;
use crate::wire::House;
use access::{Chance, Desk, No};
use jiff::civil::Date;
use ledger::entry::Entry;
use ledger::names::Moment;
use policy::Texts;
use seal::{Branch, RootKey, Secret};
use std::path::Path;
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
    let root = house.root.of(&folder, &ring).await?;
    let (chance, known) = (chance(), house.vault.epoch());
    let Some((mut epoch, made)) = newest(&ring) else { return Ok(None) };
    if epoch < known {
        // The keyring that was put back does not have the key by which people's keys are wrapped: what this process has is all there is.
        return Err(older_keyring(known));
    }
    // A clock that was once far ahead must not keep epochs from turning.
    let begins = when == When::AtOnce || desk.day(made) < desk.today() || desk.day(made) > tomorrow(desk);
    if begins {
        ring = begun(house, &folder, &ring, &root, &chance, desk).await?;
        epoch += 1;
    }
    house.vault.renew(ring.wrapping(&root).unwrap_or_default());
    let (mut wrapped, mut shut, mut from) = (0, 0, None);
    while let Some(some) = house.vault.wrap_again(&chance, from, TOGETHER).await.map_err(No::from)? {
        (wrapped, shut, from) = (wrapped + some.wrapped, shut + some.shut, Some(some.last));
        // Whoever waits for the key store comes first.
        tokio::task::yield_now().await;
    }
    if shut > 0 {
        tracing::error!(keys = shut, "people's keys do not open: run `daicho verify`");
    }
    let destroyed = ended(&ring, &house.vault.stock().await.map_err(No::from)?, desk);
    if !begins && wrapped == 0 && destroyed.is_empty() {
        return Ok(None);
    }
    let details = serde_json::json!({ "epoch": epoch, "wrapped": wrapped, "destroyed": destroyed });
    let act = desk.act_with_detail(entry(desk), &details).map_err(No::from)?;
    let at = desk.commit(act).await?.index();
    if !destroyed.is_empty() {
        ring.take_out(Branch::Wrapping, &destroyed);
        ring.keep(&folder)?;
        house.vault.renew(ring.wrapping(&root).unwrap_or_default());
    }
    // What was wrapped before must not go on lying in the log of the key store.
    house.keys.settle().await?;
    Ok(Some(Turned { epoch, wrapped, destroyed, at }))
}

fn newest(ring: &Ring) -> Option<(u32, Moment)> {
    let newest = ring.keys().iter().rfind(|kept| kept.branch == Branch::Wrapping)?;
    Some((newest.generation(), newest.made))
}

/// A new epoch: its key is proposed, then the key store agrees, then it stands in the keyring. Nobody uses it before.
async fn begun(
    house: &House,
    folder: &Path,
    ring: &Ring,
    root: &RootKey,
    chance: &Chance,
    desk: &Desk,
) -> Result<Ring, Said> {
    let epoch = newest(ring).map_or(1, |(epoch, _)| epoch + 1);
    // One that was cut off goes on: the key store may have agreed to it already.
    let proposed = Ring::proposed(folder).filter(|proposed| {
        proposed.mark() == ring.mark() && newest(proposed).is_some_and(|(newest, _)| newest == epoch)
    });
    let mut next = ring.clone();
    match proposed {
        // What else became of the keyring since then stays.
        Some(proposed) => next.take_over(&proposed, Branch::Wrapping, epoch),
        None => next.add(root, Branch::Wrapping, epoch, &Secret::new(chance.bytes()), chance, desk.now())?,
    }
    next.propose(folder)?;
    let wrapping = next.wrapping(root).unwrap_or_default();
    let Some(kek) = wrapping.iter().find(|kek| kek.epoch() == epoch) else { return Err(another_keyring()) };
    // Another node with a keyring of its own may have begun this epoch: then ours wraps nothing.
    if !house.vault.claim(epoch, kek.mark()).await.map_err(No::from)? {
        Ring::withdraw(folder)?;
        return Err(another_keyring());
    }
    Ring::accept(folder)?;
    Ok(next)
}

fn tomorrow(desk: &Desk) -> Date {
    desk.today().tomorrow().unwrap_or(Date::MAX)
}

/// The epochs that wrap nobody's key any more and are older than backups may remember.
///
/// Who was erased in an epoch is gone from it at the latest on the day of the next one; so an erasure has reached every backup
/// `backups_days` after it, when an epoch's key is destroyed one day less after that, and never on the day it ended: somebody may just be
/// wrapping by it.
fn ended(ring: &Ring, stock: &Stock, desk: &Desk) -> Vec<u32> {
    let Ok(policy) = desk.policy() else { return Vec::new() };
    let mut ended = ring.followed(Branch::Wrapping, (i64::from(policy.erasure().backups_days) - 1).max(1), desk);
    ended.retain(|epoch| !stock.0.contains_key(epoch));
    ended
}

/// The keyring on disk is older than what this process works with.
fn older_keyring(known: u32) -> Said {
    Said::mistake(Texts::new(
        format!(
            "鍵束が古いものに置き換えられています（第{known}世代の鍵がありません）。新しい鍵束を戻すまで、世代を更新しません。"
        ),
        format!(
            "The keyring was replaced by an older one, without the key of epoch {known}. Put the newest back; until then no epoch begins."
        ),
        format!(
            "Chùm khóa đã bị thay bằng bản cũ (thiếu khóa thế hệ {known}). Hãy khôi phục bản mới nhất; cho đến lúc đó không bắt đầu thế hệ mới."
        ),
    ))
}

/// The key store knows an epoch that another keyring began.
pub(crate) fn another_keyring() -> Said {
    Said::mistake(Texts::new(
        "鍵の保管庫には、別の鍵束で始めた世代があります。この鍵束では暗号化し直しません。複数ノードでは鍵のフォルダーを一つにして共有してください（docs/scale.md）。",
        "The key store has an epoch that was begun with another keyring, so nothing is wrapped with this one. Let all nodes share one key folder (docs/scale.md), or put the newest keyring back.",
        "Kho khóa có một thế hệ khóa được bắt đầu bằng chùm khóa khác nên không mã hóa lại bằng chùm khóa này. Các nút phải dùng chung một thư mục khóa (docs/scale.md), hoặc hãy khôi phục chùm khóa mới nhất.",
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
