//! One message, and how the API shows it.

use model::Timestamp;
use serde_json::{Value, json};

use super::error::fault;
use crate::people::PersonId;
use crate::twilio::segments;

#[derive(Clone, Debug)]
pub struct TelnyxMessage {
    pub id: String,
    pub person: PersonId,
    pub inbound: bool,
    pub from: String,
    pub to: String,
    pub text: String,
    /// Address and, where it is known, type.
    pub media: Vec<(String, Option<String>)>,
    pub tags: Vec<String>,
    pub webhook_url: Option<String>,
    /// Of the one recipient.
    pub status: &'static str,
    pub code: Option<u32>,
    pub received: Timestamp,
    pub sent: Option<Timestamp>,
    pub completed: Option<Timestamp>,
}

impl TelnyxMessage {
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.inbound || self.completed.is_some()
    }

    /// `data` of an answer, and `payload` of a webhook.
    #[must_use]
    pub fn json(&self, profile: &str) -> Value {
        let media: Vec<Value> =
            self.media.iter().map(|(url, kind)| json!({ "url": url, "content_type": kind, "sha256": null, "size": null })).collect();
        json!({
            "record_type": "message",
            "direction": if self.inbound { "inbound" } else { "outbound" },
            "id": self.id,
            "type": if self.media.is_empty() { "SMS" } else { "MMS" },
            "messaging_profile_id": profile,
            "from": { "phone_number": self.from, "carrier": "", "line_type": "" },
            "to": [{ "phone_number": self.to, "status": self.status, "carrier": "", "line_type": "" }],
            "text": self.text,
            "media": media,
            "webhook_url": self.webhook_url,
            "webhook_failover_url": null,
            "encoding": if segments::is_plain(&self.text) { "GSM-7" } else { "UCS-2" },
            "parts": segments::count(&self.text),
            "tags": self.tags,
            "cost": null,
            "received_at": self.received,
            "sent_at": self.sent,
            "completed_at": self.completed,
            "errors": self.code.map(|code| fault(code, "")).into_iter().collect::<Vec<_>>(),
        })
    }
}
