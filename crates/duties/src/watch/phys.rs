//! Watches of the physical measures: power equipment is tested, drills are held, and backups are put back to see that they can be.

pub(super) mod doors;
pub(super) mod terminals;
pub(super) mod zones;

use super::Watch;
use super::books::Books;
use super::org::occasion;
use super::tally::{Flaw, Tally};
use crate::days::{after, between, months_after};
use crate::occasion::{Occasion, OccasionKind, of_kept_backups};
use jiff::civil::Date;
use policy::{Language, Policy, Rhythm, Texts};
use std::collections::BTreeMap;

pub(super) const WATCHES: &[(&str, Watch)] = &[("phys.power", power), ("phys.disaster", disaster)];

/// How many days before a test is due it is at risk; in a short rhythm, half of the time between two tests.
const WARNED_DAYS: i32 = 30;
/// How many days after it was due it is broken.
const GRACE_DAYS: i32 = 30;

/// Tests of one thing, newest first. There is always one.
type Series<'a> = Vec<&'a Occasion>;

/// Counts the power equipment whose last test is within the rhythm of its measure. At risk: a test is due within 30 days, or the last one
/// failed. Broken: a test is 30 days overdue, or what failed was not tested with success for 30 days. Unproven: none was ever tested.
fn power(books: &Books, _: &Policy) -> Tally {
    let series = by_subject(books, OccasionKind::PowerTest);
    if series.is_empty() {
        return Tally::default().flaw(never(OccasionKind::PowerTest));
    }
    counted(books, "phys.power", &series)
}

/// Counts the drills, and the restore tests of backups, that are within the rhythm of their measure. At risk: one is due within 30 days,
/// or the last one failed. Broken: one is 30 days overdue, or what failed was not repeated with success for 30 days. Unproven: no drill was
/// ever held, or no backup that was kept ever put back.
fn disaster(books: &Books, _: &Policy) -> Tally {
    let mut series = by_subject(books, OccasionKind::Drill);
    let drilled = !series.is_empty();
    // Whichever backup was tried last: one that can be put back is enough, and one that cannot is a reason to act.
    let restores: Series = of_kept_backups(books.occasions(OccasionKind::RestoreTest));
    let restored = !restores.is_empty();
    series.extend(restored.then_some(restores));
    let tally = if series.is_empty() { Tally::default() } else { counted(books, "phys.disaster", &series) };
    tally
        .flaw((!restored).then(|| never(OccasionKind::RestoreTest)))
        .flaw((!drilled).then(|| never(OccasionKind::Drill)))
}

/// The tests of a sort by what was tested; without what is no longer there.
fn by_subject(books: &Books, kind: OccasionKind) -> Vec<Series<'_>> {
    let mut all: BTreeMap<String, Series> = BTreeMap::new();
    for one in books.occasions(kind) {
        all.entry(one.subject.trim().to_lowercase()).or_default().push(one);
    }
    all.into_values().filter(|series| series.first().is_some_and(|newest| newest.outcome != "gone")).collect()
}

fn counted(books: &Books, promise: &str, series: &[Series]) -> Tally {
    let due: Vec<Due> = series.iter().filter_map(|series| Due::of(books, promise, series)).collect();
    let good = due.iter().filter(|due| due.failed.is_none() && books.as_of <= due.day).count();
    let shown = series.iter().flat_map(|series| series.iter().take(3));
    Tally::count(good as u64, due.len() as u64)
        .newest(due.iter().filter_map(|due| due.passed).max())
        .lapses(due.iter().map(|due| due.risk).min())
        .evidence(shown.map(|one| occasion(books, one)))
        .flaws(due.iter().filter_map(|due| due.flaw(books)))
}

/// When something is to be tested again.
struct Due<'a> {
    newest: &'a Occasion,
    /// The day of the last test that went well.
    passed: Option<Date>,
    /// The day of the first of the tests that have failed since.
    failed: Option<Date>,
    /// The last day for the next test. What failed is to be repeated at once.
    day: Date,
    /// The first day on which it is at risk.
    risk: Date,
}

