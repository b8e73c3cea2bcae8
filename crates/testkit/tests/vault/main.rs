//! The one act and its neighbours, told on both databases: policy, permit, ledger, value.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use access::No;
use ledger::commitment::commit_subject;
use ledger::entry::{Entry, EntryKind};
use ledger::names::{ElementId, PersonId, PurposeId, RowId, WorkId};
use policy::Rule;
use testkit::both::on_both;
use testkit::office::House;
use vault::{Alike, Batch, Correct, Find, NewPerson, Reveal, State};

mod finds;
mod imports;
mod renewals;

const NAOKO: &[(&str, &str)] = &[
    ("name", "髙橋 直子"),
    ("name-kana", "たかはし なおこ"),
    ("email", "Naoko.Takahashi@example.jp"),
    ("phone", "０９０－１２３４－５６７８"),
    ("birth-date", "1990-04-01"),
];

#[test]
fn a_node_that_has_not_seen_a_newer_policy_reveals_nothing_by_the_older_one() {
    on_both(async |ground| {
        let story = story(&ground).await;
        let house = &story.house;
        let late = access::Office::open(house.store.clone(), testkit::office::seeded(5), [0; 32], 1).await.unwrap();
        let mut files = testkit::sample::files("sample");
        let text = files.get_mut("policy.toml").unwrap();
        *text = text.replace("version = \"7\"", "version = \"8\"");
        let newer = policy::check(&files).policy.unwrap();
        let digest = newer.digest();
        let desk = house.desk_of(&house.officer, 1);
        let both = [house.officer.clone(), house.auditor.clone()];
        duties::enact::enact(&desk, newer, desk.now(), &both).await.unwrap();

        let size = story.size().await;
        let now = house.desk_of(&house.handler, 1).now();
        let reveal = async || {
            let desk = late.desk(Some(house.handler.clone()), now);
            let by = desk.enacted().unwrap().policy.version().to_owned();
            (by, vault::reveal(&house.vault, &desk, story.reveal(&["phone"])).await)
        };
        let (by, answer) = reveal().await;
        assert_eq!(by, "7", "{}", ground.name);
        assert!(matches!(&answer, Err(No::Mistake(mistake)) if mistake.field == "version"), "{}", ground.name);
        assert_eq!(story.size().await, size, "{}: nothing was left", ground.name);
        // It has looked again meanwhile, and judges by what is in force.
        let (by, answer) = reveal().await;
        assert_eq!(by, "8", "{}", ground.name);
        assert_eq!(story.entry(answer.unwrap().entry).await.policy_digest(), Some(digest), "{}", ground.name);
    });
}

struct Story {
    house: House,
    row: RowId,
    work: WorkId,
    naoko: PersonId,
}

async fn story(ground: &testkit::both::Ground) -> Story {
    let house = House::new(ground).await;
    let row = house.applicants().await;
    let work = house.work("R-2026-118", "hr.recruit", &row).await;
    let naoko = house.person(&row, "hr.recruit", NAOKO).await;
    Story { house, row, work, naoko }
}

impl Story {
    fn reveal(&self, elements: &[&str]) -> Reveal {
        Reveal {
            person: self.naoko,
            row: self.row.clone(),
            elements: elements.iter().map(|e| e.parse().unwrap()).collect(),
            purpose: recruit(),
            work: Some(self.work),
        }
    }

    fn find(&self, text: &str) -> Find {
        Find { text: text.into(), purpose: recruit(), work: Some(self.work), limit: 20 }
    }

    async fn size(&self) -> u64 {
        self.house.store.head().await.unwrap().size
    }

    async fn entry(&self, index: u64) -> Entry {
        Entry::parse(&self.house.store.entries(index, 1).await.unwrap()[0].body).unwrap()
    }
}

fn recruit() -> PurposeId {
    "hr.recruit".parse().unwrap()
}

fn refusal(no: No) -> access::Refusal {
    match no {
        No::Refusal(refusal) => *refusal,
        other => panic!("a refusal was due, not {other:?}"),
    }
}

