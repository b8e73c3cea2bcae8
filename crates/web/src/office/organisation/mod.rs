//! The organisation: legal entities, departments, sites, zones, projects, staff, cards, terminals, door readers. A part of the register.

use access::No;
use access::organisation::{
    self, Assent, AssentKind, Part, PartId, PartKind, Roster, StillOut, adopted, all_still_out, assents, roster,
};
use access::{OfficeAct, names::Moment};
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use jiff::civil::Date;

use crate::answer::Answer;
use crate::form::Asked;
use crate::page::{Page, Place, ok};
use crate::visit::Asking;
use crate::words::{Words, on};

pub(crate) mod edit;
pub(crate) mod file;
pub(crate) mod part;

/// Whose page shows the buttons of an act. The act decides again when it is pressed.
fn may(asking: &Asking, act: OfficeAct) -> bool {
    asking.desk.may(act)
}

/// The kind an address names.
fn kind_of(word: &str) -> Result<PartKind, No> {
    word.parse().map_err(|_| No::Missing)
}

fn page(asking: &Asking, title: impl Into<String>) -> Page {
    asking.page(Place::Register, title)
}

/// The page of a part.
fn href(kind: PartKind, id: &PartId) -> String {
    format!("/organisation/{kind}/{id}")
}

/// `GET /organisation`: what there is, who has not adopted the policy, what is still out.
pub(crate) async fn home(asking: Asking) -> Answer {
    let w = asking.words();
    let office = asking.desk.office();
    let today = asking.desk.today();
    let (roster, assents) = (roster(office, None).await?, assents(office, None).await?);
    let kinds = PartKind::ALL.iter().map(|kind| {
        let count = roster.parts(*kind).filter(|part| !part.has_ended(today)).count();
        (kind.heading(w.0), format!("/organisation/{kind}"), count)
    });
    let version = asking.desk.enacted().ok();
    let entities = roster.entities.iter().filter(|entity| entity.is_open(today)).map(|entity| {
        let adoption = version.and_then(|version| adopted(&assents, &entity.id, version.digest));
        let responsible = entity.responsible.as_ref().and_then(|id| roster.staff_member(id));
        Adoption {
            name: entity.name().to_owned(),
            href: href(PartKind::Entity, &entity.id),
            responsible: responsible.map(|staff| staff.name().to_owned()),
            adopted: adoption.map(|assent| (w.day(on(assent.at, asking.desk.zone())), record(w, assent))),
        }
    });
    let out = all_still_out(office, &roster, asking.desk.now(), today).await?;
    let review = assents.iter().rev().find(|assent| assent.kind == AssentKind::Zones);
    Ok(ok(&HomePage {
        kinds: kinds.collect(),
        entities: entities.collect(),
        version: version.map(|version| version.policy.version().to_owned()).unwrap_or_default(),
        out: out.iter().map(|one| Out::new(w, &roster, one)).collect(),
        reviewed: review.map(|assent| (w.day(on(assent.at, asking.desk.zone())), record(w, assent))),
        may_adopt: may(&asking, OfficeAct::AdoptPolicy),
        may_review: may(&asking, OfficeAct::ReviewZones) && !roster.zones.is_empty(),
        may_change: may(&asking, OfficeAct::ChangeOrganisation),
        page: page(&asking, w.organisation_title()),
    }))
}

/// The entry of an assent and its page.
fn record(w: Words, assent: &Assent) -> (String, String) {
    (w.entry(assent.entry), format!("/records/{}", assent.entry))
}

/// `POST /organisation/entity/{id}/adoptions`.
pub(crate) async fn adopt(asking: Asking, Path(id): Path<String>) -> Answer {
    let id: PartId = id.parse().map_err(|_| No::Missing)?;
    organisation::adopt(&asking.desk, &id).await?;
    Ok(Redirect::to("/organisation").into_response())
}

/// `POST /organisation/zone/reviews`.
pub(crate) async fn review(asking: Asking) -> Answer {
    organisation::review_zones(&asking.desk).await?;
    Ok(Redirect::to("/organisation").into_response())
}

/// `GET /organisation/{kind}`: every part of a kind.
pub(crate) async fn list(asking: Asking, Path(kind): Path<String>, Asked(asked): Asked) -> Answer {
    let kind = kind_of(&kind)?;
    let w = asking.words();
    let today = asking.desk.today();
    let roster = roster(asking.desk.office(), None).await?;
    let all = asked.has("view", "all");
    let parts = roster.parts(kind).filter(|part| all || !part.has_ended(today));
    let lines: Vec<Line> = parts.map(|part| Line::new(w, &roster, part, today)).collect();
    Ok(ok(&ListPage {
        page: page(&asking, kind.heading(w.0)),
        heading: kind.heading(w.0),
        code: kind.code(),
        within: kind.within().map(|kind| kind.label().get(w.0)),
        extra: extra(kind).map(|field| field.label(w.0)),
        lines,
        all,
        may_change: may(&asking, OfficeAct::ChangeOrganisation),
    }))
}

