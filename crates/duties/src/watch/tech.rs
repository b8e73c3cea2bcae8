//! Watches of access and logs.

use super::Watch;
use super::books::{Account, Books, Group, Unmatched};
use super::finding::Evidence;
use super::rows::count;
use super::tally::{Flaw, Tally};
use crate::days::{after, between, months_after};
use jiff::civil::Date;
use ledger::EntryKind;
use policy::{Policy, Rhythm, Texts};
use std::collections::BTreeMap;

pub(super) const WATCHES: &[(&str, Watch)] = &[
    ("tech.authenticate", authenticate),
    ("tech.min-access", min_access),
    ("tech.access-control", access_control),
    ("tech.by-role", by_role),
    ("tech.logs-kept", logs_kept),
    ("tech.logs-reconciled", logs_reconciled),
];

/// Counts the open accounts that are one person's. Every account signs in by a password of its own, and every use names its
/// account. At risk: two open accounts bear one name, as a shared one would. Broken: a use took place with no account.
fn authenticate(books: &Books, _: &Policy) -> Tally {
    let accounts: Vec<&Account> = books.open_accounts().collect();
    let mut names: BTreeMap<(&str, policy::Role), usize> = BTreeMap::new();
    for account in &accounts {
        *names.entry((&account.name, account.role)).or_default() += 1;
    }
    let own = |a: &&&Account| names.get(&(a.name.as_str(), a.role)).is_some_and(|n| *n == 1);
    let shared = names.iter().find(|(_, n)| **n > 1).map(|((name, _), n)| {
        let why = Texts::new(
            format!("「{name}」という名前の有効なアカウントが{n}つあります。"),
            format!("{n} open accounts bear the name {name}."),
            format!("Có {n} tài khoản đang mở cùng tên {name}."),
        );
        let label = Texts::new("アカウントを一人一つにする", "Give each person one account", "Mỗi người một tài khoản");
        Flaw::attention(why).next(label, "/accounts")
    });
    let nameless = books.uses().find(|g| g.actor.is_none()).map(|g| {
        let n = g.count;
        let why = Texts::new(
            format!("誰のアカウントか分からない利用が{n}回あります。"),
            format!("{} no account.", count(n, "use names", "uses name")),
            format!("Có {n} lần sử dụng không ghi tài khoản."),
        );
        let label = Texts::new("利用の記録を確かめる", "Look into the use", "Kiểm tra lần sử dụng");
        Flaw::broken(why).since(books.day(g.first)).next(label, format!("/records/{}", g.newest))
    });
    let signed_in = books.newest(EntryKind::SignedIn);
    let unused = (signed_in.is_none() && !accounts.is_empty()).then(|| {
        let why =
            Texts::new("サインインの記録がまだありません。", "Nobody has signed in yet.", "Chưa có ai đăng nhập.");
        let label = Texts::new("サインインする", "Sign in", "Đăng nhập");
        Flaw::unproven(why).next(label, "/accounts")
    });
    let text = Texts::new("サインイン", "Signed in", "Đăng nhập");
    Tally::count(accounts.iter().filter(own).count() as u64, accounts.len() as u64)
        .newest(signed_in.map(|(_, on)| on))
        .evidence(signed_in.map(|(entry, on)| Evidence { entry, on, text }))
        .flaw(shared)
        .flaw(nameless)
        .flaw(unused)
}

/// A review of accounts is due every 6 months, is announced 14 days before, and may be 30 days late.
const REVIEW_DAYS: i32 = 180;
const ANNOUNCED_DAYS: i32 = 14;
const LATE_DAYS: i32 = 30;

