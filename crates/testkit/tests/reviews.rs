//! Rounds of access review: asked of whoever answers for a right, ended in the same act, lapsed when nobody answers.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use access::organisation::{self, Edit, PartKind};
use access::review::{self, Item, Said, Sort};
use access::token::{self, NewToken};
use access::{Desk, No, actor, session};
use ledger::names::Moment;
use testkit::both::on_both;
use testkit::office::{DAY, House, MORNING, PASSWORD};

async fn part(desk: &Desk, kind: PartKind, id: &str, fields: &[(&str, &str)]) {
    let fields = fields.iter().chain(&[("from", "2026-01-01")]);
    let sheet = fields.map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect();
    organisation::put(desk, Edit { kind, id: id.parse().unwrap(), sheet }).await.unwrap();
}

/// The handler leads the department of the auditor, who has a card and may enter a zone.
async fn founded(house: &House) {
    let desk = house.desk_of(&house.officer, 0);
    part(&desk, PartKind::Entity, "hanoi", &[("name", "Hanoi"), ("country", "VN")]).await;
    part(&desk, PartKind::Site, "hq", &[("name", "Lotus Court"), ("within", "hanoi")]).await;
    part(&desk, PartKind::Zone, "machines", &[("name", "Machine room"), ("within", "hq"), ("level", "4")]).await;
    part(&desk, PartKind::Department, "hr", &[("name", "People"), ("within", "hanoi")]).await;
    let lan = [("name", "Lan"), ("within", "hr"), ("login", "lan"), ("employment", "employee")];
    part(&desk, PartKind::Staff, "E001", &lan).await;
    let kato =
        [("name", "Kato"), ("within", "hr"), ("login", "kato"), ("employment", "employee"), ("zones", "machines")];
    part(&desk, PartKind::Staff, "E002", &kato).await;
    let head = [("name", "People"), ("within", "hanoi"), ("head", "E001")];
    part(&desk, PartKind::Department, "hr", &head).await;
    part(&desk, PartKind::Card, "C-9", &[("number", "0009"), ("within", "E002"), ("status", "given")]).await;
}

fn item(items: &[Item], sort: Sort, subject: &str) -> Item {
    let found = items.iter().find(|item| item.sort == sort && item.subject == subject);
    found.unwrap_or_else(|| panic!("no {subject} in {items:?}")).clone()
}

