//! A browser without script, and an office for it to look at.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use ledger::names::{Moment, PersonId, WorkId};
use policy::Texts;
use std::sync::Arc;
use testkit::both::Ground;
use testkit::office::{House, MORNING, PASSWORD};
use tower::ServiceExt;

/// An office with one approved row, two people under it, and one work record of the handler.
pub(crate) struct Pages {
    pub(crate) house: House,
    pub(crate) work: WorkId,
    pub(crate) person: PersonId,
    pub(crate) script: PersonId,
    router: Router,
    /// What the links in letters that were sent end with.
    pub(crate) letters: Arc<std::sync::Mutex<Vec<String>>>,
}

/// What a page answered.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// Somebody who looks at pages, signed in or not.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    cookie: Option<String>,
}

impl Pages {
    pub(crate) async fn open(ground: &Ground) -> Self {
        Self::under(ground, testkit::sample::policy()).await
    }

    /// The same under another policy.
    pub(crate) async fn under(ground: &Ground, policy: policy::Policy) -> Self {
        let house = House::under(ground, policy).await;
        let row = house.applicants().await;
        let naoko = [
            ("name", "髙橋 直子"),
            ("name-kana", "たかはし なおこ"),
            ("phone", "090-1234-5678"),
            ("email", "naoko@example.jp"),
        ];
        let person = house.person(&row, "hr.recruit", &naoko).await;
        let script = [("name", "<script>alert(1)</script>"), ("email", "script@example.jp")];
        let script = house.person(&row, "hr.recruit", &script).await;
        let work = house.work("R-2026-118", "hr.recruit", &row).await;
        let letters = Arc::<std::sync::Mutex<Vec<String>>>::default();
        let box_of = Arc::clone(&letters);
        let post: web::Post = Arc::new(move |letter: access::sign_in::link::Letter| {
            box_of.lock().unwrap().push(letter.key.into_text());
        });
        let state = web::State {
            office: house.office.clone(),
            vault: house.vault.clone(),
            clock: Arc::new(|| Moment(MORNING.0 + 3_600_000)),
            secure_cookies: false,
            base: "https://office.test".into(),
            register_import: Arc::new(import),
            organisation_import: Arc::new(|_, bytes| Ok(listed(bytes))),
            logs_import: Arc::new(|_, _, _| Ok(web::LogsLooked::default())),
            post: Some(post),
            receipts: Arc::new(|n| Box::pin(async move { Ok(Some(format!("the receipt of entry {n}\n"))) })),
        };
        let router = web::router(state);
        Self { house, work, person, script, router, letters }
    }

    /// Somebody who has not signed in.
    pub(crate) fn stranger(&self) -> Browser {
        Browser { router: self.router.clone(), cookie: None }
    }

    /// Somebody who has: `mori` is the officer, `lan` handles, `kato` audits, `admin` administers.
    pub(crate) async fn signed_in(&self, login: &str) -> Browser {
        let stranger = self.stranger();
        let reply = stranger.post("/sign-in", &[("login", login), ("password", PASSWORD)]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        let cookie = reply.header("set-cookie").split(';').next().unwrap().to_owned();
        Browser { cookie: Some(cookie), ..stranger }
    }
}

/// Stands in for the reader of files that the program lends: a line of `id,name` for each row.
fn import(policy: &policy::Policy, _: &str, bytes: &[u8]) -> Result<web::RegisterFile, Texts> {
    assert!(!policy.version().is_empty());
    let text = std::str::from_utf8(bytes).map_err(|_| Texts::same("not text"))?;
    let mut file = web::RegisterFile::default();
    for (line, row) in (1..).zip(text.lines()) {
        match row.split_once(',') {
            Some((id, name)) => {
                let sheet = testkit::office::applicants().with("name", name, duties::register::CellStanding::Inferred);
                file.rows.push((line, id.parse().unwrap(), sheet));
            }
            None => file.rejected.push(web::Rejected { line, column: "id".into(), why: Texts::same("no comma here") }),
        }
    }
    Ok(file)
}

/// A list of parts: fields and texts apart by colons, parted by commas.
fn listed(bytes: &[u8]) -> web::OrganisationFile {
    let mut file = web::OrganisationFile::default();
    for (line, row) in (1..).zip(String::from_utf8_lossy(bytes).lines()) {
        let cells = row.split(',').filter_map(|cell| cell.split_once(':'));
        let cells = cells.map(|(field, text)| (field.to_owned(), text.to_owned())).collect();
        file.lines.push(access::organisation::Line { line, cells });
    }
    file
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    #[track_caller]
    pub(crate) fn says(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "{text} is not in {}", self.body);
        self
    }

    #[track_caller]
    pub(crate) fn is_silent_about(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "{text} is in {}", self.body);
        self
    }

    /// Every address of this site that the page leads to, without the language links.
    pub(crate) fn links(&self) -> Vec<String> {
        let mut links = Vec::new();
        for part in self.body.split("href=\"").skip(1) {
            let href = part.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
            let switches_language = href.contains("?lang=") && !href.contains(".xlsx") || href.contains("&lang=");
            if (href.starts_with('/') || href.starts_with('#')) && !switches_language {
                links.push(href);
            }
        }
        links
    }

    /// The ids of the page, in order.
    pub(crate) fn ids(&self) -> Vec<&str> {
        self.body.split(" id=\"").skip(1).map(|part| part.split('"').next().unwrap()).collect()
    }
}

impl Browser {
    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], None).await
    }

    /// Whoever pressed the button of this address, with the session it began.
    pub(crate) async fn follow(&self, path: &str) -> Self {
        let reply = self.post(path, &[]).await.expect(303);
        let cookie = reply.header("set-cookie").split(';').next().unwrap().to_owned();
        Self { cookie: Some(cookie), ..self.clone() }
    }

    /// Sends a form as a page of this site does.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let form: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let headers = [("origin", "http://office.test"), ("content-type", "application/x-www-form-urlencoded")];
        self.send(Method::POST, path, &headers, Some(form.join("&").into_bytes())).await
    }

    /// Sends a file as the upload form does.
    pub(crate) async fn upload(&self, path: &str, name: &str, bytes: &str) -> Reply {
        self.upload_with(path, &[], name, bytes).await
    }

    /// The same, with other fields of the form.
    pub(crate) async fn upload_with(&self, path: &str, fields: &[(&str, &str)], name: &str, bytes: &str) -> Reply {
        let fields = fields.iter().map(|(name, value)| {
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        });
        let fields: String = fields.collect();
        let body = format!(
            "{fields}--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{bytes}\r\n--edge--\r\n"
        );
        let headers = [("origin", "http://office.test"), ("content-type", "multipart/form-data; boundary=edge")];
        self.send(Method::POST, path, &headers, Some(body.into_bytes())).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Reply {
        let path = path.split('#').next().unwrap();
        let mut request = Request::builder().method(method).uri(path).header("host", "office.test");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let request = request.body(body.map_or_else(Body::empty, Body::from)).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 64 * 1024 * 1024).await.unwrap();
        Reply { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}
