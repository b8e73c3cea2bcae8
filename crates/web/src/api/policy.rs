//! The policy in force, and how its promises stand.

use access::{Enacted, Mistake};
use duties::watch::{self, Books, Finding};
use jiff::civil::Date;
use policy::{Language, Texts};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

use super::asked::Asked;
use super::caller::Caller;
use super::problem::Answer;
use super::seen::Seen;
use super::spelled::{At, ClassCode, Day, Digest, ShapeCode, Slug, StandingCode, Time};

/// One text in the languages of the policy.
#[derive(Serialize, ToSchema)]
pub(crate) struct InEveryLanguage {
    /// Japanese, the original.
    ja: String,
    /// English.
    en: String,
    /// Vietnamese.
    vi: String,
}

impl From<&Texts> for InEveryLanguage {
    fn from(texts: &Texts) -> Self {
        let text = |language| texts.get(language).to_owned();
        Self { ja: text(Language::Ja), en: text(Language::En), vi: text(Language::Vi) }
    }
}

/// The policy in force.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PolicyInForce {
    /// The digest by which entries cite it.
    #[schema(value_type = Digest)]
    digest: String,
    /// The version, as the organisation counts.
    #[schema(example = "7")]
    version: String,
    /// From when acts are judged by it.
    #[schema(value_type = Time)]
    in_force_from: At,
    /// The ledger entry of its enactment.
    entry: u64,
    /// The logins of those who approved it.
    approvals: Vec<String>,
    /// Where the organisation's days begin and end.
    #[schema(example = "Asia/Ho_Chi_Minh")]
    zone: String,
    /// The notified purposes.
    purposes: Vec<NotifiedPurpose>,
    /// The data elements.
    elements: Vec<DataElement>,
    /// The kinds of people.
    kinds: Vec<KindOfPeople>,
}

/// A notified purpose.
#[derive(Serialize, ToSchema)]
pub(crate) struct NotifiedPurpose {
    /// Its id.
    #[schema(value_type = Slug)]
    id: String,
    /// What people were told.
    label: InEveryLanguage,
    /// The clause that tells them.
    #[schema(value_type = Slug)]
    clause: String,
    /// The kinds of people it is for.
    #[schema(value_type = Vec<Slug>)]
    kinds: Vec<String>,
    /// The elements it needs, and no others.
    #[schema(value_type = Vec<Slug>)]
    elements: Vec<String>,
}

/// A data element.
#[derive(Serialize, ToSchema)]
pub(crate) struct DataElement {
    /// Its id.
    #[schema(value_type = Slug)]
    id: String,
    /// What people call it.
    label: InEveryLanguage,
    /// How much care it asks for.
    #[schema(value_type = ClassCode)]
    class: &'static str,
    /// How it is written and compared.
    #[schema(value_type = ShapeCode)]
    shape: &'static str,
}

/// A kind of people.
#[derive(Serialize, ToSchema)]
pub(crate) struct KindOfPeople {
    /// Its id.
    #[schema(value_type = Slug)]
    id: String,
    /// What people call it.
    label: InEveryLanguage,
}

impl From<&Arc<Enacted>> for PolicyInForce {
    fn from(enacted: &Arc<Enacted>) -> Self {
        let policy = &enacted.policy;
        let purpose = |p: &policy::Purpose| NotifiedPurpose {
            id: p.id.to_string(),
            label: (&p.label).into(),
            clause: p.clause.to_string(),
            kinds: p.kinds.iter().map(ToString::to_string).collect(),
            elements: p.elements.iter().map(ToString::to_string).collect(),
        };
        let element = |e: &policy::Element| DataElement {
            id: e.id.to_string(),
            label: (&e.label).into(),
            class: e.class.code(),
            shape: e.shape.code(),
        };
        Self {
            digest: enacted.digest.to_string(),
            version: policy.version().to_owned(),
            in_force_from: At(enacted.in_force_from),
            entry: enacted.entry,
            approvals: enacted.approvals.clone(),
            zone: policy.zone().to_owned(),
            purposes: policy.purposes().iter().map(purpose).collect(),
            elements: policy.elements().iter().map(element).collect(),
            kinds: policy
                .kinds()
                .iter()
                .map(|k| KindOfPeople { id: k.id.to_string(), label: (&k.label).into() })
                .collect(),
        }
    }
}

