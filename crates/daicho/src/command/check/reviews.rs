//! Rounds of access review: what stands in their columns is what their entries say.

use super::Beside;
use super::replay::{Replay, text};
use super::store::Look;
use ::store::Fault;
use access::actor::bound;
use access::review::{self, Said, Sort};
use ledger::names::ActorId;
use serde_json::Value as Json;
use std::collections::BTreeSet;

impl Look<'_> {
    /// Rounds, and every right they list.
    pub(super) async fn reviews(&mut self, told: &Replay) -> Result<(), Fault> {
        let mut missing: BTreeSet<i64> = told.rounds.keys().copied().collect();
        let sql = "SELECT idx, due_at, begun_at, closed_at FROM review_round ORDER BY idx";
        for row in self.store.read(sql, vec![]).await? {
            let idx = row.int(0)?;
            if idx >= self.end {
                continue;
            }
            let Some(round) = told.rounds.get(&idx).filter(|_| missing.remove(&idx)) else {
                self.add(Beside::Stray { table: "review_round", entry: idx });
                continue;
            };
            let same = [
                ("due_at", Some(row.int(1)?) == round.told.get("due").and_then(Json::as_i64)),
                ("begun_at", row.int(2)? == round.at),
                ("closed_at", row.maybe_int(3)? == round.closed),
            ];
            self.compare("review_round", idx.to_string(), idx, &same);
        }
        missing.into_iter().for_each(|entry| self.add(Beside::Gone { table: "review_round", entry }));
        self.review_items(told).await
    }

    async fn review_items(&mut self, told: &Replay) -> Result<(), Fault> {
        let listed = |round: &super::replay::Round| -> Vec<String> {
            let all = round.told.get("items").and_then(Json::as_array).into_iter().flatten();
            all.filter_map(Json::as_str).map(str::to_owned).collect()
        };
        let digests: std::collections::BTreeMap<i64, Vec<String>> =
            told.rounds.iter().map(|(idx, round)| (*idx, listed(round))).collect();
        let mut missing: BTreeSet<(i64, i64)> = digests
            .iter()
            .flat_map(|(idx, list)| (1..=i64::try_from(list.len()).unwrap_or(0)).map(|n| (*idx, n)))
            .collect();
        let sql = "SELECT idx, n, sort, subject, holder, owner, answer, reason, answered_by, answered_at, salt FROM review_item \
                   ORDER BY idx, n";
        for row in self.store.read(sql, vec![]).await? {
            let (idx, n) = (row.int(0)?, row.int(1)?);
            if idx >= self.end {
                continue;
            }
            let name = format!("{idx}/{n}");
            let Some(round) = told.rounds.get(&idx).filter(|_| missing.remove(&(idx, n))) else {
                self.add(Beside::Added { table: "review_item", row: name });
                continue;
            };
            let salt: [u8; 32] = row.array(10).unwrap_or_default();
            let actor = |place| row.array(place).map(ActorId::from_bytes);
            let sort = Sort::ALL.iter().copied().find(|sort| row.text(2).is_ok_and(|word| word == sort.word()));
            let digest = match (sort, actor(4), actor(5)) {
                (Some(sort), Ok(holder), Ok(owner)) => review::digest(&salt, sort, row.text(3)?, Some(holder), owner),
                _ => String::new(),
            };
            let place = usize::try_from(n.saturating_sub(1)).unwrap_or(usize::MAX);
            let bound_as = digests.get(&idx).and_then(|list| list.get(place));
            let answer = round.answers.get(&n);
            let lapsed = answer.is_none() && round.closed.is_some();
            let word = answer.map_or(if lapsed { Said::Lapsed.word() } else { "" }, |(told, _)| text(told, "answer"));
            let reason = match answer {
                Some((told, _)) => text(told, "reason") == bound(&salt, "reason", row.text(7)?),
                None => row.text(7)?.is_empty(),
            };
            let by = answer.map(|(told, _)| text(told, "by").to_owned());
            let same = [
                ("sort, subject, holder, owner or salt", bound_as == Some(&digest)),
                ("answer", row.text(6)? == word),
                ("reason", reason),
                ("answered_by", row.maybe_bytes(8)?.map(hex::encode) == by),
                ("answered_at", row.maybe_int(9)? == answer.map(|(_, at)| *at).or(round.closed.filter(|_| lapsed))),
            ];
            self.compare("review_item", name, idx, &same);
        }
        for (entry, _) in missing {
            self.add(Beside::Gone { table: "review_item", entry });
        }
        Ok(())
    }
}
