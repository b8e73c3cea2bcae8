//! Groups (RFC 7643, section 4.2): the departments. A member of staff is always in one of them: who is added to one leaves the other.

use access::organisation::{Edit, Part, PartId, PartKind, Roster, end, id_of_name, put_all, roster};
use access::{At, No};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use policy::normal::fold::key;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

use super::patch::{Deed, Step, steps, whole};
use super::user::is_active;
use super::{Answer, Asked, Stop, bad, told, wanted};

pub(super) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub(super) const DEPARTMENT: &str = "urn:ietf:params:scim:schemas:extension:daicho:2.0:Group";

fn members<'a>(roster: &'a Roster, id: &'a PartId, today: Date) -> impl Iterator<Item = &'a Part> {
    roster.parts(PartKind::Staff).filter(move |part| part.text("within") == id.as_str() && is_active(part, today))
}

fn resource(asked: &Asked, roster: &Roster, part: &Part) -> Json {
    let base = &asked.base;
    let members = members(roster, &part.id, asked.caller.desk.today()).map(|staff| {
        json!({
            "value": staff.id.as_str(), "display": staff.name(), "type": "User", "$ref": format!("{base}/Users/{}", staff.id),
        })
    });
    let mut group = json!({
        "schemas": [GROUP, DEPARTMENT],
        "id": part.id.as_str(),
        "displayName": part.name(),
        "members": members.collect::<Vec<_>>(),
        DEPARTMENT: { "entity": part.text("within") },
        "meta": {
            "resourceType": "Group", "lastModified": At(part.changed_at), "location": format!("{base}/Groups/{}", part.id),
            "version": format!("W/\"{}\"", part.version),
        },
    });
    if let (Some(group), false) = (group.as_object_mut(), part.text("external").is_empty()) {
        group.insert("externalId".into(), part.text("external").into());
    }
    group
}

pub(super) async fn all(asked: &Asked<'_>) -> Answer<Vec<Json>> {
    let roster = roster(asked.caller.desk.office(), None).await?;
    let open = roster.parts(PartKind::Department).filter(|part| is_active(part, asked.caller.desk.today()));
    Ok(open.map(|part| resource(asked, &roster, part)).collect())
}

async fn one(asked: &Asked<'_>, id: &str) -> Answer<(Roster, Part)> {
    let roster = roster(asked.caller.desk.office(), None).await?;
    let id: PartId = id.parse().map_err(|_| No::Missing)?;
    let part = roster.part(PartKind::Department, &id).filter(|part| is_active(part, asked.caller.desk.today()));
    let part = part.cloned().ok_or(No::Missing)?;
    Ok((roster, part))
}

pub(super) async fn show(asked: &Asked<'_>, id: &str) -> Answer<Response> {
    let (roster, part) = one(asked, id).await?;
    Ok(told(StatusCode::OK, &wanted(asked, resource(asked, &roster, &part))))
}

pub(super) async fn create(asked: &Asked<'_>, sent: &Json) -> Answer<Response> {
    let roster = roster(asked.caller.desk.office(), None).await?;
    let wish = Wish::read(&whole(sent, GROUP)?)?;
    let name = wish.name.clone().filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| bad("invalidValue", "displayName must be given."))?;
    let id =
        id_of_name(PartKind::Department, &name).ok_or_else(|| bad("invalidValue", "displayName names nothing."))?;
    let taken = |part: &Part| part.until.is_none() && (part.id == id || key(part.name()) == key(&name));
    if roster.parts(PartKind::Department).any(taken) {
        return Err(Stop::Told(StatusCode::CONFLICT, "uniqueness", "A group has this displayName.".into()));
    }
    let mut open = roster.entities.iter().filter(|entity| entity.until.is_none());
    let entity = match (&wish.entity, open.next(), open.next()) {
        (Some(entity), ..) => entity.clone(),
        (None, Some(only), None) => only.id.to_string(),
        _ => return Err(bad("invalidValue", format!("{DEPARTMENT}:entity names the legal entity it belongs to."))),
    };
    let mut sheet: access::organisation::Sheet = [("name".to_owned(), name), ("within".to_owned(), entity)].into();
    if let Some(external) = wish.external.clone().filter(|external| !external.is_empty()) {
        sheet.insert("external".into(), external);
    }
    let mut edits = vec![Edit { kind: PartKind::Department, id: id.clone(), sheet }];
    edits.extend(moves(&roster, &id, &wish.added)?);
    put_all(&asked.caller.desk, &edits).await?;
    let (roster, part) = one(asked, id.as_str()).await?;
    Ok(told(StatusCode::CREATED, &resource(asked, &roster, &part)))
}

