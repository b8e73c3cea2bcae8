//! Watches of access and logs.

pub(super) mod logs;

use super::Watch;
use super::books::{Account, Books, Use};
use super::finding::Evidence;
use super::rows::count;
use super::tally::{Flaw, Tally};
use crate::days::{after, between};
use access::warrant::Warrant;
use jiff::civil::Date;
use ledger::EntryKind;
use logs::no_use_lately;
use policy::rights::WarrantSort;
use policy::{Policy, Texts};
use std::collections::BTreeMap;

pub(super) const WATCHES: &[(&str, Watch)] = &[
    ("tech.authenticate", authenticate),
    ("tech.min-access", min_access),
    ("tech.access-control", access_control),
    ("tech.by-role", by_role),
];

/// Counts the open accounts that are one person's and have the ways of signing in that the policy asks of their role. At risk: two
/// open accounts bear one name, as a shared one would; somebody was asked for a second factor and has none. Broken: a use of the
/// last 31 days names no account.
fn authenticate(books: &Books, policy: &Policy) -> Tally {
    let accounts: Vec<&Account> = books.open_accounts().collect();
    let mut names: BTreeMap<(&str, policy::Role), usize> = BTreeMap::new();
    for account in &accounts {
        *names.entry((&account.name, account.role)).or_default() += 1;
    }
    let lacking = |a: &Account| policy.sign_in().needs_second(a.role) && a.second_by.is_some() && !a.has_second;
    let own = |a: &&&Account| names.get(&(a.name.as_str(), a.role)).is_some_and(|n| *n == 1) && !lacking(a);
    let shared = names.iter().find(|(_, n)| **n > 1).map(|((name, _), n)| {
        let why = Texts::new(
            format!("「{name}」という名前の有効なアカウントが{n}つあります。"),
            format!("{n} open accounts bear the name {name}."),
            format!("Có {n} tài khoản đang mở cùng tên {name}."),
        );
        let label = Texts::new("アカウントを一人一つにする", "Give each person one account", "Mỗi người một tài khoản");
        Flaw::attention(why).next(label, "/accounts")
    });
    let mut owing: Vec<&Account> = accounts.iter().copied().filter(|a| lacking(a)).collect();
    owing.sort_by_key(|a| a.second_by);
    let single = owing.first().and_then(|a| a.second_by.map(|by| single_factor(&a.name, by, owing.len())));
    let nameless = books.month.iter().find(|g| g.actor.is_none()).map(|g| {
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
        .flaw(single)
        .flaw(nameless)
        .flaw(unused)
}

fn single_factor(name: &str, by: Date, n: usize) -> Flaw {
    let others = n.saturating_sub(1);
    let why = Texts::new(
        format!("{name}のアカウントに二つ目の確認方法がありません（期限{by}、ほか{others}件）。"),
        format!("The account of {name} has no second factor (due {by}; {others} more like it)."),
        format!("Tài khoản của {name} chưa có yếu tố thứ hai (hạn {by}; còn {others} tài khoản khác)."),
    );
    let label = Texts::new("二つ目の確認方法を加える", "Add a second factor", "Thêm yếu tố thứ hai");
    Flaw::attention(why).next(label, "/account/ways")
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

/// Counts the uses of the last 31 days that were made while their account was open. Everything else is denied by default, and each denial is an entry.
/// At risk: an emergency was declared, and somebody has still to answer for it in time. Broken: a use took place before an account
/// was given or after it was taken back; nobody answered for an emergency in time, until somebody does.
fn access_control(books: &Books, _: &Policy) -> Tally {
    let inside = |g: &Use| {
        g.actor.and_then(|id| books.account(id)).is_some_and(|account| {
            account.granted <= books.day(g.first) && account.until.is_none_or(|until| g.last <= until)
        })
    };
    let emergencies = books.warrants.iter().filter_map(|one| emergency(books, one));
    let tally = held_against(books, &inside, |books, group| {
        let who = name(books, group);
        let why = Texts::new(
            format!("{who}が、アカウントのない時に利用しています。"),
            format!("{who} used information while holding no account."),
            format!("{who} đã sử dụng dữ liệu khi không có tài khoản."),
        );
        let label = Texts::new("権限の差を正す", "Correct the difference", "Sửa chênh lệch quyền");
        Flaw::broken(why).since(books.day(group.last)).next(label, "/accounts")
    });
    tally.flaws(emergencies)
}

/// An emergency nobody has answered for.
fn emergency(books: &Books, one: &Warrant) -> Option<Flaw> {
    let by = one.answer_by.filter(|_| one.sort == WarrantSort::Glass && one.answer.is_none())?;
    let who = books.account(one.holder).map_or_else(|| "?".to_owned(), |account| account.name.clone());
    let day = books.day(one.begins_at);
    let label = Texts::new("緊急時の権限に答える", "Answer for the emergency", "Trả lời về quyền khẩn cấp");
    let end = books.day(by);
    let flaw = if end < books.as_of || one.ends_at <= by {
        Flaw::broken(Texts::new(
            format!("{who}が{day}に使った緊急時の権限に、誰も時間内に答えていません。"),
            format!("Nobody answered in time for the emergency {who} declared on {day}."),
            format!("Không ai trả lời kịp thời về quyền khẩn cấp {who} dùng ngày {day}."),
        ))
        .since(end)
    } else {
        Flaw::attention(Texts::new(
            format!("{who}が緊急時の権限を使いました。二人目の答えが要ります。"),
            format!("{who} declared an emergency; a second person has to answer for it."),
            format!("{who} đã dùng quyền khẩn cấp; cần người thứ hai trả lời."),
        ))
        .since(day)
    };
    Some(flaw.next(label, "/rights"))
}

/// Counts the uses of the last 31 days that were made by a role the purpose names. Broken: one was made by another role.
fn by_role(books: &Books, policy: &Policy) -> Tally {
    // A purpose that a later version dropped is read from the newest version that had it.
    let purpose = |g: &Use| {
        let id = g.purpose.as_ref()?;
        policy.purpose(id).or_else(|| books.versions.iter().rev().find_map(|v| v.policy.purpose(id)))
    };
    let fits = |g: &Use| {
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

fn held_against(books: &Books, fits: &dyn Fn(&Use) -> bool, flaw: fn(&Books, &Use) -> Flaw) -> Tally {
    let uses = &books.month;
    let of: u64 = uses.iter().map(|g| g.count).sum();
    if of == 0 {
        return Tally::nothing(no_use_lately());
    }
    let good: u64 = uses.iter().filter(|g| fits(g)).map(|g| g.count).sum();
    let newest = uses.iter().max_by_key(|g| g.newest);
    let text = Texts::new("最新の利用", "The newest use", "Lần sử dụng mới nhất");
    Tally::count(good, of)
        .newest(newest.map(|g| books.day(g.last)))
        .evidence(newest.map(|g| Evidence { entry: g.newest, on: books.day(g.last), text }))
        .flaws(uses.iter().filter(|g| !fits(g)).map(|g| flaw(books, g)))
}

fn name(books: &Books, group: &Use) -> String {
    group.actor.and_then(|id| books.account(id)).map_or_else(|| "?".to_owned(), |account| account.name.clone())
}

#[cfg(test)]
mod tests {
    use super::super::Standing::{Attention, Broken, Kept, NothingToProve, Unproven};
    use super::super::fixture::{account, actor, at, case, check, day, done, found, lately};
    use super::*;
    use policy::Role;

    fn sign_in(books: &mut Books) {
        done(books, EntryKind::SignedIn, "", 5, "2026-11-19");
    }

    fn owes(books: &mut Books, by: &str) {
        sign_in(books);
        books.accounts[2].second_by = Some(day(by));
    }

    fn used(books: &mut Books, role: Role, purpose: &str, count: u64, on: &str) {
        lately(books, role, purpose, count, on);
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
                    "asked for a second factor, and has one",
                    |b| {
                        sign_in(b);
                        b.accounts[2].second_by = Some(day("2026-11-30"));
                        b.accounts[2].has_second = true;
                    },
                    Kept,
                    4,
                    4,
                ),
                case("asked for one, within the days of grace", |b| owes(b, "2026-11-30"), Attention, 3, 4),
                case("asked for one, after them", |b| owes(b, "2026-10-21"), Attention, 3, 4),
                case(
                    "a use that names nobody",
                    |b| {
                        sign_in(b);
                        used(b, Role::Handler, "hr.recruit", 1, "2026-11-02");
                        b.month[0].actor = None;
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
                        done(b, EntryKind::AccessReviewed, "", 1, "2026-09-01");
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
        fn glass(books: &mut Books, on: &str, answered: bool) {
            let begins_at = at(on);
            let hour = |n: i64| ledger::names::Moment(begins_at.0 + n * 3_600_000);
            books.warrants.push(Warrant {
                id: ledger::names::ActId::from_bytes([7; 16]),
                sort: WarrantSort::Glass,
                acts: [policy::OfficeAct::OpenWork.into()].into(),
                of: String::new(),
                holder: actor(Role::Handler),
                reason: "fire".into(),
                begins_at,
                ends_at: hour(4),
                answer_by: Some(hour(1)),
                answer: answered.then(|| (access::warrant::Answer::No, actor(Role::Officer), hour(30))),
                ended_at: None,
                entry: 40,
            });
        }
        check(
            "tech.access-control",
            &[
                case("no use yet", |_| (), NothingToProve, 0, 0),
                case("an emergency today", |b| glass(b, "2026-11-20", false), Attention, 0, 0),
                case("nobody answered yesterday", |b| glass(b, "2026-11-19", false), Broken, 0, 0),
                case("answered at last, be it with a no", |b| glass(b, "2026-11-18", true), NothingToProve, 0, 0),
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
}
