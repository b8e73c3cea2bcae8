//! Checking what only keys can check: that a person's key opens, that entries are about whom they are linked to, that every sealed
//! value opens in its place, and that a record is found by the words it holds. Nothing that was opened comes out of here.

use crate::bound;
use crate::index::FoundBy;
use crate::lock::{KeyRow, Opened, Vault};
use crate::reveal::value;
use crate::wait::in_place;
use access::Fault;
use ledger::commitment::commit_subject;
use ledger::names::{ActId, Commitment, ElementId, PersonId, RowId};
use policy::Shape;
use seal::{BlindIndex, Secret, Sheet};

/// One person's key, opened to check and for nothing else.
pub struct Proof {
    person: PersonId,
    opened: Opened,
}

/// What of a record does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// A sealed value does not open in its place, or is no text.
    Sealed,
    /// The record is not found by what it holds, or by something else.
    FoundBy,
}

impl Vault {
    /// Opens a person's wrapped keys to check by them; `None` when one does not open for this person.
    #[must_use]
    pub fn proof(&self, row: &KeyRow) -> Option<Proof> {
        self.opened(row).ok().map(|opened| Proof { person: row.person, opened })
    }

    /// Which of a person's wrapped keys open: their own, that of their commitments, that of the next generation.
    #[must_use]
    pub fn opens(&self, row: &KeyRow) -> [bool; 3] {
        let key = self.subject_key(row.person, &row.wrapped);
        let any = seal::SubjectKey::new([0; 32]);
        let ledger = self.ledger_key(row, key.as_ref().unwrap_or(&any)).is_ok();
        [key.is_ok(), ledger, row.next.is_empty() || self.subject_key(row.person, &row.next).is_ok()]
    }
}

impl Proof {
    /// The commitment of an act about this person.
    #[must_use]
    pub fn commitment(&self, act: ActId) -> Commitment {
        commit_subject(&self.opened.ledger, act, self.person)
    }

    /// The digest by which an import binds the mark of this person's line, and whether the mark lies aside, as it does while an
    /// erasure waits.
    #[must_use]
    pub fn mark(&self, mark: &[u8]) -> ([u8; 32], bool) {
        let (mark, aside) = in_place(self.person, mark);
        (bound::mark(&self.opened.ledger, mark), aside)
    }

    /// Opens every value of a record where it lies, and works out again what it is found by. `shapes` gives the shapes an element
    /// had under the versions of the policy, newest first: a value was made findable under one of them.
    ///
    /// # Errors
    /// [`Broken`] for the first thing that does not hold.
    pub fn record(
        &self,
        vault: &Vault,
        (row, version, generation): (&RowId, u32, u32),
        sheet: &[u8],
        found_by: &[u8],
        shapes: &dyn Fn(&ElementId) -> Vec<Shape>,
    ) -> Result<(), Broken> {
        let sheet = Sheet::from_bytes(sheet).map_err(|_| Broken::Sealed)?;
        let kept = FoundBy::read(found_by).map_err(|_| Broken::FoundBy)?;
        let indexes = vault.indexes_with(generation).map_err(|_| Broken::FoundBy)?;
        let index = indexes.of(generation).map_err(|_| Broken::FoundBy)?;
        let mut tokens = 0;
        for field in sheet.fields() {
            let element: ElementId = field.parse().map_err(|_| Broken::Sealed)?;
            let sealed = sheet.get(field).ok_or(Broken::Sealed)?;
            let text = value(&self.opened, self.person, row, version, &element, sealed).map_err(|_| Broken::Sealed)?;
            let there = kept.of(field);
            tokens += there.len();
            if !findable(index, &element, &shapes(&element), &text, &there).map_err(|_| Broken::FoundBy)? {
                return Err(Broken::FoundBy);
            }
        }
        if tokens == kept.all().len() { Ok(()) } else { Err(Broken::FoundBy) }
    }
}

fn findable(
    index: &BlindIndex,
    element: &ElementId,
    shapes: &[Shape],
    text: &Secret<String>,
    kept: &[i64],
) -> Result<bool, Fault> {
    let known = if shapes.is_empty() { &[Shape::Text][..] } else { shapes };
    for shape in known {
        if FoundBy::default().set(index, element, *shape, text.expose()).map_err(|_| Fault::Crypto("blind index"))?
            == kept
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The tokens a record keeps, for whoever compares them with the table they are looked up in.
///
/// # Errors
/// [`Fault::Damaged`] when the bytes are no list of tokens.
pub fn tokens(found_by: &[u8]) -> Result<Vec<i64>, Fault> {
    Ok(FoundBy::read(found_by).map_err(|_| Fault::Damaged("record.found_by"))?.all())
}
