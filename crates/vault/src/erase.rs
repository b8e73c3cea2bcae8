//! Erase: the rows go, the key is destroyed, the ledger still verifies and says nothing.

use crate::index::{self, FoundBy};
use crate::lock::Vault;
use crate::person::{Done, read};
use access::{Ask, Desk, Fault, No, Office, Subjects, nobody_held, nobody_there, permit};
use ledger::entry::EntryKind;
use ledger::names::{Moment, PersonId, PurposeId};
use policy::ActKind;
use store::Change;

/// Erases everything held of a person.
///
/// Every row it is held under must allow it. The entries are durable first; then the key is destroyed. Should the machine
/// stop in between, [`finish_erasures`] destroys it at the next start.
///
/// # Errors
/// [`No::Refusal`] when a row's term still runs or a dispute is open; [`No::Missing`].
pub async fn erase(vault: &Vault, desk: &Desk, person: PersonId, purpose: PurposeId) -> Result<Done, No> {
    let (vault, desk) = (vault.clone(), desk.clone());
    // Begun, it is brought to its end, also when whoever asked has gone away.
    let erasing = tokio::spawn(async move { erase_now(&vault, &desk, person, purpose).await });
    erasing.await.unwrap_or(Err(No::Fault(Fault::Damaged("an erasure was cut off"))))
}

async fn erase_now(vault: &Vault, desk: &Desk, person: PersonId, purpose: PurposeId) -> Result<Done, No> {
    let kept = match read(desk, person).await {
        Err(No::Missing) => return Err(nobody_held(desk, ActKind::Erase, purpose).await),
        other => other?,
    };
    let mut permits = Vec::new();
    for row in kept.records.into_iter().map(|record| record.row) {
        let ask = Ask {
            act: ActKind::Erase,
            person: Some(person),
            row,
            elements: Vec::new(),
            purpose: purpose.clone(),
            work: None,
        };
        let Some(opened) = vault.person(person).await? else { return Err(nobody_there(desk, &ask).await) };
        permits.push(permit(desk, ask, Subjects::People(vec![(person, opened.ledger)])).await?);
    }
    let mut permits = permits.into_iter();
    let first = permits.next().ok_or(No::Missing)?;
    let (entry, _) = first.spend(desk, EntryKind::Erased);
    let one = || vec![person.into()];
    let (mut records, mut tokens) = (Vec::new(), Vec::new());
    for row in desk.store().read("SELECT n, version, found_by FROM record WHERE person = $1", one()).await? {
        let n = row.int(0)?;
        records.push(vec![n.into(), row.int(1)?.into()]);
        tokens.extend(FoundBy::read(row.bytes(2)?)?.all().into_iter().map(|token| vec![token.into(), n.into()]));
    }
    let held = i64::try_from(records.len()).unwrap_or(i64::MAX);
    // Everything goes in one act, unless somebody has set a hold or changed a record since it was judged.
    let act = desk
        .act_with_detail(entry, &method())?
        .with(
            Change::new(
                "UPDATE person SET state = 'erased', changed_at = $2 WHERE id = $1 AND state <> 'erased' AND NOT EXISTS \
                 (SELECT 1 FROM occasion o WHERE o.kind = 'hold' AND o.subject = $3 AND o.closed_at IS NULL) \
                 AND (SELECT COUNT(*) FROM record c WHERE c.person = $1) = $4",
                vec![person.into(), desk.now().into(), person.to_string().into(), held.into()],
            )
            .exactly(1),
        )
        .with(Change::many("DELETE FROM record WHERE n = $1 AND version = $2", records).exactly(1))
        .with(Change::many(index::REMOVE, tokens))
        .with(Change::new("DELETE FROM milestone WHERE person = $1", one()))
        .with(Change::new("DELETE FROM work_person WHERE person = $1", one()))
        .with(Change::new("DELETE FROM import_mark WHERE person = $1", one()))
        .with(Change::new("DELETE FROM side WHERE person = $1", one()));
    let receipt = desk.commit(act).await?;
    destroy(vault, person, desk.now()).await?;
    // One entry for each further row it was held under, so that each row's disposal record shows it.
    for permit in permits {
        let (entry, _) = permit.spend(desk, EntryKind::Erased);
        desk.commit(desk.act_with_detail(entry, &method())?).await?;
    }
    Ok(Done { entry: receipt.index() })
}

/// How it was disposed of, as the disposal record states it.
fn method() -> serde_json::Value {
    serde_json::json!({ "method": "key-destroyed-and-rows-deleted" })
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

/// Destroys the keys of people whose erasure is in the ledger but whose key survived a stop of the machine, or came back
/// with a restored key store. To be called before anything is served.
///
/// # Errors
/// [`Fault`].
pub async fn finish_erasures(vault: &Vault, office: &Office, now: Moment) -> Result<u64, Fault> {
    let mut finished = 0;
    let sql = "SELECT id FROM person WHERE state = 'erased'";
    for row in office.store().read(sql, vec![]).await? {
        let person = PersonId::from_bytes(row.array(0).map_err(store::Fault::from)?);
        if vault.person(person).await?.is_some() {
            destroy(vault, person, now).await?;
            finished += 1;
        }
    }
    Ok(finished)
}
