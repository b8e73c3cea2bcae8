//! Watches of the preamble: which legal entities the policy covers, and that each has adopted it.

use super::Watch;
use super::books::Books;
use super::finding::Evidence;
use super::tally::{Flaw, Tally};
use crate::days::{after, between};
use access::organisation::{Assent, AssentKind, Entity, adopted};
use jiff::civil::Date;
use policy::{Language, Policy, Texts};

pub(super) const WATCHES: &[(&str, Watch)] = &[("intro.group-scope", group_scope)];

/// Days an entity has to adopt a version.
const ADOPTED_DAYS: i32 = 14;
/// Days after which an entity that handles the ledger's information without adoption breaks the promise.
const BROKEN_DAYS: i32 = 30;

/// Counts the open legal entities that have adopted the version in force. At risk: one has not, and after 14 days it is late. Broken: one
/// that handles the ledger's information has not for more than 30 days. Unproven: an entity that the policy names is not registered.
/// That every flow between entities has its ground is watched with provisions to third parties.
fn group_scope(books: &Books, policy: &Policy) -> Tally {
    let (Some(version), Some(since)) = (books.enacted(), books.in_force_since()) else { return Tally::default() };
    let open: Vec<&Entity> = books.roster.entities.iter().filter(|entity| entity.is_open(books.as_of)).collect();
    let adoption = |entity: &&Entity| adopted(&books.assents, &entity.id, version.digest);
    let newest = open.iter().filter_map(&adoption).map(|assent| books.day(assent.at)).max();
    let missing = policy.group().iter().find(|named| !open.iter().any(|entity| entity.id.as_str() == named.id));
    Tally::count(open.iter().filter(|entity| adoption(entity).is_some()).count() as u64, open.len() as u64)
        .newest(newest)
        .evidence(open.iter().filter_map(&adoption).map(|assent| shown(books, assent)))
        .flaws(open.iter().filter(|entity| adoption(entity).is_none()).map(|entity| not_adopted(books, entity, since)))
        .flaw(missing.map(|named| unregistered(&named.name)))
}

fn not_adopted(books: &Books, entity: &Entity, in_force: Date) -> Flaw {
    let name = entity.name();
    // A new entity has as long as a new version.
    let since = in_force.max(entity.from);
    let days = between(since, books.as_of);
    let why = Texts::new(
        format!("{name} は有効な版をまだ採択していません（{days}日目、期限14日）。"),
        format!("{name} has not adopted the version in force; day {days} of 14."),
        format!("{name} chưa thông qua phiên bản hiện hành (ngày thứ {days}, hạn 14 ngày)."),
    );
    let flaw = if days > BROKEN_DAYS && handles(books, entity) {
        Flaw::broken(why).since(after(since, BROKEN_DAYS + 1))
    } else if days > ADOPTED_DAYS {
        Flaw::attention(why).since(after(since, ADOPTED_DAYS + 1)).lapses(after(since, BROKEN_DAYS + 1))
    } else {
        Flaw::attention(why).since(since).lapses(after(since, ADOPTED_DAYS + 1))
    };
    let responsible = entity.responsible.as_ref().and_then(|id| books.roster.staff_member(id));
    let label = Texts::new("採択を記録する", "Record the adoption", "Ghi nhận việc thông qua");
    flaw.whose(responsible.map(|staff| staff.name().to_owned()))
        .next(label, format!("/organisation/entity/{}", entity.id))
}

/// Whether somebody of the entity has an account, or information is handled in one of its zones.
fn handles(books: &Books, entity: &Entity) -> bool {
    let roster = &books.roster;
    let has_account = roster.staff.iter().any(|staff| {
        staff.login.is_some()
            && staff.is_open(books.as_of)
            && roster.entity_of(staff).is_some_and(|of| of.id == entity.id)
    });
    let sites = roster.sites.iter().filter(|site| site.entity.as_ref() == Some(&entity.id));
    has_account
        || sites.into_iter().any(|site| {
            roster
                .zones
                .iter()
                .any(|zone| zone.site.as_ref() == Some(&site.id) && !zone.rows.is_empty() && zone.is_open(books.as_of))
        })
}

fn unregistered(name: &Texts) -> Flaw {
    let why = name.map(|language, name| match language {
        Language::Ja => format!("方針にある{name}が、法人として登録されていません。"),
        Language::En => format!("{name}, which the policy names, is not registered as a legal entity."),
        Language::Vi => format!("{name} có trong chính sách nhưng chưa được đăng ký là pháp nhân."),
    });
    let label = Texts::new("法人を登録する", "Register the legal entity", "Đăng ký pháp nhân");
    Flaw::unproven(why).next(label, "/organisation/entity/new")
}

