//! Acts through the API: what they answer, what they leave, what they refuse.

use super::client::{Api, JSON, Who};
use axum::http::Method;
use ledger::names::Moment;
use serde_json::{Value, json};
use testkit::both::on_both;

fn reveal(api: &Api) -> Value {
    json!({ "row": api.row.as_str(), "elements": ["phone", "email"], "purpose": "hr.recruit", "work": api.work.to_string() })
}

#[test]
fn a_reveal_tells_values_after_its_entry() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let before = api.size().await;
        let reply = api.post(Who::Handler, &api.of_person("/reveals"), &reveal(&api)).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert_eq!(reply.header("cache-control"), "no-store");
        let told = reply.json();
        assert_eq!((told["entry"].as_u64(), told["replayed"].as_bool()), (Some(before), Some(false)));
        let value = |element: &str| {
            told["values"].as_array().unwrap().iter().find(|v| v["element"] == element).unwrap()["value"].clone()
        };
        assert_eq!((value("phone"), value("email")), (json!("090-1234-5678"), json!("naoko.takahashi@example.jp")));
        assert_eq!(api.size().await, before + 1);
        let entry = api.get(Who::Auditor, &format!("/api/v1/ledger/entries/{before}")).await.json();
        assert_eq!(
            (&entry["kind"], &entry["refused"], &entry["people"]),
            (&json!("revealed"), &json!(false), &json!(1))
        );
        let why = api.get(Who::Auditor, &format!("/api/v1/ledger/entries/{before}/explanation")).await.json();
        assert!(
            !why["sentence"].as_str().unwrap().is_empty() && !why["clauses"].as_array().unwrap().is_empty(),
            "{why}"
        );
        let proof = format!("/api/v1/ledger/entries/{before}/proof");
        for accept in ["text/plain", "application/json", "*/*"] {
            let reply = api.ask(Who::Auditor, Method::GET, &proof, &[("accept", accept)], b"").await;
            assert_eq!((reply.status.as_u16(), reply.text()), (200, format!("the receipt of entry {before}\n")));
            assert!(reply.header("content-type").starts_with("text/plain"));
            assert!(reply.header("content-disposition").contains(&format!("entry-{before}.tlog-proof")));
        }
        api.ask(Who::Auditor, Method::GET, &proof, &[("accept", "text/html")], b"").await.problem(406);
        api.get(Who::Auditor, &format!("/api/v1/ledger/entries/{}/proof", before + 1)).await.problem(404);
    });
}

#[test]
fn a_refusal_names_its_clauses_the_way_on_and_its_entry_in_the_readers_language() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let before = api.size().await;
        let mut asked = reveal(&api);
        asked.as_object_mut().unwrap().remove("work");
        let body = asked.to_string();
        let path = api.of_person("/reveals");
        for (language, seen) in [("ja", "作業記録"), ("en-GB, ja;q=0.5", "work record"), ("vi", "công việc")] {
            let headers = [JSON, ("accept-language", language)];
            let reply = api.ask(Who::Handler, Method::POST, &path, &headers, body.as_bytes()).await;
            let problem = reply.problem(403);
            assert_eq!(problem["type"], "urn:daicho:problem:refusal");
            assert_eq!(problem["rules"], json!(["no-work"]));
            assert!(problem["detail"].as_str().unwrap().contains(seen), "{problem}");
            assert!(!problem["wayOn"].as_array().unwrap().is_empty(), "{problem}");
            let clause = &problem["clauses"][0];
            assert!(!clause["clause"].as_str().unwrap().is_empty() && !clause["text"].as_str().unwrap().is_empty());
            let index = problem["entry"].as_u64().unwrap();
            assert!(index >= before);
            let entry = api.get(Who::Auditor, &format!("/api/v1/ledger/entries/{index}")).await.json();
            assert_eq!((&entry["kind"], &entry["refused"]), (&json!("revealed"), &json!(true)));
            assert_eq!(reply.header("content-language"), language.get(..2).unwrap());
        }
        assert_eq!(api.size().await, before + 3, "{}: every refusal is an entry", ground.name);
    });
}

#[test]
fn somebody_who_is_not_there_and_somebody_one_may_not_know_are_answered_alike() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let nobody = "0198f0c2a4b87d3e9c5a1f2b3c4d5e6f";
        let body = reveal(&api);
        let hidden = api.post(Who::Auditor, &api.of_person("/reveals"), &body).await;
        let absent = api.post(Who::Auditor, &format!("/api/v1/people/{nobody}/reveals"), &body).await;
        let unreadable = api.post(Who::Auditor, "/api/v1/people/taro/reveals", &body).await;
        assert_eq!(hidden.problem(404), absent.problem(404));
        assert_eq!(hidden.problem(404)["type"], unreadable.problem(404)["type"]);
        assert_eq!(unreadable.problem(404)["field"], "person");
    });
}

