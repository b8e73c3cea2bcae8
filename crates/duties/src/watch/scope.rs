//! Watches of what is managed: elements, kinds of people, and the rows that hold them.

use super::books::Books;
use super::rows::{about, count, flaw, has_class, holds, is_about, newest, none_of_them, page, past_term, shown};
use super::tally::{Flaw, Tally};
use super::{Watch, finding::Evidence};
use crate::days::{after, between};
use crate::register::RegisterRow;
use jiff::civil::Date;
use ledger::names::{ElementId, KindId};
use policy::normal::DateOrder;
use policy::{Class, Policy, RowState, Texts};
use std::collections::BTreeSet;

pub(super) const WATCHES: &[(&str, Watch)] = &[
    ("scope.definition", definition),
    ("scope.caller-number", caller_number),
    ("scope.body-and-codes", body_and_codes),
    ("scope.categories-true", categories_true),
    ("scope.partner-entrusted", partner_entrusted),
    ("scope.partner-contract", partner_contract),
    ("scope.partner-people", partner_people),
    ("scope.other-approved", other_approved),
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

/// Counts the rows of information entrusted to us that name their client. At risk: the contract ends within 30 days and no
/// return is planned. Broken: a row in use names no client or contract.
fn partner_entrusted(books: &Books, policy: &Policy) -> Tally {
    contracts(books, policy, "scope.partner-entrusted", |books, row| {
        let ends = contract_end(row)?;
        let left = between(books.as_of, ends);
        if !(0..=30).contains(&left) || !row.sheet.text("return").is_empty() {
            return None;
        }
        let id = &row.id;
        let why = Texts::new(
            format!("行 {id} の契約はあと{left}日で終わり、返却の予定が書かれていません。"),
            format!(
                "The contract of row {id} ends in {} and no return is planned.",
                count(left.unsigned_abs().into(), "day", "days")
            ),
            format!("Hợp đồng của dòng {id} kết thúc sau {left} ngày và chưa có kế hoạch hoàn trả."),
        );
        let label = Texts::new("返却の予定を書く", "Plan the return", "Lập kế hoạch hoàn trả");
        Some(flaw(row, Flaw::attention(why).lapses(after(ends, 1)), label))
    })
}

/// Counts the rows received with a contract that name it. At risk: the contract has ended and the row is still in use.
/// Broken: a row in use names no contract.
fn partner_contract(books: &Books, policy: &Policy) -> Tally {
    contracts(books, policy, "scope.partner-contract", |books, row| {
        let ended = contract_end(row).filter(|day| *day < books.as_of)?;
        let (id, days) = (&row.id, between(ended, books.as_of));
        let why = Texts::new(
            format!("行 {id} の契約は{days}日前に終わりましたが、行はまだ使用中です。"),
            format!(
                "The contract of row {id} ended {} ago and the row is still in use.",
                count(days.unsigned_abs().into(), "day", "days")
            ),
            format!("Hợp đồng của dòng {id} đã kết thúc cách đây {days} ngày mà dòng vẫn đang dùng."),
        );
        let label =
            Texts::new("行を終了するか期限を直す", "End the row or set its new end", "Kết thúc dòng hoặc sửa thời hạn");
        Some(flaw(row, Flaw::attention(why).since(after(ended, 1)), label))
    })
}

fn contracts(books: &Books, policy: &Policy, promise: &str, ending: fn(&Books, &RegisterRow) -> Option<Flaw>) -> Tally {
    let rows: Vec<&RegisterRow> = about(books, policy, promise).filter(|row| row.state == RowState::Active).collect();
    if rows.is_empty() {
        return none_of_them(books).map_or_else(Tally::default, Tally::nothing);
    }
    let named = |row: &&&RegisterRow| !row.sheet.text("entrusted-by").is_empty();
    let nameless = rows.iter().filter(|row| !named(row)).map(|row| {
        let id = &row.id;
        let why = Texts::new(
            format!("行 {id} に契約の相手・案件が書かれていません。"),
            format!("Row {id} names no client or contract."),
            format!("Dòng {id} chưa ghi khách hàng hoặc hợp đồng."),
        );
        let label = Texts::new("契約の相手を書く", "Enter the client and contract", "Ghi khách hàng và hợp đồng");
        flaw(row, Flaw::broken(why).since(books.day(row.changed_at)), label)
    });
    let ends = rows.iter().filter_map(|row| contract_end(row)).filter(|day| *day >= books.as_of).min();
    Tally::count(rows.iter().filter(named).count() as u64, rows.len() as u64)
        .newest(newest(books, rows.iter().copied()))
        .evidence(rows.iter().map(|row| shown(books, row)))
        .lapses(ends)
        .flaws(nameless)
        .flaws(rows.iter().filter_map(|row| ending(books, row)))
}

/// The day until which the row says it is used, when it is a day.
fn contract_end(row: &RegisterRow) -> Option<Date> {
    match policy::normal::date::read(row.sheet.text("use-until"), DateOrder::Unsettled) {
        Ok(policy::normal::Dated::Day(day)) => Some(day),
        _ => None,
    }
}

/// Counts the rows about people of business partners that have a notice and a retention term. At risk: one of the two is
/// missing. Broken: people are held under a row whose kind the notice does not name.
fn partner_people(books: &Books, policy: &Policy) -> Tally {
    let rows: Vec<&RegisterRow> = about(books, policy, "scope.partner-people").collect();
    if rows.is_empty() {
        return none_of_them(books).map_or_else(Tally::default, Tally::nothing);
    }
    let published = books.enacted().is_some_and(|e| books.published(e.digest).is_some());
    let named =
        |row: &RegisterRow| policy.kind(&row.kind).is_some_and(|kind| policy.clause_texts(&kind.category).is_some());
    let complete = |row: &&&RegisterRow| published && named(row) && policy.term(&row.term).is_some();
    let flaws = rows.iter().filter(|row| !complete(row)).map(|row| {
        if !named(row) {
            unnamed(row, holds(books.holding(&row.id)))
        } else if policy.term(&row.term).is_none() {
            termless(row)
        } else {
            unpublished(row, holds(books.holding(&row.id)))
        }
    });
    Tally::count(rows.iter().filter(complete).count() as u64, rows.len() as u64)
        .newest(newest(books, rows.iter().copied()))
        .evidence(rows.iter().map(|row| shown(books, row)))
        .flaws(flaws)
}

fn unnamed(row: &RegisterRow, holds: bool) -> Flaw {
    let id = &row.id;
    let why = Texts::new(
        format!("行 {id} の本人の種類は、方針に書かれていません。"),
        format!("The notice does not name the kind of people of row {id}."),
        format!("Thông báo không nêu loại chủ thể của dòng {id}."),
    );
    let worst = if holds { Flaw::broken(why) } else { Flaw::attention(why) };
    flaw(row, worst, Texts::new("公表した区分を選ぶ", "Give the row a published kind", "Chọn loại đã công bố"))
}

fn termless(row: &RegisterRow) -> Flaw {
    let id = &row.id;
    let why = Texts::new(
        format!("行 {id} の保管期間が有効な方針にありません。"),
        format!("The retention term of row {id} is not in the policy in force."),
        format!("Thời hạn lưu giữ của dòng {id} không có trong chính sách hiện hành."),
    );
    flaw(row, Flaw::attention(why), Texts::new("保管期間を選ぶ", "Choose a retention term", "Chọn thời hạn lưu giữ"))
}

fn unpublished(row: &RegisterRow, holds: bool) -> Flaw {
    let id = &row.id;
    let why = Texts::new(
        format!("行 {id} の本人に示す方針が、公表されたという記録がありません。"),
        format!("There is no record that the notice to the people of row {id} was published."),
        format!("Chưa có hồ sơ cho thấy thông báo cho chủ thể ở dòng {id} đã được công bố."),
    );
    let worst = if holds { Flaw::unproven(why) } else { Flaw::attention(why) };
    worst.next(Texts::new("方針を公表する", "Publish the notice", "Công bố thông báo"), "/notice/ja")
}

/// Counts the rows of other information that record both the notice and the approval. At risk: a draft lacks one of them.
/// Broken: people are held under a row in use that lacks one.
fn other_approved(books: &Books, policy: &Policy) -> Tally {
    let rows: Vec<&RegisterRow> = about(books, policy, "scope.other-approved").collect();
    if rows.is_empty() {
        return none_of_them(books).map_or_else(Tally::default, Tally::nothing);
    }
    let both = |row: &RegisterRow| !row.sheet.text("shown").is_empty() && !row.sheet.text("consent").is_empty();
    let lacking = rows.iter().filter(|row| !both(row)).map(|row| {
        let id = &row.id;
        let why = Texts::new(
            format!("行 {id} に、通知又は同意の記録がありません。"),
            format!("Row {id} lacks the record of the notice or of the approval."),
            format!("Dòng {id} thiếu hồ sơ thông báo hoặc sự đồng ý."),
        );
        let used = row.state == RowState::Active && holds(books.holding(id));
        let worst = if used { Flaw::broken(why).since(books.day(row.changed_at)) } else { Flaw::attention(why) };
        let label =
            Texts::new("通知と同意を記録する", "Record the notice and the approval", "Ghi thông báo và sự đồng ý");
        flaw(row, worst, label)
    });
    Tally::count(rows.iter().filter(|row| both(row)).count() as u64, rows.len() as u64)
        .newest(newest(books, rows.iter().copied()))
        .evidence(rows.iter().map(|row| shown(books, row)))
        .flaws(lacking)
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
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::Standing::{Attention, Broken, Kept, NothingToProve, Unproven};
    use super::super::fixture::{case, check, day, due, found, hold, in_force, of, put};
    use super::*;
    use crate::register::CellStanding;

    fn element(row: &mut RegisterRow, id: &str) {
        row.elements.insert(id.parse().unwrap());
    }

    fn entrusted(books: &mut Books, ends: &str, client: &str) {
        put(books, "r-1", |row| {
            of(row, "entrusted-subject", "entrusted.process", "entrusted.end");
            row.sheet.set("use-until", ends, CellStanding::Confirmed);
            row.sheet.set("entrusted-by", client, CellStanding::Confirmed);
        });
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
    fn entrusted_rows_name_their_client_and_plan_their_return() {
        check(
            "scope.partner-entrusted",
            &[
                case("an empty register", |_| (), Unproven, 0, 0),
                case("nothing entrusted", |b| put(b, "r-1", |_| ()), NothingToProve, 0, 0),
                case("a client and a far end", |b| entrusted(b, "2027-03-31", "Aoba Bank"), Kept, 1, 1),
                case(
                    "ends in 30 days, no return planned",
                    |b| entrusted(b, "2026-12-20", "Aoba Bank"),
                    Attention,
                    1,
                    1,
                ),
                case(
                    "ends in 30 days, return planned",
                    |b| {
                        entrusted(b, "2026-12-20", "Aoba Bank");
                        b.rows[0].sheet.set("return", "by courier", CellStanding::Confirmed);
                    },
                    Kept,
                    1,
                    1,
                ),
                case("no client", |b| entrusted(b, "2027-03-31", ""), Broken, 0, 1),
            ],
        );
        let finding = found("scope.partner-entrusted", |b| entrusted(b, "2026-12-08", "Aoba Bank"));
        assert_eq!(finding.whose.as_deref(), Some("Hoa"));
        assert_eq!(finding.lapses, Some(day("2026-12-09")));
        assert_eq!(finding.next.unwrap().href, "/register/r-1");
        assert_eq!(
            finding.why.unwrap().get(policy::Language::En),
            "The contract of row r-1 ends in 18 days and no return is planned."
        );
    }

    #[test]
    fn rows_received_with_a_contract_end_with_it() {
        fn contract(books: &mut Books, ends: &str, client: &str) {
            entrusted(books, ends, client);
            of(&mut books.rows[0], "signatory", "partner.business", "partner.contract");
        }
        check(
            "scope.partner-contract",
            &[
                case("an empty register", |_| (), Unproven, 0, 0),
                case("no such row", |b| put(b, "r-1", |_| ()), NothingToProve, 0, 0),
                case("under contract", |b| contract(b, "2027-03-31", "C-7"), Kept, 1, 1),
                case("no end written", |b| contract(b, "while it lasts", "C-7"), Kept, 1, 1),
                case("ended yesterday", |b| contract(b, "2026-11-19", "C-7"), Attention, 1, 1),
                case("no contract", |b| contract(b, "2027-03-31", ""), Broken, 0, 1),
            ],
        );
    }

    #[test]
    fn people_of_partners_have_a_notice_and_a_term() {
        fn visitors(books: &mut Books) {
            put(books, "r-1", |row| of(row, "visitor", "partner.reception", "partner.visit"));
        }
        check(
            "scope.partner-people",
            &[
                case("an empty register", |_| (), Unproven, 0, 0),
                case("no such row", |b| put(b, "r-1", |_| ()), NothingToProve, 0, 0),
                case("notice and term", visitors, Kept, 1, 1),
                case(
                    "a term nobody knows",
                    |b| (visitors(b), b.rows[0].term = "x".parse().unwrap()).1,
                    Attention,
                    0,
                    1,
                ),
                case("not published, nobody held", |b| (visitors(b), b.occasions.clear()).1, Attention, 0, 1),
                case(
                    "not published, people held",
                    |b| (visitors(b), b.occasions.clear(), hold(b, "r-1", 3)).2,
                    Unproven,
                    0,
                    1,
                ),
            ],
        );
    }

    #[test]
    fn other_information_has_its_notice_and_approval() {
        fn subscribers(books: &mut Books, consent: &str) {
            put(books, "r-1", |row| {
                of(row, "subscriber", "partner.newsletter", "partner.newsletter");
                row.sheet.set("consent", consent, CellStanding::Confirmed);
            });
        }
        check(
            "scope.other-approved",
            &[
                case("an empty register", |_| (), Unproven, 0, 0),
                case("no such row", |b| put(b, "r-1", |_| ()), NothingToProve, 0, 0),
                case("both on record", |b| subscribers(b, "form 3"), Kept, 1, 1),
                case("no approval, nobody held", |b| subscribers(b, ""), Attention, 0, 1),
                case("no approval, people held", |b| (subscribers(b, ""), hold(b, "r-1", 5)).1, Broken, 0, 1),
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
