//! Watches of duties that the law has and a policy may be silent about.

use super::Watch;
use super::books::Books;
use super::contact::Asked;
use super::org::{REVIEW_BROKEN_DAYS, REVIEW_RISK_DAYS, age};
use super::rows::{count, flaw, has_class, holds, newest, none_of_them, shown};
use super::scope::enacted;
use super::site::{is_made, unpublished};
use super::tally::{Flaw, Tally};
use crate::days::{after, between};
use crate::occasion::OccasionKind;
use crate::register::RegisterRow;
use policy::{Class, Language, Policy, RowState, Texts};

pub(super) const WATCHES: &[(&str, Watch)] = &[
    ("gap.special-care-consent", special_care_consent),
    ("gap.proper-acquisition", proper_acquisition),
    ("gap.accuracy", accuracy),
    ("gap.public-items", public_items),
    ("gap.complaints", complaints),
];

/// Counts the open rows with special care-required elements that record consent or its exception (APPI 20(2)). At risk: a row that holds nobody
/// yet does not. Broken: people are held under a row that does not.
fn special_care_consent(books: &Books, policy: &Policy) -> Tally {
    let rows: Vec<&RegisterRow> = books.open_rows().filter(|row| has_class(policy, row, Class::SpecialCare)).collect();
    if rows.is_empty() {
        return none_of_them(books).map_or_else(Tally::default, Tally::nothing);
    }
    let with = |row: &&&RegisterRow| !row.sheet.text("consent").is_empty();
    Tally::count(rows.iter().filter(with).count() as u64, rows.len() as u64)
        .newest(newest(books, rows.iter().copied()))
        .evidence(rows.iter().map(|row| shown(books, row)))
        .flaws(rows.iter().filter(|row| !with(row)).map(|row| without_consent(books, row)))
}

/// A row with special care-required elements and no consent on record.
pub(super) fn without_consent(books: &Books, row: &RegisterRow) -> Flaw {
    let id = &row.id;
    let why = Texts::new(
        format!("行 {id} は要配慮個人情報を含みますが、同意の記録がありません。"),
        format!("Row {id} has special care-required elements and no consent on record."),
        format!("Dòng {id} có dữ liệu nhạy cảm nhưng không có hồ sơ đồng ý."),
    );
    let held = holds(books.holding(id));
    let worst = if held { Flaw::broken(why).since(books.day(row.changed_at)) } else { Flaw::attention(why) };
    flaw(
        row,
        worst,
        Texts::new("同意又は例外を記録する", "Record the consent or the exception", "Ghi sự đồng ý hoặc ngoại lệ"),
    )
}

/// Counts the open rows whose source is on record and confirmed (APPI 20(1)). At risk: a source is a guess, or empty on a draft. Broken: a row in
/// use has none.
fn proper_acquisition(books: &Books, _: &Policy) -> Tally {
    let rows: Vec<&RegisterRow> = books.open_rows().collect();
    let known = |row: &&&RegisterRow| row.sheet.is_confirmed("source");
    let unknown = rows.iter().filter(|row| !known(row)).map(|row| {
        let id = &row.id;
        let label = Texts::new("取得元を書く", "Enter the row's source", "Ghi nguồn thu thập");
        if !row.sheet.text("source").is_empty() {
            let why = Texts::new(
                format!("行 {id} の取得元は推定のままです。"),
                format!("The source of row {id} is a guess nobody has confirmed."),
                format!("Nguồn của dòng {id} mới là suy đoán, chưa được xác nhận."),
            );
            return flaw(row, Flaw::attention(why), label);
        }
        let why = Texts::new(
            format!("行 {id} に取得元が書かれていません。"),
            format!("Row {id} does not say where its information came from."),
            format!("Dòng {id} chưa ghi nguồn thu thập."),
        );
        let used = row.state == RowState::Active;
        let worst = if used { Flaw::broken(why).since(books.day(row.changed_at)) } else { Flaw::attention(why) };
        flaw(row, worst, label)
    });
    Tally::count(rows.iter().filter(known).count() as u64, rows.len() as u64)
        .newest(newest(books, rows.iter().copied()))
        .evidence(rows.iter().take(5).map(|row| shown(books, row)))
        .flaws(unknown)
}

