//! The links from people to entries: every entry about people has one link for each, with the commitment that the entry's own is
//! made of.

use super::Beside;
use super::replay::Id;
use ::store::{Fault, Store};
use ledger::commitment::commit_many;
use ledger::entry::{Entry, EntryKind};
use ledger::names::Commitment;

const PAGE: i64 = 8192;

/// One link.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) idx: i64,
    pub(super) place: i64,
    pub(super) person: Id,
    /// The commitment; none for a link that an act made which knows no keys.
    pub(super) sc: Option<[u8; 32]>,
}

impl Link {
    /// Whether it links to nobody: the person was erased, or was never there.
    pub(super) fn is_nobodys(&self) -> bool {
        self.person == [0; 16]
    }
}

/// All links to entries before `end`, in the order of the entries.
pub(super) async fn read(store: &Store, end: i64, beside: &mut Vec<Beside>) -> Result<Vec<Link>, Fault> {
    let sql = "SELECT person, idx, place, sc FROM side WHERE person > $1 OR (person = $1 AND (idx > $2 OR (idx = $2 AND place > $3))) \
               ORDER BY person, idx, place LIMIT $4";
    let mut links: Vec<Link> = Vec::new();
    let (mut person, mut idx, mut place) = (Vec::new(), i64::MIN, i64::MIN);
    loop {
        let values = vec![person.clone().into(), idx.into(), place.into(), PAGE.into()];
        let rows = store.read(sql, values).await?;
        let Some(last) = rows.last() else { break };
        (person, idx, place) = (last.bytes(0)?.to_vec(), last.int(1)?, last.int(2)?);
        for row in &rows {
            let idx = row.int(1)?;
            let bytes = row.bytes(3)?;
            let sc = <[u8; 32]>::try_from(bytes).ok();
            match (row.array(0), sc.is_some() || bytes.is_empty()) {
                _ if idx >= end => {}
                (Ok(person), true) => links.push(Link { idx, place: row.int(2)?, person, sc }),
                _ => beside.push(Beside::differs("side", hex::encode(row.bytes(0)?), "sc", Some(idx))),
            }
        }
    }
    links.sort_unstable_by_key(|link| (link.idx, link.place));
    Ok(links)
}

/// Whether an entry's links are all there, in their places, and make its commitment.
pub(super) fn check(idx: i64, entry: &Entry, links: &[Link], beside: &mut Vec<Beside>) {
    // Somebody's erasure is linked to nobody: that is what it did.
    let erasure = entry.kind() == EntryKind::Erased && !entry.is_refused();
    let expected = if erasure { 0 } else { usize::try_from(entry.people()).unwrap_or(usize::MAX) };
    if links.len() < expected {
        return beside.push(Beside::Gone { table: "side", entry: idx });
    }
    if links.len() > expected {
        return beside.push(Beside::Stray { table: "side", entry: idx });
    }
    let in_place = links.iter().zip(0_i64..).all(|(link, place)| link.place == place);
    if !in_place {
        return beside.push(Beside::differs("side", String::new(), "place", Some(idx)));
    }
    let commitments: Option<Vec<Commitment>> = links.iter().map(|link| link.sc.map(Commitment)).collect();
    let made = commitments.filter(|all| !all.is_empty()).map(|all| commit_many(&all));
    if expected > 0 && made != entry.subject_commitment() {
        beside.push(Beside::differs("side", String::new(), "sc", Some(idx)));
    }
}
