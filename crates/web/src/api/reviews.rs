//! Rounds of access review.

use access::names::ActorId;
use access::review::{self, Round, Said};
use access::{No, OfficeAct, actor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

use super::asked::{Named, RoundPath};
use super::caller::Caller;
use super::made::{Entered, Made};
use super::problem::Answer;
use super::seen::{Seen, Unkept};
use super::sent::{Nothing, Sent};
use super::spelled::{At, Line, Time};

/// A round.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReviewRound {
    /// Its number: the ledger entry that began it.
    round: u64,
    /// When it began.
    #[schema(value_type = Time)]
    begun_at: At,
    /// By when its owners must have answered; what nobody answered for lapses then.
    #[schema(value_type = Time)]
    due_at: At,
    /// When it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>, nullable = false)]
    closed_at: Option<At>,
    /// How many rights it lists.
    items: u64,
    /// How many of them were answered for.
    answered: u64,
}

impl From<Round> for ReviewRound {
    fn from(round: Round) -> Self {
        Self {
            round: round.entry,
            begun_at: At(round.begun_at),
            due_at: At(round.due_at),
            closed_at: round.closed_at.map(At),
            items: round.items,
            answered: round.answered,
        }
    }
}

/// Rounds.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewRounds {
    /// Newest first.
    items: Vec<ReviewRound>,
}

/// List rounds of access review
#[utoipa::path(
    get,
    path = "/api/v1/reviews",
    operation_id = "listReviews",
    tag = "accounts",
    responses((status = 200, body = ReviewRounds, description = "The rounds."))
)]
pub(crate) async fn list(caller: Caller) -> Answer<Unkept<ReviewRounds>> {
    let items = review::rounds(caller.desk.office()).await?.into_iter().map(ReviewRound::from).collect();
    Ok(Unkept(Seen::new(ReviewRounds { items })))
}

/// A right of a round.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReviewItem {
    /// Its place in the round.
    n: u32,
    /// What it is: `account`, `warrant`, `token`, `card` or `zone`.
    sort: &'static str,
    /// Which: a login, the id of a right beyond a role, a token or a card, or a staff member and a zone.
    subject: String,
    /// Whose it is, by login.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    holder: Option<String>,
    /// Who answers for it, by login.
    owner: String,
    /// When its holder last did something here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>, nullable = false)]
    last_used: Option<At>,
    /// What was said: `keep`, `end`, or `lapsed` where nobody answered in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    answer: Option<&'static str>,
    /// Why.
    reason: String,
}

/// What a round lists.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewItems {
    /// In the order of the round: one's own to answer for, and all for whoever may review access.
    items: Vec<ReviewItem>,
}

/// Read what a round lists
#[utoipa::path(
    get,
    path = "/api/v1/reviews/{round}",
    operation_id = "showReview",
    tag = "accounts",
    params(RoundPath),
    responses((status = 200, body = ReviewItems, description = "The rights."))
)]
pub(crate) async fn show(caller: Caller, Named(round): Named<u64>) -> Answer<Unkept<ReviewItems>> {
    let desk = &caller.desk;
    if !review::rounds(desk.office()).await?.iter().any(|one| one.entry == round) {
        return Err(No::Missing.into());
    }
    let logins: BTreeMap<ActorId, String> =
        actor::list(desk.office()).await?.into_iter().map(|a| (a.actor.id, a.actor.login)).collect();
    let used = review::last_used(desk.office()).await?;
    let (own, reviews) = (desk.actor()?.id, desk.may(OfficeAct::ReviewAccess));
    let login = |id: &ActorId| logins.get(id).cloned();
    let items = review::items(desk.office(), round).await?.into_iter().filter(|item| reviews || item.owner == own);
    let items = items.map(|item| ReviewItem {
        n: item.n,
        sort: item.sort.word(),
        holder: item.holder.as_ref().and_then(login),
        owner: login(&item.owner).unwrap_or_default(),
        last_used: item.holder.and_then(|holder| used.get(&holder).copied()).map(At),
        answer: item.said.map(Said::word),
        subject: item.subject,
        reason: item.reason,
    });
    Ok(Unkept(Seen::new(ReviewItems { items: items.collect() })))
}

/// Begin a round of access review
///
/// About every right there is: accounts, rights beyond roles, tokens, cards, zones.
#[utoipa::path(
    post,
    path = "/api/v1/reviews",
    operation_id = "beginReview",
    tag = "accounts",
    request_body(content = Nothing, description = "Nothing, or `{}`."),
    responses((status = 200, body = Entered, description = "Begun; its number is the entry."))
)]
pub(crate) async fn begin(caller: Caller, _: Nothing) -> Answer<Made<Entered>> {
    Ok(Made::done(Entered::new(review::begin(&caller.desk).await?)))
}

/// What the owner of a right says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviewAnswer {
    /// The place of the right in the round.
    #[schema(minimum = 1)]
    n: u32,
    /// `keep` or `end`.
    #[schema(value_type = String, pattern = "^(keep|end)$")]
    answer: Line<4>,
    /// Why.
    #[schema(value_type = String, min_length = 1, max_length = 400, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$")]
    reason: Line<400>,
}

/// Answer for a right
///
/// For its owner, or whoever may review access; nobody answers for their own. What ends, ends at once.
#[utoipa::path(
    post,
    path = "/api/v1/reviews/{round}/answers",
    operation_id = "answerReview",
    tag = "accounts",
    params(RoundPath),
    request_body = ReviewAnswer,
    responses((status = 200, body = Entered, description = "Answered."))
)]
pub(crate) async fn answer(
    caller: Caller,
    Named(round): Named<u64>,
    Sent(new): Sent<ReviewAnswer>,
) -> Answer<Made<Entered>> {
    let said: Said = new.answer.0.parse().map_err(No::from)?;
    Ok(Made::done(Entered::new(review::answer(&caller.desk, round, new.n, said, &new.reason.0).await?)))
}

/// Close a round
///
/// What nobody has answered for lapses now.
#[utoipa::path(
    post,
    path = "/api/v1/reviews/{round}/endings",
    operation_id = "closeReview",
    tag = "accounts",
    params(RoundPath),
    request_body(content = Nothing, description = "Nothing, or `{}`."),
    responses((status = 200, body = Entered, description = "Closed."))
)]
pub(crate) async fn close(caller: Caller, Named(round): Named<u64>, _: Nothing) -> Answer<Made<Entered>> {
    Ok(Made::done(Entered::new(review::close(&caller.desk, round).await?)))
}
