//! The purposes a text lists: items, rows of a table and sentences under a heading of purposes of use.

use std::collections::HashMap;

use super::clause::Clause;
use super::cues::Cues;
use super::text::{Cell, columns, ends_sentence};
use super::words::ConceptAt;

/// Hears what a clause says.
pub(super) trait Hears {
    /// Whether a concept is said in a clause itself.
    fn says(&self, clause: usize, concept: ConceptAt) -> bool;
    /// Whether a clause denies something.
    fn denies(&self, clause: usize) -> bool;
    /// The clauses above a clause, nearest first.
    fn over(&self, clause: usize) -> &[usize];
}

/// The concepts that matter here.
struct Known {
    purpose: Vec<ConceptAt>,
    uses: Vec<ConceptAt>,
    /// What lists something else than our purposes.
    other: Vec<ConceptAt>,
    /// What an exception or a rule about purposes says.
    rule: Vec<ConceptAt>,
}

impl Known {
    fn of(cues: &Cues) -> Self {
        let places = |names: &[&str]| {
            names.iter().filter_map(|name| cues.names.iter().position(|known| known == name)).collect::<Vec<_>>()
        };
        Self {
            purpose: places(&["purpose-heading"]),
            uses: places(&["uses-for"]),
            other: places(&["t-third", "t-cookie", "joint-use", "t-rights", "t-breach", "t-safety"]),
            rule: places(&["within", "specify-purpose", "purpose-change", "other-purpose", "except"]),
        }
    }
}

/// Which clauses state a purpose of use.
pub(super) fn listed(clauses: &[Clause], hears: &impl Hears, cues: &Cues) -> Vec<bool> {
    let known = Known::of(cues);
    let list = List { clauses, hears, known, parents: parents(clauses), tables: Tables::of(clauses) };
    (0..clauses.len()).map(|at| list.states_purpose(at)).collect()
}

/// Which clauses have an item or a cell under them.
fn parents(clauses: &[Clause]) -> Vec<bool> {
    let mut found = vec![false; clauses.len()];
    for clause in clauses.iter().filter(|clause| !clause.heading && clause.depth > 0) {
        if let Some(parent) = clause.above.and_then(|above| found.get_mut(above)) {
            *parent = true;
        }
    }
    found
}

/// The first row and the first column of every table, and how wide its rows are.
#[derive(Default)]
struct Tables {
    cells: HashMap<(u32, u32, u32), usize>,
    widths: HashMap<(u32, u32), u32>,
}

impl Tables {
    fn of(clauses: &[Clause]) -> Self {
        let mut found = Self::default();
        for (at, clause) in clauses.iter().enumerate() {
            let Some(Cell { table, row, column }) = clause.cell else { continue };
            let width = found.widths.entry((table, row)).or_default();
            *width = (*width).max(column);
            if row == 1 || column == 1 {
                found.cells.entry((table, row, column)).or_insert(at);
            }
        }
        found
    }

    /// The cell of the first row that stands over this one; rows that lost a cell to the row above are
    /// counted from the right.
    fn head(&self, cell: Cell) -> Option<usize> {
        let width = |row| self.widths.get(&(cell.table, row)).copied().unwrap_or(0);
        let shift = width(1).saturating_sub(width(cell.row));
        self.cells.get(&(cell.table, 1, cell.column + shift)).copied()
    }

    /// The first cell of this one's row.
    fn label(&self, cell: Cell) -> Option<usize> {
        self.cells.get(&(cell.table, cell.row, 1)).copied()
    }

    fn columns(&self, table: u32) -> u32 {
        self.widths.get(&(table, 1)).copied().unwrap_or(0)
    }
}

struct List<'a, H> {
    clauses: &'a [Clause],
    hears: &'a H,
    known: Known,
    parents: Vec<bool>,
    tables: Tables,
}

