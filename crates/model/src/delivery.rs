//! Events that leave for somebody else's system: one row for each subscribed endpoint, tried until it is taken.

use serde::{Deserialize, Serialize};

use crate::{ContactId, DeliveryId, Timestamp, WorkspaceId};

/// One event on its way to one webhook endpoint. Its id travels as `webhook-id`, so that the receiver can drop repeats.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Delivery {
    pub id: DeliveryId,
    pub workspace: WorkspaceId,
    pub contact: ContactId,
    /// Id of the endpoint's document, or of the sender by which a conversion is reported.
    pub endpoint: String,
    /// `appointment_confirmed`.
    pub event: String,
    /// The exact body that is signed and posted. Of a conversion: what its adapter puts into the provider's words.
    pub body: String,
    pub status: DeliveryStatus,
    pub created_at: Timestamp,
    /// When the next attempt is due.
    pub next_at: Timestamp,
    #[serde(default)]
    pub attempts: Vec<Attempt>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    Pending,
    Delivered,
    /// Every attempt of the schedule failed, or the endpoint said 410.
    Failed,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Attempt {
    pub at: Timestamp,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    pub detail: String,
}
