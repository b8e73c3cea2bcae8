//! `daicho work pull`: open issues of a tracker become work records. The tracker says who, from when to when; what for and about which
//! rows of the handling ledger stands in fields or labels of the issue, or is given with the command.

use super::{Rejected, day_of, tell_import, unreadable};
use crate::ask;
use crate::command::Common;
use crate::command::day::Day;
use crate::said::Said;
use crate::tick;
use crate::way::{Limits, NoWay, Trust, Way};
use crate::wire::House;
use access::work::{self, NewWork, Scope};
use access::{Desk, Mistake, No, actor};
use clap::{Args, ValueEnum};
use ledger::names::{PurposeId, RowId};
use policy::Texts;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

mod tracker;

use tracker::{Issue, Page};

/// Open work records for the open issues of a tracker.
#[derive(Args)]
pub(crate) struct Pull {
    /// What speaks at the address.
    #[arg(value_name = "TRACKER", value_enum)]
    tracker: Tracker,
    /// Its address, such as <https://redmine.example>. The token in `DAICHO_TRACKER_TOKEN` is sent to it, so it is https or this machine.
    #[arg(long, value_name = "URL")]
    url: String,
    /// The project: its identifier in Redmine, its number in Backlog, its key in Jira.
    #[arg(long, value_name = "PROJECT")]
    project: String,
    /// The purpose of issues that do not name one.
    #[arg(long, value_name = "PURPOSE")]
    purpose: Option<PurposeId>,
    /// The rows of the handling ledger of issues that name none.
    #[arg(long = "row", value_name = "ROW", value_delimiter = ',')]
    rows: Vec<RowId>,
    /// Whose login somebody of the tracker is: `NAME=LOGIN`. Without it, who has the login there has it here.
    #[arg(long = "login", value_name = "NAME=LOGIN", value_parser = pair)]
    logins: Vec<(String, String)>,
    /// The last day of issues without one.
    #[arg(long, value_name = "DATE")]
    until: Option<Day>,
    /// Take the titles of issues too. Without it the number stands for the title: titles in trackers name people.
    #[arg(long)]
    titles: bool,
    /// Close work records whose issue is no longer open.
    #[arg(long)]
    close: bool,
    /// The certificate of the tracker, or of the authority that signed it. A PEM file.
    #[arg(long, value_name = "FILE")]
    authority: Option<PathBuf>,
}

/// What can be pulled from.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tracker {
    /// Redmine: `GET /issues.json` with `X-Redmine-API-Key`.
    Redmine,
    /// Backlog: `GET /api/v2/issues` with `apiKey`.
    Backlog,
    /// Jira Cloud: `GET /rest/api/3/search/jql` with `EMAIL:TOKEN`.
    Jira,
    /// Jira Data Center: `GET /rest/api/2/search` with a personal access token.
    JiraServer,
}

const LIMITS: Limits = Limits { patience: Duration::from_secs(30), bytes: 8 << 20 };
/// A tracker that has more pages than this goes round in circles.
const MOST_PAGES: usize = 200;

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, login) = text.rsplit_once('=').ok_or("write NAME=LOGIN")?;
    Ok((name.trim().to_owned(), login.trim().to_owned()))
}

pub(super) async fn run(common: &Common, house: &House, asked: Pull) -> Result<(), Said> {
    let desk = ask::desk(house, common.login.as_deref()).await?;
    let issues = issues(&asked).await?;
    let (mut opened, mut known, mut rejected): (u32, u32, Vec<Rejected>) = (0, 0, Vec::new());
    let accounts: BTreeSet<String> = actor::list(&house.office).await?.into_iter().map(|a| a.actor.login).collect();
    let mut there = BTreeSet::new();
    for issue in &issues {
        there.insert(issue.code.clone());
        if work::by_code(&house.office, &issue.code).await?.is_some() {
            known += 1;
            continue;
        }
        let done = match read(&desk, &asked, issue, &accounts) {
            Ok(new) => work::open(&desk, new).await,
            Err(mistake) => Err(mistake.into()),
        };
        match done {
            Ok(_) => opened += 1,
            Err(No::Mistake(mistake)) => rejected.push((issue.code.clone(), mistake)),
            Err(other) => return crate::command::settled(house, Err(other)).await,
        }
    }
    let closed = if asked.close { close(house, &desk, &asked, &there).await? } else { 0 };
    tick::sign(house).await?;
    tell_import(common, opened, known, closed, &rejected)
}

/// Closes the open work records of this project whose issue is not open any more.
async fn close(house: &House, desk: &Desk, asked: &Pull, there: &BTreeSet<String>) -> Result<u32, Said> {
    let prefix = asked.tracker.prefix(&asked.project);
    let mut closed = 0;
    for work in work::list(&house.office, None, 10_000).await? {
        let ours = prefix.as_ref().is_some_and(|prefix| work.code.starts_with(prefix.as_str()));
        if ours && work.is_open(desk.now()) && !there.contains(&work.code) {
            match work::close(desk, work.id).await {
                Ok(_) => closed += 1,
                // Somebody else's, or closed meanwhile.
                Err(No::Missing | No::Mistake(_)) => {}
                Err(other) => return crate::command::settled(house, Err(other)).await,
            }
        }
    }
    Ok(closed)
}

