//! Promises watched over real records: what changes a standing, and what a past day shows.

#![expect(clippy::unwrap_used, reason = "tests")]

use access::{Desk, No};
use duties::logs::{self, Known};
use duties::occasion::{self, New, OccasionKind};
use duties::watch::{self, Books, Finding, Standing};
use duties::{milestone, register, retention};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use ledger::names::{Moment, PersonId, RowId};
use policy::Language;
use policy::logs::Counted;
use testkit::both::on_both;
use testkit::office::{DAY, House};
use vault::Reveal;

const NAOKO: &[(&str, &str)] = &[("name", "髙橋 直子"), ("email", "naoko@example.jp"), ("phone", "090-1234-5678")];
const HANA: &[(&str, &str)] = &[("name", "佐藤 花"), ("email", "hana@example.jp")];

/// The day so many days after the first morning.
fn on(days: i64) -> Date {
    date(2026, 6, 1).checked_add(days.days()).unwrap()
}

async fn finding(desk: &Desk, promise: &str, day: Date) -> Finding {
    watch::standing(&Books::open(desk, day).await.unwrap(), &promise.parse().unwrap())
}

/// How a promise stands so many days after the first morning, looked at on that day.
async fn standing(house: &House, promise: &str, days: i64) -> (Standing, u64, u64) {
    let found = finding(&house.desk_of(&house.auditor, days), promise, on(days)).await;
    (found.standing, found.have, found.of)
}

fn new(kind: OccasionKind, subject: &str, outcome: &str) -> New {
    New { kind, subject: subject.into(), outcome: outcome.into(), ..New::default() }
}

async fn open(house: &House, row: &RowId, person: PersonId, element: &str, purpose: &str) -> Result<u64, No> {
    let work = access::work::by_code(&house.office, "R-1").await.unwrap().map(|w| w.id);
    let ask = Reveal {
        person,
        row: row.clone(),
        elements: vec![element.parse().unwrap()],
        purpose: purpose.parse().unwrap(),
        work,
    };
    Ok(vault::reveal(&house.vault, &house.desk_of(&house.handler, 1), ask).await?.entry)
}

#[test]
fn a_past_day_shows_what_stood_then() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        let row = house.applicants().await;
        for (days, expected) in [
            (0, (Standing::Kept, 1, 1)),
            (335, (Standing::Kept, 1, 1)),
            (336, (Standing::Attention, 1, 1)),
            (366, (Standing::Broken, 0, 1)),
        ] {
            assert_eq!(standing(&house, "org.ledger", days).await, expected, "{} on day {days}", ground.name);
        }
        register::review(&house.desk_of(&house.officer, 400), &row).await.unwrap();
        let today = house.desk_of(&house.auditor, 401);
        assert_eq!(finding(&today, "org.ledger", on(401)).await.standing, Standing::Kept);
        let then = finding(&today, "org.ledger", on(399)).await;
        assert_eq!((then.standing, then.since), (Standing::Broken, Some(on(366))), "{}", ground.name);
        assert_eq!(then.whose.as_deref(), Some("森"));
        assert_eq!(then.next.unwrap().href, "/register/r-041");
        // Before there was anything, nothing is claimed; a day to come is read as today.
        let before = finding(&today, "org.ledger", on(-1)).await;
        assert_eq!(before.standing, Standing::Unproven);
        assert!(before.why.unwrap().get(Language::En).contains("No policy"));
        assert_eq!(Books::open(&today, on(900)).await.unwrap().as_of(), on(401));
    });
}

#[test]
fn every_promise_has_a_finding_that_somebody_can_read() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        house.applicants().await;
        let books = Books::open(&house.desk_of(&house.auditor, 2), on(2)).await.unwrap();
        let all = watch::all(&books);
        assert_eq!(all.len(), 147, "{}", ground.name);
        for (promise, finding) in &all {
            assert_eq!(finding.watched, !watch::STILL_TO_BE_WATCHED.contains(&promise.as_str()), "{promise}");
            if finding.standing.needs_someone() {
                let (why, next) = (finding.why.as_ref().unwrap(), finding.next.as_ref().unwrap());
                for language in Language::ALL {
                    assert!(!why.get(*language).is_empty() && !next.label.get(*language).is_empty(), "{promise}");
                }
            }
            if finding.standing == Standing::Kept {
                assert!(finding.of > 0 && finding.have == finding.of && finding.newest.is_some(), "{promise}");
            }
        }
        assert_eq!(watch::worst(all.values()).unwrap().standing, all.values().map(|f| f.standing).min().unwrap());
    });
}