#[test]
fn a_round_asks_the_head_of_the_department_and_what_is_ended_ends_at_once() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        founded(&house).await;
        let (officer, lan) = (house.desk_of(&house.officer, 1), house.desk_of(&house.handler, 1));
        assert!(matches!(review::begin(&lan).await, Err(No::Refusal(_))), "{}", ground.name);
        let round = review::begin(&officer).await.unwrap();
        assert!(matches!(review::begin(&officer).await, Err(No::Mistake(_))), "one at a time");
        let items = review::items(&house.office, round).await.unwrap();
        let kato = item(&items, Sort::Account, "kato");
        assert_eq!((kato.owner, kato.holder), (house.handler.id, Some(house.auditor.id)), "the head answers");
        assert_eq!(item(&items, Sort::Account, "lan").owner, house.officer.id, "nobody for themselves");
        assert_eq!(item(&items, Sort::Account, "mori").owner, house.administrator.id, "nor who began it");
        let card = item(&items, Sort::Card, "C-9");
        let zone = item(&items, Sort::Zone, "E002 machines");
        assert_eq!((card.owner, zone.owner), (house.handler.id, house.handler.id));
        let silent = review::answer(&lan, round, kato.n, Said::End, " ").await;
        assert!(matches!(silent, Err(No::Mistake(m)) if m.field == "reason"));
        let own = review::answer(&officer, round, item(&items, Sort::Account, "mori").n, Said::Keep, "mine").await;
        assert!(matches!(own, Err(No::Refusal(_))), "one's own");
        let stranger = house.desk_of(&house.auditor, 1);
        let others = review::answer(&stranger, round, item(&items, Sort::Account, "lan").n, Said::Keep, "x").await;
        assert!(matches!(others, Err(No::Refusal(_))), "not theirs to answer");
        let (key, _) = testkit::office::sign_in(&house.office, MORNING, "kato", PASSWORD).await.unwrap();
        review::answer(&lan, round, kato.n, Said::End, "left the audit").await.unwrap();
        let key = key.into_text();
        assert!(session::resume(&house.office, Moment(MORNING.0 + DAY), &key).await.unwrap().is_none());
        assert!(actor::find(&house.office, "kato", officer.now()).await.unwrap().is_none());
        let twice = review::answer(&lan, round, kato.n, Said::Keep, "or not").await;
        assert!(matches!(twice, Err(No::Missing)), "answered once");
        // The head may not change the organisation: the card is blocked when the round is closed by somebody who may.
        review::answer(&lan, round, card.n, Said::End, "no more").await.unwrap();
        review::answer(&officer, round, zone.n, Said::End, "no more").await.unwrap();
        let roster = organisation::roster(&house.office, None).await.unwrap();
        assert!(roster.staff.iter().all(|staff| staff.zones.is_empty()), "the officer's end took it at once");
        for login in ["lan", "admin"] {
            let n = item(&items, Sort::Account, login).n;
            review::answer(&officer, round, n, Said::Keep, "needed").await.unwrap();
        }
        let admin = house.desk_of(&house.administrator, 1);
        review::answer(&admin, round, item(&items, Sort::Account, "mori").n, Said::Keep, "needed").await.unwrap();
        review::close(&officer, round).await.unwrap();
        assert!(matches!(review::close(&officer, round).await, Err(No::Missing)));
        let roster = organisation::roster(&house.office, None).await.unwrap();
        assert_eq!(roster.cards.first().unwrap().status, organisation::CardStatus::Blocked);
        let accounts = actor::list(&house.office).await.unwrap();
        let left: Vec<&str> =
            accounts.iter().filter(|a| a.revoked_at.is_none()).map(|a| a.actor.login.as_str()).collect();
        assert_eq!(left.len(), 3, "{left:?}");
        assert!(accounts.iter().filter(|a| a.revoked_at.is_none()).all(|a| a.reviewed_at == officer.now()));
    });
}

#[test]
fn what_nobody_answers_for_lapses_when_the_round_is_due_but_never_the_last_administrator() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let desk = house.desk_of(&house.officer, 0);
        let may = ["own.show".to_owned()].into();
        let new = NewToken { label: "nightly".into(), ends_at: Moment(MORNING.0 + 90 * DAY), may };
        let (token, _) = token::make(&house.desk(), new).await.unwrap();
        let token = token.into_text();
        let round = review::begin(&desk).await.unwrap();
        let items = review::items(&house.office, round).await.unwrap();
        let lan = item(&items, Sort::Account, "lan").n;
        review::answer(&desk, round, lan, Said::Keep, "needed").await.unwrap();
        let day = |n: i64| Moment(MORNING.0 + n * DAY);
        assert_eq!(review::close_due(&house.office, day(13)).await.unwrap(), None, "not due yet");
        assert!(token::resume(&house.office, day(13), &token).await.unwrap().is_some());
        assert!(review::close_due(&house.office, day(14)).await.unwrap().is_some());
        assert!(token::resume(&house.office, Moment(day(14).0 + 5000), &token).await.unwrap().is_none());
        for (login, open) in [("lan", true), ("admin", true), ("mori", false), ("kato", false)] {
            let found = actor::find(&house.office, login, day(14)).await.unwrap().is_some();
            assert_eq!(found, open, "{}: {login}", ground.name);
        }
        let said = review::items(&house.office, round).await.unwrap();
        assert_eq!(item(&said, Sort::Account, "mori").said, Some(Said::Lapsed));
        assert_eq!(review::close_due(&house.office, day(20)).await.unwrap(), None);
    });
}
