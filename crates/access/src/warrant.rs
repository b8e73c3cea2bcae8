//! Warrants: rights beyond a role, for one thing, with a reason and an end.
//!
//! Four sorts, one table. A *proposal* waits for a second person and then opens one act about one thing for whoever proposed it. An
//! *emergency* opens what the policy lists at once, and ends within the hour unless somebody agrees to it. A *right* belongs to a work
//! record or a project and ends with it. A *window* lets somebody work in a supervised place. A warrant is known by the act that asked for it.

use crate::actor::bound;
use crate::answer::{Fault, Mistake, No};
use crate::desk::{Desk, Office};
use crate::permit::{kind_of_office, permit_office, refuse};
use crate::{words, work};
use ledger::entry::EntryKind;
use ledger::names::{ActId, ActorId, Moment, WorkId};
use policy::rights::{Glass, WarrantSort};
use policy::{Act, OfficeAct, Role, Rule};
use std::collections::BTreeSet;
use store::{Change, OrNull, Row, Value};

/// A proposal waits for a second person, and then for its act, for so long.
const PROPOSED_MILLIS: i64 = 24 * 3_600_000;

/// One warrant.
#[derive(Debug, Clone)]
pub struct Warrant {
    /// The act that asked for it.
    pub id: ActId,
    /// Its sort.
    pub sort: WarrantSort,
    /// What it opens.
    pub acts: BTreeSet<Act>,
    /// What it is about or belongs to: the subject of a proposal, `work:<id>` or `project:<id>` of a right; empty for an emergency.
    pub of: String,
    /// Whose it is.
    pub holder: ActorId,
    /// Why.
    pub reason: String,
    /// From when.
    pub begins_at: Moment,
    /// Until when.
    pub ends_at: Moment,
    /// By when somebody else must have agreed.
    pub answer_by: Option<Moment>,
    /// What a second person said, who, and when.
    pub answer: Option<(Answer, ActorId, Moment)>,
    /// When it was ended before its time.
    pub ended_at: Option<Moment>,
    /// The entry that asked for it.
    pub entry: u64,
}

/// What a second person says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// They agree.
    Yes,
    /// They do not.
    No,
}

impl Answer {
    /// Its word in the store, the API and forms.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
        }
    }
}

impl std::str::FromStr for Answer {
    type Err = Mistake;

    fn from_str(word: &str) -> Result<Self, Mistake> {
        match word {
            "yes" => Ok(Self::Yes),
            "no" => Ok(Self::No),
            _ => Err(Mistake::new(
                "answer",
                "yes か no で答えてください。",
                "Say yes or no.",
                "Hãy trả lời yes hoặc no.",
            )),
        }
    }
}

/// How a warrant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It opens nothing yet.
    Waiting,
    /// It opens what it names.
    Open,
    /// A second person said no.
    Refused,
    /// Its time has passed, or it was ended.
    Ended,
}

impl State {
    /// Its word in the API.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Open => "open",
            Self::Refused => "refused",
            Self::Ended => "ended",
        }
    }
}

impl Warrant {
    /// How it stands at `now`, as far as it says itself; a right also ends with what it belongs to.
    #[must_use]
    pub fn state(&self, now: Moment) -> State {
        if matches!(self.answer, Some((Answer::No, ..))) {
            return State::Refused;
        }
        if self.ended_at.is_some() || self.ends_at <= now {
            return State::Ended;
        }
        let agreed = |by: Moment| matches!(self.answer, Some((Answer::Yes, _, at)) if at <= by);
        match (self.sort, self.answer_by) {
            (WarrantSort::Second, _) if self.answer.is_none() => State::Waiting,
            (WarrantSort::Glass, Some(by)) if by <= now && !agreed(by) => State::Ended,
            (WarrantSort::Right, _) if self.begins_at > now => State::Waiting,
            _ => State::Open,
        }
    }

