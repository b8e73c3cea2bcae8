//! The vault's keys: the key store, the keys that wrap people's keys, the keys of the blind indexes.
//!
//! A person's key has a *generation*, and so has their record: it is sealed by the key of that generation, and found by tokens made
//! with the index key of that generation. Everybody is of the same one, except while people are renewed (`renew`).

use access::{Chance, Fault, No};
use ledger::names::{ElementId, PersonId};
use policy::Shape;
use policy::normal::{Token, kinds};
use seal::{BlindIndex, BlindKey, CannotOpen, Kek, Nonce, Place, Secret, SubjectKey, SubjectLock, WrappedKey};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use store::{Change, Keys, Row, Value};

/// The kind of token a whole imported line has.
const LINE: &str = "import-line";

/// The keys of one process. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Locks>);

struct Locks {
    keys: Keys,
    /// By epoch. People's new keys are wrapped by the newest; the older ones open what was wrapped before.
    wrapping: RwLock<Arc<Epochs>>,
    /// By generation. New records are found by the newest; the older ones find who was not renewed yet.
    indexes: RwLock<Arc<Indexes>>,
    marks: BlindIndex,
    again: Box<dyn Again>,
}

type Epochs = BTreeMap<u32, Kek>;

/// Looks again where the wrapping keys and those of the blind indexes are kept: another process may have begun an epoch, or to renew
/// people.
pub trait Again: Send + Sync {
    /// The wrapping keys there are now; nothing when they cannot be read.
    fn wrapping(&self) -> Option<Vec<Kek>>;
    /// The generations of the index key there are now; nothing when that cannot be told. Asked before each search.
    fn generations(&self) -> Option<Vec<u32>>;
    /// The keys of the blind indexes there are now; nothing when they cannot be read.
    fn index(&self) -> Option<Vec<(u32, BlindKey)>>;
}

/// The blind indexes, by generation.
pub(crate) struct Indexes(BTreeMap<u32, BlindIndex>);

impl Indexes {
    fn new(keys: &[(u32, BlindKey)]) -> Option<Self> {
        let known: Vec<&str> = Shape::ALL.iter().flat_map(|shape| kinds(*shape)).copied().collect();
        let by: BTreeMap<u32, BlindIndex> =
            keys.iter().map(|(generation, key)| (*generation, BlindIndex::new(key, &known))).collect();
        (!by.is_empty()).then_some(Self(by))
    }

    /// The generation that new records are of.
    pub(crate) fn newest(&self) -> u32 {
        self.0.last_key_value().map_or(0, |(generation, _)| *generation)
    }

    /// The index of a generation.
    pub(crate) fn of(&self, generation: u32) -> Result<&BlindIndex, Fault> {
        self.0.get(&generation).ok_or(Fault::Crypto("the index key of a generation is not there"))
    }

    /// The tokens of normal forms of an element under every generation.
    pub(crate) fn tokens(&self, element: &ElementId, tokens: &[Token]) -> Vec<i64> {
        self.0.values().flat_map(|index| blind(index, element, tokens)).collect()
    }
}

/// The blind tokens of normal forms of an element: sorted, each once.
pub(crate) fn blind(index: &BlindIndex, element: &ElementId, tokens: &[Token]) -> Vec<i64> {
    let short = |token: &Token| {
        let text = format!("{element}\u{1f}{}", token.text);
        let [a, b, c, d, e, f, g, h, ..] = index.token(token.kind, &text);
        i64::from_be_bytes([a, b, c, d, e, f, g, h])
    };
    let mut blind: Vec<i64> = tokens.iter().map(short).collect();
    blind.sort_unstable();
    blind.dedup();
    blind
}

/// A person's row in the key store. Nobody can read it without the wrapping keys.
pub struct KeyRow {
    /// Whose.
    pub person: PersonId,
    /// The epoch that it says it is of.
    pub epoch: u32,
    /// The generation of the key.
    pub generation: u32,
    /// The key, wrapped.
    pub wrapped: Vec<u8>,
    /// The key of the commitments, wrapped; empty as long as it follows from the key.
    pub ledger: Vec<u8>,
    /// The key of the next generation, wrapped; empty unless the person is being renewed.
    pub next: Vec<u8>,
}

impl KeyRow {
    /// The columns it is read from.
    pub const COLUMNS: &'static str = "person, epoch, generation, wrapped, ledger, next";

