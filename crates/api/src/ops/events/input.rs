//! One event as callers send it.

use std::collections::BTreeMap;

use model::signal::SignalBody;
use model::{ContactId, SignalId, Timestamp, Value};

use crate::ops::contacts::ContactInput;
use crate::ops::prelude::*;
use crate::signals::Applied;

/// Something that happened in the business, and what it says about the contact.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "appointment_booked",
    "contact": { "external_id": "patient-42", "phone": "+12025550123", "attributes": { "first_name": "Sample" } },
    "properties": { "appointment_id": "A-1001", "starts_at": "2026-11-24T09:30:00Z" },
    "event_id": "booking-1001"
}))]
pub struct EventInput {
    /// Past tense: `appointment_booked`.
    pub name: String,
    pub contact: ContactInput,
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, serde_json::Value>)]
    pub properties: BTreeMap<String, Value>,
    /// The source's own id of the event: a second event with it changes nothing.
    #[serde(default)]
    pub event_id: Option<String>,
    /// When it happened; now if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub occurred_at: Option<Timestamp>,
}

/// What became of an event.
#[derive(Serialize, ToSchema)]
pub struct EventAccepted {
    #[schema(value_type = String)]
    pub signal_id: SignalId,
    #[schema(value_type = String)]
    pub contact_id: ContactId,
    /// The event was known already.
    pub duplicate: bool,
}

impl EventInput {
    /// The signal, or every fault. `at` is the pointer to this event.
    pub fn read(self, at: &str) -> Result<Ask, Vec<Fault>> {
        let mut faults = Vec::new();
        if !is_event_name(&self.name) {
            faults.push(Fault::new(format!("{at}/name"), "an event name has 1 to 100 letters, digits, `_`, `.`, `:` or `-`"));
        }
        if self.event_id.as_ref().is_some_and(|id| !(1..=200).contains(&id.len())) {
            faults.push(Fault::new(format!("{at}/event_id"), "must have 1 to 200 bytes"));
        }
        let contact = match self.contact.read(&format!("{at}/contact"), true) {
            Ok(contact) => Some(contact),
            Err(more) => {
                faults.extend(more);
                None
            }
        };
        match contact {
            Some((target, contact)) if faults.is_empty() => {
                let body = SignalBody::Event { name: self.name, properties: self.properties, contact };
                let mut ask = Ask::new(target, body);
                ask.event_time = self.occurred_at;
                ask.dedupe_key = self.event_id.map(|id| format!("event:{id}"));
                Ok(ask)
            }
            _ => Err(faults),
        }
    }
}

impl From<&Applied> for EventAccepted {
    fn from(applied: &Applied) -> Self {
        Self { signal_id: applied.signal, contact_id: applied.contact, duplicate: applied.replayed }
    }
}

fn is_event_name(name: &str) -> bool {
    (1..=100).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':' | '-'))
}