    /// Whether somebody still has to say what they think of it: a proposal that waits, or an emergency nobody has answered for.
    #[must_use]
    pub fn asks(&self, now: Moment) -> bool {
        self.answer.is_none()
            && match self.sort {
                WarrantSort::Second => self.state(now) == State::Waiting,
                WarrantSort::Glass => true,
                WarrantSort::Right | WarrantSort::Window => false,
            }
    }
}

/// Proposes an act that needs two people.
///
/// # Errors
/// [`No::Refusal`] unless the role may do the act at all, [`No::Mistake`] when one person is enough for it or no reason is given.
pub async fn propose(desk: &Desk, act: OfficeAct, of: &str, reason: &str) -> Result<(ActId, u64), No> {
    let actor = desk.actor()?;
    if !desk.rights().may(actor.role, act) {
        return Err(refuse(desk, kind_of_office(act), desk.act_id(), Rule::RoleMayNot).await);
    }
    if !desk.rights().needs_second(act) {
        return Err(Mistake::new(
            "act",
            "この操作は一人で行えます。提案は要りません。",
            "One person is enough for this; it needs no proposal.",
            "Việc này một người làm được, không cần đề xuất.",
        )
        .into());
    }
    let ends_at = Moment(desk.now().0.saturating_add(PROPOSED_MILLIS));
    let new = New {
        sort: WarrantSort::Second,
        acts: BTreeSet::from([act.into()]),
        of,
        holder: actor.id,
        reason,
        ends_at,
        answer_by: Some(ends_at),
    };
    write(desk, EntryKind::Proposed, new).await
}

/// Takes the rights that the policy opens in an emergency, at once.
///
/// # Errors
/// [`No::Refusal`] unless the policy lets the role, [`No::Mistake`] without a reason or while another emergency of theirs is open.
pub async fn break_glass(desk: &Desk, reason: &str) -> Result<(ActId, u64), No> {
    let actor = desk.actor()?;
    let Some(glass) = desk.rights().glass.as_ref().filter(|glass| glass.roles.contains(&actor.role)) else {
        return Err(refuse(desk, EntryKind::GlassBroken, desk.act_id(), Rule::RoleMayNot).await);
    };
    let open = held_by(desk.office(), actor.id, desk.now()).await?;
    if open.iter().any(|one| one.sort == WarrantSort::Glass && one.state(desk.now()) == State::Open) {
        return Err(Mistake::new(
            "reason",
            "緊急時の権限はすでに有効です。",
            "Your emergency is open already.",
            "Quyền khẩn cấp của bạn đang có hiệu lực.",
        )
        .into());
    }
    let after = |minutes: i64| Moment(desk.now().0.saturating_add(minutes.saturating_mul(60_000)));
    let new = New {
        sort: WarrantSort::Glass,
        acts: glass.acts.clone(),
        of: "",
        holder: actor.id,
        reason,
        ends_at: after(i64::from(glass.hours).saturating_mul(60)),
        answer_by: Some(after(i64::from(glass.approve_minutes))),
    };
    write(desk, EntryKind::GlassBroken, new).await
}

/// What a right belongs to. It ends with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Belongs {
    /// A work record.
    Work(WorkId),
    /// A project, by its id.
    Project(String),
}

impl Belongs {
    fn text(&self) -> String {
        match self {
            Self::Work(id) => format!("work:{id}"),
            Self::Project(id) => format!("project:{id}"),
        }
    }
}

/// A right beyond a role.
#[derive(Debug, Clone)]
pub struct Gift {
    /// Who is given it, by login.
    pub login: String,
    /// What it opens.
    pub acts: BTreeSet<Act>,
    /// What it belongs to.
    pub belongs: Belongs,
    /// Why.
    pub reason: String,
    /// Until when.
    pub ends_at: Moment,
}

