//! What messages leave by: a WhatsApp number, an SMS sender.

use serde::{Deserialize, Serialize};

use crate::{Channel, SenderId};

/// A sender as the core sees it. Credentials are the adapter's and live elsewhere.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Sender {
    pub id: SenderId,
    pub channel: Channel,
    pub name: String,
    /// What the person sees: `+12025550100`.
    pub address: String,
    /// The provider's own id of it (WhatsApp: phone number id; Twilio: the number or messaging service).
    pub provider_ref: String,
    pub status: SenderStatus,
    /// Messages a second that the provider grants this sender.
    pub per_second: u32,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SenderStatus {
    Active,
    /// Sends wait; a person must look.
    Paused {
        reason: String,
    },
}
