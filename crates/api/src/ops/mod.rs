//! The operations, one file each, gathered by noun.

mod api_keys;
mod broadcasts;
mod consent;
mod contacts;
mod conversations;
mod decisions;
mod events;
mod journeys;
mod live;
mod messages;
mod meta;
mod operations;
mod prelude;
mod senders;
mod session;
mod settings;
mod templates;
mod users;
mod webhooks;

use utoipa_axum::router::OpenApiRouter;

pub(crate) use events::accept_event;
pub(crate) use webhooks::take_whatsapp;

use crate::state::ApiState;

/// Groups in the document, in the order in which people meet them.
pub const TAGS: &[(&str, &str)] = &[
    ("session", "Signing in and out"),
    ("events", "What happened in the business"),
    ("contacts", "People and what happened to them"),
    ("consent", "Who agreed to what, with proof"),
    ("conversations", "The inbox"),
    ("messages", "Messages in and out"),
    ("decisions", "Why something was sent, or not"),
    ("journeys", "Journeys, their runs and funnels"),
    ("broadcasts", "One message to many"),
    ("templates", "Templates and their approval"),
    ("settings", "Queues, senders, policy, sources, endpoints"),
    ("operations", "Running an installation"),
    ("users", "People who sign in"),
    ("access", "API keys"),
    ("live", "Changes as they happen"),
    ("webhooks", "For providers and sources"),
    ("meta", "About the API itself"),
];

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .merge(session::routes())
        .merge(events::routes())
        .merge(contacts::routes())
        .merge(consent::routes())
        .merge(conversations::routes())
        .merge(messages::routes())
        .merge(decisions::routes())
        .merge(journeys::routes())
        .merge(broadcasts::routes())
        .merge(templates::routes())
        .merge(settings::routes())
        .merge(senders::routes())
        .merge(operations::routes())
        .merge(users::routes())
        .merge(api_keys::routes())
        .merge(live::routes())
        .merge(webhooks::routes())
        .merge(meta::routes())
}

/// Whether the process is there, and whether it can take work.
pub fn probes() -> OpenApiRouter<ApiState> {
    meta::probes()
}

/// Good enough to catch a slip; only a message that arrives proves an address.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    !local.is_empty()
        && text.len() <= 254
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// Names that files refer to: lower-case letters, digits, underscores.
fn is_slug(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
