//! PostgreSQL: one writing connection per node, a few reading ones, statements pipelined.

use crate::act::{Act, Change, Fault, NotCommitted, Receipt};
use crate::place::{Place, Tables, statements};
use crate::value::{Kind, Row, Value};
use crate::writer::{Batch, Head, Versions, Waiting};
use futures_util::future::join_all;
use ledger::names::Moment;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::sync::{Mutex, RwLock};
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use tokio_postgres::{Client, Config, Statement};

/// Connections that read; each pipelines what is asked of it at once.
const READERS: usize = 4;

#[derive(Clone)]
pub(crate) struct Postgres {
    dial: Arc<Dial>,
    readers: Arc<Vec<Mutex<Option<Arc<Link>>>>>,
    turn: Arc<AtomicUsize>,
}

/// How to reach the server; used again when a connection is lost.
struct Dial {
    config: Config,
    schema: String,
    tls: Option<tokio_postgres_rustls::MakeRustlsConnect>,
}

/// One connection and the statements prepared on it.
pub(crate) struct Link {
    client: Client,
    prepared: RwLock<HashMap<String, Statement>>,
    /// Whether a transaction may be open.
    begun: AtomicBool,
}

impl Postgres {
    pub(crate) async fn create(place: &Place, tables: Tables) -> Result<(), Fault> {
        let dial = Dial::new(place)?;
        let link = dial.connect(false).await?;
        link.client.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS {}", dial.schema)).await?;
        let link = dial.connect(true).await?;
        if link.has(tables, &dial.schema).await? {
            return Err(Fault::Present);
        }
        let text = statements(tables.text()).join(";\n");
        link.client.batch_execute(&format!("BEGIN;\n{text};\nCOMMIT")).await?;
        Ok(())
    }

    pub(crate) async fn open(place: &Place, tables: Tables) -> Result<Self, Fault> {
        let dial = Dial::new(place)?;
        let link = dial.connect(true).await?;
        if !link.has(tables, &dial.schema).await? {
            return Err(Fault::Absent);
        }
        let mut readers = vec![Mutex::new(Some(Arc::new(link)))];
        readers.resize_with(READERS, || Mutex::new(None));
        Ok(Self { dial: Arc::new(dial), readers: Arc::new(readers), turn: Arc::default() })
    }

    pub(crate) async fn writer(&self) -> Result<Link, Fault> {
        self.dial.connect(true).await
    }

    pub(crate) async fn read(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Fault> {
        let link = self.reader().await?;
        link.query(sql, values).await
    }

    async fn reader(&self) -> Result<Arc<Link>, Fault> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % READERS;
        let slot = self.readers.get(turn).ok_or(Fault::Stopped)?;
        let mut held = slot.lock().await;
        match held.as_ref() {
            Some(link) if !link.client.is_closed() => Ok(link.clone()),
            _ => {
                let link = Arc::new(self.dial.connect(true).await?);
                *held = Some(link.clone());
                Ok(link)
            }
        }
    }
}

impl Dial {
    fn new(place: &Place) -> Result<Self, Fault> {
        let Place::Postgres { url, schema, authority } = place.clone().checked()? else {
            return Err(Fault::Place("not a PostgreSQL place".into()));
        };
        let config: Config = url.parse().map_err(|_| Fault::Place("the PostgreSQL URL cannot be read".into()))?;
        let tls = match &authority {
            None => None,
            Some(path) => Some(tls(path)?),
        };
        Ok(Self { config, schema, tls })
    }

    async fn connect(&self, in_schema: bool) -> Result<Link, Fault> {
        let mut config = self.config.clone();
        config.connect_timeout(std::time::Duration::from_secs(10)).tcp_user_timeout(std::time::Duration::from_secs(30));
        if self.tls.is_some() {
            // Whoever names an authority wants no answer in clear.
            config.ssl_mode(tokio_postgres::config::SslMode::Require);
        }
        if in_schema {
            config
                .options(format!("-c search_path={} -c synchronous_commit=on -c statement_timeout=60000", self.schema));
        }
        // Who looks at the server sees which of its offices a connection belongs to.
        config.application_name(format!("daicho {}", self.schema));
        let client = match &self.tls {
            Some(tls) => {
                let (client, connection) = config.connect(tls.clone()).await?;
                drop(tokio::spawn(connection));
                client
            }
            None => {
                let (client, connection) = config.connect(tokio_postgres::NoTls).await?;
                drop(tokio::spawn(connection));
                client
            }
        };
        Ok(Link { client, prepared: RwLock::default(), begun: AtomicBool::new(false) })
    }
}

