//! Renew: people get new keys of their own and new search tokens, some hundreds at a time, while everybody works.
//!
//! | step | cut off after it |
//! |---|---|
//! | the next key, and the key of the commitments, stand beside the key | the next round takes the same next key |
//! | an entry commits with the records, sealed by the next key and found by tokens of the newest generation | whoever reads tries the next key too |
//! | the next key takes the place of the key, which is gone | — |
//!
//! A next key is never taken back and never replaced by another one, so that several who renew at the same time use the same, and
//! whoever comes second with a record is told that it has changed. It takes the place of the key when the record is of a later
//! generation than the key, and only then.
//!
//! Commitments in the ledger hang on a key of their own that outlives this: it followed from the person's first key.

use crate::bound;
use crate::index::{self, FoundBy};
use crate::lock::{Indexes, KeyRow, Vault, damaged, places};
use access::{Desk, Fault, No};
use ledger::commitment::{commit_many, commit_subject};
use ledger::entry::EntryKind;
use ledger::names::{ActId, Commitment, ElementId, PersonId, RowId};
use policy::Shape;
use seal::{Nonce, Place, Sheet, SubjectKey, SubjectLock};
use std::collections::BTreeMap;
use store::{Change, Row, Store, Value};

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// People renewed.
    pub people: u64,
    /// The number of the last record that was looked at: go on after it.
    pub last: i64,
    /// The entry, where anybody was renewed.
    pub entry: Option<u64>,
}

/// How many records are of which generation.
///
/// # Errors
/// [`Fault`].
pub async fn generations(store: &Store) -> Result<BTreeMap<u32, u64>, Fault> {
    let rows = store.read("SELECT generation, COUNT(*) FROM record GROUP BY generation", vec![]).await?;
    let count = |row: &Row| -> Result<(u32, u64), store::Fault> {
        Ok((u32::try_from(row.int(0)?).unwrap_or(u32::MAX), u64::try_from(row.int(1)?).unwrap_or(0)))
    };
    Ok(rows.iter().map(count).collect::<Result<_, _>>()?)
}

/// Renews up to `most` people who are of an older generation than the newest index key, in the order of their records, after the
/// one with this number. Nothing when there was nobody left.
///
/// # Errors
/// [`No::Mistake`] of the field `version` when somebody among them was changed meanwhile: nobody was renewed, and it is simply done
/// again. [`No::Fault`].
pub async fn renew_people(vault: &Vault, desk: &Desk, after: i64, most: u32) -> Result<Option<Round>, No> {
    vault.newest_epoch().await?;
    let indexes = vault.indexes()?;
    let newest = indexes.newest();
    // The records first: see `Opened::lock_of`.
    let sql = "SELECT n, person, register_row, version, generation, sheet, found_by FROM record \
               WHERE n > $1 AND generation < $2 ORDER BY n LIMIT $3";
    let rows = desk.store().read(sql, vec![after.into(), newest.into(), most.into()]).await?;
    let records: Vec<Old> = rows.iter().map(Old::read).collect::<Result<_, _>>()?;
    let Some(last) = records.last().map(|record| record.n) else { return Ok(None) };
    let people: Vec<PersonId> = records.iter().map(|record| record.person).collect();
    let keys: BTreeMap<PersonId, KeyRow> =
        vault.rows(&people).await?.into_iter().map(|row| (row.person, row)).collect();
    let (mut keys_now, mut begun) = (BTreeMap::new(), Vec::new());
    for record in &records {
        // Who has no key was erased a moment ago.
        let Some(row) = keys.get(&record.person) else { continue };
        let (own, change) = own(vault, desk, row, record)?;
        begun.extend(change);
        keys_now.insert(record.person, own);
    }
    if !begin(vault, begun).await? {
        return Err(changed());
    }
    let mut renewed = Renewed::of(desk.act_id());
    let shapes = shapes(desk)?;
    for record in &records {
        if let Some(own) = keys_now.get(&record.person) {
            renewed.add(desk, &indexes, &shapes, record, own)?;
        }
    }
    let people = renewed.people.len() as u64;
    if people == 0 {
        return Ok(Some(Round { people, last, entry: None }));
    }
    let done = renewed.people.iter().map(|person| vec![(*person).into(), newest.into()]).collect();
    let entry = desk.commit(renewed.act(desk, newest)?).await?.index();
    promote(vault, done).await?;
    Ok(Some(Round { people, last, entry: Some(entry) }))
}