/// Counts the rows in use that were reviewed within a year (APPI 22). At risk: a review is due within 30 days. Unproven: a review has lapsed, so
/// nobody can say that the row is still right.
fn accuracy(books: &Books, _: &Policy) -> Tally {
    let rows: Vec<&RegisterRow> = books.active_rows().collect();
    let fresh = |row: &&&RegisterRow| age(books, row) <= REVIEW_BROKEN_DAYS;
    let stale = rows.iter().filter(|row| age(books, row) > REVIEW_RISK_DAYS).map(|row| {
        let (id, days, reviewed) = (&row.id, age(books, row), books.day(row.reviewed_at));
        let label = Texts::new(format!("行 {id} を見直す"), format!("Review row {id}"), format!("Rà soát dòng {id}"));
        let lapses = after(reviewed, REVIEW_BROKEN_DAYS + 1);
        if days > REVIEW_BROKEN_DAYS {
            let why = Texts::new(
                format!("行 {id} の正確さは{days}日前に確かめたきりです。"),
                format!("The accuracy of row {id} was last reviewed {days} days ago."),
                format!("Độ chính xác của dòng {id} được rà soát lần cuối cách đây {days} ngày."),
            );
            return flaw(row, Flaw::unproven(why).since(lapses), label);
        }
        let left = between(books.as_of, lapses);
        let why = Texts::new(
            format!("行 {id} の正確さの見直しまであと{left}日です。"),
            format!("The accuracy review of row {id} is due in {}.", count(left.unsigned_abs().into(), "day", "days")),
            format!("Còn {left} ngày đến hạn rà soát độ chính xác của dòng {id}."),
        );
        flaw(row, Flaw::attention(why).lapses(lapses), label)
    });
    let oldest = rows.iter().map(|row| books.day(row.reviewed_at)).min();
    Tally::count(rows.iter().filter(fresh).count() as u64, rows.len() as u64)
        .newest(rows.iter().map(|row| books.day(row.reviewed_at)).max())
        .lapses(oldest.map(|day| after(day, REVIEW_RISK_DAYS + 1)))
        .evidence(rows.iter().take(5).map(|row| shown(books, row)))
        .flaws(stale)
}

/// Counts the five statutory items in the published notice, in every language (APPI 32(1)): who we are, the purposes, the procedures and the fee, the
/// safety measures, where to complain. Broken: one is missing. Unproven: no publication of the version in force is on record.
fn public_items(books: &Books, policy: &Policy) -> Tally {
    let items: [(bool, [&str; 3]); 5] = [
        (
            says(policy, |language| {
                let who = policy.organisation();
                vec![who.name.get(language), who.address.get(language), who.representative.get(language)]
            }),
            ["名称・住所・代表者", "name, address and representative", "tên, địa chỉ, người đại diện"],
        ),
        (
            policy
                .purposes()
                .iter()
                .all(|p| policy.clause_texts(&p.clause).is_some() && policy.clause(&p.clause).is_some()),
            ["利用目的", "the purposes", "mục đích sử dụng"],
        ),
        (
            is_made(policy, "rights.intake")
                && (is_made(policy, "rights.fee-actual") || is_made(policy, "rights.fee-cap")),
            ["請求の手続と手数料", "procedures and fee", "thủ tục và phí"],
        ),
        (
            ["org.ledger", "tech.min-access", "tech.access-control", "human.pledge", "phys.zones"]
                .iter()
                .any(|id| is_made(policy, id)),
            ["安全管理措置", "safety measures", "biện pháp an toàn"],
        ),
        (
            is_made(policy, "contact.works")
                && says(policy, |_| vec![policy.contact().telephone.as_str(), policy.contact().email.as_str()]),
            ["苦情の申出先", "where to complain", "nơi nhận khiếu nại"],
        ),
    ];
    let missing = items.iter().find(|(there, _)| !there).map(|(_, [ja, en, vi])| {
        let why = Texts::new(
            format!("公表事項「{ja}」が方針にありません。"),
            format!("The notice lacks a statutory item: {en}."),
            format!("Thông báo thiếu mục luật định: {vi}."),
        );
        let label = Texts::new("事項を加えて改定する", "Add the item and enact", "Thêm mục và ban hành");
        Flaw::broken(why).since(books.in_force_since()).next(label, "/policy")
    });
    let have = items.iter().filter(|(there, _)| *there).count() as u64;
    Tally::count(have, items.len() as u64)
        .newest(books.enacted().and_then(|e| books.published(e.digest)).map(|(on, _)| on))
        .evidence(enacted(books))
        .flaw(missing)
        .flaw(unpublished(books))
}

