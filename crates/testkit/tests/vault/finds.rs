//! Finding people.

use super::*;

/// A work record about one person.
async fn about(house: &House, person: PersonId) -> WorkId {
    let about_one = access::work::NewWork {
        code: "R-9".into(),
        title: "One person".into(),
        purpose: recruit(),
        logins: vec!["lan".into()],
        scope: access::work::Scope::People(vec![person]),
        starts_at: testkit::office::MORNING,
        ends_at: ledger::names::Moment(testkit::office::MORNING.0 + testkit::office::DAY),
    };
    access::work::open(&house.desk_of(&house.officer, 0), about_one).await.unwrap().0
}

#[test]
fn whose_use_was_stopped_is_not_found_and_a_record_about_one_person_finds_nobody_else() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let other = s.house.person(&s.row, "hr.recruit", &[("name", "高橋 健一")]).await;
        let vault = &s.house.vault;
        let both = vault::find(vault, &s.house.desk(), s.find("高橋")).await.unwrap();
        assert_eq!(both.hits.len(), 2, "{}", ground.name);
        let work = about(&s.house, other).await;
        let one = vault::find(vault, &s.house.desk(), Find { work: Some(work), ..s.find("高橋") }).await.unwrap();
        assert_eq!(one.hits.iter().map(|h| h.person).collect::<Vec<_>>(), [other], "{}", ground.name);
        vault::suspend(vault, &s.house.desk(), s.naoko, recruit()).await.unwrap();
        let left = vault::find(vault, &s.house.desk(), s.find("高橋")).await.unwrap();
        assert_eq!(left.hits.iter().map(|h| h.person).collect::<Vec<_>>(), [other], "{}", ground.name);
        assert!(!left.more);
        let few = vault::find(vault, &s.house.desk(), Find { limit: 1, ..s.find("高橋") }).await.unwrap();
        assert!(!few.more && few.hits.len() == 1);
    });
}

#[test]
fn among_very_many_of_one_name_nobody_is_lost() {
    on_both(async |ground| {
        let s = story(&ground).await;
        let (vault, name) = (&s.house.vault, |given: String| ("name".parse().unwrap(), format!("佐藤 {given}")));
        let people = (0..400).map(|n| NewPerson { values: vec![name(format!("花子{n}"))] }).collect();
        let batch = Batch {
            row: s.row.clone(),
            purpose: recruit(),
            source: "story".into(),
            acquired_at: testkit::office::MORNING,
            attested: <_>::default(),
            alike: <_>::default(),
            people,
        };
        let people = vault::import(vault, &s.house.desk(), batch).await.unwrap().people;
        let all = vault::find(vault, &s.house.desk(), s.find("佐藤")).await.unwrap();
        assert!(all.more && all.hits.len() == 20, "{}", ground.name);
        // Of these, one that stands behind the first few hundred, and nobody else may be shown.
        let last = *people.last().unwrap();
        let work = about(&s.house, last).await;
        let one = vault::find(vault, &s.house.desk(), Find { work: Some(work), ..s.find("佐藤") }).await.unwrap();
        assert_eq!(one.hits.iter().map(|h| h.person).collect::<Vec<_>>(), [last], "{}", ground.name);
        assert!(!one.more);
        let whole = vault::find(vault, &s.house.desk(), s.find("佐藤 花子399")).await.unwrap();
        assert_eq!(whole.hits.iter().map(|h| h.person).collect::<Vec<_>>(), [last], "{}", ground.name);
    });
}
