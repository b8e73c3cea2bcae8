//! The handling ledger and occasions: each row has the salted digest of its entry.

use super::Beside;
use super::replay::{Closing, Replay};
use super::store::{Look, PAGE};
use ::store::{Fault, Row};
use duties::occasion::{self, OccasionKind, Words};
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

    /// Occasions: what was written has the salted digest of its entry, and what closed them stands in an entry of its own. Of a hold
    /// whose person was erased the words are gone.
    pub(super) async fn occasions(&mut self, told: &mut Replay) -> Result<(), Fault> {
        let sql = "SELECT idx, id, kind, subject, outcome, note, at, due_at, closed_at, salt, words FROM occasion \
                   WHERE idx >= $1 ORDER BY idx LIMIT $2";
        let (mut from, mut cut) = (i64::MIN, Vec::new());
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
                if row.text(3)?.is_empty() {
                    cut.push(idx);
                }
                if occasion_bound(row).ok() != Some(digest) || !says_so(row, told.closings.get(&idx))? {
                    self.add(Beside::Content { table: "occasion", entry: idx });
                }
            }
        }
        self.accounted("occasion", i64::try_from(cut.len()).unwrap_or(i64::MAX), told.cut.holds, cut);
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

/// Whether an occasion was closed as its entries say, and its words are those that were written; a hold whose person was erased has none.
fn says_so(row: &Row, closing: Option<&Closing>) -> Result<bool, Fault> {
    let kind = row.text(2)?.parse::<OccasionKind>().ok();
    let stays_open = kind.is_some_and(OccasionKind::stays_open);
    let closed = if stays_open { closing.map(|closing| closing.at) } else { Some(row.int(6)?) };
    let (subject, outcome, note, kept) = (row.text(3)?, row.text(4)?, row.text(5)?, row.bytes(10)?);
    let digests = kept.split_first_chunk::<32>();
    let same = match digests.map(|(digest, salt)| (digest, <[u8; 32]>::try_from(salt).ok())) {
        Some((digest, Some(salt))) => {
            let recorded = Words { subject, outcome: if stays_open { "" } else { outcome }, note };
            let ended = match closing {
                Some(closing) => closing.outcome == occasion::ended(&salt, outcome),
                None => outcome.is_empty() || !stays_open,
            };
            recorded.digest(&salt) == *digest && ended
        }
        _ => kind == Some(OccasionKind::Hold) && kept.len() == 32 && [subject, outcome, note] == [""; 3],
    };
    Ok(same && row.maybe_int(8)? == closed)
}

/// The digest of an occasion, as its entry has it.
fn occasion_bound(row: &Row) -> Result<[u8; 32], Fault> {
    let words = row.bytes(10)?.first_chunk::<32>().copied().unwrap_or_default();
    let id = hex::encode(row.bytes(1)?);
    Ok(occasion::bound(&row.array(9)?, &id, row.text(2)?, row.int(6)?, row.maybe_int(7)?, &words))
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
