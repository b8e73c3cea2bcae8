//! Watches of disposal: promptly, and so that nothing can be read again.

use super::Watch;
use super::books::Books;
use super::finding::Evidence;
use super::rows::{count, dispose, flaw, newest};
use super::tally::{Flaw, Tally};
use crate::days::{after, between};
use crate::register::RegisterRow;
use jiff::civil::Date;
use ledger::EntryKind;
use policy::{Policy, RowState, Texts};

pub(super) const WATCHES: &[(&str, Watch)] = &[("dispose.prompt", prompt), ("dispose.proper", proper)];

/// Days a disposal may be open before it is at risk, and before it is broken.
const RISK_DAYS: i32 = 7;
const BROKEN_DAYS: i32 = 30;

/// Counts the rows, in use or ended, that have a retention term and no disposal open for more than 7 days. At risk: one has been
/// open longer. Broken: one has been open for more than 30 days without a hold, or a row has no retention term.
fn prompt(books: &Books, policy: &Policy) -> Tally {
    let rows: Vec<&RegisterRow> = books.rows.iter().filter(|row| row.state != RowState::Draft).collect();
    let good = |row: &&&RegisterRow| policy.term(&row.term).is_some() && books.holding(&row.id).over_week == 0;
    let erased = books.newest(EntryKind::Erased);
    Tally::count(rows.iter().filter(good).count() as u64, rows.len() as u64)
        .newest(erased.map(|(_, day)| day).max(newest(books, rows.iter().copied())))
        .lapses(rows.iter().filter_map(|row| opens_late(books, row)).min())
        .evidence(erased.map(|(entry, on)| shown(entry, on)))
        .flaws(rows.iter().filter_map(|row| late(books, policy, row)))
}

/// The day on which the next disposal of a row will have been open for more than 7 days.
fn opens_late(books: &Books, row: &RegisterRow) -> Option<Date> {
    let held = books.holding(&row.id);
    let oldest = held.oldest.filter(|_| held.overdue > 0);
    oldest.or(held.next).map(|due| after(due, RISK_DAYS + 1))
}

fn late(books: &Books, policy: &Policy, row: &RegisterRow) -> Option<Flaw> {
    let (id, held) = (&row.id, books.holding(&row.id));
    if policy.term(&row.term).is_none() {
        let why = Texts::new(
            format!("行 {id} の保管期間 {} が有効な方針にありません。", row.term),
            format!("The retention term {} of row {id} is not in the policy in force.", row.term),
            format!("Thời hạn lưu giữ {} của dòng {id} không có trong chính sách hiện hành.", row.term),
        );
        let label = Texts::new("保管期間を選ぶ", "Choose a retention term", "Chọn thời hạn lưu giữ");
        return Some(flaw(row, Flaw::broken(why).since(books.in_force_since()), label));
    }
    let oldest = held.oldest.filter(|_| held.over_week > 0)?;
    let days = between(oldest, books.as_of);
    let n = if held.over_month > 0 { held.over_month } else { held.over_week };
    let why = Texts::new(
        format!("行 {id} の廃棄{n}件が済んでいません。最も古いものは{days}日前が期限でした。"),
        format!("{} of row {id} still open; the oldest fell due {days} days ago.", count(n, "disposal", "disposals")),
        format!("Dòng {id} còn {n} việc hủy chưa làm; việc cũ nhất đến hạn cách đây {days} ngày."),
    );
    let worst = if held.over_month > 0 {
        Flaw::broken(why).since(after(oldest, BROKEN_DAYS + 1))
    } else {
        Flaw::attention(why).since(after(oldest, RISK_DAYS + 1)).lapses(after(oldest, BROKEN_DAYS + 1))
    };
    Some(flaw(row, worst, dispose(row)))
}

/// Counts the completed disposals whose record names how they were done. Broken: one names none, or the wrapping keys were not renewed
/// within the days in which the policy says an erasure reaches every backup. At risk: they were not renewed for two days, though
/// somebody was erased since.
fn proper(books: &Books, policy: &Policy) -> Tally {
    let of: u64 = books.done(EntryKind::Erased).map(|g| g.count).sum();
    let Some((entry, on)) = books.newest(EntryKind::Erased) else {
        return Tally::nothing(Texts::new(
            "廃棄はまだ1件もありません。",
            "No disposal has taken place yet.",
            "Chưa có lần hủy nào.",
        ));
    };
    let without = of.saturating_sub(books.disposals_with_method);
    let flaw = (without > 0).then(|| {
        let why = Texts::new(
            format!("廃棄{without}件に、方法の記録がありません。"),
            format!("{} no method on record.", count(without, "disposal has", "disposals have")),
            format!("Có {without} lần hủy không ghi cách thực hiện."),
        );
        let label = Texts::new("廃棄の記録を確かめる", "Look at the disposals", "Xem hồ sơ hủy");
        Flaw::broken(why).next(label, "/records?kind=erased")
    });
    let turned = books.newest(EntryKind::EpochTurned);
    let renewed = turned.map(|(entry, on)| {
        let text = Texts::new("鍵の世代の更新", "People's keys wrapped again", "Mã hóa lại khóa của từng người");
        Evidence { entry, on, text }
    });
    Tally::count(books.disposals_with_method.min(of), of)
        .newest(on)
        .evidence([shown(entry, on)])
        .evidence(renewed)
        .flaw(flaw)
        .flaw(unreached(books, policy, on, turned.map(|(_, on)| on)))
}

/// Days without renewed wrapping keys after which an erasure is late on its way to the backups.
const TURN_DAYS: i32 = 2;