async fn issues(asked: &Pull) -> Result<Vec<Issue>, Said> {
    let token = ask::var("DAICHO_TRACKER_TOKEN").ok_or_else(|| {
        told(
            "DAICHO_TRACKER_TOKEN に課題管理システムのトークンを設定してください。",
            "Set DAICHO_TRACKER_TOKEN to the token of the tracker.",
            "Hãy đặt mã truy cập của hệ thống quản lý công việc vào DAICHO_TRACKER_TOKEN.",
        )
    })?;
    let trust = asked.authority.clone().map_or(Trust::Authorities, Trust::Holder);
    let mut way = Way::new(&asked.url, &trust, LIMITS).map_err(|why| match why {
        NoWay::Address => told(
            "--url は https:// または http:// で始まるアドレスにしてください。",
            "--url is an address of https or http.",
            "--url phải là địa chỉ https hoặc http.",
        ),
        NoWay::Certificates(file) => {
            let file = file.display();
            Said::mistake(Texts::new(
                format!("{file} の証明書を読めません。"),
                format!("The certificates in {file} cannot be read."),
                format!("Không đọc được chứng chỉ trong {file}."),
            ))
        }
    })?;
    if !way.is_private() {
        return Err(told(
            "トークンを送るので、--url は https かこの機械自身にしてください。",
            "A token is sent there, so --url is https or this machine itself.",
            "Vì có gửi mã truy cập, --url phải là https hoặc chính máy này.",
        ));
    }
    let mut all: BTreeMap<String, Issue> = BTreeMap::new();
    let mut next = Some(Page::First);
    for _ in 0..MOST_PAGES {
        let Some(page) = next else { return Ok(all.into_values().collect()) };
        let (path, headers) = asked.tracker.request(way.prefix(), &asked.project, &token, &page);
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = way.get(&path, &headers).await.map_err(|why| unanswered(&why))?;
        if !answer.status.is_success() {
            return Err(unanswered(&answer.status.to_string()));
        }
        let json = serde_json::from_slice(&answer.body).map_err(|_| unanswered("no JSON"))?;
        let (issues, after) =
            asked.tracker.read(&json, &page).ok_or_else(|| unanswered("not the answer documented"))?;
        all.extend(issues.into_iter().map(|issue| (issue.code.clone(), issue)));
        next = after;
    }
    Err(unanswered("too many pages"))
}

fn told(ja: &str, en: &str, vi: &str) -> Said {
    Said::mistake(Texts::new(ja, en, vi))
}

/// What came back is not repeated: it may say anything.
fn unanswered(why: &str) -> Said {
    Said::mistake(Texts::new(
        format!("課題管理システムから読み取れません（{why}）。アドレス、プロジェクト、トークンを確かめてください。"),
        format!("The tracker cannot be read ({why}). Check the address, the project and the token."),
        format!("Không đọc được hệ thống quản lý công việc ({why}). Hãy kiểm tra địa chỉ, dự án và mã truy cập."),
    ))
}

/// An issue as a new work record.
fn read(desk: &Desk, asked: &Pull, issue: &Issue, accounts: &BTreeSet<String>) -> Result<NewWork, Mistake> {
    let purpose = match issue.said("purpose") {
        Some(text) => {
            text.parse().map_err(|_| unreadable("purpose", "利用目的のID", "the id of a purpose", "mã mục đích"))?
        }
        None => asked
            .purpose
            .clone()
            .ok_or_else(|| unreadable("purpose", "利用目的のID", "the id of a purpose", "mã mục đích"))?,
    };
    let rows = match issue.said("rows") {
        Some(text) => text
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '、'))
            .filter(|part| !part.is_empty())
            .map(str::parse)
            .collect::<Result<Vec<RowId>, _>>()
            .map_err(|_| unreadable("rows", "台帳の行のID", "ids of rows", "mã các dòng sổ"))?,
        None => asked.rows.clone(),
    };
    let named = |name: &String| asked.logins.iter().find(|(known, _)| known == name).map(|(_, login)| login.clone());
    let same = |name: &String| Some(name.to_lowercase()).filter(|name| accounts.contains(name));
    let login = issue.who.iter().find_map(named).or_else(|| issue.who.iter().find_map(same));
    let last = match (&issue.until, &asked.until) {
        (Some(day), _) => day_of("until", day)?.ends(desk),
        (None, Some(day)) => day.ends(desk),
        (None, None) => {
            return Err(unreadable("until", "期限（--until）", "a last day (--until)", "ngày kết thúc (--until)"));
        }
    };
    let begins = match &issue.from {
        Some(day) => day_of("from", day)?.begins(desk),
        None => desk.now(),
    };
    Ok(NewWork {
        title: if asked.titles { issue.title.chars().take(200).collect() } else { issue.code.clone() },
        code: issue.code.clone(),
        purpose,
        logins: login.into_iter().collect(),
        scope: Scope::Rows(rows),
        // A work record opens nothing before it was written.
        starts_at: begins,
        ends_at: last,
    })
}
