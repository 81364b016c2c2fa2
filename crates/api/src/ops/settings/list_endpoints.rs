//! All webhook endpoints.

use model::Timestamp;

use crate::documents::EndpointDocument;
use crate::ops::prelude::*;

/// Somebody else's address that gets our events.
#[derive(Serialize, ToSchema)]
pub struct EndpointView {
    pub id: String,
    #[schema(example = "https://crm.example.com/hooks/antiphon")]
    pub url: String,
    /// Event names; `*` means all.
    pub events: Vec<String>,
    pub enabled: bool,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<EndpointDocument> for EndpointView {
    fn from(document: EndpointDocument) -> Self {
        let endpoint = document.0;
        Self { id: endpoint.id, url: endpoint.url, events: endpoint.events, enabled: endpoint.enabled, created_at: endpoint.created_at }
    }
}

/// Every webhook endpoint, without its secret.
#[utoipa::path(get, path = "/v1/webhook_endpoints", operation_id = "list_webhook_endpoints", tag = "settings",
    responses((status = 200, body = List<EndpointView>)), security(("api_key" = ["settings:read"])))]
pub async fn list_webhook_endpoints(State(state): State<ApiState>, principal: Principal) -> Result<Json<List<EndpointView>>, Problem> {
    let endpoints = state.store().all::<EndpointDocument>(principal.workspace).await?;
    Ok(List::whole(endpoints.into_iter().map(|e| e.value.into()).collect()))
}
