//! What one store must tell, beside its lists, so that another can become the same.

use model::signal::Signal;
use model::{ContactId, SignalId};
use serde::{Deserialize, Serialize};

/// What no list shows.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Inventory {
    /// Kinds of which there are documents, in order.
    pub document_kinds: Vec<String>,
    /// Scopes under which there are counters, in order.
    pub counter_scopes: Vec<String>,
    /// Signals that wait for a provider's message id, oldest first.
    pub waiting: Vec<Signal>,
    /// The bytes of what is parked and could not even be read, as [`crate::Store::park_raw`] got them, in the order of ids.
    pub unreadable: Vec<(SignalId, Vec<u8>)>,
}

/// The answer that is kept under a dedupe key.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct KnownReply {
    /// Nobody while the signal waits or is parked.
    pub contact: Option<ContactId>,
    pub fingerprint: Option<u64>,
    pub reply: serde_json::Value,
}
