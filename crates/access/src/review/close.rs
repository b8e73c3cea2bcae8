//! Closing a round: what nobody answered for lapses, and the entry is the evidence.

use super::{Item, Said, Sort, entry, items, rounds, take_back};
use crate::actor;
use crate::answer::No;
use crate::desk::{Desk, Office};
use crate::permit::permit_office;
use ledger::entry::{Entry, EntryKind};
use ledger::names::{ActId, ActorId, Moment};
use policy::OfficeAct;
use serde_json::Value as Json;
use store::{Act, Change};

/// What ends with an act of a round.
#[derive(Default)]
pub(super) struct Ended {
    accounts: Vec<ActorId>,
    tokens: Vec<(String, ActorId)>,
    warrants: Vec<ActId>,
}

impl Ended {
    /// What of these is still open. The last account that could give another never ends by a round.
    pub(super) async fn of(desk: &Desk, items: &[Item]) -> Result<Self, No> {
        let mut ended = Self::default();
        for item in items {
            match (item.sort, item.holder) {
                (Sort::Account, Some(holder)) => {
                    let open = actor::find(desk.office(), &item.subject, desk.now()).await?.is_some();
                    if open && !actor::is_last_administrator(desk.office(), &item.subject, desk.now()).await? {
                        ended.accounts.push(holder);
                    }
                }
                (Sort::Token, Some(holder)) => ended.tokens.push((item.subject.clone(), holder)),
                (Sort::Warrant, _) => ended.warrants.extend(item.subject.parse::<ActId>().ok()),
                _ => {}
            }
        }
        Ok(ended)
    }

    /// Says in the details of the entry what ends.
    pub(super) fn tell(&self, details: &mut Json) {
        let list = |ids: Vec<String>| Json::from(ids);
        if let Some(told) = details.as_object_mut() {
            told.insert("revoked".into(), list(self.accounts.iter().map(ToString::to_string).collect()));
            told.insert("tokens".into(), list(self.tokens.iter().map(|(id, _)| id.clone()).collect()));
            told.insert("warrants".into(), list(self.warrants.iter().map(ToString::to_string).collect()));
        }
    }

    /// Adds the changes that end it.
    pub(super) fn change(self, desk: &Desk, mut act: Act) -> Act {
        let now = desk.now();
        for id in self.accounts {
            for sql in [
                "UPDATE actor SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL",
                "UPDATE api_token SET revoked_at = $2 WHERE actor = $1 AND revoked_at IS NULL",
            ] {
                act = act.with(Change::new(sql, vec![id.into(), now.into()]));
            }
            act = act.with(Change::new("DELETE FROM session WHERE actor = $1", vec![id.into()]));
        }
        for (id, holder) in self.tokens {
            // A token is known by the first eight bytes of its hash.
            let from = hex::decode(&id).unwrap_or_default();
            let to: Vec<u8> = from.iter().copied().chain([0xff; 24]).collect();
            let sql = "UPDATE api_token SET revoked_at = $4 WHERE actor = $1 AND hash >= $2 AND hash <= $3 AND revoked_at IS NULL";
            act = act.with(Change::new(sql, vec![holder.into(), from.into(), to.into(), now.into()]));
        }
        for id in self.warrants {
            let sql = "UPDATE warrant SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
            act = act.with(Change::new(sql, vec![id.into(), now.into()]));
        }
        act
    }
}

/// Closes a round: what nobody has answered for lapses now, and what is left is confirmed.
///
/// # Errors
/// [`No::Refusal`] unless the actor may review access, [`No::Missing`] if there is no such open round.
pub async fn close(desk: &Desk, round: u64) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::ReviewAccess).await?;
    let index = close_under(desk, round, permit.entry(desk, EntryKind::AccessReviewed)).await?;
    if desk.may(OfficeAct::ChangeOrganisation) {
        for item in items(desk.office(), round).await? {
            if matches!(item.said, Some(Said::End | Said::Lapsed)) {
                take_back(desk, &item).await?;
            }
        }
    }
    Ok(index)
}

/// Closes the round whose time has come, if one is open. To be called from time to time; the program acts.
///
/// # Errors
/// [`No`].
pub async fn close_due(office: &Office, now: Moment) -> Result<Option<u64>, No> {
    let due = rounds(office).await?.into_iter().find(|round| round.closed_at.is_none() && round.due_at <= now);
    let Some(round) = due else { return Ok(None) };
    let desk = office.desk(None, now);
    let entry = desk.entry(EntryKind::AccessReviewed, desk.act_id());
    close_under(&desk, round.entry, entry).await.map(Some)
}

async fn close_under(desk: &Desk, round: u64, told: Entry) -> Result<u64, No> {
    let open = rounds(desk.office()).await?.into_iter().any(|r| r.entry == round && r.closed_at.is_none());
    if !open {
        return Err(No::Missing);
    }
    let all = items(desk.office(), round).await?;
    let count = |said: Said| all.iter().filter(|item| item.said == Some(said)).count();
    let lapsed: Vec<Item> = all.iter().filter(|item| item.said.is_none()).cloned().collect();
    let ended = Ended::of(desk, &lapsed).await?;
    let accounts = actor::list(desk.office()).await?.into_iter().filter(|a| a.revoked_at.is_none()).count();
    let mut details = serde_json::json!({
        "accounts": accounts, "round": round, "kept": count(Said::Keep), "ended": count(Said::End), "lapsed": lapsed.len(),
    });
    ended.tell(&mut details);
    let act = desk
        .act_with_detail(told, &details)?
        .with(
            Change::new(
                "UPDATE review_round SET closed_at = $2 WHERE idx = $1 AND closed_at IS NULL",
                vec![entry(round).into(), desk.now().into()],
            )
            .exactly(1),
        )
        .with(Change::new(
            "UPDATE review_item SET answer = $2, answered_at = $3 WHERE idx = $1 AND answer = ''",
            vec![entry(round).into(), Said::Lapsed.word().into(), desk.now().into()],
        ));
    let act = ended
        .change(desk, act)
        .with(Change::new("UPDATE actor SET reviewed_at = $1 WHERE revoked_at IS NULL", vec![desk.now().into()]));
    let index = desk.commit(act).await?.index();
    desk.office().seen.forget();
    Ok(index)
}