#[test]
fn uses_are_counted_and_refusals_are_told() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        let row = house.applicants().await;
        assert_eq!(standing(&house, "purpose.within-scope", 0).await.0, Standing::NothingToProve, "{}", ground.name);
        house.work("R-1", "hr.recruit", &row).await;
        let naoko = house.person(&row, "hr.recruit", NAOKO).await;
        for _ in 0..3 {
            open(&house, &row, naoko, "phone", "hr.recruit").await.unwrap();
        }
        assert_eq!(standing(&house, "purpose.within-scope", 1).await, (Standing::Kept, 3, 3), "{}", ground.name);
        assert_eq!(standing(&house, "purpose.people-recruit", 1).await, (Standing::Kept, 3, 3));
        assert_eq!(standing(&house, "tech.by-role", 1).await, (Standing::Kept, 3, 3));
        assert_eq!(standing(&house, "tech.access-control", 1).await, (Standing::Kept, 3, 3));
        // Somebody asks for a purpose of other people: refused, and the page says so for thirty days.
        let refused = open(&house, &row, naoko, "phone", "hr.payroll").await;
        let Err(No::Refusal(refusal)) = refused else { panic!("a refusal was due") };
        let told = finding(&house.desk_of(&house.auditor, 2), "purpose.within-scope", on(2)).await;
        assert_eq!((told.standing, told.have, told.of), (Standing::Attention, 3, 3));
        assert!(told.evidence.iter().any(|e| e.entry == refusal.entry), "{:?}", told.evidence);
        assert_eq!(standing(&house, "purpose.within-scope", 31).await.0, Standing::Kept);
        // Every opening has its work record; nobody has signed off yet.
        assert_eq!(standing(&house, "tech.logs-reconciled", 2).await, (Standing::Unproven, 3, 3));
        occasion::record(&house.desk_of(&house.officer, 2), new(OccasionKind::LogsReview, "2026-06", "ok"))
            .await
            .unwrap();
        assert_eq!(standing(&house, "tech.logs-reconciled", 3).await, (Standing::Kept, 3, 3), "{}", ground.name);
        assert_eq!(standing(&house, "tech.logs-reconciled", 1).await.0, Standing::Unproven, "as of the day before");
        let no =
            occasion::record(&house.desk_of(&house.handler, 2), new(OccasionKind::LogsReview, "2026-06", "ok")).await;
        assert!(matches!(no, Err(No::Refusal(_))), "only the officer signs off");
    });
}

#[test]
fn the_ledger_is_whole_until_somebody_takes_an_entry_out() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        let size = house.store.head().await.unwrap().size;
        assert_eq!(standing(&house, "tech.logs-kept", 0).await, (Standing::Unproven, size, size), "{}", ground.name);
        let now = Moment(testkit::office::MORNING.0 + DAY);
        // The policy names an access log of another system, which has to be read too.
        let desk = house.desk_of(&house.officer, 1);
        let (from, until) = (desk.start_of(on(0)), desk.start_of(on(2)));
        let file = logs::File { digest: [1; 32], lines: 0, unread: 0, covers: Some((from, until)) };
        let counted = Counted { source: "access.files".into(), ..Counted::default() };
        logs::record(&desk, &Known::default(), &file, &counted, &[]).await.unwrap();
        let size = size + 1;
        house.store.keep_checkpoint(size, "a note", now).await.unwrap();
        assert_eq!(standing(&house, "tech.logs-kept", 1).await, (Standing::Kept, size, size));
        assert_eq!(
            standing(&house, "tech.logs-kept", 0).await.0,
            Standing::Unproven,
            "it was not signed the day before"
        );
        let gone = store::Change::new("DELETE FROM entry WHERE idx = $1", vec![2_i64.into()]);
        assert!(house.store.scratch(vec![gone]).await.unwrap());
        assert_eq!(standing(&house, "tech.logs-kept", 1).await, (Standing::Broken, size - 1, size), "{}", ground.name);
    });
}

