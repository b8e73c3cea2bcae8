//! Verifying a store: the ledger by the one verifier, then what lies beside it and is bound to it by a digest.

use super::{Beside, Checked};
use crate::said::Said;
use crate::wire::Evidence;
use ::store::{Fault, Row, Store, Value};
use aws_lc_rs::digest::{SHA256, digest};
use ledger::commitment::detail;
use ledger::entry::{Entry, EntryKind};
use ledger::names::PolicyDigest;
use ledger::verify::Verifier;
use std::collections::BTreeSet;

/// Entries read at a time.
const PAGE: i64 = 4096;
/// Findings beside the ledger that are told; more say nothing new.
const MOST: usize = 1000;
/// Checkpoints held against the entries before the program serves. Any one of them confirms all entries before it.
const CHECKPOINTS_AT_START: i64 = 64;

/// Verifies everything: entries, the columns copied out of them, head, checkpoints in and outside the database, details, policy
/// versions, versions of the handling ledger, occasions, pages.
pub(crate) async fn store(evidence: &Evidence) -> Result<Checked, Said> {
    look(evidence, Depth::Everything).await
}

/// Verifies the ledger alone, quickly: entries, head, and the newest checkpoints. Done before anything is served.
pub(crate) async fn ledger(evidence: &Evidence) -> Result<Checked, Said> {
    look(evidence, Depth::Ledger).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Ledger,
    Everything,
}

/// Whether a fault means that what lies in the store was damaged, rather than that it cannot be reached.
pub(super) fn is_damage(fault: &Fault) -> bool {
    match fault {
        Fault::Head | Fault::Column(_) => true,
        // The driver's words for a damaged file; its type is not ours to name here.
        Fault::Sqlite(why) => {
            let why = why.to_string();
            ["malformed", "not a database", "no such table", "no such column", "disk I/O"]
                .iter()
                .any(|sign| why.contains(sign))
        }
        _ => false,
    }
}

/// What is told of a store too damaged to be opened.
pub(super) fn unopened(fault: &Fault) -> Checked {
    let report = Verifier::new(&[], [""; 0]).finish(None);
    let report = ledger::verify::Report { findings: Vec::new(), ..report };
    Checked { report, beside: vec![Beside::Unreadable { part: "head".into(), why: fault.to_string() }] }
}

async fn look(evidence: &Evidence, depth: Depth) -> Result<Checked, Said> {
    let mut look = Look { store: &evidence.store, beside: Vec::new(), bare: BTreeSet::new() };
    let mut notes = checkpoints(&evidence.store, depth).await?;
    notes.extend(std::fs::read_to_string(evidence.config.checkpoint()).ok());
    if evidence.keys.is_empty() {
        look.add(Beside::NoKey);
    }
    let (size, root) = look.head().await?;
    let mut verifier = Verifier::new(&evidence.keys, &notes);
    if let Err(fault) = look.entries(size, depth, &mut verifier).await {
        look.unreadable("entry", fault)?;
    }
    if depth == Depth::Everything {
        look.beside_the_ledger().await?;
        let pages = evidence.store.clone();
        match tokio::task::spawn_blocking(move || pages.page_check()).await.map_err(Said::fault)? {
            Ok(lines) => lines.into_iter().for_each(|line| look.add(Beside::Page(line))),
            Err(fault) => look.unreadable("pages", fault)?,
        }
    }
    Ok(Checked { report: verifier.finish(Some((size, root))), beside: look.beside })
}

async fn checkpoints(store: &Store, depth: Depth) -> Result<Vec<String>, Said> {
    let (sql, values) = match depth {
        Depth::Everything => ("SELECT note FROM checkpoint ORDER BY size", vec![]),
        Depth::Ledger => ("SELECT note FROM checkpoint ORDER BY size DESC LIMIT $1", vec![CHECKPOINTS_AT_START.into()]),
    };
    let rows = store.read(sql, values).await?;
    Ok(rows.iter().map(|row| row.text(0).unwrap_or_default().to_owned()).collect())
}

