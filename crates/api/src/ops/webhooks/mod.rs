//! Where providers and sources deliver. Answered 2xx only after everything in the request is durable.

mod intake;
mod source;
mod twilio_inbound;
mod twilio_status;
mod whatsapp;
mod whatsapp_handshake;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use whatsapp::take_whatsapp;

use crate::state::ApiState;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(whatsapp_handshake::subscribe_whatsapp, whatsapp::receive_whatsapp))
        .routes(routes!(twilio_inbound::receive_twilio_inbound))
        .routes(routes!(twilio_status::receive_twilio_status))
        .routes(routes!(source::receive_source_event))
}
