//! Verdicts by contact, message or journey.

use model::decision::DecisionRecord;
use storage::DecisionFilter;

use crate::ops::prelude::*;

const LIST: Lister = Lister::new("list_decisions");

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    #[serde(default)]
    contact: Option<String>,
    #[serde(default)]
    message: Option<String>,
    /// A journey's name.
    #[serde(default)]
    journey: Option<String>,
    /// Only verdicts that said nothing.
    #[serde(default)]
    silent: bool,
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cursor: Option<String>,
}

/// Verdicts, newest first.
#[utoipa::path(get, path = "/v1/decisions", operation_id = "list_decisions", tag = "decisions", params(Filter),
    responses((status = 200, body = List<schema::DecisionRecord>)), security(("api_key" = ["decisions:read"])))]
pub async fn list_decisions(
    State(state): State<ApiState>,
    principal: Principal,
    Query(q): Query<Filter>,
) -> Result<Json<List<DecisionRecord>>, Problem> {
    let filter = DecisionFilter {
        contact: one("contact", q.contact.as_deref())?,
        message: one("message", q.message.as_deref())?,
        journey: q.journey.filter(|j| !j.is_empty()),
        silent: q.silent,
    };
    let page = LIST.page(q.limit, q.cursor.as_deref())?;
    Ok(LIST.answer(state.store().decisions(principal.workspace, filter, page).await?, |record| record))
}
