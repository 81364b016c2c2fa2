//! The API's port, answered from the runtime.

mod broadcasts;
mod composer;
mod contact;
pub(crate) mod designs;
mod email;
mod engine;
mod estimate;
mod examination;
mod files;
pub(crate) mod forms;
mod journeys;
mod live;
mod numbers;
mod outside;
mod rcs;
mod recovery;
mod sender_settings;
mod senders;
mod smpp;
mod template_review;
mod template_sync;
pub(crate) mod templates;
pub(crate) mod threads;
mod why;

use std::sync::Arc;

use api::LiveHub;
use channel_whatsapp::Whatsapp;
use runtime::{Engine, MediaStore};

pub use live::publish_news;

/// Everything that answers the API.
pub struct Backend {
    pub engine: Arc<Engine>,
    pub live: Arc<LiveHub>,
    pub whatsapp: Arc<Whatsapp>,
    pub media: MediaStore,
    /// Rung when a provider tells that a number stands otherwise than before.
    pub number_news: tokio::sync::Notify,
    /// Where providers and people reach us, without a slash at the end.
    pub public_url: String,
    /// How fast the product's clock runs; 1 outside of a demo.
    pub speed: Box<dyn Fn() -> f64 + Send + Sync>,
}
