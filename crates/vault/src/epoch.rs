//! Epochs: people's keys are wrapped again by a new wrapping key, so that the old one can be destroyed, and with it whatever copies
//! of wrapped keys lie in snapshots of the key store, in logs of its database and on free pages.
//!
//! Nobody waits for it: a key opens before and after, and while. Interrupted, it goes on where it was: what is still of an older
//! epoch is what there is to do.

use crate::lock::Vault;
use access::{Chance, Fault};
use ledger::names::PersonId;
use std::collections::BTreeMap;
use store::{Change, Value};

/// How many people's keys each epoch wraps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stock(pub BTreeMap<u32, u64>);

/// Whose an epoch is that the key store or this keyring knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// Its wrapping key is in this keyring.
    Ours,
    /// Its wrapping key was destroyed.
    Ended,
    /// It is later than the newest of this keyring: another process has begun it, or another keyring.
    Later,
    /// Its wrapping key is in another keyring.
    Anothers,
    /// It is in this keyring and not in the key store.
    Nowhere,
}

/// What came of wrapping some people's keys again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrapped {
    /// How many were.
    pub wrapped: u64,
    /// How many do not open.
    pub shut: u64,
    /// After whom to go on.
    pub last: PersonId,
}

impl Vault {
    /// The epoch whose wrapping key wraps people's keys now.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.epochs().last_key_value().map_or(0, |(epoch, _)| *epoch)
    }

    /// Enters an epoch in the key store by the mark of its key, before anything is wrapped by it. False when another keyring has an
    /// epoch of that number there: then nothing may be wrapped by this one.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn claim(&self, epoch: u32, mark: [u8; 8]) -> Result<bool, Fault> {
        let sql = "INSERT INTO epoch (n, mark) VALUES ($1, $2) ON CONFLICT (n) DO NOTHING";
        self.keys().change(vec![Change::new(sql, vec![epoch.into(), mark.as_slice().into()])]).await?;
        let rows = self.keys().read("SELECT mark FROM epoch WHERE n = $1", vec![epoch.into()]).await?;
        let kept = rows.first().map(|row| row.bytes(0)).transpose().map_err(store::Fault::from)?;
        Ok(kept == Some(mark.as_slice()))
    }

    /// Enters every epoch of this keyring: for a key store that was just made, or put back from before some of them.
    ///
    /// # Errors
    /// [`Fault::Damaged`] when another keyring has one of them.
    pub async fn claim_all(&self) -> Result<(), Fault> {
        for (epoch, kek) in self.epochs().iter() {
            if !self.claim(*epoch, kek.mark()).await? {
                return Err(Fault::Damaged("epoch"));
            }
        }
        Ok(())
    }

    /// The epochs that are entered in the key store, and those of this keyring that are not.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn entered(&self) -> Result<BTreeMap<u32, Entered>, Fault> {
        let epochs = self.epochs();
        let mut entered: BTreeMap<u32, Entered> = epochs.keys().map(|epoch| (*epoch, Entered::Nowhere)).collect();
        for row in self.keys().read("SELECT n, mark FROM epoch", vec![]).await? {
            let epoch = u32::try_from(row.int(0).map_err(store::Fault::from)?).unwrap_or(u32::MAX);
            let mark = row.bytes(1).map_err(store::Fault::from)?;
            let oldest = epochs.first_key_value().map_or(0, |(oldest, _)| *oldest);
            let newest = epochs.last_key_value().map_or(0, |(newest, _)| *newest);
            let whose = match epochs.get(&epoch) {
                Some(kek) if kek.mark() == mark => Entered::Ours,
                // Its key was destroyed in its time.
                None if epoch > 0 && epoch < oldest => Entered::Ended,
                None if epoch > newest => Entered::Later,
                _ => Entered::Anothers,
            };
            entered.insert(epoch, whose);
        }
        Ok(entered)
    }

    /// How many people's keys are of which epoch.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn stock(&self) -> Result<Stock, Fault> {
        let rows = self.keys().read("SELECT epoch, COUNT(*) FROM subject_key GROUP BY epoch", vec![]).await?;
        let count = |row: &store::Row| -> Result<(u32, u64), store::Fault> {
            Ok((u32::try_from(row.int(0)?).unwrap_or(u32::MAX), u64::try_from(row.int(1)?).unwrap_or(0)))
        };
        Ok(Stock(rows.iter().map(count).collect::<Result<_, _>>()?))
    }

    /// Wraps some people's keys again by the newest wrapping key: up to `most` of those wrapped by an older one that come after
    /// `from`, in the order of their ids. A key that does not open stays as it is. Nothing when there was nobody left.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn wrap_again(
        &self,
        chance: &Chance,
        from: Option<PersonId>,
        most: u32,
    ) -> Result<Option<Wrapped>, Fault> {
        let epochs = self.epochs();
        let newest = self.epoch();
        let from = from.map_or_else(Vec::new, |person| person.as_bytes().to_vec());
        let sql =
            "SELECT person, wrapped, epoch FROM subject_key WHERE person > $1 AND epoch < $2 ORDER BY person LIMIT $3";
        let rows = self.keys().read(sql, vec![from.into(), newest.into(), most.into()]).await?;
        let mut changed: Vec<Vec<Value>> = Vec::with_capacity(rows.len());
        let (mut last, mut shut) = (None, 0);
        for row in &rows {
            let person = PersonId::from_bytes(row.array(0).map_err(store::Fault::from)?);
            last = Some(person);
            let Ok(key) = self.subject_key(person, row.bytes(1).map_err(store::Fault::from)?) else {
                shut += 1;
                continue;
            };
            let (epoch, wrapped) = self.wrap(&epochs, chance, person, &key)?;
            let old = row.int(2).map_err(store::Fault::from)?;
            changed.push(vec![person.into(), epoch.into(), wrapped.as_bytes().as_slice().into(), old.into()]);
        }
        let Some(last) = last else { return Ok(None) };
        let wrapped = changed.len() as u64;
        // Who is erased meanwhile has no row any more, and gets none.
        let sql = "UPDATE subject_key SET epoch = $2, wrapped = $3 WHERE person = $1 AND epoch = $4";
        self.keys().change(vec![Change::many(sql, changed)]).await?;
        Ok(Some(Wrapped { wrapped, shut, last }))
    }
}
