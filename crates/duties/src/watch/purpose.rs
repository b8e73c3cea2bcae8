//! Watches of the purposes of use: what was done, and whether people had been told.

pub(super) mod uses;

use super::Watch;
use super::books::{Books, Group, Refused};
use super::finding::Evidence;
use super::rows::{count, flaw, holds};
use super::tally::{Flaw, Tally};
use crate::days::{after, between};
use crate::occasion::OccasionKind;
use crate::register::RegisterRow;
use jiff::civil::Date;
use ledger::names::Moment;
use policy::{Policy, Texts};

pub(super) const WATCHES: &[(&str, Watch)] =
    &[("purpose.within-scope", within_scope), ("purpose.fixed-and-notified-first", notified_first)];

/// Counts every use of people's information that names a purpose notified at the time. At risk: a use outside a purpose was
/// refused within 30 days, or the wording of the purposes was not reviewed for 12 months. Broken: a use took place for no
/// notified purpose.
fn within_scope(books: &Books, _: &Policy) -> Tally {
    let of: u64 = books.uses().map(|g| g.count).sum();
    let within: u64 = books.uses().filter(|g| was_notified(books, g)).map(|g| g.count).sum();
    if of == 0 {
        return Tally::nothing(no_use());
    }
    let reviewed = books.in_force_since();
    Tally::count(within, of)
        .newest(books.uses().map(|g| books.day(g.last)).max())
        .lapses(reviewed.map(|day| after(day, 366)))
        .evidence(newest_uses(books, books.uses()))
        .evidence(outside(books).map(shown_refusal))
        .flaws(books.uses().filter(|g| !was_notified(books, g)).map(|g| unnotified(books, g)))
        .flaw(outside(books).next().map(|newest| refused_lately(books, newest)))
        .flaw(reviewed.filter(|day| between(*day, books.as_of) > 365).map(|day| unreviewed(books, day)))
}

/// Attempts of the last 30 days that were refused because of their purpose, newest first.
fn outside(books: &Books) -> impl Iterator<Item = &Refused> {
    books.refused.iter().filter(|refused| {
        refused.rules.iter().any(|rule| {
            matches!(
                rule.as_str(),
                "purpose-not-notified" | "purpose-not-for-kind" | "purpose-not-on-row" | "element-outside-purpose"
            )
        })
    })
}

fn shown_refusal(refused: &Refused) -> Evidence {
    let text = Texts::new("目的外のため拒否", "Refused: outside its purpose", "Từ chối vì ngoài mục đích");
    Evidence { entry: refused.entry, on: refused.on, text }
}

fn refused_lately(books: &Books, newest: &Refused) -> Flaw {
    let number = outside(books).count() as u64;
    let why = Texts::new(
        format!("この30日間に、目的の範囲外の利用を{number}回拒否しました。"),
        format!(
            "{} refused in the last 30 days.",
            count(number, "use outside a purpose was", "uses outside a purpose were")
        ),
        format!("Trong 30 ngày qua đã từ chối {number} lần sử dụng ngoài mục đích."),
    );
    let entry = newest.entry;
    let label = Texts::new("拒否の記録を見る", "Look at the refusal", "Xem lần từ chối");
    Flaw::attention(why).since(newest.on).whose(books.officer()).next(label, format!("/records/{entry}"))
}

fn unreviewed(books: &Books, since: Date) -> Flaw {
    let days = between(since, books.as_of);
    let why = Texts::new(
        format!("利用目的の文言は{days}日前の版のままです。12か月に1度は見直します。"),
        format!("The wording of the purposes is {days} days old; it is reviewed every 12 months."),
        format!("Nội dung mục đích sử dụng đã {days} ngày; cần rà soát 12 tháng một lần."),
    );
    let label =
        Texts::new("利用目的を見直して改定する", "Review the purposes and enact", "Rà soát mục đích và ban hành");
    Flaw::attention(why).since(after(since, 366)).whose(books.officer()).next(label, "/policy")
}

pub(super) fn unnotified(books: &Books, group: &Group) -> Flaw {
    let (n, purpose) = (group.count, group.purpose.as_ref().map_or("-", |p| p.as_str()));
    let why = Texts::new(
        format!("通知していない目的（{purpose}）で{n}回利用されました。"),
        format!("{} for {purpose}, which was not notified at the time.", count(n, "use took place", "uses took place")),
        format!("Có {n} lần sử dụng cho mục đích {purpose} chưa được thông báo vào thời điểm đó."),
    );
    let label = Texts::new("利用の記録を確かめる", "Look into the use", "Kiểm tra lần sử dụng");
    Flaw::broken(why).since(books.day(group.first)).next(label, format!("/records/{}", group.newest))
}

/// Whether every version in force between the first and the last of these entries notified their purpose.
pub(super) fn was_notified(books: &Books, group: &Group) -> bool {
    let Some(purpose) = &group.purpose else { return false };
    let in_force_until = |at: usize| books.versions.get(at + 1).map_or(Moment(i64::MAX), |next| next.in_force_from);
    let mut versions = books.versions.iter().enumerate();
    let overlapping = |(at, version): &(usize, &std::sync::Arc<access::Enacted>)| {
        version.in_force_from <= group.last && group.first < in_force_until(*at)
    };
    let before_any = books.versions.first().is_none_or(|first| group.first < first.in_force_from);
    !before_any && versions.by_ref().filter(overlapping).all(|(_, version)| version.policy.purpose(purpose).is_some())
}

