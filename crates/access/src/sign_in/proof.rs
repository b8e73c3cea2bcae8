//! A fresh proof: acts of high risk ask again who one is, where the last proof is older than the policy says.

use super::passkey::{self, Site};
use super::{check_code, ways};
use crate::answer::No;
use crate::desk::{Desk, Proof};
use crate::session::{self, hashed};
use ledger::entry::EntryKind;
use policy::Way;
use store::Change;

/// What whoever is at the desk can prove themselves by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provable {
    /// The ways, as the policy allows them.
    pub ways: Vec<Way>,
}

/// How somebody proves again who they are.
pub enum Shown<'a> {
    /// A password, and a code where the account has an app.
    Password {
        /// The password.
        password: &'a str,
        /// The code; empty where none was asked for.
        code: &'a str,
    },
    /// The answer of a passkey.
    Passkey {
        /// Whose passkey may answer.
        site: &'a Site,
        /// What the browser said.
        answer: &'a str,
    },
}

/// By what whoever is at the desk may prove themselves.
///
/// # Errors
/// [`No::Missing`] when nobody has signed in.
pub async fn provable(desk: &Desk) -> Result<Provable, No> {
    let rules = ways::rules(desk.office(), desk.now());
    let mut has: Vec<Way> = ways::of(desk.office(), desk.actor()?.id).await?.into_iter().map(|one| one.way).collect();
    has.push(Way::Password);
    has.sort_unstable();
    has.dedup();
    has.retain(|way| rules.allows(*way));
    Ok(Provable { ways: has })
}

/// Proves again who is at the desk, and remembers it for the session.
///
/// # Errors
/// [`No::Mistake`] as at sign-in.
pub async fn give(desk: &Desk, session_key: &str, shown: Shown<'_>) -> Result<Desk, No> {
    let (office, now) = (desk.office(), desk.now());
    let actor = desk.actor()?.clone();
    let (by, spent) = match shown {
        Shown::Password { password, code } => {
            ways::must_be_allowed(desk, Way::Password)?;
            session::check_password(office, now, &actor.login, password).await?;
            let second = ways::second_of(office, &ways::rules(office, now), actor.id).await?;
            if second.is_empty() {
                (vec![Way::Password], None)
            } else {
                let shown = check_code(office, now, &actor, code).await?;
                (vec![Way::Password, shown.way], shown.spent)
            }
        }
        Shown::Passkey { site, answer } => {
            let holder = passkey::check(office, now, site, answer).await?;
            if holder.id != actor.id {
                return Err(passkey::of_somebody_else());
            }
            (vec![Way::Passkey], None)
        }
    };
    let entry = desk.entry(EntryKind::ProofGiven, desk.act_id());
    let codes: Vec<&str> = by.iter().map(|way| way.code()).collect();
    let ended: Vec<String> = spent.iter().map(hex::encode).collect();
    let mut act = desk
        .act_with_detail(entry, &serde_json::json!({ "ways": codes, "ended": ended }))?
        .with(Change::new("UPDATE session SET proved_at = $2 WHERE hash = $1", vec![hashed(session_key), now.into()]));
    if let Some(id) = spent {
        act = act.with(ways::ending(id, now));
    }
    desk.commit(act).await?;
    office.seen.forget();
    Ok(desk.clone().proved(Proof::At(now)))
}
