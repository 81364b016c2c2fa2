//! Business events in.

mod create;
mod create_batch;
mod input;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use create::accept_event;
pub use input::EventInput;

use crate::state::ApiState;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(create::create_event)).routes(routes!(create_batch::create_event_batch))
}
