//! One act of the story, as the product does it.

use super::lane::{Key, Manner};
use super::{Stage, account};
use crate::demo::book;
use crate::demo::deed::{About, Deed, Record, Version, What};
use crate::demo::logs;
use crate::demo::staff::{PASSWORD, Who};
use crate::demo::story::Story;
use access::actor::{Grant, grant, review, revoke};
use access::organisation::{self, PartKind};
use access::work::{NewWork, Scope};
use access::{Actor, Desk, No, session};
use duties::occasion::{self, New, OccasionId, OccasionKind};
use duties::{milestone, register};
use ledger::checkpoint::Checkpoint;
use ledger::names::{ElementId, Moment, PersonId, PurposeId, WorkId};
use std::future::Future;
use std::pin::Pin;
use vault::{Batch, Correct, Find, NewPerson, Reveal};

/// What an act made, and the entry it left.
pub(super) struct Done {
    pub(super) entry: Option<u64>,
    pub(super) made: Made,
}

/// Things that later acts speak of.
pub(super) enum Made {
    Nothing,
    Actor(Actor),
    People(Vec<PersonId>),
    Work(WorkId),
    Occasion(OccasionId),
}

type Doing = Pin<Box<dyn Future<Output = Result<Done, No>>>>;

fn left(entry: u64) -> Done {
    Done { entry: Some(entry), made: Made::Nothing }
}

fn nothing() -> Done {
    Done { entry: None, made: Made::Nothing }
}

impl Stage {
    /// How an act is to be ordered among others: its manner, what it depends on, what it changes.
    pub(super) fn needs(&self, story: &Story, deed: &Deed) -> (Manner, Vec<Key>, Vec<Key>) {
        use Manner::{Alone, Answered, Intake, Office, Permitted};
        let row = |person: &usize| story.people.get(*person).map_or(Key::Everything, |p| Key::Row(p.row));
        let about = |work: &usize| match story.works.get(*work).map(|w| &w.about) {
            Some(About::Rows(rows)) => rows.iter().map(|row| Key::Row(*row)).collect(),
            Some(About::Person(person)) => vec![row(person), Key::Person(*person)],
            Some(About::Everybody) | None => vec![Key::Everything],
        };
        match &deed.what {
            What::Grant(_) | What::Revoke(_) | What::Enact(..) | What::Publish | What::ReviewAccess => {
                (Alone, vec![], vec![])
            }
            What::SignIn(_) | What::Checkpoint | What::EraseWaited => (Alone, vec![], vec![]),
            What::Write(at) | What::Move(at) | What::Approve(at) | What::Review(at) | What::End(at) => {
                (Office, vec![], vec![Key::Row(*at)])
            }
            What::TakeIn { row, people } => {
                let people = people.clone().map(Key::Person);
                (Intake, vec![], people.chain([Key::Row(*row)]).collect())
            }
            What::Open(work) => (Office, about(work), vec![Key::Work(*work)]),
            What::Close(work) => (Office, vec![], vec![Key::Work(*work)]),
            What::Find { work, .. } => (Permitted, [about(work), vec![Key::Work(*work)]].concat(), vec![]),
            What::Reveal { person, work, .. } => (
                Permitted,
                [row(person), Key::Person(*person)].into_iter().chain(work.map(Key::Work)).collect(),
                vec![],
            ),
            What::Correct { person, work, .. } => {
                (Permitted, vec![Key::Work(*work)], vec![row(person), Key::Person(*person)])
            }
            What::Suspend { person, .. } | What::Resume { person, .. } => {
                (Permitted, vec![row(person)], vec![Key::Person(*person)])
            }
            What::Erase { person, .. } => (Permitted, vec![], vec![row(person), Key::Person(*person)]),
            What::Export { person, work } => {
                (Permitted, vec![row(person), Key::Person(*person), Key::Work(*work)], vec![])
            }
            What::Reach { person, milestone } => {
                let begins_a_term = matches!(*milestone, "decided" | "left" | "purpose-ended" | "contract-ended");
                (if begins_a_term { Answered } else { Office }, vec![row(person)], vec![Key::Person(*person)])
            }
            What::Record { occasion, new } => {
                let manner = if new.person.is_some() { Answered } else { Office };
                let person = new.person.map(Key::Person);
                (manner, vec![], [Key::Occasion(*occasion)].into_iter().chain(person).collect())
            }
            What::Settle { occasion, .. } => (Office, vec![], vec![Key::Occasion(*occasion)]),
            What::Probe(_) => (Office, vec![], vec![]),
            What::Organise(_)
            | What::Adopt(_)
            | What::ApproveRules(_)
            | What::Acknowledge(..)
            | What::BeginProject(_)
            | What::ReviewZones
            | What::Leave(..)
            | What::Return(..) => (Alone, vec![], vec![]),
            What::Logs { .. } => (Alone, vec![], vec![]),
        }
    }