/// Whether the notice says all of these, in every language.
fn says<'a>(policy: &'a Policy, what: impl Fn(Language) -> Vec<&'a str>) -> bool {
    let fold = policy::normal::fold::key;
    Language::ALL.iter().all(|language| {
        let text: String = policy.notice(*language).blocks.iter().map(policy::Block::plain).collect();
        what(*language).iter().map(|wanted| unbracketed(wanted)).all(|wanted| {
            let wanted = wanted.trim();
            !wanted.is_empty() && (text.contains(wanted) || fold(&text).contains(&fold(wanted)))
        })
    })
}

/// A text without what stands in brackets: 「（本社）」, "(head office)".
fn unbracketed(text: &str) -> String {
    let mut depth = 0_u32;
    let keep = |letter: &char| {
        match letter {
            '(' | '（' => depth += 1,
            ')' | '）' => {
                depth = depth.saturating_sub(1);
                return false;
            }
            _ => {}
        }
        depth == 0
    };
    text.chars().filter(keep).collect()
}

/// Counts the complaints of the last 12 months that were answered, of those that should be (APPI 40). At risk: one has waited 5 working days. Broken: one has
/// been unanswered for 14 days. Nobody complained: nothing to prove.
fn complaints(books: &Books, _: &Policy) -> Tally {
    let asked = Asked::read(books, OccasionKind::Complaint, 5);
    let n = asked.waiting;
    let none = if n == 0 {
        Texts::new(
            "この12か月に苦情はありません。",
            "Nobody has complained in the last 12 months.",
            "Không có khiếu nại nào trong 12 tháng qua.",
        )
    } else {
        Texts::new(
            format!("回答を待つ苦情が{n}件あり、まだ期限内です。"),
            format!("{} and still has time.", count(n, "complaint waits", "complaints wait")),
            format!("Có {n} khiếu nại đang chờ và còn trong thời hạn."),
        )
    };
    Tally::count(asked.answered, asked.of)
        .or_nothing(none)
        .newest(asked.newest)
        .lapses(asked.next)
        .evidence(asked.evidence)
        .flaws(asked.flaws)
}

#[cfg(test)]
mod tests {
    use super::super::Standing::{Attention, Broken, Kept, NothingToProve, Unproven};
    use super::super::fixture::{ask, at, case, check, hold, in_force, put};
    use super::*;
    use crate::register::CellStanding;

    #[test]
    fn special_care_needs_consent() {
        fn health(books: &mut Books, consent: &str) {
            put(books, "r-1", |row| {
                row.elements.insert("health-check".parse().unwrap());
                row.sheet.set("consent", consent, CellStanding::Confirmed);
            });
        }
        check(
            "gap.special-care-consent",
            &[
                case("an empty register", |_| (), Unproven, 0, 0),
                case("no such element", |b| put(b, "r-1", |_| ()), NothingToProve, 0, 0),
                case("consent on record", |b| health(b, "form R-2"), Kept, 1, 1),
                case("none, nobody held", |b| health(b, ""), Attention, 0, 1),
                case("none, people held", |b| (health(b, ""), hold(b, "r-1", 1)).1, Broken, 0, 1),
            ],
        );
    }

