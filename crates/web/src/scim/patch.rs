//! What a directory sends of a resource, as attributes that are set or taken away: a whole resource, or PATCH (RFC 7644, section 3.5.2).

use serde_json::Value as Json;

use super::filter::{Filter, parts, read};
use super::{Answer, bad};

/// What is done to an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// Its value is added, or takes the place of what it was.
    Set,
    /// Its value takes the place of all it was.
    Replace,
    /// It is taken away, or what is named of it.
    Remove,
}

/// One change of an attribute.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) deed: Deed,
    /// The attribute, in small letters, and the part of it.
    pub(super) path: Vec<String>,
    /// Which of several values.
    pub(super) which: Option<Filter>,
    pub(super) value: Json,
}

const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// Operations of one request at most.
const MOST: usize = 1_000;

/// The steps of a PATCH.
pub(super) fn steps(sent: &Json) -> Answer<Vec<Step>> {
    speaks(sent, PATCH)?;
    let operations = field(sent, "operations").and_then(Json::as_array);
    let operations = operations
        .filter(|all| !all.is_empty())
        .ok_or_else(|| bad("invalidSyntax", "Operations is a list of operations."))?;
    if operations.len() > MOST {
        return Err(bad("tooMany", "A request has at most 1,000 operations."));
    }
    let mut steps = Vec::new();
    for operation in operations {
        let word = field(operation, "op").and_then(Json::as_str).unwrap_or_default().to_ascii_lowercase();
        let deed = match word.as_str() {
            "add" => Deed::Set,
            "replace" => Deed::Replace,
            "remove" => Deed::Remove,
            _ => return Err(bad("invalidSyntax", "op is add, replace or remove.")),
        };
        let value = field(operation, "value").cloned().unwrap_or(Json::Null);
        match field(operation, "path") {
            Some(Json::String(path)) => steps.push(step(deed, path, value)?),
            Some(_) => return Err(bad("invalidPath", "A path is a text.")),
            None if deed == Deed::Remove => return Err(bad("noTarget", "What is removed is named by a path.")),
            None => within(deed, &value, &mut steps)?,
        }
    }
    Ok(steps)
}

/// The attributes of a whole resource.
pub(super) fn whole(sent: &Json, schema: &str) -> Answer<Vec<Step>> {
    speaks(sent, schema)?;
    let mut steps = Vec::new();
    within(Deed::Replace, sent, &mut steps)?;
    Ok(steps)
}

/// Every attribute of an object as a step; those of an extension without its schema.
fn within(deed: Deed, value: &Json, steps: &mut Vec<Step>) -> Answer<()> {
    let Json::Object(fields) = value else { return Err(bad("invalidValue", "Without a path the value is an object.")) };
    for (name, value) in fields {
        let extension = name.to_ascii_lowercase().starts_with("urn:");
        match value {
            Json::Object(_) if extension => within(deed, value, steps)?,
            Json::Object(inner) if name.eq_ignore_ascii_case("name") => {
                let of = inner.iter().map(|(part, value)| Step {
                    deed,
                    path: vec!["name".into(), part.to_ascii_lowercase()],
                    which: None,
                    value: value.clone(),
                });
                steps.extend(of);
            }
            _ => steps.push(step(deed, name, value.clone())?),
        }
    }
    Ok(())
}

fn step(deed: Deed, path: &str, value: Json) -> Answer<Step> {
    let wrong = || bad("invalidPath", "That is no path of an attribute.");
    if path.is_empty() || path.len() > 500 {
        return Err(wrong());
    }
    let Some((before, rest)) = path.split_once('[') else {
        return Ok(Step { deed, path: parts(path), which: None, value });
    };
    let (filter, after) = rest.rsplit_once(']').ok_or_else(wrong)?;
    let mut path = parts(before);
    match after.strip_prefix('.') {
        Some(part) => path.push(part.to_ascii_lowercase()),
        None if after.is_empty() => {}
        None => return Err(wrong()),
    }
    Ok(Step { deed, path, which: Some(read(filter)?), value })
}

