//! Watches of the organisation: the ledger, who answers, meetings, reviews, and the published policy itself.

use super::Watch;
use super::books::{Account, Books};
use super::finding::Evidence;
use super::rows::{count, flaw, shown};
use super::tally::{Flaw, Tally};
use crate::days::{after, between, months_after};
use crate::occasion::{Occasion, OccasionKind};
use crate::register::RegisterRow;
use jiff::civil::Date;
use policy::{Language, Policy, Rhythm, Role, Texts};

pub(super) const WATCHES: &[(&str, Watch)] = &[
    ("org.ledger", ledger),
    ("org.manager", manager),
    ("org.meetings", meetings),
    ("org.management-review", management_review),
];

/// Days since its last review after which a row is at risk, and after which it is broken (JIS Q 15001 A.3.3.1: at least yearly).
pub(super) const REVIEW_RISK_DAYS: i32 = 335;
pub(super) const REVIEW_BROKEN_DAYS: i32 = 365;

/// Counts the rows in use that were reviewed within 365 days and have every mandatory column. At risk: a review is older than 335
/// days. Broken: one is older than 365 days, or a mandatory column of a row in use is empty.
fn ledger(books: &Books, _: &Policy) -> Tally {
    let rows: Vec<&RegisterRow> = books.active_rows().collect();
    let good = |row: &&&RegisterRow| age(books, row) <= REVIEW_BROKEN_DAYS && row.empty_columns().next().is_none();
    let newest = rows.iter().map(|row| books.day(row.reviewed_at)).max();
    let oldest = rows.iter().map(|row| books.day(row.reviewed_at)).min();
    let mut recent = rows.clone();
    recent.sort_by_key(|row| std::cmp::Reverse(row.reviewed_at));
    Tally::count(rows.iter().filter(good).count() as u64, rows.len() as u64)
        .newest(newest)
        .lapses(oldest.map(|day| after(day, REVIEW_RISK_DAYS + 1)))
        .evidence(recent.iter().take(5).map(|row| shown(books, row)))
        .flaws(rows.iter().filter_map(|row| unreviewed(books, row)))
        .flaws(rows.iter().filter_map(|row| incomplete(books, row)))
}

/// Days since the row was last reviewed.
pub(super) fn age(books: &Books, row: &RegisterRow) -> i32 {
    between(books.day(row.reviewed_at), books.as_of)
}

/// A row whose yearly review is due within 30 days or overdue.
fn unreviewed(books: &Books, row: &RegisterRow) -> Option<Flaw> {
    let (id, days, reviewed) = (&row.id, age(books, row), books.day(row.reviewed_at));
    if days <= REVIEW_RISK_DAYS {
        return None;
    }
    let label = Texts::new(format!("行 {id} を見直す"), format!("Review row {id}"), format!("Rà soát dòng {id}"));
    let lapses = after(reviewed, REVIEW_BROKEN_DAYS + 1);
    if days > REVIEW_BROKEN_DAYS {
        let why = Texts::new(
            format!("行 {id} の最終見直しから{days}日たち、1年の期限を過ぎました。"),
            format!("Row {id} was last reviewed {days} days ago; the yearly review has lapsed."),
            format!("Dòng {id} được rà soát lần cuối cách đây {days} ngày; đã quá hạn một năm."),
        );
        return Some(flaw(row, Flaw::broken(why).since(lapses), label));
    }
    let left = between(books.as_of, lapses);
    let why = Texts::new(
        format!("行 {id} の最終見直しから{days}日たちました。あと{left}日で期限が切れます。"),
        format!(
            "Row {id} was last reviewed {days} days ago; the review lapses in {}.",
            count(left.unsigned_abs().into(), "day", "days")
        ),
        format!("Dòng {id} được rà soát lần cuối cách đây {days} ngày; còn {left} ngày là hết hạn."),
    );
    Some(flaw(row, Flaw::attention(why).since(after(reviewed, REVIEW_RISK_DAYS + 1)).lapses(lapses), label))
}

