//! Watches of what comes from and about business partners.

use crate::days::{after, between};
use crate::register::RegisterRow;
use crate::watch::Watch;
use crate::watch::books::Books;
use crate::watch::rows::{about, count, flaw, holds, newest, none_of_them, shown};
use crate::watch::tally::{Flaw, Tally};
use jiff::civil::Date;
use policy::normal::{DateOrder, Dated};
use policy::{Policy, RowState, Texts};

pub(in crate::watch) const WATCHES: &[(&str, Watch)] = &[
    ("scope.partner-entrusted", partner_entrusted),
    ("scope.partner-contract", partner_contract),
    ("scope.partner-people", partner_people),
    ("scope.other-approved", other_approved),
];

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
        Ok(Dated::Day(day)) => Some(day),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::CellStanding;
    use crate::watch::Standing::{Attention, Broken, Kept, NothingToProve, Unproven};
    use crate::watch::fixture::{case, check, day, found, hold, of, put};

    fn entrusted(books: &mut Books, ends: &str, client: &str) {
        put(books, "r-1", |row| {
            of(row, "entrusted-subject", "entrusted.process", "entrusted.end");
            row.sheet.set("use-until", ends, CellStanding::Confirmed);
            row.sheet.set("entrusted-by", client, CellStanding::Confirmed);
        });
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
}
