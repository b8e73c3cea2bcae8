//! Milestones: what happened with a person, as far as rules depend on it.

use access::{Desk, Mistake, No, OfficeAct, permit_office};
use ledger::entry::EntryKind;
use ledger::names::{PersonId, RowId, TermId};
use policy::{Policy, Trigger};
use std::collections::BTreeSet;
use store::{Change, Value};

/// The milestones a policy knows: those its purposes ask for, and the events its retention terms run from.
#[must_use]
pub fn known(policy: &Policy) -> BTreeSet<String> {
    let asked = policy.purposes().iter().flat_map(|p| p.needs.values()).map(|c| c.milestone.clone());
    let terms = policy.terms().iter().filter(|t| t.from != Trigger::Acquired).map(|t| t.from.code().to_owned());
    asked.chain(terms).collect()
}

/// Records that something happened with a person: an offer accepted, a consent given, an employment ended.
///
/// When a retention term runs from it (`left`, `decided`, `purpose-ended`, `contract-ended`), the person's records under rows
/// of that term fall due by it.
///
/// # Errors
/// [`No::Refusal`] by role; [`No::Missing`] when nobody of that id is held; [`No::Mistake`] when the policy does not know the
/// milestone, or it is on record already.
pub async fn record(desk: &Desk, person: PersonId, name: &str) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::RecordMilestone).await?;
    let policy = desk.policy()?;
    if !known(policy).contains(name) {
        return Err(Mistake::new(
            "name",
            "方針にない出来事です。方針の条件か保管期間にある名前を選んでください。",
            "The policy knows no such milestone. Choose one of its conditions or retention terms.",
            "Chính sách không có mốc này. Hãy chọn mốc có trong điều kiện hoặc thời hạn lưu giữ.",
        )
        .into());
    }
    let held = desk.store().read("SELECT state FROM person WHERE id = $1", vec![person.into()]).await?;
    if held.first().map(|row| row.text(0)).transpose()?.is_none_or(|state| state == "erased") {
        return Err(No::Missing);
    }
    let entry = permit.entry(desk, EntryKind::Recorded).counted(1);
    let mut act = desk
        .act_with_detail(entry, &serde_json::json!({ "what": "milestone", "name": name }))?
        .with(Change::new("INSERT INTO side (idx, person) VALUES ($1, $2)", vec![Value::EntryIndex, person.into()]))
        .with(
            Change::new(
                "INSERT INTO milestone (person, name, at, idx) VALUES ($1, $2, $3, $4)",
                vec![person.into(), name.into(), desk.now().into(), Value::EntryIndex],
            )
            .exactly(1),
        );
    for change in due(desk, policy, person, name).await? {
        act = act.with(change);
    }
    match desk.commit(act).await {
        Ok(receipt) => Ok(receipt.index()),
        Err(No::Mistake(_)) => Err(Mistake::new(
            "name",
            "この出来事はすでに記録されています。",
            "This milestone is on record already.",
            "Mốc này đã được ghi nhận.",
        )
        .into()),
        Err(other) => Err(other),
    }
}

/// The records whose term begins now.
async fn due(desk: &Desk, policy: &Policy, person: PersonId, name: &str) -> Result<Vec<Change>, No> {
    let Ok(event) = name.parse::<Trigger>() else { return Ok(Vec::new()) };
    let sql =
        "SELECT c.register_row, r.term FROM record c JOIN register_row r ON r.id = c.register_row WHERE c.person = $1";
    let mut changes = Vec::new();
    for row in desk.store().read(sql, vec![person.into()]).await? {
        let (id, term) = (row.text(0)?, row.text(1)?);
        let damaged = |_| access::Fault::Damaged("register_row.term");
        let id: RowId = id.parse().map_err(damaged)?;
        let term: TermId = term.parse().map_err(damaged)?;
        if let Some(term) = policy.term(&term).filter(|term| term.from == event) {
            let falls = desk.start_of(term.due(desk.today()));
            let sql = "UPDATE record SET due_at = $3 WHERE person = $1 AND register_row = $2";
            changes.push(Change::new(sql, vec![person.into(), id.as_str().into(), falls.into()]).exactly(1));
        }
    }
    Ok(changes)
}
