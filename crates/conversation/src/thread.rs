//! The thread itself: what lists show of it.

use model::case::{Conversation, ConversationStatus};
use model::{ContactId, ConversationId, Direction, Message, Timestamp, WorkspaceId};

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
        imported: 0,
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

/// Either side wrote it before the number was connected: it may be the last that was said, and nobody has to read it.
pub fn on_past(thread: &mut Conversation, message: &Message, at: Timestamp) {
    touch(thread, message, at);
    thread.imported = thread.imported.saturating_add(1);
    if message.direction == Direction::In {
        thread.last_inbound_at = thread.last_inbound_at.max(Some(at));
    }
    thread.channel.get_or_insert(message.channel);
}

/// A message was changed or deleted. The contact's changed words are worth another look; what was deleted is not repeated anywhere.
pub fn on_amended(thread: &mut Conversation, before: &Message, message: &Message) {
    if message.direction == Direction::In && message.revoked_at.is_none() {
        thread.unread = thread.unread.saturating_add(1);
    }
    if let Some(case) = &mut thread.case {
        case.handoff.summary = requoted(&case.handoff.summary, before, &message.summary());
    }
    if thread.last_message_id == Some(message.id) {
        thread.last_message = message.summary();
    }
}

/// A summary with other words where it quotes a message, be it whole, its first line, or as much of it as summaries have room for.
fn requoted(summary: &str, of: &Message, with: &str) -> String {
    let line = of.summary();
    let words = of.received.as_ref().and_then(|received| received.words()).unwrap_or_default();
    let is_it = |quoted: &str| !quoted.is_empty() && (quoted == line || words.starts_with(quoted));
    let mut out = String::with_capacity(summary.len());
    let mut rest = summary;
    // The words may hold quotation marks of their own: the quotation ends at the last mark that leaves it a part of them.
    while let Some(open) = rest.find('“') {
        let inside = &rest[open + '“'.len_utf8()..];
        let mut ends = inside.match_indices('”').filter(|(end, _)| is_it(&inside[..*end])).map(|(end, _)| end);
        out.push_str(&rest[..open]);
        out.push('“');
        rest = match ends.next_back() {
            Some(end) => {
                out.push_str(with);
                &inside[end..]
            }
            None => inside,
        };
    }
    out + rest
}

fn touch(thread: &mut Conversation, message: &Message, at: Timestamp) {
    if at >= thread.last_message_at || thread.last_message_id.is_none() {
        thread.last_message = message.summary();
        thread.last_message_id = Some(message.id);
        thread.last_message_at = at;
    }
}