/// Counts the open accounts that have a reason and were confirmed within 180 days. At risk: the confirmation is due within 14
/// days, or overdue. Broken: an account has no reason, or the confirmation is 30 days overdue.
fn min_access(books: &Books, _: &Policy) -> Tally {
    let accounts: Vec<&Account> = books.open_accounts().collect();
    let review = books.newest(EntryKind::AccessReviewed);
    let confirmed = |a: &Account| review.map_or(a.granted, |(_, day)| day.max(a.granted));
    let good = |a: &&&Account| a.has_reason && between(confirmed(a), books.as_of) <= REVIEW_DAYS;
    let label = || Texts::new("アカウントを確認する", "Review the accounts", "Rà soát tài khoản");
    let groundless = accounts.iter().find(|a| !a.has_reason).map(|a| {
        let name = &a.name;
        let why = Texts::new(
            format!("{name}のアカウントに付与の理由がありません。"),
            format!("The account of {name} has no reason on record."),
            format!("Tài khoản của {name} không ghi lý do."),
        );
        Flaw::broken(why).since(a.granted).next(label(), "/accounts")
    });
    let oldest = accounts.iter().map(|a| confirmed(a)).min();
    let text = Texts::new("アカウントの確認", "Accounts were reviewed", "Rà soát tài khoản");
    Tally::count(accounts.iter().filter(good).count() as u64, accounts.len() as u64)
        .newest(accounts.iter().map(|a| confirmed(a)).max())
        .lapses(oldest.map(|day| after(day, REVIEW_DAYS - ANNOUNCED_DAYS)))
        .evidence(review.map(|(entry, on)| Evidence { entry, on, text }))
        .flaw(groundless)
        .flaw(oldest.and_then(|day| review_due(books, day, label())))
}

fn review_due(books: &Books, confirmed: Date, label: Texts) -> Option<Flaw> {
    let days = between(confirmed, books.as_of);
    if days < REVIEW_DAYS - ANNOUNCED_DAYS {
        return None;
    }
    let broken = after(confirmed, REVIEW_DAYS + LATE_DAYS + 1);
    let why = Texts::new(
        format!("アカウントの確認から{days}日たちました。6か月に1度行います。"),
        format!("The accounts were last confirmed {days} days ago; it is due every 6 months."),
        format!("Tài khoản được xác nhận lần cuối cách đây {days} ngày; cần làm 6 tháng một lần."),
    );
    let worst = if books.as_of >= broken {
        Flaw::broken(why).since(broken)
    } else {
        Flaw::attention(why).since(after(confirmed, REVIEW_DAYS - ANNOUNCED_DAYS)).lapses(broken)
    };
    Some(worst.next(label, "/accounts"))
}

/// Counts the uses made while their account was open. Everything else is denied by default, and each denial is an entry.
/// Broken: a use took place before an account was given or after it was taken back.
fn access_control(books: &Books, _: &Policy) -> Tally {
    let inside = |g: &Group| {
        g.actor.and_then(|id| books.account(id)).is_some_and(|account| {
            account.granted <= books.day(g.first) && account.until.is_none_or(|until| g.last <= until)
        })
    };
    held_against(books, &inside, |books, group| {
        let who = name(books, group);
        let why = Texts::new(
            format!("{who}が、アカウントのない時に利用しています。"),
            format!("{who} used information while holding no account."),
            format!("{who} đã sử dụng dữ liệu khi không có tài khoản."),
        );
        let label = Texts::new("権限の差を正す", "Correct the difference", "Sửa chênh lệch quyền");
        Flaw::broken(why).since(books.day(group.last)).next(label, "/accounts")
    })
}

/// Counts the uses made by a role that the purpose names. Broken: one was made by another role.
fn by_role(books: &Books, policy: &Policy) -> Tally {
    // A purpose that a later version dropped is read from the newest version that had it.
    let purpose = |g: &Group| {
        let id = g.purpose.as_ref()?;
        policy.purpose(id).or_else(|| books.versions.iter().rev().find_map(|v| v.policy.purpose(id)))
    };
    let fits = |g: &Group| {
        let role = g.actor.and_then(|id| books.account(id)).map(|account| account.role);
        purpose(g).zip(role).is_some_and(|(purpose, role)| purpose.roles.contains(&role))
    };
    held_against(books, &fits, |books, group| {
        let who = name(books, group);
        let purpose = group.purpose.as_ref().map_or("-", |p| p.as_str());
        let why = Texts::new(
            format!("{who}が、役割にない目的（{purpose}）で利用しています。"),
            format!("{who} used information for {purpose}, which is not for that role."),
            format!("{who} đã sử dụng dữ liệu cho {purpose} không thuộc vai trò của mình."),
        );
        let label = Texts::new("権限を見直す", "Re-evaluate the grants", "Đánh giá lại quyền");
        Flaw::broken(why).since(books.day(group.first)).next(label, "/accounts")
    })
}

