//! A link that is mailed, or handed over by an administrator: it signs in once, and opens one's own page and nothing else.
//!
//! Whoever asks for one hears the same whoever they name. The link is kept as a hash, for half an hour, in scratch; that it was made,
//! asked for in vain and used stands in the ledger.

use super::attempt::{LINK, LINK_ADDRESS};
use super::{Entered, Whence, enter, refused, ways};
use crate::actor::{self, Actor};
use crate::answer::{Mistake, No};
use crate::desk::{Desk, Office};
use crate::organisation::roster;
use crate::permit::{OfficeAct, permit_office};
use crate::session::{self, Key, hashed};
use ledger::entry::EntryKind;
use ledger::names::{ActorId, Moment};
use policy::{Language, Way};
use store::Change;

/// How long a link opens, in minutes.
pub const MINUTES: i64 = 30;
/// A session that began with one ends so many hours after, used or not.
pub const SESSION_HOURS: u16 = 2;

/// A letter to be sent.
pub struct Letter {
    /// To which address.
    pub to: String,
    /// The name of whom it is for.
    pub name: String,
    /// The language they read.
    pub language: Language,
    /// What the link ends with; it is shown to nobody else.
    pub key: Key,
}

/// A link that was handed to an administrator.
pub struct Handed {
    /// What it ends with; shown once.
    pub key: Key,
    /// Until when it opens.
    pub until: Moment,
    /// The entry that recorded it.
    pub entry: u64,
}

/// Asks for a link by a login or an e-mail address. What comes back is sent and never told: nobody may learn who has an account.
///
/// # Errors
/// [`No::Mistake`] when the policy allows no links, or when too many were asked for from this address, whoever they were for.
pub async fn ask(office: &Office, now: Moment, whence: &Whence, who: &str) -> Result<Option<Letter>, No> {
    if !ways::rules(office, now).allows(Way::Link) {
        return Err(ways::not_allowed());
    }
    if !whence.address.is_empty() && !LINK_ADDRESS.count(office, now, &whence.address).await?.may() {
        told_nobody(office, now, None, "address-must-wait").await?;
        return Err(LINK_ADDRESS.must_wait());
    }
    let who = who.trim().to_lowercase();
    let counted = LINK.count(office, now, &who).await?;
    let Some((holder, to)) = known(office, now, &who).await? else {
        told_nobody(office, now, None, "nobody").await?;
        return Ok(None);
    };
    if !counted.may() {
        told_nobody(office, now, Some(&holder), "link-must-wait").await?;
        return Ok(None);
    }
    let desk = office.desk(Some(holder.clone()), now);
    let entry = desk.entry(EntryKind::LinkMade, desk.act_id());
    let details = serde_json::json!({ "of": holder.id.to_string(), "mailed": true });
    let (key, made) = new(office, now, holder.id);
    desk.commit(desk.act_with_detail(entry, &details)?.with(made)).await?;
    Ok(Some(Letter { to, name: holder.name, language: holder.language, key }))
}

/// Makes a link for somebody, to be handed over otherwise than by mail.
///
/// # Errors
/// [`No::Refusal`] unless the actor administers accounts, [`No::Missing`] if there is no such open account, [`No::Mistake`] when the
/// policy allows no links.
pub async fn hand_out(desk: &Desk, login: &str) -> Result<Handed, No> {
    let permit = permit_office(desk, OfficeAct::GrantAccess).await?;
    ways::must_be_allowed(desk, Way::Link)?;
    let holder = actor::find(desk.office(), login, desk.now()).await?.ok_or(No::Missing)?;
    let details = serde_json::json!({ "of": holder.id.to_string(), "mailed": false });
    let (key, made) = new(desk.office(), desk.now(), holder.id);
    let act = desk.act_with_detail(permit.entry(desk, EntryKind::LinkMade), &details)?.with(made);
    let entry = desk.commit(act).await?.index();
    Ok(Handed { key, until: ends(desk.now()), entry })
}

/// Uses a link: it is taken out, and a session begins that opens one's own page.
///
/// # Errors
/// [`No::Mistake`] on `link` when it was used before, or its time has passed.
pub async fn take(office: &Office, now: Moment, whence: &Whence, key: &str) -> Result<Entered, No> {
    if !ways::rules(office, now).allows(Way::Link) {
        return Err(ways::not_allowed());
    }
    let sql = "SELECT actor FROM link WHERE hash = $1 AND ends_at > $2";
    let rows = office.store().read(sql, vec![hashed(key), now.into()]).await?;
    let Some(row) = rows.first() else {
        told_nobody(office, now, None, "link-passed").await?;
        return Err(passed());
    };
    let holder = session::holder(office, now, ActorId::from_bytes(row.array(0)?)).await?;
    let Some(holder) = holder else {
        told_nobody(office, now, None, "link-passed").await?;
        return Err(passed());
    };
    // Of two who use it at once, one does.
    let gone = Change::new("DELETE FROM link WHERE hash = $1", vec![hashed(key)]).exactly(1);
    if !office.store().scratch(vec![gone]).await? {
        refused(office, now, &holder, "link-passed").await?;
        return Err(passed());
    }
    enter(office, now, whence, holder, &[Way::Link], None, false, None).await
}

/// Whose account a login or the e-mail address of a staff member leads to, and where mail reaches them.
async fn known(office: &Office, now: Moment, who: &str) -> Result<Option<(Actor, String)>, No> {
    let today = office.desk(None, now).today();
    let roster = roster(office, None).await?;
    let here = roster.staff.iter().filter(|staff| staff.is_open(today));
    let found = here.filter_map(|staff| Some((staff.login.as_deref()?, staff.email.as_deref()?)));
    let mut found = found.filter(|(login, email)| *login == who || email.to_lowercase() == who);
    let one = found.next().map(|(login, email)| (login.to_owned(), email.to_owned()));
    // An address that two people share says nobody's.
    let one = one.filter(|_| found.next().is_none());
    let login = one.as_ref().map_or("", |(login, _)| login);
    let holder = actor::find(office, login, now).await?;
    Ok(holder.zip(one.map(|(_, email)| email)))
}

fn new(office: &Office, now: Moment, of: ActorId) -> (Key, Change) {
    let key = Key::new("l", office.chance());
    let sql = "INSERT INTO link (hash, actor, ends_at) VALUES ($1, $2, $3)";
    let made = Change::new(sql, vec![hashed(key.text()), of.into(), ends(now).into()]).exactly(1);
    (key, made)
}

fn ends(now: Moment) -> Moment {
    Moment(now.0.saturating_add(MINUTES * 60_000))
}

/// Records that nobody got or used a link, whoever asked.
async fn told_nobody(office: &Office, now: Moment, holder: Option<&Actor>, why: &str) -> Result<(), No> {
    let desk = office.desk(holder.cloned(), now);
    let entry = desk.entry(EntryKind::SignInRefused, desk.act_id()).refused();
    desk.commit(desk.act_with_detail(entry, &serde_json::json!({ "rules": [why] }))?).await?;
    Ok(())
}

fn passed() -> No {
    Mistake::new(
        "link",
        "このリンクは使用済みか、期限が過ぎています。サインインの画面で新しいリンクを受け取ってください。",
        "This link was used already, or its time has passed. Ask for a new one on the sign-in page.",
        "Liên kết này đã được dùng hoặc hết hạn. Hãy yêu cầu liên kết mới ở trang đăng nhập.",
    )
    .into()
}

/// Deletes links whose time has passed.
pub(crate) fn sweep(now: Moment) -> Change {
    Change::new("DELETE FROM link WHERE ends_at <= $1", vec![now.into()])
}