/// Gives somebody a right beyond their role.
///
/// # Errors
/// [`No::Refusal`] unless the actor may give rights; [`No::Mistake`] naming the field.
pub async fn give(desk: &Desk, gift: Gift) -> Result<(ActId, u64), No> {
    let permit = permit_office(desk, OfficeAct::GiveRight).await?;
    let holder = crate::actor::find(desk.office(), &gift.login, desk.now()).await?.ok_or_else(|| {
        Mistake::new(
            "login",
            "そのログイン名の有効なアカウントはありません。",
            "No open account has this login.",
            "Không có tài khoản đang mở với tên này.",
        )
    })?;
    givable(desk, holder.role, &gift.acts)?;
    let days = i64::from(desk.rights().longest.right_days);
    let longest = desk.now().0.saturating_add(days.saturating_add(1).saturating_mul(86_400_000));
    if gift.ends_at <= desk.now() || gift.ends_at.0 > longest {
        return Err(Mistake::new(
            "until",
            format!("期限は今より後、{days}日以内にしてください。"),
            format!("It ends in the future, and within {days} days."),
            format!("Hạn phải ở tương lai và trong vòng {days} ngày."),
        )
        .into());
    }
    if !belongs_to_something(desk.office(), &gift.belongs.text(), desk.now()).await? {
        return Err(Mistake::new(
            "of",
            "有効な作業記録またはプロジェクトを示してください。",
            "Name a work record or a project that is open.",
            "Hãy nêu hồ sơ công việc hoặc dự án đang mở.",
        )
        .into());
    }
    let of = gift.belongs.text();
    let new = New {
        sort: WarrantSort::Right,
        acts: gift.acts,
        of: &of,
        holder: holder.id,
        reason: &gift.reason,
        ends_at: gift.ends_at,
        answer_by: None,
    };
    write_under(desk, permit.entry(desk, EntryKind::RightGiven), new).await
}

/// A window lasts so many hours at most: a day's work.
const MOST_WINDOW_HOURS: u32 = 12;

/// Lets somebody work in a supervised place for some hours, under the eyes of whoever is at the desk.
///
/// # Errors
/// [`No::Refusal`] unless the actor may supervise; [`No::Mistake`] naming the field, also for oneself.
pub async fn supervise(desk: &Desk, login: &str, place: &str, hours: u32, reason: &str) -> Result<(ActId, u64), No> {
    let permit = permit_office(desk, OfficeAct::Supervise).await?;
    let holder = crate::actor::find(desk.office(), login, desk.now()).await?;
    let own = desk.actor()?.id;
    let holder = holder.filter(|holder| holder.id != own).ok_or_else(|| {
        Mistake::new(
            "login",
            "監督を受ける人を選んでください。自分で自分を監督することはできません。",
            "Name somebody with an open account; nobody supervises themselves.",
            "Hãy chọn người có tài khoản đang mở; không ai tự giám sát mình.",
        )
    })?;
    if !desk.rights().places.iter().any(|known| known.id == place) {
        return Err(Mistake::new(
            "place",
            "方針にその監督下の場所はありません。",
            "The policy knows no such supervised place.",
            "Chính sách không có nơi có giám sát này.",
        )
        .into());
    }
    if !(1..=MOST_WINDOW_HOURS).contains(&hours) {
        return Err(Mistake::new(
            "hours",
            format!("1〜{MOST_WINDOW_HOURS}時間にしてください。"),
            format!("Give 1 to {MOST_WINDOW_HOURS} hours."),
            format!("Hãy ghi từ 1 đến {MOST_WINDOW_HOURS} giờ."),
        )
        .into());
    }
    let of = format!("place:{place}");
    let new = New {
        sort: WarrantSort::Window,
        acts: BTreeSet::new(),
        of: &of,
        holder: holder.id,
        reason,
        ends_at: Moment(desk.now().0.saturating_add(i64::from(hours).saturating_mul(3_600_000))),
        answer_by: None,
    };
    write_under(desk, permit.entry(desk, EntryKind::WindowOpened), new).await
}

