//! Retention: what is past its term and must be disposed of.

use access::{Desk, Fault};
use jiff::civil::Date;
use ledger::names::RowId;

/// Records of one row that are past their term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The row.
    pub row: RowId,
    /// How many people's records.
    pub people: u64,
    /// Those of them that a hold keeps.
    pub held: u64,
    /// The last day on which the oldest of them might be kept.
    pub oldest: Date,
}

/// The records past their term on `today`, row by row, oldest first. Those a hold keeps are counted apart. Whose
/// erasure was decided is not among them while it waits: nothing is left to do.
///
/// # Errors
/// [`Fault`].
pub async fn due(desk: &Desk, today: Date) -> Result<Vec<Due>, Fault> {
    let sql = "SELECT c.register_row, COUNT(*), MIN(c.due_at) FROM record c WHERE c.due_at < $1 \
               AND c.person NOT IN (SELECT id FROM person WHERE erase_at >= $1) GROUP BY c.register_row";
    let bad = |_| Fault::Damaged("record");
    let start = desk.start_of(today);
    let held = held_past(desk, today).await?;
    let mut all = Vec::new();
    for row in desk.store().read(sql, vec![start.into()]).await? {
        let id: RowId = row.text(0).map_err(bad)?.parse().map_err(|_| Fault::Damaged("record.register_row"))?;
        all.push(Due {
            people: u64::try_from(row.int(1).map_err(bad)?).unwrap_or(0),
            held: held.iter().filter(|(row, _)| *row == id).count() as u64,
            oldest: desk.day(row.moment(2).map_err(bad)?),
            row: id,
        });
    }
    all.sort_by(|a, b| (a.oldest, &a.row).cmp(&(b.oldest, &b.row)));
    Ok(all)
}

/// The records past their term that an open hold keeps, with the last day of their term.
pub(crate) async fn held_past(desk: &Desk, day: Date) -> Result<Vec<(RowId, Date)>, Fault> {
    let end = desk.start_of(crate::days::after(day, 1));
    let start = desk.start_of(day);
    let holds = "SELECT DISTINCT subject FROM occasion WHERE kind = 'hold' AND at < $1 AND (closed_at IS NULL OR closed_at >= $1)";
    let bad = |_| Fault::Damaged("record");
    let mut found = Vec::new();
    for hold in desk.store().read(holds, vec![end.into()]).await? {
        let Ok(person) = hold.text(0).map_err(bad)?.parse::<ledger::names::PersonId>() else { continue };
        let sql = "SELECT register_row, due_at FROM record WHERE person = $1 AND due_at < $2 \
                   AND person NOT IN (SELECT id FROM person WHERE erase_at >= $2)";
        for row in desk.store().read(sql, vec![person.into(), start.into()]).await? {
            let id = row.text(0).map_err(bad)?.parse().map_err(|_| Fault::Damaged("record.register_row"))?;
            found.push((id, desk.day(row.moment(1).map_err(bad)?)));
        }
    }
    Ok(found)
}
