//! Watches of what is managed: elements, kinds of people, and the rows that hold them.

pub(super) mod partners;

use super::books::Books;
use super::rows::{about, flaw, has_class, holds, is_about, newest, none_of_them, page, past_term, shown};
use super::tally::{Flaw, Tally};
use super::{Watch, finding::Evidence};
use crate::days::{after, between};
use crate::register::RegisterRow;
use jiff::civil::Date;
use ledger::names::{ElementId, KindId};
use policy::{Class, Policy, RowState, Texts};
use std::collections::BTreeSet;

pub(super) const WATCHES: &[(&str, Watch)] = &[
    ("scope.definition", definition),
    ("scope.caller-number", caller_number),
    ("scope.body-and-codes", body_and_codes),
    ("scope.categories-true", categories_true),
    ("scope.people", people),
];

/// Counts the elements on open rows that the policy classes. At risk: an element in use has no class. Broken does not occur:
/// every class of the policy is a class of personal information.
fn definition(books: &Books, policy: &Policy) -> Tally {
    let used: BTreeSet<&ElementId> = books.open_rows().flat_map(|row| &row.elements).collect();
    let classed = used.iter().filter(|id| policy.element(id).is_some()).count();
    let unknown =
        books.open_rows().find_map(|row| Some((row, row.elements.iter().find(|id| policy.element(id).is_none())?)));
    let flaw = unknown.map(|(row, element)| {
        let id = &row.id;
        let why = Texts::new(
            format!("行 {id} の項目 {element} は、有効な方針に分類がありません。"),
            format!("Element {element} on row {id} has no class in the policy in force."),
            format!("Mục {element} ở dòng {id} chưa được phân loại trong chính sách hiện hành."),
        );
        let label = Texts::new("項目を分類する", "Class the element", "Phân loại mục dữ liệu");
        flaw(row, Flaw::attention(why), label)
    });
    Tally::count(classed as u64, used.len() as u64).newest(books.in_force_since()).evidence(enacted(books)).flaw(flaw)
}

/// Counts the rows that hold the number a call shows. Broken: records are kept past their term. Unproven while no row holds it:
/// a telephone system shows numbers whether it is registered or not.
fn caller_number(books: &Books, policy: &Policy) -> Tally {
    let numbers = |row: &&RegisterRow| {
        row.elements.iter().any(|id| id.as_str() == "caller-number") || is_about(policy, row, "scope.caller-number")
    };
    let rows: Vec<&RegisterRow> = books.active_rows().filter(numbers).collect();
    if rows.is_empty() {
        return Tally::unproven(Texts::new(
            "着信時に表示される電話番号を持つ行が台帳にありません。",
            "No row of the register holds the numbers that calls show.",
            "Sổ chưa có dòng nào giữ số điện thoại hiển thị khi có cuộc gọi.",
        ));
    }
    within_terms(books, &rows)
}

/// Counts the rows with identification codes or bodily features that are approved. At risk: one is a draft. Broken: records
/// are held outside every row in use.
fn body_and_codes(books: &Books, policy: &Policy) -> Tally {
    let coded = |row: &&RegisterRow| has_class(policy, row, Class::IdentificationCode);
    let rows: Vec<&RegisterRow> = books.open_rows().filter(coded).collect();
    if rows.is_empty() {
        return none_of_them(books).map_or_else(Tally::default, Tally::nothing);
    }
    let approved = rows.iter().filter(|row| row.state == RowState::Active).count();
    let draft = rows.iter().find(|row| row.state == RowState::Draft).map(|row| waits(row));
    Tally::count(approved as u64, rows.len() as u64)
        .newest(newest(books, rows.iter().copied()))
        .evidence(rows.iter().map(|row| shown(books, row)))
        .flaw(draft)
        .flaw(outside(books, policy))
}

/// Records held under a row that is not in use although its elements are identification codes.
fn outside(books: &Books, policy: &Policy) -> Option<Flaw> {
    let row = books.rows.iter().find(|row| {
        row.state == RowState::Draft
            && has_class(policy, row, Class::IdentificationCode)
            && holds(books.holding(&row.id))
    })?;
    let id = &row.id;
    let why = Texts::new(
        format!("個人識別符号が、承認されていない行 {id} に保有されています。"),
        format!("Identification codes are held under row {id}, which is not approved."),
        format!("Mã định danh cá nhân đang được giữ ở dòng {id} chưa được phê duyệt."),
    );
    Some(flaw(row, Flaw::broken(why), approve(row)))
}

