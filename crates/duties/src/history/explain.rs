//! One entry in plain words, with the clauses as they read that day.

use super::words::{Said, sentence};
use super::{EntryKind, Line, entry};
use crate::occasion::OccasionKind;
use access::{Enacted, Fault, Office};
use jiff::tz::TimeZone;
use ledger::names::{ClauseId, Moment};
use policy::{Language, catalogue};
use std::sync::Arc;

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
    let what = what(office, &line, language).await?;
    Ok(Some(told(line, enacted.as_ref(), what, language)))
}

fn told(line: Line, enacted: Option<&Arc<Enacted>>, what: Option<String>, language: Language) -> Explanation {
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
        who: line.actor.clone(),
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

/// The minute where the company is.
fn when(at: Moment, enacted: Option<&Arc<Enacted>>) -> String {
    let zone = enacted.and_then(|e| TimeZone::get(e.policy.zone()).ok()).unwrap_or(TimeZone::UTC);
    let zoned = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_zoned(zone);
    zoned.strftime("%Y-%m-%d %H:%M").to_string()
}

/// What evidence was about, where the entry leaves it to the details.
async fn what(office: &Office, line: &Line, language: Language) -> Result<Option<String>, Fault> {
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
            OccasionKind::Probe => {
                format!("{label}: {} ({})", row.text(1).map_err(bad)?, row.text(2).map_err(bad)?)
            }
            _ => format!("{label}: {}", row.text(1).map_err(bad)?),
        }));
    }
    if !matches!(line.kind, EntryKind::Recorded | EntryKind::InquiryAnswered | EntryKind::Held) {
        return Ok(None);
    }
    let details = office.store().read("SELECT body FROM detail WHERE idx = $1", vec![index.into()]).await?;
    let Some(row) = details.first() else { return Ok(None) };
    let body: serde_json::Value = serde_json::from_slice(row.bytes(0).map_err(bad)?).unwrap_or_default();
    let text = |key: &str| body.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    Ok(match text("what").as_str() {
        "" => None,
        "milestone" => Some(format!("{}: {}", super::words::milestone(language), text("name"))),
        code => code.parse::<OccasionKind>().ok().map(|kind| kind.label().get(language).to_owned()),
    })
}