/// Counts the rows that hold people and whose first acquisition is later than the publication of a notice that names all
/// their purposes. At risk: a draft names a purpose that is not notified. Broken: a record is older than its notice.
/// Unproven: no publication is on record.
fn notified_first(books: &Books, policy: &Policy) -> Tally {
    let rows: Vec<&RegisterRow> = books.active_rows().filter(|row| holds(books.holding(&row.id))).collect();
    let noticed = |row: &RegisterRow| {
        let version = books.versions.iter().filter(|v| row.purposes.iter().all(|p| v.policy.purpose(p).is_some()));
        version.filter_map(|v| books.published(v.digest)).min()
    };
    let in_time = |row: &RegisterRow| {
        let first = books.holding(&row.id).first.map(|at| books.day(at));
        noticed(row).zip(first).is_some_and(|((notice, _), first)| notice <= first)
    };
    let late = rows.iter().filter(|row| !in_time(row)).map(|row| {
        let id = &row.id;
        let first = books.holding(id).first.map(|at| books.day(at));
        match noticed(row) {
            Some((notice, _)) => {
                let why = Texts::new(
                    format!("行 {id} の最初の記録は、目的を公表した{notice}より前のものです。"),
                    format!("The first record of row {id} is older than the notice of {notice}."),
                    format!("Hồ sơ đầu tiên ở dòng {id} có trước thông báo ngày {notice}."),
                );
                let label = Texts::new("取得の経緯を確かめる", "Look into the acquisition", "Kiểm tra việc thu thập");
                flaw(row, Flaw::broken(why).since(first), label)
            }
            None => {
                let why = Texts::new(
                    format!("行 {id} の目的を公表したという記録がありません。"),
                    format!("There is no record that the purposes of row {id} were published."),
                    format!("Chưa có hồ sơ cho thấy mục đích của dòng {id} đã được công bố."),
                );
                Flaw::unproven(why)
                    .next(Texts::new("方針を公表する", "Publish the notice", "Công bố thông báo"), "/notice/ja")
            }
        }
    });
    let unknown = books.open_rows().filter(|row| row.purposes.iter().any(|p| policy.purpose(p).is_none())).map(|row| {
        let id = &row.id;
        let why = Texts::new(
            format!("行 {id} に、公表していない目的があります。"),
            format!("Row {id} names a purpose that is not notified."),
            format!("Dòng {id} nêu mục đích chưa được thông báo."),
        );
        flaw(
            row,
            Flaw::attention(why),
            Texts::new("目的を見直す", "Review the purposes of the row", "Rà soát mục đích của dòng"),
        )
    });
    let published = books.occasions(OccasionKind::NoticePublished).map(|o| Evidence {
        entry: o.entry,
        on: books.day(o.at),
        text: Texts::new("方針の公表", "The notice was published", "Công bố thông báo"),
    });
    let tally = Tally::count(rows.iter().filter(|row| in_time(row)).count() as u64, rows.len() as u64)
        .newest(books.occasions(OccasionKind::NoticePublished).map(|o| books.day(o.at)).max())
        .evidence(published)
        .flaws(late)
        .flaws(unknown);
    if rows.is_empty() { tally.or_nothing(nobody_held()) } else { tally }
}

pub(super) fn newest_uses<'a>(books: &Books, groups: impl Iterator<Item = &'a Group>) -> Vec<Evidence> {
    let mut groups: Vec<&Group> = groups.collect();
    groups.sort_by_key(|g| std::cmp::Reverse(g.newest));
    groups.into_iter().take(5).map(|g| shown_use(books, g)).collect()
}

fn shown_use(books: &Books, group: &Group) -> Evidence {
    let purpose = group.purpose.as_ref();
    let label = purpose.and_then(|id| books.policy()?.purpose(id)).map(|p| p.label.clone());
    let label = label.unwrap_or_else(|| Texts::same(purpose.map_or("-", |p| p.as_str())));
    let text = label.map(|language, label| match language {
        policy::Language::Ja => format!("「{label}」のための利用"),
        policy::Language::En => format!("A use for “{label}”"),
        policy::Language::Vi => format!("Sử dụng cho “{label}”"),
    });
    Evidence { entry: group.newest, on: books.day(group.last), text }
}

pub(super) fn no_use() -> Texts {
    Texts::new(
        "この目的での利用は、まだ1回もありません。",
        "No use for this has taken place yet.",
        "Chưa có lần sử dụng nào cho mục đích này.",
    )
}

fn nobody_held() -> Texts {
    Texts::new("本人の情報はまだ保有されていません。", "Nobody's information is held yet.", "Chưa giữ dữ liệu của ai.")
}

