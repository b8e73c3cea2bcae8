//! `daicho reveal`: the one act. Policy, permit, ledger, value.

use super::{Common, tell, work};
use crate::ask;
use crate::said::{Said, say};
use crate::wire::House;
use access::At;
use clap::Args;
use ledger::names::{ElementId, PersonId, PurposeId, RowId};
use policy::Texts;
use vault::{Reveal as Asked, Revealed};

/// Reveal fields of one person for one purpose under one work record.
///
/// The policy in force decides; the entry in the ledger is durable before a value is printed. A refusal is recorded too, names
/// the clause, and ends with exit code 1.
#[derive(Args)]
pub(crate) struct Reveal {
    /// Whose: the id that `daicho people find` printed.
    #[arg(value_name = "PERSON")]
    person: PersonId,
    /// Held under which row of the handling ledger.
    #[arg(long, value_name = "ROW")]
    row: RowId,
    /// Which elements, such as phone,email.
    #[arg(long = "element", value_name = "ELEMENT", required = true, value_delimiter = ',')]
    elements: Vec<ElementId>,
    /// For which notified purpose.
    #[arg(long, value_name = "PURPOSE")]
    purpose: PurposeId,
    /// Under which work record: its number or its id.
    #[arg(long, value_name = "WORK")]
    work: Option<String>,
}

pub(super) async fn run(common: &Common, reveal: Reveal) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    let desk = ask::desk(&house, common.login.as_deref()).await?;
    let asked = Asked {
        person: reveal.person,
        row: reveal.row,
        elements: reveal.elements,
        purpose: reveal.purpose,
        work: work::named(&house, reveal.work.as_deref()).await?,
    };
    let revealed = vault::reveal(&house.vault, &desk, asked).await;
    let Revealed { values, entry, at, .. } = tell::settled(&house, revealed).await?;
    if common.json {
        let values: serde_json::Map<String, serde_json::Value> =
            values.iter().map(|(element, value)| (element.to_string(), value.expose().as_str().into())).collect();
        say(serde_json::json!({ "entry": entry, "at": At(at), "values": values }));
        return Ok(());
    }
    let nothing = Texts::new(
        "この行にその項目はありません。",
        "None of these is held under this row.",
        "Dòng này không có mục đó.",
    );
    if values.is_empty() {
        say(nothing.get(common.lang));
    }
    for (element, value) in &values {
        let label = desk.policy().ok().and_then(|p| p.element(element)).map(|e| e.label.get(common.lang).to_owned());
        say(format_args!("{}: {}", label.unwrap_or_else(|| element.to_string()), value.expose()));
    }
    say(tell::recorded("記録しました", "Recorded", "Đã ghi", entry).get(common.lang));
    Ok(())
}
