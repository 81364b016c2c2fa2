//! The inbox.

mod act;
mod assign;
mod close;
mod composer;
pub mod counts;
mod estimate;
mod get;
mod imported;
mod label;
mod list;
mod note;
mod open;
mod prioritise;
mod read;
mod reply;
mod return_to_bot;
mod thread;
mod typing;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list_conversations, open::open_case))
        .routes(routes!(counts::get_conversation_counts))
        .routes(routes!(get::get_conversation))
        .routes(routes!(thread::list_conversation_thread))
        .routes(routes!(composer::get_composer))
        .routes(routes!(estimate::estimate_reply))
        .routes(routes!(reply::reply_to_conversation))
        .routes(routes!(note::add_conversation_note))
        .routes(routes!(assign::assign_conversation))
        .routes(routes!(prioritise::set_conversation_priority))
        .routes(routes!(label::label_conversation))
        .routes(routes!(close::close_conversation))
        .routes(routes!(return_to_bot::return_conversation_to_bot))
        .routes(routes!(read::mark_conversation_read))
        .routes(routes!(typing::show_typing))
}
