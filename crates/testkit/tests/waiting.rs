//! An erasure that was decided waits as long as the policy says, told on both databases: gone for everybody, back when it is withdrawn,
//! and gone for good when the wait is over.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use access::work::{NewWork, Scope};
use access::{Desk, No};
use duties::occasion::{self, New, OccasionKind};
use ledger::entry::{Entry, EntryKind};
use ledger::names::{Moment, PersonId, PurposeId, RowId, WorkId};
use store::Value;
use testkit::both::{Ground, on_both};
use testkit::office::{DAY, House, MORNING};
use vault::{Alike, Batch, Correct, Find, NewPerson, Reveal, State, Waited};

const NAOKO: &[(&str, &str)] =
    &[("name", "髙橋 直子"), ("email", "naoko@example.jp"), ("phone", "090-1234-5678"), ("birth-date", "1990-04-01")];

struct Story {
    house: House,
    row: RowId,
    work: WorkId,
    naoko: PersonId,
}

async fn story(ground: &Ground) -> Story {
    let house = House::under(ground, testkit::sample::waiting()).await;
    let row = house.applicants().await;
    let work = house.work("R-2026-118", "hr.recruit", &row).await;
    let naoko = house.person(&row, "hr.recruit", NAOKO).await;
    Story { house, row, work, naoko }
}

fn recruit() -> PurposeId {
    "hr.recruit".parse().unwrap()
}

fn hours(n: i64) -> Moment {
    Moment(MORNING.0 + n * 3_600_000)
}

fn heard<T>(told: Result<T, No>) -> String {
    match told {
        Ok(_) => "done".into(),
        Err(No::Refusal(refusal)) => format!("{:?}", refusal.reasons),
        Err(no) => format!("{no:?}"),
    }
}

impl Story {
    fn officer(&self, at: Moment) -> Desk {
        self.house.office.desk(Some(self.house.officer.clone()), at)
    }

    fn handler(&self, at: Moment) -> Desk {
        self.house.office.desk(Some(self.house.handler.clone()), at)
    }

    async fn decided(&self) -> Moment {
        let done = vault::erase(&self.house.vault, &self.officer(hours(1)), self.naoko, recruit()).await.unwrap();
        assert_eq!(self.entry(done.entry).await.kind(), EntryKind::ErasureDecided);
        done.waits_until.unwrap()
    }

    async fn entry(&self, index: u64) -> Entry {
        Entry::parse(&self.house.store.entries(index, 1).await.unwrap()[0].body).unwrap()
    }

    async fn count(&self, sql: &str, values: Vec<Value>) -> i64 {
        self.house.store.read(sql, values).await.unwrap()[0].int(0).unwrap()
    }

    fn find(&self) -> Find {
        Find { text: "高橋直子".into(), purpose: recruit(), work: Some(self.work), limit: 20 }
    }

    fn reveal(&self, person: PersonId) -> Reveal {
        let elements = vec!["phone".parse().unwrap()];
        Reveal { person, row: self.row.clone(), elements, purpose: recruit(), work: Some(self.work) }
    }

    fn correct(&self, person: PersonId) -> Correct {
        let (element, value) = ("phone".parse().unwrap(), "080-0000-0000".into());
        Correct { person, row: self.row.clone(), element, value, purpose: recruit(), work: Some(self.work) }
    }

    fn again(&self, alike: Alike) -> Batch {
        let values = NAOKO.iter().map(|(element, value)| (element.parse().unwrap(), (*value).to_owned())).collect();
        Batch {
            row: self.row.clone(),
            purpose: recruit(),
            source: "story".into(),
            acquired_at: MORNING,
            attested: <_>::default(),
            alike,
            people: vec![NewPerson { values }],
        }
    }