#[test]
fn a_reveal_is_in_the_ledger_before_it_is_told_and_the_entry_says_nothing_of_the_person() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let before = s.size().await;
        let told = vault::reveal(&s.house.vault, &s.house.desk(), s.reveal(&["phone", "email"])).await.unwrap();
        let values: Vec<&str> = told.values.iter().map(|(_, v)| v.expose().as_str()).collect();
        assert_eq!(
            values,
            ["０９０－１２３４－５６７８", "Naoko.Takahashi@example.jp"],
            "{}: as they were written",
            ground.name
        );
        assert_eq!((told.entry, s.size().await), (before, before + 1));
        let entry = s.entry(told.entry).await;
        assert_eq!(entry.kind(), EntryKind::Revealed);
        assert!(!entry.is_refused() && entry.people() == 1 && entry.work_id() == Some(s.work));
        assert_eq!(entry.policy_digest(), Some(testkit::sample::policy().digest()));
        assert!(entry.clause_ids().iter().any(|c| c.as_str() == "purpose.people-recruit"), "{:?}", entry.clause_ids());
        let body = String::from_utf8(s.house.store.entries(told.entry, 1).await.unwrap()[0].body.clone()).unwrap();
        for never in ["髙橋", "example.jp", "5678", &s.naoko.to_string()] {
            assert!(!body.contains(never), "{body}");
        }
        assert_ne!(entry.subject_commitment().unwrap(), commit_subject(&[0; 32], entry.act(), s.naoko));
    });
}

#[test]
fn a_refusal_names_the_sentence_and_the_way_on_and_is_recorded() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let before = s.size().await;
        let no = vault::reveal(&s.house.vault, &s.house.desk(), s.reveal(&["health-check"])).await.err().unwrap();
        let told = refusal(no);
        assert_eq!(told.entry, before, "{}", ground.name);
        assert_eq!(told.reasons[0].rule, Rule::ConditionNotMet);
        assert_eq!(told.reasons[0].clause.as_str(), "gap.special-care-consent.2");
        let entry = s.entry(told.entry).await;
        assert!(entry.is_refused() && entry.kind() == EntryKind::Revealed && entry.people() == 1);
        // It may not be taken in either, until the milestone is on record; then both have another answer.
        let taken = || Correct {
            person: s.naoko,
            row: s.row.clone(),
            element: element("health-check"),
            value: "A".into(),
            purpose: recruit(),
            work: Some(s.work),
        };
        let no = vault::correct(&s.house.vault, &s.house.desk(), taken()).await.err().unwrap();
        assert_eq!(refusal(no).reasons[0].rule, Rule::ConditionNotMet);
        let officer = s.house.desk_of(&s.house.officer, 0);
        duties::milestone::record(&officer, s.naoko, "offer-accepted").await.unwrap();
        vault::correct(&s.house.vault, &s.house.desk(), taken()).await.unwrap();
        let told = vault::reveal(&s.house.vault, &s.house.desk(), s.reveal(&["health-check"])).await.unwrap();
        assert_eq!(told.values[0].1.expose(), "A");
    });
}

#[test]
fn nothing_opens_without_an_open_work_record_of_ones_own_for_that_purpose() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let vault = &s.house.vault;
        let mut asked = s.reveal(&["phone"]);
        asked.work = None;
        let told = refusal(vault::reveal(vault, &s.house.desk(), asked).await.err().unwrap());
        assert_eq!(told.reasons[0].rule, Rule::NoWork, "{}", ground.name);
        // The auditor is not on it: whether the person exists is not told either, but the try is recorded.
        let auditor = s.house.desk_of(&s.house.auditor, 0);
        let before = s.size().await;
        let no = vault::reveal(vault, &auditor, s.reveal(&["phone"])).await.err().unwrap();
        assert!(matches!(no, No::Missing), "{no:?}");
        assert!(s.size().await == before + 1 && s.entry(before).await.is_refused());
        // After its end nothing opens under it.
        let late = s.house.desk_of(&s.house.handler, 31);
        let told = refusal(vault::reveal(vault, &late, s.reveal(&["phone"])).await.err().unwrap());
        assert_eq!(told.reasons[0].rule, Rule::WorkEnded);
        // Nor for a purpose the row does not name.
        let mut asked = s.reveal(&["phone"]);
        asked.purpose = "partner.events".parse().unwrap();
        let rules: Vec<Rule> = refusal(vault::reveal(vault, &s.house.desk(), asked).await.err().unwrap())
            .reasons
            .iter()
            .map(|r| r.rule)
            .collect();
        assert!(rules.contains(&Rule::PurposeNotForKind) && rules.contains(&Rule::WorkOtherPurpose), "{rules:?}");
    });
}

