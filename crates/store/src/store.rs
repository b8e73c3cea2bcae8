//! The store: reads for all, writes only with an entry, scratch beside it.

use crate::act::{Act, Change, Fault, NotCommitted, Receipt, Rows};
use crate::place::{Place, Tables, looks};
use crate::postgres::{Link, Postgres};
use crate::sqlite::{self, Sqlite};
use crate::value::Value;
use crate::writer::{Batch, Head, QUEUE, Task, gather};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{mpsc, oneshot};

/// The data store. Cheap to clone: clones share the writer and the readers.
#[derive(Clone)]
pub struct Store(Handle);

/// The key store, apart from the data. Nothing here is evidence; what is destroyed here is gone.
#[derive(Clone)]
pub struct Keys(Handle);

#[derive(Clone)]
struct Handle {
    driver: Driver,
    queue: mpsc::Sender<Task>,
    turned_away: Arc<AtomicU64>,
}

#[derive(Clone)]
enum Driver {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// The size and root of the ledger's tree, as durable as its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeHead {
    /// How many entries there are.
    pub size: u64,
    /// Their RFC 6962 root.
    pub root: [u8; 32],
}

/// One entry as it lies in the store, unread.
pub struct StoredEntry {
    /// Its place, from 0.
    pub index: u64,
    /// The leaf hash kept beside it.
    pub leaf: Vec<u8>,
    /// Its canonical bytes.
    pub body: Vec<u8>,
}

impl Store {
    /// Makes the tables and an empty ledger.
    ///
    /// # Errors
    /// [`Fault::Present`] if a store is already there.
    pub async fn create(place: &Place) -> Result<Self, Fault> {
        let store = Self(Handle::create(place, Tables::Data).await?);
        store.scratch(vec![Head::empty()]).await?;
        Ok(store)
    }

    /// Opens what is there.
    ///
    /// # Errors
    /// [`Fault::Absent`] if nothing is, [`Fault::Head`] if the ledger has no readable head.
    pub async fn open(place: &Place) -> Result<Self, Fault> {
        let store = Self(Handle::open(place, Tables::Data).await?);
        store.head().await?;
        Ok(store)
    }

    /// Opens what is there, whatever state its ledger is in: to look at it, not to write.
    ///
    /// # Errors
    /// [`Fault::Absent`] if nothing is there.
    pub async fn open_as_it_is(place: &Place) -> Result<Self, Fault> {
        Ok(Self(Handle::open(place, Tables::Data).await?))
    }

    /// Rows of a query in shared SQL with `$1…`.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn read(&self, sql: &str, values: Vec<Value>) -> Result<Rows, Fault> {
        self.0.read(sql, values).await
    }

    /// A row or two by their key, in shared SQL: where a read stands on the way of an act.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn glance(&self, sql: &str, values: Vec<Value>) -> Result<Rows, Fault> {
        self.0.glance(sql, values).await
    }

    /// Commits an act: its changes and its entry become durable together, then the receipt exists.
    ///
    /// # Errors
    /// [`NotCommitted`]; then nothing of the act is in the store.
    pub async fn commit(&self, act: Act) -> Result<Receipt, NotCommitted> {
        let (task, told) = Task::commit(act);
        self.0.queue.try_send(task).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => {
                self.0.turned_away.fetch_add(1, Ordering::Relaxed);
                NotCommitted::Busy { retry_after_seconds: 1 }
            }
            mpsc::error::TrySendError::Closed(_) => NotCommitted::Fault(Fault::Stopped),
        })?;
        told.await.unwrap_or(Err(NotCommitted::Fault(Fault::Stopped)))
    }

    /// Changes that leave no evidence: sessions, rate limits, signed checkpoints, which may be lost without harm.
    ///
    /// # Errors
    /// [`Fault`]; `Ok(false)` when a statement touched another number of rows than it must, and then nothing was done.
    pub async fn scratch(&self, changes: Vec<Change>) -> Result<bool, Fault> {
        self.0.plain(changes).await
    }

    /// The head of the ledger.
    ///
    /// # Errors
    /// [`Fault::Head`] when its row is missing or contradicts itself.
    pub async fn head(&self) -> Result<TreeHead, Fault> {
        let rows = self.read(Head::READ, vec![]).await?;
        let head = Head::from_rows(&rows)?;
        let root = rows.first().ok_or(Fault::Head)?.array(2)?;
        Ok(TreeHead { size: head.size(), root })
    }

    /// Entries from `from`, at most `limit`, in order. A gap shows as a jump of the index.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn entries(&self, from: u64, limit: u32) -> Result<Vec<StoredEntry>, Fault> {
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let rows = self
            .read(
                "SELECT idx, leaf, body FROM entry WHERE idx >= $1 ORDER BY idx LIMIT $2",
                vec![from.into(), limit.into()],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(StoredEntry {
                    index: u64::try_from(row.int(0)?).map_err(|_| Fault::Head)?,
                    leaf: row.bytes(1)?.to_vec(),
                    body: row.bytes(2)?.to_vec(),
                })
            })
            .collect()
    }

    /// Keeps a signed checkpoint beside the entries.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn keep_checkpoint(&self, size: u64, note: &str, at: ledger::names::Moment) -> Result<(), Fault> {
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        let sql = "INSERT INTO checkpoint (size, note, at) VALUES ($1, $2, $3) ON CONFLICT (size) DO NOTHING";
        self.scratch(vec![Change::new(sql, vec![size.into(), note.into(), at.into()])]).await?;
        Ok(())
    }

    /// Signed checkpoints in order of size.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn checkpoints(&self) -> Result<Vec<(u64, String)>, Fault> {
        let rows = self.read("SELECT size, note FROM checkpoint ORDER BY size", vec![]).await?;
        rows.iter().map(|r| Ok((u64::try_from(r.int(0)?).map_err(|_| Fault::Head)?, r.text(1)?.to_owned()))).collect()
    }

    /// A consistent copy into a new SQLite file, online. PostgreSQL has its own base backup.
    ///
    /// # Errors
    /// [`Fault::Place`] on PostgreSQL.
    pub fn copy_to(&self, target: &Path) -> Result<(), Fault> {
        self.0.copy_to(target)
    }

    /// What the database says of its own pages; empty when sound or when it has no such check.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn page_check(&self) -> Result<Vec<String>, Fault> {
        match &self.0.driver {
            Driver::Sqlite(sqlite) => sqlite.page_check(),
            Driver::Postgres(_) => Ok(Vec::new()),
        }
    }

    /// Name of the database, for people.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.0.driver {
            Driver::Sqlite(_) => "SQLite",
            Driver::Postgres(_) => "PostgreSQL",
        }
    }

    /// Acts that were turned away because too many waited, since the store was opened.
    #[must_use]
    pub fn turned_away(&self) -> u64 {
        self.0.turned_away.load(Ordering::Relaxed)
    }

    /// Acts that wait right now.
    #[must_use]
    pub fn waiting(&self) -> usize {
        QUEUE.saturating_sub(self.0.queue.capacity())
    }
}