#[cfg(test)]
mod tests {
    use super::super::Standing::{Attention, Broken, Kept, NothingToProve, Unproven};
    use super::super::fixture::edited;
    use super::super::fixture::{at, case, check, day, done, found, hold, in_force, of, publish, put, version};
    use super::*;
    use ledger::EntryKind;
    use policy::RowState;

    fn used(books: &mut Books, purpose: &str, count: u64) {
        done(books, EntryKind::Revealed, purpose, count, "2026-11-02");
    }

    fn refuse(books: &mut Books, rule: &str) {
        books.refused.push(Refused { entry: 77, on: day("2026-11-10"), rules: vec![rule.into()] });
    }

    #[test]
    fn every_use_names_a_notified_purpose() {
        check(
            "purpose.within-scope",
            &[
                case("no use yet", |_| (), NothingToProve, 0, 0),
                case(
                    "all for notified purposes",
                    |b| (used(b, "hr.recruit", 40), used(b, "partner.inquiry", 2)).1,
                    Kept,
                    42,
                    42,
                ),
                case(
                    "sign-ins are no use",
                    |b| done(b, EntryKind::SignedIn, "", 9, "2026-11-02"),
                    NothingToProve,
                    0,
                    0,
                ),
                case(
                    "one refused lately",
                    |b| (used(b, "hr.recruit", 4), refuse(b, "purpose-not-on-row")).1,
                    Attention,
                    4,
                    4,
                ),
                case("refused for another reason", |b| (used(b, "hr.recruit", 4), refuse(b, "no-work")).1, Kept, 4, 4),
                case(
                    "a purpose nobody was told of",
                    |b| (used(b, "hr.recruit", 4), used(b, "world.domination", 1)).1,
                    Broken,
                    4,
                    5,
                ),
                case("no purpose at all", |b| (used(b, "hr.recruit", 4), used(b, "", 1)).1, Broken, 4, 5),
                case(
                    "before any policy was in force",
                    |b| {
                        done(b, EntryKind::Found, "hr.recruit", 1, "2026-03-31");
                    },
                    Broken,
                    0,
                    1,
                ),
                case(
                    "wording a year old",
                    |b| {
                        used(b, "hr.recruit", 4);
                        in_force(b, &[("policy.toml", "version = \"7\"", "version = \"6\"")], "2025-11-01");
                    },
                    Attention,
                    4,
                    4,
                ),
            ],
        );
        let finding =
            found("purpose.within-scope", |b| (used(b, "hr.recruit", 4), refuse(b, "purpose-not-notified")).1);
        assert_eq!(finding.next.unwrap().href, "/records/77");
        assert_eq!(finding.evidence[0].entry, 77);
        let kept = found("purpose.within-scope", |b| used(b, "hr.recruit", 4));
        assert_eq!((kept.newest, kept.lapses), (Some(day("2026-11-02")), Some(day("2027-04-02"))));
    }

    #[test]
    fn a_use_is_held_against_the_versions_of_its_days() {
        // Version 8 drops the purpose of events; a use before it stands, one after it does not.
        let drop = [("purposes.toml", "id = \"partner.events\"", "id = \"partner.fairs\"")];
        for (last, standing) in [("2026-09-30", Kept), ("2026-10-02", Broken)] {
            let finding = found("purpose.within-scope", |b| {
                b.versions.push(version(edited(&drop), "2026-10-01", 60));
                done(b, EntryKind::Revealed, "partner.events", 1, last);
            });
            assert_eq!(finding.standing, standing, "{last}");
        }
    }

    #[test]
    fn people_are_told_before_their_information_comes() {
        fn held(books: &mut Books, since: &str) {
            put(books, "r-1", |_| ());
            hold(books, "r-1", 10);
            books.holdings.get_mut("r-1").unwrap().first = Some(at(since));
        }
        check(
            "purpose.fixed-and-notified-first",
            &[
                case("nobody held", |_| (), NothingToProve, 0, 0),
                case("the notice came first", |b| held(b, "2026-05-01"), Kept, 1, 1),
                case("on the same day", |b| held(b, "2026-04-01"), Kept, 1, 1),
                case("a record older than the notice", |b| held(b, "2026-03-31"), Broken, 0, 1),
                case("nothing was published", |b| (held(b, "2026-05-01"), b.occasions.clear()).1, Unproven, 0, 1),
                case(
                    "a draft with another purpose",
                    |b| {
                        held(b, "2026-05-01");
                        put(b, "r-2", |r| {
                            (of(r, "applicant", "world.domination", "hr.recruit"), r.state = RowState::Draft).1
                        });
                    },
                    Attention,
                    1,
                    1,
                ),
            ],
        );
    }

    #[test]
    fn a_later_notice_helps_rows_that_came_after_it() {
        // Version 8 was published in June and names what version 7 names too; the first publication counts.
        let finding = found("purpose.fixed-and-notified-first", |b| {
            let newer = version(edited(&[("policy.toml", "version = \"7\"", "version = \"8\"")]), "2026-06-01", 70);
            publish(b, &newer, "2026-06-01");
            b.versions.push(newer);
            put(b, "r-1", |_| ());
            hold(b, "r-1", 1);
        });
        assert_eq!((finding.standing, finding.newest), (Kept, Some(day("2026-06-01"))));
    }
}
