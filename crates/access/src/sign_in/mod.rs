//! Signing in: one way or two, as the policy says; an entry for each try; a session in scratch.
//!
//! A password is the first of two steps where the account has a second factor: what comes back with the second is a ticket. A
//! passkey is enough. Who must not know whether an account exists hears the same,
//! in the same time.

pub(crate) mod attempt;
pub mod link;
pub mod passkey;
pub mod proof;
mod question;
pub mod recovery;
mod sealed;
pub mod totp;
pub mod ways;

use crate::actor::Actor;
use crate::answer::{Fault, Mistake, No};
use crate::desk::Office;
use crate::session::{self, Key, Session};
use attempt::{ADDRESS, CODE, Counted};
use ledger::entry::EntryKind;
use ledger::names::Moment;
use policy::{SignIn, Way};
use question::What;
use store::{Change, OrNull};

/// From where somebody signs in, as far as it is known. It is shown to the holder of the account and nobody else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whence {
    /// The address, as the network says.
    pub address: String,
    /// The browser and its system, as the browser says: `firefox/linux`.
    pub browser: String,
}

/// How far a sign-in has come.
pub enum Step {
    /// Signed in.
    In(Box<Entered>),
    /// The password was right, and the account has a second factor.
    Second(Second),
}

/// A sign-in that succeeded.
pub struct Entered {
    /// Opens the session; shown once.
    pub key: Key,
    /// The session.
    pub session: Session,
    /// Until when the account may go on without a second factor, where it needs one and was told so just now.
    pub second_by: Option<Moment>,
}

/// What is asked for second.
#[derive(Debug, Clone)]
pub struct Second {
    /// What must come back with the answer.
    pub ticket: String,
    /// What the account has and the policy allows.
    pub ways: Vec<Way>,
}

impl Step {
    /// The session, where nothing more is asked.
    #[must_use]
    pub fn entered(self) -> Option<Entered> {
        match self {
            Self::In(entered) => Some(*entered),
            Self::Second(_) => None,
        }
    }
}

/// Signs in with a password. Both the success and the refusal leave an entry before they are answered.
///
/// # Errors
/// [`No::Mistake`] with the same words whether the login or the password was wrong, or that it must wait.
pub async fn with_password(
    office: &Office,
    now: Moment,
    whence: &Whence,
    login: &str,
    password: &str,
) -> Result<Step, No> {
    let rules = ways::rules(office, now);
    if !rules.allows(Way::Password) {
        return Err(ways::not_allowed());
    }
    let from = from(office, now, whence).await?;
    let actor = session::check_password(office, now, login, password).await?;
    good(office, from).await?;
    let ways = ways::second_of(office, &rules, actor.id).await?;
    if ways.is_empty() {
        let by = enter_alone(office, now, whence, &rules, actor).await?;
        return Ok(Step::In(Box::new(by)));
    }
    let ticket = question::ask(office, now, What::Second, Some(actor.id), Vec::new()).await?;
    Ok(Step::Second(Second { ticket, ways }))
}

/// Counts a try from an address before anything is looked at.
async fn from(office: &Office, now: Moment, whence: &Whence) -> Result<Option<Counted>, No> {
    // Where nobody knows the address, nobody is held back by it.
    if whence.address.is_empty() {
        return Ok(None);
    }
    let counted = ADDRESS.count(office, now, &whence.address).await?;
    if counted.may() {
        return Ok(Some(counted));
    }
    let desk = office.desk(None, now);
    let entry = desk.entry(EntryKind::SignInRefused, desk.act_id()).refused();
    desk.commit(desk.act_with_detail(entry, &serde_json::json!({ "rules": ["address-must-wait"] }))?).await?;
    Err(ADDRESS.must_wait())
}

/// A try from an address was a good one.
async fn good(office: &Office, from: Option<Counted>) -> Result<(), Fault> {
    match from {
        Some(counted) => counted.take_back(office).await,
        None => Ok(()),
    }
}

/// Gives the second factor: a code of an app, or one of the recovery codes.
///
/// # Errors
/// [`No::Mistake`] on `code` when it is wrong, on `answer` when it took too long, on `login` that it must wait.
pub async fn with_code(office: &Office, now: Moment, whence: &Whence, ticket: &str, code: &str) -> Result<Entered, No> {
    let from = from(office, now, whence).await?;
    let (actor, _) = question::read(office, now, What::Second, ticket).await?;
    let actor = actor.ok_or(No::Missing)?;
    let holder = session::holder(office, now, actor).await?.ok_or(No::Missing)?;
    let shown = check_code(office, now, &holder, code).await?;
    question::take(office, now, What::Second, ticket).await?;
    good(office, from).await?;
    enter(office, now, whence, holder, &[Way::Password, shown.way], shown.spent, false, None).await
}

/// The second steps of a ticket, so that the page can be shown again.
///
/// # Errors
/// [`No::Mistake`] when it took too long.
pub async fn second(office: &Office, now: Moment, ticket: &str) -> Result<Second, No> {
    let (actor, _) = question::read(office, now, What::Second, ticket).await?;
    let ways = ways::second_of(office, &ways::rules(office, now), actor.ok_or(No::Missing)?).await?;
    Ok(Second { ticket: ticket.to_owned(), ways })
}

