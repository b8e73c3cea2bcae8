//! Where a search may look: the rows of the handling ledger that its purpose and work reach.

use crate::answer::{Fault, Mistake, No};
use crate::desk::Desk;
use crate::facts::{Situation, situation, words};
use crate::permit::{Ask, Permit, Subjects, permit_in};
use ledger::names::{ElementId, PurposeId, RowId, WorkId};
use policy::{ActKind, RowFact};
use std::collections::{BTreeMap, BTreeSet};

/// What a search asks.
#[derive(Debug, Clone)]
pub struct Search {
    /// For which notified purpose.
    pub purpose: PurposeId,
    /// Under which work record.
    pub work: Option<WorkId>,
    /// By which elements, and which it shows.
    pub elements: BTreeSet<ElementId>,
}

/// Where a search may look. It is not permitted yet: whom it is about is known only when it has looked.
pub struct Plan {
    /// Row by row, the elements that may be searched and shown.
    pub rows: BTreeMap<RowId, BTreeSet<ElementId>>,
    ask: Ask,
    situation: Situation,
}

impl Plan {
    /// Asks for the permit, now that the people found are known. When no row may be searched, this is the refusal.
    ///
    /// # Errors
    /// [`No::Refusal`] when no row may be searched.
    pub async fn permit(self, desk: &Desk, subjects: Subjects) -> Result<Permit, No> {
        permit_in(desk, self.ask, subjects, &self.situation).await
    }
}

/// Finds the rows that may be searched.
///
/// # Errors
/// [`No::Mistake`] when the handling ledger has no row at all.
pub async fn plan(desk: &Desk, search: Search) -> Result<Plan, No> {
    let policy = desk.policy()?;
    let all = rows(desk, search.work).await?;
    let first = all.first().map(|(row, _)| row.clone()).ok_or_else(no_rows)?;
    let elements = search.elements.iter().cloned().collect();
    let mut ask =
        Ask { act: ActKind::Find, person: None, row: first, elements, purpose: search.purpose, work: search.work };
    // Work, role and purpose are the same for every row; only the row's own facts differ.
    let base = situation(desk, &ask).await?;
    let mut open = BTreeMap::new();
    let mut example: Option<(Ask, Situation)> = None;
    for (row, (kind, fact)) in all {
        let there: BTreeSet<ElementId> = search.elements.intersection(&fact.elements).cloned().collect();
        let mut here = base.clone();
        here.kind = kind;
        here.facts.row = fact;
        let useful = policy.purpose(&ask.purpose).map(|p| there.intersection(&p.elements).cloned().collect());
        let useful: BTreeSet<ElementId> = useful.unwrap_or(there);
        ask.row = row.clone();
        ask.elements = useful.iter().cloned().collect();
        let yes = policy.judge(&here.question(&ask), &here.facts).is_yes();
        if example.is_none() || (yes && open.is_empty()) {
            example = Some((ask.clone(), here));
        }
        if yes {
            open.insert(row, useful);
        }
    }
    let (ask, situation) = example.ok_or_else(no_rows)?;
    Ok(Plan { rows: open, ask, situation })
}

fn no_rows() -> No {
    Mistake::new(
        "row",
        "個人情報管理台帳に行がまだありません。先に台帳に登録してください。",
        "The handling ledger has no rows yet. Register one first.",
        "Sổ quản lý chưa có dòng nào. Hãy đăng ký trước.",
    )
    .into()
}

type Facts = Vec<(RowId, (ledger::names::KindId, RowFact))>;

async fn rows(desk: &Desk, work: Option<WorkId>) -> Result<Facts, No> {
    let work = work.map_or([0; 16], |w| *w.as_bytes());
    // A record about rows is searched in those; one about people or everybody, wherever the purpose reaches.
    let sql = "SELECT r.id, r.kind, r.state, r.purposes, r.elements FROM register_row r \
               WHERE r.id IN (SELECT wr.register_row FROM work_row wr WHERE wr.work = $1) \
                  OR NOT EXISTS (SELECT 1 FROM work_row wr WHERE wr.work = $1) ORDER BY r.id";
    let bad = |_| Fault::Damaged("register_row");
    let mut found = Vec::new();
    for row in desk.store().read(sql, vec![work.into()]).await? {
        let fact = RowFact {
            state: row.text(2)?.parse().map_err(|_| Fault::Damaged("register_row.state"))?,
            purposes: words(row.text(3)?)?,
            elements: words(row.text(4)?)?,
        };
        found.push((row.text(0)?.parse().map_err(bad)?, (row.text(1)?.parse().map_err(bad)?, fact)));
    }
    Ok(found)
}
