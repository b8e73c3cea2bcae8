//! The notice: the enacted text, word for word, for anybody.

use access::No;
use askama::Template;
use axum::extract::Path;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Redirect, Response};
use policy::{Inline, Language};

use crate::answer::Answer;
use crate::form::Asked;
use crate::outline::{Step, outline};
use crate::page::{Page, ok};
use crate::visit::Visit;
use crate::words::{Words, on};

/// `GET /notice`: the notice in the reader's language.
pub(crate) async fn choose(visit: Visit) -> Response {
    Redirect::to(&format!("/notice/{}", visit.words.code())).into_response()
}

/// `GET /notice/{language}`, with `?product=` for one product's terms.
pub(crate) async fn page(mut visit: Visit, Path(language): Path<String>, Asked(asked): Asked) -> Answer {
    let language: Language = language.parse().map_err(|_| No::Missing)?;
    let enacted = visit.enacted().ok_or(No::Missing)?;
    let policy = &enacted.policy;
    visit.words = Words(language);
    let w = visit.words;
    let product = asked.some("product");
    let notice = match product {
        Some(id) => policy.notice_for_product(id, language).ok_or(No::Missing)?,
        None => policy.notice(language),
    };
    let query = product.map(|id| format!("?product={id}")).unwrap_or_default();
    let languages =
        Language::ALL.iter().map(|l| (*l, format!("/notice/{}{query}", l.code()), *l == language)).collect();
    let product_link = |p: &policy::Product| {
        (
            p.label.get(language).to_owned(),
            format!("/notice/{}?product={}", language.code(), p.id),
            product == Some(p.id.as_str()),
        )
    };
    let body = notice.blocks.iter().filter(|block| !matches!(block.kind, policy::BlockKind::Heading(1)));
    let contact = policy.contact();
    let organisation = policy.organisation();
    let desk = visit.desk();
    let mut response = ok(&NoticePage {
        page: visit.page(None, notice.title.clone()),
        languages,
        steps: outline(body, |block| (block.id.to_string(), block.text.as_slice())),
        title_id: notice.blocks.first().map(|block| block.id.to_string()).unwrap_or_default(),
        title: notice.title.clone(),
        reference_only: language != Language::ORIGINAL,
        products: policy.products().iter().map(product_link).collect(),
        general: product.map(|_| format!("/notice/{}", language.code())),
        company: organisation.name.get(language).to_owned(),
        address: organisation.address.get(language).to_owned(),
        representative: organisation.representative.get(language).to_owned(),
        desk_name: contact.name.get(language).to_owned(),
        desk_address: contact.address.get(language).to_owned(),
        telephone: contact.telephone.clone(),
        email: contact.email.clone(),
        hours: contact.hours.get(language).to_owned(),
        speaks: contact.languages.iter().map(|l| l.endonym()).collect(),
        version: policy.version().to_owned(),
        enacted: w.day(policy.enacted()),
        revised: w.day(policy.revised()),
        in_force: w.day(on(enacted.in_force_from, desk.zone())),
        digest: enacted.digest.to_string(),
        entry: w.entry(enacted.entry),
        address_here: format!("{}/notice/{}{query}", visit.state.base, language.code()),
    });
    if let Ok(value) = "no-cache".parse() {
        response.headers_mut().insert(CACHE_CONTROL, value);
    }
    Ok(response)
}

#[derive(Template)]
#[template(path = "notice.html")]
struct NoticePage<'a> {
    page: Page,
    languages: Vec<(Language, String, bool)>,
    steps: Vec<Step<(String, &'a [Inline])>>,
    title: String,
    title_id: String,
    reference_only: bool,
    products: Vec<(String, String, bool)>,
    general: Option<String>,
    company: String,
    address: String,
    representative: String,
    desk_name: String,
    desk_address: String,
    telephone: String,
    email: String,
    hours: String,
    speaks: Vec<&'static str>,
    version: String,
    enacted: String,
    revised: String,
    in_force: String,
    digest: String,
    entry: String,
    address_here: String,
}
