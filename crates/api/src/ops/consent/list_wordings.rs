//! Texts that asked for consent.

use model::consent::Wording;

use crate::documents::WordingDocument;
use crate::ops::prelude::*;

const LIST: Lister = Lister::new("list_wordings");

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cursor: Option<String>,
}

/// Every wording that was ever shown.
#[utoipa::path(get, path = "/v1/wordings", operation_id = "list_wordings", tag = "consent", params(Filter),
    responses((status = 200, body = List<schema::Wording>)), security(("api_key" = ["consent:read"])))]
pub async fn list_wordings(
    State(state): State<ApiState>,
    principal: Principal,
    Query(q): Query<Filter>,
) -> Result<Json<List<Wording>>, Problem> {
    let page = LIST.page(q.limit, q.cursor.as_deref())?;
    Ok(LIST.answer(state.store().list::<WordingDocument>(principal.workspace, page).await?, |w| w.value.0))
}
