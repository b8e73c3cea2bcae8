//! After an erasure no table of either store names the person any more, however they were erased: not by their id, and not by what the
//! office wrote of a hold on their information. What happened stays countable.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use access::work::{NewWork, Scope};
use access::{Desk, No};
use duties::occasion::{self, New, OccasionId, OccasionKind};
use duties::{history, milestone, retention};
use ledger::entry::EntryKind;
use ledger::names::{Moment, PersonId, PurposeId, RowId, WorkId};
use policy::Language;
use store::{Row, Value};
use testkit::both::{Ground, on_both};
use testkit::office::{DAY, House, MORNING};
use testkit::sample;
use vault::{Correct, Reveal};

const NAOKO: &[(&str, &str)] =
    &[("name", "髙橋 直子"), ("email", "naoko@example.jp"), ("phone", "090-1234-5678"), ("birth-date", "1990-04-01")];
const WHY_HELD: &str = "her lawyer wrote to us";
const HOW_LIFTED: &str = "her suit was settled";

struct Story {
    house: House,
    row: RowId,
    naoko: PersonId,
    lifted: OccasionId,
    /// The entries of the hold and of its end.
    held: [u64; 2],
}

fn recruit() -> PurposeId {
    "hr.recruit".parse().unwrap()
}

fn hold(person: PersonId) -> New {
    New { kind: OccasionKind::Hold, subject: person.to_string(), note: WHY_HELD.into(), ..New::default() }
}

/// Everything that leaves a trace of a person has happened to Naoko once.
async fn story(ground: &Ground, policy: policy::Policy) -> Story {
    let house = House::under(ground, policy).await;
    let row = house.applicants().await;
    let work = house.work("R-2026-118", "hr.recruit", &row).await;
    let naoko = house.person(&row, "hr.recruit", NAOKO).await;
    let (desk, officer) = (house.desk(), house.desk_of(&house.officer, 1));
    let reveal = |person: PersonId, work: Option<WorkId>| {
        let elements = vec!["phone".parse().unwrap()];
        Reveal { person, row: row.clone(), elements, purpose: recruit(), work }
    };
    vault::reveal(&house.vault, &desk, reveal(naoko, Some(work))).await.unwrap();
    assert!(matches!(vault::reveal(&house.vault, &desk, reveal(naoko, None)).await, Err(No::Refusal(_))));
    let (element, value) = ("phone".parse().unwrap(), "080-0000-0000".into());
    let correct = Correct { person: naoko, row: row.clone(), element, value, purpose: recruit(), work: Some(work) };
    vault::correct(&house.vault, &desk, correct).await.unwrap();
    milestone::record(&desk, naoko, "offer-accepted").await.unwrap();
    about(&desk_of(&house, 1), naoko).await;
    vault::suspend(&house.vault, &desk, naoko, recruit()).await.unwrap();
    vault::resume(&house.vault, &officer, naoko, recruit()).await.unwrap();
    let (lifted, set) = occasion::record(&officer, hold(naoko)).await.unwrap();
    assert!(matches!(vault::erase(&house.vault, &officer, naoko, recruit()).await, Err(No::Refusal(_))));
    let ended = occasion::close(&house.desk_of(&house.officer, 2), lifted, HOW_LIFTED).await.unwrap();
    Story { house, row, naoko, lifted, held: [set, ended] }
}

fn desk_of(house: &House, days: i64) -> Desk {
    house.desk_of(&house.officer, days)
}

/// A work record about one person.
async fn about(officer: &Desk, person: PersonId) {
    let new = NewWork {
        code: "W-one".into(),
        title: "One person".into(),
        purpose: recruit(),
        logins: vec!["lan".into()],
        scope: Scope::People(vec![person]),
        starts_at: MORNING,
        ends_at: Moment(MORNING.0 + 20 * DAY),
    };
    access::work::open(officer, new).await.unwrap();
}

/// Every table with its columns, as the schemas have them.
fn tables(schema: &str) -> Vec<(String, Vec<String>)> {
    let lines = schema.lines().filter_map(|line| line.strip_prefix("CREATE TABLE "));
    lines
        .map(|line| {
            let (table, columns) = line.split_once(" (").unwrap();
            let columns = columns.split(", ").filter(|c| !c.starts_with("PRIMARY KEY (") && !c.starts_with("UNIQUE ("));
            let columns = columns
                .filter(|column| column.contains(" BIGINT") || column.contains(" TEXT") || column.contains(" BYTEA"));
            (table.to_owned(), columns.map(|column| column.split(' ').next().unwrap().to_owned()).collect())
        })
        .collect()
}

