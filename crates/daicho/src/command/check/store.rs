//! Verifying a store: the ledger by the one verifier, then what lies beside it. Every column of both stores follows from entries,
//! from digests in them or from keys, or is scratch: `columns.toml` of the crate `store` says which.

use super::replay::{Id, Replay};
use super::side::{self, Link};
use super::{Beside, Checked, Unchecked};
use crate::erased;
use crate::said::Said;
use crate::stamp;
use crate::wire::Evidence;
use ::store::{Fault, Row, Store};
use ledger::commitment::{commit_actor, detail};
use ledger::entry::Entry;
use ledger::names::{ActorId, PersonId};
use ledger::note::Vkey;
use ledger::tree::Hash;
use ledger::verify::Verifier;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Entries read at a time.
pub(super) const PAGE: i64 = 4096;
/// Findings beside the ledger that are told; more say nothing new.
const MOST: usize = 1000;
/// Checkpoints held against the entries before the program serves. Any one of them confirms all entries before it.
const CHECKPOINTS_AT_START: i64 = 64;
/// How often a store that is being written to is looked at again, so that only what stays wrong is told.
const LOOKS: usize = 4;

/// How much is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Before anything is served: entries, the columns copied out of them, head, the newest checkpoints.
    Start,
    /// Every column, but no sealed value is opened.
    Quick,
    /// Everything that can be looked at with what is at hand.
    Everything,
}

/// Verifies a store as deep as asked.
///
/// A store that is served is written to meanwhile. What seems wrong is therefore looked at again while it changes, and only what
/// is found each time is told.
pub(crate) async fn store(evidence: &Evidence, depth: Depth) -> Result<Checked, Said> {
    let mut checked = look(evidence, depth).await?;
    for _ in 1..LOOKS {
        let moved = evidence.store.head().await.is_ok_and(|head| head.size != checked.report.entries);
        if checked.is_sound() || !moved {
            break;
        }
        let again = look(evidence, depth).await?;
        let beside = checked.beside.into_iter().filter(|found| !found.is_fault() || again.beside.contains(found));
        checked = Checked { beside: beside.collect(), ..again };
    }
    Ok(checked)
}

/// Whether a fault means that what lies in the store was damaged, rather than that it cannot be reached.
pub(super) fn is_damage(fault: &Fault) -> bool {
    match fault {
        Fault::Head | Fault::Column(_) => true,
        // The driver's words; its types are not ours to name here.
        Fault::Sqlite(why) => {
            let why = why.to_string();
            !["locked", "busy", "unable to open"].iter().any(|sign| why.contains(sign))
        }
        Fault::Postgres(_) => {
            let why = fault.to_string();
            // Classes of PostgreSQL's codes: data, names of tables and columns, a damaged file.
            ["postgres: 22", "postgres: 42", "postgres: XX"].iter().any(|class| why.starts_with(class))
        }
        _ => false,
    }
}

/// What is told of a store too damaged to be opened.
pub(super) fn unopened(fault: &Fault) -> Checked {
    let report = Verifier::new(&[], [""; 0]).finish(None);
    let report = ledger::verify::Report { findings: Vec::new(), ..report };
    Checked {
        report,
        beside: vec![Beside::Unreadable { part: "data".into(), why: fault.to_string() }],
        commitments: 0,
        opened: 0,
        stamped: Vec::new(),
    }
}

