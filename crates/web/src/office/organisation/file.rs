//! A list of staff, departments or cards as a file: in by way of a look at who would join, move and leave.

use access::organisation::{self, Edit, Fate, How, Line, Part, PartId, PartKind, Plan, put_all, roster};
use access::{Mistake, No, OfficeAct};
use askama::Template;
use axum::extract::Multipart;
use axum::http::StatusCode;
use policy::Language;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::{kind_of, may, page};
use crate::answer::{self, Answer};
use crate::arrival::{Broken, broken_as};
use crate::form::{Asked, Fields, Wrong};
use crate::page::{Page, html, ok};
use crate::visit::Asking;

/// `GET /organisation/import`: the form that takes a file.
pub(crate) async fn form(asking: Asking, Asked(asked): Asked) -> Answer {
    asks(&asking, asked, Wrong::default()).await
}

async fn asks(asking: &Asking, asked: Fields, wrong: Wrong) -> Answer {
    if !may(asking, OfficeAct::ChangeOrganisation) {
        return Err(No::Missing.into());
    }
    let w = asking.words();
    let roster = roster(asking.desk.office(), None).await?;
    let chosen = asked.some("kind").unwrap_or("staff").to_owned();
    let kinds = PartKind::ALL.iter().map(|kind| (kind.code(), kind.heading(w.0), kind.code() == chosen));
    let entities = roster.entities.iter().filter(|entity| entity.until.is_none());
    let status = if wrong.any().is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(html(
        status,
        &ImportPage {
            page: page(asking, w.organisation_import()).at("/organisation/import"),
            kinds: kinds.collect(),
            entities: entities.map(|entity| (entity.id.to_string(), entity.name().to_owned())).collect(),
            wrong,
        },
    ))
}

/// The other fields and the file that were sent; no file when nothing was chosen.
pub(super) async fn receive(mut upload: Multipart) -> Result<(Fields, Option<(String, Vec<u8>)>), Broken> {
    let (mut fields, mut file) = (Fields::default(), None);
    while let Some(field) = upload.next_field().await.map_err(|why| broken_as(why.status(), &why))? {
        let name = field.name().unwrap_or_default().to_owned();
        let called = field.file_name().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|why| broken_as(why.status(), &why))?;
        match called {
            Some(called) if name == "file" && !bytes.is_empty() => file = Some((called, bytes.to_vec())),
            Some(_) => {}
            None => fields.0.push((name, String::from_utf8_lossy(&bytes).into_owned())),
        }
    }
    Ok((fields, file))
}

/// What somebody looked at, as it comes back to be written.
#[derive(Serialize, Deserialize)]
struct Looked {
    kind: String,
    whole: bool,
    within: Option<String>,
    lines: Vec<(u32, BTreeMap<String, String>)>,
}

/// `POST /organisation/imports`: what a file would change; nothing is written yet.
pub(crate) async fn look(asking: Asking, upload: Multipart) -> Answer {
    if !may(&asking, OfficeAct::ChangeOrganisation) {
        return Err(No::Missing.into());
    }
    let (fields, file) = match receive(upload).await {
        Ok(received) => received,
        Err(why) => return Ok(answer::cut(why)),
    };
    let kind = kind_of(fields.text("kind"))?;
    let Some((_, bytes)) = file else {
        return asks(&asking, fields, Wrong::new(&no_file(), asking.words())).await;
    };
    let read = (asking.state().organisation_import.clone())(kind, &bytes);
    let file = match read {
        Ok(file) => file,
        Err(texts) => {
            let wrong = Wrong::new(&Mistake { field: "file".into(), texts }, asking.words());
            return asks(&asking, fields, wrong).await;
        }
    };
    let how = how(&asking, fields.has("whole", "yes"), fields.some("within"));
    let mut plan = match organisation::plan(&asking.desk, kind, &file.lines, &how).await {
        Ok(plan) => plan,
        Err(No::Mistake(mistake)) => return asks(&asking, fields, Wrong::new(&mistake, asking.words())).await,
        Err(no) => return Err(no.into()),
    };
    plan.rejected.extend(file.rejected);
    plan.rejected.sort_by_key(|(line, _)| *line);
    let looked = Looked {
        kind: kind.code().to_owned(),
        whole: how.others_left.is_some(),
        within: how.departments_within.map(|id| id.to_string()),
        lines: file.lines.into_iter().map(|line| (line.line, line.cells)).collect(),
    };
    let registered = roster(asking.desk.office(), None).await?;
    let there = registered.parts(kind).filter(|part| part.is_open(asking.desk.today())).count();
    Ok(ok(&LookPage::new(&asking, &plan, &looked, there)))
}