/// Whether a column holds some of these bytes.
fn holds(row: &Row, column: usize, sought: &[&[u8]]) -> bool {
    let bytes = match (row.text(column), row.maybe_bytes(column)) {
        (Ok(text), _) => text.as_bytes().to_vec(),
        (_, Ok(Some(bytes))) => bytes.to_vec(),
        _ => return false,
    };
    sought.iter().any(|sought| bytes.windows(sought.len()).any(|part| part == *sought))
}

impl Story {
    /// Where anything is said of Naoko, table by table and column by column, in both stores.
    async fn named(&self) -> Vec<String> {
        let id = self.naoko.to_string();
        let sought = [self.naoko.as_bytes(), id.as_bytes(), WHY_HELD.as_bytes(), HOW_LIFTED.as_bytes()];
        let mut named = Vec::new();
        let data = tables(include_str!("../../store/schema/data.sql"));
        let keys = tables(include_str!("../../store/schema/keys.sql"));
        assert!(data.len() > 20 && keys.len() >= 3, "the schema is read");
        for (in_keys, (table, columns)) in
            data.into_iter().map(|t| (false, t)).chain(keys.into_iter().map(|t| (true, t)))
        {
            let sql = format!("SELECT {} FROM {table}", columns.join(", "));
            let rows = if in_keys {
                self.house.keys.read(&sql, vec![]).await.unwrap()
            } else {
                self.house.store.read(&sql, vec![]).await.unwrap()
            };
            for row in &rows {
                let found = (0..columns.len()).filter(|column| holds(row, *column, &sought));
                named.extend(found.map(|column| format!("{table}.{}", columns[column])));
            }
        }
        named
    }

    /// What is left: that the person was, that they were erased, and that their key was destroyed.
    async fn is_cut(&self, ground: &Ground) {
        assert_eq!(self.named().await, ["detail.body", "person.id", "destroyed.person"], "{}", ground.name);
        let erased = vault::erasures(&self.house.store, 0).await.unwrap();
        assert_eq!(erased.len(), 1);
        let sql = "SELECT body FROM detail WHERE idx = $1";
        let entry: Value = i64::try_from(erased[0].entry).unwrap().into();
        let told = self.house.store.read(sql, vec![entry]).await.unwrap()[0].bytes(0).unwrap().to_vec();
        let told: serde_json::Value = serde_json::from_slice(&told).unwrap();
        assert_eq!(told["person"], self.naoko.to_string().as_str(), "the details are those of the erasure itself");
    }

    /// Holds are still counted, with when they were set and lifted.
    async fn holds(&self) -> Vec<(OccasionId, bool)> {
        let all = occasion::list(&self.house.office, Some(OccasionKind::Hold), Moment(0)).await.unwrap();
        assert!(all.iter().all(|o| [&o.subject, &o.outcome, &o.note].iter().all(|text| text.is_empty())));
        all.into_iter().map(|hold| (hold.id, hold.closed_at.is_some())).collect()
    }
}

#[test]
fn an_erasure_cuts_whatever_names_the_person() {
    on_both(async |ground| {
        let s = story(&ground, sample::policy()).await;
        let before = s.named().await;
        for place in ["occasion.subject", "occasion.note", "occasion.outcome", "side.person", "work_person.person"] {
            assert!(before.iter().any(|named| named == place), "{}: {place} in {before:?}", ground.name);
        }
        let on = |days: i64| desk_of(&s.house, days);
        vault::erase(&s.house.vault, &on(3), s.naoko, recruit()).await.unwrap();
        s.is_cut(&ground).await;
        assert_eq!(s.holds().await, [(s.lifted, true)], "{}", ground.name);
        for entry in s.held {
            let told = history::explain(&s.house.office, entry, Language::En).await.unwrap().unwrap();
            assert!(told.sentence.contains("set or lifted a hold"), "{}: {}", ground.name, told.sentence);
        }
        // Nothing that counts holds stumbles over one that names nobody, and nothing closes it again.
        for days in [0, 1, 3] {
            assert!(retention::due(&on(days), on(days).today()).await.is_ok(), "{}", ground.name);
        }
        let again = occasion::close(&on(4), s.lifted, "again").await;
        assert!(matches!(again, Err(No::Missing)), "{}", ground.name);
    });
}

