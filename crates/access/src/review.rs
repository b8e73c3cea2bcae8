//! Rounds of access review: who holds which right, asked of whoever answers for it, one by one.
//!
//! A round lists every right there is on its day: accounts, rights beyond a role, tokens, cards, and zones people may enter. Each has an
//! owner who says *keep* or *end*, with a reason. What is ended ends in the same act; what nobody answered for until the round is due
//! lapses with it. The evidence is the entry that closes the round.

use crate::actor::{self, Account, bound};
use crate::answer::{Fault, Mistake, No};
use crate::desk::{Desk, Office};
use crate::organisation::{self, CardStatus, PartId, PartKind, Roster};
use crate::permit::{permit_office, refuse};
use crate::warrant::{self, State};
use ledger::entry::EntryKind;
use ledger::names::{ActorId, Moment};
use policy::rights::WarrantSort;
use policy::{OfficeAct, Role, Rule};
use std::collections::BTreeMap;
use store::{Change, Row, Value};

mod close;

pub use close::{close, close_due};

/// A round.
#[derive(Debug, Clone)]
pub struct Round {
    /// The entry that began it; it is known by it.
    pub entry: u64,
    /// When it began.
    pub begun_at: Moment,
    /// By when its owners must have answered.
    pub due_at: Moment,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// How many rights it lists.
    pub items: u64,
    /// How many of them were answered for.
    pub answered: u64,
}

/// What a right is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// An account: what its role may do.
    Account,
    /// A right beyond a role.
    Warrant,
    /// A token of an account.
    Token,
    /// A card that opens doors.
    Card,
    /// A zone somebody may enter.
    Zone,
}

impl Sort {
    /// Every sort.
    pub const ALL: &'static [Self] = &[Self::Account, Self::Warrant, Self::Token, Self::Card, Self::Zone];

    /// Its word in the store and the API.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Warrant => "warrant",
            Self::Token => "token",
            Self::Card => "card",
            Self::Zone => "zone",
        }
    }

    fn read(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|sort| sort.word() == word)
    }
}

/// What an owner says of a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// It is still needed.
    Keep,
    /// It ends now.
    End,
    /// Nobody said anything in time.
    Lapsed,
}

impl Said {
    /// Its word in the store, the API and forms.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::End => "end",
            Self::Lapsed => "lapsed",
        }
    }
}

impl std::str::FromStr for Said {
    type Err = Mistake;

    fn from_str(word: &str) -> Result<Self, Mistake> {
        match word {
            "keep" => Ok(Self::Keep),
            "end" => Ok(Self::End),
            "lapsed" => Ok(Self::Lapsed),
            _ => Err(Mistake::new(
                "answer",
                "keep か end で答えてください。",
                "Say keep or end.",
                "Hãy trả lời keep hoặc end.",
            )),
        }
    }
}

/// One right of a round.
#[derive(Debug, Clone)]
pub struct Item {
    /// The round it stands in, by its entry.
    pub round: u64,
    /// Its place in the round, from 1.
    pub n: u32,
    /// What it is.
    pub sort: Sort,
    /// Which: a login, the id of a warrant, a token or a card, or `staff zone`.
    pub subject: String,
    /// Whose it is: an account; nobody's where the holder has none.
    pub holder: Option<ActorId>,
    /// Who answers for it.
    pub owner: ActorId,
    /// What was said.
    pub said: Option<Said>,
    /// Why.
    pub reason: String,
}

