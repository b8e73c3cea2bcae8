//! Leavers: their account and sessions end in the same act, and what is still out is listed until it is back.

use super::part::{CardStatus, Part};
use super::put::{self, Written};
use super::{PartId, PartKind, ProjectState, Roster};
use crate::actor;
use crate::answer::{Fault, Mistake, No};
use crate::desk::{Desk, Office};
use jiff::ToSpan;
use jiff::civil::Date;
use ledger::names::{ActorId, Moment};
use policy::{Language, Texts};
use serde_json::{Value as Json, json};
use store::{Change, OrNull};

/// Somebody leaves with this last day. On or after it their account, sessions and tokens end with this very act; before it, at the end
/// of that day.
///
/// # Errors
/// As [`put`](super::put()); [`No::Missing`] when there is no such staff member, [`No::Mistake`] when they left already, or hold the last
/// account that could give another.
pub async fn leave(desk: &Desk, staff: &PartId, last: Date) -> Result<Written, No> {
    put::write(desk, |roster| {
        let one = roster.staff_member(staff).ok_or(No::Missing)?;
        if one.until == Some(last) {
            return Err(Mistake::new(
                "until",
                "この退職日はすでに記録されています。",
                "This last day is on record already.",
                "Ngày cuối này đã được ghi nhận.",
            )
            .into());
        }
        let mut sheet = one.sheet.clone();
        sheet.insert("until".into(), last.to_string());
        Ok(vec![put::Edit { kind: PartKind::Staff, id: staff.clone(), sheet }])
    })
    .await
}

/// How an account ends with a change of the organisation.
pub(super) struct Ending {
    pub(super) login: String,
    id: ActorId,
    how: How,
}

enum How {
    /// Now.
    Revoked,
    /// At this moment, or no longer by itself.
    At(Option<Moment>),
}

impl Ending {
    pub(super) fn is_revoked(&self) -> bool {
        matches!(self.how, How::Revoked)
    }

    pub(super) fn changes(&self, desk: &Desk) -> Vec<Change> {
        match self.how {
            How::Revoked => actor::revocation(self.id, desk.now()),
            How::At(at) => vec![
                Change::new(
                    "UPDATE actor SET ends_at = $2 WHERE id = $1 AND revoked_at IS NULL",
                    vec![self.id.into(), at.or_null()],
                )
                .exactly(1),
            ],
        }
    }
}

/// The accounts that end, or end otherwise, because somebody's last day changes.
pub(super) async fn endings(desk: &Desk, before: &Roster, after: &Roster, parts: &[Part]) -> Result<Vec<Ending>, No> {
    let changed = parts.iter().filter(|part| part.kind == PartKind::Staff);
    let changed: Vec<&Part> = changed.filter(|part| !part.text("login").is_empty()).collect();
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let accounts = actor::list(desk.office()).await?;
    let mut endings = Vec::new();
    for part in changed {
        let login = part.text("login");
        let Some(account) = accounts.iter().find(|a| a.actor.login == login && a.revoked_at.is_none()) else {
            continue;
        };
        // Somebody else may have this login by now.
        if after.by_login(login, desk.today()).is_some_and(|now| now.id != part.id) {
            continue;
        }
        let old = before.part(part.kind, &part.id).filter(|old| old.text("login") == login);
        if old.is_some_and(|old| old.until == part.until) {
            continue;
        }
        let (id, login) = (account.actor.id, login.to_owned());
        if part.until.is_some_and(|last| last <= desk.today()) {
            if actor::is_last_administrator(desk.office(), &login, desk.now()).await? {
                return Err(actor::last_administrator());
            }
            endings.push(Ending { login, id, how: How::Revoked });
            continue;
        }
        let end = |day: Option<Date>| day.map(|day| desk.start_of(day.saturating_add(1.day())));
        let (was, now) = (end(old.and_then(|old| old.until)), end(part.until));
        // An account that ends for another reason is not made to last longer.
        let follows = was.is_some() && account.ends_at == was;
        let sooner = now.is_some_and(|now| account.ends_at.is_none_or(|ends| ends > now));
        if (follows || sooner) && account.ends_at != now {
            endings.push(Ending { login, id, how: How::At(now) });
        }
    }
    Ok(endings)
}

/// Writes into the details of an entry which accounts end.
pub(super) fn tell(details: &mut Json, endings: &[Ending]) {
    let revoked: Vec<Json> = endings.iter().filter(|e| e.is_revoked()).map(|e| json!(e.id.to_string())).collect();
    let ends = endings.iter().filter_map(|ending| match ending.how {
        How::Revoked => None,
        How::At(at) => Some((ending.id.to_string(), json!(at.map(|at| at.0)))),
    });
    let ends: serde_json::Map<String, Json> = ends.collect();
    if let Some(details) = details.as_object_mut() {
        if !revoked.is_empty() {
            details.insert("revoked".into(), Json::Array(revoked));
        }
        if !ends.is_empty() {
            details.insert("ends".into(), Json::Object(ends));
        }
    }
}

/// Something that somebody who left still has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StillOut {
    /// Who left.
    pub staff: PartId,
    /// The last day they were there.
    pub since: Date,
    /// What is out.
    pub what: Out,
}

/// What is out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Out {
    /// A card that is neither back nor lost.
    Card {
        /// Which.
        card: PartId,
        /// Whether it still opens doors.
        opens: bool,
    },
    /// A terminal they used.
    Terminal(PartId),
    /// A project they lead.
    Project(PartId),
    /// A department they head.
    Department(PartId),
    /// A legal entity they answer for.
    Entity(PartId),
    /// A work record that names them and is open, by its number.
    Work(String),
    /// An account that is open, by its login.
    Account(String),
}