fn tls(authority: &std::path::Path) -> Result<tokio_postgres_rustls::MakeRustlsConnect, Fault> {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    let unreadable = || Fault::Place("the file of the certificate authority cannot be read".into());
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(authority).map_err(|_| unreadable())? {
        roots.add(certificate.map_err(|_| unreadable())?).map_err(|_| unreadable())?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| unreadable())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(tokio_postgres_rustls::MakeRustlsConnect::new(config))
}

impl Link {
    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    async fn has(&self, tables: Tables, schema: &str) -> Result<bool, Fault> {
        let sql = "SELECT 1 FROM information_schema.tables WHERE table_schema = $1 AND table_name = $2";
        Ok(self.client.query_opt(sql, &[&schema, &tables.sign()]).await?.is_some())
    }

    /// A statement planned once per connection. Types that are not given are told by the server.
    async fn prepare(&self, sql: &str, types: &[Type]) -> Result<Statement, Fault> {
        if let Some(statement) = self.prepared.read().await.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare_typed(sql, types).await?;
        self.prepared.write().await.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    async fn query(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Fault> {
        let statement = self.prepare(sql, &[]).await?;
        let rows = self.client.query(&statement, &borrowed(values)).await?;
        rows.iter().map(row).collect()
    }

    /// Sends every run of a change at once; `Ok(false)` when one touched another number of rows than it must.
    async fn apply(&self, change: &Change, index: Option<u64>) -> Result<bool, Fault> {
        if change.rows.len() > 3 && Insert::read(change.sql).is_some() {
            let mut together = Together::default();
            together.add(change, index);
            return self.add_all(&self.prepare_all(together).await?).await;
        }
        let statement = self.prepare(change.sql, &[]).await?;
        let statement = &statement;
        let runs = change.rows.iter().map(|values| {
            let values: Vec<Value> = values.iter().map(|v| numbered(v, index)).collect();
            async move { self.client.execute(statement, &borrowed(&values)).await }
        });
        for touched in join_all(runs).await {
            let touched = touched?;
            if change.exactly.is_some_and(|n| n != touched) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn apply_act(&self, act: &Act, head: &Head) -> Result<bool, Fault> {
        let index = Some(head.size());
        for change in &act.changes {
            if !self.apply(change, index).await? {
                return Ok(false);
            }
        }
        self.apply(&head.insert(act), index).await
    }

    /// Changes without an entry: scratch tables and the key store.
    pub(crate) async fn plain(&self, changes: &[Change]) -> Result<bool, Fault> {
        self.begin().await?;
        for change in changes {
            match self.apply(change, None).await {
                Ok(true) => {}
                other => {
                    self.roll_back().await?;
                    return other;
                }
            }
        }
        self.end().await?;
        Ok(true)
    }

    /// One transaction for all that waits. The acts are sent one behind the other without savepoints, since nearly all
    /// succeed; if one does not, the transaction is rolled back and done again with a savepoint for each.
    pub(crate) async fn commit(&self, batch: Batch) {
        if batch.acts.is_empty() {
            return self.commit_apart(batch).await;
        }
        match self.commit_together(&batch).await {
            Ok(Some(receipts)) => {
                for ((_, waiting), receipt) in batch.acts.into_iter().zip(receipts) {
                    waiting.answer(Ok(receipt));
                }
            }
            Ok(None) => self.commit_apart(batch).await,
            Err(fault) => answer_fault(&fault, batch.acts.into_iter().map(|(_, w)| w)),
        }
    }

    /// Begins anew, whatever an earlier failure left open.
    async fn begin(&self) -> Result<(), Fault> {
        let left_open = self.begun.swap(true, Ordering::Relaxed);
        Ok(self.client.batch_execute(if left_open { "ROLLBACK; BEGIN" } else { "BEGIN" }).await?)
    }

    async fn roll_back(&self) -> Result<(), Fault> {
        self.client.batch_execute("ROLLBACK").await?;
        self.begun.store(false, Ordering::Relaxed);
        Ok(())
    }

    async fn start(&self) -> Result<(Head, Vec<Moment>), Fault> {
        let sql = format!("{} FOR UPDATE", Head::READ);
        self.prepare(&sql, &[]).await?;
        self.prepare(Versions::READ, &[]).await?;
        // The head row serialises the nodes: whoever holds it extends the tree. All are sent at once; the policy versions are read
        // when the row is held, so that no other node can add one any more.
        let (begun, rows, versions) =
            tokio::join!(self.begin(), self.query(&sql, &[]), self.query(Versions::READ, &[]));
        begun?;
        Ok((Head::from_rows(&rows?)?, Versions::from_rows(&versions?)?))
    }

    async fn finish(&self, head: &Head, old: u64) -> Result<(), Fault> {
        if !self.apply(&head.update(old), None).await? {
            return Err(Fault::Head);
        }
        self.end().await
    }

    async fn end(&self) -> Result<(), Fault> {
        self.client.batch_execute("COMMIT").await?;
        self.begun.store(false, Ordering::Relaxed);
        Ok(())
    }

    async fn commit_together(&self, batch: &Batch) -> Result<Option<Vec<Receipt>>, Fault> {
        let tried = async {
            let (mut head, versions) = self.start().await?;
            if batch.acts.iter().any(|(act, _)| act.enacts() || !act.is_judged_rightly(&versions)) {
                return Ok(None);
            }
            let old = head.size();
            let mut receipts = Vec::with_capacity(batch.acts.len());
            let mut together = Together::default();
            let mut ordered = Vec::new();
            let only_adds = |act: &Act, how: fn(&Insert<'_>) -> bool| {
                act.changes.iter().all(|c| Insert::read(c.sql).is_some_and(|i| how(&i)))
            };
            // Rows that are added on a condition may go together as long as nothing in the batch changes what they depend on.
            let all_add = batch.acts.iter().all(|(act, _)| only_adds(act, |_| true));
            for (act, _) in &batch.acts {
                let index = head.size();
                let apart = !all_add && !only_adds(act, |insert| insert.is_plain());
                for change in &act.changes {
                    if apart {
                        ordered.push((change, index));
                    } else {
                        together.add(change, index);
                    }
                }
                together.add(&head.insert(act), index);
                receipts.push(Receipt::new(index, act));
                head.append(act);
            }
            // Prepared first, so that all are sent at once and in the order they stand in. Acts that only add rows do not depend
            // on each other, so that rows for one table go in one statement.
            let runs = self.prepare_all(together).await?;
            let update = head.update(old);
            for change in ordered.iter().map(|(change, _)| *change).chain([&update]) {
                self.prepare(change.sql, &[]).await?;
            }
            let applied = join_all(ordered.iter().map(|(change, index)| self.apply(change, Some(*index))));
            let (added, applied, head_moved) = tokio::join!(self.add_all(&runs), applied, self.apply(&update, None));
            if !added? || applied.into_iter().any(|r| !matches!(r, Ok(true))) {
                return Ok(None);
            }
            if !head_moved? {
                return Err(Fault::Head);
            }
            self.end().await?;
            Ok(Some(receipts))
        };
        let result: Result<Option<Vec<Receipt>>, Fault> = tried.await;
        if !matches!(result, Ok(Some(_))) {
            self.roll_back().await?;
        }
        result
    }

    /// Makes few statements of many rows, and prepares them.
    async fn prepare_all(&self, together: Together) -> Result<Vec<Run>, Fault> {
        let mut runs = Vec::new();
        for Added { sql, rows, each } in &together.0 {
            let insert = Insert::read(sql).ok_or(Fault::Stopped)?;
            let mut rest = rows.as_slice();
            while !rest.is_empty() {
                let some = AT_ONCE.into_iter().find(|n| *n <= rest.len()).unwrap_or(1);
                let (now, later) = rest.split_at_checked(some).unwrap_or((rest, &[]));
                rest = later;
                let values = now.concat();
                let statement = self.prepare(&insert.text(some), &types(&values)).await?;
                runs.push(Run { statement, values, touches: each.map(|n| n.saturating_mul(some as u64)) });
            }
        }
        Ok(runs)
    }

    /// Adds rows, all statements sent at once; `Ok(false)` when one was refused or touched another number of rows than it must.
    async fn add_all(&self, runs: &[Run]) -> Result<bool, Fault> {
        let sent = runs
            .iter()
            .map(|run| async move { (self.client.execute(&run.statement, &borrowed(&run.values)).await, run.touches) });
        for (added, touches) in join_all(sent).await {
            match added {
                Ok(touched) if touches.is_none_or(|n| n == touched) => {}
                Ok(_) => return Ok(false),
                // A broken uniqueness rule is a lost race; anything else is a fault.
                Err(error) if breaks_a_rule(&error) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(true)
    }

    async fn commit_apart(&self, batch: Batch) {
        let mut waiting = batch.acts.into_iter();
        let (mut head, mut versions) = match self.start().await {
            Ok(begun) => begun,
            Err(fault) => return answer_fault(&fault, waiting.map(|(_, w)| w)),
        };
        let old = head.size();
        let mut done: Vec<(Waiting, Receipt)> = Vec::new();
        for (act, waiter) in waiting.by_ref() {
            if !act.is_judged_rightly(&versions) {
                waiter.answer(Err(NotCommitted::Lost));
                continue;
            }
            let tried = async {
                self.client.batch_execute("SAVEPOINT a").await?;
                let good = self.apply_act(&act, &head).await;
                let end = if matches!(good, Ok(true)) { "RELEASE a" } else { "ROLLBACK TO a" };
                self.client.batch_execute(end).await?;
                if act.enacts() && matches!(good, Ok(true)) {
                    versions = Versions::from_rows(&self.query(Versions::READ, &[]).await?)?;
                }
                good
            };
            match tried.await {
                Ok(true) => {
                    done.push((waiter, Receipt::new(head.size(), &act)));
                    head.append(&act);
                }
                Ok(false) => waiter.answer(Err(NotCommitted::Lost)),
                Err(fault) => waiter.answer(Err(refused(fault))),
            }
        }
        let finished = if done.is_empty() { self.roll_back().await } else { self.finish(&head, old).await };
        match finished {
            Ok(()) => done.into_iter().for_each(|(waiter, receipt)| waiter.answer(Ok(receipt))),
            Err(fault) => answer_fault(&fault, done.into_iter().map(|(w, _)| w)),
        }
    }
}

/// Rows in one statement: few sizes, so that few statements are prepared.
const AT_ONCE: [usize; 7] = [64, 32, 16, 8, 4, 2, 1];

/// Rows to add, by the statement that adds one of them, in the order the statements were first seen.
#[derive(Default)]
struct Together(Vec<Added>);

/// Rows to add by one statement, of which each must touch so many.
struct Added {
    sql: &'static str,
    rows: Vec<Vec<Value>>,
    each: Option<u64>,
}

/// A statement for several rows, ready to be sent, and how many rows it must touch.
struct Run {
    statement: Statement,
    values: Vec<Value>,
    touches: Option<u64>,
}

impl Together {
    fn add(&mut self, change: &Change, index: impl Into<Option<u64>>) {
        let index = index.into();
        let rows = change.rows.iter().map(|row| row.iter().map(|value| numbered(value, index)).collect());
        match self.0.iter_mut().find(|known| known.sql == change.sql && known.each == change.exactly) {
            Some(known) => known.rows.extend(rows),
            None => self.0.push(Added { sql: change.sql, rows: rows.collect(), each: change.exactly }),
        }
    }
}

/// A statement that adds one row, perhaps on a condition, and does nothing else.
struct Insert<'a> {
    head: &'a str,
    row: &'a str,
    between: &'static str,
    parameters: usize,
}

impl<'a> Insert<'a> {
    fn read(sql: &'a str) -> Option<Self> {
        sql.strip_prefix("INSERT INTO ")?;
        let (head, row, between) = match (sql.split_once(" VALUES "), sql.split_once(") SELECT ")) {
            (Some((head, row)), None) => {
                let inner = row.strip_prefix('(')?.strip_suffix(')')?;
                let is_plain = !inner.contains(['(', ')']) && matches!(inner.matches('\'').count(), 0 | 2);
                is_plain.then_some((head, row, ", "))?
            }
            (None, Some(_)) if !sql.contains(" ON CONFLICT ") => {
                let (head, row) = sql.split_at_checked(sql.find(") SELECT ")?.checked_add(2)?)?;
                (head, row, " UNION ALL ")
            }
            _ => return None,
        };
        let numbers =
            row.split('$').skip(1).filter_map(|after| after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok());
        Some(Self { head, row, between, parameters: numbers.max()? })
    }

    /// Whether it adds its row whatever else there is.
    fn is_plain(&self) -> bool {
        self.between == ", "
    }

    /// The same for several rows, parameters numbered on.
    fn text(&self, rows: usize) -> String {
        let mut text = if self.is_plain() { format!("{} VALUES ", self.head) } else { self.head.to_owned() };
        for row in 0..rows {
            if row > 0 {
                text.push_str(self.between);
            }
            let mut parts = self.row.split('$');
            text.push_str(parts.next().unwrap_or_default());
            for part in parts {
                let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
                let (number, after) = part.split_at_checked(end).unwrap_or((part, ""));
                let number: usize = number.parse().unwrap_or(0);
                text.push_str(&format!("${}{after}", number.saturating_add(row * self.parameters)));
            }
        }
        text
    }
}

/// The types of what is bound: said to the server, because it cannot tell them everywhere by itself.
fn types(values: &[Value]) -> Vec<Type> {
    let of = |value: &Value| match value {
        Value::Int(_) | Value::EntryIndex | Value::MadeByEntry(_) | Value::Null(Kind::Int) => Type::INT8,
        Value::Text(_) | Value::Null(Kind::Text) => Type::TEXT,
        Value::Bytes(_) | Value::Null(Kind::Bytes) => Type::BYTEA,
    };
    values.iter().map(of).collect()
}

fn answer_fault(fault: &Fault, waiting: impl Iterator<Item = Waiting>) {
    tracing::error!(error = %fault, "the ledger did not commit");
    waiting.for_each(|w| w.answer(Err(NotCommitted::Fault(Fault::Stopped))));
}

/// A broken uniqueness rule is a lost race, not a fault.
fn refused(fault: Fault) -> NotCommitted {
    match &fault {
        Fault::Postgres(e) if breaks_a_rule(e) => NotCommitted::Lost,
        _ => NotCommitted::Fault(fault),
    }
}

/// SQLSTATE class 23: an integrity constraint was violated.
fn breaks_a_rule(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|c| c.code().starts_with("23"))
}

fn numbered(value: &Value, index: Option<u64>) -> Value {
    index.and_then(|index| value.in_entry(index)).map_or_else(|| value.clone(), Value::Int)
}

fn borrowed(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|v| v as &(dyn ToSql + Sync)).collect()
}

fn row(row: &tokio_postgres::Row) -> Result<Row, Fault> {
    let mut out = Vec::with_capacity(row.len());
    for (i, column) in row.columns().iter().enumerate() {
        out.push(match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(i)?.map_or(Value::Null(Kind::Int), Value::Int),
            Type::INT4 => row.try_get::<_, Option<i32>>(i)?.map_or(Value::Null(Kind::Int), |v| Value::Int(v.into())),
            Type::TEXT | Type::VARCHAR => {
                row.try_get::<_, Option<String>>(i)?.map_or(Value::Null(Kind::Text), Value::Text)
            }
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(i)?.map_or(Value::Null(Kind::Bytes), Value::Bytes),
            // SUM of BIGINT is NUMERIC: statements cast it with CAST(… AS BIGINT), which both databases know.
            _ => return Err(Fault::Place(format!("column {i} has a type the store does not use"))),
        });
    }
    Ok(Row(out))
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Int(v) if *ty == Type::INT4 => i32::try_from(*v)?.to_sql(ty, out),
            Self::Int(v) => v.to_sql(ty, out),
            Self::Text(v) => v.as_str().to_sql(ty, out),
            Self::Bytes(v) => v.as_slice().to_sql(ty, out),
            Self::Null(_) => Ok(IsNull::Yes),
            Self::EntryIndex | Self::MadeByEntry(_) => Err("a number of an entry outside an act".into()),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::INT4 | Type::TEXT | Type::VARCHAR | Type::BYTEA)
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::Insert;

    #[test]
    fn several_rows_are_numbered_on() {
        let one = "INSERT INTO person (id, state, created_at, changed_at) VALUES ($1, 'active', $2, $2)";
        let text = Insert::read(one).map(|insert| insert.text(2));
        let two = "INSERT INTO person (id, state, created_at, changed_at) VALUES ($1, 'active', $2, $2), ($3, 'active', $4, $4)";
        assert_eq!(text.as_deref(), Some(two));
    }

    #[test]
    fn rows_on_a_condition_are_put_one_after_the_other() {
        let one = "INSERT INTO t (a, b) SELECT p.id, $2 FROM p WHERE p.id = $1";
        let text = Insert::read(one).map(|insert| insert.text(2));
        let two = "INSERT INTO t (a, b) SELECT p.id, $2 FROM p WHERE p.id = $1 UNION ALL SELECT p.id, $4 FROM p WHERE p.id = $3";
        assert_eq!(text.as_deref(), Some(two));
    }

    #[test]
    fn a_statement_that_does_more_is_left_alone() {
        for sql in [
            "INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO NOTHING",
            "UPDATE t SET a = $1",
            "INSERT INTO t (a) SELECT $1 ON CONFLICT (a) DO NOTHING",
            "INSERT INTO t (a) VALUES (lower($1))",
        ] {
            assert!(Insert::read(sql).is_none(), "{sql}");
        }
    }
}
