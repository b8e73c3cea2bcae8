//! Erase: the rows go, the key is destroyed, the ledger still verifies and says nothing.

use crate::index::{self, FoundBy};
use crate::linked::Linked;
use crate::lock::{Vault, places};
use crate::person::read;
use crate::wait;
use access::{Ask, Desk, Fault, No, Office, Subjects, nobody_held, permit};
use ledger::commitment::{commit_subject, detail};
use ledger::entry::{Entry, EntryKind};
use ledger::names::{Moment, PersonId, PurposeId};
use policy::{ActKind, Policy};
use std::collections::{BTreeMap, BTreeSet};
use store::{Act, Change, Row, Store, Value};

/// What an erasure did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    /// The ledger entry.
    pub entry: u64,
    /// Until when it waits, where the policy lets it wait: until then the person is gone for everybody and the key is there.
    pub waits_until: Option<Moment>,
}

/// Erases everything held of a person, or decides it, where the policy in force lets an erasure wait: then
/// [`crate::erase_waited`] does it when the wait is over.
///
/// Every row it is held under must allow it. The entries are durable first; then the key is destroyed. Should the machine
/// stop in between, [`finish_erasures`] destroys it at the next start.
///
/// # Errors
/// [`No::Refusal`] when a row's term still runs or a dispute is open; [`No::Missing`].
pub async fn erase(vault: &Vault, desk: &Desk, person: PersonId, purpose: PurposeId) -> Result<Erased, No> {
    let (vault, desk) = (vault.clone(), desk.clone());
    // Begun, it is brought to its end, also when whoever asked has gone away.
    let erasing = tokio::spawn(async move { erase_now(&vault, &desk, person, purpose).await });
    erasing.await.unwrap_or(Err(No::Fault(Fault::Damaged("an erasure was cut off"))))
}

async fn erase_now(vault: &Vault, desk: &Desk, person: PersonId, purpose: PurposeId) -> Result<Erased, No> {
    let mut tries = 0;
    loop {
        tries += 1;
        // Others may act on the person, set a hold or change a record meanwhile: then it is judged again.
        match judged(vault, desk, person, &purpose).await {
            Err(No::Mistake(lost)) if lost.field == "version" && tries < TRIES => tokio::task::yield_now().await,
            done => return done,
        }
    }
}

/// How often an erasure is tried again while others act on the person.
const TRIES: u32 = 100;

async fn judged(vault: &Vault, desk: &Desk, person: PersonId, purpose: &PurposeId) -> Result<Erased, No> {
    let kept = match read(desk, person).await {
        Err(No::Missing) => return Err(nobody_held(desk, ActKind::Erase, person, purpose).await),
        other => other?,
    };
    // A person is held under the one row they were taken in for.
    let row = kept.records.into_iter().map(|record| record.row).next().ok_or(No::Missing)?;
    let (elements, work) = (Vec::new(), None);
    let ask = Ask { act: ActKind::Erase, person: Some(person), row, elements, purpose: purpose.clone(), work };
    let Some(opened) = vault.person(person).await? else {
        return Err(nobody_held(desk, ActKind::Erase, person, purpose).await);
    };
    let permit = permit(desk, ask, Subjects::People(vec![(person, opened.ledger)])).await?;
    let hours = desk.policy()?.erasure().wait_hours;
    if hours > 0 {
        return wait::decide(desk, permit, person, kept.state, hours).await;
    }
    let (entry, _) = permit.spend(desk, EntryKind::Erased);
    let receipt = desk.commit(everything_of(desk, person, &entry, Why::Asked).await?).await?;
    destroy(vault, person, desk.now()).await?;
    Ok(Erased { entry: receipt.index(), waits_until: None })
}

/// The change of the person: what must be the case of them, no hold, and as many records as were read.
macro_rules! person_goes {
    ($only:literal) => {
        concat!(
            "UPDATE person SET state = 'erased', changed_at = $2, erase_at = NULL WHERE id = $1 AND ",
            $only,
            " AND NOT EXISTS (SELECT 1 FROM occasion o WHERE o.kind = 'hold' AND o.subject = $3 AND o.closed_at IS NULL)",
            " AND (SELECT COUNT(*) FROM record c WHERE c.person = $1) = $4"
        )
    };
}

