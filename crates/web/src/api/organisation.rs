//! The organisation: its parts, read and written, ended, taken in from lists; dated assents.

use access::organisation::{
    self, Edit, Fate, How, Line as ListedLine, Out, Part, PartId, PartKind, Sheet, adopt as adopt_policy,
    all_still_out, approve_rules, put_all, put_over, review_zones, roster, versions,
};
use access::{Mistake, No};
use axum::extract::{FromRequestParts, OriginalUri, Path};
use axum::http::header::{ETAG, IF_MATCH, IF_NONE_MATCH, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

use super::asked::Asked;
use super::caller::Caller;
use super::made::{Entered, Made, Once};
use super::paging::{Page, Paging};
use super::problem::{Answer, Halt};
use super::seen::{Seen, Unkept, is_version, version_tag};
use super::sent::{Nothing, Sent};
use super::sort::Sort;
use super::spelled::{At, Cursor, Day, Digest, Line, PartCode, PartKindCode, Time};

/// A part of the organisation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PartShown {
    /// What it is.
    #[schema(value_type = PartKindCode)]
    kind: &'static str,
    /// Its id, unique in its kind.
    #[schema(value_type = PartCode, example = "E0012")]
    part: String,
    /// What it is called.
    name: String,
    /// Its version, from 1. It is also the entity tag.
    version: u32,
    /// What is written about it, by the names of its fields.
    fields: BTreeMap<String, String>,
    /// When this version was made.
    #[schema(value_type = Time)]
    changed_at: At,
    /// The ledger entry of this version.
    entry: u64,
}

impl From<&Part> for PartShown {
    fn from(part: &Part) -> Self {
        Self {
            kind: part.kind.code(),
            part: part.id.to_string(),
            name: part.name().to_owned(),
            version: part.version,
            fields: part.sheet.clone(),
            changed_at: At(part.changed_at),
            entry: part.entry,
        }
    }
}

/// A path that names a kind of part.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "described here, read by hand")]
pub(crate) struct KindPath {
    /// The kind of part.
    #[param(value_type = PartKindCode)]
    kind: String,
}

/// A path that names a part.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "described here, read by hand")]
pub(crate) struct PartPath {
    /// The kind of part.
    #[param(value_type = PartKindCode)]
    kind: String,
    /// The part.
    #[param(value_type = PartCode)]
    part: String,
}

/// The kind a path names.
pub(crate) struct OfKind(PartKind);

impl<S: Send + Sync> FromRequestParts<S> for OfKind {
    type Rejection = Halt;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Halt> {
        let text = Path::<String>::from_request_parts(parts, state).await;
        let kind = text.ok().and_then(|Path(text)| text.parse().ok());
        kind.map(Self).ok_or_else(|| No::Missing.into())
    }
}

/// The part a path names.
pub(crate) struct PartNamed(PartKind, PartId);

impl<S: Send + Sync> FromRequestParts<S> for PartNamed {
    type Rejection = Halt;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Halt> {
        let text = Path::<(String, String)>::from_request_parts(parts, state).await;
        let named = text.ok().and_then(|Path((kind, part))| Some(Self(kind.parse().ok()?, part.parse().ok()?)));
        named.ok_or_else(|| No::Missing.into())
    }
}

/// Which parts.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct PartsAsked {
    /// How many parts a page has; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the page before.
    #[param(value_type = Option<Cursor>)]
    after: Option<String>,
    /// As they were known at the end of this day; now, unless said.
    #[param(value_type = Option<Day>)]
    as_of: Option<Date>,
}

