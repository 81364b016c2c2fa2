//! Messages in and out.

mod cancel;
mod content_check;
mod create;
mod deleted;
mod draft;
mod get;
mod list;
mod list_links;

use model::Message;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use create::answer;
pub use deleted::hide_deleted;
pub use draft::{DraftInput, TemplateInput};

use crate::state::ApiState;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list_messages, create::create_message))
        .routes(routes!(get::get_message))
        .routes(routes!(list_links::list_message_links))
        .routes(routes!(cancel::cancel_message))
}

/// A message as it leaves the server: without what only the gate and the dispatcher need, and without what its sender deleted.
pub fn public(mut message: Message) -> Message {
    message.intent = None;
    message.seal = None;
    if message.revoked_at.is_some() {
        message.received = None;
    }
    message
}
