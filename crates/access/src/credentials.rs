//! What opens an account: its password, changed by whoever holds it, or given anew.

use crate::actor;
use crate::answer::{Mistake, No};
use crate::desk::{Desk, Proof};
use crate::password;
use crate::permit::permit_office;
use crate::session;
use ledger::entry::EntryKind;
use policy::{OfficeAct, Texts};
use store::Change;

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
