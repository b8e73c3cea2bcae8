//! Permits: one permitted act each, made only here, spent by the act.

use crate::answer::{Fault, No, Refusal};
use crate::desk::Desk;
use crate::facts::{self, Situation};
use crate::warrant;
use ledger::commitment::{commit_many, commit_subject};
use ledger::entry::{Entry, EntryKind};
use ledger::names::{ActId, ClauseId, Commitment, ElementId, PersonId, PurposeId, RowId, WorkId};
pub use policy::OfficeAct;
use policy::{ActKind, Class, Policy, Reason, Rule, Verdict, WayOn};
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
/// let forged = access::Permit { act: todo!(), ask: todo!(), clauses: vec![], about: todo!(), suspended: false };
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
    about: About,
    suspended: bool,
}

/// The people an act is about, each with its commitment, in the order in which the entry commits to them.
#[derive(Debug)]
struct About(Vec<(PersonId, Commitment)>);

impl About {
    fn new(subjects: Subjects, act: ActId) -> Result<Self, Fault> {
        let people = match subjects {
            Subjects::Nobody => Vec::new(),
            Subjects::People(people) => people,
        };
        if u32::try_from(people.len()).is_err() {
            return Err(Fault::Damaged("too many people in one act"));
        }
        Ok(Self(people.iter().map(|(person, key)| (*person, commit_subject(key, act, *person))).collect()))
    }

    /// Somebody who is not held and has no key: the commitment looks like any other, and nothing opens it.
    fn nobody(desk: &Desk, act: ActId, person: PersonId) -> Self {
        Self(vec![(NOBODY, commit_subject(&desk.chance().bytes(), act, person))])
    }

    fn of(&self, entry: Entry) -> Entry {
        let commitments: Vec<Commitment> = self.0.iter().map(|(_, commitment)| *commitment).collect();
        match u32::try_from(commitments.len()) {
            Ok(count) if count > 0 => entry.subjects(count, commit_many(&commitments)),
            _ => entry,
        }
    }

    fn is_somebody(&self) -> bool {
        self.0.iter().any(|(person, _)| *person != NOBODY)
    }

    /// The same commitments, linked to nobody.
    fn of_nobody(&self) -> Self {
        Self(self.0.iter().map(|(_, commitment)| (NOBODY, *commitment)).collect())
    }

    /// One row for each of them: the entry, the person, the place among them, the commitment.
    fn rows(&self) -> Vec<Vec<Value>> {
        let row = |(place, (person, commitment)): (usize, &(PersonId, Commitment))| {
            vec![Value::EntryIndex, (*person).into(), place_of(place), commitment.0.into()]
        };
        self.0.iter().enumerate().map(row).collect()
    }
}

/// Stands beside a commitment that is linked to nobody: the person was erased, or was never there.
pub const NOBODY: PersonId = PersonId::from_bytes([0; 16]);

fn place_of(place: usize) -> Value {
    Value::Int(i64::try_from(place).unwrap_or(i64::MAX))
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
            (ActKind::Import, _) => link_new(&self.about),
            (ActKind::Withdraw, Some(person)) => link_waiting(person, &self.about),
            (_, Some(person)) => link_one(desk, person, &self.about, self.suspended, self.ask.work),
            (_, None) => link(&self.about),
        };
        let entry = fill(desk.entry(kind, self.act), &self.ask, self.clauses, &self.about);
        (entry, link)
    }
}

/// The rows that let a person's own history be found, and the entry's commitment be worked out again. When somebody is erased the
/// person goes from them and the commitment stays, which says nothing any more.
fn link(about: &About) -> Change {
    Change::many(
        "INSERT INTO side (idx, person, place, sc) SELECT CAST($1 AS BIGINT), p.id, CAST($3 AS BIGINT), $4 FROM person p \
         WHERE p.id = $2 AND p.state IN ('active', 'suspended')",
        about.rows(),
    )
    .exactly(1)
}

fn link_new(about: &About) -> Change {
    Change::many("INSERT INTO side (idx, person, place, sc) VALUES ($1, $2, $3, $4)", about.rows())
}

fn link_one(desk: &Desk, person: PersonId, about: &About, suspended: bool, work: Option<WorkId>) -> Change {
    let state = if suspended { "suspended" } else { "active" };
    let work = work.map_or([0; 16], |w| *w.as_bytes());
    let commitment = about.0.first().map_or(Vec::new(), |(_, commitment)| commitment.0.to_vec());
    Change::new(
        "INSERT INTO side (idx, person, place, sc) SELECT CAST($1 AS BIGINT), p.id, 0, $6 FROM person p \
         WHERE p.id = $2 AND p.state = $3 AND NOT EXISTS (SELECT 1 FROM work w WHERE w.id = $4 AND w.closed_at <= $5)",
        vec![Value::EntryIndex, person.into(), state.into(), work.into(), desk.now().into(), commitment.into()],
    )
    .exactly(1)
}

