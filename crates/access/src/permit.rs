//! Permits: one permitted act each, made only here, spent by the act.

use crate::answer::{Fault, No, Refusal};
use crate::desk::Desk;
use crate::facts::{self, Situation};
use ledger::commitment::{commit_many, commit_subject};
use ledger::entry::{Entry, EntryKind};
use ledger::names::{ActId, ClauseId, Commitment, ElementId, PersonId, PurposeId, RowId, WorkId};
use policy::{ActKind, Policy, Reason, Role, Rule, Verdict, WayOn};
use store::{Change, Value};

/// What somebody at the desk asks to do with people's information.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The act.
    pub act: ActKind,
    /// Whom it is about; nobody in particular for searches and imports.
    pub person: Option<PersonId>,
    /// Under which row of the handling ledger the information is held.
    pub row: RowId,
    /// Which elements.
    pub elements: Vec<ElementId>,
    /// For which notified purpose.
    pub purpose: PurposeId,
    /// Under which work record.
    pub work: Option<WorkId>,
}

/// Whom an act is about, with the keys that make its commitments. The keys are the vault's.
pub enum Subjects {
    /// Nobody in particular.
    Nobody,
    /// These people.
    People(Vec<(PersonId, [u8; 32])>),
}

/// One permitted act.
///
/// It cannot be written by hand, and it is spent by the act it permits:
/// ```compile_fail,E0451
/// let forged = access::Permit { act: todo!(), ask: todo!(), clauses: vec![], subjects: None, people: vec![], suspended: false };
/// ```
/// ```compile_fail,E0382
/// fn twice(desk: &access::Desk, permit: access::Permit) {
///     let one = permit.spend(desk, ledger::entry::EntryKind::Revealed);
///     let two = permit.spend(desk, ledger::entry::EntryKind::Revealed);
/// }
/// ```
#[must_use]
#[derive(Debug)]
pub struct Permit {
    act: ActId,
    ask: Ask,
    clauses: Vec<ClauseId>,
    subjects: Option<(u32, Commitment)>,
    people: Vec<PersonId>,
    suspended: bool,
}

impl Permit {
    /// What was permitted.
    pub fn ask(&self) -> &Ask {
        &self.ask
    }

    /// The act's id; the receipt that releases a value names the same.
    pub fn act(&self) -> ActId {
        self.act
    }

    /// Spends the permit: the entry that the act commits, and the link from the people to it.
    ///
    /// For an act about one person the link is also the condition: it commits only while the person's state is the one that was
    /// judged and the work record is still open. What happened in between is a lost race, not a leak.
    pub fn spend(self, desk: &Desk, kind: EntryKind) -> (Entry, Change) {
        let link = match (self.ask.act, self.ask.person) {
            // Those taken in are not there before this very act.
            (ActKind::Import, _) => link_new(&self.people),
            (_, Some(person)) => link_one(desk, person, self.suspended, self.ask.work),
            (_, None) => link(&self.people),
        };
        let entry = fill(desk.entry(kind, self.act), &self.ask, self.clauses, self.subjects);
        (entry, link)
    }
}

/// The rows that let a person's own history be found; they go when the person is erased, and do not come after it.
fn link(people: &[PersonId]) -> Change {
    let rows = people.iter().map(|p| vec![Value::EntryIndex, (*p).into()]).collect();
    Change::many(
        "INSERT INTO side (idx, person) SELECT CAST($1 AS BIGINT), p.id FROM person p WHERE p.id = $2 AND p.state <> 'erased'",
        rows,
    )
}

fn link_new(people: &[PersonId]) -> Change {
    let rows = people.iter().map(|p| vec![Value::EntryIndex, (*p).into()]).collect();
    Change::many("INSERT INTO side (idx, person) VALUES ($1, $2)", rows)
}

fn link_one(desk: &Desk, person: PersonId, suspended: bool, work: Option<WorkId>) -> Change {
    let state = if suspended { "suspended" } else { "active" };
    let work = work.map_or([0; 16], |w| *w.as_bytes());
    Change::new(
        "INSERT INTO side (idx, person) SELECT CAST($1 AS BIGINT), p.id FROM person p WHERE p.id = $2 AND p.state = $3 \
         AND NOT EXISTS (SELECT 1 FROM work w WHERE w.id = $4 AND w.closed_at <= $5)",
        vec![Value::EntryIndex, person.into(), state.into(), work.into(), desk.now().into()],
    )
    .exactly(1)
}

/// What was asked, without the names the policy does not know: a typed name could say anything, and an entry stays for ever.
fn known(policy: &Policy, ask: &Ask) -> Ask {
    let mut ask = ask.clone();
    ask.elements.retain(|element| policy.element(element).is_some());
    ask.purpose = known_purpose(Some(policy), &ask.purpose);
    ask
}