fn incomplete(books: &Books, row: &RegisterRow) -> Option<Flaw> {
    let id = &row.id;
    let column = row.empty_columns().next()?;
    let more = row.empty_columns().count().saturating_sub(1);
    let name = |language| {
        let label = column.label(language);
        if more == 0 { label.to_owned() } else { format!("{label} (+{more})") }
    };
    let why = Texts::new(
        format!("使用中の行 {id} の必須列「{}」が空です。", name(Language::Ja)),
        format!("Row {id} is in use and its mandatory column “{}” is empty.", name(Language::En)),
        format!("Dòng {id} đang dùng nhưng cột bắt buộc “{}” còn trống.", name(Language::Vi)),
    );
    let label = Texts::new(format!("行 {id} を埋める"), format!("Fill in row {id}"), format!("Điền dòng {id}"));
    Some(flaw(row, Flaw::broken(why).since(books.day(row.changed_at)), label))
}

/// Counts the two roles that must be filled by different people: the privacy officer and the auditor. At risk: an appointment
/// ends within 30 days. Broken: a role is vacant, or one person is both.
fn manager(books: &Books, _: &Policy) -> Tally {
    let holders = |role| books.holders(role).collect::<Vec<_>>();
    let (officers, auditors) = (holders(Role::Officer), holders(Role::Auditor));
    let filled = [&officers, &auditors].iter().filter(|some| !some.is_empty()).count() as u64;
    let apart = auditors.iter().any(|a| officers.iter().all(|o| o.name != a.name));
    let both = filled == 2 && !apart;
    let label = Texts::new("任命を記録する", "Record the appointment", "Ghi nhận việc bổ nhiệm");
    let vacant = [(Role::Officer, &officers), (Role::Auditor, &auditors)].into_iter().find(|(_, some)| some.is_empty());
    let vacancy = vacant.map(|(role, _)| {
        let [ja, en, vi] = role.labels();
        let why = Texts::new(
            format!("{ja}が空席です。"),
            format!("The role of the {en} is vacant."),
            format!("Vị trí {vi} đang trống."),
        );
        let since = books.accounts.iter().filter(|a| a.role == role).filter_map(|a| a.ends).max();
        Flaw::broken(why).since(since).next(label.clone(), "/accounts")
    });
    let same = both.then(|| {
        let why = Texts::new(
            "個人情報保護管理者と個人情報保護監査責任者が同じ人です。",
            "The privacy officer and the auditor are the same person.",
            "Người phụ trách bảo vệ dữ liệu cá nhân và người phụ trách kiểm toán là cùng một người.",
        );
        Flaw::broken(why).next(label.clone(), "/accounts")
    });
    let shown = |account: &&Account| Evidence {
        entry: account.entry,
        on: account.granted,
        text: Texts::new(
            format!("{}（{}）の任命", account.name, account.role),
            format!("{} was appointed ({})", account.name, account.role),
            format!("Bổ nhiệm {} ({})", account.name, account.role),
        ),
    };
    let all = || officers.iter().chain(&auditors);
    // A role ends when its last holder's appointment does.
    let last_end =
        |some: &[&Account]| some.iter().map(|a| a.ends.unwrap_or(Date::MAX)).max().filter(|day| *day < Date::MAX);
    let ends = last_end(&officers).into_iter().chain(last_end(&auditors)).min();
    Tally::count(if both { 1 } else { filled }, 2)
        .newest(all().map(|a| a.granted).max())
        .lapses(ends.map(|day| after(day, -30)))
        .evidence(all().map(shown))
        .flaw(vacancy)
        .flaw(same)
        .flaw(ends.filter(|day| between(books.as_of, *day) <= 30).map(|day| ending(books, day)))
}

fn ending(books: &Books, day: Date) -> Flaw {
    let left = between(books.as_of, day);
    let why = Texts::new(
        format!("任命があと{left}日で終わります。"),
        format!("An appointment ends in {}.", count(left.unsigned_abs().into(), "day", "days")),
        format!("Một bổ nhiệm sẽ kết thúc sau {left} ngày."),
    );
    Flaw::attention(why)
        .lapses(day)
        .next(Texts::new("任命を延長する", "Extend the appointment", "Gia hạn bổ nhiệm"), "/accounts")
}