async fn look(evidence: &Evidence, depth: Depth) -> Result<Checked, Said> {
    let mut look = Look {
        store: &evidence.store,
        depth,
        end: 0,
        beside: evidence.trouble.clone(),
        commitments: 0,
        opened: 0,
        newer: HashSet::new(),
        branch: evidence.locks.as_ref().map(|locks| locks.branch),
        actors: HashMap::new(),
    };
    let mut notes = match look.checkpoints(&evidence.keys).await {
        Ok(notes) => notes,
        Err(fault) => look.unreadable("checkpoint", fault).map(|()| Vec::new())?,
    };
    let stamps = stamp::kept(&stamp::folder(&evidence.config))?;
    // Those of entries that are lost are put aside when a ledger is adopted.
    let end = evidence.store.head().await.map_or(u64::MAX, |head| head.size);
    notes.extend(stamps.iter().filter(|stamp| !evidence.adopting || stamp.size <= end).map(|stamp| stamp.note.clone()));
    // Read before the head: another process may sign in between, and then the head has grown.
    let outside = std::fs::read_to_string(evidence.config.checkpoint());
    let listed = erased::read(&erased::file(&evidence.config)).unwrap_or_else(|said| {
        look.add(Beside::Unreadable { part: erased::NAME.into(), why: said.in_english() });
        std::collections::BTreeMap::new()
    });
    let outside = outside.ok().filter(|_| !evidence.adopting);
    let has_outside = outside.is_some();
    notes.extend(outside);
    if evidence.keys.is_empty() {
        look.add(Beside::NoKey);
    }
    let head = look.head().await?;
    if !has_outside && look.end > 0 && !evidence.adopting {
        let there = evidence.locks.is_some() || !evidence.trouble.is_empty();
        look.add(if there { Beside::NoCheckpoint } else { Beside::NotChecked(Unchecked::Checkpoint) });
    }
    if let Err(fault) = look.known_actors().await {
        look.unreadable("actor", fault)?;
    }
    let mut verifier = Verifier::new(&evidence.keys, &notes);
    let (mut told, mut links) = (Replay::default(), Vec::new());
    if depth != Depth::Start {
        match side::read(look.store, look.end, &mut look.beside).await {
            Ok(read) => links = read,
            Err(fault) => look.unreadable("side", fault)?,
        }
    }
    if let Err(fault) = look.entries(&mut verifier, &mut told, &links).await {
        look.unreadable("entry", fault)?;
    }
    let mut stamped = Vec::new();
    if depth != Depth::Start {
        match stamp::trust(&evidence.config) {
            Ok(trust) => stamped = super::stamps::look(&stamps, trust.as_ref(), &mut look.beside),
            Err(said) => look.add(Beside::Unreadable { part: "ledger.timestamp".into(), why: said.in_english() }),
        }
        if has_outside {
            look.on_the_list(&told, &listed, &evidence.keys, &notes);
        }
        look.beside_the_ledger(&mut told, &links).await?;
        look.by_keys(evidence, &told, &mut links).await?;
        let pages = evidence.store.clone();
        match tokio::task::spawn_blocking(move || pages.page_check()).await.map_err(Said::fault)? {
            Ok(lines) => lines.into_iter().for_each(|line| look.add(Beside::Page(line))),
            Err(fault) => look.unreadable("pages", fault)?,
        }
    }
    let Look { beside, commitments, opened, .. } = look;
    Ok(Checked { report: verifier.finish(head), beside, commitments, opened, stamped })
}

pub(super) struct Look<'a> {
    pub(super) store: &'a Store,
    pub(super) depth: Depth,
    /// How many entries are looked at; what belongs to later ones came meanwhile.
    pub(super) end: i64,
    beside: Vec<Beside>,
    /// How many commitments to people and to actors were worked out again.
    pub(super) commitments: u64,
    /// How many records were opened.
    pub(super) opened: u64,
    /// Records that came meanwhile.
    pub(super) newer: HashSet<i64>,
    branch: Option<[u8; 32]>,
    /// Accounts, with the key of their commitments where the root key is at hand.
    actors: HashMap<Id, Option<[u8; 32]>>,
}