    /// What somebody hears who asks everything there is to ask about a person.
    async fn all_of(&self, desk: &Desk, person: PersonId) -> Vec<String> {
        let vault = &self.house.vault;
        vec![
            heard(vault::reveal(vault, desk, self.reveal(person)).await),
            heard(vault::correct(vault, desk, self.correct(person)).await),
            heard(vault::suspend(vault, desk, person, recruit()).await),
            heard(vault::resume(vault, desk, person, recruit()).await),
            heard(vault::erase(vault, desk, person, recruit()).await),
            heard(vault::export_person(vault, desk, person, recruit(), Some(self.work)).await),
            heard(duties::milestone::record(desk, person, "offer-accepted").await),
        ]
    }

    async fn hold(&self, at: Moment) -> occasion::OccasionId {
        let new = New {
            kind: OccasionKind::Hold,
            subject: self.naoko.to_string(),
            outcome: String::new(),
            note: "a dispute".into(),
            due_at: None,
        };
        occasion::record(&self.officer(at), new).await.unwrap().0
    }

    /// A work record about nobody else.
    async fn work_about(&self) -> WorkId {
        let new = NewWork {
            code: "W-naoko".into(),
            title: "One person".into(),
            purpose: recruit(),
            logins: vec!["lan".into()],
            scope: Scope::People(vec![self.naoko]),
            starts_at: MORNING,
            ends_at: Moment(MORNING.0 + 20 * DAY),
        };
        access::work::open(&self.officer(MORNING), new).await.unwrap().0
    }

    async fn waited(&self, at: Moment) -> Waited {
        vault::erase_waited(&self.house.vault, &self.house.office, at).await.unwrap()
    }
}

#[test]
fn while_an_erasure_waits_the_person_is_gone_for_everybody() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let (vault, nobody) = (&s.house.vault, PersonId::from_bytes([9; 16]));
        let about = s.work_about().await;
        assert_eq!(s.decided().await, hours(73), "{}", ground.name);
        for desk in [
            s.officer(hours(2)),
            s.handler(hours(2)),
            s.house.office.desk(Some(s.house.auditor.clone()), hours(2)),
            s.house.office.desk(Some(s.house.administrator.clone()), hours(2)),
        ] {
            assert_eq!(s.all_of(&desk, s.naoko).await, s.all_of(&desk, nobody).await, "{}", ground.name);
        }
        let handler = s.handler(hours(2));
        let mut named = s.reveal(s.naoko);
        named.work = Some(about);
        let told = vault::reveal(vault, &handler, named).await;
        assert!(matches!(told, Err(No::Missing)), "{}: the work about them leads nowhere", ground.name);
        assert!(matches!(vault::kept(&handler, s.naoko).await, Err(No::Missing)));
        assert!(access::work::people(&s.house.office, about).await.unwrap().is_empty());
        assert!(vault::find(vault, &handler, s.find()).await.unwrap().hits.is_empty());
        assert!(duties::history::of_person(&s.house.office, s.naoko).await.unwrap().is_empty());
        let row = duties::register::get(&s.house.office, &s.row).await.unwrap().unwrap();
        assert_eq!(row.people, 0);
        // The same line is new, and looks like nobody who is held.
        let taken = vault::import(vault, &handler, s.again(Alike::LeaveOut)).await.unwrap();
        assert_eq!((taken.new, taken.known, taken.alike.len()), (1, 0, 0), "{}", ground.name);
        // The officer alone hears until when, and sets a hold.
        let seen = vault::kept(&s.officer(hours(2)), s.naoko).await.unwrap();
        assert_eq!((seen.state, seen.records.len()), (State::Waiting, 0));
        let waits = seen.waits.unwrap();
        assert_eq!((waits.decided_at, waits.until, waits.held), (hours(1), hours(73), false));
        assert_eq!(vault::waiting(&s.officer(hours(2))).await.unwrap(), [waits]);
        assert!(matches!(vault::waiting(&handler).await, Err(No::Missing)));
        let hold = |person: PersonId| New {
            kind: OccasionKind::Hold,
            subject: person.to_string(),
            outcome: String::new(),
            note: String::new(),
            due_at: None,
        };
        let told = occasion::record(&handler, hold(s.naoko)).await.map(|_| ());
        assert_eq!(heard(told), heard(occasion::record(&handler, hold(nobody)).await.map(|_| ())), "{}", ground.name);
    });
}

