//! Counts of ledger entries, over the columns that are kept beside them.

use super::USES;
use access::{Desk, Fault};
use jiff::civil::Date;
use ledger::EntryKind;
use ledger::names::{ActorId, Moment, PurposeId, WorkId};
use policy::Policy;
use std::collections::{BTreeMap, BTreeSet};
use store::Row;

/// Entries alike: of one kind, with one answer, for one purpose.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) kind: EntryKind,
    pub(crate) ok: bool,
    pub(crate) purpose: Option<PurposeId>,
    pub(crate) count: u64,
    pub(crate) first: Moment,
    pub(crate) last: Moment,
    /// The newest of them.
    pub(crate) newest: u64,
}

/// Uses of the last 31 days that are alike: for one purpose, by one actor, under one work record.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    pub(crate) purpose: Option<PurposeId>,
    pub(crate) actor: Option<ActorId>,
    pub(crate) under: Under,
    pub(crate) count: u64,
    pub(crate) first: Moment,
    pub(crate) last: Moment,
    /// The newest of them.
    pub(crate) newest: u64,
}

/// How a use stands to the work records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Under {
    /// Under one that allows it: open then, of this purpose, assigned to this actor.
    Work,
    /// A search the policy lets somebody make without one.
    NoneNeeded,
    /// Under none that allows it.
    Nothing,
}

/// An attempt the policy refused, with the rules that refused it.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) entry: u64,
    pub(crate) on: Date,
    pub(crate) rules: Vec<String>,
}

/// How the ledger itself stands.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tree {
    /// Entries that are there.
    pub(crate) there: u64,
    /// Entries there should be: the newest place and one.
    pub(crate) should: u64,
    /// The day of the newest entry.
    pub(crate) newest: Option<Date>,
    /// The newest signed checkpoint: how many entries it covers, and its day.
    pub(crate) checkpoint: Option<(u64, Date)>,
}

pub(super) async fn groups(desk: &Desk, end: Moment) -> Result<Vec<Group>, Fault> {
    // Only what the index over these columns holds: the entries themselves are not touched.
    let sql = "SELECT kind, ok, purpose, COUNT(*), MIN(at), MAX(at), MAX(idx) FROM entry WHERE at < $1 GROUP BY kind, ok, purpose";
    let rows = desk.store().read(sql, vec![end.into()]).await?;
    rows.iter().map(group).collect()
}

fn group(row: &Row) -> Result<Group, Fault> {
    let bad = |_| Fault::Damaged("entry");
    Ok(Group {
        kind: row.text(0).map_err(bad)?.parse().map_err(|_| Fault::Damaged("entry.kind"))?,
        ok: row.int(1).map_err(bad)? == 1,
        purpose: purpose(row, 2)?,
        count: number(row, 3)?,
        first: row.moment(4).map_err(bad)?,
        last: row.moment(5).map_err(bad)?,
        newest: number(row, 6)?,
    })
}

fn purpose(row: &Row, column: usize) -> Result<Option<PurposeId>, Fault> {
    let damaged = || Fault::Damaged("entry.purpose");
    match row.text(column).map_err(|_| damaged())? {
        "" => Ok(None),
        purpose => purpose.parse().map(Some).map_err(|_| damaged()),
    }
}

fn actor(row: &Row, column: usize) -> Result<Option<ActorId>, Fault> {
    let damaged = || Fault::Damaged("entry.actor");
    match row.maybe_bytes(column).map_err(|_| damaged())? {
        None => Ok(None),
        Some(bytes) => Ok(Some(ActorId::from_bytes(bytes.try_into().map_err(|_| damaged())?))),
    }
}

fn number(row: &Row, column: usize) -> Result<u64, Fault> {
    let int = row.int(column).map_err(|_| Fault::Damaged("entry"))?;
    u64::try_from(int).map_err(|_| Fault::Damaged("entry"))
}