/// The next key takes the place of the key, of everybody for whom a renewal was cut off in the moment before. How many there were.
///
/// # Errors
/// [`Fault`].
pub async fn settle_renewals(vault: &Vault, store: &Store) -> Result<u64, Fault> {
    let sql =
        "SELECT person, generation FROM subject_key WHERE length(next) > 0 AND person > $1 ORDER BY person LIMIT 500";
    let (mut from, mut settled) = (Vec::new(), 0);
    loop {
        let rows = vault.keys().read(sql, vec![from.into()]).await?;
        let Some(last) = rows.last() else { return Ok(settled) };
        from = last.bytes(0).map_err(store::Fault::from)?.to_vec();
        let mut of = BTreeMap::new();
        for row in &rows {
            let person: [u8; 16] = row.array(0).map_err(store::Fault::from)?;
            of.insert(person, row.int(1).map_err(store::Fault::from)?);
        }
        let sql = format!("SELECT person, generation FROM record WHERE person IN ({})", places(of.len()));
        let mut done = Vec::new();
        for row in store.read(&sql, of.keys().map(|person| (*person).into()).collect()).await? {
            let person: [u8; 16] = row.array(0).map_err(store::Fault::from)?;
            let generation = row.int(1).map_err(store::Fault::from)?;
            if of.get(&person).is_some_and(|key| *key < generation) {
                done.push(vec![person.into(), generation.into()]);
            }
        }
        settled += done.len() as u64;
        promote(vault, done).await?;
    }
}

/// The next key takes the place of the key. Each row is a person and the generation that their record is of.
async fn promote(vault: &Vault, done: Vec<Vec<Value>>) -> Result<(), Fault> {
    let sql = "UPDATE subject_key SET wrapped = next, next = $3, generation = $2 WHERE person = $1 AND generation < $2 AND length(next) > 0";
    let done: Vec<Vec<Value>> = done.into_iter().map(|row| [row, vec![Value::Bytes(Vec::new())]].concat()).collect();
    if !done.is_empty() {
        vault.keys().change(vec![Change::many(sql, done)]).await?;
    }
    Ok(())
}

/// Puts next keys beside keys, durably; whether all of these were still as they were read.
async fn begin(vault: &Vault, begun: Vec<Vec<Value>>) -> Result<bool, Fault> {
    let sql = "UPDATE subject_key SET epoch = $2, wrapped = $3, ledger = $4, next = $5 WHERE person = $1 AND wrapped = $6 AND length(next) = 0";
    // Wrapped by the newest epoch's key: the older ones end.
    vault.keep_by(sql, begun).await
}

fn changed() -> No {
    store::NotCommitted::Lost.into()
}

/// A record before it is renewed.
struct Old {
    n: i64,
    person: PersonId,
    row: RowId,
    version: u32,
    generation: u32,
    sheet: Sheet,
    found_by: FoundBy,
}

impl Old {
    fn read(row: &Row) -> Result<Self, No> {
        Ok(Self {
            n: row.int(0)?,
            person: PersonId::from_bytes(row.array(1)?),
            row: row.text(2)?.parse().map_err(|_| damaged("record.register_row"))?,
            version: u32::try_from(row.int(3)?).map_err(|_| damaged("record.version"))?,
            generation: u32::try_from(row.int(4)?).map_err(|_| damaged("record.generation"))?,
            sheet: Sheet::from_bytes(row.bytes(5)?).map_err(|_| damaged("record.sheet"))?,
            found_by: FoundBy::read(row.bytes(6)?)?,
        })
    }
}

/// The keys of one person who is renewed.
struct Own {
    old: SubjectLock,
    next: SubjectLock,
    ledger: [u8; 32],
}

/// The keys of a person who is renewed, and the change that puts the next one beside the key, where it is not there yet.
fn own(vault: &Vault, desk: &Desk, row: &KeyRow, record: &Old) -> Result<(Own, Option<Vec<Value>>), No> {
    if row.generation != record.generation {
        // Another has just renewed this person, or was cut off in the middle of it.
        return Err(changed());
    }
    let (epochs, person) = (vault.epochs(), row.person);
    let key = vault.subject_key(person, &row.wrapped)?;
    let ledger = vault.ledger_key(row, &key)?;
    let (next, change) = if row.next.is_empty() {
        let next = SubjectKey::new(desk.chance().bytes());
        // All of the row is of one epoch, so that none of it outlives the wrapping key.
        let (epoch, wrapped) = vault.wrap(&epochs, desk.chance(), person, &key)?;
        let wrapped_ledger = vault.wrap_ledger(&epochs, desk.chance(), person, &ledger)?;
        let (_, wrapped_next) = vault.wrap(&epochs, desk.chance(), person, &next)?;
        let bytes = |wrapped: &seal::WrappedKey| Value::from(wrapped.as_bytes().as_slice());
        let (wrapped, ledger, kept) = (bytes(&wrapped), bytes(&wrapped_ledger), bytes(&wrapped_next));
        (next, Some(vec![person.into(), epoch.into(), wrapped, ledger, kept, row.wrapped.clone().into()]))
    } else {
        (vault.subject_key(person, &row.next)?, None)
    };
    let (old, next) = (SubjectLock::new(&key), SubjectLock::new(&next));
    Ok((Own { old, next, ledger: *ledger.expose() }, change))
}

/// The shapes of elements: as the policy in force has them, else as the newest version did that knew them.
fn shapes(desk: &Desk) -> Result<BTreeMap<ElementId, Shape>, No> {
    let versions = desk.office().versions();
    let of_all = versions.iter().map(|version| &version.policy).chain([desk.policy()?]);
    Ok(of_all.flat_map(|policy| policy.elements().iter().map(|e| (e.id.clone(), e.shape))).collect())
}