    /// The act, ready to be gone on with. Whom it is about is looked up now: whatever it depends on has taken place.
    pub(super) fn act(&self, story: &Story, deed: &Deed) -> Doing {
        let actor = deed.by.and_then(|who| self.actors.get(&who).cloned());
        if deed.by.is_some() && actor.is_none() {
            return Box::pin(async { Err(No::Missing) });
        }
        let desk = self.office.desk(actor, deed.at);
        match self.doing(story, &deed.what, desk) {
            Some(doing) => doing,
            None => Box::pin(async { Err(No::Missing) }),
        }
    }

    fn doing(&self, story: &Story, what: &What, desk: Desk) -> Option<Doing> {
        let vault = self.vault.clone();
        Some(match what.clone() {
            What::Grant(who) => Box::pin(given(desk, who)),
            What::Revoke(who) => Box::pin(async move { Ok(left(revoke(&desk, who.member().login).await?)) }),
            What::Organise(edits) => {
                Box::pin(async move { Ok(left(organisation::put_all(&desk, &edits).await?.entry)) })
            }
            What::Adopt(entity) => Box::pin(async move { Ok(left(organisation::adopt(&desk, &entity).await?)) }),
            What::ApproveRules(project) => Box::pin(async move {
                let document = organisation::document_digest(format!("rules of {project}").as_bytes());
                let note = format!("rules-{project}-v1.pdf");
                Ok(left(organisation::approve_rules(&desk, &project, document, &note).await?))
            }),
            What::Acknowledge(project, who) => {
                Box::pin(async move { Ok(left(organisation::acknowledge(&desk, &project, &who).await?)) })
            }
            What::BeginProject(project) => Box::pin(async move {
                let begin = |sheet: &mut organisation::Sheet| drop(sheet.insert("state".into(), "active".into()));
                Ok(left(organisation::change(&desk, PartKind::Project, &project, begin).await?.entry))
            }),
            What::ReviewZones => Box::pin(async move { Ok(left(organisation::review_zones(&desk).await?)) }),
            What::Leave(staff, last) => {
                Box::pin(async move { Ok(left(organisation::leave(&desk, &staff, last).await?.entry)) })
            }
            What::Return(card, day) => {
                Box::pin(async move { Ok(left(organisation::end(&desk, PartKind::Card, &card, day).await?.entry)) })
            }
            What::ReviewAccess => Box::pin(async move { Ok(left(review(&desk).await?)) }),
            What::Enact(version, from) => self.enacted(version, from, desk)?,
            What::Publish => Box::pin(async move {
                occasion::publish_notice(&desk).await.map(|entry| Done { entry, made: Made::Nothing })
            }),
            What::SignIn(who) => Box::pin(async move {
                session::act_as(desk.office(), desk.now(), who.member().login, PASSWORD, None).await?;
                Ok(nothing())
            }),
            What::Logs { first, last, ago } => {
                Box::pin(
                    async move { Ok(Done { entry: logs::week(&desk, first, last, ago).await?, made: Made::Nothing }) },
                )
            }
            What::Checkpoint => self.signed(desk.now()),
            What::Write(at) => {
                let (row, id) = (story.rows.get(at)?, self.rows.get(at)?.clone());
                let mut dice = crate::demo::dice::Dice::new(2, u64::try_from(at).ok()?);
                let sheet = book::sheet(row, &self.policies.1, story.calendar.today, &mut dice);
                Box::pin(async move { Ok(left(register::put(&desk, id, sheet).await?.1)) })
            }
            What::Move(at) => {
                let id = self.rows.get(at)?.clone();
                Box::pin(async move {
                    let row = register::get(desk.office(), &id).await?.ok_or(No::Missing)?;
                    Ok(left(register::put(&desk, id, book::moved(row.sheet)).await?.1))
                })
            }
            What::Approve(at) => self.on_row(
                at,
                |desk, id| Box::pin(async move { Ok(left(register::approve(&desk, &id).await?)) }),
                desk,
            )?,
            What::Review(at) => self.on_row(
                at,
                |desk, id| Box::pin(async move { Ok(left(register::review(&desk, &id).await?)) }),
                desk,
            )?,
            What::End(at) => {
                self.on_row(at, |desk, id| Box::pin(async move { Ok(left(register::end(&desk, &id).await?)) }), desk)?
            }
            What::TakeIn { row, people } => {
                let sort = story.rows.get(row)?.sort;
                let people = people
                    .filter_map(|n| story.people.get(n))
                    .map(|p| new_person(&p.values))
                    .collect::<Option<Vec<_>>>()?;
                let batch = Batch {
                    row: self.rows.get(row)?.clone(),
                    purpose: sort.purpose().parse().ok()?,
                    source: format!("{}-{}.xlsx", story.rows.get(row)?.id, desk.today()),
                    acquired_at: desk.now(),
                    attested: <_>::default(),
                    alike: <_>::default(),
                    people,
                };
                Box::pin(async move {
                    let taken = vault::import(&vault, &desk, batch).await?;
                    Ok(Done { entry: taken.entry, made: Made::People(taken.people) })
                })
            }
            What::Open(work) => self.opened(story, work, desk)?,
            What::Close(work) => {
                let id = (*self.works.get(work)?)?;
                Box::pin(async move { Ok(left(access::work::close(&desk, id).await?)) })
            }
            What::Find { text, work } => {
                let purpose = story.works.get(work)?.purpose.parse().ok()?;
                let find = Find { text, purpose, work: Some((*self.works.get(work)?)?), limit: 20 };
                Box::pin(async move { Ok(left(vault::find(&vault, &desk, find).await?.entry)) })
            }
            What::Reveal { person, elements, purpose, work } => {
                let work = match work {
                    Some(work) => Some((*self.works.get(work)?)?),
                    None => None,
                };
                let elements = elements.iter().map(|e| e.parse()).collect::<Result<Vec<ElementId>, _>>().ok()?;
                let row = self.rows.get(story.people.get(person)?.row)?.clone();
                let reveal = Reveal {
                    person: (*self.people.get(person)?)?,
                    row,
                    elements,
                    purpose: purpose.parse().ok()?,
                    work,
                };
                Box::pin(async move { Ok(left(vault::reveal(&vault, &desk, reveal).await?.entry)) })
            }
            What::Correct { person, element, value, purpose, work } => {
                let correct = Correct {
                    person: (*self.people.get(person)?)?,
                    row: self.rows.get(story.people.get(person)?.row)?.clone(),
                    element: element.parse().ok()?,
                    value,
                    purpose: purpose.parse().ok()?,
                    work: Some((*self.works.get(work)?)?),
                };
                Box::pin(async move { Ok(left(vault::correct(&vault, &desk, correct).await?.entry)) })
            }
            What::Suspend { person, purpose } => {
                let (person, purpose) = self.somebody(person, purpose)?;
                Box::pin(async move { Ok(left(vault::suspend(&vault, &desk, person, purpose).await?.entry)) })
            }
            What::Resume { person, purpose } => {
                let (person, purpose) = self.somebody(person, purpose)?;
                Box::pin(async move { Ok(left(vault::resume(&vault, &desk, person, purpose).await?.entry)) })
            }
            What::Erase { person, purpose } => {
                let (person, purpose) = self.somebody(person, purpose)?;
                Box::pin(async move { Ok(left(vault::erase(&vault, &desk, person, purpose).await?.entry)) })
            }
            What::EraseWaited => Box::pin(async move {
                vault::erase_waited(&vault, desk.office(), desk.now()).await?;
                Ok(nothing())
            }),
            What::Export { person, work } => {
                let (person, purpose) = self.somebody(person, story.works.get(work)?.purpose)?;
                let work = Some((*self.works.get(work)?)?);
                Box::pin(async move {
                    let exported = vault::export_person(&vault, &desk, person, purpose, work).await?;
                    Ok(Done { entry: exported.entries.first().copied(), made: Made::Nothing })
                })
            }
            What::Reach { person, milestone } => {
                let person = (*self.people.get(person)?)?;
                Box::pin(async move { Ok(left(milestone::record(&desk, person, milestone).await?)) })
            }
            What::Record { new, .. } => {
                let new = self.occasion(new)?;
                Box::pin(async move {
                    let (id, entry) = occasion::record(&desk, new).await?;
                    Ok(Done { entry: Some(entry), made: Made::Occasion(id) })
                })
            }
            What::Settle { occasion, outcome } => {
                let id = (*self.occasions.get(occasion)?)?;
                Box::pin(async move { Ok(left(occasion::close(&desk, id, outcome).await?)) })
            }
            What::Probe(subject) => Box::pin(async move {
                let new = New {
                    kind: OccasionKind::Probe,
                    subject: subject.to_owned(),
                    outcome: "ok".to_owned(),
                    ..New::default()
                };
                Ok(left(occasion::record_by_program(&desk, new).await?.1))
            }),
        })
    }