impl Look<'_> {
    pub(super) fn add(&mut self, found: Beside) {
        if self.beside.len() < MOST || (found.is_fault() && !self.beside.iter().any(Beside::is_fault)) {
            self.beside.push(found);
        }
    }

    /// Tells the columns of a row that do not say what its entry says; no entry is named by -1.
    pub(super) fn compare(&mut self, table: &'static str, row: String, entry: i64, same: &[(&'static str, bool)]) {
        for (column, _) in same.iter().filter(|(_, same)| !same) {
            self.add(Beside::differs(table, row.clone(), column, Some(entry).filter(|entry| *entry >= 0)));
        }
    }

    /// As many rows may be gone as erasures have cut; `candidates` are entries of which one may be gone.
    pub(super) fn accounted(&mut self, table: &'static str, gone: i64, cut: i64, candidates: Vec<i64>) {
        if gone != cut {
            self.add(Beside::Unaccounted { table, gone, cut, entries: candidates.into_iter().take(20).collect() });
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

    /// The signed notes in the store. Each stands in the row of its own size.
    async fn checkpoints(&mut self, keys: &[Vkey]) -> Result<Vec<String>, Fault> {
        let sql = "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT $1";
        let most = if self.depth == Depth::Start { CHECKPOINTS_AT_START } else { i64::MAX };
        let mut notes = Vec::new();
        for row in self.store.read(sql, vec![most.into()]).await?.iter().rev() {
            let (size, note) = (row.int(0)?, row.text(1)?);
            let signed = keys.iter().find_map(|key| ledger::checkpoint::Checkpoint::open(note, key).ok());
            if signed.is_some_and(|signed| i64::try_from(signed.size()) != Ok(size)) {
                self.add(Beside::differs("checkpoint", size.to_string(), "size", None));
            }
            notes.push(note.to_owned());
        }
        Ok(notes)
    }

    /// The head, and rows of entries that it does not count. One statement sees one moment, also while others write. Without a
    /// head that can be read, the entries themselves say how many they are.
    async fn head(&mut self) -> Result<Option<(u64, Hash)>, Said> {
        let sql = "SELECT COALESCE(MAX(e.idx), -1), COALESCE(MIN(e.idx), 0), (SELECT COUNT(*) FROM head), \
                   (SELECT h.size FROM head h WHERE h.one = 1), (SELECT h.root FROM head h WHERE h.one = 1) FROM entry e";
        let rows = match self.store.read(sql, vec![]).await {
            Ok(rows) => rows,
            Err(fault) => return self.unreadable("head", fault).map(|()| None),
        };
        let Some(row) = rows.first() else { return Ok(None) };
        let (last, first, heads) = (column(row.int(0))?, column(row.int(1))?, column(row.int(2))?);
        self.end = last.saturating_add(1);
        if let Err(fault) = self.store.head().await {
            self.unreadable("head", fault)?;
        }
        if heads > 1 {
            self.add(Beside::Added { table: "head", row: heads.to_string() });
        }
        let (Ok(Some(size)), Ok(root)) = (row.maybe_int(3), row.array(4)) else { return Ok(None) };
        if size < 0 {
            return Ok(None);
        }
        self.end = size;
        for entry in [(last >= size).then_some(last), (first < 0).then_some(first)].into_iter().flatten() {
            self.add(Beside::Outside { entry });
        }
        Ok(u64::try_from(size).ok().map(|size| (size, root)))
    }

    /// The list of erasures outside the database: who is on it was erased, and whose erasure was signed is on it.
    fn on_the_list(&mut self, told: &Replay, listed: &BTreeMap<PersonId, u64>, keys: &[Vkey], notes: &[String]) {
        let signed = |note: &String| keys.iter().find_map(|key| ledger::checkpoint::Checkpoint::open(note, key).ok());
        let signed = notes.last().and_then(signed).map_or(0, |signed| i64::try_from(signed.size()).unwrap_or(0));
        for (id, (entry, _)) in told.erased.iter().filter(|(_, (entry, _))| *entry < signed) {
            if !listed.contains_key(&PersonId::from_bytes(*id)) {
                self.add(Beside::Missing { table: erased::NAME, row: hex::encode(id), entry: Some(*entry) });
            }
        }
        for person in listed.keys().filter(|person| !told.erased.contains_key(person.as_bytes())) {
            self.add(Beside::Added { table: erased::NAME, row: person.to_string() });
        }
    }

    async fn known_actors(&mut self) -> Result<(), Fault> {
        for row in self.store.read("SELECT id, salt FROM actor", vec![]).await? {
            let key =
                self.branch.zip(row.array(1).ok()).map(|(branch, salt)| access::actor::commitment_key(&branch, &salt));
            self.actors.insert(row.array(0).unwrap_or_default(), key);
        }
        Ok(())
    }

    async fn entries(&mut self, verifier: &mut Verifier, told: &mut Replay, links: &[Link]) -> Result<(), Fault> {
        // The head was read first: entries that come meanwhile are simply not asked about.
        let sql = match self.depth {
            Depth::Start => {
                "SELECT e.idx, e.leaf, e.body, e.kind, e.ok, e.purpose, e.at, e.actor FROM entry e \
                 WHERE e.idx >= $1 AND e.idx < $2 ORDER BY e.idx LIMIT $3"
            }
            _ => {
                "SELECT e.idx, e.leaf, e.body, e.kind, e.ok, e.purpose, e.at, e.actor, d.salt, d.body FROM entry e \
                 LEFT JOIN detail d ON d.idx = e.idx WHERE e.idx >= $1 AND e.idx < $2 ORDER BY e.idx LIMIT $3"
            }
        };
        let (mut from, mut ahead) = (0_i64, links);
        loop {
            let rows = self.store.read(sql, vec![from.into(), self.end.into(), PAGE.into()]).await?;
            let Some(last) = rows.last() else { break };
            from = last.int(0)?.saturating_add(1);
            for row in &rows {
                let (index, body) = (row.int(0)?, row.bytes(2)?);
                // A leaf hash of another length was changed for sure; an impossible one says so.
                let kept = row.bytes(1).ok().and_then(|leaf| leaf.try_into().ok()).or(Some([0; 32]));
                verifier.entry(u64::try_from(index).unwrap_or(u64::MAX), body, kept.as_ref());
                // An entry that cannot be read has been told by the verifier.
                let Ok(entry) = Entry::parse(body) else { continue };
                self.columns(index, &entry, row);
                self.actor(index, &entry, row);
                if self.depth != Depth::Start {
                    let before = ahead.partition_point(|link| link.idx < index);
                    let (stray, rest) = ahead.split_at(before);
                    let (own, rest) = rest.split_at(rest.partition_point(|link| link.idx == index));
                    ahead = rest;
                    stray.iter().for_each(|link| self.add(Beside::Stray { table: "side", entry: link.idx }));
                    side::check(index, &entry, own, &mut self.beside);
                    let details = self.details(index, &entry, row);
                    told.entry(index, &entry, details.as_deref(), own);
                }
            }
        }
        ahead.iter().for_each(|link| self.add(Beside::Stray { table: "side", entry: link.idx }));
        Ok(())
    }

    /// The columns copied out of an entry.
    fn columns(&mut self, index: i64, entry: &Entry, row: &Row) {
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
    }

    /// Who acted: the account's commitment is the entry's, as far as its key is at hand.
    fn actor(&mut self, index: i64, entry: &Entry, row: &Row) {
        let kept = row.maybe_bytes(7).ok().flatten();
        let same = match (entry.actor_commitment(), kept) {
            (None, None) => true,
            (Some(commitment), Some(kept)) => {
                match <Id>::try_from(kept).ok().and_then(|id| Some((id, self.actors.get(&id)?))) {
                    Some((_, None)) => true,
                    Some((id, Some(key))) => {
                        self.commitments += 1;
                        commit_actor(key, entry.act(), ActorId::from_bytes(id)) == commitment
                    }
                    None => false,
                }
            }
            _ => false,
        };
        if !same {
            self.add(Beside::Column { entry: index, column: "actor" });
        }
    }

    /// The details of an entry, where they have its digest.
    fn details(&mut self, index: i64, entry: &Entry, row: &Row) -> Option<Vec<u8>> {
        match (row.maybe_bytes(8), row.maybe_bytes(9)) {
            (Ok(None), Ok(None)) => None,
            (Ok(Some(salt)), Ok(Some(body))) => {
                let salt: [u8; 32] = salt.try_into().unwrap_or_default();
                if entry.detail_digest() != Some(detail(&salt, body)) {
                    self.add(Beside::Content { table: "detail", entry: index });
                }
                Some(body.to_vec())
            }
            _ => {
                self.add(Beside::Content { table: "detail", entry: index });
                Some(Vec::new())
            }
        }
    }

    async fn beside_the_ledger(&mut self, told: &mut Replay, links: &[Link]) -> Result<(), Said> {
        let nobodys = links.iter().filter(|link| link.is_nobodys()).count();
        let nobodys = i64::try_from(nobodys).unwrap_or(i64::MAX);
        self.accounted("side", nobodys, told.cut.entries.saturating_add(told.unlinked), Vec::new());
        let ends = match self.register(told).await {
            Ok(ends) => ends,
            Err(fault) => self.unreadable("register_version", fault).map(|()| <_>::default())?,
        };
        let parts = [
            ("detail", self.strays().await),
            ("policy_version", self.policies(told).await),
            ("register_row", self.register_rows().await),
            ("occasion", self.occasions(told).await),
            ("actor", self.accounts(told).await),
            ("credential", self.credentials(told).await),
            ("api_token", self.api_tokens(told).await),
            ("warrant", self.warrants(told).await),
            ("review_round", self.reviews(told).await),
            ("work", self.works(told).await),
            ("log_reading", self.logs(told).await),
            ("part", self.organisation(told).await),
            ("person", self.people(told, &ends).await),
        ];
        for (part, looked) in parts {
            if let Err(fault) = looked {
                self.unreadable(part, fault)?;
            }
        }
        self.details_gone(told);
        Ok(())
    }

    /// What only keys can check; without them, that it was not checked is said.
    async fn by_keys(&mut self, evidence: &Evidence, told: &Replay, links: &mut [Link]) -> Result<(), Said> {
        if evidence.locks.is_none() {
            self.add(Beside::NotChecked(Unchecked::RootKey));
        }
        let Some(keys) = &evidence.key_store else {
            self.add(Beside::NotChecked(Unchecked::KeyStore));
            return Ok(());
        };
        let vault = evidence.locks.as_ref().and_then(|locks| locks.vault.as_ref());
        if let Err(fault) = self.locks(keys, vault, told, links).await {
            self.unreadable("keys", fault)?;
        }
        if vault.is_some() && self.depth == Depth::Quick {
            self.add(Beside::NotChecked(Unchecked::Values));
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
}

fn column<T>(read: Result<T, ::store::BadColumn>) -> Result<T, Said> {
    Ok(read.map_err(Fault::from)?)
}
