//! Recipients of broadcasts.

macro_rules! row {
    ($rest:literal) => {
        concat!(
            "SELECT contact, canary, state, not_before, at, code, reason, decision, message, channel, replied_at, opted_out_at FROM recipient ",
            $rest
        )
    };
}

statements! {
    /// Freezing an audience. Whoever is there stays as they are.
    RECIPIENT_INSERT by "" = "INSERT INTO recipient (ws, broadcast, contact, canary, state, not_before, at)
         VALUES (?1, ?2, ?3, ?4, 'pending', 0, ?5) ON CONFLICT DO NOTHING";
    /// Writer: where a row stands, for the counters.
    RECIPIENT_STATE by "PRIMARY" = "SELECT state, code FROM recipient WHERE ws = ?1 AND broadcast = ?2 AND contact = ?3";
    RECIPIENT_MOVE by "PRIMARY" = "UPDATE recipient SET state = ?4, not_before = ?5, at = ?6, code = ?7, reason = ?8,
         decision = coalesce(?9, decision), message = coalesce(?10, message), channel = coalesce(?11, channel)
         WHERE ws = ?1 AND broadcast = ?2 AND contact = ?3";
    RECIPIENT_REPLIED by "PRIMARY" = "UPDATE recipient SET replied_at = ?4
         WHERE ws = ?1 AND broadcast = ?2 AND contact = ?3 AND replied_at IS NULL";
    RECIPIENT_OPTED_OUT by "PRIMARY" = "UPDATE recipient SET opted_out_at = ?4
         WHERE ws = ?1 AND broadcast = ?2 AND contact = ?3 AND opted_out_at IS NULL";
    /// The broadcast loop (`Store::pending_recipients`).
    RECIPIENTS_PENDING by "recipient_state" = "SELECT contact, not_before FROM recipient INDEXED BY recipient_state
         WHERE ws = ?1 AND broadcast = ?2 AND state = 'pending' AND canary = ?3 AND not_before <= ?4 ORDER BY not_before, contact LIMIT ?5";
    /// `Store::recipient`.
    RECIPIENT by "PRIMARY" = row!("WHERE ws = ?1 AND broadcast = ?2 AND contact = ?3");
    /// `Store::recipients`.
    RECIPIENTS by "PRIMARY" = row!("WHERE ws = ?1 AND broadcast = ?2 AND contact > ?3 ORDER BY contact LIMIT ?4");
    /// `Store::recipients` of one state.
    RECIPIENTS_OF_STATE by "recipient_state" = row!("INDEXED BY recipient_state WHERE ws = ?1 AND broadcast = ?2 AND state = ?3
         AND (canary, not_before, contact) > (?4, ?5, ?6) ORDER BY canary, not_before, contact LIMIT ?7");
}
