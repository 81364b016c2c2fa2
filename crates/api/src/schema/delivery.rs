//! Outgoing webhook deliveries.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One event on its way to one webhook endpoint.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Delivery {
    pub id: String,
    pub workspace: String,
    pub contact: String,
    pub endpoint: String,
    pub event: String,
    /// The exact body that is signed and posted.
    pub body: String,
    pub status: DeliveryStatus,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub next_at: String,
    #[serde(default)]
    pub attempts: Vec<Attempt>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    Pending,
    Delivered,
    Failed,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Attempt {
    #[schema(format = DateTime)]
    pub at: String,
    pub status: Option<u16>,
    pub detail: String,
}