fn held_against(books: &Books, fits: &dyn Fn(&Group) -> bool, flaw: fn(&Books, &Group) -> Flaw) -> Tally {
    let uses: Vec<&Group> = books.uses().collect();
    let of: u64 = uses.iter().map(|g| g.count).sum();
    if of == 0 {
        return Tally::nothing(Texts::new(
            "利用はまだ1回もありません。",
            "No use has taken place yet.",
            "Chưa có lần sử dụng nào.",
        ));
    }
    let good: u64 = uses.iter().filter(|g| fits(g)).map(|g| g.count).sum();
    let newest = uses.iter().max_by_key(|g| g.newest);
    let text = Texts::new("最新の利用", "The newest use", "Lần sử dụng mới nhất");
    Tally::count(good, of)
        .newest(newest.map(|g| books.day(g.last)))
        .evidence(newest.map(|g| Evidence { entry: g.newest, on: books.day(g.last), text }))
        .flaws(uses.iter().filter(|g| !fits(g)).map(|g| flaw(books, g)))
}

fn name(books: &Books, group: &Group) -> String {
    group.actor.and_then(|id| books.account(id)).map_or_else(|| "?".to_owned(), |account| account.name.clone())
}

/// Counts the entries that are there of those there should be. At risk: the newest signed checkpoint is more than a day older than
/// the newest entry. Broken: an entry is missing, or a verification failed. Unproven: no checkpoint was ever signed.
fn logs_kept(books: &Books, _: &Policy) -> Tally {
    let tree = books.tree;
    let verify = Texts::new("記録を検証する", "Verify the ledger", "Kiểm chứng sổ ghi chép");
    let missing = tree.should.saturating_sub(tree.there);
    let gap = (missing > 0).then(|| {
        let why = Texts::new(
            format!("記録{missing}件が失われています。"),
            format!("{} missing from the ledger.", count(missing, "entry is", "entries are")),
            format!("Sổ ghi chép thiếu {missing} mục."),
        );
        Flaw::broken(why).next(verify.clone(), "/records")
    });
    let signed = match (tree.checkpoint, tree.newest) {
        (None, Some(_)) => {
            let why = Texts::new(
                "署名された検証点がまだありません。",
                "No checkpoint has been signed yet.",
                "Chưa có điểm kiểm chứng nào được ký.",
            );
            Some(Flaw::unproven(why).next(verify.clone(), "/records"))
        }
        (Some((size, on)), Some(newest)) if size < tree.should && between(on, newest) > 1 => {
            let days = between(on, newest);
            let why = Texts::new(
                format!("最新の検証点は{days}日前のものです。"),
                format!("The newest checkpoint is {days} days older than the newest entry."),
                format!("Điểm kiểm chứng mới nhất cũ hơn mục mới nhất {days} ngày."),
            );
            Some(Flaw::attention(why).since(after(on, 2)).next(verify.clone(), "/records"))
        }
        _ => None,
    };
    let checks = books.probes("ledger").take(3).map(|o| super::org::occasion(books, o));
    Tally::count(tree.there.min(tree.should), tree.should)
        .newest(
            tree.checkpoint
                .map(|(_, on)| on)
                .max(books.probes("ledger").find(|o| o.outcome == "ok").map(|o| books.day(o.at))),
        )
        .evidence(checks)
        .flaw(gap)
        .flaw(signed)
        .flaw(super::org::failing(books, "ledger", 0))
}

