//! Users (RFC 7643, section 4.1): the staff.

use access::organisation::{Edit, Part, PartId, PartKind, Roster, Sheet, put_over, roster};
use access::{At, No};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use policy::normal::fold::key;
use serde_json::{Value as Json, json};

use super::patch::{Deed, Step, field, steps, whole};
use super::{Answer, Asked, Stop, bad, told, wanted};

pub(super) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(super) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Attributes of users that the standard has and this office does not keep.
const NOT_KEPT: &[&str] = &[
    "schemas",
    "id",
    "meta",
    "groups",
    "password",
    "nickname",
    "profileurl",
    "title",
    "preferredlanguage",
    "locale",
    "timezone",
    "phonenumbers",
    "ims",
    "photos",
    "addresses",
    "entitlements",
    "roles",
    "x509certificates",
    "manager",
    "costcenter",
    "organization",
    "division",
];

/// Whether somebody works here: a last day ends it, for a directory, with that day.
pub(super) fn is_active(part: &Part, today: Date) -> bool {
    part.until.is_none_or(|until| until > today)
}

/// Whether a directory sees somebody: who works here, and who was deactivated and not yet deleted.
fn is_seen(part: &Part, today: Date) -> bool {
    is_active(part, today) || !part.text("username").is_empty()
}

fn user_name(part: &Part) -> &str {
    let names = ["username", "login", "email"].map(|field| part.text(field));
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| part.id.as_str())
}

/// Somebody as the standard describes them.
fn resource(asked: &Asked, roster: &Roster, part: &Part) -> Json {
    let base = &asked.base;
    let department = part.part("within");
    let named = department.as_ref().map(|id| roster.name(PartKind::Department, id));
    let contractor = part.text("employment") == "contractor";
    let mut user = json!({
        "schemas": [USER, ENTERPRISE],
        "id": part.id.as_str(),
        "userName": user_name(part),
        "name": { "formatted": part.name() },
        "displayName": part.name(),
        "active": is_active(part, asked.caller.desk.today()),
        "userType": if contractor { "Contractor" } else { "Employee" },
        "groups": department.as_ref().map(|id| json!([{
            "value": id.as_str(), "display": named, "$ref": format!("{base}/Groups/{id}"),
        }])).unwrap_or_else(|| json!([])),
        ENTERPRISE: { "employeeNumber": part.id.as_str(), "department": named },
        "meta": {
            "resourceType": "User", "lastModified": At(part.changed_at), "location": format!("{base}/Users/{}", part.id),
            "version": format!("W/\"{}\"", part.version),
        },
    });
    if let Some(user) = user.as_object_mut() {
        if !part.text("external").is_empty() {
            user.insert("externalId".into(), part.text("external").into());
        }
        if !part.text("email").is_empty() {
            let emails = json!([{ "value": part.text("email"), "type": "work", "primary": true }]);
            user.insert("emails".into(), emails);
        }
    }
    user
}

pub(super) async fn all(asked: &Asked<'_>) -> Answer<Vec<Json>> {
    let roster = roster(asked.caller.desk.office(), None).await?;
    let today = asked.caller.desk.today();
    let seen = roster.parts(PartKind::Staff).filter(|part| is_seen(part, today));
    Ok(seen.map(|part| resource(asked, &roster, part)).collect())
}

async fn one(asked: &Asked<'_>, id: &str) -> Answer<(Roster, Part)> {
    let roster = roster(asked.caller.desk.office(), None).await?;
    let id: PartId = id.parse().map_err(|_| No::Missing)?;
    let part = roster.part(PartKind::Staff, &id).filter(|part| is_seen(part, asked.caller.desk.today()));
    let part = part.cloned().ok_or(No::Missing)?;
    Ok((roster, part))
}

pub(super) async fn show(asked: &Asked<'_>, id: &str) -> Answer<Response> {
    let (roster, part) = one(asked, id).await?;
    Ok(told(StatusCode::OK, &wanted(asked, resource(asked, &roster, &part))))
}

