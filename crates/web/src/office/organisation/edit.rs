//! The form of a part, new or changed: one field for each of its kind.

use access::organisation::{Edit, Field, Holds, PartId, PartKind, Roster, Sheet, put_over, roster};
use access::{Mistake, No, OfficeAct};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

use super::{href, kind_of, may, page};
use crate::answer::Answer;
use crate::form::{Asked, Fields, Wrong};
use crate::page::{Page, html};
use crate::visit::Asking;
use crate::words::Words;

/// `GET /organisation/{kind}/new`.
pub(crate) async fn new(asking: Asking, Path(kind): Path<String>, Asked(asked): Asked) -> Answer {
    let kind = kind_of(&kind)?;
    form(&asking, kind, None, asked, Wrong::default()).await
}

/// `GET /organisation/{kind}/{id}/edit`.
pub(crate) async fn edit(asking: Asking, Path((kind, id)): Path<(String, String)>) -> Answer {
    let kind = kind_of(&kind)?;
    let id: PartId = id.parse().map_err(|_| No::Missing)?;
    let roster = roster(asking.desk.office(), None).await?;
    let part = roster.part(kind, &id).ok_or(No::Missing)?;
    let mut fields: Vec<(String, String)> = part.sheet.clone().into_iter().collect();
    fields.push(("version".into(), part.version.to_string()));
    form(&asking, kind, Some(id), Fields(fields), Wrong::default()).await
}

/// `POST /organisation/{kind}`: a new part.
pub(crate) async fn create(asking: Asking, Path(kind): Path<String>, fields: Fields) -> Answer {
    let kind = kind_of(&kind)?;
    match fields.text("id").parse::<PartId>() {
        Ok(id) => put(&asking, kind, None, id, fields).await,
        Err(_) => {
            let mistake = Mistake::new(
                "id",
                "IDは英数字と「.」「_」「-」の64文字以内です。",
                "An id is at most 64 of a-z, A-Z, 0-9, '.', '_' and '-'.",
                "Mã gồm tối đa 64 ký tự a-z, A-Z, 0-9, '.', '_' và '-'.",
            );
            form(&asking, kind, None, fields, Wrong::new(&mistake, asking.words())).await
        }
    }
}

/// `POST /organisation/{kind}/{id}`: another version of a part.
pub(crate) async fn change(asking: Asking, Path((kind, id)): Path<(String, String)>, fields: Fields) -> Answer {
    let kind = kind_of(&kind)?;
    let id: PartId = id.parse().map_err(|_| No::Missing)?;
    put(&asking, kind, Some(id.clone()), id, fields).await
}

async fn put(asking: &Asking, kind: PartKind, there: Option<PartId>, id: PartId, fields: Fields) -> Answer {
    let sheet: Sheet = Field::of(kind)
        .map(|field| (field.id.to_owned(), fields.all(field.id).collect::<Vec<_>>().join(" ")))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    let read = there.as_ref().and_then(|_| fields.maybe("version"));
    match put_over(&asking.desk, read, Edit { kind, id: id.clone(), sheet }).await {
        Ok(_) => Ok(Redirect::to(&href(kind, &id)).into_response()),
        Err(No::Mistake(mistake)) => {
            let mistake = if there.is_none() && mistake.field == "version" { taken() } else { *mistake };
            form(asking, kind, there, fields, Wrong::new(&mistake, asking.words())).await
        }
        Err(no) => Err(no.into()),
    }
}

fn taken() -> Mistake {
    Mistake::new("id", "このIDはすでに使われています。", "This id is taken.", "Mã này đã được dùng.")
}

async fn form(asking: &Asking, kind: PartKind, id: Option<PartId>, fields: Fields, wrong: Wrong) -> Answer {
    if !may(asking, OfficeAct::ChangeOrganisation) {
        return Err(No::Missing.into());
    }
    let w = asking.words();
    let roster = roster(asking.desk.office(), None).await?;
    let today = asking.desk.today();
    let inputs: Vec<Input> = Field::of(kind)
        .map(|field| {
            let text = fields.all(field.id).collect::<Vec<_>>().join(" ");
            let text = if field.id == "from" && text.is_empty() && id.is_none() { today.to_string() } else { text };
            Input::new(w, &roster, field, text, &wrong)
        })
        .collect();
    let known: Vec<&str> = Field::of(kind).map(|field| field.id).chain(["id"]).collect();
    let beside = wrong.beside(&known).map(str::to_owned);
    let status = if wrong.any().is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let label = kind.label().get(w.0);
    let (address, here, title) = match &id {
        Some(id) => (href(kind, id), format!("{}/edit", href(kind, id)), format!("{label} {id}")),
        None => (format!("/organisation/{kind}"), format!("/organisation/{kind}/new"), w.organisation_new(label)),
    };
    Ok(html(
        status,
        &EditPage {
            page: page(asking, title.clone()).at(here),
            list: (format!("/organisation/{kind}"), kind.heading(w.0)),
            address,
            title,
            is_new: id.is_none(),
            id: fields.text("id").to_owned(),
            id_wrong: wrong.with("id").map(str::to_owned),
            version: fields.text("version").to_owned(),
            inputs,
            wrong: beside,
        },
    ))
}

/// How a field is asked for.
struct Input {
    id: &'static str,
    label: &'static str,
    /// text, date, email, select or list.
    kind: &'static str,
    text: String,
    required: bool,
    hint: Option<&'static str>,
    options: Vec<(String, String, bool)>,
    wrong: Option<String>,
}

impl Input {
    fn new(w: Words, roster: &Roster, field: &'static Field, text: String, wrong: &Wrong) -> Self {
        let parts = |kind: PartKind| {
            let open = roster.parts(kind).filter(|part| part.until.is_none() || part.id.as_str() == text);
            let options = open.map(|part| {
                let name = if part.name() == part.id.as_str() {
                    part.id.to_string()
                } else {
                    format!("{} ({})", part.name(), part.id)
                };
                (part.id.to_string(), name, part.id.as_str() == text)
            });
            options.collect::<Vec<_>>()
        };
        let (kind, options) = match field.holds {
            Holds::Day => ("date", Vec::new()),
            Holds::Email => ("email", Vec::new()),
            Holds::Choice(choices) => {
                let options = choices
                    .iter()
                    .map(|(code, _)| ((*code).to_owned(), field.choice(code, w.0).to_owned(), *code == text));
                ("select", options.collect())
            }
            Holds::Part(kind) => {
                let mut options = parts(kind);
                if options.len() > MANY {
                    ("list", options)
                } else {
                    if !field.required {
                        options.insert(0, (String::new(), "–".into(), text.is_empty()));
                    }
                    ("select", options)
                }
            }
            _ => ("text", Vec::new()),
        };
        let hint = match field.holds {
            Holds::Parts(_) | Holds::Rows => Some(w.organisation_ids_hint()),
            Holds::Addresses => Some("192.0.2.7 192.0.2.0/24"),
            Holds::Country => Some("JP, VN, …"),
            _ => None,
        };
        Self {
            id: field.id,
            label: field.label(w.0),
            kind,
            required: field.required,
            hint,
            options,
            wrong: wrong.with(field.id).map(str::to_owned),
            text,
        }
    }
}

/// Choices beyond which somebody types rather than scrolls.
const MANY: usize = 60;

#[derive(Template)]
#[template(path = "organisation/edit.html")]
struct EditPage {
    page: Page,
    list: (String, &'static str),
    address: String,
    title: String,
    is_new: bool,
    id: String,
    id_wrong: Option<String>,
    version: String,
    inputs: Vec<Input>,
    wrong: Option<String>,
}