/// For a withdrawal: while the erasure waits.
fn link_waiting(person: PersonId, about: &About) -> Change {
    let commitment = about.0.first().map_or(Vec::new(), |(_, commitment)| commitment.0.to_vec());
    Change::new(
        "INSERT INTO side (idx, person, place, sc) SELECT CAST($1 AS BIGINT), p.id, 0, $3 FROM person p \
         WHERE p.id = $2 AND p.erase_at IS NOT NULL",
        vec![Value::EntryIndex, person.into(), commitment.into()],
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

fn fill(mut entry: Entry, ask: &Ask, clauses: Vec<ClauseId>, about: &About) -> Entry {
    entry = entry.purpose(ask.purpose.clone()).clauses(clauses).elements(ask.elements.clone());
    // A search looks into every row its purpose reaches.
    if ask.act != ActKind::Find {
        entry = entry.row(ask.row.clone());
    }
    if let Some(work) = ask.work {
        entry = entry.work(work);
    }
    about.of(entry)
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
    let verdict = policy.judge(&situation.question(&ask), &situation.facts);
    let may_know = match (&verdict, ask.person) {
        (Verdict::No { .. }, Some(person)) => !situation.is_of_others() && facts::knows(desk, person).await?,
        _ => true,
    };
    if matches!(verdict, Verdict::Yes { .. }) && needs_proof(policy, &ask, situation) {
        desk.fresh()?;
    }
    // From here nothing is waited for until the entry is handed over: acts are in the ledger in the order in which they were judged.
    let act = desk.act_id();
    let about = About::new(subjects, act)?;
    match verdict {
        Verdict::Yes { clauses } => Ok(Permit { act, ask, clauses, about, suspended: situation.facts.suspended }),
        Verdict::No { clauses, reasons } => {
            if !may_know {
                return Err(untold(desk, act, &ask, situation, &about).await);
            }
            let entry = fill(desk.entry(kind_of(ask.act), act), &known(policy, &ask), clauses.clone(), &about);
            let index = refused(desk, entry, &reasons, &about).await?;
            Err(No::Refusal(Box::new(Refusal { reasons, clauses, entry: index })))
        }
    }
}

/// Whether whoever asks must have proved recently who they are: where the right says so, and for everything held of a person at once
/// where special care-required information is among it.
fn needs_proof(policy: &Policy, ask: &Ask, situation: &Situation) -> bool {
    let special = |id: &ElementId| policy.element(id).is_some_and(|element| element.class == Class::SpecialCare);
    let everything = || situation.facts.row.elements.iter().all(|id| ask.elements.contains(id));
    policy.rights().needs_fresh(ask.act)
        || ask.act == ActKind::Reveal && ask.elements.iter().any(special) && everything()
}

/// Records a refusal. Where a commitment is linked to nobody, the details say so, so that verifying can count such links.
async fn refused(desk: &Desk, entry: Entry, reasons: &[Reason], about: &About) -> Result<u64, No> {
    let rules: Vec<&str> =
        if reasons.is_empty() { vec![NOT_HELD] } else { reasons.iter().map(|r| r.rule.code()).collect() };
    if about.0.is_empty() || about.is_somebody() {
        let act = desk.act_with_detail(entry.clone().refused(), &serde_json::json!({ "rules": rules }))?;
        match desk.commit(act.with(link(about))).await {
            // Erased since it was asked: there is nobody any more to whom it could be linked.
            Err(No::Mistake(_)) => {}
            done => return Ok(done?.index()),
        }
    }
    let act = desk.act_with_detail(entry.refused(), &serde_json::json!({ "linked": false, "rules": rules }))?;
    Ok(desk.commit(act.with(link_new(&about.of_nobody()))).await?.index())
}

/// Stands for a rule where nobody is held, or nobody the asker may know of.
const NOT_HELD: &str = "not-held";

/// Records that somebody asked about a person who is not held, and answers as it would for somebody they may not know.
///
/// The answer is [`No::Missing`]; or [`No::Refusal`] for what is refused whoever it is about, such as work that has ended; or
/// what kept it from being recorded.
pub async fn nobody_there(desk: &Desk, ask: &Ask, situation: &Situation) -> No {
    let person = ask.person.unwrap_or(NOBODY);
    // Asked here too, so that the time taken says nothing.
    if let Err(no) = facts::knows(desk, person).await {
        return no;
    }
    let act = desk.act_id();
    let about = About::nobody(desk, act, person);
    untold(desk, act, ask, situation, &about).await
}

/// The answer to those who may not know whether the person is held, and its entry: the same, whether the person is there or not.
async fn untold(desk: &Desk, act: ActId, ask: &Ask, situation: &Situation, about: &About) -> No {
    let told = async {
        let policy = desk.policy()?;
        if is_of_the_whole_person(ask.act) {
            let entry = desk.entry(kind_of(ask.act), act).purpose(known_purpose(Some(policy), &ask.purpose));
            refused(desk, about.of(entry), &[], about).await?;
            return Ok(No::Missing);
        }
        let anybody = situation.of_anybody(desk, ask);
        let (clauses, reasons) = match policy.judge(&anybody.question(ask), &anybody.facts) {
            Verdict::No { clauses, reasons } if !situation.is_of_others() => (clauses, reasons),
            Verdict::No { clauses, .. } | Verdict::Yes { clauses } => (clauses, Vec::new()),
        };
        let entry = fill(desk.entry(kind_of(ask.act), act), &known(policy, ask), clauses.clone(), about);
        let entry = refused(desk, entry, &reasons, about).await?;
        let told = !reasons.is_empty();
        Ok::<No, No>(if told { No::Refusal(Box::new(Refusal { reasons, clauses, entry })) } else { No::Missing })
    };
    told.await.unwrap_or_else(|no| no)
}

/// Records that somebody asked for an act on everything held of a person of whom nothing is held.
///
/// The answer is [`No::Missing`], or what kept it from being recorded.
pub async fn nobody_held(desk: &Desk, act: ActKind, person: PersonId, purpose: &PurposeId) -> No {
    let told = async {
        facts::knows(desk, person).await?;
        let id = desk.act_id();
        let about = About::nobody(desk, id, person);
        let entry = desk.entry(kind_of(act), id).purpose(known_purpose(desk.policy().ok(), purpose));
        refused(desk, about.of(entry), &[], &about).await
    };
    told.await.err().unwrap_or(No::Missing)
}

/// Whether the asker names no row: then the row is not theirs to hear of.
fn is_of_the_whole_person(act: ActKind) -> bool {
    use ActKind::{Erase, ExportPerson, Resume, Suspend, Withdraw};
    matches!(act, Suspend | Resume | Erase | Withdraw | ExportPerson)
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
        ActKind::Withdraw => EntryKind::ErasureWithdrawn,
    }
}

/// The kind of entry an act of the office leaves, permitted or refused. What is only looked at leaves one when it is refused to a token.
#[must_use]
pub fn kind_of_office(act: OfficeAct) -> EntryKind {
    match act {
        OfficeAct::EnactPolicy => EntryKind::PolicyEnacted,
        OfficeAct::Supervise => EntryKind::WindowOpened,
        OfficeAct::ChangeRegister => EntryKind::RegisterChanged,
        OfficeAct::ReviewRegister => EntryKind::RegisterReviewed,
        OfficeAct::OpenWork | OfficeAct::OpenWorkEverybody => EntryKind::WorkOpened,
        OfficeAct::CloseWork => EntryKind::WorkClosed,
        OfficeAct::GrantAccess | OfficeAct::GrantHighAccess | OfficeAct::OwnToken => EntryKind::AccessGranted,
        OfficeAct::RevokeAccess => EntryKind::AccessRevoked,
        OfficeAct::ReviewAccess | OfficeAct::SeeAccounts => EntryKind::AccessReviewed,
        OfficeAct::GiveRight => EntryKind::RightGiven,
        OfficeAct::ReadLogs => EntryKind::LogsRead,
        OfficeAct::AnswerLogs => EntryKind::LogsAnswered,
        OfficeAct::ReviewLogs => EntryKind::LogsReviewed,
        OfficeAct::Record | OfficeAct::RecordTest | OfficeAct::RecordMilestone => EntryKind::Recorded,
        OfficeAct::BackUp => EntryKind::BackedUp,
        OfficeAct::AdoptLedger => EntryKind::Restored,
        OfficeAct::ManageKeys => EntryKind::KeyRotated,
        OfficeAct::ChangeOrganisation => EntryKind::OrganisationChanged,
        OfficeAct::AdoptPolicy => EntryKind::PolicyAdopted,
        OfficeAct::ApproveRules => EntryKind::RulesApproved,
        OfficeAct::AcknowledgeRules => EntryKind::RulesAcknowledged,
        OfficeAct::ReviewZones => EntryKind::ZonesReviewed,
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

/// Asks whether the rights of the policy allow whoever is at the desk an office act. A refusal is durable before it is answered.
///
/// # Errors
/// [`No::Refusal`] naming the clause that keeps access to the minimum, or the one that asks for two people.
pub async fn permit_office(desk: &Desk, act: OfficeAct) -> Result<OfficePermit, No> {
    permit_about(desk, act, "").await
}

/// The same for an act about something: where two people are needed, they agreed to this and to nothing else.
///
/// # Errors
/// As [`permit_office`].
pub async fn permit_about(desk: &Desk, act: OfficeAct, of: &str) -> Result<OfficePermit, No> {
    let missing = missing(desk, act, of).await?;
    let id = desk.act_id();
    match missing {
        None if desk.rights().needs_fresh(act) => {
            desk.fresh()?;
            Ok(OfficePermit { act: id, clauses: clause_of(desk, Rule::RoleMayNot) })
        }
        None => Ok(OfficePermit { act: id, clauses: clause_of(desk, Rule::RoleMayNot) }),
        Some(rule) => Err(refuse(desk, kind_of_office(act), id, rule).await),
    }
}

/// Whether whoever is at the desk may do an act, by role or beyond it for a time, be it with a second person. Nothing is recorded; the
/// act asks again.
///
/// # Errors
/// [`No::Missing`] when nobody has signed in, [`No::Fault`].
pub async fn holds(desk: &Desk, act: OfficeAct) -> Result<bool, No> {
    Ok(desk.may(act) || warrant::beyond_role(desk, act.into()).await?)
}

/// The rule that keeps whoever is at the desk from an act; none when they may do it.
async fn missing(desk: &Desk, act: OfficeAct, of: &str) -> Result<Option<Rule>, No> {
    let actor = desk.actor()?;
    if !desk.rights().may(actor.role, act) {
        let given = warrant::beyond_role(desk, act.into()).await?;
        return Ok((!given).then_some(Rule::RoleMayNot));
    }
    if !desk.rights().needs_second(act) || warrant::agreed(desk, act, of).await? {
        return Ok(None);
    }
    Ok(Some(Rule::NeedsSecond))
}

/// Records that a token was shown for what it was not made for, and answers with the refusal, or what kept it from being recorded.
///
/// For what is only looked at, the entry is a refused sign-in.
pub async fn token_may_not(desk: &Desk, act: Option<policy::Act>) -> No {
    let kind = match act {
        Some(policy::Act::Office(act)) => kind_of_office(act),
        Some(policy::Act::People(act)) => kind_of(act),
        None => EntryKind::SignInRefused,
    };
    refuse(desk, kind, desk.act_id(), Rule::TokenMayNot).await
}

/// Records that somebody who has come in to their own page, or only to look, asked for more, and answers with the refusal.
pub async fn own_page_only(desk: &Desk, act: Option<policy::Act>) -> No {
    let kind = match act {
        Some(policy::Act::Office(act)) => kind_of_office(act),
        Some(policy::Act::People(act)) => kind_of(act),
        None => EntryKind::SignInRefused,
    };
    refuse(desk, kind, desk.act_id(), Rule::OwnPageOnly).await
}

/// Records a refusal of an act of the office, and answers with it, or with what kept it from being recorded.
pub(crate) async fn refuse(desk: &Desk, kind: EntryKind, id: ActId, rule: Rule) -> No {
    let told = async {
        let clauses = clause_of(desk, rule);
        let entry = desk.entry(kind, id).clauses(clauses.clone()).refused();
        let act = match rule {
            Rule::RoleMayNot => desk.act(&entry)?,
            _ => desk.act_with_detail(entry, &serde_json::json!({ "rules": [rule.code()] }))?,
        };
        let receipt = desk.commit(act).await?;
        let way_on = match rule {
            Rule::NeedsSecond => WayOn::Propose,
            Rule::TokenMayNot => WayOn::MakeToken,
            Rule::OwnPageOnly => WayOn::SignInFully,
            _ => WayOn::AskOfficer,
        };
        let reason = |clause: &ClauseId| Reason { rule, clause: clause.clone(), element: None, way_on: way_on.clone() };
        let reasons = clauses.iter().map(reason).collect();
        Ok::<_, No>(No::Refusal(Box::new(Refusal { reasons, clauses, entry: receipt.index() })))
    };
    told.await.unwrap_or_else(|no| no)
}

/// The clause of the policy that makes the promise a rule keeps; before the first enactment, the catalogue's own.
fn clause_of(desk: &Desk, rule: Rule) -> Vec<ClauseId> {
    match desk.policy() {
        Ok(policy) => policy.clause_behind(rule.promise()).into_iter().collect(),
        Err(_) => rule.promise().parse().into_iter().collect(),
    }
}