pub(super) async fn create(asked: &Asked<'_>, sent: &Json) -> Answer<Response> {
    let roster = roster(asked.caller.desk.office(), None).await?;
    let today = asked.caller.desk.today();
    let wish = Wish::read(&roster, Sheet::new(), &whole(sent, USER)?, Unknown::Ignored)?;
    let name = wish.sheet.get("username").cloned().unwrap_or_default();
    if name.is_empty() {
        return Err(bad("invalidValue", "userName must be given."));
    }
    let id = wish.number.unwrap_or_else(|| name.split('@').next().unwrap_or_default().to_owned());
    let id: PartId = id.parse().map_err(|_| {
        bad("invalidValue", "employeeNumber, or userName up to '@', is at most 64 of a-z, A-Z, 0-9, '.', '_' and '-'.")
    })?;
    let taken = |part: &Part| is_seen(part, today) && (part.id == id || key(user_name(part)) == key(&name));
    if roster.parts(PartKind::Staff).any(taken) {
        return Err(Stop::Told(
            StatusCode::CONFLICT,
            "uniqueness",
            "Somebody has this userName or employeeNumber.".into(),
        ));
    }
    let mut sheet = wish.sheet;
    sheet.entry("name".into()).or_insert_with(|| name.clone());
    if !sheet.contains_key("within") {
        let told = format!("{ENTERPRISE}:department must name a registered department.");
        return Err(bad("invalidValue", told));
    }
    if wish.active == Some(false) {
        sheet.insert("until".into(), today.to_string());
    }
    // Who was here before comes back under the number they had.
    let read = roster.part(PartKind::Staff, &id).map(|part| part.version);
    put_over(&asked.caller.desk, read, Edit { kind: PartKind::Staff, id: id.clone(), sheet }).await?;
    let (roster, part) = one(asked, id.as_str()).await?;
    Ok(told(StatusCode::CREATED, &resource(asked, &roster, &part)))
}

pub(super) async fn replace(asked: &Asked<'_>, id: &str, sent: &Json) -> Answer<Response> {
    let (roster, part) = one(asked, id).await?;
    let mut sheet = part.sheet.clone();
    // What a whole resource does not say is empty; a department and a name everybody has.
    for field in ["email", "external", "employment"] {
        sheet.remove(field);
    }
    let steps = whole(sent, USER)?;
    if field(sent, "userName").is_none() {
        return Err(bad("invalidValue", "userName must be given."));
    }
    let wish = Wish::read(&roster, sheet, &steps, Unknown::Ignored)?;
    write(asked, &roster, &part, wish).await
}

pub(super) async fn patch(asked: &Asked<'_>, id: &str, sent: &Json) -> Answer<Response> {
    let (roster, part) = one(asked, id).await?;
    let wish = Wish::read(&roster, part.sheet.clone(), &steps(sent)?, Unknown::Refused)?;
    write(asked, &roster, &part, wish).await
}

async fn write(asked: &Asked<'_>, roster: &Roster, part: &Part, wish: Wish) -> Answer<Response> {
    asked.still(part.version)?;
    let today = asked.caller.desk.today();
    if wish.number.as_ref().is_some_and(|number| number != part.id.as_str()) {
        return Err(bad("mutability", "employeeNumber is the id and cannot change."));
    }
    let mut sheet = wish.sheet;
    match wish.active {
        Some(false) if is_active(part, today) => drop(sheet.insert("until".into(), today.max(part.from).to_string())),
        Some(true) if !is_active(part, today) => drop(sheet.remove("until")),
        _ => {}
    }
    // Whom a directory manages keeps the name it knows them by.
    sheet.entry("username".into()).or_insert_with(|| user_name(part).to_owned());
    if sheet == part.sheet {
        return Ok(told(StatusCode::OK, &wanted(asked, resource(asked, roster, part))));
    }
    let edit = Edit { kind: PartKind::Staff, id: part.id.clone(), sheet };
    put_over(&asked.caller.desk, Some(part.version), edit).await?;
    let (roster, part) = one(asked, part.id.as_str()).await?;
    Ok(told(StatusCode::OK, &wanted(asked, resource(asked, &roster, &part))))
}

