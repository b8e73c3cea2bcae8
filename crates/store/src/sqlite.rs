//! SQLite: one writer thread, readers beside it. WAL, `synchronous=FULL`, `secure_delete`.

use crate::act::{Act, Change, Fault, NotCommitted, Receipt};
use crate::place::{Tables, statements};
use crate::value::{Kind, Row, Value};
use crate::writer::{Batch, Head, Versions, Waiting};
use rusqlite::backup::StepResult;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, Statement, ToSql, TransactionBehavior};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

pub(crate) mod copier;

use copier::Copier;

/// Threads that read. More would only wait for each other's pages.
const READERS: usize = 3;

/// Tables whose rows are little more than their key.
const ALL_KEY: [&str; 6] = ["side ", "token ", "work_actor ", "work_row ", "work_person ", "milestone "];

#[derive(Clone)]
pub(crate) struct Sqlite {
    path: PathBuf,
    last: Arc<Last>,
    glances: Arc<Mutex<Vec<Connection>>>,
}

/// The writing connection, and what copies its log into the database.
pub(crate) struct Writer {
    pub(crate) connection: Connection,
    pub(crate) copier: Copier,
}

/// Reads that wait for a reading thread.
struct Asked {
    waiting: Mutex<(VecDeque<Question>, bool)>,
    more: Condvar,
}

struct Question {
    sql: String,
    values: Vec<Value>,
    tell: oneshot::Sender<Result<Vec<Row>, Fault>>,
}

impl Asked {
    fn next(&self) -> Option<Question> {
        let mut held = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(question) = held.0.pop_front() {
                return Some(question);
            }
            if held.1 {
                return None;
            }
            held = self.more.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn add(&self, question: Question) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).0.push_back(question);
        self.more.notify_one();
    }
}

/// The reading threads stop when the last store that asks them is gone.
struct Last(Arc<Asked>);

impl Drop for Last {
    fn drop(&mut self) {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner).1 = true;
        self.0.more.notify_all();
    }
}

impl Sqlite {
    pub(crate) fn create(path: &Path, tables: Tables) -> Result<(), Fault> {
        if path.exists() {
            return Err(Fault::Present);
        }
        let connection = Connection::open(path)?;
        tune(&connection)?;
        for statement in statements(tables.text()) {
            let strict = statement.replace("BIGINT", "INTEGER").replace("BYTEA", "BLOB");
            let strict = match strict.strip_prefix("CREATE TABLE ") {
                None => strict,
                // Narrow tables that are all key lie once, in the order of the key.
                Some(rest) if ALL_KEY.iter().any(|name| rest.starts_with(name)) => {
                    format!("{strict} STRICT, WITHOUT ROWID")
                }
                Some(_) => format!("{strict} STRICT"),
            };
            connection.execute_batch(&strict)?;
        }
        Ok(())
    }

    pub(crate) fn open(path: &Path) -> Result<Self, Fault> {
        if !path.exists() {
            return Err(Fault::Absent);
        }
        let asked = Arc::new(Asked { waiting: Mutex::default(), more: Condvar::new() });
        for _ in 0..READERS {
            let (connection, asked) = (read_only(path)?, asked.clone());
            let answer = move || {
                while let Some(Question { sql, values, tell }) = asked.next() {
                    drop(tell.send(query(&connection, &sql, &values)));
                }
            };
            std::thread::Builder::new().name("reader".into()).spawn(answer).map_err(|_| Fault::Stopped)?;
        }
        Ok(Self { path: path.to_owned(), last: Arc::new(Last(asked)), glances: Arc::default() })
    }

    /// The writing connection. There is one per process; another process waits for its lock.
    pub(crate) fn writer(&self) -> Result<Writer, Fault> {
        let mut connection = read_write(&self.path)?;
        // What lies in the log may be there because a sync failed before a stop, and be on no disk: whatever is written behind it
        // would hang on it. So it is copied into the database, and that synced, as far as nobody reads it, before anything else is written.
        connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        let copier = Copier::of(&self.path, &mut connection)?;
        Ok(Writer { connection, copier })
    }

