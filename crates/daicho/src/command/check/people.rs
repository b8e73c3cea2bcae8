//! People's rows: the person, records, what they are found by, milestones and marks. All of it follows from the entries linked to
//! the person and from the digests in their details; no key is needed for it.

use super::Beside;
use super::register::Ends;
use super::replay::{Batch, Id, Person, Replay};
use super::store::{Look, PAGE};
use ::store::{Fault, Row, Value};
use duties::milestone;
use ledger::names::{Moment, PersonId};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What people's milestones say: for each person, the entry, and the rows that fall due by it.
type Milestones = HashMap<Id, Vec<Happened>>;
/// The entry of a milestone, and the rows that fall due by it.
type Happened = (i64, Vec<(String, i64)>);

impl Look<'_> {
    /// Everything that lies beside the ledger about people.
    pub(super) async fn people(&mut self, told: &Replay, ends: &Ends) -> Result<(), Fault> {
        self.persons(told).await?;
        let milestones = self.milestones(told).await?;
        let mut found_by = self.records(told, ends, &milestones).await?;
        self.tokens(&mut found_by).await?;
        self.marks(told).await
    }

    async fn persons(&mut self, told: &Replay) -> Result<(), Fault> {
        let sql = "SELECT id, state, created_at, changed_at, erase_at FROM person WHERE id > $1 ORDER BY id LIMIT $2";
        let (mut seen, mut from) = (HashSet::new(), Vec::new());
        loop {
            let rows = self.store.read(sql, vec![from.clone().into(), PAGE.into()]).await?;
            let Some(last) = rows.last() else { break };
            from = last.bytes(0)?.to_vec();
            for row in &rows {
                let Ok(id) = row.array::<16>(0) else {
                    self.add(Beside::Added { table: "person", row: hex::encode(row.bytes(0)?) });
                    continue;
                };
                seen.insert(id);
                let (living, erased) = (told.people.get(&id), told.erased.get(&id));
                let (entry, state, changed, waits) = match (living, erased) {
                    (_, Some((entry, at))) => (*entry, "erased", *at, None),
                    (Some(person), None) => {
                        let entry = person.imports.first().map_or(-1, |(entry, _)| *entry);
                        (entry, person.state(), person.changed, person.waits)
                    }
                    (None, None) => {
                        self.add(Beside::Added { table: "person", row: hex::encode(id) });
                        continue;
                    }
                };
                let created = match living {
                    Some(person) if erased.is_none() => person.created,
                    // The id was made at that very moment, and begins with it.
                    _ => made_at(id),
                };
                let same = [
                    ("id", entry >= 0),
                    ("state", row.text(1)? == state),
                    ("created_at", row.int(2)? == created),
                    ("changed_at", row.int(3)? == changed),
                    ("erase_at", row.maybe_int(4)? == waits),
                ];
                self.compare("person", hex::encode(id), entry, &same);
            }
        }
        for (id, person) in told.people.iter().filter(|(id, _)| !seen.contains(*id)) {
            let entry = person.imports.first().map(|(entry, _)| *entry);
            if entry.is_none() {
                // Nobody took them in: the link is wrong.
                self.add(Beside::differs("side", hex::encode(id), "person", Some(person.first)));
                continue;
            }
            self.add(Beside::Missing { table: "person", row: hex::encode(id), entry });
        }
        for (id, (entry, _)) in told.erased.iter().filter(|(id, _)| !seen.contains(*id)) {
            self.add(Beside::Missing { table: "person", row: hex::encode(id), entry: Some(*entry) });
        }
        Ok(())
    }

    async fn milestones(&mut self, told: &Replay) -> Result<Milestones, Fault> {
        let mut missing: BTreeMap<i64, ()> = told.milestones.keys().map(|entry| (*entry, ())).collect();
        // Those an import attests of everybody in it.
        let with_names = told.imports.iter().filter(|(_, batch)| !batch.attested.is_empty());
        let of = |batch: &Batch| batch.people.saturating_mul(i64::try_from(batch.attested.len()).unwrap_or(0));
        let mut attested: BTreeMap<i64, i64> = with_names.map(|(entry, batch)| (*entry, of(batch))).collect();
        let mut found = Milestones::new();
        for row in self.store.read("SELECT person, name, at, due, salt, idx FROM milestone", vec![]).await? {
            let idx = row.int(5)?;
            if idx >= self.end {
                continue;
            }
            if let (Some(batch), Some(left)) = (told.imports.get(&idx), attested.get_mut(&idx)) {
                *left -= 1;
                let person: Id = row.array(0).unwrap_or_default();
                let taken_in =
                    told.people.get(&person).is_some_and(|p| p.imports.iter().any(|(entry, _)| *entry == idx));
                let same = [
                    ("person", taken_in),
                    ("name", batch.attested.contains(row.text(1)?)),
                    ("at", row.int(2)? == batch.at),
                    ("due", row.text(3)?.is_empty()),
                    ("salt", row.array::<32>(4).unwrap_or([1; 32]) == [0; 32]),
                ];
                self.compare("milestone", hex::encode(person), idx, &same);
                continue;
            }
            let Some((digest, at)) = told.milestones.get(&idx).filter(|_| missing.remove(&idx).is_some()) else {
                self.add(Beside::Stray { table: "milestone", entry: idx });
                continue;
            };
            let person: Id = row.array(0).unwrap_or_default();
            let salt = row.array(4).unwrap_or_default();
            let made =
                milestone::bound(&salt, PersonId::from_bytes(person), row.text(1)?, Moment(row.int(2)?), row.text(3)?);
            let linked = told.people.get(&person).is_some_and(|person| person.counted.contains(&idx));
            if made != *digest || row.int(2)? != *at {
                self.add(Beside::Content { table: "milestone", entry: idx });
            } else if !linked {
                self.add(Beside::differs("side", hex::encode(person), "person", Some(idx)));
            }
            found.entry(person).or_default().push((idx, dues(row.text(3)?)));
        }
        let gone = i64::try_from(missing.len()).unwrap_or(i64::MAX).saturating_add(attested.values().sum());
        let candidates =
            missing.into_keys().chain(attested.into_iter().filter(|(_, left)| *left != 0).map(|(entry, _)| entry));
        self.accounted("milestone", gone, told.cut.milestones, candidates.collect());
        Ok(found)
    }

    /// Records; what each is found by.
    async fn records(&mut self, told: &Replay, ends: &Ends, milestones: &Milestones) -> Result<Vec<(i64, i64)>, Fault> {
        let sql = "SELECT n, person, register_row, kind, version, acquired_at, due_at, sheet, found_by, idx, generation FROM record \
                   WHERE n > $1 ORDER BY n LIMIT $2";
        let (mut found_by, mut seen, mut from) = (Vec::new(), HashSet::new(), i64::MIN);
        loop {
            let rows = self.store.read(sql, vec![from.into(), 1024_i64.into()]).await?;
            let Some(last) = rows.last() else { break };
            from = last.int(0)?;
            for row in &rows {
                let n = row.int(0)?;
                if n.div_euclid(MADE_BY_ONE) >= self.end || row.int(9)? >= self.end {
                    seen.insert(n);
                    self.newer.insert(n);
                    continue;
                }
                match vault::tokens(row.bytes(8)?) {
                    Ok(tokens) => found_by.extend(tokens.into_iter().map(|token| (token, n))),
                    Err(_) => self.add(Beside::differs("record", n.to_string(), "found_by", None)),
                }
                seen.insert(n);
                self.record(row, told, ends, milestones)?;
            }
        }
        for (id, person) in &told.people {
            for (entry, _) in person.imports.iter().filter(|made| !seen.contains(&number(**made))) {
                self.add(Beside::Missing { table: "record", row: hex::encode(id), entry: Some(*entry) });
            }
        }
        Ok(found_by)
    }

    fn record(&mut self, row: &Row, told: &Replay, ends: &Ends, milestones: &Milestones) -> Result<(), Fault> {
        let n = row.int(0)?;
        let id: Id = row.array(1).unwrap_or_default();
        let person = told.people.get(&id);
        let made = person.and_then(|person| person.imports.iter().find(|made| number(**made) == n));
        let batch = made.and_then(|(entry, place)| told.imports.get(entry).map(|batch| (*entry, *place, batch)));
        let (Some(person), Some((entry, place, batch))) = (person, batch) else {
            self.add(Beside::Added { table: "record", row: n.to_string() });
            return Ok(());
        };
        let corrections = || {
            let of = person.corrections.iter().filter_map(|idx| told.corrections.get(idx).map(|told| (*idx, told)));
            of.filter(|(_, (row, _))| *row == batch.row)
        };
        let corrected =
            corrections().next_back().map(|(idx, (_, digest))| (idx, hex::decode(digest).unwrap_or_default()));
        let of_list = |list: &[u8], place: i64| Batch::at(list, place).unwrap_or_default().to_vec();
        let renewed = person
            .renewals
            .last()
            .and_then(|(idx, place)| told.renewals.get(idx).map(|(_, records)| (*idx, of_list(records, *place))));
        let made = (entry, of_list(&batch.records, place));
        // What wrote it last.
        let (last, digest) =
            [Some(made), corrected, renewed].into_iter().flatten().max_by_key(|(idx, _)| *idx).unwrap_or_default();
        let times = corrections().count().saturating_add(person.renewals.len()).saturating_add(1);
        let version = i64::try_from(times).unwrap_or(i64::MAX);
        let due = due(entry, batch, ends.get(&batch.row), milestones.get(&id));
        let same = [
            ("register_row", row.text(2)? == batch.row),
            ("kind", row.text(3)? == batch.kind),
            ("version", row.int(4)? == version),
            ("generation", Some(row.int(10)?) == told.generation(person)),
            ("acquired_at", row.int(5)? == batch.acquired),
            ("due_at", row.maybe_int(6)? == due),
            ("sheet, found_by", vault::bound_record(row.bytes(7)?, row.bytes(8)?).as_slice() == digest),
            ("idx", row.int(9)? == last),
        ];
        self.compare("record", n.to_string(), last, &same);
        Ok(())
    }

    /// The table of tokens is what the records are found by, and nothing else.
    async fn tokens(&mut self, found_by: &mut [(i64, i64)]) -> Result<(), Fault> {
        found_by.sort_unstable();
        let mut expected = found_by.iter().copied().peekable();
        let sql = "SELECT token, record FROM token WHERE token > $1 OR (token = $1 AND record > $2) ORDER BY token, record LIMIT $3";
        let (mut token, mut record) = (i64::MIN, i64::MIN);
        loop {
            let rows = self.store.read(sql, vec![token.into(), record.into(), Value::Int(16_384)]).await?;
            let Some(last) = rows.last() else { break };
            (token, record) = (last.int(0)?, last.int(1)?);
            for row in &rows {
                let found = (row.int(0)?, row.int(1)?);
                while let Some(gone) = expected.next_if(|expected| *expected < found) {
                    self.add(Beside::Missing { table: "token", row: gone.1.to_string(), entry: None });
                }
                if expected.next_if_eq(&found).is_none() && !self.newer.contains(&found.1) {
                    self.add(Beside::Added { table: "token", row: found.1.to_string() });
                }
            }
        }
        for gone in expected {
            self.add(Beside::Missing { table: "token", row: gone.1.to_string(), entry: None });
        }
        Ok(())
    }

    /// Marks of lines taken in: one for each person taken in.
    async fn marks(&mut self, told: &Replay) -> Result<(), Fault> {
        let sql = "SELECT mark, person, idx FROM import_mark WHERE mark > $1 ORDER BY mark LIMIT $2";
        let (mut seen, mut from) = (HashSet::new(), Vec::new());
        loop {
            let rows = self.store.read(sql, vec![from.clone().into(), PAGE.into()]).await?;
            let Some(last) = rows.last() else { break };
            from = last.bytes(0)?.to_vec();
            for row in &rows {
                let (id, idx) = (row.array::<16>(1).unwrap_or_default(), row.int(2)?);
                let taken_in = |person: &Person| person.imports.iter().any(|(entry, _)| *entry == idx);
                if idx < self.end && !(told.people.get(&id).is_some_and(taken_in) && seen.insert((id, idx))) {
                    self.add(Beside::Added { table: "import_mark", row: hex::encode(row.bytes(0)?) });
                }
            }
        }
        for (id, person) in &told.people {
            for (entry, _) in person.imports.iter().filter(|(entry, _)| !seen.contains(&(*id, *entry))) {
                self.add(Beside::Missing { table: "import_mark", row: hex::encode(id), entry: Some(*entry) });
            }
        }
        Ok(())
    }
}