    /// Reads a row of these columns.
    ///
    /// # Errors
    /// [`store::Fault`] when a column is not what it should be.
    pub fn read(row: &Row) -> Result<Self, store::Fault> {
        Ok(Self {
            person: PersonId::from_bytes(row.array(0)?),
            epoch: u32::try_from(row.int(1)?).unwrap_or(u32::MAX),
            generation: u32::try_from(row.int(2)?).unwrap_or(u32::MAX),
            wrapped: row.bytes(3)?.to_vec(),
            ledger: row.bytes(4)?.to_vec(),
            next: row.bytes(5)?.to_vec(),
        })
    }

    /// The keys in it that are wrapped.
    pub fn wrapped_keys(&self) -> impl Iterator<Item = &[u8]> {
        [&self.wrapped, &self.ledger, &self.next].into_iter().map(Vec::as_slice).filter(|bytes| !bytes.is_empty())
    }
}

/// What one person's keys open: the lock of the values, and the key of the commitments in the ledger.
pub(crate) struct Opened {
    lock: SubjectLock,
    generation: u32,
    /// The lock of the next generation, while the person is being renewed.
    next: Option<SubjectLock>,
    pub(crate) ledger: [u8; 32],
}

impl Opened {
    /// Opens a value, also one that is of the next generation already.
    pub(crate) fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Secret<Vec<u8>>, CannotOpen> {
        match (self.lock.open(place, sealed), &self.next) {
            (Err(_), Some(next)) => next.open(place, sealed),
            (opened, _) => opened,
        }
    }

    /// The lock of the person's record, which is of this generation and was read *before* the key: then a record of a later one was
    /// sealed by the next key, which is still beside the key. Nothing when the record is older than the key by now.
    pub(crate) fn lock_of(&self, generation: u32) -> Option<&SubjectLock> {
        match generation.cmp(&self.generation) {
            Ordering::Equal => Some(&self.lock),
            Ordering::Greater => self.next.as_ref(),
            Ordering::Less => None,
        }
    }
}

impl Vault {
    /// The vault over a key store, with the wrapping keys of the epochs there are, newest among them, the keys of the blind indexes of
    /// all generations, and the key of the marks of lines. `again` is asked for what is not among them.
    ///
    /// # Errors
    /// [`Fault::Crypto`] without any wrapping key or index key.
    pub fn new(
        keys: Keys,
        wrapping: Vec<Kek>,
        index: &[(u32, BlindKey)],
        marks: &BlindKey,
        again: Box<dyn Again>,
    ) -> Result<Self, Fault> {
        if wrapping.is_empty() {
            return Err(Fault::Crypto("no wrapping key"));
        }
        let wrapping = RwLock::new(Arc::new(by_epoch(wrapping)));
        let indexes = Indexes::new(index).ok_or(Fault::Crypto("no index key"))?;
        let indexes = RwLock::new(Arc::new(indexes));
        Ok(Self(Arc::new(Locks { keys, wrapping, indexes, marks: BlindIndex::new(marks, &[LINE]), again })))
    }

    /// These are wrapping keys too: of epochs that another process began. None that is known already is forgotten.
    fn learn(&self, wrapping: Vec<Kek>) {
        let mut known = self.0.wrapping.write().unwrap_or_else(PoisonError::into_inner);
        let new: Vec<Kek> = wrapping.into_iter().filter(|kek| !known.contains_key(&kek.epoch())).collect();
        if !new.is_empty() {
            let all = known.values().map(Kek::again).chain(new).collect();
            *known = Arc::new(by_epoch(all));
        }
    }

    /// Asks whether another process has begun an epoch that is not known here.
    pub fn follow(&self) {
        self.learn(self.0.again.wrapping().unwrap_or_default());
    }

    /// From now on these are the wrapping keys.
    pub fn renew(&self, wrapping: Vec<Kek>) {
        if !wrapping.is_empty() {
            *self.0.wrapping.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(by_epoch(wrapping));
        }
    }

    /// From now on these are the keys of the blind indexes.
    pub fn renew_index(&self, index: &[(u32, BlindKey)]) {
        if let Some(indexes) = Indexes::new(index) {
            *self.0.indexes.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(indexes);
        }
    }