/// Whether what was sent says that it is of this schema.
fn speaks(sent: &Json, schema: &str) -> Answer<()> {
    let schemas = field(sent, "schemas").and_then(Json::as_array);
    let says =
        schemas.is_some_and(|all| all.iter().filter_map(Json::as_str).any(|one| one.eq_ignore_ascii_case(schema)));
    if says { Ok(()) } else { Err(bad("invalidSyntax", format!("schemas names {schema}."))) }
}

/// A field of an object; the standard's names are the same in small and capital letters.
pub(super) fn field<'a>(of: &'a Json, name: &str) -> Option<&'a Json> {
    of.as_object()?.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

impl Step {
    /// The first part of the path.
    pub(super) fn attribute(&self) -> &str {
        self.path.first().map_or("", String::as_str)
    }

    /// The value as a text; empty where it is taken away.
    pub(super) fn text(&self) -> Answer<String> {
        match (&self.value, self.deed) {
            (_, Deed::Remove) | (Json::Null, _) => Ok(String::new()),
            (Json::String(text), _) => Ok(text.trim().to_owned()),
            (Json::Number(number), _) => Ok(number.to_string()),
            _ => Err(bad("invalidValue", "This attribute is a text.")),
        }
    }

    /// The value as yes or no; some directories send words.
    pub(super) fn yes(&self) -> Answer<bool> {
        match &self.value {
            Json::Bool(yes) => Ok(*yes),
            Json::String(word) if word.eq_ignore_ascii_case("true") => Ok(true),
            Json::String(word) if word.eq_ignore_ascii_case("false") => Ok(false),
            _ => Err(bad("invalidValue", "This attribute is true or false.")),
        }
    }

    /// The values of an attribute that has several, or their `value`.
    pub(super) fn values(&self) -> Answer<Vec<String>> {
        let one = |value: &Json| {
            let text = field(value, "value").unwrap_or(value).as_str().map(str::to_owned);
            text.ok_or_else(|| bad("invalidValue", "Each value has a 'value' that is a text."))
        };
        match &self.value {
            Json::Null => Ok(Vec::new()),
            Json::Array(all) => all.iter().map(one).collect(),
            other => Ok(vec![one(other)?]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn patch(operations: Json) -> Answer<Vec<Step>> {
        steps(&json!({ "schemas": [PATCH], "Operations": operations }))
    }

    #[test]
    fn a_patch_is_read_step_by_step() {
        let read = patch(json!([
            { "op": "Replace", "path": "active", "value": "False" },
            { "op": "add", "value": { "displayName": "Mori", "name": { "formatted": "Mori Aya" },
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "HR" } } },
            { "op": "replace", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "Dev" },
            { "op": "replace", "path": "emails[type eq \"work\"].value", "value": "m@example.com" },
            { "op": "remove", "path": "members[value eq \"E1\"]" },
        ]))
        .unwrap();
        let paths: Vec<String> = read.iter().map(|step| step.path.join(".")).collect();
        let expected =
            ["active", "displayname", "name.formatted", "department", "department", "emails.value", "members"];
        let sorted = |mut all: Vec<String>| {
            all.sort();
            all
        };
        assert_eq!(sorted(paths), sorted(expected.map(str::to_owned).to_vec()));
        assert!(!read[0].yes().unwrap());
    }

    #[test]
    fn what_is_no_patch_is_refused() {
        for wrong in [
            json!([]),
            json!([{ "op": "move", "path": "active" }]),
            json!([{ "op": "remove" }]),
            json!([{ "op": "add", "value": 7 }]),
            json!([{ "op": "add", "path": 7 }]),
            json!([{ "op": "add", "path": "" }]),
            json!([{ "op": "add", "path": "members[value eq \"a\"", "value": 1 }]),
            json!([{ "op": "add", "path": "members[value co \"a\"]", "value": 1 }]),
            json!([{ "op": "add", "path": "members[value eq \"a\"]x", "value": 1 }]),
            json!("replace"),
        ] {
            assert!(patch(wrong.clone()).is_err(), "{wrong}");
        }
        assert!(steps(&json!({ "Operations": [{ "op": "add", "path": "active", "value": true }] })).is_err());
    }
}