/// Counts the openings of the last 31 days that an open work record of the same purpose and person allows, and asks for a sign-off
/// every period. At risk: an opening has stayed unmatched for 3 days, or the period's review is due. Broken: a period was signed off
/// with unmatched openings, or passed without a sign-off. Unproven: nobody has ever signed off.
fn logs_reconciled(books: &Books, _: &Policy) -> Tally {
    let matching = &books.matching;
    let ever = books.uses().map(|g| g.first).min().map(|at| books.day(at));
    let Some(ever) = ever else {
        return Tally::nothing(Texts::new(
            "利用はまだ1回もありません。",
            "No use has taken place yet.",
            "Chưa có lần sử dụng nào.",
        ));
    };
    let sign =
        Texts::new("照合を確認して署名する", "Review the match and sign it off", "Rà soát đối chiếu và xác nhận");
    let signed = books.newest(EntryKind::LogsReviewed);
    let period = |from: Date| match books.rhythm("tech.logs-reconciled") {
        Some(Rhythm::Days(days)) => after(from, i32::from(days)),
        Some(Rhythm::Months(months)) => months_after(from, i32::from(months)),
        _ => months_after(from, 1),
    };
    let last = signed.map_or(ever, |(_, on)| on);
    let (due, passed) = (period(last), period(period(last)));
    let review = if signed.is_none() {
        let why = Texts::new(
            "アクセスの記録の点検が、まだ1回もありません。",
            "The records of access were never signed off.",
            "Nhật ký truy cập chưa từng được rà soát.",
        );
        Some(Flaw::unproven(why).next(sign.clone(), "/records"))
    } else if books.as_of > due {
        let days = between(last, books.as_of);
        let why = Texts::new(
            format!("アクセスの記録の点検から{days}日たちました。"),
            format!("The records of access were last signed off {days} days ago."),
            format!("Nhật ký truy cập được xác nhận lần cuối cách đây {days} ngày."),
        );
        let worst = if books.as_of > passed {
            Flaw::broken(why).since(after(passed, 1))
        } else {
            Flaw::attention(why).since(after(due, 1)).lapses(after(passed, 1))
        };
        Some(worst.next(sign.clone(), "/records"))
    } else {
        None
    };
    let text = Texts::new("アクセス記録の点検", "Accesses were signed off", "Xác nhận nhật ký truy cập");
    let tally = Tally::count(matching.matched, matching.of)
        .newest(signed.map(|(_, on)| on))
        .lapses(after(due, 1))
        .evidence(signed.map(|(entry, on)| Evidence { entry, on, text }))
        .evidence(matching.unmatched.iter().take(5).map(unmatched_evidence))
        .flaws(matching.unmatched.iter().filter_map(|u| unmatched(books, u, signed.map(|(_, on)| on), &sign)))
        .flaw(review);
    if matching.of == 0 {
        return tally.or_nothing(Texts::new(
            "この31日間に利用はありません。",
            "No use in the last 31 days.",
            "Không có lần sử dụng nào trong 31 ngày qua.",
        ));
    }
    tally
}

fn unmatched_evidence(unmatched: &Unmatched) -> Evidence {
    let text = Texts::new("作業記録のない利用", "A use under no work record", "Sử dụng không có bản ghi công việc");
    Evidence { entry: unmatched.entry, on: unmatched.on, text }
}

fn unmatched(books: &Books, unmatched: &Unmatched, signed: Option<Date>, label: &Texts) -> Option<Flaw> {
    let days = between(unmatched.on, books.as_of);
    let closed_over = signed.is_some_and(|day| day > unmatched.on);
    let entry = unmatched.entry;
    let why = Texts::new(
        format!("記録{entry}の利用は、どの作業記録にも合いません。"),
        format!("The use of entry {entry} matches no work record."),
        format!("Lần sử dụng ở mục {entry} không khớp bản ghi công việc nào."),
    );
    let worst = if closed_over {
        Flaw::broken(why).since(signed)
    } else {
        // New ones have three days to be explained, and stand as attention meanwhile: the count is not whole.
        Flaw::attention(why).since(unmatched.on).lapses((days < 3).then(|| after(unmatched.on, 3)))
    };
    Some(worst.next(label.clone(), format!("/records/{entry}")))
}

#[cfg(test)]
mod tests {
    use super::super::Standing::{Attention, Broken, Kept, NothingToProve, Unproven};
    use super::super::books::{Matching, Tree};
    use super::super::fixture::{account, actor, at, case, check, day, done, found, note};
    use super::*;
    use crate::occasion::OccasionKind;
    use policy::Role;

    fn sign_in(books: &mut Books) {
        done(books, EntryKind::SignedIn, "", Role::Handler, 5, "2026-11-19");
    }

