//! What is held under each row, and who had an account.

use crate::days::after;
use crate::retention::held_past;
use access::{Desk, Fault};
use jiff::civil::Date;
use ledger::names::{ActorId, Moment, RowId};
use policy::Role;
use std::collections::BTreeMap;

/// What is held under one row. Records that a hold keeps are not overdue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Holding {
    pub(crate) people: u64,
    /// The first acquisition of what is still held.
    pub(crate) first: Option<Moment>,
    /// Records past their term.
    pub(crate) overdue: u64,
    /// Those past it for more than 7 days.
    pub(crate) over_week: u64,
    /// Those past it for more than 30 days.
    pub(crate) over_month: u64,
    /// The last day of the oldest overdue record's term.
    pub(crate) oldest: Option<Date>,
    /// The last day of the next term that ends.
    pub(crate) next: Option<Date>,
}

/// An account, as it stood.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// By when a second factor was asked for, at the first sign-in that did.
    pub(crate) second_by: Option<Date>,
    /// Whether there is a passkey or an app.
    pub(crate) has_second: bool,
    pub(crate) id: ActorId,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) has_reason: bool,
    pub(crate) granted: Date,
    /// The last moment it may be used; none while it is open.
    pub(crate) until: Option<Moment>,
    /// The day it ends or ended.
    pub(crate) ends: Option<Date>,
    pub(crate) entry: u64,
}

impl Account {
    pub(crate) fn is_open(&self, day: Date) -> bool {
        self.granted <= day && self.ends.is_none_or(|end| end > day)
    }
}

/// What is held under each row. Whose erasure was decided and still waits is disposed of; once the wait is over and nothing came of
/// it, they count again.
pub(super) async fn holdings(desk: &Desk, as_of: Date) -> Result<BTreeMap<RowId, Holding>, Fault> {
    let start = |days: i32| desk.start_of(after(as_of, days));
    let sql = "SELECT register_row, COUNT(*), MIN(acquired_at), COUNT(CASE WHEN due_at < $2 THEN 1 END), \
               COUNT(CASE WHEN due_at < $3 THEN 1 END), COUNT(CASE WHEN due_at < $4 THEN 1 END), \
               MIN(CASE WHEN due_at < $2 THEN due_at END), MIN(CASE WHEN due_at >= $2 THEN due_at END) \
               FROM record WHERE acquired_at < $1 \
               AND person NOT IN (SELECT id FROM person WHERE erase_at >= $2) GROUP BY register_row";
    let values = vec![start(1).into(), start(0).into(), start(-7).into(), start(-30).into()];
    let bad = |_| Fault::Damaged("record");
    let mut holdings = BTreeMap::new();
    for row in desk.store().read(sql, values).await? {
        let id: RowId = row.text(0).map_err(bad)?.parse().map_err(|_| Fault::Damaged("record.register_row"))?;
        let count = |column| row.int(column).map_err(bad).map(|n| u64::try_from(n).unwrap_or(0));
        let day = |column| row.maybe_moment(column).map_err(bad).map(|m| m.map(|m| desk.day(m)));
        let holding = Holding {
            people: count(1)?,
            first: row.maybe_moment(2).map_err(bad)?,
            overdue: count(3)?,
            over_week: count(4)?,
            over_month: count(5)?,
            oldest: day(6)?,
            next: day(7)?,
        };
        holdings.insert(id, holding);
    }
    for (row, due) in held_past(desk, as_of).await? {
        if let Some(holding) = holdings.get_mut(&row) {
            let minus = |count: &mut u64, past: bool| *count = count.saturating_sub(u64::from(past));
            minus(&mut holding.overdue, true);
            minus(&mut holding.over_week, due < after(as_of, -7));
            minus(&mut holding.over_month, due < after(as_of, -30));
        }
    }
    Ok(holdings)
}

pub(super) async fn accounts(desk: &Desk, end: Moment) -> Result<Vec<Account>, Fault> {
    let sql = "SELECT id, name, role, reason, granted_at, ends_at, revoked_at, idx, second_by, (SELECT COUNT(*) FROM credential c \
               WHERE c.actor = actor.id AND c.way IN ('passkey', 'totp') AND c.made_at < $1 AND (c.ended_at IS NULL OR c.ended_at >= $1)) \
               FROM actor WHERE granted_at < $1 ORDER BY granted_at, id";
    let bad = |_| Fault::Damaged("actor");
    let rows = desk.store().read(sql, vec![end.into()]).await?;
    rows.iter()
        .map(|row| {
            let ends = row.maybe_moment(5).map_err(bad)?;
            let revoked = row.maybe_moment(6).map_err(bad)?;
            // The first of the two is the end.
            let until = [ends, revoked].into_iter().flatten().min();
            Ok(Account {
                id: ActorId::from_bytes(row.array(0).map_err(bad)?),
                name: row.text(1).map_err(bad)?.to_owned(),
                role: row.text(2).map_err(bad)?.parse().map_err(|_| Fault::Damaged("actor.role"))?,
                has_reason: !row.text(3).map_err(bad)?.trim().is_empty(),
                granted: desk.day(row.moment(4).map_err(bad)?),
                until,
                ends: until.map(|m| desk.day(m)),
                entry: u64::try_from(row.int(7).map_err(bad)?).map_err(|_| Fault::Damaged("actor.idx"))?,
                second_by: row.maybe_moment(8).map_err(bad)?.map(|m| desk.day(m)),
                has_second: row.int(9).map_err(bad)? > 0,
            })
        })
        .collect()
}
