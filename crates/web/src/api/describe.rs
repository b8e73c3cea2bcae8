//! The description of the API: what every operation shares is written here once and added to each.

use axum::response::{IntoResponse, Response};
use std::sync::LazyLock;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{HttpMethod, Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ArrayItems, ObjectBuilder, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, Ref, RefOr, ResponseBuilder, Schema, SecurityRequirement};
use utoipa::{Modify, OpenApi, openapi};

use super::problem::{PROBLEM_JSON, Problem};
use super::seen::Seen;
use super::sort::Sort;
use crate::needs::{self, Need};
use axum::http::StatusCode;
use policy::Language;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Daicho API",
        version = "1",
        description = "Every act of the office for programs. An act asks the policy in force first; what it did, or that it was \
                       refused, is in the ledger before it is answered. Every no is an RFC 9457 problem in the language of \
                       `Accept-Language` (ja, en, vi); without one, in the language of the account, and before it is known who \
                       asks, in Japanese, the original of the policy. Moments are RFC 3339 with an offset from UTC. A problem \
                       tells the place in the request it is about and never repeats what was sent.",
        contact(),
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "people", description = "People's information: found, opened, corrected, suspended, erased, handed over, taken in."),
        (name = "register", description = "The handling ledger (個人情報管理台帳)."),
        (name = "organisation", description = "Legal entities, departments, sites, zones, projects, staff, cards, terminals, door readers."),
        (name = "work", description = "Work records: what somebody works on, and therefore what they may open."),
        (name = "logs", description = "Logs laid against work records: readings, questions, answers, sign-offs."),
        (name = "ledger", description = "What took place, provably."),
        (name = "policy", description = "The policy in force and how its promises stand."),
        (name = "accounts", description = "Who may be at the desk."),
        (name = "server", description = "The server itself.")
    ),
    components(schemas(Problem)),
    modifiers(&Doors)
)]
struct Head;

struct Doors;

impl Modify for Doors {
    fn modify(&self, api: &mut openapi::OpenApi) {
        let components = api.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API token, `t_…`."));
        components.add_security_scheme("token", SecurityScheme::Http(bearer.build()));
        let told = "The session of the pages, for their own scripts. What changes something needs the header `Daicho-Script` too.";
        let cookie = ApiKey::Cookie(ApiKeyValue::with_description("__Host-daicho", told));
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
        let either = ["token", "session"].map(|name| SecurityRequirement::new(name, Vec::<String>::new()));
        api.security = Some(either.to_vec());
    }
}

/// The description before any room has added itself.
pub(crate) fn head() -> openapi::OpenApi {
    Head::openapi()
}

/// The description with what every operation shares.
pub(crate) fn whole(mut api: openapi::OpenApi) -> openapi::OpenApi {
    for item in api.paths.paths.values_mut() {
        for method in [HttpMethod::Get, HttpMethod::Put, HttpMethod::Post] {
            let Some(operation) = operation(item, &method) else { continue };
            let id = operation.operation_id.clone().unwrap_or_default();
            if let Some(one) = needs::of_api(&id).filter(|one| one.need != Need::Anybody) {
                let told = format!("A token needs `{}`.", one.name);
                operation.description = Some(match operation.description.take() {
                    Some(text) if !text.is_empty() => format!("{text}\n\n{told}"),
                    _ => told,
                });
            }
            let open = operation.security.as_ref().is_some();
            if !open {
                share(operation, &method);
            }
        }
    }
    if let Some(components) = &mut api.components {
        components.schemas.iter_mut().for_each(|(name, schema)| refer(name, schema));
    }
    api
}

/// A page refers to what it lists instead of repeating it.
fn refer(name: &str, schema: &mut RefOr<Schema>) {
    let (Some(of), RefOr::T(Schema::Object(page))) = (name.strip_prefix("Page_"), schema) else { return };
    if let Some(RefOr::T(Schema::Array(items))) = page.properties.get_mut("items") {
        items.items = ArrayItems::RefOrSchema(Box::new(Ref::from_schema_name(of).into()));
    }
}

