//! `daicho work pull`: trackers answered as their makers document it, from answers of our own making, and as they should not.

use crate::installation::{Installation, in_days};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// A server that answers every request whose path holds the words with the body; what was asked is kept.
struct Tracker {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Tracker {
    fn answering(answers: Vec<(&'static str, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = asked.clone();
        drop(std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
                    head.push(byte[0]);
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let first = head.lines().next().unwrap_or_default().to_owned();
                kept.lock().unwrap().push(head);
                let found = answers.iter().find(|(words, _)| first.contains(words));
                let (status, body) = match found {
                    Some((_, body)) if body.starts_with("40") => (body.clone(), String::new()),
                    Some((_, body)) => ("200 OK".to_owned(), body.clone()),
                    None => ("404 Not Found".to_owned(), String::new()),
                };
                let answer = format!(
                    "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                );
                drop(stream.write_all(answer.as_bytes()));
            }
        }));
        Self { url, asked }
    }

    fn asked(&self) -> String {
        self.asked.lock().unwrap().join("\n")
    }
}

fn pull(office: &Installation, tracker: &Tracker, arguments: &[&str]) -> crate::installation::Told {
    let given = ["work", "pull", arguments[0], "--url", &tracker.url, "--json"];
    let mut command = office.command("mai", &[&given[..], &arguments[1..]].concat());
    office.told(command.env("DAICHO_TRACKER_TOKEN", "secret-of-the-tracker").spawn().unwrap())
}

fn works(office: &Installation) -> Vec<(String, String, String)> {
    let listed = office.run("", &["work", "list", "--json"]).ok().json();
    let text = |one: &serde_json::Value, name: &str| one[name].as_str().unwrap().to_owned();
    let all = listed.as_array().unwrap().iter();
    all.map(|one| (text(one, "code"), text(one, "title"), text(one, "state"))).collect()
}

#[test]
fn open_issues_of_redmine_become_work_records_once() {
    let office = Installation::on_sqlite();
    office.begun().working();
    let (from, until) = (in_days(0), in_days(20));
    let issue = |id: u32, who: &str, rows: &str| {
        serde_json::json!({
            "id": id, "project": { "id": 4, "name": "hr" }, "subject": format!("Call Sakura Tanaka {id}"),
            "assigned_to": { "id": 1, "name": who }, "start_date": from, "due_date": until,
            "custom_fields": [{ "id": 1, "name": "利用目的", "value": "hr.recruit" }, { "id": 2, "name": "台帳の行", "value": rows }],
        })
    };
    let page = |issues: Vec<serde_json::Value>, offset: u32| {
        serde_json::json!({ "issues": issues, "total_count": 3, "offset": offset, "limit": 100 }).to_string()
    };
    let tracker = Tracker::answering(vec![
        ("offset=0", page(vec![issue(1, "Hana S.", "a-001"), issue(2, "hana", "no such row!")], 0)),
        ("offset=2", page(vec![issue(3, "Nobody Known", "a-001")], 2)),
    ]);
    let arguments = ["redmine", "--project", "hr", "--login", "Hana S.=hana"];
    let told = pull(&office, &tracker, &arguments).ends(1).json();
    assert_eq!((&told["opened"], &told["known"]), (&1.into(), &0.into()), "{told}");
    let rejected: Vec<&str> =
        told["rejected"].as_array().unwrap().iter().map(|r| r["field"].as_str().unwrap()).collect();
    assert_eq!(rejected, ["rows", "logins"]);
    // The number stands for the title: what a tracker calls an issue may name somebody.
    let ours = works(&office).into_iter().find(|(code, ..)| code == "redmine-hr-1").unwrap();
    assert_eq!((ours.1.as_str(), ours.2.as_str()), ("redmine-hr-1", "open"));
    assert_eq!(pull(&office, &tracker, &arguments).ends(1).json()["known"], 1, "opened once");
    let asked = tracker.asked();
    assert!(asked.contains("GET /issues.json?project_id=hr&status_id=open"), "{asked}");
    assert!(asked.to_lowercase().contains("x-redmine-api-key: secret-of-the-tracker"), "{asked}");
    // No longer open there: closed here when that is asked for.
    let empty = serde_json::json!({ "issues": [], "total_count": 0, "offset": 0, "limit": 100 }).to_string();
    let closed = Tracker::answering(vec![("offset=0", empty)]);
    assert_eq!(pull(&office, &closed, &["redmine", "--project", "hr", "--close"]).ok().json()["closed"], 1);
    assert!(works(&office).iter().any(|(code, _, state)| code == "redmine-hr-1" && state == "closed"));
    office.run("", &["verify"]).ok();
}

