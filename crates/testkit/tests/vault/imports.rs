//! Taking people in.

use super::*;

#[test]
fn what_is_attested_of_everybody_opens_what_the_policy_ties_to_it() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let batch = |attested: &[&str]| Batch {
            row: s.row.clone(),
            purpose: recruit(),
            source: "story".into(),
            acquired_at: s.house.desk().now(),
            attested: attested.iter().map(|name| (*name).to_owned()).collect(),
            alike: Alike::TakeIn,
            people: vec![NewPerson {
                values: vec![(element("name"), "応募 一".into()), (element("health-check"), "異常なし".into())],
            }],
        };
        let (vault, desk) = (&s.house.vault, s.house.desk());
        refusal(vault::import(vault, &desk, batch(&[])).await.err().unwrap());
        let no = vault::import(vault, &desk, batch(&["born"])).await.err().unwrap();
        assert!(matches!(&no, No::Mistake(m) if m.field == "attested"), "{}: {no:?}", ground.name);
        let taken = vault::import(vault, &desk, batch(&["offer-accepted"])).await.unwrap();
        let asked = Reveal { person: taken.people[0], ..s.reveal(&["health-check"]) };
        let told = vault::reveal(vault, &desk, asked).await.unwrap();
        assert_eq!(told.values[0].1.expose(), "異常なし", "{}", ground.name);
    });
}

#[test]
fn somebody_who_looks_like_a_person_held_already_is_told_or_left_out() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let batch = |alike: Alike, people: &[(&str, &str)]| Batch {
            row: s.row.clone(),
            purpose: recruit(),
            source: "story".into(),
            acquired_at: s.house.desk().now(),
            attested: <_>::default(),
            alike,
            people: people
                .iter()
                .map(|(name, email)| NewPerson {
                    values: vec![(element("name"), (*name).into()), (element("email"), (*email).into())],
                })
                .collect(),
        };
        let (vault, desk) = (&s.house.vault, s.house.desk());
        let people = [
            ("佐藤 一", "a@example.jp"),
            ("高橋 直子", "ｎａｏｋｏ.takahashi@EXAMPLE.jp"),
            ("佐藤 二", "a@example.jp"),
        ];
        let out = vault::import(vault, &desk, batch(Alike::LeaveOut, &people)).await.unwrap();
        assert_eq!((out.new, out.alike), (1, vec![1, 2]), "{}", ground.name);
        let told = vault::import(vault, &desk, batch(Alike::TakeIn, &people)).await.unwrap();
        assert_eq!((told.new, told.known, told.alike), (2, 1, vec![1, 2]), "{}", ground.name);
        // Two of whom both look like somebody held: both are told. The same line twice is known the second time.
        let twins = [("佐藤 三", "a@example.jp"), ("佐藤 四", "a@example.jp"), ("佐藤 三", "a@example.jp")];
        let out = vault::import(vault, &desk, batch(Alike::LeaveOut, &twins)).await.unwrap();
        assert_eq!((out.new, out.known, out.alike), (0, 1, vec![0, 1]), "{}", ground.name);
    });
}

#[test]
fn an_import_refused_does_not_say_whether_a_line_is_known() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let values = NAOKO.iter().map(|(e, v)| (element(e), (*v).to_owned())).collect();
        let batch = Batch {
            row: s.row.clone(),
            purpose: "partner.events".parse().unwrap(),
            source: "story".into(),
            acquired_at: s.house.desk().now(),
            attested: <_>::default(),
            alike: <_>::default(),
            people: vec![NewPerson { values }],
        };
        refusal(vault::import(&s.house.vault, &s.house.desk(), batch).await.err().unwrap());
    });
}

#[test]
fn an_import_repeated_takes_nobody_in_twice_and_one_refused_leaves_no_keys() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let batch = |row: &RowId, n: std::ops::Range<u32>| Batch {
            row: row.clone(),
            purpose: recruit(),
            source: "story".into(),
            acquired_at: s.house.desk().now(),
            attested: <_>::default(),
            alike: <_>::default(),
            people: n
                .map(|n| NewPerson {
                    values: vec![
                        (element("name"), format!("応募 {n}")),
                        (element("email"), format!("a{n}@example.jp")),
                    ],
                })
                .collect(),
        };
        let desk = s.house.desk();
        let first = vault::import(&s.house.vault, &desk, batch(&s.row, 0..100)).await.unwrap();
        assert_eq!((first.new, first.known), (100, 0), "{}", ground.name);
        let again = vault::import(&s.house.vault, &desk, batch(&s.row, 50..150)).await.unwrap();
        assert_eq!((again.new, again.known), (50, 50), "{}", ground.name);
        let entry = s.entry(first.entry.unwrap()).await;
        assert_eq!((entry.kind(), entry.people()), (EntryKind::Imported, 100));
        let keys =
            async || s.house.keys.read("SELECT COUNT(*) FROM subject_key", vec![]).await.unwrap()[0].int(0).unwrap();
        let before = keys().await;
        let mut wrong = batch(&s.row, 200..210);
        wrong.purpose = "partner.events".parse().unwrap();
        refusal(vault::import(&s.house.vault, &desk, wrong).await.err().unwrap());
        assert_eq!(keys().await, before, "{}", ground.name);
        let nowhere: RowId = "nowhere".parse().unwrap();
        let no = vault::import(&s.house.vault, &desk, batch(&nowhere, 0..1)).await.err().unwrap();
        assert!(matches!(no, No::Mistake(m) if m.field == "row"));
    });
}
