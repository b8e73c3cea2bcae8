//! The organisation: parts are put, moved and ended, and what rests on them holds.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use access::organisation::{
    self, Edit, Out, PartId, PartKind, Roster, Sheet, acknowledge, adopt, all_still_out, approve_rules, assents, leave,
    put, put_all, put_over, review_zones, roster, still_out, versions,
};
use access::{Desk, No, session, token};
use jiff::civil::{Date, date};
use ledger::names::Moment;
use testkit::both::on_both;
use testkit::office::{DAY, House, MORNING, PASSWORD};

/// The day of [`MORNING`].
const FIRST: Date = date(2026, 6, 1);

fn id(text: &str) -> PartId {
    text.parse().unwrap()
}

fn edit(kind: PartKind, name: &str, fields: &[(&str, &str)]) -> Edit {
    let sheet: Sheet = fields.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect();
    Edit { kind, id: id(name), sheet }
}

fn field<T: std::fmt::Debug>(answer: Result<T, No>) -> String {
    match answer {
        Err(No::Mistake(mistake)) => {
            for language in policy::Language::ALL {
                assert!(!mistake.texts.get(*language).is_empty());
            }
            mistake.field
        }
        other => panic!("not a mistake: {other:?}"),
    }
}

/// One entity, two departments, a site with two zones, three staff, two cards, a terminal, a reader, a project.
async fn founded(house: &House) -> Desk {
    use PartKind::{Card, Department, Entity, Project, Reader, Site, Staff, Terminal, Zone};
    let desk = house.desk_of(&house.officer, 0);
    let edits = [
        edit(Entity, "hanoi", &[("name", "Kawasora Systems"), ("country", "VN"), ("responsible", "E001")]),
        edit(Department, "dev", &[("name", "Development"), ("within", "hanoi"), ("head", "E001")]),
        edit(Department, "hr", &[("name", "人事部"), ("within", "hanoi")]),
        edit(Site, "hq", &[("name", "Hanoi office"), ("within", "hanoi")]),
        edit(Zone, "hq.floor", &[("name", "Floor 7"), ("within", "hq"), ("level", "2")]),
        edit(Zone, "hq.safe", &[("name", "Supervised room"), ("within", "hq"), ("level", "4")]),
        edit(Project, "shop", &[("name", "Shop renewal"), ("within", "dev"), ("leader", "E001")]),
        edit(Staff, "E001", &[("name", "森 彩"), ("within", "dev"), ("from", "2020-04-01"), ("login", "mori")]),
        edit(
            Staff,
            "E002",
            &[
                ("name", "Trần Lan"),
                ("within", "hr"),
                ("from", "2023-04-01"),
                ("login", "lan"),
                ("projects", "shop"),
                ("zones", "hq.safe, hq.floor"),
            ],
        ),
        edit(Staff, "C001", &[("name", "Minh"), ("within", "dev"), ("employment", "contractor"), ("projects", "shop")]),
        edit(Card, "card-1", &[("number", "0123"), ("within", "E002")]),
        edit(Card, "card-2", &[("number", "0124")]),
        edit(
            Terminal,
            "pc-1",
            &[("name", "PC 1"), ("within", "hq.safe"), ("addresses", "10.0.0.7"), ("holder", "E002")],
        ),
        edit(Reader, "gate-1", &[("name", "Gate 1"), ("within", "hq.safe"), ("outside", "hq.floor"), ("code", "G1")]),
    ];
    put_all(&desk, &edits).await.unwrap();
    desk
}

async fn now(house: &House) -> Roster {
    roster(&house.office, None).await.unwrap()
}

