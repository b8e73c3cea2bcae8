//! `daicho right`: rights beyond a role: proposals for two people, emergencies, rights that belong to a piece of work.

use super::day::Day;
use super::table::Table;
use super::{Common, tell};
use crate::ask;
use crate::said::{Said, say};
use crate::wire::House;
use access::names::ActId;
use access::warrant::{self, Answer, Belongs, Gift, Warrant};
use access::{At, Mistake, actor, work};
use clap::{Args, Subcommand};
use policy::{Act, Language, OfficeAct};
use std::collections::BTreeMap;

/// Rights beyond a role.
#[derive(Subcommand)]
pub(crate) enum Right {
    /// List them, newest first. Needs no account: whoever may read the keys may read the books.
    List,
    /// Propose an act that needs two people.
    Propose(Propose),
    /// Declare an emergency: what the policy lists for it is open at once, for some hours.
    Emergency(Reason),
    /// Give somebody a right for a piece of work.
    Give(Give),
    /// Let somebody work in a supervised place for some hours, while you supervise.
    Supervise(Supervise),
    /// Answer a proposal or an emergency as the second person.
    Answer(Second),
    /// End one before its time.
    End(One),
}

/// Propose an act that needs two people.
#[derive(Args)]
pub(crate) struct Propose {
    /// The act, as the policy names it: grant-high-access, manage-keys.
    #[arg(value_name = "ACT")]
    act: OfficeAct,
    /// What it is about: for an account of an officer or administrator "LOGIN ROLE".
    #[arg(long, value_name = "WHAT", default_value = "")]
    of: String,
    /// Why.
    #[arg(long, value_name = "REASON")]
    reason: String,
}

/// Declare an emergency.
#[derive(Args)]
pub(crate) struct Reason {
    /// Why.
    #[arg(long, value_name = "REASON")]
    reason: String,
}

/// Give somebody a right for a piece of work.
#[derive(Args)]
pub(crate) struct Give {
    /// Who is given it.
    #[arg(id = "whose", value_name = "LOGIN")]
    login: String,
    /// What it opens: record, review-register. May be given more than once.
    #[arg(long = "act", value_name = "ACT", required = true)]
    acts: Vec<String>,
    /// The number of the work record it belongs to and ends with.
    #[arg(long, value_name = "CODE", required_unless_present = "project", conflicts_with = "project")]
    work: Option<String>,
    /// The project it belongs to.
    #[arg(long, value_name = "ID")]
    project: Option<String>,
    /// Its last day.
    #[arg(long, value_name = "DATE")]
    until: Day,
    /// Why.
    #[arg(long, value_name = "REASON")]
    reason: String,
}

/// Let somebody work in a supervised place for some hours.
#[derive(Args)]
pub(crate) struct Supervise {
    /// Who may work there.
    #[arg(id = "whose", value_name = "LOGIN")]
    login: String,
    /// The place, as the policy names it.
    #[arg(long, value_name = "PLACE")]
    place: String,
    /// For how many hours, 12 at most.
    #[arg(long, value_name = "HOURS", default_value_t = 4)]
    hours: u32,
    /// Why.
    #[arg(long, value_name = "REASON")]
    reason: String,
}

/// Answer a proposal or an emergency as the second person.
#[derive(Args)]
pub(crate) struct Second {
    /// Its id, as the list shows it.
    #[arg(value_name = "ID")]
    id: ActId,
    /// yes or no.
    #[arg(value_name = "ANSWER", value_parser = answer_word)]
    answer: Answer,
}

/// End one before its time.
#[derive(Args)]
pub(crate) struct One {
    /// Its id, as the list shows it.
    #[arg(value_name = "ID")]
    id: ActId,
}

fn answer_word(word: &str) -> Result<Answer, String> {
    word.parse().map_err(|mistake: Mistake| mistake.texts.get(Language::En).to_owned())
}

