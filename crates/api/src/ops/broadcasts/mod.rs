//! Broadcasts: one message to many.

mod act;
mod add_recipients;
mod approve;
mod create;
mod get;
mod list;
mod list_recipients;
mod preview;
mod update;
mod view;

use model::broadcast::Broadcast;
use model::{BroadcastId, WorkspaceId};
use serde_json::json;
use storage::DocumentExt;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::documents::BroadcastDocument;
use crate::engine::{BroadcastWritten, Severity};
use crate::problem::{Code, Problem};
use crate::state::ApiState;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list_broadcasts, create::create_broadcast))
        .routes(routes!(get::get_broadcast, update::update_broadcast))
        .routes(routes!(list_recipients::list_broadcast_recipients, add_recipients::create_broadcast_recipients))
        .routes(routes!(preview::preview_broadcast))
        .routes(routes!(approve::approve_broadcast))
        .routes(routes!(act::act_on_broadcast))
}

async fn load(state: &ApiState, ws: WorkspaceId, id: BroadcastId) -> Result<Broadcast, Problem> {
    let stored = state.store().get::<BroadcastDocument>(ws, &id.to_string()).await?;
    stored.map(|stored| stored.value.0).ok_or_else(|| Problem::not_found("the broadcast"))
}

/// The broadcast, or what is wrong with its file.
fn written(outcome: BroadcastWritten) -> Result<Broadcast, Problem> {
    match outcome {
        BroadcastWritten::Done(broadcast) => Ok(*broadcast),
        BroadcastWritten::Refused(diagnostics) => {
            let errors = diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
            let detail = if errors == 1 { "the broadcast has one error".to_owned() } else { format!("the broadcast has {errors} errors") };
            Err(Problem::new(Code::InvalidBroadcast, detail).with("diagnostics", json!(diagnostics)))
        }
    }
}