    fn on_row(&self, at: usize, act: impl FnOnce(Desk, ledger::names::RowId) -> Doing, desk: Desk) -> Option<Doing> {
        Some(act(desk, self.rows.get(at)?.clone()))
    }

    fn somebody(&self, person: usize, purpose: &str) -> Option<(PersonId, PurposeId)> {
        Some(((*self.people.get(person)?)?, purpose.parse().ok()?))
    }

    fn enacted(&self, version: Version, from: Moment, desk: Desk) -> Option<Doing> {
        let policy = match version {
            Version::Before => self.policies.0.clone(),
            Version::Current => self.policies.1.clone(),
        };
        let approvals = [self.actors.get(&Who::Officer)?.clone(), self.actors.get(&Who::Deputy)?.clone()];
        Some(Box::pin(async move { Ok(left(duties::enact::enact(&desk, policy, from, &approvals).await?)) }))
    }

    /// The head as it stands, signed; the note lies beside the ledger under the date of the story.
    fn signed(&self, at: Moment) -> Doing {
        let house = self.house.clone();
        Box::pin(async move {
            let head = house.store.head().await?;
            let note =
                Checkpoint::new(&house.config.file.origin, head.size, head.root).and_then(|c| house.signing.sign(&c));
            if let Ok(note) = note {
                house.store.keep_checkpoint(head.size, &note, at).await?;
            }
            Ok(nothing())
        })
    }

