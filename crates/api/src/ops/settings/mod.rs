//! What administrators set: queues, senders, policy, sources, webhook endpoints.

mod create_endpoint;
mod create_sender;
mod create_source;
mod get_policy;
mod list_endpoints;
mod list_queues;
mod list_senders;
mod list_sources;
mod put_policy;
mod put_queue;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list_queues::list_queues))
        .routes(routes!(put_queue::update_queue))
        .routes(routes!(list_senders::list_senders, create_sender::create_sender))
        .routes(routes!(get_policy::get_policy, put_policy::update_policy))
        .routes(routes!(list_sources::list_sources, create_source::create_source))
        .routes(routes!(list_endpoints::list_webhook_endpoints, create_endpoint::create_webhook_endpoint))
}