/// Counts the rows in use whose kind of people the notice publishes. At risk: a draft names a kind it does not publish, or a
/// published kind has had no row for 12 months. Broken: a row in use names a kind it does not publish.
fn categories_true(books: &Books, policy: &Policy) -> Tally {
    let rows: Vec<&RegisterRow> = books.active_rows().collect();
    let published = |row: &&&RegisterRow| {
        policy
            .kind(&row.kind)
            .is_some_and(|kind| policy.clause_text(&kind.category, policy::Language::ORIGINAL).is_some())
    };
    let unpublished = books.open_rows().filter(|row| !published(&row)).map(|row| {
        let (id, kind) = (&row.id, &row.kind);
        let why = Texts::new(
            format!("行 {id} の本人の種類 {kind} は、公表した区分にありません。"),
            format!("Row {id} holds people of the kind {kind}, which the notice does not publish."),
            format!("Dòng {id} thuộc loại {kind} chưa được công bố trong thông báo."),
        );
        let worst = if row.state == RowState::Active { Flaw::broken(why) } else { Flaw::attention(why) };
        flaw(row, worst, Texts::new("公表した区分を選ぶ", "Give the row a published kind", "Chọn loại đã công bố"))
    });
    Tally::count(rows.iter().filter(published).count() as u64, rows.len() as u64)
        .newest(newest(books, rows.iter().copied()))
        .evidence(rows.iter().map(|row| shown(books, row)))
        .flaws(unpublished)
        .flaw(unused_kind(books, policy))
}

/// A kind that has been published for 12 months and never had a row.
fn unused_kind(books: &Books, policy: &Policy) -> Option<Flaw> {
    if books.rows.is_empty() {
        return None;
    }
    let used: BTreeSet<&KindId> = books.rows.iter().map(|row| &row.kind).collect();
    let kind = policy.kinds().iter().find(|kind| {
        !used.contains(&kind.id) && published_since(books, &kind.id).is_some_and(|day| between(day, books.as_of) > 365)
    })?;
    let why = kind.label.map(|language, label| match language {
        policy::Language::Ja => format!("「{label}」は公表していますが、12か月のあいだ台帳に行がありません。"),
        policy::Language::En => format!("“{label}” is published and has had no row for 12 months."),
        policy::Language::Vi => format!("“{label}” đã công bố nhưng 12 tháng nay không có dòng nào trong sổ."),
    });
    let label = Texts::new("台帳に行を作る", "Write a row, or amend the notice", "Tạo dòng hoặc sửa thông báo");
    Some(Flaw::attention(why).whose(books.officer()).next(label, "/register"))
}

/// Since when every version in force has published the kind.
fn published_since(books: &Books, kind: &KindId) -> Option<Date> {
    let unbroken = books.versions.iter().rev().take_while(|version| version.policy.kind(kind).is_some());
    unbroken.last().map(|version| books.day(version.in_force_from))
}

/// Counts the rows in use on applicants, employees, officers and families that keep to their terms. Broken: records are kept past
/// their term.
fn people(books: &Books, policy: &Policy) -> Tally {
    let rows: Vec<&RegisterRow> =
        about(books, policy, "scope.people").filter(|row| row.state == RowState::Active).collect();
    if rows.is_empty() {
        return none_of_them(books).map_or_else(Tally::default, Tally::nothing);
    }
    within_terms(books, &rows)
}

/// Rows that hold nothing past its term.
fn within_terms(books: &Books, rows: &[&RegisterRow]) -> Tally {
    let kept = rows.iter().filter(|row| books.holding(&row.id).overdue == 0).count();
    let next = rows.iter().filter_map(|row| books.holding(&row.id).next).min();
    Tally::count(kept as u64, rows.len() as u64)
        .newest(newest(books, rows.iter().copied()))
        .evidence(rows.iter().map(|row| shown(books, row)))
        .lapses(next.map(|day| after(day, 1)))
        .flaws(rows.iter().filter_map(|row| past_term(books, row)))
}

fn waits(row: &RegisterRow) -> Flaw {
    let id = &row.id;
    let why = Texts::new(
        format!("行 {id} はまだ承認されていません。"),
        format!("Row {id} is not approved yet."),
        format!("Dòng {id} chưa được phê duyệt."),
    );
    Flaw::attention(why).next(approve(row), page(&row.id))
}

fn approve(row: &RegisterRow) -> Texts {
    let id = &row.id;
    Texts::new(format!("行 {id} を承認する"), format!("Approve row {id}"), format!("Phê duyệt dòng {id}"))
}

/// The enactment of the version in force, as evidence.
pub(super) fn enacted(books: &Books) -> Option<Evidence> {
    let version = books.enacted()?;
    let name = version.policy.version();
    let text = Texts::new(
        format!("方針第{name}版の制定"),
        format!("Policy version {name} was enacted"),
        format!("Ban hành chính sách phiên bản {name}"),
    );
    Some(Evidence { entry: version.entry, on: books.day(version.in_force_from), text })
}

