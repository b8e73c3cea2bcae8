//! The one writer of a node: what waits together commits together.
//!
//! No timer and no fixed batch: the writer takes everything that waits when it is free, so one act alone pays one commit and
//! sixty-four at once share one.

use crate::act::{Act, Change, Fault, NotCommitted, Receipt};
use crate::value::{Row, Value};
use ledger::names::Moment;
use ledger::tree::Frontier;
use tokio::sync::{mpsc, oneshot};

/// Acts that may wait; the next is answered [`NotCommitted::Busy`].
pub(crate) const QUEUE: usize = 10_000;
/// Acts in one transaction at most.
const ACTS: usize = 1024;
/// Bytes of entries in one transaction at most.
const BYTES: usize = 1 << 20;

/// Somebody who waits for a receipt.
pub(crate) struct Waiting(oneshot::Sender<Result<Receipt, NotCommitted>>);

impl Waiting {
    /// Answers; whoever stopped waiting does not mind.
    pub(crate) fn answer(self, answer: Result<Receipt, NotCommitted>) {
        drop(self.0.send(answer));
    }
}

/// What the writer is asked to do.
pub(crate) enum Task {
    Commit(Box<Act>, Waiting),
    Plain(Vec<Change>, oneshot::Sender<Result<bool, Fault>>),
    /// Let nothing deleted lie in a log of the database any longer.
    Settle(oneshot::Sender<Result<bool, Fault>>),
}

impl Task {
    pub(crate) fn commit(act: Act) -> (Self, oneshot::Receiver<Result<Receipt, NotCommitted>>) {
        let (tell, told) = oneshot::channel();
        (Self::Commit(Box::new(act), Waiting(tell)), told)
    }
}

/// Acts that commit together.
pub(crate) struct Batch {
    pub(crate) acts: Vec<(Act, Waiting)>,
}

/// Takes all that waits, in order: a batch of acts, then at most one plain task found among them.
pub(crate) fn gather(first: Task, queue: &mut mpsc::Receiver<Task>) -> (Batch, Vec<Task>) {
    let mut batch = Batch { acts: Vec::new() };
    let mut plain = Vec::new();
    let mut bytes = 0;
    let mut next = Some(first);
    while let Some(task) = next.take() {
        match task {
            Task::Commit(act, waiting) => {
                bytes += act.leaf.bytes().len();
                batch.acts.push((*act, waiting));
            }
            other => plain.push(other),
        }
        if batch.acts.len() < ACTS && bytes < BYTES && plain.len() < ACTS {
            next = queue.try_recv().ok();
        }
    }
    (batch, plain)
}

/// From when each policy version is in force: what acts were judged by is compared with it at the commit.
pub(crate) struct Versions;

impl Versions {
    pub(crate) const READ: &'static str = "SELECT in_force_from FROM policy_version";

    pub(crate) fn from_rows(rows: &[Row]) -> Result<Vec<Moment>, Fault> {
        rows.iter().map(|row| Ok(row.moment(0)?)).collect()
    }
}

/// The head row: how many entries, the frontier to extend the tree with, and its root.
pub(crate) struct Head {
    frontier: Frontier,
}

impl Head {
    pub(crate) const READ: &'static str = "SELECT size, frontier, root FROM head WHERE one = 1";

    pub(crate) fn empty() -> Change {
        let frontier = Frontier::new();
        Change::new(
            "INSERT INTO head (one, size, frontier, root) VALUES (1, 0, $1, $2)",
            vec![frontier.to_bytes().into(), frontier.root().into()],
        )
    }

    pub(crate) fn from_rows(rows: &[Row]) -> Result<Self, Fault> {
        let row = rows.first().ok_or(Fault::Head)?;
        let frontier = Frontier::from_bytes(row.bytes(1)?).map_err(|_| Fault::Head)?;
        let same = i64::try_from(frontier.size()) == Ok(row.int(0)?) && frontier.root().as_slice() == row.bytes(2)?;
        if !same {
            return Err(Fault::Head);
        }
        Ok(Self { frontier })
    }

    pub(crate) fn size(&self) -> u64 {
        self.frontier.size()
    }

    pub(crate) fn append(&mut self, act: &Act) {
        self.frontier.append(act.leaf.hash());
    }

    pub(crate) fn insert(&self, act: &Act) -> Change {
        Change::new(Act::INSERT, act.row(Value::EntryIndex)).exactly(1)
    }

    pub(crate) fn update(&self, old: u64) -> Change {
        Change::new(
            "UPDATE head SET size = $1, frontier = $2, root = $3 WHERE one = 1 AND size = $4",
            vec![int(self.size()), self.frontier.to_bytes().into(), self.frontier.root().into(), int(old)],
        )
        .exactly(1)
    }
}

fn int(n: u64) -> Value {
    Value::Int(i64::try_from(n).unwrap_or(i64::MAX))
}
