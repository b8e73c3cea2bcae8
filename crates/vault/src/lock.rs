//! The vault's keys: the key store, the keys that wrap people's keys, the key of the blind indexes.

use access::{Chance, Fault, No};
use ledger::names::{ElementId, PersonId};
use policy::Shape;
use policy::normal::{Token, kinds};
use seal::{BlindIndex, BlindKey, Kek, Nonce, SubjectKey, SubjectLock, WrappedKey};
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
    blind: BlindIndex,
    again: Again,
}

type Epochs = BTreeMap<u32, Kek>;

/// Looks again where the wrapping keys are kept: another process may have begun an epoch.
pub type Again = Box<dyn Fn() -> Option<Vec<Kek>> + Send + Sync>;

/// What one person's key opens: the lock of the values, and the key of the commitments in the ledger.
pub(crate) struct Opened {
    pub(crate) lock: SubjectLock,
    pub(crate) ledger: [u8; 32],
}

impl Vault {
    /// The vault over a key store, with the wrapping keys of the epochs there are, newest among them, and the key of the blind
    /// indexes. `again` is asked when a person's key is of an epoch that is not among them.
    ///
    /// # Errors
    /// [`Fault::Crypto`] without any wrapping key.
    pub fn new(keys: Keys, wrapping: Vec<Kek>, index: &BlindKey, again: Again) -> Result<Self, Fault> {
        let mut known: Vec<&str> = Shape::ALL.iter().flat_map(|shape| kinds(*shape)).copied().collect();
        known.push(LINE);
        let blind = BlindIndex::new(index, &known);
        if wrapping.is_empty() {
            return Err(Fault::Crypto("no wrapping key"));
        }
        let wrapping = RwLock::new(Arc::new(by_epoch(wrapping)));
        Ok(Self(Arc::new(Locks { keys, wrapping, blind, again })))
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
        self.learn((self.0.again)().unwrap_or_default());
    }

    /// From now on these are the wrapping keys.
    pub fn renew(&self, wrapping: Vec<Kek>) {
        if !wrapping.is_empty() {
            *self.0.wrapping.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(by_epoch(wrapping));
        }
    }

    /// The wrapping keys there are.
    pub(crate) fn epochs(&self) -> Arc<Epochs> {
        self.0.wrapping.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The key store.
    pub(crate) fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// The blind tokens of normal forms of an element: sorted, each once.
    pub(crate) fn tokens(&self, element: &ElementId, tokens: &[Token]) -> Vec<i64> {
        let short = |token: &Token| {
            let text = format!("{element}\u{1f}{}", token.text);
            let [a, b, c, d, e, f, g, h, ..] = self.0.blind.token(token.kind, &text);
            i64::from_be_bytes([a, b, c, d, e, f, g, h])
        };
        let mut blind: Vec<i64> = tokens.iter().map(short).collect();
        blind.sort_unstable();
        blind.dedup();
        blind
    }

    /// A blind mark of a whole line, by which an import knows what it has taken in already.
    pub(crate) fn mark(&self, line: &str) -> [u8; 16] {
        self.0.blind.token(LINE, line)
    }

    /// A new person's key: opened, and the change that keeps it wrapped.
    pub(crate) fn new_person(&self, chance: &Chance, person: PersonId) -> Result<(Opened, Vec<Value>), Fault> {
        let key = SubjectKey::new(chance.bytes());
        let (epoch, wrapped) = self.wrap(&self.epochs(), chance, person, &key)?;
        Ok((open(&key), vec![person.into(), epoch.into(), wrapped.as_bytes().as_slice().into()]))
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
        let sql = "INSERT INTO subject_key (person, epoch, wrapped) VALUES ($1, $2, $3)";
        let newest = "UPDATE epoch SET n = n WHERE n = $1 AND n = (SELECT MAX(n) FROM epoch)";
        let Some(epoch) = rows.first().and_then(|row| row.get(1)).cloned() else { return Ok(true) };
        let still = Change::new(newest, vec![epoch]).exactly(1);
        Ok(self.keys().change(vec![still, Change::many(sql, rows).exactly(1)]).await?)
    }

    /// Opens one person's key, if it still exists.
    pub(crate) async fn person(&self, person: PersonId) -> Result<Option<Opened>, Fault> {
        let sql = "SELECT person, wrapped FROM subject_key WHERE person = $1";
        let rows = self.keys().glance(sql, vec![person.into()]).await?;
        rows.first().map(|row| self.unwrap(row).map(|(_, opened)| opened)).transpose()
    }

    /// Opens several people's keys at once.
    pub(crate) async fn people(&self, people: &[PersonId]) -> Result<Vec<(PersonId, Opened)>, Fault> {
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let places = places(people.len());
        let sql = format!("SELECT person, wrapped FROM subject_key WHERE person IN ({places})");
        let rows = self.keys().read(&sql, people.iter().map(|p| (*p).into()).collect()).await?;
        rows.iter().map(|row| self.unwrap(row)).collect()
    }

    fn unwrap(&self, row: &Row) -> Result<(PersonId, Opened), Fault> {
        let person = PersonId::from_bytes(row.array(0).map_err(store::Fault::from)?);
        Ok((person, self.unwrapped(person, row.bytes(1).map_err(store::Fault::from)?)?))
    }

    /// Opens a person's wrapped key.
    pub(crate) fn unwrapped(&self, person: PersonId, wrapped: &[u8]) -> Result<Opened, Fault> {
        self.subject_key(person, wrapped).map(|key| open(&key))
    }

    /// A person's own key.
    pub(crate) fn subject_key(&self, person: PersonId, wrapped: &[u8]) -> Result<SubjectKey, Fault> {
        let wrapped = WrappedKey::from_bytes(wrapped).map_err(|_| Fault::Damaged("subject_key.wrapped"))?;
        let mut epochs = self.epochs();
        if !epochs.contains_key(&wrapped.epoch()) {
            self.follow();
            epochs = self.epochs();
        }
        let kek = epochs.get(&wrapped.epoch()).ok_or(Fault::Crypto("the wrapping key of an epoch is not there"))?;
        kek.unwrap(person.as_bytes(), &wrapped).map_err(|_| Fault::Crypto("unwrapping a key"))
    }
}

fn by_epoch(wrapping: Vec<Kek>) -> Epochs {
    wrapping.into_iter().map(|kek| (kek.epoch(), kek)).collect()
}

fn open(key: &SubjectKey) -> Opened {
    Opened { lock: SubjectLock::new(key), ledger: *key.ledger_key().expose() }
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
