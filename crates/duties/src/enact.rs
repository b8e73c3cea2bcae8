//! Bringing a policy version into force: two people, a date, and no promise dropped in silence.

use access::{Actor, Desk, Mistake, No, Office, OfficeAct, permit_office};
use ledger::entry::EntryKind;
use ledger::names::Moment;
use policy::{Diff, Language, Policy, Role};
use std::collections::BTreeSet;
use store::{Change, Value};

/// What changes between the newest enacted version and this policy; empty when there is none yet.
#[must_use]
pub fn diff(office: &Office, policy: &Policy) -> Diff {
    office.versions().last().map_or_else(Diff::default, |newest| policy.diff(&newest.policy))
}

/// Brings a policy version into force from a moment on, approved by two different people of whom one is the officer.
///
/// The entry is `policy-enacted` and carries the digest of the version it enacts; its details say from when and by whose
/// approval. History is never edited: an act is judged by the version in force when it takes place.
///
/// # Errors
/// [`No::Refusal`] unless the officer enacts. [`No::Mistake`] when two people did not approve, when it would act backwards, when
/// the version is in force already, when it is no longer settled (a stale translation, a case that comes out otherwise), or
/// when it drops a promise without a word.
pub async fn enact(desk: &Desk, policy: Policy, in_force_from: Moment, approvals: &[Actor]) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::EnactPolicy).await?;
    let office = desk.office();
    office.refresh().await?;
    approved(approvals)?;
    dated(desk, in_force_from)?;
    settled(office, &policy)?;
    let digest = policy.digest();
    let logins: BTreeSet<&str> = approvals.iter().map(|a| a.login.as_str()).collect();
    let ids: Vec<String> = approvals.iter().map(|a| a.id.to_string()).collect();
    let entry = permit.entry(desk, EntryKind::PolicyEnacted).policy(digest);
    let details = serde_json::json!({ "digest": digest.to_string(), "from": in_force_from.0, "approvals": ids });
    let sql =
        "INSERT INTO policy_version (digest, idx, in_force_from, canonical, approvals) VALUES ($1, $2, $3, $4, $5)";
    let values = vec![
        digest.0.into(),
        Value::EntryIndex,
        in_force_from.into(),
        policy.canonical().into(),
        logins.into_iter().collect::<Vec<_>>().join(" ").into(),
    ];
    let act = desk.act_with_detail(entry, &details)?.with(Change::new(sql, values).exactly(1));
    let receipt = desk.commit(act).await?;
    office.refresh().await?;
    Ok(receipt.index())
}

fn approved(approvals: &[Actor]) -> Result<(), No> {
    let people: BTreeSet<_> = approvals.iter().map(|a| a.id).collect();
    let officer = approvals.iter().any(|a| a.role == Role::Officer);
    if people.len() >= 2 && officer {
        return Ok(());
    }
    Err(Mistake::new(
        "approvals",
        "制定には、個人情報保護管理者を含む2人の承認が必要です。",
        "A policy is enacted by two different people, one of them the privacy officer.",
        "Ban hành chính sách cần hai người khác nhau phê duyệt, trong đó có người phụ trách bảo vệ dữ liệu cá nhân.",
    )
    .into())
}

/// Nothing acts backwards: what was done is judged by the version of its day for ever.
fn dated(desk: &Desk, from: Moment) -> Result<(), No> {
    let newest = desk.office().versions().last().map(|v| v.in_force_from);
    if from >= desk.now() && newest.is_none_or(|newest| from >= newest) {
        return Ok(());
    }
    Err(Mistake::new(
        "from",
        "施行は今より後で、すでに制定された版より後にしてください。過去にさかのぼることはできません。",
        "A version comes into force now or later, after every version enacted before; never backwards.",
        "Phiên bản có hiệu lực từ bây giờ trở đi và sau các phiên bản trước; không có hiệu lực ngược.",
    )
    .into())
}

fn settled(office: &Office, policy: &Policy) -> Result<(), No> {
    if office.versions().iter().any(|v| v.digest == policy.digest()) {
        return Err(Mistake::new(
            "policy",
            "この版はすでに制定されています。",
            "This very version has been enacted already.",
            "Chính phiên bản này đã được ban hành.",
        )
        .into());
    }
    let checked = policy::check(policy.files());
    if let Some(problem) = checked.problems.iter().find(|p| p.is_error()) {
        let line = |language| problem.line_in(language);
        return Err(Mistake::new("policy", line(Language::Ja), line(Language::En), line(Language::Vi)).into());
    }
    let diff = diff(office, policy);
    if let Some(promise) = diff.needs_word().first() {
        let count = diff.needs_word().len();
        return Err(Mistake::new(
            "policy",
            format!("{count}件の約束（{promise} など）が黙って消えています。policy.toml の [[dropped]] に理由を書いてください。"),
            format!("It drops {count} promise(s) in silence, {promise} among them. Give the reason under [[dropped]] in policy.toml."),
            format!("Có {count} cam kết (ví dụ {promise}) bị bỏ mà không nêu lý do. Hãy ghi lý do ở [[dropped]] trong policy.toml."),
        )
        .into());
    }
    Ok(())
}
