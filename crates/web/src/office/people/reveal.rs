//! Reveal: the one act. Some values of one person, for one purpose, under one work record; recorded before they are shown.

use access::names::{ElementId, PersonId, RowId, WorkId};
use access::{Mistake, No};
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use policy::Shape;
use std::collections::BTreeSet;
use vault::{Reveal, Revealed};

use super::Desk;
use super::held::{Beside, Opened, show};
use crate::answer::{Answer, Refused};
use crate::form::{Fields, Wrong};
use crate::office::work::purpose_label;
use crate::visit::Asking;

/// `POST /people/{person}/reveals`.
pub(crate) async fn reveal(asking: Asking, Path(person): Path<String>, fields: Fields) -> Answer {
    let person: PersonId = person.parse().map_err(|_| No::Missing)?;
    let row: RowId = fields.chosen("row")?;
    let ticked: BTreeSet<(String, String)> = fields.all("element").map(|e| (row.to_string(), e.to_owned())).collect();
    match open(&asking, person, &row, &fields).await {
        Ok((revealed, work)) => {
            let closes_at = revealed.closes_at;
            let opened = opened(&asking, &row, revealed, &work);
            let mut response = show(&asking, person, StatusCode::OK, opened).await?;
            close(&mut response, person, (closes_at.0 - asking.desk.now().0) / 1000);
            Ok(response)
        }
        Err(No::Refusal(refusal)) => {
            let refused = Refused::new(&refusal, asking.desk.policy().ok(), asking.words());
            let opened = Opened { refused: Some((row.to_string(), refused)), ticked, ..Opened::default() };
            show(&asking, person, StatusCode::FORBIDDEN, opened).await
        }
        Err(No::Mistake(mistake)) => {
            let wrong = Wrong::new(&mistake, asking.words());
            let opened = Opened { wrong: Some((row.to_string(), wrong)), ticked, ..Opened::default() };
            show(&asking, person, StatusCode::UNPROCESSABLE_ENTITY, opened).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn open(
    asking: &Asking,
    person: PersonId,
    row: &RowId,
    fields: &Fields,
) -> Result<(Revealed, access::work::Work), No> {
    let desk = Desk::read(asking).await?;
    let work = match fields.some("work") {
        Some(_) => desk.find(fields.chosen::<WorkId>("work")?),
        None => desk.chosen.as_ref(),
    };
    let work = work.ok_or_else(choose_work)?.clone();
    if asking.session.work != Some(work.id) {
        asking.work_on(Some(work.id)).await?;
    }
    let elements = if fields.has("open", "name") {
        names(asking, person, row).await?
    } else {
        fields.chosen_all::<ElementId>("element")?
    };
    let asked = Reveal { person, row: row.clone(), elements, purpose: work.purpose.clone(), work: Some(work.id) };
    let revealed = vault::reveal(&asking.state().vault, &asking.desk, asked).await?;
    Ok((revealed, work))
}

fn choose_work() -> No {
    Mistake::new(
        "work",
        "進行中の作業記録から選んでください。",
        "Choose one of your open work records.",
        "Hãy chọn một hồ sơ công việc đang mở của bạn.",
    )
    .into()
}

/// The names held under a row: what a hit of a search leads to.
async fn names(asking: &Asking, person: PersonId, row: &RowId) -> Result<Vec<ElementId>, No> {
    let kept = vault::kept(&asking.desk, person).await?;
    let policy = asking.desk.policy()?;
    let is_name = |id: &ElementId| policy.element(id).is_some_and(|e| e.shape == Shape::Name);
    let record = kept.records.into_iter().find(|r| r.row == *row).ok_or(No::Missing)?;
    Ok(record.elements.into_iter().filter(is_name).collect())
}

fn opened(asking: &Asking, row: &RowId, revealed: Revealed, work: &access::work::Work) -> Opened {
    let w = asking.words();
    let beside = Beside {
        purpose: purpose_label(asking, &work.purpose),
        work: work.code.clone(),
        entry: w.entry(revealed.entry),
        entry_href: format!("/records/{}", revealed.entry),
        closes: w.time(revealed.closes_at, asking.desk.zone()),
        millis: revealed.closes_at.0.saturating_sub(asking.desk.now().0),
    };
    let values =
        revealed.values.into_iter().map(|(id, value)| ((row.to_string(), id.to_string()), value.expose().clone()));
    Opened { values: values.collect(), beside: Some(beside), ..Opened::default() }
}

/// The page closes by itself, with or without script.
fn close(response: &mut Response, person: PersonId, seconds: i64) {
    if let Ok(value) = HeaderValue::from_str(&format!("{}; url=/people/{person}", seconds.max(1))) {
        response.headers_mut().insert("refresh", value);
    }
}
