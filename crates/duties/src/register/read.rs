//! Reading the handling ledger, now and as it stood.

use super::{RegisterRow, Sheet};
use access::{Fault, Office, words};
use ledger::names::{Moment, RowId};
use policy::RowState;
use std::collections::BTreeMap;
use store::Row;

const COLUMNS: &str = "v.register_row, v.version, v.state, v.kind, v.purposes, v.elements, v.term, v.manager, v.sheet, v.at, \
                       v.reviewed_at, v.idx";

/// The rows in order of their ids, as they stood at `as_of` or as they stand now. Ended rows are among them.
///
/// # Errors
/// [`Fault`].
pub async fn list(office: &Office, as_of: Option<Moment>) -> Result<Vec<RegisterRow>, Fault> {
    let at = as_of.unwrap_or(Moment(i64::MAX));
    let sql = format!(
        "SELECT {COLUMNS} FROM register_version v JOIN (SELECT register_row AS id, MAX(version) AS last FROM register_version \
         WHERE at <= $1 GROUP BY register_row) m ON m.id = v.register_row AND m.last = v.version ORDER BY v.register_row"
    );
    let people = people(office, at).await?;
    let rows = office.store().read(&sql, vec![at.into()]).await?;
    rows.iter()
        .map(|row| {
            let mut row = read(row)?;
            row.people = people.get(&row.id).copied().unwrap_or(0);
            Ok(row)
        })
        .collect()
}

/// One row as it stands now.
///
/// # Errors
/// [`Fault`].
pub async fn get(office: &Office, id: &RowId) -> Result<Option<RegisterRow>, Fault> {
    let sql =
        format!("SELECT {COLUMNS} FROM register_version v WHERE v.register_row = $1 ORDER BY v.version DESC LIMIT 1");
    let rows = office.store().read(&sql, vec![id.as_str().into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let sql = "SELECT COUNT(*) FROM record WHERE register_row = $1 \
               AND person NOT IN (SELECT id FROM person WHERE erase_at IS NOT NULL)";
    let count = office.store().read(sql, vec![id.as_str().into()]).await?;
    let people = count.first().map_or(Ok(0), |r| r.int(0)).map_err(store::Fault::from)?;
    Ok(Some(RegisterRow { people: u64::try_from(people).unwrap_or(0), ..read(row)? }))
}

/// Every version of a row, newest first. The number of people is that of today and stands on the newest only.
///
/// # Errors
/// [`Fault`].
pub async fn versions(office: &Office, id: &RowId) -> Result<Vec<RegisterRow>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM register_version v WHERE v.register_row = $1 ORDER BY v.version DESC");
    let rows = office.store().read(&sql, vec![id.as_str().into()]).await?;
    let mut rows = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    if let (Some(newest), Some(now)) = (rows.first_mut(), get(office, id).await?) {
        newest.people = now.people;
    }
    Ok(rows)
}

/// How many people are held under each row, of those acquired by `at`.
async fn people(office: &Office, at: Moment) -> Result<BTreeMap<RowId, u64>, Fault> {
    let sql = "SELECT register_row, COUNT(*) FROM record WHERE acquired_at <= $1 \
               AND person NOT IN (SELECT id FROM person WHERE erase_at IS NOT NULL) GROUP BY register_row";
    let bad = |_| Fault::Damaged("record");
    let rows = office.store().read(sql, vec![at.into()]).await?;
    rows.iter()
        .map(|row| {
            let id = row.text(0).map_err(bad)?.parse().map_err(|_| Fault::Damaged("record.register_row"))?;
            Ok((id, u64::try_from(row.int(1).map_err(bad)?).unwrap_or(0)))
        })
        .collect()
}

fn read(row: &Row) -> Result<RegisterRow, Fault> {
    let bad = |_| Fault::Damaged("register_version");
    let name = |_| Fault::Damaged("register_version: a name");
    Ok(RegisterRow {
        id: row.text(0).map_err(bad)?.parse().map_err(name)?,
        version: u32::try_from(row.int(1).map_err(bad)?).map_err(|_| Fault::Damaged("register_version.version"))?,
        state: row.text(2).map_err(bad)?.parse::<RowState>().map_err(|_| Fault::Damaged("register_version.state"))?,
        kind: row.text(3).map_err(bad)?.parse().map_err(name)?,
        purposes: words(row.text(4).map_err(bad)?)?,
        elements: words(row.text(5).map_err(bad)?)?,
        term: row.text(6).map_err(bad)?.parse().map_err(name)?,
        manager: row.text(7).map_err(bad)?.to_owned(),
        sheet: Sheet::from_json(row.text(8).map_err(bad)?)?,
        changed_at: row.moment(9).map_err(bad)?,
        reviewed_at: row.moment(10).map_err(bad)?,
        entry: u64::try_from(row.int(11).map_err(bad)?).map_err(|_| Fault::Damaged("register_version.idx"))?,
        people: 0,
    })
}