#[test]
fn a_person_is_found_corrected_handed_over_suspended_resumed_and_erased() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let (row, work) = (api.row.as_str(), api.work.to_string());
        let found = async |text: &str| {
            let body = json!({ "text": text, "purpose": "hr.recruit", "work": work });
            let reply = api.post(Who::Handler, "/api/v1/people/searches", &body).await;
            assert_eq!(reply.status, 200, "{}", reply.text());
            reply.json()["hits"].as_array().unwrap().len()
        };
        assert_eq!((found("高橋直子").await, found("090 1234 5678").await), (1, 1));
        let body =
            json!({ "row": row, "element": "phone", "value": "080-0000-1111", "purpose": "hr.recruit", "work": work });
        let corrected = api.post(Who::Handler, &api.of_person("/corrections"), &body).await;
        assert_eq!(corrected.status, 200, "{}", corrected.text());
        assert_eq!((found("090 1234 5678").await, found("08000001111").await), (0, 1));
        let bad = json!({ "row": row, "element": "email", "value": "nobody", "purpose": "hr.recruit", "work": work });
        let problem = api.post(Who::Handler, &api.of_person("/corrections"), &bad).await.problem(422);
        assert_eq!(problem["field"], "email");
        let export = json!({ "purpose": "hr.recruit", "work": work });
        let exported = api.post(Who::Officer, &api.of_person("/exports"), &export).await.json();
        assert!(exported["document"].to_string().contains("080-0000-1111"), "{exported}");
        assert_eq!(exported["entries"].as_array().unwrap().len(), 1);
        let purpose = json!({ "purpose": "hr.recruit" });
        assert_eq!(api.post(Who::Handler, &api.of_person("/suspensions"), &purpose).await.status, 200);
        let kept = api.get(Who::Officer, &api.of_person("")).await.json();
        assert_eq!(kept["state"], "suspended");
        let problem = api.post(Who::Handler, &api.of_person("/reveals"), &reveal(&api)).await.problem(403);
        assert_eq!(problem["rules"], json!(["suspended"]));
        assert_eq!(api.post(Who::Officer, &api.of_person("/resumptions"), &purpose).await.status, 200);
        assert_eq!(api.post(Who::Officer, &api.of_person("/erasures"), &purpose).await.status, 200);
        api.get(Who::Officer, &api.of_person("")).await.problem(404);
        assert_eq!(found("高橋直子").await, 0, "{}", ground.name);
    });
}

#[test]
fn an_erasure_waits_is_seen_by_the_officer_and_withdrawn() {
    on_both(async |ground| {
        let api = Api::under(&ground, testkit::sample::waiting()).await;
        let purpose = json!({ "purpose": "hr.recruit" });
        let decided = api.post(Who::Officer, &api.of_person("/erasures"), &purpose).await.json();
        // Decided on the morning after the first: it waits for 72 hours.
        assert_eq!(decided["waitsUntil"], "2026-06-05T02:00:00Z", "{}", ground.name);
        let seen = api.get(Who::Officer, &api.of_person("")).await.json();
        assert_eq!((&seen["state"], &seen["records"]), (&json!("waiting"), &json!([])));
        assert_eq!(seen["erasure"]["until"], decided["waitsUntil"]);
        let all = api.get(Who::Officer, "/api/v1/erasures").await.json();
        assert_eq!(all, json!([seen["erasure"]]));
        for who in [Who::Handler, Who::Auditor, Who::Administrator] {
            api.get(who, &api.of_person("")).await.problem(404);
            api.post(who, &api.of_person("/withdrawals"), &purpose).await.problem(404);
        }
        assert_eq!(api.post(Who::Officer, &api.of_person("/withdrawals"), &purpose).await.status, 200);
        let back = api.get(Who::Handler, &api.of_person("")).await.json();
        assert_eq!((&back["state"], back.get("erasure")), (&json!("active"), None), "{}", ground.name);
        assert_eq!(api.get(Who::Officer, "/api/v1/erasures").await.json(), json!([]));
    });
}

