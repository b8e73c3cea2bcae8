//! `daicho review`: rounds of access review, per owner, keep or end for each right.

use super::table::Table;
use super::{Common, tell};
use crate::ask;
use crate::said::{Said, say};
use crate::wire::House;
use access::review::{self, Said as Word};
use access::{At, actor};
use clap::{Args, Subcommand};
use policy::Language;
use std::collections::BTreeMap;

/// Rounds of access review.
#[derive(Subcommand)]
pub(crate) enum Review {
    /// Begin a round about every right there is: accounts, rights beyond roles, tokens, cards, zones.
    Begin,
    /// List what the newest round asks. Needs no account: whoever may read the keys may read the books.
    List,
    /// Keep a right, or end it.
    Answer(Answer),
    /// Close the round: what nobody has answered for lapses.
    Close,
}

/// Keep a right, or end it.
#[derive(Args)]
pub(crate) struct Answer {
    /// Its place in the round, as the list shows it.
    #[arg(value_name = "N")]
    n: u32,
    /// keep or end.
    #[arg(value_name = "ANSWER", value_parser = ["keep", "end"])]
    answer: String,
    /// Why.
    #[arg(long, value_name = "REASON")]
    reason: String,
}

pub(super) async fn run(common: &Common, asked: Review) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    let newest = review::rounds(&house.office).await?.into_iter().next();
    if let Review::List = asked {
        return list(common, &house, newest).await;
    }
    let desk = ask::desk(&house, common.login.as_deref()).await?;
    let round = newest.map(|round| round.entry).ok_or(access::No::Missing);
    let done = match asked {
        Review::List => return Ok(()),
        Review::Begin => review::begin(&desk).await,
        Review::Answer(said) => {
            let word = if said.answer == "keep" { Word::Keep } else { Word::End };
            review::answer(&desk, round?, said.n, word, &said.reason).await
        }
        Review::Close => review::close(&desk, round?).await,
    };
    let entry = tell::settled(&house, done).await?;
    let texts = tell::recorded("記録しました", "It is on record", "Đã ghi nhận", entry);
    tell::done(common, serde_json::json!({ "entry": entry }), &texts)
}

async fn list(common: &Common, house: &House, round: Option<review::Round>) -> Result<(), Said> {
    let Some(round) = round else { return Err(access::No::Missing.into()) };
    let accounts = actor::list(&house.office).await?;
    let logins: BTreeMap<_, _> = accounts.into_iter().map(|a| (a.actor.id, a.actor.login)).collect();
    let used = review::last_used(&house.office).await?;
    let login = |id| logins.get(&id).cloned().unwrap_or_default();
    let items = review::items(&house.office, round.entry).await?;
    if common.json {
        let json: Vec<_> = items
            .iter()
            .map(|item| {
                serde_json::json!({
                    "n": item.n, "sort": item.sort.word(), "subject": item.subject, "holder": item.holder.map(login),
                    "owner": login(item.owner), "lastUsed": item.holder.and_then(|h| used.get(&h).copied()).map(At),
                    "answer": item.said.map(Word::word), "reason": item.reason,
                })
            })
            .collect();
        say(serde_json::json!({
            "round": round.entry, "due": At(round.due_at), "closed": round.closed_at.map(At), "items": json,
        }));
        return Ok(());
    }
    let heading = match common.lang {
        Language::Ja => ["番号", "種類", "対象", "誰の", "答える人", "答え"],
        Language::En => ["n", "sort", "which", "whose", "owner", "answer"],
        Language::Vi => ["số", "loại", "đối tượng", "của ai", "người trả lời", "trả lời"],
    };
    let mut table = Table::new(heading);
    for item in items {
        table.line([
            item.n.to_string(),
            item.sort.word().to_owned(),
            item.subject,
            item.holder.map(login).unwrap_or_default(),
            login(item.owner),
            item.said.map_or_else(String::new, |said| said.word().to_owned()),
        ]);
    }
    table.print();
    Ok(())
}