impl Keys {
    /// Makes the key store.
    ///
    /// # Errors
    /// [`Fault::Present`] if one is already there.
    pub async fn create(place: &Place) -> Result<Self, Fault> {
        Handle::create(place, Tables::Keys).await.map(Self)
    }

    /// Opens what is there.
    ///
    /// # Errors
    /// [`Fault::Absent`] if nothing is.
    pub async fn open(place: &Place) -> Result<Self, Fault> {
        Handle::open(place, Tables::Keys).await.map(Self)
    }

    /// Rows of a query.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn read(&self, sql: &str, values: Vec<Value>) -> Result<Rows, Fault> {
        self.0.read(sql, values).await
    }

    /// A row or two by their key, on the way of an act.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn glance(&self, sql: &str, values: Vec<Value>) -> Result<Rows, Fault> {
        self.0.glance(sql, values).await
    }

    /// Sees to it that what was deleted lies in no log of an embedded database any longer. On PostgreSQL, its own vacuum and
    /// the retention of its log decide that.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn settle(&self) -> Result<(), Fault> {
        let (tell, told) = oneshot::channel();
        self.0.queue.send(Task::Settle(tell)).await.map_err(|_| Fault::Stopped)?;
        told.await.unwrap_or(Err(Fault::Stopped)).map(|_| ())
    }

    /// Durable changes.
    ///
    /// # Errors
    /// [`Fault`]; `Ok(false)` when a statement touched another number of rows than it must, and then nothing was done.
    pub async fn change(&self, changes: Vec<Change>) -> Result<bool, Fault> {
        self.0.plain(changes).await
    }

    /// A consistent copy into a new SQLite file, online.
    ///
    /// # Errors
    /// [`Fault::Place`] on PostgreSQL.
    pub fn copy_to(&self, target: &Path) -> Result<(), Fault> {
        self.0.copy_to(target)
    }
}

impl Handle {
    async fn create(place: &Place, tables: Tables) -> Result<Self, Fault> {
        match place {
            Place::Sqlite(path) => Sqlite::create(path, tables)?,
            Place::Postgres { .. } => Postgres::create(place, tables).await?,
        }
        Self::open(place, tables).await
    }