    fn opened(&self, story: &Story, work: usize, desk: Desk) -> Option<Doing> {
        let plan = story.works.get(work)?;
        let scope = match &plan.about {
            About::Rows(rows) => Scope::Rows(rows.iter().filter_map(|row| self.rows.get(*row).cloned()).collect()),
            About::Everybody => Scope::Everybody,
            About::Person(person) => Scope::People(vec![(*self.people.get(*person)?)?]),
        };
        let new = NewWork {
            code: plan.code.clone(),
            title: plan.title.clone(),
            purpose: plan.purpose.parse().ok()?,
            logins: plan.who.iter().map(|who| who.member().login.to_owned()).collect(),
            scope,
            starts_at: plan.from,
            ends_at: plan.until,
        };
        Some(Box::pin(async move {
            let (id, entry) = access::work::open(&desk, new).await?;
            Ok(Done { entry: Some(entry), made: Made::Work(id) })
        }))
    }

    fn occasion(&self, new: Record) -> Option<New> {
        let subject = match new.person {
            Some(person) => (*self.people.get(person)?)?.to_string(),
            None => new.subject,
        };
        Some(New { kind: new.kind, subject, outcome: new.outcome.to_owned(), note: new.note, due_at: new.due })
    }
}

fn new_person(values: &[(&'static str, String)]) -> Option<NewPerson> {
    let values = values.iter().map(|(element, value)| Some((element.parse().ok()?, value.clone())));
    Some(NewPerson { values: values.collect::<Option<_>>()? })
}

/// What an account needs.
pub(crate) fn grant_for(who: Who) -> Grant {
    let member = who.member();
    let [reason, ..] = member.duty;
    Grant {
        login: member.login.to_owned(),
        name: member.name.to_owned(),
        role: member.role,
        language: member.language,
        password: PASSWORD.to_owned(),
        reason: reason.to_owned(),
        ends_at: None,
    }
}

async fn given(desk: Desk, who: Who) -> Result<Done, No> {
    let (_, entry) = grant(&desk, grant_for(who)).await?;
    let actor = account(desk.office(), who.member().login, desk.now()).await?;
    Ok(Done { entry: Some(entry), made: Made::Actor(actor) })
}