impl<'a> Due<'a> {
    fn of(books: &Books, promise: &str, series: &[&'a Occasion]) -> Option<Self> {
        let newest = *series.first()?;
        let passed = series.iter().find(|one| one.outcome == "ok").map(|one| books.day(one.at));
        let failed = series.iter().take_while(|one| one.outcome != "ok").last().map(|one| books.day(one.at));
        let next = passed.map(|day| again(books, promise, day));
        let day = next.into_iter().chain(failed).min()?;
        let warned = passed.map_or(0, |passed| (between(passed, day) / 2).clamp(0, WARNED_DAYS));
        Some(Self { newest, passed, failed, day, risk: failed.unwrap_or_else(|| after(day, -warned)).min(day) })
    }

    fn flaw(&self, books: &Books) -> Option<Flaw> {
        if books.as_of < self.risk {
            return None;
        }
        let late = between(self.day, books.as_of);
        let worst = if late > GRACE_DAYS {
            Flaw::broken(self.why(late)).since(after(self.day, GRACE_DAYS + 1))
        } else {
            Flaw::attention(self.why(late)).since(self.risk).lapses(after(self.day, GRACE_DAYS + 1))
        };
        Some(worst.next(next_act(self.newest.kind), page(self.newest.kind)))
    }

    fn why(&self, late: i32) -> Texts {
        let label = self.newest.kind.label();
        let name = |language| format!("{} · {}", label.get(language), self.newest.subject.trim());
        let (ja, en, vi) = (name(Language::Ja), name(Language::En), name(Language::Vi));
        let day = self.day;
        if let Some(since) = self.failed {
            return Texts::new(
                format!("{ja}: {since} に失敗し、やり直しの成功が記録されていません。"),
                format!("{en}: failed on {since} and was not repeated with success."),
                format!("{vi}: thất bại ngày {since} và chưa được làm lại thành công."),
            );
        }
        if late > 0 {
            return Texts::new(
                format!("{ja}: 期限（{day}）を{late}日過ぎました。"),
                format!("{en}: was due on {day}, {late} days ago."),
                format!("{vi}: quá hạn {late} ngày (hạn {day})."),
            );
        }
        Texts::new(
            format!("{ja}: 期限は {day} です。"),
            format!("{en}: due by {day}."),
            format!("{vi}: đến hạn ngày {day}."),
        )
    }
}

/// The last day for the next test by the rhythm the policy gives the promise; once a year where it gives none by days.
fn again(books: &Books, promise: &str, last: Date) -> Date {
    books.rhythm(promise).and_then(|rhythm: Rhythm| rhythm.next_due(last)).unwrap_or_else(|| months_after(last, 12))
}

fn next_act(kind: OccasionKind) -> Texts {
    match kind {
        OccasionKind::RestoreTest => {
            Texts::new("バックアップを試しに復元する", "Try to restore a backup", "Thử khôi phục một bản sao lưu")
        }
        OccasionKind::PowerTest => Texts::new(
            "電源設備を試験して記録する",
            "Test the power equipment and record it",
            "Thử thiết bị nguồn điện và ghi nhận",
        ),
        _ => Texts::new("防災訓練を行って記録する", "Hold the drill and record it", "Diễn tập và ghi nhận"),
    }
}

/// Where a test is recorded.
fn page(kind: OccasionKind) -> String {
    format!("/records/new?kind={}", kind.code())
}

fn never(kind: OccasionKind) -> Flaw {
    let label = kind.label();
    let [ja, en, vi] = [Language::Ja, Language::En, Language::Vi].map(|language| label.get(language).to_owned());
    let why = Texts::new(
        format!("{ja}の記録がまだありません。"),
        format!("{en}: none is on record yet."),
        format!("{vi}: chưa có lần nào được ghi nhận."),
    );
    Flaw::unproven(why).next(next_act(kind), page(kind))
}

#[cfg(test)]
mod tests {
    use super::super::Standing::{Attention, Broken, Kept, Unproven};
    use super::super::fixture::{case, check, day, found, in_force, note};
    use super::*;

