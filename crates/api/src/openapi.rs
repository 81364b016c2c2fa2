//! The OpenAPI 3.1 document, made from the operations themselves.

use serde_json::{Value, json};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Components, Contact, Info, License, OpenApi, Tag};

use crate::auth::Scope;
use crate::ops;
use crate::problem::ProblemBody;

/// What the document says of itself, before the operations are added.
pub fn base() -> OpenApi {
    let mut info = Info::new("Antiphon API", "1.0.0");
    info.description = Some(
        "Everything that the console does, this API does.\n\nErrors are problems (RFC 9457) with a stable `code`. Lists answer `{items, \
         next_cursor}`; cursors are opaque. A POST that creates or sends takes an `Idempotency-Key`: repeated with the same body it gives the first \
         answer, marked by the header `idempotent-replayed: true`.\n\nPrograms authenticate with an API key; each operation states the scope it needs."
            .to_owned(),
    );
    info.license = Some(License::new("Apache-2.0"));
    info.contact = None::<Contact>;
    let mut document = OpenApi::default();
    document.info = info;
    let mut components = Components::new();
    components
        .add_security_scheme("api_key", SecurityScheme::Http(Http::builder().scheme(HttpAuthScheme::Bearer).bearer_format("ak_…").build()));
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("__Host-antiphon"))));
    document.components = Some(components);
    document.tags = Some(
        ops::TAGS
            .iter()
            .map(|(name, text)| {
                let mut tag = Tag::new(*name);
                tag.description = Some((*text).to_owned());
                tag
            })
            .collect(),
    );
    document
}

/// Completes what the operations say: sessions beside keys, the problem answers that all of them share, the list of scopes.
pub fn complete(document: &OpenApi) -> Value {
    let mut json = serde_json::to_value(document).unwrap_or_default();
    let schema = serde_json::to_value(<ProblemBody as utoipa::PartialSchema>::schema()).unwrap_or_default();
    json["components"]["schemas"]["Problem"] = schema;
    json["components"]["schemas"]["Fault"] =
        serde_json::to_value(<crate::engine::Fault as utoipa::PartialSchema>::schema()).unwrap_or_default();
    json["components"]["responses"]["Problem"] = json!({
        "description": "A problem",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
    });
    json["components"]["securitySchemes"]["api_key"]["description"] =
        Scope::ALL.iter().map(|s| format!("- `{}`: {}", s.as_str(), s.doc())).collect::<Vec<_>>().join("\n").into();
    for item in json["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut()) {
        for operation in item.as_object_mut().into_iter().flat_map(|item| item.values_mut()) {
            if let Some(scopes) = operation["security"][0].get("api_key").cloned() {
                operation["security"] = json!([{ "api_key": scopes.clone() }, { "session": scopes }]);
            } else {
                operation["security"] = json!([]);
            }
            for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
                if response["description"].as_str().is_none_or(str::is_empty) {
                    response["description"] = reason(status).into();
                }
            }
            operation["responses"]["default"] = json!({ "$ref": "#/components/responses/Problem" });
        }
    }
    json
}

/// The description of an answer that says nothing more of itself.
fn reason(status: &str) -> &'static str {
    match status {
        "201" => "Created",
        "202" => "Accepted, and durable",
        "204" => "Done",
        _ => "The answer",
    }
}

/// The document as it is committed at `docs/api/openapi.json`.
#[must_use]
pub fn openapi_json() -> String {
    let (_, document) = crate::router::operations().split_for_parts();
    let mut text = serde_json::to_string_pretty(&complete(&document)).unwrap_or_default();
    text.push('\n');
    text
}