#[test]
fn somebody_who_is_not_there_and_somebody_one_may_not_know_sound_the_same() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let mut asked = s.reveal(&["phone"]);
        asked.person = PersonId::from_bytes([9; 16]);
        let before = s.size().await;
        let no = vault::reveal(&s.house.vault, &s.house.desk(), asked).await.err().unwrap();
        assert!(matches!(no, No::Missing), "{}: {no:?}", ground.name);
        assert!(s.entry(before).await.is_refused(), "{}: the try is recorded", ground.name);
    });
}

/// What somebody hears, without the number of the entry.
fn heard<T>(answer: Result<T, No>) -> String {
    match answer.err().unwrap() {
        No::Refusal(refusal) => format!("{:?} {:?}", refusal.reasons, refusal.clauses),
        other => format!("{other:?}"),
    }
}

#[test]
fn whether_somebody_is_held_is_told_only_to_those_who_may_know() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let vault = &s.house.vault;
        let nobody = PersonId::from_bytes([9; 16]);
        let row: RowId = "r-041".parse().unwrap();
        let late = s.house.desk_of(&s.house.handler, 31);
        let administrator = s.house.desk_of(&s.house.administrator, 0);
        let elsewhere = s.house.work("W-elsewhere", "hr.recruit", &row).await;
        duties_close(&s, elsewhere).await;
        for (name, desk) in [("after the end of the work", &late), ("an administrator", &administrator)] {
            for work in [Some(s.work), None, Some(elsewhere), Some(WorkId::from_bytes([7; 16]))] {
                let mut told = Vec::new();
                for person in [s.naoko, nobody] {
                    let mut all = Vec::new();
                    let before = s.size().await;
                    let mut asked = s.reveal(&["phone", "health-check"]);
                    (asked.person, asked.work) = (person, work);
                    all.push(heard(vault::reveal(vault, desk, asked).await));
                    let correct = vault::Correct {
                        person,
                        row: row.clone(),
                        element: element("phone"),
                        value: "090-0000-0000".into(),
                        purpose: recruit(),
                        work,
                    };
                    all.push(heard(vault::correct(vault, desk, correct).await));
                    // Whoever takes requests at the desk may stop the use of anybody's information; that is an act, with an entry.
                    if name == "an administrator" {
                        all.push(heard(vault::suspend(vault, desk, person, recruit()).await));
                    }
                    all.push(heard(vault::resume(vault, desk, person, recruit()).await));
                    all.push(heard(vault::erase(vault, desk, person, recruit()).await));
                    all.push(heard(vault::export_person(vault, desk, person, recruit(), work).await));
                    all.push(heard(vault::kept(desk, person).await));
                    all.push(heard(duties::milestone::record(desk, person, "offer-accepted").await));
                    // The ledger shows everybody the same of both.
                    for n in before..s.size().await {
                        let line = duties::history::entry(&s.house.office, n).await.unwrap().unwrap();
                        all.push(format!(
                            "{:?} {} {:?} {:?} {:?} {} {:?} {:?}",
                            line.kind,
                            line.refused,
                            line.purpose,
                            line.elements,
                            line.work,
                            line.people,
                            line.row,
                            line.clauses
                        ));
                    }
                    told.push(all);
                }
                assert_eq!(told[0], told[1], "{}: {name}, {work:?}", ground.name);
            }
        }
        // Ended work is still told as what it is.
        let told = refusal(vault::reveal(vault, &late, s.reveal(&["phone"])).await.err().unwrap());
        assert_eq!(told.reasons[0].rule, Rule::WorkEnded);
    });
}

async fn duties_close(s: &Story, work: WorkId) {
    access::work::close(&s.house.desk_of(&s.house.officer, 0), work).await.unwrap();
}