/// The field that a list shows besides what every part has.
fn extra(kind: PartKind) -> Option<&'static organisation::Field> {
    let field = match kind {
        PartKind::Entity => "country",
        PartKind::Department => "head",
        PartKind::Site => "address",
        PartKind::Zone => "level",
        PartKind::Project => "state",
        PartKind::Staff => "employment",
        PartKind::Card => "status",
        PartKind::Terminal => "holder",
        PartKind::Reader => "code",
    };
    organisation::Field::find(kind, field)
}

/// What a field says, for reading: names of parts instead of ids, words instead of codes.
fn shown(w: Words, roster: &Roster, part: &Part, field: &organisation::Field) -> String {
    use organisation::Holds;
    let text = part.text(field.id);
    match field.holds {
        Holds::Part(kind) | Holds::Parts(kind) => {
            let names = part.parts(field.id).into_iter().map(|id| roster.name(kind, &id).to_owned());
            names.collect::<Vec<_>>().join(w.comma())
        }
        // Where nothing is written, the first choice stands.
        Holds::Choice(choices) if text.is_empty() => {
            choices.first().map_or_else(String::new, |(code, _)| field.choice(code, w.0).to_owned())
        }
        Holds::Choice(_) => field.choice(text, w.0).to_owned(),
        Holds::Day => text.parse::<Date>().map_or_else(|_| text.to_owned(), |day| w.day(day)),
        _ => text.to_owned(),
    }
}

/// A legal entity and the version in force.
struct Adoption {
    name: String,
    href: String,
    responsible: Option<String>,
    adopted: Option<(String, (String, String))>,
}

/// Something that somebody who left still has.
struct Out {
    who: String,
    href: String,
    since: String,
    what: String,
    is_urgent: bool,
}

impl Out {
    fn new(w: Words, roster: &Roster, one: &StillOut) -> Self {
        Self {
            who: roster.name(PartKind::Staff, &one.staff).to_owned(),
            href: href(PartKind::Staff, &one.staff),
            since: w.day(one.since),
            what: one.what.told(roster).get(w.0).to_owned(),
            is_urgent: matches!(one.what, organisation::Out::Card { opens: true, .. } | organisation::Out::Account(_)),
        }
    }
}

/// A part as a line of a list.
struct Line {
    id: String,
    href: String,
    name: String,
    within: String,
    extra: String,
    from: String,
    until: Option<String>,
    is_over: bool,
}

impl Line {
    fn new(w: Words, roster: &Roster, part: &Part, today: Date) -> Self {
        let within =
            part.kind.within().and_then(|kind| part.part("within").map(|id| roster.name(kind, &id).to_owned()));
        Self {
            id: part.id.to_string(),
            href: href(part.kind, &part.id),
            name: part.name().to_owned(),
            within: within.unwrap_or_default(),
            extra: extra(part.kind).map(|field| shown(w, roster, part, field)).unwrap_or_default(),
            from: w.day(part.from),
            until: part.until.map(|day| w.day(day)),
            is_over: part.has_ended(today),
        }
    }
}

/// A version of a part.
struct Version {
    n: u32,
    day: String,
    entry: String,
    href: String,
}

impl Version {
    fn new(asking: &Asking, part: &Part) -> Self {
        let w = asking.words();
        let day = |at: Moment| w.short_day(on(at, asking.desk.zone()), asking.desk.today());
        Self {
            n: part.version,
            day: day(part.changed_at),
            entry: w.entry(part.entry),
            href: format!("/records/{}", part.entry),
        }
    }
}

#[derive(Template)]
#[template(path = "organisation/home.html")]
struct HomePage {
    page: Page,
    kinds: Vec<(&'static str, String, usize)>,
    version: String,
    entities: Vec<Adoption>,
    out: Vec<Out>,
    reviewed: Option<(String, (String, String))>,
    may_adopt: bool,
    may_review: bool,
    may_change: bool,
}

#[derive(Template)]
#[template(path = "organisation/list.html")]
struct ListPage {
    page: Page,
    heading: &'static str,
    code: &'static str,
    within: Option<&'static str>,
    extra: Option<&'static str>,
    lines: Vec<Line>,
    all: bool,
    may_change: bool,
}