const MADE_BY_ONE: i64 = Value::MADE_BY_ONE as i64;

/// The number of the record that was made at a place of an entry.
fn number((entry, place): (i64, i64)) -> i64 {
    entry.saturating_mul(MADE_BY_ONE).saturating_add(place)
}

/// When a record falls due: as it was taken in, unless a milestone says otherwise, or its row ended when it had no date yet.
fn due(entry: i64, batch: &Batch, ends: Option<&Vec<(i64, i64)>>, milestones: Option<&Vec<Happened>>) -> Option<i64> {
    let ended = ends.into_iter().flatten().map(|(idx, due)| (*idx, *due, false));
    let happened = milestones
        .into_iter()
        .flatten()
        .flat_map(|(idx, dues)| dues.iter().filter(|(row, _)| *row == batch.row).map(|(_, due)| (*idx, *due, true)));
    let mut events: Vec<(i64, i64, bool)> = ended.chain(happened).filter(|(idx, ..)| *idx > entry).collect();
    events.sort_unstable();
    events.into_iter().fold(batch.due, |due, (_, falls, anew)| if anew || due.is_none() { Some(falls) } else { due })
}

fn dues(text: &str) -> Vec<(String, i64)> {
    let read = |word: &str| word.split_once('=').and_then(|(row, due)| Some((row.to_owned(), due.parse().ok()?)));
    text.split_whitespace().filter_map(read).collect()
}

/// The milliseconds a UUID version 7 begins with.
fn made_at(id: Id) -> i64 {
    let [a, b, c, d, e, f, ..] = id;
    i64::from_be_bytes([0, 0, a, b, c, d, e, f])
}