/// List the parts of a kind
///
/// In the order of ids; those that have ended are among them.
#[utoipa::path(
    get,
    path = "/api/v1/organisation/{kind}",
    operation_id = "listParts",
    tag = "organisation",
    params(KindPath, PartsAsked),
    responses((status = 200, body = Page<PartShown>, description = "A page of parts."))
)]
pub(crate) async fn list(
    caller: Caller,
    OfKind(kind): OfKind,
    Asked(asked): Asked<PartsAsked>,
    OriginalUri(uri): OriginalUri,
) -> Answer<Response> {
    let paging = Paging::<PartId>::read(asked.limit, asked.after.as_deref())?;
    let end = asked.as_of.map(|day| access::names::Moment(caller.desk.start_of(day.tomorrow().unwrap_or(day)).0 - 1));
    let roster = roster(caller.desk.office(), end).await?;
    let rest = roster.parts(kind).filter(|part| paging.after.as_ref().is_none_or(|after| part.id > *after));
    let most = usize::try_from(paging.and_one()).unwrap_or(usize::MAX);
    let items = rest.take(most).map(PartShown::from).collect();
    Ok(paging.page(items, |part: &PartShown| part.part.clone(), &uri))
}

/// Read a part
///
/// The entity tag is its version: send it as `If-Match` when writing the part.
#[utoipa::path(
    get,
    path = "/api/v1/organisation/{kind}/{part}",
    operation_id = "showPart",
    tag = "organisation",
    params(PartPath),
    responses((
        status = 200,
        body = PartShown,
        description = "The part as it stands.",
        headers(("ETag" = String, description = "The version."))
    ))
)]
pub(crate) async fn show(caller: Caller, PartNamed(kind, id): PartNamed) -> Answer<Unkept<PartShown>> {
    let all = versions(caller.desk.office(), kind, &id).await?;
    let part = all.first().ok_or(No::Missing)?;
    Ok(Unkept(Seen::version(part.into(), part.version)))
}

/// What is written about a part.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartWritten {
    /// Every field by its name. One left out is empty; without `from` it begins today, or when it began before.
    #[schema(example = json!({"name": "A. Example", "within": "hr", "login": "a.example"}))]
    fields: BTreeMap<String, String>,
}

/// Write a part
///
/// A new part is written with `If-None-Match: *`; an existing one against the version that was read (`If-Match`). With `until`, a staff
/// member leaves: their account, sessions and tokens end with it.
#[utoipa::path(
    put,
    path = "/api/v1/organisation/{kind}/{part}",
    operation_id = "putPart",
    tag = "organisation",
    params(
        PartPath,
        ("If-Match" = Option<String>, Header, description = "The entity tag of the version that was read."),
        ("If-None-Match" = Option<String>, Header, description = "`*` for a new part.")
    ),
    request_body = PartWritten,
    responses(
        (status = 200, body = PartShown, description = "The new version.", headers(("ETag" = String, description = "The version."))),
        (status = 201, body = PartShown, description = "The new part.", headers(("ETag" = String, description = "The version.")))
    )
)]
pub(crate) async fn put(
    caller: Caller,
    PartNamed(kind, id): PartNamed,
    headers: HeaderMap,
    Sent(written): Sent<PartWritten>,
) -> Answer<Response> {
    let known = roster(caller.desk.office(), None).await?.part(kind, &id).map(|part| part.version);
    let fits = match (headers.get(IF_MATCH), headers.get(IF_NONE_MATCH), known) {
        (Some(tags), None, Some(version)) => is_version(tags, version),
        (Some(_), None, None) => false,
        (None, Some(star), known) if star == "*" => known.is_none(),
        _ => return Err(Sort::Unconditional.into()),
    };
    if !fits {
        return Err(Sort::Stale.into());
    }
    let sheet: Sheet = written.fields;
    let done = match put_over(&caller.desk, known, Edit { kind, id, sheet }).await {
        // Somebody wrote it between the reading here and the commit.
        Err(No::Mistake(mistake)) if mistake.field == "version" => return Err(Sort::Stale.into()),
        other => other?,
    };
    let part = done.parts.first().ok_or(No::Missing)?;
    let place = format!("/api/v1/organisation/{}/{}", part.kind, part.id);
    let status = if known.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    let mut response = (status, axum::Json(PartShown::from(part))).into_response();
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&version_tag(part.version)) {
        headers.insert(ETAG, tag);
    }
    if let (StatusCode::CREATED, Ok(place)) = (status, HeaderValue::from_str(&place)) {
        headers.insert(LOCATION, place);
    }
    Ok(response)
}

