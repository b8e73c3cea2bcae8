//! Asking the person at the terminal: who they are, a value that must not stand in a command, a yes.

use crate::said::{Said, warn};
use crate::wire::House;
use access::{Actor, Desk, No, session};
use policy::{Language, Texts};
use std::io::{BufRead, IsTerminal, Read};
use std::sync::OnceLock;

mod secret;

pub(crate) use secret::Secret;

/// Whoever runs a command sits at this machine itself: where that is a listed terminal, its list says 127.0.0.1.
const HERE: std::net::IpAddr = std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

/// A desk for whoever gave a login and a password, or a token.
pub(crate) async fn desk(house: &House, login: Option<&str>) -> Result<Desk, Said> {
    let now = house.now();
    if let (None, Some(token)) = (login, var("DAICHO_TOKEN")) {
        let session = access::token::resume(&house.office, now, &token).await?;
        let session = session.ok_or_else(bad_token)?;
        let desk = house.office.desk(Some(session.actor.clone()), now).at(Some(HERE));
        // What the token was not made for it does not do here either.
        match DOING.get().and_then(|command| web::needs::of_command(command)) {
            Some(operation) if session.allows(operation.name) => return Ok(desk),
            operation => {
                let act = operation.and_then(web::needs::Operation::act);
                let no = access::token_may_not(&desk, act).await;
                return crate::command::settled(house, Err(no)).await;
            }
        }
    }
    let login = login.ok_or_else(|| {
        Said::mistake(Texts::new(
            "誰の操作ですか。`--as ログイン名` を付けるか、DAICHO_TOKEN を設定してください。",
            "Who acts? Add `--as LOGIN`, or set DAICHO_TOKEN.",
            "Ai thực hiện? Hãy thêm `--as TÊN` hoặc đặt DAICHO_TOKEN.",
        ))
    })?;
    let actor = actor(house, login).await?;
    Ok(house.office.desk(Some(actor), house.now()).at(Some(HERE)))
}

/// The token of the environment, for an office elsewhere.
pub(crate) fn token() -> Result<String, Said> {
    var("DAICHO_TOKEN").ok_or_else(|| {
        Said::mistake(Texts::new(
            "DAICHO_TOKEN にトークンを設定してください。",
            "Set DAICHO_TOKEN to a token.",
            "Hãy đặt mã truy cập vào DAICHO_TOKEN.",
        ))
    })
}

fn bad_token() -> Said {
    Said::mistake(Texts::new(
        "DAICHO_TOKEN のトークンは無効か期限切れです。`daicho account token` で作り直してください。",
        "The token in DAICHO_TOKEN is unknown or has ended. Make another with `daicho account token`.",
        "Mã truy cập trong DAICHO_TOKEN không hợp lệ hoặc đã hết hạn. Hãy tạo lại bằng `daicho account token`.",
    ))
}

/// An account whose password was given.
pub(crate) async fn actor(house: &House, login: &str) -> Result<Actor, Said> {
    let password = password(login)?;
    let first = session::act_as(&house.office, house.now(), login, &password, var("DAICHO_CODE").as_deref()).await;
    match first {
        Err(No::Mistake(mistake)) if mistake.field == "code" && var("DAICHO_CODE").is_none() => {
            let asked = Texts::new(
                format!("{login} のコード（アプリ又は回復コード）: "),
                format!("Code of {login} (of the app, or a recovery code): "),
                format!("Mã của {login} (của ứng dụng hoặc mã khôi phục): "),
            );
            let code = prompted(&asked, "DAICHO_CODE")?;
            Ok(session::act_as(&house.office, house.now(), login, &password, Some(&code)).await?)
        }
        other => Ok(other?),
    }
}

/// The password of an account, as it was given; nobody has checked it yet.
pub(crate) fn password(login: &str) -> Result<String, Said> {
    match var(&own_variable(login)).or_else(|| var("DAICHO_PASSWORD")) {
        Some(password) => Ok(password),
        None => prompted(
            &Texts::new(
                format!("{login} のパスワード: "),
                format!("Password of {login}: "),
                format!("Mật khẩu của {login}: "),
            ),
            "DAICHO_PASSWORD",
        ),
    }
}

/// The new password of the environment.
pub(crate) fn given_password() -> Option<String> {
    var("DAICHO_NEW_PASSWORD")
}