/// Somebody was erased, and the wrapping keys, with which every copy of the person's key can be opened, were not renewed since.
fn unreached(books: &Books, policy: &Policy, erased: Date, turned: Option<Date>) -> Option<Flaw> {
    let first = || books.done(EntryKind::Erased).map(|group| books.day(group.first)).min();
    let since = match turned {
        // On the day itself the turn came first: it comes a minute after midnight.
        Some(turned) if turned > erased => return None,
        Some(turned) => turned,
        None => first()?,
    };
    let (days, most) = (between(since, books.as_of), i32::from(policy.erasure().backups_days).max(TURN_DAYS));
    if days <= TURN_DAYS {
        return None;
    }
    let why = Texts::new(
        format!("消去の後{days}日間、鍵の世代が更新されていません。消去がバックアップに反映されていません。"),
        format!("People's keys were not wrapped again for {days} days, so erasures have not reached the backups."),
        format!("Đã {days} ngày thế hệ khóa chưa được đổi, nên việc xóa chưa có hiệu lực với các bản sao lưu."),
    );
    let label = Texts::new(
        "鍵の世代を更新する: daicho key turn",
        "Turn the epoch: daicho key turn",
        "Đổi thế hệ khóa: daicho key turn",
    );
    let flaw = match days > most {
        true => Flaw::broken(why).since(after(since, most + 1)),
        false => Flaw::attention(why).since(after(since, TURN_DAYS + 1)).lapses(after(since, most + 1)),
    };
    Some(flaw.next(label, "/records?kind=epoch-turned"))
}

fn shown(entry: u64, on: Date) -> Evidence {
    let text = Texts::new("消去（鍵の破壊）", "Erased, its key destroyed", "Đã xóa và hủy khóa");
    Evidence { entry, on, text }
}

#[cfg(test)]
mod tests {
    use super::super::Standing::{Attention, Broken, Kept, NothingToProve, Unproven};
    use super::super::fixture::{case, check, day, done, due, found, put};
    use super::*;

    #[test]
    fn disposals_are_prompt() {
        fn held(books: &mut Books, on: &str) {
            put(books, "r-1", |_| ());
            due(books, "r-1", 3, on);
        }
        check(
            "dispose.prompt",
            &[
                case("an empty register", |_| (), Unproven, 0, 0),
                case("a draft holds nothing", |b| put(b, "r-1", |r| r.state = RowState::Draft), Unproven, 0, 0),
                case("nothing is due", |b| held(b, "2026-11-20"), Kept, 1, 1),
                case("due for 7 days", |b| held(b, "2026-11-13"), Kept, 1, 1),
                case("due for 8 days", |b| held(b, "2026-11-12"), Attention, 0, 1),
                case("due for 30 days", |b| held(b, "2026-10-21"), Attention, 0, 1),
                case("due for 31 days", |b| held(b, "2026-10-20"), Broken, 0, 1),
                case(
                    "ended rows count too",
                    |b| (held(b, "2026-10-01"), b.rows[0].state = RowState::Ended).1,
                    Broken,
                    0,
                    1,
                ),
                case("no term", |b| put(b, "r-1", |r| r.term = "some.day".parse().unwrap()), Broken, 0, 1),
            ],
        );
        let kept = found("dispose.prompt", |b| held(b, "2026-11-20"));
        assert_eq!(kept.lapses, Some(day("2026-11-28")));
        let late = found("dispose.prompt", |b| held(b, "2026-11-10"));
        assert_eq!((late.lapses, late.since), (Some(day("2026-12-11")), Some(day("2026-11-18"))));
        assert_eq!(late.whose.as_deref(), Some("Hoa"));
        // The attention begins on the very day that the kept finding announced.
        let before = found("dispose.prompt", |b| (held(b, "2026-11-20"), b.as_of = day("2026-11-27")).1);
        assert_eq!(before.standing, Kept);
    }

    #[test]
    fn disposals_say_how_they_were_done() {
        fn erased(books: &mut Books, count: u64, with_method: u64) {
            done(books, EntryKind::Erased, "rights.answer", count, "2026-10-05");
            books.disposals_with_method = with_method;
            done(books, EntryKind::EpochTurned, "", 7, "2026-11-20");
        }
        fn renewed(books: &mut Books, on: &str) {
            done(books, EntryKind::Erased, "rights.answer", 5, "2026-11-19");
            books.disposals_with_method = 5;
            if !on.is_empty() {
                done(books, EntryKind::EpochTurned, "", 7, on);
            }
        }
        check(
            "dispose.proper",
            &[
                case("none yet", |_| (), NothingToProve, 0, 0),
                case("all with their method", |b| erased(b, 5, 5), Kept, 5, 5),
                case("one without", |b| erased(b, 5, 4), Broken, 4, 5),
                case("keys renewed the day after", |b| renewed(b, "2026-11-20"), Kept, 5, 5),
                case("keys renewed on that day", |b| renewed(b, "2026-11-19"), Kept, 5, 5),
                case(
                    "keys renewed that day, and not since",
                    |b| (renewed(b, "2026-11-19"), b.as_of = day("2026-11-22")).0,
                    Attention,
                    5,
                    5,
                ),
                case("keys renewed two days ago", |b| renewed(b, "2026-11-18"), Kept, 5, 5),
                case("keys renewed three days ago", |b| renewed(b, "2026-11-17"), Attention, 5, 5),
                case("keys renewed 30 days ago", |b| renewed(b, "2026-10-21"), Attention, 5, 5),
                case("keys renewed 31 days ago", |b| renewed(b, "2026-10-20"), Broken, 5, 5),
                case("keys not renewed since yesterday's erasure", |b| renewed(b, ""), Kept, 5, 5),
                case("keys never renewed", |b| (renewed(b, ""), b.as_of = day("2026-12-31")).0, Broken, 5, 5),
            ],
        );
    }
}