/// Counts the meetings of the last 12 months, of those and the ones missed since the last. At risk: one was not held within 7 days of its
/// date. Broken: none was held for two periods.
fn meetings(books: &Books, _: &Policy) -> Tally {
    let months = match books.rhythm("org.meetings") {
        Some(Rhythm::Months(months)) => i32::from(months),
        Some(Rhythm::PerYear(times)) => (12 / i32::from(times.max(1))).max(1),
        _ => 1,
    };
    let label =
        Texts::new("会議を開いて議事録を記録する", "Hold the meeting and record its minutes", "Họp và ghi biên bản");
    rhythm(books, OccasionKind::Meeting, months, 7, label)
}

/// Counts the management reviews of the last 12 months. At risk: the last is more than 11 months old. Broken: it is more than 12
/// months old, or an action it decided is 60 days overdue.
fn management_review(books: &Books, _: &Policy) -> Tally {
    let label = Texts::new(
        "レビューを行い議事録を記録する",
        "Hold the review and record its minutes",
        "Tổ chức xem xét và ghi biên bản",
    );
    let Some(last) = books.occasions(OccasionKind::ManagementReview).next() else {
        return Tally::default().flaw(never(label));
    };
    let on = books.day(last.at);
    let overdue = books.occasions(OccasionKind::ManagementReview).find_map(|o| {
        let due =
            o.due_at.map(|due| books.day(due)).filter(|due| books.is_open(o) && between(*due, books.as_of) > 60)?;
        let days = between(due, books.as_of);
        let why = Texts::new(
            format!("レビューで決めた処置が{days}日遅れています。"),
            format!("An action the review decided is {days} days overdue."),
            format!("Hành động do buổi xem xét quyết định đã trễ {days} ngày."),
        );
        Some(Flaw::broken(why).since(after(due, 61)).next(label.clone(), "/records"))
    });
    let (risk, broken) = (months_after(on, 11), months_after(on, 12));
    let stale = (books.as_of > risk).then(|| {
        let days = between(on, books.as_of);
        let why = Texts::new(
            format!("前回のマネジメントレビューから{days}日たちました。"),
            format!("The last management review was {days} days ago."),
            format!("Lần xem xét của lãnh đạo gần nhất cách đây {days} ngày."),
        );
        let worst = if books.as_of > broken {
            Flaw::broken(why).since(after(broken, 1))
        } else {
            Flaw::attention(why).since(after(risk, 1)).lapses(after(broken, 1))
        };
        worst.next(label.clone(), "/records")
    });
    let held = u64::from(books.as_of <= broken);
    Tally::count(held, 1).newest(on).lapses(after(risk, 1)).evidence([occasion(books, last)]).flaw(stale).flaw(overdue)
}

/// Something held every so many months, with some days of grace.
fn rhythm(books: &Books, kind: OccasionKind, months: i32, grace: i32, label: Texts) -> Tally {
    let Some(last) = books.occasions(kind).next() else { return Tally::default().flaw(never(label)) };
    let on = books.day(last.at);
    let due = after(months_after(on, months), grace);
    let broken = months_after(on, months * 2);
    let year = months_after(books.as_of, -12);
    let held = books.occasions(kind).filter(|o| books.day(o.at) > year).count() as u64;
    let late = (books.as_of > due).then(|| {
        let days = between(on, books.as_of);
        let why = Texts::new(
            format!("前回から{days}日たち、次の回が開かれていません。"),
            format!("The last one was {days} days ago and the next was not held."),
            format!("Lần gần nhất cách đây {days} ngày và lần tiếp theo chưa được tổ chức."),
        );
        let worst = if books.as_of > broken {
            Flaw::broken(why).since(after(broken, 1))
        } else {
            Flaw::attention(why).since(after(due, 1)).lapses(after(broken, 1))
        };
        worst.next(label, "/records")
    });
    let missed = (1..).take_while(|n| after(months_after(on, n * months), grace) < books.as_of).count() as u64;
    Tally::count(held, held + missed)
        .newest(on)
        .lapses(after(due, 1))
        .evidence(books.occasions(kind).take(5).map(|o| occasion(books, o)))
        .flaw(late)
}

