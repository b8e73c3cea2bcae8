//! Linked: what ties entries to a person, beside their records. An erasure cuts all of it, and its entry binds how much that was, so
//! that what anybody else cuts is missed.

use crate::erase::Why;
use access::{Desk, Fault, NOBODY, No};
use ledger::names::PersonId;
use store::{Act, Change};

/// What still names a person.
pub(crate) struct Linked {
    entries: u64,
    milestones: u64,
    works: u64,
    /// Holds; an open one only of whoever came back with an older store.
    holds: u64,
}

/// A hold stays on record, and says no more whom it was about and why: its words go with the salt of their digest.
const HOLD_SAYS_NO_MORE: &str = "UPDATE occasion SET subject = '', outcome = '', note = '', words = substr(words, 1, 32) \
                                 WHERE kind = 'hold' AND subject = $1";

impl Linked {
    pub(crate) async fn count(desk: &Desk, person: PersonId) -> Result<Self, No> {
        let sql = "SELECT (SELECT COUNT(*) FROM side WHERE person = $1), (SELECT COUNT(*) FROM milestone WHERE person = $1), \
                   (SELECT COUNT(*) FROM work_person WHERE person = $1), \
                   (SELECT COUNT(*) FROM occasion WHERE kind = 'hold' AND subject = $2)";
        let rows = desk.store().read(sql, vec![person.into(), person.to_string().into()]).await?;
        let row = rows.first().ok_or(Fault::Damaged("side"))?;
        let count = |column: usize| Ok::<_, No>(u64::try_from(row.int(column)?).unwrap_or(0));
        Ok(Self { entries: count(0)?, milestones: count(1)?, works: count(2)?, holds: count(3)? })
    }

    /// The details of the erasure.
    pub(crate) fn told(&self, person: PersonId, why: Why) -> serde_json::Value {
        let mut told = serde_json::json!({
            // How it was disposed of, as the disposal record states it.
            "method": "key-destroyed-and-rows-deleted", "person": person.to_string(), "entries": self.entries,
            "milestones": self.milestones, "works": self.works, "holds": self.holds,
        });
        let word = match why {
            Why::Asked => None,
            Why::Waited => Some("waited"),
            Why::Again => Some("again"),
        };
        if let (Some(told), Some(word)) = (told.as_object_mut(), word) {
            told.insert(word.into(), true.into());
        }
        told
    }

    /// Cuts exactly what was counted, or nothing.
    pub(crate) fn cut(self, act: Act, person: PersonId) -> Act {
        let one = || vec![person.into()];
        act.with(Change::new("DELETE FROM milestone WHERE person = $1", one()).exactly(self.milestones))
            .with(Change::new("DELETE FROM work_person WHERE person = $1", one()).exactly(self.works))
            .with(Change::new("DELETE FROM import_mark WHERE person = $1", one()))
            .with(Change::new(HOLD_SAYS_NO_MORE, vec![person.to_string().into()]).exactly(self.holds))
            .with(
                Change::new("UPDATE side SET person = $2 WHERE person = $1", vec![person.into(), NOBODY.into()])
                    .exactly(self.entries),
            )
    }
}
