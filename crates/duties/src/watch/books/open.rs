//! Opening the books: a dozen statements, none of which reads a value or walks through entries one by one.

use super::{Books, entries, logs, stock};
use crate::days::after;
use crate::{occasion, register};
use access::{Desk, Fault, organisation};
use jiff::civil::Date;
use ledger::names::Moment;

/// The newest rights beyond a role; an emergency nobody answered for in so many is found by whoever looks at the page.
const MOST_WARRANTS: u32 = 2000;

pub(super) async fn open(desk: &Desk, as_of: Date) -> Result<Books, Fault> {
    let end = desk.start_of(after(as_of, 1));
    let last = Moment(end.0.saturating_sub(1));
    desk.office().refresh().await?;
    let versions: Vec<_> = desk.office().versions().into_iter().filter(|v| v.in_force_from < end).collect();
    let policy = versions.last().map(|v| &v.policy);
    let groups = entries::groups(desk, end).await?;
    let month = desk.start_of(after(as_of, -30));
    Ok(Books {
        as_of,
        zone: desk.zone().clone(),
        rows: register::list(desk.office(), Some(last)).await?,
        holdings: stock::holdings(desk, as_of).await?,
        disposals_with_method: entries::disposals_with_method(desk, end).await?,
        month: entries::uses(desk, month, end, policy).await?,
        refused: entries::refused(desk, desk.start_of(after(as_of, -29)), end).await?,
        tree: entries::tree(desk, end, &groups).await?,
        accounts: stock::accounts(desk, end).await?,
        warrants: {
            let mut all = access::warrant::list(desk.office(), MOST_WARRANTS).await?;
            all.retain(|one| one.begins_at < end);
            // What was said and done after the day is not known that day.
            for one in &mut all {
                one.answer = one.answer.filter(|(_, _, at)| *at < end);
                one.ended_at = one.ended_at.filter(|at| *at < end);
            }
            all
        },
        occasions: {
            let mut all = occasion::list(desk.office(), None, Moment(0)).await?;
            all.retain(|o| o.at < end);
            all
        },
        roster: organisation::roster(desk.office(), Some(last)).await?,
        members_since: organisation::members_since(desk.office(), Some(last)).await?,
        assents: organisation::assents(desk.office(), Some(last)).await?,
        logs: logs::logs(desk, as_of, end).await?,
        groups,
        versions,
    })
}
