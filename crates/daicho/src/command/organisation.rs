//! `daicho organisation`: who works here, where, and what they hold.

use super::table::Table;
use super::{Common, tell};
use crate::ask;
use crate::said::{Said, say};
use crate::wire::House;
use access::organisation::{
    self, Edit, Field, Out, Part, PartId, PartKind, Roster, Written, all_still_out, roster, versions,
};
use access::{At, No};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use policy::{Language, Texts};
use serde_json::json;

mod assent;
mod import;

/// The organisation.
#[derive(Subcommand)]
pub(crate) enum Organisation {
    /// List the parts of a kind, or of every kind. Needs no account: whoever may read the keys may read the books.
    List(List),
    /// Show everything written about one part, and every version it had. Needs no account.
    Show(Which),
    /// Write a part: a new one, or other fields of one that is there.
    Put(Put),
    /// End a part: its last day. A card is returned, a project closed; a staff member leaves.
    End(End),
    /// Somebody leaves: their account, sessions and tokens end with it. Says what is still out.
    Leave(Leave),
    /// List what those who left still have: cards, terminals, projects, work records. Needs no account.
    Out,
    /// Take a list in (CSV or XLSX): who joined, moved, left. One act for all of it.
    Import(import::Import),
    /// Record that a legal entity adopts the policy version in force.
    Adopt(assent::Adopt),
    /// Approve the rule sheet of a project, by the SHA-256 of its file. The file itself is not kept.
    Rules(assent::Approve),
    /// Record that members have acknowledged the rule sheet of their project.
    Acknowledge(assent::Acknowledge),
    /// Confirm that the zone register is right.
    ReviewZones,
}

/// Which parts.
#[derive(Args)]
pub(crate) struct List {
    /// entity, department, site, zone, project, staff, card, terminal or reader.
    #[arg(value_name = "KIND")]
    kind: Option<PartKind>,
    /// Those that have ended too.
    #[arg(long)]
    all: bool,
    /// As it was known at the end of this day.
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
}

/// One part.
#[derive(Args)]
pub(crate) struct Which {
    /// entity, department, site, zone, project, staff, card, terminal or reader.
    #[arg(value_name = "KIND")]
    kind: PartKind,
    /// Its id.
    #[arg(value_name = "ID")]
    id: PartId,
}

/// Write a part.
#[derive(Args)]
pub(crate) struct Put {
    #[command(flatten)]
    which: Which,
    /// A field and what it shall say, as name=Hanoi; nothing behind the sign empties it. May be given more than once.
    #[arg(long = "set", value_name = "FIELD=TEXT")]
    fields: Vec<String>,
}

/// End a part.
#[derive(Args)]
pub(crate) struct End {
    #[command(flatten)]
    which: Which,
    /// Its last day; today unless said.
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
}

/// Somebody leaves.
#[derive(Args)]
pub(crate) struct Leave {
    /// The staff member, by id.
    #[arg(value_name = "STAFF")]
    staff: PartId,
    /// Their last day; today unless said, and then at once.
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
}

pub(super) async fn run(common: &Common, asked: Organisation) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    match asked {
        Organisation::List(which) => list(common, &house, &which).await,
        Organisation::Show(which) => show(common, &house, &which).await,
        Organisation::Put(new) => put(common, &house, &new).await,
        Organisation::End(which) => {
            let desk = ask::desk(&house, common.login.as_deref()).await?;
            let last = which.on.unwrap_or_else(|| desk.today());
            let Which { kind, id } = which.which;
            let ended = match kind {
                PartKind::Staff => organisation::leave(&desk, &id, last).await,
                _ => organisation::end(&desk, kind, &id, last).await,
            };
            written(common, &house, &tell::settled(&house, ended).await?).await
        }
        Organisation::Leave(who) => {
            let desk = ask::desk(&house, common.login.as_deref()).await?;
            let last = who.on.unwrap_or_else(|| desk.today());
            let left = organisation::leave(&desk, &who.staff, last).await;
            written(common, &house, &tell::settled(&house, left).await?).await
        }
        Organisation::Out => out(common, &house).await,
        Organisation::Import(asked) => import::run(common, &house, asked).await,
        Organisation::Adopt(which) => assent::adopt(common, &house, which).await,
        Organisation::Rules(which) => assent::approve(common, &house, which).await,
        Organisation::Acknowledge(which) => assent::acknowledge(common, &house, which).await,
        Organisation::ReviewZones => assent::review(common, &house).await,
    }
}

