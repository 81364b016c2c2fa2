//! Contacts, and what happened to them.

mod consent;
mod create;
mod decisions;
mod get;
mod list;
mod messages;
mod record_consent;
mod reference;
mod runs;
mod timeline;
mod update;
mod why;

use model::{ContactId, WorkspaceId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use reference::{ContactInput, address};

use crate::engine::ContactView;
use crate::problem::Problem;
use crate::state::ApiState;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list_contacts, create::create_contact))
        .routes(routes!(get::get_contact, update::update_contact))
        .routes(routes!(timeline::list_contact_timeline))
        .routes(routes!(messages::list_contact_messages))
        .routes(routes!(decisions::list_contact_decisions))
        .routes(routes!(runs::list_contact_runs))
        .routes(routes!(consent::get_contact_consent, record_consent::record_consent))
        .routes(routes!(why::explain_journey))
}

/// The contact, or a 404: also when it belongs to another workspace.
pub async fn load(state: &ApiState, ws: WorkspaceId, id: ContactId) -> Result<ContactView, Problem> {
    state.engine().contact(ws, id).await?.ok_or_else(|| Problem::not_found("the contact"))
}

/// Whether there is such a contact here; cheaper than [`load`].
pub async fn exists(state: &ApiState, ws: WorkspaceId, id: ContactId) -> Result<(), Problem> {
    match state.store().contact_state(ws, id).await? {
        Some(_) => Ok(()),
        None => Err(Problem::not_found("the contact")),
    }
}
