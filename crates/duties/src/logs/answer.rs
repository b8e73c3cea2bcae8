//! Answering a question.

use super::facts::Known;
use super::read::{Question, QuestionId, question};
use access::{Desk, Mistake, No, OfficeAct, Refusal, permit_office};
use ledger::entry::EntryKind;
use ledger::names::{ActorId, Moment};
use policy::logs::{LogRules, Settles};
use policy::{Reason, Role, Rule, WayOn};
use serde_json::json;
use store::{Change, Value};

/// An answer to a question.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// One of the reasons the policy offers for this check.
    pub reason: String,
    /// What else is known, in at most 1,000 characters. No personal data.
    pub note: String,
}

/// Who may answer at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answerers {
    /// The manager who is asked, as long as it is their turn.
    pub manager: Option<ActorId>,
    /// Whether it has become the privacy officer's: there is no manager, nobody answered in time, or it was handed on.
    pub escalated: bool,
}

const DAY: i64 = 86_400_000;

/// Whose turn it is. The privacy officer may always answer.
#[must_use]
pub fn answerers(question: &Question, rules: &LogRules, now: Moment) -> Answerers {
    let late = now.0 >= question.at.0.saturating_add(i64::from(rules.answer_days) * DAY);
    let handed_on = question.answers.iter().any(|answer| !answer.settled);
    let escalated = question.asked.is_none() || late || handed_on;
    Answerers { manager: question.asked.filter(|_| !handed_on), escalated }
}

/// Answers a question. Whom it is about does not answer it, nor does a handler who is not asked.
///
/// # Errors
/// [`No::Missing`] when there is no such question for the actor; [`No::Refusal`] by role, or when it is about the actor;
/// [`No::Mistake`] when it was answered before or the reason is not one of those offered.
pub async fn answer(desk: &Desk, known: &Known, id: QuestionId, answer: Answer) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::AnswerLogs).await?;
    let asked = question(desk.office(), id).await?.ok_or(No::Missing)?;
    let rules = desk.policy()?.logs();
    let actor = desk.actor()?;
    if actor.role != Role::Officer && answerers(&asked, rules, desk.now()).manager != Some(actor.id) {
        return Err(No::Missing);
    }
    if known.account(&asked.person) == Some(actor.id) {
        return Err(own(desk).await);
    }
    if !asked.is_open() {
        return Err(answered().into());
    }
    let note = answer.note.trim();
    if note.chars().count() > 1_000 || note.chars().any(|c| c.is_control() && c != '\n') {
        return Err(too_long().into());
    }
    let reason = rules.reasons_for(asked.check).find(|reason| reason.id == answer.reason).ok_or_else(no_reason)?;
    let settled = reason.settles != Settles::Escalate;
    if !settled && actor.role == Role::Officer {
        return Err(no_further().into());
    }
    let details = json!({
        "what": "logs-answered", "question": id.to_string(), "reason": reason.id, "settled": settled, "note": note,
        "by": actor.id.to_string(),
    });
    let sql = "INSERT INTO log_answer (idx, question, reason, settled, note, answered_by, at) \
               SELECT CAST($1 AS BIGINT), q.id, CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS TEXT), $6, CAST($7 AS BIGINT) \
               FROM log_question q WHERE q.id = $2 \
               AND NOT EXISTS (SELECT 1 FROM log_answer a WHERE a.question = q.id AND a.settled = 1)";
    let values = vec![
        Value::EntryIndex,
        id.into(),
        reason.id.as_str().into(),
        settled.into(),
        note.into(),
        actor.id.into(),
        desk.now().into(),
    ];
    let entry = permit.entry(desk, EntryKind::LogsAnswered);
    let act = desk.act_with_detail(entry, &details)?.with(Change::new(sql, values).exactly(1));
    match desk.commit(act).await {
        Ok(receipt) => Ok(receipt.index()),
        Err(No::Mistake(_)) if question(desk.office(), id).await?.is_some_and(|q| !q.is_open()) => {
            Err(answered().into())
        }
        Err(other) => Err(other),
    }
}

/// The refusal of somebody whom the question is about, durable before it is told.
async fn own(desk: &Desk) -> No {
    let clause = desk.policy().ok().and_then(|policy| policy.clause_behind("tech.logs-reconciled"));
    let clauses: Vec<_> = clause.into_iter().collect();
    let entry = desk.entry(EntryKind::LogsAnswered, desk.act_id()).clauses(clauses.clone()).refused();
    let receipt = match desk.act(&entry) {
        Ok(act) => desk.commit(act).await,
        Err(fault) => return fault.into(),
    };
    let reason = |clause: &ledger::names::ClauseId| Reason {
        rule: Rule::RoleMayNot,
        clause: clause.clone(),
        element: None,
        way_on: WayOn::AskOfficer,
    };
    match receipt {
        Ok(receipt) => {
            let reasons = clauses.iter().map(reason).collect();
            No::Refusal(Box::new(Refusal { reasons, clauses, entry: receipt.index() }))
        }
        Err(no) => no,
    }
}

fn answered() -> Mistake {
    Mistake::new(
        "question",
        "この質問にはすでに回答があります。",
        "This question was answered before.",
        "Câu hỏi này đã được trả lời.",
    )
}

fn no_reason() -> Mistake {
    Mistake::new(
        "reason",
        "示された回答から選んでください。",
        "Choose one of the answers that are offered.",
        "Hãy chọn một trong các câu trả lời.",
    )
}

fn no_further() -> Mistake {
    Mistake::new(
        "reason",
        "個人情報保護管理者が最後に答えます。別の回答を選んでください。",
        "The privacy officer answers last. Choose another answer.",
        "Người phụ trách trả lời sau cùng. Hãy chọn câu trả lời khác.",
    )
}

fn too_long() -> Mistake {
    Mistake::new(
        "note",
        "補足は1,000文字以内にしてください。",
        "The note has at most 1,000 characters.",
        "Ghi chú tối đa 1.000 ký tự.",
    )
}