#[cfg(test)]
mod tests {
    use super::super::Standing::{Attention, Broken, Kept, NothingToProve, Unproven};
    use super::super::fixture::{case, check, day, due, found, hold, in_force, of, put};
    use super::*;

    fn element(row: &mut RegisterRow, id: &str) {
        row.elements.insert(id.parse().unwrap());
    }

    #[test]
    fn elements_in_use_have_a_class() {
        check(
            "scope.definition",
            &[
                case("an empty register", |_| (), Unproven, 0, 0),
                case("two elements, both classed", |b| put(b, "r-1", |_| ()), Kept, 2, 2),
                case("one the policy does not know", |b| put(b, "r-1", |r| element(r, "shoe-size")), Attention, 2, 3),
                case("only on an ended row", |b| put(b, "r-1", |r| r.state = RowState::Ended), Unproven, 0, 0),
            ],
        );
    }

    #[test]
    fn numbers_of_callers_have_a_row_and_a_term() {
        fn caller(books: &mut Books) {
            put(books, "r-1", |row| {
                of(row, "caller", "partner.inquiry", "caller.number");
                element(row, "caller-number");
            });
        }
        check(
            "scope.caller-number",
            &[
                case("no row holds them", |b| put(b, "r-1", |_| ()), Unproven, 0, 0),
                case("a row within its term", caller, Kept, 1, 1),
                case("a day past its term", |b| (caller(b), due(b, "r-1", 3, "2026-11-19")).1, Broken, 0, 1),
                case("a draft is no row in use", |b| (caller(b), b.rows[0].state = RowState::Draft).1, Unproven, 0, 0),
            ],
        );
    }

    #[test]
    fn codes_stand_on_approved_rows() {
        check(
            "scope.body-and-codes",
            &[
                case("an empty register", |_| (), Unproven, 0, 0),
                case("none of the rows has a code", |b| put(b, "r-1", |_| ()), NothingToProve, 0, 0),
                case("an approved row", |b| put(b, "r-1", |r| element(r, "fingerprint")), Kept, 1, 1),
                case(
                    "a draft",
                    |b| {
                        put(b, "r-1", |r| element(r, "cccd"));
                        b.rows[0].state = RowState::Draft;
                    },
                    Attention,
                    0,
                    1,
                ),
                case(
                    "people held under a draft",
                    |b| {
                        put(b, "r-1", |r| element(r, "cccd"));
                        b.rows[0].state = RowState::Draft;
                        hold(b, "r-1", 2);
                    },
                    Broken,
                    0,
                    1,
                ),
            ],
        );
    }

    #[test]
    fn rows_hold_published_kinds() {
        check(
            "scope.categories-true",
            &[
                case("an empty register", |_| (), Unproven, 0, 0),
                case("a published kind", |b| put(b, "r-1", |_| ()), Kept, 1, 1),
                case(
                    "a draft of another kind",
                    |b| {
                        put(b, "r-1", |_| ());
                        put(b, "r-2", |r| {
                            (of(r, "astronaut", "hr.recruit", "hr.recruit"), r.state = RowState::Draft).1
                        });
                    },
                    Attention,
                    1,
                    1,
                ),
                case(
                    "a row in use of another kind",
                    |b| {
                        put(b, "r-1", |_| ());
                        put(b, "r-2", |r| of(r, "astronaut", "hr.recruit", "hr.recruit"));
                    },
                    Broken,
                    1,
                    2,
                ),
                case(
                    "kinds published for a year without a row",
                    |b| {
                        put(b, "r-1", |_| ());
                        in_force(b, &[("policy.toml", "version = \"7\"", "version = \"6\"")], "2025-11-01");
                    },
                    Attention,
                    1,
                    1,
                ),
            ],
        );
    }

    #[test]
    fn information_about_our_own_people_keeps_to_its_terms() {
        check(
            "scope.people",
            &[
                case("an empty register", |_| (), Unproven, 0, 0),
                case(
                    "no such row",
                    |b| put(b, "r-1", |r| of(r, "visitor", "partner.reception", "partner.visit")),
                    NothingToProve,
                    0,
                    0,
                ),
                case("within its term", |b| (put(b, "r-1", |_| ()), due(b, "r-1", 1, "2026-11-20")).1, Kept, 1, 1),
                case("past its term", |b| (put(b, "r-1", |_| ()), due(b, "r-1", 4, "2026-11-10")).1, Broken, 0, 1),
            ],
        );
        let finding = found("scope.people", |b| (put(b, "r-1", |_| ()), due(b, "r-1", 4, "2026-11-10")).1);
        assert_eq!(finding.since, Some(day("2026-11-11")));
    }
}
