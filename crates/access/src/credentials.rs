//! What opens an account: its password and its tokens, changed and ended one by one.

use crate::actor;
use crate::answer::{Mistake, No};
use crate::desk::{Desk, Proof};
use crate::password;
use crate::permit::{OfficeAct, permit_office};
use crate::session;
use ledger::entry::EntryKind;
use ledger::names::Moment;
use policy::Texts;
use store::Change;

/// A token of somebody, as its holder sees it in a list. The token itself is kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The first 16 hexadecimal digits of the hash it is known by; they tell tokens apart and open nothing.
    pub id: String,
    /// What it is for.
    pub label: String,
    /// Since when.
    pub created_at: Moment,
    /// Until when.
    pub ends_at: Moment,
}

/// Changes the password of whoever is at the desk. Every session of theirs ends, this one too; tokens stay.
///
/// The old password is checked as at sign-in: each try leaves an entry, and after too many the login must wait.
///
/// # Errors
/// [`No::Mistake`] on `old` when it is wrong or must wait, on `new` when it is too short, too long or the old one.
pub async fn change_password(desk: &Desk, old: &str, new: &str) -> Result<u64, No> {
    let actor = desk.actor()?;
    if old == new {
        return Err(Mistake::new(
            "new",
            "今と同じパスワードです。別のパスワードにしてください。",
            "This is the password you have. Choose another.",
            "Đây là mật khẩu đang dùng. Hãy chọn mật khẩu khác.",
        )
        .into());
    }
    let phc = password::hash(desk, "new", new, &[&actor.login, &actor.name]).await?;
    let rows = desk.store().read("SELECT password FROM actor WHERE id = $1", vec![actor.id.into()]).await?;
    let known = rows.first().ok_or(No::Missing)?.text(0)?.to_owned();
    // Read before it is checked: if it is changed in between, the change below finds another one and is not made.
    session::check_password(desk.office(), desk.now(), &actor.login, old).await.map_err(about_old)?;
    let desk = &desk.clone().proved(Proof::At(desk.now()));
    let permit = permit_office(desk, OfficeAct::OwnToken).await?;
    let entry = permit.entry(desk, EntryKind::AccessGranted);
    let act = desk
        .act_with_detail(
            entry,
            &serde_json::json!({ "actor": actor.id.to_string(), "password": actor.bound("password", &phc) }),
        )?
        .with(
            Change::new(
                "UPDATE actor SET password = $3 WHERE id = $1 AND password = $2 AND revoked_at IS NULL",
                vec![actor.id.into(), known.into(), phc.into()],
            )
            .exactly(1),
        )
        .with(Change::new("DELETE FROM session WHERE actor = $1", vec![actor.id.into()]));
    let index = desk.commit(act).await?.index();
    desk.office().seen.forget();
    Ok(index)
}

/// Gives somebody who forgot it a new password. Every session of theirs ends; tokens stay.
///
/// # Errors
/// [`No::Refusal`] unless the actor administers accounts, [`No::Missing`] if there is no such open account,
/// [`No::Mistake`] on `new` by the rule of passwords, on `login` for one's own account: there the old password is asked.
pub async fn set_password(desk: &Desk, login: &str, new: &str) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::GrantAccess).await?;
    let holder = actor::find(desk.office(), login, desk.now()).await?.ok_or(No::Missing)?;
    let whose = holder.id;
    if desk.actor()?.id == whose {
        return Err(Mistake::new(
            "login",
            "ご自分のパスワードは、今のパスワードを入力して変更してください。",
            "Change your own password by giving the one you have.",
            "Hãy đổi mật khẩu của chính mình bằng cách nhập mật khẩu đang dùng.",
        )
        .into());
    }
    let phc = password::hash(desk, "new", new, &[&holder.login, &holder.name]).await?;
    let entry = permit.entry(desk, EntryKind::AccessGranted);
    let act = desk
        .act_with_detail(
            entry,
            &serde_json::json!({ "actor": whose.to_string(), "password": holder.bound("password", &phc) }),
        )?
        .with(
            Change::new(
                "UPDATE actor SET password = $2 WHERE id = $1 AND revoked_at IS NULL",
                vec![whose.into(), phc.into()],
            )
            .exactly(1),
        )
        .with(Change::new("DELETE FROM session WHERE actor = $1", vec![whose.into()]));
    let index = desk.commit(act).await?.index();
    desk.office().seen.forget();
    Ok(index)
}

/// The open tokens of whoever is at the desk, oldest first.
///
/// # Errors
/// [`No::Missing`] when nobody has signed in.
pub async fn tokens(desk: &Desk) -> Result<Vec<Token>, No> {
    Ok(held(desk).await?.into_iter().map(|(_, token)| token).collect())
}

/// Ends one token of whoever is at the desk, at once.
///
/// # Errors
/// [`No::Missing`] if they have no open token of this id.
pub async fn end_token(desk: &Desk, id: &str) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::OwnToken).await?;
    let (hash, _) = held(desk).await?.into_iter().find(|(_, token)| token.id == id).ok_or(No::Missing)?;
    let entry = permit.entry(desk, EntryKind::AccessRevoked);
    let act = desk.act_with_detail(entry, &serde_json::json!({ "token": token_id(&hash) }))?.with(
        Change::new(
            "UPDATE api_token SET revoked_at = $3 WHERE hash = $1 AND actor = $2 AND revoked_at IS NULL",
            vec![hash.into(), desk.actor()?.id.into(), desk.now().into()],
        )
        .exactly(1),
    );
    let index = desk.commit(act).await?.index();
    desk.office().seen.forget();
    Ok(index)
}

async fn held(desk: &Desk) -> Result<Vec<([u8; 32], Token)>, No> {
    let sql = "SELECT hash, label, created_at, ends_at FROM api_token \
               WHERE actor = $1 AND revoked_at IS NULL AND ends_at > $2 ORDER BY created_at, hash";
    let rows = desk.store().read(sql, vec![desk.actor()?.id.into(), desk.now().into()]).await?;
    rows.iter()
        .map(|row| {
            let hash: [u8; 32] = row.array(0)?;
            let id = token_id(&hash);
            let token =
                Token { id, label: row.text(1)?.to_owned(), created_at: row.moment(2)?, ends_at: row.moment(3)? };
            Ok((hash, token))
        })
        .collect()
}

/// The first 16 hexadecimal digits of a token's hash.
pub(crate) fn token_id(hash: &[u8; 32]) -> String {
    hex::encode(hash).chars().take(16).collect()
}

/// What sign-in says of a password, said of the old one.
fn about_old(no: No) -> No {
    let No::Mistake(mistake) = no else { return no };
    let texts = match mistake.field.as_str() {
        "password" => {
            Texts::new("今のパスワードが違います。", "The old password is wrong.", "Mật khẩu đang dùng không đúng.")
        }
        _ => mistake.texts,
    };
    Mistake { field: "old".into(), texts }.into()
}
