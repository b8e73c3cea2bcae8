//! `/api/openapi.json`: complete, consistent with itself, and without anybody in it.

use super::client::{Api, Who};
use serde_json::Value;
use std::collections::BTreeSet;
use testkit::both::on_both;

fn described() -> Value {
    serde_json::to_value(web::api::openapi()).unwrap()
}

/// Every operation with its method and path.
fn operations(api: &Value) -> Vec<(String, String, Value)> {
    let mut all = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            all.push((method.clone(), path.clone(), operation.clone()));
        }
    }
    all
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(to)) = map.get("$ref") {
                found.insert(to.clone());
            }
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn it_is_served_to_anybody_as_openapi_3_1() {
    on_both(async |ground| {
        let api = Api::open(&ground).await;
        let reply = api.get(Who::Nobody, "/api/openapi.json").await;
        assert_eq!(reply.header("content-type"), "application/json");
        let served = reply.json();
        assert_eq!(served, described());
        assert_eq!(served["openapi"], "3.1.0");
        assert_eq!(served["info"]["license"]["identifier"], "Apache-2.0");
    });
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_used() {
    let api = described();
    let mut found = BTreeSet::new();
    references(&api, &mut found);
    for to in &found {
        assert!(api.pointer(to.trim_start_matches('#')).is_some(), "{to} leads nowhere");
    }
    for name in api["components"]["schemas"].as_object().unwrap().keys() {
        assert!(found.contains(&format!("#/components/schemas/{name}")), "{name} is used by nobody");
    }
}

#[test]
fn every_operation_says_what_it_is_and_how_it_fails() {
    let api = described();
    let mut ids = BTreeSet::new();
    for (method, path, operation) in operations(&api) {
        let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no id"));
        assert!(ids.insert(id.to_owned()), "{id} twice");
        assert!(!operation["summary"].as_str().unwrap_or("").is_empty(), "{id} has no summary");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{id}");
        let open = path.ends_with("/health") || path.ends_with("/openapi.json");
        let responses = operation["responses"].as_object().unwrap();
        assert_eq!(responses.contains_key("401"), !open, "{id}");
        for (status, response) in responses.iter().filter(|(status, _)| status.starts_with(['4', '5'])) {
            let problem = response.pointer("/content/application~1problem+json/schema/$ref");
            assert!(open || problem == Some(&"#/components/schemas/Problem".into()), "{id} {status}: {response}");
        }
        let named: BTreeSet<&str> = path.split(['{', '}']).skip(1).step_by(2).collect();
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let told: BTreeSet<&str> =
            parameters.iter().filter(|p| p["in"] == "path").map(|p| p["name"].as_str().unwrap()).collect();
        assert_eq!(named, told, "{id}");
        assert!(parameters.iter().all(|p| !p["description"].as_str().unwrap_or("").is_empty()), "{id}: {parameters:?}");
        let key = parameters.iter().any(|p| p["name"] == "Idempotency-Key");
        assert_eq!(key, method == "post", "{id}");
    }
}

#[test]
fn every_field_is_explained_and_requests_take_no_unknown_ones() {
    let api = described();
    let mut silent = Vec::new();
    for (name, schema) in api["components"]["schemas"].as_object().unwrap() {
        if schema["description"].as_str().unwrap_or("").is_empty() && !name.starts_with("Page_") {
            silent.push(name.clone());
        }
        for (field, of) in schema["properties"].as_object().into_iter().flatten() {
            // What may be null is described where it is something.
            let told = [&of["description"], &of["oneOf"][0]["description"]];
            if told.iter().all(|text| text.as_str().unwrap_or("").is_empty()) {
                silent.push(format!("{name}.{field}: {of}"));
            }
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
    for (_, path, operation) in operations(&api) {
        let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema") else { continue };
        let mut found = BTreeSet::new();
        references(schema, &mut found);
        for to in found {
            let schema = api.pointer(to.trim_start_matches('#')).unwrap();
            assert_eq!(schema["additionalProperties"], false, "{path}: {to}");
        }
    }
}

#[test]
fn the_doors_are_a_token_and_the_session() {
    let api = described();
    let schemes = &api["components"]["securitySchemes"];
    assert_eq!(schemes["token"]["scheme"], "bearer");
    assert_eq!(schemes["session"]["in"], "cookie");
    assert_eq!(api["security"].as_array().unwrap().len(), 2);
}
