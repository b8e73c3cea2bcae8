//! Watches of the sentences that tell people what their information is for: the uses under each.

use crate::days::{after, between};
use crate::register::RegisterRow;
use crate::watch::Watch;
use crate::watch::books::{Books, Group};
use crate::watch::purpose::{newest_uses, no_use, unnotified, was_notified};
use crate::watch::rows::{about, flaw, has_class, holds, makes, none_of_them, past_term, serving, term_ends_soon};
use crate::watch::tally::{Flaw, Tally};
use policy::{Class, Policy, Purpose, RowState, Texts};

pub(in crate::watch) const WATCHES: &[(&str, Watch)] = &[
    ("purpose.entrusted", entrusted),
    ("purpose.partner-business", partner_business),
    ("purpose.partner-inquiry", partner_inquiry),
    ("purpose.partner-events", partner_events),
    ("purpose.partner-survey", partner_survey),
    ("purpose.partner-other", partner_other),
    ("purpose.people-recruit", people_recruit),
    ("purpose.people-employ", people_employ),
    ("purpose.people-legal", people_legal),
    ("purpose.people-benefit", people_benefit),
    ("purpose.people-training", people_training),
    ("purpose.people-emergency", people_emergency),
];

/// Counts the uses of entrusted information. At risk: an entrusted row names a purpose of our own, or has no client's contract.
fn entrusted(books: &Books, policy: &Policy) -> Tally {
    let risks = about(books, policy, "scope.partner-entrusted").filter_map(|row| {
        let id = &row.id;
        let own = row.purposes.iter().find(|id| {
            policy.purpose(id).is_some_and(|p| !p.every_row && !makes(policy, &p.clause, "purpose.entrusted"))
        });
        let why = match own {
            Some(own) => Texts::new(
                format!("受託した行 {id} に、自社の目的 {own} があります。"),
                format!("Entrusted row {id} names {own}, a purpose of our own."),
                format!("Dòng nhận ủy thác {id} có mục đích riêng {own}."),
            ),
            None if row.sheet.text("entrusted-by").is_empty() => Texts::new(
                format!("受託した行 {id} に、契約の相手が書かれていません。"),
                format!("Entrusted row {id} names no client or contract."),
                format!("Dòng nhận ủy thác {id} chưa ghi khách hàng hoặc hợp đồng."),
            ),
            None => return None,
        };
        Some(flaw(
            row,
            Flaw::attention(why),
            Texts::new("契約の目的に合わせる", "Set the purpose of the contract", "Đặt theo hợp đồng"),
        ))
    });
    uses_under(books, policy, "purpose.entrusted").flaws(risks)
}

/// Counts the uses for contracts, billing, payment and business communication, each permitted for a notified purpose.
fn partner_business(books: &Books, policy: &Policy) -> Tally {
    uses_under(books, policy, "purpose.partner-business")
}

/// Counts the uses for answering. At risk: a record's term ends within 30 days. Broken: a record is kept past its term.
fn partner_inquiry(books: &Books, policy: &Policy) -> Tally {
    terms(books, policy, "purpose.partner-inquiry", Some(30))
}

/// Counts the uses for telling people about events. The gate refuses the use of whoever asked us to stop.
fn partner_events(books: &Books, policy: &Policy) -> Tally {
    uses_under(books, policy, "purpose.partner-events")
}

/// Counts the uses for surveys. At risk: a survey's row does not say how its purpose is shown.
fn partner_survey(books: &Books, policy: &Policy) -> Tally {
    let silent =
        serving(books, policy, "purpose.partner-survey").filter(|row| row.sheet.text("shown").is_empty()).map(|row| {
            let id = &row.id;
            let why = Texts::new(
                format!("行 {id} に、目的を示した方法が書かれていません。"),
                format!("Row {id} does not say how its purpose is shown."),
                format!("Dòng {id} chưa ghi cách thông báo mục đích."),
            );
            flaw(
                row,
                Flaw::attention(why),
                Texts::new("示した方法を書く", "Enter how the purpose is shown", "Ghi cách thông báo"),
            )
        });
    uses_under(books, policy, "purpose.partner-survey").flaws(silent)
}

