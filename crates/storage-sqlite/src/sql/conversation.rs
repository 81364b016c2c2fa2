//! Conversations as the inbox lists them. They stand in their contacts' rows.

statements! {
    /// `Store::conversation`: most have their contact's id.
    CONVERSATION by "contact_id" = "SELECT conversation FROM contact WHERE ws = ?1 AND id = ?2 AND thread IS NULL AND conversation IS NOT NULL";
    CONVERSATION_ELSEWHERE by "contact_thread" =
        "SELECT conversation FROM contact INDEXED BY contact_thread WHERE ws = ?1 AND thread = ?2 LIMIT 1";
    /// `Store::conversations` of a contact: one row.
    CONVERSATION_OF_CONTACT by "contact_id" = "SELECT n, conversation FROM contact WHERE ws = ?1 AND id = ?2";
    /// `Store::conversations` of cases that wait or are open: the inbox. ?2, ?3 the last row of the page before (time, number).
    CONVERSATIONS_INBOX by "contact_inbox" = "SELECT n, conversation FROM contact INDEXED BY contact_inbox
         WHERE ws = ?1 AND inbox_at IS NOT NULL AND (inbox_at, n) < (?2, ?3) ORDER BY inbox_at DESC, n DESC";
    /// `Store::conversations` of all: the latest stretch of time in which some have their last message, not after ?2. What one
    /// has in `recent` lies in that stretch.
    RECENT by "contact_recent" = "SELECT recent FROM contact INDEXED BY contact_recent
         WHERE ws = ?1 AND recent IS NOT NULL AND recent <= ?2 ORDER BY recent DESC LIMIT 1";
    /// Those of one stretch.
    CONVERSATIONS_RECENT by "contact_recent" =
        "SELECT n, conversation FROM contact INDEXED BY contact_recent WHERE ws = ?1 AND recent BETWEEN ?2 AND ?3";
}