#[test]
fn an_import_takes_in_who_fits_and_reports_who_does_not() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let body = json!({
            "row": api.row.as_str(), "purpose": "hr.recruit", "source": "career-site", "acquiredAt": "2026-06-01T09:00:00+07:00",
            "people": [
                { "values": { "name": "Nguyễn Thị Lan", "email": "lan.nguyen@example.vn", "birth-date": "01/02/1995" } },
                { "values": { "name": "佐藤 一郎", "email": "ichiro" } },
                { "values": { "name": "田中 太郎", "shoe-size": "27" } },
                { "values": {} },
                { "values": { "name": "Trần Văn Minh", "birth-date": "1995-02-01" } },
            ],
        });
        let first = api.post(Who::Handler, "/api/v1/imports", &body).await;
        assert_eq!(first.status, 200, "{}", first.text());
        let told = first.json();
        let rejected: Vec<(u64, &str)> = told["rejected"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| (r["index"].as_u64().unwrap(), r["rule"].as_str().unwrap()))
            .collect();
        assert_eq!(
            rejected,
            [(0, "date.order"), (1, "email.form"), (2, "element-unknown"), (3, "no-values")],
            "{told}"
        );
        assert_eq!((told["new"].as_u64(), told["people"].as_array().unwrap().len()), (Some(1), 1));
        assert!(!first.text().contains("ichiro"), "a report repeats no value");
        let again = api.post(Who::Handler, "/api/v1/imports", &body).await.json();
        assert_eq!((again["new"].as_u64(), again["known"].as_u64(), again.get("entry")), (Some(0), Some(1), None));
        let many: Vec<Value> = (0..1001).map(|n| json!({ "values": { "name": format!("Person {n}") } })).collect();
        let body = json!({ "row": api.row.as_str(), "purpose": "hr.recruit", "source": "s", "people": many });
        assert_eq!(api.post(Who::Handler, "/api/v1/imports", &body).await.problem(422)["field"], "people");
    });
}

#[test]
fn an_import_says_where_from_in_one_word_and_repeats_nothing_it_was_sent() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let people = json!([{ "values": { "name": "佐藤 一郎" } }]);
        let sent = |source: &str, attested: &[String]| json!({ "row": api.row.as_str(), "purpose": "hr.recruit", "source": source, "attested": attested, "people": people });
        let unknown = ["Sato Ichiro said yes".to_owned()];
        let many: Vec<String> = (0..17).map(|n| format!("m{n}")).collect();
        for (source, attested, field) in [
            ("mail of Sato Ichiro", &[][..], "source"),
            ("ichiro@example.jp", &[], "source"),
            ("", &[], "source"),
            (&"a".repeat(101), &[], "source"),
            ("form-2", &unknown, "attested"),
            ("form-2", &many, "attested"),
            ("form-2", &["m".repeat(65)], "attested[0]"),
        ] {
            let reply = api.post(Who::Handler, "/api/v1/imports", &sent(source, attested)).await;
            let problem = reply.problem(422);
            assert_eq!(problem["field"], field, "{problem}");
            let told = problem.to_string().to_lowercase();
            assert!(!told.contains("ichiro") && !told.contains("mmmm"), "{}: {told}", ground.name);
        }
        let taken = api.post(Who::Handler, "/api/v1/imports", &sent("https://careers.example.jp/form_2", &[])).await;
        assert_eq!(taken.json()["new"], 1, "{}", taken.text());
    });
}

#[test]
fn work_records_come_one_by_one_or_as_a_sheet() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let one = json!({
            "code": "W-1", "title": "Spring", "purpose": "hr.recruit", "logins": ["lan"], "people": [api.person.to_string()],
            "from": "2026-06-01", "until": "2026-06-30",
        });
        let made = api.post(Who::Officer, "/api/v1/work", &one).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let place = made.header("location").to_owned();
        let read = api.get(Who::Handler, &place).await.json();
        assert_eq!((&read["code"], &read["people"], &read["logins"]), (&json!("W-1"), &json!(1), &json!(["lan"])));
        assert_eq!(read["endsAt"], "2026-06-30T17:00:00Z", "a day lasts to its midnight in Hanoi");
        assert!(!read.to_string().contains(&api.person.to_string()), "who it is about is not told");
        let twice = api.post(Who::Officer, "/api/v1/work", &one).await.problem(422);
        assert_eq!(twice["field"], "code");
        let csv = "code,title,purpose,logins,rows,from,until\n\
                   W-2,Summer,hr.recruit,lan mori,r-041,2026-06-01,2026-06-30\n\
                   W-1,Again,hr.recruit,lan,r-041,2026-06-01,2026-06-30\n\
                   W-3,Nobody,hr.recruit,somebody,r-041,2026-06-01,2026-06-30\n\
                   W-4,No such,hr.none,lan,r-041,2026-06-01,2026-06-30\n";
        let headers = [("content-type", "text/csv; charset=utf-8")];
        let sheet = api.ask(Who::Handler, Method::POST, "/api/v1/work", &headers, csv.as_bytes()).await;
        assert_eq!(sheet.status, 200, "{}", sheet.text());
        let sheet = sheet.json();
        assert_eq!(sheet["opened"].as_array().unwrap().len(), 1);
        let rejected: Vec<(u64, &str)> = sheet["rejected"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| (r["line"].as_u64().unwrap(), r["field"].as_str().unwrap()))
            .collect();
        assert_eq!(rejected, [(3, "code"), (4, "logins"), (5, "purpose")]);
        let refused = api.ask(Who::Auditor, Method::POST, "/api/v1/work", &headers, csv.as_bytes()).await;
        refused.problem(403);
    });
}

