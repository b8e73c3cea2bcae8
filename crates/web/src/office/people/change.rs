//! What can be done with a person's information besides looking: correct, suspend, resume, disclose, erase, withdraw an erasure that
//! waits, note a milestone.

use access::No;
use access::names::{ElementId, PersonId, PurposeId, RowId, WorkId};
use askama::Template;
use axum::extract::Path;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect};
use duties::milestone;
use vault::Correct;

use super::{Desk, Task, short};
use crate::answer::{Answer, Refused};
use crate::form::{Fields, Wrong};
use crate::page::{Page, Place, html};
use crate::visit::Asking;
use crate::words::Words;

/// What can be done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    Correct,
    Suspend,
    Resume,
    Disclose,
    Erase,
    Withdraw,
    Milestone,
}

impl Deed {
    /// The last part of its address: the noun that is made.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Correct => "corrections",
            Self::Suspend => "suspensions",
            Self::Resume => "resumptions",
            Self::Disclose => "exports",
            Self::Erase => "erasures",
            Self::Withdraw => "withdrawals",
            Self::Milestone => "milestones",
        }
    }

    fn title(self, w: Words) -> &'static str {
        match self {
            Self::Correct => w.people_correct(),
            Self::Suspend => w.people_suspend(),
            Self::Resume => w.people_resume(),
            Self::Disclose => w.people_disclose(),
            Self::Erase => w.people_erase(),
            Self::Withdraw => w.people_withdraw(),
            Self::Milestone => w.people_milestone(),
        }
    }

    fn about(self, w: Words) -> &'static str {
        match self {
            Self::Correct => w.people_correct_about(),
            Self::Suspend => w.people_suspend_about(),
            Self::Resume => w.people_resume_about(),
            Self::Disclose => w.people_disclose_about(),
            Self::Erase => w.people_erase_about(),
            Self::Withdraw => w.people_withdraw_about(),
            Self::Milestone => w.people_milestone_about(),
        }
    }

    /// Whether it happens under a work record; the others have a purpose that the law itself orders.
    fn under_work(self) -> bool {
        matches!(self, Self::Correct | Self::Disclose)
    }
}

/// `GET` of the form of a deed.
pub(crate) async fn form(asking: Asking, person: String, deed: Deed) -> Answer {
    let person: PersonId = person.parse().map_err(|_| No::Missing)?;
    show(&asking, person, deed, &Fields::default(), StatusCode::OK, Wrong::default(), None).await
}

/// `POST`: the deed is done, or the form comes back with what is wrong or who refused.
pub(crate) async fn act(asking: Asking, person: String, deed: Deed, fields: Fields) -> Answer {
    let person: PersonId = person.parse().map_err(|_| No::Missing)?;
    let done = match deed {
        Deed::Disclose => return disclose(&asking, person, &fields).await,
        Deed::Correct => correct(&asking, person, &fields).await,
        Deed::Milestone => milestone::record(&asking.desk, person, fields.text("name")).await,
        Deed::Suspend | Deed::Resume | Deed::Erase | Deed::Withdraw => turn(&asking, person, deed, &fields).await,
    };
    match done {
        // Gone for good, or seen by the officer until then.
        Ok(_) if deed == Deed::Erase => {
            let waits = vault::kept(&asking.desk, person).await.is_ok();
            let to = if waits { format!("/people/{person}") } else { "/people".to_owned() };
            Ok(Redirect::to(&to).into_response())
        }
        Ok(entry) => Ok(Redirect::to(&format!("/people/{person}?done={entry}")).into_response()),
        Err(no) => again(&asking, person, deed, &fields, no).await,
    }
}

async fn correct(asking: &Asking, person: PersonId, fields: &Fields) -> Result<u64, No> {
    let (row, element) = place(fields)?;
    let (purpose, work) = task(asking, fields).await?;
    let value = fields.text("value").to_owned();
    let asked = Correct { person, row, element, value, purpose, work };
    Ok(vault::correct(&asking.state().vault, &asking.desk, asked).await?.entry)
}

async fn turn(asking: &Asking, person: PersonId, deed: Deed, fields: &Fields) -> Result<u64, No> {
    let (vault, desk) = (&asking.state().vault, &asking.desk);
    let purpose: PurposeId = fields.chosen("purpose")?;
    let done = match deed {
        Deed::Suspend => vault::suspend(vault, desk, person, purpose).await?,
        Deed::Resume => vault::resume(vault, desk, person, purpose).await?,
        Deed::Withdraw => vault::withdraw(vault, desk, person, purpose).await?,
        _ => {
            if !fields.has("sure", "yes") {
                return Err(sure());
            }
            return Ok(vault::erase(vault, desk, person, purpose).await?.entry);
        }
    };
    Ok(done.entry)
}

async fn disclose(asking: &Asking, person: PersonId, fields: &Fields) -> Answer {
    let done = async {
        let (purpose, work) = task(asking, fields).await?;
        vault::export_person(&asking.state().vault, &asking.desk, person, purpose, work).await
    };
    match done.await {
        Ok(exported) => {
            let mut response = exported.document.expose().clone().into_response();
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{person}.json\"")) {
                headers.insert(CONTENT_DISPOSITION, value);
            }
            Ok(response)
        }
        Err(no) => again(asking, person, Deed::Disclose, fields, no).await,
    }
}