#[test]
fn a_withdrawn_erasure_brings_everything_back() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let vault = &s.house.vault;
        let marks = async || {
            let rows = s.house.store.read("SELECT mark FROM import_mark WHERE person = $1", vec![s.naoko.into()]).await;
            rows.unwrap()[0].bytes(0).unwrap().to_vec()
        };
        let mark = marks().await;
        vault::suspend(vault, &s.handler(hours(0)), s.naoko, recruit()).await.unwrap();
        s.decided().await;
        assert_ne!(marks().await, mark, "{}", ground.name);
        let no = vault::withdraw(vault, &s.handler(hours(2)), s.naoko, recruit()).await;
        assert!(matches!(no, Err(No::Missing)), "{}", ground.name);
        let done = vault::withdraw(vault, &s.officer(hours(72)), s.naoko, recruit()).await.unwrap();
        let entry = s.entry(done.entry).await;
        assert_eq!((entry.kind(), entry.people(), entry.is_refused()), (EntryKind::ErasureWithdrawn, 1, false));
        let kept = vault::kept(&s.officer(hours(72)), s.naoko).await.unwrap();
        assert_eq!((kept.state, kept.records.len(), kept.waits), (State::Suspended, 1, None), "as it was");
        vault::resume(vault, &s.officer(hours(72)), s.naoko, recruit()).await.unwrap();
        let told = vault::reveal(vault, &s.handler(hours(72)), s.reveal(s.naoko)).await.unwrap();
        assert_eq!(told.values[0].1.expose(), "090-1234-5678", "{}", ground.name);
        assert_eq!(vault::find(vault, &s.handler(hours(72)), s.find()).await.unwrap().hits.len(), 1);
        assert_eq!(marks().await, mark);
        let known = vault::import(vault, &s.handler(hours(72)), s.again(Alike::TakeIn)).await.unwrap();
        assert_eq!((known.new, known.known), (0, 1), "{}: the line is known again", ground.name);
        // Nothing waits any more, and nothing is erased.
        let no = vault::withdraw(vault, &s.officer(hours(72)), s.naoko, recruit()).await;
        assert!(matches!(no, Err(No::Missing)));
        assert_eq!(s.waited(hours(100)).await, Waited::default());
    });
}

#[test]
fn a_line_taken_in_meanwhile_keeps_its_place_when_the_erasure_is_withdrawn() {
    on_both(async |ground| {
        let s = story(&ground).await;
        s.decided().await;
        let taken = vault::import(&s.house.vault, &s.handler(hours(2)), s.again(Alike::LeaveOut)).await.unwrap();
        assert_eq!(taken.new, 1);
        vault::withdraw(&s.house.vault, &s.officer(hours(3)), s.naoko, recruit()).await.unwrap();
        let marks = s.count("SELECT COUNT(*) FROM import_mark", vec![]).await;
        assert_eq!(marks, 2, "{}", ground.name);
        let known = vault::import(&s.house.vault, &s.handler(hours(3)), s.again(Alike::LeaveOut)).await.unwrap();
        assert_eq!((known.new, known.known), (0, 1), "{}", ground.name);
        // And it may be decided again.
        let again = vault::erase(&s.house.vault, &s.officer(hours(4)), s.naoko, recruit()).await.unwrap();
        assert_eq!(again.waits_until, Some(hours(76)));
        assert_eq!(s.waited(hours(76)).await, Waited { erased: 1, held: 0 });
    });
}

