//! Conversations as the inbox lists them.

/// ?2, ?3 the last row of the page before (time, number); ?4 JSON list of statuses; ?5 queue; ?6 assignee; ?7 1 for those without one;
/// ?8 JSON list of patterns; ?9 contact.
macro_rules! list {
    ($from:literal) => {
        concat!(
            "SELECT n, last_message_at, doc FROM conversation INDEXED BY ",
            $from,
            " AND (last_message_at, n) < (?2, ?3) AND (?4 IS NULL OR status IN (SELECT value FROM json_each(?4)))
              AND (?5 IS NULL OR queue = ?5) AND (?6 IS NULL OR assignee = ?6) AND (?7 = 0 OR assignee IS NULL)
              AND NOT EXISTS (SELECT 1 FROM json_each(?8) AS word WHERE search NOT LIKE word.value ESCAPE '\\')
              AND (?9 IS NULL OR contact = ?9) ORDER BY last_message_at DESC, n DESC LIMIT ?10"
        )
    };
}

statements! {
    /// Writer: of every step that touches the conversation.
    CONVERSATION_PUT by "" = "INSERT INTO conversation (ws, id, contact, status, queue, assignee, last_message_at, search, doc)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (ws, id) DO UPDATE SET contact = excluded.contact, status = excluded.status,
         queue = excluded.queue, assignee = excluded.assignee, last_message_at = excluded.last_message_at, search = excluded.search,
         doc = excluded.doc";
    /// `Store::conversation`.
    CONVERSATION by "conversation_id" = "SELECT doc FROM conversation WHERE ws = ?1 AND id = ?2";
    /// `Store::messages` of a conversation.
    CONVERSATION_CONTACT by "conversation_id" = "SELECT contact FROM conversation WHERE ws = ?1 AND id = ?2";
    /// `Store::conversations` of a contact: one row.
    CONVERSATIONS_OF_CONTACT by "conversation_contact" = "SELECT n, last_message_at, doc FROM conversation INDEXED BY conversation_contact
         WHERE contact = ?9 AND ws = ?1 AND (last_message_at, n) < (?2, ?3) AND (?4 IS NULL OR status IN (SELECT value FROM json_each(?4)))
         AND (?5 IS NULL OR queue = ?5) AND (?6 IS NULL OR assignee = ?6) AND (?7 = 0 OR assignee IS NULL)
         AND NOT EXISTS (SELECT 1 FROM json_each(?8) AS word WHERE search NOT LIKE word.value ESCAPE '\\') ORDER BY n DESC LIMIT ?10";
    /// `Store::conversations` of cases that wait or are open: the inbox.
    CONVERSATIONS_INBOX by "conversation_inbox" = list!("conversation_inbox WHERE status IN ('waiting', 'open') AND ws = ?1");
    /// `Store::conversations` of all.
    CONVERSATIONS by "conversation_recent" = list!("conversation_recent WHERE ws = ?1");
}
