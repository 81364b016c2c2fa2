//! About the API itself.

mod health;
mod openapi;
mod problem_page;
mod ready;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub fn probes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(health::check_health)).routes(routes!(ready::check_readiness))
}

pub fn routes() -> OpenApiRouter<ApiState> {
    probes().routes(routes!(openapi::get_openapi)).routes(routes!(problem_page::get_problem_page))
}
