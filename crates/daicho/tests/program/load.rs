//! Load: one reveal, asked for again and again.

use crate::installation::{Installation, in_days};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// What a client asks for.
pub(crate) struct Asked {
    token: String,
    person: String,
    body: String,
}

/// What came of it.
pub(crate) enum Answered {
    /// The entry was acknowledged, and the value was there.
    Entry(u64),
    /// A status other than 200, and what was said.
    Status(u16, String),
    /// Nobody answered, or not to the end.
    Nobody,
}

impl Asked {
    /// An office with one person, and whoever may see their telephone number.
    pub(crate) fn of(office: &Installation) -> Self {
        office.begun().working();
        let list = "氏名,メールアドレス,電話番号\n髙橋 直子,naoko@example.jp,090-1234-5678\n";
        let people = office.write("people.csv", list);
        office.run("hana", &["people", "import", &people, "--row", "a-001", "--purpose", "hr.recruit", "--yes"]).ok();
        let person = office.find("naoko@example.jp");
        let work = office.run("hana", &["work", "list", "--json"]).ok().json()[0]["id"].as_str().unwrap().to_owned();
        let until = in_days(30);
        let token = office
            .ask(
                "hana",
                &[
                    "account",
                    "token",
                    "--may",
                    "people.find",
                    "--may",
                    "people.reveal",
                    "--may",
                    "people.show",
                    "--may",
                    "own.show",
                    "--may",
                    "work.read",
                    "--may",
                    "records.read",
                    "--may",
                    "register.read",
                    "--may",
                    "policy.read",
                    "--label",
                    "load",
                    "--until",
                    &until,
                    "--json",
                ],
            )
            .ok()
            .json();
        let body = serde_json::json!({ "row": "a-001", "elements": ["phone"], "purpose": "hr.recruit", "work": work });
        Self { token: token["token"].as_str().unwrap().to_owned(), person, body: body.to_string() }
    }

    /// Whom it asks about.
    pub(crate) fn person(&self) -> &str {
        &self.person
    }

    /// Asks once.
    pub(crate) fn once(&self, host: &str) -> Answered {
        self.try_once(host).unwrap_or(Answered::Nobody)
    }

    /// The entry that was acknowledged; nothing when nobody answered.
    pub(crate) fn entry(&self, host: &str) -> Option<u64> {
        match self.once(host) {
            Answered::Entry(entry) => Some(entry),
            Answered::Status(status, told) => panic!("{status}: {told}"),
            Answered::Nobody => None,
        }
    }

    fn try_once(&self, host: &str) -> Option<Answered> {
        let mut stream = TcpStream::connect(host).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
        let Self { token, person, body } = self;
        let length = body.len();
        let head =
            format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {length}");
        let path = format!("/api/v1/people/{person}/reveals");
        write!(stream, "POST {path} HTTP/1.1\r\nHost: {host}\r\n{head}\r\nConnection: close\r\n\r\n{body}").ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let text = String::from_utf8(answer).unwrap();
        let (head, told) = text.split_once("\r\n\r\n")?;
        let status: u16 = head.split_whitespace().nth(1)?.parse().ok()?;
        if status != 200 {
            return Some(Answered::Status(status, told.to_owned()));
        }
        // Whoever was killed in the middle of an answer has not acknowledged.
        let told: serde_json::Value = serde_json::from_str(told).ok()?;
        assert_eq!(told["values"][0]["value"], "090-1234-5678", "{told}");
        told["entry"].as_u64().map(Answered::Entry)
    }
}
