//! Rights beyond a role: proposals for two people, emergencies, rights that belong to a piece of work.

use access::actor;
use access::names::{ActId, ActorId};
use access::warrant::{self, Answer as Said, Belongs, Gift, Warrant};
use access::{Desk, No, OfficeAct};
use policy::Act;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

use super::asked::{Named, WarrantPath};
use super::caller::Caller;
use super::made::{Entered, Made, Once};
use super::problem::Answer;
use super::seen::{Seen, Unkept};
use super::sent::{Nothing, Sent};
use super::spelled::{ActCode, At, Id, Line, OfficeActCode, Time};

/// A right beyond a role.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WarrantInList {
    /// Its id.
    #[schema(value_type = Id)]
    id: String,
    /// Its sort: a proposal for two people (`second`), an emergency (`glass`), a right that belongs to something (`right`).
    sort: &'static str,
    /// What it opens.
    #[schema(value_type = Vec<ActCode>)]
    acts: Vec<&'static str>,
    /// What it is about or belongs to: the subject of a proposal, or `work:<id>` or `project:<id>`.
    of: String,
    /// Whose it is, by login.
    holder: String,
    /// Why.
    reason: String,
    /// From when.
    #[schema(value_type = Time)]
    begins_at: At,
    /// Until when.
    #[schema(value_type = Time)]
    ends_at: At,
    /// By when somebody else must have agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>, nullable = false)]
    answer_by: Option<At>,
    /// What a second person said: `yes` or `no`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    answer: Option<&'static str>,
    /// How it stands: `waiting`, `open`, `refused` or `ended`.
    state: &'static str,
    /// The ledger entry that asked for it.
    entry: u64,
}

impl WarrantInList {
    fn new(one: &Warrant, desk: &Desk, logins: &BTreeMap<ActorId, String>) -> Self {
        Self {
            id: one.id.to_string(),
            sort: one.sort.code(),
            acts: one.acts.iter().map(|act| act.code()).collect(),
            of: one.of.clone(),
            holder: logins.get(&one.holder).cloned().unwrap_or_default(),
            reason: one.reason.clone(),
            begins_at: At(one.begins_at),
            ends_at: At(one.ends_at),
            answer_by: one.answer_by.map(At),
            answer: one.answer.map(|(said, ..)| said.word()),
            state: one.state(desk.now()).word(),
            entry: one.entry,
        }
    }
}

/// Rights beyond roles.
#[derive(Serialize, ToSchema)]
pub(crate) struct Warrants {
    /// Newest first; the newest 200.
    items: Vec<WarrantInList>,
}

/// List rights beyond roles
///
/// One's own, those one may answer, and all for whoever may see accounts.
#[utoipa::path(
    get,
    path = "/api/v1/rights",
    operation_id = "listWarrants",
    tag = "accounts",
    responses((status = 200, body = Warrants, description = "The rights."))
)]
pub(crate) async fn list(caller: Caller) -> Answer<Unkept<Warrants>> {
    let desk = &caller.desk;
    let own = desk.actor()?.id;
    let logins = actor::list(desk.office()).await?.into_iter().map(|a| (a.actor.id, a.actor.login)).collect();
    let sees_all = desk.may(OfficeAct::SeeAccounts);
    let all = warrant::list(desk.office(), 200).await?;
    let theirs = |one: &&Warrant| sees_all || one.holder == own || warrant::may_answer(desk, one);
    let items = all.iter().filter(theirs).map(|one| WarrantInList::new(one, desk, &logins)).collect();
    Ok(Unkept(Seen::new(Warrants { items })))
}

/// A right that was asked for.
#[derive(Serialize, ToSchema)]
pub(crate) struct WarrantMade {
    /// Its id.
    #[schema(value_type = Id)]
    id: String,
    /// The ledger entry.
    entry: u64,
    /// Whether this answers a request that was answered before.
    replayed: bool,
}

impl Once for WarrantMade {
    fn again(&mut self) {
        self.replayed = true;
    }
}

fn made((id, entry): (ActId, u64)) -> Made<WarrantMade> {
    Made::at("/api/v1/rights".into(), WarrantMade { id: id.to_string(), entry, replayed: false })
}

/// A proposal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewProposal {
    /// The act.
    #[schema(value_type = OfficeActCode)]
    act: OfficeAct,
    /// What it is about: for an account of an officer or administrator, its login and role (`mai officer`).
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 200)]
    of: Option<Line<200>>,
    /// Why.
    #[schema(value_type = String, min_length = 1, max_length = 400, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$")]
    reason: Line<400>,
}

/// Propose an act that needs two people
///
/// Once a second person has agreed, the act is open to whoever proposed it, about this and nothing else, within 24 hours.
#[utoipa::path(
    post,
    path = "/api/v1/rights/proposals",
    operation_id = "proposeAct",
    tag = "accounts",
    request_body = NewProposal,
    responses((status = 201, body = WarrantMade, description = "Proposed."))
)]
pub(crate) async fn propose(caller: Caller, Sent(new): Sent<NewProposal>) -> Answer<Made<WarrantMade>> {
    let of = new.of.map(|Line(of)| of).unwrap_or_default();
    Ok(made(warrant::propose(&caller.desk, new.act, &of, &new.reason.0).await?))
}

/// An emergency.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEmergency {
    /// Why.
    #[schema(value_type = String, min_length = 1, max_length = 400, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$")]
    reason: Line<400>,
}

