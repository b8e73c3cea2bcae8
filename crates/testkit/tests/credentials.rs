//! Passwords change, tokens end one by one, and the last administrator stays.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use access::actor::{self, Grant, is_last_administrator, revoke};
use access::credentials::{change_password, set_password};
use access::token::{self, NewToken};
use access::{No, Office, session, warrant};
use ledger::names::Moment;
use policy::{Language, Role};
use testkit::both::on_both;
use testkit::office::{DAY, House, MORNING, PASSWORD};

const NEW: &str = "another horse, another battery";

/// The field of a mistake.
fn field<T: std::fmt::Debug>(answer: Result<T, No>) -> String {
    match answer {
        Err(No::Mistake(mistake)) => mistake.field,
        other => panic!("not a mistake: {other:?}"),
    }
}

fn new(label: &str, ends_at: Moment) -> NewToken {
    NewToken { label: label.into(), ends_at, may: ["own.show".to_owned()].into() }
}

async fn signs_in(office: &Office, login: &str, password: &str) -> bool {
    testkit::office::sign_in(office, MORNING, login, password).await.is_ok()
}

async fn entries(house: &House) -> i64 {
    house.store.read("SELECT COUNT(*) FROM entry", vec![]).await.unwrap()[0].int(0).unwrap()
}

#[test]
fn after_a_change_only_the_new_password_opens_and_old_sessions_have_ended() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let (key, _) = testkit::office::sign_in(&house.office, MORNING, "lan", PASSWORD).await.unwrap();
        let key = key.into_text();
        let (other, _) = testkit::office::sign_in(&house.office, MORNING, "kato", PASSWORD).await.unwrap();
        assert!(session::resume(&house.office, MORNING, &key).await.unwrap().is_some());
        change_password(&house.desk(), PASSWORD, NEW).await.unwrap();
        assert!(session::resume(&house.office, MORNING, &key).await.unwrap().is_none(), "{}", ground.name);
        assert!(session::resume(&house.office, MORNING, &other.into_text()).await.unwrap().is_some());
        assert!(!signs_in(&house.office, "lan", PASSWORD).await);
        assert!(signs_in(&house.office, "lan", NEW).await);
    });
}

#[test]
fn a_wrong_old_password_is_refused_and_recorded_and_too_many_must_wait() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let desk = house.desk();
        let before = entries(&house).await;
        assert_eq!(field(change_password(&desk, "not the old one", NEW).await), "old");
        assert_eq!(entries(&house).await, before + 1, "{}", ground.name);
        for bad in ["short", PASSWORD] {
            assert_eq!(field(change_password(&desk, PASSWORD, bad).await), "new");
        }
        for _ in 0..7 {
            assert_eq!(field(change_password(&desk, "not the old one", NEW).await), "old");
        }
        let waits = entries(&house).await;
        assert_eq!(field(change_password(&desk, PASSWORD, NEW).await), "old", "the right one waits too");
        assert_eq!(entries(&house).await, waits + 1, "having to wait is recorded too");
    });
}

#[test]
fn a_forgotten_password_is_given_anew_by_an_administrator_alone() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let refused = set_password(&house.desk_of(&house.officer, 0), "lan", NEW).await;
        assert!(matches!(refused, Err(No::Refusal(_))), "{}: {refused:?}", ground.name);
        let desk = house.desk_of(&house.administrator, 0);
        assert_eq!(field(set_password(&desk, "lan", "short").await), "new");
        assert_eq!(field(set_password(&desk, "admin", NEW).await), "login");
        assert!(matches!(set_password(&desk, "nobody", NEW).await, Err(No::Missing)));
        let (key, _) = testkit::office::sign_in(&house.office, MORNING, "lan", PASSWORD).await.unwrap();
        set_password(&desk, "lan", NEW).await.unwrap();
        assert!(session::resume(&house.office, MORNING, &key.into_text()).await.unwrap().is_none());
        assert!(!signs_in(&house.office, "lan", PASSWORD).await);
        assert!(signs_in(&house.office, "lan", NEW).await);
    });
}

#[test]
fn an_ended_token_no_longer_opens_and_others_still_do() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let desk = house.desk();
        let until = Moment(MORNING.0 + 30 * DAY);
        let (first, _) = token::make(&desk, new("payroll", until)).await.unwrap();
        let (second, _) = token::make(&desk, new("reports", until)).await.unwrap();
        let (first, second) = (first.into_text(), second.into_text());
        assert!(token::resume(&house.office, MORNING, &first).await.unwrap().is_some());
        let listed = token::list(&desk).await.unwrap();
        assert_eq!(listed.len(), 2);
        let payroll = listed.iter().find(|t| t.label == "payroll").unwrap();
        assert_eq!((payroll.created_at, payroll.ends_at, payroll.id.len()), (MORNING, until, 16));
        let of_other = token::end(&house.desk_of(&house.auditor, 0), &payroll.id).await;
        assert!(matches!(of_other, Err(No::Missing)), "{}: {of_other:?}", ground.name);
        let before = entries(&house).await;
        token::end(&desk, &payroll.id).await.unwrap();
        assert_eq!(entries(&house).await, before + 1);
        assert!(token::resume(&house.office, MORNING, &first).await.unwrap().is_none());
        assert!(token::resume(&house.office, MORNING, &second).await.unwrap().is_some());
        assert_eq!(token::list(&desk).await.unwrap().len(), 1);
        assert!(matches!(token::end(&desk, &payroll.id).await, Err(No::Missing)));
    });
}