    fn used(books: &mut Books, role: Role, purpose: &str, count: u64, on: &str) {
        done(books, EntryKind::Revealed, purpose, role, count, on);
    }

    #[test]
    fn everybody_signs_in_as_themselves() {
        check(
            "tech.authenticate",
            &[
                case("no accounts", |b| b.accounts.clear(), Unproven, 0, 0),
                case("nobody has signed in", |_| (), Unproven, 4, 4),
                case("four people", sign_in, Kept, 4, 4),
                case(
                    "two accounts of one name",
                    |b| {
                        sign_in(b);
                        b.accounts.push(Account {
                            id: ledger::names::ActorId::from_bytes([9; 16]),
                            ..account(Role::Handler)
                        });
                    },
                    Attention,
                    3,
                    5,
                ),
                case(
                    "a use that names nobody",
                    |b| {
                        sign_in(b);
                        used(b, Role::Handler, "hr.recruit", 1, "2026-11-02");
                        b.groups[1].actor = None;
                    },
                    Broken,
                    4,
                    4,
                ),
            ],
        );
    }

    #[test]
    fn accounts_are_confirmed_twice_a_year() {
        fn granted(books: &mut Books, on: &str) {
            books.accounts.iter_mut().for_each(|a| a.granted = day(on));
        }
        check(
            "tech.min-access",
            &[
                case("no accounts", |b| b.accounts.clear(), Unproven, 0, 0),
                case("given this summer", |_| (), Kept, 4, 4),
                case("165 days ago", |b| granted(b, "2026-06-08"), Kept, 4, 4),
                case("166 days ago", |b| granted(b, "2026-06-07"), Attention, 4, 4),
                case("181 days ago", |b| granted(b, "2026-05-23"), Attention, 0, 4),
                case("210 days ago", |b| granted(b, "2026-04-24"), Attention, 0, 4),
                case("211 days ago", |b| granted(b, "2026-04-23"), Broken, 0, 4),
                case(
                    "old and reviewed since",
                    |b| {
                        granted(b, "2025-01-10");
                        done(b, EntryKind::AccessReviewed, "", Role::Officer, 1, "2026-09-01");
                    },
                    Kept,
                    4,
                    4,
                ),
                case("an account without a reason", |b| b.accounts[2].has_reason = false, Broken, 3, 4),
                case(
                    "one that ended is not counted",
                    |b| {
                        b.accounts[2].has_reason = false;
                        b.accounts[2].ends = Some(day("2026-10-01"));
                    },
                    Kept,
                    3,
                    3,
                ),
            ],
        );
        assert_eq!(found("tech.min-access", |_| ()).lapses, Some(day("2026-12-14")));
    }

    #[test]
    fn uses_happen_under_an_open_account_by_a_role_of_the_purpose() {
        check(
            "tech.access-control",
            &[
                case("no use yet", |_| (), NothingToProve, 0, 0),
                case(
                    "all under open accounts",
                    |b| used(b, Role::Handler, "hr.recruit", 30, "2026-11-02"),
                    Kept,
                    30,
                    30,
                ),
                case(
                    "before the account was given",
                    |b| used(b, Role::Handler, "hr.recruit", 1, "2026-06-30"),
                    Broken,
                    0,
                    1,
                ),
                case(
                    "by nobody we know",
                    |b| {
                        used(b, Role::Handler, "hr.recruit", 1, "2026-11-02");
                        b.accounts.clear();
                    },
                    Broken,
                    0,
                    1,
                ),
                case(
                    "after it was taken back",
                    |b| {
                        used(b, Role::Handler, "hr.recruit", 1, "2026-11-02");
                        used(b, Role::Officer, "hr.recruit", 9, "2026-11-02");
                        b.accounts[2].until = Some(at("2026-11-01"));
                    },
                    Broken,
                    9,
                    10,
                ),
            ],
        );
        check(
            "tech.by-role",
            &[
                case("no use yet", |_| (), NothingToProve, 0, 0),
                case("handlers recruit", |b| used(b, Role::Handler, "hr.recruit", 30, "2026-11-02"), Kept, 30, 30),
                case("auditors check", |b| used(b, Role::Auditor, "audit.check", 3, "2026-11-02"), Kept, 3, 3),
                case(
                    "an auditor recruits",
                    |b| {
                        used(b, Role::Handler, "hr.recruit", 30, "2026-11-02");
                        used(b, Role::Auditor, "hr.recruit", 1, "2026-11-02");
                    },
                    Broken,
                    30,
                    31,
                ),
            ],
        );
        assert_eq!(actor(Role::Officer), account(Role::Officer).id);
    }