pub(super) async fn replace(asked: &Asked<'_>, id: &str, sent: &Json) -> Answer<Response> {
    let (roster, part) = one(asked, id).await?;
    let mut wish = Wish::read(&whole(sent, GROUP)?)?;
    wish.external.get_or_insert_default();
    if wish.name.as_ref().is_none_or(String::is_empty) {
        return Err(bad("invalidValue", "displayName must be given."));
    }
    if wish.listed {
        let today = asked.caller.desk.today();
        wish.removed = members(&roster, &part.id, today).map(|staff| staff.id.to_string()).collect();
        wish.removed.retain(|id| !wish.added.contains(id));
    }
    write(asked, &roster, &part, wish).await
}

pub(super) async fn patch(asked: &Asked<'_>, id: &str, sent: &Json) -> Answer<Response> {
    let (roster, part) = one(asked, id).await?;
    let wish = Wish::read(&steps(sent)?)?;
    write(asked, &roster, &part, wish).await
}

async fn write(asked: &Asked<'_>, roster: &Roster, part: &Part, wish: Wish) -> Answer<Response> {
    asked.still(part.version)?;
    let today = asked.caller.desk.today();
    if members(roster, &part.id, today).any(|staff| wish.removed.contains(staff.id.as_str())) {
        let told = "A user is always in one group: add them to another, and they leave this one.";
        return Err(bad("invalidValue", told));
    }
    let mut sheet = part.sheet.clone();
    for (field, text) in [("name", wish.name), ("external", wish.external), ("within", wish.entity)] {
        match text {
            Some(text) if text.is_empty() => drop(sheet.remove(field)),
            Some(text) => drop(sheet.insert(field.to_owned(), text)),
            None => {}
        }
    }
    let mut edits = moves(roster, &part.id, &wish.added)?;
    if sheet != part.sheet {
        edits.push(Edit { kind: PartKind::Department, id: part.id.clone(), sheet });
    }
    if !edits.is_empty() {
        put_all(&asked.caller.desk, &edits).await?;
    }
    let (roster, part) = one(asked, part.id.as_str()).await?;
    Ok(told(StatusCode::OK, &wanted(asked, resource(asked, &roster, &part))))
}

pub(super) async fn remove(asked: &Asked<'_>, id: &str) -> Answer<Response> {
    let (_, part) = one(asked, id).await?;
    asked.still(part.version)?;
    let today = asked.caller.desk.today();
    end(&asked.caller.desk, PartKind::Department, &part.id, today.max(part.from)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The edits that bring these users into the group; who is in it already is left out.
fn moves(roster: &Roster, group: &PartId, users: &BTreeSet<String>) -> Answer<Vec<Edit>> {
    let mut edits = Vec::new();
    for user in users {
        let id: PartId = user.parse().map_err(|_| bad("invalidValue", "A member is the id of a user."))?;
        let staff = roster.part(PartKind::Staff, &id);
        let staff = staff.ok_or_else(|| bad("invalidValue", "A member is the id of a user."))?;
        if staff.text("within") != group.as_str() {
            let mut sheet = staff.sheet.clone();
            sheet.insert("within".into(), group.to_string());
            edits.push(Edit { kind: PartKind::Staff, id, sheet });
        }
    }
    Ok(edits)
}

/// What a directory wants of a group.
#[derive(Default)]
struct Wish {
    name: Option<String>,
    external: Option<String>,
    entity: Option<String>,
    added: BTreeSet<String>,
    removed: BTreeSet<String>,
    /// Whether members were named at all.
    listed: bool,
}

impl Wish {
    fn read(steps: &[Step]) -> Answer<Self> {
        let mut wish = Self::default();
        for step in steps {
            match step.attribute() {
                "displayname" => wish.name = Some(step.text()?),
                "externalid" => wish.external = Some(step.text()?),
                "entity" => wish.entity = Some(step.text()?),
                "members" => {
                    wish.listed = true;
                    let mut users = step.values()?;
                    users.extend(step.which.iter().filter_map(|which| which.only("value")));
                    match step.deed {
                        Deed::Remove if users.is_empty() => {
                            return Err(bad("invalidValue", "Name the members that are removed."));
                        }
                        Deed::Remove => wish.removed.extend(users),
                        Deed::Set | Deed::Replace => wish.added.extend(users),
                    }
                }
                "schemas" | "id" | "meta" => {}
                _ => return Err(bad("invalidPath", "Groups have no such attribute.")),
            }
        }
        Ok(wish)
    }
}