/// How a part ends.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct PartEnding {
    /// Its last day.
    #[schema(value_type = Day)]
    last_day: Date,
}

/// A part that ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct PartEnded {
    /// The ledger entry.
    entry: u64,
    /// The logins whose account was taken back in the same act.
    revoked: Vec<String>,
    /// Whether this answers a request that was answered before.
    replayed: bool,
}

impl Once for PartEnded {
    fn again(&mut self) {
        self.replayed = true;
    }
}

/// End a part
///
/// A card is returned, a project closed, a staff member leaves: their account, sessions and tokens end in the same act.
#[utoipa::path(
    post,
    path = "/api/v1/organisation/{kind}/{part}/endings",
    operation_id = "endPart",
    tag = "organisation",
    params(PartPath),
    request_body = PartEnding,
    responses((status = 200, body = PartEnded, description = "Ended."))
)]
pub(crate) async fn end(
    caller: Caller,
    PartNamed(kind, id): PartNamed,
    Sent(asked): Sent<PartEnding>,
) -> Answer<Made<PartEnded>> {
    let done = match kind {
        PartKind::Staff => organisation::leave(&caller.desk, &id, asked.last_day).await?,
        _ => organisation::end(&caller.desk, kind, &id, asked.last_day).await?,
    };
    Ok(Made::done(PartEnded { entry: done.entry, revoked: done.revoked, replayed: false }))
}

/// Something that somebody who left still has.
#[derive(Serialize, ToSchema)]
pub(crate) struct StillOutShown {
    /// Who left.
    #[schema(value_type = PartCode)]
    staff: String,
    /// Their last day.
    #[schema(value_type = Day)]
    since: String,
    /// What is out: card, terminal, project, department, entity, work or account.
    #[schema(example = "card")]
    what: &'static str,
    /// Which: an id, the number of a work record, a login.
    which: String,
    /// Whether a card still opens doors.
    #[serde(skip_serializing_if = "Option::is_none")]
    opens: Option<bool>,
}

/// What those who left still have.
#[derive(Serialize, ToSchema)]
pub(crate) struct StillOutList {
    /// Longest ago first.
    items: Vec<StillOutShown>,
}

/// List what those who left still have
#[utoipa::path(
    get,
    path = "/api/v1/leavers",
    operation_id = "listStillOut",
    tag = "organisation",
    responses((status = 200, body = StillOutList, description = "What is out, until it is back."))
)]
pub(crate) async fn still_out(caller: Caller) -> Answer<Unkept<StillOutList>> {
    let office = caller.desk.office();
    let roster = roster(office, None).await?;
    let all = all_still_out(office, &roster, caller.desk.now(), caller.desk.today()).await?;
    let items = all.into_iter().map(|one| {
        let (what, which, opens) = match one.what {
            Out::Card { card, opens } => ("card", card.to_string(), Some(opens)),
            Out::Terminal(id) => ("terminal", id.to_string(), None),
            Out::Project(id) => ("project", id.to_string(), None),
            Out::Department(id) => ("department", id.to_string(), None),
            Out::Entity(id) => ("entity", id.to_string(), None),
            Out::Work(code) => ("work", code, None),
            Out::Account(login) => ("account", login, None),
        };
        StillOutShown { staff: one.staff.to_string(), since: one.since.to_string(), what, which, opens }
    });
    Ok(Unkept(Seen::new(StillOutList { items: items.collect() })))
}