/// The password a new account gets: from `DAICHO_NEW_PASSWORD`, or typed twice without an echo.
pub(crate) fn new_password(login: &str) -> Result<String, Said> {
    if let Some(password) = given_password() {
        return Ok(password);
    }
    let password = prompted(
        &Texts::new(
            format!("{login} の新しいパスワード（12文字以上）: "),
            format!("Password for {login} (12 characters or more): "),
            format!("Mật khẩu mới cho {login} (từ 12 ký tự): "),
        ),
        "DAICHO_NEW_PASSWORD",
    )?;
    let again = Texts::new("もう一度: ", "The same again: ", "Nhập lại: ");
    if prompted(&again, "DAICHO_NEW_PASSWORD")? == password {
        return Ok(password);
    }
    Err(Said::mistake(Texts::new(
        "二つのパスワードが違います。もう一度実行してください。",
        "The two passwords differ. Run the command again.",
        "Hai mật khẩu không giống nhau. Hãy chạy lại lệnh.",
    )))
}

/// A code of an app: from `DAICHO_CODE`, or typed.
pub(crate) fn code() -> Result<String, Said> {
    match var("DAICHO_CODE") {
        Some(code) => Ok(code),
        None => prompted(&Texts::new("コード: ", "Code: ", "Mã: "), "DAICHO_CODE"),
    }
}

/// The variable a script gives one account's password in, where one command needs two: `DAICHO_PASSWORD_MAI_TRAN`.
fn own_variable(login: &str) -> String {
    let name: String =
        login.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    format!("DAICHO_PASSWORD_{name}")
}

/// The language of whoever sits at the terminal: said once, when the program starts, for whatever has to be asked later.
static READER: OnceLock<Language> = OnceLock::new();

/// Prompts are in this language from now on.
pub(crate) fn in_language(language: Language) {
    READER.get_or_init(|| language);
}

/// The command that runs, for whoever shows a token: tokens are made for operations by name.
static DOING: OnceLock<String> = OnceLock::new();

/// This command runs from now on: its words, without the name of the program.
pub(crate) fn doing(command: String) {
    DOING.get_or_init(|| command);
}

fn prompted(prompt: &Texts, variable: &str) -> Result<String, Said> {
    let prompt = prompt.get(READER.get().copied().unwrap_or(Language::En));
    rpassword::prompt_password(prompt).map_err(|_| {
        Said::mistake(Texts::new(
            format!("端末がないため尋ねられません。{variable} を設定してください。"),
            format!("There is no terminal to ask at. Set {variable}."),
            format!("Không có cửa sổ dòng lệnh để hỏi. Hãy đặt {variable}."),
        ))
    })
}

/// A value of a person, from standard input: it stands neither in the command nor in the shell's history.
pub(crate) fn value(prompt: &Texts, language: Language) -> Result<String, Said> {
    let input = std::io::stdin();
    let mut text = String::new();
    if input.is_terminal() {
        warn(prompt.get(language));
        input.lock().read_line(&mut text)?;
    } else {
        input.lock().take(1 << 20).read_to_string(&mut text)?;
    }
    let text = text.trim_end_matches(['\r', '\n']);
    if text.trim().is_empty() {
        return Err(Said::mistake(Texts::new(
            "標準入力に値がありません。",
            "There was nothing on standard input.",
            "Không có gì ở đầu vào chuẩn.",
        )));
    }
    Ok(text.to_owned())
}

/// A yes before something that cannot be undone; without a terminal, `--yes` must have been given.
pub(crate) fn sure(given: Sure, question: &Texts, language: Language) -> Result<(), Said> {
    if given == Sure::Yes {
        return Ok(());
    }
    let input = std::io::stdin();
    let mut answer = String::new();
    if input.is_terminal() {
        warn(&format!("{} [yes/no]", question.get(language)));
        input.lock().read_line(&mut answer)?;
    }
    if matches!(answer.trim(), "yes" | "はい" | "có") {
        return Ok(());
    }
    Err(Said::mistake(Texts::new(
        "取りやめました。実行するには `--yes` を付けてください。",
        "Nothing was done. To do it, add `--yes`.",
        "Chưa thực hiện gì. Để thực hiện, hãy thêm `--yes`.",
    )))
}

/// Whether a yes stood in the command.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sure {
    /// It did.
    Yes,
    /// It has to be asked for.
    Ask,
}

impl From<bool> for Sure {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::Ask }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "passwords and tokens of scripts come by the environment, not by arguments"
)]
pub(crate) fn var(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_login_has_a_variable_of_its_own() {
        assert_eq!(own_variable("mai.tran-2"), "DAICHO_PASSWORD_MAI_TRAN_2");
    }
}
