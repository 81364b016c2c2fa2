//! The gate's records and contacts' timelines.

macro_rules! list {
    ($from:literal) => {
        concat!(
            "SELECT n, doc FROM decision INDEXED BY ",
            $from,
            " AND n < ?2 AND (?3 IS NULL OR contact = ?3) AND (?4 IS NULL OR message = ?4) AND (?5 IS NULL OR journey = ?5)
              AND (?6 = 0 OR silent = 1) ORDER BY n DESC LIMIT ?7"
        )
    };
}

statements! {
    DECISION_PUT by "" = "INSERT INTO decision (ws, id, contact, message, journey, silent, doc) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (ws, id) DO UPDATE SET message = excluded.message, silent = excluded.silent, doc = excluded.doc";
    /// `Store::decision`.
    DECISION by "decision_id" = "SELECT doc FROM decision WHERE ws = ?1 AND id = ?2";
    /// `Store::decisions` of a message.
    DECISIONS_OF_MESSAGE by "decision_message" = list!("decision_message WHERE ws = ?1 AND message = ?4");
    /// `Store::decisions` of a contact.
    DECISIONS_OF_CONTACT by "decision_contact" = list!("decision_contact WHERE contact = ?3 AND ws = ?1");
    /// `Store::decisions` of a journey.
    DECISIONS_OF_JOURNEY by "decision_journey" = list!("decision_journey WHERE ws = ?1 AND journey = ?5");
    /// `Store::decisions` of everybody.
    DECISIONS by "decision_workspace" = list!("decision_workspace WHERE ws = ?1");

    TIMELINE_INSERT by "" = "INSERT INTO timeline (contact, kind, doc) VALUES (?1, ?2, ?3)";
    /// `Store::timeline`. In the order in which things became known, because providers' clocks show whole seconds only.
    TIMELINE by "timeline_contact" = "SELECT n, doc FROM timeline INDEXED BY timeline_contact WHERE contact = ?1 AND n < ?2
         AND (?3 IS NULL OR kind IN (SELECT value FROM json_each(?3))) ORDER BY n DESC LIMIT ?4";
}
