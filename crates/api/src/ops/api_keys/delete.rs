//! Taking a key away.

use storage::Document;

use crate::documents::{ApiKey, ApiKeyHash};
use crate::ops::prelude::*;

/// Deletes a key. It stops working at once.
#[utoipa::path(delete, path = "/v1/api_keys/{id}", operation_id = "delete_api_key", tag = "access", params(("id" = String, Path)),
    responses((status = 204, description = "Deleted")), security(("api_key" = ["keys:write"])))]
pub async fn delete_api_key(State(state): State<ApiState>, principal: Principal, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    let store = state.store();
    let key = store.get::<ApiKey>(principal.workspace, &id).await?.ok_or_else(|| Problem::not_found("the API key"))?;
    // The hash first: without it the key is dead, whatever happens next.
    store.delete_document(principal.workspace, ApiKeyHash::KIND, &key.value.hash).await?;
    state.known_keys().forget(&key.value.hash);
    store.delete_document(principal.workspace, ApiKey::KIND, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
