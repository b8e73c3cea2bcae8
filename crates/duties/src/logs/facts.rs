//! What logs are held against, read from the office: staff, cards, zones, readers, accounts, work records.

use access::organisation::{CardStatus, Roster, roster};
use access::{Desk, Fault, No, actor};
use jiff::civil::Date;
use ledger::names::{ActorId, Moment, WorkId};
use policy::logs::{Card, Facts, Person, Reader, Work, Zone, known_by};
use std::collections::{BTreeMap, BTreeSet};

/// The facts, and who answers for whom.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// What logs are held against.
    pub facts: Facts,
    /// What people are called, by their ids.
    pub names: BTreeMap<String, String>,
    /// What sections are called, by their ids.
    pub sections: BTreeMap<String, String>,
    managers: BTreeMap<String, ActorId>,
    accounts: BTreeMap<String, ActorId>,
}

impl Known {
    /// The account of the person's manager.
    #[must_use]
    pub fn manager(&self, person: &str) -> Option<ActorId> {
        self.managers.get(person).copied()
    }

    /// The person's own account.
    #[must_use]
    pub fn account(&self, person: &str) -> Option<ActorId> {
        self.accounts.get(person).copied()
    }

    /// What a person is called; their id where nobody knows.
    #[must_use]
    pub fn name<'a>(&'a self, person: &'a str) -> &'a str {
        self.names.get(person).map_or(person, String::as_str)
    }
}

/// Everything known of the office that logs of this period are held against, both days included.
///
/// # Errors
/// [`No::Fault`].
pub async fn known(desk: &Desk, from: Date, until: Date) -> Result<Known, No> {
    let mut known = Known::default();
    let mut logins = BTreeMap::new();
    let parts = roster(desk.office(), None).await?;
    let accounts: BTreeMap<String, ActorId> =
        actor::list(desk.office()).await?.into_iter().map(|a| (a.actor.login, a.actor.id)).collect();
    let staff = organised(&mut known, &parts, &accounts, desk);
    for account in actor::list(desk.office()).await? {
        let id = account.actor.id;
        if let Some(person) = staff.get(&account.actor.login) {
            // They stand among the staff, with their days there.
            logins.insert(id, person.clone());
            known.accounts.insert(person.clone(), id);
            continue;
        }
        let ends = [account.ends_at, account.revoked_at].into_iter().flatten().min();
        known.accounts.insert(account.actor.login.clone(), id);
        known.names.insert(account.actor.login.clone(), account.actor.name.clone());
        logins.insert(id, account.actor.login.clone());
        known.facts.people.push(Person {
            id: account.actor.login,
            also: vec![id.to_string()],
            from: Some(desk.day(account.granted_at)),
            until: ends.map(|end| desk.day(Moment(end.0.saturating_sub(1)))),
            ..Person::default()
        });
    }
    let end = desk.start_of(until.tomorrow().unwrap_or(until));
    known.facts.works = works(desk, desk.start_of(from), end, &logins).await?;
    Ok(known)
}

/// Takes over the organisation; who uses which login.
fn organised(
    known: &mut Known,
    parts: &Roster,
    accounts: &BTreeMap<String, ActorId>,
    desk: &Desk,
) -> BTreeMap<String, String> {
    let mut logins = BTreeMap::new();
    for department in &parts.departments {
        known.sections.insert(department.id.to_string(), department.name().to_owned());
    }
    for staff in &parts.staff {
        let id = staff.id.to_string();
        known.names.insert(id.clone(), staff.name().to_owned());
        let manager = parts.manager(staff, desk.today()).and_then(|manager| manager.login.as_ref());
        if let Some(manager) = manager.and_then(|login| accounts.get(login)) {
            known.managers.insert(id.clone(), *manager);
        }
        let mut also: Vec<String> = staff.email.iter().cloned().collect();
        if let Some(login) = &staff.login {
            also.push(login.clone());
            also.extend(accounts.get(login).map(ToString::to_string));
            logins.insert(login.clone(), id.clone());
        }
        known.facts.people.push(Person {
            id,
            also,
            section: staff.department.as_ref().map_or_else(String::new, ToString::to_string),
            from: Some(staff.from),
            until: staff.until,
            zones: staff.zones.iter().map(ToString::to_string).collect(),
        });
    }
    for card in &parts.cards {
        // A card that came back or was blocked was good until the day on which that was recorded.
        let stopped = (card.status != CardStatus::Given).then(|| desk.day(card.changed_at));
        known.facts.cards.push(Card {
            number: card.number.clone(),
            holder: card.holder.as_ref().map_or_else(String::new, ToString::to_string),
            from: Some(card.from),
            until: [card.until, stopped].into_iter().flatten().min(),
        });
    }
    for zone in &parts.zones {
        known.facts.zones.push(Zone { id: zone.id.to_string(), level: zone.level.unwrap_or(1) });
    }
    for reader in &parts.readers {
        if let Some(zone) = &reader.zone {
            known.facts.readers.push(Reader { code: reader.code.clone(), zone: zone.to_string() });
        }
    }
    logins
}

/// The work records of a period, a day and more around it.
async fn works(
    desk: &Desk,
    from: Moment,
    until: Moment,
    logins: &BTreeMap<ActorId, String>,
) -> Result<Vec<Work>, Fault> {
    let sql = "SELECT w.id, w.starts_at, w.ends_at, w.closed_at, wa.actor FROM work w \
               JOIN work_actor wa ON wa.work = w.id WHERE w.ends_at >= $1 AND w.starts_at < $2 ORDER BY w.id";
    let around = 2 * 86_400_000;
    let values = vec![Moment(from.0.saturating_sub(around)).into(), Moment(until.0.saturating_add(around)).into()];
    let bad = |_| Fault::Damaged("work");
    let mut works: BTreeMap<WorkId, Work> = BTreeMap::new();
    for row in desk.store().read(sql, values).await? {
        let id = WorkId::from_bytes(row.array(0).map_err(bad)?);
        let ends = row.moment(2).map_err(bad)?;
        let closed = row.maybe_moment(3).map_err(bad)?;
        let work = works.entry(id).or_insert(Work {
            code: id.to_string(),
            people: BTreeSet::new(),
            from: row.moment(1).map_err(bad)?.0,
            until: closed.map_or(ends, |closed| closed.min(ends)).0,
            zones: BTreeSet::new(),
        });
        if let Some(login) = logins.get(&ActorId::from_bytes(row.array(4).map_err(bad)?)) {
            work.people.insert(known_by(login));
        }
    }
    Ok(works.into_values().collect())
}