/// A list of parts of one kind.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct PartsListed {
    /// The kind.
    #[schema(value_type = PartKindCode)]
    kind: String,
    /// The parts: by the names of fields what is known of each, and `id`. Parts may be named by id or by name.
    #[schema(example = json!([{"id": "E0012", "name": "A. Example", "within": "HR"}]))]
    parts: Vec<BTreeMap<String, String>>,
    /// Whether the list is whole: whoever is registered and not on it leaves today.
    #[serde(default)]
    #[schema(required = false)]
    whole: bool,
    /// Departments that are not registered are registered within this legal entity.
    #[schema(value_type = Option<PartCode>)]
    departments_within: Option<String>,
    /// Whether to go on although more than a tenth of all would leave.
    #[serde(default)]
    #[schema(required = false)]
    sure: bool,
    /// Whether to say what would change and write nothing.
    #[serde(default)]
    #[schema(required = false)]
    dry_run: bool,
}

/// A part of a list that cannot be taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct PartRejected {
    /// Its place in the list, from 0.
    at: u32,
    /// The field.
    field: String,
    /// Why, and the way on.
    why: String,
}

/// What a list came to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PartsTaken {
    /// The ledger entry; none when nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    entry: Option<u64>,
    /// How many joined.
    joined: usize,
    /// How many moved.
    moved: usize,
    /// Of how many something else changed.
    changed: usize,
    /// How many left.
    left: usize,
    /// How many say nothing new.
    unchanged: usize,
    /// Those that cannot be taken.
    rejected: Vec<PartRejected>,
    /// The logins whose account was taken back in the same act.
    revoked: Vec<String>,
    /// Whether this answers a request that was answered before.
    replayed: bool,
}

impl Once for PartsTaken {
    fn again(&mut self) {
        self.replayed = true;
    }
}

/// Take a list of parts in
///
/// One act for all that can be taken; the rest is told.
#[utoipa::path(
    post,
    path = "/api/v1/organisation-lists",
    operation_id = "takeParts",
    tag = "organisation",
    request_body = PartsListed,
    responses((status = 200, body = PartsTaken, description = "Taken in, or what would change."))
)]
pub(crate) async fn take(caller: Caller, Sent(sent): Sent<PartsListed>) -> Answer<Made<PartsTaken>> {
    let bad = |field: &str| {
        Mistake::new(field, "知らない種類又はIDです。", "This kind or id is not known.", "Loại hoặc mã này không có.")
    };
    let kind: PartKind = sent.kind.parse().map_err(|_| No::from(bad("kind")))?;
    let within = sent.departments_within.map(|id| id.parse()).transpose();
    let how = How {
        others_left: sent.whole.then(|| caller.desk.today()),
        departments_within: within.map_err(|_| No::from(bad("departmentsWithin")))?,
    };
    let lines: Vec<ListedLine> = (0_u32..).zip(sent.parts).map(|(line, cells)| ListedLine { line, cells }).collect();
    let plan = organisation::plan(&caller.desk, kind, &lines, &how).await?;
    let registered = roster(caller.desk.office(), None).await?;
    let there = registered.parts(kind).filter(|part| part.is_open(caller.desk.today())).count();
    if plan.is_alarming(there) && !sent.sure && !sent.dry_run {
        return Err(No::from(Mistake::new(
            "sure",
            "多くの人が終了になります。一覧が途中で切れていないか確かめ、正しければ sure を true にしてください。",
            "Many would leave. Look whether the list is cut off; if it is right, set `sure`.",
            "Nhiều người sẽ bị kết thúc. Hãy kiểm tra danh sách; nếu đúng, đặt `sure` là true.",
        ))
        .into());
    }
    let count = |fate| plan.count(fate);
    let mut taken = PartsTaken {
        entry: None,
        joined: count(Fate::Joined),
        moved: count(Fate::Moved),
        changed: count(Fate::Changed),
        left: count(Fate::Left),
        unchanged: plan.same,
        rejected: plan
            .rejected
            .iter()
            .map(|(at, mistake)| PartRejected {
                at: *at,
                field: mistake.field.clone(),
                why: mistake.texts.get(caller.language).to_owned(),
            })
            .collect(),
        revoked: Vec::new(),
        replayed: false,
    };
    if !sent.dry_run && !plan.changes.is_empty() {
        let done = put_all(&caller.desk, &plan.edits).await?;
        (taken.entry, taken.revoked) = (Some(done.entry), done.revoked);
    }
    Ok(Made::done(taken))
}

