//! What the gate decided about a contact.

use model::ContactId;
use model::decision::DecisionRecord;
use storage::DecisionFilter;

use crate::ops::prelude::*;

const LIST: Lister = Lister::new("list_contact_decisions");

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cursor: Option<String>,
}

/// Every verdict about a contact, also those not to send, newest first.
#[utoipa::path(get, path = "/v1/contacts/{id}/decisions", operation_id = "list_contact_decisions", tag = "contacts", params(("id" = String, Path), Filter),
    responses((status = 200, body = List<schema::DecisionRecord>)), security(("api_key" = ["decisions:read"])))]
pub async fn list_contact_decisions(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ContactId>,
    Query(q): Query<Filter>,
) -> Result<Json<List<DecisionRecord>>, Problem> {
    let page = LIST.page(q.limit, q.cursor.as_deref())?;
    super::exists(&state, principal.workspace, id).await?;
    let filter = DecisionFilter { contact: Some(id), ..DecisionFilter::default() };
    Ok(LIST.answer(state.store().decisions(principal.workspace, filter, page).await?, |record| record))
}
