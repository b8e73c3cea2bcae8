//! The facts a question is judged on, read in one statement.

use crate::answer::{Fault, Mistake, No};
use crate::desk::Desk;
use crate::permit::Ask;
use crate::{place, warrant};
use ledger::names::{ElementId, KindId, PersonId, PurposeId};
use policy::{Facts, Hold, HoldGround, PlaceFact, Role, RowFact, RowState, WorkFact};
use std::collections::BTreeSet;
use store::{Row, Value};

/// How things stand for one question: the row's kind of people and the facts.
#[derive(Debug, Clone)]
pub struct Situation {
    /// The kind of people the row holds.
    pub kind: KindId,
    /// What the policy judges on.
    pub facts: Facts,
    /// The person's sealed record under the row and its version, fetched on the way; nobody here can read it.
    pub record: Option<(u32, Vec<u8>)>,
}

impl Situation {
    /// The question as the policy reads it.
    #[must_use]
    pub fn question(&self, ask: &Ask) -> policy::Ask {
        policy::Ask {
            act: ask.act,
            kind: self.kind.clone(),
            row: ask.row.clone(),
            elements: ask.elements.clone(),
            purpose: ask.purpose.clone(),
        }
    }

    /// Whether the work record is one that says nothing of anybody to this asker.
    pub(crate) fn is_of_others(&self) -> bool {
        matches!(self.facts.work, WorkFact::NotThisPerson | WorkFact::NotYours)
    }

    /// The same question about somebody of whom nothing is known: what is refused here is refused whoever it is about.
    pub(crate) fn of_anybody(&self, desk: &Desk, ask: &Ask) -> Self {
        let purpose = desk.policy().ok().and_then(|policy| policy.purpose(&ask.purpose));
        let milestones = purpose.into_iter().flat_map(|p| p.needs.values()).map(|c| c.milestone.clone()).collect();
        let facts = Facts { suspended: false, erased_hold: None, milestones, ..self.facts.clone() };
        Self { kind: self.kind.clone(), facts, record: None }
    }
}

/// Whose erasure waits is as good as erased: no record of theirs is there, and no work is about them.
const SITUATION: &str = "SELECT r.state, r.kind, r.purposes, r.elements, \
       w.purpose, w.starts_at, w.ends_at, w.closed_at, w.every_row, \
       (SELECT COUNT(*) FROM work_actor wa WHERE wa.work = w.id AND wa.actor = $3), \
       (SELECT COUNT(*) FROM work_row wr WHERE wr.work = w.id AND wr.register_row = $1), \
       (SELECT COUNT(*) FROM work_person wp WHERE wp.work = w.id AND wp.person = $4 AND p.erase_at IS NULL), \
       p.state, c.due_at, \
       (SELECT COUNT(*) FROM occasion o WHERE o.kind = 'hold' AND o.subject = $5 AND o.closed_at IS NULL), \
       c.version, c.sheet \
     FROM register_row r \
     LEFT JOIN work w ON w.id = $2 \
     LEFT JOIN person p ON p.id = $4 \
     LEFT JOIN record c ON c.person = $4 AND c.register_row = r.id AND p.erase_at IS NULL \
     WHERE r.id = $1";

/// Reads how things stand for `ask` at the desk.
///
/// # Errors
/// [`No::Mistake`] when the handling ledger has no such row, [`No::Fault`].
pub async fn situation(desk: &Desk, ask: &Ask) -> Result<Situation, No> {
    let actor = desk.actor()?;
    let nobody = [0_u8; 16];
    let person = ask.person.map_or(nobody, |p| *p.as_bytes());
    let values = vec![
        Value::from(ask.row.as_str()),
        Value::from(ask.work.map_or(nobody, |w| *w.as_bytes())),
        actor.id.into(),
        person.into(),
        hex::encode(person).into(),
    ];
    let rows = desk.store().glance(SITUATION, values).await?;
    let row = rows.first().ok_or_else(unknown_row)?;
    let mut situation = read(desk, ask, row)?;
    if !desk.rights().may(actor.role, ask.act) {
        situation.facts.beyond_role = warrant::beyond_role(desk, ask.act.into()).await?;
    }
    if let Some(known) = desk.rights().place_for(&ask.purpose) {
        situation.facts.place = place::fact(desk, known).await?;
    }
    if ask.person.is_some() && needs_milestones(desk, ask)? {
        let sql = "SELECT name FROM milestone WHERE person = $1";
        for row in desk.store().glance(sql, vec![person.into()]).await? {
            situation.facts.milestones.insert(row.text(0)?.to_owned());
        }
    }
    Ok(situation)
}

