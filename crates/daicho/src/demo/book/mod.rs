//! The handling ledger of the demo: 214 rows and four that have ended, what each says, and what becomes of it in the year.

mod sheet;
mod sort;
mod sorts;

pub(crate) use sheet::{moved, sheet};
pub(crate) use sort::{Flow, Sort, Unit};

use super::Scale;
use super::dice::Dice;
use super::names::Company;
use jiff::civil::Date;
use sorts::SORTS;

/// One row of the handling ledger, planned.
pub(crate) struct Row {
    /// Its name.
    pub(crate) id: String,
    /// Its number in the ledger, from 1.
    pub(crate) number: usize,
    pub(crate) sort: &'static Sort,
    /// Its place among the rows of its sort.
    pub(crate) nth: usize,
    /// What it is called.
    pub(crate) title: String,
    /// The client, where it is about one.
    pub(crate) client: Option<Company>,
    /// People held under it when the year is over.
    pub(crate) people: usize,
    /// People who were held under it and are disposed of.
    pub(crate) gone: usize,
    /// How many days ago it was written.
    pub(crate) written: i64,
    pub(crate) fate: Fate,
    pub(crate) review: Review,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is used today.
    Used,
    /// It was written a few days ago and waits for approval.
    Draft,
    /// It ended so many days ago.
    Ended(i64),
}

/// When a row was last reviewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Review {
    /// At its approval, and nobody asked for more yet.
    New,
    /// With all others, so many days ago.
    Fresh(i64),
    /// More than eleven months ago.
    Soon(i64),
    /// More than a year ago.
    Lapsed(i64),
}

/// The whole ledger, in order.
pub(crate) fn rows(scale: Scale, today: Date, dice: &mut Dice) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for sort in SORTS {
        // The house works with the same clients in contracts, contacts and entrusted work; its contractors are others.
        let mut clients = if sort.kind == "contractor-staff" { 100 } else { 0 };
        let count = scale.of(sort.names.len());
        let ended = if sort.kind == "entrusted-subject" { scale.of(4) } else { 0 };
        let (held, gone) = (scale.of(sort.people), scale.of(sort.gone));
        for (nth, name) in sort.names.iter().take(count).enumerate() {
            let client = name.contains("{c}").then(|| {
                clients += 1;
                Company::client(clients - 1)
            });
            let fate = fate(sort, nth, count, ended, dice);
            rows.push(Row {
                id: String::new(),
                number: rows.len() + 1,
                sort,
                nth,
                title: titled(name, client.as_ref(), today),
                client,
                people: share(held, count, nth, sort, fate, ended),
                gone: share_gone(gone, count, nth, sort, fate, ended),
                written: 0,
                fate,
                review: Review::New,
            });
        }
    }
    let total = rows.len();
    for (at, row) in rows.iter_mut().enumerate() {
        row.written = written(row, at, total);
        row.review = review(row, dice);
    }
    number(&mut rows);
    rows
}

fn titled(name: &str, client: Option<&Company>, today: Date) -> String {
    let year = i32::from(today.year());
    let client = client.map_or("", |c| c.name.trim_end_matches("株式会社"));
    name.replace("{y}", &year.to_string())
        .replace("{p}", &(year - 1).to_string())
        .replace("{n}", &(year + 1).to_string())
        .replace("{c}", client)
}

fn fate(sort: &Sort, nth: usize, count: usize, ended: usize, dice: &mut Dice) -> Fate {
    let is_last = nth + 1 == count;
    match sort.kind {
        // The first row of entrusted work is the one whose contract is about to end; some of the others have ended.
        "entrusted-subject" if nth > 0 && nth <= ended => Fate::Ended(dice.between(75, 150)),
        "event-participant" if sort.flow == Flow::Day && sort.gone == 0 && is_last => Fate::Draft,
        "inquirer" if is_last && count > 2 => Fate::Draft,
        _ => Fate::Used,
    }
}

/// How many of a hundred work in Hanoi, in Da Nang and in Tokyo.
const OFFICES: [usize; 3] = [63, 20, 17];

/// The part of a row in the people of its sort: unequal, and whole numbers that add up.
fn share(total: usize, count: usize, nth: usize, sort: &Sort, fate: Fate, ended: usize) -> usize {
    if fate != Fate::Used {
        return 0;
    }
    // Answers to the first survey are past their term, and a few were forgotten.
    if sort.term == "回答から1年" {
        return if nth == 0 { 3.min(total) } else { part(total.saturating_sub(3), count.saturating_sub(1), nth - 1) };
    }
    match (sort.kind, nth) {
        ("employee", _) if sort.people == 600 => {
            // Hanoi, Da Nang and Tokyo; where there is only one list, everybody is on it.
            let weight = |n: usize| OFFICES.iter().take(n).sum::<usize>();
            let all = weight(count);
            total * weight(nth + 1) / all - total * weight(nth) / all
        }
        ("entrusted-subject", 0) => part(total, count - ended, 0),
        ("entrusted-subject", _) => part(total, count - ended, nth - ended),
        ("event-participant" | "inquirer", _) => {
            part(total, count - usize::from(count > 2 || sort.kind == "event-participant"), nth)
        }
        _ => part(total, count, nth),
    }
}