impl<H: Hears> List<'_, H> {
    fn says(&self, at: usize, concepts: &[ConceptAt]) -> bool {
        concepts.iter().any(|concept| self.hears.says(at, *concept))
    }

    fn states_purpose(&self, at: usize) -> bool {
        let Some(clause) = self.clauses.get(at).filter(|clause| !clause.heading) else { return false };
        if self.is_rule(at) || self.elsewhere(at) {
            return false;
        }
        match clause.cell {
            Some(cell) => self.in_table(at, cell) && self.is_leaf(at),
            None if clause.depth > 0 => self.is_leaf(at) && self.leads_here(at) && self.reads_as_purpose(at),
            None => self.in_running_text(at),
        }
    }

    /// A rule about purposes is no purpose: "we use it only within these".
    fn is_rule(&self, at: usize) -> bool {
        let denied = self.hears.denies(at);
        let whole = self.clauses.get(at).is_some_and(|clause| ends_sentence(&clause.text));
        denied || (whole && self.says(at, &self.known.rule))
    }

    /// Whether it stands in a section that lists something else.
    fn elsewhere(&self, at: usize) -> bool {
        let over = self.hears.over(at);
        let heading = over.iter().find(|above| self.clauses.get(**above).is_some_and(|clause| clause.heading));
        let near = over.iter().take_while(|above| Some(*above) != heading).chain(heading);
        near.copied().any(|above| {
            let clause = self.clauses.get(above);
            let title = clause
                .is_some_and(|clause| clause.heading || !ends_sentence(&clause.text) && columns(&clause.text) <= 60);
            let under = clause.and_then(|clause| clause.above).filter(|further| *further > 0);
            let of_purposes = under.is_some_and(|further| self.says(further, &self.known.purpose));
            title && self.says(above, &self.known.other) && !self.says(above, &self.known.purpose) && !of_purposes
        }) || over.first().is_some_and(|above| {
            self.says(*above, &self.known.rule) && self.is_sentence(*above) && self.hears.denies(*above)
        })
    }

    fn is_sentence(&self, at: usize) -> bool {
        self.clauses.get(at).is_some_and(|clause| {
            !clause.heading && (ends_sentence(&clause.text) || clause.text.trim_end().ends_with([':', '：']))
        })
    }

    fn is_leaf(&self, at: usize) -> bool {
        !self.parents.get(at).copied().unwrap_or(false)
    }

    fn in_table(&self, at: usize, cell: Cell) -> bool {
        let purpose = |at: Option<usize>| at.is_some_and(|at| self.says(at, &self.known.purpose) && !self.is_long(at));
        let head = self.tables.head(cell);
        let headed = (1..=self.tables.columns(cell.table))
            .any(|column| purpose(self.tables.cells.get(&(cell.table, 1, column)).copied()));
        if headed
            && self.tables.columns(cell.table) > 1
            && !purpose(self.tables.cells.get(&(cell.table, 1, 1)).copied())
        {
            return cell.row > 1 && purpose(head);
        }
        if cell.column > 1 && purpose(self.tables.label(cell)) {
            return true;
        }
        if headed {
            return cell.row > 1 && purpose(head);
        }
        cell.column > 1 && self.leads_here(at)
    }

    fn is_long(&self, at: usize) -> bool {
        self.clauses.get(at).is_none_or(|clause| columns(&clause.text) > 50)
    }

    /// Whether what a clause stands under announces purposes: its lead-in, or else the nearest heading.
    fn leads_here(&self, at: usize) -> bool {
        for above in self.hears.over(at) {
            let Some(clause) = self.clauses.get(*above) else { break };
            if self.says(*above, &self.known.purpose) && !self.hears.denies(*above) {
                return !self.is_sentence(*above) || !self.says(*above, &self.known.rule);
            }
            if clause.heading {
                // A heading of a kind of people, or of where it is used, under one of purposes.
                let further = clause.above.filter(|further| *further > 0);
                return further.is_some_and(|further| self.says(further, &self.known.purpose));
            }
            if self.is_sentence(*above) && !self.announces(*above) {
                return false;
            }
        }
        false
    }

    /// `（従業者について）は次のとおりです`: a lead-in that adds nothing of its own.
    fn announces(&self, at: usize) -> bool {
        self.clauses.get(at).is_some_and(|clause| {
            columns(&clause.text) <= 80
                && !["場合", "except", "unless", "trường hợp", "同意"].iter().any(|word| clause.text.contains(word))
        })
    }

    /// An item that is no sentence with a subject of its own.
    fn reads_as_purpose(&self, at: usize) -> bool {
        let Some(clause) = self.clauses.get(at) else { return false };
        let first = at == 0 || self.clauses.get(at - 1).is_none_or(|before| before.paragraph != clause.paragraph);
        let folded = clause.text.to_lowercase();
        let subject = ["当社は", "弊社は", "本会は", "we ", "the company ", "chúng tôi ", "công ty "]
            .iter()
            .any(|word| folded.starts_with(word));
        first && (!(subject && ends_sentence(&clause.text)) || self.says(at, &self.known.uses))
    }

    /// Running text under a heading of purposes: a fragment, or a sentence that says what is used for what.
    fn in_running_text(&self, at: usize) -> bool {
        let Some(clause) = self.clauses.get(at) else { return false };
        let under = clause.above.filter(|above| *above > 0).is_some_and(|above| {
            self.clauses.get(above).is_some_and(|over| over.heading || !self.is_sentence(above))
                && self.says(above, &self.known.purpose)
        });
        let leads = super::sentence::leads_in(&clause.text) || self.parents.get(at).copied().unwrap_or(false);
        let text = clause.text.trim_end_matches(['。', '.', ';', '；', ' ']);
        let folded = text.to_lowercase();
        let fragment = text.ends_with("ため")
            || (!ends_sentence(&clause.text)
                && ["to ", "for ", "để ", "nhằm "].iter().any(|word| folded.starts_with(word)));
        under && !leads && (fragment || (ends_sentence(&clause.text) && self.says(at, &self.known.uses)))
    }
}