/// Read the policy in force
///
/// With the ids of purposes, elements and kinds of people that other calls name.
#[utoipa::path(
    get,
    path = "/api/v1/policy",
    operation_id = "showPolicy",
    tag = "policy",
    responses((status = 200, body = PolicyInForce, description = "The policy by which acts are judged now."))
)]
pub(crate) async fn show(caller: Caller) -> Answer<Seen<PolicyInForce>> {
    Ok(Seen::new(caller.desk.enacted()?.into()))
}

/// How the promises stand on a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Standings {
    /// The day whose end is shown.
    #[schema(value_type = Day)]
    as_of: Date,
    /// Promise by promise, in the order of their ids.
    standings: Vec<Standing>,
}

/// How one promise stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct Standing {
    /// The promise of the catalogue.
    #[schema(value_type = Slug)]
    promise: String,
    /// How it stands.
    #[schema(value_type = StandingCode)]
    standing: &'static str,
    /// How many of the population have their proof.
    have: u64,
    /// The population that was counted.
    of: u64,
    /// The day of the newest proof.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Day>, nullable = false)]
    newest: Option<Date>,
    /// The day on which it becomes at risk or broken if nobody acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Day>, nullable = false)]
    lapses: Option<Date>,
    /// Since when it has stood like this.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Day>, nullable = false)]
    since: Option<Date>,
    /// Whose turn it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    whose: Option<String>,
    /// Why it stands as it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    why: Option<String>,
    /// The one next act.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<String>,
    /// Whether a watch counted; otherwise it is still to be watched, and unproven.
    watched: bool,
    /// Ledger entries that show it, newest first.
    evidence: Vec<u64>,
}

impl Standing {
    fn new(finding: &Finding, language: Language) -> Self {
        Self {
            promise: finding.promise.to_string(),
            standing: finding.standing.code(),
            have: finding.have,
            of: finding.of,
            newest: finding.newest,
            lapses: finding.lapses,
            since: finding.since,
            whose: finding.whose.clone(),
            why: finding.why.as_ref().map(|why| why.get(language).to_owned()),
            next: finding.next.as_ref().map(|next| next.label.get(language).to_owned()),
            watched: finding.watched,
            evidence: finding.evidence.iter().map(|evidence| evidence.entry).collect(),
        }
    }
}

/// Which day.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct StandingsAsked {
    /// The day whose end is shown; today, unless said.
    #[param(value_type = Option<Day>)]
    as_of: Option<Date>,
}

/// How every promise stands
///
/// Counted from records as they stood at the end of a day. A kept promise means that evidence was counted.
#[utoipa::path(
    get,
    path = "/api/v1/policy/standings",
    operation_id = "listStandings",
    tag = "policy",
    params(StandingsAsked),
    responses((status = 200, body = Standings, description = "Every promise of the catalogue."))
)]
pub(crate) async fn standings(caller: Caller, Asked(asked): Asked<StandingsAsked>) -> Answer<Seen<Standings>> {
    let today = caller.desk.today();
    let as_of = asked.as_of.unwrap_or(today);
    if as_of > today {
        return Err(to_come().into());
    }
    let books = Books::open(&caller.desk, as_of).await?;
    let all = watch::all(&books);
    let standings = all.values().map(|finding| Standing::new(finding, caller.language)).collect();
    Ok(Seen::new(Standings { as_of, standings }))
}

fn to_come() -> Mistake {
    Mistake::new(
        "asOf",
        "今日までの日付にしてください。",
        "It is today or a day that has passed.",
        "Hãy chọn hôm nay hoặc một ngày đã qua.",
    )
}