    /// The wrapping keys there are.
    pub(crate) fn epochs(&self) -> Arc<Epochs> {
        self.0.wrapping.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The blind indexes as they are right now, also where another process has just begun a generation.
    pub(crate) fn indexes(&self) -> Result<Arc<Indexes>, Fault> {
        let known = self.known_indexes();
        let now = self.0.again.generations().unwrap_or_default();
        if now.iter().all(|generation| known.0.contains_key(generation)) {
            return Ok(known);
        }
        self.renew_index(&self.0.again.index().unwrap_or_default());
        let known = self.known_indexes();
        // Who is of a generation that cannot be read here would simply not be found.
        if now.iter().all(|generation| known.0.contains_key(generation)) {
            return Ok(known);
        }
        Err(Fault::Crypto("the keyring has an index key that cannot be read: the root key was renewed"))
    }

    /// The same, looked for only where this generation is not known.
    pub(crate) fn indexes_with(&self, generation: u32) -> Result<Arc<Indexes>, Fault> {
        let known = self.known_indexes();
        if known.0.contains_key(&generation) { Ok(known) } else { self.indexes() }
    }

    fn known_indexes(&self) -> Arc<Indexes> {
        self.0.indexes.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The key store.
    pub(crate) fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// A blind mark of a whole line, by which an import knows what it has taken in already.
    pub(crate) fn mark(&self, line: &str) -> [u8; 16] {
        self.0.marks.token(LINE, line)
    }

    /// A new person's key of a generation: opened, and the row that keeps it wrapped.
    pub(crate) fn new_person(
        &self,
        chance: &Chance,
        person: PersonId,
        generation: u32,
    ) -> Result<(Opened, Vec<Value>), Fault> {
        let key = SubjectKey::new(chance.bytes());
        let (epoch, wrapped) = self.wrap(&self.epochs(), chance, person, &key)?;
        let opened =
            Opened { lock: SubjectLock::new(&key), generation, next: None, ledger: *key.ledger_key().expose() };
        let none = || Value::Bytes(Vec::new());
        let wrapped = wrapped.as_bytes().as_slice().into();
        Ok((opened, vec![person.into(), epoch.into(), generation.into(), wrapped, none(), none()]))
    }

    /// Wraps a person's key by the newest wrapping key.
    pub(crate) fn wrap(
        &self,
        epochs: &Epochs,
        chance: &Chance,
        person: PersonId,
        key: &SubjectKey,
    ) -> Result<(u32, WrappedKey), Fault> {
        let (epoch, kek) = epochs.last_key_value().ok_or(Fault::Crypto("no wrapping key"))?;
        let wrapped = kek.wrap(person.as_bytes(), key, Nonce::from_random(chance.bytes()));
        Ok((*epoch, wrapped.map_err(|_| Fault::Crypto("wrapping a key"))?))
    }

    /// Wraps the key of a person's commitments by the newest wrapping key.
    pub(crate) fn wrap_ledger(
        &self,
        epochs: &Epochs,
        chance: &Chance,
        person: PersonId,
        key: &Secret<[u8; 32]>,
    ) -> Result<WrappedKey, Fault> {
        let (_, kek) = epochs.last_key_value().ok_or(Fault::Crypto("no wrapping key"))?;
        let wrapped = kek.wrap_ledger(person.as_bytes(), key, Nonce::from_random(chance.bytes()));
        wrapped.map_err(|_| Fault::Crypto("wrapping a key"))
    }

    /// Sees to it that people's new keys are wrapped by the newest epoch's key, also when another process has just begun it.
    pub(crate) async fn newest_epoch(&self) -> Result<(), Fault> {
        let newest = self.keys().glance("SELECT MAX(n) FROM epoch", vec![]).await?;
        let newest = newest.first().map_or(Ok(0), |row| row.int(0)).map_err(store::Fault::from)?;
        if newest > i64::from(self.epoch()) {
            self.follow();
        }
        Ok(())
    }

    /// Keeps new people's keys, durably, before anything is sealed under them. They must be wrapped by the newest epoch's key: the
    /// older ones end. False when an epoch began just now: then nothing was kept, and they are to be wrapped again.
    pub(crate) async fn keep(&self, rows: Vec<Vec<Value>>) -> Result<bool, Fault> {
        let sql = "INSERT INTO subject_key (person, epoch, generation, wrapped, ledger, next) VALUES ($1, $2, $3, $4, $5, $6)";
        self.keep_by(sql, rows).await
    }

    /// Changes rows of the key store that have the epoch in their second place, each exactly one, while that is the newest epoch.
    pub(crate) async fn keep_by(&self, sql: &'static str, rows: Vec<Vec<Value>>) -> Result<bool, Fault> {
        let newest = "UPDATE epoch SET n = n WHERE n = $1 AND n = (SELECT MAX(n) FROM epoch)";
        let Some(epoch) = rows.first().and_then(|row| row.get(1)).cloned() else { return Ok(true) };
        let still = Change::new(newest, vec![epoch]).exactly(1);
        Ok(self.keys().change(vec![still, Change::many(sql, rows).exactly(1)]).await?)
    }

    /// Opens one person's key, if it still exists.
    pub(crate) async fn person(&self, person: PersonId) -> Result<Option<Opened>, Fault> {
        let sql = "SELECT person, epoch, generation, wrapped, ledger, next FROM subject_key WHERE person = $1";
        let rows = self.keys().glance(sql, vec![person.into()]).await?;
        rows.first().map(|row| self.opened(&KeyRow::read(row)?)).transpose()
    }

    /// Opens several people's keys at once.
    pub(crate) async fn people(&self, people: &[PersonId]) -> Result<Vec<(PersonId, Opened)>, Fault> {
        let rows = self.rows(people).await?;
        rows.iter().map(|row| Ok((row.person, self.opened(row)?))).collect()
    }

    /// The rows of several people.
    pub(crate) async fn rows(&self, people: &[PersonId]) -> Result<Vec<KeyRow>, Fault> {
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!("SELECT {} FROM subject_key WHERE person IN ({})", KeyRow::COLUMNS, places(people.len()));
        let rows = self.keys().read(&sql, people.iter().map(|p| (*p).into()).collect()).await?;
        Ok(rows.iter().map(KeyRow::read).collect::<Result<_, _>>()?)
    }

    /// Opens the wrapped keys of a person.
    pub(crate) fn opened(&self, row: &KeyRow) -> Result<Opened, Fault> {
        let key = self.subject_key(row.person, &row.wrapped)?;
        let next = match row.next.as_slice() {
            [] => None,
            next => Some(SubjectLock::new(&self.subject_key(row.person, next)?)),
        };
        let ledger = *self.ledger_key(row, &key)?.expose();
        Ok(Opened { lock: SubjectLock::new(&key), generation: row.generation, next, ledger })
    }

    /// The key of a person's commitments: one of its own, or the one that follows from their key.
    pub(crate) fn ledger_key(&self, row: &KeyRow, key: &SubjectKey) -> Result<Secret<[u8; 32]>, Fault> {
        match row.ledger.as_slice() {
            [] => Ok(key.ledger_key()),
            ledger => {
                let wrapped = WrappedKey::from_bytes(ledger).map_err(|_| Fault::Damaged("subject_key.ledger"))?;
                let opened = self.by(&wrapped, |kek| kek.unwrap_ledger(row.person.as_bytes(), &wrapped))?;
                opened.map_err(|_| Fault::Crypto("unwrapping the key of commitments"))
            }
        }
    }

    /// A person's own key.
    pub(crate) fn subject_key(&self, person: PersonId, wrapped: &[u8]) -> Result<SubjectKey, Fault> {
        let wrapped = WrappedKey::from_bytes(wrapped).map_err(|_| Fault::Damaged("subject_key.wrapped"))?;
        self.by(&wrapped, |kek| kek.unwrap(person.as_bytes(), &wrapped))?.map_err(|_| Fault::Crypto("unwrapping a key"))
    }

    /// Does something with the wrapping key of the epoch of a wrapped key.
    fn by<T>(&self, wrapped: &WrappedKey, unwrap: impl FnOnce(&Kek) -> T) -> Result<T, Fault> {
        let mut epochs = self.epochs();
        if !epochs.contains_key(&wrapped.epoch()) {
            self.follow();
            epochs = self.epochs();
        }
        epochs.get(&wrapped.epoch()).map(unwrap).ok_or(Fault::Crypto("the wrapping key of an epoch is not there"))
    }
}

fn by_epoch(wrapping: Vec<Kek>) -> Epochs {
    wrapping.into_iter().map(|kek| (kek.epoch(), kek)).collect()
}

/// `$1, $2, … $n`.
pub(crate) fn places(n: usize) -> String {
    places_from(1, n)
}

/// `$from, $from+1, …`, `n` of them.
pub(crate) fn places_from(from: usize, n: usize) -> String {
    (from..from + n).map(|i| format!("${i}")).collect::<Vec<_>>().join(", ")
}

/// A fault of the store or its rows, as an answer.
pub(crate) fn damaged(place: &'static str) -> No {
    No::Fault(Fault::Damaged(place))
}
