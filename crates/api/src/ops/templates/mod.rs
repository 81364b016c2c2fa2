//! Templates and their approval.

mod approve;
mod create;
mod delete;
mod design;
mod get;
mod list;
mod preview;
mod put;
mod submit;
mod sync;

use model::template::Template;
use model::{TemplateId, WorkspaceId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::Problem;
use crate::state::ApiState;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list_templates, create::create_template))
        .routes(routes!(get::get_template, put::update_template, delete::delete_template))
        .routes(routes!(approve::approve_template))
        .routes(routes!(sync::sync_templates))
        .routes(routes!(submit::submit_template))
        .routes(routes!(preview::preview_template))
        .routes(routes!(design::get_mail_design, design::put_mail_design))
        .routes(routes!(design::preview_mail_design))
}

async fn load(state: &ApiState, ws: WorkspaceId, id: TemplateId) -> Result<Template, Problem> {
    let templates = state.engine().templates(ws).await?;
    templates.into_iter().find(|t| t.id == id).ok_or_else(|| Problem::not_found("the template"))
}