/// Declare an emergency
///
/// Opens at once what the policy lists for it, for some hours; unless somebody agrees within the hour it ends then.
#[utoipa::path(
    post,
    path = "/api/v1/rights/emergencies",
    operation_id = "declareEmergency",
    tag = "accounts",
    request_body = NewEmergency,
    responses((status = 201, body = WarrantMade, description = "Open."))
)]
pub(crate) async fn emergency(caller: Caller, Sent(new): Sent<NewEmergency>) -> Answer<Made<WarrantMade>> {
    Ok(made(warrant::break_glass(&caller.desk, &new.reason.0).await?))
}

/// A right that is given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewGift {
    /// Who is given it.
    #[schema(value_type = String, pattern = r"^[a-z0-9._-]{2,40}$")]
    login: Line<40>,
    /// What it opens.
    #[schema(value_type = Vec<ActCode>, min_items = 1)]
    acts: Vec<String>,
    /// The work record it belongs to and ends with; or else a project.
    #[schema(value_type = Option<Id>)]
    work: Option<access::names::WorkId>,
    /// The project it belongs to.
    #[schema(value_type = Option<String>, max_length = 64)]
    project: Option<Line<64>>,
    /// Why.
    #[schema(value_type = String, min_length = 1, max_length = 400, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$")]
    reason: Line<400>,
    /// Until when.
    #[schema(value_type = Time)]
    until: At,
}

/// Give somebody a right beyond their role
#[utoipa::path(
    post,
    path = "/api/v1/rights/gifts",
    operation_id = "giveRight",
    tag = "accounts",
    request_body = NewGift,
    responses((status = 201, body = WarrantMade, description = "Given."))
)]
pub(crate) async fn give(caller: Caller, Sent(new): Sent<NewGift>) -> Answer<Made<WarrantMade>> {
    let belongs = match (new.work, new.project) {
        (Some(work), None) => Belongs::Work(work),
        (None, Some(Line(project))) => Belongs::Project(project),
        _ => return Err(No::from(belongs_to_one()).into()),
    };
    let acts: Option<BTreeSet<Act>> = new.acts.iter().map(|code| Act::find(code)).collect();
    let gift = Gift {
        login: new.login.0,
        acts: acts.unwrap_or_default(),
        belongs,
        reason: new.reason.0,
        ends_at: new.until.0,
    };
    Ok(made(warrant::give(&caller.desk, gift).await?))
}

fn belongs_to_one() -> access::Mistake {
    access::Mistake::new(
        "work",
        "作業記録かプロジェクトの一方を示してください。",
        "Name either a work record or a project.",
        "Hãy nêu hoặc hồ sơ công việc hoặc dự án.",
    )
}

/// A window for work in a supervised place.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWindow {
    /// Who may work there.
    #[schema(value_type = String, pattern = r"^[a-z0-9._-]{2,40}$")]
    login: Line<40>,
    /// The place, as the policy names it.
    #[schema(value_type = String, max_length = 64)]
    place: Line<64>,
    /// For how many hours.
    #[schema(minimum = 1, maximum = 12)]
    hours: u32,
    /// Why.
    #[schema(value_type = String, min_length = 1, max_length = 400, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$")]
    reason: Line<400>,
}

/// Let somebody work in a supervised place
///
/// At its listed terminals and within its hours, while the caller supervises.
#[utoipa::path(
    post,
    path = "/api/v1/rights/windows",
    operation_id = "superviseWork",
    tag = "accounts",
    request_body = NewWindow,
    responses((status = 201, body = WarrantMade, description = "Open."))
)]
pub(crate) async fn supervise(caller: Caller, Sent(new): Sent<NewWindow>) -> Answer<Made<WarrantMade>> {
    let NewWindow { login: Line(login), place: Line(place), hours, reason: Line(reason) } = new;
    Ok(made(warrant::supervise(&caller.desk, &login, &place, hours, &reason).await?))
}

/// What a second person says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAnswer {
    /// `yes` or `no`.
    #[schema(value_type = String, pattern = "^(yes|no)$")]
    answer: Line<3>,
}

/// Answer a proposal or an emergency as the second person
#[utoipa::path(
    post,
    path = "/api/v1/rights/{id}/answers",
    operation_id = "answerWarrant",
    tag = "accounts",
    params(WarrantPath),
    request_body = NewAnswer,
    responses((status = 200, body = Entered, description = "Answered."))
)]
pub(crate) async fn answer(
    caller: Caller,
    Named(id): Named<ActId>,
    Sent(new): Sent<NewAnswer>,
) -> Answer<Made<Entered>> {
    let said: Said = new.answer.0.parse().map_err(No::from)?;
    Ok(Made::done(Entered::new(warrant::answer(&caller.desk, id, said).await?)))
}

/// End a right beyond a role before its time
#[utoipa::path(
    post,
    path = "/api/v1/rights/{id}/endings",
    operation_id = "endWarrant",
    tag = "accounts",
    params(WarrantPath),
    request_body(content = Nothing, description = "Nothing, or `{}`."),
    responses((status = 200, body = Entered, description = "Ended."))
)]
pub(crate) async fn end(caller: Caller, Named(id): Named<ActId>, _: Nothing) -> Answer<Made<Entered>> {
    Ok(Made::done(Entered::new(warrant::end(&caller.desk, id).await?)))
}