/// Who adopts the policy.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAdoption {
    /// The legal entity.
    #[schema(value_type = PartCode)]
    entity: Line<64>,
}

/// Record that a legal entity adopts the policy version in force
#[utoipa::path(
    post,
    path = "/api/v1/adoptions",
    operation_id = "adoptPolicy",
    tag = "organisation",
    request_body = NewAdoption,
    responses((status = 200, body = Entered, description = "Recorded."))
)]
pub(crate) async fn adopt(caller: Caller, Sent(new): Sent<NewAdoption>) -> Answer<Made<Entered>> {
    let id: PartId = new.entity.0.parse().map_err(|_| No::Missing)?;
    Ok(Made::done(Entered::new(adopt_policy(&caller.desk, &id).await?)))
}

/// A rule sheet.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRuleSheet {
    /// The project.
    #[schema(value_type = PartCode)]
    project: Line<64>,
    /// The SHA-256 of the document. The document itself is not sent.
    #[schema(value_type = Digest)]
    document: Line<64>,
    /// What it is called, or where it lies.
    #[schema(value_type = String, min_length = 1, max_length = 200, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$")]
    note: Line<200>,
}

/// Approve the rule sheet of a project
///
/// Members acknowledge each version anew.
#[utoipa::path(
    post,
    path = "/api/v1/rule-sheets",
    operation_id = "approveRules",
    tag = "organisation",
    request_body = NewRuleSheet,
    responses((status = 200, body = Entered, description = "Approved."))
)]
pub(crate) async fn rules(caller: Caller, Sent(new): Sent<NewRuleSheet>) -> Answer<Made<Entered>> {
    let id: PartId = new.project.0.parse().map_err(|_| No::Missing)?;
    let digest: access::names::PolicyDigest = new.document.0.parse().map_err(|_| {
        No::from(Mistake::new(
            "document",
            "SHA-256 は16進数64桁です。",
            "A SHA-256 digest has 64 hexadecimal digits.",
            "SHA-256 gồm 64 chữ số thập lục phân.",
        ))
    })?;
    Ok(Made::done(Entered::new(approve_rules(&caller.desk, &id, digest.0, &new.note.0).await?)))
}

/// Who has acknowledged a rule sheet.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAcknowledgement {
    /// The project.
    #[schema(value_type = PartCode)]
    project: Line<64>,
    /// The members.
    #[schema(value_type = Vec<PartCode>)]
    staff: Vec<String>,
}

/// Record that members have acknowledged the rule sheet of their project
#[utoipa::path(
    post,
    path = "/api/v1/acknowledgements",
    operation_id = "acknowledgeRules",
    tag = "organisation",
    request_body = NewAcknowledgement,
    responses((status = 200, body = Entered, description = "Recorded."))
)]
pub(crate) async fn acknowledge(caller: Caller, Sent(new): Sent<NewAcknowledgement>) -> Answer<Made<Entered>> {
    let id: PartId = new.project.0.parse().map_err(|_| No::Missing)?;
    let staff: Result<Vec<PartId>, No> = new.staff.iter().map(|id| id.parse().map_err(|_| No::Missing)).collect();
    Ok(Made::done(Entered::new(organisation::acknowledge(&caller.desk, &id, &staff?).await?)))
}

/// Confirm that the zone register is right
#[utoipa::path(
    post,
    path = "/api/v1/zone-reviews",
    operation_id = "reviewZones",
    tag = "organisation",
    request_body(content = Nothing, description = "Nothing, or `{}`."),
    responses((status = 200, body = Entered, description = "Confirmed."))
)]
pub(crate) async fn review(caller: Caller, _: Nothing) -> Answer<Made<Entered>> {
    Ok(Made::done(Entered::new(review_zones(&caller.desk).await?)))
}