/// Begins a round about every right there is.
///
/// # Errors
/// [`No::Refusal`] unless the actor may review access, [`No::Mistake`] while another round is open.
pub async fn begin(desk: &Desk) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::ReviewAccess).await?;
    if rounds(desk.office()).await?.iter().any(|round| round.closed_at.is_none()) {
        return Err(Mistake::new(
            "round",
            "前の確認がまだ終わっていません。",
            "Another round is still open.",
            "Đợt rà soát trước chưa kết thúc.",
        )
        .into());
    }
    let grace = i64::from(desk.rights().round.grace_days);
    let due = Moment(desk.now().0.saturating_add(grace.saturating_mul(86_400_000)));
    let found = listed(desk).await?;
    let salted: Vec<([u8; 32], Found)> = found.into_iter().map(|one| (desk.chance().bytes(), one)).collect();
    let digests: Vec<String> =
        salted.iter().map(|(salt, one)| digest(salt, one.sort, &one.subject, one.holder, one.owner)).collect();
    let entry = permit.entry(desk, EntryKind::RoundBegun);
    let details = serde_json::json!({ "due": due.0, "items": digests });
    let mut act = desk.act_with_detail(entry, &details)?.with(
        Change::new(
            "INSERT INTO review_round (idx, begun_at, due_at, closed_at) VALUES ($1, $2, $3, NULL)",
            vec![Value::EntryIndex, desk.now().into(), due.into()],
        )
        .exactly(1),
    );
    let row = |((salt, one), n): (([u8; 32], Found), u32)| {
        vec![
            Value::EntryIndex,
            n.into(),
            one.sort.word().into(),
            one.subject.into(),
            one.holder.unwrap_or(NOBODY).into(),
            one.owner.into(),
            salt.into(),
        ]
    };
    act = act.with(Change::many(
        "INSERT INTO review_item (idx, n, sort, subject, holder, owner, answer, reason, answered_by, answered_at, salt) \
         VALUES ($1, $2, $3, $4, $5, $6, '', '', NULL, NULL, $7)",
        salted.into_iter().zip(1_u32..).map(row).collect(),
    ));
    Ok(desk.commit(act).await?.index())
}

/// Stands for whoever has no account.
const NOBODY: ActorId = ActorId::from_bytes([0; 16]);

/// The digest by which the entry of a round binds one right of it.
#[must_use]
pub fn digest(salt: &[u8; 32], sort: Sort, subject: &str, holder: Option<ActorId>, owner: ActorId) -> String {
    let holder = holder.unwrap_or(NOBODY);
    bound(salt, "item", &format!("{}\u{0}{subject}\u{0}{holder}\u{0}{owner}", sort.word()))
}

/// A right that a round lists.
struct Found {
    sort: Sort,
    subject: String,
    holder: Option<ActorId>,
    owner: ActorId,
}

async fn listed(desk: &Desk) -> Result<Vec<Found>, No> {
    let (office, now) = (desk.office(), desk.now());
    let open = |a: &&Account| a.revoked_at.is_none() && a.ends_at.is_none_or(|end| end > now);
    let accounts = actor::list(office).await?;
    let accounts: Vec<&Account> = accounts.iter().filter(open).collect();
    let roster = organisation::roster(office, None).await?;
    let owners = Owners::new(desk, &accounts, &roster)?;
    let mut found = Vec::new();
    let mut put = |sort, subject: String, holder: Option<ActorId>| {
        found.push(Found { sort, subject, holder, owner: owners.of(holder) });
    };
    for account in &accounts {
        put(Sort::Account, account.actor.login.clone(), Some(account.actor.id));
    }
    for one in warrant::list(office, 2000).await? {
        if one.sort == WarrantSort::Right && one.state(now) == State::Open {
            put(Sort::Warrant, one.id.to_string(), Some(one.holder));
        }
    }
    let sql = "SELECT hash, actor FROM api_token WHERE revoked_at IS NULL AND ends_at > $1 ORDER BY hash";
    for row in desk.store().read(sql, vec![now.into()]).await? {
        let hash: [u8; 32] = row.array(0)?;
        put(Sort::Token, crate::token::token_id(&hash), Some(ActorId::from_bytes(row.array(1)?)));
    }
    let today = desk.today();
    let here = |until: Option<jiff::civil::Date>| until.is_none_or(|last| last >= today);
    for card in roster.cards.iter().filter(|card| card.status == CardStatus::Given && here(card.part.until)) {
        let holder = card.holder.as_ref().and_then(|id| owners.account_of(&roster, id));
        put(Sort::Card, card.part.id.to_string(), holder);
    }
    for staff in roster.staff.iter().filter(|staff| here(staff.part.until)) {
        let holder = owners.account_of(&roster, &staff.part.id);
        for zone in &staff.zones {
            put(Sort::Zone, format!("{} {zone}", staff.part.id), holder);
        }
    }
    Ok(found)
}

/// Who answers for whom: the head of the holder's department where they have an account, else whoever began the round; nobody for
/// themselves.
struct Owners {
    heads: BTreeMap<ActorId, ActorId>,
    by_login: BTreeMap<String, ActorId>,
    beginner: ActorId,
    other: ActorId,
}

