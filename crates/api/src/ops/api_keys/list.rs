//! All keys.

use super::ApiKeyView;
use crate::documents::ApiKey;
use crate::ops::prelude::*;

/// All API keys, without their secrets.
#[utoipa::path(get, path = "/v1/api_keys", operation_id = "list_api_keys", tag = "access",
    responses((status = 200, body = List<ApiKeyView>)), security(("api_key" = ["keys:read"])))]
pub async fn list_api_keys(State(state): State<ApiState>, principal: Principal) -> Result<Json<List<ApiKeyView>>, Problem> {
    let keys = state.store().all::<ApiKey>(principal.workspace).await?;
    Ok(List::whole(keys.into_iter().map(|k| k.value.into()).collect()))
}