/// The purpose, or the word that stands for every purpose nobody was told of.
fn known_purpose(policy: Option<&Policy>, purpose: &PurposeId) -> PurposeId {
    let known = policy.is_some_and(|policy| policy.purpose(purpose).is_some());
    if known { purpose.clone() } else { UNKNOWN_PURPOSE.parse().unwrap_or_else(|_| purpose.clone()) }
}

/// Stands in a refused entry for a purpose that the policy does not know.
const UNKNOWN_PURPOSE: &str = "unknown";

fn fill(mut entry: Entry, ask: &Ask, clauses: Vec<ClauseId>, subjects: Option<(u32, Commitment)>) -> Entry {
    entry = entry.purpose(ask.purpose.clone()).clauses(clauses).elements(ask.elements.clone());
    // A search looks into every row its purpose reaches.
    if ask.act != ActKind::Find {
        entry = entry.row(ask.row.clone());
    }
    if let Some(work) = ask.work {
        entry = entry.work(work);
    }
    if let Some((count, commitment)) = subjects {
        entry = entry.subjects(count, commitment);
    }
    entry
}

/// Asks the policy in force whether this may be done. A refusal is durable before it is answered.
///
/// # Errors
/// [`No::Refusal`] with clauses, reasons and its entry; [`No::Missing`] when the asker may not know the person.
pub async fn permit(desk: &Desk, ask: Ask, subjects: Subjects) -> Result<Permit, No> {
    let situation = facts::situation(desk, &ask).await?;
    permit_in(desk, ask, subjects, &situation).await
}

/// The same, with the situation already read: a vault that read it together with the ciphertext reads once.
///
/// # Errors
/// As [`permit`].
pub async fn permit_in(desk: &Desk, ask: Ask, subjects: Subjects, situation: &Situation) -> Result<Permit, No> {
    let policy = desk.policy()?;
    let act = desk.act_id();
    let people = match subjects {
        Subjects::Nobody => Vec::new(),
        Subjects::People(people) => people,
    };
    let commitments: Vec<Commitment> = people.iter().map(|(person, key)| commit_subject(key, act, *person)).collect();
    let count = u32::try_from(commitments.len()).map_err(|_| Fault::Damaged("too many people in one act"))?;
    let subjects = (count > 0).then(|| (count, commit_many(&commitments)));
    let people: Vec<PersonId> = people.into_iter().map(|(person, _)| person).collect();
    match policy.judge(&situation.question(&ask), &situation.facts) {
        Verdict::Yes { clauses } => {
            Ok(Permit { act, ask, clauses, subjects, people, suspended: situation.facts.suspended })
        }
        Verdict::No { clauses, reasons } => {
            let kind = kind_of(ask.act);
            let entry = fill(desk.entry(kind, act), &known(policy, &ask), clauses.clone(), subjects).refused();
            let details = serde_json::json!({ "rules": reasons.iter().map(|r| r.rule.code()).collect::<Vec<_>>() });
            let receipt = desk.commit(desk.act_with_detail(entry, &details)?.with(link(&people))).await?;
            // A work record that is about other people says nothing about whether this one exists.
            if ask.person.is_some() && situation.is_hidden() {
                return Err(No::Missing);
            }
            Err(No::Refusal(Box::new(Refusal { reasons, clauses, entry: receipt.index() })))
        }
    }
}

/// Records that somebody asked about a person who is not held, and answers that there is nothing.
///
/// The answer is [`No::Missing`], or what kept it from being recorded.
pub async fn nobody_there(desk: &Desk, ask: &Ask) -> No {
    nobody_held(desk, ask.act, ask.purpose.clone()).await
}

/// The same, where there is not even a row to ask about.
///
/// # Errors
/// As [`nobody_there`].
pub async fn nobody_held(desk: &Desk, act: ActKind, purpose: PurposeId) -> No {
    let tried = async {
        let purpose = known_purpose(desk.policy().ok(), &purpose);
        let entry = desk.entry(kind_of(act), desk.act_id()).purpose(purpose).refused();
        let details = serde_json::json!({ "rules": ["not-held"] });
        desk.commit(desk.act_with_detail(entry, &details)?).await
    };
    tried.await.err().unwrap_or(No::Missing)
}

/// The kind of entry an act leaves, permitted or refused.
#[must_use]
pub fn kind_of(act: ActKind) -> EntryKind {
    match act {
        ActKind::Reveal => EntryKind::Revealed,
        ActKind::Find => EntryKind::Found,
        ActKind::Correct => EntryKind::Corrected,
        ActKind::Suspend => EntryKind::Suspended,
        ActKind::Resume => EntryKind::Resumed,
        ActKind::Erase => EntryKind::Erased,
        ActKind::ExportPerson => EntryKind::Exported,
        ActKind::Import => EntryKind::Imported,
    }
}

