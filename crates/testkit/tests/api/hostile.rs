//! What nobody should send: every answer is a problem of the caller's, never a fault of ours, and nothing is entered.

use super::client::{Api, JSON, Who};
use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;
use testkit::both::on_both;

const POSTS: [&str; 5] =
    ["/api/v1/people/searches", "/api/v1/imports", "/api/v1/work", "/api/v1/accounts", "/api/v1/tokens"];

#[test]
fn hostile_bodies_are_refused_as_problems_and_leave_nothing() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let size = api.size().await;
        let deep = |open: u8, close: u8| [vec![open; 50_000], vec![close; 50_000]].concat();
        let bodies: Vec<Vec<u8>> = vec![
            b"".to_vec(),
            b"{".to_vec(),
            b"null".to_vec(),
            b"[]".to_vec(),
            b"0".to_vec(),
            b"{}".to_vec(),
            br#"{"text":null,"purpose":null,"people":null,"label":null,"code":null,"login":null}"#.to_vec(),
            br#"{"limit":1e999}"#.to_vec(),
            br#"{"limit":-99999999999999999999999999}"#.to_vec(),
            b"{\"text\":\"\xff\xfe\"}".to_vec(),
            br#"{"text":"\ud800"}"#.to_vec(),
            deep(b'[', b']'),
            [br#"{"people":"#.as_slice(), &deep(b'[', b']'), b"}"].concat(),
            br#"{"__proto__":{"role":"officer"}}"#.to_vec(),
            vec![b' '; 4096],
        ];
        for path in
            POSTS.into_iter().map(str::to_owned).chain([api.of_person("/reveals"), api.of_person("/corrections")])
        {
            let who = if path.ends_with("/accounts") { Who::Administrator } else { Who::Officer };
            for body in &bodies {
                let reply = api.ask(who, Method::POST, &path, &[JSON], body).await;
                let told = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
                assert!(matches!(reply.status.as_u16(), 400 | 422), "{path} {told}: {} {}", reply.status, reply.text());
                reply.problem(reply.status.as_u16());
            }
            let form = api
                .ask(who, Method::POST, &path, &[("content-type", "application/x-www-form-urlencoded")], b"a=1")
                .await;
            assert_eq!(form.problem(415)["type"], "urn:daicho:problem:media-type");
            let none = api.ask(who, Method::POST, &path, &[], b"{}").await;
            none.problem(415);
        }
        assert_eq!(api.size().await, size, "{}", ground.name);
    });
}

#[test]
fn texts_no_database_takes_are_mistakes_everywhere() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let work = api.work.to_string();
        let nul = "a\u{0}b";
        let cases = [
            (
                "/api/v1/people/searches".to_owned(),
                json!({ "text": nul, "purpose": "hr.recruit", "work": work }),
                "text",
            ),
            (
                api.of_person("/corrections"),
                json!({ "row": "r-041", "element": "phone", "value": nul, "purpose": "hr.recruit" }),
                "value",
            ),
            (
                "/api/v1/imports".into(),
                json!({ "row": "r-041", "purpose": "hr.recruit", "source": nul, "people": [] }),
                "source",
            ),
            (
                "/api/v1/tokens".into(),
                json!({ "label": nul, "may": ["own.show"], "until": "2026-07-01T00:00:00Z" }),
                "label",
            ),
            (
                "/api/v1/work".into(),
                json!({ "code": nul, "title": "x", "purpose": "hr.recruit", "logins": ["lan"], "everybody": true,
                "from": "2026-06-01", "until": "2026-06-02" }),
                "code",
            ),
            (
                "/api/v1/work".into(),
                json!({ "code": "W", "title": "x", "purpose": "hr.recruit", "logins": [nul], "everybody": true,
                "from": "2026-06-01", "until": "2026-06-02" }),
                "logins[0]",
            ),
        ];
        for (path, body, field) in cases {
            assert_eq!(
                api.post(Who::Officer, &path, &body).await.problem(422)["field"],
                field,
                "{}: {path}",
                ground.name
            );
        }
        let account =
            json!({ "login": "x", "name": "x", "role": "king", "language": "en", "password": "p", "reason": "r" });
        assert_eq!(api.post(Who::Administrator, "/api/v1/accounts", &account).await.problem(422)["field"], "role");
        let body = json!({ "row": "r-041", "purpose": "hr.recruit", "source": "s", "people": [{ "values": { "name": nul } }] });
        let told = api.post(Who::Handler, "/api/v1/imports", &body).await.json();
        assert_eq!(told["rejected"][0]["rule"], "value.control", "{told}");
        for path in
            ["/api/v1/ledger/entries?actor=%00", "/api/v1/ledger/entries?purpose=%00", "/api/v1/register/rows?after=00"]
        {
            api.get(Who::Officer, path).await.problem(422);
        }
        for path in [
            "/api/v1/register/rows/%00",
            "/api/v1/people/%ff",
            "/api/v1/work/%F0%9F%98%80",
            "/api/v1/ledger/entries/18446744073709551615",
            "/api/v1/ledger/entries/-1",
            "/api/v1/ledger/entries/9223372036854775808",
        ] {
            api.get(Who::Officer, path).await.problem(404);
        }
        api.ask(Who::Administrator, Method::POST, "/api/v1/accounts/a%00b/endings", &[], b"").await.problem(404);
    });
}

