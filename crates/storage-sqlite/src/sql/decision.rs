//! The gate's records.

statements! {
    DECISION_INSERT by "" = "INSERT INTO decision (n, contact, prev, id, silent, journey, doc) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    DECISION_UPDATE by "PRIMARY" = "UPDATE decision SET silent = ?2, doc = ?3 WHERE n = ?1";
    /// Writer: whether it is there already. `Store::decision`.
    DECISION_BY_ID by "decision_id" = "SELECT n, doc FROM decision WHERE id = ?1 AND n >= ?2 AND n < ?3 LIMIT 1";
    /// `Store::decisions` of a contact, or of a message, which is one contact's: one step of the chain.
    DECISION_AT by "PRIMARY" = "SELECT prev, doc FROM decision WHERE n = ?1";
    /// `Store::decisions` of a journey. ?4 1 for those that said nothing.
    DECISIONS_OF_JOURNEY by "decision_journey" = "SELECT n, doc FROM decision INDEXED BY decision_journey
         WHERE journey = ?1 AND n >= ?2 AND n < ?3 AND (?4 = 0 OR silent = 1) ORDER BY n DESC";
    /// `Store::decisions` of everybody.
    DECISIONS by "PRIMARY" = "SELECT n, doc FROM decision WHERE ?1 IS NULL AND n >= ?2 AND n < ?3 AND (?4 = 0 OR silent = 1) ORDER BY n DESC";
    /// Writer: above it nobody has an id.
    HIGHEST_DECISION by "decision_id" = "SELECT id FROM decision INDEXED BY decision_id WHERE id <= ?1 ORDER BY id DESC LIMIT 1";
    /// The number that was given last.
    LAST_DECISION by "PRIMARY" = "SELECT n FROM decision WHERE n >= ?1 AND n < ?2 ORDER BY n DESC LIMIT 1";
}