#[test]
fn an_erasure_that_waited_cuts_the_same() {
    on_both(async |ground| {
        let s = story(&ground, sample::waiting()).await;
        let until = vault::erase(&s.house.vault, &desk_of(&s.house, 3), s.naoko, recruit()).await.unwrap().waits_until;
        let until = until.unwrap();
        // Set and lifted while it waits.
        let officer = s.house.office.desk(Some(s.house.officer.clone()), Moment(until.0 - 1));
        let (second, _) = occasion::record(&officer, hold(s.naoko)).await.unwrap();
        occasion::close(&officer, second, HOW_LIFTED).await.unwrap();
        assert_eq!(vault::erase_waited(&s.house.vault, &s.house.office, until).await.unwrap().erased, 1);
        s.is_cut(&ground).await;
        assert_eq!(s.holds().await, [(second, true), (s.lifted, true)], "{}", ground.name);
    });
}

#[test]
fn whoever_came_back_with_an_older_store_is_cut_again_with_the_hold_that_was_open_then() {
    on_both(async |ground| {
        let s = story(&ground, sample::policy()).await;
        let officer = desk_of(&s.house, 3);
        let (open, _) = occasion::record(&officer, hold(s.naoko)).await.unwrap();
        let other = s.house.person(&s.row, "hr.recruit", &[("name", "一時 保留")]).await;
        let now = Moment(officer.now().0 + DAY);
        let back = |person: PersonId| vault::erase_again(&s.house.vault, &s.house.office, now, [person]);
        assert_eq!(back(s.naoko).await.unwrap(), 1, "{}", ground.name);
        s.is_cut(&ground).await;
        assert_eq!(s.holds().await, [(open, false), (s.lifted, true)], "{}", ground.name);
        // The hold that is open about nobody keeps nobody, and is nobody's to close.
        assert!(matches!(occasion::close(&officer, open, "over").await, Err(No::Missing)), "{}", ground.name);
        assert_eq!(back(other).await.unwrap(), 1, "{}", ground.name);
    });
}

#[test]
fn nothing_but_the_subject_of_a_hold_takes_a_persons_id() {
    on_both(async |ground| {
        let s = story(&ground, sample::policy()).await;
        let officer = desk_of(&s.house, 3);
        let id = s.naoko.to_string();
        let (one, rest) = id.split_at(8);
        let (two, three) = rest.split_at(4);
        let dashed = format!("{one}-{two}-{three}");
        for written in [id.clone(), id.to_uppercase(), format!("about {id}, again"), dashed] {
            let inquiry = |subject: &str, note: &str| New {
                kind: OccasionKind::Inquiry,
                subject: subject.into(),
                note: note.into(),
                ..New::default()
            };
            for (new, field) in [(inquiry(&written, ""), "subject"), (inquiry("Q-1", &written), "note")] {
                let told = occasion::record(&officer, new).await;
                assert!(matches!(&told, Err(No::Mistake(m)) if m.field == field), "{}: {told:?}", ground.name);
            }
            let test =
                New { kind: OccasionKind::Meeting, subject: "May".into(), outcome: written.clone(), ..New::default() };
            assert!(matches!(occasion::record(&officer, test).await, Err(No::Mistake(m)) if m.field == "outcome"));
            let (asked, _) = occasion::record(&officer, inquiry("Q-2", "")).await.unwrap();
            let told = occasion::close(&officer, asked, &written).await;
            assert!(matches!(told, Err(No::Mistake(m)) if m.field == "outcome"), "{}", ground.name);
        }
        let set = New { outcome: "set".into(), ..hold(s.naoko) };
        assert!(matches!(occasion::record(&officer, set).await, Err(No::Mistake(m)) if m.field == "outcome"));
        let digest = New { kind: OccasionKind::Meeting, subject: "ab".repeat(32), ..New::default() };
        occasion::record(&officer, digest).await.unwrap();
        let entry = s.house.store.entries(s.held[0], 1).await.unwrap();
        assert_eq!(ledger::entry::Entry::parse(&entry[0].body).unwrap().kind(), EntryKind::Held);
    });
}