impl Owners {
    fn new(desk: &Desk, accounts: &[&Account], roster: &Roster) -> Result<Self, No> {
        let beginner = desk.actor()?.id;
        let by_login: BTreeMap<String, ActorId> =
            accounts.iter().map(|a| (a.actor.login.clone(), a.actor.id)).collect();
        let account = |id: &PartId| {
            let staff = roster.staff.iter().find(|staff| staff.part.id == *id)?;
            by_login.get(staff.login.as_ref()?).copied()
        };
        let mut heads = BTreeMap::new();
        for staff in &roster.staff {
            let department = roster.departments.iter().find(|d| Some(&d.part.id) == staff.department.as_ref());
            let head = department.and_then(|department| department.head.as_ref()).and_then(account);
            if let (Some(own), Some(head)) = (account(&staff.part.id), head) {
                heads.insert(own, head);
            }
        }
        // The beginner's own rights are for somebody else who may review.
        let reviews =
            |a: &&&Account| a.actor.id != beginner && desk.rights().may(a.actor.role, OfficeAct::ReviewAccess);
        let officer_first = accounts.iter().filter(reviews).max_by_key(|a| a.actor.role == Role::Officer);
        let other = officer_first.map_or(beginner, |a| a.actor.id);
        Ok(Self { heads, by_login, beginner, other })
    }

    fn account_of(&self, roster: &Roster, id: &PartId) -> Option<ActorId> {
        let staff = roster.staff.iter().find(|staff| staff.part.id == *id)?;
        self.by_login.get(staff.login.as_ref()?).copied()
    }

    fn of(&self, holder: Option<ActorId>) -> ActorId {
        let head = holder.and_then(|holder| self.heads.get(&holder).copied()).filter(|head| Some(*head) != holder);
        match head {
            Some(head) => head,
            None if holder == Some(self.beginner) => self.other,
            None => self.beginner,
        }
    }
}

/// Says what is to become of one right. What is ended ends in the same act; a card or a zone, where the actor may not change the
/// organisation, when the round is closed by somebody who may.
///
/// # Errors
/// [`No::Missing`] if there is nothing to answer, [`No::Refusal`] unless the actor owns the right or may review access, and for one's
/// own; [`No::Mistake`] without a reason for an end.
pub async fn answer(desk: &Desk, round: u64, n: u32, said: Said, reason: &str) -> Result<u64, No> {
    let open = rounds(desk.office()).await?.into_iter().any(|r| r.entry == round && r.closed_at.is_none());
    let item = items(desk.office(), round).await?.into_iter().find(|item| item.n == n && open);
    let item = item.filter(|item| item.said.is_none()).ok_or(No::Missing)?;
    let actor = desk.actor()?;
    if item.holder == Some(actor.id) || (item.owner != actor.id && !desk.may(OfficeAct::ReviewAccess)) {
        return Err(refuse(desk, EntryKind::RoundAnswered, desk.act_id(), Rule::RoleMayNot).await);
    }
    let reason = reason.trim();
    if said == Said::Lapsed || reason.is_empty() || reason.chars().count() > 400 {
        return Err(Mistake::new(
            "reason",
            "理由を400文字以内で書いてください。",
            "Say why, in at most 400 characters.",
            "Hãy ghi lý do, tối đa 400 ký tự.",
        )
        .into());
    }
    let rows = desk.store().read(SALT, vec![entry(round).into(), n.into()]).await?;
    let salt: [u8; 32] = rows.first().ok_or(No::Missing)?.array(0)?;
    let ended =
        if said == Said::End { close::Ended::of(desk, std::slice::from_ref(&item)).await? } else { <_>::default() };
    let mut details = serde_json::json!({
        "round": round, "n": n, "answer": said.word(), "reason": bound(&salt, "reason", reason), "by": actor.id.to_string(),
    });
    ended.tell(&mut details);
    let told = desk.entry(EntryKind::RoundAnswered, desk.act_id());
    let act = desk.act_with_detail(told, &details)?.with(
        Change::new(
            "UPDATE review_item SET answer = $3, reason = $4, answered_by = $5, answered_at = $6 WHERE idx = $1 AND n = $2 AND answer = ''",
            vec![
                entry(round).into(),
                n.into(),
                said.word().into(),
                reason.into(),
                actor.id.into(),
                desk.now().into(),
            ],
        )
        .exactly(1),
    );
    let index = desk.commit(ended.change(desk, act)).await?.index();
    desk.office().seen.forget();
    if said == Said::End && desk.may(OfficeAct::ChangeOrganisation) {
        take_back(desk, &item).await?;
    }
    Ok(index)
}