/// What a round changes.
struct Renewed {
    act: ActId,
    people: Vec<PersonId>,
    subjects: Vec<Commitment>,
    links: Vec<Vec<Value>>,
    digests: Vec<[u8; 32]>,
    records: Vec<Vec<Value>>,
    removed: Vec<Vec<Value>>,
    added: Vec<Vec<Value>>,
}

impl Renewed {
    fn of(act: ActId) -> Self {
        let (people, subjects, links, digests) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { act, people, subjects, links, digests, records: Vec::new(), removed: Vec::new(), added: Vec::new() }
    }

    fn add(
        &mut self,
        desk: &Desk,
        indexes: &Indexes,
        shapes: &BTreeMap<ElementId, Shape>,
        old: &Old,
        own: &Own,
    ) -> Result<(), No> {
        let (newest, version) = (indexes.newest(), old.version.saturating_add(1));
        let index = indexes.of(newest)?;
        let mut found_by = FoundBy::default();
        let fields = old.sheet.fields();
        let (from, to) = ((&own.old, old.version), (&own.next, version));
        let sheet = anew(desk, (old.person, &old.row), from, to, &old.sheet, fields, |element, text| {
            let shape = shapes.get(element).copied().unwrap_or(Shape::Text);
            found_by.set(index, element, shape, text).map(drop)
        })?;
        let (sheet, kept) = (sheet.to_bytes(), found_by.to_bytes());
        let tokens = |tokens: Vec<i64>| tokens.into_iter().map(|token| vec![token.into(), old.n.into()]);
        self.removed.extend(tokens(old.found_by.all()));
        self.added.extend(tokens(found_by.all()));
        self.digests.push(bound::record(&sheet, &kept));
        let commitment = commit_subject(&own.ledger, self.act, old.person);
        let place = Value::Int(i64::try_from(self.subjects.len()).unwrap_or(i64::MAX));
        self.links.push(vec![Value::EntryIndex, old.person.into(), place, commitment.0.into()]);
        self.people.push(old.person);
        self.subjects.push(commitment);
        let (before, now) = (old.version.into(), version.into());
        self.records.push(vec![old.n.into(), before, now, newest.into(), sheet.into(), kept.into(), Value::EntryIndex]);
        Ok(())
    }

    fn act(self, desk: &Desk, newest: u32) -> Result<store::Act, No> {
        let people = u32::try_from(self.subjects.len()).map_err(|_| Fault::Damaged("too many people in one act"))?;
        let entry = desk.entry(EntryKind::KeyRotated, self.act).subjects(people, commit_many(&self.subjects));
        let details = serde_json::json!({
            "generation": newest, "people": people, "records": bound::joined(self.digests.into_iter()), "what": "people-renewed",
        });
        let (mut removed, mut added) = (self.removed, self.added);
        // In the order of their table, so that what lies together is written together.
        let token = |row: &Vec<Value>| match row.as_slice() {
            [Value::Int(token), Value::Int(record)] => (*token, *record),
            _ => (0, 0),
        };
        removed.sort_unstable_by_key(token);
        added.sort_unstable_by_key(token);
        let update = "UPDATE record SET version = $3, generation = $4, sheet = $5, found_by = $6, idx = $7 WHERE n = $1 AND version = $2";
        Ok(desk
            .act_with_detail(entry, &details)?
            .with(Change::many("INSERT INTO side (idx, person, place, sc) VALUES ($1, $2, $3, $4)", self.links))
            .with(Change::many(update, self.records).exactly(1))
            .with(Change::many(index::REMOVE, removed))
            .with(Change::many(index::ADD, added)))
    }
}

/// Seals values of a record anew: out of one lock and version, into another. `each` sees them on the way.
pub(crate) fn anew<'a>(
    desk: &Desk,
    (person, row): (PersonId, &RowId),
    (old, before): (&SubjectLock, u32),
    (new, version): (&SubjectLock, u32),
    sheet: &'a Sheet,
    fields: impl Iterator<Item = &'a str>,
    mut each: impl FnMut(&ElementId, &str) -> Result<(), No>,
) -> Result<Sheet, No> {
    let mut renewed = Sheet::new();
    for field in fields {
        let element: ElementId = field.parse().map_err(|_| damaged("record.sheet"))?;
        let sealed = sheet.get(field).ok_or_else(|| damaged("record.sheet"))?;
        let place = Place { subject: *person.as_bytes(), row: row.as_str(), field, version: before };
        let opened = old.open(&place, sealed).map_err(|_| Fault::Crypto("opening a sealed value"))?;
        let text = opened.into_text().map_err(|_| Fault::Damaged("a sealed value is not text"))?;
        each(&element, text.expose())?;
        let place = Place { version, ..place };
        let again = new.seal(&place, text.expose().as_bytes(), Nonce::from_random(desk.chance().bytes()));
        renewed.insert(field, again.map_err(|_| Fault::Crypto("sealing"))?).map_err(|_| damaged("record.sheet"))?;
    }
    Ok(renewed)
}