/// Counts the uses for other approved purposes. At risk: a row being prepared lacks the notice or the approval. Broken: it was
/// used without one.
fn partner_other(books: &Books, policy: &Policy) -> Tally {
    let lacking = serving(books, policy, "purpose.partner-other")
        .filter(|row| row.sheet.text("shown").is_empty() || row.sheet.text("consent").is_empty())
        .map(|row| {
            let id = &row.id;
            let why = Texts::new(
                format!("行 {id} に、通知又は同意の記録がありません。"),
                format!("Row {id} lacks the record of the notice or of the approval."),
                format!("Dòng {id} thiếu hồ sơ thông báo hoặc sự đồng ý."),
            );
            let used = row.purposes.iter().any(|p| books.uses_for(p).next().is_some());
            let worst = if used && row.state == RowState::Active { Flaw::broken(why) } else { Flaw::attention(why) };
            flaw(
                row,
                worst,
                Texts::new("通知と同意を記録する", "Record the notice and the approval", "Ghi thông báo và sự đồng ý"),
            )
        });
    uses_under(books, policy, "purpose.partner-other").flaws(lacking)
}

/// Counts the uses for selection and joining. At risk: a decision was made and the disposal falls due within 14 days. Broken:
/// an applicant's information is kept past its date.
fn people_recruit(books: &Books, policy: &Policy) -> Tally {
    terms(books, policy, "purpose.people-recruit", Some(14))
}

/// Counts the uses for employment, attendance and wages, each by a role the purpose names; the gate refuses every other.
fn people_employ(books: &Books, policy: &Policy) -> Tally {
    uses_under(books, policy, "purpose.people-employ")
}

/// Counts the uses for what the law requires, each permitted for a notified purpose.
fn people_legal(books: &Books, policy: &Policy) -> Tally {
    uses_under(books, policy, "purpose.people-legal")
}

/// Counts the uses for benefits and safety. At risk: a draft with special care-required elements has no ground. Broken: such
/// information is held with no ground on record.
fn people_benefit(books: &Books, policy: &Policy) -> Tally {
    let groundless = serving(books, policy, "purpose.people-benefit")
        .filter(|row| has_class(policy, row, Class::SpecialCare) && row.sheet.text("consent").is_empty())
        .map(|row| crate::watch::gap::without_consent(books, row));
    uses_under(books, policy, "purpose.people-benefit").flaws(groundless)
}

/// Counts the uses for training. At risk: a training record reaches the end of its term within 30 days.
fn people_training(books: &Books, policy: &Policy) -> Tally {
    let soon: Vec<Flaw> =
        serving(books, policy, "purpose.people-training").filter_map(|row| term_ends_soon(books, row, 30)).collect();
    uses_under(books, policy, "purpose.people-training").flaws(soon)
}

/// Counts the uses for emergencies. At risk: the contacts of a row were last reviewed more than 11 months ago. Broken: a contact
/// is kept past its term.
fn people_emergency(books: &Books, policy: &Policy) -> Tally {
    let old = serving(books, policy, "purpose.people-emergency").filter_map(|row| {
        let (id, reviewed) = (&row.id, books.day(row.reviewed_at));
        let days = between(reviewed, books.as_of);
        if days <= 335 || !holds(books.holding(id)) {
            return None;
        }
        let why = Texts::new(
            format!("行 {id} の緊急連絡先は{days}日前に確かめたきりです。"),
            format!("The emergency contacts of row {id} were last confirmed {days} days ago."),
            format!("Liên hệ khẩn cấp ở dòng {id} được xác nhận lần cuối cách đây {days} ngày."),
        );
        let label = Texts::new(
            "緊急連絡先を確かめる",
            "Confirm the contacts and review the row",
            "Xác nhận liên hệ và rà soát",
        );
        Some(flaw(row, Flaw::attention(why).since(after(reviewed, 336)), label))
    });
    let old: Vec<Flaw> = old.collect();
    terms(books, policy, "purpose.people-emergency", None).flaws(old)
}

/// Uses under a purpose, and the terms of the rows that serve it.
fn terms(books: &Books, policy: &Policy, promise: &str, warn_days: Option<i32>) -> Tally {
    let rows: Vec<&RegisterRow> = serving(books, policy, promise).collect();
    let soon =
        warn_days.into_iter().flat_map(|days| rows.iter().filter_map(move |row| term_ends_soon(books, row, days)));
    let soon: Vec<Flaw> = soon.collect();
    uses_under(books, policy, promise).flaws(rows.iter().filter_map(|row| past_term(books, row))).flaws(soon)
}

