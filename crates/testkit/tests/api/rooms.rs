//! Every room × everybody who could knock: one table, compared both ways with the API's own description.

use super::client::{Api, JSON, NAOKO, Who, work};
use axum::http::Method;
use ledger::names::{PersonId, RowId, WorkId};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::both::on_both;
use testkit::office::applicants;

/// What answers: nobody, auditor, handler, officer, administrator.
type Row = (&'static str, &'static str, [u16; 5]);

const READ: [u16; 5] = [401, 200, 200, 200, 200];
const OFFICER: [u16; 5] = [401, 403, 403, 200, 403];
/// Handling under a work record of the handler and the officer; others do not learn that the person exists.
const HANDLED: [u16; 5] = [401, 404, 200, 200, 404];

const TABLE: [Row; 72] = [
    ("GET", "/api/openapi.json", [200; 5]),
    ("GET", "/api/v1/health", [200; 5]),
    ("GET", "/api/v1/me", READ),
    ("POST", "/api/v1/me/passwords", READ),
    // Nobody here has one to end.
    ("GET", "/api/v1/me/ways", READ),
    ("POST", "/api/v1/me/ways/{way}/endings", [401, 404, 404, 404, 404]),
    ("GET", "/api/v1/me/sessions", READ),
    ("POST", "/api/v1/me/sessions/{session}/endings", [401, 404, 404, 404, 404]),
    ("GET", "/api/v1/tokens", READ),
    ("POST", "/api/v1/tokens/{token}/endings", READ),
    ("POST", "/api/v1/people/searches", [401, 403, 200, 200, 403]),
    ("GET", "/api/v1/people/{person}", [401, 200, 200, 200, 404]),
    ("POST", "/api/v1/people/{person}/reveals", HANDLED),
    ("POST", "/api/v1/people/{person}/corrections", HANDLED),
    // An administrator hears of nobody: 404, also where their role would be refused.
    ("POST", "/api/v1/people/{person}/suspensions", [401, 403, 200, 200, 404]),
    ("POST", "/api/v1/people/{person}/resumptions", [401, 403, 403, 200, 404]),
    ("POST", "/api/v1/people/{person}/erasures", [401, 403, 403, 200, 404]),
    // Nothing waits in this office, and whether anything does is the officer's to know.
    ("POST", "/api/v1/people/{person}/withdrawals", [401, 404, 404, 404, 404]),
    ("GET", "/api/v1/erasures", [401, 404, 404, 200, 404]),
    ("POST", "/api/v1/people/{person}/exports", HANDLED),
    ("POST", "/api/v1/imports", [401, 403, 200, 200, 403]),
    ("GET", "/api/v1/register/rows", READ),
    ("GET", "/api/v1/register/rows/{row}", READ),
    ("PUT", "/api/v1/register/rows/{row}", OFFICER),
    ("POST", "/api/v1/register/rows/{row}/approvals", OFFICER),
    ("POST", "/api/v1/register/rows/{row}/reviews", OFFICER),
    ("POST", "/api/v1/register/rows/{row}/endings", OFFICER),
    ("GET", "/api/v1/work", READ),
    ("POST", "/api/v1/work", [401, 403, 201, 201, 403]),
    ("GET", "/api/v1/work/{work}", READ),
    ("POST", "/api/v1/work/{work}/closings", [401, 403, 200, 200, 403]),
    ("GET", "/api/v1/logs/weeks", READ),
    ("GET", "/api/v1/logs/questions", READ),
    // Of a card nobody has, the privacy officer is asked.
    ("GET", "/api/v1/logs/questions/{question}", [401, 200, 404, 200, 404]),
    ("POST", "/api/v1/logs/questions/{question}/answers", [401, 403, 404, 200, 403]),
    ("POST", "/api/v1/logs/sign-offs", [401, 403, 403, 200, 403]),
    ("POST", "/api/v1/logs/readings", [401, 403, 403, 200, 200]),
    ("GET", "/api/v1/ledger/entries", READ),
    ("GET", "/api/v1/ledger/entries/{entry}", READ),
    ("GET", "/api/v1/ledger/entries/{entry}/explanation", READ),
    ("GET", "/api/v1/ledger/entries/{entry}/proof", READ),
    ("GET", "/api/v1/policy", READ),
    ("GET", "/api/v1/policy/standings", READ),
    ("GET", "/api/v1/accounts", [401, 200, 404, 200, 200]),
    ("POST", "/api/v1/accounts", [401, 403, 403, 403, 201]),
    ("POST", "/api/v1/accounts/reviews", [401, 403, 403, 200, 200]),
    ("POST", "/api/v1/accounts/{login}/resets", [401, 403, 403, 403, 200]),
    ("POST", "/api/v1/accounts/{login}/endings", [401, 403, 403, 403, 200]),
    ("POST", "/api/v1/accounts/{login}/links", [401, 403, 403, 403, 200]),
    ("POST", "/api/v1/tokens", READ),
    ("GET", "/api/v1/organisation/{kind}", READ),
    ("GET", "/api/v1/organisation/{kind}/{part}", READ),
    ("PUT", "/api/v1/organisation/{kind}/{part}", [401, 403, 403, 200, 200]),
    ("POST", "/api/v1/organisation/{kind}/{part}/endings", [401, 403, 403, 200, 200]),
    ("POST", "/api/v1/organisation-lists", [401, 403, 403, 200, 200]),
    ("GET", "/api/v1/leavers", READ),
    ("POST", "/api/v1/adoptions", OFFICER),
    ("POST", "/api/v1/rule-sheets", OFFICER),
    ("POST", "/api/v1/acknowledgements", [401, 403, 200, 200, 403]),
    ("POST", "/api/v1/zone-reviews", OFFICER),
    ("GET", "/api/v1/reviews", READ),
    ("GET", "/api/v1/reviews/{round}", READ),
    // One is open already: whoever may begin one is told so.
    ("POST", "/api/v1/reviews", [401, 403, 403, 422, 422]),
    // The officer began it and owns what nobody else does; it is about a right of the handler.
    ("POST", "/api/v1/reviews/{round}/answers", [401, 403, 403, 200, 200]),
    ("POST", "/api/v1/reviews/{round}/endings", [401, 403, 403, 200, 200]),
    ("GET", "/api/v1/rights", READ),
    ("POST", "/api/v1/rights/proposals", [401, 403, 403, 403, 201]),
    ("POST", "/api/v1/rights/gifts", [401, 403, 403, 201, 403]),
    // This policy knows no supervised place.
    ("POST", "/api/v1/rights/windows", [401, 403, 403, 422, 403]),
    // The administrator proposed it: the second person is somebody else.
    ("POST", "/api/v1/rights/{id}/answers", [401, 403, 403, 200, 403]),
    ("POST", "/api/v1/rights/{id}/endings", [401, 403, 403, 200, 200]),
    // Last: from here on those who may declare an emergency may do more.
    ("POST", "/api/v1/rights/emergencies", [401, 201, 201, 201, 403]),
];

