//! What several watches ask of the handling ledger: which rows a promise is about, and whether they keep to their terms.

use super::books::{Books, Holding};
use super::finding::Evidence;
use super::tally::Flaw;
use crate::days::{after, between};
use crate::register::RegisterRow;
use jiff::civil::Date;
use ledger::names::{ClauseId, PromiseId, RowId};
use policy::{Block, Class, Notice, Policy, Texts};
use std::collections::BTreeMap;

/// Whether a clause of the policy makes this promise.
pub(super) fn makes(policy: &Policy, clause: &ClauseId, promise: &str) -> bool {
    policy.clause(clause).is_some_and(|c| c.promises.iter().any(|p| p.as_str() == promise))
}

/// The blocks of a notice by the clause each is.
pub(super) fn by_clause(notice: &Notice) -> BTreeMap<&ClauseId, &Block> {
    notice.blocks.iter().map(|block| (&block.id, block)).collect()
}

/// Whether the row holds people of a kind that the clause of this promise publishes.
pub(super) fn is_about(policy: &Policy, row: &RegisterRow, promise: &str) -> bool {
    policy.kind(&row.kind).is_some_and(|kind| makes(policy, &kind.category, promise))
}

/// The open rows of kinds that a promise publishes.
pub(super) fn about<'a>(
    books: &'a Books,
    policy: &'a Policy,
    promise: &'a str,
) -> impl Iterator<Item = &'a RegisterRow> {
    books.open_rows().filter(move |row| is_about(policy, row, promise))
}

/// Whether the row names an element of this class.
pub(super) fn has_class(policy: &Policy, row: &RegisterRow, class: Class) -> bool {
    row.elements.iter().any(|id| policy.element(id).is_some_and(|e| e.class == class))
}

/// The page of a row.
pub(super) fn page(row: &RowId) -> String {
    format!("/register/{row}")
}

/// The newest version of a row, as evidence.
pub(super) fn shown(books: &Books, row: &RegisterRow) -> Evidence {
    let id = &row.id;
    let text = Texts::new(format!("台帳の行 {id}"), format!("Register row {id}"), format!("Dòng sổ {id}"));
    Evidence { entry: row.entry, on: books.day(row.changed_at), text }
}

/// The newest day on which one of the rows was changed.
pub(super) fn newest<'a>(books: &Books, rows: impl IntoIterator<Item = &'a RegisterRow>) -> Option<Date> {
    rows.into_iter().map(|row| books.day(row.changed_at)).max()
}

/// Why a promise about one sort of rows has nothing to prove: the ledger has rows, and none of them is of this sort.
/// An empty ledger proves nothing either way, so it gives no answer.
pub(super) fn none_of_them(books: &Books) -> Option<Texts> {
    let rows = books.open_rows().count();
    (rows > 0).then(|| {
        Texts::new(
            format!("台帳の{rows}行に、この約束の対象はありません。"),
            format!("None of the {} in the register is of this sort.", count(rows as u64, "row", "rows")),
            format!("Trong {rows} dòng của sổ không có dòng nào thuộc loại này."),
        )
    })
}

/// A number with its English noun.
pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// A flaw of one row: its manager's turn, on its page.
pub(super) fn flaw(row: &RegisterRow, flaw: Flaw, label: Texts) -> Flaw {
    flaw.whose(row.manager.clone()).next(label, page(&row.id))
}

/// Broken: a row keeps records past their term. Records that a hold keeps are not past it.
pub(super) fn past_term(books: &Books, row: &RegisterRow) -> Option<Flaw> {
    let held = books.holding(&row.id);
    let (id, n, oldest) = (&row.id, held.overdue, held.oldest?);
    if n == 0 {
        return None;
    }
    let days = between(oldest, books.as_of).unsigned_abs().into();
    let why = Texts::new(
        format!("行 {id} で{n}件が保管期限を過ぎています。最も古いものは{days}日前が期限でした。"),
        format!(
            "Row {id} keeps {} past their term; the oldest ended {} ago.",
            count(n, "record", "records"),
            count(days, "day", "days")
        ),
        format!("Dòng {id} còn {n} hồ sơ quá hạn; hồ sơ cũ nhất hết hạn cách đây {days} ngày."),
    );
    Some(flaw(row, Flaw::broken(why).since(after(oldest, 1)), dispose(row)))
}

/// What to do with records past their term.
pub(super) fn dispose(row: &RegisterRow) -> Texts {
    let id = &row.id;
    Texts::new(
        format!("行 {id} の期限切れを廃棄する"),
        format!("Dispose of what is past its term in row {id}"),
        format!("Hủy dữ liệu quá hạn ở dòng {id}"),
    )
}

/// The row at risk because a term ends within so many days.
pub(super) fn term_ends_soon(books: &Books, row: &RegisterRow, days: i32) -> Option<Flaw> {
    let next = books.holding(&row.id).next.filter(|day| *day <= after(books.as_of, days))?;
    let (id, left) = (&row.id, between(books.as_of, next));
    let why = Texts::new(
        format!("行 {id} で、保管期限まであと{left}日の情報があります。"),
        format!("Row {id} holds records whose term ends in {}.", count(left.unsigned_abs().into(), "day", "days")),
        format!("Dòng {id} có hồ sơ sẽ hết hạn sau {left} ngày."),
    );
    let label = Texts::new(
        format!("行 {id} の廃棄を準備する"),
        format!("Prepare the disposal in row {id}"),
        format!("Chuẩn bị hủy ở dòng {id}"),
    );
    Some(flaw(row, Flaw::attention(why).lapses(after(next, 1)), label))
}

/// Whether anything is held under the row.
pub(super) fn holds(holding: Holding) -> bool {
    holding.people > 0
}

/// The rows that name a purpose whose clause makes this promise.
pub(super) fn serving<'a>(
    books: &'a Books,
    policy: &'a Policy,
    promise: &'a str,
) -> impl Iterator<Item = &'a RegisterRow> {
    books.open_rows().filter(move |row| {
        row.purposes.iter().any(|id| policy.purpose(id).is_some_and(|p| makes(policy, &p.clause, promise)))
    })
}

/// A promise of the catalogue by its id.
pub(super) fn promise(id: &str) -> Option<PromiseId> {
    id.parse().ok()
}
