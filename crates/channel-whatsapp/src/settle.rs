//! Asking what became of a message.

use channel::Settled;
use model::Message;
use model::signal::SendOutcome;
use whatsapp::manage::{MessageHistory, Page};

use crate::graph::Call;

/// Meta can be asked by message id only. A send whose answer was lost has none: then a status that carries our own id settles it, or the
/// author's rule does when the time is over.
pub(crate) async fn settle(call: &Call<'_>, message: &Message) -> Settled {
    let Some(id) = &message.provider_id else { return Settled::NotSupported };
    let edge = format!("{}/message_history?message_id={}&fields=id,message_id,events&limit=100", call.account.phone_number_id, encode(id));
    match call.get::<Page<MessageHistory>>(&edge).await {
        Ok(page) if knows(&page, id) => Settled::Found(SendOutcome::Accepted { provider_id: id.clone(), learnt: Vec::new() }),
        Ok(_) | Err(_) => Settled::Unknown,
    }
}

fn knows(page: &Page<MessageHistory>, id: &str) -> bool {
    let has_events = |entry: &MessageHistory| entry.events.as_ref().is_some_and(|events| !events.data.is_empty());
    page.data.iter().any(|entry| entry.message_id.as_deref().is_none_or(|named| named == id) && has_events(entry))
}

/// Percent-encodes a query value: message ids hold `=`, `+` and `/`.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
