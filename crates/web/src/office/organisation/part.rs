//! One part of the organisation: what is written about it, what is within it, its versions, and what can be done with it.

use access::organisation::{
    self, Field, Part, PartId, PartKind, ProjectState, Roster, Rules, all_still_out, assents, document_digest, roster,
    versions,
};
use access::{Mistake, No, OfficeAct};
use askama::Template;
use axum::extract::{Multipart, Path};
use axum::response::{IntoResponse, Redirect};

use super::{Line, Out, Version, href, kind_of, may, page, record, shown};
use crate::answer::{self, Answer};
use crate::form::Fields;
use crate::page::{Page, ok};
use crate::visit::Asking;
use crate::words::on;

/// `GET /organisation/{kind}/{id}`.
pub(crate) async fn view(asking: Asking, Path((kind, id)): Path<(String, String)>) -> Answer {
    let kind = kind_of(&kind)?;
    let id: PartId = id.parse().map_err(|_| No::Missing)?;
    let w = asking.words();
    let office = asking.desk.office();
    let today = asking.desk.today();
    let all = versions(office, kind, &id).await?;
    let part = all.first().ok_or(No::Missing)?;
    let roster = roster(office, None).await?;
    let facts = Field::of(kind)
        .map(|field| (field.label(w.0), shown(w, &roster, part, field)))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    let within = kind.within().and_then(|kind| {
        let of = roster.part(kind, &part.part("within")?)?;
        Some((href(kind, &of.id), of.name().to_owned()))
    });
    let below = PartKind::ALL.iter().filter(|other| other.within() == Some(kind)).filter_map(|other| {
        let inside = |one: &&Part| one.text("within") == part.id.as_str() && !one.has_ended(today);
        let lines: Vec<Line> =
            roster.parts(*other).filter(inside).map(|part| Line::new(w, &roster, part, today)).collect();
        (!lines.is_empty()).then(|| (other.heading(w.0), lines))
    });
    let rules = match kind {
        PartKind::Project => Some(RulesOf::read(&asking, &roster, part).await?),
        _ => None,
    };
    let out = match kind {
        PartKind::Staff => {
            let all = all_still_out(office, &roster, asking.desk.now(), today).await?;
            all.iter().filter(|one| one.staff == id).map(|one| Out::new(w, &roster, one)).collect()
        }
        _ => Vec::new(),
    };
    let change = may(&asking, OfficeAct::ChangeOrganisation);
    Ok(ok(&PartPage {
        page: page(&asking, part.name()),
        href: href(kind, &id),
        list: (format!("/organisation/{kind}"), kind.heading(w.0)),
        id: id.to_string(),
        name: part.name().to_owned(),
        over: part.until.filter(|_| part.has_ended(today)).map(|day| w.day(day)),
        facts,
        within,
        below: below.collect(),
        out,
        rules,
        versions: all.iter().map(|part| Version::new(&asking, part)).collect(),
        may_edit: change,
        may_end: change && part.until.is_none(),
        is_staff: kind == PartKind::Staff,
        today: today.to_string(),
    }))
}

/// `POST /organisation/{kind}/{id}/endings`: its last day; a staff member leaves.
pub(crate) async fn end(asking: Asking, Path((kind, id)): Path<(String, String)>, fields: Fields) -> Answer {
    let kind = kind_of(&kind)?;
    let id: PartId = id.parse().map_err(|_| No::Missing)?;
    let last = fields.day("until")?;
    match kind {
        PartKind::Staff => organisation::leave(&asking.desk, &id, last).await?,
        _ => organisation::end(&asking.desk, kind, &id, last).await?,
    };
    Ok(Redirect::to(&href(kind, &id)).into_response())
}

/// `POST /organisation/project/{id}/rules`: its rule sheet is approved, by the digest of the file. The file is not kept.
pub(crate) async fn approve(asking: Asking, Path(id): Path<String>, upload: Multipart) -> Answer {
    let id: PartId = id.parse().map_err(|_| No::Missing)?;
    let (name, bytes) = match super::file::receive(upload).await {
        Ok((_, Some(file))) => file,
        Ok((_, None)) => return Err(No::from(no_file()).into()),
        Err(why) => return Ok(answer::cut(why)),
    };
    organisation::approve_rules(&asking.desk, &id, document_digest(&bytes), &name).await?;
    Ok(Redirect::to(&href(PartKind::Project, &id)).into_response())
}

/// `POST /organisation/project/{id}/acknowledgements`: members have acknowledged it.
pub(crate) async fn acknowledge(asking: Asking, Path(id): Path<String>, fields: Fields) -> Answer {
    let id: PartId = id.parse().map_err(|_| No::Missing)?;
    let staff = fields.chosen_all::<PartId>("staff")?;
    organisation::acknowledge(&asking.desk, &id, &staff).await?;
    Ok(Redirect::to(&href(PartKind::Project, &id)).into_response())
}

fn no_file() -> Mistake {
    Mistake::new(
        "file",
        "規則書のファイルを選んでください。",
        "Choose the file of the rule sheet.",
        "Hãy chọn tệp bản quy tắc.",
    )
}

/// The rule sheet of a project.
struct RulesOf {
    /// Its name, the day of its approval, its entry and the page of that.
    approved: Option<(String, String, (String, String))>,
    /// Members with the day on which they acknowledged it.
    members: Vec<(String, String, Option<String>)>,
    left: usize,
    may_approve: bool,
    may_acknowledge: bool,
}

impl RulesOf {
    async fn read(asking: &Asking, roster: &Roster, part: &Part) -> Result<Self, No> {
        let w = asking.words();
        let day = |at| w.day(on(at, asking.desk.zone()));
        let rules = Rules::read(&assents(asking.desk.office(), None).await?);
        let sheet = rules.of(&part.id);
        let members: Vec<_> = roster
            .members(&part.id, asking.desk.today())
            .map(|staff| {
                let at = sheet.and_then(|sheet| sheet.acknowledged.get(&staff.id));
                (staff.id.to_string(), staff.name().to_owned(), at.map(|at| day(*at)))
            })
            .collect();
        let project = roster.projects.iter().find(|project| project.id == part.id);
        let open = project.is_some_and(|p| p.state != ProjectState::Closed && !p.has_ended(asking.desk.today()));
        let left = members.iter().filter(|(_, _, at)| at.is_none()).count();
        Ok(Self {
            approved: sheet
                .map(|sheet| (sheet.approval.note.clone(), day(sheet.approval.at), record(w, &sheet.approval))),
            may_approve: open && may(asking, OfficeAct::ApproveRules),
            may_acknowledge: open && left > 0 && sheet.is_some() && may(asking, OfficeAct::AcknowledgeRules),
            members,
            left,
        })
    }
}

#[derive(Template)]
#[template(path = "organisation/part.html")]
struct PartPage {
    page: Page,
    href: String,
    list: (String, &'static str),
    id: String,
    name: String,
    over: Option<String>,
    facts: Vec<(&'static str, String)>,
    within: Option<(String, String)>,
    below: Vec<(&'static str, Vec<Line>)>,
    out: Vec<Out>,
    rules: Option<RulesOf>,
    versions: Vec<Version>,
    may_edit: bool,
    may_end: bool,
    is_staff: bool,
    today: String,
}
