//! Links to one's own page: asked for, handed out, used once.

use super::{desk, entries, field, later, whence};
use access::organisation::{Edit, PartKind, put_all};
use access::sign_in::link::{self, Letter};
use access::{No, session};
use ledger::names::Moment;
use policy::{Language, Way};
use testkit::both::on_both;
use testkit::office::{House, MORNING};

/// An office whose handler has an address, and one address that two people share.
async fn house(ground: &testkit::both::Ground) -> House {
    let house = House::new(ground).await;
    let part = |kind, id: &str, fields: &[(&str, &str)]| Edit {
        kind,
        id: id.parse().unwrap(),
        sheet: fields.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect(),
    };
    let staff = |id: &str, login: &str, email: &str| {
        let fields = [("name", login), ("within", "hr"), ("from", "2023-04-01"), ("login", login), ("email", email)];
        part(PartKind::Staff, id, &fields)
    };
    let edits = [
        part(PartKind::Entity, "hanoi", &[("name", "Kawasora"), ("country", "VN")]),
        part(PartKind::Department, "hr", &[("name", "HR"), ("within", "hanoi")]),
        staff("E002", "lan", "Lan@kawasora.example"),
        staff("E003", "kato", "desk@kawasora.example"),
        staff("E004", "admin", "desk@kawasora.example"),
    ];
    put_all(&house.desk_of(&house.officer, 0), &edits).await.unwrap();
    house
}

async fn asked(house: &House, at: Moment, who: &str) -> Option<Letter> {
    link::ask(&house.office, at, &whence("192.0.2.9"), who).await.unwrap()
}

#[test]
fn a_link_is_made_for_who_has_an_account_and_an_address_and_opens_once() {
    on_both(|ground| async move {
        let house = house(&ground).await;
        let letter = asked(&house, MORNING, " LAN@kawasora.example ").await.unwrap();
        assert_eq!((letter.to.as_str(), letter.language), ("Lan@kawasora.example", house.handler.language));
        assert!(asked(&house, MORNING, "lan").await.is_some(), "by login too");
        for nobody in ["mai", "desk@kawasora.example", "mori", "", "lan' OR 1=1", "mai@kawasora.example"] {
            assert!(asked(&house, MORNING, nobody).await.is_none(), "{nobody}");
        }
        assert_eq!(entries(&house, "link-made", "\"mailed\":true").await, 2);
        assert_eq!(entries(&house, "sign-in-refused", "nobody").await, 6);
        let key = letter.key.into_text();
        let from = whence("192.0.2.9");
        let entered = link::take(&house.office, later(29), &from, &key).await.unwrap();
        assert_eq!(entered.session.reach, session::Reach::OwnPage);
        assert_eq!(entries(&house, "signed-in", "\"link\"").await, 1);
        let key_of_session = entered.key.into_text();
        let seen = session::resume(&house.office, later(31), &key_of_session).await.unwrap().unwrap();
        assert_eq!((seen.reach, seen.actor.id), (session::Reach::OwnPage, house.handler.id));
        assert!(session::resume(&house.office, later(29 + 121), &key_of_session).await.unwrap().is_none(), "two hours");
        assert_eq!(field(link::take(&house.office, later(29), &from, &key).await), "link", "once");
        assert_eq!(field(link::take(&house.office, later(29), &from, "l_00").await), "link");
        assert_eq!(entries(&house, "sign-in-refused", "link-passed").await, 2);
        // Nothing of the key is kept.
        let rows = house.store.read("SELECT hash FROM link", vec![]).await.unwrap();
        assert!(rows.iter().all(|row| row.bytes(0).unwrap() != key.as_bytes()));
    });
}

#[test]
fn a_link_passes_after_half_an_hour_and_with_the_account_and_nobody_gets_many() {
    on_both(|ground| async move {
        let house = house(&ground).await;
        let from = whence("192.0.2.9");
        let mut keys = Vec::new();
        for _ in 0..3 {
            keys.push(asked(&house, MORNING, "lan").await.unwrap().key.into_text());
        }
        assert!(asked(&house, later(1), "lan").await.is_none(), "the fourth waits, and nobody is told");
        assert_eq!(entries(&house, "sign-in-refused", "link-must-wait").await, 1);
        assert_eq!(field(link::take(&house.office, later(30), &from, &keys[0]).await), "link", "half an hour");
        session::sweep(&house.office, later(30)).await.unwrap();
        assert!(house.store.read("SELECT hash FROM link", vec![]).await.unwrap().is_empty());
        // From one address only so many, whoever they are for.
        let mut told = Vec::new();
        for n in 0..30 {
            told.push(link::ask(&house.office, later(40), &whence("192.0.2.77"), &format!("n{n}")).await.is_ok());
        }
        assert!(told.iter().all(|ok| *ok));
        assert_eq!(field(link::ask(&house.office, later(40), &whence("192.0.2.77"), "lan").await), "login");
        let handed = link::hand_out(&desk(&house, &house.administrator, 50), "lan").await.unwrap();
        let admin = desk(&house, &house.administrator, 50);
        access::actor::revoke(&admin, "lan").await.unwrap();
        assert_eq!(field(link::take(&house.office, later(51), &from, &handed.key.into_text()).await), "link");
    });
}

#[test]
fn an_administrator_hands_a_link_over_where_the_policy_allows_links() {
    on_both(|ground| async move {
        let house = house(&ground).await;
        let no = link::hand_out(&desk(&house, &house.handler, 0), "lan").await;
        assert!(matches!(no, Err(No::Refusal(_))), "{}", ground.name);
        let admin = desk(&house, &house.administrator, 0);
        assert!(matches!(link::hand_out(&admin, "mai").await, Err(No::Missing)));
        // Who has no address is handed one.
        let handed = link::hand_out(&admin, "mori").await.unwrap();
        assert_eq!(handed.until, later(link::MINUTES));
        assert_eq!(entries(&house, "link-made", "\"mailed\":false").await, 1);
        let entered = link::take(&house.office, later(1), &whence(""), &handed.key.into_text()).await.unwrap();
        assert_eq!(entered.session.actor.id, house.officer.id);
        assert_eq!(entered.session.language, Language::En);
        let listed = session::list(&desk(&house, &house.officer, 1)).await.unwrap();
        assert_eq!(listed.iter().map(|one| one.ways.clone()).collect::<Vec<_>>(), [vec![Way::Link]]);
    });
    on_both(|ground| async move {
        let mut files = testkit::sample::files("sample");
        let head = files.get_mut("policy.toml").unwrap();
        *head = head.replace(", \"link\"]", "]");
        let house = House::under(&ground, policy::check(&files).policy.unwrap()).await;
        assert_eq!(field(link::ask(&house.office, MORNING, &whence(""), "lan").await), "way");
        let admin = desk(&house, &house.administrator, 0);
        assert_eq!(field(link::hand_out(&admin, "lan").await), "way");
        assert_eq!(field(link::take(&house.office, MORNING, &whence(""), "l_1").await), "way");
    });
}