#[test]
fn an_unknown_field_is_told_by_its_place_and_never_repeated() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let body = json!({ "purpose": "hr.recruit", "reason": "x" });
        let problem = api.post(Who::Officer, &api.of_person("/erasures"), &body).await.problem(422);
        assert_eq!(problem["field"], "body");
        assert!(problem["detail"].as_str().unwrap().ends_with("purpose"), "{problem}");
        let nested = json!({ "row": "r-041", "purpose": "hr.recruit", "source": "s", "people": [{ "values": {}, "note": "x" }] });
        assert_eq!(api.post(Who::Officer, "/api/v1/imports", &nested).await.problem(422)["field"], "people[0]");
        let review = format!("/api/v1/register/rows/{}/reviews", api.row);
        assert_eq!(api.post(Who::Officer, &review, &json!({ "note": "x" })).await.problem(422)["field"], "body");
        // Somebody's name where a field's should stand is neither told nor kept.
        let columns = json!({ "columns": { "山田花子": { "text": 1 } } });
        let bodies = [
            (
                "/api/v1/imports",
                json!({ "row": "r-041", "purpose": "hr.recruit", "source": "s", "山田花子": 1, "people": [] }),
            ),
            (
                "/api/v1/imports",
                json!({ "row": "r-041", "purpose": "hr.recruit", "source": "s", "people": [{ "values": { "山田花子": "x" } }] }),
            ),
            ("/api/v1/work", json!({ "山田花子": [] })),
            ("/api/v1/people/searches", json!({ "text": "x", "purpose": "山田花子" })),
        ];
        for (n, (path, body)) in bodies.iter().enumerate() {
            let key = format!("names-{n}");
            let headers = [JSON, ("idempotency-key", key.as_str())];
            let reply = api.ask(Who::Officer, Method::POST, path, &headers, body.to_string().as_bytes()).await;
            assert!(!reply.text().contains("花子"), "{path}: {}", reply.text());
        }
        let row = format!("/api/v1/register/rows/{}", api.row);
        let put =
            api.ask(Who::Officer, Method::PUT, &row, &[JSON, ("if-match", "*")], columns.to_string().as_bytes()).await;
        assert_eq!(put.problem(422)["field"], "columns.*.text");
        let unknown = json!({ "columns": { "花子": { "text": "x" } } });
        let put =
            api.ask(Who::Officer, Method::PUT, &row, &[JSON, ("if-match", "*")], unknown.to_string().as_bytes()).await;
        assert!(!put.text().contains("花子"), "{}", put.text());
        let asked = api.get(Who::Officer, "/api/v1/ledger/entries?hanako=1").await.problem(422);
        assert!(!asked.to_string().contains("hanako"), "{asked}");
        for row in api.house.store.read("SELECT body FROM idempotency", vec![]).await.unwrap() {
            assert!(!String::from_utf8_lossy(row.bytes(0).unwrap()).contains("花子"), "{}", ground.name);
        }
    });
}

#[test]
fn too_much_is_too_much() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let long = vec![b' '; 1024 * 1024 + 1];
        let reply = api.ask(Who::Officer, Method::POST, "/api/v1/tokens", &[JSON], &long).await;
        let problem = reply.problem(413);
        assert_eq!((&problem["type"], &problem["field"]), (&json!("urn:daicho:problem:too-large"), &json!("body")));
        let said = [JSON, ("content-length", "1048577")];
        api.ask(Who::Officer, Method::POST, "/api/v1/tokens", &said, b"{}").await.problem(413);
        let import = api.ask(Who::Officer, Method::POST, "/api/v1/imports", &[JSON], &long).await;
        import.problem(400);
    });
}

#[test]
fn wrong_addresses_methods_and_tokens_are_problems_too() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        for path in ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v2/people", "/api/v1/people"] {
            let reply = api.get(Who::Officer, path).await;
            assert_eq!(reply.problem(404)["type"], "urn:daicho:problem:missing", "{path}");
        }
        let reply = api.ask(Who::Officer, Method::DELETE, &api.of_person(""), &[], b"").await;
        assert_eq!(reply.problem(405)["type"], "urn:daicho:problem:method");
        assert!(reply.header("allow").contains("GET"), "{:?}", reply.headers);
        for method in [Method::POST, Method::PATCH, Method::TRACE] {
            let reply = api.ask(Who::Officer, method, "/api/v1/policy", &[], b"").await;
            assert!(reply.header("allow").contains("GET"), "{:?}", reply.headers);
            reply.problem(405);
        }
        let long = "x".repeat(4000);
        for token in ["", "Bearer", "Bearer ", "Bearer t_00", "Basic dDp0", "Bearer s_00", long.as_str()] {
            let reply = api.ask(Who::Nobody, Method::GET, "/api/v1/me", &[("authorization", token)], b"").await;
            reply.problem(401);
        }
        let strange =
            Request::get("/api/v1/me").header("authorization", &b"Bearer \xff\xfe"[..]).body(Body::empty()).unwrap();
        api.send(strange).await.problem(401);
        let head = api.ask(Who::Officer, Method::HEAD, "/api/v1/policy", &[], b"").await;
        assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
    });
}
