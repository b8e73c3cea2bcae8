//! Find anything from anywhere: sentences, rows of the register, work records, entries. People are found on their own page,
//! because a search for somebody is an act.

use access::work;
use askama::Template;
use axum::response::{IntoResponse, Redirect};
use duties::{history, register};
use policy::normal::fold::key;

use crate::answer::Answer;
use crate::form::Fields;
use crate::page::{Page, Place, clause_href, ok};
use crate::visit::Asking;

/// How much is shown of each sort.
const EACH: usize = 12;
/// How many work records are looked through, newest first.
const WORKS: u32 = 500;

/// `GET /find`: the empty form.
pub(crate) async fn page(asking: Asking) -> Answer {
    show(&asking, String::new()).await
}

/// `POST /find`: what was found. What people type may be somebody's name, so that it stands in no address.
pub(crate) async fn search(asking: Asking, fields: Fields) -> Answer {
    let q = fields.text("q").to_owned();
    if let Some(entry) = entry_number(&q)
        && history::entry(asking.desk.office(), entry).await?.is_some()
    {
        return Ok(Redirect::to(&format!("/records/{entry}")).into_response());
    }
    show(&asking, q).await
}

/// A number leads straight to its entry: 48221, #48 221. One that begins with 0 is a telephone's.
fn entry_number(q: &str) -> Option<u64> {
    let digits: String = q.trim_start_matches('#').chars().filter(|c| !c.is_whitespace()).collect();
    let plain = digits == "0" || !digits.starts_with('0');
    (plain && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

async fn show(asking: &Asking, q: String) -> Answer {
    let w = asking.words();
    let words: Vec<String> = q.split_whitespace().map(key).filter(|word| !word.is_empty()).collect();
    let holds = |text: &str| {
        let text = key(text);
        !words.is_empty() && words.iter().all(|word| text.contains(word.as_str()))
    };
    let mut groups: Vec<(&'static str, Vec<Hit>)> = Vec::new();
    if let Ok(policy) = asking.desk.policy() {
        let notice = policy.notice(w.0);
        let sentences = notice.blocks.iter().map(|block| Hit {
            href: clause_href(block.id.as_str()),
            title: block.plain(),
            about: block.id.to_string(),
        });
        groups.push((
            w.door_policy(),
            sentences.filter(|hit| holds(&format!("{} {}", hit.title, hit.about))).take(EACH).collect(),
        ));
    }
    let rows = register::list(asking.desk.office(), None).await?;
    let rows = rows.iter().filter(|row| {
        let cells: Vec<&str> = row.sheet.0.values().map(|cell| cell.text.as_str()).collect();
        holds(&format!("{} {}", row.id, cells.join(" ")))
    });
    let row_hit = |row: &register::RegisterRow| Hit {
        href: format!("/register/{}", row.id),
        title: row.name().to_owned(),
        about: w.register_row_n(&row.id),
    };
    groups.push((w.door_register(), rows.map(row_hit).take(EACH).collect()));
    let works = work::list(asking.desk.office(), None, WORKS).await?;
    let works = works.iter().filter(|one| holds(&format!("{} {}", one.code, one.title)));
    let work_hit =
        |one: &work::Work| Hit { href: format!("/work/{}", one.id), title: one.title.clone(), about: one.code.clone() };
    groups.push((w.door_work(), works.map(work_hit).take(EACH).collect()));
    groups.retain(|(_, hits)| !hits.is_empty());
    Ok(ok(&FindPage {
        page: asking.page(Place::Other, w.find_title()).at("/find"),
        people: asking.desk.may(policy::ActKind::Find),
        q,
        groups,
    }))
}

struct Hit {
    href: String,
    title: String,
    about: String,
}

#[derive(Template)]
#[template(path = "find.html")]
struct FindPage {
    page: Page,
    q: String,
    groups: Vec<(&'static str, Vec<Hit>)>,
    people: bool,
}

#[cfg(test)]
mod tests {
    use super::entry_number;

    #[test]
    fn only_a_number_that_an_entry_may_have_leads_to_one() {
        for (typed, entry) in [("48221", 48221), ("#48 221", 48221), ("0", 0)] {
            assert_eq!(entry_number(typed), Some(entry), "{typed}");
        }
        for other in ["", "#", "090 1234 5678", "48221a", "髙橋", "99999999999999999999999"] {
            assert_eq!(entry_number(other), None, "{other}");
        }
    }
}
