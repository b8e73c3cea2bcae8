//! Passkeys: made, used, and tried by others.

use super::{desk, entries, field, later, whence};
use access::sign_in::passkey::{self, Site};
use access::sign_in::ways;
use access::{No, session};
use policy::Way;
use testkit::authenticator::Authenticator;
use testkit::both::on_both;
use testkit::office::{House, MORNING};

const BASE: &str = "https://privacy.example.jp";

fn site() -> Site {
    Site::at(BASE).unwrap()
}

async fn asked(house: &House) -> String {
    passkey::ask(&house.office, MORNING, &whence("192.0.2.4"), &site()).await.unwrap()
}

async fn tried(house: &House, answer: &str) -> Result<access::sign_in::Entered, No> {
    passkey::sign_in(&house.office, MORNING, &whence("192.0.2.4"), &site(), answer).await
}

async fn made(house: &House) -> Authenticator {
    let desk = desk(house, &house.handler, 0);
    let (one, answer) = Authenticator::make(&passkey::offer(&desk, &site()).await.unwrap(), BASE);
    passkey::add(&desk, &site(), &answer, "my telephone").await.unwrap();
    one
}

#[test]
fn a_passkey_lets_its_holder_in_without_a_name_or_a_password() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let mut one = made(&house).await;
        let answer = one.answer(&asked(&house).await);
        let entered = tried(&house, &answer).await.unwrap();
        assert_eq!(entered.session.actor.id, house.handler.id, "{}", ground.name);
        assert!(!entered.session.owes && entered.second_by.is_none(), "it is two factors in one");
        let key = entered.key.into_text();
        assert!(session::resume(&house.office, MORNING, &key).await.unwrap().is_some());
        assert_eq!(entries(&house, "credential-added", "\"way\":\"passkey\"").await, 1);
        assert_eq!(entries(&house, "signed-in", "\"ways\":[\"passkey\"]").await, 1);
        let (held, codes) = ways::list(&desk(&house, &house.handler, 0)).await.unwrap();
        assert_eq!((held.len(), codes), (1, 0));
        assert_eq!(
            (held[0].way, held[0].label.as_str(), held[0].used_at),
            (Way::Passkey, "my telephone", Some(MORNING))
        );
        // A second one is offered with the first excluded, so that no device has two.
        let again = passkey::offer(&desk(&house, &house.handler, 0), &site()).await.unwrap();
        assert!(again.contains("excludeCredentials") && again.contains("\"required\""));
        let again = one.answer(&asked(&house).await);
        assert!(tried(&house, &again).await.is_ok());
    });
}

#[test]
fn what_others_bring_opens_nothing_and_is_recorded_in_the_same_words() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let mut one = made(&house).await;
        let before = entries(&house, "sign-in-refused", "passkey-").await;
        let mut texts = Vec::new();
        let mut refused = async |answer: String| {
            let Err(No::Mistake(mistake)) = tried(&house, &answer).await else { panic!("{answer} opened") };
            assert_eq!(mistake.field, "passkey");
            texts.push(mistake.texts.get(policy::Language::En).to_owned());
        };
        // The same answer again.
        let answer = one.answer(&asked(&house).await);
        assert!(tried(&house, &answer).await.is_ok(), "{}", ground.name);
        refused(answer).await;
        // A question nobody asked.
        let other = asked(&house).await.replace("\"challenge\":\"", "\"challenge\":\"AA");
        let other = other.replacen("AA", "", 0);
        refused(one.answer(&other)).await;
        // On another page, for another site, without a finger, with a counter that a copy would have.
        one.origin = "https://privacy.example.jp.evil.test".into();
        refused(one.answer(&asked(&house).await)).await;
        one.origin = BASE.into();
        one.site = "evil.test".into();
        refused(one.answer(&asked(&house).await)).await;
        one.site = "privacy.example.jp".into();
        one.verified = false;
        refused(one.answer(&asked(&house).await)).await;
        one.verified = true;
        one.count = 0;
        refused(one.answer(&asked(&house).await)).await;
        one.count = 100;
        // A signature of another.
        let mut stranger = made(&house).await;
        let good: serde_json::Value = serde_json::from_str(&one.answer(&asked(&house).await)).unwrap();
        let mut forged: serde_json::Value = serde_json::from_str(&stranger.answer(&asked(&house).await)).unwrap();
        forged["id"] = good["id"].clone();
        forged["rawId"] = good["rawId"].clone();
        refused(forged.to_string()).await;
        // Nothing that can be read.
        for nonsense in ["", "{}", "null", "[1]", "\u{0}", &"[".repeat(4000)] {
            refused(nonsense.to_owned()).await;
        }
        texts.dedup();
        assert_eq!(texts.len(), 1, "who tries learns nothing: {texts:?}");
        assert!(entries(&house, "sign-in-refused", "passkey-").await >= before + 12, "each is recorded");
        let good = one.answer(&asked(&house).await);
        assert!(tried(&house, &good).await.is_ok(), "the holder is still let in");
    });
}

#[test]
fn a_passkey_that_was_taken_away_opens_nothing_any_more() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let mut one = made(&house).await;
        let desk = desk(&house, &house.handler, 0);
        let id = ways::list(&desk).await.unwrap().0[0].id.clone();
        let other = house.office.desk(Some(house.officer.clone()), MORNING);
        assert!(matches!(ways::end(&other, &id).await, Err(No::Missing)), "{}: nobody else's", ground.name);
        ways::end(&desk, &id).await.unwrap();
        let answer = one.answer(&asked(&house).await);
        assert_eq!(field(tried(&house, &answer).await), "passkey");
        assert!(matches!(ways::end(&desk, &id).await, Err(No::Missing)));
        assert_eq!(entries(&house, "credential-ended", &id).await, 1);
    });
}

#[test]
fn a_passkey_is_made_for_whoever_asked_and_in_time() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let mine = desk(&house, &house.handler, 0);
        let options = passkey::offer(&mine, &site()).await.unwrap();
        let (_, answer) = Authenticator::make(&options, BASE);
        let other = house.office.desk(Some(house.officer.clone()), MORNING);
        assert_eq!(field(passkey::add(&other, &site(), &answer, "").await), "passkey", "{}", ground.name);
        // Whoever took the answer away spoiled the question.
        assert_eq!(field(passkey::add(&mine, &site(), &answer, "").await), "answer");
        let options = passkey::offer(&mine, &site()).await.unwrap();
        let (_, late) = Authenticator::make(&options, BASE);
        assert_eq!(field(passkey::add(&desk(&house, &house.handler, 6), &site(), &late, "").await), "answer");
        let (_, elsewhere) = Authenticator::make(&passkey::offer(&mine, &site()).await.unwrap(), "https://evil.test");
        assert_eq!(field(passkey::add(&mine, &site(), &elsewhere, "").await), "passkey");
        let stale = house.office.desk(Some(house.handler.clone()), later(6)).proved(access::Proof::At(MORNING));
        assert!(matches!(passkey::offer(&stale, &site()).await, Err(No::ProofNeeded { minutes: 5 })));
    });
}
