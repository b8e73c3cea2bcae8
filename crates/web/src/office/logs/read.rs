//! Reading logs by a form: one file for each log, laid against what is known together.

use access::{Mistake, No, OfficeAct};
use askama::Template;
use axum::extract::Multipart;
use axum::http::StatusCode;
use duties::logs::{self, File};
use jiff::civil::Date;
use policy::logs::LogSort;

use super::{known, may};
use crate::answer::{self, Answer};
use crate::arrival::{Broken, broken_as};
use crate::form::Wrong;
use crate::page::{Page, Place, html, ok};
use crate::state::LogUpload;
use crate::visit::Asking;

/// `GET /logs/new`: the form.
pub(crate) async fn form(asking: Asking) -> Answer {
    if !may(&asking, OfficeAct::ReadLogs) {
        return Err(No::Missing.into());
    }
    show(&asking, Wrong::default())
}

fn show(asking: &Asking, wrong: Wrong) -> Answer {
    let w = asking.words();
    let sources = asking
        .desk
        .policy()?
        .logs()
        .sources()
        .iter()
        .filter(|source| source.sort != LogSort::Daicho)
        .map(|source| (source.id.clone(), source.label.get(w.0).to_owned()))
        .collect();
    let status = if wrong.any().is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = asking.page(Place::Records, w.logs_read()).at("/logs/new");
    Ok(html(status, &ReadPage { page, sources, wrong }))
}

/// What was sent.
#[derive(Default)]
struct Sent {
    files: Vec<LogUpload>,
    from: String,
    until: String,
}

/// `POST /logs`: the files are read, and what does not fit is asked.
pub(crate) async fn receive(asking: Asking, upload: Multipart) -> Answer {
    if !may(&asking, OfficeAct::ReadLogs) {
        // Says so by the policy, and records it.
        drop(access::permit_office(&asking.desk, OfficeAct::ReadLogs).await?);
    }
    let sent = match sent(upload).await {
        Ok(sent) => sent,
        Err(why) => return Ok(answer::cut(why)),
    };
    match read(&asking, sent).await {
        Ok(done) => Ok(ok(&done)),
        Err(No::Mistake(mistake)) => show(&asking, Wrong::new(&mistake, asking.words())),
        Err(no) => Err(no.into()),
    }
}

async fn read(asking: &Asking, sent: Sent) -> Result<DonePage, No> {
    let w = asking.words();
    if sent.files.is_empty() {
        return Err(no_file().into());
    }
    let covers = match (day("from", &sent.from)?, day("until", &sent.until)?) {
        (Some(from), Some(until)) => {
            Some((asking.desk.start_of(from), asking.desk.start_of(until.tomorrow().unwrap_or(until))))
        }
        (None, None) => None,
        _ => return Err(both_days().into()),
    };
    let known = known(asking).await?;
    let import = asking.state().logs_import.clone();
    let looked = import(&asking.desk, &known.facts, sent.files)?;
    let mut files = Vec::new();
    for (file, counted) in looked.files.into_iter().zip(&looked.weighed.counted) {
        let told = File { digest: file.digest, lines: file.lines, unread: file.unread, covers };
        let done = logs::record(&asking.desk, &known, &told, counted, &looked.weighed.asked).await?;
        let rules = asking.desk.policy()?.logs();
        files.push(Done {
            source: rules.source(&file.source).map_or(file.source, |source| source.label.get(w.0).to_owned()),
            lines: file.lines,
            events: counted.events,
            matched: counted.matched,
            repeated: counted.repeated,
            unread: file.unread,
            asked: done.asked,
            entry: (w.entry(done.entry), format!("/records/{}", done.entry)),
            troubles: file.troubles.into_iter().map(|(line, _, text)| (line, text.get(w.0).to_owned())).collect(),
        });
    }
    Ok(DonePage { page: asking.page(Place::Records, w.logs_read_done()).at("/logs"), files })
}

fn day(field: &'static str, text: &str) -> Result<Option<Date>, Mistake> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| {
        Mistake::new(
            field,
            "日付を年-月-日の形で入力してください（例 2026-11-22）。",
            "Give a day as year-month-day, such as 2026-11-22.",
            "Hãy nhập ngày theo dạng năm-tháng-ngày, ví dụ 2026-11-22.",
        )
    })
}

/// The files that were sent, each under the name of its log, and the period they are of.
async fn sent(mut upload: Multipart) -> Result<Sent, Broken> {
    let mut sent = Sent::default();
    while let Some(field) = upload.next_field().await.map_err(|why| broken_as(why.status(), &why))? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(|why| broken_as(why.status(), &why))?;
        match name.strip_prefix("log:") {
            Some(source) if !bytes.is_empty() => {
                sent.files.push(LogUpload { source: source.to_owned(), bytes: bytes.to_vec() });
            }
            Some(_) => {}
            None if name == "from" => sent.from = String::from_utf8_lossy(&bytes).into_owned(),
            None if name == "until" => sent.until = String::from_utf8_lossy(&bytes).into_owned(),
            None => {}
        }
    }
    Ok(sent)
}

fn no_file() -> Mistake {
    Mistake::new(
        "file",
        "ログのファイルを1つ以上選んでください（合わせて20 MBまで）。",
        "Choose the file of at least one log, 20 MB together at most.",
        "Hãy chọn tệp của ít nhất một nhật ký, tổng cộng không quá 20 MB.",
    )
}

fn both_days() -> Mistake {
    Mistake::new(
        "from",
        "期間は最初の日と最後の日の両方を入力してください。",
        "Give both the first day and the last.",
        "Hãy nhập cả ngày đầu và ngày cuối.",
    )
}

struct Done {
    source: String,
    lines: u64,
    events: u64,
    matched: u64,
    repeated: u64,
    unread: u64,
    asked: usize,
    entry: (String, String),
    troubles: Vec<(u64, String)>,
}

#[derive(Template)]
#[template(path = "logs/new.html")]
struct ReadPage {
    page: Page,
    sources: Vec<(String, String)>,
    wrong: Wrong,
}

#[derive(Template)]
#[template(path = "logs/done.html")]
struct DonePage {
    page: Page,
    files: Vec<Done>,
}