/// Why somebody is erased now.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Somebody asked for it, and the policy lets nothing wait.
    Asked,
    /// It was decided, and the wait is over.
    Waited,
    /// They came back with an older store.
    Again,
}

impl Why {
    /// The change of the person, and what must be the case at the commit; `$2` is now.
    const fn sql(self) -> &'static str {
        match self {
            Self::Asked => person_goes!("state IN ('active', 'suspended')"),
            Self::Waited => person_goes!("erase_at <= $2"),
            Self::Again => person_goes!("state <> 'erased'"),
        }
    }
}

/// What no hold is about.
const NO_HOLD: &str = "-";

/// Everything goes in one act, unless somebody has set a hold, changed a record or withdrawn it since it was judged. What was erased
/// once is erased again whatever holds it.
async fn everything_of(desk: &Desk, person: PersonId, entry: &Entry, why: Why) -> Result<Act, No> {
    let held_by = if why == Why::Again { NO_HOLD.to_owned() } else { person.to_string() };
    let one = || vec![person.into()];
    let (mut records, mut tokens) = (Vec::new(), Vec::new());
    for row in desk.store().read("SELECT n, version, found_by FROM record WHERE person = $1", one()).await? {
        let n = row.int(0)?;
        records.push(vec![n.into(), row.int(1)?.into()]);
        tokens.extend(FoundBy::read(row.bytes(2)?)?.all().into_iter().map(|token| vec![token.into(), n.into()]));
    }
    let held = i64::try_from(records.len()).unwrap_or(i64::MAX);
    let linked = Linked::count(desk, person).await?;
    let act = desk
        .act_with_detail(entry.clone(), &linked.told(person, why))?
        .with(Change::new(why.sql(), vec![person.into(), desk.now().into(), held_by.into(), held.into()]).exactly(1))
        .with(Change::many("DELETE FROM record WHERE n = $1 AND version = $2", records).exactly(1))
        .with(Change::many(index::REMOVE, tokens));
    Ok(linked.cut(act, person))
}

async fn destroy(vault: &Vault, person: PersonId, at: Moment) -> Result<(), Fault> {
    let destroyed = "INSERT INTO destroyed (person, at) VALUES ($1, $2) ON CONFLICT (person) DO NOTHING";
    vault
        .keys()
        .change(vec![
            Change::new("DELETE FROM subject_key WHERE person = $1", vec![person.into()]),
            Change::new(destroyed, vec![person.into(), at.into()]),
        ])
        .await?;
    // A deleted key must not go on lying in the log of its database.
    vault.keys().settle().await?;
    Ok(())
}

/// Erases people again who came back with a store from before their erasure: whoever is on this list was erased once. To be called
/// before anything is served. How many came back.
///
/// # Errors
/// [`No`].
pub async fn erase_again(
    vault: &Vault,
    office: &Office,
    now: Moment,
    erased: impl IntoIterator<Item = PersonId>,
) -> Result<u64, No> {
    let (desk, mut again) = (office.desk(None, now), 0);
    for person in erased {
        again += u64::from(by_program(vault, &desk, person, Why::Again).await?);
    }
    Ok(again)
}

/// Erases somebody without anybody at the desk; whether there was anything to erase, and nothing kept from it.
pub(crate) async fn by_program(vault: &Vault, desk: &Desk, person: PersonId, why: Why) -> Result<bool, No> {
    let sql = "SELECT p.id, c.register_row FROM person p LEFT JOIN record c ON c.person = p.id \
               WHERE p.id = $1 AND p.state <> 'erased' ORDER BY c.register_row LIMIT 1";
    let rows = desk.store().glance(sql, vec![person.into()]).await?;
    let Some(row) = rows.first() else { return Ok(false) };
    let act = desk.act_id();
    let mut entry = desk.entry(EntryKind::Erased, act);
    if let Some(held) = row.maybe_text(1)?.and_then(|held| held.parse().ok()) {
        entry = entry.row(held);
    }
    if let (Why::Waited, Some(clause)) = (why, desk.policy().ok().and_then(Policy::erasure_told)) {
        entry = entry.clauses([clause.clone()]);
    }
    if let Some(opened) = vault.person(person).await? {
        entry = entry.subjects(1, commit_subject(&opened.ledger, act, person));
    }
    match desk.commit(everything_of(desk, person, &entry, why).await?).await {
        // Another node has just done it, or somebody has kept it from being done.
        Err(No::Mistake(lost)) if lost.field == "version" => return Ok(false),
        done => done?,
    };
    destroy(vault, person, desk.now()).await?;
    Ok(true)
}