/// Counts the permitted uses for the purposes that a clause tells people of. Each was judged against that clause, the row and
/// the work record before it was done.
fn uses_under(books: &Books, policy: &Policy, promise: &str) -> Tally {
    let purposes: Vec<&Purpose> = policy.purposes().iter().filter(|p| makes(policy, &p.clause, promise)).collect();
    if purposes.is_empty() {
        return Tally::unproven(Texts::new(
            "この約束の文に対応する利用目的が、方針にありません。",
            "No purpose of the policy stands behind this sentence.",
            "Không có mục đích nào trong chính sách ứng với câu này.",
        ));
    }
    let groups: Vec<&Group> = purposes.iter().flat_map(|p| books.uses_for(&p.id)).collect();
    let of: u64 = groups.iter().map(|g| g.count).sum();
    let within: u64 = groups.iter().filter(|g| was_notified(books, g)).map(|g| g.count).sum();
    if of == 0 {
        let tally = Tally::default();
        return if serving(books, policy, promise).next().is_some() {
            tally.or_nothing(no_use())
        } else {
            none_of_them(books).map_or_else(Tally::default, |why| tally.or_nothing(why))
        };
    }
    Tally::count(within, of)
        .newest(groups.iter().map(|g| books.day(g.last)).max())
        .evidence(newest_uses(books, groups.iter().copied()))
        .flaws(groups.iter().filter(|g| !was_notified(books, g)).map(|g| unnotified(books, g)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::CellStanding;
    use crate::watch::Standing::{Attention, Broken, Kept, NothingToProve, Unproven};
    use crate::watch::fixture::{at, case, check, done, due, found, hold, in_force, of, put};
    use ledger::EntryKind;

    fn used(books: &mut Books, purpose: &str, count: u64) {
        done(books, EntryKind::Revealed, purpose, count, "2026-11-02");
    }

    #[test]
    fn entrusted_information_is_used_as_its_contract_allows() {
        fn entrusted(books: &mut Books, client: &str) {
            put(books, "r-1", |row| {
                of(row, "entrusted-subject", "entrusted.process", "entrusted.end");
                row.sheet.set("entrusted-by", client, CellStanding::Confirmed);
            });
        }
        check(
            "purpose.entrusted",
            &[
                case("an empty register", |_| (), Unproven, 0, 0),
                case("nothing entrusted", |b| put(b, "r-1", |_| ()), NothingToProve, 0, 0),
                case("not used yet", |b| entrusted(b, "Aoba"), NothingToProve, 0, 0),
                case("used as allowed", |b| (entrusted(b, "Aoba"), used(b, "entrusted.process", 7)).1, Kept, 7, 7),
                case("no contract", |b| (entrusted(b, ""), used(b, "entrusted.process", 7)).1, Attention, 7, 7),
                case(
                    "a purpose of our own",
                    |b| {
                        entrusted(b, "Aoba");
                        b.rows[0].purposes.insert("partner.events".parse().unwrap());
                    },
                    Attention,
                    0,
                    0,
                ),
            ],
        );
    }

    #[test]
    fn uses_are_counted_under_the_sentence_that_tells_of_them() {
        for (promise, purpose, kind, term) in [
            ("purpose.partner-business", "partner.business", "contract-contact", "partner.contract"),
            ("purpose.partner-events", "partner.events", "event-participant", "partner.events"),
            ("purpose.partner-survey", "partner.survey", "contract-contact", "partner.survey"),
            ("purpose.partner-inquiry", "partner.inquiry", "inquirer", "partner.inquiry"),
            ("purpose.partner-other", "partner.newsletter", "subscriber", "partner.newsletter"),
            ("purpose.people-recruit", "hr.joining", "applicant", "hr.joining"),
            ("purpose.people-employ", "hr.payroll", "employee", "hr.payroll"),
            ("purpose.people-legal", "hr.legal", "employee", "hr.legal"),
            ("purpose.people-benefit", "safety.entry", "employee", "safety.entry"),
            ("purpose.people-training", "hr.training", "employee", "hr.training"),
            ("purpose.people-emergency", "hr.emergency", "family", "hr.emergency"),
        ] {
            let row = |b: &mut Books| put(b, "r-1", |r| of(r, kind, purpose, term));
            assert_eq!(found(promise, |_| ()).standing, Unproven, "{promise}: an empty register");
            let unused = found(promise, |b| row(b));
            assert_eq!(unused.standing, NothingToProve, "{promise}");
            let finding = found(promise, |b| (row(b), used(b, purpose, 12)).1);
            assert_eq!((finding.standing, finding.have, finding.of), (Kept, 12, 12), "{promise}");
            assert!(!finding.evidence.is_empty());
            let without = found(promise, |b| {
                in_force(
                    b,
                    &[("purposes.toml", &format!("clause = \"{promise}\""), "clause = \"purpose.within-scope\"")],
                    "2026-04-01",
                );
                row(b);
                used(b, purpose, 12);
            });
            assert_eq!(without.standing, Unproven, "{promise}: no purpose stands behind the sentence");
        }
    }

    #[test]
    fn what_each_sentence_adds() {
        fn inquiries(books: &mut Books, on: &str) {
            put(books, "r-1", |row| of(row, "inquirer", "partner.inquiry", "partner.inquiry"));
            due(books, "r-1", 2, on);
            used(books, "partner.inquiry", 3);
        }
        check(
            "purpose.partner-inquiry",
            &[
                case("far from its term", |b| inquiries(b, "2026-12-21"), Kept, 3, 3),
                case("30 days before its term", |b| inquiries(b, "2026-12-20"), Attention, 3, 3),
                case("past its term", |b| inquiries(b, "2026-11-19"), Broken, 3, 3),
            ],
        );
        fn applicants(books: &mut Books, on: &str) {
            put(books, "r-1", |_| ());
            due(books, "r-1", 2, on);
            used(books, "hr.recruit", 3);
        }
        check(
            "purpose.people-recruit",
            &[
                case("15 days to go", |b| applicants(b, "2026-12-05"), Kept, 3, 3),
                case("14 days to go", |b| applicants(b, "2026-12-04"), Attention, 3, 3),
                case("kept past the date", |b| applicants(b, "2026-11-01"), Broken, 3, 3),
            ],
        );
        fn survey(books: &mut Books, shown: &str) {
            put(books, "r-1", |row| {
                of(row, "contract-contact", "partner.survey", "partner.survey");
                row.sheet.set("shown", shown, CellStanding::Confirmed);
            });
            used(books, "partner.survey", 3);
        }
        check(
            "purpose.partner-survey",
            &[
                case("the form shows it", |b| survey(b, "form 4"), Kept, 3, 3),
                case("nothing says how it is shown", |b| survey(b, ""), Attention, 3, 3),
            ],
        );
        fn newsletter(books: &mut Books, consent: &str) {
            put(books, "r-1", |row| {
                of(row, "subscriber", "partner.newsletter", "partner.newsletter");
                row.sheet.set("consent", consent, CellStanding::Confirmed);
            });
        }
        check(
            "purpose.partner-other",
            &[
                case("both on record", |b| (newsletter(b, "form 5"), used(b, "partner.newsletter", 3)).1, Kept, 3, 3),
                case("being prepared", |b| newsletter(b, ""), Attention, 0, 0),
                case("used without", |b| (newsletter(b, ""), used(b, "partner.newsletter", 3)).1, Broken, 3, 3),
            ],
        );
        fn health(books: &mut Books, consent: &str) {
            put(books, "r-1", |row| {
                of(row, "employee", "hr.benefit", "hr.health");
                row.elements.insert("health-check".parse().unwrap());
                row.sheet.set("consent", consent, CellStanding::Confirmed);
            });
            used(books, "hr.benefit", 3);
        }
        check(
            "purpose.people-benefit",
            &[
                case("a ground on record", |b| health(b, "Industrial Safety and Health Act 66"), Kept, 3, 3),
                case("no ground, nobody held", |b| health(b, ""), Attention, 3, 3),
                case("no ground, people held", |b| (health(b, ""), hold(b, "r-1", 4)).1, Broken, 3, 3),
            ],
        );
        fn training(books: &mut Books, on: &str) {
            put(books, "r-1", |row| of(row, "employee", "hr.training", "hr.training"));
            due(books, "r-1", 2, on);
            used(books, "hr.training", 3);
        }
        check(
            "purpose.people-training",
            &[
                case("far from its term", |b| training(b, "2027-11-01"), Kept, 3, 3),
                case("near its term", |b| training(b, "2026-12-01"), Attention, 3, 3),
            ],
        );
        fn emergency(books: &mut Books, reviewed: &str) {
            put(books, "r-1", |row| {
                of(row, "employee", "hr.emergency", "hr.emergency");
                row.reviewed_at = at(reviewed);
            });
            hold(books, "r-1", 4);
            used(books, "hr.emergency", 3);
        }
        check(
            "purpose.people-emergency",
            &[
                case("confirmed lately", |b| emergency(b, "2025-12-20"), Kept, 3, 3),
                case("confirmed 11 months ago", |b| emergency(b, "2025-12-19"), Attention, 3, 3),
                case("past its term", |b| (emergency(b, "2026-06-01"), due(b, "r-1", 1, "2026-11-01")).1, Broken, 3, 3),
            ],
        );
    }
}
