//! Renewing people while others act on the very same person.

use super::*;
use seal::BlindKey;

impl Story {
    /// Another generation of the index key.
    fn begin(&self, generation: u32) {
        let keys: Vec<_> = (1..=generation).map(|of| (of, BlindKey::new([of as u8; 32]))).collect();
        self.house.vault.renew_index(&keys);
    }

    /// Renews whoever is left, as often as it is lost to others; how many.
    async fn renew(&self) -> u64 {
        let (mut people, mut after) = (0, i64::MIN);
        loop {
            match vault::renew_people(&self.house.vault, &self.house.desk(), after, 10).await {
                Ok(Some(round)) => (people, after) = (people + round.people, round.last),
                Ok(None) => return people,
                Err(No::Mistake(lost)) if lost.field == "version" => tokio::task::yield_now().await,
                Err(no) => panic!("{no:?}"),
            }
        }
    }
}

#[test]
fn somebody_who_is_renewed_again_and_again_is_revealed_found_and_corrected_all_the_while() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let (vault, desk) = (&s.house.vault, s.house.desk());
        // Index keys of the story are known by their number from here on.
        s.begin(2);
        assert_eq!(s.renew().await, 1, "{}", ground.name);
        let renewing = async {
            for generation in 3..12 {
                s.begin(generation);
                // Several at the same time use the same next key.
                let (one, other) = tokio::join!(s.renew(), s.renew());
                assert_eq!(one + other, 1, "{}: once in generation {generation}", ground.name);
            }
        };
        let looking = async {
            for n in 0..30 {
                let told = vault::reveal(vault, &desk, s.reveal(&["email"])).await.unwrap();
                assert_eq!(told.values[0].1.expose(), "Naoko.Takahashi@example.jp", "{}: {n}", ground.name);
                let found = vault::find(vault, &desk, s.find("高橋直子")).await.unwrap();
                assert_eq!(found.hits[0].person, s.naoko, "{}: {n}", ground.name);
            }
        };
        let correcting = async {
            for n in 0..20 {
                let asked = Correct {
                    person: s.naoko,
                    row: s.row.clone(),
                    element: element("phone"),
                    value: format!("080-1111-{n:04}"),
                    purpose: recruit(),
                    work: Some(s.work),
                };
                vault::correct(vault, &desk, asked).await.unwrap();
                let told = vault::reveal(vault, &desk, s.reveal(&["phone"])).await.unwrap();
                assert_eq!(told.values[0].1.expose(), &format!("080-1111-{n:04}"), "{}", ground.name);
            }
        };
        tokio::join!(renewing, looking, correcting);
        let sql = "SELECT k.generation, length(k.next), length(k.ledger) FROM subject_key k WHERE k.person = $1";
        let row = s.house.keys.read(sql, vec![s.naoko.into()]).await.unwrap()[0].clone();
        assert_eq!((row.int(0).unwrap(), row.int(1).unwrap()), (11, 0), "{}", ground.name);
        assert!(row.int(2).unwrap() > 0);
        // The old tokens are gone.
        let sql = "SELECT COUNT(*) FROM token";
        let all = s.house.store.read(sql, vec![]).await.unwrap()[0].int(0).unwrap();
        let kept = s.house.store.read("SELECT found_by FROM record", vec![]).await.unwrap();
        assert_eq!(usize::try_from(all), Ok(vault::tokens(kept[0].bytes(0).unwrap()).unwrap().len()));
    });
}

#[test]
fn cut_off_between_the_record_and_the_key_somebody_is_revealed_corrected_and_settled() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let (vault, desk) = (&s.house.vault, s.house.desk());
        let sql = "SELECT wrapped, ledger FROM subject_key WHERE person = $1";
        let key = || s.house.keys.read(sql, vec![s.naoko.into()]);
        let old = key().await.unwrap()[0].clone();
        s.begin(2);
        s.renew().await;
        // As it was in the moment before the next key took the place of the key.
        let back = "UPDATE subject_key SET next = wrapped, wrapped = $2, generation = 1 WHERE person = $1";
        let back = || {
            let values = vec![s.naoko.into(), old.bytes(0).unwrap().to_vec().into()];
            s.house.keys.change(vec![store::Change::new(back, values).exactly(1)])
        };
        assert!(back().await.unwrap());
        let told = vault::reveal(vault, &desk, s.reveal(&["phone"])).await.unwrap();
        assert_eq!(told.values[0].1.expose(), "０９０－１２３４－５６７８", "{}", ground.name);
        let asked = Correct {
            person: s.naoko,
            row: s.row.clone(),
            element: element("phone"),
            value: "080-2222-3333".into(),
            purpose: recruit(),
            work: Some(s.work),
        };
        vault::correct(vault, &desk, asked).await.unwrap();
        // The correction was sealed by the key that stays.
        assert_eq!(vault::settle_renewals(vault, &s.house.store).await.unwrap(), 1, "{}", ground.name);
        assert_eq!(vault::settle_renewals(vault, &s.house.store).await.unwrap(), 0);
        let told = vault::reveal(vault, &desk, s.reveal(&["phone", "email"])).await.unwrap();
        assert_eq!(told.values[0].1.expose(), "080-2222-3333", "{}", ground.name);
        // A next key that nothing is sealed by yet stays where it is, and opens nothing.
        let sql = "UPDATE subject_key SET next = $2 WHERE person = $1";
        let values = vec![s.naoko.into(), old.bytes(0).unwrap().to_vec().into()];
        assert!(s.house.keys.change(vec![store::Change::new(sql, values)]).await.unwrap());
        assert_eq!(vault::settle_renewals(vault, &s.house.store).await.unwrap(), 0);
        vault::reveal(vault, &desk, s.reveal(&["phone"])).await.unwrap();
        // The old key alone opens nothing any more.
        let sql = "UPDATE subject_key SET wrapped = $2, next = $3 WHERE person = $1";
        let values = vec![s.naoko.into(), old.bytes(0).unwrap().to_vec().into(), Vec::new().into()];
        assert!(s.house.keys.change(vec![store::Change::new(sql, values)]).await.unwrap());
        assert!(matches!(vault::reveal(vault, &desk, s.reveal(&["phone"])).await, Err(No::Fault(_))));
    });
}

#[test]
fn whoever_is_erased_while_they_are_renewed_stays_erased() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let (vault, officer) = (&s.house.vault, s.house.desk_of(&s.house.officer, 1));
        for n in 0..8 {
            s.house.person(&s.row, "hr.recruit", &[("name", format!("応募 {n}郎").as_str())]).await;
        }
        s.begin(2);
        let (_, erased) = tokio::join!(s.renew(), vault::erase(vault, &officer, s.naoko, recruit()));
        erased.unwrap();
        s.begin(3);
        s.renew().await;
        let count = async |sql: &str| s.house.keys.read(sql, vec![s.naoko.into()]).await.unwrap()[0].int(0).unwrap();
        assert_eq!(count("SELECT COUNT(*) FROM subject_key WHERE person = $1").await, 0, "{}", ground.name);
        let all = s.house.keys.read("SELECT COUNT(*) FROM subject_key WHERE generation = 3", vec![]).await.unwrap();
        assert_eq!(all[0].int(0).unwrap(), 8, "{}", ground.name);
        let left =
            s.house.store.read("SELECT COUNT(*) FROM side WHERE person = $1", vec![s.naoko.into()]).await.unwrap();
        assert_eq!(left[0].int(0).unwrap(), 0, "{}: no link to whoever was erased", ground.name);
    });
}
