//! Going on from a ledger whose last signed checkpoint is lost: the explicit way, by an administrator, with an entry.

use super::{Depth, print, store};
use crate::ask;
use crate::command::{Common, tell};
use crate::said::Said;
use crate::stamp;
use crate::tick::{self, Outside};
use crate::wire::House;
use access::{OfficeAct, permit_office};
use ledger::entry::EntryKind;
use policy::Texts;

/// `daicho verify --adopt`.
pub(super) async fn adopt(common: &Common) -> Result<(), Said> {
    let house = House::open_as_it_is(common.config()?).await?;
    let lost = match tick::outside(&house.config, &house.signing.vkeys()) {
        Outside::Signed(known, _) => Some((known.size(), hex::encode(known.root()))),
        _ => None,
    };
    let mut evidence = house.evidence();
    evidence.adopting = true;
    let checked = store(&evidence, Depth::Everything).await?;
    if !checked.is_sound() {
        print(&checked, common.lang);
        return Err(Said::Found);
    }
    let desk = ask::desk(&house, common.login.as_deref()).await?;
    let permit = permit_office(&desk, OfficeAct::AdoptLedger).await.map_err(|no| tell::in_its_words(&house, no))?;
    let root = checked.report.root.map(hex::encode);
    let details = serde_json::json!({
        "what": "adopted", "entries": checked.report.entries, "root": root,
        "lost": lost.as_ref().map(|(entries, root)| serde_json::json!({ "entries": entries, "root": root })),
    });
    let act = desk.act_with_detail(permit.entry(&desk, EntryKind::Restored), &details).map_err(access::No::from)?;
    let entry = desk.commit(act).await?.index();
    let size = tick::begin(&house).await?.size;
    stamp::set_aside(&house.config, checked.report.entries)?;
    let texts = Texts::new(
        format!("台帳{size}件を引き継ぎ、署名しました（記録 #{entry}）。"),
        format!("Adopted this ledger of {size} entries and signed it (entry #{entry})."),
        format!("Đã tiếp nhận sổ ghi gồm {size} bản ghi và ký lại (bản ghi #{entry})."),
    );
    tell::done(common, serde_json::json!({ "entries": size, "entry": entry }), &texts)
}