pub(super) async fn run(common: &Common, asked: Right) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    if let Right::List = asked {
        return list(common, &house).await;
    }
    let desk = ask::desk(&house, common.login.as_deref()).await?;
    let (id, entry) = match asked {
        Right::List => return Ok(()),
        Right::Propose(new) => {
            let done = warrant::propose(&desk, new.act, &new.of, &new.reason).await;
            tell::settled(&house, done.map(|(id, entry)| (Some(id), entry))).await?
        }
        Right::Emergency(new) => {
            let done = warrant::break_glass(&desk, &new.reason).await;
            tell::settled(&house, done.map(|(id, entry)| (Some(id), entry))).await?
        }
        Right::Give(new) => {
            let belongs = match (&new.work, new.project) {
                (Some(code), _) => {
                    let work = work::by_code(&house.office, code).await?.ok_or(access::No::Missing)?;
                    Belongs::Work(work.id)
                }
                (None, project) => Belongs::Project(project.unwrap_or_default()),
            };
            let acts: Option<_> = new.acts.iter().map(|code| Act::find(code)).collect();
            let gift = Gift {
                login: new.login,
                acts: acts.unwrap_or_default(),
                belongs,
                reason: new.reason,
                ends_at: new.until.ends(&desk),
            };
            let done = warrant::give(&desk, gift).await;
            tell::settled(&house, done.map(|(id, entry)| (Some(id), entry))).await?
        }
        Right::Supervise(new) => {
            let done = warrant::supervise(&desk, &new.login, &new.place, new.hours, &new.reason).await;
            tell::settled(&house, done.map(|(id, entry)| (Some(id), entry))).await?
        }
        Right::Answer(said) => {
            let done = warrant::answer(&desk, said.id, said.answer).await;
            (None, tell::settled(&house, done).await?)
        }
        Right::End(one) => (None, tell::settled(&house, warrant::end(&desk, one.id).await).await?),
    };
    let json = serde_json::json!({ "id": id.map(|id| id.to_string()), "entry": entry });
    let told = id.map(|id| format!(" {id}")).unwrap_or_default();
    let texts = tell::recorded(
        &format!("記録しました{told}"),
        &format!("It is on record{told}"),
        &format!("Đã ghi nhận{told}"),
        entry,
    );
    tell::done(common, json, &texts)
}

async fn list(common: &Common, house: &House) -> Result<(), Said> {
    let desk = house.office.desk(None, house.now());
    let accounts = actor::list(&house.office).await?;
    let logins: BTreeMap<_, _> = accounts.into_iter().map(|a| (a.actor.id, a.actor.login)).collect();
    let all = warrant::list(&house.office, 200).await?;
    let holder = |one: &Warrant| logins.get(&one.holder).cloned().unwrap_or_default();
    let acts = |one: &Warrant| one.acts.iter().map(|act| act.code()).collect::<Vec<_>>();
    if common.json {
        let json = all.iter().map(|one| {
            serde_json::json!({
                "id": one.id.to_string(), "sort": one.sort.code(), "acts": acts(one), "of": one.of, "holder": holder(one),
                "reason": one.reason, "from": At(one.begins_at), "until": At(one.ends_at),
                "answer": one.answer.map(|(said, ..)| said.word()), "state": one.state(desk.now()).word(), "entry": one.entry,
            })
        });
        say(serde_json::Value::from(json.collect::<Vec<_>>()));
        return Ok(());
    }
    let heading = match common.lang {
        Language::Ja => ["ID", "種類", "誰の", "内容", "状態", "理由"],
        Language::En => ["id", "sort", "whose", "what", "state", "why"],
        Language::Vi => ["mã", "loại", "của ai", "nội dung", "tình trạng", "lý do"],
    };
    let mut table = Table::new(heading);
    for one in &all {
        let what = format!("{} {}", acts(one).join(" "), one.of);
        table.line([
            one.id.to_string(),
            one.sort.code().to_owned(),
            holder(one),
            what.trim().to_owned(),
            one.state(desk.now()).word().to_owned(),
            one.reason.clone(),
        ]);
    }
    table.print();
    Ok(())
}
