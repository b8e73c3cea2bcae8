//! Accounts, tokens, work records and policy versions: what stands in their columns is what their entries say.

use super::Beside;
use super::replay::{Account, Id, Replay, text};
use super::store::Look;
use ::store::{Fault, Row};
use access::sign_in::ways;
use access::{actor, work};
use aws_lc_rs::digest::{SHA256, digest};
use ledger::commitment::detail;
use ledger::names::PersonId;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

impl Look<'_> {
    /// Accounts: every one was granted, none is missing, and each column says what its entries say.
    pub(super) async fn accounts(&mut self, told: &Replay) -> Result<(), Fault> {
        let mut missing: BTreeMap<Id, i64> = told.accounts.iter().map(|(id, account)| (*id, account.idx)).collect();
        let sql = "SELECT id, login, name, role, password, language, reason, granted_at, ends_at, revoked_at, reviewed_at, salt, idx, second_by \
                   FROM actor ORDER BY id";
        for row in self.store.read(sql, vec![]).await? {
            let id = row.bytes(0)?;
            if row.int(12)? >= self.end {
                continue;
            }
            let known = <Id>::try_from(id).ok().and_then(|id| told.accounts.get(&id).map(|account| (id, account)));
            let Some((id, account)) = known else {
                self.add(Beside::Added { table: "actor", row: hex::encode(id) });
                continue;
            };
            missing.remove(&id);
            let salt: [u8; 32] = row.array(11).unwrap_or_default();
            let bound = |column: &str, kept: &str| text(&account.told, column) == actor::bound(&salt, column, kept);
            let same = [
                ("salt", bound("salt", "")),
                ("login", bound("login", row.text(1)?)),
                ("name", bound("name", row.text(2)?)),
                ("role", text(&account.told, "role") == row.text(3)?),
                ("password", account.password == actor::bound(&salt, "password", row.text(4)?)),
                ("language", bound("language", row.text(5)?)),
                ("reason", bound("reason", row.text(6)?)),
                ("granted_at", row.int(7)? == account.at),
                ("ends_at", row.maybe_int(8)? == account.until),
                ("revoked_at", row.maybe_int(9)? == account.revoked.map(|(_, at)| at)),
                ("reviewed_at", row.int(10)? == reviewed(told, account)),
                ("second_by", row.maybe_int(13)? == account.second_by),
                ("idx", row.int(12)? == account.idx),
            ];
            self.compare("actor", hex::encode(id), account.idx, &same);
        }
        missing.into_values().for_each(|entry| self.add(Beside::Gone { table: "actor", entry }));
        Ok(())
    }

    /// Passkeys, apps and recovery codes: every one was added, none is missing, and each column says what its entries say.
    pub(super) async fn credentials(&mut self, told: &Replay) -> Result<(), Fault> {
        let mut missing: BTreeMap<Id, i64> = told.credentials.iter().map(|(id, one)| (*id, one.idx)).collect();
        let sql =
            "SELECT id, actor, way, label, known_by, matter, made_at, ended_at, salt, idx FROM credential ORDER BY id";
        for row in self.store.read(sql, vec![]).await? {
            let id = row.bytes(0)?;
            if row.int(9)? >= self.end {
                continue;
            }
            let known = <Id>::try_from(id).ok().and_then(|id| told.credentials.get(&id).map(|one| (id, one)));
            let Some((key, credential)) = known else {
                self.add(Beside::Added { table: "credential", row: hex::encode(id) });
                continue;
            };
            missing.remove(&key);
            let columns = ways::Row {
                id,
                actor: row.bytes(1)?,
                way: row.text(2)?,
                label: row.text(3)?,
                known_by: row.bytes(4)?,
                matter: row.bytes(5)?,
            };
            let digest = row.array(8).map(|salt| ways::bound(&salt, &columns));
            let same = [
                ("actor, way, label, known_by, matter, salt", digest.is_ok_and(|digest| digest == credential.row)),
                ("made_at", row.int(6)? == credential.at),
                ("ended_at", row.maybe_int(7)? == credential.ended),
                ("idx", row.int(9)? == credential.idx),
            ];
            self.compare("credential", hex::encode(id), credential.idx, &same);
        }
        missing.into_values().for_each(|entry| self.add(Beside::Gone { table: "credential", entry }));
        Ok(())
    }

    /// API tokens.
    pub(super) async fn api_tokens(&mut self, told: &Replay) -> Result<(), Fault> {
        let mut missing: BTreeMap<&str, i64> = told.tokens.iter().map(|(id, token)| (id.as_str(), token.idx)).collect();
        let sql = "SELECT hash, actor, label, created_at, ends_at, revoked_at, may, idx FROM api_token ORDER BY hash";
        for row in self.store.read(sql, vec![]).await? {
            if row.int(7)? >= self.end {
                continue;
            }
            let hash = row.bytes(0)?;
            let id: String = hex::encode(hash).chars().take(16).collect();
            let Some(token) = told.tokens.get(&id) else {
                self.add(Beside::Added { table: "api_token", row: id });
                continue;
            };
            missing.remove(id.as_str());
            let bound = row.array(0).map(|hash| hex::encode(detail(&hash, row.text(2).unwrap_or_default().as_bytes())));
            let same = [
                ("label", bound.is_ok_and(|bound| bound == text(&token.told, "row"))),
                ("actor", hex::encode(row.bytes(1)?) == text(&token.told, "of")),
                ("created_at", row.int(3)? == token.at),
                ("ends_at", Some(row.int(4)?) == token.told.get("until").and_then(Json::as_i64)),
                ("revoked_at", row.maybe_int(5)? == token.revoked),
                ("may", text(&token.told, "may") == row.text(6)?),
                ("idx", row.int(7)? == token.idx),
            ];
            self.compare("api_token", id.clone(), token.idx, &same);
        }
        missing.into_values().for_each(|entry| self.add(Beside::Gone { table: "api_token", entry }));
        Ok(())
    }

    /// Work records, with who does the work and whom it is about.
    pub(super) async fn works(&mut self, told: &Replay) -> Result<(), Fault> {
        let mut missing: BTreeMap<Id, i64> = told.works.iter().map(|(id, work)| (*id, work.idx)).collect();
        let sql = "SELECT id, code, title, purpose, starts_at, ends_at, closed_at, owner, every_row, idx FROM work ORDER BY id";
        for row in self.store.read(sql, vec![]).await? {
            if row.int(9)? >= self.end {
                continue;
            }
            let id = row.bytes(0)?;
            let known = <Id>::try_from(id).ok().and_then(|id| told.works.get(&id).map(|work| (id, work)));
            let Some((id, work)) = known else {
                self.add(Beside::Added { table: "work", row: hex::encode(id) });
                continue;
            };
            missing.remove(&id);
            let number = |key: &str| work.told.get(key).and_then(Json::as_i64);
            let same = [
                ("code", row.text(1)? == text(&work.told, "code")),
                ("title", row.text(2)? == text(&work.told, "title")),
                ("purpose", row.text(3)? == work.purpose),
                ("starts_at", Some(row.int(4)?) == number("from")),
                ("ends_at", Some(row.int(5)?) == number("until")),
                ("closed_at", row.maybe_int(6)? == work.closed),
                ("owner", hex::encode(row.bytes(7)?) == text(&work.told, "owner")),
                ("every_row", work.told.get("every").and_then(Json::as_bool) == Some(row.int(8)? == 1)),
                ("idx", row.int(9)? == work.idx),
            ];
            self.compare("work", hex::encode(id), work.idx, &same);
        }
        missing.into_values().for_each(|entry| self.add(Beside::Gone { table: "work", entry }));
        let actors = self.pairs("SELECT work, actor FROM work_actor", |row| Ok(hex::encode(row.bytes(1)?))).await?;
        self.listed(told, "work_actor", "actors", &actors);
        let rows = self.pairs("SELECT work, register_row FROM work_row", |row| Ok(row.text(1)?.to_owned())).await?;
        self.listed(told, "work_row", "rows", &rows);
        self.work_people(told).await
    }

    /// What a table lists for each work record.
    async fn pairs(
        &self,
        sql: &str,
        second: impl Fn(&Row) -> Result<String, Fault>,
    ) -> Result<BTreeMap<Vec<u8>, BTreeSet<String>>, Fault> {
        let mut pairs: BTreeMap<Vec<u8>, BTreeSet<String>> = BTreeMap::new();
        for row in self.store.read(sql, vec![]).await? {
            pairs.entry(row.bytes(0)?.to_vec()).or_default().insert(second(&row)?);
        }
        Ok(pairs)
    }

    fn listed(&mut self, told: &Replay, table: &'static str, key: &str, pairs: &BTreeMap<Vec<u8>, BTreeSet<String>>) {
        for (id, work) in &told.works {
            if pairs.get(id.as_slice()).cloned().unwrap_or_default() != list(&work.told, key) {
                self.add(Beside::differs(table, hex::encode(id), "work", Some(work.idx)));
            }
        }
        for id in pairs.keys().filter(|id| Id::try_from(id.as_slice()).map_or(true, |id| !told.works.contains_key(&id)))
        {
            self.add(Beside::Added { table, row: hex::encode(id) });
        }
    }

    /// Whom work records are about: each is bound by a salted digest, and as many are missing as erasures have cut.
    async fn work_people(&mut self, told: &Replay) -> Result<(), Fault> {
        let mut expected: BTreeMap<Id, BTreeSet<String>> =
            told.works.iter().map(|(id, work)| (*id, list(&work.told, "people"))).collect();
        for row in self.store.read("SELECT work, person, salt FROM work_person", vec![]).await? {
            let digest = match (row.array(2), row.array(1)) {
                (Ok(salt), Ok(person)) => work::bound(&salt, PersonId::from_bytes(person)),
                _ => String::new(),
            };
            let among = row.array(0).ok().and_then(|work: Id| expected.get_mut(&work));
            if !among.is_some_and(|people| people.remove(&digest)) {
                self.add(Beside::Added { table: "work_person", row: hex::encode(row.bytes(0)?) });
            }
        }
        let left: Vec<i64> = told
            .works
            .iter()
            .filter(|(id, _)| expected.get(*id).is_some_and(|left| !left.is_empty()))
            .map(|(_, work)| work.idx)
            .collect();
        let gone = expected.values().map(BTreeSet::len).sum::<usize>();
        self.accounted("work_person", i64::try_from(gone).unwrap_or(i64::MAX), told.cut.works, left);
        Ok(())
    }

    /// Policy versions: their bytes have the digest of the entry that enacted them, and every enactment has its version.
    pub(super) async fn policies(&mut self, told: &Replay) -> Result<(), Fault> {
        let mut missing: BTreeSet<i64> = told.policies.keys().copied().collect();
        let logins = self.pairs("SELECT id, login FROM actor", |row| Ok(row.text(1)?.to_owned())).await?;
        let sql = "SELECT digest, idx, in_force_from, canonical, approvals FROM policy_version ORDER BY idx";
        for row in self.store.read(sql, vec![]).await? {
            let idx = row.int(1)?;
            if idx >= self.end {
                continue;
            }
            let Some(enactment) = told.policies.get(&idx).filter(|_| missing.remove(&idx)) else {
                self.add(Beside::Stray { table: "policy_version", entry: idx });
                continue;
            };
            let found: Option<[u8; 32]> = digest(&SHA256, row.bytes(3)?).as_ref().try_into().ok();
            let approved = list(&enactment.told, "approvals");
            let named = approved.iter().filter_map(|id| hex::decode(id).ok().and_then(|id| logins.get(&id))).flatten();
            let named: BTreeSet<&str> = named.map(String::as_str).collect();
            let same = [
                ("canonical", found.is_some() && found == enactment.digest),
                ("digest", row.array(0).ok() == enactment.digest),
                ("in_force_from", Some(row.int(2)?) == enactment.told.get("from").and_then(Json::as_i64)),
                ("approvals", row.text(4)? == named.into_iter().collect::<Vec<_>>().join(" ")),
            ];
            self.compare("policy_version", hex::encode(row.bytes(0)?), idx, &same);
        }
        missing.into_iter().for_each(|entry| self.add(Beside::Gone { table: "policy_version", entry }));
        Ok(())
    }
}

/// When an account was reviewed last: at its grant, or by a review while it was open.
fn reviewed(told: &Replay, account: &Account) -> i64 {
    let open = |idx: i64| idx > account.idx && account.revoked.is_none_or(|(revoked, _)| idx < revoked);
    told.reviews.iter().rev().find(|(idx, _)| open(*idx)).map_or(account.at, |(_, at)| *at)
}

fn list(told: &Json, key: &str) -> BTreeSet<String> {
    let all = told.get(key).and_then(Json::as_array).into_iter().flatten();
    all.filter_map(Json::as_str).map(str::to_owned).collect()
}
