//! How webhooks leave the world: queued, batched, signed, posted through a port, retried.

mod postbox;
mod retry;
mod router_sink;
mod sink;

pub use postbox::{CloudUpdate, Parcel, PendingWebhook, Postbox, Provider, Settled, batch_boundary};
pub use router_sink::RouterSink;
pub use sink::{DeadSink, SinkError, WebhookAnswer, WebhookSink};