fn share_gone(total: usize, count: usize, nth: usize, sort: &Sort, fate: Fate, ended: usize) -> usize {
    match (sort.kind, fate) {
        (_, Fate::Draft) => 0,
        ("entrusted-subject", Fate::Ended(_)) => part(total, ended, nth - 1),
        ("entrusted-subject", _) => 0,
        ("event-participant", _) => {
            if nth == 0 {
                total
            } else {
                0
            }
        }
        ("inquirer", _) => part(total, count - usize::from(count > 2), nth),
        _ => part(total, count, nth),
    }
}

/// One of `count` parts of a number, weighed 3, 5, 2, 4, 6, 3, 5 …
fn part(total: usize, count: usize, nth: usize) -> usize {
    const WEIGHTS: [usize; 5] = [3, 5, 2, 4, 6];
    let weight = |n: usize| WEIGHTS.iter().cycle().take(n).sum::<usize>();
    let all = weight(count).max(1);
    total * weight(nth + 1) / all - total * weight(nth) / all
}

/// How many days ago the row was written. Most were when the ledger was taken over from a spreadsheet.
fn written(row: &Row, at: usize, total: usize) -> i64 {
    let nth = i64::try_from(row.nth).unwrap_or(0);
    let taken_over = 421 - i64::try_from(at * 14 / total.max(1)).unwrap_or(0);
    match (row.sort.kind, row.fate) {
        (_, Fate::Draft) => 4,
        ("event-participant", _) if row.sort.gone > 0 => [421, 130, 90].get(row.nth).copied().unwrap_or(90),
        ("event-participant", _) => 402 - nth * 16,
        ("applicant", _) if nth % 2 == 1 => 390 - nth * 26,
        ("entrusted-subject", Fate::Used) if nth > 28 => 380 - (nth - 28) * 18,
        _ => taken_over,
    }
}

fn review(row: &Row, dice: &mut Dice) -> Review {
    match (row.sort.business, row.nth) {
        ("誓約書の管理", 0) => Review::Lapsed(377),
        ("勤怠管理", 0) => Review::Soon(357),
        ("人事評価", 0) => Review::Soon(351),
        ("教育", 0) => Review::Soon(342),
        _ if row.written > 230 && row.fate == Fate::Used => Review::Fresh(dice.between(150, 205)),
        _ => Review::New,
    }
}

/// Names by department: `hr-001`, `hr-002`, …
fn number(rows: &mut [Row]) {
    let mut counts = std::collections::BTreeMap::new();
    for row in rows {
        let code = row.sort.unit.code();
        let count: &mut usize = counts.entry(code).or_default();
        *count += 1;
        row.id = format!("{code}-{count:03}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn all(percent: u32) -> Vec<Row> {
        rows(Scale(percent), date(2026, 11, 22), &mut Dice::new(1, 1))
    }

    #[test]
    fn the_whole_house_has_214_rows_and_5000_people_of_whom_600_are_staff() {
        let rows = all(100);
        let ended = rows.iter().filter(|row| matches!(row.fate, Fate::Ended(_))).count();
        assert_eq!((rows.len() - ended, ended), (214, 4));
        assert_eq!(rows.iter().map(|row| row.people).sum::<usize>(), 5_000);
        let staff = rows.iter().filter(|row| row.title.starts_with("従業者台帳"));
        assert_eq!(staff.map(|row| row.people).sum::<usize>(), 600);
        let ids: std::collections::BTreeSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        let titles: std::collections::BTreeSet<&str> = rows.iter().map(|row| row.title.as_str()).collect();
        assert_eq!((ids.len(), titles.len()), (218, 218));
        assert!(rows.iter().all(|row| !row.title.contains('{')));
    }

    #[test]
    fn every_size_has_the_rows_that_the_story_needs() {
        for percent in [10, 20, 50, 100] {
            let rows = all(percent);
            let people: usize = rows.iter().map(|row| row.people).sum();
            assert!(people.abs_diff(50 * percent as usize) < 12, "{people} of {percent}");
            let count = |review: fn(&Review) -> bool| rows.iter().filter(|row| review(&row.review)).count();
            assert_eq!(count(|r| matches!(r, Review::Lapsed(_))), 1);
            assert_eq!(count(|r| matches!(r, Review::Soon(_))), 3);
            assert!(rows.iter().any(|row| matches!(row.fate, Fate::Ended(_)) && row.gone > 0), "{percent}");
            assert!(rows.iter().any(|row| row.fate == Fate::Draft), "{percent}");
            for row in &rows {
                assert!(row.written <= 421 && row.written >= 2, "{} {}", row.title, row.written);
                assert!(row.fate != Fate::Draft || row.people + row.gone == 0);
            }
        }
    }
}