    fn tested(books: &mut Books, name: &str, outcome: &str, on: &str) {
        note(books, OccasionKind::PowerTest, name, outcome, on);
    }

    fn drilled(books: &mut Books, name: &str, outcome: &str, on: &str) {
        note(books, OccasionKind::Drill, name, outcome, on);
    }

    fn restored(books: &mut Books, outcome: &str, on: &str) {
        note(books, OccasionKind::RestoreTest, "backup", outcome, on);
    }

    fn tried(books: &mut Books, outcome: &str, on: &str) {
        note(books, OccasionKind::RestoreTest, crate::occasion::FRESH_BACKUP, outcome, on);
    }

    #[test]
    fn power_equipment_is_tested_in_its_rhythm() {
        check(
            "phys.power",
            &[
                case("never", |_| (), Unproven, 0, 0),
                case("today", |b| tested(b, "UPS-1", "ok", "2026-11-20"), Kept, 1, 1),
                case("due in 31 days", |b| tested(b, "UPS-1", "ok", "2025-12-21"), Kept, 1, 1),
                case("due in 30 days", |b| tested(b, "UPS-1", "ok", "2025-12-20"), Attention, 1, 1),
                case("due today", |b| tested(b, "UPS-1", "ok", "2025-11-20"), Attention, 1, 1),
                case("overdue 30 days", |b| tested(b, "UPS-1", "ok", "2025-10-21"), Attention, 0, 1),
                case("overdue 31 days", |b| tested(b, "UPS-1", "ok", "2025-10-20"), Broken, 0, 1),
                case(
                    "one of two is overdue",
                    |b| {
                        tested(b, "UPS-1", "ok", "2025-10-20");
                        tested(b, "UPS-2", "ok", "2026-11-01");
                    },
                    Broken,
                    1,
                    2,
                ),
                case(
                    "tested again under the same name",
                    |b| {
                        tested(b, "UPS-1", "ok", "2025-10-20");
                        tested(b, " ups-1 ", "ok", "2026-11-01");
                    },
                    Kept,
                    1,
                    1,
                ),
                case(
                    "what is gone is not tested",
                    |b| {
                        tested(b, "UPS-2", "ok", "2026-11-01");
                        tested(b, "UPS-1", "ok", "2025-10-20");
                        tested(b, "UPS-1", "gone", "2026-01-20");
                    },
                    Kept,
                    1,
                    1,
                ),
                case(
                    "nothing is left",
                    |b| {
                        tested(b, "UPS-1", "ok", "2026-10-20");
                        tested(b, "UPS-1", "gone", "2026-11-01");
                    },
                    Unproven,
                    0,
                    0,
                ),
                case("failed and not repeated", |b| tested(b, "UPS-1", "failed", "2026-11-19"), Attention, 0, 1),
                case("failed 31 days ago", |b| tested(b, "UPS-1", "failed", "2026-10-20"), Broken, 0, 1),
                case(
                    "failed after it was good",
                    |b| {
                        tested(b, "UPS-1", "ok", "2026-09-01");
                        tested(b, "UPS-1", "failed", "2026-11-01");
                    },
                    Attention,
                    0,
                    1,
                ),
                case(
                    "repeated with success",
                    |b| {
                        tested(b, "UPS-1", "failed", "2026-09-01");
                        tested(b, "UPS-1", "ok", "2026-11-01");
                    },
                    Kept,
                    1,
                    1,
                ),
            ],
        );
        let soon = found("phys.power", |b| tested(b, "UPS-1", "ok", "2025-12-10"));
        assert_eq!((soon.since, soon.lapses), (Some(day("2026-11-10")), Some(day("2027-01-10"))));
        assert!(soon.why.unwrap().get(Language::En).contains("UPS-1: due by 2026-12-10"));
        assert_eq!(soon.next.unwrap().href, "/records/new?kind=power-test");
        // The attention begins on the very day that the kept finding announced.
        assert_eq!(found("phys.power", |b| tested(b, "UPS-1", "ok", "2026-11-01")).lapses, Some(day("2027-10-02")));
    }