#[test]
fn the_notice_is_published_once_and_then_watched() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        assert_eq!(standing(&house, "gap.public-items", 0).await, (Standing::Unproven, 5, 5), "{}", ground.name);
        let program = house.office.desk(None, house.desk().now());
        let entry = occasion::publish_notice(&program).await.unwrap();
        assert!(entry.is_some());
        assert_eq!(occasion::publish_notice(&program).await.unwrap(), None, "{}: only once", ground.name);
        for promise in [
            "gap.public-items",
            "site.no-full-guarantee-notice",
            "change.dates-shown",
            "lang.translations-exist",
            "policy.published",
        ] {
            assert_eq!(standing(&house, promise, 0).await.0, Standing::Kept, "{promise}");
        }
        assert_eq!(standing(&house, "policy.published", 8).await.0, Standing::Unproven, "nobody has looked for a week");
        let later = house.office.desk(None, Moment(program.now().0 + 8 * DAY));
        occasion::record_by_program(&later, new(OccasionKind::Probe, "notice", "ok")).await.unwrap();
        assert_eq!(standing(&house, "policy.published", 8).await.0, Standing::Kept);
        let refused = occasion::record_by_program(&later, new(OccasionKind::Meeting, "June", "")).await;
        assert!(matches!(refused, Err(No::Mistake(_))), "the program holds no meetings");
    });
}

#[test]
fn tests_of_equipment_and_backups_are_recorded_by_whoever_makes_them() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        let desk = house.desk_of(&house.administrator, 0);
        assert_eq!(standing(&house, "phys.power", 0).await, (Standing::Unproven, 0, 0), "{}", ground.name);
        assert_eq!(standing(&house, "phys.disaster", 0).await, (Standing::Unproven, 0, 0), "{}", ground.name);
        occasion::record(&desk, new(OccasionKind::PowerTest, "UPS-1", "ok")).await.unwrap();
        let (_, entry) = occasion::record(&desk, new(OccasionKind::RestoreTest, "backup", "ok")).await.unwrap();
        let drill = new(OccasionKind::Drill, "fire", "ok");
        occasion::record(&house.desk_of(&house.handler, 1), drill.clone()).await.unwrap();
        assert_eq!(standing(&house, "phys.power", 1).await, (Standing::Kept, 1, 1), "{}", ground.name);
        assert_eq!(standing(&house, "phys.disaster", 1).await, (Standing::Kept, 2, 2), "{}", ground.name);
        let told = duties::history::explain(&house.office, entry, Language::En).await.unwrap().unwrap();
        assert!(told.sentence.contains("Restore test: backup (ok)"), "{}", told.sentence);
        // A year and thirty days later nobody has done it again.
        assert_eq!(standing(&house, "phys.power", 365 + 30).await.0, Standing::Attention);
        assert_eq!(standing(&house, "phys.power", 365 + 31).await.0, Standing::Broken);
        assert_eq!(standing(&house, "phys.disaster", 365 + 31).await.0, Standing::Broken);
        let fine = occasion::record(&desk, new(OccasionKind::PowerTest, "UPS-1", "fine")).await;
        assert!(matches!(fine, Err(No::Mistake(mistake)) if mistake.field == "outcome"));
        let auditor = occasion::record(&house.desk_of(&house.auditor, 1), drill).await;
        assert!(matches!(auditor, Err(No::Refusal(_))), "auditors look and do not do");
    });
}

#[test]
fn what_is_asked_waits_for_its_answer() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        let desk = house.desk_of(&house.handler, 0);
        occasion::record(&desk, new(OccasionKind::Probe, "contact", "ok")).await.unwrap();
        assert_eq!(standing(&house, "contact.works", 0).await, (Standing::Kept, 1, 1), "{}", ground.name);
        let (id, _) = occasion::record(&desk, new(OccasionKind::Complaint, "C-1", "")).await.unwrap();
        assert_eq!(standing(&house, "gap.complaints", 1).await.0, Standing::NothingToProve);
        assert_eq!(standing(&house, "gap.complaints", 10).await.0, Standing::Attention);
        assert_eq!(standing(&house, "gap.complaints", 14).await.0, Standing::Broken);
        occasion::close(&house.desk_of(&house.handler, 15), id, "explained and mended").await.unwrap();
        assert_eq!(standing(&house, "gap.complaints", 15).await, (Standing::Kept, 1, 1));
        assert_eq!(standing(&house, "gap.complaints", 14).await.0, Standing::Broken, "it was, that day");
        assert!(matches!(occasion::close(&desk, id, "again").await, Err(No::Missing)));
        assert!(matches!(
            occasion::record(&desk, new(OccasionKind::Probe, "contact", "fine")).await,
            Err(No::Mistake(_))
        ));
    });
}

