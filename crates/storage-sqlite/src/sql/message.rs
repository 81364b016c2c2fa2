//! Messages: the outbox, what is in flight, and the lists.
//!
//! A range of row numbers (from ?2, before ?3) is a workspace.

statements! {
    MESSAGE_INSERT by "" = "INSERT INTO message (n, contact, prev, id, direction, status, sender, class, not_before, open_since,
         journey, doc, size, room) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, zeroblob(?14))";
    /// Writer: what every change changes. Columns that are in indexes have statements of their own, used when their value moved.
    MESSAGE_UPDATE by "PRIMARY" = "UPDATE message SET status = ?2, doc = ?3, size = ?4, room = zeroblob(?5) WHERE n = ?1";
    MESSAGE_OPENED by "PRIMARY" = "UPDATE message SET status = ?2, doc = ?3, size = ?4, room = zeroblob(?5), open_since = ?6 WHERE n = ?1";
    MESSAGE_QUEUED by "PRIMARY" = "UPDATE message SET status = ?2, doc = ?3, size = ?4, room = zeroblob(?5), open_since = ?6, sender = ?7,
         class = ?8, not_before = ?9 WHERE n = ?1";

    /// Writer: the message that a signal or a change names. `Store::message`.
    MESSAGE_BY_ID by "message_id" = "SELECT n, contact, prev, doc, size FROM message WHERE id = ?1 AND n >= ?2 AND n < ?3 LIMIT 1";
    /// Writer: a message whose number is known from its provider's id.
    MESSAGE_BY_NUMBER by "PRIMARY" = "SELECT n, contact, prev, doc, size FROM message WHERE n = ?1";

    /// The dispatcher (`Store::queued`), once for each class, so that what must wait longer is never looked at.
    OUTBOX by "message_outbox" = "SELECT workspace.id, message.id, class, not_before, doc FROM message INDEXED BY message_outbox
         CROSS JOIN workspace ON workspace.n = message.n >> 40
         WHERE sender = ?1 AND class = ?2 AND not_before <= ?3 ORDER BY not_before, message.id LIMIT ?4";
    /// The dispatcher (`Store::queue_heads`): the next sender after one, which skips over all messages of that one.
    OUTBOX_NEXT_SENDER by "message_outbox" = "SELECT sender FROM message INDEXED BY message_outbox
         WHERE sender IS NOT NULL AND sender > ?1 ORDER BY sender LIMIT 1";
    /// The earliest of a class of a sender.
    OUTBOX_HEAD by "message_outbox" = "SELECT not_before FROM message INDEXED BY message_outbox
         WHERE sender = ?1 AND class = ?2 ORDER BY not_before LIMIT 1";
    /// The settler (`Store::in_flight`).
    IN_FLIGHT by "message_in_flight" = "SELECT open_since, doc FROM message INDEXED BY message_in_flight
         WHERE open_since < ?1 ORDER BY open_since, n LIMIT ?2";

    /// `Store::messages` of a contact, or of a conversation, which is one contact's: one step of the chain.
    MESSAGE_AT by "PRIMARY" = "SELECT prev, doc FROM message WHERE n = ?1";
    /// `Store::messages` of a journey. ?4 direction, ?5 JSON list of statuses.
    MESSAGES_OF_JOURNEY by "message_journey" = "SELECT n, doc FROM message INDEXED BY message_journey WHERE journey = ?1 AND n >= ?2 AND n < ?3
         AND (?4 IS NULL OR direction = ?4) AND (?5 IS NULL OR status IN (SELECT value FROM json_each(?5))) ORDER BY n DESC";
    /// `Store::messages` of everybody.
    MESSAGES by "PRIMARY" = "SELECT n, doc FROM message WHERE ?1 IS NULL AND n >= ?2 AND n < ?3
         AND (?4 IS NULL OR direction = ?4) AND (?5 IS NULL OR status IN (SELECT value FROM json_each(?5))) ORDER BY n DESC";
    /// Writer: above it nobody has an id.
    HIGHEST_MESSAGE by "message_id" = "SELECT id FROM message INDEXED BY message_id WHERE id <= ?1 ORDER BY id DESC LIMIT 1";
    /// The number that was given last.
    LAST_MESSAGE by "PRIMARY" = "SELECT n FROM message WHERE n >= ?1 AND n < ?2 ORDER BY n DESC LIMIT 1";
}