#[test]
fn people_are_found_however_they_are_written_and_the_search_is_an_act() {
    on_both(async |ground| {
        let s = story(&ground).await;
        for text in [
            "高橋直子",
            "髙橋　直子",
            "高橋",
            "たかはし",
            "ﾅｵｺ",
            "タカハシ ナオコ",
            "ﾀｶﾊｼ ﾅｵｺ",
            "naoko.takahashi@EXAMPLE.JP",
            "090-1234-5678",
            "+81 90 1234 5678",
            "平成2年4月1日",
        ] {
            let found = vault::find(&s.house.vault, &s.house.desk(), s.find(text)).await.unwrap();
            assert_eq!(found.hits.len(), 1, "{}: {text}", ground.name);
            assert_eq!(found.hits[0].person, s.naoko);
            assert_eq!(found.hits[0].name.as_ref().unwrap().expose(), "髙橋 直子");
            let entry = s.entry(found.entry).await;
            assert_eq!((entry.kind(), entry.people()), (EntryKind::Found, 1));
        }
        for text in ["高橋健一", "高", "5678-0000-1111", "naoko@example.jp"] {
            let found = vault::find(&s.house.vault, &s.house.desk(), s.find(text)).await.unwrap();
            assert!(found.hits.is_empty(), "{}: {text} is somebody else", ground.name);
        }
        let none = vault::find(&s.house.vault, &s.house.desk(), s.find("山田太郎")).await.unwrap();
        assert!(none.hits.is_empty() && s.entry(none.entry).await.people() == 0, "an empty search is recorded too");
        let empty = vault::find(&s.house.vault, &s.house.desk(), s.find("  ")).await;
        assert!(matches!(empty.err().unwrap(), No::Mistake(m) if m.field == "text"));
    });
}

#[test]
fn a_correction_is_found_anew_and_the_old_value_is_gone() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let correct = |value: &str| Correct {
            person: s.naoko,
            row: s.row.clone(),
            element: "phone".parse().unwrap(),
            value: value.into(),
            purpose: recruit(),
            work: Some(s.work),
        };
        let desk = s.house.desk();
        let bad = vault::correct(&s.house.vault, &desk, correct("12")).await.err().unwrap();
        assert!(matches!(bad, No::Mistake(m) if m.field == "phone"));
        vault::correct(&s.house.vault, &desk, correct("080-1234-1234")).await.unwrap();
        let told = vault::reveal(&s.house.vault, &desk, s.reveal(&["phone", "email"])).await.unwrap();
        assert_eq!(told.values[0].1.expose(), "080-1234-1234", "{}", ground.name);
        assert_eq!(told.values[1].1.expose(), "Naoko.Takahashi@example.jp", "its neighbours stay");
        let old = vault::find(&s.house.vault, &desk, s.find("090-1234-5678")).await.unwrap();
        assert!(old.hits.is_empty());
        assert_eq!(vault::find(&s.house.vault, &desk, s.find("08012341234")).await.unwrap().hits.len(), 1);
    });
}

#[test]
fn a_suspension_stops_use_until_the_officer_takes_it_up_again() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let (vault, desk) = (&s.house.vault, s.house.desk());
        vault::suspend(vault, &desk, s.naoko, recruit()).await.unwrap();
        let told = refusal(vault::reveal(vault, &desk, s.reveal(&["phone"])).await.err().unwrap());
        assert_eq!(told.reasons[0].rule, Rule::Suspended, "{}", ground.name);
        let no = vault::resume(vault, &desk, s.naoko, recruit()).await.err().unwrap();
        assert_eq!(refusal(no).reasons[0].rule, Rule::RoleMayNot);
        vault::resume(vault, &s.house.desk_of(&s.house.officer, 1), s.naoko, recruit()).await.unwrap();
        vault::reveal(vault, &s.house.desk_of(&s.house.handler, 1), s.reveal(&["phone"])).await.unwrap();
    });
}

