//! One entry in plain words, with the clauses as they read that day.

use super::words::{Said, sentence};
use super::{Entry, EntryKind, Line, entry};
use crate::occasion::OccasionKind;
use access::{Enacted, Fault, Office};
use jiff::tz::TimeZone;
use ledger::names::{ClauseId, Moment};
use policy::{Language, Policy, catalogue};
use std::sync::Arc;
use store::{Row, Value};

/// One entry, told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What the entry holds.
    pub line: Line,
    /// What took place, in one or two sentences.
    pub sentence: String,
    /// The clauses the decision rests on, as they read that day.
    pub clauses: Vec<(ClauseId, String)>,
    /// The version of the policy it was judged by, as the organisation counts; for an enactment, the version enacted.
    pub version: Option<String>,
    /// The purpose, as people were told.
    pub purpose: Option<String>,
    /// The elements, as people call them.
    pub elements: Vec<String>,
}

/// Tells one entry in one language.
///
/// # Errors
/// [`Fault`].
pub async fn explain(office: &Office, index: u64, language: Language) -> Result<Option<Explanation>, Fault> {
    let Some(line) = entry(office, index).await? else { return Ok(None) };
    let enacted = line.policy.and_then(|digest| office.versions().into_iter().find(|v| v.digest == digest));
    let what = what(office, &line, enacted.as_ref(), language).await?;
    let who = who(office, &line, language).await?;
    Ok(Some(told(line, enacted.as_ref(), what, who, language)))
}

/// Tells an entry by itself, far from the office: who, and what lies beside the ledger, is not told, and clauses read as the
/// catalogue has them.
#[must_use]
pub fn tell(index: u64, entry: &Entry, language: Language) -> Explanation {
    let who = entry.actor_commitment().map(|_| super::words::somebody(language).to_owned());
    let line = Line { work: entry.work_id().map(|id| id.to_string()), ..Line::new(index, entry, None) };
    told(line, None, None, who, language)
}

/// Who acted, by name and role, while the account is known.
async fn who(office: &Office, line: &Line, language: Language) -> Result<Option<String>, Fault> {
    let Ok(index) = i64::try_from(line.entry) else { return Ok(None) };
    let sql = "SELECT a.name, a.role FROM entry e JOIN actor a ON a.id = e.actor WHERE e.idx = $1";
    let found = office.store().read(sql, vec![index.into()]).await?;
    found.first().map(|row| account(row, language)).transpose()
}

fn account(row: &Row, language: Language) -> Result<String, Fault> {
    let bad = |_| Fault::Damaged("actor");
    let role = row.text(1).map_err(bad)?.parse().map_err(|_| Fault::Damaged("actor.role"))?;
    Ok(super::words::account(row.text(0).map_err(bad)?, role, language))
}

fn told(
    line: Line,
    enacted: Option<&Arc<Enacted>>,
    what: Option<String>,
    who: Option<String>,
    language: Language,
) -> Explanation {
    let policy = enacted.map(|e| &e.policy);
    let clauses = line.clauses.iter().map(|clause| {
        let text = policy.and_then(|p| p.clause_text(clause, language)).map(std::borrow::Cow::into_owned);
        let silent = || catalogue::find_str(clause.as_str()).map(|promise| promise.words(language).promise.clone());
        (clause.clone(), text.or_else(silent).unwrap_or_default())
    });
    let purpose = line.purpose.as_ref().map(|id| {
        let label = policy.and_then(|p| p.purpose(id)).map(|p| p.label.get(language).to_owned());
        label.unwrap_or_else(|| id.to_string())
    });
    let elements = line.elements.iter().map(|id| {
        let label = policy.and_then(|p| p.element(id)).map(|e| e.label.get(language).to_owned());
        label.unwrap_or_else(|| id.to_string())
    });
    let version = policy.map(|p| p.version().to_owned());
    let elements: Vec<String> = elements.collect();
    let said = Said {
        when: when(line.at, enacted),
        who,
        people: line.people,
        elements: &elements,
        purpose: purpose.as_deref(),
        work: line.work.as_deref(),
        row: line.row.as_ref().map(|row| row.as_str()),
        version: version.as_deref(),
        what: what.as_deref(),
    };
    let sentence = sentence(line.kind, line.refused, &said, language);
    Explanation { sentence, clauses: clauses.collect(), version, purpose, elements, line }
}

/// The minute where the company is; where no policy says where that is, in UTC.
fn when(at: Moment, enacted: Option<&Arc<Enacted>>) -> String {
    let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    match enacted.and_then(|e| TimeZone::get(e.policy.zone()).ok()) {
        Some(zone) => at.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string(),
        None => at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    }
}