#[test]
fn when_the_wait_is_over_everything_goes_for_good() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let until = s.decided().await;
        assert_eq!(s.waited(Moment(until.0 - 1)).await, Waited::default(), "{}: not a moment before", ground.name);
        let who = || vec![s.naoko.into()];
        let sql = "SELECT epoch, wrapped FROM subject_key WHERE person = $1";
        let before = s.house.keys.read(sql, who()).await.unwrap()[0].clone();
        let key = async || {
            let sql = "SELECT COUNT(*) FROM subject_key WHERE person = $1";
            s.house.keys.read(sql, who()).await.unwrap()[0].int(0).unwrap()
        };
        assert_eq!(key().await, 1, "until then the key is there");
        assert_eq!(s.waited(until).await, Waited { erased: 1, held: 0 }, "{}", ground.name);
        assert_eq!(key().await, 0);
        for table in ["record", "side", "milestone", "work_person", "import_mark"] {
            let left = s.count(&format!("SELECT COUNT(*) FROM {table} WHERE person = $1"), who()).await;
            assert_eq!(left, 0, "{}: {table}", ground.name);
        }
        let here = "SELECT COUNT(*) FROM person WHERE id = $1 AND state = 'erased' AND erase_at IS NULL";
        assert_eq!(s.count(here, who()).await, 1);
        assert!(matches!(vault::kept(&s.officer(until), s.naoko).await, Err(No::Missing)));
        let no = vault::withdraw(&s.house.vault, &s.officer(until), s.naoko, recruit()).await;
        assert!(matches!(no, Err(No::Missing)), "{}: too late", ground.name);
        let erasures = vault::erasures(&s.house.store, 0).await.unwrap();
        assert_eq!(erasures.len(), 1);
        let entry = s.entry(erasures[0].entry).await;
        assert_eq!(entry.clause_ids().iter().map(|c| c.as_str()).collect::<Vec<_>>(), ["dispose.proper.2"]);
        assert_eq!(s.waited(Moment(until.0 + DAY)).await, Waited::default(), "once");
        // Cut off before the key went, it is finished at the next start.
        let values =
            vec![s.naoko.into(), before.int(0).unwrap().into(), before.bytes(1).unwrap().into(), Vec::new().into()];
        let back = store::Change::new(
            "INSERT INTO subject_key (person, epoch, wrapped, generation, ledger, next) VALUES ($1, $2, $3, 1, $4, $4)",
            values,
        );
        assert!(s.house.keys.change(vec![back]).await.unwrap());
        assert_eq!(vault::finish_erasures(&s.house.vault, &s.house.office).await.unwrap(), 1, "{}", ground.name);
        assert_eq!(key().await, 0);
    });
}

#[test]
fn a_hold_set_meanwhile_keeps_it_waiting() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let until = s.decided().await;
        let hold = s.hold(hours(10)).await;
        assert_eq!(s.waited(until).await, Waited { erased: 0, held: 1 }, "{}", ground.name);
        let seen = vault::kept(&s.officer(until), s.naoko).await.unwrap();
        assert!(seen.waits.unwrap().held, "and it says why");
        occasion::close(&s.officer(until), hold, "lifted").await.unwrap();
        assert_eq!(s.waited(until).await, Waited { erased: 1, held: 0 }, "{}", ground.name);
        // A hold from before refuses the decision.
        let other = s.house.person(&s.row, "hr.recruit", &[("name", "一時 保留")]).await;
        let other = Story { naoko: other, ..s };
        other.hold(until).await;
        let no = vault::erase(&other.house.vault, &other.officer(until), other.naoko, recruit()).await;
        let Err(No::Refusal(refusal)) = no else { panic!("{}: {no:?}", ground.name) };
        assert_eq!(refusal.reasons[0].rule, policy::Rule::HeldByDispute);
    });
}

#[test]
fn a_disposal_that_waits_is_not_owed_until_the_wait_is_over() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let due = hours(-48);
        let sql = "UPDATE record SET due_at = $2 WHERE person = $1";
        let past = store::Change::new(sql, vec![s.naoko.into(), due.into()]);
        assert!(s.house.store.scratch(vec![past]).await.is_ok());
        let owed = async |at: Moment| {
            let desk = s.officer(at);
            duties::retention::due(&desk, desk.today()).await.unwrap().iter().map(|due| due.people).sum::<u64>()
        };
        assert_eq!(owed(hours(0)).await, 1, "{}", ground.name);
        let until = s.decided().await;
        assert_eq!(owed(hours(2)).await, 0, "{}: nothing is left to do", ground.name);
        assert_eq!(owed(Moment(until.0 + DAY)).await, 1, "{}: nobody erased it", ground.name);
    });
}