#[test]
fn parts_are_written_in_one_act_and_read_by_their_types_now_and_as_they_stood() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let desk = founded(&house).await;
        let read = now(&house).await;
        let lan = read.by_login("lan", FIRST).unwrap();
        assert_eq!((lan.name(), lan.version, lan.from), ("Trần Lan", 1, date(2023, 4, 1)), "{}", ground.name);
        assert_eq!(lan.zones, [id("hq.floor"), id("hq.safe")].into());
        assert_eq!(read.entity_of(lan).unwrap().country, "VN");
        assert_eq!(read.manager(lan, FIRST).unwrap().id, id("E001"), "hr has no head: who answers for the entity");
        assert!(read.staff_member(&id("C001")).unwrap().is_contractor);
        assert_eq!(read.card_by_number("0123", FIRST).unwrap().holder, Some(id("E002")));
        assert_eq!(read.zones.iter().map(|zone| zone.level).collect::<Vec<_>>(), [Some(2), Some(4)]);
        assert_eq!(read.members(&id("shop"), FIRST).count(), 2);
        // A mover, a day later: the version before stays.
        let later = house.desk_of(&house.administrator, 1);
        let moved = organisation::change(&later, PartKind::Staff, &id("E002"), |sheet| {
            sheet.insert("within".into(), "dev".into());
        })
        .await;
        assert_eq!(moved.unwrap().revoked, [""; 0]);
        assert_eq!(now(&house).await.staff_member(&id("E002")).unwrap().department, Some(id("dev")));
        let before = roster(&house.office, Some(desk.now())).await.unwrap();
        assert_eq!(before.staff_member(&id("E002")).unwrap().department, Some(id("hr")));
        let all = versions(&house.office, PartKind::Staff, &id("E002")).await.unwrap();
        assert_eq!(all.iter().map(|part| part.version).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(field(put_over(&later, Some(1), edit(PartKind::Staff, "E002", &[])).await), "version");
    });
}

#[test]
fn what_does_not_fit_is_a_mistake_in_its_field_and_writes_nothing() {
    use PartKind::{Card, Department, Entity, Project, Reader, Staff, Terminal, Zone};
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let desk = founded(&house).await;
        let before = now(&house).await;
        let wrong: &[(&str, Edit)] = &[
            ("name", edit(Department, "x", &[("within", "hanoi")])),
            ("name", edit(Department, "x", &[("within", "hanoi"), ("name", "=HYPERLINK(\"http://x\")")])),
            ("name", edit(Department, "x", &[("within", "hanoi"), ("name", "two\nlines")])),
            ("name", edit(Department, "x", &[("within", "hanoi"), ("name", &"x".repeat(121))])),
            ("within", edit(Department, "x", &[("name", "X")])),
            ("within", edit(Department, "x", &[("name", "X"), ("within", "osaka")])),
            ("within", edit(Department, "x", &[("name", "X"), ("within", "not an id")])),
            ("country", edit(Entity, "x", &[("name", "X"), ("country", "vn")])),
            ("salary", edit(Entity, "x", &[("name", "X"), ("country", "VN"), ("salary", "1")])),
            ("sheet", edit(Entity, "x", &[("name", "X"), ("country", "VN"), ("森 彩", "1")])),
            ("from", edit(Entity, "x", &[("name", "X"), ("country", "VN"), ("from", "1.4.2026")])),
            ("until", edit(Entity, "x", &[("name", "X"), ("country", "VN"), ("until", "soon")])),
            ("until", edit(Entity, "x", &[("name", "X"), ("country", "VN"), ("until", "2020-01-01")])),
            ("level", edit(Zone, "x", &[("name", "X"), ("within", "hq"), ("level", "5")])),
            ("rows", edit(Zone, "x", &[("name", "X"), ("within", "hq"), ("rows", "no-such-row")])),
            ("state", edit(Project, "x", &[("name", "X"), ("within", "dev"), ("state", "active")])),
            ("login", edit(Staff, "x", &[("name", "X"), ("within", "dev"), ("login", "Mori Aya")])),
            ("login", edit(Staff, "x", &[("name", "X"), ("within", "dev"), ("login", "mori")])),
            ("email", edit(Staff, "x", &[("name", "X"), ("within", "dev"), ("email", "nobody")])),
            ("employment", edit(Staff, "x", &[("name", "X"), ("within", "dev"), ("employment", "robot")])),
            ("projects", edit(Staff, "x", &[("name", "X"), ("within", "dev"), ("projects", "shop none")])),
            ("number", edit(Card, "x", &[("number", "0123")])),
            ("code", edit(Reader, "x", &[("name", "X"), ("within", "hq.safe"), ("code", "G1")])),
            ("addresses", edit(Terminal, "x", &[("name", "X"), ("within", "hq.safe"), ("addresses", "10.0.0.0/33")])),
            ("until", edit(Department, "dev", &[("name", "D"), ("within", "hanoi"), ("until", "2026-06-30")])),
            ("sheet", edit(Department, "hr", &[("name", "人事部"), ("within", "hanoi")])),
        ];
        for (expected, wrong) in wrong {
            assert_eq!(field(put(&desk, wrong.clone()).await), *expected, "{}: {wrong:?}", ground.name);
        }
        assert_eq!(now(&house).await, before);
        let all = [edit(Department, "good", &[("name", "G"), ("within", "hanoi")]), edit(Department, "bad", &[])];
        assert_eq!(field(put_all(&desk, &all).await), "name");
        assert_eq!(now(&house).await, before, "one that cannot be keeps the others out");
        for stranger in [&house.handler, &house.auditor] {
            let refused = put(&house.desk_of(stranger, 0), edit(Department, "y", &[])).await;
            assert!(matches!(refused, Err(No::Refusal(_))), "{refused:?}");
        }
    });
}