fn never(label: Texts) -> Flaw {
    let why = Texts::new("まだ1回も記録がありません。", "None is on record yet.", "Chưa có lần nào được ghi nhận.");
    Flaw::unproven(why).next(label, "/records")
}

/// An occasion as evidence.
pub(super) fn occasion(books: &Books, occasion: &Occasion) -> Evidence {
    Evidence { entry: occasion.entry, on: books.day(occasion.at), text: occasion.kind.label() }
}

#[cfg(test)]
mod tests {
    use super::super::Standing::{Attention, Broken, Exception, Kept, Unproven};
    use super::super::fixture::{account, ask, at, case, check, day, found, note, put, until};
    use super::*;
    use crate::register::CellStanding;
    use policy::RowState;

    fn reviewed(books: &mut Books, on: &str) {
        put(books, "r-1", |row| row.reviewed_at = at(on));
    }

    #[test]
    fn rows_are_reviewed_every_year_and_complete() {
        check(
            "org.ledger",
            &[
                case("an empty register", |_| (), Unproven, 0, 0),
                case("335 days", |b| reviewed(b, "2025-12-20"), Kept, 1, 1),
                case("336 days", |b| reviewed(b, "2025-12-19"), Attention, 1, 1),
                case("365 days", |b| reviewed(b, "2025-11-20"), Attention, 1, 1),
                case("366 days", |b| reviewed(b, "2025-11-19"), Broken, 0, 1),
                case(
                    "a mandatory column is empty",
                    |b| put(b, "r-1", |r| r.sheet.set("place", "", CellStanding::Confirmed)),
                    Broken,
                    0,
                    1,
                ),
                case(
                    "an empty number, and people held",
                    |b| {
                        put(b, "r-1", |r| {
                            r.people = 3;
                            r.sheet.set("count", "", CellStanding::Confirmed);
                        })
                    },
                    Kept,
                    1,
                    1,
                ),
                case(
                    "drafts wait",
                    |b| {
                        put(b, "r-1", |_| ());
                        put(b, "r-2", |r| (r.state = RowState::Draft, r.sheet.0.clear()).1);
                    },
                    Kept,
                    1,
                    1,
                ),
                case(
                    "one good, one late",
                    |b| (reviewed(b, "2026-10-01"), put(b, "r-2", |r| r.reviewed_at = at("2025-10-01"))).1,
                    Broken,
                    1,
                    2,
                ),
            ],
        );
        let finding = found("org.ledger", |b| reviewed(b, "2025-12-03"));
        let why = finding.why.unwrap();
        assert_eq!(why.get(Language::En), "Row r-1 was last reviewed 352 days ago; the review lapses in 14 days.");
        assert_eq!(why.get(Language::Ja), "行 r-1 の最終見直しから352日たちました。あと14日で期限が切れます。");
        assert_eq!((finding.lapses, finding.whose.as_deref()), (Some(day("2026-12-04")), Some("Hoa")));
        assert_eq!(finding.next.unwrap().href, "/register/r-1");
        // Of two late rows, the one that has been late longest is told.
        let finding = found("org.ledger", |b| {
            reviewed(b, "2025-10-01");
            put(b, "r-2", |r| r.reviewed_at = at("2025-09-01"));
        });
        assert_eq!(finding.since, Some(day("2026-09-02")));
        assert!(finding.next.unwrap().href.ends_with("r-2"));
    }