/// Every operation: its method, its path, its id.
pub(crate) fn operations(api: &openapi::OpenApi) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for (path, item) in &api.paths.paths {
        let methods = [("GET", &item.get), ("PUT", &item.put), ("POST", &item.post)];
        for (method, operation) in methods {
            if let Some(id) = operation.as_ref().and_then(|operation| operation.operation_id.clone()) {
                found.push((method.to_owned(), path.clone(), id));
            }
        }
    }
    found
}

fn operation<'a>(item: &'a mut PathItem, method: &HttpMethod) -> Option<&'a mut Operation> {
    match method {
        HttpMethod::Get => item.get.as_mut(),
        HttpMethod::Put => item.put.as_mut(),
        HttpMethod::Post => item.post.as_mut(),
        _ => None,
    }
}

/// The problems an operation of the office can answer with.
fn problems(method: &HttpMethod) -> &'static [u16] {
    match method {
        HttpMethod::Get => &[401, 404, 406, 422, 500, 503],
        HttpMethod::Put => &[400, 401, 403, 404, 406, 408, 409, 412, 413, 415, 422, 428, 500, 503],
        _ => &[400, 401, 403, 404, 406, 408, 409, 413, 415, 422, 500, 503],
    }
}

fn share(operation: &mut Operation, method: &HttpMethod) {
    for status in problems(method) {
        let response = problem(StatusCode::from_u16(*status).unwrap_or_default(), *method == HttpMethod::Post);
        operation.responses.responses.entry(status.to_string()).or_insert(response);
    }
    if *method == HttpMethod::Get {
        let unchanged =
            ResponseBuilder::new().description("Nothing changed since the answer with this entity tag.").build();
        operation.responses.responses.insert("304".into(), unchanged.into());
        return;
    }
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        let nothing = Ref::from_schema_name("Nothing");
        if body.content.values().any(|content| is_schema(content, &nothing)) {
            body.required = Some(openapi::Required::False);
        }
    }
    if *method == HttpMethod::Post {
        let key = ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(255))
            .pattern(Some("^[!-~]+$"));
        let key = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .required(openapi::Required::False)
            .description(Some(
                "A key of the caller's choice, such as a UUID. The same request with the same key within a day acts once; it is \
                 answered again with `replayed`, without values of people.",
            ))
            .schema(Some(key.build()));
        operation.parameters.get_or_insert_default().push(RefOr::T(key.build()));
    }
}

fn is_schema(content: &RefOr<Content>, wanted: &Ref) -> bool {
    matches!(content, RefOr::T(content) if matches!(&content.schema, Some(RefOr::Ref(to)) if to == wanted))
}

fn problem(status: StatusCode, keyed: bool) -> RefOr<openapi::Response> {
    let sorts = Sort::with(status).filter(|sort| keyed || !matches!(sort, Sort::KeyReused | Sort::Unanswered));
    let titles: Vec<&str> = sorts.map(|sort| sort.title(Language::En)).collect();
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let mut response = ResponseBuilder::new().description(titles.join(", or: ")).content(PROBLEM_JSON, content);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let seconds = ObjectBuilder::new().schema_type(Type::Integer);
        let header = HeaderBuilder::new().schema(Some(seconds)).description(Some("In how many seconds to try again."));
        response = response.header("Retry-After", header.build());
    }
    response.build().into()
}

/// The description itself
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    operation_id = "describe",
    tag = "server",
    security(()),
    responses((status = 200, body = Object, description = "OpenAPI 3.1."))
)]
pub(crate) async fn description() -> Response {
    static DESCRIPTION: LazyLock<openapi::OpenApi> = LazyLock::new(super::openapi);
    Seen::new(&*DESCRIPTION).into_response()
}
