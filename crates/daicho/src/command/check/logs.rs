//! Readings of logs, their questions, answers and sign-offs: each column says what the details of its entry say.

use super::Beside;
use super::replay::{Id, Replay, id, text};
use super::store::Look;
use ::store::{Fault, Row};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// What entries say of logs.
#[derive(Default)]
pub(super) struct Logs {
    /// Readings by their entry, with the moment.
    readings: BTreeMap<i64, (i64, Json)>,
    /// Questions by their id: the entry of the reading, its moment, the reading, and the question as it was asked.
    questions: BTreeMap<Id, Asked>,
    answers: BTreeMap<i64, (i64, Json)>,
    sign_offs: BTreeMap<i64, (i64, Json)>,
}

struct Asked {
    idx: i64,
    at: i64,
    reading: String,
    source: String,
    told: Json,
}

impl Logs {
    /// What an entry about logs says.
    pub(super) fn told(&mut self, idx: i64, at: i64, told: Json) {
        match text(&told, "what") {
            "logs-read" => {
                for question in told.get("questions").and_then(Json::as_array).into_iter().flatten() {
                    let Some(id) = id(text(question, "id")) else { continue };
                    let (reading, source) = (text(&told, "reading").to_owned(), text(&told, "source").to_owned());
                    self.questions.insert(id, Asked { idx, at, reading, source, told: question.clone() });
                }
                self.readings.insert(idx, (at, told));
            }
            "logs-answered" => drop(self.answers.insert(idx, (at, told))),
            "logs-signed-off" => drop(self.sign_offs.insert(idx, (at, told))),
            _ => {}
        }
    }
}

fn number(told: &Json, key: &str) -> Option<i64> {
    told.get(key).and_then(Json::as_i64)
}

impl Look<'_> {
    /// Everything about logs.
    pub(super) async fn logs(&mut self, told: &Replay) -> Result<(), Fault> {
        self.log_readings(told).await?;
        self.log_questions(told).await?;
        let sql = "SELECT idx, at, question, reason, settled, note, answered_by FROM log_answer ORDER BY idx";
        self.by_entry("log_answer", sql, &told.logs.answers, |row, told| {
            Ok([
                ("question", hex::encode(row.bytes(2)?) == text(told, "question")),
                ("reason", row.text(3)? == text(told, "reason")),
                ("settled", told.get("settled").and_then(Json::as_bool) == Some(row.int(4)? == 1)),
                ("note", row.text(5)? == text(told, "note")),
                ("answered_by", hex::encode(row.bytes(6)?) == text(told, "by")),
            ])
        })
        .await?;
        let sql = "SELECT idx, at, week, section, questions FROM log_sign_off ORDER BY idx";
        self.by_entry("log_sign_off", sql, &told.logs.sign_offs, |row, told| {
            Ok([
                ("week", row.text(2)? == text(told, "week")),
                ("section", row.text(3)? == text(told, "section")),
                ("questions", Some(row.int(4)?) == number(told, "questions")),
            ])
        })
        .await
    }

    async fn log_readings(&mut self, told: &Replay) -> Result<(), Fault> {
        let sql = "SELECT idx, at, id, source, digest, lines, events, matched, repeated, unread, covers_from, covers_until, unmade \
                   FROM log_reading ORDER BY idx";
        self.by_entry("log_reading", sql, &told.logs.readings, |row, told| {
            Ok([
                ("id", hex::encode(row.bytes(2)?) == text(told, "reading")),
                ("source", row.text(3)? == text(told, "source")),
                ("digest", hex::encode(row.bytes(4)?) == text(told, "sha256")),
                ("lines", Some(row.int(5)?) == number(told, "lines")),
                ("events", Some(row.int(6)?) == number(told, "events")),
                ("matched", Some(row.int(7)?) == number(told, "matched")),
                ("repeated", Some(row.int(8)?) == number(told, "repeated")),
                ("unread", Some(row.int(9)?) == number(told, "unread")),
                ("covers_from", Some(row.int(10)?) == number(told, "from")),
                ("covers_until", Some(row.int(11)?) == number(told, "until")),
                ("unmade", row.text(12)? == text(told, "unmade")),
            ])
        })
        .await
    }

    /// Rows that have an entry each, of which `idx` and `at` are the first columns.
    async fn by_entry<const N: usize>(
        &mut self,
        table: &'static str,
        sql: &str,
        told: &BTreeMap<i64, (i64, Json)>,
        same: impl Fn(&Row, &Json) -> Result<[(&'static str, bool); N], Fault>,
    ) -> Result<(), Fault> {
        let mut missing: BTreeSet<i64> = told.keys().copied().collect();
        for row in self.store.read(sql, vec![]).await? {
            let idx = row.int(0)?;
            if idx >= self.end {
                continue;
            }
            let Some((at, told)) = told.get(&idx).filter(|_| missing.remove(&idx)) else {
                self.add(Beside::Stray { table, entry: idx });
                continue;
            };
            let mut all = same(&row, told)?.to_vec();
            all.push(("at", row.int(1)? == *at));
            self.compare(table, idx.to_string(), idx, &all);
        }
        missing.into_iter().for_each(|entry| self.add(Beside::Gone { table, entry }));
        Ok(())
    }

    async fn log_questions(&mut self, told: &Replay) -> Result<(), Fault> {
        let asked = &told.logs.questions;
        let mut missing: BTreeMap<Id, i64> = asked.iter().map(|(id, asked)| (*id, asked.idx)).collect();
        let sql = "SELECT id, reading, ask, source, person, name, place, section, week, events, first_at, last_at, line, entered, \
                   asked, at, idx FROM log_question ORDER BY idx, id";
        for row in self.store.read(sql, vec![]).await? {
            if row.int(16)? >= self.end {
                continue;
            }
            let id = row.bytes(0)?;
            let known = <Id>::try_from(id).ok().and_then(|id| asked.get(&id).map(|asked| (id, asked)));
            let Some((id, asked)) = known else {
                self.add(Beside::Added { table: "log_question", row: hex::encode(id) });
                continue;
            };
            missing.remove(&id);
            let of = &asked.told;
            let whom = row.maybe_bytes(14)?.map(hex::encode);
            let same = [
                ("reading", hex::encode(row.bytes(1)?) == asked.reading),
                ("ask", row.text(2)? == text(of, "ask")),
                ("source", row.text(3)? == asked.source),
                ("person", row.text(4)? == text(of, "person")),
                ("name", row.text(5)? == text(of, "name")),
                ("place", row.text(6)? == text(of, "place")),
                ("section", row.text(7)? == text(of, "section")),
                ("week", row.text(8)? == text(of, "week")),
                ("events", Some(row.int(9)?) == number(of, "events")),
                ("first_at", Some(row.int(10)?) == number(of, "first")),
                ("last_at", Some(row.int(11)?) == number(of, "last")),
                ("line", Some(row.int(12)?) == number(of, "line")),
                ("entered", of.get("entered").and_then(Json::as_bool) == Some(row.int(13)? == 1)),
                ("asked", whom.as_deref() == of.get("asked").and_then(Json::as_str)),
                ("at", row.int(15)? == asked.at),
                ("idx", row.int(16)? == asked.idx),
            ];
            self.compare("log_question", hex::encode(id), asked.idx, &same);
        }
        missing.into_values().for_each(|entry| self.add(Beside::Gone { table: "log_question", entry }));
        Ok(())
    }
}
