//! Reading: pages that show everything once, entity tags, and writing against the version that was read.

use super::client::{Api, JSON, Who};
use axum::http::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::both::on_both;

/// Every key of a list, page by page, by the cursor and by the link, which must agree.
async fn walk(api: &Api, path: &str, limit: usize, key: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let join = if path.contains('?') { '&' } else { '?' };
    let mut next = Some(format!("{path}{join}limit={limit}"));
    while let Some(at) = next {
        let reply = api.get(Who::Auditor, &at).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let page = reply.json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        seen.extend(items.iter().map(|item| item[key].to_string()));
        let link = reply
            .header("link")
            .strip_prefix('<')
            .and_then(|l| l.split_once(">; rel=\"next\""))
            .map(|(l, _)| l.to_owned());
        assert_eq!(link.is_some(), page["next"].is_string());
        if let Some(link) = &link {
            assert!(link.ends_with(page["next"].as_str().unwrap()));
        }
        next = link;
    }
    seen
}

#[test]
fn walking_a_list_shows_everything_once_however_long_the_steps() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        for n in 0..7 {
            api.house
                .row(
                    &format!("r-{n:03}"),
                    &[
                        ("name", "x"),
                        ("kinds", "applicant"),
                        ("purpose", "hr.recruit"),
                        ("elements", "name"),
                        ("keep-until", "hr.recruit"),
                    ],
                    0,
                )
                .await;
            super::client::work(&api.house, &format!("W-{n}"), &api.row).await;
        }
        let size = api.size().await;
        for limit in [1, 3, 200] {
            let entries = walk(&api, "/api/v1/ledger/entries", limit, "entry").await;
            let expected: Vec<String> = (0..size).rev().map(|n| n.to_string()).collect();
            assert_eq!(entries, expected, "{}: entries by {limit}", ground.name);
            let rows = walk(&api, "/api/v1/register/rows", limit, "row").await;
            assert_eq!((rows.len(), rows.iter().collect::<BTreeSet<_>>().len()), (8, 8), "rows by {limit}");
            let works = walk(&api, "/api/v1/work", limit, "work").await;
            assert_eq!((works.len(), works.iter().collect::<BTreeSet<_>>().len()), (8, 8), "work by {limit}");
        }
        let opened = walk(&api, "/api/v1/ledger/entries?kind=work-opened&actor=mori", 3, "entry").await;
        assert_eq!(opened.len(), 8);
        assert_eq!(walk(&api, "/api/v1/ledger/entries?refused=true", 3, "entry").await.len(), 0);
        for wrong in ["limit=0", "limit=201", "after=zz", "after=00ff", "kind=opened", "purpose=A", "limit=1&limit=2"] {
            let problem = api.get(Who::Auditor, &format!("/api/v1/ledger/entries?{wrong}")).await.problem(422);
            assert_eq!(problem["field"], wrong.split('=').next().unwrap());
        }
    });
}

#[test]
fn what_did_not_change_is_not_sent_again() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let row = format!("/api/v1/register/rows/{}", api.row);
        for path in [
            "/api/v1/policy",
            "/api/v1/policy/standings",
            "/api/v1/register/rows",
            &row,
            "/api/v1/ledger/entries/3",
            "/api/v1/accounts",
            "/api/openapi.json",
        ] {
            let first = api.get(Who::Officer, path).await;
            let tag = first.header("etag").to_owned();
            assert!(!tag.is_empty(), "{path}");
            let again = api.ask(Who::Officer, Method::GET, path, &[("if-none-match", &tag)], b"").await;
            assert_eq!(
                (again.status.as_u16(), again.body.len(), again.header("etag")),
                (304, 0, tag.as_str()),
                "{path}"
            );
            let other = api.ask(Who::Officer, Method::GET, path, &[("if-none-match", "\"other\"")], b"").await;
            assert_eq!((other.status.as_u16(), &other.body), (200, &first.body), "{path}");
        }
        assert_eq!(api.get(Who::Officer, &api.of_person("")).await.header("etag"), "");
    });
}

#[test]
fn a_row_is_written_against_the_version_that_was_read() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let path = format!("/api/v1/register/rows/{}", api.row);
        let read = api.get(Who::Officer, &path).await;
        let tag = read.header("etag").to_owned();
        let mut columns = read.json()["columns"].clone();
        columns["manager"] = json!({ "text": "Suzuki" });
        let body = json!({ "columns": columns }).to_string();
        let put = async |path: &str, headers: &[(&str, &str)], body: &str| {
            api.ask(Who::Officer, Method::PUT, path, &[&[JSON], headers].concat(), body.as_bytes()).await
        };
        assert_eq!(put(&path, &[], &body).await.problem(428)["type"], "urn:daicho:problem:condition-required");
        let written = put(&path, &[("if-match", &tag)], &body).await;
        assert_eq!(written.status, 200, "{}", written.text());
        assert_eq!(written.json()["manager"], "Suzuki");
        assert_ne!(written.header("etag"), tag);
        assert_eq!(put(&path, &[("if-match", &tag)], &body).await.problem(412)["type"], "urn:daicho:problem:stale");
        let now = api.get(Who::Officer, &path).await;
        assert_eq!(now.header("etag"), written.header("etag"), "{}", ground.name);
        put(&path, &[("if-none-match", "*")], &body).await.problem(412);
        let new = "/api/v1/register/rows/r-new";
        put(new, &[("if-match", "*")], &body).await.problem(412);
        let made = put(new, &[("if-none-match", "*")], &body).await;
        assert_eq!(
            (made.status.as_u16(), made.header("location"), made.header("etag")),
            (201, new, "\"1\""),
            "{}",
            made.text()
        );
        assert_eq!(made.json()["state"], "draft");
        let approved = api.ask(Who::Officer, Method::POST, &format!("{new}/approvals"), &[], b"").await;
        assert_eq!(approved.status, 200, "{}", approved.text());
        let twice = api.ask(Who::Officer, Method::POST, &format!("{new}/approvals"), &[JSON], b"{}").await;
        assert_eq!(twice.problem(422)["field"], "state");
        let unknown = json!({ "columns": { "colour": { "text": "red" } } }).to_string();
        assert_eq!(put(new, &[("if-match", "\"2\"")], &unknown).await.problem(422)["field"], "columns");
    });
}

#[test]
fn the_policy_and_its_standings_are_read_as_they_stood() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let policy = api.get(Who::Handler, "/api/v1/policy").await.json();
        assert_eq!(policy["digest"].as_str().unwrap().len(), 64);
        assert_eq!(policy["approvals"], json!(["kato", "mori"]));
        assert!(policy["purposes"].as_array().unwrap().iter().any(|p| p["id"] == "hr.recruit"));
        let standings = api.get(Who::Handler, "/api/v1/policy/standings?asOf=2026-06-01").await.json();
        assert_eq!(standings["asOf"], "2026-06-01");
        assert_eq!(standings["standings"].as_array().unwrap().len(), 147);
        let tomorrow = api.get(Who::Handler, "/api/v1/policy/standings?asOf=2026-06-03").await;
        assert_eq!(tomorrow.problem(422)["field"], "asOf");
        assert_eq!(api.get(Who::Handler, "/api/v1/policy/standings?asOf=today").await.problem(422)["field"], "asOf");
        let health: Value = api.get(Who::Nobody, "/api/v1/health").await.json();
        assert_eq!(health, json!({ "ready": true, "policy": true }));
    });
}
