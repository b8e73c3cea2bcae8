//! Codes of an app and recovery codes, beside a password.

use super::{desk, entries, field, later, password, whence};
use access::sign_in::{Step, recovery, totp, ways, with_code};
use access::{Actor, No, session};
use aws_lc_rs::hmac;
use ledger::names::Moment;
use testkit::both::on_both;
use testkit::office::{DAY, House, MORNING, PASSWORD};

/// An app that was given this secret.
struct App(Vec<u8>);

impl App {
    fn given(letters: &str) -> Self {
        let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0_u32);
        for letter in letters.bytes().filter(|b| *b != b' ') {
            let five = if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter - b'A' };
            held = (held << 5) | u32::from(five);
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                bytes.push(u8::try_from((held >> bits) & 0xff).unwrap());
            }
        }
        Self(bytes)
    }

    fn code(&self, at: Moment) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &(at.0 / 30_000).to_be_bytes());
        let tag = tag.as_ref();
        let from = usize::from(tag[19] & 15);
        let number = u32::from_be_bytes(tag[from..from + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }
}

async fn with_app(house: &House, actor: &Actor) -> App {
    let desk = desk(house, actor, 0);
    let offered = totp::offer(&desk, "Daicho").await.unwrap();
    assert!(
        offered.uri.starts_with("otpauth://totp/Daicho:") && offered.uri.contains(&offered.secret.replace(' ', ""))
    );
    let app = App::given(&offered.secret);
    assert_eq!(field(totp::add(&desk, &offered.ticket, "000000", "").await), "code");
    totp::add(&desk, &offered.ticket, &app.code(MORNING), "my telephone").await.unwrap();
    assert_eq!(field(totp::add(&desk, &offered.ticket, &app.code(MORNING), "").await), "answer", "once");
    app
}

async fn ticket(house: &House, login: &str, at: Moment) -> String {
    match password(house, login, at).await {
        Step::Second(second) => second.ticket,
        Step::In(_) => panic!("no second factor was asked for"),
    }
}

#[test]
fn a_code_is_asked_for_after_the_password_and_counts_once() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let app = with_app(&house, &house.handler).await;
        let from = whence("192.0.2.4");
        let first = ticket(&house, "lan", later(1)).await;
        // The code that was shown when the app was added opens nothing.
        assert_eq!(field(with_code(&house.office, MORNING, &from, &first, &app.code(MORNING)).await), "code");
        let code = app.code(later(1));
        let entered = with_code(&house.office, later(1), &from, &first, &code).await.unwrap();
        assert!(!entered.session.owes, "{}", ground.name);
        assert_eq!(entries(&house, "signed-in", "[\"password\",\"totp\"]").await, 1);
        assert_eq!(field(with_code(&house.office, later(1), &from, &first, &app.code(later(2))).await), "answer");
        let again = ticket(&house, "lan", later(1)).await;
        assert_eq!(field(with_code(&house.office, later(1), &from, &again, &code).await), "code", "used already");
        assert!(with_code(&house.office, later(2), &from, &again, &app.code(later(2))).await.is_ok());
        // A password alone is no session, and no act at the command line.
        assert_eq!(field(session::act_as(&house.office, later(3), "lan", PASSWORD, None).await), "code");
        assert!(session::act_as(&house.office, later(3), "lan", PASSWORD, Some(&app.code(later(3)))).await.is_ok());
        let late = ticket(&house, "lan", later(4)).await;
        assert_eq!(field(with_code(&house.office, later(10), &from, &late, &app.code(later(10))).await), "answer");
    });
}

#[test]
fn whoever_guesses_codes_must_wait_and_the_holder_is_told_so() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let app = with_app(&house, &house.handler).await;
        let from = whence("192.0.2.4");
        let ticket = ticket(&house, "lan", later(1)).await;
        for guess in 0..5 {
            let wrong = format!("{guess}{guess}{guess}{guess}{guess}0");
            assert_eq!(field(with_code(&house.office, later(1), &from, &ticket, &wrong).await), "code");
        }
        let right = app.code(later(1));
        assert_eq!(field(with_code(&house.office, later(1), &from, &ticket, &right).await), "login", "{}", ground.name);
        assert_eq!(entries(&house, "sign-in-refused", "wrong-code").await, 5);
        assert_eq!(entries(&house, "sign-in-refused", "code-must-wait").await, 1);
        let after = super::codes::ticket(&house, "lan", later(17)).await;
        assert!(with_code(&house.office, later(17), &from, &after, &app.code(later(17))).await.is_ok());
    });
}

