//! Milestones: what happened with a person, as far as rules depend on it.

use access::{Desk, Mistake, No, OfficeAct, knows, permit_office};
use ledger::commitment::detail;
use ledger::entry::EntryKind;
use ledger::names::{Commitment, Moment, PersonId, RowId, TermId};
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
/// [`No::Refusal`] by role; [`No::Missing`] when nobody of that id is held, or the asker may not know; [`No::Mistake`] when the policy does not know the
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
    let is_there = held.first().map(|row| row.text(0)).transpose()?;
    let is_there = is_there.is_some_and(|state| matches!(state, "active" | "suspended"));
    if !knows(desk, person).await? || !is_there {
        return Err(No::Missing);
    }
    let falls_due = due(desk, policy, person, name).await?;
    let told: Vec<String> = falls_due.iter().map(|(row, due)| format!("{row}={}", due.0)).collect();
    let told = told.join(" ");
    let salt: [u8; 32] = desk.chance().bytes();
    let digest = bound(&salt, person, name, desk.now(), &told);
    let entry = permit.entry(desk, EntryKind::Recorded).counted(1);
    let mut act = desk
        .act_with_detail(entry, &serde_json::json!({ "what": "milestone", "name": name, "row": digest }))?
        .with(
            Change::new(
                "INSERT INTO side (idx, person, place, sc) SELECT CAST($1 AS BIGINT), p.id, 0, $3 FROM person p \
             WHERE p.id = $2 AND p.state IN ('active', 'suspended')",
                vec![Value::EntryIndex, person.into(), Vec::new().into()],
            )
            .exactly(1),
        )
        .with(
            Change::new(
                "INSERT INTO milestone (person, name, at, due, salt, idx) VALUES ($1, $2, $3, $4, $5, $6)",
                vec![person.into(), name.into(), desk.now().into(), told.into(), salt.into(), Value::EntryIndex],
            )
            .exactly(1),
        );
    for (row, due) in falls_due {
        let sql = "UPDATE record SET due_at = $3 WHERE person = $1 AND register_row = $2";
        act = act.with(Change::new(sql, vec![person.into(), row.as_str().into(), due.into()]).exactly(1));
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

/// The digest by which the entry of a milestone binds it, in hexadecimal; `due` lists the rows whose records fall due by it, as
/// `row=milliseconds`. Salted with the milestone's own salt, it says nothing once the person is erased.
#[must_use]
pub fn bound(salt: &[u8; 32], person: PersonId, name: &str, at: Moment, due: &str) -> String {
    let told = serde_json::json!({ "at": at.0, "due": due, "name": name, "person": person.to_string() });
    Commitment(detail(salt, told.to_string().as_bytes())).to_string()
}

/// The records whose term begins now, and when they fall due by it.
async fn due(desk: &Desk, policy: &Policy, person: PersonId, name: &str) -> Result<Vec<(RowId, Moment)>, No> {
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
            changes.push((id, desk.start_of(term.due(desk.today()))));
        }
    }
    Ok(changes)
}
