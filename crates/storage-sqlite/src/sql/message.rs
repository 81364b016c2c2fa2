//! Messages: the outbox, what is in flight, and the lists.

/// The columns that filters of a message list look at: ?3 conversation, ?4 direction, ?5 JSON list of statuses.
macro_rules! list {
    ($from:literal) => {
        concat!(
            "SELECT n, doc FROM message INDEXED BY ",
            $from,
            " AND n < ?2 AND (?3 IS NULL OR conversation = ?3) AND (?4 IS NULL OR direction = ?4)
              AND (?5 IS NULL OR status IN (SELECT value FROM json_each(?5))) AND (?6 IS NULL OR journey = ?6)
              AND (?7 IS NULL OR contact = ?7) ORDER BY n DESC LIMIT ?8"
        )
    };
}

statements! {
    /// Writer: every message of a step; tried before the insert, because most changes are of messages that exist.
    /// `channel` and `provider_id` have a statement of their own, so that their index is left alone.
    MESSAGE_UPDATE by "message_id" = "UPDATE message SET status = ?3, sender = ?4, class = ?5, not_before = ?6, open_since = ?7, doc = ?8
         WHERE ws = ?1 AND id = ?2";
    MESSAGE_UPDATE_PROVIDER by "message_id" = "UPDATE message SET channel = ?3, provider_id = ?4
         WHERE ws = ?1 AND id = ?2 AND (channel <> ?3 OR provider_id IS NOT ?4)";
    MESSAGE_INSERT by "" = "INSERT INTO message (ws, id, contact, conversation, direction, channel, status, sender, class, not_before, open_since,
         provider_id, journey, doc) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

    /// Writer: whose message it is, and the message that the signal names.
    MESSAGE_BY_ID by "message_id" = "SELECT contact, doc FROM message WHERE ws = ?1 AND id = ?2";
    /// Writer: the same by the provider's id.
    MESSAGE_BY_PROVIDER by "message_provider" = "SELECT contact, doc FROM message INDEXED BY message_provider
         WHERE ws = ?1 AND channel = ?2 AND provider_id = ?3 ORDER BY n LIMIT 1";

    /// The dispatcher (`Store::queued`), once for each class, so that what must wait longer is never looked at.
    OUTBOX by "message_outbox" = "SELECT workspace.id, message.id, class, not_before, doc FROM message INDEXED BY message_outbox
         CROSS JOIN workspace ON workspace.n = message.ws
         WHERE status = 'queued' AND sender = ?1 AND class = ?2 AND not_before <= ?3 ORDER BY not_before, message.id LIMIT ?4";
    /// The dispatcher (`Store::queue_heads`): the next sender after one, which skips over all messages of that one.
    OUTBOX_NEXT_SENDER by "message_outbox" = "SELECT sender FROM message INDEXED BY message_outbox
         WHERE status = 'queued' AND sender > ?1 ORDER BY sender LIMIT 1";
    /// The earliest of a class of a sender.
    OUTBOX_HEAD by "message_outbox" = "SELECT not_before FROM message INDEXED BY message_outbox
         WHERE status = 'queued' AND sender = ?1 AND class = ?2 ORDER BY not_before LIMIT 1";
    /// The settler (`Store::in_flight`).
    IN_FLIGHT by "message_in_flight" = "SELECT open_since, doc FROM message INDEXED BY message_in_flight
         WHERE open_since < ?1 ORDER BY open_since, n LIMIT ?2";

    /// `Store::message`.
    MESSAGE by "message_id" = "SELECT doc FROM message WHERE ws = ?1 AND id = ?2";
    /// `Store::messages` of a contact, or of a conversation, which is one contact's.
    MESSAGES_OF_CONTACT by "message_contact" = list!("message_contact WHERE contact = ?7 AND ws = ?1");
    /// `Store::messages` of a journey.
    MESSAGES_OF_JOURNEY by "message_journey" = list!("message_journey WHERE ws = ?1 AND journey = ?6");
    /// `Store::messages` of everybody.
    MESSAGES by "message_workspace" = list!("message_workspace WHERE ws = ?1");
}
