//! The same request with the same key is one act.

use super::client::{Api, JSON, Reply, Who};
use axum::http::Method;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use testkit::both::on_both;

async fn post(api: &Api, who: Who, path: &str, key: &str, body: &Value) -> Reply {
    let headers = [JSON, ("idempotency-key", key)];
    api.ask(who, Method::POST, path, &headers, body.to_string().as_bytes()).await
}

fn reveal(api: &Api, element: &str) -> Value {
    json!({ "row": api.row.as_str(), "elements": [element], "purpose": "hr.recruit", "work": api.work.to_string() })
}

#[test]
fn a_reveal_sent_twice_is_one_entry_and_its_values_are_told_once() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let path = api.of_person("/reveals");
        let first = post(&api, Who::Handler, &path, "k-1", &reveal(&api, "phone")).await;
        assert!(first.text().contains("090-1234-5678"), "{}", first.text());
        let size = api.size().await;
        let again = post(&api, Who::Handler, &path, "k-1", &reveal(&api, "phone")).await;
        assert_eq!((again.status.as_u16(), api.size().await), (200, size), "{}", ground.name);
        let told = again.json();
        assert_eq!((&told["entry"], &told["replayed"]), (&first.json()["entry"], &json!(true)));
        assert_eq!(told.get("values"), None, "values are never kept for a replay");
        let kept = api.house.store.read("SELECT body, location FROM idempotency", vec![]).await.unwrap();
        assert!(kept.iter().all(|row| !String::from_utf8_lossy(row.bytes(0).unwrap()).contains("090")));
        let person = api.person.to_string();
        let names = |row: &store::Row| {
            String::from_utf8_lossy(row.bytes(0).unwrap()).contains(&person) || row.text(1).unwrap().contains(&person)
        };
        assert!(!kept.iter().any(names), "{}: what is kept of an answer outlives an erasure", ground.name);
        assert_eq!(kept.len(), 1);
        let other = post(&api, Who::Handler, &path, "k-1", &reveal(&api, "email")).await;
        assert_eq!(other.problem(422)["type"], "urn:daicho:problem:key-reused");
        assert_eq!(api.size().await, size);
        let somebody_else = post(&api, Who::Officer, &path, "k-1", &reveal(&api, "phone")).await;
        assert_eq!((somebody_else.json()["replayed"].clone(), api.size().await), (json!(false), size + 1));
    });
}

#[test]
fn a_refusal_is_replayed_and_a_mistake_may_be_mended_under_the_same_key() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let path = api.of_person("/reveals");
        let refused = post(&api, Who::Handler, &path, "k-2", &reveal(&api, "salary")).await;
        let entry = refused.problem(403)["entry"].clone();
        let size = api.size().await;
        let again = post(&api, Who::Handler, &path, "k-2", &reveal(&api, "salary")).await;
        assert_eq!((again.problem(403)["entry"].clone(), api.size().await), (entry, size), "{}", ground.name);
        let mistaken = post(&api, Who::Handler, &path, "k-3", &json!({ "row": "r-041" })).await;
        mistaken.problem(422);
        let mended = post(&api, Who::Handler, &path, "k-3", &reveal(&api, "phone")).await;
        assert_eq!(mended.json()["replayed"], json!(false));
        for bad in ["", "two words", &"x".repeat(256)] {
            assert_eq!(
                post(&api, Who::Handler, &path, bad, &reveal(&api, "phone")).await.problem(422)["field"],
                "Idempotency-Key"
            );
        }
    });
}

#[test]
fn what_is_made_once_keeps_its_place_and_its_secret() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let work = json!({
            "code": "W-9", "title": "Autumn", "purpose": "hr.recruit", "logins": ["lan"], "rows": ["r-041"],
            "from": "2026-06-01", "until": "2026-06-30",
        });
        let first = post(&api, Who::Officer, "/api/v1/work", "k-4", &work).await;
        let again = post(&api, Who::Officer, "/api/v1/work", "k-4", &work).await;
        assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201), "{}", again.text());
        assert_eq!(first.header("location"), again.header("location"));
        assert_eq!(again.json()["work"], first.json()["work"]);
        let token = json!({ "label": "x", "may": ["own.show"], "until": "2026-07-01T00:00:00Z" });
        assert!(post(&api, Who::Officer, "/api/v1/tokens", "k-5", &token).await.json()["token"].is_string());
        assert_eq!(post(&api, Who::Officer, "/api/v1/tokens", "k-5", &token).await.json().get("token"), None);
    });
}

#[test]
fn of_many_at_once_one_acts() {
    on_both(async |ground| {
        let api = std::sync::Arc::new(Api::open(&ground).await);
        let size = api.size().await;
        let mut asked = tokio::task::JoinSet::new();
        for _ in 0..12 {
            let api = api.clone();
            asked.spawn(async move {
                let path = api.of_person("/reveals");
                post(&api, Who::Handler, &path, "k-6", &reveal(&api, "phone")).await
            });
        }
        let replies = asked.join_all().await;
        assert_eq!(api.size().await, size + 1, "{}", ground.name);
        let told = replies.iter().filter(|r| r.status == 200 && r.json()["replayed"] == json!(false)).count();
        assert_eq!(told, 1);
        for reply in replies.iter().filter(|r| r.status != 200) {
            assert_eq!(reply.problem(409)["type"], "urn:daicho:problem:still-unanswered");
            assert_eq!(reply.header("retry-after"), "1");
        }
    });
}

#[test]
fn a_key_is_known_for_a_day() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let path = api.of_person("/reveals");
        let first = post(&api, Who::Handler, &path, "k-7", &reveal(&api, "phone")).await.json();
        api.clock.fetch_add(25 * 3_600_000, Ordering::Relaxed);
        let later = post(&api, Who::Handler, &path, "k-7", &reveal(&api, "phone")).await.json();
        assert_eq!((&first["replayed"], &later["replayed"]), (&json!(false), &json!(false)), "{}", ground.name);
        assert_ne!(first["entry"], later["entry"]);
    });
}

#[test]
fn a_request_whose_answer_was_lost_is_not_acted_on_again() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let path = api.of_person("/reveals");
        let body = reveal(&api, "phone");
        let desk = api.house.desk_of(&api.house.handler, 1);
        let request = [path.as_bytes(), JSON.1.as_bytes(), body.to_string().as_bytes()].map(<[u8]>::to_vec);
        let request: Vec<&[u8]> = request.iter().map(Vec::as_slice).collect();
        // The machine stopped between the claim and the answer.
        let begun = access::idempotency::begin(&desk, api.house.handler.id, "k-8", &request).await.unwrap();
        assert!(matches!(begun, access::idempotency::Begun::First(_)));
        let size = api.size().await;
        let again = post(&api, Who::Handler, &path, "k-8", &body).await;
        assert_eq!(again.problem(409)["type"], "urn:daicho:problem:still-unanswered");
        assert_eq!(api.size().await, size, "{}", ground.name);
    });
}