#[test]
fn backlog_and_jira_are_asked_as_they_document_it() {
    let office = Installation::on_sqlite();
    office.begun().working();
    let until = in_days(10);
    let backlog = serde_json::json!([{
        "id": 9, "issueKey": "HR-9", "summary": "Interviews", "startDate": null, "dueDate": format!("{until}T00:00:00Z"),
        "assignee": { "id": 1, "userId": "hana", "name": "Hana" }, "customFields": [],
        "category": [{ "id": 1, "name": "purpose:hr.recruit" }, { "id": 2, "name": "row: a-001" }],
    }]);
    let tracker = Tracker::answering(vec![("/api/v2/issues", backlog.to_string())]);
    let told = pull(&office, &tracker, &["backlog", "--project", "77", "--titles"]).ok().json();
    assert_eq!(told["opened"], 1, "{told}");
    assert!(tracker.asked().contains("apiKey=secret-of-the-tracker&projectId%5B%5D=77"), "{}", tracker.asked());
    assert!(works(&office).iter().any(|(code, title, _)| code == "HR-9" && title == "Interviews"));
    let jira = |key: &str, next: Option<&str>| {
        serde_json::json!({
            "issues": [{ "id": "1", "key": key, "fields": {
                "summary": "x", "duedate": until, "labels": ["urgent"],
                "assignee": { "accountId": "5b", "displayName": "H. S.", "emailAddress": "hana@example.com" },
            } }],
            "nextPageToken": next, "isLast": next.is_none(),
        })
        .to_string()
    };
    let tracker = Tracker::answering(vec![
        ("nextPageToken=n%2F2", jira("REC-2", None)),
        ("search/jql", jira("REC-1", Some("n/2"))),
    ]);
    let arguments = ["jira", "--project", "REC", "--purpose", "hr.recruit", "--row", "a-001"];
    assert_eq!(pull(&office, &tracker, &arguments).ok().json()["opened"], 2);
    // secret-of-the-tracker in base64.
    assert!(tracker.asked().contains("Basic c2VjcmV0LW9mLXRoZS10cmFja2Vy"), "{}", tracker.asked());
    let server = serde_json::json!({ "startAt": 0, "maxResults": 100, "total": 1, "issues": [{ "key": "OPS-1", "fields": {
        "summary": "x", "duedate": until, "labels": [], "assignee": { "name": "hana", "displayName": "H. S." },
    } }] });
    let tracker = Tracker::answering(vec![("/rest/api/2/search", server.to_string())]);
    let arguments = ["jira-server", "--project", "OPS", "--purpose", "hr.recruit", "--row", "a-001"];
    assert_eq!(pull(&office, &tracker, &arguments).ok().json()["opened"], 1);
    assert!(tracker.asked().contains("Bearer secret-of-the-tracker"));
}

#[test]
fn what_is_no_answer_of_a_tracker_opens_nothing_and_is_not_repeated() {
    let office = Installation::on_sqlite();
    office.begun().working();
    let before = works(&office).len();
    let round =
        serde_json::json!({ "issues": [{ "key": "A-1", "fields": { "summary": "x" } }], "nextPageToken": "again" });
    for (answer, kind) in [
        ("<html>Sign in, Sakura</html>", "redmine"),
        (r#"{"issues":[{"subject":"Sakura"}],"total_count":1}"#, "redmine"),
        (r#"{"issues":{"Sakura":1}}"#, "jira"),
        (r#"[{"issueKey":7}]"#, "backlog"),
        ("401 Unauthorized", "backlog"),
        (round.to_string().as_str(), "jira"),
    ] {
        let tracker = Tracker::answering(vec![("GET", answer.to_owned())]);
        let told = pull(&office, &tracker, &[kind, "--project", "A"]).ends(2);
        assert!(!told.err.contains("Sakura") && !told.err.contains("secret-of"), "{}", told.err);
    }
    assert_eq!(works(&office).len(), before);
    // A token goes nowhere in the open, and a handler who may not open one is refused with an entry.
    let open = office.command("mai", &["work", "pull", "redmine", "--url", "http://tracker.example", "--project", "a"]);
    let mut open = open;
    let told = office.told(open.env("DAICHO_TRACKER_TOKEN", "t").spawn().unwrap()).ends(2);
    assert!(told.err.contains("https"), "{}", told.err);
}
