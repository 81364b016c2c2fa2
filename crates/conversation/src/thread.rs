//! The thread itself: what lists show of it.

use model::case::{Conversation, ConversationStatus};
use model::{ContactId, ConversationId, Message, Timestamp, WorkspaceId};

/// A thread on which nothing was said yet.
#[must_use]
pub fn new_thread(workspace: WorkspaceId, contact: ContactId, at: Timestamp) -> Conversation {
    Conversation {
        // One thread for one contact, for ever: so the contact's number serves for both.
        id: ConversationId::from_u128(contact.as_u128()),
        workspace,
        contact,
        contact_name: None,
        status: ConversationStatus::Bot,
        case: None,
        channel: None,
        last_message: String::new(),
        last_message_id: None,
        last_message_at: at,
        last_inbound_at: None,
        window_closes_at: None,
        unread: 0,
        labels: Vec::new(),
    }
}

/// Whether a person has the word: a case waits for one, or one owns it (R-INB-4).
#[must_use]
pub fn human_owns(thread: &Conversation) -> bool {
    matches!(thread.status, ConversationStatus::Waiting | ConversationStatus::Open)
}

/// The contact wrote.
pub fn on_inbound(thread: &mut Conversation, message: &Message, at: Timestamp) {
    touch(thread, message, at);
    thread.channel = Some(message.channel);
    thread.last_inbound_at = Some(at);
    thread.unread = thread.unread.saturating_add(1);
}

/// Something was said to the contact, or is about to be.
pub fn on_outbound(thread: &mut Conversation, message: &Message, at: Timestamp) {
    touch(thread, message, at);
}

/// The contact changed or deleted a message; `shown` is what lists said of it before. Changed words are worth another look; what was deleted is not
/// repeated anywhere.
pub fn on_amended(thread: &mut Conversation, message: &Message, shown: &str) {
    if message.revoked_at.is_none() {
        thread.unread = thread.unread.saturating_add(1);
    }
    if let Some(case) = &mut thread.case {
        let quoted = |words: &str| format!("“{words}”");
        case.handoff.summary = case.handoff.summary.replace(&quoted(shown), &quoted(&message.summary()));
    }
    if thread.last_message_id == Some(message.id) {
        thread.last_message = message.summary();
    }
}

fn touch(thread: &mut Conversation, message: &Message, at: Timestamp) {
    if at >= thread.last_message_at || thread.last_message_id.is_none() {
        thread.last_message = message.summary();
        thread.last_message_id = Some(message.id);
        thread.last_message_at = at;
    }
}