/// What evidence was about, where the entry leaves it to the details.
async fn what(
    office: &Office,
    line: &Line,
    enacted: Option<&Arc<Enacted>>,
    language: Language,
) -> Result<Option<String>, Fault> {
    let Ok(index) = i64::try_from(line.entry) else { return Ok(None) };
    let bad = |_| Fault::Damaged("occasion");
    let found =
        office.store().read("SELECT kind, subject, outcome FROM occasion WHERE idx = $1", vec![index.into()]).await?;
    if let Some(row) = found.first() {
        let kind: OccasionKind = row.text(0).map_err(bad)?.parse().map_err(|_| Fault::Damaged("occasion.kind"))?;
        let label = kind.label().get(language).to_owned();
        // The subject of a hold is a person, and that of a publication a digest: neither helps a reader.
        return Ok(Some(match kind {
            OccasionKind::Hold | OccasionKind::NoticePublished => label,
            kind if !kind.outcomes().is_empty() => {
                format!("{label}: {} ({})", row.text(1).map_err(bad)?, row.text(2).map_err(bad)?)
            }
            _ => format!("{label}: {}", row.text(1).map_err(bad)?),
        }));
    }
    if line.kind == EntryKind::RegisterChanged && !line.refused {
        return wrote(office, index, language).await;
    }
    let wanted = [
        EntryKind::Recorded,
        EntryKind::InquiryAnswered,
        EntryKind::Held,
        EntryKind::AccessGranted,
        EntryKind::AccessRevoked,
        EntryKind::LogsRead,
        EntryKind::LogsAnswered,
        EntryKind::LogsReviewed,
    ];
    if !wanted.contains(&line.kind) {
        return Ok(None);
    }
    let details = office.store().read("SELECT body FROM detail WHERE idx = $1", vec![index.into()]).await?;
    let Some(row) = details.first() else { return Ok(None) };
    let body: serde_json::Value = serde_json::from_slice(row.bytes(0).map_err(bad)?).unwrap_or_default();
    let text = |key: &str| body.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    if matches!(line.kind, EntryKind::AccessGranted | EntryKind::AccessRevoked) {
        return given(office, &text, language).await;
    }
    let number = |key: &str| body.get(key).and_then(serde_json::Value::as_u64).unwrap_or_default();
    Ok(match text("what").as_str() {
        "" => None,
        "logs-read" | "logs-answered" | "logs-signed-off" => {
            let rules = enacted.map(|enacted| enacted.policy.logs());
            Some(super::logs::what(rules, &text, &number, language))
        }
        "milestone" => {
            let name = text("name");
            let named = enacted.and_then(|e| milestone(&e.policy, &name, language)).unwrap_or(name);
            Some(format!("{}: {named}", super::words::milestone(language)))
        }
        code => code.parse::<OccasionKind>().ok().map(|kind| kind.label().get(language).to_owned()),
    })
}

/// What was done to a row of the handling ledger: it was written, changed, approved or ended.
async fn wrote(office: &Office, index: i64, language: Language) -> Result<Option<String>, Fault> {
    let bad = |_| Fault::Damaged("register_version");
    let sql = "SELECT v.state, b.state FROM register_version v LEFT JOIN register_version b \
               ON b.register_row = v.register_row AND b.version = v.version - 1 WHERE v.idx = $1";
    let found = office.store().read(sql, vec![index.into()]).await?;
    let Some(row) = found.first() else { return Ok(None) };
    let before = row.maybe_text(1).map_err(bad)?;
    Ok(Some(super::words::wrote(before, row.text(0).map_err(bad)?, language).to_owned()))
}

/// What was given or taken back: an account, a password, a token.
async fn given(office: &Office, text: &impl Fn(&str) -> String, language: Language) -> Result<Option<String>, Fault> {
    let bad = |_| Fault::Damaged("api_token");
    let token = text("token");
    let mut label = None;
    if !token.is_empty() {
        for row in office.store().read("SELECT hash, label FROM api_token", vec![]).await? {
            let hash: [u8; 32] = row.array(0).map_err(bad)?;
            if ledger::names::Commitment(hash).to_string().starts_with(&token) {
                label = Some(row.text(1).map_err(bad)?.to_owned());
            }
        }
    }
    let Ok(actor) = text("actor").parse::<ledger::names::ActorId>() else {
        return Ok(label.map(|label| super::words::given(None, Some(&label), false, language)));
    };
    let values: Vec<Value> = vec![actor.into()];
    let found = office.store().read("SELECT name, role FROM actor WHERE id = $1", values).await?;
    let account = found.first().map(|row| account(row, language)).transpose()?;
    let password = text("role").is_empty() && !text("password").is_empty();
    Ok(Some(super::words::given(account.as_deref(), label.as_deref(), password, language)))
}

/// A milestone as the policy calls it.
fn milestone(policy: &Policy, name: &str, language: Language) -> Option<String> {
    let mut conditions = policy.purposes().iter().flat_map(|purpose| purpose.needs.values());
    conditions.find(|condition| condition.milestone == name).map(|condition| condition.label.get(language).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::names::{ActId, Commitment, WorkId};

    #[test]
    fn an_entry_far_from_the_office_says_what_it_holds_itself() {
        let entry = Entry::new(EntryKind::Revealed, ActId::from_bytes([1; 16]), Moment(1_795_000_000_000))
            .actor(Commitment([2; 32]))
            .purpose("hr.recruit".parse().unwrap())
            .elements(["phone".parse().unwrap()])
            .clauses(["access.need".parse().unwrap()])
            .work(WorkId::from_bytes([3; 16]))
            .subjects(1, Commitment([4; 32]));
        let told = tell(41, &entry, Language::En);
        let work = "03".repeat(16);
        assert_eq!(
            told.sentence,
            format!(
                "2026-11-18 11:06 UTC: somebody with an account opened phone of one person, for “hr.recruit”, under work record {work}."
            )
        );
        assert_eq!((told.line.entry, told.version, told.clauses.len()), (41, None, 1));
        let sentences: Vec<_> = Language::ALL.iter().map(|language| tell(41, &entry, *language).sentence).collect();
        assert!(sentences.iter().all(|sentence| sentence.contains("UTC") && sentence.contains(&work)), "{sentences:?}");
        let born = Entry::new(EntryKind::Born, ActId::from_bytes([1; 16]), Moment(0));
        assert!(tell(0, &born, Language::En).sentence.contains("the program"));
    }
}
