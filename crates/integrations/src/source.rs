//! A system that sends us events.

use model::Timestamp;
use model::value::Attributes;
use serde::{Deserialize, Serialize};

/// A declared source: who may post to `/sources/{id}`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Source {
    pub id: String,
    pub title: String,
    /// One, or two while a secret is being changed.
    pub secrets: Vec<String>,
    pub created_at: Timestamp,
}

/// The payload of a Standard Webhook that carries a business event.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Event {
    /// `appointment_booked`.
    #[serde(rename = "type")]
    pub name: String,
    #[serde(default)]
    pub timestamp: Option<Timestamp>,
    pub data: EventData,
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct EventData {
    pub contact: serde_json::Value,
    #[serde(default)]
    pub properties: Attributes,
}

/// Reads a webhook's body.
pub fn read(body: &[u8]) -> Result<Event, serde_json::Error> {
    serde_json::from_slice(body)
}
