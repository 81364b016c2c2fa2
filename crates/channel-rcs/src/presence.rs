//! Agent events: that a message was read, and that somebody writes. Page: "Agent events".

use aws_lc_rs::digest::{SHA256, digest};
use channel::Presence;
use model::Timestamp;
use serde_json::{Value, json};

/// Which events say it, in order: Google's typing indicator does not say that the message was read.
pub(crate) fn events(message: &str, presence: Presence, now: Timestamp) -> Vec<(String, Value)> {
    let read = (event_id(&["READ", message]), json!({ "eventType": "READ", "messageId": message }));
    match presence {
        Presence::Read => vec![read],
        // A second indicator under the first one's id would be taken for a repetition.
        Presence::Typing => vec![read, (event_id(&["IS_TYPING", message, &now.to_string()]), json!({ "eventType": "IS_TYPING" }))],
    }
}

/// A UUID that is the same for the same event.
fn event_id(parts: &[&str]) -> String {
    let hash = digest(&SHA256, parts.join("|").as_bytes());
    let hex: String = hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
