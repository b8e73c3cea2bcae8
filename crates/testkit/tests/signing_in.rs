//! Signing in: passkeys, codes, recovery codes; what an attacker brings; sessions; the fresh proof.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "signing_in/codes.rs"]
mod codes;
#[path = "signing_in/links.rs"]
mod links;
#[path = "signing_in/passkeys.rs"]
mod passkeys;
#[path = "signing_in/sessions.rs"]
mod sessions;

use access::sign_in::{Step, Whence, with_password};
use access::{Actor, Desk, No, Proof};
use ledger::names::Moment;
use testkit::office::{House, MORNING};

/// A browser on a network.
fn whence(address: &str) -> Whence {
    Whence { address: address.into(), browser: "Firefox, Linux".into() }
}

/// So many minutes after the first morning.
fn later(minutes: i64) -> Moment {
    Moment(MORNING.0 + minutes * 60_000)
}

/// The desk of somebody who proved who they are so many minutes after the first morning, and acts then.
fn desk(house: &House, actor: &Actor, minutes: i64) -> Desk {
    house.office.desk(Some(actor.clone()), later(minutes)).proved(Proof::At(later(minutes)))
}

/// The field of a mistake.
fn field<T>(answer: Result<T, No>) -> String {
    match answer {
        Err(No::Mistake(mistake)) => mistake.field,
        Err(other) => panic!("not a mistake: {other:?}"),
        Ok(_) => panic!("it was let in"),
    }
}

async fn password(house: &House, login: &str, at: Moment) -> Step {
    with_password(&house.office, at, &whence("192.0.2.4"), login, testkit::office::PASSWORD).await.unwrap()
}

/// How many entries of a kind there are, with this in their details.
async fn entries(house: &House, kind: &str, with: &str) -> usize {
    let sql = "SELECT d.body FROM entry e JOIN detail d ON d.idx = e.idx WHERE e.kind = $1";
    let rows = house.store.read(sql, vec![kind.into()]).await.unwrap();
    rows.iter().filter(|row| String::from_utf8_lossy(row.bytes(0).unwrap()).contains(with)).count()
}