/// Whether somebody supervises whoever is at the desk in this place now.
pub(crate) async fn supervised(desk: &Desk, place: &str) -> Result<bool, No> {
    let held = held_by(desk.office(), desk.actor()?.id, desk.now()).await?;
    let of = format!("place:{place}");
    Ok(held.iter().any(|one| one.sort == WarrantSort::Window && one.of == of && one.state(desk.now()) == State::Open))
}

/// What would change who may do what, and what needs two people, is never given; nor people's information to an administrator.
fn givable(desk: &Desk, role: Role, acts: &BTreeSet<Act>) -> Result<(), Mistake> {
    let never = |act: &Act| {
        let people = matches!(act, Act::People(_) | Act::Office(OfficeAct::OpenWork | OfficeAct::OpenWorkEverybody));
        Glass::NEVER.iter().any(|never| Act::Office(*never) == *act)
            || desk.rights().needs_second(*act)
            || (people && matches!(role, Role::Administrator | Role::Staff))
    };
    if !acts.is_empty() && !acts.iter().any(never) {
        return Ok(());
    }
    Err(Mistake::new(
        "acts",
        "役割を超えて与えられる操作を選んでください。権限や鍵の操作、二人が必要な操作は与えられません。",
        "Choose acts that may be given beyond a role; rights, keys and what needs two people never are.",
        "Hãy chọn việc có thể giao ngoài vai trò; quyền, khóa và việc cần hai người không được giao.",
    ))
}

/// A second person says what they think of a proposal or an emergency. A no ends it at once.
///
/// # Errors
/// [`No::Missing`] if there is nothing to answer, [`No::Refusal`] for whoever it is of and for roles that may not be the second.
pub async fn answer(desk: &Desk, id: ActId, said: Answer) -> Result<u64, No> {
    let warrant = get(desk.office(), id).await?.filter(|one| one.asks(desk.now())).ok_or(No::Missing)?;
    let actor = desk.actor()?;
    if actor.id == warrant.holder || !may_answer(desk, &warrant) {
        let rule = if actor.id == warrant.holder { Rule::NeedsSecond } else { Rule::RoleMayNot };
        return Err(refuse(desk, EntryKind::WarrantAnswered, desk.act_id(), rule).await);
    }
    let details = serde_json::json!({ "warrant": id.to_string(), "answer": said.word(), "by": actor.id.to_string() });
    let entry = desk.entry(EntryKind::WarrantAnswered, desk.act_id());
    let act = desk.act_with_detail(entry, &details)?.with(
        Change::new(
            "UPDATE warrant SET answer = $2, answered_by = $3, answered_at = $4 WHERE id = $1 AND answer = '' AND ended_at IS NULL",
            vec![id.into(), said.word().into(), actor.id.into(), desk.now().into()],
        )
        .exactly(1),
    );
    Ok(desk.commit(act).await?.index())
}

/// Whether the role of whoever is at the desk may be the second person of a warrant.
#[must_use]
pub fn may_answer(desk: &Desk, warrant: &Warrant) -> bool {
    let Some(actor) = desk.maybe_actor().filter(|actor| actor.id != warrant.holder) else { return false };
    match warrant.sort {
        WarrantSort::Second => {
            let second = |act: &Act| desk.rights().right(*act).is_some_and(|right| right.second.contains(&actor.role));
            warrant.acts.iter().all(second)
        }
        WarrantSort::Glass => desk.rights().glass.as_ref().is_some_and(|glass| glass.approvers.contains(&actor.role)),
        WarrantSort::Right | WarrantSort::Window => false,
    }
}