#[test]
fn a_leavers_account_sessions_and_tokens_end_in_the_same_act_and_what_is_out_is_listed() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let desk = founded(&house).await;
        let row = house.applicants().await;
        house.work("W-7", "hr.recruit", &row).await;
        let (key, _) = testkit::office::sign_in(&house.office, MORNING, "lan", PASSWORD).await.unwrap();
        let nightly = token::NewToken {
            label: "nightly".into(),
            ends_at: Moment(MORNING.0 + 9 * DAY),
            may: ["own.show".to_owned()].into(),
        };
        let (key, token) = (key.into_text(), token::make(&house.desk(), nightly).await.unwrap().0.into_text());
        let (office, soon) = (house.office.clone(), Moment(MORNING.0 + 60_000));
        assert!(session::resume(&office, soon, &key).await.unwrap().is_some());
        let left = leave(&house.office.desk(Some(house.officer.clone()), soon), &id("E002"), FIRST).await.unwrap();
        assert_eq!(left.revoked, ["lan"], "{}", ground.name);
        assert!(session::resume(&office, soon, &key).await.unwrap().is_none());
        assert!(token::resume(&office, soon, &token).await.unwrap().is_none());
        assert!(testkit::office::sign_in(&office, soon, "lan", PASSWORD).await.is_err());
        assert_eq!(field(leave(&desk, &id("E002"), FIRST).await), "until");
        // The day after: a card, a terminal and a work record are out, until each is back.
        let roster = now(&house).await;
        assert!(still_out(&roster, FIRST).is_empty(), "the last day is a day of work");
        let (then, next) = (Moment(MORNING.0 + DAY), date(2026, 6, 2));
        let out = all_still_out(&office, &roster, then, next).await.unwrap();
        let what: Vec<Out> = out.into_iter().map(|one| one.what).collect();
        assert_eq!(
            what,
            [Out::Card { card: id("card-1"), opens: true }, Out::Terminal(id("pc-1")), Out::Work("W-7".into())]
        );
        let later = house.desk_of(&house.administrator, 1);
        organisation::end(&later, PartKind::Card, &id("card-1"), next).await.unwrap();
        organisation::change(&later, PartKind::Terminal, &id("pc-1"), |sheet| drop(sheet.remove("holder")))
            .await
            .unwrap();
        assert!(still_out(&now(&house).await, next).is_empty());
        assert_eq!(now(&house).await.card_by_number("0123", next).unwrap().status.code(), "returned");
        // The number may be given to somebody else from now on.
        let given = edit(PartKind::Card, "card-3", &[("number", "0123"), ("within", "E001"), ("from", "2026-06-03")]);
        put(&later, given).await.unwrap();
    });
}

#[test]
fn an_account_ends_with_the_last_day_that_is_to_come_and_follows_it_when_it_moves() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let desk = founded(&house).await;
        let ends = async || {
            let all = access::actor::list(&house.office).await.unwrap();
            all.into_iter().find(|account| account.actor.login == "lan").unwrap().ends_at.map(|end| desk.day(end))
        };
        leave(&desk, &id("E002"), date(2026, 6, 30)).await.unwrap();
        assert_eq!(ends().await, Some(date(2026, 7, 1)), "{}", ground.name);
        leave(&desk, &id("E002"), date(2026, 7, 31)).await.unwrap();
        assert_eq!(ends().await, Some(date(2026, 8, 1)));
        let (key, _) = testkit::office::sign_in(&house.office, MORNING, "lan", PASSWORD).await.unwrap();
        let key = key.into_text();
        assert!(session::resume(&house.office, MORNING, &key).await.unwrap().is_some());
        organisation::change(&desk, PartKind::Staff, &id("E002"), |sheet| drop(sheet.remove("until"))).await.unwrap();
        assert_eq!(ends().await, None, "they stay");
    });
}

