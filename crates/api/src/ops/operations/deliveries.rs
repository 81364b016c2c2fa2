//! Events on their way to other systems.

use model::delivery::Delivery;

use crate::ops::prelude::*;

const LIST: Lister = Lister::new("list_webhook_deliveries");

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Id of an endpoint.
    #[serde(default)]
    endpoint: Option<String>,
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cursor: Option<String>,
}

/// Deliveries with every attempt, newest first (A5).
#[utoipa::path(get, path = "/v1/webhook_deliveries", operation_id = "list_webhook_deliveries", tag = "operations", params(Filter),
    responses((status = 200, body = List<schema::Delivery>)), security(("api_key" = ["operations:read"])))]
pub async fn list_webhook_deliveries(
    State(state): State<ApiState>,
    principal: Principal,
    Query(q): Query<Filter>,
) -> Result<Json<List<Delivery>>, Problem> {
    let page = LIST.page(q.limit, q.cursor.as_deref())?;
    let endpoint = q.endpoint.filter(|e| !e.is_empty());
    Ok(LIST.answer(state.store().deliveries(principal.workspace, endpoint.as_deref(), page).await?, |delivery| delivery))
}