    #[test]
    fn every_row_says_where_its_information_came_from() {
        fn source(books: &mut Books, text: &str, standing: CellStanding) {
            put(books, "r-1", |row| row.sheet.set("source", text, standing));
        }
        check(
            "gap.proper-acquisition",
            &[
                case("an empty register", |_| (), Unproven, 0, 0),
                case("confirmed", |b| source(b, "the person", CellStanding::Confirmed), Kept, 1, 1),
                case("a guess", |b| source(b, "the person", CellStanding::Inferred), Attention, 0, 1),
                case(
                    "none on a draft",
                    |b| {
                        put(b, "r-1", |r| {
                            r.state = RowState::Draft;
                            r.sheet.set("source", "", CellStanding::Confirmed);
                        })
                    },
                    Attention,
                    0,
                    1,
                ),
                case("none on a row in use", |b| source(b, "", CellStanding::Confirmed), Broken, 0, 1),
            ],
        );
    }

    #[test]
    fn accuracy_nobody_confirmed_for_a_year_is_unproven() {
        fn reviewed(books: &mut Books, on: &str) {
            put(books, "r-1", |row| row.reviewed_at = at(on));
        }
        check(
            "gap.accuracy",
            &[
                case("an empty register", |_| (), Unproven, 0, 0),
                case("335 days", |b| reviewed(b, "2025-12-20"), Kept, 1, 1),
                case("336 days", |b| reviewed(b, "2025-12-19"), Attention, 1, 1),
                case("366 days", |b| reviewed(b, "2025-11-19"), Unproven, 0, 1),
            ],
        );
    }

    #[test]
    fn the_five_items_are_in_the_notice() {
        check(
            "gap.public-items",
            &[
                case("all five, published", |_| (), Kept, 5, 5),
                case("never published", |b| b.occasions.clear(), Unproven, 5, 5),
                case(
                    "another representative",
                    |b| {
                        in_force(
                            b,
                            &[(
                                "policy.toml",
                                "representative.en = \"Nguyen Thu Ha",
                                "representative.en = \"Le Van Nam",
                            )],
                            "2026-04-01",
                        );
                    },
                    Broken,
                    4,
                    5,
                ),
                case(
                    "another telephone",
                    |b| in_force(b, &[("policy.toml", "+84-24-0000-0142", "+84-24-0000-9999")], "2026-04-01"),
                    Broken,
                    4,
                    5,
                ),
                case(
                    "no word on fees",
                    |b| {
                        let without = |id: &'static str| -> (&str, String, &str) {
                            ("clauses.toml", format!("promises = [\"{id}\"]"), "promises = [\"org.ledger\"]")
                        };
                        let (one, other) = (without("rights.fee-actual"), without("rights.fee-cap"));
                        in_force(b, &[(one.0, &one.1, one.2), (other.0, &other.1, other.2)], "2026-04-01");
                    },
                    Broken,
                    4,
                    5,
                ),
            ],
        );
    }

    #[test]
    fn complaints_are_answered() {
        fn complaint(books: &mut Books, on: &str, answered: Option<&str>) {
            ask(books, OccasionKind::Complaint, "C-3", on, answered);
        }
        check(
            "gap.complaints",
            &[
                case("nobody complained", |_| (), NothingToProve, 0, 0),
                case("answered", |b| complaint(b, "2026-09-01", Some("2026-09-04")), Kept, 1, 1),
                case("five working days ago", |b| complaint(b, "2026-11-13", None), NothingToProve, 0, 0),
                case("six working days ago", |b| complaint(b, "2026-11-12", None), Attention, 0, 1),
                case("two weeks ago", |b| complaint(b, "2026-11-06", None), Broken, 0, 1),
            ],
        );
    }
}