    /// A read of any length, on a thread for reading.
    pub(crate) async fn read(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, Fault> {
        let (tell, told) = oneshot::channel();
        self.last.0.add(Question { sql: sql.to_owned(), values, tell });
        told.await.map_err(|_| Fault::Stopped)?
    }

    /// A read of a row or two by their key, here and now: handing it to another thread would take longer than the read.
    pub(crate) fn glance(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Fault> {
        let taken = self.glances.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = taken.map_or_else(|| read_only(&self.path), Ok)?;
        let rows = query(&connection, sql, values)?;
        // As many as there are threads that glance at once; none of them waits while it does.
        self.glances.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        Ok(rows)
    }

    /// A consistent copy of the whole database into a new file, while others read and write.
    pub(crate) fn copy_to(&self, target: &Path) -> Result<(), Fault> {
        if target.exists() {
            return Err(Fault::Present);
        }
        let source = read_only(&self.path)?;
        let mut copy = Connection::open(target)?;
        {
            // All pages in one step, which is one read: between two of them a commit of another connection would start the copy over,
            // for ever where there is always another commit.
            let backup = rusqlite::backup::Backup::new(&source, &mut copy)?;
            if backup.step(-1)? != StepResult::Done {
                return Err(Fault::Stopped);
            }
        }
        copy.execute_batch("PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;")?;
        Ok(())
    }

    /// SQLite's own check of its pages; a list of what it says, empty when sound.
    pub(crate) fn page_check(&self) -> Result<Vec<String>, Fault> {
        let connection = read_only(&self.path)?;
        let mut statement = connection.prepare("PRAGMA integrity_check(20)")?;
        let lines = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        Ok(lines.into_iter().filter(|line| line != "ok").collect())
    }
}

/// What every connection has. Statements are planned once, not again for each value that is bound: a plan here never depends on one.
fn usual(connection: &Connection) -> Result<(), Fault> {
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(128);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

fn tune(connection: &Connection) -> Result<(), Fault> {
    usual(connection)?;
    connection.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON; \
         PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-32768; PRAGMA temp_store=MEMORY;",
    )?;
    Ok(())
}

fn read_write(path: &Path) -> Result<Connection, Fault> {
    // One thread has it, so the connection needs no lock of its own.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    tune(&connection)?;
    Ok(connection)
}

fn read_only(path: &Path) -> Result<Connection, Fault> {
    // Opened for writing so that a WAL left by a killed process can be recovered; queries only read.
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    usual(&connection)?;
    // No mapping into memory: after every commit of another connection SQLite would take it down and build it up again.
    connection.execute_batch("PRAGMA query_only=ON; PRAGMA cache_size=-2048; PRAGMA temp_store=MEMORY;")?;
    Ok(connection)
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Int(v) => ToSqlOutput::from(*v),
            Self::Text(v) => ToSqlOutput::from(v.as_str()),
            Self::Bytes(v) => ToSqlOutput::from(v.as_slice()),
            Self::Null(_) | Self::EntryIndex | Self::MadeByEntry(_) => ToSqlOutput::from(rusqlite::types::Null),
        })
    }
}

/// Which value each parameter takes: `$N` goes by its number, where rusqlite alone would go by the order of first appearance.
fn order(statement: &Statement<'_>) -> Result<Vec<usize>, Fault> {
    let mut order = Vec::with_capacity(statement.parameter_count());
    for place in 1..=statement.parameter_count() {
        let number: usize = statement
            .parameter_name(place)
            .and_then(|name| name.strip_prefix('$'))
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| Fault::Place("a parameter is not $N".into()))?;
        order.push(number.wrapping_sub(1));
    }
    Ok(order)
}