/// An erasure as the ledger tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasure {
    /// Who was erased.
    pub person: PersonId,
    /// The entry.
    pub entry: u64,
    /// When.
    pub at: Moment,
}

/// The erasures in the ledger from an entry on. Neither the columns beside an entry nor its details are believed: the canonical
/// bytes say what it is, and the details must have the digest they name.
///
/// # Errors
/// [`Fault::Damaged`] when they do not: then nothing is destroyed on their word.
pub async fn erasures(store: &Store, from: u64) -> Result<Vec<Erasure>, Fault> {
    let sql = "SELECT e.idx, e.body, d.salt, d.body FROM entry e JOIN detail d ON d.idx = e.idx \
               WHERE e.kind = 'erased' AND e.ok = 1 AND e.idx >= $1 ORDER BY e.idx";
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    let mut told = Vec::new();
    for row in store.read(sql, vec![from.into()]).await? {
        told.push(erasure(&row).ok_or(Fault::Damaged("the details of an erasure"))?);
    }
    Ok(told)
}

fn erasure(row: &Row) -> Option<Erasure> {
    let entry = Entry::parse(row.bytes(1).ok()?).ok()?;
    let (salt, body) = (row.array::<32>(2).ok()?, row.bytes(3).ok()?);
    let is_one = entry.kind() == EntryKind::Erased && !entry.is_refused();
    let holds = entry.detail_digest() == Some(detail(&salt, body));
    let told: serde_json::Value = serde_json::from_slice(body).ok()?;
    let person = told.get("person")?.as_str()?.parse().ok()?;
    let index = u64::try_from(row.int(0).ok()?).ok()?;
    (is_one && holds).then_some(Erasure { person, entry: index, at: entry.moment() })
}

/// Destroys the keys of people whose erasure is in the ledger but whose key survived a stop of the machine, or came back
/// with a restored key store. To be called when the ledger was judged sound, before anything is served.
///
/// # Errors
/// [`Fault`].
pub async fn finish_erasures(vault: &Vault, office: &Office) -> Result<u64, Fault> {
    let mut finished = 0;
    for some in erasures(office.store(), 0).await?.chunks(200) {
        let people: BTreeMap<PersonId, Moment> = some.iter().map(|erasure| (erasure.person, erasure.at)).collect();
        let places = places(people.len());
        let values: Vec<Value> = people.keys().map(|p| (*p).into()).collect();
        let with_key =
            among(vault, &format!("SELECT person FROM subject_key WHERE person IN ({places})"), &values).await?;
        let done = among(vault, &format!("SELECT person FROM destroyed WHERE person IN ({places})"), &values).await?;
        for (person, at) in people {
            if with_key.contains(&person) || !done.contains(&person) {
                destroy(vault, person, at).await?;
                finished += u64::from(with_key.contains(&person));
            }
        }
    }
    Ok(finished)
}

/// Whether any of these people, who were erased, is still held, or still has a key, or has none without its destruction on record.
///
/// # Errors
/// [`Fault`].
pub async fn owes_erasure(vault: &Vault, office: &Office, people: BTreeSet<PersonId>) -> Result<bool, Fault> {
    let people: Vec<Value> = people.into_iter().map(Value::from).collect();
    for some in people.chunks(500) {
        let places = places(some.len());
        let held = format!("SELECT id FROM person WHERE state <> 'erased' AND id IN ({places}) LIMIT 1");
        let with_key = format!("SELECT person FROM subject_key WHERE person IN ({places}) LIMIT 1");
        let done = format!("SELECT person FROM destroyed WHERE person IN ({places})");
        let owes = !office.store().read(&held, some.to_vec()).await?.is_empty()
            || !among(vault, &with_key, some).await?.is_empty()
            || among(vault, &done, some).await?.len() != some.len();
        if owes {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn among(vault: &Vault, sql: &str, people: &[Value]) -> Result<BTreeSet<PersonId>, Fault> {
    let rows = vault.keys().read(sql, people.to_vec()).await?;
    rows.iter().map(|row| Ok(PersonId::from_bytes(row.array(0).map_err(store::Fault::from)?))).collect()
}
