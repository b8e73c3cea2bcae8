//! `daicho people erase` and `daicho people waiting`: erasing, and what waits to be erased.

use super::super::Common;
use super::super::table::Table;
use crate::ask::{self, Sure};
use crate::command::tell;
use crate::said::{Said, say};
use crate::wire::House;
use access::{At, Desk};
use clap::Args;
use ledger::names::{Moment, PersonId, PurposeId};
use policy::{Language, Texts};
use vault::{Erased, Waiting};

/// Erase everything held of a person.
#[derive(Args)]
pub(crate) struct Erase {
    /// Whose.
    #[arg(value_name = "PERSON")]
    person: PersonId,
    /// For which notified purpose.
    #[arg(long, value_name = "PURPOSE")]
    purpose: PurposeId,
    /// Do not ask again.
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(common: &Common, house: &House, asked: Erase) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let hours = desk.policy().map_or(0, |policy| policy.erasure().wait_hours);
    ask::sure(Sure::from(asked.yes), &question(hours), common.lang)?;
    let done = vault::erase(&house.vault, &desk, asked.person, asked.purpose).await;
    let Erased { entry, waits_until } = tell::settled(house, done).await?;
    let texts = match waits_until {
        None => tell::recorded("消去しました", "Erased", "Đã xóa", entry),
        Some(until) => {
            let until = at(&desk, until);
            Texts::new(
                format!("消去を決めました。{until}に鍵を破棄します。それまでは取り消せます（記録 #{entry}）。"),
                format!(
                    "The erasure is decided. The key is destroyed {until}; until then it may be withdrawn (entry #{entry})."
                ),
                format!("Đã quyết định xóa. Khóa sẽ bị hủy lúc {until}; trước đó có thể rút lại (bản ghi #{entry})."),
            )
        }
    };
    tell::done(common, serde_json::json!({ "entry": entry, "waitsUntil": waits_until.map(At) }), &texts)
}

fn question(hours: u16) -> Texts {
    if hours == 0 {
        return Texts::new(
            "この人の情報をすべて消去します。鍵を破棄するため、元に戻せません。よろしいですか。",
            "Everything held of this person is erased and the key destroyed. This cannot be undone. Go on?",
            "Toàn bộ thông tin của người này sẽ bị xóa và khóa bị hủy, không thể khôi phục. Tiếp tục?",
        );
    }
    Texts::new(
        format!(
            "この人は今から誰にも見えなくなり、{hours}時間後に情報をすべて消去して鍵を破棄します。よろしいですか。"
        ),
        format!(
            "From now on nobody sees this person; in {hours} hours everything held is erased and the key destroyed. Go on?"
        ),
        format!(
            "Từ bây giờ không ai còn thấy người này; sau {hours} giờ toàn bộ thông tin bị xóa và khóa bị hủy. Tiếp tục?"
        ),
    )
}

pub(super) async fn waiting(common: &Common, house: &House) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let waiting = tell::settled(house, vault::waiting(&desk).await).await?;
    if common.json {
        say(serde_json::json!(waiting.iter().map(waits).collect::<Vec<_>>()));
        return Ok(());
    }
    let heading = match common.lang {
        Language::Ja => ["本人", "決定", "消去予定", "保全"],
        Language::En => ["person", "decided", "to be erased", "held"],
        Language::Vi => ["chủ thể", "quyết định", "sẽ xóa", "giữ lại"],
    };
    let mut table = Table::new(heading);
    for one in &waiting {
        let held = if one.held { "●" } else { "–" };
        table.line([one.person.to_string(), at(&desk, one.decided_at), at(&desk, one.until), held.to_owned()]);
    }
    table.print();
    Ok(())
}

/// What programs read of an erasure that waits.
pub(super) fn waits(one: &Waiting) -> serde_json::Value {
    serde_json::json!({
        "person": one.person.to_string(), "decidedAt": At(one.decided_at), "until": At(one.until), "held": one.held,
    })
}

/// What people read of it.
pub(super) fn waiting_text(desk: &Desk, one: &Waiting) -> Texts {
    let (person, until) = (one.person, at(desk, one.until));
    if one.held {
        return Texts::new(
            format!("{person}  消去の待機中。保全の措置が解かれるまで消去しません（予定 {until}）。"),
            format!(
                "{person}  Waiting to be erased; a hold keeps it from being erased until it is lifted (due {until})."
            ),
            format!("{person}  Đang chờ xóa; chưa xóa cho đến khi gỡ yêu cầu giữ dữ liệu (dự kiến {until})."),
        );
    }
    Texts::new(
        format!("{person}  消去の待機中。{until}に消去します。"),
        format!("{person}  Waiting to be erased {until}."),
        format!("{person}  Đang chờ xóa, sẽ xóa lúc {until}."),
    )
}

/// A moment where the company is, to the minute.
fn at(desk: &Desk, moment: Moment) -> String {
    let moment = jiff::Timestamp::from_millisecond(moment.0).unwrap_or_default().to_zoned(desk.zone().clone());
    moment.strftime("%Y-%m-%d %H:%M").to_string()
}