#[test]
fn a_recovery_code_opens_once_and_a_new_list_ends_the_old() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        with_app(&house, &house.handler).await;
        let mine = desk(&house, &house.handler, 0);
        let (old, _) = recovery::make(&mine).await.unwrap();
        let (codes, _) = recovery::make(&mine).await.unwrap();
        assert_eq!((codes.len(), ways::list(&mine).await.unwrap().1), (recovery::CODES, recovery::CODES));
        let from = whence("192.0.2.4");
        let first = ticket(&house, "lan", later(1)).await;
        assert_eq!(field(with_code(&house.office, later(1), &from, &first, &old[0]).await), "code", "{}", ground.name);
        let typed = codes[0].to_uppercase().replace('-', " ");
        assert!(with_code(&house.office, later(1), &from, &first, &typed).await.is_ok());
        let again = ticket(&house, "lan", later(1)).await;
        assert_eq!(field(with_code(&house.office, later(1), &from, &again, &codes[0]).await), "code", "once");
        assert_eq!(ways::list(&mine).await.unwrap().1, recovery::CODES - 1);
        assert_eq!(entries(&house, "signed-in", "recovery-code").await, 1);
        // Somebody else's code is nobody's.
        with_app(&house, &house.officer).await;
        let other = ticket(&house, "mori", later(1)).await;
        assert_eq!(field(with_code(&house.office, later(1), &from, &other, &codes[1]).await), "code");
    });
}

#[test]
fn who_needs_a_second_factor_has_some_days_and_then_only_the_page_to_add_one() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let entered = password(&house, "lan", MORNING).await.entered().unwrap();
        assert_eq!(entered.second_by, Some(Moment(MORNING.0 + 14 * DAY)), "{}", ground.name);
        assert!(!entered.session.owes);
        let days = |days: i64| Moment(MORNING.0 + days * DAY);
        let entered = password(&house, "lan", days(13)).await.entered().unwrap();
        assert!(!entered.session.owes && entered.second_by.is_none());
        let entered = password(&house, "lan", days(14)).await.entered().unwrap();
        assert!(entered.session.owes);
        let key = entered.key.into_text();
        assert!(session::resume(&house.office, days(14), &key).await.unwrap().unwrap().owes);
        // Once there is one, the same session opens everything.
        let at = house.office.desk(Some(house.handler.clone()), days(14));
        let offered = totp::offer(&at, "Daicho").await.unwrap();
        let app = App::given(&offered.secret);
        totp::add(&at, &offered.ticket, &app.code(days(14)), "").await.unwrap();
        assert!(!session::resume(&house.office, days(14), &key).await.unwrap().unwrap().owes);
        // Whoever lost it is let in by the password again, for some days.
        let office = house.desk_of(&house.administrator, 15);
        ways::reset(&office, "lan").await.unwrap();
        assert!(session::resume(&house.office, days(15), &key).await.unwrap().is_none(), "sessions have ended");
        let entered = password(&house, "lan", days(15)).await.entered().unwrap();
        assert_eq!(entered.second_by, Some(days(29)));
        assert!(matches!(ways::reset(&house.desk_of(&house.handler, 15), "mori").await, Err(No::Refusal(_))));
        assert_eq!(field(ways::reset(&office, "admin").await), "login");
    });
}

#[test]
fn a_secret_of_an_app_lies_sealed() {
    on_both(|ground| async move {
        let house = House::new(&ground).await;
        let app = with_app(&house, &house.handler).await;
        for table in ["credential", "question"] {
            let column = if table == "credential" { "matter" } else { "body" };
            let rows = house.store.read(&format!("SELECT {column} FROM {table}"), vec![]).await.unwrap();
            for row in rows {
                let bytes = row.bytes(0).unwrap();
                assert!(!bytes.windows(app.0.len()).any(|part| part == app.0), "{}: {table}", ground.name);
            }
        }
    });
}