async fn again(asking: &Asking, person: PersonId, deed: Deed, fields: &Fields, no: No) -> Answer {
    let w = asking.words();
    match no {
        No::Mistake(mut mistake) => {
            // The act names the element whose value does not fit; on this form that is the value.
            if deed == Deed::Correct && !matches!(mistake.field.as_str(), "place" | "work") {
                mistake.field = "value".to_owned();
            }
            let wrong = Wrong::new(&mistake, w);
            show(asking, person, deed, fields, StatusCode::UNPROCESSABLE_ENTITY, wrong, None).await
        }
        No::Refusal(refusal) => {
            let refused = Some(Refused::new(&refusal, asking.desk.policy().ok(), w));
            show(asking, person, deed, fields, StatusCode::FORBIDDEN, Wrong::default(), refused).await
        }
        no => Err(no.into()),
    }
}

/// The row and the element a correction is about, as the form sends them: `row/element`.
fn place(fields: &Fields) -> Result<(RowId, ElementId), No> {
    let (row, element) = fields.text("place").split_once('/').unwrap_or_default();
    let parts = Fields(vec![("place".to_owned(), row.to_owned())]);
    let row = parts.chosen("place")?;
    let parts = Fields(vec![("place".to_owned(), element.to_owned())]);
    Ok((row, parts.chosen("place")?))
}

/// The work record chosen in the form, with the purpose it fixes.
async fn task(asking: &Asking, fields: &Fields) -> Result<(PurposeId, Option<WorkId>), No> {
    let desk = Desk::read(asking).await?;
    let id: WorkId = fields.chosen("work")?;
    let one = desk.find(id).ok_or(No::Missing)?;
    Ok((one.purpose.clone(), Some(one.id)))
}

fn sure() -> No {
    access::Mistake::new(
        "sure",
        "確認のうえ、チェックを入れてください。",
        "Tick the box to say that you are sure.",
        "Hãy đánh dấu để xác nhận.",
    )
    .into()
}

async fn show(
    asking: &Asking,
    person: PersonId,
    deed: Deed,
    fields: &Fields,
    status: StatusCode,
    wrong: Wrong,
    refused: Option<Refused>,
) -> Answer {
    let w = asking.words();
    let desk = Desk::read(asking).await?;
    let kept = vault::kept(&asking.desk, person).await?;
    // While an erasure waits it can be withdrawn, and nothing else be done.
    if kept.waits.is_some() != (deed == Deed::Withdraw) {
        return Err(No::Missing.into());
    }
    let policy = asking.desk.policy()?;
    let label = |id: &ElementId| policy.element(id).map_or_else(|| id.to_string(), |e| e.label.get(w.0).to_owned());
    let places = kept
        .records
        .iter()
        .map(|record| {
            let known = |id: &&ElementId| policy.element(id).is_some();
            let held = record.elements.iter().filter(known);
            let options = held.map(|id| {
                let value = format!("{}/{id}", record.row);
                let chosen = fields.text("place") == value;
                (value, label(id), chosen)
            });
            (w.register_row_n(&record.row), options.collect())
        })
        .collect();
    let by_law = policy.purposes().iter().filter(|p| p.every_row);
    let purposes = by_law
        .map(|p| (p.id.to_string(), p.label.get(w.0).to_owned(), fields.text("purpose") == p.id.as_str()))
        .collect();
    let conditions = policy.purposes().iter().flat_map(|p| p.needs.values());
    let milestones = milestone::known(policy)
        .into_iter()
        .map(|name| {
            let told = conditions.clone().find(|c| c.milestone == name).map(|c| c.label.get(w.0).to_owned());
            let said = told.unwrap_or_else(|| trigger_label(w, &name).to_owned());
            let chosen = fields.text("name") == name;
            (name, said, chosen)
        })
        .collect();
    let href = format!("/people/{person}");
    let action = format!("{href}/{}", deed.path());
    Ok(html(
        status,
        &DeedPage {
            page: asking.page(Place::People, deed.title(w)).at(action.clone()),
            short: short(person),
            deed,
            about: deed.about(w),
            href,
            action,
            places,
            purposes,
            milestones,
            groups: desk.by_purpose(asking),
            value: fields.raw("value").to_owned(),
            records: kept.records.len(),
            hours: u32::from(policy.erasure().wait_hours),
            wrong,
            refused,
        },
    ))
}

/// What the event a retention term runs from is called.
fn trigger_label(w: Words, name: &str) -> &'static str {
    match name {
        "purpose-ended" => w.trigger_purpose_ended(),
        "contract-ended" => w.trigger_contract_ended(),
        "left" => w.trigger_left(),
        "decided" => w.trigger_decided(),
        _ => w.trigger_other(),
    }
}

macro_rules! deeds {
    ($($form:ident, $act:ident, $deed:ident;)*) => {$(
        pub(crate) async fn $form(asking: Asking, Path(person): Path<String>) -> Answer {
            form(asking, person, Deed::$deed).await
        }

        pub(crate) async fn $act(asking: Asking, Path(person): Path<String>, fields: Fields) -> Answer {
            act(asking, person, Deed::$deed, fields).await
        }
    )*};
}

deeds! {
    correct_form, correct_act, Correct;
    suspend_form, suspend_act, Suspend;
    resume_form, resume_act, Resume;
    disclose_form, disclose_act, Disclose;
    erase_form, erase_act, Erase;
    withdraw_form, withdraw_act, Withdraw;
    milestone_form, milestone_act, Milestone;
}

/// Something to choose: its value, its label, whether it is chosen.
type Choice = (String, String, bool);

#[derive(Template)]
#[template(path = "people/deed.html")]
struct DeedPage {
    page: Page,
    short: String,
    deed: Deed,
    about: &'static str,
    href: String,
    action: String,
    places: Vec<(String, Vec<Choice>)>,
    purposes: Vec<Choice>,
    milestones: Vec<Choice>,
    groups: Vec<(String, Vec<Task>)>,
    value: String,
    records: usize,
    /// How many hours an erasure waits.
    hours: u32,
    wrong: Wrong,
    refused: Option<Refused>,
}