pub(super) async fn tree(desk: &Desk, end: Moment, groups: &[Group]) -> Result<Tree, Fault> {
    let mut there: u64 = groups.iter().map(|g| g.count).sum();
    let newest = groups.iter().max_by_key(|g| g.newest);
    let should = newest.map_or(0, |g| g.newest.saturating_add(1));
    if there != should {
        // Clocks of several nodes may differ a little; what matters is that no place is empty.
        let last = i64::try_from(should).unwrap_or(i64::MAX);
        let rows = desk.store().read("SELECT COUNT(*) FROM entry WHERE idx < $1", vec![last.into()]).await?;
        there = rows.first().map_or(Ok(0), |row| number(row, 0))?;
    }
    let sql = "SELECT size, at FROM checkpoint WHERE at < $1 ORDER BY size DESC LIMIT 1";
    let signed = desk.store().read(sql, vec![end.into()]).await?;
    let checkpoint = match signed.first() {
        Some(row) => Some((number(row, 0)?, desk.day(row.moment(1).map_err(|_| Fault::Damaged("checkpoint"))?))),
        None => None,
    };
    Ok(Tree { there, should, newest: newest.map(|g| desk.day(g.last)), checkpoint })
}

pub(super) async fn refused(desk: &Desk, from: Moment, end: Moment) -> Result<Vec<Refused>, Fault> {
    let sql = format!(
        "SELECT e.idx, e.at, d.body FROM entry e JOIN detail d ON d.idx = e.idx \
         WHERE e.kind IN ({}) AND e.ok = 0 AND e.at >= $1 AND e.at < $2 ORDER BY e.idx DESC LIMIT 500",
        use_words()
    );
    let bad = |_| Fault::Damaged("detail");
    let rows = desk.store().read(&sql, vec![from.into(), end.into()]).await?;
    rows.iter()
        .map(|row| {
            let details: serde_json::Value = serde_json::from_slice(row.bytes(2).map_err(bad)?).unwrap_or_default();
            let rules = details.get("rules").and_then(serde_json::Value::as_array);
            let rules = rules.into_iter().flatten().filter_map(serde_json::Value::as_str).map(str::to_owned).collect();
            Ok(Refused { entry: number(row, 0)?, on: desk.day(row.moment(1).map_err(bad)?), rules })
        })
        .collect()
}

fn use_words() -> String {
    USES.iter().map(|kind| format!("'{}'", kind.word())).collect::<Vec<_>>().join(", ")
}

/// Disposals whose details name how they were done.
pub(super) async fn disposals_with_method(desk: &Desk, end: Moment) -> Result<u64, Fault> {
    let sql = "SELECT d.body, COUNT(*) FROM entry e JOIN detail d ON d.idx = e.idx \
               WHERE e.kind = 'erased' AND e.ok = 1 AND e.at < $1 GROUP BY d.body";
    let mut count = 0;
    for row in desk.store().read(sql, vec![end.into()]).await? {
        let body = row.bytes(0).map_err(|_| Fault::Damaged("detail"))?;
        let details: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        let method = details.get("method").and_then(serde_json::Value::as_str);
        if method.is_some_and(|method| !method.is_empty()) {
            count += number(&row, 1)?;
        }
    }
    Ok(count)
}

/// An entry's canonical bytes end with its work record: `"w":"` and 32 digits, `"}`. The database cuts that out.
const TAIL: &str = "substr(e.body, length(e.body) - 38, 37)";