/// Ends a warrant before its time: whoever holds it, or who may give rights.
///
/// # Errors
/// [`No::Missing`] if there is no such open warrant, [`No::Refusal`] for others.
pub async fn end(desk: &Desk, id: ActId) -> Result<u64, No> {
    let alive = |one: &Warrant| matches!(one.state(desk.now()), State::Open | State::Waiting);
    let warrant = get(desk.office(), id).await?.filter(alive).ok_or(No::Missing)?;
    let own = desk.actor()?.id == warrant.holder;
    if !own && !desk.may(OfficeAct::GiveRight) && !may_answer(desk, &warrant) {
        return Err(refuse(desk, EntryKind::WarrantEnded, desk.act_id(), Rule::RoleMayNot).await);
    }
    let entry = desk.entry(EntryKind::WarrantEnded, desk.act_id());
    let act = desk.act_with_detail(entry, &serde_json::json!({ "warrant": id.to_string() }))?.with(
        Change::new(
            "UPDATE warrant SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL",
            vec![id.into(), desk.now().into()],
        )
        .exactly(1),
    );
    Ok(desk.commit(act).await?.index())
}

/// Warrants, newest first, at most `limit`.
///
/// # Errors
/// [`Fault`].
pub async fn list(office: &Office, limit: u32) -> Result<Vec<Warrant>, Fault> {
    let sql = format!("{COLUMNS} ORDER BY idx DESC LIMIT $1");
    office.store().read(&sql, vec![limit.into()]).await?.iter().map(read).collect()
}

/// One warrant.
///
/// # Errors
/// [`Fault`].
pub async fn get(office: &Office, id: ActId) -> Result<Option<Warrant>, Fault> {
    let rows = office.store().read(&format!("{COLUMNS} WHERE id = $1"), vec![id.into()]).await?;
    rows.first().map(read).transpose()
}

/// The warrants of an account whose time has not passed, newest first.
///
/// # Errors
/// [`Fault`].
pub async fn held_by(office: &Office, holder: ActorId, now: Moment) -> Result<Vec<Warrant>, Fault> {
    let sql = format!("{COLUMNS} WHERE holder = $1 AND ends_at > $2 AND ended_at IS NULL ORDER BY idx DESC");
    office.store().read(&sql, vec![holder.into(), now.into()]).await?.iter().map(read).collect()
}

