//! Changes as they happen, and media.

mod follow;
mod media;
mod upload;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(follow::follow_changes))
        .routes(routes!(media::get_media))
        .routes(routes!(media::fetch_handed_out_file))
        .routes(routes!(upload::upload_media))
}
