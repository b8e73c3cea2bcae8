//! Warrants: what stands in their columns is what their entries say.

use super::Beside;
use super::replay::{Replay, Warrant, text};
use super::store::Look;
use ::store::Fault;
use access::actor;
use ledger::entry::EntryKind;
use policy::rights::WarrantSort;
use serde_json::Value as Json;
use std::collections::BTreeMap;

impl Look<'_> {
    /// Proposals, emergencies and rights beyond a role.
    pub(super) async fn warrants(&mut self, told: &Replay) -> Result<(), Fault> {
        let mut missing: BTreeMap<&[u8], i64> =
            told.warrants.iter().map(|(id, one)| (id.as_slice(), one.idx)).collect();
        let sql = "SELECT id, sort, acts, subject, holder, reason, begins_at, ends_at, answer_by, answer, answered_by, answered_at, \
                   ended_at, salt, idx FROM warrant ORDER BY idx";
        for row in self.store.read(sql, vec![]).await? {
            let id = row.bytes(0)?;
            if row.int(14)? >= self.end {
                continue;
            }
            let Some((known, one)) = told.warrants.iter().find(|(known, _)| known.as_slice() == id) else {
                self.add(Beside::Added { table: "warrant", row: hex::encode(id) });
                continue;
            };
            missing.remove(known.as_slice());
            let salt: [u8; 32] = row.array(13).unwrap_or_default();
            let bound = |key: &str, column: &str, kept: &str| text(&one.told, key) == actor::bound(&salt, column, kept);
            let number = |key: &str| one.told.get(key).and_then(Json::as_i64);
            let said = one.answer.as_ref();
            let same = [
                ("sort", sort(one) == row.text(1)?),
                ("acts", text(&one.told, "acts") == row.text(2)?),
                ("subject", bound("about", "of", row.text(3)?)),
                ("holder", text(&one.told, "holder") == hex::encode(row.bytes(4)?)),
                ("reason", bound("reason", "reason", row.text(5)?)),
                ("begins_at", row.int(6)? == one.at),
                ("ends_at", Some(row.int(7)?) == number("until")),
                ("answer_by", row.maybe_int(8)? == number("answer-by")),
                ("answer", row.text(9)? == said.map_or("", |said| said.word.as_str())),
                ("answered_by", row.maybe_bytes(10)?.map(hex::encode) == said.map(|said| said.by.clone())),
                ("answered_at", row.maybe_int(11)? == said.map(|said| said.at)),
                ("ended_at", row.maybe_int(12)? == one.ended),
                ("salt", bound("salt", "salt", "")),
                ("idx", row.int(14)? == one.idx),
            ];
            let (name, idx) = (hex::encode(id), one.idx);
            self.compare("warrant", name, idx, &same);
        }
        missing.into_values().for_each(|entry| self.add(Beside::Gone { table: "warrant", entry }));
        Ok(())
    }
}

/// The word of the sort that an entry of this kind begins.
fn sort(one: &Warrant) -> &'static str {
    match one.kind {
        EntryKind::Proposed => WarrantSort::Second.code(),
        EntryKind::GlassBroken => WarrantSort::Glass.code(),
        EntryKind::WindowOpened => WarrantSort::Window.code(),
        _ => WarrantSort::Right.code(),
    }
}
