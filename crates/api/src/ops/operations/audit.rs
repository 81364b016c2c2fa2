//! Who did what.

use model::audit::AuditEntry;

use crate::ops::prelude::*;

const LIST: Lister = Lister::new("list_audit");

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cursor: Option<String>,
}

/// Sign-ins, changes and refusals, newest first.
#[utoipa::path(get, path = "/v1/audit", operation_id = "list_audit", tag = "operations", params(Filter),
    responses((status = 200, body = List<schema::AuditEntry>)), security(("api_key" = ["audit:read"])))]
pub async fn list_audit(
    State(state): State<ApiState>,
    principal: Principal,
    Query(q): Query<Filter>,
) -> Result<Json<List<AuditEntry>>, Problem> {
    let page = LIST.page(q.limit, q.cursor.as_deref())?;
    Ok(LIST.answer(state.store().audit(principal.workspace, page).await?, |entry| entry))
}