#[test]
fn an_exception_is_the_officers_dated_and_ends() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        house.applicants().await;
        let exception = |until: i64, reason: &str| New {
            note: reason.into(),
            due_at: Some(Moment(testkit::office::MORNING.0 + until * DAY)),
            ..new(OccasionKind::Exception, "org.ledger", "")
        };
        let no = occasion::record(&house.desk_of(&house.handler, 400), exception(420, "moving")).await;
        assert!(
            matches!(no, Err(No::Refusal(r)) if !r.clauses.is_empty()),
            "{}: a handler approves nothing",
            ground.name
        );
        for (actor, asked) in [
            (&house.officer, exception(420, " ")),
            (&house.officer, exception(399, "moving")),
            (&house.officer, exception(800, "moving")),
            (&house.officer, New { due_at: None, ..exception(420, "moving") }),
            (&house.officer, New { subject: "no.such".into(), ..exception(420, "moving") }),
        ] {
            let answer = occasion::record(&house.desk_of(actor, 400), asked).await;
            assert!(matches!(answer, Err(No::Mistake(_))), "{}", ground.name);
        }
        occasion::record(&house.desk_of(&house.officer, 400), exception(420, "moving offices")).await.unwrap();
        let told = finding(&house.desk_of(&house.auditor, 410), "org.ledger", on(410)).await;
        assert_eq!((told.standing, told.lapses), (Standing::Exception, Some(on(420))), "{}", ground.name);
        assert_eq!(standing(&house, "org.ledger", 421).await.0, Standing::Broken);
    });
}

#[test]
fn terms_run_from_what_happened_and_disposals_are_watched() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        let row = house.applicants().await;
        let (naoko, hana) =
            (house.person(&row, "hr.recruit", NAOKO).await, house.person(&row, "hr.recruit", HANA).await);
        assert!(matches!(milestone::record(&house.desk(), naoko, "walked-the-dog").await, Err(No::Mistake(_))));
        assert!(matches!(
            milestone::record(&house.desk(), PersonId::from_bytes([9; 16]), "decided").await,
            Err(No::Missing)
        ));
        for person in [naoko, hana] {
            milestone::record(&house.desk_of(&house.officer, 10), person, "decided").await.unwrap();
        }
        let again = milestone::record(&house.desk_of(&house.officer, 11), naoko, "decided").await;
        assert!(matches!(again, Err(No::Mistake(m)) if m.field == "name"));
        // Fourteen days after the decision: the last day is day 24.
        let due = async |days: i64| retention::due(&house.desk_of(&house.officer, days), on(days)).await.unwrap();
        assert!(due(24).await.is_empty(), "{}", ground.name);
        let late = due(25).await;
        assert_eq!((late[0].row.as_str(), late[0].people, late[0].held, late[0].oldest), ("r-041", 2, 0, on(24)));
        for (days, expected) in
            [(31, Standing::Kept), (32, Standing::Attention), (54, Standing::Attention), (55, Standing::Broken)]
        {
            assert_eq!(standing(&house, "dispose.prompt", days).await.0, expected, "{} on day {days}", ground.name);
        }
        // A hold keeps one of them; the other is erased.
        occasion::record(&house.desk_of(&house.officer, 40), new(OccasionKind::Hold, &hana.to_string(), ""))
            .await
            .unwrap();
        assert_eq!(due(40).await[0].held, 1);
        let lifted = async |actor| {
            let all = occasion::list(&house.office, Some(OccasionKind::Hold), Moment(0)).await.unwrap();
            occasion::close(&house.desk_of(actor, 40), all[0].id, "settled").await
        };
        assert!(matches!(lifted(&house.handler).await, Err(No::Refusal(_))), "only the officer lifts a hold");
        let purpose = "rights.answer".parse().unwrap();
        vault::erase(&house.vault, &house.desk_of(&house.officer, 41), naoko, purpose).await.unwrap();
        assert_eq!(standing(&house, "dispose.proper", 41).await, (Standing::Kept, 1, 1));
        assert_eq!(standing(&house, "dispose.prompt", 60).await, (Standing::Kept, 1, 1), "{}", ground.name);
        assert_eq!(standing(&house, "dispose.prompt", 39).await.0, Standing::Attention, "before the hold");
    });
}

#[test]
fn ending_a_row_begins_the_terms_that_run_from_its_end() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        let columns = [
            ("name", "Inquiries"),
            ("kinds", "inquirer"),
            ("purpose", "partner.inquiry"),
            ("elements", "name, email"),
            ("keep-until", "partner.inquiry"),
        ];
        let row = house.row("r-7", &columns, 0).await;
        house.person(&row, "partner.inquiry", HANA).await;
        assert!(retention::due(&house.desk_of(&house.officer, 900), on(900)).await.unwrap().is_empty());
        register::end(&house.desk_of(&house.officer, 10), &row).await.unwrap();
        let due = retention::due(&house.desk_of(&house.officer, 900), on(900)).await.unwrap();
        assert_eq!((due.len(), due[0].oldest), (1, on(10).checked_add(1.year()).unwrap()), "{}", ground.name);
    });
}
