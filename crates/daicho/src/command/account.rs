//! `daicho account`: who may be at the desk, for what reason, until when.

use super::day::{Day, last_day};
use super::table::Table;
use super::{Common, tell};
use crate::ask;
use crate::said::{Said, say};
use crate::wire::House;
use access::At;
use access::actor::{self, Grant};
use access::credentials;
use access::sign_in::link;
use access::token::{self, NewToken};
use clap::{Args, Subcommand};
use policy::{Language, Role, Texts};
use std::collections::BTreeSet;

mod ways;

/// Accounts and tokens.
#[derive(Subcommand)]
pub(crate) enum Account {
    /// Give somebody an account. The password is asked for, or taken from DAICHO_NEW_PASSWORD.
    Add(Add),
    /// List every account there ever was. Needs no account: whoever may read the keys may read the books.
    List,
    /// Take an account back. Its sessions and tokens end at once.
    Revoke(Revoke),
    /// Confirm that every open account is still needed.
    Review,
    /// Change your own password, or give a forgotten one anew. Asked for, or taken from DAICHO_NEW_PASSWORD.
    Password(Password),
    /// Make a link that opens somebody's own page once, within half an hour. Hand it over yourself; it is shown once.
    Link(LinkOf),
    /// Make an API token for yourself, which is shown once; list yours, or end one.
    Token(Token),
    /// Your ways of signing in besides the password: list them, add an app or recovery codes, take one away.
    Ways(ways::Ways),
    /// Your open sessions on the pages: list them, end one or all.
    Sessions(ways::Sessions),
    /// Take every passkey, app and recovery code from somebody who lost them.
    Reset(ways::Reset),
}

/// Change your own password, or give a forgotten one anew.
#[derive(Args)]
pub(crate) struct Password {
    /// Whose, when an administrator gives a forgotten one anew.
    #[arg(long = "for", id = "whose", value_name = "LOGIN")]
    login: Option<String>,
}

/// Give somebody an account.
#[derive(Args)]
pub(crate) struct Add {
    /// The name typed at sign-in: 2 to 40 of a-z, 0-9, '.', '_' and '-'.
    #[arg(id = "whose", value_name = "LOGIN")]
    login: String,
    /// The name shown to colleagues.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// officer, handler, auditor, administrator, or staff: who only has their own page, and no password unless one is given in
    /// DAICHO_NEW_PASSWORD.
    #[arg(long, value_name = "ROLE")]
    role: Role,
    /// Why it is needed.
    #[arg(long, value_name = "REASON")]
    reason: String,
    /// Its last day, such as 2026-12-31; without one it lasts as long as the policy lets an account last.
    #[arg(long, value_name = "DATE")]
    until: Option<Day>,
    /// The language the person reads; the one of this command by default.
    #[arg(long, value_name = "LANGUAGE")]
    reads: Option<Language>,
}

/// Make a link that opens somebody's own page once.
#[derive(Args)]
pub(crate) struct LinkOf {
    /// Whose.
    #[arg(id = "whose", value_name = "LOGIN")]
    login: String,
}

/// Take an account back.
#[derive(Args)]
pub(crate) struct Revoke {
    /// Whose.
    #[arg(id = "whose", value_name = "LOGIN")]
    login: String,
}

/// Make an API token for yourself, list yours, or end one.
#[derive(Args)]
#[command(subcommand_negates_reqs = true)]
pub(crate) struct Token {
    /// What it is for.
    #[arg(long, value_name = "LABEL", required = true)]
    label: Option<String>,
    /// Its last day, within a year.
    #[arg(long, value_name = "DATE", required = true)]
    until: Option<Day>,
    /// An operation it may do, such as people.find; may be given more than once. `daicho account token list` shows those of a token.
    #[arg(long, value_name = "OPERATION", required = true)]
    may: Vec<String>,
    #[command(subcommand)]
    act: Option<TokenAct>,
}

/// Your tokens.
#[derive(Subcommand)]
pub(crate) enum TokenAct {
    /// List your open tokens.
    List,
    /// End one of them at once.
    End {
        /// Its id, as the list shows it.
        #[arg(value_name = "ID")]
        id: String,
    },
}