/// A code that was good.
pub(crate) struct Shown {
    pub(crate) way: Way,
    /// The recovery code that it was, which is used up by the entry.
    pub(crate) spent: Option<[u8; 16]>,
}

/// Checks a code of an account's app, or one of its recovery codes. The try is counted before it is checked.
pub(crate) async fn check_code(office: &Office, now: Moment, holder: &Actor, code: &str) -> Result<Shown, No> {
    let rules = ways::rules(office, now);
    let counted = CODE.count(office, now, &holder.id.to_string()).await?;
    let shown = if !counted.may() {
        None
    } else if rules.allows(Way::Totp) && totp::check(office, now, holder.id, code).await?.is_some() {
        Some(Shown { way: Way::Totp, spent: None })
    } else if rules.allows(Way::RecoveryCode) {
        let spent = recovery::find(office, holder.id, code).await?;
        spent.map(|id| Shown { way: Way::RecoveryCode, spent: Some(id) })
    } else {
        None
    };
    match shown {
        Some(shown) => {
            counted.forget(office).await?;
            Ok(shown)
        }
        None => {
            let may = counted.may();
            refused(office, now, holder, if may { "wrong-code" } else { "code-must-wait" }).await?;
            Err(if may { wrong_code() } else { CODE.must_wait() })
        }
    }
}

/// Records a try that failed, of a holder who is known.
pub(crate) async fn refused(office: &Office, now: Moment, holder: &Actor, why: &str) -> Result<(), No> {
    let desk = office.desk(Some(holder.clone()), now);
    let entry = desk.entry(EntryKind::SignInRefused, desk.act_id()).refused();
    desk.commit(desk.act_with_detail(entry, &serde_json::json!({ "rules": [why] }))?).await?;
    Ok(())
}

fn wrong_code() -> No {
    Mistake::new(
        "code",
        "コードが違います。アプリの新しいコード、又はまだ使っていない回復コードを入力してください。",
        "This is not a code that counts. Type a new one of the app, or a recovery code that was not used.",
        "Mã không đúng. Hãy nhập mã mới của ứng dụng hoặc một mã khôi phục chưa dùng.",
    )
    .into()
}

/// Enters with a password alone: for good where that is enough, for the days of grace, or to the page on which a second factor is
/// added.
async fn enter_alone(
    office: &Office,
    now: Moment,
    whence: &Whence,
    rules: &SignIn,
    actor: Actor,
) -> Result<Entered, No> {
    if !rules.needs_second(actor.role) {
        return enter(office, now, whence, actor, &[Way::Password], None, false, None).await;
    }
    let sql = "SELECT second_by FROM actor WHERE id = $1";
    let rows = office.store().read(sql, vec![actor.id.into()]).await?;
    let known = rows.first().ok_or(Fault::Damaged("actor"))?.maybe_moment(0)?;
    let until = known.unwrap_or(Moment(now.0.saturating_add(i64::from(rules.grace_days) * 86_400_000)));
    let begins = known.is_none().then_some(until);
    enter(office, now, whence, actor, &[Way::Password], None, until <= now, begins).await
}

/// Makes the session, with its entry.
#[expect(clippy::too_many_arguments, reason = "one place makes sessions, and each of these stands in one")]
pub(crate) async fn enter(
    office: &Office,
    now: Moment,
    whence: &Whence,
    actor: Actor,
    by: &[Way],
    spent: Option<[u8; 16]>,
    owes: bool,
    second_by: Option<Moment>,
) -> Result<Entered, No> {
    let rules = ways::rules(office, now);
    let hours = if by == [Way::Link] { rules.session_hours.min(link::SESSION_HOURS) } else { rules.session_hours };
    let (key, session, begun) = session::begin(office, now, whence, actor, by, owes, hours);
    let desk = office.desk(Some(session.actor.clone()), now);
    let codes: Vec<&str> = by.iter().map(|way| way.code()).collect();
    let mut details = serde_json::json!({ "ways": codes });
    if let Some(fields) = details.as_object_mut() {
        if let Some(id) = spent {
            fields.insert("ended".into(), serde_json::json!([hex::encode(id)]));
        }
        if let Some(until) = second_by {
            fields.insert("actor".into(), session.actor.id.to_string().into());
            fields.insert("second-by".into(), until.0.into());
        }
    }
    let entry = desk.entry(EntryKind::SignedIn, desk.act_id());
    let mut act = desk.act_with_detail(entry, &details)?.with(begun);
    if let Some(id) = spent {
        act = act.with(ways::ending(id, now));
    }
    if second_by.is_some() {
        let sql = "UPDATE actor SET second_by = $2 WHERE id = $1 AND second_by IS NULL";
        act = act.with(Change::new(sql, vec![session.actor.id.into(), second_by.or_null()]).exactly(1));
    }
    desk.commit(act).await?;
    Ok(Entered { key, session, second_by })
}