async fn list(common: &Common, house: &House, which: &List) -> Result<(), Said> {
    let desk = house.office.desk(None, house.now());
    let end = |day: Date| {
        access::names::Moment(desk.start_of(day.saturating_add(jiff::Span::new().days(1))).0.saturating_sub(1))
    };
    let today = which.as_of.unwrap_or_else(|| desk.today());
    let roster = roster(&house.office, which.as_of.map(end)).await?;
    let kinds = which.kind.map_or(PartKind::ALL.to_vec(), |kind| vec![kind]);
    let of = |kind: PartKind| roster.parts(kind).filter(move |part| which.all || !part.has_ended(today));
    if common.json {
        let all: Vec<_> = kinds.into_iter().flat_map(of).map(told).collect();
        say(serde_json::Value::from(all));
        return Ok(());
    }
    let heading = match common.lang {
        Language::Ja => ["ID", "名称", "所属", "開始", "終了"],
        Language::En => ["id", "name", "within", "from", "until"],
        Language::Vi => ["mã", "tên", "thuộc", "từ", "đến"],
    };
    for kind in kinds {
        let mut parts = of(kind).peekable();
        if parts.peek().is_none() {
            continue;
        }
        say(kind.heading(common.lang));
        let mut table = Table::new(heading);
        for part in parts {
            let within = kind.within().and_then(|kind| part.part("within").map(|id| roster.name(kind, &id).to_owned()));
            table.line([
                part.id.to_string(),
                part.name().to_owned(),
                within.unwrap_or_else(|| "–".into()),
                part.from.to_string(),
                part.until.map_or_else(|| "–".into(), |day| day.to_string()),
            ]);
        }
        table.print();
        say("");
    }
    Ok(())
}

/// A part as JSON.
fn told(part: &Part) -> serde_json::Value {
    json!({
        "kind": part.kind.code(), "id": part.id.as_str(), "version": part.version, "fields": part.sheet,
        "changed": At(part.changed_at), "entry": part.entry,
    })
}

async fn show(common: &Common, house: &House, which: &Which) -> Result<(), Said> {
    let all = versions(&house.office, which.kind, &which.id).await?;
    let Some(newest) = all.first() else { return Err(No::Missing.into()) };
    if common.json {
        say(serde_json::Value::from(all.iter().map(told).collect::<Vec<_>>()));
        return Ok(());
    }
    let desk = house.office.desk(None, house.now());
    let mut table = Table::bare();
    for field in Field::of(which.kind) {
        let text = newest.text(field.id);
        if !text.is_empty() {
            let shown = field.choice(text, common.lang).to_owned();
            table.line([field.label(common.lang).to_owned(), shown, field.id.to_owned()]);
        }
    }
    table.print();
    for part in &all {
        let (version, day, entry) = (part.version, desk.day(part.changed_at), part.entry);
        let texts = Texts::new(
            format!("第{version}版 {day}（記録 #{entry}）"),
            format!("version {version} {day} (entry #{entry})"),
            format!("phiên bản {version} {day} (bản ghi #{entry})"),
        );
        say(texts.get(common.lang));
    }
    Ok(())
}

