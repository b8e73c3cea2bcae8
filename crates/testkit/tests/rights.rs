//! Rights beyond a role: two people, emergencies that end by themselves, rights that end with the work they belong to.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use access::actor::{self, Grant, proposed};
use access::warrant::{self, Answer, Belongs, Gift, State};
use access::{Desk, No, OfficeAct, permit_office, work};
use ledger::names::Moment;
use policy::{ActKind, Language, Role, Rule};
use testkit::both::on_both;
use testkit::office::{House, MORNING, PASSWORD};

const MINUTE: i64 = 60_000;

fn at(house: &House, who: &access::Actor, minutes: i64) -> Desk {
    house.office.desk(Some(who.clone()), Moment(MORNING.0 + minutes * MINUTE))
}

fn officer(login: &str) -> Grant {
    Grant {
        login: login.into(),
        name: login.into(),
        role: Role::Officer,
        language: Language::Vi,
        password: PASSWORD.into(),
        reason: "deputy".into(),
        ends_at: None,
    }
}

fn rule<T: std::fmt::Debug>(done: Result<T, No>) -> Rule {
    match done {
        Err(No::Refusal(refusal)) => refusal.reasons.first().unwrap().rule,
        other => panic!("not refused: {other:?}"),
    }
}

async fn size(house: &House) -> u64 {
    house.store.head().await.unwrap().size
}

#[test]
fn an_officer_is_made_by_two_people_and_by_no_other_pair() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let admin = at(&house, &house.administrator, 0);
        let before = size(&house).await;
        assert_eq!(rule(actor::grant(&admin, officer("mai")).await), Rule::NeedsSecond);
        assert_eq!(size(&house).await, before + 1, "the refusal is on record");
        let act = OfficeAct::GrantHighAccess;
        let of = proposed("mai", Role::Officer);
        let asked = warrant::propose(&at(&house, &house.handler, 0), act, &of, "x").await;
        assert_eq!(rule(asked), Rule::RoleMayNot, "who may not do it does not propose it");
        assert!(matches!(warrant::propose(&admin, act, &of, "  ").await, Err(No::Mistake(m)) if m.field == "reason"));
        let one = warrant::propose(&admin, OfficeAct::RevokeAccess, "", "x").await;
        assert!(matches!(one, Err(No::Mistake(m)) if m.field == "act"), "one person is enough for it");
        let (id, _) = warrant::propose(&admin, act, &of, "a deputy for the summer").await.unwrap();
        assert_eq!(rule(actor::grant(&admin, officer("mai")).await), Rule::NeedsSecond, "nobody has agreed yet");
        assert_eq!(rule(warrant::answer(&admin, id, Answer::Yes).await), Rule::NeedsSecond, "oneself is no second");
        let handler = warrant::answer(&at(&house, &house.handler, 1), id, Answer::Yes).await;
        assert_eq!(rule(handler), Rule::RoleMayNot);
        warrant::answer(&at(&house, &house.officer, 1), id, Answer::Yes).await.unwrap();
        let again = warrant::answer(&at(&house, &house.officer, 2), id, Answer::No).await;
        assert!(matches!(again, Err(No::Missing)), "answered once");
        // It opens what was agreed to and nothing else, for a day.
        let later = at(&house, &house.administrator, 10);
        assert_eq!(rule(actor::grant(&later, officer("other")).await), Rule::NeedsSecond);
        let too_late = at(&house, &house.administrator, 24 * 60);
        assert_eq!(rule(actor::grant(&too_late, officer("mai")).await), Rule::NeedsSecond);
        actor::grant(&later, officer("mai")).await.unwrap();
    });
}

#[test]
fn a_proposal_that_is_not_agreed_to_opens_nothing() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let admin = at(&house, &house.administrator, 0);
        let of = proposed("mai", Role::Officer);
        let (id, _) = warrant::propose(&admin, OfficeAct::GrantHighAccess, &of, "x").await.unwrap();
        warrant::answer(&at(&house, &house.officer, 1), id, Answer::No).await.unwrap();
        assert_eq!(rule(actor::grant(&admin, officer("mai")).await), Rule::NeedsSecond);
        let state = warrant::get(&house.office, id).await.unwrap().unwrap().state(MORNING);
        assert_eq!(state, State::Refused);
        assert!(matches!(warrant::end(&admin, id).await, Err(No::Missing)));
    });
}

#[test]
fn an_emergency_opens_at_once_and_ends_within_the_hour_unless_somebody_agrees() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let act = OfficeAct::OpenWorkEverybody;
        assert_eq!(rule(permit_office(&at(&house, &house.handler, 0), act).await), Rule::RoleMayNot);
        let admin = warrant::break_glass(&at(&house, &house.administrator, 0), "x").await;
        assert_eq!(rule(admin), Rule::RoleMayNot, "an administrator meets nobody, also then");
        let (id, _) = warrant::break_glass(&at(&house, &house.handler, 0), "a person is missing").await.unwrap();
        let twice = warrant::break_glass(&at(&house, &house.handler, 1), "again").await;
        assert!(matches!(twice, Err(No::Mistake(_))));
        drop(permit_office(&at(&house, &house.handler, 59), act).await.unwrap());
        assert_eq!(rule(permit_office(&at(&house, &house.handler, 60), act).await), Rule::RoleMayNot);
        // It opens what the policy lists, and nothing else.
        let keys = permit_office(&at(&house, &house.handler, 5), OfficeAct::ManageKeys).await;
        assert_eq!(rule(keys), Rule::RoleMayNot);
        // Agreed to within the hour it goes on, and ends by itself after four.
        warrant::answer(&at(&house, &house.officer, 30), id, Answer::Yes).await.unwrap();
        drop(permit_office(&at(&house, &house.handler, 239), act).await.unwrap());
        assert_eq!(rule(permit_office(&at(&house, &house.handler, 240), act).await), Rule::RoleMayNot);
    });
}