    #[test]
    fn an_approved_exception_stands_in_until_it_ends() {
        for (ends, standing) in [("2026-11-20", Exception), ("2026-11-19", Broken)] {
            let finding = found("org.ledger", |b| {
                reviewed(b, "2025-10-01");
                ask(b, OccasionKind::Exception, "org.ledger", "2026-11-01", None);
                until(b, ends);
            });
            assert_eq!(finding.standing, standing, "ends on {ends}");
        }
        // It excuses its own promise, and nothing that is kept.
        let other = found("gap.accuracy", |b| {
            reviewed(b, "2025-10-01");
            ask(b, OccasionKind::Exception, "org.ledger", "2026-11-01", None);
            until(b, "2026-12-31");
        });
        assert_eq!(other.standing, Unproven);
        let kept = found("org.ledger", |b| {
            reviewed(b, "2026-10-01");
            ask(b, OccasionKind::Exception, "org.ledger", "2026-11-01", None);
            until(b, "2026-12-31");
        });
        assert_eq!(kept.standing, Kept);
    }

    #[test]
    fn the_two_roles_are_filled_by_two_people() {
        fn without(books: &mut Books, role: Role) {
            books.accounts.retain(|a| a.role != role);
        }
        fn ends(books: &mut Books, role: Role, on: &str) {
            for account in books.accounts.iter_mut().filter(|a| a.role == role) {
                (account.ends, account.until) = (Some(day(on)), Some(at(on)));
            }
        }
        check(
            "org.manager",
            &[
                case("both", |_| (), Kept, 2, 2),
                case("no auditor", |b| without(b, Role::Auditor), Broken, 1, 2),
                case("nobody", |b| b.accounts.clear(), Broken, 0, 2),
                case(
                    "one person is both",
                    |b| {
                        b.accounts.iter_mut().filter(|a| a.role == Role::Auditor).for_each(|a| a.name = "Mori".into());
                    },
                    Broken,
                    1,
                    2,
                ),
                case("ends in 30 days", |b| ends(b, Role::Officer, "2026-12-20"), Attention, 2, 2),
                case("ends in 31 days", |b| ends(b, Role::Officer, "2026-12-21"), Kept, 2, 2),
                case("ends today", |b| ends(b, Role::Officer, "2026-11-20"), Broken, 1, 2),
                case(
                    "a second officer stays",
                    |b| {
                        ends(b, Role::Officer, "2026-12-01");
                        b.accounts
                            .push(super::super::books::Account { name: "Deputy".into(), ..account(Role::Officer) });
                    },
                    Kept,
                    2,
                    2,
                ),
            ],
        );
    }

    #[test]
    fn meetings_are_held_in_their_rhythm() {
        fn met(books: &mut Books, days: &[&str]) {
            days.iter().for_each(|on| note(books, OccasionKind::Meeting, "security meeting", "", on));
        }
        check(
            "org.meetings",
            &[
                case("never", |_| (), Unproven, 0, 0),
                case("every month", |b| met(b, &["2026-09-10", "2026-10-10", "2026-11-10"]), Kept, 3, 3),
                case("a month and a week ago", |b| met(b, &["2026-09-13", "2026-10-13"]), Kept, 2, 2),
                case("a day longer", |b| met(b, &["2026-09-12", "2026-10-12"]), Attention, 2, 3),
                case("more than two months ago", |b| met(b, &["2026-09-19"]), Broken, 1, 2),
            ],
        );
    }

    #[test]
    fn management_reviews_every_year() {
        fn held(books: &mut Books, on: &str) {
            note(books, OccasionKind::ManagementReview, "FY2026", "", on);
        }
        check(
            "org.management-review",
            &[
                case("never", |_| (), Unproven, 0, 0),
                case("11 months ago to the day", |b| held(b, "2025-12-20"), Kept, 1, 1),
                case("more than 11 months ago", |b| held(b, "2025-12-19"), Attention, 1, 1),
                case("more than 12 months ago", |b| held(b, "2025-11-19"), Broken, 0, 1),
                case(
                    "a decided action 60 days overdue",
                    |b| {
                        ask(b, OccasionKind::ManagementReview, "FY2026", "2026-06-01", None);
                        until(b, "2026-09-21");
                    },
                    Kept,
                    1,
                    1,
                ),
                case(
                    "a decided action 61 days overdue",
                    |b| {
                        ask(b, OccasionKind::ManagementReview, "FY2026", "2026-06-01", None);
                        until(b, "2026-09-20");
                    },
                    Broken,
                    1,
                    1,
                ),
            ],
        );
    }
}
