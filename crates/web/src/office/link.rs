//! Links to one's own page: asked for at the door, handed out by an administrator, used once.

use access::No;
use access::sign_in::link;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use policy::Way;

use crate::answer::Answer;
use crate::form::{Fields, Wrong};
use crate::page::{Page, Place, html, ok};
use crate::visit::{Asking, Visit};

/// Whether a link can be asked for: the policy allows them, and letters can be sent.
pub(crate) fn offered(visit: &Visit) -> bool {
    visit.state.post.is_some() && visit.desk().sign_in().allows(Way::Link)
}

/// `POST /sign-in/links`: a link is sent to whoever has an account and an address. The answer is the same whoever was named.
pub(crate) async fn ask(visit: Visit, fields: Fields) -> Answer {
    let Some(post) = visit.state.post.clone().filter(|_| offered(&visit)) else { return Err(No::Missing.into()) };
    match link::ask(&visit.state.office, visit.now, &visit.whence, fields.text("who")).await {
        Ok(letter) => {
            if let Some(letter) = letter {
                post(letter);
            }
            Ok(ok(&LinkPage::new(&visit, Shown::Asked, Wrong::default())))
        }
        Err(No::Mistake(mistake)) => {
            let wrong = Wrong::new(&mistake, visit.words);
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &LinkPage::new(&visit, Shown::Nothing, wrong)))
        }
        Err(no) => Err(no.into()),
    }
}

/// `GET /sign-in/links/{key}`: a button. Nothing is used up by looking: what reads mail beforehand looks too.
pub(crate) async fn page(visit: Visit, Path(key): Path<String>) -> Response {
    ok(&LinkPage::new(&visit, Shown::Button(key), Wrong::default()))
}

/// `POST /sign-in/links/{key}`: the link is used, and one's own page opens.
pub(crate) async fn take(visit: Visit, Path(key): Path<String>) -> Answer {
    match link::take(&visit.state.office, visit.now, &visit.whence, &key).await {
        Ok(entered) => Ok(super::door::enter(&visit, entered, "/turn")),
        Err(No::Mistake(mistake)) => {
            let wrong = Wrong::new(&mistake, visit.words);
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &LinkPage::new(&visit, Shown::Nothing, wrong)))
        }
        Err(no) => Err(no.into()),
    }
}

/// `POST /accounts/{login}/links`: a link that the administrator hands over; it is shown this once.
pub(crate) async fn hand_out(asking: Asking, Path(login): Path<String>) -> Answer {
    let w = asking.words();
    let handed = link::hand_out(&asking.desk, &login).await?;
    let address = format!("{}/sign-in/links/{}", asking.state().base, handed.key.into_text());
    Ok(ok(&HandedPage {
        page: asking.page(Place::Other, w.link_handed_title()).at("/accounts"),
        about: w.link_handed_about(login, w.time(handed.until, asking.desk.zone())),
        address,
        entry: (w.entry(handed.entry), format!("/records/{}", handed.entry)),
    }))
}

/// What the page shows.
enum Shown {
    /// That a letter is on its way, if there is anybody to write to.
    Asked,
    /// The button that uses the link.
    Button(String),
    /// Only what is wrong.
    Nothing,
}

#[derive(Template)]
#[template(path = "link/page.html")]
struct LinkPage {
    page: Page,
    shown: Shown,
    wrong: Wrong,
}

impl LinkPage {
    fn new(visit: &Visit, shown: Shown, wrong: Wrong) -> Self {
        let here = match &shown {
            Shown::Button(key) => format!("/sign-in/links/{}", crate::visit::encoded(key)),
            _ => "/sign-in".to_owned(),
        };
        Self { page: visit.page(None, visit.words.link_title()).at(here), shown, wrong }
    }
}

#[derive(Template)]
#[template(path = "link/handed.html")]
struct HandedPage {
    page: Page,
    about: String,
    address: String,
    entry: (String, String),
}
