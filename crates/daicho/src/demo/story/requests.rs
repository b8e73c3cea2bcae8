//! What people ask of the house, and what becomes known of them: corrections, values that come later, requests to disclose and to
//! stop.

use super::Story;
use crate::demo::calendar::{days_after, minutes_after};
use crate::demo::deed::{About, Record, What, Work};
use crate::demo::dice::Dice;
use crate::demo::names::Land;
use crate::demo::people::mobile;
use crate::demo::staff::Who;
use duties::occasion::OccasionKind;
use ledger::names::Moment;

pub(super) fn tell(story: &mut Story) {
    let mut dice = story.dice(70);
    corrections(story, &mut dice);
    later_values(story, &mut dice);
    stops(story, &mut dice);
    disclosures(story, &mut dice);
    too_early(story, &mut dice);
}

/// The record for a purpose that is open at a moment and about a row, with whoever works on it.
fn open_work(story: &Story, purpose: &str, row: usize, at: Moment) -> Option<(usize, Who)> {
    let left = story.calendar.start(story.calendar.working_ago(210));
    let found = story.works.iter().enumerate().find(|(_, work)| {
        let about = matches!(&work.about, About::Rows(rows) if rows.contains(&row));
        about && work.purpose == purpose && work.from < at && at < work.until
    });
    let (n, work) = found?;
    let who = work.who.iter().copied().find(|who| *who != Who::Leaver || at < left)?;
    Some((n, who))
}

/// People move and change their numbers.
fn corrections(story: &mut Story, dice: &mut Dice) {
    let of_kind = |story: &Story, kinds: &[&str]| -> Vec<usize> {
        let people = story.people.iter().enumerate();
        people
            .filter(|(_, p)| p.leaves.is_none() && story.rows.get(p.row).is_some_and(|r| kinds.contains(&r.sort.kind)))
            .map(|(n, _)| n)
            .collect()
    };
    for (purpose, kinds, element, count) in [
        ("hr.employ", &["employee", "former-employee"][..], "mobile", 90),
        ("hr.employ", &["employee"], "address", 60),
        ("partner.business", &["contract-contact"], "phone", 80),
        ("partner.business", &["contract-contact"], "department", 50),
        ("partner.inquiry", &["inquirer"], "email", 20),
    ] {
        let people = of_kind(story, kinds);
        for _ in 0..story.scale.of(count) {
            let Some(person) = dice.place(people.len()).and_then(|n| people.get(n)).copied() else { continue };
            let at = story.calendar.office(story.calendar.working_ago(dice.between(2, 380)), dice);
            let Some(row) = story.people.get(person).filter(|p| p.is_there(at)).map(|p| p.row) else { continue };
            let known = story.people.get(person).is_some_and(|p| p.value(element).is_some());
            if let Some((work, by)) = open_work(story, purpose, row, at).filter(|_| known) {
                let value = changed(element, dice);
                story.does(at, by, What::Correct { person, element, value, purpose, work });
            }
        }
    }
}

fn changed(element: &str, dice: &mut Dice) -> String {
    match element {
        "mobile" | "phone" => mobile(if dice.chance(50) { Land::Japan } else { Land::Vietnam }, dice),
        "address" => format!("東京都江東区翠台{}-{}-{}", 1 + dice.below(9), 1 + dice.below(20), 1 + dice.below(20)),
        "email" => format!("moved{}@example.jp", dice.digits(4)),
        _ => dice.pick(&["情報システム部", "Phòng Kế toán", "DX推進室", "購買部"]).to_owned(),
    }
}

