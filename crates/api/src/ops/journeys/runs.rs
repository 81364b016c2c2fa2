//! Who is inside a journey, and who was.

use model::change::{RunRow, RunStatus};
use storage::RunFilter;

use crate::ops::prelude::*;

const LIST: Lister = Lister::new("list_journey_runs");

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// `active`, `completed`, `exited` or `failed`.
    #[serde(default)]
    status: Option<String>,
    /// Where they stand.
    #[serde(default)]
    step: Option<String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct NamedRun {
    #[serde(flatten)]
    #[schema(value_type = schema::RunRow)]
    run: RunRow,
    contact_name: Option<String>,
}

/// Runs of a journey, newest first.
#[utoipa::path(get, path = "/v1/journeys/{name}/runs", operation_id = "list_journey_runs", tag = "journeys", params(("name" = String, Path), Filter),
    responses((status = 200, body = List<NamedRun>)), security(("api_key" = ["journeys:read"])))]
pub async fn list_journey_runs(
    State(state): State<ApiState>,
    principal: Principal,
    Path(name): Path<String>,
    Query(q): Query<Filter>,
) -> Result<Json<List<NamedRun>>, Problem> {
    let status = words::<RunStatus>("status", q.status.as_deref())?;
    if status.len() > 1 {
        return Err(Problem::new(Code::InvalidQuery, "status: name one"));
    }
    let page = LIST.page(q.limit, q.cursor.as_deref())?;
    super::load(&state, principal.workspace, &name).await?;
    let filter = RunFilter {
        journey: Some(name),
        version: q.version.filter(|v| !v.is_empty()),
        contact: None,
        status: status.first().copied(),
        step: q.step.filter(|s| !s.is_empty()),
    };
    let runs = state.store().runs(principal.workspace, filter, page).await?;
    let mut items = Vec::with_capacity(runs.items.len());
    for run in runs.items {
        let view = state.engine().contact(principal.workspace, run.contact).await?;
        let contact_name = view.and_then(|v| v.contact.name.clone().or_else(|| v.contact.addresses.first().map(|a| a.key.value.clone())));
        items.push(NamedRun { run, contact_name });
    }
    Ok(LIST.answer(storage::Paged { items, next: runs.next }, |run| run))
}