#[test]
fn the_last_administrator_stays() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let desk = house.desk_of(&house.administrator, 0);
        assert!(is_last_administrator(&house.office, "admin", MORNING).await.unwrap());
        assert!(!is_last_administrator(&house.office, "lan", MORNING).await.unwrap());
        assert_eq!(field(revoke(&desk, "admin").await), "login", "{}", ground.name);
        let refused = revoke(&house.desk(), "admin").await;
        assert!(matches!(refused, Err(No::Refusal(_))), "{refused:?}");
        let second = Grant {
            login: "second".into(),
            name: "second".into(),
            role: Role::Administrator,
            language: Language::En,
            password: PASSWORD.into(),
            reason: "story".into(),
            ends_at: None,
        };
        agreed(&house).await;
        actor::grant(&desk, second).await.unwrap();
        assert!(!is_last_administrator(&house.office, "admin", MORNING).await.unwrap());
        revoke(&desk, "admin").await.unwrap();
        assert!(is_last_administrator(&house.office, "second", MORNING).await.unwrap());
    });
}

/// Two people agree that there be a second administrator.
async fn agreed(house: &House) {
    let of = actor::proposed("second", Role::Administrator);
    let desk = house.desk_of(&house.administrator, 0);
    let (id, _) = warrant::propose(&desk, policy::OfficeAct::GrantHighAccess, &of, "story").await.unwrap();
    warrant::answer(&house.desk_of(&house.officer, 0), id, warrant::Answer::Yes).await.unwrap();
}

async fn second_administrator(house: &House) -> access::Actor {
    let second = Grant {
        login: "second".into(),
        name: "second".into(),
        role: Role::Administrator,
        language: Language::En,
        password: PASSWORD.into(),
        reason: "story".into(),
        ends_at: None,
    };
    agreed(house).await;
    actor::grant(&house.desk_of(&house.administrator, 0), second).await.unwrap();
    actor::find(&house.office, "second", MORNING).await.unwrap().unwrap()
}

#[test]
fn two_administrators_who_take_accounts_back_at_once_leave_one() {
    // Each that of the other, then each their own.
    for (of_first, of_other) in [("second", "admin"), ("admin", "second")] {
        two_at_once(of_first, of_other);
    }
}

fn two_at_once(of_first: &'static str, of_other: &'static str) {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let second = second_administrator(&house).await;
        let (first, other) = (house.desk_of(&house.administrator, 0), house.desk_of(&second, 0));
        let (one, two) = tokio::join!(
            tokio::spawn(async move { revoke(&first, of_first).await }),
            tokio::spawn(async move { revoke(&other, of_other).await }),
        );
        let done = [one.unwrap(), two.unwrap()];
        assert_eq!(done.iter().filter(|d| d.is_ok()).count(), 1, "{}: {done:?}", ground.name);
        let left = actor::list(&house.office).await.unwrap();
        let left = left.iter().filter(|a| a.actor.role == Role::Administrator && a.revoked_at.is_none()).count();
        assert_eq!(left, 1, "{}", ground.name);
        for lost in done.into_iter().filter(Result::is_err) {
            // Told as the last administrator, or, when both commit together, as somebody who was later.
            let field = field(lost);
            assert!(field == "login" || field == "version", "{field}");
        }
    });
}

#[test]
fn guesses_made_at_once_count_one_by_one() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let before = entries(&house).await;
        let guesses = (0..20).map(|_| {
            let office = house.office.clone();
            tokio::spawn(async move {
                field(testkit::office::sign_in(&office, MORNING, "lan", "wrong wrong wrong").await.map(|_| ()))
            })
        });
        let mut fields = Vec::new();
        for guess in guesses.collect::<Vec<_>>() {
            fields.push(guess.await.unwrap());
        }
        assert_eq!(fields.iter().filter(|f| *f == "password").count(), 8, "{}: {fields:?}", ground.name);
        assert_eq!(fields.iter().filter(|f| *f == "login").count(), 12, "{}", ground.name);
        assert_eq!(entries(&house).await, before + 20, "each of them is recorded");
        assert!(!signs_in(&house.office, "lan", PASSWORD).await, "the right one waits too");
        let later = Moment(MORNING.0 + 6 * 60_000);
        assert!(testkit::office::sign_in(&house.office, later, "lan", PASSWORD).await.is_ok());
    });
}

#[test]
fn what_has_passed_is_swept_and_what_counts_is_kept() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let (old, _) = testkit::office::sign_in(&house.office, MORNING, "lan", PASSWORD).await.unwrap();
        assert!(!signs_in(&house.office, "kato", "wrong wrong wrong").await);
        let later = Moment(MORNING.0 + DAY);
        let (fresh, _) = testkit::office::sign_in(&house.office, later, "lan", PASSWORD).await.unwrap();
        assert!(testkit::office::sign_in(&house.office, later, "mori", "wrong wrong wrong").await.is_err());
        session::sweep(&house.office, later).await.unwrap();
        for (table, left) in [("session", 1), ("attempt", 1)] {
            let rows = house.store.read(&format!("SELECT COUNT(*) FROM {table}"), vec![]).await.unwrap();
            assert_eq!(rows[0].int(0).unwrap(), left, "{}: {table}", ground.name);
        }
        assert!(session::resume(&house.office, later, &fresh.into_text()).await.unwrap().is_some());
        drop(old);
    });
}