fn bind(statement: &mut Statement<'_>, order: &[usize], values: &[Value], index: Option<u64>) -> Result<(), Fault> {
    for (place, number) in order.iter().enumerate() {
        let value = values.get(*number).ok_or_else(|| Fault::Place("a parameter has no value".into()))?;
        match index.and_then(|index| value.in_entry(index)) {
            Some(number) => statement.raw_bind_parameter(place + 1, number)?,
            None => statement.raw_bind_parameter(place + 1, value)?,
        }
    }
    Ok(())
}

fn query(connection: &Connection, sql: &str, values: &[Value]) -> Result<Vec<Row>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let order = order(&statement)?;
    bind(&mut statement, &order, values, None)?;
    let width = statement.column_count();
    let mut found = Vec::new();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let mut out = Vec::with_capacity(width);
        for i in 0..width {
            out.push(match row.get_ref(i)? {
                ValueRef::Null => Value::Null(Kind::Int),
                ValueRef::Integer(v) => Value::Int(v),
                ValueRef::Text(v) => Value::Text(String::from_utf8_lossy(v).into_owned()),
                ValueRef::Blob(v) => Value::Bytes(v.to_vec()),
                ValueRef::Real(_) => return Err(Fault::Place("a column holds a fraction".into())),
            });
        }
        found.push(Row(out));
    }
    Ok(found)
}

/// Runs one change; `Ok(false)` when it touched another number of rows than it must.
fn apply(connection: &Connection, change: &Change, index: Option<u64>) -> Result<bool, Fault> {
    let mut statement = connection.prepare_cached(change.sql)?;
    let order = order(&statement)?;
    for values in &change.rows {
        bind(&mut statement, &order, values, index)?;
        let touched = statement.raw_execute()?;
        if change.exactly.is_some_and(|n| n != touched as u64) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Changes without an entry: scratch tables and the key store.
pub(crate) fn plain(connection: &mut Connection, changes: &[Change]) -> Result<bool, Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for change in changes {
        if !apply(&transaction, change, None)? {
            return Ok(false);
        }
    }
    transaction.commit()?;
    Ok(true)
}

/// Copies the log into the database file and empties it; readers that are still in it make that wait for the next time.
pub(crate) fn settle(connection: &Connection) -> Result<bool, Fault> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(true)
}

/// One transaction for all that waits: each act in its own savepoint, then the head, then the commit, then the answers.
/// `false` when it failed as a whole: then nothing is tried again on this connection.
pub(crate) fn commit(connection: &mut Connection, batch: Batch) -> bool {
    let mut done: Vec<(Waiting, Receipt)> = Vec::with_capacity(batch.acts.len());
    match commit_all(connection, batch, &mut done) {
        Ok(()) => {
            done.into_iter().for_each(|(waiting, receipt)| waiting.answer(Ok(receipt)));
            true
        }
        Err(fault) => {
            tracing::error!(error = %fault, acts = done.len(), "the ledger did not commit");
            for (waiting, _) in done {
                waiting.answer(Err(NotCommitted::Fault(Fault::Stopped)));
            }
            false
        }
    }
}

fn commit_all(connection: &mut Connection, batch: Batch, done: &mut Vec<(Waiting, Receipt)>) -> Result<(), Fault> {
    // Whoever is not answered because of a `?` hears that the writer stopped.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut head = Head::from_rows(&query(&transaction, Head::READ, &[])?)?;
    let old = head.size();
    let mut versions = Versions::from_rows(&query(&transaction, Versions::READ, &[])?)?;
    for (act, waiter) in batch.acts {
        if !act.is_judged_rightly(&versions) {
            waiter.answer(Err(NotCommitted::Lost));
            continue;
        }
        said(&transaction, "SAVEPOINT act")?;
        match one(&transaction, &act, &head) {
            Ok(true) => {
                said(&transaction, "RELEASE act")?;
                let receipt = Receipt::new(head.size(), &act);
                head.append(&act);
                done.push((waiter, receipt));
                if act.enacts() {
                    versions = Versions::from_rows(&query(&transaction, Versions::READ, &[])?)?;
                }
            }
            unlike => {
                // A full disk or a failed read can make SQLite give the whole transaction up; then nothing of it may be committed.
                let given_up = transaction.is_autocommit();
                if !given_up {
                    said(&transaction, "ROLLBACK TO act")?;
                    said(&transaction, "RELEASE act")?;
                }
                waiter.answer(Err(unlike.map_or_else(refused, |_| NotCommitted::Lost)));
                if given_up {
                    return Err(Fault::Stopped);
                }
            }
        }
    }
    if !apply(&transaction, &head.update(old), None)? {
        return Err(Fault::Head);
    }
    transaction.commit()?;
    Ok(())
}

