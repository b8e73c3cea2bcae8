//! `daicho account ways`, `sessions` and `reset`: what opens an account besides its password, and where it is open.

use crate::ask;
use crate::command::table::Table;
use crate::command::{Common, tell};
use crate::said::{Said, say};
use crate::wire::House;
use access::sign_in::{recovery, totp, ways};
use access::{At, session};
use clap::{Args, Subcommand};
use policy::{Language, Texts};

/// Your ways of signing in besides the password. Passkeys are added on the pages.
#[derive(Args)]
pub(crate) struct Ways {
    #[command(subcommand)]
    act: Option<WaysAct>,
}

/// What to do with them.
#[derive(Subcommand)]
enum WaysAct {
    /// List them.
    List,
    /// Add an app for codes: its secret is shown once, and the code it gives is asked for, or taken from DAICHO_CODE.
    App {
        /// What you call it.
        #[arg(long, value_name = "NAME", default_value = "")]
        label: String,
    },
    /// Make a new list of recovery codes, which is shown once; the old list ends.
    Codes,
    /// Take one away.
    End {
        /// Its id, as the list shows it.
        #[arg(value_name = "ID")]
        id: String,
    },
}

/// Your open sessions on the pages.
#[derive(Args)]
pub(crate) struct Sessions {
    #[command(subcommand)]
    act: Option<SessionsAct>,
}

/// What to do with them.
#[derive(Subcommand)]
enum SessionsAct {
    /// List them.
    List,
    /// End one, or all of them.
    End {
        /// Its id, as the list shows it; without one, every session ends.
        #[arg(value_name = "ID")]
        id: Option<String>,
    },
}

/// Take every passkey, app and recovery code from somebody who lost them; the password opens the account again for some days.
#[derive(Args)]
pub(crate) struct Reset {
    /// Whose.
    #[arg(id = "whose", value_name = "LOGIN")]
    login: String,
}

pub(super) async fn ways(common: &Common, house: &House, asked: Ways) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    match asked.act.unwrap_or(WaysAct::List) {
        WaysAct::List => {
            let (held, codes) = tell::settled(house, ways::list(&desk).await).await?;
            if common.json {
                let list = held.iter().map(|one| {
                    serde_json::json!({
                        "id": one.id, "way": one.way.code(), "label": one.label, "since": At(one.made_at),
                        "used": one.used_at.map(At),
                    })
                });
                say(serde_json::json!({ "ways": list.collect::<Vec<_>>(), "recoveryCodes": codes }));
                return Ok(());
            }
            let heading = match common.lang {
                Language::Ja => ["ID", "種類", "追加日", "最終利用", "呼び名"],
                Language::En => ["id", "what", "since", "last used", "name"],
                Language::Vi => ["mã", "loại", "từ", "dùng lần cuối", "tên"],
            };
            let mut table = Table::new(heading);
            for one in held {
                let used = one.used_at.map_or_else(|| "–".to_owned(), |at| desk.day(at).to_string());
                table.line([one.id, one.way.to_string(), desk.day(one.made_at).to_string(), used, one.label]);
            }
            table.line([String::new(), "recovery-code".into(), String::new(), String::new(), format!("× {codes}")]);
            table.print();
            Ok(())
        }
        WaysAct::App { label } => {
            let offered = tell::settled(house, totp::offer(&desk, "Daicho").await).await?;
            let shown = Texts::new(
                format!("アプリに入れる秘密鍵: {}\n{}", offered.secret, offered.uri),
                format!("The secret for the app: {}\n{}", offered.secret, offered.uri),
                format!("Khóa bí mật cho ứng dụng: {}\n{}", offered.secret, offered.uri),
            );
            crate::said::warn(shown.get(common.lang));
            let code = ask::code()?;
            let entry = tell::settled(house, totp::add(&desk, &offered.ticket, &code, &label).await).await?;
            let texts = tell::recorded("アプリを追加しました", "The app is added", "Đã thêm ứng dụng", entry);
            tell::done(common, serde_json::json!({ "entry": entry }), &texts)
        }
        WaysAct::Codes => {
            let (codes, entry) = tell::settled(house, recovery::make(&desk).await).await?;
            let list = codes.join("\n");
            let texts = Texts::new(
                format!("{list}\n今だけ表示されます（記録 #{entry}）。以前の一覧は使えなくなりました。"),
                format!("{list}\nThey are shown only now (entry #{entry}). The old list has ended."),
                format!("{list}\nChỉ hiển thị lần này (bản ghi #{entry}). Danh sách cũ đã hết hiệu lực."),
            );
            tell::done(common, serde_json::json!({ "codes": codes, "entry": entry }), &texts)
        }
        WaysAct::End { id } => {
            let entry = tell::settled(house, ways::end(&desk, &id).await).await?;
            let texts = tell::recorded("削除しました", "It is taken away", "Đã xóa", entry);
            tell::done(common, serde_json::json!({ "id": id, "entry": entry }), &texts)
        }
    }
}

pub(super) async fn sessions(common: &Common, house: &House, asked: Sessions) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    match asked.act.unwrap_or(SessionsAct::List) {
        SessionsAct::List => {
            let open = tell::settled(house, session::list(&desk).await).await?;
            if common.json {
                let list = open.iter().map(|one| {
                    serde_json::json!({
                        "id": one.id, "since": At(one.created_at), "used": At(one.seen_at),
                        "ways": one.ways, "address": one.whence.address, "browser": one.whence.browser,
                    })
                });
                say(serde_json::Value::from(list.collect::<Vec<_>>()));
                return Ok(());
            }
            let heading = match common.lang {
                Language::Ja => ["ID", "開始日", "ブラウザー", "アドレス"],
                Language::En => ["id", "since", "browser", "address"],
                Language::Vi => ["mã", "từ", "trình duyệt", "địa chỉ"],
            };
            let mut table = Table::new(heading);
            for one in open {
                let since = desk.day(one.created_at).to_string();
                table.line([one.id, since, one.whence.browser, one.whence.address]);
            }
            table.print();
            Ok(())
        }
        SessionsAct::End { id } => {
            let ended = match &id {
                Some(id) => session::end(&desk, id).await,
                None => session::end_others(&desk, None).await,
            };
            let entry = tell::settled(house, ended).await?;
            let texts = tell::recorded("終了しました", "Ended", "Đã kết thúc", entry);
            tell::done(common, serde_json::json!({ "id": id, "entry": entry }), &texts)
        }
    }
}

pub(super) async fn reset(common: &Common, house: &House, asked: Reset) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let entry = tell::settled(house, ways::reset(&desk, &asked.login).await).await?;
    let texts = tell::recorded(
        "二つ目の確認方法をすべて終了しました",
        "Everything beside the password has ended",
        "Mọi thứ ngoài mật khẩu đã chấm dứt",
        entry,
    );
    tell::done(common, serde_json::json!({ "login": asked.login, "entry": entry }), &texts)
}
