//! Sessions: bound in time, seen and ended; tries from one address; the fresh proof before acts of high risk.

use super::{entries, field, later, password, whence};
use access::sign_in::proof::{Shown, give, provable};
use access::sign_in::with_password;
use access::{No, OfficeAct, Proof, session};
use ledger::names::Moment;
use policy::Way;
use testkit::both::on_both;
use testkit::office::{House, MORNING, PASSWORD};

const HOUR: i64 = 60;

#[test]
fn a_session_ends_when_it_is_not_used_and_when_its_hours_are_over() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let open = async |key: &str, minutes: i64| {
            session::resume(&house.office, later(minutes), key).await.unwrap().is_some()
        };
        let idle = password(&house, "lan", MORNING).await.entered().unwrap().key.into_text();
        assert!(open(&idle, 59).await, "{}", ground.name);
        assert!(open(&idle, 59 + 59).await, "it was used meanwhile");
        assert!(!open(&idle, 59 + 59 + 60).await, "an hour unused");
        let busy = password(&house, "lan", MORNING).await.entered().unwrap().key.into_text();
        for minutes in (30..12 * HOUR).step_by(30) {
            assert!(open(&busy, minutes).await, "{minutes}");
        }
        assert!(!open(&busy, 12 * HOUR).await, "twelve hours, used or not");
    });
}

#[test]
fn sessions_are_seen_and_ended_one_by_one_or_all_at_once() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let mut keys = Vec::new();
        for minutes in 0..3 {
            keys.push(password(&house, "lan", later(minutes)).await.entered().unwrap().key.into_text());
        }
        let other = password(&house, "mori", MORNING).await.entered().unwrap().key.into_text();
        let desk = house.office.desk(Some(house.handler.clone()), later(4));
        let listed = session::list(&desk).await.unwrap();
        assert_eq!(listed.len(), 3, "{}", ground.name);
        assert_eq!(listed[0].id, session::listed_as(&keys[2]), "those used last come first");
        assert_eq!((listed[0].ways.as_slice(), &listed[0].whence), (&[Way::Password][..], &whence("192.0.2.4")));
        let officer = house.office.desk(Some(house.officer.clone()), later(4));
        assert!(matches!(session::end(&officer, &listed[0].id).await, Err(No::Missing)), "nobody else's");
        session::end(&desk, &listed[0].id).await.unwrap();
        let open = async |key: &str| session::resume(&house.office, later(4), key).await.unwrap().is_some();
        assert!(!open(&keys[2]).await && open(&keys[1]).await && open(&keys[0]).await);
        session::end_others(&desk, Some(&keys[0])).await.unwrap();
        assert!(open(&keys[0]).await && !open(&keys[1]).await && open(&other).await);
        session::sign_out(&desk, &keys[0]).await.unwrap();
        assert!(!open(&keys[0]).await && session::list(&desk).await.unwrap().is_empty());
        assert_eq!(entries(&house, "signed-out", "sessions").await, 3);
    });
}

#[test]
fn failures_of_one_address_count_together_whosever_account_was_tried() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let from = whence("198.51.100.7");
        let mut fields = Vec::new();
        for n in 0..110 {
            let login = format!("nobody{n}");
            fields.push(field(with_password(&house.office, MORNING, &from, &login, "wrong wrong wrong").await));
        }
        assert_eq!(fields.iter().filter(|f| *f == "password").count(), 100, "{}", ground.name);
        assert_eq!(fields.last().unwrap(), "login");
        assert_eq!(field(with_password(&house.office, MORNING, &from, "lan", PASSWORD).await), "login");
        assert_eq!(entries(&house, "sign-in-refused", "address-must-wait").await, 11);
        let step = with_password(&house.office, MORNING, &whence("192.0.2.4"), "lan", PASSWORD).await;
        assert!(step.unwrap().entered().is_some(), "from elsewhere the holder is let in");
        assert!(with_password(&house.office, later(6), &from, "lan", PASSWORD).await.is_ok(), "and from there later");
    });
}

#[test]
fn acts_of_high_risk_ask_again_who_one_is_and_a_program_is_not_asked() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let entered = password(&house, "admin", MORNING).await.entered().unwrap();
        let key = entered.key.into_text();
        let desk = async |minutes: i64| {
            let session = session::resume(&house.office, later(minutes), &key).await.unwrap().unwrap();
            house.office.desk(Some(session.actor), later(minutes)).proved(session.proof)
        };
        let permitted = async |minutes: i64| access::permit_office(&desk(minutes).await, OfficeAct::GrantAccess).await;
        assert!(permitted(5).await.is_ok(), "{}", ground.name);
        assert!(matches!(permitted(6).await, Err(No::ProofNeeded { minutes: 5 })));
        // What is of no risk needs none.
        assert!(access::permit_office(&desk(6).await, OfficeAct::ReviewAccess).await.is_ok());
        let stale = desk(6).await;
        assert_eq!(provable(&stale).await.unwrap().ways, [Way::Password]);
        let wrong = Shown::Password { password: "wrong wrong wrong", code: "" };
        assert_eq!(field(give(&stale, &key, wrong).await), "password");
        assert!(matches!(permitted(6).await, Err(No::ProofNeeded { .. })));
        let shown = Shown::Password { password: PASSWORD, code: "" };
        assert!(give(&stale, &key, shown).await.unwrap().fresh().is_ok());
        assert!(permitted(11).await.is_ok() && permitted(12).await.is_err());
        assert_eq!(entries(&house, "proof-given", "[\"password\"]").await, 1);
        // Whoever may not do it is refused, and asked for nothing.
        let handler = house.office.desk(Some(house.handler.clone()), later(60)).proved(Proof::At(MORNING));
        assert!(matches!(access::permit_office(&handler, OfficeAct::GrantAccess).await, Err(No::Refusal(_))));
        let program = house.office.desk(Some(house.administrator.clone()), Moment(MORNING.0 + 86_400_000));
        assert!(access::permit_office(&program, OfficeAct::GrantAccess).await.is_ok());
    });
}
