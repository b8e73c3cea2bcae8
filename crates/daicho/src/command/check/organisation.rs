//! The organisation: every version of every part, and every assent, has the digest that its entry lists at its place.

use super::Beside;
use super::replay::{Batch, Replay};
use super::store::{Look, PAGE};
use ::store::{Fault, Row};
use access::organisation::{bound, bound_assent};
use std::collections::{BTreeMap, BTreeSet};

/// The places of what an entry wrote that were found in the table.
type Found = BTreeMap<i64, BTreeSet<i64>>;

impl Look<'_> {
    /// Parts of the organisation and assents.
    pub(super) async fn organisation(&mut self, told: &Replay) -> Result<(), Fault> {
        let parts =
            "SELECT idx, place, kind, id, version, at, sheet, salt FROM part WHERE idx >= $1 ORDER BY idx LIMIT $2";
        self.listed_in("part", parts, &told.parts, part).await?;
        let assents = "SELECT idx, place, kind, part, about, staff, note, at, salt FROM assent WHERE idx >= $1 ORDER BY idx LIMIT $2";
        self.listed_in("assent", assents, &told.assents, assent).await
    }

    /// Rows of a table whose digests entries list, each at its place.
    async fn listed_in(
        &mut self,
        table: &'static str,
        sql: &'static str,
        lists: &BTreeMap<i64, Vec<u8>>,
        digest: fn(&Row) -> Result<[u8; 32], Fault>,
    ) -> Result<(), Fault> {
        let mut found = Found::new();
        let (mut from, mut limit) = (i64::MIN, PAGE);
        loop {
            let rows = self.store.read(sql, vec![from.into(), limit.into()]).await?;
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else { break };
            let (first, last) = (first.int(0)?, last.int(0)?);
            let whole = i64::try_from(rows.len()).is_ok_and(|read| read < limit);
            if !whole && first == last {
                // One entry wrote more than a page.
                limit = limit.saturating_mul(2);
                continue;
            }
            // The last entry of a page may go on behind it.
            let end = if whole { last.saturating_add(1) } else { last };
            for row in rows.iter().filter(|row| row.int(0).is_ok_and(|idx| idx < end)) {
                let (idx, place) = (row.int(0)?, row.int(1)?);
                if idx >= self.end {
                    continue;
                }
                let Some(bound) = lists.get(&idx).and_then(|list| Batch::at(list, place)) else {
                    self.add(Beside::Stray { table, entry: idx });
                    continue;
                };
                if !found.entry(idx).or_default().insert(place) {
                    self.add(Beside::Stray { table, entry: idx });
                }
                if digest(row).ok().is_none_or(|digest| digest != bound) {
                    self.add(Beside::Content { table, entry: idx });
                }
            }
            if whole {
                break;
            }
            from = end;
        }
        let end = self.end;
        for (idx, list) in lists.iter().filter(|(idx, _)| **idx < end) {
            if found.get(idx).map_or(0, BTreeSet::len) != list.len() / 32 {
                self.add(Beside::Gone { table, entry: *idx });
            }
        }
        Ok(())
    }
}

fn part(row: &Row) -> Result<[u8; 32], Fault> {
    Ok(bound(&row.array(7)?, row.text(2)?, row.text(3)?, row.int(4)?, row.int(5)?, row.text(6)?))
}

fn assent(row: &Row) -> Result<[u8; 32], Fault> {
    let (kind, part, about) = (row.text(2)?, row.text(3)?, row.text(4)?);
    Ok(bound_assent(&row.array(8)?, kind, part, about, row.text(5)?, row.text(6)?, row.int(7)?))
}
