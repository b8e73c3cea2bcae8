//! `daicho explain N`: one entry in plain words, with the clause as it read that day.

use super::Common;
use crate::said::{Said, say};
use crate::wire::House;
use access::{At, No};
use clap::Args;
use duties::history;
use policy::Texts;

/// Tell one entry in plain words, with the clause as it read that day.
///
/// Needs no account: an entry holds nobody's data.
#[derive(Args)]
pub(crate) struct Explain {
    /// The number of the entry.
    #[arg(value_name = "N")]
    entry: u64,
}

pub(super) async fn run(common: &Common, explain: Explain) -> Result<(), Said> {
    let house = House::open_as_it_is(common.config()?).await?;
    let told = history::explain(&house.office, explain.entry, common.lang).await?.ok_or(No::Missing)?;
    if common.json {
        let clauses: Vec<_> =
            told.clauses.iter().map(|(id, text)| serde_json::json!({ "id": id.as_str(), "text": text })).collect();
        say(serde_json::json!({
            "entry": told.line.entry, "at": At(told.line.at), "kind": told.line.kind.word(), "refused": told.line.refused,
            "sentence": told.sentence, "clauses": clauses, "policyVersion": told.version,
            "policy": told.line.policy.map(|digest| digest.to_string()), "purpose": told.line.purpose.as_ref().map(|p| p.as_str()),
            "elements": told.line.elements.iter().map(|e| e.as_str()).collect::<Vec<_>>(), "people": told.line.people,
            "work": told.line.work, "row": told.line.row.as_ref().map(|r| r.as_str()),
        }));
        return Ok(());
    }
    say(format_args!("#{} {}", told.line.entry, told.sentence));
    for (clause, text) in &told.clauses {
        say(format_args!("  {clause}: {text}"));
    }
    if let Some(version) = &told.version {
        let digest = told.line.policy.map(|digest| digest.to_string()).unwrap_or_default();
        let texts = Texts::new(
            format!("  方針 第{version}版 {digest}"),
            format!("  Policy version {version}, {digest}"),
            format!("  Chính sách phiên bản {version}, {digest}"),
        );
        say(texts.get(common.lang));
    }
    Ok(())
}