#[test]
fn an_answer_that_comes_too_late_closes_the_finding_and_opens_nothing_and_a_no_ends_at_once() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let act = OfficeAct::OpenWorkEverybody;
        let (late, _) = warrant::break_glass(&at(&house, &house.handler, 0), "x").await.unwrap();
        warrant::answer(&at(&house, &house.officer, 90), late, Answer::Yes).await.unwrap();
        assert_eq!(rule(permit_office(&at(&house, &house.handler, 91), act).await), Rule::RoleMayNot);
        let (no, _) = warrant::break_glass(&at(&house, &house.handler, 100), "y").await.unwrap();
        warrant::answer(&at(&house, &house.administrator, 101), no, Answer::No).await.unwrap();
        assert_eq!(rule(permit_office(&at(&house, &house.handler, 102), act).await), Rule::RoleMayNot);
    });
}

#[test]
fn a_right_ends_with_the_work_it_belongs_to() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let row = house.applicants().await;
        let id = house.work("W-1", "hr.recruit", &row).await;
        let gift = |acts: &[policy::Act], until: i64| Gift {
            login: "kato".into(),
            acts: acts.iter().copied().collect(),
            belongs: Belongs::Work(id),
            reason: "stands in for the summer".into(),
            ends_at: Moment(MORNING.0 + until * 86_400_000),
        };
        let desk = at(&house, &house.officer, 0);
        let record = [policy::Act::Office(OfficeAct::Record)];
        assert_eq!(rule(warrant::give(&at(&house, &house.handler, 0), gift(&record, 3)).await), Rule::RoleMayNot);
        for never in [OfficeAct::EnactPolicy, OfficeAct::GrantHighAccess, OfficeAct::GiveRight, OfficeAct::ManageKeys] {
            let given = warrant::give(&desk, gift(&[never.into()], 3)).await;
            assert!(matches!(given, Err(No::Mistake(m)) if m.field == "acts"), "{never} is never given");
        }
        let long = warrant::give(&desk, gift(&record, 400)).await;
        assert!(matches!(long, Err(No::Mistake(m)) if m.field == "until"));
        let people = Gift { login: "admin".into(), ..gift(&[ActKind::Reveal.into()], 3) };
        assert!(matches!(warrant::give(&desk, people).await, Err(No::Mistake(m)) if m.field == "acts"));
        let nowhere = Gift { belongs: Belongs::Work(ledger::names::WorkId::from_bytes([1; 16])), ..gift(&record, 3) };
        assert!(matches!(warrant::give(&desk, nowhere).await, Err(No::Mistake(m)) if m.field == "of"));
        warrant::give(&desk, gift(&record, 3)).await.unwrap();
        let auditor = |minutes| at(&house, &house.auditor, minutes);
        drop(permit_office(&auditor(5), OfficeAct::Record).await.unwrap());
        assert_eq!(rule(permit_office(&auditor(5), OfficeAct::RecordTest).await), Rule::RoleMayNot);
        assert_eq!(rule(permit_office(&auditor(3 * 24 * 60), OfficeAct::Record).await), Rule::RoleMayNot, "its end");
        work::close(&at(&house, &house.officer, 6), id).await.unwrap();
        assert_eq!(rule(permit_office(&auditor(7), OfficeAct::Record).await), Rule::RoleMayNot, "the work has ended");
    });
}

#[test]
fn people_are_opened_beyond_a_role_only_as_the_purpose_says() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let row = house.applicants().await;
        let ask = access::Ask {
            act: ActKind::Resume,
            person: None,
            row: row.clone(),
            elements: vec![],
            purpose: "hr.recruit".parse().unwrap(),
            work: None,
        };
        let desk = at(&house, &house.handler, 1);
        assert!(!access::situation(&desk, &ask).await.unwrap().facts.beyond_role);
        let id = house.work("W-1", "hr.recruit", &row).await;
        let gift = Gift {
            login: "lan".into(),
            acts: [ActKind::Resume.into()].into(),
            belongs: Belongs::Work(id),
            reason: "stands in".into(),
            ends_at: Moment(MORNING.0 + 86_400_000),
        };
        let (given, _) = warrant::give(&at(&house, &house.officer, 0), gift).await.unwrap();
        assert!(access::situation(&desk, &ask).await.unwrap().facts.beyond_role);
        warrant::end(&desk, given).await.unwrap();
        assert!(!access::situation(&desk, &ask).await.unwrap().facts.beyond_role);
    });
}
