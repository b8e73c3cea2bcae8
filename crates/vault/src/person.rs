//! What is held of one person, without any value of it.

use crate::lock::damaged;
use crate::wait::{self, Waiting};
use access::{Desk, Fault, No, knows, words};
use ledger::names::{ElementId, KindId, Moment, PersonId, RowId};
use policy::Role;
use seal::Sheet;

/// How the information of a person stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// In use.
    Active,
    /// Its use was stopped.
    Suspended,
    /// Its erasure was decided and waits: it is gone for everybody, and the privacy officer may withdraw that.
    Waiting,
    /// Erased: the key is destroyed.
    Erased,
}

/// The words in the store for somebody whose erasure waits: they come back as what they were, if it is withdrawn.
pub(crate) const WAITING: &str = "waiting";
pub(crate) const WAITING_SUSPENDED: &str = "waiting-suspended";

impl State {
    /// The word in the store and in the API.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Waiting => WAITING,
            Self::Erased => "erased",
        }
    }

    pub(crate) fn read(word: &str) -> Result<Self, Fault> {
        match word {
            "active" => Ok(Self::Active),
            "suspended" => Ok(Self::Suspended),
            WAITING | WAITING_SUSPENDED => Ok(Self::Waiting),
            "erased" => Ok(Self::Erased),
            _ => Err(Fault::Damaged("person.state")),
        }
    }
}

/// One person's record under one row of the handling ledger: which elements there are, not what they say.
#[derive(Debug, Clone)]
pub struct Record {
    /// The row of the handling ledger.
    pub row: RowId,
    /// The kind of person.
    pub kind: KindId,
    /// Its version; a correction makes the next.
    pub version: u32,
    /// Which elements are held.
    pub elements: Vec<ElementId>,
    /// When it was acquired.
    pub acquired_at: Moment,
    /// When it must be disposed of, if its term has begun.
    pub due_at: Option<Moment>,
    /// The entry that last wrote it.
    pub entry: u64,
}

/// What is held of one person.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Who.
    pub person: PersonId,
    /// How their information stands.
    pub state: State,
    /// Record by record; none while an erasure waits.
    pub records: Vec<Record>,
    /// The erasure that waits.
    pub waits: Option<Waiting>,
}

/// An act that shows nothing: what it did is its entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// The ledger entry.
    pub entry: u64,
}

/// What is held of a person. Shows no value, so it leaves no entry; an administrator, and a handler without an open work record
/// about the person, hear that there is nothing. While an erasure waits there is nothing for anybody, and the officer hears that.
///
/// # Errors
/// [`No::Missing`].
pub async fn kept(desk: &Desk, person: PersonId) -> Result<Kept, No> {
    if !knows(desk, person).await? {
        return Err(No::Missing);
    }
    match read(desk, person).await {
        Err(No::Missing) if desk.actor()?.role == Role::Officer => {
            let waits = wait::of(desk, person).await?.ok_or(No::Missing)?;
            Ok(Kept { person, state: State::Waiting, records: Vec::new(), waits: Some(waits) })
        }
        told => told,
    }
}

pub(crate) async fn read(desk: &Desk, person: PersonId) -> Result<Kept, No> {
    let rows = desk.store().read("SELECT state FROM person WHERE id = $1", vec![person.into()]).await?;
    let state = State::read(rows.first().ok_or(No::Missing)?.text(0)?)?;
    if matches!(state, State::Waiting | State::Erased) {
        return Err(No::Missing);
    }
    let sql = "SELECT register_row, kind, version, sheet, acquired_at, due_at, idx FROM record WHERE person = $1 ORDER BY register_row";
    let mut records = Vec::new();
    for row in desk.store().read(sql, vec![person.into()]).await? {
        let sheet = Sheet::from_bytes(row.bytes(3)?).map_err(|_| damaged("record.sheet"))?;
        let elements: Vec<String> = sheet.fields().map(str::to_owned).collect();
        records.push(Record {
            row: row.text(0)?.parse().map_err(|_| damaged("record.register_row"))?,
            kind: row.text(1)?.parse().map_err(|_| damaged("record.kind"))?,
            version: u32::try_from(row.int(2)?).map_err(|_| damaged("record.version"))?,
            elements: words::<ElementId>(&elements.join(" "))?.into_iter().collect(),
            acquired_at: row.moment(4)?,
            due_at: row.maybe_moment(5)?,
            entry: u64::try_from(row.int(6)?).map_err(|_| damaged("record.idx"))?,
        });
    }
    Ok(Kept { person, state, records, waits: None })
}