#[test]
fn a_token_is_shown_once_and_works_until_the_account_ends() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let body = json!({ "label": "export", "may": ["own.show"], "until": "2026-07-01T00:00:00Z" });
        let made = api.post(Who::Handler, "/api/v1/tokens", &body).await.json();
        let token = made["token"].as_str().unwrap().to_owned();
        let bearer = format!("Bearer {token}");
        let me = async || api.ask(Who::Nobody, Method::GET, "/api/v1/me", &[("authorization", &bearer)], b"").await;
        let known = me().await.json();
        assert_eq!((&known["login"], &known["by"]), (&json!("lan"), &json!("token")));
        assert_eq!(known["work"].as_array().unwrap().len(), 1);
        let ended = api.ask(Who::Administrator, Method::POST, "/api/v1/accounts/lan/endings", &[], b"").await;
        assert_eq!(ended.status, 200, "{}", ended.text());
        let gone = me().await;
        gone.problem(401);
        assert!(gone.header("www-authenticate").starts_with("Bearer"));
        let late = json!({ "label": "export", "may": ["own.show"], "until": "2030-07-01T00:00:00Z" });
        assert_eq!(api.post(Who::Officer, "/api/v1/tokens", &late).await.problem(422)["field"], "until");
    });
}

#[test]
fn the_session_of_the_pages_serves_their_own_scripts_and_no_others() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let now = Moment(testkit::office::MORNING.0 + testkit::office::DAY);
        let (key, _) =
            testkit::office::sign_in(&api.house.office, now, "lan", testkit::office::PASSWORD).await.unwrap();
        let cookie = format!("daicho={}", key.into_text());
        let cookie = ("cookie", cookie.as_str());
        let me = api.ask(Who::Nobody, Method::GET, "/api/v1/me", &[cookie], b"").await;
        assert_eq!(me.json()["by"], "session");
        let path = api.of_person("/reveals");
        let body = reveal(&api).to_string();
        let post =
            async |headers: &[(&str, &str)]| api.ask(Who::Nobody, Method::POST, &path, headers, body.as_bytes()).await;
        let (script, ours, theirs) =
            (("daicho-script", "1"), ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site"));
        assert_eq!(post(&[JSON, cookie, script, ours]).await.status, 200);
        for headers in
            [&[JSON, cookie][..], &[JSON, cookie, script], &[JSON, cookie, ours], &[JSON, cookie, script, theirs]]
        {
            assert_eq!(post(headers).await.problem(403)["type"], "urn:daicho:problem:from-elsewhere");
        }
    });
}

#[test]
fn a_fault_of_ours_has_a_number_and_no_details() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let broken = store::Change::new("UPDATE register_version SET sheet = 'torn'", vec![]);
        api.house.store.scratch(vec![broken]).await.unwrap();
        let reply = api.get(Who::Officer, &format!("/api/v1/register/rows/{}", api.row)).await;
        let problem = reply.problem(500);
        assert_eq!(problem["incident"].as_str().unwrap().len(), 8);
        assert!(!reply.text().contains("torn") && !reply.text().contains("register_version"), "{problem}");
    });
}

