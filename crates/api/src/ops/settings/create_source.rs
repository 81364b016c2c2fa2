//! Declaring a source.

use integrations::source::Source;

use super::list_sources::SourceView;
use crate::auth::signing_secret;
use crate::documents::SourceDocument;
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "id": "booking_system", "title": "Booking system" }))]
pub struct NewSource {
    /// Part of the address it posts to: lower-case letters, digits, underscores.
    id: String,
    title: String,
}

#[derive(Serialize, ToSchema)]
pub struct NewSourceView {
    #[serde(flatten)]
    source: SourceView,
    /// Shown only here.
    #[schema(example = "whsec_…")]
    secret: Option<String>,
}

/// Declares a system that may post events, signed as the Standard Webhooks specification says.
#[utoipa::path(post, path = "/v1/sources", operation_id = "create_source", tag = "settings", params(("idempotency-key" = Option<String>, Header)),
    request_body = NewSource, responses((status = 201, body = NewSourceView)), security(("api_key" = ["settings:write"])))]
pub async fn create_source(
    State(state): State<ApiState>,
    principal: Principal,
    IdempotencyKey(key): IdempotencyKey,
    body: Body<NewSource>,
) -> Result<Response, Problem> {
    let NewSource { id, title } = body.value;
    let mut faults = Vec::new();
    if !crate::ops::is_slug(&id) {
        faults.push(Fault::new("/id", "has 1 to 64 lower-case letters, digits and underscores"));
    }
    if title.trim().is_empty() || title.chars().count() > 100 {
        faults.push(Fault::new("/title", "a title has 1 to 100 characters"));
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let once = Once { state: &state, principal: &principal, operation: "create_source", key, fingerprint: body.fingerprint };
    once.run(|_| add(&state, &principal, id, title)).await
}

async fn add(state: &ApiState, principal: &Principal, id: String, title: String) -> Result<Created, Problem> {
    let secret = signing_secret(state.secrets());
    let now = state.engine().now();
    let source = SourceDocument(Source { id, title, secrets: vec![secret.clone()], created_at: now });
    // An id that is taken is a conflict, also for a repetition after a crash: its secret was never shown, so delete and declare it anew.
    state.store().put(principal.workspace, &source, 0, now).await?;
    state.engine().reload(principal.workspace).await?;
    let view = |secret| crate::once::to_json(&NewSourceView { source: SourceView::of(state, &source), secret });
    Ok(Created { now: view(Some(secret))?, again: view(None)? })
}