/// Whether whoever is at the desk holds an act beyond their role now.
pub(crate) async fn beyond_role(desk: &Desk, act: Act) -> Result<bool, No> {
    let held = held_by(desk.office(), desk.actor()?.id, desk.now()).await?;
    for one in held.iter().filter(|one| one.acts.contains(&act) && one.state(desk.now()) == State::Open) {
        let opens = match one.sort {
            WarrantSort::Second | WarrantSort::Window => false,
            // What the policy no longer opens in an emergency is not open.
            WarrantSort::Glass => desk.rights().glass.as_ref().is_some_and(|glass| glass.acts.contains(&act)),
            WarrantSort::Right => belongs_to_something(desk.office(), &one.of, desk.now()).await?,
        };
        if opens {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a second person agreed that whoever is at the desk does this act about this.
pub(crate) async fn agreed(desk: &Desk, act: OfficeAct, of: &str) -> Result<bool, No> {
    let held = held_by(desk.office(), desk.actor()?.id, desk.now()).await?;
    let fits = |one: &Warrant| {
        one.sort == WarrantSort::Second
            && one.of == of
            && one.acts.contains(&act.into())
            && one.state(desk.now()) == State::Open
            && one.answer.is_some_and(|(said, by, _)| said == Answer::Yes && by != one.holder)
    };
    Ok(held.iter().any(fits))
}

/// Whether what a right belongs to is open now.
async fn belongs_to_something(office: &Office, of: &str, now: Moment) -> Result<bool, Fault> {
    match of.split_once(':') {
        Some(("work", id)) => {
            let Ok(id) = id.parse() else { return Ok(false) };
            Ok(work::get(office, id).await?.is_some_and(|work| work.is_open(now)))
        }
        Some(("project", id)) => {
            let roster = crate::organisation::roster(office, None).await?;
            let active = crate::organisation::ProjectState::Active;
            Ok(roster.projects.iter().any(|project| project.part.id.as_str() == id && project.state == active))
        }
        _ => Ok(false),
    }
}

/// What a new warrant says.
struct New<'a> {
    sort: WarrantSort,
    acts: BTreeSet<Act>,
    of: &'a str,
    holder: ActorId,
    reason: &'a str,
    ends_at: Moment,
    answer_by: Option<Moment>,
}

async fn write(desk: &Desk, kind: EntryKind, new: New<'_>) -> Result<(ActId, u64), No> {
    write_under(desk, desk.entry(kind, desk.act_id()), new).await
}

async fn write_under(desk: &Desk, entry: ledger::entry::Entry, new: New<'_>) -> Result<(ActId, u64), No> {
    let reason = new.reason.trim();
    if reason.is_empty() || reason.chars().count() > 400 || new.of.chars().count() > 200 {
        return Err(Mistake::new(
            "reason",
            "理由を400文字以内で書いてください。",
            "Say why, in at most 400 characters.",
            "Hãy ghi lý do, tối đa 400 ký tự.",
        )
        .into());
    }
    let id = entry.act();
    let salt: [u8; 32] = desk.chance().bytes();
    let acts = new.acts.iter().map(|act| act.code()).collect::<Vec<_>>().join(" ");
    let details = serde_json::json!({
        "acts": acts, "about": bound(&salt, "of", new.of), "holder": new.holder.to_string(),
        "reason": bound(&salt, "reason", reason), "until": new.ends_at.0, "answer-by": new.answer_by.map(|at| at.0),
        "salt": bound(&salt, "salt", ""),
    });
    let act = desk.act_with_detail(entry, &details)?.with(
        Change::new(
            "INSERT INTO warrant (id, sort, acts, subject, holder, reason, begins_at, ends_at, answer_by, answer, answered_by, \
             answered_at, ended_at, salt, idx) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', NULL, NULL, NULL, $10, $11)",
            vec![
                id.into(),
                new.sort.code().into(),
                acts.into(),
                new.of.into(),
                new.holder.into(),
                reason.into(),
                desk.now().into(),
                new.ends_at.into(),
                new.answer_by.or_null(),
                salt.into(),
                Value::EntryIndex,
            ],
        )
        .exactly(1),
    );
    Ok((id, desk.commit(act).await?.index()))
}

const COLUMNS: &str = "SELECT id, sort, acts, subject, holder, reason, begins_at, ends_at, answer_by, answer, answered_by, \
                       answered_at, ended_at, idx FROM warrant";

fn read(row: &Row) -> Result<Warrant, Fault> {
    let bad = |_| Fault::Damaged("warrant");
    let wrong = || Fault::Damaged("warrant");
    let answer = match row.text(9).map_err(bad)? {
        "" => None,
        word => {
            let by: [u8; 16] = row.array(10).map_err(bad)?;
            let at = row.maybe_moment(11).map_err(bad)?.ok_or_else(wrong)?;
            Some((word.parse::<Answer>().map_err(|_| wrong())?, ActorId::from_bytes(by), at))
        }
    };
    let acts: BTreeSet<Code> = words(row.text(2).map_err(bad)?)?;
    Ok(Warrant {
        id: ActId::from_bytes(row.array(0).map_err(bad)?),
        sort: row.text(1).map_err(bad)?.parse().map_err(|_| wrong())?,
        acts: acts.into_iter().map(|Code(act)| act).collect(),
        of: row.text(3).map_err(bad)?.to_owned(),
        holder: ActorId::from_bytes(row.array(4).map_err(bad)?),
        reason: row.text(5).map_err(bad)?.to_owned(),
        begins_at: row.moment(6).map_err(bad)?,
        ends_at: row.moment(7).map_err(bad)?,
        answer_by: row.maybe_moment(8).map_err(bad)?,
        answer,
        ended_at: row.maybe_moment(12).map_err(bad)?,
        entry: u64::try_from(row.int(13).map_err(bad)?).map_err(|_| wrong())?,
    })
}

/// An act by its code.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Code(Act);

impl std::str::FromStr for Code {
    type Err = ();

    fn from_str(code: &str) -> Result<Self, ()> {
        Act::find(code).map(Self).ok_or(())
    }
}