/// Takes a card or the right to a zone back, by an act of its own.
async fn take_back(desk: &Desk, item: &Item) -> Result<(), No> {
    let done = match item.sort {
        Sort::Card => {
            let Ok(id) = item.subject.parse() else { return Ok(()) };
            let block = |sheet: &mut organisation::Sheet| drop(sheet.insert("status".into(), "blocked".into()));
            organisation::change(desk, PartKind::Card, &id, block).await
        }
        Sort::Zone => {
            let Some((staff, zone)) = item.subject.split_once(' ') else { return Ok(()) };
            let Ok(id) = staff.parse() else { return Ok(()) };
            let without = |sheet: &mut organisation::Sheet| {
                let left: Vec<String> = sheet
                    .get("zones")
                    .into_iter()
                    .flat_map(|zones| zones.split([' ', ',', ';']))
                    .filter(|one| !one.is_empty() && *one != zone)
                    .map(str::to_owned)
                    .collect();
                sheet.insert("zones".into(), left.join(" "));
            };
            organisation::change(desk, PartKind::Staff, &id, without).await
        }
        _ => return Ok(()),
    };
    match done {
        // Gone since, or changed by somebody: there is nothing to take back.
        Ok(_) | Err(No::Missing | No::Mistake(_)) => Ok(()),
        Err(other) => Err(other),
    }
}

const SALT: &str = "SELECT salt FROM review_item WHERE idx = $1 AND n = $2";

fn entry(round: u64) -> i64 {
    i64::try_from(round).unwrap_or(i64::MAX)
}

/// Every round, newest first.
///
/// # Errors
/// [`Fault`].
pub async fn rounds(office: &Office) -> Result<Vec<Round>, Fault> {
    let sql = "SELECT r.idx, r.begun_at, r.due_at, r.closed_at, COUNT(i.n), COUNT(CASE WHEN i.answer <> '' THEN 1 END) \
               FROM review_round r LEFT JOIN review_item i ON i.idx = r.idx GROUP BY r.idx, r.begun_at, r.due_at, r.closed_at \
               ORDER BY r.idx DESC";
    let bad = |_| Fault::Damaged("review_round");
    let rows = office.store().read(sql, vec![]).await?;
    let number = |n: i64| u64::try_from(n).map_err(|_| Fault::Damaged("review_round"));
    rows.iter()
        .map(|row| {
            Ok(Round {
                entry: number(row.int(0).map_err(bad)?)?,
                begun_at: row.moment(1).map_err(bad)?,
                due_at: row.moment(2).map_err(bad)?,
                closed_at: row.maybe_moment(3).map_err(bad)?,
                items: number(row.int(4).map_err(bad)?)?,
                answered: number(row.int(5).map_err(bad)?)?,
            })
        })
        .collect()
}

/// What a round lists, in its order.
///
/// # Errors
/// [`Fault`].
pub async fn items(office: &Office, round: u64) -> Result<Vec<Item>, Fault> {
    let sql = "SELECT n, sort, subject, holder, owner, answer, reason FROM review_item WHERE idx = $1 ORDER BY n";
    let rows = office.store().read(sql, vec![entry(round).into()]).await?;
    rows.iter().map(|row| read(row, round)).collect()
}

/// When each account last left an entry.
///
/// # Errors
/// [`Fault`].
pub async fn last_used(office: &Office) -> Result<BTreeMap<ActorId, Moment>, Fault> {
    let sql = "SELECT actor, MAX(at) FROM entry WHERE actor IS NOT NULL GROUP BY actor";
    let bad = |_| Fault::Damaged("entry");
    let rows = office.store().read(sql, vec![]).await?;
    rows.iter().map(|row| Ok((ActorId::from_bytes(row.array(0).map_err(bad)?), row.moment(1).map_err(bad)?))).collect()
}

fn read(row: &Row, round: u64) -> Result<Item, Fault> {
    let bad = |_| Fault::Damaged("review_item");
    let wrong = || Fault::Damaged("review_item");
    let holder = ActorId::from_bytes(row.array(3).map_err(bad)?);
    let said = match row.text(5).map_err(bad)? {
        "" => None,
        word => Some(word.parse().map_err(|_| wrong())?),
    };
    Ok(Item {
        round,
        n: u32::try_from(row.int(0).map_err(bad)?).map_err(|_| wrong())?,
        sort: Sort::read(row.text(1).map_err(bad)?).ok_or_else(wrong)?,
        subject: row.text(2).map_err(bad)?.to_owned(),
        holder: Some(holder).filter(|holder| *holder != NOBODY),
        owner: ActorId::from_bytes(row.array(4).map_err(bad)?),
        said,
        reason: row.text(6).map_err(bad)?.to_owned(),
    })
}