struct Look<'a> {
    store: &'a Store,
    beside: Vec<Beside>,
    /// Entries with a digest of details that do not lie in `detail`; what else keeps them is taken off the list.
    bare: BTreeSet<i64>,
}

impl Look<'_> {
    fn add(&mut self, found: Beside) {
        if self.beside.len() < MOST || (found.is_fault() && !self.beside.iter().any(Beside::is_fault)) {
            self.beside.push(found);
        }
    }

    /// A part that is damaged is told; a store that cannot be reached ends the look.
    fn unreadable(&mut self, part: &str, fault: Fault) -> Result<(), Said> {
        if !is_damage(&fault) {
            return Err(fault.into());
        }
        self.add(Beside::Unreadable { part: part.to_owned(), why: fault.to_string() });
        Ok(())
    }

    /// The head, and rows of entries that it does not count. One statement sees one moment, also while others write.
    async fn head(&mut self) -> Result<(u64, [u8; 32]), Said> {
        let sql = "SELECT h.size, h.root, (SELECT COALESCE(MAX(idx), -1) FROM entry), (SELECT COALESCE(MIN(idx), 0) FROM entry) \
                   FROM head h WHERE h.one = 1";
        let rows = self.store.read(sql, vec![]).await?;
        let row = rows.first().ok_or(Fault::Head)?;
        let (size, last, first) = (column(row.int(0))?, column(row.int(2))?, column(row.int(3))?);
        for entry in [(last >= size).then_some(last), (first < 0).then_some(first)].into_iter().flatten() {
            self.add(Beside::Outside { entry });
        }
        Ok((u64::try_from(size).map_err(|_| Fault::Head)?, row.array(1).map_err(Fault::from)?))
    }

    async fn entries(&mut self, size: u64, depth: Depth, verifier: &mut Verifier) -> Result<(), Fault> {
        // The head was read first: entries that come meanwhile are simply not asked about.
        let end = i64::try_from(size).unwrap_or(i64::MAX);
        let sql = match depth {
            Depth::Ledger => {
                "SELECT e.idx, e.leaf, e.body FROM entry e WHERE e.idx >= $1 AND e.idx < $2 ORDER BY e.idx LIMIT $3"
            }
            Depth::Everything => {
                "SELECT e.idx, e.leaf, e.body, e.kind, e.ok, e.purpose, e.at, d.salt, d.body FROM entry e \
                 LEFT JOIN detail d ON d.idx = e.idx WHERE e.idx >= $1 AND e.idx < $2 ORDER BY e.idx LIMIT $3"
            }
        };
        let mut from = 0_i64;
        loop {
            let rows = self.store.read(sql, vec![from.into(), end.into(), PAGE.into()]).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            from = last.int(0)?.saturating_add(1);
            for row in &rows {
                let (index, body) = (row.int(0)?, row.bytes(2)?);
                let kept = row.bytes(1).ok().and_then(|leaf| leaf.try_into().ok());
                // A leaf hash of another length was changed for sure; an impossible one says so.
                let kept = kept.or(Some([0; 32]));
                verifier.entry(u64::try_from(index).unwrap_or(u64::MAX), body, kept.as_ref());
                if depth == Depth::Everything {
                    self.columns(index, body, row);
                }
            }
        }
    }

    /// The columns copied out of an entry, and its details.
    fn columns(&mut self, index: i64, body: &[u8], row: &Row) {
        // An entry that cannot be read has been told by the verifier.
        let Ok(entry) = Entry::parse(body) else { return };
        let purpose = entry.purpose_id().map_or("", |p| p.as_str());
        let same = [
            ("kind", row.text(3).is_ok_and(|kind| kind == entry.kind().word())),
            ("ok", row.int(4).is_ok_and(|ok| ok == i64::from(!entry.is_refused()))),
            ("purpose", row.text(5).is_ok_and(|p| p == purpose)),
            ("at", row.int(6).is_ok_and(|at| at == entry.moment().0)),
        ];
        for (column, _) in same.into_iter().filter(|(_, same)| !same) {
            self.add(Beside::Column { entry: index, column });
        }
        match (row.array::<32>(7), row.bytes(8)) {
            (Ok(salt), Ok(details)) if entry.detail_digest() == Some(detail(&salt, details)) => {}
            _ if row.maybe_bytes(8).is_ok_and(|details| details.is_none()) => {
                if entry.detail_digest().is_some() {
                    self.bare.insert(index);
                }
            }
            _ => self.add(Beside::Content { table: "detail", entry: index }),
        }
    }

    async fn beside_the_ledger(&mut self) -> Result<(), Said> {
        let parts: [(&str, Result<(), Fault>); 5] = [
            ("detail", self.strays().await),
            ("policy_version", self.policies().await),
            ("register_version", self.register().await),
            ("register_row", self.register_rows().await),
            ("occasion", self.occasions().await),
        ];
        for entry in std::mem::take(&mut self.bare) {
            self.add(Beside::DetailsGone { entry });
        }
        for (part, looked) in parts {
            if let Err(fault) = looked {
                self.unreadable(part, fault)?;
            }
        }
        Ok(())
    }

    /// Details of entries that are not there.
    async fn strays(&mut self) -> Result<(), Fault> {
        let sql = "SELECT d.idx FROM detail d LEFT JOIN entry e ON e.idx = d.idx WHERE e.idx IS NULL ORDER BY d.idx LIMIT 100";
        for row in self.store.read(sql, vec![]).await? {
            self.add(Beside::Stray { table: "detail", entry: row.int(0)? });
        }
        Ok(())
    }

    /// Policy versions: their bytes have the digest of the entry that enacted them, and every enactment has its version.
    ///
    /// The entries are read first, so that what others write meanwhile is missing from neither.
    async fn policies(&mut self) -> Result<(), Fault> {
        let mut enacted = self.cited(&[EntryKind::PolicyEnacted]).await?;
        let sql = "SELECT p.idx, e.body, p.digest, p.canonical, p.in_force_from, d.body FROM policy_version p \
                   LEFT JOIN entry e ON e.idx = p.idx LEFT JOIN detail d ON d.idx = p.idx ORDER BY p.idx";
        for row in self.store.read(sql, vec![]).await? {
            let index = row.int(0)?;
            enacted.remove(&index);
            let Some(entry) = spoken_of(&row, &[EntryKind::PolicyEnacted])? else {
                self.add(Beside::Stray { table: "policy_version", entry: index });
                continue;
            };
            let bytes = digest(&SHA256, row.bytes(3)?);
            let found = bytes.as_ref().try_into().map(PolicyDigest::from_bytes).ok();
            let filed = row.array(2).map(PolicyDigest::from_bytes).ok();
            let details = row.maybe_bytes(5)?.and_then(|body| serde_json::from_slice::<serde_json::Value>(body).ok());
            let from = details.as_ref().and_then(|d| d.get("from")).and_then(serde_json::Value::as_i64);
            let same_from = from.is_none_or(|from| row.int(4).is_ok_and(|kept| kept == from));
            if found.is_none() || found != filed || found != entry.policy_digest() || !same_from {
                self.add(Beside::Content { table: "policy_version", entry: index });
            }
        }
        enacted.into_iter().for_each(|entry| self.add(Beside::Gone { table: "policy_version", entry }));
        Ok(())
    }

    /// Versions of the handling ledger: what was written in the columns has the salted digest of its entry.
    async fn register(&mut self) -> Result<(), Fault> {
        let kinds = [EntryKind::RegisterChanged, EntryKind::RegisterReviewed];
        let mut written = self.cited(&kinds).await?;
        let sql = "SELECT v.idx, e.body, v.register_row, v.sheet, v.salt, v.at FROM register_version v \
                   LEFT JOIN entry e ON e.idx = v.idx WHERE v.idx >= $1 ORDER BY v.idx LIMIT $2";
        let mut from = i64::MIN;
        loop {
            let rows = self.store.read(sql, vec![from.into(), PAGE.into()]).await?;
            let Some(last) = rows.last() else { break };
            from = last.int(0)?.saturating_add(1);
            for row in &rows {
                let index = row.int(0)?;
                written.remove(&index);
                self.bare.remove(&index);
                let Some(entry) = spoken_of(row, &kinds)? else {
                    self.add(Beside::Stray { table: "register_version", entry: index });
                    continue;
                };
                let same = row.array::<32>(4).is_ok_and(|salt| {
                    row.text(3).is_ok_and(|sheet| entry.detail_digest() == Some(detail(&salt, sheet.as_bytes())))
                });
                let same_row = row.text(2).is_ok_and(|id| entry.row_id().is_some_and(|row| row.as_str() == id));
                if !same || !same_row || row.int(5)? != entry.moment().0 {
                    self.add(Beside::Content { table: "register_version", entry: index });
                }
            }
        }
        for entry in written {
            self.bare.remove(&entry);
            self.add(Beside::Gone { table: "register_version", entry });
        }
        Ok(())
    }

    /// What acts are judged by is the newest version of each row.
    async fn register_rows(&mut self) -> Result<(), Fault> {
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

    /// Occasions: what was written has the salted digest of its entry. One that was closed later has another outcome by then,
    /// whose own entry has its details.
    async fn occasions(&mut self) -> Result<(), Fault> {
        let sql = "SELECT o.idx, o.kind, o.subject, o.outcome, o.note, o.at, o.due_at, o.closed_at, o.salt, e.body FROM occasion o \
                   LEFT JOIN entry e ON e.idx = o.idx WHERE o.idx >= $1 ORDER BY o.idx LIMIT $2";
        let mut from = i64::MIN;
        loop {
            let rows = self.store.read(sql, vec![from.into(), PAGE.into()]).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            from = last.int(0)?.saturating_add(1);
            for row in &rows {
                let index = row.int(0)?;
                self.bare.remove(&index);
                let Some(entry) = row.maybe_bytes(9)?.and_then(|body| Entry::parse(body).ok()) else {
                    self.add(Beside::Stray { table: "occasion", entry: index });
                    continue;
                };
                let closed_later = row.maybe_int(7)?.is_some_and(|closed| row.int(5).is_ok_and(|at| at != closed));
                let told = serde_json::json!({
                    "at": row.int(5)?, "due": row.maybe_int(6)?, "kind": row.text(1)?, "note": row.text(4)?,
                    "outcome": row.text(3)?, "subject": row.text(2)?,
                });
                let same = row
                    .array::<32>(8)
                    .is_ok_and(|s| entry.detail_digest() == Some(detail(&s, told.to_string().as_bytes())));
                if !same && !closed_later {
                    self.add(Beside::Content { table: "occasion", entry: index });
                }
            }
        }
    }

    /// The permitted entries of these kinds among those that were verified.
    async fn cited(&self, kinds: &[EntryKind]) -> Result<BTreeSet<i64>, Fault> {
        let mut found = BTreeSet::new();
        for kind in kinds {
            let values: Vec<Value> = vec![kind.word().into()];
            for row in self.store.read("SELECT idx FROM entry WHERE kind = $1 AND ok = 1 ORDER BY idx", values).await? {
                found.insert(row.int(0)?);
            }
        }
        Ok(found)
    }
}

/// The permitted entry a row cites, if it is there and of one of these kinds. Its body is the row's second column.
fn spoken_of(row: &Row, kinds: &[EntryKind]) -> Result<Option<Entry>, Fault> {
    let entry = row.maybe_bytes(1)?.and_then(|body| Entry::parse(body).ok());
    Ok(entry.filter(|entry| kinds.contains(&entry.kind()) && !entry.is_refused()))
}

fn column<T>(read: Result<T, ::store::BadColumn>) -> Result<T, Said> {
    Ok(read.map_err(Fault::from)?)
}
