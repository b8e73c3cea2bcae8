//! What a directory may find out beforehand (RFC 7644, section 4): what is answered, which resources there are, what they hold.

use serde_json::{Value as Json, json};

use super::group::{DEPARTMENT, GROUP};
use super::user::{ENTERPRISE, USER};
use super::{Asked, MOST, PAGE};

const CONFIG: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/// `/ServiceProviderConfig`.
pub(super) fn config(asked: &Asked) -> Json {
    let no = json!({ "supported": false });
    json!({
        "schemas": [CONFIG],
        "patch": { "supported": true },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": MOST },
        "filter": { "supported": true, "maxResults": PAGE },
        "changePassword": no,
        "sort": no,
        "etag": { "supported": true },
        "authenticationSchemes": [{
            "type": "oauthbearertoken", "name": "Token of the office",
            "description": "A token made for organisation.read and organisation.change.", "primary": true,
        }],
        "meta": { "resourceType": "ServiceProviderConfig", "location": format!("{}/ServiceProviderConfig", asked.base) },
    })
}

/// `/ResourceTypes`.
pub(super) fn types(asked: &Asked) -> Vec<Json> {
    let one = |id: &str, endpoint: &str, schema: &str, extension: &str| {
        json!({
            "schemas": [TYPE], "id": id, "name": id, "endpoint": endpoint, "schema": schema,
            "schemaExtensions": [{ "schema": extension, "required": id == "User" }],
            "meta": { "resourceType": "ResourceType", "location": format!("{}/ResourceTypes/{id}", asked.base) },
        })
    };
    vec![one("User", "/Users", USER, ENTERPRISE), one("Group", "/Groups", GROUP, DEPARTMENT)]
}

/// `/Schemas`.
pub(super) fn schemas(asked: &Asked) -> Vec<Json> {
    let one = |id: &str, name: &str, attributes: Vec<Json>| {
        json!({
            "schemas": [SCHEMA], "id": id, "name": name, "description": name, "attributes": attributes,
            "meta": { "resourceType": "Schema", "location": format!("{}/Schemas/{id}", asked.base) },
        })
    };
    let email =
        vec![text("value", "Address"), text("type", "Kind of address"), yes("primary", "Whether it is the one used")];
    let group = vec![text("value", "Id of the group"), text("display", "Its name")];
    let member = vec![text("value", "Id of the user"), text("display", "Their name")];
    vec![
        one(
            USER,
            "User",
            vec![
                with(
                    text("userName", "Name in the directory; up to '@' it is the login"),
                    &[("required", true.into()), ("uniqueness", "server".into())],
                ),
                text("displayName", "Name shown to colleagues"),
                complex(
                    "name",
                    "Name",
                    vec![
                        text("formatted", "Full name"),
                        text("givenName", "Given name"),
                        text("familyName", "Family name"),
                    ],
                    false,
                ),
                yes("active", "Whether they work here; false ends their account at once"),
                complex("emails", "Addresses; the primary one is kept", email, true),
                text("userType", "Employee or Contractor"),
                text("externalId", "Id in the directory"),
                with(complex("groups", "Their department", group, true), &[("mutability", "readOnly".into())]),
            ],
        ),
        one(
            ENTERPRISE,
            "Enterprise user",
            vec![
                with(text("employeeNumber", "Employee number; it is the id"), &[("mutability", "immutable".into())]),
                with(text("department", "Their department, by id or name"), &[("required", true.into())]),
            ],
        ),
        one(
            GROUP,
            "Group",
            vec![
                with(text("displayName", "Name of the department"), &[("required", true.into())]),
                text("externalId", "Id in the directory"),
                complex("members", "Who works there", member, true),
            ],
        ),
        one(DEPARTMENT, "Department", vec![text("entity", "Legal entity it belongs to, by id")]),
    ]
}

fn attribute(name: &str, description: &str, kind: &str, many: bool) -> Json {
    json!({
        "name": name, "description": description, "type": kind, "multiValued": many, "required": false, "caseExact": false,
        "mutability": "readWrite", "returned": "default", "uniqueness": "none",
    })
}

fn text(name: &str, description: &str) -> Json {
    attribute(name, description, "string", false)
}

fn yes(name: &str, description: &str) -> Json {
    attribute(name, description, "boolean", false)
}

fn complex(name: &str, description: &str, parts: Vec<Json>, many: bool) -> Json {
    with(attribute(name, description, "complex", many), &[("subAttributes", Json::Array(parts))])
}

fn with(mut attribute: Json, more: &[(&str, Json)]) -> Json {
    if let Some(fields) = attribute.as_object_mut() {
        fields.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    }
    attribute
}
