//! Journeys: checked, published, watched.

mod cancel_run;
mod counts;
mod funnel;
mod get;
mod list;
mod publish;
mod runs;
mod update;
mod validate;
mod versions;

use model::WorkspaceId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::engine::JourneyDetail;
use crate::problem::Problem;
use crate::state::ApiState;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list_journeys, publish::publish_journey))
        .routes(routes!(validate::validate_journey))
        .routes(routes!(get::get_journey, update::update_journey))
        .routes(routes!(versions::list_journey_versions))
        .routes(routes!(funnel::get_journey_funnel))
        .routes(routes!(runs::list_journey_runs))
        .routes(routes!(cancel_run::cancel_run))
}

async fn load(state: &ApiState, ws: WorkspaceId, name: &str) -> Result<JourneyDetail, Problem> {
    state.engine().journey(ws, name).await?.ok_or_else(|| Problem::not_found("the journey"))
}
