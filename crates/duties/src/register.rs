//! The handling ledger (個人情報管理台帳): its rows, every version they had, and the spreadsheet they came from.
//!
//! A row is put as a draft, approved, reviewed at least yearly, and ended. Each of these is a version of the row with an
//! entry of its own, so the ledger can be read as it stood on any past day.

mod names;
mod put;
mod read;
mod sheet;
mod xlsx;

pub use put::{approve, end, put, put_over, review, would_approve, would_put};
pub use read::{get, list, versions};
pub use sheet::{Cell, CellStanding, Sheet};
pub use xlsx::to_xlsx;

use ledger::names::{ElementId, KindId, Moment, PurposeId, RowId, TermId};
use policy::RowState;
use policy::register::{COLUMNS, Need};
use std::collections::BTreeSet;

/// One row of the handling ledger, in one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterRow {
    /// Its name.
    pub id: RowId,
    /// Its version, from 1.
    pub version: u32,
    /// How it stands.
    pub state: RowState,
    /// Whose information it holds.
    pub kind: KindId,
    /// What for.
    pub purposes: BTreeSet<PurposeId>,
    /// Which elements.
    pub elements: BTreeSet<ElementId>,
    /// How long.
    pub term: TermId,
    /// Who answers for it, as the ledger names them.
    pub manager: String,
    /// When it was last reviewed; at first, when it was written.
    pub reviewed_at: Moment,
    /// When this version was made.
    pub changed_at: Moment,
    /// The columns as they were written.
    pub sheet: Sheet,
    /// The entry of this version.
    pub entry: u64,
    /// How many people are held under the row now.
    pub people: u64,
}

impl RegisterRow {
    /// What the row is called: the name it was given, else its id.
    #[must_use]
    pub fn name(&self) -> &str {
        match self.sheet.text("name") {
            "" => self.id.as_str(),
            name => name,
        }
    }

    /// The mandatory columns that are empty. The number of records needs no typing once people are held under the row.
    pub fn empty_columns(&self) -> impl Iterator<Item = &'static policy::register::Column> {
        COLUMNS.iter().filter(|column| {
            column.need == Need::Mandatory
                && self.sheet.text(column.id).is_empty()
                && !(column.id == "count" && self.people > 0)
        })
    }
}