/// Values that may be held only once something has happened: after the consent, the notice, the accepted offer.
fn later_values(story: &mut Story, dice: &mut Dice) {
    let reached: Vec<(usize, &'static str, Moment)> = story
        .deeds
        .iter()
        .filter_map(|deed| match &deed.what {
            What::Reach { person, milestone } => Some((*person, *milestone, deed.at)),
            _ => None,
        })
        .collect();
    let mut joining = None;
    for (person, milestone, at) in reached {
        let Some(row) = story.people.get(person).map(|p| p.row) else { continue };
        let at = minutes_after(at, 2 + i64::try_from(person % 50).unwrap_or(0));
        match milestone {
            "tracking-consent" => {
                if let Some((work, by)) = open_work(story, "partner.newsletter", row, at) {
                    let value = format!("開封{}回・クリック{}回", dice.below(12), dice.below(5));
                    story.does(
                        at,
                        by,
                        What::Correct { person, element: "mail-reaction", value, purpose: "partner.newsletter", work },
                    );
                    let at = minutes_after(at, dice.between(3, 60));
                    let elements = vec!["mail-reaction"];
                    story.does(
                        at,
                        by,
                        What::Reveal { person, elements, purpose: "partner.newsletter", work: Some(work) },
                    );
                }
            }
            "health-notice" => {
                if let Some((work, by)) = open_work(story, "hr.benefit", row, at) {
                    let value =
                        dice.pick(&["A（異常なし）", "A（異常なし）", "B（軽度）", "C（要経過観察）"]).to_owned();
                    story.does(
                        at,
                        by,
                        What::Correct { person, element: "health-check", value, purpose: "hr.benefit", work },
                    );
                    let at = minutes_after(at, dice.between(3, 60));
                    let elements = vec!["health-check"];
                    story.does(at, by, What::Reveal { person, elements, purpose: "hr.benefit", work: Some(work) });
                }
            }
            "offer-accepted" => joins(story, person, row, at, &mut joining, dice),
            _ => {}
        }
    }
}

/// Whoever accepted an offer joins: a work record of their own, the bank account, the address.
fn joins(story: &mut Story, person: usize, row: usize, at: Moment, number: &mut Option<usize>, dice: &mut Dice) {
    let Some(by) = story.rows.get(row).map(|r| r.sort.taken_in_by) else { return };
    let n = number.map_or(1, |n| n + 1);
    *number = Some(n);
    let work = story.works.len();
    story.works.push(Work {
        code: format!("J-{n:03}"),
        title: "入社の手続".to_owned(),
        purpose: "hr.joining",
        who: vec![by],
        about: About::Person(person),
        from: at,
        until: days_after(at, 90),
    });
    story.does(at, by, What::Open(work));
    let at = minutes_after(at, dice.between(5, 30));
    let value = format!("000{}", dice.digits(4));
    story.does(at, by, What::Correct { person, element: "bank-account", value, purpose: "hr.joining", work });
    let elements = vec!["bank-account"];
    story.does(minutes_after(at, 4), by, What::Reveal { person, elements, purpose: "hr.joining", work: Some(work) });
}

/// Some of those who came to an event want to hear no more. One of them changed her mind.
fn stops(story: &mut Story, dice: &mut Dice) {
    let there: Vec<usize> = story
        .people
        .iter()
        .enumerate()
        .filter(|(_, p)| {
            let is_event = story.rows.get(p.row).is_some_and(|r| r.sort.purpose() == "partner.events");
            is_event && p.stopped.is_none() && story.calendar.days_since(story.calendar.day(p.arrives)) > 60
        })
        .map(|(n, _)| n)
        .collect();
    for n in 0..story.scale.of(14) {
        let Some(person) = dice.place(there.len()).and_then(|n| there.get(n)).copied() else { continue };
        let at = story.calendar.office(story.calendar.working_ago(dice.between(34, 50)), dice);
        if story.people.get(person).is_none_or(|p| p.stopped.is_some()) {
            continue;
        }
        story.does(at, Who::Marketing, What::Suspend { person, purpose: "partner.events" });
        if let Some(person) = story.people.get_mut(person) {
            person.stopped = Some(at);
        }
        // Uses that were planned for afterwards do not take place.
        story
            .deeds
            .retain(|deed| deed.at < at || !matches!(&deed.what, What::Reveal { person: p, .. } if *p == person));
        if n == 0 {
            let at = story.calendar.office(story.calendar.working_ago(12), dice);
            story.does(at, Who::Officer, What::Resume { person, purpose: "partner.events" });
        } else if n < 3 {
            let at = story.calendar.office(story.calendar.working_ago(33), dice);
            let row = story.people.get(person).map_or(0, |p| p.row);
            if let Some((work, by)) = open_work(story, "partner.events", row, at)
                .filter(|_| story.people.get(person).and_then(|p| p.stopped).is_some_and(|s| s < at))
            {
                let what =
                    What::Reveal { person, elements: vec!["email"], purpose: "partner.events", work: Some(work) };
                story.tries(at, by, what);
            }
        }
    }
}

/// Requests to disclose what is held: recorded, worked on, answered with an export.
fn disclosures(story: &mut Story, dice: &mut Dice) {
    let there: Vec<usize> = story
        .people
        .iter()
        .enumerate()
        .filter(|(_, p)| {
            let known = story.rows.get(p.row).is_some_and(|r| {
                matches!(r.sort.kind, "employee" | "contract-contact" | "inquirer" | "former-employee")
            });
            known && p.leaves.is_none() && story.calendar.days_since(story.calendar.day(p.arrives)) > 350
        })
        .map(|(n, _)| n)
        .collect();
    for n in 0..story.scale.of(12) {
        let Some(person) = dice.place(there.len()).and_then(|n| there.get(n)).copied() else { continue };
        let asked = story.calendar.office(story.calendar.working_ago(dice.between(20, 330)), dice);
        let (work, occasion) = (story.works.len(), story.occasions);
        story.occasions += 1;
        let code = format!("DR-{:03}", n + 1);
        let new =
            Record { kind: OccasionKind::Inquiry, subject: format!("{code} 開示の請求"), ..Record::default() };
        story.does(asked, Who::Deputy, What::Record { occasion, new });
        story.works.push(Work {
            code,
            title: "開示の請求への対応".to_owned(),
            purpose: "rights.answer",
            who: vec![Who::Deputy],
            about: About::Person(person),
            from: minutes_after(asked, 10),
            until: days_after(asked, 30),
        });
        story.does(minutes_after(asked, 10), Who::Deputy, What::Open(work));
        let day = story.calendar.working_ago(story.calendar.days_since(story.calendar.day(asked)) - 1);
        let answered = story.calendar.office(day, dice);
        story.does(answered, Who::Deputy, What::Export { person, work });
        story.does(
            minutes_after(answered, 30),
            Who::Deputy,
            What::Settle { occasion, outcome: "本人に電磁的記録で開示" },
        );
    }
}

/// Erasures that were asked for while a term still ran.
fn too_early(story: &mut Story, dice: &mut Dice) {
    let there: Vec<usize> = story
        .people
        .iter()
        .enumerate()
        .filter(|(_, p)| story.rows.get(p.row).is_some_and(|r| r.sort.kind == "visitor") && p.leaves.is_none())
        .map(|(n, _)| n)
        .collect();
    for _ in 0..story.scale.of(4) {
        let Some(person) = dice.place(there.len()).and_then(|n| there.get(n)).copied() else { continue };
        let at = story.calendar.office(story.calendar.working_ago(dice.between(35, 60)), dice);
        if story.people.get(person).is_some_and(|p| p.is_there(at)) {
            story.tries(at, Who::Officer, What::Erase { person, purpose: "partner.reception" });
        }
    }
}
