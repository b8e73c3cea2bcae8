//! Telling what was done, once the head of the ledger is signed over it.

use super::Common;
use crate::said::{Said, say};
use crate::tick;
use crate::wire::House;
use access::No;
use policy::Texts;
use serde_json::Value;

/// What an act answered, after the head was signed over its entry: a refusal leaves one too. So a checkpoint covers what was
/// done also where nothing serves.
pub(crate) async fn settled<T>(house: &House, answer: Result<T, No>) -> Result<T, Said> {
    let signed = tick::sign(house).await;
    let value = answer.map_err(|no| in_its_words(house, no))?;
    signed?;
    Ok(value)
}

/// A refusal speaks with the words of the policy that refused.
pub(super) fn in_its_words(house: &House, no: No) -> Said {
    match (no, house.office.in_force(house.now())) {
        (No::Refusal(refusal), Some(enacted)) => Said::Refused(refusal, enacted),
        (other, _) => Said::No(other),
    }
}

/// Says what was done.
pub(super) fn done(common: &Common, json: Value, texts: &Texts) -> Result<(), Said> {
    if common.json {
        say(json);
    } else {
        say(texts.get(common.lang));
    }
    Ok(())
}

/// What was done, and the number under which it was recorded.
pub(super) fn recorded(ja: &str, en: &str, vi: &str, entry: u64) -> Texts {
    Texts::new(format!("{ja}（記録 #{entry}）"), format!("{en} (entry #{entry})"), format!("{vi} (bản ghi #{entry})"))
}
