//! Taking one person out of a journey.

use model::RunId;
use model::change::RunRow;
use model::signal::{AgentAct, SignalBody, Target};

use crate::ops::prelude::*;

/// Stops a run. Its queued messages are taken back.
#[utoipa::path(post, path = "/v1/runs/{id}/cancellation", operation_id = "cancel_run", tag = "journeys", params(("id" = String, Path)),
    responses((status = 200, body = schema::RunRow)), security(("api_key" = ["contacts:write"])))]
pub async fn cancel_run(State(state): State<ApiState>, principal: Principal, Path(id): Path<RunId>) -> Result<Json<RunRow>, Problem> {
    let store = state.store();
    let run = store.run(principal.workspace, id).await?.ok_or_else(|| Problem::not_found("the run"))?;
    let act = SignalBody::Agent { user: principal.person(), act: AgentAct::StopRun { run: id } };
    apply(&state, &principal, Ask::new(Target::Contact(run.contact), act)).await?;
    store.run(principal.workspace, id).await?.map(Json).ok_or_else(|| Problem::not_found("the run"))
}