/// An assent, as evidence.
pub(super) fn shown(books: &Books, assent: &Assent) -> Evidence {
    let (part, text) = (&assent.part, assent.kind);
    let text = match text {
        AssentKind::Adoption => {
            Texts::new(format!("{part} による採択"), format!("Adopted by {part}"), format!("{part} thông qua"))
        }
        AssentKind::Rules => Texts::new(
            format!("{part} の規則書の承認"),
            format!("Rule sheet of {part} approved"),
            format!("Duyệt bản quy tắc của {part}"),
        ),
        AssentKind::Acknowledgement => Texts::new(
            format!("{part} の規則書の確認"),
            format!("Rule sheet of {part} acknowledged"),
            format!("Xác nhận bản quy tắc của {part}"),
        ),
        AssentKind::Zones => Texts::new("区域台帳の見直し", "The zone register was reviewed", "Rà soát sổ khu vực"),
    };
    Evidence { entry: assent.entry, on: books.day(assent.at), text }
}

#[cfg(test)]
mod tests {
    use super::super::Standing::{Attention, Broken, Kept, Unproven};
    use super::super::fixture::{assent, case, check, found, part, version};
    use super::*;

    fn entity(books: &mut Books, id: &str, from: &str, login: &str) {
        part(
            books,
            "entity",
            id,
            &[("name", id), ("country", "VN"), ("from", from), ("responsible", &format!("{id}-1"))],
        );
        part(books, "department", &format!("{id}-d"), &[("name", "D"), ("within", id)]);
        part(books, "staff", &format!("{id}-1"), &[("name", "Mori"), ("within", &format!("{id}-d")), ("login", login)]);
    }

    /// Every company of the sample's group, since long ago.
    fn group(books: &mut Books) {
        for id in ["hanoi", "danang", "tokyo"] {
            entity(books, id, "2020-01-01", id);
        }
    }

    fn adopt(books: &mut Books, id: &str, on: &str) {
        let digest = books.enacted().unwrap().digest.to_string();
        assent(books, AssentKind::Adoption, id, &digest, &format!("{id}-1"), on);
    }

    fn all_adopt(books: &mut Books) {
        group(books);
        for id in ["hanoi", "danang", "tokyo"] {
            adopt(books, id, "2026-04-05");
        }
    }

    fn enacted_on(books: &mut Books, from: &str) {
        all_adopt(books);
        let policy = super::super::fixture::edited(&[("policy.toml", "version = \"7\"", "version = \"8\"")]);
        books.versions.push(version(policy, from, 60));
    }

    #[test]
    fn every_entity_adopts_every_version() {
        check(
            "intro.group-scope",
            &[
                case("nothing is registered", |_| (), Unproven, 0, 0),
                case("all adopted", all_adopt, Kept, 3, 3),
                case("nobody adopted for months", group, Broken, 0, 3),
                case("a new version, 14 days", |b| enacted_on(b, "2026-11-06"), Attention, 0, 3),
                case("a new version, 30 days", |b| enacted_on(b, "2026-10-21"), Attention, 0, 3),
                case("a new version, 31 days", |b| enacted_on(b, "2026-10-20"), Broken, 0, 3),
                case(
                    "one of the group is not registered",
                    |b| {
                        for id in ["hanoi", "danang"] {
                            entity(b, id, "2020-01-01", id);
                            adopt(b, id, "2026-04-05");
                        }
                    },
                    Unproven,
                    2,
                    2,
                ),
                case(
                    "a new entity has 14 days",
                    |b| {
                        all_adopt(b);
                        entity(b, "osaka", "2026-11-10", "osaka");
                    },
                    Attention,
                    3,
                    4,
                ),
                case(
                    "one without accounts or information is late, and nothing is broken",
                    |b| {
                        all_adopt(b);
                        entity(b, "osaka", "2026-01-10", "");
                    },
                    Attention,
                    3,
                    4,
                ),
                case(
                    "one that has ended needs not",
                    |b| {
                        all_adopt(b);
                        part(
                            b,
                            "entity",
                            "osaka",
                            &[("name", "Osaka"), ("country", "JP"), ("from", "2020-01-01"), ("until", "2026-11-19")],
                        );
                    },
                    Kept,
                    3,
                    3,
                ),
            ],
        );
        let late = found("intro.group-scope", |b| enacted_on(b, "2026-11-01"));
        assert_eq!(late.whose.as_deref(), Some("Mori"));
        assert_eq!(late.next.unwrap().href, "/organisation/entity/danang");
        assert_eq!(late.lapses, Some(super::super::fixture::day("2026-12-02")));
    }
}