#[test]
fn after_an_erasure_there_is_no_value_no_hit_no_link_and_every_proof_still_holds() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let (vault, desk) = (&s.house.vault, s.house.desk());
        vault::reveal(vault, &desk, s.reveal(&["phone"])).await.unwrap();
        let officer = s.house.desk_of(&s.house.officer, 1);
        vault::erase(vault, &officer, s.naoko, recruit()).await.unwrap();
        let no = vault::reveal(vault, &desk, s.reveal(&["phone"])).await.err().unwrap();
        assert!(matches!(no, No::Missing), "{}: {no:?}", ground.name);
        assert!(vault::find(vault, &desk, s.find("高橋直子")).await.unwrap().hits.is_empty());
        assert!(matches!(vault::kept(&officer, s.naoko).await, Err(No::Missing)));
        let who = vec![store::Value::from(s.naoko)];
        let tokens =
            s.house.store.read("SELECT COUNT(*) FROM token WHERE record NOT IN (SELECT n FROM record)", vec![]);
        assert_eq!(tokens.await.unwrap()[0].int(0).unwrap(), 0, "{}: a token of no record", ground.name);
        for table in ["record", "side", "milestone", "work_person", "import_mark"] {
            let sql = format!("SELECT COUNT(*) FROM {table} WHERE person = $1");
            let left = s.house.store.read(&sql, who.clone()).await.unwrap()[0].int(0).unwrap();
            assert_eq!(left, 0, "{}: {table}", ground.name);
        }
        let keys = s.house.keys.read("SELECT COUNT(*) FROM subject_key WHERE person = $1", who).await.unwrap();
        assert_eq!(keys[0].int(0).unwrap(), 0, "the key is destroyed");
        let mut verifier = ledger::verify::Verifier::new(&[], Vec::<String>::new());
        for entry in s.house.store.entries(0, 10_000).await.unwrap() {
            verifier.entry(entry.index, &entry.body, entry.leaf.as_slice().try_into().ok().as_ref());
        }
        let head = s.house.store.head().await.unwrap();
        assert!(verifier.finish(Some((head.size, head.root))).is_sound(), "{}", ground.name);
    });
}

#[test]
fn an_erasure_cut_off_before_the_key_went_is_finished_at_the_next_start() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let sql = "SELECT person, epoch, wrapped, generation FROM subject_key WHERE person = $1";
        let key = s.house.keys.read(sql, vec![s.naoko.into()]).await.unwrap()[0].clone();
        vault::erase(&s.house.vault, &s.house.desk_of(&s.house.officer, 1), s.naoko, recruit()).await.unwrap();
        // The key comes back, as from an old copy of the key store.
        let values = vec![
            s.naoko.into(),
            key.int(1).unwrap().into(),
            key.bytes(2).unwrap().into(),
            key.int(3).unwrap().into(),
            Vec::new().into(),
        ];
        let back = store::Change::new(
            "INSERT INTO subject_key (person, epoch, wrapped, generation, ledger, next) VALUES ($1, $2, $3, $4, $5, $5)",
            values,
        );
        assert!(s.house.keys.change(vec![back]).await.unwrap());
        assert_eq!(vault::finish_erasures(&s.house.vault, &s.house.office).await.unwrap(), 1, "{}", ground.name);
        assert_eq!(vault::finish_erasures(&s.house.vault, &s.house.office).await.unwrap(), 0);
    });
}

#[test]
fn nobodys_key_is_destroyed_on_the_word_of_a_column_or_of_details_that_are_not_the_entrys() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let said = store::Change::new("UPDATE person SET state = 'erased' WHERE id = $1", vec![s.naoko.into()]);
        assert!(s.house.store.scratch(vec![said]).await.unwrap());
        assert_eq!(vault::finish_erasures(&s.house.vault, &s.house.office).await.unwrap(), 0, "{}", ground.name);
        let back = store::Change::new("UPDATE person SET state = 'active' WHERE id = $1", vec![s.naoko.into()]);
        assert!(s.house.store.scratch(vec![back]).await.unwrap());
        let desk = s.house.desk();
        vault::reveal(&s.house.vault, &desk, s.reveal(&["phone"])).await.unwrap();
        // The details of a true erasure, altered to name somebody else.
        let other = s.house.person(&s.row, "hr.recruit", &[("name", "別の 人"), ("phone", "090-0000-1111")]).await;
        vault::erase(&s.house.vault, &s.house.desk_of(&s.house.officer, 1), other, recruit()).await.unwrap();
        assert_eq!(vault::erasures(&s.house.store, 0).await.unwrap().len(), 1);
        let sql = "SELECT d.idx, d.body FROM detail d JOIN entry e ON e.idx = d.idx WHERE e.kind = 'erased'";
        let rows = s.house.store.read(sql, vec![]).await.unwrap();
        let told = String::from_utf8(rows[0].bytes(1).unwrap().to_vec()).unwrap();
        let forged = told.replace(&other.to_string(), &s.naoko.to_string());
        assert_ne!(told, forged);
        let values = vec![rows[0].int(0).unwrap().into(), forged.as_bytes().into()];
        let forged = store::Change::new("UPDATE detail SET body = $2 WHERE idx = $1", values).exactly(1);
        assert!(s.house.store.scratch(vec![forged]).await.unwrap());
        assert!(vault::erasures(&s.house.store, 0).await.is_err(), "{}", ground.name);
        assert!(vault::finish_erasures(&s.house.vault, &s.house.office).await.is_err(), "{}", ground.name);
        vault::reveal(&s.house.vault, &desk, s.reveal(&["phone"])).await.unwrap();
    });
}

