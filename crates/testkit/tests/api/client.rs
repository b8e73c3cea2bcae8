//! A client of the API, and an office with something in it for it to ask about.

use access::Actor;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use ledger::names::{Moment, PersonId, RowId, WorkId};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use testkit::both::Ground;
use testkit::office::{DAY, House, MORNING};
use tower::ServiceExt;

/// Who asks, in the order of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Nobody,
    Auditor,
    Handler,
    Officer,
    Administrator,
}

impl Who {
    pub(crate) const ALL: [Self; 5] = [Self::Nobody, Self::Auditor, Self::Handler, Self::Officer, Self::Administrator];
}

/// The program's router over an office: one approved row, one person under it, one work record of the handler and the officer.
pub(crate) struct Api {
    pub(crate) house: House,
    pub(crate) row: RowId,
    pub(crate) work: WorkId,
    pub(crate) person: PersonId,
    pub(crate) router: Router,
    /// The time it is, in milliseconds.
    pub(crate) clock: Arc<AtomicI64>,
    tokens: [String; 4],
}

/// What somebody sent in answer.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The problem, which must be one of this status, well made.
    pub(crate) fn problem(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert!(problem["type"].as_str().unwrap().starts_with("urn:daicho:problem:"), "{problem}");
        assert!(!problem["title"].as_str().unwrap().is_empty(), "{problem}");
        problem
    }
}

/// Somebody to hold.
pub(crate) const NAOKO: &[(&str, &str)] = &[
    ("name", "髙橋 直子"),
    ("email", "naoko.takahashi@example.jp"),
    ("phone", "090-1234-5678"),
    ("birth-date", "1990-04-01"),
];

impl Api {
    pub(crate) async fn open(ground: &Ground) -> Self {
        Self::under(ground, testkit::sample::policy()).await
    }

    /// The same under another policy.
    pub(crate) async fn under(ground: &Ground, policy: policy::Policy) -> Self {
        let house = House::under(ground, policy).await;
        let row = house.applicants().await;
        let work = work(&house, "R-2026-118", &row).await;
        let person = house.person(&row, "hr.recruit", NAOKO).await;
        let mut tokens = Vec::new();
        for actor in [&house.auditor, &house.handler, &house.officer, &house.administrator] {
            tokens.push(token(&house, actor).await);
        }
        let clock = Arc::new(AtomicI64::new(MORNING.0 + DAY));
        let router = router(&house, clock.clone());
        Self { house, row, work, person, router, clock, tokens: tokens.try_into().unwrap() }
    }

    /// The token of somebody.
    pub(crate) fn token(&self, who: Who) -> Option<&str> {
        let place = match who {
            Who::Nobody => return None,
            Who::Auditor => 0,
            Who::Handler => 1,
            Who::Officer => 2,
            Who::Administrator => 3,
        };
        Some(&self.tokens[place])
    }

    /// Sends a request.
    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Reply { status: parts.status, headers: parts.headers, body }
    }

    /// Asks as somebody, with headers.
    pub(crate) async fn ask(
        &self,
        who: Who,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path).header("host", "office.example");
        if let Some(token) = self.token(who) {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_vec())).unwrap()).await
    }

    pub(crate) async fn get(&self, who: Who, path: &str) -> Reply {
        self.ask(who, Method::GET, path, &[], b"").await
    }

    pub(crate) async fn post(&self, who: Who, path: &str, body: &Value) -> Reply {
        self.ask(who, Method::POST, path, &[JSON], body.to_string().as_bytes()).await
    }

    /// The address of a room of the person.
    pub(crate) fn of_person(&self, room: &str) -> String {
        format!("/api/v1/people/{}{room}", self.person)
    }

    /// How many entries the ledger has.
    pub(crate) async fn size(&self) -> u64 {
        self.house.store.head().await.unwrap().size
    }
}

/// The header that says a body is JSON.
pub(crate) const JSON: (&str, &str) = ("content-type", "application/json");

/// A work record of the handler and the officer about a row.
pub(crate) async fn work(house: &House, code: &str, row: &RowId) -> WorkId {
    let new = access::work::NewWork {
        code: code.into(),
        title: "Mid-career recruiting".into(),
        purpose: "hr.recruit".parse().unwrap(),
        logins: vec!["lan".into(), "mori".into()],
        scope: access::work::Scope::Rows(vec![row.clone()]),
        starts_at: MORNING,
        ends_at: Moment(MORNING.0 + 30 * DAY),
    };
    access::work::open(&house.desk_of(&house.officer, 0), new).await.unwrap().0
}

async fn token(house: &House, actor: &Actor) -> String {
    let until = Moment(MORNING.0 + 90 * DAY);
    let desk = house.desk_of(actor, 0);
    let may = web::needs::OPERATIONS.iter().filter(|one| !one.api.is_empty()).map(|one| one.name.to_owned());
    let new = access::token::NewToken { label: "story".into(), ends_at: until, may: may.collect() };
    access::token::make(&desk, new).await.unwrap().0.into_text()
}

fn router(house: &House, clock: Arc<AtomicI64>) -> Router {
    web::router(web::State {
        office: house.office.clone(),
        vault: house.vault.clone(),
        clock: Arc::new(move || Moment(clock.load(Ordering::Relaxed))),
        secure_cookies: false,
        base: "https://office.example".into(),
        register_import: Arc::new(|_, _, _| Err(policy::Texts::same("not in this story"))),
        logs_import: Arc::new(super::logs::import),
        organisation_import: Arc::new(|_, _| Err(policy::Texts::same("not in this story"))),
        post: None,
        receipts: Arc::new(|n| Box::pin(async move { Ok(Some(format!("the receipt of entry {n}\n"))) })),
    })
}