/// Whom a directory deletes has left; the register keeps that they were here.
pub(super) async fn remove(asked: &Asked<'_>, id: &str) -> Answer<Response> {
    let (_, part) = one(asked, id).await?;
    asked.still(part.version)?;
    let today = asked.caller.desk.today();
    let mut sheet = part.sheet.clone();
    if is_active(&part, today) {
        sheet.insert("until".into(), today.max(part.from).to_string());
    }
    for field in ["username", "external"] {
        sheet.remove(field);
    }
    if sheet != part.sheet {
        put_over(&asked.caller.desk, Some(part.version), Edit { kind: PartKind::Staff, id: part.id, sheet }).await?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What is done with an attribute nobody knows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unknown {
    Ignored,
    Refused,
}

/// What a directory wants of somebody.
struct Wish {
    sheet: Sheet,
    active: Option<bool>,
    number: Option<String>,
}

impl Wish {
    fn read(roster: &Roster, sheet: Sheet, steps: &[Step], unknown: Unknown) -> Answer<Self> {
        let mut wish = Self { sheet, active: None, number: None };
        let (mut shown, mut formatted) = (None, None);
        let (mut given, mut family) = (String::new(), String::new());
        for step in steps {
            match step.attribute() {
                "username" => {
                    let name = step.text()?;
                    if name.is_empty() {
                        return Err(bad("invalidValue", "userName must be given."));
                    }
                    wish.set("login", login(&name).unwrap_or_default());
                    wish.set("username", name);
                }
                "externalid" => wish.set("external", step.text()?),
                "displayname" => shown = Some(step.text()?),
                "name" => match step.path.get(1).map(String::as_str) {
                    Some("formatted") => formatted = Some(step.text()?),
                    Some("givenname") => given = step.text()?,
                    Some("familyname") => family = step.text()?,
                    None => {
                        let part =
                            |name: &str| field(&step.value, name).and_then(Json::as_str).unwrap_or_default().to_owned();
                        formatted = Some(part("formatted")).filter(|name| !name.is_empty());
                        (given, family) = (part("givenName"), part("familyName"));
                    }
                    Some(_) => {}
                },
                "active" if step.deed != Deed::Remove => wish.active = Some(step.yes()?),
                "emails" => {
                    let email = email(step)?;
                    wish.set("email", email);
                }
                "usertype" => {
                    let word = step.text()?.to_lowercase();
                    let outside = ["contract", "external", "vendor", "partner", "temp", "派遣", "委託"];
                    let contractor = outside.iter().any(|outside| word.contains(outside));
                    wish.set("employment", if contractor { "contractor".into() } else { String::new() });
                }
                "employeenumber" => wish.number = Some(step.text()?).filter(|number| !number.is_empty()),
                "department" => {
                    let text = step.text()?;
                    if !text.is_empty() {
                        let id = department(roster, &text)?;
                        wish.set("within", id.to_string());
                    }
                }
                other if NOT_KEPT.contains(&other) || other == "active" || unknown == Unknown::Ignored => {}
                _ => return Err(bad("invalidPath", "Users have no such attribute.")),
            }
        }
        let east = |text: &str| policy::normal::fold::is_east_asian(text);
        let both = match (given.is_empty(), family.is_empty()) {
            (false, false) if east(&family) => Some(format!("{family} {given}")),
            (false, false) => Some(format!("{given} {family}")),
            _ => None,
        };
        if let Some(name) = [shown, formatted, both].into_iter().flatten().find(|name| !name.is_empty()) {
            wish.set("name", name);
        }
        Ok(wish)
    }

    fn set(&mut self, field: &str, text: String) {
        if text.is_empty() {
            self.sheet.remove(field);
        } else {
            self.sheet.insert(field.to_owned(), text);
        }
    }
}

/// The login that a user name is, or its part up to '@'.
fn login(name: &str) -> Option<String> {
    let short = name.split('@').next().unwrap_or_default().to_lowercase();
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-');
    ((2..=40).contains(&short.len()) && short.bytes().all(good)).then_some(short)
}

/// The primary address, else the first.
fn email(step: &Step) -> Answer<String> {
    if step.deed == Deed::Remove {
        return Ok(String::new());
    }
    if let Json::Array(all) = &step.value {
        let primary = all.iter().find(|one| field(one, "primary") == Some(&Json::Bool(true))).or(all.first());
        let Some(primary) = primary else { return Ok(String::new()) };
        let text = field(primary, "value").unwrap_or(primary).as_str();
        return text.map(str::to_owned).ok_or_else(|| bad("invalidValue", "An address is a text."));
    }
    Ok(step.values()?.into_iter().next().unwrap_or_default())
}

/// The department of this id or name.
fn department(roster: &Roster, text: &str) -> Answer<PartId> {
    let is = |part: &&Part| part.until.is_none() && (part.id.as_str() == text || key(part.name()) == key(text));
    let found = roster.parts(PartKind::Department).find(is);
    found.map(|part| part.id.clone()).ok_or_else(|| bad("invalidValue", "No department has this id or name."))
}
