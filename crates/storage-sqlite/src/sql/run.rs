//! Journey runs as people list them, and counters.

macro_rules! list {
    ($from:literal) => {
        concat!(
            "SELECT n, doc FROM run INDEXED BY ",
            $from,
            " AND n < ?2 AND (?3 IS NULL OR journey = ?3) AND (?4 IS NULL OR version = ?4) AND (?5 IS NULL OR contact = ?5)
              AND (?6 IS NULL OR status = ?6) AND (?7 IS NULL OR step = ?7) ORDER BY n DESC LIMIT ?8"
        )
    };
}

statements! {
    /// `Store::inventory`.
    COUNTER_SCOPES by "PRIMARY" = "SELECT DISTINCT scope FROM counter WHERE ws = ?1 ORDER BY scope";
    RUN_UPDATE by "run_id" = "UPDATE run SET step = ?3, doc = ?4 WHERE ws = ?1 AND id = ?2 AND status = ?5";
    /// Apart from the step, so that the index of active runs is touched only when a run ends.
    RUN_PUT by "" = "INSERT INTO run (ws, id, contact, journey, version, status, step, doc) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (ws, id) DO UPDATE SET status = excluded.status, step = excluded.step, doc = excluded.doc";
    /// `Store::run`.
    RUN by "run_id" = "SELECT doc FROM run WHERE ws = ?1 AND id = ?2";
    /// `Store::runs` of a contact.
    RUNS_OF_CONTACT by "run_contact" = list!("run_contact WHERE contact = ?5 AND ws = ?1");
    /// `Store::runs` of a journey that are under way.
    RUNS_ACTIVE by "run_active" = list!("run_active WHERE status = 'active' AND ws = ?1 AND journey = ?3");
    /// `Store::runs` of a journey.
    RUNS_OF_JOURNEY by "run_journey" = list!("run_journey WHERE ws = ?1 AND journey = ?3");
    /// `Store::runs` of everybody.
    RUNS by "run_workspace" = list!("run_workspace WHERE ws = ?1");

    /// Writer: one for each counter that a group moved.
    COUNTER_ADD by "" = "INSERT INTO counter (ws, scope, key, name, value) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (ws, scope, key, name) DO UPDATE SET value = value + excluded.value";
    /// `Store::counters`.
    COUNTERS by "PRIMARY" = "SELECT scope, key, name, value FROM counter WHERE ws = ?1 AND scope = ?2 ORDER BY key, name";
}
