//! Reading what is on record.

use super::OccasionKind;
use access::{Fault, Office};
use ledger::names::Moment;
use std::fmt;
use std::str::FromStr;
use store::{Row, Value};

/// The id of an occasion: 16 bytes, written as 32 lowercase hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OccasionId([u8; 16]);

impl OccasionId {
    pub(super) const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for OccasionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for OccasionId {
    type Err = ledger::names::BadName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // An act's id is written the same way.
        text.parse::<ledger::names::ActId>().map(|id| Self(*id.as_bytes()))
    }
}

impl From<OccasionId> for Value {
    fn from(id: OccasionId) -> Self {
        id.0.into()
    }
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occasion {
    /// Its id.
    pub id: OccasionId,
    /// What sort it is.
    pub kind: OccasionKind,
    /// What it is about.
    pub subject: String,
    /// How it came out.
    pub outcome: String,
    /// What else is known.
    pub note: String,
    /// When it took place.
    pub at: Moment,
    /// Until when, as its sort means it.
    pub due_at: Option<Moment>,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// The entry that recorded it.
    pub entry: u64,
}

const COLUMNS: &str = "SELECT id, kind, subject, outcome, note, at, due_at, closed_at, idx FROM occasion";

/// The records of one sort, or of every sort, that took place at `since` or later, newest first.
///
/// # Errors
/// [`Fault`].
pub async fn list(office: &Office, kind: Option<OccasionKind>, since: Moment) -> Result<Vec<Occasion>, Fault> {
    let code = kind.map_or("", OccasionKind::code);
    let sql = format!("{COLUMNS} WHERE ($1 = '' OR kind = $1) AND at >= $2 ORDER BY at DESC, idx DESC");
    let rows = office.store().read(&sql, vec![code.into(), since.into()]).await?;
    rows.iter().map(read).collect()
}

/// One record.
///
/// # Errors
/// [`Fault`].
pub async fn get(office: &Office, id: OccasionId) -> Result<Option<Occasion>, Fault> {
    let rows = office.store().read(&format!("{COLUMNS} WHERE id = $1"), vec![id.into()]).await?;
    rows.first().map(read).transpose()
}

pub(crate) fn read(row: &Row) -> Result<Occasion, Fault> {
    let bad = |_| Fault::Damaged("occasion");
    Ok(Occasion {
        id: OccasionId(row.array(0).map_err(bad)?),
        kind: row.text(1).map_err(bad)?.parse().map_err(|_| Fault::Damaged("occasion.kind"))?,
        subject: row.text(2).map_err(bad)?.to_owned(),
        outcome: row.text(3).map_err(bad)?.to_owned(),
        note: row.text(4).map_err(bad)?.to_owned(),
        at: row.moment(5).map_err(bad)?,
        due_at: row.maybe_moment(6).map_err(bad)?,
        closed_at: row.maybe_moment(7).map_err(bad)?,
        entry: u64::try_from(row.int(8).map_err(bad)?).map_err(|_| Fault::Damaged("occasion.idx"))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_its_digits() {
        let id = OccasionId::from_bytes([0xa7; 16]);
        assert_eq!(id.to_string(), "a7".repeat(16));
        assert_eq!(id.to_string().parse::<OccasionId>().unwrap(), id);
        assert!("a7".parse::<OccasionId>().is_err());
    }
}