    #[test]
    fn the_policy_says_how_often_and_a_short_rhythm_is_not_always_at_risk() {
        let old = "clause = \"phys.power\"\nrhythm = \"12 months\"";
        let often = |on: &str| {
            found("phys.power", |b| {
                in_force(b, &[("measures.toml", old, &old.replace("12 months", "20 days"))], "2026-04-01");
                tested(b, "generator", "ok", on);
            })
        };
        assert_eq!(often("2026-11-11").standing, Kept);
        assert_eq!(often("2026-11-10").standing, Attention, "half of the time has passed");
        assert_eq!(often("2026-10-01").standing, Attention);
        assert_eq!(often("2026-09-30").standing, Broken);
    }

    #[test]
    fn drills_are_held_and_backups_put_back() {
        check(
            "phys.disaster",
            &[
                case("never", |_| (), Unproven, 0, 0),
                case("drills alone", |b| drilled(b, "fire", "ok", "2026-09-01"), Unproven, 1, 1),
                case("a restore test alone", |b| restored(b, "ok", "2026-09-01"), Unproven, 1, 1),
                case(
                    "both",
                    |b| (drilled(b, "fire", "ok", "2026-09-01"), restored(b, "ok", "2026-10-01")).1,
                    Kept,
                    2,
                    2,
                ),
                case(
                    "the restore test is due in 30 days",
                    |b| (drilled(b, "fire", "ok", "2026-09-01"), restored(b, "ok", "2025-12-20")).1,
                    Attention,
                    2,
                    2,
                ),
                case(
                    "the drill is 31 days overdue",
                    |b| (drilled(b, "fire", "ok", "2025-10-20"), restored(b, "ok", "2026-10-01")).1,
                    Broken,
                    1,
                    2,
                ),
                case(
                    "the last backup could not be put back",
                    |b| {
                        drilled(b, "fire", "ok", "2026-09-01");
                        restored(b, "ok", "2026-10-01");
                        restored(b, "failed", "2026-11-19");
                    },
                    Attention,
                    1,
                    2,
                ),
                case(
                    "nothing was ever put back with success",
                    |b| (drilled(b, "fire", "ok", "2026-09-01"), restored(b, "failed", "2026-10-20")).1,
                    Broken,
                    1,
                    2,
                ),
            ],
        );
        check(
            "phys.disaster",
            &[
                case(
                    "a backup that was made for the test is none that was kept",
                    |b| (drilled(b, "fire", "ok", "2026-09-01"), tried(b, "ok", "2026-10-01")).1,
                    Unproven,
                    1,
                    1,
                ),
                case(
                    "nor does it make up for one that failed",
                    |b| {
                        drilled(b, "fire", "ok", "2026-09-01");
                        restored(b, "failed", "2026-11-18");
                        tried(b, "ok", "2026-11-19");
                    },
                    Attention,
                    1,
                    2,
                ),
                case(
                    "where it fails, no other is to be trusted",
                    |b| {
                        drilled(b, "fire", "ok", "2026-09-01");
                        restored(b, "ok", "2026-10-01");
                        tried(b, "failed", "2026-11-19");
                    },
                    Attention,
                    1,
                    2,
                ),
                case(
                    "until it goes well again",
                    |b| {
                        drilled(b, "fire", "ok", "2026-09-01");
                        restored(b, "ok", "2026-10-01");
                        tried(b, "failed", "2026-11-18");
                        tried(b, "ok", "2026-11-19");
                    },
                    Kept,
                    2,
                    2,
                ),
            ],
        );
        let unproven = found("phys.disaster", |b| drilled(b, "fire", "ok", "2026-09-01"));
        assert_eq!(unproven.next.unwrap().label.get(Language::En), "Try to restore a backup");
    }
}