async fn put(common: &Common, house: &House, new: &Put) -> Result<(), Said> {
    let Which { kind, id } = &new.which;
    let mut sheet =
        roster(&house.office, None).await?.part(*kind, id).map(|part| part.sheet.clone()).unwrap_or_default();
    for pair in &new.fields {
        let Some((field, text)) = pair.split_once('=') else {
            return Err(Said::mistake(Texts::new(
                "--set は 項目=内容 の形で書いてください（例: --set name=ハノイ）。",
                "Write --set as a field and its text, such as --set name=Hanoi.",
                "Hãy ghi --set dạng mục=nội dung, ví dụ --set name=Hanoi.",
            )));
        };
        sheet.insert(field.to_owned(), text.to_owned());
    }
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let done = organisation::put(&desk, Edit { kind: *kind, id: id.clone(), sheet }).await;
    written(common, house, &tell::settled(house, done).await?).await
}

/// What was written, whose account ended with it, and what they still have.
async fn written(common: &Common, house: &House, done: &Written) -> Result<(), Said> {
    let desk = house.office.desk(None, house.now());
    let roster = roster(&house.office, None).await?;
    let still = all_still_out(&house.office, &roster, desk.now(), desk.today()).await?;
    let theirs: Vec<_> = still
        .iter()
        .filter(|out| done.parts.iter().any(|part| part.kind == PartKind::Staff && part.id == out.staff))
        .collect();
    let json = json!({
        "entry": done.entry, "parts": done.parts.iter().map(told).collect::<Vec<_>>(), "revoked": done.revoked,
        "stillOut": theirs.iter().map(|one| out_json(one)).collect::<Vec<_>>(),
    });
    let texts = tell::recorded(
        "組織の登録を変更しました",
        "The organisation is written",
        "Đã ghi thay đổi tổ chức",
        done.entry,
    );
    tell::done(common, json, &texts)?;
    if !common.json {
        for login in &done.revoked {
            say(Texts::new(
                format!("アカウント {login} とそのセッション、トークンを止めました。"),
                format!("The account {login} has ended, with its sessions and tokens."),
                format!("Đã chấm dứt tài khoản {login} cùng các phiên và mã truy cập."),
            )
            .get(common.lang));
        }
        for one in theirs {
            say(out_line(&roster, one, common.lang));
        }
    }
    Ok(())
}

async fn out(common: &Common, house: &House) -> Result<(), Said> {
    let desk = house.office.desk(None, house.now());
    let roster = roster(&house.office, None).await?;
    let all = all_still_out(&house.office, &roster, desk.now(), desk.today()).await?;
    if common.json {
        say(serde_json::Value::from(all.iter().map(out_json).collect::<Vec<_>>()));
        return Ok(());
    }
    for one in &all {
        say(out_line(&roster, one, common.lang));
    }
    if all.is_empty() {
        let none = Texts::new(
            "退職者に残っているものはありません。",
            "Nothing is out with those who left.",
            "Người đã nghỉ không còn giữ gì.",
        );
        say(none.get(common.lang));
    }
    Ok(())
}

fn out_json(one: &organisation::StillOut) -> serde_json::Value {
    let (what, id) = match &one.what {
        Out::Card { card, .. } => ("card", card.to_string()),
        Out::Terminal(id) => ("terminal", id.to_string()),
        Out::Project(id) => ("project", id.to_string()),
        Out::Department(id) => ("department", id.to_string()),
        Out::Entity(id) => ("entity", id.to_string()),
        Out::Work(code) => ("work", code.clone()),
        Out::Account(login) => ("account", login.clone()),
    };
    let opens = match one.what {
        Out::Card { opens, .. } => Some(opens),
        _ => None,
    };
    json!({ "staff": one.staff.as_str(), "since": one.since.to_string(), "what": what, "id": id, "opens": opens })
}

fn out_line(roster: &Roster, one: &organisation::StillOut, language: Language) -> String {
    let name = roster.name(PartKind::Staff, &one.staff);
    let (id, since) = (&one.staff, one.since);
    format!("· {name} ({id}, {since}): {}", one.what.told(roster).get(language))
}