#[test]
fn work_is_named_by_its_id_and_whoever_sends_the_number_is_told_so() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let mut body = reveal(&api);
        body["work"] = json!("R-2026-118");
        let problem = api.post(Who::Handler, &api.of_person("/reveals"), &body).await.problem(422);
        assert_eq!(problem["field"], "work", "{}", ground.name);
        assert!(problem["detail"].as_str().unwrap().contains("32 hexadecimal digits"), "{problem}");
        let problem = api.get(Who::Handler, "/api/v1/work/R-2026-118").await.problem(404);
        assert_eq!(problem["field"], "work");
        body["work"] = json!("0198f0c2a4b87d3e9c5a1f2b3c4d5e6f");
        let problem = api.post(Who::Handler, &api.of_person("/reveals"), &body).await.problem(403);
        assert_eq!(problem["rules"], json!(["work-not-found"]));
    });
}

#[test]
fn people_change_their_own_password_and_end_their_own_tokens() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let change = async |old: &str, new: &str| {
            api.post(Who::Handler, "/api/v1/me/passwords", &json!({ "old": old, "new": new })).await
        };
        let (old, new) = (testkit::office::PASSWORD, "another horse, another battery");
        assert_eq!(change("not the old one", new).await.problem(422)["field"], "old", "{}", ground.name);
        assert_eq!(change(old, "short").await.problem(422)["field"], "new");
        let changed = change(old, new).await;
        assert!(changed.json()["entry"].is_u64(), "{}", changed.text());
        let now = ledger::names::Moment(api.clock.load(std::sync::atomic::Ordering::Relaxed));
        assert!(testkit::office::sign_in(&api.house.office, now, "lan", new).await.is_ok());
        let listed = api.get(Who::Handler, "/api/v1/tokens").await.json();
        assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
        assert!(!listed.to_string().contains("t_"), "{listed}");
        let until: access::At = listed["items"][0]["endsAt"].as_str().unwrap().parse().unwrap();
        assert!(until.0 > now);
        let id = listed["items"][0]["id"].as_str().unwrap().to_owned();
        let end = format!("/api/v1/tokens/{id}/endings");
        api.post(Who::Officer, &end, &json!({})).await.problem(404);
        assert_eq!(api.post(Who::Handler, &end, &json!({})).await.status, 200);
        api.get(Who::Handler, "/api/v1/me").await.problem(401);
    });
}

#[test]
fn problems_speak_the_language_asked_for_else_the_accounts_else_japanese() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let told = async |who: Who, language: Option<&str>| {
            let headers: Vec<(&str, &str)> = language.map(|l| ("accept-language", l)).into_iter().collect();
            let reply = api.ask(who, Method::GET, "/api/v1/work/x", &headers, b"").await;
            assert!(reply.status.is_client_error());
            reply.header("content-language").to_owned()
        };
        // The accounts of the story read English.
        for (who, asked, spoken) in [
            (Who::Handler, None, "en"),
            (Who::Handler, Some("vi-VN, en;q=0.5"), "vi"),
            (Who::Handler, Some("fr"), "en"),
            (Who::Nobody, None, "ja"),
            (Who::Nobody, Some("en"), "en"),
            (Who::Nobody, Some("fr"), "ja"),
        ] {
            assert_eq!(told(who, asked).await, spoken, "{}: {who:?} {asked:?}", ground.name);
        }
    });
}

#[test]
fn json_is_answered_and_whoever_takes_none_is_told_before_anything_is_done() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let size = api.size().await;
        let headers = [("content-type", "application/json"), ("accept", "text/html")];
        let body = reveal(&api).to_string();
        let reply = api.ask(Who::Handler, Method::POST, &api.of_person("/reveals"), &headers, body.as_bytes()).await;
        assert_eq!(reply.problem(406)["type"], "urn:daicho:problem:not-acceptable", "{}", ground.name);
        assert_eq!(api.size().await, size);
        let headers = [("content-type", "text/plain")];
        let reply = api.ask(Who::Handler, Method::POST, &api.of_person("/reveals"), &headers, body.as_bytes()).await;
        reply.problem(415);
        let head = api.ask(Who::Handler, Method::HEAD, "/api/v1/policy", &[], b"").await;
        let get = api.get(Who::Handler, "/api/v1/policy").await;
        assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
        assert_eq!(head.header("etag"), get.header("etag"));
        let wrong = api.ask(Who::Handler, Method::DELETE, "/api/v1/policy", &[], b"").await;
        assert_eq!(wrong.problem(405)["title"], "This method is not offered here");
        assert_eq!(wrong.header("allow"), "GET,HEAD");
        let options = api.ask(Who::Handler, Method::OPTIONS, "/api/v1/policy", &[], b"").await;
        assert_eq!((options.status.as_u16(), options.header("allow")), (204, "GET,HEAD"));
    });
}
