//! Watches of the rules: every project has its own, and its members know them.

use super::Watch;
use super::books::Books;
use super::intro::shown;
use super::tally::{Flaw, Tally};
use crate::days::{after, between};
use access::organisation::{Project, ProjectState, RuleSheet, Rules};
use jiff::civil::Date;
use policy::{Policy, Texts};

pub(super) const WATCHES: &[(&str, Watch)] = &[("regs.project", project)];

/// Days a member has to acknowledge the rule sheet.
const DAYS: i32 = 7;

/// Counts the active projects with an approved rule sheet which every member has acknowledged within 7 days of its approval or of becoming
/// a member. At risk: somebody has not. Broken: an active project has no rule sheet.
fn project(books: &Books, _: &Policy) -> Tally {
    let rules = Rules::read(&books.assents);
    let is_active = |project: &&Project| project.state == ProjectState::Active && project.is_open(books.as_of);
    let active: Vec<&Project> = books.roster.projects.iter().filter(is_active).collect();
    if active.is_empty() {
        if books.roster.staff.is_empty() {
            return Tally::unproven(Texts::new(
                "組織がまだ登録されていません。",
                "The organisation is not registered yet.",
                "Tổ chức chưa được đăng ký.",
            ))
            .flaw(
                Flaw::unproven(Texts::new(
                    "従業者とプロジェクトがまだ登録されていません。",
                    "Neither staff nor projects are registered yet.",
                    "Chưa đăng ký nhân sự và dự án.",
                ))
                .next(Texts::new("組織を登録する", "Register the organisation", "Đăng ký tổ chức"), "/organisation"),
            );
        }
        return Tally::nothing(Texts::new(
            "稼働中のプロジェクトはありません。",
            "No project is active.",
            "Không có dự án nào đang hoạt động.",
        ));
    }
    let late = |project: &Project| match rules.of(&project.id) {
        None => Some(without(project)),
        Some(sheet) => unacknowledged(books, project, sheet),
    };
    let flaws: Vec<Flaw> = active.iter().filter_map(|project| late(project)).collect();
    let sheets: Vec<&RuleSheet> = active.iter().filter_map(|project| rules.of(&project.id)).collect();
    Tally::count(active.len().saturating_sub(flaws.len()) as u64, active.len() as u64)
        .newest(
            sheets.iter().flat_map(|s| s.acknowledged.values().chain([&s.approval.at])).map(|at| books.day(*at)).max(),
        )
        .evidence(sheets.iter().map(|sheet| shown(books, &sheet.approval)))
        .flaws(flaws)
}

fn without(project: &Project) -> Flaw {
    let name = project.name();
    let why = Texts::new(
        format!("稼働中の {name} に、承認された規則書がありません。"),
        format!("{name} is active and has no approved rule sheet."),
        format!("{name} đang hoạt động nhưng chưa có bản quy tắc được duyệt."),
    );
    let label = Texts::new("規則書を承認する", "Approve the rule sheet", "Duyệt bản quy tắc");
    Flaw::broken(why).next(label, page(project))
}

/// A project with members who are late to acknowledge its rule sheet.
fn unacknowledged(books: &Books, project: &Project, sheet: &RuleSheet) -> Option<Flaw> {
    let approved = books.day(sheet.approval.at);
    let due = |staff: &access::organisation::Staff| {
        let joined = books.members_since.get(&(staff.id.clone(), project.id.clone())).map(|at| books.day(*at));
        joined.map_or(approved, |joined| joined.max(approved)).max(staff.from)
    };
    let open =
        books.roster.members(&project.id, books.as_of).filter(|staff| !sheet.acknowledged.contains_key(&staff.id));
    let late: Vec<Date> = open.map(due).filter(|since| between(*since, books.as_of) > DAYS).collect();
    let since = late.iter().min()?;
    let (name, count) = (project.name(), late.len());
    let why = Texts::new(
        format!("{name} の構成員{count}人が、7日を過ぎても規則書を確認していません。"),
        format!("{name}: {count} of its members have not acknowledged the rules for over 7 days."),
        format!("{name}: {count} thành viên quá 7 ngày chưa xác nhận bản quy tắc."),
    );
    let leader = project.leader.as_ref().and_then(|id| books.roster.staff_member(id));
    let label = Texts::new("規則書の確認を記録する", "Record the acknowledgements", "Ghi nhận xác nhận");
    Some(
        Flaw::attention(why)
            .since(after(*since, DAYS + 1))
            .whose(leader.map(|staff| staff.name().to_owned()))
            .next(label, page(project)),
    )
}

fn page(project: &Project) -> String {
    format!("/organisation/project/{}", project.id)
}

#[cfg(test)]
mod tests {
    use super::super::Standing::{Attention, Broken, Kept, NothingToProve, Unproven};
    use super::super::fixture::{assent, at, case, check, found, part};
    use super::*;
    use access::organisation::AssentKind::{Acknowledgement, Rules as Approved};

    fn staff(books: &mut Books, id: &str, joined: &str) {
        part(books, "staff", id, &[("name", id), ("within", "dev"), ("from", "2020-01-01"), ("projects", "shop")]);
        books.members_since.insert((id.parse().unwrap(), "shop".parse().unwrap()), at(joined));
    }

    fn shop(books: &mut Books, state: &str) {
        part(books, "project", "shop", &[("name", "Shop"), ("within", "dev"), ("state", state), ("leader", "E1")]);
        staff(books, "E1", "2026-05-01");
    }

    fn approve(books: &mut Books, on: &str) {
        shop(books, "active");
        assent(books, Approved, "shop", &"a".repeat(64), "", on);
    }

    fn acknowledge(books: &mut Books, who: &str, on: &str) {
        assent(books, Acknowledgement, "shop", &"a".repeat(64), who, on);
    }

    #[test]
    fn projects_have_rules_that_their_members_know() {
        check(
            "regs.project",
            &[
                case("nothing is registered", |_| (), Unproven, 0, 0),
                case("planned", |b| shop(b, "planned"), NothingToProve, 0, 0),
                case("active without rules", |b| shop(b, "active"), Broken, 0, 1),
                case("approved 7 days ago", |b| approve(b, "2026-11-13"), Kept, 1, 1),
                case("approved 8 days ago", |b| approve(b, "2026-11-12"), Attention, 0, 1),
                case("acknowledged", |b| (approve(b, "2026-05-02"), acknowledge(b, "E1", "2026-05-03")).1, Kept, 1, 1),
                case(
                    "an older rule sheet was acknowledged",
                    |b| {
                        approve(b, "2026-05-02");
                        acknowledge(b, "E1", "2026-05-03");
                        assent(b, Approved, "shop", &"b".repeat(64), "", "2026-10-01");
                    },
                    Attention,
                    0,
                    1,
                ),
                case(
                    "a new member has 7 days",
                    |b| {
                        approve(b, "2026-05-02");
                        acknowledge(b, "E1", "2026-05-03");
                        staff(b, "E2", "2026-11-13");
                    },
                    Kept,
                    1,
                    1,
                ),
                case(
                    "a member for 8 days has not",
                    |b| {
                        approve(b, "2026-05-02");
                        acknowledge(b, "E1", "2026-05-03");
                        staff(b, "E2", "2026-11-12");
                    },
                    Attention,
                    0,
                    1,
                ),
            ],
        );
        let late = found("regs.project", |b| approve(b, "2026-11-01"));
        assert_eq!(
            (late.whose.as_deref(), late.next.unwrap().href.as_str()),
            (Some("E1"), "/organisation/project/shop")
        );
        assert_eq!(late.since, Some(super::super::fixture::day("2026-11-09")));
    }
}
