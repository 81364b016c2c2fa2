//! Making a key.

use model::ApiKeyId;

use super::ApiKeyView;
use crate::auth::{Scope, Token};
use crate::documents::{ApiKey, ApiKeyHash};
use crate::ops::prelude::*;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Booking system", "scopes": ["events:write"] }))]
pub struct NewApiKey {
    name: String,
    /// Only scopes that the caller has.
    scopes: Vec<Scope>,
}

#[derive(Serialize, ToSchema)]
pub struct NewApiKeyView {
    #[serde(flatten)]
    key: ApiKeyView,
    /// Shown only here; it is not stored. Absent when the answer is a repetition.
    secret: Option<String>,
}

/// Makes an API key.
#[utoipa::path(post, path = "/v1/api_keys", operation_id = "create_api_key", tag = "access", params(("idempotency-key" = Option<String>, Header)),
    request_body = NewApiKey, responses((status = 201, body = NewApiKeyView)), security(("api_key" = ["keys:write"])))]
pub async fn create_api_key(
    State(state): State<ApiState>,
    principal: Principal,
    IdempotencyKey(key): IdempotencyKey,
    body: Body<NewApiKey>,
) -> Result<Response, Problem> {
    let NewApiKey { name, mut scopes } = body.value;
    scopes.sort_unstable();
    scopes.dedup();
    let mut faults = Vec::new();
    if name.trim().is_empty() || name.chars().count() > 100 {
        faults.push(Fault::new("/name", "a name has 1 to 100 characters"));
    }
    if scopes.is_empty() {
        faults.push(Fault::new("/scopes", "a key needs at least one scope"));
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    if let Some(scope) = scopes.iter().find(|s| !principal.has(**s)) {
        return Err(Problem::new(Code::Forbidden, format!("you cannot give the scope `{}`, because you do not have it", scope.as_str())));
    }
    let once = Once { state: &state, principal: &principal, operation: "create_api_key", key, fingerprint: body.fingerprint };
    once.run(|id| add(&state, &principal, ApiKeyId::from_u128(id), name, scopes)).await
}

async fn add(state: &ApiState, principal: &Principal, id: ApiKeyId, name: String, scopes: Vec<Scope>) -> Result<Created, Problem> {
    let now = state.wall_now();
    let token = Token::mint(state.secrets(), "ak_", principal.workspace);
    let key = ApiKey {
        id,
        name,
        scopes,
        prefix: token.text.chars().skip(29).take(6).fold("ak_…".to_owned(), |text, c| text + &c.to_string()),
        hash: token.hash.clone(),
        created_at: now,
        created_by: principal.person(),
        last_used_at: None,
    };
    let store = state.store();
    // A try that was cut off may have left a key whose secret nobody saw; the new secret takes its place.
    let before = store.get::<ApiKey>(principal.workspace, &id.to_string()).await?;
    store.put(principal.workspace, &key, before.map_or(0, |b| b.version), now).await?;
    store.put(principal.workspace, &ApiKeyHash { hash: token.hash, key: id }, 0, now).await?;
    let again = crate::once::to_json(&NewApiKeyView { key: key.clone().into(), secret: None })?;
    let now = crate::once::to_json(&NewApiKeyView { key: key.into(), secret: Some(token.text) })?;
    Ok(Created { now, again })
}