#[test]
fn a_person_gets_everything_that_is_held_of_them() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let answer: PurposeId = "rights.answer".parse().unwrap();
        let work = s.house.work("K-2026-1", "rights.answer", &s.row).await;
        let told = vault::export_person(&s.house.vault, &s.house.desk(), s.naoko, answer, Some(work)).await.unwrap();
        let document: serde_json::Value = serde_json::from_str(told.document.expose()).unwrap();
        let elements = document["records"][0]["elements"].as_array().unwrap();
        assert_eq!(elements.len(), NAOKO.len(), "{}: {document}", ground.name);
        assert!(elements.iter().any(|e| e["value"] == "髙橋 直子" && e["label"]["ja"] == "氏名"));
        assert_eq!(vault::kept(&s.house.desk(), s.naoko).await.unwrap().state, State::Active);
    });
}

#[test]
fn a_value_moved_to_another_person_or_field_does_not_open() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let other = s.house.person(&s.row, "hr.recruit", &[("name", "別 人"), ("phone", "03-1234-0000")]).await;
        let swap = "UPDATE record SET sheet = (SELECT r.sheet FROM record r WHERE r.person = $2) WHERE person = $1";
        let change = store::Change::new(swap, vec![s.naoko.into(), other.into()]).exactly(1);
        assert!(s.house.store.scratch(vec![change]).await.unwrap());
        let before = s.size().await;
        let no = vault::reveal(&s.house.vault, &s.house.desk(), s.reveal(&["phone"])).await.err().unwrap();
        assert!(matches!(no, No::Fault(_)), "{}: {no:?}", ground.name);
        assert!(s.entry(before).await.is_refused(), "the entry says that nothing was shown");
    });
}

fn element(id: &str) -> ElementId {
    id.parse().unwrap()
}

#[test]
fn what_changed_between_the_judgement_and_the_commit_is_a_lost_race() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let (vault, desk) = (&s.house.vault, s.house.desk());
        // Many reveals race one suspension: each is either before it in the ledger, or shows nothing.
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..40 {
            let (vault, desk, asked) = (vault.clone(), desk.clone(), s.reveal(&["phone"]));
            tasks.spawn(async move { vault::reveal(&vault, &desk, asked).await.ok().map(|told| told.entry) });
        }
        let suspended = vault::suspend(vault, &desk, s.naoko, recruit()).await.unwrap().entry;
        let told: Vec<u64> = tasks.join_all().await.into_iter().flatten().collect();
        assert!(told.iter().all(|entry| *entry < suspended), "{}: {told:?} after {suspended}", ground.name);
    });
}

#[test]
fn nothing_links_to_a_person_after_their_erasure_however_close() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let officer = s.house.desk_of(&s.house.officer, 0);
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..40 {
            let (vault, desk, asked, text) =
                (s.house.vault.clone(), s.house.desk(), s.reveal(&["health-check"]), s.find("高橋"));
            tasks.spawn(async move {
                if n % 2 == 0 {
                    drop(vault::reveal(&vault, &desk, asked).await);
                } else {
                    drop(vault::find(&vault, &desk, text).await);
                }
            });
        }
        vault::erase(&s.house.vault, &officer, s.naoko, recruit()).await.unwrap();
        tasks.join_all().await;
        let sql = "SELECT COUNT(*) FROM side WHERE person = $1";
        let left = s.house.store.read(sql, vec![s.naoko.into()]).await.unwrap()[0].int(0).unwrap();
        assert_eq!(left, 0, "{}", ground.name);
    });
}

#[test]
fn what_somebody_types_as_a_name_does_not_stand_in_the_ledger() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let mut asked = s.reveal(&["phone", "tanaka.taro"]);
        asked.purpose = "yamada.taro-1990".parse().unwrap();
        let told = refusal(vault::reveal(&s.house.vault, &s.house.desk(), asked).await.err().unwrap());
        let body = String::from_utf8(s.house.store.entries(told.entry, 1).await.unwrap()[0].body.clone()).unwrap();
        assert!(!body.contains("taro") && body.contains("\"unknown\""), "{}: {body}", ground.name);
    });
}
