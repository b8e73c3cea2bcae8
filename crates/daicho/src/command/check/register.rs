//! The handling ledger and occasions: each row has the salted digest of its entry.

use super::Beside;
use super::replay::Replay;
use super::store::{Look, PAGE};
use ::store::{Fault, Row};
use ledger::commitment::detail;
use ledger::entry::EntryKind;
use std::collections::BTreeMap;

/// When what is held under a row fell due because the row ended: by the row, the entry and the moment.
pub(super) type Ends = BTreeMap<String, Vec<(i64, i64)>>;

impl Look<'_> {
    /// Versions of the handling ledger: what was written in the columns has the salted digest of its entry.
    pub(super) async fn register(&mut self, told: &mut Replay) -> Result<Ends, Fault> {
        let mut ends = Ends::new();
        let mut missing = told.versions.clone();
        let sql = "SELECT idx, register_row, version, state, kind, purposes, elements, term, manager, sheet, at, reviewed_at, due_at, salt \
                   FROM register_version WHERE idx >= $1 ORDER BY idx LIMIT $2";
        let mut from = i64::MIN;
        loop {
            let rows = self.store.read(sql, vec![from.into(), PAGE.into()]).await?;
            let Some(last) = rows.last() else { break };
            from = last.int(0)?.saturating_add(1);
            for row in rows.iter() {
                let idx = row.int(0)?;
                if idx >= self.end {
                    continue;
                }
                let digest = told.bare.remove(&idx).map(|(_, digest)| digest);
                let Some((id, at)) = missing.remove(&idx) else {
                    self.add(Beside::Stray { table: "register_version", entry: idx });
                    continue;
                };
                let same = digest.is_some() && digest == version(row).ok() && row.text(1)? == id && row.int(10)? == at;
                if !same {
                    self.add(Beside::Content { table: "register_version", entry: idx });
                }
                if let Some(due) = row.maybe_int(12)? {
                    ends.entry(id).or_default().push((idx, due));
                }
            }
        }
        for (entry, _) in missing {
            told.bare.remove(&entry);
            self.add(Beside::Gone { table: "register_version", entry });
        }
        Ok(ends)
    }

    /// What acts are judged by is the newest version of each row.
    pub(super) async fn register_rows(&mut self) -> Result<(), Fault> {
        let sql = "SELECT COALESCE(r.id, v.register_row) FROM register_row r FULL OUTER JOIN \
                     (SELECT v.* FROM register_version v JOIN (SELECT register_row AS id, MAX(version) AS last FROM register_version \
                      GROUP BY register_row) m ON m.id = v.register_row AND m.last = v.version) v ON v.register_row = r.id \
                   WHERE r.id IS NULL OR v.register_row IS NULL OR r.version <> v.version OR r.state <> v.state OR r.kind <> v.kind \
                      OR r.purposes <> v.purposes OR r.elements <> v.elements OR r.term <> v.term OR r.manager <> v.manager \
                      OR r.reviewed_at <> v.reviewed_at OR r.idx <> v.idx";
        for row in self.store.read(sql, vec![]).await? {
            self.add(Beside::RegisterRow { row: row.text(0)?.to_owned() });
        }
        Ok(())
    }

    /// Occasions: what was written has the salted digest of its entry, and what closed them stands in an entry of its own.
    pub(super) async fn occasions(&mut self, told: &mut Replay) -> Result<(), Fault> {
        let sql = "SELECT idx, id, kind, subject, outcome, note, at, due_at, closed_at, salt FROM occasion WHERE idx >= $1 ORDER BY idx LIMIT $2";
        let mut from = i64::MIN;
        loop {
            let rows = self.store.read(sql, vec![from.into(), PAGE.into()]).await?;
            let Some(last) = rows.last() else { break };
            from = last.int(0)?.saturating_add(1);
            for row in rows.iter() {
                let idx = row.int(0)?;
                if idx >= self.end {
                    continue;
                }
                let Some((_, digest)) = told.bare.remove(&idx) else {
                    self.add(Beside::Stray { table: "occasion", entry: idx });
                    continue;
                };
                let closing = told.closings.get(&idx);
                let (outcome, closed) = match closing {
                    Some(closing) => (closing.before.as_str(), closing.at),
                    None => (row.text(4)?, row.int(6)?),
                };
                let written = serde_json::json!({
                    "at": row.int(6)?, "due": row.maybe_int(7)?, "id": hex::encode(row.bytes(1)?), "kind": row.text(2)?,
                    "note": row.text(5)?, "outcome": outcome, "subject": row.text(3)?,
                });
                let stays = row
                    .text(2)?
                    .parse::<duties::occasion::OccasionKind>()
                    .is_ok_and(duties::occasion::OccasionKind::stays_open);
                let closed = (closing.is_some() || !stays).then_some(closed);
                let same = row.array(9).is_ok_and(|salt| detail(&salt, written.to_string().as_bytes()) == digest)
                    && row.maybe_int(8)? == closed
                    && closing.is_none_or(|closing| row.text(4).is_ok_and(|outcome| outcome == closing.outcome));
                if !same {
                    self.add(Beside::Content { table: "occasion", entry: idx });
                }
            }
        }
        Ok(())
    }

    /// Entries whose details lie nowhere any more.
    pub(super) fn details_gone(&mut self, told: &Replay) {
        for (entry, (kind, _)) in &told.bare {
            let table = match kind {
                EntryKind::Probed | EntryKind::NoticePublished | EntryKind::InquiryReceived | EntryKind::Held => {
                    "occasion"
                }
                EntryKind::Recorded | EntryKind::LogsReviewed => "occasion / detail",
                _ => "detail",
            };
            self.add(Beside::Gone { table, entry: *entry });
        }
    }
}

/// The digest of a version of a row, as its entry has it.
fn version(row: &Row) -> Result<[u8; 32], Fault> {
    let told = serde_json::json!({
        "at": row.int(10)?, "due": row.maybe_int(12)?, "elements": row.text(6)?, "kind": row.text(4)?, "manager": row.text(8)?,
        "purposes": row.text(5)?, "reviewed": row.int(11)?, "sheet": row.text(9)?, "state": row.text(3)?, "term": row.text(7)?,
        "version": row.int(2)?,
    });
    Ok(detail(&row.array(13)?, told.to_string().as_bytes()))
}