/// What the office does besides opening people's information.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfficeAct {
    /// Bring a policy version into force.
    EnactPolicy,
    /// Add, change or end a row of the handling ledger.
    ChangeRegister,
    /// Confirm a row of the handling ledger.
    ReviewRegister,
    /// Open a work record.
    OpenWork,
    /// Close a work record.
    CloseWork,
    /// Give an account or a token.
    GrantAccess,
    /// Take one back.
    RevokeAccess,
    /// Confirm accounts.
    ReviewAccess,
    /// Sign off that accesses were checked against work records.
    ReviewLogs,
    /// Record evidence: a publication, a probe, an inquiry.
    Record,
    /// Record a milestone of a person, such as an accepted offer.
    RecordMilestone,
    /// Make a backup.
    BackUp,
    /// Give oneself a token.
    OwnToken,
}

impl OfficeAct {
    /// Every office act.
    pub const ALL: &[Self] = &[
        Self::EnactPolicy,
        Self::ChangeRegister,
        Self::ReviewRegister,
        Self::OpenWork,
        Self::CloseWork,
        Self::GrantAccess,
        Self::RevokeAccess,
        Self::ReviewAccess,
        Self::ReviewLogs,
        Self::Record,
        Self::RecordMilestone,
        Self::BackUp,
        Self::OwnToken,
    ];

    /// Which roles may do it.
    #[must_use]
    pub fn roles(self) -> &'static [Role] {
        match self {
            Self::EnactPolicy | Self::ChangeRegister | Self::ReviewRegister | Self::ReviewLogs => &[Role::Officer],
            Self::OpenWork | Self::CloseWork | Self::Record | Self::RecordMilestone => &[Role::Officer, Role::Handler],
            Self::GrantAccess | Self::RevokeAccess | Self::BackUp => &[Role::Administrator],
            Self::ReviewAccess => &[Role::Officer, Role::Administrator],
            Self::OwnToken => &[Role::Officer, Role::Handler, Role::Auditor, Role::Administrator],
        }
    }

    fn kind(self) -> EntryKind {
        match self {
            Self::EnactPolicy => EntryKind::PolicyEnacted,
            Self::ChangeRegister => EntryKind::RegisterChanged,
            Self::ReviewRegister => EntryKind::RegisterReviewed,
            Self::OpenWork => EntryKind::WorkOpened,
            Self::CloseWork => EntryKind::WorkClosed,
            Self::GrantAccess | Self::OwnToken => EntryKind::AccessGranted,
            Self::RevokeAccess => EntryKind::AccessRevoked,
            Self::ReviewAccess => EntryKind::AccessReviewed,
            Self::ReviewLogs => EntryKind::LogsReviewed,
            Self::Record | Self::RecordMilestone => EntryKind::Recorded,
            Self::BackUp => EntryKind::BackedUp,
        }
    }
}

/// A permitted office act.
#[must_use]
#[derive(Debug)]
pub struct OfficePermit {
    act: ActId,
    clauses: Vec<ClauseId>,
}

impl OfficePermit {
    /// Spends the permit: the entry the act commits.
    pub fn entry(self, desk: &Desk, kind: EntryKind) -> Entry {
        desk.entry(kind, self.act).clauses(self.clauses)
    }
}

/// Asks whether the actor's role allows an office act. A refusal is durable before it is answered.
///
/// # Errors
/// [`No::Refusal`] naming the clause that keeps access to the minimum.
pub async fn permit_office(desk: &Desk, act: OfficeAct) -> Result<OfficePermit, No> {
    let actor = desk.actor()?;
    let id = desk.act_id();
    let clauses = minimum_access(desk);
    if act.roles().contains(&actor.role) {
        return Ok(OfficePermit { act: id, clauses });
    }
    let entry = desk.entry(act.kind(), id).clauses(clauses.clone()).refused();
    let receipt = desk.commit(desk.act(&entry)?).await?;
    let reasons = clauses
        .iter()
        .map(|clause| Reason {
            rule: Rule::RoleMayNot,
            clause: clause.clone(),
            element: None,
            way_on: WayOn::AskOfficer,
        })
        .collect();
    Err(No::Refusal(Box::new(Refusal { reasons, clauses, entry: receipt.index() })))
}

/// The clause of the policy that promises access by role; before the first enactment, the catalogue's own.
fn minimum_access(desk: &Desk) -> Vec<ClauseId> {
    match desk.policy() {
        Ok(policy) => policy.clause_behind(Rule::RoleMayNot.promise()).into_iter().collect(),
        Err(_) => Rule::RoleMayNot.promise().parse().into_iter().collect(),
    }
}