/// The uses of a period, with who made them and how they stand to the work records.
pub(super) async fn uses(desk: &Desk, from: Moment, end: Moment, policy: Option<&Policy>) -> Result<Vec<Use>, Fault> {
    let sql = format!(
        "SELECT {TAIL}, e.kind, e.purpose, e.actor, COUNT(*), MIN(e.at), MAX(e.at), MAX(e.idx) FROM entry e \
         WHERE e.kind IN ({}) AND e.ok = 1 AND e.at >= $1 AND e.at < $2 GROUP BY 1, e.kind, e.purpose, e.actor",
        use_words()
    );
    let free_search = policy.is_some_and(|p| p.limits().search_without_work);
    let works = works(desk, from, end).await?;
    let bad = |_| Fault::Damaged("entry");
    let mut uses = Vec::new();
    for row in desk.store().read(&sql, vec![from.into(), end.into()]).await? {
        let work = named(row.bytes(0).map_err(bad)?);
        let searched = row.text(1).map_err(bad)? == EntryKind::Found.word();
        let mut found = Use {
            purpose: purpose(&row, 2)?,
            actor: actor(&row, 3)?,
            under: Under::Nothing,
            count: number(&row, 4)?,
            first: row.moment(5).map_err(bad)?,
            last: row.moment(6).map_err(bad)?,
            newest: number(&row, 7)?,
        };
        if work.and_then(|id| works.get(&id)).is_some_and(|work| work.allows(&found)) {
            found.under = Under::Work;
        } else if work.is_none() && searched && free_search {
            found.under = Under::NoneNeeded;
        }
        uses.push(found);
    }
    Ok(uses)
}

fn named(tail: &[u8]) -> Option<WorkId> {
    let text = std::str::from_utf8(tail).ok()?;
    text.strip_prefix("\"w\":\"")?.parse().ok()
}

/// A work record, as far as an opening is held against it.
struct Work {
    purpose: String,
    from: Moment,
    until: Moment,
    actors: BTreeSet<ActorId>,
}

impl Work {
    fn allows(&self, found: &Use) -> bool {
        let assigned = found.actor.is_some_and(|actor| self.actors.contains(&actor));
        let purpose = found.purpose.as_ref().is_some_and(|purpose| purpose.as_str() == self.purpose);
        assigned && purpose && self.from <= found.first && found.last < self.until
    }
}

async fn works(desk: &Desk, from: Moment, end: Moment) -> Result<BTreeMap<WorkId, Work>, Fault> {
    let sql = "SELECT w.id, w.purpose, w.starts_at, w.ends_at, w.closed_at, wa.actor FROM work w \
               JOIN work_actor wa ON wa.work = w.id WHERE w.ends_at >= $1 AND w.starts_at < $2";
    let bad = |_| Fault::Damaged("work");
    let mut works: BTreeMap<WorkId, Work> = BTreeMap::new();
    for row in desk.store().read(sql, vec![from.into(), end.into()]).await? {
        let id = WorkId::from_bytes(row.array(0).map_err(bad)?);
        let until = row.moment(3).map_err(bad)?;
        let closed = row.maybe_moment(4).map_err(bad)?;
        let work = works.entry(id).or_insert(Work {
            purpose: row.text(1).map_err(bad)?.to_owned(),
            from: row.moment(2).map_err(bad)?,
            until: closed.map_or(until, |closed| closed.min(until)),
            actors: BTreeSet::new(),
        });
        work.actors.insert(ActorId::from_bytes(row.array(5).map_err(bad)?));
    }
    Ok(works)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::Entry;
    use ledger::names::ActId;

    #[test]
    fn the_tail_of_an_entry_is_its_work_record() {
        let work = WorkId::from_bytes([0x5a; 16]);
        let entry = Entry::new(EntryKind::Revealed, ActId::from_bytes([1; 16]), Moment(1_790_000_000_000));
        let tail = |bytes: &[u8]| bytes[bytes.len() - 39..bytes.len() - 2].to_vec();
        assert_eq!(named(&tail(&entry.clone().work(work).to_bytes())), Some(work));
        assert_eq!(named(&tail(&entry.to_bytes())), None);
        // substr(body, n, m) counts from 1: length - 38 is the 39th byte from the end.
        let bytes = entry.work(work).to_bytes();
        assert_eq!(std::str::from_utf8(&bytes[bytes.len() - 39..]).unwrap(), format!("\"w\":\"{work}\"}}"));
    }
}
