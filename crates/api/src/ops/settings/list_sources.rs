//! All sources.

use model::Timestamp;

use crate::documents::SourceDocument;
use crate::ops::prelude::*;

/// A system that may post signed events.
#[derive(Serialize, ToSchema)]
pub struct SourceView {
    #[schema(example = "booking_system")]
    pub id: String,
    pub title: String,
    /// Where it must post to.
    pub url: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl SourceView {
    pub fn of(state: &ApiState, source: &SourceDocument) -> Self {
        let url = format!("{}/sources/{}", state.config().public_url, source.0.id);
        Self { id: source.0.id.clone(), title: source.0.title.clone(), url, created_at: source.0.created_at }
    }
}

/// Every source, without its secrets.
#[utoipa::path(get, path = "/v1/sources", operation_id = "list_sources", tag = "settings",
    responses((status = 200, body = List<SourceView>)), security(("api_key" = ["settings:read"])))]
pub async fn list_sources(State(state): State<ApiState>, principal: Principal) -> Result<Json<List<SourceView>>, Problem> {
    let sources = state.store().all::<SourceDocument>(principal.workspace).await?;
    Ok(List::whole(sources.iter().map(|s| SourceView::of(&state, &s.value)).collect()))
}
