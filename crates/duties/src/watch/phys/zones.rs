//! Watches of zones and cards: every zone has a level and is reviewed every year, and no leaver's card opens doors.

use super::super::Watch;
use super::super::books::Books;
use super::super::intro::shown;
use super::super::tally::{Flaw, Tally};
use super::{WARNED_DAYS, again};
use crate::days::{after, between};
use access::organisation::{AssentKind, Card, CardStatus, Zone};
use policy::{Policy, Texts};

pub(in super::super) const WATCHES: &[(&str, Watch)] = &[("phys.zones", zones)];

/// Counts the zones that have a security level. At risk: the yearly review of the zone register is due within 30 days, or a zone without
/// information of the ledger has no level. Broken: a zone where information of the ledger is handled has none. Unproven: no zone is
/// registered, or the review is overdue or was never made.
fn zones(books: &Books, _: &Policy) -> Tally {
    let open: Vec<&Zone> = books.roster.zones.iter().filter(|zone| zone.is_open(books.as_of)).collect();
    let review = books.assents.iter().rev().find(|assent| assent.kind == AssentKind::Zones);
    let due = review.map(|review| again(books, "phys.zones", books.day(review.at)));
    let tally = Tally::count(open.iter().filter(|zone| zone.level.is_some()).count() as u64, open.len() as u64)
        .newest(review.map(|review| books.day(review.at)))
        .evidence(review.map(|review| shown(books, review)))
        .lapses(due.map(|due| after(due, -WARNED_DAYS)))
        .flaws(open.iter().filter(|zone| zone.level.is_none()).map(|zone| without_level(books, zone)));
    let label = || Texts::new("区域台帳を見直す", "Review the zone register", "Rà soát sổ khu vực");
    match due {
        _ if open.is_empty() => {
            let why = Texts::new(
                "区域がまだ登録されていません。",
                "No zone is registered yet.",
                "Chưa có khu vực nào được đăng ký.",
            );
            let label = Texts::new("区域を登録する", "Register the zones", "Đăng ký khu vực");
            tally.flaw(Flaw::unproven(why).next(label, "/organisation/zone"))
        }
        None => {
            let why = Texts::new(
                "区域台帳の見直しの記録がまだありません。",
                "The zone register was never reviewed.",
                "Sổ khu vực chưa được rà soát lần nào.",
            );
            tally.flaw(Flaw::unproven(why).next(label(), "/organisation/zone"))
        }
        Some(due) if due < books.as_of => {
            let why = Texts::new(
                format!("区域台帳の見直しの期限（{due}）を過ぎました。"),
                format!("The review of the zone register was due on {due}."),
                format!("Đã quá hạn rà soát sổ khu vực (hạn {due})."),
            );
            tally.flaw(Flaw::unproven(why).since(after(due, 1)).next(label(), "/organisation/zone"))
        }
        Some(due) if between(books.as_of, due) <= WARNED_DAYS => {
            let why = Texts::new(
                format!("区域台帳の見直しの期限は {due} です。"),
                format!("The review of the zone register is due by {due}."),
                format!("Hạn rà soát sổ khu vực là {due}."),
            );
            tally.flaw(Flaw::attention(why).lapses(after(due, 1)).next(label(), "/organisation/zone"))
        }
        Some(_) => tally,
    }
}

fn without_level(books: &Books, zone: &Zone) -> Flaw {
    let name = zone.name();
    let label = Texts::new("レベルを定める", "Set the level", "Đặt cấp độ");
    let flaw = if zone.rows.is_empty() {
        Flaw::attention(Texts::new(
            format!("区域 {name} にセキュリティレベルがありません。"),
            format!("Zone {name} has no security level."),
            format!("Khu vực {name} chưa có cấp độ an ninh."),
        ))
    } else {
        Flaw::broken(Texts::new(
            format!("個人情報を取り扱う区域 {name} に、セキュリティレベルがありません。"),
            format!("Zone {name}, where personal information is handled, has no security level."),
            format!("Khu vực {name} có xử lý dữ liệu cá nhân nhưng chưa có cấp độ an ninh."),
        ))
    };
    flaw.since(books.day(zone.changed_at)).next(label, format!("/organisation/zone/{}", zone.id))
}