impl Out {
    /// What is out, in words.
    #[must_use]
    pub fn told(&self, roster: &Roster) -> Texts {
        let of = |kind: PartKind, id: &PartId| {
            let name = roster.name(kind, id).to_owned();
            kind.label().map(|_, label| format!("{label} {name}"))
        };
        match self {
            Self::Card { card, opens } => of(PartKind::Card, card).map(|language, told| match (language, opens) {
                (Language::Ja, true) => format!("{told}（まだ有効）"),
                (Language::En, true) => format!("{told} (still opens doors)"),
                (Language::Vi, true) => format!("{told} (vẫn còn mở được cửa)"),
                (Language::Ja, false) => format!("{told}（停止済み・未返却）"),
                (Language::En, false) => format!("{told} (blocked, not back)"),
                (Language::Vi, false) => format!("{told} (đã khóa, chưa trả)"),
            }),
            Self::Terminal(id) => of(PartKind::Terminal, id),
            Self::Project(id) => of(PartKind::Project, id).map(|language, told| match language {
                Language::Ja => format!("{told} の責任者"),
                Language::En => format!("leads: {told}"),
                Language::Vi => format!("phụ trách: {told}"),
            }),
            Self::Department(id) => of(PartKind::Department, id).map(|language, told| match language {
                Language::Ja => format!("{told} の部署長"),
                Language::En => format!("heads: {told}"),
                Language::Vi => format!("trưởng đơn vị: {told}"),
            }),
            Self::Entity(id) => of(PartKind::Entity, id).map(|language, told| match language {
                Language::Ja => format!("{told} の責任者"),
                Language::En => format!("answers for: {told}"),
                Language::Vi => format!("chịu trách nhiệm: {told}"),
            }),
            Self::Work(code) => {
                Texts::new(format!("作業記録 {code}"), format!("Work record {code}"), format!("Hồ sơ công việc {code}"))
            }
            Self::Account(login) => {
                Texts::new(format!("アカウント {login}"), format!("Account {login}"), format!("Tài khoản {login}"))
            }
        }
    }
}

/// What those who had left by this day still have, longest ago first. It is worked out from what is registered, so it goes when it is
/// given back.
#[must_use]
pub fn still_out(roster: &Roster, today: Date) -> Vec<StillOut> {
    let mut all = Vec::new();
    for staff in roster.staff.iter().filter(|staff| staff.has_ended(today)) {
        let Some(since) = staff.until else { continue };
        let mut add = |what| all.push(StillOut { staff: staff.id.clone(), since, what });
        let theirs = |id: &Option<PartId>| id.as_ref() == Some(&staff.id);
        for card in roster.cards.iter().filter(|card| theirs(&card.holder) && !card.has_ended(today)) {
            match card.status {
                CardStatus::Given => add(Out::Card { card: card.id.clone(), opens: true }),
                CardStatus::Blocked => add(Out::Card { card: card.id.clone(), opens: false }),
                CardStatus::Returned | CardStatus::Lost => {}
            }
        }
        for terminal in roster.terminals.iter().filter(|one| theirs(&one.holder) && !one.has_ended(today)) {
            add(Out::Terminal(terminal.id.clone()));
        }
        for project in roster.projects.iter().filter(|one| theirs(&one.leader) && !one.has_ended(today)) {
            if project.state != ProjectState::Closed {
                add(Out::Project(project.id.clone()));
            }
        }
        for department in roster.departments.iter().filter(|one| theirs(&one.head) && !one.has_ended(today)) {
            add(Out::Department(department.id.clone()));
        }
        for entity in roster.entities.iter().filter(|one| theirs(&one.responsible) && !one.has_ended(today)) {
            add(Out::Entity(entity.id.clone()));
        }
    }
    all.sort_by(|a, b| (a.since, &a.staff).cmp(&(b.since, &b.staff)));
    all
}

/// The same, with the work records and accounts of those who left.
///
/// # Errors
/// [`Fault`].
pub async fn all_still_out(office: &Office, roster: &Roster, now: Moment, today: Date) -> Result<Vec<StillOut>, Fault> {
    let mut all = still_out(roster, today);
    let sql = "SELECT a.login, w.code FROM work w JOIN work_actor wa ON wa.work = w.id JOIN actor a ON a.id = wa.actor \
               WHERE w.ends_at > $1 AND (w.closed_at IS NULL OR w.closed_at > $1) ORDER BY w.code";
    let bad = |_| Fault::Damaged("work");
    let left = |login: &str| roster.by_login(login, today).filter(|staff| staff.has_ended(today));
    for row in office.store().read(sql, vec![now.into()]).await? {
        if let Some((staff, since)) = left(row.text(0).map_err(bad)?).and_then(|s| Some((s, s.until?))) {
            let what = Out::Work(row.text(1).map_err(bad)?.to_owned());
            all.push(StillOut { staff: staff.id.clone(), since, what });
        }
    }
    for account in actor::list(office).await? {
        let open = account.revoked_at.is_none() && account.ends_at.is_none_or(|end| end > now);
        if let Some((staff, since)) = left(&account.actor.login).filter(|_| open).and_then(|s| Some((s, s.until?))) {
            all.push(StillOut { staff: staff.id.clone(), since, what: Out::Account(account.actor.login) });
        }
    }
    all.sort_by(|a, b| (a.since, &a.staff).cmp(&(b.since, &b.staff)));
    Ok(all)
}
