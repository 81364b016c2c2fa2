//! Running an installation.

mod alarms;
mod audit;
mod deliveries;
mod parked;
mod recovery;
mod retry;
mod status;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(parked::list_parked_signals))
        .routes(routes!(retry::retry_parked_signal))
        .routes(routes!(alarms::list_alarms))
        .routes(routes!(audit::list_audit))
        .routes(routes!(deliveries::list_webhook_deliveries))
        .routes(routes!(recovery::get_recovery))
        .routes(routes!(recovery::approve_recovery))
        .routes(routes!(status::get_status))
}