#[test]
fn the_table_and_the_description_name_the_same_rooms() {
    let described = web::api::openapi();
    let described: Value = serde_json::to_value(described).unwrap();
    let mut rooms = BTreeSet::new();
    for (path, item) in described["paths"].as_object().unwrap() {
        for method in
            item.as_object().unwrap().keys().filter(|k| ["get", "put", "post", "delete", "patch"].contains(&k.as_str()))
        {
            rooms.insert((method.to_uppercase(), path.clone()));
        }
    }
    let table: BTreeSet<_> = TABLE.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(rooms, table);
}

#[test]
fn every_room_answers_everybody_as_the_table_says() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let mut wrong = Vec::new();
        for (n, (method, path, expected)) in TABLE.iter().enumerate() {
            for (who, status) in Who::ALL.into_iter().zip(expected) {
                let fresh = Fresh::make(&api, who, &format!("{n}-{who:?}").to_lowercase(), path).await;
                let target = fresh.path(path);
                let (headers, body) = fresh.body(method, path);
                let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
                let reply = api.ask(who, method.parse::<Method>().unwrap(), &target, &headers, body.as_bytes()).await;
                if reply.status.as_u16() != *status {
                    wrong.push(format!(
                        "{method} {path} {who:?}: {} instead of {status}: {}",
                        reply.status,
                        reply.text()
                    ));
                }
                if reply.status.is_client_error() {
                    reply.problem(reply.status.as_u16());
                }
                let kept = reply.header("cache-control");
                let about_people = path.contains("/people")
                    || path.contains("/imports")
                    || path.contains("/tokens")
                    || path.contains("/accounts")
                    || path.contains("/me");
                let about_people = about_people || path.contains("/work") || path.contains("/entries");
                if about_people && kept != "no-store" {
                    wrong.push(format!("{method} {path} {who:?} may be kept: {kept}"));
                }
                if reply.header("x-content-type-options") != "nosniff" {
                    wrong.push(format!("{method} {path} {who:?} is not protected"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}:\n{}", ground.name, wrong.join("\n"));
    });
}

/// What one knock needs, made for it alone, so that no knock sees what another did.
struct Fresh {
    name: String,
    person: PersonId,
    row: RowId,
    work: WorkId,
    held_under: RowId,
    token: String,
    warrant: String,
    question: String,
    round: u64,
    n: u32,
}

/// A legal entity with somebody who answers for it, a department, a project with rules and a zone, all of this name.
async fn organised(house: &testkit::office::House, name: &str) {
    use access::organisation::{Edit, PartKind, approve_rules, put_all};
    let entity = format!("e-{name}");
    type Told<'a> = (PartKind, &'a str, &'a [(&'a str, &'a str)]);
    let parts: [Told<'_>; 6] = [
        (PartKind::Entity, &entity, &[("name", "E"), ("country", "VN"), ("responsible", name)]),
        (PartKind::Department, name, &[("name", "D"), ("within", &entity)]),
        (PartKind::Site, name, &[("name", "S"), ("within", &entity)]),
        (PartKind::Zone, name, &[("name", "Z"), ("within", name)]),
        (PartKind::Project, name, &[("name", "P"), ("within", name)]),
        // Whoever answers for the entity works in another department, so that this one may end.
        (PartKind::Staff, name, &[("name", "N"), ("within", "d-other"), ("projects", name)]),
    ];
    let edits = parts.into_iter().map(|(kind, id, fields)| {
        let sheet = fields.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect();
        Edit { kind, id: id.parse().unwrap(), sheet }
    });
    let other = [("name", "Other"), ("within", entity.as_str())].map(|(f, t)| (f.to_owned(), t.to_owned())).into();
    let other = Edit { kind: PartKind::Department, id: "d-other".parse().unwrap(), sheet: other };
    let desk = house.desk_of(&house.officer, 0);
    put_all(&desk, &edits.chain([other]).collect::<Vec<_>>()).await.unwrap();
    approve_rules(&desk, &name.parse().unwrap(), [1; 32], "rules-1.pdf").await.unwrap();
}

impl Fresh {
    async fn make(api: &Api, who: Who, name: &str, path: &str) -> Self {
        let mut fresh = Self {
            name: name.to_owned(),
            person: api.person,
            row: api.row.clone(),
            work: api.work,
            held_under: api.row.clone(),
            token: String::new(),
            warrant: String::new(),
            question: String::new(),
            round: 0,
            n: 0,
        };
        let desk = api.house.desk_of(&api.house.officer, 0);
        if path.contains("{person}") {
            let email = format!("{name}@example.jp");
            let values = [NAOKO[0], ("email", email.as_str()), NAOKO[2]];
            fresh.person = api.house.person(&api.row, "hr.recruit", &values).await;
        }
        if path.ends_with("/resumptions") {
            vault::suspend(&api.house.vault, &desk, fresh.person, "hr.recruit".parse().unwrap()).await.unwrap();
        }
        if path.contains("{row}/") || path == "/api/v1/register/rows/{row}" {
            fresh.row = format!("r-{name}").parse().unwrap();
            duties::register::put(&desk, fresh.row.clone(), applicants()).await.unwrap();
        }
        if path.contains("{work}/") {
            fresh.work = work(&api.house, &format!("W-{name}"), &api.row).await;
        }
        if path.contains("{login}") {
            let grant = access::actor::Grant {
                login: name.to_owned(),
                name: "A. Example".into(),
                role: policy::Role::Handler,
                language: policy::Language::En,
                password: "correct horse battery".into(),
                reason: "story".into(),
                ends_at: None,
            };
            let desk = api.house.desk_of(&api.house.administrator, 0);
            access::actor::grant(&desk, grant).await.unwrap();
        }
        if path.contains("/reviews") {
            // Closed for others before, a round is begun anew.
            let newest = access::review::rounds(&api.house.office).await.unwrap().into_iter().next();
            fresh.round = match newest.filter(|round| round.closed_at.is_none()) {
                Some(round) => round.entry,
                None => access::review::begin(&desk).await.unwrap(),
            };
            let items = access::review::items(&api.house.office, fresh.round).await.unwrap();
            // What nobody answers for would lapse when the round is closed, the askers' own tokens too.
            if path.ends_with("/endings") {
                let admin = api.house.desk_of(&api.house.administrator, 0);
                for item in items.iter().filter(|item| item.said.is_none()) {
                    let by = if item.holder == Some(api.house.officer.id) { &admin } else { &desk };
                    let keep = access::review::Said::Keep;
                    access::review::answer(by, fresh.round, item.n, keep, "needed").await.unwrap();
                }
            }
            let of_handler =
                |item: &&access::review::Item| item.holder == Some(api.house.handler.id) && item.said.is_none();
            fresh.n = items.iter().find(of_handler).map_or(1, |item| item.n);
        }
        if ["organisation", "adoptions", "rule-sheets", "acknowledgements", "zone"].iter().any(|of| path.contains(of)) {
            organised(&api.house, name).await;
        }
        if path.contains("/rights/{id}") {
            let desk = api.house.desk_of(&api.house.administrator, 1);
            let act = policy::OfficeAct::GrantHighAccess;
            let (id, _) = access::warrant::propose(&desk, act, "second officer", "story").await.unwrap();
            fresh.warrant = id.to_string();
        }
        if path.contains("{question}") || path.ends_with("/sign-offs") {
            fresh.question = super::logs::read(&api.house, name, path.contains("{question}")).await;
        }
        if path.contains("{token}") {
            let asker = match who {
                Who::Auditor => &api.house.auditor,
                Who::Handler | Who::Nobody => &api.house.handler,
                Who::Officer => &api.house.officer,
                Who::Administrator => &api.house.administrator,
            };
            let desk = api.house.desk_of(asker, 0);
            let until = ledger::names::Moment(testkit::office::MORNING.0 + 9 * testkit::office::DAY);
            let may = ["own.show".to_owned()].into();
            let new = access::token::NewToken { label: name.to_owned(), ends_at: until, may };
            access::token::make(&desk, new).await.unwrap();
            let listed = access::token::list(&desk).await.unwrap();
            fresh.token = listed.into_iter().find(|t| t.label == name).unwrap().id;
        }
        fresh
    }

    fn path(&self, path: &str) -> String {
        path.replace("{person}", &self.person.to_string())
            .replace("{row}", self.row.as_str())
            .replace("{work}", &self.work.to_string())
            .replace("{login}", &self.name)
            .replace("{token}", &self.token)
            .replace("{way}", "0198f0c2a4b87d3e9c5a1f2b3c4d5e6f")
            .replace("{session}", "0123456789abcdef")
            .replace("{entry}", "3")
            .replace("{id}", &self.warrant)
            .replace("{question}", &self.question)
            .replace("/logs/readings", "/logs/readings?source=access.files")
            .replace("{kind}", "zone")
            .replace("{part}", &self.name)
            .replace("{round}", &self.round.to_string())
    }

    fn body(&self, method: &str, path: &str) -> (Vec<(&'static str, String)>, String) {
        let (row, work, purpose) = (self.held_under.as_str(), self.work.to_string(), "hr.recruit");
        let body = match path.rsplit('/').next().unwrap() {
            _ if method == "GET" => return (vec![], String::new()),
            "searches" => json!({ "text": "髙橋 直子", "purpose": purpose, "work": work }),
            "reveals" => json!({ "row": row, "elements": ["phone"], "purpose": purpose, "work": work }),
            "corrections" => {
                json!({ "row": row, "element": "phone", "value": "090-8765-4321", "purpose": purpose, "work": work })
            }
            "suspensions" | "resumptions" | "erasures" | "withdrawals" => json!({ "purpose": purpose }),
            "exports" => json!({ "purpose": purpose, "work": work }),
            "imports" => json!({
                "row": row, "purpose": purpose, "source": "story",
                "people": [{ "values": { "name": "山田 花子", "email": format!("{}@example.jp", self.name) } }],
            }),
            "{row}" => {
                let columns = applicants().0;
                let cell = |text: &str| json!({ "text": text });
                let columns: serde_json::Map<String, Value> =
                    columns.iter().map(|(column, c)| (column.clone(), cell(&c.text))).collect();
                let json = (JSON.0, JSON.1.to_owned());
                return (vec![json, ("if-match", "\"1\"".into())], json!({ "columns": columns }).to_string());
            }
            "{part}" => {
                let json = (JSON.0, JSON.1.to_owned());
                let fields = json!({ "fields": { "name": "Z", "within": self.name, "level": "2" } });
                return (vec![json, ("if-match", "\"1\"".into())], fields.to_string());
            }
            "endings" if path.contains("organisation") => json!({ "lastDay": "2026-06-30" }),
            "organisation-lists" => {
                json!({ "kind": "department", "parts": [{ "name": format!("L {}", self.name), "within": format!("e-{}", self.name) }] })
            }
            "adoptions" => json!({ "entity": format!("e-{}", self.name) }),
            "rule-sheets" => json!({ "project": self.name, "document": "ab".repeat(32), "note": "rules.pdf" }),
            "acknowledgements" => json!({ "project": self.name, "staff": [self.name] }),
            "work" => json!({
                "code": format!("W-{}", self.name), "title": "Recruiting", "purpose": purpose, "logins": ["lan"],
                "rows": [row], "from": "2026-06-01", "until": "2026-06-30",
            }),
            "accounts" => json!({
                "login": self.name, "name": "A. Example", "role": "handler", "language": "vi",
                "password": "correct horse battery", "reason": "story",
            }),
            "passwords" => json!({ "old": testkit::office::PASSWORD, "new": "another horse, another battery" }),
            "proposals" => json!({ "act": "grant-high-access", "of": "second officer", "reason": "story" }),
            "emergencies" => json!({ "reason": "fire in the machine room" }),
            "gifts" => json!({
                "login": "kato", "acts": ["record"], "work": work, "reason": "story", "until": "2026-06-20T00:00:00Z",
            }),
            "answers" if path.contains("/logs/") => json!({ "reason": "given-late" }),
            "windows" => json!({ "login": "lan", "place": "terminal-room", "hours": 4, "reason": "story" }),
            "answers" if path.contains("/reviews") => json!({ "n": self.n, "answer": "keep", "reason": "needed" }),
            "answers" => json!({ "answer": "yes" }),
            "sign-offs" => json!({ "week": "2026-W22", "section": "office" }),
            "readings" => return (vec![("content-type", "text/csv".into())], self.name.clone()),
            "tokens" => json!({ "label": "story", "may": ["own.show"], "until": "2026-07-01T00:00:00Z" }),
            _ => return (vec![], String::new()),
        };
        (vec![(JSON.0, JSON.1.to_owned())], body.to_string())
    }
}