/// Whether a card opens doors.
fn opens(books: &Books, card: &Card) -> bool {
    card.status == CardStatus::Given && card.is_open(books.as_of)
}

/// Since when the holder of a card has been gone.
fn leaver(books: &Books, card: &Card) -> Option<jiff::civil::Date> {
    let holder = books.roster.staff_member(card.holder.as_ref()?)?;
    holder.until.filter(|last| *last < books.as_of)
}

/// Cards of those who left that still open doors.
pub(super) fn cards(books: &Books) -> Vec<Flaw> {
    let of_leavers = books.roster.cards.iter().filter(|card| opens(books, card));
    let flaws = of_leavers.filter_map(|card| {
        let (left, number) = (leaver(books, card)?, card.name());
        let why = Texts::new(
            format!("{left} に退職した人のカード {number} が、まだ有効です。"),
            format!("Card {number} of somebody who left on {left} still opens doors."),
            format!("Thẻ {number} của người đã nghỉ ngày {left} vẫn còn mở được cửa."),
        );
        let label = Texts::new("カードを停止する", "Block the card", "Khóa thẻ");
        Some(Flaw::attention(why).since(after(left, 1)).next(label, format!("/organisation/card/{}", card.id)))
    });
    flaws.collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::Standing::{Attention, Broken, Kept, Unproven};
    use super::super::super::fixture::{assent, case, check, found, part};
    use super::*;

    fn zone(books: &mut Books, level: &str, rows: &str) {
        part(books, "zone", "z-1", &[("name", "Floor 7"), ("within", "hq"), ("level", level), ("rows", rows)]);
    }

    fn review(books: &mut Books, on: &str) {
        zone(books, "3", "r-1");
        assent(books, AssentKind::Zones, "", &"a".repeat(64), "", on);
    }

    #[test]
    fn zones_have_levels_and_are_reviewed_every_year() {
        check(
            "phys.zones",
            &[
                case("nothing is registered", |_| (), Unproven, 0, 0),
                case("never reviewed", |b| zone(b, "3", "r-1"), Unproven, 1, 1),
                case("reviewed", |b| review(b, "2026-11-01"), Kept, 1, 1),
                case("due in 31 days", |b| review(b, "2025-12-21"), Kept, 1, 1),
                case("due in 30 days", |b| review(b, "2025-12-20"), Attention, 1, 1),
                case("due today", |b| review(b, "2025-11-20"), Attention, 1, 1),
                case("overdue", |b| review(b, "2025-11-19"), Unproven, 1, 1),
                case("handled without a level", |b| (review(b, "2026-11-01"), zone(b, "", "r-1")).1, Broken, 0, 1),
                case("nothing handled, no level", |b| (review(b, "2026-11-01"), zone(b, "", "")).1, Attention, 0, 1),
            ],
        );
        let soon = found("phys.zones", |b| review(b, "2025-12-20"));
        assert_eq!(soon.next.unwrap().href, "/organisation/zone");
        assert_eq!(soon.lapses, Some(super::super::super::fixture::day("2026-12-21")));
    }

    #[test]
    fn a_leavers_card_is_seen_on_the_day_after_the_last() {
        let left = |status: &'static str, until: &'static str| {
            move |b: &mut Books| {
                part(b, "staff", "E1", &[("name", "Mori"), ("within", "hr"), ("until", until)]);
                part(b, "card", "c-1", &[("number", "0123"), ("within", "E1"), ("status", status)]);
            }
        };
        for (status, until, flaws) in [
            ("", "2026-11-20", 0),
            ("", "2026-11-19", 1),
            ("given", "", 0),
            ("blocked", "2026-11-01", 0),
            ("lost", "2026-11-01", 0),
        ] {
            let mut books = super::super::super::fixture::books();
            left(status, until)(&mut books);
            assert_eq!(cards(&books).len(), flaws, "{status} {until}");
        }
    }
}
