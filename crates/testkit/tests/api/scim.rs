//! A directory keeps staff and departments in step by SCIM 2.0, and hears of every mistake by the error schema.

use super::client::{Api, Reply, Who};
use access::organisation::{Edit, PartKind, put_all, roster};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use testkit::both::on_both;

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

async fn ask(api: &Api, who: Who, method: &str, path: &str, body: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::builder().method(method).uri(format!("/scim/v2{path}")).header("host", "office.test");
    if let Some(token) = api.token(who) {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    if !headers.iter().any(|(name, _)| *name == "content-type") {
        request = request.header("content-type", "application/scim+json");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    api.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

async fn send(api: &Api, method: &str, path: &str, body: &Value) -> Reply {
    ask(api, Who::Officer, method, path, &body.to_string(), &[]).await
}

async fn get(api: &Api, path: &str) -> Value {
    let reply = ask(api, Who::Officer, "GET", path, "", &[]).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    assert!(reply.header("content-type").starts_with("application/scim+json"));
    reply.json()
}

/// The error schema, with this status and `scimType`.
#[track_caller]
fn error(reply: &Reply, status: u16, kind: &str) -> Value {
    assert_eq!(reply.status.as_u16(), status, "{}", reply.text());
    let body = reply.json();
    assert_eq!(body["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error", "{body}");
    assert_eq!(body["status"], status.to_string());
    assert_eq!(body["scimType"].as_str().unwrap_or(""), kind, "{body}");
    assert!(!body["detail"].as_str().unwrap().is_empty());
    body
}

async fn office(ground: &testkit::both::Ground) -> Api {
    let api = Api::open(ground).await;
    let part = |kind: PartKind, id: &str, fields: &[(&str, &str)]| Edit {
        kind,
        id: id.parse().unwrap(),
        sheet: fields.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect(),
    };
    let parts = [
        part(PartKind::Entity, "hanoi", &[("name", "Kawasora"), ("country", "VN")]),
        part(PartKind::Department, "hr", &[("name", "人事部"), ("within", "hanoi")]),
        part(PartKind::Department, "dev", &[("name", "Development"), ("within", "hanoi")]),
    ];
    put_all(&api.house.desk_of(&api.house.officer, 0), &parts).await.unwrap();
    api
}

fn lan() -> Value {
    json!({
        "schemas": [USER, ENTERPRISE], "userName": "Lan@example.com", "externalId": "00u1",
        "name": { "givenName": "Lan", "familyName": "Trần" }, "emails": [{ "value": "lan@example.com", "primary": true }],
        "active": true, "title": "is not kept", ENTERPRISE: { "employeeNumber": "E001", "department": "人事部" },
    })
}

fn patch(operations: Value) -> Value {
    json!({ "schemas": [PATCH], "Operations": operations })
}

#[test]
fn users_are_made_found_changed_deactivated_and_deleted() {
    on_both(async |ground| {
        let api = office(&ground).await;
        let made = send(&api, "POST", "/Users", &lan()).await;
        assert_eq!(made.status, 201, "{}", made.text());
        assert!(made.header("location").ends_with("/scim/v2/Users/E001"));
        assert_eq!(made.header("etag"), "W/\"1\"");
        let user = made.json();
        assert_eq!(
            (&user["id"], &user["displayName"], &user["active"]),
            (&json!("E001"), &json!("Lan Trần"), &json!(true))
        );
        assert_eq!((&user["userName"], &user["externalId"]), (&json!("Lan@example.com"), &json!("00u1")));
        assert_eq!((&user["groups"][0]["value"], &user[ENTERPRISE]["department"]), (&json!("hr"), &json!("人事部")));
        error(&send(&api, "POST", "/Users", &lan()).await, 409, "uniqueness");
        // Found as directories look, by any case of the name.
        let found = get(&api, "/Users?filter=userName%20eq%20%22lan@EXAMPLE.com%22").await;
        assert_eq!((&found["totalResults"], &found["Resources"][0]["id"]), (&json!(1), &json!("E001")));
        assert_eq!(get(&api, "/Users?filter=externalId+eq+%22nobody%22").await["totalResults"], 0);
        let few = get(&api, "/Users?attributes=userName&count=1&startIndex=1").await;
        assert!(few["Resources"][0].get("displayName").is_none() && few["Resources"][0].get("id").is_some());
        assert_eq!(get(&api, "/Users?startIndex=2").await["Resources"], json!([]));
        // A mover, then a leaver: the account of this login ends with the day.
        let moved =
            patch(json!([{ "op": "Replace", "path": format!("{ENTERPRISE}:department"), "value": "Development" }]));
        let moved = send(&api, "PATCH", "/Users/E001", &moved).await;
        assert_eq!(
            (moved.status.as_u16(), &moved.json()["groups"][0]["value"]),
            (200, &json!("dev")),
            "{}",
            moved.text()
        );
        let left = patch(json!([{ "op": "replace", "value": { "active": "False" } }]));
        let left = send(&api, "PATCH", "/Users/E001", &left).await;
        assert_eq!(left.json()["active"], false, "{}", left.text());
        let accounts = access::actor::list(&api.house.office).await.unwrap();
        assert!(accounts.iter().find(|a| a.actor.login == "lan").unwrap().revoked_at.is_some(), "{}", ground.name);
        assert_eq!(get(&api, "/Users/E001").await["active"], false, "deactivated is not deleted");
        // Back again, and deleted: gone for the directory, kept in the register.
        let back = patch(json!([{ "op": "replace", "path": "active", "value": true }]));
        assert_eq!(send(&api, "PATCH", "/Users/E001", &back).await.json()["active"], true);
        assert_eq!(send(&api, "DELETE", "/Users/E001", &json!({})).await.status, 204);
        error(&ask(&api, Who::Officer, "GET", "/Users/E001", "", &[]).await, 404, "");
        let kept = roster(&api.house.office, None).await.unwrap();
        assert!(kept.staff.iter().any(|staff| staff.id.as_str() == "E001" && staff.until.is_some()));
        assert_eq!(send(&api, "POST", "/Users", &lan()).await.status, 201, "who left may come back");
    });
}

#[test]
fn a_whole_resource_takes_the_place_of_what_was_and_a_version_is_minded() {
    on_both(async |ground| {
        let api = office(&ground).await;
        send(&api, "POST", "/Users", &lan()).await;
        let mut user = lan();
        user["emails"] = json!([]);
        user["displayName"] = json!("Lan T.");
        user["userType"] = json!("External contractor");
        let put = send(&api, "PUT", "/Users/E001", &user).await.json();
        assert_eq!(
            (&put["displayName"], put.get("emails"), &put["userType"]),
            (&json!("Lan T."), None, &json!("Contractor"))
        );
        let body = patch(json!([{ "op": "replace", "path": "displayName", "value": "X" }])).to_string();
        let stale = ask(&api, Who::Officer, "PATCH", "/Users/E001", &body, &[("if-match", "W/\"1\"")]).await;
        error(&stale, 412, "");
        let fresh = ask(&api, Who::Officer, "PATCH", "/Users/E001", &body, &[("if-match", "W/\"2\"")]).await;
        assert_eq!(fresh.json()["displayName"], "X");
        let number =
            patch(json!([{ "op": "replace", "path": format!("{ENTERPRISE}:employeeNumber"), "value": "E002" }]));
        error(&send(&api, "PATCH", "/Users/E001", &number).await, 400, "mutability");
    });
}

#[test]
fn groups_are_departments_and_members_move() {
    on_both(async |ground| {
        let api = office(&ground).await;
        send(&api, "POST", "/Users", &lan()).await;
        let made = send(
            &api,
            "POST",
            "/Groups",
            &json!({ "schemas": [GROUP], "displayName": "Legal", "members": [{ "value": "E001" }] }),
        )
        .await;
        assert_eq!(made.status, 201, "{}", made.text());
        let group = made.json();
        assert_eq!((&group["id"], &group["members"][0]["value"]), (&json!("legal"), &json!("E001")));
        assert_eq!(get(&api, "/Users/E001").await["groups"][0]["display"], "Legal");
        error(
            &send(&api, "POST", "/Groups", &json!({ "schemas": [GROUP], "displayName": "LEGAL" })).await,
            409,
            "uniqueness",
        );
        let added = patch(json!([{ "op": "add", "path": "members", "value": [{ "value": "E001" }] }]));
        assert_eq!(
            send(&api, "PATCH", "/Groups/dev", &added).await.json()["members"][0]["value"],
            "E001",
            "{}",
            ground.name
        );
        assert_eq!(get(&api, "/Groups/legal?excludedAttributes=members").await.get("members"), None);
        // Somebody is always in a department.
        let removed = patch(json!([{ "op": "remove", "path": "members[value eq \"E001\"]" }]));
        error(&send(&api, "PATCH", "/Groups/dev", &removed).await, 400, "invalidValue");
        assert_eq!(
            send(&api, "PATCH", "/Groups/legal", &removed).await.status,
            200,
            "who is not there is removed already"
        );
        error(&send(&api, "DELETE", "/Groups/dev", &json!({})).await, 400, "invalidValue");
        assert_eq!(send(&api, "DELETE", "/Groups/legal", &json!({})).await.status, 204);
        let named = patch(json!([{ "op": "replace", "value": { "displayName": "Engineering" } }]));
        assert_eq!(send(&api, "PATCH", "/Groups/dev", &named).await.json()["displayName"], "Engineering");
        error(
            &send(
                &api,
                "PATCH",
                "/Groups/dev",
                &patch(json!([{ "op": "add", "path": "members", "value": [{ "value": "E9" }] }])),
            )
            .await,
            400,
            "invalidValue",
        );
    });
}

#[test]
fn what_is_malformed_is_answered_by_the_error_schema_and_repeats_nothing() {
    on_both(async |ground| {
        let api = office(&ground).await;
        send(&api, "POST", "/Users", &lan()).await;
        let raw = async |method: &str, path: &str, body: &str| ask(&api, Who::Officer, method, path, body, &[]).await;
        for body in ["", "{", "[]", "\"x\"", "{\"schemas\":[]}", "{\"schemas\":[\"urn:secret\"],\"userName\":\"x\"}"] {
            let told = error(&raw("POST", "/Users", body).await, 400, "invalidSyntax");
            assert!(!told.to_string().contains("secret"));
        }
        let deep = format!("{{\"schemas\":[\"{USER}\"],\"userName\":{}1{}}}", "[".repeat(500), "]".repeat(500));
        error(&raw("POST", "/Users", &deep).await, 400, "invalidSyntax");
        for (user, kind) in [
            (json!({ "schemas": [USER] }), "invalidValue"),
            (json!({ "schemas": [USER], "userName": { "a": 1 } }), "invalidValue"),
            (json!({ "schemas": [USER], "userName": "new" }), "invalidValue"),
            (json!({ "schemas": [USER], "userName": "new", ENTERPRISE: { "department": "nowhere" } }), "invalidValue"),
            (json!({ "schemas": [USER], "userName": "山田", ENTERPRISE: { "department": "hr" } }), "invalidValue"),
            (
                json!({ "schemas": [USER], "userName": "new", "displayName": "=cmd()", ENTERPRISE: { "department": "hr" } }),
                "invalidValue",
            ),
            (
                json!({ "schemas": [USER], "userName": "new", "active": "perhaps", ENTERPRISE: { "department": "hr" } }),
                "invalidValue",
            ),
            (
                json!({ "schemas": [USER], "userName": "new", "emails": [{ "value": 7 }], ENTERPRISE: { "department": "hr" } }),
                "invalidValue",
            ),
        ] {
            let told = error(&send(&api, "POST", "/Users", &user).await, 400, kind);
            assert!(!told.to_string().contains("nowhere") && !told.to_string().contains("cmd"), "{told}");
        }
        for (operations, kind) in [
            (json!([]), "invalidSyntax"),
            (json!([{ "op": "copy", "path": "active", "value": true }]), "invalidSyntax"),
            (json!([{ "op": "remove" }]), "noTarget"),
            (json!([{ "op": "add", "path": "shoeSize", "value": 42 }]), "invalidPath"),
            (json!([{ "op": "add", "path": "emails[", "value": 42 }]), "invalidPath"),
            (json!([{ "op": "replace", "path": "active", "value": "maybe" }]), "invalidValue"),
        ] {
            error(&send(&api, "PATCH", "/Users/E001", &patch(operations)).await, 400, kind);
        }
        for filter in ["userName", "userName%20sw%20%22a%22", "(a%20eq%201)", "a%20eq%20%22b"] {
            error(&raw("GET", &format!("/Users?filter={filter}"), "").await, 400, "invalidFilter");
        }
        error(&raw("GET", "/Users?count=many", "").await, 400, "invalidValue");
        for nothing in ["/Users/nobody", "/Users/no%20id", "/Robots", "/Users/E001/x", "", "/Schemas/urn:x"] {
            error(&raw("GET", nothing, "").await, 404, "");
        }
        error(&raw("POST", "/ServiceProviderConfig", "{}").await, 405, "");
        let xml = ask(&api, Who::Officer, "POST", "/Users", "<a/>", &[("content-type", "text/xml")]).await;
        error(&xml, 415, "");
        let long = format!("{{\"x\":\"{}\"}}", "a".repeat(1_100_000));
        error(&raw("POST", "/Users", &long).await, 413, "tooMany");
    });
}

#[test]
fn a_directory_shows_a_token_and_finds_out_what_is_answered() {
    on_both(async |ground| {
        let api = office(&ground).await;
        let stranger = ask(&api, Who::Nobody, "GET", "/Users", "", &[]).await;
        error(&stranger, 401, "");
        assert_eq!(stranger.header("www-authenticate"), "Bearer");
        let wrong = ask(&api, Who::Nobody, "GET", "/Users", "", &[("authorization", "Bearer t_no")]).await;
        error(&wrong, 401, "");
        // An auditor reads; a handler and an auditor change nothing, which is on record.
        assert_eq!(ask(&api, Who::Auditor, "GET", "/Users", "", &[]).await.status, 200);
        for who in [Who::Auditor, Who::Handler] {
            let before = api.house.store.head().await.unwrap().size;
            error(&ask(&api, who, "POST", "/Users", &lan().to_string(), &[]).await, 403, "");
            assert_eq!(api.house.store.head().await.unwrap().size, before + 1);
        }
        let config = get(&api, "/ServiceProviderConfig").await;
        assert_eq!((&config["patch"]["supported"], &config["bulk"]["supported"]), (&json!(true), &json!(false)));
        assert_eq!(get(&api, "/ResourceTypes").await["totalResults"], 2);
        assert_eq!(get(&api, "/ResourceTypes/User").await["endpoint"], "/Users");
        let schemas = get(&api, "/Schemas").await;
        assert_eq!(schemas["totalResults"], 4);
        assert_eq!(get(&api, &format!("/Schemas/{USER}")).await["name"], "User");
    });
}