    #[test]
    fn the_ledger_is_whole_and_signed() {
        fn tree(books: &mut Books, there: u64, should: u64, checkpoint: Option<(u64, &str)>) {
            let checkpoint = checkpoint.map(|(size, on)| (size, day(on)));
            books.tree = Tree { there, should, newest: Some(day("2026-11-20")), checkpoint };
        }
        check(
            "tech.logs-kept",
            &[
                case("an empty ledger", |_| (), Unproven, 0, 0),
                case("never signed", |b| tree(b, 9, 9, None), Unproven, 9, 9),
                case("signed today", |b| tree(b, 9, 9, Some((9, "2026-11-20"))), Kept, 9, 9),
                case("signed yesterday", |b| tree(b, 9, 9, Some((8, "2026-11-19"))), Kept, 9, 9),
                case("not signed for two days", |b| tree(b, 9, 9, Some((8, "2026-11-18"))), Attention, 9, 9),
                case("old, and nothing new since", |b| tree(b, 9, 9, Some((9, "2026-01-05"))), Kept, 9, 9),
                case("an entry is missing", |b| tree(b, 8, 9, Some((9, "2026-11-20"))), Broken, 8, 9),
                case(
                    "a verification failed",
                    |b| {
                        tree(b, 9, 9, Some((9, "2026-11-20")));
                        note(b, OccasionKind::Probe, "ledger", "failed", "2026-11-20");
                    },
                    Broken,
                    9,
                    9,
                ),
            ],
        );
    }

    #[test]
    fn openings_are_matched_and_signed_off() {
        fn month(books: &mut Books, of: u64, unmatched: &[&str]) {
            used(books, Role::Handler, "hr.recruit", of, "2026-11-19");
            let unmatched: Vec<Unmatched> = unmatched.iter().map(|on| Unmatched { entry: 88, on: day(on) }).collect();
            books.matching = Matching { of, matched: of - unmatched.len() as u64, unmatched };
        }
        fn sign(books: &mut Books, on: &str) {
            done(books, EntryKind::LogsReviewed, "", Role::Officer, 1, on);
        }
        check(
            "tech.logs-reconciled",
            &[
                case("no use ever", |_| (), NothingToProve, 0, 0),
                case("never signed off", |b| month(b, 12, &[]), Unproven, 12, 12),
                case("signed off 30 days ago", |b| (month(b, 12, &[]), sign(b, "2026-10-21")).1, Kept, 12, 12),
                case("signed off 31 days ago", |b| (month(b, 12, &[]), sign(b, "2026-10-20")).1, Attention, 12, 12),
                case("signed off 61 days ago", |b| (month(b, 12, &[]), sign(b, "2026-09-20")).1, Broken, 12, 12),
                case(
                    "signed off, nothing opened since",
                    |b| {
                        used(b, Role::Handler, "hr.recruit", 3, "2026-09-01");
                        sign(b, "2026-11-01");
                    },
                    NothingToProve,
                    0,
                    0,
                ),
                case(
                    "one unmatched since the sign-off",
                    |b| (month(b, 12, &["2026-11-18"]), sign(b, "2026-11-10")).1,
                    Attention,
                    11,
                    12,
                ),
                case(
                    "signed off over an unmatched one",
                    |b| (month(b, 12, &["2026-11-05"]), sign(b, "2026-11-10")).1,
                    Broken,
                    11,
                    12,
                ),
            ],
        );
        let finding = found("tech.logs-reconciled", |b| (month(b, 12, &["2026-11-05"]), sign(b, "2026-11-10")).1);
        assert_eq!(finding.next.unwrap().href, "/records/88");
        assert!(finding.evidence.iter().any(|e| e.entry == 88));
    }
}
