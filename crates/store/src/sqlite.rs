//! SQLite: one writer thread, readers beside it. WAL, `synchronous=FULL`, `secure_delete`.

use crate::act::{Act, Change, Fault, NotCommitted, Receipt};
use crate::place::{Tables, statements};
use crate::value::{Kind, Row, Value};
use crate::writer::{Batch, Head, Waiting};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, Statement, ToSql, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Readers kept open; a further one is opened when all are busy.
const READERS: usize = 4;

#[derive(Clone)]
pub(crate) struct Sqlite {
    path: PathBuf,
    readers: Arc<Mutex<Vec<Connection>>>,
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
            let strict = if strict.starts_with("CREATE TABLE") { format!("{strict} STRICT") } else { strict };
            connection.execute_batch(&strict)?;
        }
        Ok(())
    }

    pub(crate) fn open(path: &Path) -> Result<Self, Fault> {
        if !path.exists() {
            return Err(Fault::Absent);
        }
        let reader = read_only(path)?;
        Ok(Self { path: path.to_owned(), readers: Arc::new(Mutex::new(vec![reader])) })
    }

    /// The writing connection. There is one per process; another process waits for its lock.
    pub(crate) fn writer(&self) -> Result<Connection, Fault> {
        let connection = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        tune(&connection)?;
        Ok(connection)
    }

    pub(crate) async fn read(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, Fault> {
        let (this, sql) = (self.clone(), sql.to_owned());
        tokio::task::spawn_blocking(move || this.read_now(&sql, &values)).await.map_err(|_| Fault::Stopped)?
    }

    pub(crate) fn read_now(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Fault> {
        let taken = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match taken {
            Some(connection) => connection,
            None => read_only(&self.path)?,
        };
        let rows = query(&connection, sql, values)?;
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < READERS {
            readers.push(connection);
        }
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
            let backup = rusqlite::backup::Backup::new(&source, &mut copy)?;
            backup.run_to_completion(4096, Duration::ZERO, None)?;
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

fn tune(connection: &Connection) -> Result<(), Fault> {
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(128);
    connection.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON; \
         PRAGMA wal_autocheckpoint=2000; PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY;",
    )?;
    Ok(())
}

fn read_only(path: &Path) -> Result<Connection, Fault> {
    // Opened for writing so that a WAL left by a killed process can be recovered; queries only read.
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(128);
    connection.execute_batch("PRAGMA query_only=ON; PRAGMA cache_size=-8192; PRAGMA temp_store=MEMORY;")?;
    Ok(connection)
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Int(v) => ToSqlOutput::from(*v),
            Self::Text(v) => ToSqlOutput::from(v.as_str()),
            Self::Bytes(v) => ToSqlOutput::from(v.as_slice()),
            Self::Null(_) | Self::EntryIndex => ToSqlOutput::from(rusqlite::types::Null),
        })
    }
}

/// Binds `$N` by its number: rusqlite alone would bind by order of first appearance.
fn bind(statement: &mut Statement<'_>, values: &[Value], index: Option<u64>) -> Result<(), Fault> {
    for place in 1..=statement.parameter_count() {
        let number: usize = statement
            .parameter_name(place)
            .and_then(|name| name.strip_prefix('$'))
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| Fault::Place("a parameter is not $N".into()))?;
        let value = values.get(number.wrapping_sub(1)).ok_or_else(|| Fault::Place("a parameter has no value".into()))?;
        match (value, index) {
            (Value::EntryIndex, Some(index)) => statement.raw_bind_parameter(place, as_int(index))?,
            _ => statement.raw_bind_parameter(place, value)?,
        }
    }
    Ok(())
}

fn as_int(index: u64) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

fn query(connection: &Connection, sql: &str, values: &[Value]) -> Result<Vec<Row>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, values, None)?;
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
    for values in &change.rows {
        bind(&mut statement, values, index)?;
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

/// One transaction for all that waits: each act in its own savepoint, then the head, then the commit, then the answers.
pub(crate) fn commit(connection: &mut Connection, batch: Batch) {
    let mut done: Vec<(Waiting, Receipt)> = Vec::with_capacity(batch.acts.len());
    match commit_all(connection, batch, &mut done) {
        Ok(()) => done.into_iter().for_each(|(waiting, receipt)| waiting.answer(Ok(receipt))),
        Err(fault) => {
            tracing::error!(error = %fault, acts = done.len(), "the ledger did not commit");
            for (waiting, _) in done {
                waiting.answer(Err(NotCommitted::Fault(Fault::Stopped)));
            }
        }
    }
}

fn commit_all(connection: &mut Connection, batch: Batch, done: &mut Vec<(Waiting, Receipt)>) -> Result<(), Fault> {
    // Whoever is not answered because of a `?` hears that the writer stopped.
    let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut head = Head::from_rows(&query(&transaction, Head::READ, &[])?)?;
    let old = head.size();
    for (act, waiter) in batch.acts {
        let savepoint = transaction.savepoint()?;
        match one(&savepoint, &act, &head) {
            Ok(true) => {
                savepoint.commit()?;
                let receipt = Receipt::new(head.size(), &act);
                head.append(&act);
                done.push((waiter, receipt));
            }
            Ok(false) => {
                drop(savepoint);
                waiter.answer(Err(NotCommitted::Lost));
            }
            Err(fault) => {
                drop(savepoint);
                waiter.answer(Err(refused(fault)));
            }
        }
    }
    if !apply(&transaction, &head.update(old), None)? {
        return Err(Fault::Head);
    }
    transaction.commit()?;
    Ok(())
}

/// A broken uniqueness rule is a lost race, not a fault.
fn refused(fault: Fault) -> NotCommitted {
    match &fault {
        Fault::Sqlite(rusqlite::Error::SqliteFailure(e, _)) if e.code == rusqlite::ErrorCode::ConstraintViolation => NotCommitted::Lost,
        _ => NotCommitted::Fault(fault),
    }
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