pub(super) async fn run(common: &Common, account: Account) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    match account {
        Account::Add(new) => add(common, &house, new).await,
        Account::List => list(common, &house).await,
        Account::Revoke(which) => {
            let desk = ask::desk(&house, common.login.as_deref()).await?;
            let entry = tell::settled(&house, actor::revoke(&desk, &which.login).await).await?;
            let json = serde_json::json!({ "login": which.login, "entry": entry });
            let texts =
                tell::recorded("アカウントを停止しました", "The account is revoked", "Đã thu hồi tài khoản", entry);
            tell::done(common, json, &texts)
        }
        Account::Review => {
            let desk = ask::desk(&house, common.login.as_deref()).await?;
            let entry = tell::settled(&house, actor::review(&desk).await).await?;
            let texts = tell::recorded(
                "すべてのアカウントを確認しました",
                "Every open account is confirmed",
                "Đã xác nhận mọi tài khoản",
                entry,
            );
            tell::done(common, serde_json::json!({ "entry": entry }), &texts)
        }
        Account::Ways(asked) => ways::ways(common, &house, asked).await,
        Account::Sessions(asked) => ways::sessions(common, &house, asked).await,
        Account::Reset(asked) => ways::reset(common, &house, asked).await,
        Account::Link(which) => link(common, &house, &which.login).await,
        Account::Password(which) => password(common, &house, which.login).await,
        Account::Token(Token { act: Some(TokenAct::List), .. }) => tokens(common, &house).await,
        Account::Token(Token { act: Some(TokenAct::End { id }), .. }) => {
            let desk = ask::desk(&house, common.login.as_deref()).await?;
            let entry = tell::settled(&house, token::end(&desk, &id).await).await?;
            let texts =
                tell::recorded("トークンを無効にしました", "The token has ended", "Mã truy cập đã chấm dứt", entry);
            tell::done(common, serde_json::json!({ "id": id, "entry": entry }), &texts)
        }
        Account::Token(Token { label: Some(label), until: Some(until), may, .. }) => {
            make_token(common, &house, label, until, may).await
        }
        // The command line has asked for both.
        Account::Token(_) => Err(access::No::Missing.into()),
    }
}

async fn password(common: &Common, house: &House, whose: Option<String>) -> Result<(), Said> {
    let entry = if let Some(login) = whose {
        let desk = ask::desk(house, common.login.as_deref()).await?;
        let new = ask::new_password(&login)?;
        tell::settled(house, credentials::set_password(&desk, &login, &new).await).await?
    } else {
        // The change itself checks the old password, so it is not asked for twice.
        let desk = match common.login.as_deref() {
            Some(login) => {
                let own = actor::find(&house.office, login, house.now()).await?.ok_or(access::No::Missing)?;
                house.office.desk(Some(own), house.now())
            }
            None => ask::desk(house, None).await?,
        };
        let old = ask::password(&desk.actor()?.login)?;
        let new = ask::new_password(&desk.actor()?.login)?;
        tell::settled(house, credentials::change_password(&desk, &old, &new).await).await?
    };
    let texts = tell::recorded("パスワードを変更しました", "The password is changed", "Đã đổi mật khẩu", entry);
    tell::done(common, serde_json::json!({ "entry": entry }), &texts)
}

async fn link(common: &Common, house: &House, login: &str) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let handed = tell::settled(house, link::hand_out(&desk, login).await).await?;
    let address = format!("{}/sign-in/links/{}", house.config.base(), handed.key.into_text());
    let (minutes, entry) = (link::MINUTES, handed.entry);
    let texts = Texts::new(
        format!(
            "{address}\n今だけ表示されます（記録 #{entry}）。{minutes}分以内に1回だけ使えます。本人に直接渡してください。"
        ),
        format!(
            "{address}\nIt is shown only now (entry #{entry}), and works once within {minutes} minutes. Give it to them directly."
        ),
        format!(
            "{address}\nChỉ hiển thị lần này (bản ghi #{entry}), dùng được một lần trong {minutes} phút. Hãy trao trực tiếp."
        ),
    );
    let json = serde_json::json!({ "login": login, "link": address, "until": At(handed.until), "entry": entry });
    tell::done(common, json, &texts)
}

async fn tokens(common: &Common, house: &House) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let tokens = tell::settled(house, token::list(&desk).await).await?;
    if common.json {
        let json = tokens.iter().map(|t| {
            serde_json::json!({
                "id": t.id, "label": t.label, "created": At(t.created_at),
                "until": At(t.ends_at), "may": t.may,
            })
        });
        say(serde_json::Value::from(json.collect::<Vec<_>>()));
        return Ok(());
    }
    let heading = match common.lang {
        Language::Ja => ["ID", "発行日", "期限", "用途", "できること"],
        Language::En => ["id", "since", "ends", "what for", "may"],
        Language::Vi => ["mã", "từ", "kết thúc", "dùng để", "được làm"],
    };
    let mut table = Table::new(heading);
    for token in tokens {
        let may = token.may.into_iter().collect::<Vec<_>>().join(" ");
        let since = desk.day(token.created_at).to_string();
        table.line([token.id, since, last_day(&desk, token.ends_at), token.label, may]);
    }
    table.print();
    Ok(())
}