fn how(asking: &Asking, whole: bool, within: Option<&str>) -> How {
    How {
        others_left: whole.then(|| asking.desk.today()),
        departments_within: within.and_then(|id| id.parse::<PartId>().ok()),
    }
}

fn no_file() -> Mistake {
    Mistake::new(
        "file",
        "20 MB までの XLSX または CSV ファイルを選んでください。",
        "Choose an XLSX or CSV file of at most 20 MB.",
        "Hãy chọn tệp XLSX hoặc CSV không quá 20 MB.",
    )
}

/// `POST /organisation/lists`: the list somebody looked at is written, in one act.
pub(crate) async fn write(asking: Asking, fields: Fields) -> Answer {
    let looked: Looked = serde_json::from_str(fields.raw("list")).map_err(|_| No::from(no_file()))?;
    let kind = kind_of(&looked.kind)?;
    let how = how(&asking, looked.whole, looked.within.as_deref());
    let lines: Vec<Line> = looked.lines.into_iter().map(|(line, cells)| Line { line, cells }).collect();
    let plan = organisation::plan(&asking.desk, kind, &lines, &how).await?;
    let edits: Vec<Edit> = plan.edits;
    let written = put_all(&asking.desk, &edits).await?;
    let w = asking.words();
    Ok(ok(&DonePage {
        page: page(&asking, w.organisation_import()).at("/organisation/import"),
        count: written.parts.len(),
        revoked: written.revoked,
        entry: (w.entry(written.entry), format!("/records/{}", written.entry)),
        rejected: plan.rejected.len(),
    }))
}

/// The name of a fate as the heading of its list.
fn heading(fate: Fate, count: usize, language: Language) -> String {
    let [ja, en, vi] = match fate {
        Fate::Joined => ["登録", "joining", "vào"],
        Fate::Moved => ["異動", "moving", "chuyển"],
        Fate::Changed => ["変更", "changed", "sửa"],
        Fate::Left => ["終了", "leaving", "nghỉ"],
    };
    match language {
        Language::Ja => format!("{ja} {count}件"),
        Language::En => format!("{count} {en}"),
        Language::Vi => format!("{count} {vi}"),
    }
}

#[derive(Template)]
#[template(path = "organisation/import.html")]
struct ImportPage {
    page: Page,
    kinds: Vec<(&'static str, &'static str, bool)>,
    entities: Vec<(String, String)>,
    wrong: Wrong,
}

/// A part that would change: its line, its id and its name.
type Change = (Option<u32>, String, String);

#[derive(Template)]
#[template(path = "organisation/look.html")]
struct LookPage {
    page: Page,
    fates: Vec<(String, Vec<Change>)>,
    same: usize,
    rejected: Vec<(u32, String, String)>,
    alarming: Option<(usize, usize)>,
    list: String,
    any: bool,
}

impl LookPage {
    fn new(asking: &Asking, plan: &Plan, looked: &Looked, there: usize) -> Self {
        let w = asking.words();
        let told = |line: &Option<u32>, part: &Part| (*line, part.id.to_string(), part.name().to_owned());
        let fates = [Fate::Left, Fate::Joined, Fate::Moved, Fate::Changed].into_iter().filter_map(|fate| {
            let of = plan.changes.iter().filter(|(_, of, _)| *of == fate);
            let all: Vec<Change> = of.map(|(line, _, part)| told(line, part)).collect();
            (!all.is_empty()).then(|| (heading(fate, all.len(), w.0), all))
        });
        let why = |(line, mistake): &(u32, Mistake)| (*line, mistake.field.clone(), mistake.texts.get(w.0).to_owned());
        Self {
            page: page(asking, w.organisation_import()).at("/organisation/import"),
            fates: fates.collect(),
            same: plan.same,
            rejected: plan.rejected.iter().map(why).collect(),
            alarming: plan.is_alarming(there).then(|| (plan.count(Fate::Left), there)),
            list: serde_json::to_string(looked).unwrap_or_default(),
            any: !plan.changes.is_empty(),
        }
    }
}

#[derive(Template)]
#[template(path = "organisation/done.html")]
struct DonePage {
    page: Page,
    count: usize,
    revoked: Vec<String>,
    entry: (String, String),
    rejected: usize,
}
