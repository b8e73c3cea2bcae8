//! Copies the log of the database (WAL) into the database file, beside the writer: no commit waits while the disk takes thousands of pages.
//!
//! | pages in the log | what is done |
//! |---|---|
//! | up to [`PAGES`] | nothing |
//! | more | a thread copies them and syncs the file, and again what came meanwhile; others go on writing |
//! | when it is through | the writer copies the few that are left, between two commits; the log begins anew |
//! | [`MANY`] and the thread is not through | the writer copies all there are, as it would without the thread |

use super::{Fault, read_write};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI32, AtomicU8, Ordering};
use std::sync::{Arc, mpsc};

/// A log with more pages than this is copied: 32 MiB.
const PAGES: i32 = 8_000;
/// With more than this, the writer does not wait for the thread any more: 256 MiB.
const MANY: i32 = 64_000;

/// Nobody copies; a thread does; it is through.
const IDLE: u8 = 0;
const COPYING: u8 = 1;
const COPIED: u8 = 2;

/// What the writer and the thread tell each other.
#[derive(Default)]
struct Told {
    pages: AtomicI32,
    state: AtomicU8,
}

/// The copier of one writing connection.
pub(crate) struct Copier {
    path: PathBuf,
    told: Arc<Told>,
    /// Wakes the thread; there is none before the log was long for the first time.
    wake: Option<mpsc::Sender<()>>,
    /// Pages from which the log is copied the next time. More than [`PAGES`] while somebody reads an old state, so that the log cannot begin anew.
    next: i32,
}

impl Copier {
    /// Listens to the commits of a connection, which no longer copies by itself.
    pub(crate) fn of(path: &Path, connection: &mut Connection) -> Result<Self, Fault> {
        let told = Arc::new(Told::default());
        let heard = told.clone();
        connection.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages| {
            heard.pages.store(pages, Ordering::Relaxed);
            Ok(())
        }))?;
        Ok(Self { path: path.to_owned(), told, wake: None, next: PAGES })
    }

    /// To be called by the writer between two commits.
    pub(crate) fn look(&mut self, connection: &Connection) {
        let pages = self.told.pages.load(Ordering::Relaxed);
        match self.told.state.load(Ordering::Acquire) {
            IDLE if pages > self.next => self.begin(),
            COPIED => self.finish(connection, pages),
            COPYING if pages > self.next.saturating_add(MANY) => self.finish(connection, pages),
            _ => {}
        }
        if pages <= PAGES {
            self.next = PAGES;
        }
    }

    fn begin(&mut self) {
        if self.wake.is_none() {
            self.wake = thread(self.path.clone(), self.told.clone());
        }
        self.told.state.store(COPYING, Ordering::Release);
        if self.wake.as_ref().is_none_or(|wake| wake.send(()).is_err()) {
            // No thread can be had: the writer does it.
            self.told.state.store(COPIED, Ordering::Release);
        }
    }

    fn finish(&mut self, connection: &Connection, pages: i32) {
        if let Err(fault) = copy(connection) {
            // Nothing is lost: it stays in the log, and is copied the next time.
            tracing::error!(error = %fault, "the log could not be copied into the database");
        }
        self.told.state.store(IDLE, Ordering::Release);
        self.next = pages.saturating_add(PAGES);
    }
}

fn thread(path: PathBuf, told: Arc<Told>) -> Option<mpsc::Sender<()>> {
    let (wake, woken) = mpsc::channel();
    let copying = move || {
        let mut link = None;
        while woken.recv().is_ok() {
            let done = copied(&mut link, &path);
            if let Err(fault) = done {
                // A connection whose disk failed is not used again.
                link = None;
                tracing::error!(error = %fault, "the log could not be copied into the database");
            }
            told.state.store(COPIED, Ordering::Release);
        }
    };
    std::thread::Builder::new().name("copier".into()).spawn(copying).ok()?;
    Some(wake)
}

/// All there are, and then those that came meanwhile.
fn copied(link: &mut Option<Connection>, path: &Path) -> Result<(), Fault> {
    let connection = match link.take() {
        Some(connection) => connection,
        None => read_write(path)?,
    };
    copy(&connection)?;
    copy(&connection)?;
    *link = Some(connection);
    Ok(())
}

fn copy(connection: &Connection) -> Result<(), Fault> {
    Ok(connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn wrote(connection: &Connection, bytes: usize) {
        connection.execute("INSERT INTO t (b) VALUES (?1)", [vec![7_u8; bytes]]).unwrap();
    }

    #[test]
    fn a_long_log_is_copied_beside_the_writer_and_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let mut connection = Connection::open(&path).unwrap();
        super::super::tune(&connection).unwrap();
        connection.execute_batch("CREATE TABLE t (b BLOB)").unwrap();
        let mut copier = Copier::of(&path, &mut connection).unwrap();
        for _ in 0..9 {
            wrote(&connection, 4 << 20);
            copier.look(&connection);
        }
        assert!(copier.told.pages.load(Ordering::Relaxed) > PAGES, "nothing is copied by the connection itself");
        let until = Instant::now() + Duration::from_secs(60);
        while copier.told.state.load(Ordering::Acquire) != COPIED {
            assert!(Instant::now() < until, "the thread never came through");
            std::thread::yield_now();
        }
        copier.look(&connection);
        wrote(&connection, 1);
        assert!(copier.told.pages.load(Ordering::Relaxed) < 10, "the log began anew");
        copier.look(&connection);
        assert_eq!(copier.next, PAGES);
        assert_eq!(connection.query_row("SELECT COUNT(*) FROM t", [], |row| row.get(0)), Ok(10));
    }

    #[test]
    fn while_an_old_state_is_read_the_log_grows_and_is_not_copied_at_every_commit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let mut connection = Connection::open(&path).unwrap();
        super::super::tune(&connection).unwrap();
        connection.execute_batch("CREATE TABLE t (b BLOB); INSERT INTO t VALUES (x'00')").unwrap();
        let mut copier = Copier::of(&path, &mut connection).unwrap();
        let reader = Connection::open(&path).unwrap();
        reader.execute_batch("BEGIN").unwrap();
        let seen = || reader.query_row("SELECT COUNT(*) FROM t", [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(seen(), 1);
        let until = Instant::now() + Duration::from_secs(60);
        while copier.next == PAGES {
            wrote(&connection, 4 << 20);
            copier.look(&connection);
            assert!(Instant::now() < until, "the thread never came through");
        }
        wrote(&connection, 1);
        copier.look(&connection);
        assert_eq!(copier.told.state.load(Ordering::Acquire), IDLE);
        assert_eq!(seen(), 1, "the reader still sees the state it began with");
    }
}
