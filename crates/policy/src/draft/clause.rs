//! The unit of a draft: one sentence, heading or list item.

use super::text::Cell;

/// One sentence, heading or list item of a policy, in its own words.
///
/// Made by [`split`](super::split()). Besides what is public a clause knows its place: the heading,
/// list item or lead-in it stands under, and the paragraph it is part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// The first and the last line (or paragraph) it stands on, from 1.
    pub lines: (u32, u32),
    /// How deep it stands in lists, from 0.
    pub depth: u8,
    /// Whether it is a heading.
    pub heading: bool,
    /// The mark before it, as written (`（1）`, `a)`, `第3条`, `•`); empty when there is none.
    pub marker: String,
    /// Its wording, unchanged.
    pub text: String,
    /// Its place in a table, if it is a cell or a part of one.
    pub cell: Option<Cell>,
    /// The level of a heading, 1 the highest; 0 for anything else.
    pub(super) level: u8,
    /// The clause it stands under, earlier in the list: a heading, an item or a lead-in.
    pub(super) above: Option<usize>,
    /// Clauses of one paragraph share this number.
    pub(super) paragraph: usize,
}