/// Whether the asker may know that this person exists. The privacy officer and auditors answer for everybody; a handler knows
/// whom an open work record of their own is about; an administrator runs the machine and knows nobody.
///
/// # Errors
/// [`No::Missing`] when nobody has signed in, [`No::Fault`].
pub async fn knows(desk: &Desk, person: PersonId) -> Result<bool, No> {
    let actor = desk.actor()?;
    // Asked whatever the role is, so that the time taken says nothing.
    let rows = desk.store().read(WORKS_ON, vec![actor.id.into(), desk.now().into(), person.into()]).await?;
    let works_on = rows.first().map_or(Ok(0), |r| r.int(0))? > 0;
    Ok(match actor.role {
        Role::Officer | Role::Auditor => true,
        Role::Handler => works_on,
        Role::Administrator | Role::Staff => false,
    })
}

const WORKS_ON: &str = "SELECT COUNT(*) FROM work w JOIN work_actor wa ON wa.work = w.id \
     WHERE wa.actor = $1 AND w.starts_at <= $2 AND w.ends_at > $2 AND (w.closed_at IS NULL OR w.closed_at > $2) \
       AND (w.every_row = 1 \
            OR (NOT EXISTS (SELECT 1 FROM person p WHERE p.id = $3 AND p.erase_at IS NOT NULL) \
                AND (EXISTS (SELECT 1 FROM work_person wp WHERE wp.work = w.id AND wp.person = $3) \
                     OR EXISTS (SELECT 1 FROM work_row wr JOIN record c ON c.register_row = wr.register_row \
                                WHERE wr.work = w.id AND c.person = $3))))";

fn unknown_row() -> No {
    Mistake::new(
        "row",
        "個人情報管理台帳にその行がありません。台帳の番号を確かめてください。",
        "The handling ledger has no such row. Check its id on the register page.",
        "Sổ quản lý không có dòng này. Hãy kiểm tra mã dòng ở trang sổ.",
    )
    .into()
}

fn read(desk: &Desk, ask: &Ask, row: &Row) -> Result<Situation, No> {
    let bad = |_| Fault::Damaged("register_row");
    let state: RowState = row.text(0)?.parse().map_err(|_| Fault::Damaged("register_row.state"))?;
    let person_state = row.maybe_text(12)?;
    let today = desk.today();
    let kept_until = row.maybe_moment(13)?.map(|due| desk.day(due));
    let hold = if row.int(14)? > 0 {
        Some(Hold { ground: HoldGround::Dispute, until: None })
    } else {
        kept_until.filter(|day| *day > today).map(|day| Hold { ground: HoldGround::Term, until: Some(day) })
    };
    let record = match (row.maybe_int(15)?, row.maybe_bytes(16)?) {
        (Some(version), Some(sheet)) => {
            Some((u32::try_from(version).map_err(|_| Fault::Damaged("record.version"))?, sheet.to_vec()))
        }
        _ => None,
    };
    Ok(Situation {
        record,
        kind: row.text(1)?.parse().map_err(bad)?,
        facts: Facts {
            today,
            role: desk.actor()?.role,
            work: work(desk, ask, row)?,
            row: RowFact {
                state,
                purposes: words::<PurposeId>(row.text(2)?)?,
                elements: words::<ElementId>(row.text(3)?)?,
            },
            suspended: person_state == Some("suspended"),
            erased_hold: hold,
            milestones: BTreeSet::new(),
            beyond_role: false,
            place: PlaceFact::Supervised,
        },
    })
}

fn work(desk: &Desk, ask: &Ask, row: &Row) -> Result<WorkFact, No> {
    if ask.work.is_none() {
        return Ok(WorkFact::None);
    }
    let Some(purpose) = row.maybe_text(4)? else { return Ok(WorkFact::NotFound) };
    let closed = row.maybe_moment(7)?.is_some_and(|at| at <= desk.now());
    let about = row.int(8)? == 1 || row.int(10)? > 0 || row.int(11)? > 0;
    Ok(if row.int(9)? == 0 {
        WorkFact::NotYours
    } else if closed || row.moment(6)? <= desk.now() {
        WorkFact::Ended
    } else if row.moment(5)? > desk.now() {
        WorkFact::NotStarted
    } else if purpose != ask.purpose.as_str() {
        WorkFact::OtherPurpose
    } else if !about {
        WorkFact::NotThisPerson
    } else {
        WorkFact::Open
    })
}

fn needs_milestones(desk: &Desk, ask: &Ask) -> Result<bool, No> {
    let purpose = desk.policy()?.purpose(&ask.purpose);
    Ok(purpose.is_some_and(|p| ask.elements.iter().any(|e| p.needs.contains_key(e))))
}

/// A list of names kept as one text, apart by spaces.
///
/// # Errors
/// [`Fault::Damaged`] when one is not a name.
pub fn words<T: std::str::FromStr + Ord>(text: &str) -> Result<BTreeSet<T>, Fault> {
    text.split_whitespace().map(|w| w.parse().map_err(|_| Fault::Damaged("a list of names"))).collect()
}
