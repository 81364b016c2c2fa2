//! Where providers and sources deliver. Answered 2xx only after everything in the request is durable.

mod intake;
mod provider;
mod provider_part;
mod source;
mod tracked;
mod unsubscribe;
mod whatsapp;
mod whatsapp_handshake;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use whatsapp::take_whatsapp;

use crate::state::ApiState;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(whatsapp_handshake::subscribe_whatsapp, whatsapp::receive_whatsapp))
        .routes(routes!(provider::receive_delivery))
        .routes(routes!(provider_part::receive_delivery_part))
        .routes(routes!(unsubscribe::show_unsubscription, unsubscribe::unsubscribe))
        .routes(routes!(tracked::follow_link))
        .routes(routes!(tracked::follow_short_link))
        .routes(routes!(tracked::show_picture))
        .routes(routes!(source::receive_source_event))
}
