//! Asking the person at the terminal who they are.

use crate::said::Said;
use crate::wire::House;
use access::{Actor, Desk, session};
use policy::Texts;

/// A desk for whoever gave a login and a password, or a token.
#[expect(clippy::disallowed_methods, reason = "passwords and tokens of scripts come by the environment, not by arguments")]
pub(crate) async fn desk(house: &House, login: Option<&str>) -> Result<Desk, Said> {
    let now = house.now();
    if let (None, Ok(token)) = (login, std::env::var("DAICHO_TOKEN")) {
        let session = session::by_token(&house.office, now, &token).await?;
        let actor = session.ok_or(Said::No(access::No::Missing))?.actor;
        return Ok(house.office.desk(Some(actor), now));
    }
    let login = login.ok_or_else(|| {
        Said::mistake(Texts::new(
            "誰の操作ですか。`--as ログイン名` を付けるか、DAICHO_TOKEN を設定してください。",
            "Who acts? Add `--as LOGIN`, or set DAICHO_TOKEN.",
            "Ai thực hiện? Hãy thêm `--as TÊN` hoặc đặt DAICHO_TOKEN.",
        ))
    })?;
    let actor = actor(house, login).await?;
    Ok(house.office.desk(Some(actor), house.now()))
}

/// An account whose password was given.
pub(crate) async fn actor(house: &House, login: &str) -> Result<Actor, Said> {
    let password = password(&format!("Password of {login}: "))?;
    Ok(session::act_as(&house.office, house.now(), login, &password).await?)
}

/// A password from `DAICHO_PASSWORD`, or typed without an echo.
#[expect(clippy::disallowed_methods, reason = "passwords of scripts come by the environment, not by arguments")]
pub(crate) fn password(prompt: &str) -> Result<String, Said> {
    match std::env::var("DAICHO_PASSWORD") {
        Ok(password) => Ok(password),
        Err(_) => rpassword::prompt_password(prompt).map_err(Said::from),
    }
}
