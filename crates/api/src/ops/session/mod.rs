//! Signing in and out.

mod create;
mod delete;
mod get;
mod set_password;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(create::create_session, get::get_session, delete::delete_session))
        .routes(routes!(set_password::set_password))
}
