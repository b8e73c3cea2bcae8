//! One question: what did not fit, who is asked, and the answers there are.

use access::{No, OfficeAct};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use duties::logs::{self, QuestionId};
use policy::Role;
use policy::logs::Settles;

use super::{Line, accounts, known, may, shows};
use crate::answer::Answer;
use crate::form::{Fields, Wrong};
use crate::page::{Page, Place, html};
use crate::visit::Asking;

/// `GET /logs/questions/{question}`: one question.
pub(crate) async fn page(asking: Asking, Path(id): Path<String>) -> Answer {
    let id: QuestionId = id.parse().map_err(|_| No::Missing)?;
    show(&asking, id, Fields::default(), Wrong::default()).await
}

/// `POST /logs/questions/{question}/answers`: the question is answered.
pub(crate) async fn answer(asking: Asking, Path(id): Path<String>, fields: Fields) -> Answer {
    let id: QuestionId = id.parse().map_err(|_| No::Missing)?;
    let given = logs::Answer { reason: fields.text("reason").to_owned(), note: fields.text("note").to_owned() };
    let known = known(&asking).await?;
    match logs::answer(&asking.desk, &known, id, given).await {
        Ok(_) => Ok(Redirect::to(&format!("/logs/questions/{id}")).into_response()),
        Err(No::Mistake(mistake)) => {
            let wrong = Wrong::new(&mistake, asking.words());
            show(&asking, id, fields, wrong).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn show(asking: &Asking, id: QuestionId, fields: Fields, wrong: Wrong) -> Answer {
    let w = asking.words();
    let one = logs::question(asking.desk.office(), id).await?.filter(|one| shows(asking, one)).ok_or(No::Missing)?;
    let rules = asking.desk.policy()?.logs();
    let (known, names) = (known(asking).await?, accounts(asking).await?);
    let role = asking.session.actor.role;
    let turn = logs::answerers(&one, rules, asking.desk.now());
    let is_own = known.account(&one.person) == Some(asking.session.actor.id);
    let mine = role == Role::Officer || turn.manager == Some(asking.session.actor.id);
    let may_answer = one.is_open() && may(asking, OfficeAct::AnswerLogs) && mine && !is_own;
    let reasons = rules
        .reasons_for(one.check)
        // The privacy officer answers last.
        .filter(|reason| role != Role::Officer || reason.settles != Settles::Escalate)
        .map(|reason| (reason.id.clone(), reason.label.get(w.0).to_owned(), fields.has("reason", &reason.id)))
        .collect();
    let answers = one
        .answers
        .iter()
        .map(|answer| Given {
            label: rules.reason(&answer.reason).map_or_else(|| answer.reason.clone(), |r| r.label.get(w.0).to_owned()),
            note: answer.note.clone(),
            by: names.get(&answer.by).cloned().unwrap_or_default(),
            when: w.moment(answer.at, asking.desk.zone()),
            entry: (w.entry(answer.entry), format!("/records/{}", answer.entry)),
        })
        .collect();
    let status = if wrong.any().is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let line = Line::new(asking, rules, &known, &one);
    let page = asking.page(Place::Records, line.check).at(format!("/logs/questions/{id}"));
    Ok(html(
        status,
        &QuestionPage {
            page,
            ask: rules.check(one.check).map_or_else(String::new, |rule| rule.ask.get(w.0).to_owned()),
            source: rules.source(&one.source).map_or_else(|| one.source.clone(), |s| s.label.get(w.0).to_owned()),
            last: w.moment(one.last, asking.desk.zone()),
            at_line: one.line,
            asked: one
                .asked
                .and_then(|actor| names.get(&actor).cloned())
                .unwrap_or_else(|| w.role_officer().to_owned()),
            entry: (w.entry(one.entry), format!("/records/{}", one.entry)),
            id: id.to_string(),
            note: fields.text("note").to_owned(),
            is_open: one.is_open(),
            line,
            answers,
            reasons,
            may_answer,
            is_own,
            wrong,
        },
    ))
}

struct Given {
    label: String,
    note: String,
    by: String,
    when: String,
    entry: (String, String),
}

#[derive(Template)]
#[template(path = "logs/question.html")]
struct QuestionPage {
    page: Page,
    id: String,
    line: Line,
    ask: String,
    source: String,
    last: String,
    at_line: u32,
    asked: String,
    entry: (String, String),
    answers: Vec<Given>,
    reasons: Vec<(String, String, bool)>,
    note: String,
    is_open: bool,
    may_answer: bool,
    is_own: bool,
    wrong: Wrong,
}
