//! The handling ledger as a spreadsheet: out, and in by way of a look at what it would change.

use access::names::RowId;
use access::{Mistake, No};
use askama::Template;
use axum::extract::Multipart;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::IntoResponse;
use duties::register::{self, RegisterRow, Sheet};
use std::collections::BTreeMap;

use super::may_change;
use crate::answer::{self, Answer};
use crate::arrival::{Broken, broken_as};
use crate::form::{Asked, Fields, Wrong, language};
use crate::page::{Page, Place, html, ok};
use crate::state::{RegisterFile, Rejected};
use crate::visit::Asking;
use crate::words::Words;

/// `GET /register.xlsx`: the rows as a workbook, headed in the language of `?lang=`.
pub(crate) async fn download(asking: Asking, Asked(asked): Asked) -> Answer {
    let language = language(&asked).unwrap_or(asking.words().0);
    let rows = register::list(asking.desk.office(), None).await?;
    let book = register::to_xlsx(asking.desk.policy()?, &rows, language)?;
    let name = format!("attachment; filename=\"register-{}.xlsx\"", asking.desk.today());
    let mut response = book.into_response();
    let kind = HeaderValue::from_static("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    if let Ok(value) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// `GET /register/import`: the form that takes a file.
pub(crate) async fn form(asking: Asking) -> Answer {
    if !may_change(&asking) {
        return Err(No::Missing.into());
    }
    Ok(ok(&ImportPage { page: page(&asking), wrong: Wrong::default() }))
}

fn page(asking: &Asking) -> Page {
    asking.page(Place::Register, asking.words().register_import()).at("/register/import")
}

/// `POST /register/imports`: what a file would change; nothing is written yet.
pub(crate) async fn look(asking: Asking, upload: Multipart) -> Answer {
    if !may_change(&asking) {
        return Err(No::Missing.into());
    }
    let w = asking.words();
    let read = match receive(upload).await {
        Ok(Some((name, bytes))) => {
            let import = asking.state().register_import.clone();
            let policy = asking.desk.policy()?;
            import(policy, &name, &bytes).map_err(|texts| Mistake { field: "file".to_owned(), texts })
        }
        Ok(None) => Err(no_file()),
        Err(why) => return Ok(answer::cut(why)),
    };
    match read {
        Ok(file) => {
            let known = register::list(asking.desk.office(), None).await?;
            Ok(ok(&LookPage::new(page(&asking), w, &file, &known)))
        }
        Err(mistake) => {
            let wrong = Wrong::new(&mistake, w);
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &ImportPage { page: page(&asking), wrong }))
        }
    }
}

/// The file that was sent; none when nothing was chosen.
async fn receive(mut upload: Multipart) -> Result<Option<(String, Vec<u8>)>, Broken> {
    while let Some(field) = upload.next_field().await.map_err(|why| broken_as(why.status(), &why))? {
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(|why| broken_as(why.status(), &why))?;
            if !bytes.is_empty() {
                return Ok(Some((name, bytes.to_vec())));
            }
        }
    }
    Ok(None)
}

fn no_file() -> Mistake {
    Mistake::new(
        "file",
        "20 MB までの XLSX または CSV ファイルを選んでください。",
        "Choose an XLSX or CSV file of at most 20 MB.",
        "Hãy chọn tệp XLSX hoặc CSV không quá 20 MB.",
    )
}

/// A row that somebody looked at: the version it would be written over, if there is one, and what it would say.
type Looked<S> = (Option<u32>, S);

/// `POST /register/rows`: the rows somebody looked at are written, each as a version with an entry of its own.
pub(crate) async fn write(asking: Asking, fields: Fields) -> Answer {
    let sheets: BTreeMap<RowId, Looked<Sheet>> = serde_json::from_str(fields.raw("rows")).map_err(|_| no_file())?;
    let w = asking.words();
    let mut written = 0_u32;
    let mut failed = Vec::new();
    for (id, (version, sheet)) in sheets {
        match register::put_over(&asking.desk, id.clone(), version, sheet).await {
            Ok(_) => written += 1,
            Err(No::Mistake(mistake)) => failed.push((id.to_string(), mistake.texts.get(w.0).to_owned())),
            Err(no) => return Err(no.into()),
        }
    }
    let status = if failed.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(html(status, &DonePage { page: page(&asking), written, failed }))
}

#[derive(Template)]
#[template(path = "register/import.html")]
struct ImportPage {
    page: Page,
    wrong: Wrong,
}

#[derive(Template)]
#[template(path = "register/look.html")]
struct LookPage {
    page: Page,
    fresh: Vec<(u32, String, String, usize)>,
    changed: Vec<(u32, String, String, usize)>,
    same: usize,
    rejected: Vec<(u32, String, String)>,
    rows: String,
    any: bool,
}

impl LookPage {
    fn new(page: Page, w: Words, file: &RegisterFile, known: &[RegisterRow]) -> Self {
        let mut sheets: BTreeMap<&RowId, Looked<&Sheet>> = BTreeMap::new();
        let (mut fresh, mut changed, mut same) = (Vec::new(), Vec::new(), 0);
        for (line, id, sheet) in &file.rows {
            let name = sheet.text("name").to_owned();
            let guesses = sheet.guesses().count();
            let there = known.iter().find(|row| row.id == *id);
            match there {
                None => fresh.push((*line, id.to_string(), name, guesses)),
                Some(row) if row.sheet == *sheet => {
                    same += 1;
                    continue;
                }
                Some(_) => changed.push((*line, id.to_string(), name, guesses)),
            }
            sheets.insert(id, (there.map(|row| row.version), sheet));
        }
        let told = |r: &Rejected| (r.line, r.column.clone(), r.why.get(w.0).to_owned());
        let rows = serde_json::to_string(&sheets).unwrap_or_default();
        let any = !sheets.is_empty();
        Self { page, fresh, changed, same, rejected: file.rejected.iter().map(told).collect(), rows, any }
    }
}

#[derive(Template)]
#[template(path = "register/done.html")]
struct DonePage {
    page: Page,
    written: u32,
    failed: Vec<(String, String)>,
}