async fn make_token(common: &Common, house: &House, label: String, until: Day, may: Vec<String>) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let may: BTreeSet<String> = may.into_iter().collect();
    let known: BTreeSet<&str> = web::needs::for_tokens(&desk).map(|one| one.name).collect();
    if let Some(unknown) = may.iter().find(|name| !known.contains(name.as_str())) {
        let known = known.into_iter().collect::<Vec<_>>().join(", ");
        return Err(Said::mistake(Texts::new(
            format!("「{unknown}」という操作は選べません。選べるもの: {known}"),
            format!("{unknown} is no operation that you may let a token do. Choose among: {known}"),
            format!("Không thể chọn thao tác {unknown}. Có thể chọn: {known}"),
        )));
    }
    let made = token::make(&desk, NewToken { label, ends_at: until.ends(&desk), may }).await;
    let (key, entry) = tell::settled(house, made).await?;
    let key = key.into_text();
    let texts = Texts::new(
        format!("{key}\n今だけ表示されます（記録 #{entry}）。DAICHO_TOKEN に設定して使います。"),
        format!("{key}\nIt is shown only now (entry #{entry}). Use it in DAICHO_TOKEN or as a bearer token."),
        format!("{key}\nChỉ hiển thị lần này (bản ghi #{entry}). Dùng trong DAICHO_TOKEN."),
    );
    tell::done(common, serde_json::json!({ "token": key, "entry": entry }), &texts)
}

async fn add(common: &Common, house: &House, new: Add) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let grant = Grant {
        // Who only has their own page comes by links.
        password: match (new.role, ask::given_password()) {
            (_, Some(given)) => given,
            (Role::Staff, None) => String::new(),
            (_, None) => ask::new_password(&new.login)?,
        },
        login: new.login.clone(),
        name: new.name,
        role: new.role,
        language: new.reads.unwrap_or(common.lang),
        reason: new.reason,
        ends_at: new.until.map(|day| day.ends(&desk)),
    };
    let (id, entry) = tell::settled(house, actor::grant(&desk, grant).await).await?;
    let json = serde_json::json!({ "login": new.login, "id": id.to_string(), "role": new.role.code(), "entry": entry });
    let texts = tell::recorded("アカウントを作成しました", "The account is made", "Đã tạo tài khoản", entry);
    tell::done(common, json, &texts)
}

async fn list(common: &Common, house: &House) -> Result<(), Said> {
    let desk = house.office.desk(None, house.now());
    let accounts = actor::list(&house.office).await?;
    let until = |end: Option<ledger::names::Moment>| end.map(|end| last_day(&desk, end));
    if common.json {
        let json = accounts.iter().map(|a| {
            serde_json::json!({
                "login": a.actor.login, "name": a.actor.name, "role": a.actor.role.code(), "reason": a.reason,
                "granted": At(a.granted_at), "until": a.ends_at.map(At),
                "revoked": a.revoked_at.map(At), "reviewed": At(a.reviewed_at),
            })
        });
        say(serde_json::Value::from(json.collect::<Vec<_>>()));
        return Ok(());
    }
    let heading = match common.lang {
        Language::Ja => ["ログイン名", "氏名", "役割", "付与日", "終了", "確認日", "理由"],
        Language::En => ["login", "name", "role", "since", "ends", "reviewed", "reason"],
        Language::Vi => ["tên đăng nhập", "họ tên", "vai trò", "từ", "kết thúc", "rà soát", "lý do"],
    };
    let mut table = Table::new(heading);
    for account in accounts {
        let revoked = account.revoked_at.map(|at| format!("× {}", desk.day(at)));
        table.line([
            account.actor.login,
            account.actor.name,
            account.actor.role.to_string(),
            desk.day(account.granted_at).to_string(),
            revoked.or_else(|| until(account.ends_at)).unwrap_or_else(|| "–".into()),
            desk.day(account.reviewed_at).to_string(),
            account.reason,
        ]);
    }
    table.print();
    Ok(())
}