#[test]
fn the_last_administrator_does_not_leave() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let desk = founded(&house).await;
        let staff = edit(PartKind::Staff, "E009", &[("name", "Admin"), ("within", "dev"), ("login", "admin")]);
        put(&desk, staff).await.unwrap();
        assert_eq!(field(leave(&desk, &id("E009"), FIRST).await), "login", "{}", ground.name);
        assert_eq!(now(&house).await.staff_member(&id("E009")).unwrap().until, None);
    });
}

#[test]
fn a_project_begins_once_its_rules_are_approved_and_acknowledged_by_every_member() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let desk = founded(&house).await;
        let begin = async || {
            organisation::change(&desk, PartKind::Project, &id("shop"), |sheet| {
                sheet.insert("state".into(), "active".into());
            })
            .await
        };
        assert_eq!(field(begin().await), "state", "{}", ground.name);
        assert_eq!(field(acknowledge(&desk, &id("shop"), &[id("E002")]).await), "about");
        let refused = approve_rules(&house.desk(), &id("shop"), [1; 32], "rules-v1.pdf").await;
        assert!(matches!(refused, Err(No::Refusal(_))));
        assert_eq!(field(approve_rules(&desk, &id("shop"), [1; 32], " ").await), "note");
        approve_rules(&desk, &id("shop"), [1; 32], "rules-v1.pdf").await.unwrap();
        assert_eq!(field(approve_rules(&desk, &id("shop"), [1; 32], "rules-v1.pdf").await), "about");
        assert_eq!(field(begin().await), "state");
        assert_eq!(field(acknowledge(&desk, &id("shop"), &[id("E001")]).await), "staff", "no member");
        acknowledge(&house.desk(), &id("shop"), &[id("E002")]).await.unwrap();
        assert_eq!(field(begin().await), "state");
        acknowledge(&desk, &id("shop"), &[id("C001"), id("E002")]).await.unwrap();
        begin().await.unwrap();
        assert_eq!(field(acknowledge(&desk, &id("shop"), &[id("C001")]).await), "about");
        // Another rule sheet is acknowledged anew.
        approve_rules(&desk, &id("shop"), [2; 32], "rules-v2.pdf").await.unwrap();
        let rules = organisation::Rules::read(&assents(&house.office, None).await.unwrap());
        assert!(rules.of(&id("shop")).unwrap().acknowledged.is_empty());
        assert!(matches!(approve_rules(&desk, &id("none"), [2; 32], "x").await, Err(No::Missing)));
    });
}

#[test]
fn an_entity_adopts_each_version_and_zones_are_reviewed() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let early = house.desk_of(&house.officer, 0);
        assert_eq!(field(review_zones(&early).await), "zone");
        let desk = founded(&house).await;
        adopt(&desk, &id("hanoi")).await.unwrap();
        assert_eq!(field(adopt(&desk, &id("hanoi")).await), "about", "{}", ground.name);
        put(&desk, edit(PartKind::Entity, "tokyo", &[("name", "Kawasora Japan"), ("country", "JP")])).await.unwrap();
        assert_eq!(field(adopt(&desk, &id("tokyo")).await), "responsible");
        assert!(matches!(adopt(&desk, &id("osaka")).await, Err(No::Missing)));
        assert!(matches!(adopt(&house.desk(), &id("hanoi")).await, Err(No::Refusal(_))));
        review_zones(&desk).await.unwrap();
        let digest = desk.enacted().unwrap().digest;
        let all = assents(&house.office, None).await.unwrap();
        assert_eq!(organisation::adopted(&all, &id("hanoi"), digest).unwrap().staff, "E001");
        assert_eq!(all.len(), 2);
    });
}

#[test]
fn two_who_change_the_organisation_at_once_both_do_and_neither_check_is_passed_by() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let desk = founded(&house).await;
        let card = |name: &str| edit(PartKind::Card, name, &[("number", "7777"), ("within", "E001")]);
        let other = |n: u32| edit(PartKind::Card, &format!("other-{n}"), &[("number", &format!("88{n}"))]);
        let (one, two, three, four) =
            tokio::join!(put(&desk, card("a")), put(&desk, card("b")), put(&desk, other(1)), put(&desk, other(2)),);
        assert!(one.is_ok() != two.is_ok(), "{}: {one:?} {two:?}", ground.name);
        assert_eq!(field(if one.is_ok() { two } else { one }), "number");
        three.unwrap();
        four.unwrap();
    });
}
