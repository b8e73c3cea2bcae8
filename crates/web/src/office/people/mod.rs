//! People: choose what you work on, find somebody, see what is held, open one thing for one purpose.

pub(crate) mod change;
pub(crate) mod find;
pub(crate) mod held;
pub(crate) mod reveal;

use access::No;
use access::names::{PersonId, WorkId};
use access::work::{self, Work};

use super::work::{last_day, purpose_label};
use crate::page::clause_href;
use crate::visit::Asking;

/// What somebody is working on: it fixes the purpose.
pub(crate) struct Task {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) title: String,
    pub(crate) purpose: String,
    pub(crate) purpose_href: Option<String>,
    pub(crate) until: String,
    pub(crate) chosen: bool,
}

/// The own open work records, and which of them was chosen.
pub(crate) struct Desk {
    pub(crate) works: Vec<Work>,
    pub(crate) chosen: Option<Work>,
}

impl Desk {
    /// Reads them. Those who may not meet people hear that there is nothing.
    pub(crate) async fn read(asking: &Asking) -> Result<Self, No> {
        if !asking.desk.may(policy::ActKind::Find) {
            return Err(No::Missing);
        }
        let works = work::mine(&asking.desk).await?;
        let chosen = works.iter().find(|one| Some(one.id) == asking.session.work).cloned();
        Ok(Self { works, chosen })
    }

    /// The record of this id, if it is one of the own open ones.
    pub(crate) fn find(&self, id: WorkId) -> Option<&Work> {
        self.works.iter().find(|one| one.id == id)
    }

    /// The chosen one, as the page shows it.
    pub(crate) fn task(&self, asking: &Asking) -> Option<Task> {
        self.chosen.as_ref().map(|one| Task::new(asking, one, true))
    }

    /// All of them, grouped by purpose.
    pub(crate) fn by_purpose(&self, asking: &Asking) -> Vec<(String, Vec<Task>)> {
        let mut groups: Vec<(String, Vec<Task>)> = Vec::new();
        for one in &self.works {
            let task = Task::new(asking, one, self.chosen.as_ref().is_some_and(|c| c.id == one.id));
            match groups.iter_mut().find(|(purpose, _)| *purpose == task.purpose) {
                Some((_, tasks)) => tasks.push(task),
                None => groups.push((task.purpose.clone(), vec![task])),
            }
        }
        groups
    }
}

impl Task {
    fn new(asking: &Asking, one: &Work, chosen: bool) -> Self {
        let known = asking.desk.policy().ok().and_then(|p| p.purpose(&one.purpose));
        Self {
            id: one.id.to_string(),
            code: one.code.clone(),
            title: one.title.clone(),
            purpose: purpose_label(asking, &one.purpose),
            purpose_href: known.map(|p| clause_href(p.clause.as_str())),
            until: last_day(asking.words(), one.ends_at, asking),
            chosen,
        }
    }
}

/// The end of a person's id: enough to tell two people on one desk apart, and says nothing.
pub(crate) fn short(person: PersonId) -> String {
    person.to_string().chars().skip(24).collect()
}