/// Runs a statement without values, planned once.
fn said(connection: &Connection, sql: &str) -> Result<(), Fault> {
    connection.prepare_cached(sql)?.raw_execute()?;
    Ok(())
}

/// A broken uniqueness rule is a lost race, not a fault.
fn refused(fault: Fault) -> NotCommitted {
    if breaks_a_rule(&fault) { NotCommitted::Lost } else { NotCommitted::Fault(fault) }
}

/// Whether a statement was refused for what it says, and not because the disk or the database failed.
pub(crate) fn breaks_a_rule(fault: &Fault) -> bool {
    matches!(fault, Fault::Sqlite(rusqlite::Error::SqliteFailure(e, _)) if e.code == rusqlite::ErrorCode::ConstraintViolation)
}

fn one(connection: &Connection, act: &Act, head: &Head) -> Result<bool, Fault> {
    let index = head.size();
    for change in &act.changes {
        if !apply(connection, change, Some(index))? {
            return Ok(false);
        }
    }
    apply(connection, &head.insert(act), Some(index))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

    /// Commits until it is told to stop, or until nobody could still be waiting.
    const MOST: u32 = 4_000;

    #[test]
    fn a_copy_comes_to_its_end_while_others_commit_all_the_time() {
        let folder = tempfile::tempdir().unwrap();
        let (path, target) = (folder.path().join("data.db"), folder.path().join("copy.db"));
        Sqlite::create(&path, Tables::Keys).unwrap();
        let store = Sqlite::open(&path).unwrap();
        let writer = store.writer().unwrap();
        // Larger than anything that is copied in the time of one commit.
        let filled = "CREATE TABLE filling (bytes BLOB); CREATE TABLE one (n INTEGER); CREATE TABLE other (n INTEGER); \
                      INSERT INTO one VALUES (0); INSERT INTO other VALUES (0); \
                      WITH RECURSIVE i(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM i WHERE n < 96) \
                      INSERT INTO filling SELECT randomblob(1048576) FROM i";
        writer.connection.execute_batch(filled).unwrap();
        let (copied, commits) = (&AtomicBool::new(false), &AtomicU32::new(0));
        std::thread::scope(|scope| {
            scope.spawn(move || {
                while !copied.load(Ordering::SeqCst) && commits.load(Ordering::SeqCst) < MOST {
                    let both = "BEGIN; UPDATE one SET n = n + 1; UPDATE other SET n = n + 1; COMMIT";
                    writer.connection.execute_batch(both).unwrap();
                    commits.fetch_add(1, Ordering::SeqCst);
                }
            });
            while commits.load(Ordering::SeqCst) == 0 {
                std::thread::yield_now();
            }
            store.copy_to(&target).unwrap();
            copied.store(true, Ordering::SeqCst);
        });
        assert!(commits.load(Ordering::SeqCst) < MOST, "it was copied before the commits came to an end");
        let copy = Connection::open(&target).unwrap();
        let count =
            |table: &str| copy.query_row(&format!("SELECT n FROM {table}"), [], |row| row.get::<_, u32>(0)).unwrap();
        assert_eq!(count("one"), count("other"), "as it stood at one moment");
        let blobs = copy.query_row("SELECT COUNT(*) FROM filling", [], |row| row.get::<_, u32>(0)).unwrap();
        assert_eq!(blobs, 96);
        let sound = copy.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)).unwrap();
        assert_eq!(sound, "ok");
    }
}
