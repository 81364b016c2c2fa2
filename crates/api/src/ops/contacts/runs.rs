//! A contact's journeys.

use std::collections::BTreeMap;

use model::ContactId;
use model::change::RunRow;
use storage::RunFilter;

use crate::ops::prelude::*;

const LIST: Lister = Lister::new("list_contact_runs");

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct TitledRun {
    #[serde(flatten)]
    #[schema(value_type = schema::RunRow)]
    run: RunRow,
    /// The journey's title.
    title: String,
}

/// Every run of a contact, ended ones too, newest first.
#[utoipa::path(get, path = "/v1/contacts/{id}/runs", operation_id = "list_contact_runs", tag = "contacts", params(("id" = String, Path), Filter),
    responses((status = 200, body = List<TitledRun>)), security(("api_key" = ["contacts:read"])))]
pub async fn list_contact_runs(
    State(state): State<ApiState>,
    principal: Principal,
    Path(id): Path<ContactId>,
    Query(q): Query<Filter>,
) -> Result<Json<List<TitledRun>>, Problem> {
    let page = LIST.page(q.limit, q.cursor.as_deref())?;
    super::exists(&state, principal.workspace, id).await?;
    let journeys = state.engine().journeys(principal.workspace).await?;
    let titles: BTreeMap<_, _> = journeys.into_iter().map(|j| (j.name, j.title)).collect();
    let filter = RunFilter { contact: Some(id), ..RunFilter::default() };
    let runs = state.store().runs(principal.workspace, filter, page).await?;
    Ok(LIST.answer(runs, |run| TitledRun { title: titles.get(&run.journey).cloned().unwrap_or_else(|| run.journey.clone()), run }))
}