    async fn open(place: &Place, tables: Tables) -> Result<Self, Fault> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let driver = match place {
            Place::Sqlite(path) => {
                let sqlite = Sqlite::open(path)?;
                let (connection, writes) = (sqlite.writer()?, sqlite.clone());
                std::thread::Builder::new()
                    .name("ledger-writer".into())
                    .spawn(move || write_sqlite(&writes, connection, waiting))
                    .map_err(|_| Fault::Stopped)?;
                Driver::Sqlite(sqlite)
            }
            Place::Postgres { .. } => {
                let postgres = Postgres::open(place, tables).await?;
                let link = postgres.writer().await?;
                drop(tokio::spawn(write_postgres(postgres.clone(), link, waiting)));
                Driver::Postgres(postgres)
            }
        };
        let handle = Self { driver, queue, turned_away: Arc::default() };
        for (table, look) in looks(tables.text()) {
            // A table that is gone altogether was taken away, and whoever needs it says so.
            if let Err(fault) = handle.read(&look, Vec::new()).await
                && lacks_a_column(&fault)
            {
                return Err(Fault::Version(table));
            }
        }
        Ok(handle)
    }

    async fn read(&self, sql: &str, values: Vec<Value>) -> Result<Rows, Fault> {
        match &self.driver {
            Driver::Sqlite(sqlite) => sqlite.read(sql, values).await,
            Driver::Postgres(postgres) => postgres.read(sql, &values).await,
        }
    }

    async fn glance(&self, sql: &str, values: Vec<Value>) -> Result<Rows, Fault> {
        match &self.driver {
            Driver::Sqlite(sqlite) => sqlite.glance(sql, &values),
            Driver::Postgres(postgres) => postgres.read(sql, &values).await,
        }
    }

    async fn plain(&self, changes: Vec<Change>) -> Result<bool, Fault> {
        let (tell, told) = oneshot::channel();
        self.queue.send(Task::Plain(changes, tell)).await.map_err(|_| Fault::Stopped)?;
        told.await.unwrap_or(Err(Fault::Stopped))
    }

    fn copy_to(&self, target: &Path) -> Result<(), Fault> {
        match &self.driver {
            Driver::Sqlite(sqlite) => sqlite.copy_to(target),
            Driver::Postgres(_) => Err(Fault::Place("a PostgreSQL store is backed up with its own base backup".into())),
        }
    }
}

/// After a failure of the disk or the database nothing is tried again on the connection it happened on: what it holds in memory may
/// not be what is on the disk. The next task is done on a new one, which reads the head from the file. As long as there is none,
/// whoever asks is answered with a fault.
fn write_sqlite(sqlite: &Sqlite, writer: sqlite::Writer, mut queue: mpsc::Receiver<Task>) {
    let mut link = Some(writer);
    while let Some(first) = queue.blocking_recv() {
        let (batch, plain) = gather(first, &mut queue);
        let opened = link.take().map_or_else(|| sqlite.writer(), Ok);
        match opened {
            Ok(mut writer) => {
                if write(&mut writer.connection, batch, plain) {
                    // Nobody waits any more for what was written.
                    writer.copier.look(&writer.connection);
                    link = Some(writer);
                }
            }
            Err(fault) => tracing::error!(error = %fault, "the store cannot be opened for writing"),
        }
    }
}

/// Does what waits; whether the connection may be used again.
fn write(connection: &mut rusqlite::Connection, batch: Batch, plain: Vec<Task>) -> bool {
    let mut sound = batch.acts.is_empty() || sqlite::commit(connection, batch);
    for task in plain {
        let done = |done: Result<bool, Fault>, tell: oneshot::Sender<_>| {
            let sound = done.as_ref().map_or_else(sqlite::breaks_a_rule, |_| true);
            drop(tell.send(done));
            sound
        };
        sound &= match task {
            Task::Plain(changes, tell) => done(sqlite::plain(connection, &changes), tell),
            Task::Settle(tell) => done(sqlite::settle(connection), tell),
            Task::Commit(..) => true,
        };
    }
    sound
}

async fn write_postgres(postgres: Postgres, mut link: Link, mut queue: mpsc::Receiver<Task>) {
    while let Some(first) = queue.recv().await {
        let (batch, plain) = gather(first, &mut queue);
        if link.is_closed() {
            // A server that comes back is used again; until then every act is answered with a fault.
            if let Ok(fresh) = postgres.writer().await {
                link = fresh;
            }
        }
        if !batch.acts.is_empty() {
            link.commit(batch).await;
        }
        for task in plain {
            match task {
                Task::Plain(changes, tell) => drop(tell.send(link.plain(&changes).await)),
                Task::Settle(tell) => drop(tell.send(Ok(true))),
                Task::Commit(..) => {}
            }
        }
    }
}

/// Whether a table is there without a column it must have.
fn lacks_a_column(fault: &Fault) -> bool {
    match fault {
        Fault::Sqlite(rusqlite::Error::SqliteFailure(_, Some(said))) => said.contains("no such column"),
        Fault::Sqlite(rusqlite::Error::SqlInputError { msg, .. }) => msg.contains("no such column"),
        // Undefined column.
        Fault::Postgres(error) => error.code().is_some_and(|code| code.code() == "42703"),
        _ => false,
    }
}
