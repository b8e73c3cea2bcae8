//! The handling ledger's story: drafted, approved, reviewed, changed, ended; and read as it stood on any day.

#![expect(clippy::unwrap_used, reason = "tests")]

use access::No;
use duties::register::{self, CellStanding, to_xlsx};
use ledger::names::{Moment, RowId};
use policy::{Language, RowState};
use testkit::both::on_both;
use testkit::office::{DAY, House, MORNING, applicants};

fn row(text: &str) -> RowId {
    text.parse().unwrap()
}

fn days(n: i64) -> Moment {
    Moment(MORNING.0 + n * DAY)
}

#[test]
fn a_row_is_a_draft_until_approved_and_every_version_stays() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        let id = row("r-041");
        let (drafted, entry) =
            register::put(&house.desk_of(&house.officer, 0), id.clone(), applicants()).await.unwrap();
        assert_eq!((drafted.state, drafted.version, drafted.entry), (RowState::Draft, 1, entry), "{}", ground.name);
        assert_eq!(drafted.kind.as_str(), "applicant");
        assert_eq!(drafted.term.as_str(), "hr.recruit");
        assert_eq!(drafted.sheet.text("no"), "r-041");
        register::approve(&house.desk_of(&house.officer, 10), &id).await.unwrap();
        register::review(&house.desk_of(&house.officer, 20), &id).await.unwrap();
        let changed = applicants().with("place", "Da Nang", CellStanding::Inferred);
        register::put(&house.desk_of(&house.officer, 30), id.clone(), changed).await.unwrap();
        let last = register::end(&house.desk_of(&house.officer, 40), &id).await.unwrap();

        let versions = register::versions(&house.office, &id).await.unwrap();
        let told: Vec<_> = versions.iter().map(|v| (v.version, v.state, v.changed_at, v.reviewed_at)).collect();
        assert_eq!(
            told,
            [
                (5, RowState::Ended, days(40), days(20)),
                (4, RowState::Active, days(30), days(20)),
                (3, RowState::Active, days(20), days(20)),
                (2, RowState::Active, days(10), days(10)),
                (1, RowState::Draft, days(0), days(0)),
            ],
            "{}",
            ground.name
        );
        assert_eq!(versions[0].entry, last);
        assert_eq!(versions[1].sheet.guesses().collect::<Vec<_>>(), ["place"]);
        assert!(versions[2].sheet.text("reviewed").ends_with("mori"), "{}", versions[2].sheet.text("reviewed"));

        for (day, state, place) in
            [(5, RowState::Draft, "Hanoi"), (25, RowState::Active, "Hanoi"), (35, RowState::Active, "Da Nang")]
        {
            let then = register::list(&house.office, Some(days(day))).await.unwrap();
            assert_eq!(then.len(), 1);
            assert_eq!((then[0].state, then[0].sheet.text("place")), (state, place), "{} on day {day}", ground.name);
        }
        assert!(register::list(&house.office, Some(Moment(MORNING.0 - 1))).await.unwrap().is_empty());
        let refused = register::put(&house.desk_of(&house.officer, 50), id, applicants()).await;
        assert!(matches!(refused, Err(No::Mistake(m)) if m.field == "state"));
    });
}

#[test]
fn a_column_that_cannot_be_read_is_named_and_nothing_is_kept() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        let desk = house.desk_of(&house.officer, 0);
        for (column, text, field) in [
            ("kinds", "applicant, employee", "kinds"),
            ("kinds", "", "kinds"),
            ("purpose", "hr.recruit, world domination", "purpose"),
            ("purpose", "", "purpose"),
            ("elements", "name, shoe size", "elements"),
            ("manager", " ", "manager"),
            ("keep-until", "", "keep-until"),
            ("colour", "red", "colour"),
        ] {
            let sheet = applicants().with(column, text, CellStanding::Confirmed);
            match register::put(&desk, row("r-1"), sheet).await {
                Err(No::Mistake(mistake)) => {
                    assert_eq!(mistake.field, field);
                    let said = mistake.texts.get(Language::En).to_owned();
                    assert!(
                        !said.contains("size") && !said.contains("domination"),
                        "a mistake does not repeat the value: {said}"
                    );
                    if text.contains(", ") && column != "kinds" {
                        assert!(said.contains("name 2"), "it tells the place: {said}");
                    }
                }
                other => panic!("{column} = {text:?}: {other:?}"),
            }
        }
        assert!(register::list(&house.office, None).await.unwrap().is_empty(), "{}", ground.name);
        // A term in words of its own is taken from the policy, and is then a guess.
        let sheet = applicants().with("keep-until", "採否の決定から14日", CellStanding::Confirmed);
        let (kept, _) = register::put(&desk, row("r-1"), sheet).await.unwrap();
        assert_eq!(kept.term.as_str(), "hr.recruit");
        assert_eq!(kept.sheet.guesses().collect::<Vec<_>>(), ["keep-until"]);
        // A purpose that is not notified to these people can be noted, not approved.
        let sheet = applicants().with("purpose", "hr.payroll", CellStanding::Confirmed);
        register::put(&desk, row("r-2"), sheet).await.unwrap();
        let refused = register::approve(&desk, &row("r-2")).await;
        assert!(matches!(refused, Err(No::Mistake(m)) if m.field == "purpose"));
    });
}

#[test]
fn only_the_officer_writes_the_ledger_and_a_lost_race_is_an_answer() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        let id = house.applicants().await;
        for actor in [&house.handler, &house.auditor, &house.administrator] {
            let refused = register::review(&house.desk_of(actor, 1), &id).await;
            assert!(matches!(refused, Err(No::Refusal(_))), "{}: {}", ground.name, actor.login);
        }
        assert!(matches!(register::review(&house.desk_of(&house.officer, 1), &row("r-9")).await, Err(No::Missing)));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let (desk, id) = (house.desk_of(&house.officer, 1), id.clone());
            tasks.spawn(async move { register::review(&desk, &id).await });
        }
        let mut reviewed = 0;
        for answer in tasks.join_all().await {
            match answer {
                Ok(_) => reviewed += 1,
                Err(No::Mistake(mistake)) => assert_eq!(mistake.field, "version"),
                Err(other) => panic!("{other}"),
            }
        }
        let versions = register::versions(&house.office, &id).await.unwrap();
        assert_eq!(versions.len(), 2 + reviewed, "{}: each review that was answered is a version", ground.name);
    });
}

#[test]
fn the_spreadsheet_reads_in_three_languages() {
    on_both(async |ground| {
        let house = House::new(&ground).await;
        house.applicants().await;
        house
            .row(
                "r-042",
                &[
                    ("name", "=1+1"),
                    ("kinds", "applicant"),
                    ("purpose", "hr.recruit"),
                    ("elements", "name"),
                    ("keep-until", "x"),
                ],
                0,
            )
            .await;
        let rows = register::list(&house.office, None).await.unwrap();
        for language in Language::ALL {
            let bytes = to_xlsx(&testkit::sample::policy(), &rows, *language).unwrap();
            assert!(bytes.starts_with(b"PK"), "{}", ground.name);
            assert!(bytes.len() > 4_000);
        }
    });
}
